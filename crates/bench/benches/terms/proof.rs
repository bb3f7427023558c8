//! The proof of one entry in a log of a hundred million, as the file that a person takes home: made from the tables of
//! either engine, and verified against the signed root by its own two kilobytes.

use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use pramaan_bench::report::Bound;
use pramaan_bench::spread::{Spread, percentile};
use pramaan_keys::MemoryKeyStore;
use pramaan_store::public_log::{self, Tiles};
use pramaan_store::testing::{MIGRATED, TestDb};
use pramaan_store::{Db, Engine, Sealer, StoreError};
use pramaan_testkit::SeededEntropy;
use pramaan_testkit::published::{self, ORIGIN};
use pramaan_tlog::policy::Policy;
use pramaan_tlog::{ProofFile, inclusion_plan, leaf_hash};

use crate::Bench;
use crate::tall::{Tall, leaf, mixed};

const ENGINES: [(Engine, &str); 2] = [(Engine::Sqlite, "SQLite"), (Engine::Postgres, "PostgreSQL")];

pub(crate) async fn run(bench: &mut Bench) -> Result<()> {
    let (size, count) = bench.size.proven;
    let tree = Tall::grow(size)?;
    let wanted: Vec<u64> = (0..count).map(|n| mixed(n) % size).collect();
    let policy = Policy::parse(published::Log::policy().as_bytes()).context("reading the policy")?;
    let what = format!(
        "{count} random entries of {size}, one after the other; every node, and only the leaves beside those entries; \
         checkpoint of three signatures; files in the page cache"
    );
    bench.report.term("proven log", what);
    let entropy = Arc::new(SeededEntropy::new(1));
    let sealer = Sealer::new(Arc::new(MemoryKeyStore::new(&*entropy)), entropy);
    for (engine, name) in ENGINES {
        let db = TestDb::fresh(engine, MIGRATED).await;
        tree.lay(&db, &sealer, &wanted).await?;
        let found = prove_all((&db, &sealer), &wanted, &policy, size).await?;
        (*db).clone().close().await;
        tell(bench, name, found)?;
    }
    Ok(())
}

struct Found {
    millis: Vec<f64>,
    verified_millis: Vec<f64>,
    bytes: Vec<f64>,
}

async fn prove_all(
    (db, sealer): (&Db, &Sealer),
    wanted: &[u64],
    policy: &Policy,
    size: u64,
) -> Result<Found> {
    let count = wanted.len();
    let mut found = Found {
        millis: Vec::with_capacity(count),
        verified_millis: Vec::with_capacity(count),
        bytes: Vec::with_capacity(count),
    };
    let millis = |start: Instant| start.elapsed().as_secs_f64() * 1e3;
    // Prepares the statements.
    proof(db, sealer, size - 1).await?;
    for index in wanted {
        let start = Instant::now();
        let file = proof(db, sealer, *index).await?;
        found.millis.push(millis(start));
        found.bytes.push(file.len() as f64);
        let entry = leaf_hash(&leaf(*index, size));
        let start = Instant::now();
        let read = ProofFile::parse(file.as_bytes()).context("reading a proof")?;
        let held = read.verify(&entry, policy);
        found.verified_millis.push(millis(start));
        let held = held.with_context(|| format!("the proof of entry {index}"))?;
        ensure!(held.checkpoint.size() == size, "a proof in another tree");
    }
    Ok(found)
}

/// The file, from nothing but the database and the entry's number.
async fn proof(db: &Db, sealer: &Sealer, index: u64) -> Result<String> {
    let sealer = sealer.clone();
    let made = db.read("bench::proof", move |tx| {
        Box::pin(async move {
            let damaged = || StoreError::corrupt("access_node", "hash");
            let newest = public_log::newest(tx, (&sealer, ORIGIN))
                .await?
                .ok_or(StoreError::NoLog)?;
            let plan = inclusion_plan(index, newest.size).map_err(|_| damaged())?;
            let mut tiles = Tiles::of(newest.size);
            tiles.fetch(tx, plan.nodes()).await?;
            let path = plan.prove(|node| tiles.node(node).ok_or_else(damaged))?;
            Ok::<_, StoreError>(ProofFile {
                extra: None,
                index,
                path,
                checkpoint: newest.note,
            })
        })
    });
    Ok(made.await.context("proving an entry")?.to_string())
}

fn tell(bench: &mut Bench, engine: &str, found: Found) -> Result<()> {
    let name = |what: &str| format!("proof, {engine}: {what}");
    let all = |values: &[f64]| Spread::of(values.iter().copied()).context("nothing was measured");
    let slow = percentile(&found.millis, 99).context("nothing was measured")?;
    let report = &mut bench.report;
    report.judged(&name("made"), all(&found.millis)?, 3, "ms", Bound::Below(5.0));
    report.row(&name("made, 99 of 100 within"), all(&[slow])?, 3, "ms");
    report.row(&name("verified"), all(&found.verified_millis)?, 3, "ms");
    let bytes = all(&found.bytes)?;
    report.row(&name("one file"), bytes, 0, "bytes");
    let largest = all(&[bytes.most])?;
    report.judged(&name("largest file"), largest, 0, "bytes", Bound::AtMost(2_000.0));
    Ok(())
}
