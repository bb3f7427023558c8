//! The view keys, each with the days that it is for.

use std::collections::BTreeMap;

use super::{Check, Extract, ExtractError, Place};
use crate::leaf::Day;
use crate::{SubjectTag, subject_tag};

/// The keys of exactly the days that the extract is about, by the first day of each.
pub(super) struct ViewKeys(BTreeMap<Day, [u8; 32]>);

impl ViewKeys {
    /// A month has a key of its own, and one more for each time that the person had them made anew within it.
    pub(super) fn of(extract: &Extract) -> Result<Self, ExtractError> {
        let fails = |why| Err(Check::Month.fails(Place::File, why));
        let given: Vec<Day> = extract.view_keys.iter().map(|key| key.from).collect();
        if given.first() != Some(&extract.from) || !given.is_sorted_by(|one, next| one < next) {
            return fails("its view keys do not begin with its first day, each once and in order");
        }
        if given.last().is_some_and(|last| *last > extract.to) {
            return fails("it has a view key of later days than those that it is about");
        }
        let month = |day: u32| Day::new(day).year_month();
        let begins = |day: &u32| month(*day) != month(day.saturating_sub(1));
        let mut begun = (extract.from.number()..=extract.to.number())
            .skip(1)
            .filter(begins);
        if begun.any(|day| !given.contains(&Day::new(day))) {
            return fails("a month that it is about has no view key of its own");
        }
        let keys = extract.view_keys.iter().map(|key| (key.from, key.key));
        Ok(Self(keys.collect()))
    }

    /// The person's tag number `i` of the day; nothing for a day before all keys.
    pub(super) fn tag(&self, day: Day, i: u32) -> Option<SubjectTag> {
        let (_, key) = self.0.range(..=day).next_back()?;
        Some(subject_tag(key, day, i))
    }
}
