//! The form of a dose that is recorded without opening the record: what was typed, read field by field.

use pramaan_app::Refusal;
use pramaan_app::held_dose::{HeldDose, WhyUnread};
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::time::Timestamp;
use pramaan_domain::vaccine::Vaccine;
use serde::Deserialize;

use super::dose_form::{GivenTyped, keep, now_typed, reason_of};
use crate::web::form::{FormState, Message};
use crate::web::kept::Fields;

/// Everything as it was typed.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    pub(super) reference_id: String,
    pub(super) code: String,
    pub(super) vaccine: String,
    pub(super) batch: String,
    pub(super) vial: String,
    pub(super) given_at: String,
    pub(super) site: String,
    /// Why the record is not opened.
    pub(super) reason: String,
    /// `yes` from the page that showed everything back.
    pub(super) confirmed: String,
    /// `change` when somebody came back from the confirmation, `kept` from a login that interrupted the form.
    pub(super) step: String,
    /// The form that waited for that login, sealed.
    pub(super) kept: String,
}

impl Fields for Typed {
    fn fields(&self) -> Vec<(&'static str, &str)> {
        vec![
            ("reference_id", &self.reference_id),
            ("code", &self.code),
            ("vaccine", &self.vaccine),
            ("batch", &self.batch),
            ("vial", &self.vial),
            ("given_at", &self.given_at),
            ("site", &self.site),
            ("reason", &self.reason),
        ]
    }
}

impl Typed {
    /// Before anybody typed: now. Where it was given is for the nurse to say.
    pub(super) fn suggested(now: Timestamp) -> Self {
        Self {
            given_at: now_typed(now),
            ..Self::default()
        }
    }

    /// Reads a dose given on the day of `now`. Blanks within the reference id are how it is printed.
    ///
    /// # Errors
    /// The form with an error beside each field that cannot be read, and beside a reason that is missing but `why` asked.
    pub(super) fn parse(&self, now: Timestamp, why: WhyUnread) -> Result<HeldDose, FormState> {
        let digits: String = self.reference_id.split_whitespace().collect();
        let id = ReferenceId::parse(&digits).ok();
        let (form, id) = keep(self.form(), "reference_id", id, "held-reference-wrong");
        let (form, code) = keep(form, "code", self.code.parse().ok(), "evidence-code-shape");
        let vaccine = Vaccine::parse(&self.vaccine).ok();
        let (form, vaccine) = keep(form, "vaccine", vaccine, "dose-vaccine-wrong");
        let given = GivenTyped {
            batch: &self.batch,
            vial: &self.vial,
            given_at: &self.given_at,
            site: &self.site,
        };
        let (form, given) = given.parse(form, now);
        let (form, reason) = reason_of(form, &self.reason);
        if (&reason, why) == (&Some(None), WhyUnread::Asked) {
            return Err(form.error_at("reason", Message::new("held-reason-needed")));
        }
        match (id, code, vaccine, given, reason) {
            (Some(reference_id), Some(code), Some(vaccine), Some(given), Some(reason)) => Ok(HeldDose {
                reference_id,
                code,
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

/// Beside which field a refusal to hold belongs.
pub(super) fn beside(refusal: &Refusal) -> Option<(&'static str, Message)> {
    match refusal {
        Refusal::Invalid {
            field: "given_at", ..
        } => Some(("given_at", Message::new("dose-time-wrong"))),
        Refusal::Invalid { field: "reason", .. } => Some(("reason", Message::new("held-reason-needed"))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pairs;

    /// 2026-11-22 10:00 in Asia/Kolkata.
    const NOW: Timestamp = Timestamp::from_seconds(1_795_321_800);

    #[test]
    fn every_wrong_field_is_named_and_what_was_typed_stays() {
        let typed = Typed {
            reference_id: "1234".to_owned(),
            code: "12".to_owned(),
            vial: "7".to_owned(),
            given_at: "10:01".to_owned(),
            ..Typed::default()
        };
        let form = typed.parse(NOW, WhyUnread::Asked).unwrap_err();
        let fields: Vec<_> = form.errors().iter().map(|(field, _)| *field).collect();
        assert_eq!(
            fields,
            [
                "reference_id",
                "code",
                "vaccine",
                "batch",
                "given_at",
                "site",
                "reason"
            ]
        );
        let known = typed.parse(NOW, WhyUnread::Known).unwrap_err();
        assert!(known.error("reason").is_none(), "nobody is asked what is known");
        assert_eq!((form.value("vial"), form.value("code")), ("7", "12"));
        let carried = pairs::from_pairs::<Typed>(&typed.carry()).unwrap();
        assert_eq!(carried.fields(), typed.fields());
    }
}
