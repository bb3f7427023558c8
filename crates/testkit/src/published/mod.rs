//! A published access log to test readers on: deterministic, in memory, with everything known that is usually secret.
//!
//! [`Story`] is six days of forty people, with their tag keys, salts and details. A [`Log`] is what its operator holds:
//! leaves, policies, sizes at which something was published. [`Log::files`] is what a stranger gets (docs/log.md); an
//! operator who lies changes the log first and signs again, a stranger who alters changes the [`Files`] afterwards.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a log that cannot be made must fail the test that wants it"
)]

mod audited;
mod befores;
mod bridges;
mod detail;
mod earlier;
mod keys;
mod large;
mod log;
mod mutants;
mod other_lines;
mod policies;
mod rows;
mod story;

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

pub use audited::{Commitments, audited};
pub use earlier::Earlier;
pub use keys::{log_key, log_verifier, sign, witness_key};
pub use large::{large, stranger};
pub use log::{Log, head};
pub use mutants::{Case, Verdict, intact, mutants};
pub use policies::refused_policies;
pub use story::{DAYS, FIRST_DAY, Person, Story, Written};

/// Of the log in every story.
pub const ORIGIN: &str = "log.example.in/2026";
/// Of the log that it continues.
pub const EARLIER_ORIGIN: &str = "log.example.in/2025";
/// The names of the three witnesses.
pub const WITNESSES: [&str; 3] = [
    "witness.example/one",
    "witness.example/two",
    "witness.example/three",
];

/// What is published, by name: under `/log/` or in a folder.
pub type Files = BTreeMap<String, Vec<u8>>;

/// Writes what is published into a folder, as an export would.
pub fn write(files: &Files, folder: &Path) -> io::Result<()> {
    for (name, bytes) in files {
        let path = folder.join(name);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(path, bytes)?;
    }
    Ok(())
}
