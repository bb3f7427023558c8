//! Leaf format v1: what the public sees of one entry. The grammar, with vectors, is docs/leaf.md.
//!
//! No personal data: who, where exactly, when exactly and which fields are in a sealed detail row, to which the leaf
//! holds a commitment. Version 1 is final: a code once given keeps its meaning, and a new one is a new version.

mod code;
mod commitment;
mod decode;
mod encode;
mod time;

pub use code::{AccessKind, ActorClass, Basis, Purpose, SummaryKind, SystemKind, UnknownCode};
pub use commitment::{Commitment, Salt};
pub use decode::LeafError;
pub use time::{Day, Hour};

use crate::{Hash, SubjectTag};

/// Longest entry that an entry bundle can hold, in bytes. Leaves of version 1 stay below 200.
pub const MAX_LEAF: usize = 65_535;

/// One entry of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Leaf {
    /// Something was done with one person's record.
    Access(Access),
    /// Something was done with many, each of whom has (or nobody has) a leaf of their own.
    Summary(Summary),
    /// The rules, the keys or the people who operate the service changed.
    System(System),
    /// The root over the subject tags of a day that has ended.
    DayRoot(DayRoot),
    /// This log continues another.
    Bridge(Bridge),
}

impl Leaf {
    /// When it was written; nothing for a day root, which is about a whole day.
    pub const fn hour(&self) -> Option<Hour> {
        match self {
            Self::Access(access) => Some(access.circumstances.hour),
            Self::Summary(summary) => Some(summary.circumstances.hour),
            Self::System(system) => Some(system.hour),
            Self::Bridge(bridge) => Some(bridge.hour),
            Self::DayRoot(_) => None,
        }
    }
}

/// What is known about an entry without knowing whom it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Circumstances {
    pub basis: Basis,
    pub hour: Hour,
    /// CoWIN's district id, 0 when there is none.
    pub district: u32,
    pub actor: Actor,
    pub purpose: Purpose,
    /// SHA-256 of the policy that decided.
    pub policy: Hash,
    /// To the detail row.
    pub detail: Commitment,
}

/// In which role, and for whom, somebody acted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Actor {
    pub class: ActorClass,
    /// Number of the centre or the partner, 0 when there is none.
    pub organisation: u64,
}

/// See [`Leaf::Access`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    pub kind: AccessKind,
    pub circumstances: Circumstances,
    /// The person's tag of that day, or sixteen random bytes when a refused request was about nobody.
    pub subject: SubjectTag,
}

/// See [`Leaf::Summary`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    pub kind: SummaryKind,
    pub circumstances: Circumstances,
    /// How many.
    pub count: u64,
}

/// See [`Leaf::System`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct System {
    pub kind: SystemKind,
    pub hour: Hour,
    pub actor: Actor,
    /// SHA-256 of the policy in force afterwards.
    pub policy: Hash,
    /// To the detail row.
    pub detail: Commitment,
}

/// See [`Leaf::DayRoot`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayRoot {
    pub day: Day,
    /// How many access entries the day had.
    pub count: u64,
    /// Of the sorted tree of their tags: see [`DayIndex`](crate::DayIndex).
    pub root: Hash,
}

/// See [`Leaf::Bridge`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bridge {
    pub hour: Hour,
    /// SHA-256 of the other log's origin.
    pub origin: Hash,
    pub size: u64,
    pub root: Hash,
}
