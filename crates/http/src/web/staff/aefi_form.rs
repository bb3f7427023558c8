//! The forms about adverse events: what was typed, read field by field, and the answers that they offer.

use chrono::NaiveTime;
use pramaan_app::aefi::{Assessment, Investigation, Joins};
use pramaan_app::{FormKey, Refusal};
use pramaan_domain::aefi::{
    Bearing, CaseForm, Causality, Committee, Criterion, Narrative, Outcome, Seriousness, Specimen, Symptom,
};
use pramaan_domain::id::{AefiId, DoseId};
use pramaan_domain::staff::Reason;
use pramaan_domain::time::{CivilDate, Timestamp};
use serde::Deserialize;

use super::dose_form::{keep, now_typed};
use super::left_over::common;
use crate::web::aefi_words;
use crate::web::card::digits_only;
use crate::web::form::{FormState, Message};
use crate::web::i18n::Locale;
use crate::web::kept::{Fields, Said, owned};
use crate::web::words;

/// Everything as it was typed, of whichever form.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    pub(super) dose: String,
    pub(super) onset_day: String,
    pub(super) onset: String,
    pub(super) symptoms: Vec<String>,
    pub(super) seriousness: String,
    pub(super) criteria: Vec<String>,
    pub(super) outcome: String,
    pub(super) bearing: String,
    pub(super) diluent: String,
    pub(super) words: String,
    /// `same:ID` of an earlier report, or `other`.
    pub(super) joins: String,
    pub(super) reason: String,
    pub(super) reference_id: String,
    pub(super) document_type: String,
    pub(super) document_number: String,
    pub(super) card_code: String,
    pub(super) copies: String,
    pub(super) began_on: String,
    pub(super) specimen: String,
    pub(super) alike: String,
    pub(super) causality: String,
    pub(super) decided_on: String,
    /// Which form of a case it is: `number`, `correct`, `investigate`, `state`, `national`.
    pub(super) act: String,
    pub(super) version: String,
    pub(super) key: String,
    /// Whose document was shown, sealed.
    pub(super) pass: String,
    /// `kept` from a login that interrupted the form.
    pub(super) step: String,
    /// The form that waited for that login, sealed.
    pub(super) kept: String,
}

impl Fields for Typed {
    fn fields(&self) -> Vec<(&'static str, &str)> {
        let mut fields = vec![
            ("dose", self.dose.as_str()),
            ("onset_day", &self.onset_day),
            ("onset", &self.onset),
        ];
        fields.extend(self.symptoms.iter().map(|one| ("symptoms", one.as_str())));
        fields.push(("seriousness", &self.seriousness));
        fields.extend(self.criteria.iter().map(|one| ("criteria", one.as_str())));
        fields.extend([
            ("outcome", self.outcome.as_str()),
            ("bearing", &self.bearing),
            ("diluent", &self.diluent),
            ("words", &self.words),
            ("joins", &self.joins),
            ("reason", &self.reason),
            // Never the code of a card, nor the text of its QR code.
            ("reference_id", digits_only(&self.reference_id)),
            ("document_type", &self.document_type),
            ("document_number", &self.document_number),
            ("copies", &self.copies),
            ("began_on", &self.began_on),
            ("specimen", &self.specimen),
            ("alike", &self.alike),
            ("causality", &self.causality),
            ("decided_on", &self.decided_on),
            ("act", &self.act),
            ("version", &self.version),
            ("key", &self.key),
            ("pass", &self.pass),
        ]);
        fields
    }
}

