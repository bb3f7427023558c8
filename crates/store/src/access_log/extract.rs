//! What a person takes home: their entries of some months, opened, with the view keys of those months and the proof that
//! there are no others (docs/extract.md).
//!
//! Made in two steps: the first opens, under the receipt, and the second only proves, a few days at a time, so that a year
//! keeps no connection for long. Whatever is newer than the newest publication is left out: nobody could check it.

use pramaan_domain::access::Field;
use pramaan_domain::time::{CivilDate, Timestamp};
use pramaan_tlog::extract::{Entry, Extract, RootedDay};
use pramaan_tlog::leaf::{Day, Salt};
use pramaan_tlog::{SharedProof, Verifier, inclusion_plan};

use super::compared::leaves;
use super::extract_day::{Indexed, indexed};
use super::leaf;
use super::places;
use super::receipt::{Opening, Receipt};
use crate::StoreError;
use crate::day_index::Rooted;
use crate::db::{Tx, days};
use crate::person_key;
use crate::public_log::{self, Tiles};
use crate::sealer::{Sealer, context};
use crate::tag_key::TagKey;

/// Days that may stand at the end of an extract without a root.
const OPEN: u32 = 2;

/// An extract whose days are being proven.
#[must_use = "entries were opened for it"]
pub struct Draft {
    extract: Extract,
    tags: TagKey,
    tree: Tiles,
    shared: SharedProof,
    /// Still to be proven, the latest first.
    rooted: Vec<Rooted>,
}

/// Opens the person's entries of `from..=to`, as far as the log had begun and what is published covers; `None` when nothing
/// was published yet, or the person is erased. Prove its days next.
///
/// # Errors
/// `NotNamed` for a receipt that is not for the list and its view keys.
pub async fn begin(
    tx: &mut Tx,
    sealer: &Sealer,
    origin: &str,
    receipt: Receipt,
    (from, to): (CivilDate, CivilDate),
    now: Timestamp,
) -> Result<Option<Draft>, StoreError> {
    let opening = receipt.spend(now)?;
    for field in [Field::AccessList, Field::ViewKey] {
        if !opening.fields.contains(field) {
            return Err(StoreError::NotNamed { field: field.name() });
        }
    }
    let (from, to) = (day(from)?, day(to)?);
    let subject = [(opening.household, opening.person)];
    let tags = person_key::tags(tx, sealer, &subject)
        .await?
        .remove(&opening.person);
    let (Some(tags), Some(newest)) = (tags, public_log::newest(tx, (sealer, origin)).await?) else {
        return Ok(None);
    };
    let mut rooted = Rooted::between(tx, from, to).await?;
    rooted.retain(|day| day.index < newest.size);
    let (from, to) = span((from, to), &rooted, leaf::hour(now)?.day());
    let mut entries = opened(tx, opening, &tags, (from, to, newest.size)).await?;
    let indexes: Vec<u64> = entries.iter().map(|entry| entry.index).collect();
    let mut found = leaves(tx, &indexes).await?;
    let (mut tree, mut shared) = (Tiles::of(newest.size), SharedProof::new(newest.size));
    for entry in &mut entries {
        // A leaf that is gone is none: whoever checks the file finds the entry.
        entry.leaf = found.remove(&entry.index).unwrap_or_default();
        include(tx, (&mut tree, &mut shared), entry.index).await?;
    }
    let first_open = rooted.last().map_or(from.number(), |day| day.day.number() + 1);
    rooted.reverse();
    let extract = Extract {
        origin: origin.to_owned(),
        key: Verifier::new(origin, &sealer.keys.log_public_key()).map_err(|_| StoreError::NoLog)?,
        checkpoint: newest.note,
        from,
        to,
        view_keys: tags.view_keys(from, to)?,
        entries,
        days: Vec::with_capacity(rooted.len()),
        open: (first_open..=to.number()).map(Day::new).collect(),
        hashes: Vec::new(),
    };
    Ok(Some(Draft {
        extract,
        tags,
        tree,
        shared,
        rooted,
    }))
}

impl Draft {
    /// Proves up to `most` days more; answers whether any are left. Where the entries that are kept are not those that the
    /// day's index has, the proofs are those of the index: the extract does not hold, and shows where.
    ///
    /// # Errors
    /// `Corrupt` for an index that cannot be proven from.
    pub async fn prove(&mut self, tx: &mut Tx, most: usize) -> Result<bool, StoreError> {
        for _ in 0..most {
            let Some(rooted) = self.rooted.pop() else {
                return Ok(false);
            };
            let day = self.day(tx, rooted).await?;
            self.extract.days.push(day);
        }
        Ok(!self.rooted.is_empty())
    }

    /// The extract, once no day is left.
    pub fn finish(self) -> Extract {
        Extract {
            hashes: self.shared.hashes(),
            ..self.extract
        }
    }

