//! Which phone sees whom: the one place that decides it.
//!
//! A person's rows are kept by the household in which the person was registered, and never rewritten. Until something else is
//! written here that household also sees them. Leaving for another phone, a number that fell silent and a number that
//! belongs to strangers now only change who *holds* the person: rows of `departure`, each bound by a MAC.

mod list;
mod number;
mod proof;
mod standing;

use pramaan_domain::id::{HouseholdId, PersonId};

pub use list::{holders, of_household, of_households};
pub(crate) use number::has_sleepers;
pub use number::{Recycled, recycle, silence};
pub use proof::{PROOF_TRIES, Paper, ProofGuess, guess};
pub(crate) use standing::standings;
pub use standing::{Hold, Standing, forget, hold, standing};

/// Whoever is meant: the household that keeps the rows, and the person.
pub type Subject = (HouseholdId, PersonId);