impl Said for Typed {
    /// Which of the doses is none of them: without the record, nobody knows it by its number.
    fn said(&self, locale: Locale, field: &str, value: &str) -> Option<(&'static str, String)> {
        let typed = || value.trim().to_owned();
        let of = |id: Option<&'static str>| id.map_or_else(typed, |id| locale.t(id));
        let on = || day(value).map_or_else(typed, |day| words::date(locale, day));
        Some(match field {
            "joins" if value == "other" => ("aefi-joins", locale.t("aefi-joins-other")),
            "joins" => ("aefi-joins", locale.t("aefi-joins-same")),
            "reason" => ("aefi-reason", typed()),
            "symptoms" => (
                "aefi-symptoms",
                of(Symptom::from_code(value).map(aefi_words::symptom)),
            ),
            "onset_day" => ("aefi-onset-day", on()),
            "onset" => ("aefi-onset", typed()),
            "seriousness" => (
                "aefi-class",
                of(Seriousness::from_code(value).map(aefi_words::class)),
            ),
            "criteria" => (
                "aefi-criteria",
                of(Criterion::from_code(value).map(aefi_words::criterion)),
            ),
            "outcome" => (
                "aefi-outcome",
                of(Outcome::from_code(value).map(aefi_words::outcome)),
            ),
            "bearing" => (
                "aefi-bearing",
                of(Bearing::from_code(value).map(aefi_words::bearing)),
            ),
            "diluent" => ("aefi-diluent", typed()),
            "words" if self.act == "investigate" => ("aefi-findings", typed()),
            "words" => ("aefi-words", typed()),
            "copies" => ("aefi-copies", locale.t("aefi-copies-sent")),
            "began_on" => ("aefi-began", on()),
            "specimen" => (
                "aefi-specimen",
                of(Specimen::from_code(value).map(aefi_words::specimen)),
            ),
            "alike" => ("aefi-alike", typed()),
            "causality" => (
                "aefi-cause",
                of(Causality::from_code(value).map(aefi_words::causality)),
            ),
            "decided_on" => ("aefi-decided", on()),
            "reference_id" => ("aefi-find-reference", typed()),
            _ => return common(locale, field, value),
        })
    }

    fn is_whole(&self) -> bool {
        self.card_code.trim().is_empty() && digits_only(&self.reference_id) == self.reference_id
    }
}

/// Who it is about: said anew where the person is found again.
const EVIDENCE: [&str; 4] = ["reference_id", "document_type", "document_number", "pass"];

impl Typed {
    /// A report that goes on where the person is found again, field by field; nothing where none was begun.
    pub(super) fn carried(&self) -> Vec<(&'static str, String)> {
        if self.key.is_empty() {
            return Vec::new();
        }
        let fields = self.fields().into_iter();
        let about = fields.filter(|(name, value)| !EVIDENCE.contains(name) && !value.is_empty());
        owned(about.collect())
    }

    /// Before anybody typed: it began now.
    pub(super) fn suggested(now: Timestamp) -> Self {
        Self {
            onset_day: now.date().to_string(),
            onset: now_typed(now),
            ..Self::default()
        }
    }

    /// What a form said, to be corrected.
    pub(super) fn of(form: &CaseForm) -> Self {
        Self {
            symptoms: form.symptoms.iter().map(|one| one.code().to_owned()).collect(),
            seriousness: form.seriousness.map_or("", Seriousness::code).to_owned(),
            criteria: form.criteria.iter().map(|one| one.code().to_owned()).collect(),
            outcome: form.outcome.code().to_owned(),
            bearing: form.bearing.map_or("", Bearing::code).to_owned(),
            diluent: form.diluent.clone(),
            words: form.words.as_str().to_owned(),
            ..Self::suggested(form.onset)
        }
    }

    /// The case form.
    ///
    /// # Errors
    /// The form with an error beside each field that cannot be read.
    pub(super) fn case_form(&self) -> Result<CaseForm, FormState> {
        let form = self.form();
        let (form, onset) = keep(form, "onset", self.began(), "aefi-onset-wrong");
        let said = Seriousness::from_code(&self.seriousness);
        let (form, seriousness) = keep(form, "seriousness", said, "aefi-class-needed");
        let outcome = Outcome::from_code(&self.outcome);
        let (form, outcome) = keep(form, "outcome", outcome, "aefi-outcome-needed");
        let (form, words) = self.narrative(form);
        match (onset, seriousness, outcome, words) {
            (Some(onset), Some(seriousness), Some(outcome), Some(words)) => Ok(CaseForm {
                onset,
                symptoms: read(&self.symptoms, Symptom::from_code),
                seriousness: Some(seriousness),
                criteria: read(&self.criteria, Criterion::from_code),
                outcome,
                diluent: self.diluent.trim().to_owned(),
                bearing: Bearing::from_code(&self.bearing),
                words,
            }),
            _ => Err(form),
        }
    }

