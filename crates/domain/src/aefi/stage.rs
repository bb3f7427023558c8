//! How far a case has come, and which step may follow which.

use super::word::{Committee, Seriousness};

/// What a case waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// A person said that they are unwell; a health worker has yet to say how serious it is.
    Heard,
    /// Reported by form; the district has yet to give it a number.
    Reported,
    /// Numbered; the investigation form is due.
    Numbered,
    /// Investigated; the state's committee has yet to classify the cause.
    Investigated,
    /// Classified by the state; the national committee has yet to.
    AssessedByState,
    /// Minor, or classified to the end: nothing is waited for. A correction may open it again.
    Settled,
}

/// What is done to a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A case form, the first or a corrected one, that says this.
    Form(Seriousness),
    Number,
    Investigate,
    Assess(Committee),
}

impl Stage {
    pub const ALL: [Self; 6] = [
        Self::Heard,
        Self::Reported,
        Self::Numbered,
        Self::Investigated,
        Self::AssessedByState,
        Self::Settled,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Heard => "heard",
            Self::Reported => "reported",
            Self::Numbered => "numbered",
            Self::Investigated => "investigated",
            Self::AssessedByState => "assessed_by_state",
            Self::Settled => "settled",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.code() == code)
    }

    /// How a case begins.
    pub const fn of_first_form(seriousness: Seriousness) -> Self {
        match seriousness {
            Seriousness::Minor => Self::Settled,
            Seriousness::Severe | Seriousness::Serious => Self::Reported,
        }
    }

    /// Where a step leads; none when it does not follow. `before` is what the latest form said.
    pub fn after(self, step: Step, before: Option<Seriousness>) -> Option<Self> {
        match (step, self) {
            // What was not to be followed up, or not known to be, begins with the form that says so.
            (Step::Form(now), Self::Heard | Self::Reported) => Some(Self::of_first_form(now)),
            (Step::Form(now), Self::Settled) if before == Some(Seriousness::Minor) => {
                Some(Self::of_first_form(now))
            }
            // A numbered case is never let go by a form: the committees say what it was.
            (Step::Form(_), later) => Some(later),
            (Step::Number, Self::Reported) => Some(Self::Numbered),
            (Step::Investigate, Self::Numbered) => Some(Self::Investigated),
            (Step::Assess(Committee::State), Self::Investigated) => Some(Self::AssessedByState),
            (Step::Assess(Committee::National), Self::AssessedByState) => Some(Self::Settled),
            (Step::Number | Step::Investigate | Step::Assess(_), _) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Seriousness::{Minor, Serious, Severe};

    #[test]
    fn a_serious_case_goes_from_number_to_investigation_to_both_committees() {
        let mut stage = Stage::of_first_form(Serious);
        for (step, next) in [
            (Step::Number, Stage::Numbered),
            (Step::Investigate, Stage::Investigated),
            (Step::Assess(Committee::State), Stage::AssessedByState),
            (Step::Assess(Committee::National), Stage::Settled),
        ] {
            let skipped = [Step::Number, Step::Investigate, Step::Assess(Committee::National)];
            let skipped = skipped.into_iter().filter(|other| *other != step);
            assert!(
                skipped
                    .into_iter()
                    .all(|other| stage.after(other, Some(Serious)).is_none())
            );
            stage = stage.after(step, Some(Serious)).unwrap();
            assert_eq!(stage, next);
        }
    }

    #[test]
    fn a_minor_case_has_nothing_to_wait_for_until_a_correction_makes_it_severe() {
        let stage = Stage::of_first_form(Minor);
        assert_eq!(stage, Stage::Settled);
        assert_eq!(stage.after(Step::Number, Some(Minor)), None);
        assert_eq!(
            stage.after(Step::Form(Severe), Some(Minor)),
            Some(Stage::Reported)
        );
        assert_eq!(Stage::Heard.after(Step::Form(Minor), None), Some(Stage::Settled));
    }

    #[test]
    fn a_numbered_case_is_not_let_go_by_a_form() {
        for stage in [Stage::Numbered, Stage::Investigated, Stage::AssessedByState] {
            assert_eq!(stage.after(Step::Form(Minor), Some(Serious)), Some(stage));
        }
        assert_eq!(
            Stage::Settled.after(Step::Form(Severe), Some(Serious)),
            Some(Stage::Settled)
        );
    }
}
