//! Adverse events after a dose: their events, sealed under the person's clinical key, and each district's list of cases.
//!
//! What follows what is not decided here: `domain::aefi` knows the stages, `app::aefi` who may do what.

mod binding;
mod case;
mod count;
mod event;
mod open;
mod sealed;

use pramaan_domain::aefi::{CaseForm, CaseNumber, Causality, Committee, Narrative, Specimen};
use pramaan_domain::dose::{DoseNumber, VaccineBatch};
use pramaan_domain::id::{AefiId, DoseId};
use pramaan_domain::staff::Reason;
use pramaan_domain::time::{CivilDate, Timestamp};
use pramaan_domain::vaccine::Vaccine;

pub use case::{
    Case, CaseKey, Listed, cases_of_centre, cases_of_district, find, insert, next_number, update,
};
pub use count::{Cell, Tally, Vial, count_vial, tallies, tallies_of_days, tally, uncount_vial, vial};
pub use event::{NewEvent, append, repeated};
pub(crate) use open::histories;
pub use open::{Opened, open};

/// The dose that a case is about, as it stood on record when the form was written, and what is known of its vial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// The event with which the dose came into the record: the same however often it was corrected since.
    pub root: DoseId,
    pub dose: DoseNumber,
    pub vaccine: Vaccine,
    pub batch: VaccineBatch,
    /// May be empty.
    pub vial: String,
    pub given_at: Timestamp,
    pub centre: i64,
    /// When the first dose from the same vial was given.
    pub vial_from: Option<Timestamp>,
    /// How many others had a dose from the same vial.
    pub others: Option<u32>,
}

/// One thing done to a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    Form { form: CaseForm, about: About },
    Numbered { number: CaseNumber },
    Investigated(Investigation),
    Assessed(Assessment),
}

/// What the investigation found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Investigation {
    pub began_on: CivilDate,
    pub specimen: Specimen,
    /// Others from the same vial who had the like.
    pub alike: u32,
    pub findings: Narrative,
}

/// What a committee decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assessment {
    pub committee: Committee,
    pub causality: Causality,
    pub decided_on: CivilDate,
    pub words: Narrative,
}

/// An entry as it stands on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    pub seq: i64,
    pub entry: Entry,
    /// The staff code of who wrote it; empty for the person.
    pub by: String,
    /// Why a form was written again.
    pub reason: Option<Reason>,
    pub recorded_at: Timestamp,
}

/// A case with its events, oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    pub id: AefiId,
    pub events: Vec<Event>,
}

impl History {
    /// The latest form.
    pub fn form(&self) -> Option<(&CaseForm, &About)> {
        self.events.iter().rev().find_map(|event| match &event.entry {
            Entry::Form { form, about } => Some((form, about)),
            _ => None,
        })
    }

    pub fn number(&self) -> Option<CaseNumber> {
        self.events.iter().find_map(|event| match event.entry {
            Entry::Numbered { number } => Some(number),
            _ => None,
        })
    }

    pub fn reported_at(&self) -> Option<Timestamp> {
        self.events.first().map(|event| event.recorded_at)
    }
}