    fn narrative(&self, form: FormState) -> (FormState, Option<Narrative>) {
        keep(
            form,
            "words",
            Narrative::parse(&self.words).ok(),
            "aefi-words-wrong",
        )
    }

    fn began(&self) -> Option<Timestamp> {
        let day: CivilDate = self.onset_day.trim().parse().ok()?;
        let time = NaiveTime::parse_from_str(self.onset.trim(), "%H:%M").ok()?;
        Some(Timestamp::from_local(day, time))
    }

    /// A site's report: the form, its dose and what it joins.
    ///
    /// # Errors
    /// As [`case_form`](Self::case_form).
    pub(super) fn report(&self) -> Result<(DoseId, CaseForm, Joins), FormState> {
        let (dose, joins) = (self.dose.parse().ok(), self.joins());
        let (form, case) = match self.case_form() {
            Ok(case) => (self.form(), Some(case)),
            Err(form) => (form, None),
        };
        let (form, dose) = keep(form, "dose", dose, "aefi-dose-wrong");
        let (form, joins) = match joins {
            Ok(joins) => (form, Some(joins)),
            Err((field, id)) => (form.error_at(field, Message::new(id)), None),
        };
        match (dose, case, joins) {
            (Some(dose), Some(case), Some(joins)) => Ok((dose, case, joins)),
            _ => Err(form),
        }
    }

    fn joins(&self) -> Result<Joins, (&'static str, &'static str)> {
        match self.joins.as_str() {
            "" => Ok(Joins::NotAsked),
            "other" => Ok(Joins::Another),
            same => {
                let id = same
                    .strip_prefix("same:")
                    .and_then(|id| id.parse::<AefiId>().ok());
                let id = id.ok_or(("joins", "aefi-joins-needed"))?;
                let reason = Reason::parse(&self.reason).map_err(|_| ("reason", "aefi-reason-needed"))?;
                Ok(Joins::Report(id, reason))
            }
        }
    }

    /// A corrected form, with why.
    ///
    /// # Errors
    /// As [`case_form`](Self::case_form).
    pub(super) fn correction(&self) -> Result<(CaseForm, Reason), FormState> {
        let (form, case) = match self.case_form() {
            Ok(case) => (self.form(), Some(case)),
            Err(form) => (form, None),
        };
        let reason = Reason::parse(&self.reason).ok();
        match keep(form, "reason", reason, "aefi-reason-needed") {
            (_, Some(reason)) if case.is_some() => case.map(|case| (case, reason)).ok_or_else(FormState::new),
            (form, _) => Err(form),
        }
    }

    /// The investigation form.
    ///
    /// # Errors
    /// As [`case_form`](Self::case_form).
    pub(super) fn investigation(&self) -> Result<Investigation, FormState> {
        let form = self.form();
        let (form, began_on) = keep(form, "began_on", day(&self.began_on), "aefi-day-wrong");
        let specimen = Specimen::from_code(&self.specimen);
        let (form, specimen) = keep(form, "specimen", specimen, "aefi-specimen-needed");
        let alike = self.alike.trim().parse().ok().filter(|alike| *alike < 100);
        let (form, alike) = keep(form, "alike", alike, "aefi-alike-wrong");
        let (form, findings) = self.narrative(form);
        match (began_on, specimen, alike, findings) {
            (Some(began_on), Some(specimen), Some(alike), Some(findings)) => Ok(Investigation {
                began_on,
                specimen,
                alike,
                findings,
            }),
            _ => Err(form),
        }
    }

