//! A person's extract: every entry of the log about one person between two days, with the proof that there are no others.
//!
//! One JSON file (docs/extract.md), made by the service for the person and checked by whoever the person gives it to,
//! offline: the signed head of the log, the person's view keys of those months, each entry with its leaf, its sealed half
//! opened and its path to the head, and for each day the proofs of the day's index. What a file says is believed only as
//! far as [`Extract::verify`] follows it to the signature.

mod detail;
mod error;
mod packed;
mod quiet;
mod range;
mod verify;
mod view_keys;
mod wire;
mod words;

pub use detail::{Detail, DetailError};
pub use error::{Check, ExtractError, Place};
pub use quiet::Run;
pub use verify::{Trusted, Verified, VerifiedEntry};
pub use words::{BASES, CLASSES, FIELDS, PURPOSES};

use std::fmt;

use crate::leaf::{Day, Salt};
use crate::{AbsenceProof, Hash, InclusionProof, ProofError, SharedProof, SubjectTag, Verifier};

/// Largest extract that is read, in bytes, as it is and unpacked.
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
    /// Of every month that these days touch, and of every part of one that has a key of its own, ascending.
    pub view_keys: Vec<ViewKey>,
    /// By ascending place in the log.
    pub entries: Vec<Entry>,
    /// The days that have a root in the log, ascending.
    pub days: Vec<RootedDay>,
    /// The days that have none yet, ascending: at most the last two.
    pub open: Vec<Day>,
    /// That all entries and all roots of days are in the checkpoint's tree: see [`crate::shared_root`].
    pub hashes: Vec<Hash>,
}

/// What recognises a person's tags of the days from `from` to the month's end, or to the day before the next key's: see
/// [`crate::month_key`].
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ViewKey {
    pub from: Day,
    pub key: [u8; 32],
}

/// The day, without the key.
impl fmt::Debug for ViewKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ViewKey({}, …)", self.from)
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
}

/// A day with its root, and what proves how many entries the person had in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RootedDay {
    pub day: Day,
    /// Place of the day's root in the log.
    pub index: u64,
    pub leaf: Vec<u8>,
    /// Where the person's tags 0, 1, 2… stand in the day's tree, in that order.
    pub present: Vec<u64>,
    /// The neighbours of the tag that would come next.
    pub left: Option<Neighbour>,
    pub right: Option<Neighbour>,
    /// That the tags and the neighbours are in the day's tree.
    pub hashes: Vec<Hash>,
}

/// A tag of somebody, and its place in the day's tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Neighbour {
    pub tag: SubjectTag,
    pub place: u64,
}

impl RootedDay {
    /// A day of `count` tags, from the single proofs of what the person had in it, which are believed.
    ///
    /// # Errors
    /// For proofs of another tree.
    pub fn of(
        (day, count): (Day, u64),
        (index, leaf): (u64, Vec<u8>),
        present: &[InclusionProof],
        absent: &AbsenceProof,
    ) -> Result<Self, ProofError> {
        let mut shared = SharedProof::new(count);
        for proof in present.iter().chain(&absent.left).chain(&absent.right) {
            shared.add(proof.index, &proof.path)?;
        }
        let neighbour = |proof: &InclusionProof| Neighbour {
            tag: proof.tag,
            place: proof.index,
        };
        Ok(Self {
            day,
            index,
            leaf,
            present: present.iter().map(|proof| proof.index).collect(),
            left: absent.left.as_ref().map(neighbour),
            right: absent.right.as_ref().map(neighbour),
            hashes: shared.hashes(),
        })
    }
}
