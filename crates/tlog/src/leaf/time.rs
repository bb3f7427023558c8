//! Hours and days as leaves count them: on the wall clocks of Asia/Kolkata, so that each hour lies in one day.
//!
//! (In UTC the Indian day turns at half past an hour, and nobody could say to which day's index such a leaf belongs.)

use std::fmt;

/// Asia/Kolkata is 5 h 30 min ahead of UTC, without daylight saving.
const KOLKATA_SECONDS: i64 = 19_800;

/// Whole hours since 1970-01-01T00:00:00+05:30.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hour(u32);

/// Whole days since 1970-01-01 in Asia/Kolkata.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(u32);

impl Hour {
    pub const fn new(number: u32) -> Self {
        Self(number)
    }

    pub const fn number(self) -> u32 {
        self.0
    }

    /// The hour of an instant in seconds since 1970-01-01T00:00:00Z; nothing for instants outside 1970 to 491,000.
    pub fn at(unix_seconds: i64) -> Option<Self> {
        let hours = unix_seconds.checked_add(KOLKATA_SECONDS)?.div_euclid(3_600);
        u32::try_from(hours).ok().map(Self)
    }

    pub const fn day(self) -> Day {
        Day(self.0 / 24)
    }
}

impl Day {
    pub const fn new(number: u32) -> Self {
        Self(number)
    }

    pub const fn number(self) -> u32 {
        self.0
    }

    /// Year and month (1 to 12) in the Gregorian calendar; nothing after the year 65,535.
    pub fn year_month(self) -> Option<(u16, u8)> {
        self.date().map(|(year, month, _)| (year, month))
    }

    /// Year, month (1 to 12) and day of the month (1 to 31) in the Gregorian calendar; nothing after the year 65,535.
    pub fn date(self) -> Option<(u16, u8, u8)> {
        // Counting from 1 March of the year 0 puts the leap day last, so that months have a fixed pattern of lengths.
        let since_march = u64::from(self.0) + 719_468;
        let (era, day) = (since_march / 146_097, since_march % 146_097);
        let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
        let day_of_year = day - (365 * year + year / 4 - year / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day_of_month = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let (month, carry) = if month_from_march < 10 {
            (month_from_march + 3, 0)
        } else {
            (month_from_march - 9, 1)
        };
        let year = u16::try_from(era * 400 + year + carry).ok()?;
        Some((year, month as u8, day_of_month as u8))
    }
}

/// `2026-11-03`; the number after the year 65,535.
impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.date() {
            Some((year, month, day)) => write!(f, "{year:04}-{month:02}-{day:02}"),
            None => write!(f, "day {}", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_turns_at_midnight_in_kolkata() {
        // 2021-05-10T18:29:59Z and one second later.
        let (before, after) = (Hour::at(1_620_671_399).unwrap(), Hour::at(1_620_671_400).unwrap());
        assert_eq!(after.number(), before.number() + 1);
        assert_eq!(after.day().number(), before.day().number() + 1);
        assert_eq!(after.day().number(), 18_758);
        assert_eq!(Hour::at(-19_800), Some(Hour(0)));
        assert_eq!(Hour::at(-19_801), None);
        assert_eq!(Hour::at(i64::MAX), None);
    }

    #[test]
    fn every_day_falls_into_the_month_that_counting_says() {
        let mut day = 0;
        for year in 1970..2410_u16 {
            let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
            let february = if leap { 29 } else { 28 };
            for (month, days) in (1..).zip([31_u8, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]) {
                for of_month in 1..=days {
                    assert_eq!(Day(day).date(), Some((year, month, of_month)), "day {day}");
                    assert_eq!(Day(day).year_month(), Some((year, month)), "day {day}");
                    day += 1;
                }
            }
        }
        assert_eq!(Day(u32::MAX).year_month(), None);
    }
}
