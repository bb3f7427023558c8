//! The days: which have begun, which have their root, whose tags are still to be rooted.

use std::collections::BTreeMap;

use super::{Check, Finding, Place};
use crate::leaf::{Day, DayRoot};
use crate::{DayIndex, DuplicateTag, SubjectTag};

/// What is known of the days so far.
#[derive(Default)]
pub(super) struct Days {
    /// The first day without a root; nothing before the first entry with an hour.
    next: Option<Day>,
    /// The day of the newest entry with an hour.
    newest: Option<Day>,
    /// The tags of each day that has no root yet.
    open: BTreeMap<Day, Vec<SubjectTag>>,
    rooted: u64,
}

/// How the days stand at the end of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rooted {
    pub(super) days: u64,
    /// The day before the newest entry's, when it has no root yet.
    pub(super) yesterday: Option<Day>,
}

impl Days {
    /// An entry has an hour of this day.
    pub(super) fn begin(&mut self, day: Day) {
        self.next.get_or_insert(day);
        self.newest = self.newest.max(Some(day));
    }

    /// An access entry, number `index` of the log, of this day.
    pub(super) fn access(&mut self, day: Day, tag: SubjectTag, index: u64) -> Result<(), Finding> {
        if self.next.is_some_and(|next| day < next) {
            return Err(wrong(
                day,
                format!("entry {index} is of this day and comes after its root"),
            ));
        }
        self.open.entry(day).or_default().push(tag);
        Ok(())
    }

    /// A day root, number `index` of the log.
    pub(super) fn root(&mut self, root: &DayRoot, index: u64) -> Result<(), Finding> {
        let expected = self.next.ok_or_else(|| {
            wrong(
                root.day,
                format!("entry {index} is its root, and no day has begun before it"),
            )
        })?;
        if root.day != expected {
            let sentence = format!(
                "entry {index} is its root, but the next root is due for day {}",
                expected.number()
            );
            return Err(wrong(root.day, sentence));
        }
        let tags = self.open.remove(&root.day).unwrap_or_default();
        let entries = tags.len();
        let found = DayIndex::new(root.day, tags)
            .map_err(|error| twice(root.day, &error))?
            .root();
        if found != *root {
            let sentence = format!(
                "entry {index} says that its {} tags have the root {}, and the entries give {entries} tags and {}",
                root.count, root.root, found.root
            );
            return Err(wrong(root.day, sentence));
        }
        self.next = Some(Day::new(root.day.number().saturating_add(1)));
        self.rooted += 1;
        Ok(())
    }

    /// The end of the log: no day but today, and shortly after midnight yesterday, may be without a root.
    pub(super) fn finish(self) -> Result<Rooted, Finding> {
        let mut yesterday = None;
        if let (Some(next), Some(newest)) = (self.next, self.newest) {
            let due = newest.number().saturating_sub(next.number());
            if due > 1 {
                let sentence = format!(
                    "it has no root, though there are entries of day {}",
                    newest.number()
                );
                return Err(wrong(next, sentence));
            }
            yesterday = (due == 1).then_some(next);
        }
        for (day, tags) in self.open {
            DayIndex::new(day, tags).map_err(|error| twice(day, &error))?;
        }
        Ok(Rooted {
            days: self.rooted,
            yesterday,
        })
    }
}

fn twice(day: Day, error: &DuplicateTag) -> Finding {
    let tag = hex::encode(error.0.as_bytes());
    wrong(
        day,
        format!("the tag {tag} occurs twice, so that a person would not find one of the two entries"),
    )
}

fn wrong(day: Day, sentence: String) -> Finding {
    Finding::new(Check::Day, Place::Day(day), sentence)
}
