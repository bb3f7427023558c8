//! The benchmarks, one part after the other, against peers of the same run. `cargo xtask bench` builds what they need
//! and starts them; benches/README.md says what the figures mean.

#![expect(clippy::print_stdout, reason = "a benchmark talks to the person who runs it")]

mod audit;
mod availability;
mod booking;
mod data;
mod disclosure;
mod extract;
mod http;
mod memory;
mod people;
mod proof;
mod raw;
mod sessions;
mod stand_in;
mod tall;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use clap::Parser;
use pramaan_bench::report::{Meaning, Report};
use pramaan_bench::{disk, nginx, process};

use crate::stand_in::StandIn;

/// Availability, bookings, disclosures, memory and start, each beside its peer; one proof, a person's year and the audit.
#[derive(Parser)]
struct Options {
    /// The built `pramaan`.
    #[arg(long, value_name = "FILE")]
    program: PathBuf,
    /// Where report.txt and report.json go.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Tiny counts: shows that every part runs. The figures mean nothing.
    #[arg(long)]
    smoke: bool,
    /// How `pramaan` and this were built, for the report.
    #[arg(long, default_value = "unknown")]
    build: String,
    /// Only the parts whose name begins with this.
    #[arg(long, default_value = "")]
    part: String,
    #[command(flatten)]
    stand_in: StandIn,
    /// Cargo says this to every benchmark.
    #[arg(long, hide = true)]
    bench: bool,
}

/// How much of everything.
#[derive(Clone, Copy)]
struct Size {
    rounds: usize,
    sessions: usize,
    /// Milliseconds of load in one run of the availability part.
    run_millis: u64,
    /// Bookings in one run.
    bookings: usize,
    /// Clients that book, or open records, at the same time.
    clients: usize,
    /// People whose records are opened.
    people: usize,
    distinct_requests: usize,
    starts: usize,
    appends: usize,
    /// Entries of the audited log, and its publications.
    audited: (u64, u64),
    /// Entries of the log in which some are proven, and how many are.
    proven: (u64, u64),
    /// Entries about strangers on each day of the year that is taken home.
    entries_a_day: usize,
}

const FULL: Size = Size {
    rounds: 5,
    sessions: 20_000,
    run_millis: 3_000,
    bookings: 4_000,
    clients: 512,
    people: 4_000,
    distinct_requests: 10_000,
    starts: 5,
    appends: 200,
    audited: (2_000_000, 200),
    proven: (100_000_077, 5_000),
    entries_a_day: 2_740,
};

const SMOKE: Size = Size {
    rounds: 2,
    sessions: 400,
    run_millis: 150,
    bookings: 24,
    clients: 8,
    people: 12,
    distinct_requests: 100,
    starts: 1,
    appends: 5,
    audited: (2_000, 3),
    proven: (70_077, 20),
    entries_a_day: 3,
};

/// What every part works with.
struct Bench {
    program: PathBuf,
    folder: PathBuf,
    size: Size,
    report: Report,
}

fn main() -> ExitCode {
    let options = Options::parse();
    let outcome = match options.stand_in.folder() {
        Some(folder) => options.stand_in.run(folder),
        None => run(&options),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("\nthe benchmark failed: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<()> {
    let folder = tempfile::Builder::new()
        .prefix("pramaan-bench-")
        .tempdir_in(&options.out)
        .or_else(|_| {
            std::fs::create_dir_all(&options.out)?;
            tempfile::Builder::new()
                .prefix("pramaan-bench-")
                .tempdir_in(&options.out)
        })
        .with_context(|| format!("making a folder in {}", options.out.display()))?;
    let mut bench = Bench {
        program: options.program.clone(),
        folder: folder.path().to_owned(),
        size: if options.smoke { SMOKE } else { FULL },
        report: Report::new(if options.smoke {
            Meaning::Smoke
        } else {
            Meaning::Figures
        }),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("starting the load generator")?;
    bench.terms(options)?;
    if "availability".starts_with(&options.part) {
        runtime.block_on(availability::run(&mut bench))?;
    }
    if "booking".starts_with(&options.part) {
        runtime.block_on(booking::run(&mut bench))?;
    }
    if "disclosure".starts_with(&options.part) {
        runtime.block_on(disclosure::run(&mut bench))?;
    }
    if "memory".starts_with(&options.part) {
        runtime.block_on(memory::run(&mut bench))?;
    }
    if "proof".starts_with(&options.part) {
        runtime.block_on(proof::run(&mut bench))?;
    }
    if "extract".starts_with(&options.part) {
        runtime.block_on(extract::run(&mut bench))?;
    }
    if "audit".starts_with(&options.part) {
        audit::run(&mut bench)?;
    }
    bench.report.write(&options.out)?;
    println!("\n{}", bench.report.table());
    if options.smoke && options.part.is_empty() {
        for part in [
            "availability",
            "booking",
            "disclosure",
            "memory",
            "proof",
            "audit",
        ] {
            let found = bench.report.names().any(|name| name.starts_with(part));
            ensure!(found, "the part {part} reported nothing");
        }
    }
    Ok(())
}

impl Bench {
    /// What stands beside every figure.
    fn terms(&mut self, options: &Options) -> Result<()> {
        let at = disk::append_micros(&self.folder, self.size.appends)?;
        let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
        let report = &mut self.report;
        report.term("machine", process::machine());
        report.term("build", options.build.as_str());
        report.term(
            "load at start",
            load.split_whitespace().take(3).collect::<Vec<_>>().join(" "),
        );
        report.term("8 KiB append + fdatasync", format!("{at:.0} µs"));
        report.term("peer", nginx::version());
        report.term(
            "load generator",
            "ours, closed loop, on the same cores as the servers; 64 connections unless said",
        );
        report.term("transport", "loopback, HTTP/1.1 keep-alive, no TLS");
        report.term("logs", "off in nginx; ours at `warn`, its default");
        report.term("access log", "on: Ed25519 signed head in each commit");
        report.term("sealing", "AES-256-GCM-SIV, a key per person and field group");
        report.term(
            "runs",
            format!("{} interleaved; median [least-most]", self.size.rounds),
        );
        Ok(())
    }
}