    async fn day(&mut self, tx: &mut Tx, rooted: Rooted) -> Result<RootedDay, StoreError> {
        let own = self
            .extract
            .entries
            .iter()
            .filter(|entry| entry.day == rooted.day);
        let n = u32::try_from(own.count()).unwrap_or(u32::MAX);
        let Indexed { present, absent } = indexed(tx, rooted, (&self.tags, n)).await?;
        let leaf = leaves(tx, &[rooted.index]).await?.remove(&rooted.index);
        let leaf = (rooted.index, leaf.unwrap_or_default());
        include(tx, (&mut self.tree, &mut self.shared), rooted.index).await?;
        RootedDay::of((rooted.day, rooted.count), leaf, &present, &absent).map_err(|_| damaged())
    }
}

/// The days that can be told of: from the first with a root, when the log began later than what is wanted, to today or to
/// the second day after the last root.
fn span((from, to): (Day, Day), rooted: &[Rooted], today: Day) -> (Day, Day) {
    let to = to.min(today);
    match (rooted.first(), rooted.last()) {
        (Some(first), Some(last)) => {
            let latest = Day::new(last.day.number().saturating_add(OPEN));
            (from.max(first.day), to.min(latest))
        }
        _ => (from.max(Day::new((to.number() + 1).saturating_sub(OPEN))), to),
    }
}

fn day(date: CivilDate) -> Result<Day, StoreError> {
    u32::try_from(days(date)).map(Day::new).map_err(|_| damaged())
}

/// The entries, without what comes from the log.
async fn opened(
    tx: &mut Tx,
    opening: Opening,
    tags: &TagKey,
    (from, to, size): (Day, Day, u64),
) -> Result<Vec<Entry>, StoreError> {
    let key = tags.derive("detail");
    let subject = (opening.household, opening.person);
    let span = (i64::from(from.number()), i64::from(to.number()));
    let mut places = places::between(tx, subject, span).await?;
    places.retain(|place| *place < size);
    let rows = places::details(tx, subject, &places).await?;
    let entries = rows
        .iter()
        .map(|row| {
            let index = u64::try_from(row.int(0)?).map_err(|_| row.inconsistent(0, "a position"))?;
            let committed = key.open(&context("access_detail", "sealed", index), row.blob(3)?);
            let committed = committed.unwrap_or_default();
            // What was altered does not open. An empty detail is not the one that the leaf was made over.
            let (salt, detail) = committed.split_first_chunk::<32>().unwrap_or((&[0; 32], &[]));
            Ok(Entry {
                index,
                day: Day::new(u32::try_from(row.int(1)?).map_err(|_| row.inconsistent(1, "a day"))?),
                i: u32::try_from(row.int(2)?).map_err(|_| row.inconsistent(2, "a number of a day"))?,
                leaf: Vec::new(),
                salt: Salt::from_bytes(*salt),
                detail: detail.to_vec(),
            })
        })
        .collect::<Result<Vec<_>, _>>();
    entries.map(|mut entries| {
        entries.sort_by_key(|entry: &Entry| entry.index);
        entries
    })
}

/// Adds the leaf at `index` to what the extract proves to be in the published tree. Where the tree has a hole here, nothing is
/// added: whoever checks the file finds it.
async fn include(
    tx: &mut Tx,
    (tree, shared): (&mut Tiles, &mut SharedProof),
    index: u64,
) -> Result<(), StoreError> {
    let plan = inclusion_plan(index, tree.size()).map_err(|_| damaged())?;
    tree.fetch(tx, plan.nodes()).await?;
    match plan.prove(|node| tree.node(node).ok_or(())) {
        Ok(path) => shared.add(index, &path).map_err(|_| damaged()),
        Err(()) => Ok(()),
    }
}

fn damaged() -> StoreError {
    StoreError::corrupt("access_detail", "idx")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spanned(from: u32, to: u32, rooted: &[u32], today: u32) -> (u32, u32) {
        let rooted: Vec<_> = rooted
            .iter()
            .map(|day| Rooted {
                day: Day::new(*day),
                index: 0,
                count: 0,
            })
            .collect();
        let (from, to) = span((Day::new(from), Day::new(to)), &rooted, Day::new(today));
        (from.number(), to.number())
    }

    #[test]
    fn an_extract_is_about_the_days_that_can_be_told_of() {
        assert_eq!(
            spanned(10, 20, &[10, 11, 12], 14),
            (10, 14),
            "today and yesterday are open"
        );
        assert_eq!(spanned(10, 20, &[12, 13], 14), (12, 14), "the log began later");
        assert_eq!(spanned(10, 20, &[10, 11], 15), (10, 13), "roots are overdue");
        assert_eq!(
            spanned(10, 12, &[10, 11, 12], 30),
            (10, 12),
            "a month that is over"
        );
        assert_eq!(spanned(10, 20, &[], 14), (13, 14), "a log of today");
        assert_eq!(spanned(14, 20, &[], 14), (14, 14));
    }
}
