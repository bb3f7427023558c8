//! A person's list compared with what else the database knows of it: how many entries each day had, and the leaves that
//! commit to them. Who can write the database, but has no keys, can delete an entry's detail; here it is missed.
//!
//! This proves nothing to strangers, and it does not see the last entries of a day go when the day's count is set back with
//! them: that takes the day's root.

use std::collections::{BTreeMap, HashMap};

use pramaan_domain::time::CivilDate;
use pramaan_tlog::leaf::{Commitment, Leaf, Salt};

use super::leaf;
use super::list::{Cursor, ListedAccess};
use super::places::{self, DayPart};
use super::receipt::Opening;
use crate::StoreError;
use crate::db::{ColumnType, Rows, Tx, date, days};
use crate::public_log::number;
use crate::tag_key::TagKey;

/// Entries of a day that were counted, and are gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Missing {
    pub day: CivilDate,
    /// The first one's number within the person's day.
    pub first: u32,
    pub count: u32,
}

/// Whether the leaf at an entry's position is the one that commits to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InLog {
    AsListed,
    /// Another leaf, or none: the entry was moved, or the log altered.
    Otherwise,
}

/// How many entries each day had, and where they are, newest first.
pub(super) struct Counts(Vec<DayPart>);

/// An entry that is to be listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) cursor: Cursor,
    pub(super) place: u64,
}

impl Counts {
    /// As many parts of days as `most` entries need. Read it before the entries: one that comes in between is one too many,
    /// and never one too few.
    pub(super) async fn read(
        tx: &mut Tx,
        opening: Opening,
        before: Option<Cursor>,
        most: u32,
    ) -> Result<Self, StoreError> {
        let subject = (opening.household, opening.person);
        let before = before.map_or((i64::MAX, u32::MAX), |before| (before.day, before.i));
        // The first may have nothing before the cursor.
        let parts = places::newest(tx, subject, before, most.saturating_add(1)).await?;
        Ok(Self(parts))
    }

    /// The newest `most` entries before `before`, newest first, by where they were put.
    pub(super) fn wanted(&self, before: Option<Cursor>, most: usize) -> Vec<Wanted> {
        let wanted = self.0.iter().flat_map(|part| {
            let numbered = (part.first..=u32::MAX).zip(&part.places);
            let wanted = numbered.map(|(i, place)| Wanted {
                cursor: Cursor { day: part.day, i },
                place: *place,
            });
            wanted.collect::<Vec<_>>().into_iter().rev()
        });
        let before = before.map(|before| (before.day, before.i));
        let is_before = |wanted: &Wanted| {
            let at = (wanted.cursor.day, wanted.cursor.i);
            before.is_none_or(|before| at < before)
        };
        wanted.filter(is_before).take(most).collect()
    }

    /// How many entries each day had, newest day first.
    fn days(&self) -> Vec<(i64, u32)> {
        let mut days: Vec<_> = self.0.iter().map(|part| (part.day, part.end())).collect();
        days.dedup_by_key(|(day, _)| *day);
        days
    }

    /// What is not in `found`, newest day first: all between `before` and `until`, the oldest that was asked for. Without
    /// `until` everything older is asked for.
    pub(super) fn missing(
        &self,
        found: &[ListedAccess],
        before: Option<Cursor>,
        until: Option<Cursor>,
    ) -> Vec<Missing> {
        let mut listed: BTreeMap<i64, Vec<u32>> = BTreeMap::new();
        // Newest first in the list, so oldest first from its end.
        for entry in found.iter().rev() {
            listed.entry(entry.day).or_default().push(entry.i);
        }
        let mut missing = Vec::new();
        for (day, n) in &self.days() {
            let from = match until {
                Some(until) if *day < until.day => break,
                Some(until) if *day == until.day => until.i,
                _ => 0,
            };
            let to = match before {
                Some(before) if before.day == *day => before.i.min(*n),
                _ => *n,
            };
            let there = listed.get(day).map_or(&[][..], Vec::as_slice);
            missing.extend(gaps(*day, from, to, there));
        }
        missing
    }
}

/// The numbers of `from..to` that are not `there`, which is sorted.
fn gaps(day: i64, from: u32, to: u32, there: &[u32]) -> Vec<Missing> {
    let Some(day) = date(day) else { return Vec::new() };
    let mut next = from;
    let mut gaps = Vec::new();
    for i in there.iter().copied().chain([to]) {
        if i > next {
            gaps.push(Missing {
                day,
                first: next,
                count: i - next,
            });
        }
        next = next.max(i.saturating_add(1));
    }
    gaps
}

/// Compares each entry with the leaf at its position.
pub(super) async fn with_leaves(
    tx: &mut Tx,
    tags: &TagKey,
    entries: &mut [ListedAccess],
) -> Result<(), StoreError> {
    let indexes: Vec<u64> = entries.iter().map(|entry| entry.index).collect();
    let leaves = leaves(tx, &indexes).await?;
    for entry in entries {
        let same = leaves
            .get(&entry.index)
            .is_some_and(|leaf| commits_to(leaf, tags, entry));
        entry.in_log = if same { InLog::AsListed } else { InLog::Otherwise };
    }
    Ok(())
}

/// The leaves at these positions, as far as there are any.
pub(super) async fn leaves(tx: &mut Tx, indexes: &[u64]) -> Result<HashMap<u64, Vec<u8>>, StoreError> {
    let mut leaves = HashMap::with_capacity(indexes.len());
    for rows in Rows::cut(
        tx.engine(),
        &[],
        [ColumnType::Int],
        indexes.iter().map(|index| [number(*index).into()]),
    ) {
        let sql = format!(
            "-- store::access_log::leaves
             with v (idx) as ({rows})
             select l.idx, l.leaf from access_leaf l join v on v.idx = l.idx"
        );
        for row in tx.query(&sql, rows.params()).await? {
            let index = u64::try_from(row.int(0)?).map_err(|_| row.inconsistent(0, "a position"))?;
            leaves.insert(index, row.blob(1)?.to_vec());
        }
    }
    Ok(leaves)
}

/// The leaf has the person's tag of this number of this day, commits to this detail and says the same in public.
fn commits_to(leaf: &[u8], tags: &TagKey, entry: &ListedAccess) -> bool {
    let at = entry.detail.at();
    let tag = leaf::hour(at).and_then(|hour| tags.tag(hour.day(), entry.i));
    let (Ok(tag), Ok(Leaf::Access(access))) = (tag, Leaf::from_bytes(leaf)) else {
        return false;
    };
    let commitment = Commitment::to(&Salt::from_bytes(entry.salt), &entry.detail.encode());
    days(at.date()) == entry.day
        && access.subject == tag
        && access.circumstances.detail == commitment
        && leaf::agrees(&access, &entry.detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranges(from: u32, to: u32, there: &[u32]) -> Vec<(u32, u32)> {
        let gaps = gaps(20_779, from, to, there);
        gaps.iter().map(|gap| (gap.first, gap.count)).collect()
    }

    #[test]
    fn what_is_not_there_is_told_in_runs() {
        assert_eq!(ranges(0, 3, &[0, 1, 2]), []);
        assert_eq!(ranges(0, 6, &[1, 4]), [(0, 1), (2, 2), (5, 1)]);
        assert_eq!(ranges(2, 2, &[]), []);
        assert_eq!(ranges(0, u32::MAX, &[]), [(0, u32::MAX)], "and costs nothing");
        assert_eq!(ranges(0, 1, &[0, 1, 2]), [], "a count set back");
    }
}
