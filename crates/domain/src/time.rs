//! Instants in UTC and civil dates in Asia/Kolkata.
//!
//! India has kept one offset, +05:30 without daylight saving, since 1945, so a fixed offset is exact for every date here.

use std::fmt;

pub use chrono::NaiveDate as CivilDate;
use chrono::{DateTime, NaiveTime, Utc};

/// Seconds by which Asia/Kolkata is ahead of UTC.
const KOLKATA_SECONDS: i64 = 19_800;
const MICROS: i64 = 1_000_000;

/// An instant: microseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(MICROS))
    }

    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Whole seconds, rounded towards the past.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(MICROS)
    }

    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(MICROS)))
    }

    /// The civil date in Asia/Kolkata.
    pub fn date(self) -> CivilDate {
        self.local().date()
    }

    /// The wall clock time in Asia/Kolkata.
    pub fn time_of_day(self) -> NaiveTime {
        self.local().time()
    }

    /// The instant at which the wall clocks of Asia/Kolkata show `date` and `time`.
    pub fn from_local(date: CivilDate, time: NaiveTime) -> Self {
        Self(date.and_time(time).and_utc().timestamp_micros() - KOLKATA_SECONDS * MICROS)
    }

    fn local(self) -> chrono::NaiveDateTime {
        utc(self.0.saturating_add(KOLKATA_SECONDS * MICROS)).naive_utc()
    }
}

/// RFC 3339 in UTC with milliseconds: `2026-11-22T02:30:00.000Z`.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", utc(self.0).format("%Y-%m-%dT%H:%M:%S%.3fZ"))
    }
}

fn utc(micros: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(micros).unwrap_or(DateTime::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_turns_at_half_past_six_in_the_evening_utc() {
        let before = Timestamp::from_seconds(1_620_671_399);
        assert_eq!(before.to_string(), "2021-05-10T18:29:59.000Z");
        assert_eq!(before.date(), CivilDate::from_ymd_opt(2021, 5, 10).unwrap());
        assert_eq!(
            before.plus_seconds(1).date(),
            CivilDate::from_ymd_opt(2021, 5, 11).unwrap()
        );
    }

    #[test]
    fn local_time_and_instant_agree() {
        let instant = Timestamp::from_seconds(1_620_671_399);
        assert_eq!(
            Timestamp::from_local(instant.date(), instant.time_of_day()),
            instant
        );
    }
}
