//! Records opened through HTTP by many clients at once, with the access log as it is shipped and without any.
//!
//! Three servers over three copies of one data folder: the shipped program, this program with the log and this program
//! without it. The two with the log show that the peer is put together as the shipped one is.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use pramaan_bench::load::{self, Done, Plan, Until};
use pramaan_bench::report::Bound;
use pramaan_bench::spread::Spread;
use pramaan_bench::{commits, wire};
use pramaan_store::access_log;

use crate::Bench;
use crate::cost::Cost;
use crate::data::{Data, ORIGIN, copy};
use crate::http::Server;
use crate::people;
use crate::stand_in::Log;

/// The citizen's dashboard: one entry and one opened record for each member of the household, who is one.
const ROUTE: &str = "/api/v2/appointment/beneficiaries";

/// One of the three.
struct Measured {
    name: &'static str,
    log: Log,
    server: Server,
    folder: PathBuf,
    observer: Data,
    runs: Vec<Run>,
}

struct Run {
    cost: Cost,
    /// Entries in one commit; none without a log.
    batch: Option<f64>,
}

pub(crate) async fn run(bench: &mut Bench) -> Result<()> {
    let size = bench.size;
    let data = Data::init(&bench.program, bench.folder.join("disclosure")).await?;
    let people = people::register(&data, size.people).await?;
    let requests: Arc<[Vec<u8>]> = people
        .iter()
        .map(|citizen| wire::get(ROUTE, &[&format!("Authorization: Bearer {}", citizen.token)]))
        .collect();
    let shipped = data.close_and_copy(&bench.folder.join("with")).await?;
    copy(&shipped, &bench.folder.join("without"))?;
    let program = bench.program.clone();
    let stand_in = |folder: &Path, log| Server::stand_in(folder, log);
    let [with, without] = ["with", "without"].map(|name| bench.folder.join(name));
    let mut all = [
        measured("shipped", Log::Written, shipped, |folder| {
            Server::serve(&program, folder)
        })
        .await?,
        measured("stand-in with the log", Log::Written, with, |folder| {
            stand_in(folder, Log::Written)
        })
        .await?,
        measured("stand-in without the log", Log::Unwritten, without, |folder| {
            stand_in(folder, Log::Unwritten)
        })
        .await?,
    ];
    let warm = |measured: &Measured| plan(measured, &requests, size.clients, Until::AllSent);
    let mut bodies = Vec::new();
    for one in &all {
        let done = load::run(warm(one)).await?;
        bodies.push(done.body_bytes as f64 / done.answers.max(1) as f64);
    }
    ensure!(
        bodies.windows(2).all(|pair| pair.first() == pair.last()),
        "the servers do not answer alike: {bodies:?} bytes"
    );
    for round in 0..size.rounds {
        // Who comes first changes from round to round.
        all.rotate_left(usize::from(round > 0));
        for one in &mut all {
            let until = Until::Passed(Duration::from_millis(size.run_millis));
            let plan = plan(one, &requests, size.clients, until);
            one.round(plan).await?;
        }
    }
    let what = format!(
        "GET {ROUTE}, SQLite, synchronous=FULL; {} clients, {} households of one, each again and again",
        size.clients, size.people
    );
    bench.report.term("disclosures", what);
    tell(bench, &all)?;
    for one in all {
        one.observer.db.close().await;
    }
    Ok(())
}

async fn measured(
    name: &'static str,
    log: Log,
    folder: PathBuf,
    start: impl FnOnce(&Path) -> Result<Server>,
) -> Result<Measured> {
    let server = start(&folder)?;
    // Reads only, between the runs.
    let observer = Data::open(folder.clone()).await?;
    Ok(Measured {
        name,
        log,
        server,
        folder,
        observer,
        runs: Vec::new(),
    })
}

fn plan(one: &Measured, requests: &Arc<[Vec<u8>]>, connections: usize, until: Until) -> Plan {
    Plan {
        address: one.server.address,
        connections,
        requests: Arc::clone(requests),
        until,
    }
}

impl Measured {
    async fn round(&mut self, plan: Plan) -> Result<()> {
        let (entries, commits) = (self.entries().await?, self.commits()?);
        let cost = Cost::of(plan, self.server.id()).await?;
        let entries = self.entries().await? - entries;
        let commits = self.commits()?.wrapping_sub(commits);
        self.logged(&cost.done, entries)?;
        self.runs.push(Run {
            cost,
            batch: (self.log == Log::Written).then(|| entries as f64 / f64::from(commits.max(1))),
        });
        Ok(())
    }

    /// Each answer opened a record: where there is a log, there is an entry for it, and where there is none, none.
    fn logged(&self, done: &Done, entries: u64) -> Result<()> {
        let answers = done.answers as u64;
        let fits = match self.log {
            Log::Written => entries >= answers,
            Log::Unwritten => entries == 0,
        };
        ensure!(fits, "{}: {entries} entries for {answers} disclosures", self.name);
        Ok(())
    }

    async fn entries(&self) -> Result<u64> {
        let head = self.observer.db.read("bench::head", |tx| {
            Box::pin(async move { access_log::head(tx, ORIGIN).await })
        });
        Ok(head
            .await
            .context("reading the head")?
            .context("there is no log")?
            .edge
            .size())
    }

    fn commits(&self) -> Result<u32> {
        commits::count(&self.folder.join("pramaan.db"))
    }
}

fn tell(bench: &mut Bench, all: &[Measured]) -> Result<()> {
    let spread = |values: &mut dyn Iterator<Item = f64>| Spread::of(values).context("nothing was measured");
    let named = |name: &str| {
        let found = all.iter().find(|one| one.name == name);
        found.context("a server was not measured")
    };
    let [shipped, with, without] = [
        named("shipped")?,
        named("stand-in with the log")?,
        named("stand-in without the log")?,
    ];
    let report = &mut bench.report;
    for (ours, bound) in [(shipped, Bound::AtLeast(0.85)), (with, Bound::None)] {
        let pairs = || ours.runs.iter().zip(&without.runs);
        let rates = spread(
            &mut pairs().map(|(ours, peer)| ours.cost.per_second() / peer.cost.per_second().max(1e-9)),
        )?;
        let costs =
            spread(&mut pairs().map(|(ours, peer)| peer.cost.cpu_micros / ours.cost.cpu_micros.max(1e-9)))?;
        let name = |what: &str| format!("disclosure: {}, {what}", ours.name);
        report.judged(&name("against without the log"), rates, 2, "", bound);
        report.row(&name("without : with, CPU a disclosure"), costs, 2, "");
    }
    for one in [shipped, with, without] {
        let name = |what: &str| format!("disclosure: {}{what}", one.name);
        let rates = spread(&mut one.runs.iter().map(|run| run.cost.per_second()))?;
        let cpu = spread(&mut one.runs.iter().map(|run| run.cost.cpu_micros))?;
        report.row(&name(""), rates, 0, "disclosures/s");
        report.row(&name(", CPU of the server"), cpu, 1, "µs a disclosure");
        if let Ok(batches) = spread(&mut one.runs.iter().filter_map(|run| run.batch)) {
            report.row(&name(", entries in one commit"), batches, 1, "entries");
        }
    }
    let others = spread(
        &mut all
            .iter()
            .flat_map(|one| one.runs.iter().map(|run| run.cost.others)),
    )?;
    report.row(
        "disclosure: used by other programs",
        others,
        0,
        "% of the machine",
    );
    Ok(())
}
