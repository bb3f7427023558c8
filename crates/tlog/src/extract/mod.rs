//! A person's extract: every entry of the log about one person between two days, with the proof that there are no others.
//!
//! One JSON file (docs/extract.md), made by the service for the person and checked by whoever the person gives it to,
//! offline: the signed head of the log, the person's view keys of those months, each entry with its leaf, its sealed half
//! opened and its path to the head, and for each day the proofs of the day's index. What a file says is believed only as
//! far as [`Extract::verify`] follows it to the signature.

mod detail;
mod error;
mod months;
mod quiet;
mod range;
mod verify;
mod wire;
mod words;

pub use detail::{Detail, DetailError};
pub use error::{Check, ExtractError, Place};
pub use quiet::Run;
pub use verify::{Trusted, Verified, VerifiedEntry};
pub use words::{BASES, CLASSES, FIELDS, PURPOSES};

use std::fmt;

use crate::leaf::{Day, Salt};
use crate::{Hash, Verifier};

/// Largest extract that is read, in bytes.
pub const MAX_EXTRACT: usize = 8 * 1024 * 1024;
/// Most days of one extract: a year, and the rest of its last month.
pub const MAX_DAYS: u32 = 400;

/// An extract as read or as put together, not yet believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extract {
    /// Which log.
    pub origin: String,
    /// The key that the checkpoint is said to be signed with.
    pub key: Verifier,
    /// The whole signed note of one published head.
    pub checkpoint: String,
    /// First and last day, both included.
    pub from: Day,
    pub to: Day,
    /// Of every month that these days touch, ascending.
    pub months: Vec<MonthKey>,
    /// By ascending place in the log.
    pub entries: Vec<Entry>,
    /// The days that have a root in the log, ascending.
    pub days: Vec<RootedDay>,
    /// The days that have none yet, ascending: at most the last two.
    pub open: Vec<Day>,
}

/// What recognises a person's tags of one month: see [`crate::month_key`].
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct MonthKey {
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
    pub key: [u8; 32],
}

/// The month, without the key.
impl fmt::Debug for MonthKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MonthKey({}-{:02}, …)", self.year, self.month)
    }
}

/// One entry about the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Place in the log.
    pub index: u64,
    pub day: Day,
    /// Number within the person's day, from 0.
    pub i: u32,
    pub leaf: Vec<u8>,
    pub salt: Salt,
    /// The sealed half, opened: what the leaf commits to.
    pub detail: Vec<u8>,
    /// From the leaf to the checkpoint's root.
    pub path: Vec<Hash>,
}

/// A day with its root, and what proves how many entries the person had in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RootedDay {
    pub day: Day,
    /// Place of the day's root in the log.
    pub index: u64,
    pub leaf: Vec<u8>,
    /// From the leaf to the checkpoint's root.
    pub path: Vec<Hash>,
    /// Of the person's tags 0, 1, 2… of the day, in that order.
    pub present: Vec<Placed>,
    /// The neighbours of the tag that would come next.
    pub absent: crate::AbsenceProof,
}

/// Where a tag that the reader can compute stands in a day's tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    pub place: u64,
    pub path: Vec<Hash>,
}
