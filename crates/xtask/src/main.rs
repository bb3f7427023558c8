//! Development tasks. `cargo xtask test` is everything that CI checks; the other commands are its parts, and the runs that
//! are too long for it. Nothing here is linked into the product.

#![expect(
    clippy::print_stdout,
    reason = "a development tool talks to the person who runs it"
)]

mod bench;
mod browser;
mod clients;
mod demo;
mod edges;
mod generated;
mod guard;
mod inventory;
mod lines;
mod lint;
mod long;
mod packages;
mod peers;
mod shell;
mod sizes;
mod test;
mod tree;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Development tasks of Pramaan")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Everything that CI checks; installs the Debian packages that are missing
    #[command(after_help = test::listed())]
    Test {
        /// Run only this step (may be given several times)
        #[arg(long, value_name = "STEP")]
        only: Vec<String>,
    },
    /// Compare the crates' dependencies with the table in ARCHITECTURE.md
    Edges,
    /// House rules that clippy does not know
    Lint,
    /// List the files that have grown long; never fails
    Sizes,
    /// Write the files of policy/ that are printed by code: who may open what, and the inventory of fields
    Generate,
    /// Third-party CoWIN clients against a started demo
    Clients,
    /// Three auditors that share no code, on published logs of every kind: tests/peers
    Peers,
    /// Browser tests against a started demo
    Browser {
        /// Only the tests of the helpers themselves, which need no demo
        #[arg(long)]
        helpers: bool,
        /// Only every page with every sample under axe, which needs no demo
        #[arg(long, conflicts_with = "helpers")]
        pages: bool,
        /// Only these stories, by the beginning of their file's name
        stories: Vec<String>,
    },
    /// Benchmarks beside nginx and the raw transaction: benches/README.md
    Bench {
        /// Tiny counts in a debug build: that every part runs, no figures
        #[arg(long)]
        smoke: bool,
    },
    /// The tests that have a larger size, at that size, in an optimised build: docs/long-runs.md
    Long {
        /// Run only this part (may be given several times)
        #[arg(long, value_name = "PART")]
        only: Vec<String>,
    },
}

fn main() -> ExitCode {
    match run(Cli::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("\nxtask failed: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<()> {
    match task {
        Task::Test { only } => test::run(&only),
        Task::Edges => edges::run(),
        Task::Lint => lint::run(),
        Task::Sizes => sizes::run(),
        Task::Generate => generated::write(),
        Task::Clients => clients::run(),
        Task::Peers => peers::run(),
        Task::Browser { helpers: true, .. } => browser::run_helpers(),
        Task::Browser { pages: true, .. } => browser::run_pages(),
        Task::Browser { stories, .. } if stories.is_empty() => browser::run_all(),
        Task::Browser { stories, .. } => browser::run_some(&stories),
        Task::Bench { smoke: true } => bench::run(bench::Size::Smoke),
        Task::Bench { smoke: false } => bench::run(bench::Size::Full),
        Task::Long { only } => long::run(&only),
    }
}
