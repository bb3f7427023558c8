//! "This was not right": what a person objects to in one line of their list of accesses, and by when it is answered.
//!
//! The clock: until the end of the thirtieth day, or of the same date of the next month where that is earlier: never longer
//! than what two laws give. Rule 5(9) of the Information Technology (Reasonable security practices and procedures and
//! sensitive personal data or information) Rules, 2011: a grievance is redressed within one month of its receipt, and a month
//! is one of the calendar (section 3(35) of the General Clauses Act, 1897), so that February makes it shorter than thirty days.
//! Rule 14(3) of the Digital Personal Data Protection Rules, 2025: within a period that does not exceed ninety days.
//! docs/objection.md says how it is used.

use chrono::{Days, Months, NaiveTime};

use crate::time::{CivilDate, Timestamp};

/// Days that the district has for its answer at most.
pub const ANSWER_DAYS: u64 = 30;
/// Days that it has at least: from the end of January to that of February.
const FEWEST_DAYS: u64 = 28;
/// Objections of one person that may wait for an answer at once.
pub const OPEN_AT_MOST: usize = 10;

/// Why the person thinks that it was not right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ground {
    /// They were not there, and had nothing to do with whoever looked.
    NotThere,
    /// They were there, and see no reason for this look.
    NoReason,
    /// More was opened than was needed.
    TooMuch,
    /// Somebody acted in their name whom they did not ask to.
    NotAsked,
    /// What the words say.
    Other,
}

impl Ground {
    pub const ALL: [Self; 5] = [
        Self::NotThere,
        Self::NoReason,
        Self::TooMuch,
        Self::NotAsked,
        Self::Other,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            Self::NotThere => "not_there",
            Self::NoReason => "no_reason",
            Self::TooMuch => "too_much",
            Self::NotAsked => "not_asked",
            Self::Other => "other",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ground| ground.code() == code)
    }

    /// Whether it says nothing without words.
    pub const fn needs_words(self) -> bool {
        matches!(self, Self::Other)
    }
}

/// What a person or a district wrote. Shown to nobody by accident.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Words(String);

impl std::fmt::Debug for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Words(…)")
    }
}

/// The text is too long, or has control characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("write at most 500 characters, without control characters")]
pub struct ParseWords;

impl Words {
    pub const MOST: usize = 500;

    /// # Errors
    /// More than [`MOST`](Self::MOST) characters, or control characters other than line breaks. Nothing at all is fine.
    pub fn parse(text: &str) -> Result<Self, ParseWords> {
        let text = text.trim().replace("\r\n", "\n");
        let bad = text.chars().any(|c| c.is_control() && c != '\n');
        if bad || text.chars().count() > Self::MOST {
            return Err(ParseWords);
        }
        Ok(Self(text))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Until when an objection made at an instant has to be answered: the last microsecond of an Indian day.
pub fn due(made_at: Timestamp) -> Timestamp {
    let after = begins(later(due_day(made_at.date()), 1));
    Timestamp::from_micros(after.micros() - 1)
}

/// What was made before this instant is overdue at `now`: the beginning of an Indian day.
pub fn overdue_if_made_before(now: Timestamp) -> Timestamp {
    let today = now.date();
    let days = (FEWEST_DAYS..=ANSWER_DAYS).rev().map(|ago| earlier(today, ago));
    let first = days.into_iter().find(|made| due_day(*made) >= today);
    begins(first.unwrap_or_else(|| earlier(today, FEWEST_DAYS)))
}

/// The last day for an answer to what was made on a day. The end of a shorter month stands for dates that it has not.
fn due_day(made: CivilDate) -> CivilDate {
    let month = made.checked_add_months(Months::new(1)).unwrap_or(made);
    month.min(later(made, ANSWER_DAYS))
}

/// Dates end with the year 262142; nothing is made that late.
fn later(date: CivilDate, days: u64) -> CivilDate {
    date.checked_add_days(Days::new(days)).unwrap_or(date)
}

fn earlier(date: CivilDate, days: u64) -> CivilDate {
    date.checked_sub_days(Days::new(days)).unwrap_or(date)
}

fn begins(date: CivilDate) -> Timestamp {
    Timestamp::from_local(date, NaiveTime::MIN)
}

/// Where an objection stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// Nobody has answered, and the time is over.
    Overdue,
    Open,
    Answered,
}

impl Standing {
    /// At `now`, of one made and perhaps answered then. The whole last day is in time.
    pub fn at(made_at: Timestamp, answered_at: Option<Timestamp>, now: Timestamp) -> Self {
        match answered_at {
            Some(_) => Self::Answered,
            None if now > due(made_at) => Self::Overdue,
            None => Self::Open,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> CivilDate {
        text.parse().unwrap()
    }

    /// Late in the evening, when thirty times twenty-four hours end late on the thirtieth day.
    fn made(text: &str) -> Timestamp {
        Timestamp::from_local(date(text), NaiveTime::from_hms_opt(23, 15, 0).unwrap())
    }

    #[test]
    fn the_last_day_is_the_thirtieth_or_the_same_date_of_the_next_month() {
        for (made_on, due_on) in [
            ("2027-01-15", "2027-02-14"),
            ("2027-01-29", "2027-02-28"),
            ("2027-01-30", "2027-02-28"),
            ("2027-01-31", "2027-02-28"),
            ("2027-02-01", "2027-03-01"),
            ("2027-02-28", "2027-03-28"),
            ("2027-04-30", "2027-05-30"),
            ("2027-08-31", "2027-09-30"),
            // A leap year.
            ("2028-01-29", "2028-02-28"),
            ("2028-01-30", "2028-02-29"),
            ("2028-01-31", "2028-02-29"),
            ("2028-02-01", "2028-03-01"),
            ("2028-02-29", "2028-03-29"),
        ] {
            assert_eq!(due(made(made_on)).date(), date(due_on), "{made_on}");
        }
    }

    #[test]
    fn the_whole_last_day_is_in_time_and_not_a_moment_more() {
        let made = made("2027-01-31");
        let last = begins(date("2027-03-01"));
        assert_eq!(due(made).micros() + 1, last.micros());
        assert_eq!(Standing::at(made, None, due(made)), Standing::Open);
        assert_eq!(Standing::at(made, None, last), Standing::Overdue);
        assert_eq!(Standing::at(made, Some(last), last), Standing::Answered);
    }

    /// The count in the database and the page agree on every day of four years.
    #[test]
    fn what_was_made_before_is_what_stands_as_overdue() {
        let from = date("2027-01-01");
        for day in 0..4 * 366 {
            let now = begins(later(from, day));
            let before = overdue_if_made_before(now);
            let last = Timestamp::from_micros(before.micros() - 1);
            assert_eq!(Standing::at(last, None, now), Standing::Overdue, "{now}");
            assert_eq!(Standing::at(before, None, now), Standing::Open, "{now}");
        }
    }

    #[test]
    fn grounds_read_back_and_words_are_short() {
        for ground in Ground::ALL {
            assert_eq!(Ground::from_code(ground.code()), Some(ground));
        }
        let most = "ज".repeat(Words::MOST);
        assert_eq!(Words::parse(&most).unwrap().as_str(), most);
        assert_eq!(Words::parse(&format!("{most}ज")), Err(ParseWords));
        assert_eq!(Words::parse("a\u{0}b"), Err(ParseWords));
        assert_eq!(Words::parse(" a\r\nb ").unwrap().as_str(), "a\nb");
        assert!(Words::parse("").unwrap().is_empty());
    }
}
