//! Corrections: a wrong dose is never edited. An event takes the place of another, and what stands is what nothing took
//! the place of.
//!
//! Who may do what alone, and who may decide on what somebody else proposed, is decided here too: both are pure.

use std::collections::HashSet;
use std::hash::Hash;

use crate::id::StaffId;
use crate::staff::StaffRole;
use crate::time::CivilDate;

/// What an event of a dose says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EventKind {
    Given,
    /// The one that it supersedes, as it really was.
    Corrected,
    /// The one that it supersedes was not given, or not to this person.
    Voided,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a kind of event: given, corrected or voided")]
pub struct ParseEventKind;

impl EventKind {
    pub const ALL: [Self; 3] = [Self::Given, Self::Corrected, Self::Voided];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Corrected => "corrected",
            Self::Voided => "voided",
        }
    }

    pub fn parse(text: &str) -> Result<Self, ParseEventKind> {
        let named = Self::ALL.into_iter().find(|kind| kind.code() == text);
        named.ok_or(ParseEventKind)
    }
}

/// One event of a person's doses, by its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event<I> {
    pub id: I,
    pub kind: EventKind,
    pub supersedes: Option<I>,
}

/// The events that stand, in their order: neither voids, nor what something took the place of. An event that is named
/// twice is gone once; one that names nobody takes nobody's place.
pub fn standing<I: Copy + Eq + Hash>(events: &[Event<I>]) -> Vec<I> {
    let gone: HashSet<I> = events.iter().filter_map(|event| event.supersedes).collect();
    let stands = |event: &&Event<I>| event.kind != EventKind::Voided && !gone.contains(&event.id);
    events.iter().filter(stands).map(|event| event.id).collect()
}

/// What is to become of a dose on record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Change {
    /// The same dose of the same person, with other facts.
    Correct,
    /// It was not given.
    Void,
    /// It was given to somebody else.
    Move,
}

impl Change {
    pub const ALL: [Self; 3] = [Self::Correct, Self::Void, Self::Move];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Correct => "correct",
            Self::Void => "void",
            Self::Move => "move",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|change| change.code() == text)
    }
}

/// Whether one person's word is enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hands {
    One,
    /// Somebody else of the centre has to agree.
    Two,
}

/// Only who gave a dose corrects it alone, and only on the day on which it was given. Nobody voids or moves one alone.
pub fn hands(change: Change, (by, gave): (&str, &str), (today, given_on): (CivilDate, CivilDate)) -> Hands {
    match change {
        Change::Correct if by == gave && today == given_on => Hands::One,
        Change::Correct | Change::Void | Change::Move => Hands::Two,
    }
}

/// Whether somebody may decide on a proposal: never on their own; a site manager on everybody else's, a vaccinator on a
/// vaccinator's.
pub fn may_decide((by, of): (StaffId, StaffRole), (proposer, proposed): (StaffId, StaffRole)) -> bool {
    let other = by != proposer;
    match (of, proposed) {
        (StaffRole::SiteManager, _) | (StaffRole::Vaccinator, StaffRole::Vaccinator) => other,
        (StaffRole::Vaccinator | StaffRole::DistrictAdmin, _) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(d: u32) -> CivilDate {
        CivilDate::from_ymd_opt(2026, 11, d).unwrap_or_default()
    }

    #[test]
    fn a_correction_is_alone_only_for_who_gave_it_on_its_day() {
        let of = |change, by, today| hands(change, (by, "MH-0001"), (day(today), day(22)));
        assert_eq!(of(Change::Correct, "MH-0001", 22), Hands::One);
        assert_eq!(of(Change::Correct, "MH-0001", 23), Hands::Two, "the next day");
        assert_eq!(of(Change::Correct, "MH-0002", 22), Hands::Two, "a colleague");
        assert_eq!(of(Change::Void, "MH-0001", 22), Hands::Two);
        assert_eq!(of(Change::Move, "MH-0001", 22), Hands::Two);
    }

    #[test]
    fn nobody_decides_on_their_own_proposal() {
        let (one, other) = (StaffId::from_random([1; 16]), StaffId::from_random([2; 16]));
        use StaffRole::{DistrictAdmin, SiteManager, Vaccinator};
        for (decides, proposed, allowed) in [
            (SiteManager, Vaccinator, true),
            (SiteManager, SiteManager, true),
            (Vaccinator, Vaccinator, true),
            (Vaccinator, SiteManager, false),
            (DistrictAdmin, Vaccinator, false),
        ] {
            assert_eq!(
                may_decide((one, decides), (other, proposed)),
                allowed,
                "{decides:?}"
            );
            assert!(!may_decide((one, decides), (one, proposed)), "{decides:?} alone");
        }
    }

    #[test]
    fn words_read_back() {
        for kind in EventKind::ALL {
            assert_eq!(EventKind::parse(kind.code()), Ok(kind));
        }
        for change in Change::ALL {
            assert_eq!(Change::parse(change.code()), Some(change));
        }
        assert_eq!(EventKind::parse("edited"), Err(ParseEventKind));
    }
}
