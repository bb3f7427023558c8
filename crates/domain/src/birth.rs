//! When somebody was born: the year, which everyone gives, or the date, which only minors may give.
//!
//! A year alone leaves ages uncertain by one; `Birth::ages_on` says so instead of guessing.

use std::fmt;

use chrono::Datelike;

use crate::time::CivilDate;
use crate::wire_date::WireDate;

/// Nobody older than this registers; the oldest verified person lived 122 years.
const OLDEST_YEARS: i32 = 125;
/// From when on a person decides alone.
pub const ADULT: i32 = 18;

/// A plausible year of birth. `Debug` shows nothing of it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BirthYear(i32);

/// A plausible date of birth. `Debug` shows nothing of it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BirthDate(CivilDate);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Birth {
    Year(BirthYear),
    Date(BirthDate),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParseBirth {
    #[error("not a year of birth: give four digits such as 1980")]
    YearMalformed,
    #[error("not a date of birth: give DD-MM-YYYY or YYYY-MM-DD")]
    DateMalformed,
    #[error("the birth lies in the future")]
    Future,
    #[error("the birth lies more than 125 years back")]
    TooLongAgo,
}

impl BirthYear {
    /// Four digits, not after `today` and not more than 125 years before it.
    pub fn parse(text: &str, today: CivilDate) -> Result<Self, ParseBirth> {
        if text.len() != 4 || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(ParseBirth::YearMalformed);
        }
        let year = text.parse().map_err(|_| ParseBirth::YearMalformed)?;
        Self::new(year, today)
    }

    pub fn new(year: i32, today: CivilDate) -> Result<Self, ParseBirth> {
        plausible(year, today).map(|()| Self(year))
    }

    pub fn get(self) -> i32 {
        self.0
    }
}

impl BirthDate {
    /// `DD-MM-YYYY` in any of CoWIN's spellings, or `YYYY-MM-DD`.
    pub fn parse(text: &str, today: CivilDate) -> Result<Self, ParseBirth> {
        let date = match CivilDate::parse_from_str(text, "%Y-%m-%d") {
            Ok(date) if text.len() == 10 => date,
            _ => WireDate::parse_full_year(text)
                .map_err(|_| ParseBirth::DateMalformed)?
                .date(),
        };
        Self::new(date, today)
    }

    pub fn new(date: CivilDate, today: CivilDate) -> Result<Self, ParseBirth> {
        if date > today {
            return Err(ParseBirth::Future);
        }
        plausible(date.year(), today).map(|()| Self(date))
    }

    pub fn get(self) -> CivilDate {
        self.0
    }
}

impl Birth {
    pub fn year(self) -> BirthYear {
        match self {
            Self::Year(year) => year,
            Self::Date(date) => BirthYear(date.0.year()),
        }
    }

    /// Whether this person is 18 on `date`, whatever the day of birth: by the birth date from the birthday on, by the year
    /// alone from 31 December of the year in which everybody born in it has turned 18.
    pub fn is_surely_adult(self, date: CivilDate) -> bool {
        self.ages_on(date).0 >= ADULT
    }

    /// The youngest and the oldest age in completed years that this person can have on `date`; negative before birth.
    pub fn ages_on(self, date: CivilDate) -> (i32, i32) {
        match self {
            Self::Year(BirthYear(year)) => {
                let oldest = date.year() - year;
                let new_year = (date.month(), date.day()) == (12, 31);
                (if new_year { oldest } else { oldest - 1 }, oldest)
            }
            Self::Date(BirthDate(born)) => {
                let age = completed_years(born, date);
                (age, age)
            }
        }
    }
}

/// Completed years; somebody born on 29 February turns on 1 March of common years.
pub fn completed_years(born: CivilDate, on: CivilDate) -> i32 {
    let years = on.year() - born.year();
    if (on.month(), on.day()) < (born.month(), born.day()) {
        years - 1
    } else {
        years
    }
}

fn plausible(year: i32, today: CivilDate) -> Result<(), ParseBirth> {
    if year > today.year() {
        Err(ParseBirth::Future)
    } else if year < today.year() - OLDEST_YEARS {
        Err(ParseBirth::TooLongAgo)
    } else {
        Ok(())
    }
}

impl fmt::Debug for BirthYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BirthYear(redacted)")
    }
}

impl fmt::Debug for BirthDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BirthDate(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(y: i32, m: u32, d: u32) -> CivilDate {
        CivilDate::from_ymd_opt(y, m, d).unwrap()
    }

    #[test]
    fn years_are_plausible_relative_to_today() {
        let today = day(2026, 11, 22);
        assert_eq!(BirthYear::parse("1980", today).map(BirthYear::get), Ok(1980));
        assert_eq!(BirthYear::parse("2026", today).map(BirthYear::get), Ok(2026));
        assert_eq!(BirthYear::parse("2027", today), Err(ParseBirth::Future));
        assert_eq!(BirthYear::parse("1901", today).map(BirthYear::get), Ok(1901));
        assert_eq!(BirthYear::parse("1900", today), Err(ParseBirth::TooLongAgo));
        for bad in ["", "80", "+980", "19800", "१९८०", "1980 "] {
            assert_eq!(
                BirthYear::parse(bad, today),
                Err(ParseBirth::YearMalformed),
                "{bad}"
            );
        }
    }

    #[test]
    fn dates_come_in_both_orders() {
        let today = day(2026, 11, 22);
        let born = BirthDate::new(day(2010, 2, 5), today);
        assert_eq!(BirthDate::parse("2010-02-05", today), born);
        assert_eq!(BirthDate::parse("05-02-2010", today), born);
        assert_eq!(BirthDate::parse("5/2/2010", today), born);
        assert_eq!(BirthDate::parse("5/2/10", today), Err(ParseBirth::DateMalformed));
        assert_eq!(
            BirthDate::parse("30-02-2010", today),
            Err(ParseBirth::DateMalformed)
        );
        assert_eq!(BirthDate::parse("2026-11-23", today), Err(ParseBirth::Future));
    }

    #[test]
    fn a_person_is_surely_adult_from_the_birthday_or_the_last_day_of_the_year() {
        let today = day(2026, 11, 22);
        let year = Birth::Year(BirthYear::new(2005, today).unwrap());
        assert!(!year.is_surely_adult(day(2023, 12, 30)));
        assert!(year.is_surely_adult(day(2023, 12, 31)));
        assert!(year.is_surely_adult(day(2024, 1, 1)));
        let date = Birth::Date(BirthDate::new(day(2005, 6, 15), today).unwrap());
        assert!(!date.is_surely_adult(day(2023, 6, 14)));
        assert!(date.is_surely_adult(day(2023, 6, 15)));
        let leap = Birth::Date(BirthDate::new(day(2004, 2, 29), today).unwrap());
        assert!(!leap.is_surely_adult(day(2022, 2, 28)));
        assert!(leap.is_surely_adult(day(2022, 3, 1)));
    }

    #[test]
    fn a_year_leaves_two_ages_except_on_the_last_day() {
        let today = day(2026, 11, 22);
        let year = Birth::Year(BirthYear::new(2003, today).unwrap());
        assert_eq!(year.ages_on(day(2021, 5, 1)), (17, 18));
        assert_eq!(year.ages_on(day(2021, 12, 31)), (18, 18));
        let date = Birth::Date(BirthDate::new(day(2004, 2, 29), today).unwrap());
        assert_eq!(date.ages_on(day(2022, 2, 28)), (17, 17));
        assert_eq!(date.ages_on(day(2022, 3, 1)), (18, 18));
        assert!(!format!("{date:?} {year:?}").contains("200"));
    }
}