    /// What a committee decided.
    ///
    /// # Errors
    /// As [`case_form`](Self::case_form).
    pub(super) fn assessment(&self, committee: Committee) -> Result<Assessment, FormState> {
        let form = self.form();
        let causality = Causality::from_code(&self.causality);
        let (form, causality) = keep(form, "causality", causality, "aefi-cause-needed");
        let (form, decided_on) = keep(form, "decided_on", day(&self.decided_on), "aefi-day-wrong");
        let (form, words) = self.narrative(form);
        match (causality, decided_on, words) {
            (Some(causality), Some(decided_on), Some(words)) => Ok(Assessment {
                committee,
                causality,
                decided_on,
                words,
            }),
            _ => Err(form),
        }
    }

    pub(super) fn key(&self) -> Result<FormKey, Refusal> {
        FormKey::parse(&self.key)
    }

    /// The form with what a use case refused; none when no field can carry it.
    pub(super) fn refused(&self, refusal: &Refusal, at: Anchor) -> Option<FormState> {
        let form = self.form();
        let with = |field, id| Some(self.form().error_at(field, Message::new(id)));
        match refusal {
            Refusal::FaultyCaseForm { faults } => Some(faults.iter().fold(form, |form, fault| {
                form.error_at(fault.field(), Message::new(aefi_words::fault(*fault)))
            })),
            Refusal::Invalid { field: "dose", .. } => with("dose", "aefi-dose-wrong"),
            Refusal::Invalid { field: "copies", .. } => with("copies", "aefi-copies-needed"),
            Refusal::Invalid {
                field: "began_on", ..
            } => with("began_on", "aefi-day-wrong"),
            Refusal::Invalid {
                field: "decided_on", ..
            } => with("decided_on", "aefi-day-wrong"),
            Refusal::ReportedToday => with("joins", "aefi-joins-needed"),
            Refusal::CaseMoved => with(at.field(), "aefi-moved"),
            _ => None,
        }
    }
}

/// Where a form says what is about all of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Joins,
    Case,
}

impl Anchor {
    const fn field(self) -> &'static str {
        match self {
            Self::Joins => "joins",
            Self::Case => "case",
        }
    }
}

fn day(typed: &str) -> Option<CivilDate> {
    typed.trim().parse().ok()
}

fn read<T>(typed: &[String], parse: fn(&str) -> Option<T>) -> Vec<T> {
    typed.iter().filter_map(|code| parse(code)).collect()
}

#[cfg(test)]
impl Typed {
    pub(super) fn sample() -> Self {
        Self {
            symptoms: vec!["fever".to_owned(), "rash".to_owned()],
            seriousness: "minor".to_owned(),
            outcome: "recovering".to_owned(),
            words: "swollen lips".to_owned(),
            key: "key".to_owned(),
            ..Self::suggested(Timestamp::from_seconds(1_795_321_800))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pairs;

    #[test]
    fn every_wrong_field_of_an_aefi_form_is_named_and_what_was_typed_stays() {
        let typed = Typed {
            symptoms: vec!["fever".to_owned(), "rash".to_owned()],
            criteria: vec!["death".to_owned()],
            words: "x".repeat(501),
            joins: "same:nothing".to_owned(),
            ..Typed::default()
        };
        let form = typed.report().unwrap_err();
        let fields: Vec<_> = form.errors().iter().map(|(field, _)| *field).collect();
        assert_eq!(
            fields,
            ["onset", "seriousness", "outcome", "words", "dose", "joins"]
        );
        assert!(form.chose("symptoms", "rash") && form.chose("criteria", "death"));
        let carried = pairs::from_pairs::<Typed>(&typed.carry()).unwrap();
        assert_eq!(carried.fields(), typed.fields());
    }

    #[test]
    fn what_a_form_said_is_what_its_correction_begins_with() {
        let form = CaseForm {
            onset: Timestamp::from_seconds(1_795_321_800),
            symptoms: vec![Symptom::Fever, Symptom::Other],
            seriousness: Some(Seriousness::Serious),
            criteria: vec![Criterion::Cluster],
            outcome: Outcome::NotRecovered,
            diluent: "D 12".to_owned(),
            bearing: Some(Bearing::Neither),
            words: Narrative::parse("two\nlines").unwrap(),
        };
        assert_eq!(Typed::of(&form).case_form().ok(), Some(form));
    }
}
