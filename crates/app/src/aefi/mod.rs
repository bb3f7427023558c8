//! Adverse events after a dose (AEFI): reported at the site or by the person, numbered, investigated and classified.
//!
//! Three ways in, each with its own right: staff who were shown evidence of the person, the person on their own phone, and
//! the district's officer by duty of law, one case at a time from a list without names. Nobody searches.

mod citizen;
mod district;
mod form;
mod list;
mod pass;
mod site;

use pramaan_domain::access::{Field, FieldSet};
use pramaan_domain::aefi::{CaseForm, Seriousness};
use pramaan_domain::id::{AefiId, DoseId};
use pramaan_domain::staff::Reason;
use pramaan_domain::time::CivilDate;
use pramaan_store::dose::Given;

pub use citizen::{OWN_REPORTS_A_DAY, Unwell};
pub use district::{CaseStep, Copies, GoOn, OpenCase};
pub use list::{Clocks, LISTED, is_overdue};
pub use pass::{AefiPass, PASS_SECONDS};
pub use pramaan_store::aefi::{
    About, Assessment, CaseKey, Entry, Event, History, Investigation, Listed, Opened,
};
pub use site::{AT_SITE_SECONDS, Presence, Scene};

use crate::FormKey;

/// Who it is, what was given and what was reported of it.
pub(crate) const CASE: FieldSet = FieldSet::of(&[
    Field::Name,
    Field::BirthYear,
    Field::Gender,
    Field::Doses,
    Field::AdverseEvents,
]);

/// A form as it is sent from a site.
#[derive(Debug, Clone)]
pub struct SiteForm {
    pub dose: DoseId,
    pub form: CaseForm,
    pub joins: Joins,
    pub key: FormKey,
}

/// Whether it is about an event that somebody reported before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Joins {
    /// The form knew of none.
    NotAsked,
    /// It is one more version of that report.
    Report(AefiId, Reason),
    /// There is one, and this is something else.
    Another,
}

/// What became of a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reported {
    pub id: AefiId,
    pub how: How,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    New,
    /// It is another version of an earlier report.
    Joined,
    /// The same form was sent before; nothing was done.
    Repeated,
}

/// The report of a dose that a new form about it has to know of: one of today, or a person's own that no health worker has
/// answered yet.
pub fn standing<'a>(cases: &'a [History], dose: &Given, today: CivilDate) -> Option<&'a History> {
    cases.iter().rev().find(|case| {
        let of_dose = case.form().is_some_and(|(_, about)| about.root == dose.root);
        let of_today = case.reported_at().is_some_and(|at| at.date() == today);
        of_dose && (of_today || seriousness(case).is_none())
    })
}

/// What the latest form that says says.
pub fn seriousness(case: &History) -> Option<Seriousness> {
    let said = case.events.iter().rev().find_map(|event| match &event.entry {
        Entry::Form { form, .. } => Some(form.seriousness).filter(Option::is_some),
        _ => None,
    });
    said.flatten()
}

/// Whether any form says that the person died.
pub(crate) fn is_death(case: &History) -> bool {
    case.form().is_some_and(|(form, _)| form.is_death())
}
