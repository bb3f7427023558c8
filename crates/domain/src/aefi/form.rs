//! The case reporting form: what was seen, when it began, how serious it is and how it ended.

use super::word::{Criterion, Outcome, Seriousness, Symptom};
use crate::gender::Gender;
use crate::time::Timestamp;

/// Free words of a report: at most 500 characters, line breaks allowed, no other control characters; may be empty.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Narrative(String);

/// What people write of their health is shown to nobody by accident.
impl std::fmt::Debug for Narrative {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Narrative(…)")
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("at most 500 characters, without control characters")]
pub struct ParseNarrative;

impl Narrative {
    pub const MOST: usize = 500;

    /// # Errors
    /// Longer, or with control characters other than line breaks.
    pub fn parse(text: &str) -> Result<Self, ParseNarrative> {
        let text = text.trim().replace("\r\n", "\n");
        let bad = text.chars().any(|c| c.is_control() && c != '\n');
        if bad || text.chars().count() > Self::MOST {
            return Err(ParseNarrative);
        }
        Ok(Self(text))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Pregnancy and breast-feeding, asked only where it applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bearing {
    Pregnant,
    BreastFeeding,
    Neither,
    NotKnown,
}

impl Bearing {
    pub const ALL: [Self; 4] = [Self::Pregnant, Self::BreastFeeding, Self::Neither, Self::NotKnown];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Pregnant => "pregnant",
            Self::BreastFeeding => "breast_feeding",
            Self::Neither => "neither",
            Self::NotKnown => "not_known",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }

    /// Whether it is asked of somebody of this gender and, in the year of the event, this age.
    pub const fn applies(gender: Gender, age: i32) -> bool {
        !matches!(gender, Gender::Male) && age >= 12 && age <= 55
    }
}

/// One version of the form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseForm {
    pub onset: Timestamp,
    pub symptoms: Vec<Symptom>,
    /// None in the words of a person who is no health worker.
    pub seriousness: Option<Seriousness>,
    pub criteria: Vec<Criterion>,
    pub outcome: Outcome,
    /// Batch of the diluent, where there was one; may be empty.
    pub diluent: String,
    pub bearing: Option<Bearing>,
    pub words: Narrative,
}

/// What is wrong with a form as a whole, by the field at which to say so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FormFault {
    #[error("the symptoms began before the dose was given: check both times, or choose the other dose")]
    OnsetBeforeDose,
    #[error("this time lies ahead: give the time at which the symptoms began")]
    OnsetAhead,
    #[error("choose at least one symptom")]
    NoSymptom,
    #[error("say in words what else was seen")]
    OtherWithoutWords,
    #[error("a serious event has at least one reason why it is serious")]
    SeriousWithoutCriterion,
    #[error("with this it is a serious event: choose serious")]
    CriterionWithoutSerious,
    #[error("whoever died has the outcome died, and the reason death")]
    DeathAndOutcomeDiffer,
    #[error("give the batch of the diluent in at most 20 letters, digits and signs")]
    Diluent,
}

impl FormFault {
    /// The stable name of the field.
    pub const fn field(self) -> &'static str {
        match self {
            Self::OnsetBeforeDose | Self::OnsetAhead => "onset",
            Self::NoSymptom => "symptoms",
            Self::OtherWithoutWords => "words",
            Self::SeriousWithoutCriterion => "criteria",
            Self::CriterionWithoutSerious => "seriousness",
            Self::DeathAndOutcomeDiffer => "outcome",
            Self::Diluent => "diluent",
        }
    }
}

