//! Where the two dialects truly differ, and how days are stored.

use chrono::Datelike;
use pramaan_domain::time::CivilDate;

use super::Engine;

/// Days of the proleptic Gregorian calendar before 1970-01-01.
const DAYS_TO_EPOCH: i32 = 719_163;

/// Locks the rows that `select` finds until the transaction ends. SQLite has one writer, so it needs no lock.
pub fn for_update(engine: Engine, select: &str) -> String {
    match engine {
        Engine::Sqlite => select.to_owned(),
        Engine::Postgres => format!("{select} for update"),
    }
}

/// The same, leaving out rows that somebody else has locked: who takes work from a table gets what nobody else is at.
pub fn for_update_of_free(engine: Engine, select: &str) -> String {
    match engine {
        Engine::Sqlite => select.to_owned(),
        Engine::Postgres => format!("{select} for update skip locked"),
    }
}

/// The engine's own clock in microseconds since 1970 UTC; null on SQLite, whose clock is the process's.
pub fn clock(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "cast(null as bigint)",
        Engine::Postgres => "cast(extract(epoch from clock_timestamp()) * 1000000 as bigint)",
    }
}

/// A civil date as it is stored: days since 1970-01-01.
pub fn days(date: CivilDate) -> i64 {
    i64::from(date.num_days_from_ce() - DAYS_TO_EPOCH)
}

/// The date of a stored number of days; `None` beyond what a calendar holds.
pub fn date(days: i64) -> Option<CivilDate> {
    CivilDate::from_num_days_from_ce_opt(i32::try_from(days).ok()?.checked_add(DAYS_TO_EPOCH)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_count_from_1970_and_read_back() {
        let day = CivilDate::from_ymd_opt(2021, 1, 16).unwrap();
        assert_eq!(days(CivilDate::from_ymd_opt(1970, 1, 1).unwrap()), 0);
        assert_eq!(days(day), 18_643);
        assert_eq!(date(days(day)), Some(day));
        assert_eq!(date(i64::MAX), None);
    }
}
