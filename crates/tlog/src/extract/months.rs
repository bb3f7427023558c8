//! The view keys, each with the month that it is for.

use std::collections::BTreeMap;

use super::{Check, Extract, ExtractError, Place};
use crate::leaf::Day;
use crate::{SubjectTag, subject_tag};

/// The keys of exactly the months that the extract's days touch.
pub(super) struct Months(BTreeMap<(u16, u8), [u8; 32]>);

impl Months {
    pub(super) fn of(extract: &Extract) -> Result<Self, ExtractError> {
        let days = extract.from.number()..=extract.to.number();
        let mut wanted: Vec<_> = days.filter_map(|day| Day::new(day).year_month()).collect();
        wanted.dedup();
        let given: Vec<_> = extract
            .months
            .iter()
            .map(|month| (month.year, month.month))
            .collect();
        if given != wanted {
            return Err(Check::Month.fails(
                Place::File,
                "the view keys are not those of the months of its days, each once and in order",
            ));
        }
        let keys = extract
            .months
            .iter()
            .map(|month| ((month.year, month.month), month.key));
        Ok(Self(keys.collect()))
    }

    /// The person's tag number `i` of the day; nothing for a day of another month.
    pub(super) fn tag(&self, day: Day, i: u32) -> Option<SubjectTag> {
        let key = self.0.get(&day.year_month()?)?;
        Some(subject_tag(key, day, i))
    }
}