impl CaseForm {
    /// # Errors
    /// Every fault, in the order of the page, for a dose given then.
    pub fn check(&self, given_at: Timestamp, now: Timestamp) -> Result<(), Vec<FormFault>> {
        let serious = self.seriousness == Some(Seriousness::Serious);
        let death = self.criteria.contains(&Criterion::Death);
        let other = self.symptoms.contains(&Symptom::Other);
        let visible = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
        // Times are typed by the minute.
        let before = self.onset.seconds() / 60 < given_at.seconds() / 60;
        let faults: Vec<FormFault> = [
            (self.symptoms.is_empty(), FormFault::NoSymptom),
            (before, FormFault::OnsetBeforeDose),
            (self.onset > now, FormFault::OnsetAhead),
            (
                other && self.words.as_str().is_empty(),
                FormFault::OtherWithoutWords,
            ),
            (
                !serious && !self.criteria.is_empty(),
                FormFault::CriterionWithoutSerious,
            ),
            (
                serious && self.criteria.is_empty(),
                FormFault::SeriousWithoutCriterion,
            ),
            (
                death != (self.outcome == Outcome::Died),
                FormFault::DeathAndOutcomeDiffer,
            ),
            (
                self.diluent.len() > 20 || !visible(&self.diluent),
                FormFault::Diluent,
            ),
        ]
        .into_iter()
        .filter_map(|(wrong, fault)| wrong.then_some(fault))
        .collect();
        match faults.is_empty() {
            true => Ok(()),
            false => Err(faults),
        }
    }

    pub fn is_death(&self) -> bool {
        self.criteria.contains(&Criterion::Death)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIVEN: Timestamp = Timestamp::from_seconds(1_795_321_800);

    fn form() -> CaseForm {
        CaseForm {
            onset: GIVEN.plus_seconds(600),
            symptoms: vec![Symptom::Fever],
            seriousness: Some(Seriousness::Minor),
            criteria: Vec::new(),
            outcome: Outcome::Recovering,
            diluent: String::new(),
            bearing: None,
            words: Narrative::default(),
        }
    }

    fn faults(form: &CaseForm) -> Vec<FormFault> {
        form.check(GIVEN, GIVEN.plus_seconds(1_800))
            .err()
            .unwrap_or_default()
    }

    #[test]
    fn an_aefi_begins_after_its_dose_and_not_ahead() {
        assert_eq!(faults(&form()), []);
        let at = |seconds| CaseForm {
            onset: GIVEN.plus_seconds(seconds),
            ..form()
        };
        assert_eq!(faults(&at(-60)), [FormFault::OnsetBeforeDose]);
        assert_eq!(faults(&at(1_860)), [FormFault::OnsetAhead]);
        assert_eq!(faults(&at(0)), [], "in the same minute");
    }

    #[test]
    fn serious_has_a_reason_and_a_reason_is_serious() {
        let serious = CaseForm {
            seriousness: Some(Seriousness::Serious),
            ..form()
        };
        assert_eq!(faults(&serious), [FormFault::SeriousWithoutCriterion]);
        let reason = CaseForm {
            criteria: vec![Criterion::Hospitalisation],
            ..form()
        };
        assert_eq!(faults(&reason), [FormFault::CriterionWithoutSerious]);
        let death = CaseForm {
            criteria: vec![Criterion::Death],
            ..serious
        };
        assert_eq!(faults(&death), [FormFault::DeathAndOutcomeDiffer]);
        let died = CaseForm {
            outcome: Outcome::Died,
            ..death
        };
        assert_eq!(faults(&died), []);
    }

    #[test]
    fn what_is_not_on_the_list_is_said_in_words() {
        let other = CaseForm {
            symptoms: vec![Symptom::Other],
            ..form()
        };
        assert_eq!(faults(&other), [FormFault::OtherWithoutWords]);
        assert_eq!(Narrative::parse(&"न".repeat(501)), Err(ParseNarrative));
        assert_eq!(Narrative::parse("a\u{7}"), Err(ParseNarrative));
        assert_eq!(Narrative::parse(" two\r\nlines ").unwrap().as_str(), "two\nlines");
    }

    #[test]
    fn pregnancy_is_asked_only_where_it_applies() {
        assert!(Bearing::applies(Gender::Female, 30));
        assert!(Bearing::applies(Gender::Transgender, 30));
        assert!(!Bearing::applies(Gender::Male, 30));
        assert!(!Bearing::applies(Gender::Female, 70));
    }
}
