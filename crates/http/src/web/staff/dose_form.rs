//! The form of a dose: what it suggests, what was typed, and when a reason is asked for.
//!
//! The use case decides; what is asked for here saves a round trip and puts the question beside its field.

use chrono::{NaiveTime, Timelike};
use pramaan_app::Refusal;
use pramaan_app::dose::{Dose, Vial};
use pramaan_app::encounter::OpenEncounter;
use pramaan_domain::dose::{BodySite, DoseNumber, VaccineBatch};
use pramaan_domain::staff::Reason;
use pramaan_domain::stock;
use pramaan_domain::time::{CivilDate, Timestamp};
use pramaan_domain::vaccine::Vaccine;
use serde::Deserialize;

use super::stock_words;
use crate::web::form::{FormState, Message};
use crate::web::kept::Fields;

/// Everything as it was typed.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    pub(super) vaccine: String,
    pub(super) dose: String,
    pub(super) batch: String,
    /// One that is not among those on hand; it counts, whatever is chosen.
    pub(super) batch_other: String,
    pub(super) vial: String,
    pub(super) given_at: String,
    pub(super) site: String,
    pub(super) reason: String,
    /// On which the form was opened; a form can lie for days.
    pub(super) day: String,
    /// `yes` from the page that showed everything back.
    pub(super) confirmed: String,
    /// `change` when somebody came back from the confirmation, `kept` from a login that interrupted the form.
    pub(super) step: String,
    /// The form that waited for that login, sealed.
    pub(super) kept: String,
}

/// Whether the page asks why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reasoning {
    Asked,
    NotAsked,
}

/// What speaks against a dose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Objection {
    Rules,
    OtherDose,
    OtherVaccine,
    Stock(stock::Objection),
}

/// What is chosen when the batch is none of those on hand.
pub(super) const OTHER_BATCH: &str = "other batch";

impl Objection {
    pub(super) fn message(self) -> Message {
        match self {
            Self::Rules => Message::new("dose-reason-rules"),
            Self::OtherDose => Message::new("dose-reason-dose"),
            Self::OtherVaccine => Message::new("dose-reason-vaccine"),
            Self::Stock(objection) => stock_words::why(objection),
        }
    }
}

/// What the form holds before anybody typed: the session's vaccine, the dose that is due, now. Where it was given is for
/// the nurse to say, except of a vaccine that goes into the nose only.
pub(super) fn suggested(open: &OpenEncounter, now: Timestamp) -> Typed {
    let due = if open.advice.verdict.may_book() {
        open.advice.dose
    } else {
        open.dose
    };
    let site = match open.vaccine {
        Vaccine::Incovacc => BodySite::Nose.code(),
        _ => "",
    };
    Typed {
        vaccine: open.vaccine.name().to_owned(),
        dose: due.to_string(),
        given_at: now_typed(now),
        day: now.date().to_string(),
        site: site.to_owned(),
        batch: suggested_batch(open, now),
        ..Typed::default()
    }
}

/// The batch that nothing speaks against: one with an open vial before others. None for a centre that keeps no ledger.
fn suggested_batch(open: &OpenEncounter, now: Timestamp) -> String {
    let there = stock_words::on_hand(&open.stock.shelves, open.vaccine, now.date());
    let mut good = there
        .iter()
        .filter(|shelf| shelf.key.vaccine == open.vaccine && shelf.objections(now).is_empty());
    good.next()
        .map(|shelf| shelf.key.batch.as_str().to_owned())
        .unwrap_or_default()
}

/// An instant as the field of the time given holds it: `14:05`.
pub(super) fn now_typed(now: Timestamp) -> String {
    let time = now.time_of_day();
    format!("{:02}:{:02}", time.hour(), time.minute())
}

/// What speaks against recording this without a reason.
pub(super) fn objection(open: &OpenEncounter, number: DoseNumber, vaccine: Vaccine) -> Option<Objection> {
    if vaccine != open.vaccine {
        return Some(Objection::OtherVaccine);
    }
    if !open.advice.verdict.may_book() {
        return Some(Objection::Rules);
    }
    (number != open.advice.dose).then_some(Objection::OtherDose)
}

