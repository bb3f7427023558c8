//! Correcting what was recorded of a dose: by who gave it, on its day, with a reason; else by two people, of whom one
//! proposes and another of the centre agrees. Always a new event, and the certificate of the old one stands no longer.

mod apply;
mod change;
mod list;
mod second;
mod visit;

use pramaan_domain::access::{Basis, Field, FieldSet, Purpose};
use pramaan_domain::dose::{BodySite, DoseNumber, VaccineBatch};
use pramaan_domain::id::VisitId;
use pramaan_domain::staff::Reason;
use pramaan_domain::time::Timestamp;
use pramaan_domain::vaccine::Vaccine;

pub use list::{Corrections, Count};
pub use pramaan_domain::correction::{Change, Hands};
pub use pramaan_store::dose_change::Changed;
pub use second::{Decision, Proposed};
pub use visit::{Here, OpenVisit, OwnDose, Recent, RecordedHere, Showing};

use crate::Staff;
use crate::dose::Vial;
use crate::open::Cause;

/// Corrections and proposals of one member of staff on one day: a whole wrong batch, and no rewriting of a register.
pub const CORRECTIONS_A_DAY: u32 = 30;
/// A visit is over after half an hour, like an encounter; the day after, nothing asks for it.
pub const VISIT_DAYS: u32 = 2;

/// What was really given, each part parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    pub number: DoseNumber,
    pub vaccine: Vaccine,
    pub batch: VaccineBatch,
    pub vial: Vial,
    /// On the day of the dose; which day that was is not corrected.
    pub given_at: Timestamp,
    pub site: BodySite,
}

/// What is to become of a dose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    Correct(Facts),
    Void,
    /// It was given to the person of this other visit, as this dose of theirs.
    Move {
        to: VisitId,
        number: DoseNumber,
    },
}

impl Wanted {
    pub fn change(&self) -> Change {
        match self {
            Self::Correct(_) => Change::Correct,
            Self::Void => Change::Void,
            Self::Move { .. } => Change::Move,
        }
    }
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// On record now.
    Done,
    /// It waits for a second person.
    Waits,
}

/// What is shown of a person whose record is opened to be corrected.
const ON_SCREEN: FieldSet = FieldSet::of(&[
    Field::Name,
    Field::BirthYear,
    Field::BirthDate,
    Field::Gender,
    Field::DocumentType,
    Field::DocumentLastFour,
    Field::Doses,
]);
const DOSES: FieldSet = FieldSet::of(&[Field::Doses]);
/// What a void takes out of the public report, besides the dose.
const FOR_VOID: FieldSet = FieldSet::of(&[Field::BirthYear, Field::Gender, Field::Doses]);

impl Staff {
    pub(crate) fn correction_cause(
        &self,
        (basis, reason): (Basis, Option<&Reason>),
        fields: FieldSet,
        request: &'static str,
    ) -> Cause {
        Cause {
            actor: self.actor(),
            basis,
            purpose: Purpose::Correction,
            fields,
            request,
            reason: reason.map(|reason| reason.as_str().to_owned()),
        }
    }
}
