//! The form of a dose that is recorded without opening the record: what was typed, read field by field.

use pramaan_app::Refusal;
use pramaan_app::held_dose::{HeldDocument, HeldDose, HeldFor, TypedOn, WalkIn, WhyUnread};
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::staff::{Reason, StaffCode};
use pramaan_domain::time::{CivilDate, Timestamp};
use pramaan_domain::vaccine::Vaccine;
use serde::Deserialize;

use super::company::{self, Age};
use super::dose_form::{GivenTyped, keep, now_typed, reason_of};
use crate::web::citizen::{member_form, refusal as of_citizens};
use crate::web::form::{FormState, Message};
use crate::web::kept::Fields;

/// The value of `who` for somebody without an appointment.
pub(super) const NEW: &str = "new";
/// The value of `from` for what was written on paper.
pub(super) const PAPER: &str = "paper";

/// Everything as it was typed.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    /// `new` for somebody without an appointment.
    pub(super) who: String,
    pub(super) reference_id: String,
    pub(super) code: String,
    pub(super) notice: String,
    pub(super) consent: String,
    pub(super) name: String,
    pub(super) birth_year: String,
    pub(super) gender: String,
    pub(super) document_type: String,
    pub(super) document_number: String,
    /// Why no document was shown.
    pub(super) no_document: String,
    /// Of a minor: who is here with them.
    pub(super) guardian_name: String,
    pub(super) vaccine: String,
    pub(super) batch: String,
    pub(super) vial: String,
    /// On which it was given; empty for today.
    pub(super) day: String,
    pub(super) given_at: String,
    pub(super) site: String,
    /// Why the record is not opened.
    pub(super) reason: String,
    /// `yes` from the page that showed everything back.
    pub(super) confirmed: String,
    /// `paper` for what was written on paper.
    pub(super) from: String,
    /// Who gave it, if that is somebody else.
    pub(super) given_by: String,
    /// `change` when somebody came back from the confirmation, `kept` from a login that interrupted the form.
    pub(super) step: String,
    /// The form that waited for that login, sealed.
    pub(super) kept: String,
}

impl Fields for Typed {
    fn fields(&self) -> Vec<(&'static str, &str)> {
        vec![
            ("who", &self.who),
            ("reference_id", &self.reference_id),
            ("code", &self.code),
            ("notice", &self.notice),
            ("consent", &self.consent),
            ("name", &self.name),
            ("birth_year", &self.birth_year),
            ("gender", &self.gender),
            ("document_type", &self.document_type),
            ("document_number", &self.document_number),
            ("no_document", &self.no_document),
            ("guardian_name", &self.guardian_name),
            ("vaccine", &self.vaccine),
            ("batch", &self.batch),
            ("vial", &self.vial),
            ("day", &self.day),
            ("given_at", &self.given_at),
            ("site", &self.site),
            ("reason", &self.reason),
            ("from", &self.from),
            ("given_by", &self.given_by),
        ]
    }
}

impl Typed {
    /// Before anybody typed: now. Where it was given is for the nurse to say.
    pub(super) fn suggested(now: Timestamp) -> Self {
        Self {
            who: "slip".to_owned(),
            given_at: now_typed(now),
            ..Self::default()
        }
    }

    pub(super) fn is_new(&self) -> bool {
        self.who == NEW
    }

    pub(super) fn is_paper(&self) -> bool {
        self.from == PAPER
    }

