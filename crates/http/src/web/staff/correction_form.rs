//! The form of a change: what was recorded, what was typed over it, and beside which field a refusal belongs.

use chrono::NaiveTime;
use pramaan_app::Refusal;
use pramaan_app::correction::{Change, Facts, RecordedHere, Wanted};
use pramaan_app::dose::Vial;
use pramaan_domain::dose::{BodySite, DoseNumber, VaccineBatch};
use pramaan_domain::staff::Reason;
use pramaan_domain::time::Timestamp;
use pramaan_domain::vaccine::Vaccine;
use serde::Deserialize;

use super::correction::change;
use super::dose_form::{keep, now_typed};
use super::left_over::dose_answer;
use crate::web::form::{FormState, Message};
use crate::web::i18n::Locale;
use crate::web::kept::{Fields, Said};

/// Everything as it was typed.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    pub(super) act: String,
    pub(super) vaccine: String,
    pub(super) dose: String,
    pub(super) batch: String,
    pub(super) vial: String,
    pub(super) given_at: String,
    pub(super) site: String,
    /// The other open record, of a move.
    pub(super) to: String,
    pub(super) reason: String,
    /// `yes` from the page that showed everything back.
    pub(super) confirmed: String,
    /// `change` when somebody came back from there, `kept` from a login that interrupted the form.
    pub(super) step: String,
    /// The form that waited for that login, sealed.
    pub(super) kept: String,
}

impl Fields for Typed {
    fn fields(&self) -> Vec<(&'static str, &str)> {
        vec![
            ("act", &self.act),
            ("vaccine", &self.vaccine),
            ("dose", &self.dose),
            ("batch", &self.batch),
            ("vial", &self.vial),
            ("given_at", &self.given_at),
            ("site", &self.site),
            ("to", &self.to),
            ("reason", &self.reason),
        ]
    }
}

impl Said for Typed {
    fn said(&self, locale: Locale, field: &str, value: &str) -> Option<(&'static str, String)> {
        Some(match field {
            "act" => ("correction-act", change(locale, Change::parse(value)?)),
            // Which one it is, only the record could tell.
            "to" => ("correction-to", locale.t("correction-to-open")),
            "reason" => ("correction-reason", value.trim().to_owned()),
            _ => return dose_answer(locale, field, value),
        })
    }

    fn again(&self) -> Vec<(&'static str, &str)> {
        let mut fields = self.fields();
        fields.push(("confirmed", &self.confirmed));
        fields
    }
}

/// The form before anybody typed: the dose as it is on record.
pub(super) fn recorded(dose: &RecordedHere) -> Typed {
    let given = &dose.given;
    Typed {
        act: Change::Correct.code().to_owned(),
        vaccine: given.facts.vaccine.name().to_owned(),
        dose: given.dose.to_string(),
        batch: given.facts.batch.as_str().to_owned(),
        vial: given.facts.vial.clone(),
        given_at: now_typed(given.facts.given_at),
        site: given.facts.site.code().to_owned(),
        ..Typed::default()
    }
}

impl Typed {
    /// Reads what is wanted of a dose.
    ///
    /// # Errors
    /// The form with an error beside each field that cannot be read.
    pub(super) fn parse(&self, dose: &RecordedHere, now: Timestamp) -> Result<(Wanted, Reason), FormState> {
        let form = self.form();
        let reason = Reason::parse(&self.reason).ok();
        let (form, reason) = keep(form, "reason", reason, "evidence-reason-shape");
        let (form, wanted) = match Change::parse(&self.act) {
            Some(Change::Correct) => self.facts(form, dose, now),
            Some(Change::Void) => (form, Some(Wanted::Void)),
            Some(Change::Move) => self.moved(form),
            None => (form.error_at("act", Message::new("correction-act-wrong")), None),
        };
        match (wanted, reason) {
            (Some(wanted), Some(reason)) => Ok((wanted, reason)),
            _ => Err(form),
        }
    }

    fn facts(&self, form: FormState, dose: &RecordedHere, now: Timestamp) -> (FormState, Option<Wanted>) {
        let vaccine = Vaccine::parse(&self.vaccine).ok();
        let (form, vaccine) = keep(form, "vaccine", vaccine, "dose-vaccine-wrong");
        let (form, number) = self.number(form);
        let batch = VaccineBatch::parse(&self.batch).ok();
        let (form, batch) = keep(form, "batch", batch, "dose-batch-wrong");
        let (form, vial) = keep(form, "vial", Vial::parse(&self.vial).ok(), "dose-vial-wrong");
        let given_at = self.given_at(dose, now);
        let (form, given_at) = keep(form, "given_at", given_at, "correction-time-wrong");
        let (form, site) = keep(form, "site", BodySite::parse(&self.site).ok(), "dose-site-wrong");
        let wanted = match (vaccine, number, batch, vial, given_at, site) {
            (Some(vaccine), Some(number), Some(batch), Some(vial), Some(given_at), Some(site)) => {
                Some(Wanted::Correct(Facts {
                    number,
                    vaccine,
                    batch,
                    vial,
                    given_at,
                    site,
                }))
            }
            _ => None,
        };
        (form, wanted)
    }

    fn moved(&self, form: FormState) -> (FormState, Option<Wanted>) {
        let (form, to) = keep(form, "to", self.to.parse().ok(), "correction-to-wrong");
        let (form, number) = self.number(form);
        let wanted = to.zip(number).map(|(to, number)| Wanted::Move { to, number });
        (form, wanted)
    }

    fn number(&self, form: FormState) -> (FormState, Option<DoseNumber>) {
        let number = DoseNumber::parse(&self.dose).ok();
        keep(form, "dose", number, "dose-number-wrong")
    }

    /// A minute of the day of the dose; the minute on record is the instant on record.
    fn given_at(&self, dose: &RecordedHere, now: Timestamp) -> Option<Timestamp> {
        let before = dose.given.facts.given_at;
        if self.given_at.trim() == now_typed(before) {
            return Some(before);
        }
        let time = NaiveTime::parse_from_str(self.given_at.trim(), "%H:%M").ok()?;
        Some(Timestamp::from_local(dose.given.on(), time)).filter(|at| *at <= now)
    }
}

/// Beside which field a refusal belongs.
pub(super) fn beside(refusal: &Refusal) -> Option<(&'static str, Message)> {
    Some(match refusal {
        Refusal::Invalid { field: "batch", .. } => ("batch", Message::new("correction-nothing")),
        Refusal::Invalid {
            field: "given_at", ..
        } => ("given_at", Message::new("correction-time-wrong")),
        Refusal::Invalid { field: "to", .. } => ("to", Message::new("correction-to-same")),
        Refusal::Superseded => ("batch", Message::new("correction-meanwhile")),
        Refusal::OverBudget { .. } => ("reason", Message::new("correction-over")),
        _ => return None,
    })
}
