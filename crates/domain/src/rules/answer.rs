//! What is answered: a verdict, the row that decides, and why, for machines, for pages and in English.

use std::fmt;

use serde::Serialize;
use serde::ser::SerializeStruct;

use super::rule::Rule;
use crate::dose::DoseNumber;
use crate::time::CivilDate;
use crate::vaccine::Vaccine;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Eligible,
    NotEligible,
    /// A year of birth leaves it open: may be booked, and the verifier at the site decides.
    VerifyAtSite,
}

impl Verdict {
    /// Whether an appointment may be booked on this answer.
    pub fn may_book(self) -> bool {
        matches!(self, Self::Eligible | Self::VerifyAtSite)
    }
}

/// Serialises to `{"verdict","dose","rule","earliest","citation","explanation"}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub verdict: Verdict,
    /// The dose that comes next.
    pub dose: DoseNumber,
    /// The row that decides.
    pub rule: &'static Rule,
    /// The first day on which the deciding row lets the dose be given, as far as could be known on the day asked about.
    pub earliest: Option<CivilDate>,
    pub finding: Finding,
    pub notes: Vec<Note>,
}

/// Why, with its parameters. Pages render it by [`Finding::key`], which names a message of their own language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finding {
    /// Covered by the row since `since`.
    Covered {
        since: CivilDate,
    },
    /// The days since the dose before have passed.
    IntervalPassed {
        needed: i64,
        passed: i64,
        since: CivilDate,
    },
    /// The appointment was booked under this row, which has changed since.
    BookedBefore {
        booked_on: CivilDate,
        needed: i64,
        passed: i64,
    },
    /// The year of birth alone leaves the age open.
    BirthYearOpen,
    /// The row begins later.
    NotYet {
        from: CivilDate,
    },
    /// Old enough from that day on.
    TooYoung {
        from: CivilDate,
    },
    /// Fewer days than needed since the dose before.
    TooEarly {
        needed: i64,
        passed: i64,
        from: CivilDate,
    },
    /// The row does not cover the person, the centre or the vaccine.
    NotCovered(Mismatch),
    /// The course was begun with another vaccine.
    DifferentVaccine {
        before: Vaccine,
        asked: Vaccine,
    },
    /// The vaccine is not for this dose.
    NotForThisDose {
        asked: Vaccine,
    },
    /// Recovering from COVID-19 until that day.
    Recovering {
        until: CivilDate,
    },
    CourseComplete,
    /// Nobody was eligible yet, and from when could not be known.
    NothingInForce,
}

/// What keeps somebody outside a row, from the farthest to the nearest miss.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mismatch {
    Over,
    Group,
    Age,
    Comorbidity,
    Product,
    Channel,
}

/// Something that does not decide but that people will ask about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Note {
    /// CoWIN enforced more days than the letter of the row.
    SystemMinimum { days: i64 },
    /// Another row decides, and recovery lasts longer than it.
    AfterRecovery { until: CivilDate },
    /// Recommended, ordered or set aside: it does not decide.
    DoesNotDecide(&'static Rule),
}

impl Finding {
    /// The name of the message; its parameters are the variant's fields.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Covered { .. } => "rule-covered",
            Self::IntervalPassed { .. } => "rule-interval-passed",
            Self::BookedBefore { .. } => "rule-booked-before",
            Self::BirthYearOpen => "rule-birth-year-open",
            Self::NotYet { .. } => "rule-not-yet",
            Self::TooYoung { .. } => "rule-too-young",
            Self::TooEarly { .. } => "rule-too-early",
            Self::NotCovered(Mismatch::Over) => "rule-over",
            Self::NotCovered(Mismatch::Group) => "rule-not-your-group",
            Self::NotCovered(Mismatch::Age) => "rule-not-your-age",
            Self::NotCovered(Mismatch::Comorbidity) => "rule-comorbidity-needed",
            Self::NotCovered(Mismatch::Channel) => "rule-other-channel",
            Self::NotCovered(Mismatch::Product) => "rule-other-product",
            Self::DifferentVaccine { .. } => "rule-different-vaccine",
            Self::NotForThisDose { .. } => "rule-not-for-this-dose",
            Self::Recovering { .. } => "rule-recovering",
            Self::CourseComplete => "rule-course-complete",
            Self::NothingInForce => "rule-nothing-in-force",
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Covered { since } => write!(f, "This dose has been possible since {since}."),
            Self::IntervalPassed { needed, passed, since } => {
                write!(f, "{passed} days have passed since the dose before and {needed} are needed, so this dose is possible since {since}.")
            }
            Self::BookedBefore { booked_on, needed, passed } => {
                write!(f, "The rule has changed, but this appointment, booked on {booked_on}, stays valid: {passed} days have passed and {needed} were needed then.")
            }
            Self::BirthYearOpen => {
                f.write_str("The year of birth alone leaves the age open; it is checked at the site against the document.")
            }
            Self::NotYet { from } => write!(f, "This begins on {from}."),
            Self::TooYoung { from } => write!(f, "The age is reached on {from} at the earliest."),
            Self::TooEarly { needed, passed, from } => {
                write!(f, "{passed} days have passed since the dose before and {needed} are needed; the earliest day is {from}.")
            }
            Self::NotCovered(mismatch) => mismatch.fmt(f),
            Self::DifferentVaccine { before, asked } => {
                write!(f, "The dose before was {before}, so this dose cannot be {asked}.")
            }
            Self::NotForThisDose { asked } => write!(f, "{asked} is not given as this dose."),
            Self::Recovering { until } => write!(f, "The dose is possible from {until}."),
            Self::CourseComplete => f.write_str("All doses that are provided for have been given."),
            Self::NothingInForce => f.write_str("On this day it had not begun yet."),
        }
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Over => "This was over by that day.",
            Self::Group => "The person does not belong to this group.",
            Self::Age => "The person's age is not among these.",
            Self::Comorbidity => "At this age a listed comorbidity with a doctor's certificate is needed.",
            Self::Channel => "The centre asked about is of the other kind (government or private).",
            Self::Product => "The vaccine asked about is not among these for this age.",
        })
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SystemMinimum { days } => {
                write!(f, "CoWIN itself offered appointments only after {days} days.")
            }
            Self::AfterRecovery { until } => {
                write!(
                    f,
                    "After an infection with COVID-19 the dose is possible from {until}."
                )
            }
            Self::DoesNotDecide(rule) => write!(f, "{} That does not decide here.", rule.explanation),
        }
    }
}

impl Answer {
    /// Plain English sentences: what decides and from when, what follows, and what people will ask about.
    pub fn explanation(&self) -> String {
        let mut text = format!("{} {}", self.rule.explanation, self.finding);
        for note in &self.notes {
            text.push(' ');
            text.push_str(&note.to_string());
        }
        text
    }
}

impl Serialize for Answer {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Answer", 6)?;
        fields.serialize_field("verdict", &self.verdict)?;
        fields.serialize_field("dose", &self.dose)?;
        fields.serialize_field("rule", &self.rule.id)?;
        fields.serialize_field("earliest", &self.earliest.map(|date| date.to_string()))?;
        fields.serialize_field("citation", &self.rule.citation())?;
        fields.serialize_field("explanation", &self.explanation())?;
        fields.end()
    }
}
