//! A person's way through the site on one day: expected, waiting by token, at a table, under observation, gone.
//!
//! A pure state machine over what staff do. A visit decides nothing about a record or a dose: a dose that was given can
//! always be recorded, and the visit follows it.

/// How long somebody is looked after following a dose, in minutes: the programme's half hour.
pub const OBSERVATION_MINUTES: i64 = 30;
/// How long after the end of their hours somebody who did not come is waited for, in minutes.
pub const GRACE_MINUTES: i64 = 30;

/// Where a visit stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VisitState {
    Expected,
    /// Waits for their token to be called.
    CheckedIn,
    /// The token was called.
    Called,
    /// The record was opened.
    AtTable,
    /// Had the dose and is looked after.
    Observing,
    Left,
    SentAway(SentAway),
    /// Did not come in time; the seat went to somebody else.
    NoShow,
}

/// Why somebody goes without the dose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SentAway {
    /// Not well enough today.
    Unwell,
    /// Too early, or another rule says later.
    TooEarly,
    /// There was nothing to give.
    NoVaccine,
    /// They do not want it.
    Refused,
    /// This vaccine is not for them.
    NotEligible,
    /// The session was stopped, or moved, while they waited. Noted by that, not by hand.
    Stopped,
}

impl SentAway {
    pub const ALL: [Self; 6] = [
        Self::Unwell,
        Self::TooEarly,
        Self::NoVaccine,
        Self::Refused,
        Self::NotEligible,
        Self::Stopped,
    ];
    /// What staff choose from.
    pub const BY_HAND: [Self; 5] = [
        Self::Unwell,
        Self::TooEarly,
        Self::NoVaccine,
        Self::Refused,
        Self::NotEligible,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Unwell => "unwell",
            Self::TooEarly => "too_early",
            Self::NoVaccine => "no_vaccine",
            Self::Refused => "refused",
            Self::NotEligible => "not_eligible",
            Self::Stopped => "stopped",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|why| why.code() == code)
    }
}

/// What happens to a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VisitAct {
    CheckIn,
    UndoCheckIn,
    Call,
    /// Called, or at a table, and to wait on.
    PutBack,
    /// The record was opened.
    Open,
    /// The dose was recorded.
    Vaccinate,
    /// The time of the dose was corrected, or the dose was moved here from somebody who did not have it.
    Correct,
    Leave,
    /// Once for each visit.
    UndoLeave,
    SendAway(SentAway),
    /// Their time is over and they did not come.
    Release,
    /// Came after all, and a seat was left.
    ComeLate,
}

/// Whether the appointment had its dose, whatever the visit says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dosed {
    Yes,
    No,
}

/// An act that does not follow from where the visit stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("somebody went on with this visit since it was shown: look at the list again")]
pub struct NotNow;

impl VisitState {
    /// All, with each reason.
    pub fn all() -> Vec<Self> {
        let plain = [
            Self::Expected,
            Self::CheckedIn,
            Self::Called,
            Self::AtTable,
            Self::Observing,
            Self::Left,
            Self::NoShow,
        ];
        let away = SentAway::ALL.map(Self::SentAway);
        plain.into_iter().chain(away).collect()
    }

    pub const fn code(self) -> &'static str {
        match self {
            Self::Expected => "expected",
            Self::CheckedIn => "checked_in",
            Self::Called => "called",
            Self::AtTable => "at_table",
            Self::Observing => "observing",
            Self::Left => "left",
            Self::SentAway(why) => why.code(),
            Self::NoShow => "no_show",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::all().into_iter().find(|state| state.code() == code)
    }

    /// Where the visit stands after an act.
    ///
    /// # Errors
    /// [`NotNow`] when the act does not follow. Opening a record, giving a dose and correcting one always do: they happened.
    pub fn after(self, act: VisitAct) -> Result<Self, NotNow> {
        Ok(match (self, act) {
            (Self::Expected | Self::SentAway(_), VisitAct::CheckIn) => Self::CheckedIn,
            (Self::NoShow, VisitAct::ComeLate) => Self::CheckedIn,
            (Self::CheckedIn, VisitAct::UndoCheckIn) => Self::Expected,
            (Self::CheckedIn, VisitAct::Call) => Self::Called,
            (Self::Called | Self::AtTable, VisitAct::PutBack) => Self::CheckedIn,
            (Self::Observing | Self::Left, VisitAct::Open) => self,
            (_, VisitAct::Open) => Self::AtTable,
            (Self::Left, VisitAct::Vaccinate | VisitAct::Correct) => Self::Left,
            (_, VisitAct::Vaccinate | VisitAct::Correct) => Self::Observing,
            (Self::Observing, VisitAct::Leave) => Self::Left,
            (Self::Left, VisitAct::UndoLeave) => Self::Observing,
            (Self::CheckedIn | Self::Called | Self::AtTable, VisitAct::SendAway(why)) => Self::SentAway(why),
            (Self::Expected, VisitAct::Release) => Self::NoShow,
            _ => return Err(NotNow),
        })
    }

    /// Where the visit stands in truth: a dose can be taken back, or be put here by a correction, while nobody looks.
    #[must_use]
    pub fn with_dose(self, dosed: Dosed) -> Self {
        match (self, dosed) {
            (Self::Observing | Self::Left, Dosed::No) => Self::CheckedIn,
            (Self::Observing | Self::Left, Dosed::Yes) => self,
            (_, Dosed::Yes) => Self::Left,
            (_, Dosed::No) => self,
        }
    }