    /// Reads a dose that was not given after `now`: today, or from paper or a phone on the day that was typed. Blanks within
    /// the reference id are how it is printed.
    ///
    /// # Errors
    /// The form with an error beside each field that cannot be read, and beside a reason that is missing but `why` asked.
    pub(super) fn parse(&self, now: Timestamp, why: WhyUnread) -> Result<HeldDose, FormState> {
        let (form, who) = match self.is_new() {
            true => self.new_person(self.form(), now),
            false => self.by_slip(self.form()),
        };
        let vaccine = Vaccine::parse(&self.vaccine).ok();
        let (form, vaccine) = keep(form, "vaccine", vaccine, "dose-vaccine-wrong");
        let given = GivenTyped {
            batch: &self.batch,
            vial: &self.vial,
            given_at: &self.given_at,
            site: &self.site,
        };
        let (form, day) = keep(form, "day", self.day(now), "held-day-wrong");
        let (form, given) = given.parse_on(form, (day.unwrap_or(now.date()), now));
        let (form, reason) = reason_of(form, &self.reason);
        if (&reason, why, self.is_paper()) == (&Some(None), WhyUnread::Asked, false) {
            return Err(form.error_at("reason", Message::new("held-reason-needed")));
        }
        match (who, vaccine, day, given, reason) {
            (Some(who), Some(vaccine), Some(_), Some(given), Some(reason)) => Ok(HeldDose {
                who,
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

    /// Where this form was typed, when it was not on a phone.
    ///
    /// # Errors
    /// The form with an error beside the code of who gave it.
    pub(super) fn typed_on(&self) -> Result<TypedOn, FormState> {
        if !self.is_paper() {
            return Ok(TypedOn::Form);
        }
        let given_by = match self.given_by.trim() {
            "" => Ok(None),
            code => StaffCode::parse(code).map(Some),
        };
        let wrong = |_| {
            let wrong = Message::new("paper-giver-wrong");
            self.form().error_at("given_by", wrong)
        };
        given_by
            .map(|given_by| TypedOn::Paper { given_by })
            .map_err(wrong)
    }

    fn day(&self, now: Timestamp) -> Option<CivilDate> {
        match self.day.trim() {
            "" => Some(now.date()),
            typed => typed.parse().ok().filter(|day| *day <= now.date()),
        }
    }

    fn by_slip(&self, form: FormState) -> (FormState, Option<HeldFor>) {
        let digits: String = self.reference_id.split_whitespace().collect();
        let id = ReferenceId::parse(&digits).ok();
        let (form, id) = keep(form, "reference_id", id, "held-reference-wrong");
        let (form, code) = keep(form, "code", self.code.parse().ok(), "evidence-code-shape");
        let who = id.zip(code);
        (form, who.map(|(id, code)| HeldFor::slip(id, code)))
    }

    fn new_person(&self, form: FormState, now: Timestamp) -> (FormState, Option<HeldFor>) {
        let typed = member_form::Typed {
            name: self.name.clone(),
            birth_year: self.birth_year.clone(),
            gender: self.gender.clone(),
            ..member_form::Typed::default()
        };
        let consent = (!self.consent.is_empty()).then_some(());
        let (form, consent) = keep(form, "consent", consent, "error-consent");
        let (form, person) = typed.person(form, now.date());
        let age = match typed.is_of_minor(now.date()) {
            true => Age::Minor,
            false => Age::Other,
        };
        let (form, guardian) = company::with_dose(form, &self.guardian_name, age);
        let (form, document) = self.document(form);
        let who = match (consent, person, document, guardian) {
            (Some(()), Some(person), Some(document), Some(guardian)) => {
                Some(HeldFor::New(Box::new(WalkIn {
                    name: person.name,
                    birth_year: person.birth_year,
                    gender: person.gender,
                    document,
                    consent_version: self.notice.clone(),
                    said_at: now,
                    guardian,
                })))
            }
            _ => None,
        };
        (form, who)
    }

    /// A document, or why there is none.
    fn document(&self, form: FormState) -> (FormState, Option<HeldDocument>) {
        if self.document_number.trim().is_empty() && !self.no_document.trim().is_empty() {
            let reason = Reason::parse(&self.no_document).ok();
            let (form, reason) = keep(form, "no_document", reason, "evidence-reason-shape");
            return (form, reason.map(HeldDocument::None));
        }
        let kind = DocumentType::parse(&self.document_type).ok();
        let (form, kind) = keep(form, "document_type", kind, "evidence-document-type");
        let number = DocumentNumber::parse(&self.document_number).ok();
        let (form, number) = keep(form, "document_number", number, "held-document-wrong");
        let shown = kind.zip(number);
        (
            form,
            shown.map(|(kind, number)| HeldDocument::Shown(kind, number)),
        )
    }
}

/// Beside which field a refusal to hold belongs.
pub(super) fn beside(refusal: &Refusal) -> Option<(&'static str, Message)> {
    match refusal {
        Refusal::Invalid {
            field: "given_at", ..
        } => Some(("given_at", Message::new("held-time-wrong"))),
        Refusal::Invalid { field: "reason", .. } => Some(("reason", Message::new("held-reason-needed"))),
        Refusal::Invalid {
            field: "given_by", ..
        } => Some(("given_by", Message::new("paper-giver-wrong"))),
        Refusal::Invalid { .. } | Refusal::UnderAge => Some(of_citizens::about_member(refusal)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pairs;

    /// 2026-11-22 10:00 in Asia/Kolkata.
    const NOW: Timestamp = Timestamp::from_seconds(1_795_321_800);

    fn fields(form: &FormState) -> Vec<&'static str> {
        form.errors().iter().map(|(field, _)| *field).collect()
    }

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
        assert_eq!(
            fields(&form),
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

    fn walk_in() -> Typed {
        Typed {
            who: NEW.to_owned(),
            notice: "1".to_owned(),
            consent: "yes".to_owned(),
            name: "Sita Bai".to_owned(),
            birth_year: "1971".to_owned(),
            gender: "female".to_owned(),
            document_type: "8".to_owned(),
            document_number: "P5550001".to_owned(),
            vaccine: "COVISHIELD".to_owned(),
            batch: "4121Z025".to_owned(),
            given_at: "09:59".to_owned(),
            site: "left_upper_arm".to_owned(),
            ..Typed::default()
        }
    }

    #[test]
    fn an_offline_walk_in_shows_a_document_or_says_why_there_is_none() {
        let shown = walk_in().parse(NOW, WhyUnread::Known).unwrap();
        assert!(matches!(&shown.who, HeldFor::New(new) if matches!(new.document, HeldDocument::Shown(..))));
        let without = Typed {
            document_number: String::new(),
            no_document: "the bag was stolen in the train".to_owned(),
            ..walk_in()
        };
        let without = without.parse(NOW, WhyUnread::Known).unwrap();
        assert!(matches!(&without.who, HeldFor::New(new) if matches!(new.document, HeldDocument::None(_))));
        let neither = Typed {
            document_number: String::new(),
            consent: String::new(),
            ..walk_in()
        };
        let form = neither.parse(NOW, WhyUnread::Known).unwrap_err();
        assert_eq!(fields(&form), ["consent", "document_number"]);
    }

    #[test]
    fn a_paper_dose_is_of_the_day_that_was_typed_and_needs_no_reason() {
        let paper = Typed {
            from: PAPER.to_owned(),
            day: "2026-11-20".to_owned(),
            given_at: "17:30".to_owned(),
            ..walk_in()
        };
        let dose = paper.parse(NOW, WhyUnread::Asked).unwrap();
        assert_eq!(dose.given_at.date().to_string(), "2026-11-20");
        for day in ["2026-11-23", "yesterday"] {
            let wrong = Typed {
                day: day.to_owned(),
                ..paper.clone()
            };
            let form = wrong.parse(NOW, WhyUnread::Asked).unwrap_err();
            assert!(fields(&form).contains(&"day"), "{day}");
        }
    }
}
