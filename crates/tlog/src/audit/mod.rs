//! The audit of a published log: everything that docs/log.md promises, checked from its files and nothing else.
//!
//! One pass in the order of the log. What is remembered is the right edge, a head for each publication and the tags of
//! days that have no root yet, 16 bytes for each; never the log. The first thing found wrong ends the audit and is named:
//! whoever altered one entry altered no less than the log.
//!
//! docs/audit.md gives the checks in their exact order, which two other programs (tools/verify_log.py and a Go program
//! under tests/peers) follow as well, so that all three name the same fault with the same word.

mod bundle;
mod days;
mod earlier;
mod entries;
mod finding;
mod in_order;
mod publications;
mod read;
mod report;
mod tiles;

use std::num::NonZeroUsize;

pub use finding::{Check, Failure, Finding, Place};
pub use report::{Bridged, Disclosures, Report, Trust};

use crate::policy::Policy;
use entries::Entries;
use publications::publications;

/// Where the published files are read: a folder, a server, the memory of a test. Asked by several threads at once.
pub trait Published: Sync {
    type Error: Send;

    /// The file of this name, or nothing when there is none. Names are those of docs/log.md: letters, digits, dots and
    /// single slashes. Reads no more than `most + 1` bytes: the audit refuses what is longer than `most`.
    fn read(&self, name: &str, most: usize) -> Result<Option<Vec<u8>>, Self::Error>;
}

/// How far an audit has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Signatures of so many publications were checked, of so many.
    Publications { done: u64, of: u64 },
    /// So many entries were checked, of so many.
    Entries { done: u64, of: u64 },
}

/// Audits what is published, on so many threads. Without a policy the key that lies beside the checkpoint is believed and
/// no cosignature is asked for.
pub fn audit<P: Published>(
    published: &P,
    policy: Option<&Policy>,
    workers: NonZeroUsize,
    progress: &mut dyn FnMut(Progress),
) -> Result<Report, Failure<P::Error>> {
    let (policy, trust) = match policy {
        Some(policy) => (policy.clone(), Trust::Policy),
        None => (
            Policy::of_log(read::key(published)?),
            Trust::KeyBesideTheCheckpoint,
        ),
    };
    let heads = publications(published, &policy, workers, progress)?;
    let earlier = earlier::read(published)?;
    let mut entries = Entries::new(published, &heads, earlier)?;
    in_order::run(
        heads.size().div_ceil(256),
        workers,
        |number| bundle::read(published, number, heads.size()),
        |bundle| {
            entries.bundle(bundle?)?;
            progress(Progress::Entries {
                done: entries.done(),
                of: heads.size(),
            });
            Ok::<(), Failure<P::Error>>(())
        },
    )?;
    let found = entries.finish()?;
    Ok(Report::new(heads, found, trust, &policy))
}