/// What the stock says of a dose, if the centre keeps a ledger. The use case decides; this asks beside the field.
pub(super) fn stock_objection(open: &OpenEncounter, dose: &Dose) -> Option<Objection> {
    open.stock.kept_since?;
    let key = stock::BatchKey {
        vaccine: dose.vaccine,
        batch: dose.batch.clone(),
    };
    let shelf = open.stock.shelves.iter().find(|shelf| shelf.key == key);
    let objections = shelf.map_or_else(
        || vec![stock::Objection::NotOnHand],
        |shelf| shelf.objections(dose.given_at),
    );
    objections.first().copied().map(Objection::Stock)
}

impl Reasoning {
    /// For the form as it was suggested.
    pub(super) fn for_suggested(open: &OpenEncounter) -> Self {
        if open.advice.verdict.may_book() {
            Self::NotAsked
        } else {
            Self::Asked
        }
    }

    /// For what was typed. A reason that stands there already stays on the page, whatever it was asked for.
    pub(super) fn for_typed(open: &OpenEncounter, typed: &Typed) -> Self {
        if !typed.reason.trim().is_empty() {
            return Self::Asked;
        }
        let number = DoseNumber::parse(&typed.dose);
        let vaccine = Vaccine::parse(&typed.vaccine);
        match (number, vaccine) {
            (Ok(number), Ok(vaccine)) if objection(open, number, vaccine).is_none() => Self::NotAsked,
            _ => Self::Asked,
        }
    }
}

impl Fields for Typed {
    fn fields(&self) -> Vec<(&'static str, &str)> {
        vec![
            ("vaccine", &self.vaccine),
            ("dose", &self.dose),
            ("batch", &self.batch),
            ("batch_other", &self.batch_other),
            ("vial", &self.vial),
            ("given_at", &self.given_at),
            ("site", &self.site),
            ("reason", &self.reason),
            ("day", &self.day),
        ]
    }
}

impl Typed {
    pub(super) fn opened_on(&self) -> Option<CivilDate> {
        self.day.trim().parse().ok()
    }

    /// The batch as it was chosen, or typed.
    pub(super) fn batch(&self) -> &str {
        match (self.batch_other.trim(), self.batch.as_str()) {
            ("", OTHER_BATCH) => "",
            ("", chosen) => chosen,
            (typed, _) => typed,
        }
    }

    /// Reads a dose given on the day of `now`.
    ///
    /// # Errors
    /// The form with an error beside each field that cannot be read.
    pub(super) fn parse(&self, now: Timestamp) -> Result<Dose, FormState> {
        let form = self.form();
        let (form, vaccine) = keep(
            form,
            "vaccine",
            Vaccine::parse(&self.vaccine).ok(),
            "dose-vaccine-wrong",
        );
        let (form, number) = keep(
            form,
            "dose",
            DoseNumber::parse(&self.dose).ok(),
            "dose-number-wrong",
        );
        let given = GivenTyped {
            batch: self.batch(),
            vial: &self.vial,
            given_at: &self.given_at,
            site: &self.site,
        };
        let (form, given) = given.parse(form, now);
        let (form, reason) = reason_of(form, &self.reason);
        match (number, vaccine, given, reason) {
            (Some(number), Some(vaccine), Some(given), Some(reason)) => Ok(Dose {
                number,
                vaccine,
                batch: given.batch,
                vial: given.vial,
                given_at: given.given_at,
                site: given.site,
                reason,
            }),
            _ => Err(form),
        }
    }
}

/// What both forms of a dose ask in the same words.
pub(super) struct Given {
    pub(super) batch: VaccineBatch,
    pub(super) vial: Vial,
    pub(super) given_at: Timestamp,
    pub(super) site: BodySite,
}

/// The same as it was typed.
pub(super) struct GivenTyped<'a> {
    pub(super) batch: &'a str,
    pub(super) vial: &'a str,
    pub(super) given_at: &'a str,
    pub(super) site: &'a str,
}

