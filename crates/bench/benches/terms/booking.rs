//! First doses booked through HTTP on SQLite by many clients at once, beside the raw batched transaction.

use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use pramaan_bench::load::{self, Plan, Until};
use pramaan_bench::process;
use pramaan_bench::report::Bound;
use pramaan_bench::spread::Spread;
use pramaan_bench::wire;
use pramaan_domain::time::Timestamp;
use pramaan_store::session::NewSession;
use pramaan_store::{Db, StoreError};

use crate::Bench;
use crate::data::{Data, now};
use crate::http::Server;
use crate::people::{self, Citizen};
use crate::raw::{self, Shape};
use crate::sessions;

/// Sessions that are booked in: tomorrow's and later, each with four slots.
const SESSIONS: usize = 1_000;

#[derive(Default)]
struct Found {
    http: Vec<f64>,
    raw: Vec<f64>,
    cpu: Vec<f64>,
    batches: Vec<f64>,
    delivered: Vec<f64>,
}

pub(crate) async fn run(bench: &mut Bench) -> Result<()> {
    let size = bench.size;
    let data = Data::init(&bench.program, bench.folder.join("booking")).await?;
    let mut sessions = sessions::publish(&data, size.sessions).await?;
    let today = now().date();
    sessions.retain(|session| session.day > today);
    sessions.truncate(SESSIONS);
    let people = people::register(&data, size.bookings * size.rounds).await?;
    let folder = data.close_and_copy(&bench.folder.join("raw")).await?;
    let raw = Data::open(bench.folder.join("raw")).await?;
    let server = Server::serve(&bench.program, &folder)?;
    // Reads only, between the runs.
    let observer = Data::open(folder).await?;

    let mut found = Found::default();
    for some in people.chunks(size.bookings) {
        let shape = through_http(&server, &observer.db, some, &sessions, size.clients, &mut found).await?;
        found.raw.push(raw::run(&raw, some, &sessions, shape).await?);
    }
    ensure!(
        booked_since(&raw.db, Timestamp::from_micros(0)).await?.0 == people.len(),
        "the raw transactions did not book everybody"
    );
    let _ = (observer.db.close().await, raw.db.close().await);
    tell(bench, &found, sessions.len())
}

/// One run; answers how the raw one is to be cut.
async fn through_http(
    server: &Server,
    db: &Db,
    people: &[Citizen],
    sessions: &[NewSession],
    clients: usize,
    found: &mut Found,
) -> Result<Shape> {
    let requests = people
        .iter()
        .enumerate()
        .map(|(n, citizen)| request(citizen, sessions, n))
        .collect::<Result<Vec<_>>>()?;
    let plan = Plan {
        address: server.address,
        connections: clients,
        requests: Arc::from(requests),
        until: Until::AllSent,
    };
    let (start, cpu) = (now(), process::cpu(server.id())?);
    let done = load::run(plan).await?;
    let used = process::cpu(server.id())?.saturating_sub(cpu);
    let delivered = delivered_since(db, start).await? as f64 / people.len() as f64;
    let (booked, batches) = booked_since(db, start).await?;
    ensure!(booked == people.len(), "{booked} of {} were booked", people.len());
    found.http.push(done.per_second());
    found.cpu.push(used.as_secs_f64() * 1e6 / people.len() as f64);
    found.batches.push(booked as f64 / batches.max(1) as f64);
    found.delivered.push(100.0 * delivered);
    Ok(Shape {
        batch: booked.div_ceil(batches.max(1)),
        delivered: delivered.min(1.0),
    })
}

fn request(citizen: &Citizen, sessions: &[NewSession], n: usize) -> Result<Vec<u8>> {
    let (session, slot) = raw::seat(sessions, n)?;
    let body = format!(
        r#"{{"dose":1,"session_id":"{}","slot":"{slot}","beneficiaries":["{}"]}}"#,
        session.id, citizen.reference
    );
    let bearer = format!("Authorization: Bearer {}", citizen.token);
    Ok(wire::post(
        "/api/v2/appointment/schedule",
        &[&bearer],
        body.as_bytes(),
    ))
}

/// Appointments, and the batches that they were booked in: all of one batch have one instant.
async fn booked_since(db: &Db, since: Timestamp) -> Result<(usize, usize)> {
    let counted = db.read("bench::booked", move |tx| {
        Box::pin(async move {
            let sql = "-- bench::booked
                select count(*), count(distinct booked_at) from appointment where booked_at >= $1";
            let row = tx
                .query_opt(sql, &[since.into()])
                .await?
                .ok_or(StoreError::NoLog)?;
            Ok::<_, StoreError>((row.int(0)?, row.int(1)?))
        })
    });
    let (booked, batches) = counted.await.context("counting appointments")?;
    Ok((usize::try_from(booked)?, usize::try_from(batches)?))
}

async fn delivered_since(db: &Db, since: Timestamp) -> Result<usize> {
    let counted = db.read("bench::delivered", move |tx| {
        Box::pin(async move {
            let sql = "-- bench::delivered
                select count(*) from outbox where state = 'sent' and queued_at >= $1";
            let row = tx
                .query_opt(sql, &[since.into()])
                .await?
                .ok_or(StoreError::NoLog)?;
            row.int(0)
        })
    });
    Ok(usize::try_from(counted.await.context("counting messages")?)?)
}

fn tell(bench: &mut Bench, found: &Found, sessions: usize) -> Result<()> {
    let spread = |values: &[f64]| Spread::of(values.iter().copied()).context("nothing was measured");
    let ratios: Vec<f64> = found
        .http
        .iter()
        .zip(&found.raw)
        .map(|(http, raw)| http / raw)
        .collect();
    let what = format!(
        "SQLite, synchronous=FULL; {} clients, each person once, in {sessions} sessions; messages to a file",
        bench.size.clients
    );
    let report = &mut bench.report;
    report.term("bookings", what);
    report.judged(
        "booking: HTTP : raw transaction",
        spread(&ratios)?,
        2,
        "",
        Bound::AtLeast(0.5),
    );
    report.row("booking: through HTTP", spread(&found.http)?, 0, "bookings/s");
    report.row("booking: raw transaction", spread(&found.raw)?, 0, "bookings/s");
    report.row(
        "booking: through HTTP, CPU of the server",
        spread(&found.cpu)?,
        0,
        "µs a booking",
    );
    report.row(
        "booking: batch size, both",
        spread(&found.batches)?,
        1,
        "bookings",
    );
    report.row(
        "booking: messages delivered meanwhile, both",
        spread(&found.delivered)?,
        0,
        "%",
    );
    Ok(())
}
