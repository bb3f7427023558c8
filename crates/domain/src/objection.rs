//! "This was not right": what a person objects to in one line of their list of accesses, and by when it is answered.
//!
//! The clock: thirty days, the shorter of what two laws give. Rule 5(9) of the Information Technology (Reasonable security
//! practices and procedures and sensitive personal data or information) Rules, 2011: a grievance is redressed within one month
//! of its receipt. Rule 14(3) of the Digital Personal Data Protection Rules, 2025: within a period that does not exceed ninety
//! days. docs/objection.md says how it is used.

use crate::time::Timestamp;

/// Days that the district has for its answer.
pub const ANSWER_DAYS: i64 = 30;
/// Objections of one person that may wait for an answer at once.
pub const OPEN_AT_MOST: usize = 10;

const DAY: i64 = 86_400;

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

/// Until when an objection made at an instant has to be answered.
pub fn due(made_at: Timestamp) -> Timestamp {
    made_at.plus_seconds(ANSWER_DAYS * DAY)
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
    /// At `now`, of one made and perhaps answered then. The whole last second is in time.
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

    const MADE: Timestamp = Timestamp::from_seconds(1_795_321_800);

    #[test]
    fn a_district_has_thirty_days_and_not_a_second_more() {
        let last = MADE.plus_seconds(30 * 86_400);
        assert_eq!(Standing::at(MADE, None, last), Standing::Open);
        assert_eq!(Standing::at(MADE, None, last.plus_seconds(1)), Standing::Overdue);
        let late = Standing::at(MADE, Some(last), last.plus_seconds(1));
        assert_eq!(late, Standing::Answered);
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