    /// Whether somebody has to be seen to before the day is closed.
    pub const fn is_on_site(self) -> bool {
        matches!(
            self,
            Self::CheckedIn | Self::Called | Self::AtTable | Self::Observing
        )
    }

    /// Whether a token goes with it.
    pub const fn has_token(self) -> bool {
        !matches!(self, Self::Expected | Self::NoShow)
    }
}

impl VisitAct {
    pub const fn code(self) -> &'static str {
        match self {
            Self::CheckIn => "check_in",
            Self::UndoCheckIn => "undo_check_in",
            Self::Call => "call",
            Self::PutBack => "put_back",
            Self::Open => "open",
            Self::Vaccinate => "vaccinate",
            Self::Correct => "dose_corrected",
            Self::Leave => "leave",
            Self::UndoLeave => "undo_leave",
            Self::SendAway(why) => why.code(),
            Self::Release => "release",
            Self::ComeLate => "come_late",
        }
    }

    /// What a form can ask for; the rest happens by itself.
    pub fn from_form(code: &str) -> Option<Self> {
        let plain = [
            Self::CheckIn,
            Self::UndoCheckIn,
            Self::Call,
            Self::PutBack,
            Self::Leave,
            Self::UndoLeave,
        ];
        let away = SentAway::BY_HAND.map(Self::SendAway);
        plain.into_iter().chain(away).find(|act| act.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn act() -> impl Strategy<Value = VisitAct> {
        let away = SentAway::ALL.map(VisitAct::SendAway);
        let plain = [
            VisitAct::CheckIn,
            VisitAct::UndoCheckIn,
            VisitAct::Call,
            VisitAct::PutBack,
            VisitAct::Open,
            VisitAct::Vaccinate,
            VisitAct::Correct,
            VisitAct::Leave,
            VisitAct::UndoLeave,
            VisitAct::Release,
            VisitAct::ComeLate,
        ];
        let all: Vec<VisitAct> = plain.into_iter().chain(away).collect();
        proptest::sample::select(all)
    }

    #[test]
    fn the_usual_way_through_a_site() {
        let way = [
            (VisitAct::CheckIn, VisitState::CheckedIn),
            (VisitAct::Call, VisitState::Called),
            (VisitAct::Open, VisitState::AtTable),
            (VisitAct::Vaccinate, VisitState::Observing),
            (VisitAct::Leave, VisitState::Left),
        ];
        let mut state = VisitState::Expected;
        for (act, next) in way {
            state = state.after(act).unwrap();
            assert_eq!(state, next);
        }
        assert_eq!(state.after(VisitAct::CheckIn), Err(NotNow));
        assert_eq!(
            VisitState::NoShow.after(VisitAct::CheckIn),
            Err(NotNow),
            "a seat is needed"
        );
        assert_eq!(VisitState::CheckedIn.after(VisitAct::Release), Err(NotNow));
    }

    proptest! {
        #[test]
        fn whatever_staff_do_nobody_is_observed_without_a_dose_and_no_dose_is_forgotten(
            acts in proptest::collection::vec(act(), 0..60),
        ) {
            let (mut state, mut dosed) = (VisitState::Expected, false);
            for act in acts {
                let next = state.after(act);
                // What happened at a table cannot be refused.
                if matches!(act, VisitAct::Open | VisitAct::Vaccinate | VisitAct::Correct) {
                    prop_assert!(next.is_ok());
                }
                let Ok(next) = next else { continue };
                dosed |= matches!(act, VisitAct::Vaccinate | VisitAct::Correct);
                state = next;
                prop_assert_eq!(matches!(state, VisitState::Observing | VisitState::Left), dosed);
                prop_assert_eq!(VisitState::from_code(state.code()), Some(state));
            }
        }

        #[test]
        fn what_can_be_undone_is_as_it_was(acts in proptest::collection::vec(act(), 0..40)) {
            let mut state = VisitState::Expected;
            for act in acts {
                state = state.after(act).unwrap_or(state);
            }
            for (act, undo) in [
                (VisitAct::Call, VisitAct::PutBack),
                (VisitAct::Leave, VisitAct::UndoLeave),
            ] {
                if let Ok(next) = state.after(act) {
                    prop_assert_eq!(next.after(undo), Ok(state));
                }
            }
            if state == VisitState::Expected {
                let back = state.after(VisitAct::CheckIn).and_then(|next| next.after(VisitAct::UndoCheckIn));
                prop_assert_eq!(back, Ok(state));
            }
        }
    }

    #[test]
    fn a_dose_that_was_taken_back_leaves_its_person_waiting_and_one_that_was_moved_here_is_done() {
        assert_eq!(VisitState::Left.with_dose(Dosed::No), VisitState::CheckedIn);
        assert_eq!(VisitState::Expected.with_dose(Dosed::Yes), VisitState::Left);
        for state in VisitState::all() {
            let seen = state.with_dose(Dosed::Yes);
            assert_eq!(seen.with_dose(Dosed::Yes), seen);
        }
    }

    #[test]
    fn every_act_of_a_form_reads_back() {
        assert_eq!(VisitAct::from_form("call"), Some(VisitAct::Call));
        assert_eq!(
            VisitAct::from_form("refused"),
            Some(VisitAct::SendAway(SentAway::Refused))
        );
        for not_by_form in ["vaccinate", "dose_corrected", "open", "release", "come_late", ""] {
            assert_eq!(VisitAct::from_form(not_by_form), None);
        }
    }
}
