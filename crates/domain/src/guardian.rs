//! Who speaks for somebody who is not 18 yet, and until when.

use std::fmt;

use crate::birth::Birth;
use crate::id::PersonId;
use crate::name::PersonName;
use crate::time::CivilDate;

/// Who was named for a minor. `Debug` shows no name.
#[derive(Clone, PartialEq, Eq)]
pub enum Guardian {
    /// An adult who is registered with the same mobile.
    Member(PersonId),
    /// Somebody else, by the name that was given at a site.
    Named(PersonName),
}

/// Who decides about a record on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Minority {
    /// Not 18 beyond doubt: a guardian does.
    Minor,
    /// Registered by a guardian, and 18 since: they alone.
    CameOfAge,
    /// 18 already when they were registered.
    Adult,
}

impl Minority {
    /// Control passes on the 18th birthday, or where only the year is known on 31 December of the year in which everybody
    /// born in it has turned 18: one day before the first of January, and never too early.
    pub fn of(birth: Birth, registered: CivilDate, today: CivilDate) -> Self {
        match (birth.is_surely_adult(registered), birth.is_surely_adult(today)) {
            (_, false) => Self::Minor,
            (false, true) => Self::CameOfAge,
            (true, true) => Self::Adult,
        }
    }
}

const MEMBER: &str = "member:";
const NAMED: &str = "named:";

impl Guardian {
    /// As it is sealed.
    pub fn text(&self) -> String {
        match self {
            Self::Member(person) => format!("{MEMBER}{person}"),
            Self::Named(name) => format!("{NAMED}{}", name.as_str()),
        }
    }

    /// `None` for what [`text`](Self::text) never makes.
    pub fn from_text(text: &str) -> Option<Self> {
        if let Some(person) = text.strip_prefix(MEMBER) {
            return person.parse().ok().map(Self::Member);
        }
        let name = text.strip_prefix(NAMED)?;
        PersonName::parse(name).ok().map(Self::Named)
    }
}

impl fmt::Debug for Guardian {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Member(person) => f.debug_tuple("Member").field(person).finish(),
            Self::Named(_) => f.write_str("Named(redacted)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::birth::{BirthDate, BirthYear};

    fn day(y: i32, m: u32, d: u32) -> CivilDate {
        CivilDate::from_ymd_opt(y, m, d).unwrap()
    }

    #[test]
    fn a_guardian_reads_back_as_it_was_named() {
        for guardian in [
            Guardian::Member(PersonId::from_random([7; 16])),
            Guardian::Named(PersonName::parse("Asha Devi").unwrap()),
        ] {
            assert_eq!(Guardian::from_text(&guardian.text()), Some(guardian.clone()));
            assert!(!format!("{guardian:?}").contains("Asha"));
        }
        assert_eq!(Guardian::from_text("member:nobody"), None);
        assert_eq!(Guardian::from_text(""), None);
    }

    #[test]
    fn control_passes_from_the_guardian_on_the_birthday_and_not_a_day_before() {
        let registered = day(2022, 3, 20);
        let date = Birth::Date(BirthDate::new(day(2008, 6, 15), registered).unwrap());
        assert_eq!(Minority::of(date, registered, day(2026, 6, 14)), Minority::Minor);
        assert_eq!(
            Minority::of(date, registered, day(2026, 6, 15)),
            Minority::CameOfAge
        );
        let year = Birth::Year(BirthYear::new(2008, registered).unwrap());
        assert_eq!(Minority::of(year, registered, day(2026, 12, 30)), Minority::Minor);
        assert_eq!(
            Minority::of(year, registered, day(2026, 12, 31)),
            Minority::CameOfAge
        );
        assert_eq!(
            Minority::of(year, registered, day(2027, 1, 1)),
            Minority::CameOfAge
        );
        let adult = Birth::Year(BirthYear::new(1980, registered).unwrap());
        assert_eq!(Minority::of(adult, registered, day(2026, 1, 1)), Minority::Adult);
    }
}
