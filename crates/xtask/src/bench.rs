//! The benchmarks of benches/README.md: `pramaan` is built as it is shipped, and the bench target beside it.
//!
//! At smoke size they run in what `cargo test` has built already, with counts so small that the figures mean nothing: that
//! every part still runs is what is checked.

use anyhow::Result;

use crate::packages::{self, NGINX, POSTGRESQL, Package};
use crate::{demo, shell};

/// What the peers come from, and the second engine.
pub(crate) const NEEDS: &[Package] = &[NGINX, POSTGRESQL];

/// How much is measured.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Size {
    Full,
    Smoke,
}

pub(crate) fn run(size: Size) -> Result<()> {
    packages::install(NEEDS)?;
    let target = demo::target_folder()?;
    let (folder, profile) = match size {
        Size::Full => ("release", "release"),
        Size::Smoke => ("debug", "dev"),
    };
    match size {
        Size::Full => shell::run(&mut shell::cargo(&["build", "--release", "-p", "pramaan"]))?,
        Size::Smoke => shell::run(&mut shell::cargo(&["build", "--workspace", "--bins"]))?,
    }
    let program = format!("{target}/{folder}/pramaan");
    let out = format!("{target}/bench");
    let mut bench = shell::cargo(&["bench", "--profile", profile, "--bench", "terms"]);
    match size {
        Size::Full => bench.args(["-p", "pramaan-bench", "--"]),
        Size::Smoke => bench.args(["--workspace", "--", "--smoke"]),
    };
    bench.args(["--program", &program, "--out", &out, "--build", folder]);
    shell::run(&mut bench)?;
    println!("written: {out}/report.txt and {out}/report.json");
    Ok(())
}
