//! What an audit can find wrong, in words that do not change: programs compare them.

use std::fmt;

use crate::leaf::Day;
use crate::{Hash, Tile};

/// The rule that was broken. The word is the same in all three auditors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Check {
    /// A note is signed by the log, and every signature on it by a known key verifies.
    Signature,
    /// Enough of the policy's witnesses cosigned the newest note.
    Quorum,
    /// Publications are numbered without gaps, never shrink, and one size has one root.
    Publication,
    /// The entries give the published root, at each published size.
    Root,
    /// The tiles hold the hashes of the entries.
    Tile,
    /// The bundles hold the entries, and each is a leaf of version 1.
    Entry,
    /// The policy that decided is published under its hash.
    Policy,
    /// Hours never fall.
    Order,
    /// Each day has its root, at its place, over its tags.
    Day,
    /// A log that continues another has its entries, and says of how many it has not.
    Bridge,
}

impl Check {
    pub const ALL: [Self; 10] = [
        Self::Signature,
        Self::Quorum,
        Self::Publication,
        Self::Root,
        Self::Tile,
        Self::Entry,
        Self::Policy,
        Self::Order,
        Self::Day,
        Self::Bridge,
    ];

    pub const fn word(self) -> &'static str {
        match self {
            Self::Signature => "signature",
            Self::Quorum => "quorum",
            Self::Publication => "publication",
            Self::Root => "root",
            Self::Tile => "tile",
            Self::Entry => "entry",
            Self::Policy => "policy",
            Self::Order => "order",
            Self::Day => "day",
            Self::Bridge => "bridge",
        }
    }
}

/// Where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The file `key`.
    Key,
    /// The file `checkpoint`.
    Newest,
    /// The file `checkpoints/latest`.
    Latest,
    /// The file `checkpoints/<n>`.
    Publication(u64),
    Tile(Tile),
    /// The bundle of this path.
    Bundle(String),
    /// The entry with this place in the log, from 0.
    Entry(u64),
    /// The file `policies/<hash>`.
    Policy(Hash),
    Day(Day),
    /// A file of the log number `k` that this one continues: under `before/<k>/`.
    Before {
        k: u64,
        file: Box<Place>,
    },
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key => f.write_str("key"),
            Self::Newest => f.write_str("checkpoint"),
            Self::Latest => f.write_str("checkpoints/latest"),
            Self::Publication(number) => write!(f, "checkpoints/{number}"),
            Self::Tile(tile) => f.write_str(&tile.path()),
            Self::Bundle(path) => f.write_str(path),
            Self::Entry(index) => write!(f, "{index}"),
            Self::Policy(hash) => write!(f, "policies/{hash}"),
            Self::Day(day) => write!(f, "{}", day.number()),
            Self::Before { k, file } => write!(f, "before/{k}/{file}"),
        }
    }
}

/// A promise that was not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub check: Check,
    pub place: Place,
    /// In plain words.
    pub sentence: String,
}

impl Finding {
    pub(super) fn new(check: Check, place: Place, sentence: impl Into<String>) -> Self {
        let sentence = sentence.into();
        Self {
            check,
            place,
            sentence,
        }
    }
}

/// `FAIL <check> <place>: sentence`
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FAIL {} {}: {}", self.check.word(), self.place, self.sentence)
    }
}

/// Why an audit ended early.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure<E> {
    /// The log breaks a promise.
    Violation(Finding),
    /// A file could not be read, so nothing is known.
    Unreadable { name: String, error: E },
    /// This does not look like a published log: the file by which one begins is not there.
    NoLog(&'static str),
}

impl<E> From<Finding> for Failure<E> {
    fn from(finding: Finding) -> Self {
        Self::Violation(finding)
    }
}
