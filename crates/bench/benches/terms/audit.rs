//! The audit of a published log, as an auditor runs it: the program over a folder, its start included.

use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use pramaan_bench::report::Bound;
use pramaan_bench::spread::Spread;
use pramaan_testkit::published;

use crate::Bench;

pub(crate) fn run(bench: &mut Bench) -> Result<()> {
    let (entries, publications) = bench.size.audited;
    let log = published::large(entries, publications);
    let entries = log.leaves.len();
    let (folder, policy) = (bench.folder.join("log"), bench.folder.join("policy"));
    published::write(&log.files(), &folder).context("publishing the log to audit")?;
    drop(log);
    std::fs::write(&policy, published::Log::policy()).context("writing the policy")?;
    let mut rates = Vec::with_capacity(bench.size.rounds);
    for _ in 0..bench.size.rounds {
        let mut audit = Command::new(&bench.program);
        audit
            .args(["log", "verify"])
            .arg(&folder)
            .arg("--policy")
            .arg(&policy);
        let start = Instant::now();
        let output = audit.output().context("starting the audit")?;
        let took = start.elapsed();
        let said = String::from_utf8_lossy(&output.stdout);
        ensure!(output.status.success(), "the audit says: {said}");
        rates.push(entries as f64 / took.as_secs_f64());
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
    Ok(())
}
