//! The benchmarks, one part after the other, against peers of the same run. `cargo xtask bench` builds what they need
//! and starts them; benches/README.md says what the figures mean.

#![expect(clippy::print_stdout, reason = "a benchmark talks to the person who runs it")]

mod audit;
mod availability;
mod booking;
mod cost;
mod data;
mod disclosure;
mod extract;
mod http;
mod memory;
mod part;
mod people;
mod proof;
mod raw;
mod sessions;
mod size;
mod stand_in;
mod tall;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use clap::Parser;
use pramaan_bench::report::{Meaning, Report};
use pramaan_bench::{disk, nginx, process};

use crate::part::Part;
use crate::size::{FULL, SMOKE, Size};
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
    let wanted = Part::ALL
        .into_iter()
        .filter(|part| part.name().starts_with(&options.part));
    for part in wanted.clone() {
        part.run(&mut bench, &runtime)?;
    }
    bench.report.write(&options.out)?;
    println!("\n{}", bench.report.table());
    for part in wanted.map(Part::name) {
        let found = bench.report.names().any(|name| name.starts_with(part));
        ensure!(found, "the part {part} reported nothing");
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
