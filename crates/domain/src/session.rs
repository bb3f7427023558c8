//! A session's age band, quotas and status: whom it is for, who may take its seats, and whether anybody can.

use crate::birth::Birth;
use crate::time::CivilDate;

/// Ages in completed years, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AgeBand {
    min: u8,
    max: Option<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParseAgeBand {
    #[error("not an age: give whole years from 0 to 120")]
    Malformed,
    #[error("the greatest age is less than the least")]
    Backwards,
}

/// Whether somebody belongs to an age band. A year of birth alone can leave it open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Covers {
    Yes,
    No,
    /// Depends on the day of birth, which is checked at the site.
    Perhaps,
}

impl AgeBand {
    pub fn new(min: i64, max: Option<i64>) -> Result<Self, ParseAgeBand> {
        let min = age(min)?;
        let max = max.map(age).transpose()?;
        match max {
            Some(max) if max < min => Err(ParseAgeBand::Backwards),
            max => Ok(Self { min, max }),
        }
    }

    pub fn min(self) -> i64 {
        self.min.into()
    }

    pub fn max(self) -> Option<i64> {
        self.max.map(i64::from)
    }

    /// CoWIN's `allow_all_age`: the band has no upper end.
    pub fn allow_all_age(self) -> bool {
        self.max.is_none()
    }

    /// Whether everybody of the other band is in this one.
    pub fn includes(self, other: Self) -> bool {
        let below = match (self.max, other.max) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(mine), Some(theirs)) => theirs <= mine,
        };
        self.min <= other.min && below
    }

    pub fn covers(self, birth: Birth, on: CivilDate) -> Covers {
        let (youngest, oldest) = birth.ages_on(on);
        match (self.holds(youngest), self.holds(oldest)) {
            (true, true) => Covers::Yes,
            (false, false) => Covers::No,
            _ => Covers::Perhaps,
        }
    }

    fn holds(self, age: i32) -> bool {
        age >= i32::from(self.min) && self.max.is_none_or(|max| age <= i32::from(max))
    }
}

fn age(years: i64) -> Result<u8, ParseAgeBand> {
    u8::try_from(years)
        .ok()
        .filter(|years| *years <= 120)
        .ok_or(ParseAgeBand::Malformed)
}

/// Who may take a seat: people who booked, or people who walk in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quota {
    Online,
    WalkIn,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown quota: give online or walk_in")]
pub struct ParseQuota;

impl Quota {
    pub fn parse(text: &str) -> Result<Self, ParseQuota> {
        match text {
            "online" => Ok(Self::Online),
            "walk_in" => Ok(Self::WalkIn),
            _ => Err(ParseQuota),
        }
    }

    pub fn code(self) -> &'static str {
        match self {
            Self::Online => "online",
            Self::WalkIn => "walk_in",
        }
    }
}

/// Only a published session can be booked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SessionStatus {
    Draft,
    Published,
    Cancelled,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown session status: give draft, published or cancelled")]
pub struct ParseSessionStatus;

impl SessionStatus {
    pub fn parse(text: &str) -> Result<Self, ParseSessionStatus> {
        match text {
            "draft" => Ok(Self::Draft),
            "published" => Ok(Self::Published),
            "cancelled" => Ok(Self::Cancelled),
            _ => Err(ParseSessionStatus),
        }
    }

    pub fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Published => "published",
            Self::Cancelled => "cancelled",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::birth::BirthYear;

    #[test]
    fn a_band_knows_its_people() {
        let day = |y, m, d| CivilDate::from_ymd_opt(y, m, d).unwrap();
        let born = |year| Birth::Year(BirthYear::new(year, day(2026, 1, 1)).unwrap());
        let adults = AgeBand::new(18, None).unwrap();
        assert!(adults.allow_all_age());
        assert_eq!(adults.covers(born(2003), day(2021, 5, 1)), Covers::Perhaps);
        assert_eq!(adults.covers(born(2002), day(2021, 5, 1)), Covers::Yes);
        assert_eq!(adults.covers(born(2004), day(2021, 5, 1)), Covers::No);
        let younger = AgeBand::new(18, Some(44)).unwrap();
        assert_eq!(younger.covers(born(1976), day(2021, 5, 1)), Covers::Perhaps);
        assert_eq!(younger.covers(born(1975), day(2021, 5, 1)), Covers::No);
        assert_eq!(AgeBand::new(45, Some(44)), Err(ParseAgeBand::Backwards));
        assert!(adults.includes(younger) && adults.includes(adults) && younger.includes(younger));
        assert!(!younger.includes(adults));
        assert!(!AgeBand::new(19, Some(44)).unwrap().includes(younger));
        assert!(!AgeBand::new(12, Some(43)).unwrap().includes(younger));
        assert_eq!(AgeBand::new(-1, None), Err(ParseAgeBand::Malformed));
    }

    #[test]
    fn a_band_of_one_year_is_uncertain_by_year_alone() {
        let day = CivilDate::from_ymd_opt(2021, 5, 1).unwrap();
        let born = Birth::Year(BirthYear::new(2003, day).unwrap());
        assert_eq!(
            AgeBand::new(17, Some(17)).unwrap().covers(born, day),
            Covers::Perhaps
        );
        assert_eq!(Quota::parse("walk_in"), Ok(Quota::WalkIn));
        assert_eq!(Quota::parse(Quota::Online.code()), Ok(Quota::Online));
    }
}
