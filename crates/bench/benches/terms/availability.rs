//! A district's sessions of a day from memory, beside nginx with the same bytes in files.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use pramaan_bench::load::{Plan, Until};
use pramaan_bench::nginx::Nginx;
use pramaan_bench::report::Bound;
use pramaan_bench::spread::Spread;
use pramaan_bench::wire::{self, Connection};

use crate::Bench;
use crate::cost::Cost;
use crate::data::{Data, now};
use crate::http::Server;
use crate::sessions::{self, BUSY};

const CONNECTIONS: usize = 64;
const GZIP: &[&str] = &["Accept-Encoding: gzip"];
const ENCODINGS: [(&str, &[&str]); 2] = [("identity", &[]), ("gzip", GZIP)];

pub(crate) async fn run(bench: &mut Bench) -> Result<()> {
    let data = Data::init(&bench.program, bench.folder.join("availability")).await?;
    sessions::publish(&data, bench.size.sessions).await?;
    data.db.close().await;
    let server = Server::serve(&bench.program, &data.folder)?;
    // Tomorrow: nothing of it changes while it is measured.
    let day = now().date().succ_opt().context("tomorrow")?;
    let ours = format!(
        "/api/v2/appointment/sessions/public/findByDistrict?district_id={BUSY}&date={}",
        day.format("%d-%m-%Y")
    );
    let body = fetch(server.address, &ours, &[]).await?;
    let gzip = fetch(server.address, &ours, GZIP).await?;
    ensure!(gzip.starts_with(&[0x1f, 0x8b]), "the compressed body is not gzip");
    let nginx = Nginx::start(&bench.folder, &body, &gzip)?;
    ensure!(
        fetch(nginx.address, "/x.json", &[]).await? == body,
        "nginx serves other bytes"
    );
    ensure!(
        fetch(nginx.address, "/x.json", GZIP).await? == gzip,
        "nginx serves other bytes"
    );
    let sizes = format!(
        "{} bytes, {} as gzip, of {} sessions",
        body.len(),
        gzip.len(),
        bench.size.sessions
    );
    bench.report.term("availability body", sizes);

    let targets = [
        (server.address, server.id(), ours.as_str()),
        (nginx.address, nginx.id(), "/x.json"),
    ];
    let mut found: [[Vec<Cost>; 2]; 2] = Default::default();
    for round in 0..bench.size.rounds {
        for ((_, headers), runs) in ENCODINGS.iter().zip(&mut found) {
            // Who comes first changes from round to round.
            let mut order: Vec<_> = targets.iter().zip(runs.iter_mut()).collect();
            if round % 2 == 1 {
                order.reverse();
            }
            for ((address, id, path), runs) in order {
                let request = wire::get(path, headers);
                runs.push(one(*address, *id, request, bench.size.run_millis).await?);
            }
        }
    }
    for ((encoding, _), [ours, peer]) in ENCODINGS.iter().zip(&found) {
        tell(bench, encoding, ours, peer)?;
    }
    Ok(())
}

async fn fetch(address: SocketAddr, path: &str, headers: &[&str]) -> Result<Vec<u8>> {
    let mut connection = Connection::open(address).await?;
    let request = wire::get(path, headers);
    let answer = connection.exchange(&request).await?;
    ensure!(answer.status == 200, "{path} was answered {}", answer.status);
    Ok(answer.body.to_vec())
}

async fn one(address: SocketAddr, id: u32, request: Vec<u8>, millis: u64) -> Result<Cost> {
    let plan = Plan {
        address,
        connections: CONNECTIONS,
        requests: Arc::from([request]),
        until: Until::Passed(Duration::from_millis(millis)),
    };
    Cost::of(plan, id).await
}

fn tell(bench: &mut Bench, encoding: &str, ours: &[Cost], peer: &[Cost]) -> Result<()> {
    let spread = |values: &mut dyn Iterator<Item = f64>| Spread::of(values).context("nothing was measured");
    let pairs = || ours.iter().zip(peer);
    let rates = spread(&mut pairs().map(|(ours, peer)| ours.per_second() / peer.per_second().max(1e-9)))?;
    let costs = spread(&mut pairs().map(|(ours, peer)| peer.cpu_micros / ours.cpu_micros.max(1e-9)))?;
    let name = |what: &str| format!("availability, {encoding}: {what}");
    let report = &mut bench.report;
    report.judged(&name("ours : nginx, requests"), rates, 2, "", Bound::AtLeast(0.7));
    report.row(&name("nginx : ours, CPU a request"), costs, 2, "");
    for (who, runs) in [("ours", ours), ("nginx", peer)] {
        report.row(
            &name(who),
            spread(&mut runs.iter().map(|run| run.per_second()))?,
            0,
            "requests/s",
        );
        let cpu = spread(&mut runs.iter().map(|run| run.cpu_micros))?;
        report.row(
            &name(&format!("{who}, CPU of the server")),
            cpu,
            1,
            "µs a request",
        );
    }
    let others = spread(&mut ours.iter().chain(peer).map(|run| run.others))?;
    report.row(&name("used by other programs"), others, 0, "% of the machine");
    Ok(())
}
