//! A slot: part of a session's day, in the spelling of CoWIN's clients (`09:00AM-11:00AM`).

use std::fmt;

use chrono::NaiveTime;

use crate::time::{CivilDate, Timestamp};

/// Local start and end on the session's date; the end is later than the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot {
    start: NaiveTime,
    end: NaiveTime,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParseSlot {
    #[error("not a slot: give start and end such as 09:00AM-11:00AM")]
    Malformed,
    #[error("the slot ends before it starts")]
    Backwards,
}

impl Slot {
    /// `09:00AM-11:00AM`; nothing else, because clients send back what they were shown.
    pub fn parse(text: &str) -> Result<Self, ParseSlot> {
        let (start, end) = text.split_once('-').ok_or(ParseSlot::Malformed)?;
        Self::new(time(start)?, time(end)?)
    }

    pub fn new(start: NaiveTime, end: NaiveTime) -> Result<Self, ParseSlot> {
        if start < end {
            Ok(Self { start, end })
        } else {
            Err(ParseSlot::Backwards)
        }
    }

    pub fn start(self) -> NaiveTime {
        self.start
    }

    pub fn end(self) -> NaiveTime {
        self.end
    }

    /// The first instant at which the slot can no longer be booked.
    pub fn ends_at(self, date: CivilDate) -> Timestamp {
        Timestamp::from_local(date, self.end)
    }

    /// How little it would suit somebody who kept `other` free, on another day or the same: hours that they have in common
    /// first, then the nearest start. The least is the best.
    pub fn unlike(self, other: Self) -> (i64, i64) {
        let common = self.end.min(other.end) - self.start.max(other.start);
        let apart = (self.start - other.start).num_minutes().abs();
        (-common.num_minutes().max(0), apart)
    }

    pub fn starts_at(self, date: CivilDate) -> Timestamp {
        Timestamp::from_local(date, self.start)
    }
}

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.start.format(FORM), self.end.format(FORM))
    }
}

impl serde::Serialize for Slot {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

const FORM: &str = "%I:%M%p";

fn time(text: &str) -> Result<NaiveTime, ParseSlot> {
    let time = NaiveTime::parse_from_str(text, FORM).map_err(|_| ParseSlot::Malformed)?;
    if time.format(FORM).to_string() == text {
        Ok(time)
    } else {
        Err(ParseSlot::Malformed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_in_common_come_before_nearness() {
        let slot = |text| Slot::parse(text).unwrap();
        let kept = slot("09:00AM-10:00AM");
        let mut offered = [
            "12:00AM-06:00AM",
            "10:00AM-11:00AM",
            "06:00PM-11:59PM",
            "06:00AM-12:00PM",
            "08:00AM-09:00AM",
        ];
        offered.sort_by_key(|text| (slot(text).unlike(kept), slot(text).start()));
        assert_eq!(
            offered,
            [
                "06:00AM-12:00PM",
                "08:00AM-09:00AM",
                "10:00AM-11:00AM",
                "12:00AM-06:00AM",
                "06:00PM-11:59PM",
            ]
        );
    }

    #[test]
    fn the_text_form_is_cowins() {
        for text in [
            "09:00AM-11:00AM",
            "11:00AM-01:00PM",
            "12:00AM-12:30PM",
            "03:00PM-06:00PM",
        ] {
            assert_eq!(Slot::parse(text).map(|s| s.to_string()), Ok(text.to_owned()));
        }
        for bad in [
            "",
            "09:00AM",
            "9:00AM-11:00AM",
            "09:00am-11:00am",
            "09:00AM - 11:00AM",
            "FORENOON",
            "13:00PM-02:00PM",
            "09:00-11:00",
        ] {
            assert_eq!(Slot::parse(bad), Err(ParseSlot::Malformed), "{bad}");
        }
        assert_eq!(Slot::parse("11:00AM-09:00AM"), Err(ParseSlot::Backwards));
        assert_eq!(Slot::parse("11:00AM-11:00AM"), Err(ParseSlot::Backwards));
    }

    #[test]
    fn a_slot_ends_by_the_clocks_of_kolkata() {
        let slot = Slot::parse("09:00AM-11:00AM").unwrap();
        let date = CivilDate::from_ymd_opt(2021, 5, 31).unwrap();
        assert_eq!(slot.ends_at(date).to_string(), "2021-05-31T05:30:00.000Z");
        assert_eq!(slot.starts_at(date).to_string(), "2021-05-31T03:30:00.000Z");
    }
}