impl GivenTyped<'_> {
    /// Reads a dose given on the day of `now`; the form has an error beside each field that cannot be read.
    pub(super) fn parse(&self, form: FormState, now: Timestamp) -> (FormState, Option<Given>) {
        self.parse_on(form, (now.date(), now))
    }

    /// The same of a dose given on another day, and not after `now`.
    pub(super) fn parse_on(
        &self,
        form: FormState,
        (day, now): (CivilDate, Timestamp),
    ) -> (FormState, Option<Given>) {
        let batch = VaccineBatch::parse(self.batch).ok();
        let (form, batch) = keep(form, "batch", batch, "dose-batch-wrong");
        let (form, vial) = keep(form, "vial", Vial::parse(self.vial).ok(), "dose-vial-wrong");
        let (form, given_at) = keep(
            form,
            "given_at",
            time_on(self.given_at, (day, now)),
            "dose-time-wrong",
        );
        let (form, site) = keep(form, "site", BodySite::parse(self.site).ok(), "dose-site-wrong");
        let given = match (batch, vial, given_at, site) {
            (Some(batch), Some(vial), Some(given_at), Some(site)) => Some(Given {
                batch,
                vial,
                given_at,
                site,
            }),
            _ => None,
        };
        (form, given)
    }
}

/// A reason that may be left out: none when the field is blank.
pub(super) fn reason_of(form: FormState, typed: &str) -> (FormState, Option<Option<Reason>>) {
    let reason = match typed.trim() {
        "" => Some(None),
        text => Reason::parse(text).ok().map(Some),
    };
    keep(form, "reason", reason, "evidence-reason-shape")
}

/// `10:05`, on that day, and not ahead.
pub(super) fn time_on(typed: &str, (day, now): (CivilDate, Timestamp)) -> Option<Timestamp> {
    let time = NaiveTime::parse_from_str(typed.trim(), "%H:%M").ok()?;
    Some(Timestamp::from_local(day, time)).filter(|at| *at <= now)
}

/// Beside which field a refusal to record belongs.
pub(super) fn beside(refusal: &Refusal) -> Option<(&'static str, Message)> {
    Some(match refusal {
        Refusal::OffProtocol { .. } => ("reason", Objection::Rules.message()),
        Refusal::Invalid {
            field: "given_at", ..
        } => ("given_at", Message::new("dose-time-wrong")),
        Refusal::DocumentAtSite => ("document_number", Message::new("record-disputed-first")),
        _ => return None,
    })
}

/// The form with an error beside the field when there is no value.
pub(super) fn keep<T>(
    form: FormState,
    field: &'static str,
    value: Option<T>,
    error: &'static str,
) -> (FormState, Option<T>) {
    match value {
        Some(value) => (form, Some(value)),
        None => (form.error_at(field, Message::new(error)), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed() -> Typed {
        Typed {
            vaccine: "COVISHIELD".to_owned(),
            dose: "2".to_owned(),
            batch: " 4121z025 ".to_owned(),
            vial: "7".to_owned(),
            given_at: "09:59".to_owned(),
            site: "left_upper_arm".to_owned(),
            ..Typed::default()
        }
    }

    /// 2026-11-22 10:00 in Asia/Kolkata.
    const NOW: Timestamp = Timestamp::from_seconds(1_795_321_800);

    #[test]
    fn a_dose_is_read_whole_or_every_wrong_field_is_named() {
        let dose = typed().parse(NOW).unwrap();
        assert_eq!(
            (dose.number, dose.batch.as_str()),
            (DoseNumber::Second, "4121Z025")
        );
        assert_eq!(dose.given_at, NOW.plus_seconds(-60));
        assert_eq!(dose.reason, None);

        let nothing = Typed::default().parse(NOW).unwrap_err();
        let fields: Vec<_> = nothing.errors().iter().map(|(field, _)| *field).collect();
        assert_eq!(fields, ["vaccine", "dose", "batch", "given_at", "site"]);
    }

    #[test]
    fn a_time_ahead_or_a_short_reason_is_refused_and_what_was_typed_stays() {
        for (given_at, reason, field) in [
            ("10:01", "", "given_at"),
            ("25:00", "", "given_at"),
            ("9:00", "why", "reason"),
        ] {
            let typed = Typed {
                given_at: given_at.to_owned(),
                reason: reason.to_owned(),
                ..typed()
            };
            let form = typed.parse(NOW).unwrap_err();
            assert!(form.error(field).is_some(), "{given_at} {reason}");
            assert_eq!(form.value("vial"), "7");
        }
    }
}
