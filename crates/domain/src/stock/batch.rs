//! A batch: until when it may be used, and what speaks against a dose of it.

use std::fmt;

use crate::dose::VaccineBatch;
use crate::time::CivilDate;
use crate::vaccine::Vaccine;

/// A product and the number on its vials. Two makers may use one number, so neither is a key alone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BatchKey {
    pub vaccine: Vaccine,
    pub batch: VaccineBatch,
}

/// A batch as a centre received it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    pub key: BatchKey,
    /// The last day on which it may be used.
    pub expires_on: CivilDate,
    pub doses_per_vial: u16,
}

/// Every centre is told not to use a batch from a day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recall {
    pub key: BatchKey,
    pub since: CivilDate,
    /// As it was made known; names nobody.
    pub reason: String,
}

impl Batch {
    pub fn is_expired(&self, on: CivilDate) -> bool {
        on > self.expires_on
    }
}

impl Recall {
    pub fn holds(&self, on: CivilDate) -> bool {
        on >= self.since
    }
}

/// Why a dose of a batch is off-protocol. It is recorded all the same, with a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Objection {
    Recalled {
        since: CivilDate,
    },
    Expired {
        on: CivilDate,
    },
    /// The centre's ledger has none of it, or never had.
    NotOnHand,
    /// All that is left of it is in vials that have been open for too long.
    VialPastTime,
}

impl fmt::Display for Objection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Recalled { since } => write!(f, "This batch has been recalled since {since}."),
            Self::Expired { on } => write!(f, "This batch expired after {on}."),
            Self::NotOnHand => f.write_str("This centre's stock has no dose of this batch."),
            Self::VialPastTime => f.write_str("The open vial of this batch is past its time."),
        }
    }
}
