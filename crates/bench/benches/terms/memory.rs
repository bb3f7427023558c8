//! Resident memory of `serve` and of the demonstration, and how soon `serve` answers.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use pramaan_bench::load::{self, Plan, Until};
use pramaan_bench::process;
use pramaan_bench::report::Bound;
use pramaan_bench::spread::Spread;
use pramaan_bench::wire;
use pramaan_domain::place;
use pramaan_domain::time::CivilDate;

use crate::Bench;
use crate::data::{Data, now};
use crate::http::Server;
use crate::sessions::{self, DAYS};

const CONNECTIONS: usize = 64;
/// After which a server is taken to be idle.
const SETTLE: Duration = Duration::from_secs(2);
const MEGABYTE: f64 = 1e6;

/// What the tour leads to, and what a visitor of the demonstration opens.
const TOUR: &[&str] = &[
    "/",
    "/demo",
    "/demo/outbox",
    "/demo/thief",
    "/sessions",
    "/sessions?pincode=400001",
    "/login",
    "/privacy",
    "/help",
    "/trust",
    "/verify",
    "/api/v2/admin/location/states",
    "/api/v2/admin/location/districts/21",
];

pub(crate) async fn run(bench: &mut Bench) -> Result<()> {
    let data = Data::init(&bench.program, bench.folder.join("memory")).await?;
    sessions::publish(&data, bench.size.sessions).await?;
    data.db.close().await;
    let mut starts = Vec::with_capacity(bench.size.starts);
    for _ in 1..bench.size.starts {
        starts.push(
            Server::serve(&bench.program, &data.folder)?
                .started_in
                .as_secs_f64(),
        );
    }
    let server = Server::serve(&bench.program, &data.folder)?;
    starts.push(server.started_in.as_secs_f64());
    let fresh = process::memory(server.id())?;
    let requests = distinct(now().date(), bench.size.distinct_requests)?;
    let count = requests.len();
    let done = send(&server, requests).await?;
    tokio::time::sleep(SETTLE).await;
    let used = process::memory(server.id())?;
    drop(server);
    let demo = demo(bench).await?;

    let one = |value: f64| Spread::of([value]).context("nothing was measured");
    let megabytes = |bytes: u64| one(bytes as f64 / MEGABYTE);
    let sessions = bench.size.sessions;
    let report = &mut bench.report;
    let asked = format!(
        "{count} distinct ones, {:.1} MB of bodies, then idle",
        done as f64 / MEGABYTE
    );
    report.term("requests before memory", asked);
    let starts = Spread::of(starts).context("nothing was measured")?;
    let name = |what: &str| format!("memory, {sessions} sessions: {what}");
    report.judged(&name("start to first answer"), starts, 2, "s", Bound::Below(1.0));
    report.row(&name("resident after the start"), megabytes(fresh.now)?, 1, "MB");
    report.judged(
        &name("resident, idle"),
        megabytes(used.now)?,
        1,
        "MB",
        Bound::Below(80.0),
    );
    report.row(
        &name("resident at its highest"),
        megabytes(used.highest)?,
        1,
        "MB",
    );
    report.judged(
        "memory, demo: resident after the tour",
        megabytes(demo.now)?,
        1,
        "MB",
        Bound::Below(150.0),
    );
    report.row(
        "memory, demo: resident at its highest",
        megabytes(demo.highest)?,
        1,
        "MB",
    );
    Ok(())
}

async fn demo(bench: &Bench) -> Result<process::Memory> {
    let server = Server::demo(&bench.program, &bench.folder.join("demo"))?;
    let mut requests: Vec<Vec<u8>> = TOUR.iter().map(|path| wire::get(path, &[])).collect();
    requests.extend(distinct(now().date(), 200)?);
    send(&server, requests).await?;
    tokio::time::sleep(SETTLE).await;
    process::memory(server.id())
}

async fn send(server: &Server, requests: Vec<Vec<u8>>) -> Result<usize> {
    let plan = Plan {
        address: server.address,
        connections: CONNECTIONS.min(requests.len()),
        requests: Arc::from(requests),
        until: Until::AllSent,
    };
    Ok(load::run(plan).await?.body_bytes)
}

/// So many requests, no two alike: place by pincode and district, day, shape, language, compressed and not.
fn distinct(today: CivilDate, count: usize) -> Result<Vec<Vec<u8>>> {
    let days: Vec<CivilDate> = today.iter_days().take(DAYS).collect();
    let places = place::pincodes()
        .iter()
        .map(|facts| ("Pin", format!("pincode={}", facts.pincode.number())));
    let districts = place::districts()
        .iter()
        .map(|district| ("District", format!("district_id={}", district.id.number())));
    let mut all = Vec::with_capacity(count);
    // Districts first: theirs are the large bodies.
    for (index, (by, place)) in districts.chain(places).enumerate() {
        for (shape, more) in [("find", 0), ("calendar", 1)] {
            for language in ["en", "hi"] {
                let day = days.get((index + more) % days.len().max(1)).context("a day")?;
                let path = format!(
                    "/api/v2/appointment/sessions/public/{shape}By{by}?{place}&date={}",
                    day.format("%d-%m-%Y")
                );
                let language = format!("Accept-Language: {language}");
                let mut headers = vec![language.as_str()];
                if index % 2 == 0 {
                    headers.push("Accept-Encoding: gzip");
                }
                all.push(wire::get(&path, &headers));
                if all.len() == count {
                    return Ok(all);
                }
            }
        }
    }
    Ok(all)
}
