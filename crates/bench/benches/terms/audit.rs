//! The audit of a published log, as an auditor runs it: the program over a folder, its start included.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use pramaan_bench::process::Started;
use pramaan_bench::report::Bound;
use pramaan_bench::spread::Spread;
use pramaan_testkit::published;

use crate::Bench;

/// How often the audit's memory is looked at.
const EVERY: Duration = Duration::from_millis(2);

pub(crate) fn run(bench: &mut Bench) -> Result<()> {
    let (entries, publications) = bench.size.audited;
    let log = published::large(entries, publications);
    let entries = log.leaves.len();
    let (folder, policy) = (bench.folder.join("log"), bench.folder.join("policy"));
    published::write(&log.files(), &folder).context("publishing the log to audit")?;
    drop(log);
    std::fs::write(&policy, published::Log::policy()).context("writing the policy")?;
    let (mut rates, mut memory) = (Vec::new(), Vec::new());
    for _ in 0..bench.size.rounds {
        let (took, highest) = audit(bench, &folder, &policy)?;
        rates.push(entries as f64 / took.as_secs_f64());
        memory.push(highest as f64 / 1e6);
    }
    let report = &mut bench.report;
    report.term(
        "audited log",
        format!(
            "{entries} entries, {publications} publications of three signatures, files in the page cache"
        ),
    );
    let rate = Spread::of(rates).context("nothing was measured")?;
    report.judged("audit of a folder", rate, 0, "entries/s", Bound::AtLeast(1e6));
    let memory = Spread::of(memory).context("nothing was measured")?;
    report.row("audit: resident at its highest", memory, 1, "MB");
    Ok(())
}

/// One audit: how long it took, and the memory that it had at its highest, in bytes.
fn audit(bench: &Bench, folder: &Path, policy: &Path) -> Result<(Duration, u64)> {
    let mut audit = Command::new(&bench.program);
    audit
        .args(["log", "verify"])
        .arg(folder)
        .arg("--policy")
        .arg(policy);
    let said = bench.folder.join("audit.said");
    let start = Instant::now();
    let mut running = Started::spawn(&mut audit, &said)?;
    let ended = running.watch(EVERY)?;
    let took = start.elapsed();
    ensure!(
        ended.status.success(),
        "the audit says: {}",
        std::fs::read_to_string(said).unwrap_or_default()
    );
    Ok((took, ended.highest))
}
