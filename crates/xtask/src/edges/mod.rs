//! `cargo xtask edges`: what the crates depend on, compared with the table in ARCHITECTURE.md.
//!
//! The table is the rule; this only reads it. So the document cannot go stale, and allowing a new edge is a change that
//! a reviewer sees there.

mod check;
mod table;
mod workspace;

use anyhow::{Context, Result, bail};

use crate::shell;

pub(crate) fn run() -> Result<()> {
    let document = std::fs::read_to_string(shell::root().join("ARCHITECTURE.md"))
        .context("could not read ARCHITECTURE.md")?;
    let table = table::parse(&document)?;
    let crates = workspace::read()?;
    let violations = check::violations(&table, &crates);
    for violation in &violations {
        println!("{violation}");
    }
    if !violations.is_empty() {
        bail!(
            "{} edges or rows disagree with the crate table in ARCHITECTURE.md",
            violations.len()
        );
    }
    let edges: usize = crates.iter().map(|member| member.uses.len()).sum();
    println!(
        "{} crates, {edges} dependencies, all allowed by ARCHITECTURE.md",
        crates.len()
    );
    Ok(())
}
