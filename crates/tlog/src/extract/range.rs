//! Which days an extract is about, and that none of them is left out.

use std::collections::BTreeSet;

use super::{Check, Extract, ExtractError, MAX_DAYS, Place};
use crate::leaf::Day;

/// Days without a root that an extract may end with: today, and yesterday shortly after midnight.
const MOST_OPEN: usize = 2;

impl Extract {
    /// How many days it is about; nothing when they are none or too many.
    pub(super) fn span(&self) -> Option<u32> {
        let days = self.to.number().checked_sub(self.from.number())?.checked_add(1)?;
        (days <= MAX_DAYS).then_some(days)
    }

    /// Checks that each day of the extract is there once, in order: first those with a root, then at most two without.
    pub(super) fn check_days(&self) -> Result<(), ExtractError> {
        let fails = |day, why| Err(Check::Day.fails(Place::Day(day), why));
        let given = self
            .days
            .iter()
            .map(|rooted| rooted.day)
            .chain(self.open.iter().copied());
        let mut wanted = self.from.number()..=self.to.number();
        let mut seen = BTreeSet::new();
        for day in given {
            let expected = wanted.next().map(Day::new);
            if expected == Some(day) {
                seen.insert(day);
                continue;
            }
            return match expected {
                _ if seen.contains(&day) => fails(day, "the day is there twice"),
                Some(missing) => fails(missing, "the day is left out, or not in order"),
                None => fails(day, "the day is after the last that the extract is about"),
            };
        }
        if let Some(missing) = wanted.next() {
            return fails(Day::new(missing), "the day is left out");
        }
        match self.open.first() {
            Some(first) if self.open.len() > MOST_OPEN => fails(
                *first,
                "more than two days are said to have no root yet; the log owes a root for each day before yesterday",
            ),
            _ => Ok(()),
        }
    }
}
