//! One batch of entries into the tree: leaves, sealed details, counts and the signed head, in the caller's transaction.

use std::collections::{BTreeMap, HashMap};

use pramaan_domain::id::{HouseholdId, PersonId};
use pramaan_domain::time::Timestamp;
use pramaan_tlog::leaf::{AccessKind, Commitment, Hour, Salt};

use super::clock::{Compared, LogClock, LogTime, Pending, log_time};
use super::committed::Committed;
use super::detail::AccessDetail;
use super::head::{self, Head};
use super::leaf;
use super::places::{self, Altered};
use super::receipt::Receipt;
use crate::StoreError;
use crate::db::{ColumnType, Rows, Tx, Value, days};
use crate::outside::KeptHead;
use crate::person_key;
use crate::sealer::{Sealer, context};
use crate::tag_key::TagKey;

/// What one batch came to.
pub(crate) struct Appended {
    /// One an entry, in order; `None` for a person whose keys are erased.
    pub(crate) receipts: Vec<Option<Receipt>>,
    pub(crate) time: LogTime,
    /// The head that the commit of this batch makes the log's.
    pub(crate) head: KeptHead,
}

/// Appends `entries` and returns a receipt for each.
///
/// The receipts may leave the transaction only after its commit: the queue sees to that.
///
/// # Errors
/// `ClockOff` when the clock of whoever asks is not the log's; `Fork` when the log does not continue what is `committed`;
/// `LogAhead` when too many entries of others are to be compared first.
pub(crate) async fn append(
    tx: &mut Tx,
    sealer: &Sealer,
    origin: &str,
    entries: &[Pending],
    clock: LogClock,
    committed: &Committed,
) -> Result<Appended, StoreError> {
    let (mut head, time) = lock(tx, origin, entries, clock).await?;
    committed.check(tx, sealer, &head).await?;
    let at = time.at;
    let subjects = distinct(entries);
    let keys = person_key::tags(tx, sealer, &subjects).await?;
    let positions = positions(entries, &keys, head.edge.size());
    let hour = leaf::hour(at)?;
    let mut next = places::add(tx, hour.day(), &positions, (&keys, altered(entries))).await?;
    let mut batch = Batch {
        at,
        hour,
        rows: Vec::with_capacity(entries.len()),
    };
    let mut receipts = Vec::with_capacity(entries.len());
    for pending in entries {
        let entry = &pending.entry;
        let (Some(key), Some(i)) = (keys.get(&entry.person), next.get_mut(&entry.person)) else {
            receipts.push(None);
            continue;
        };
        let row = batch.row(sealer, pending, key, *i, head.edge.size())?;
        *i = i.saturating_add(1);
        head.append(&row.leaf);
        receipts.push(Some(Receipt::mint(
            (entry.household, entry.person),
            entry.fields,
            entry.purpose,
            pending.now,
            row.index,
        )));
        batch.rows.push(row);
    }
    batch.insert_leaves(tx).await?;
    batch.insert_details(tx).await?;
    head.advance(tx, sealer, at).await?;
    let head = KeptHead::from(&head);
    Ok(Appended { receipts, time, head })
}

fn altered(entries: &[Pending]) -> Altered {
    match entries.iter().any(|pending| pending.kind == AccessKind::Erased) {
        true => Altered::GoneOnWith,
        false => Altered::Refused,
    }
}

/// The head, locked, and the time that the batch gets.
async fn lock(
    tx: &mut Tx,
    origin: &str,
    entries: &[Pending],
    clock: LogClock,
) -> Result<(Head, LogTime), StoreError> {
    let before = newest(entries, Pending::node_time);
    let (head, engine) = head::lock(tx, origin).await?;
    let after = newest(entries, Pending::node_time);
    let compared = engine
        .filter(|_| clock == LogClock::Engine)
        .map(|engine| Compared {
            engine,
            before,
            after,
        });
    let time = log_time(head.at, newest(entries, |pending| pending.now), compared)?;
    Ok((head, time))
}

fn newest(entries: &[Pending], time: impl Fn(&Pending) -> Timestamp) -> Timestamp {
    entries
        .iter()
        .map(time)
        .max()
        .unwrap_or(Timestamp::from_micros(0))
}

fn distinct(entries: &[Pending]) -> Vec<(HouseholdId, PersonId)> {
    let mut subjects: Vec<_> = entries
        .iter()
        .map(|Pending { entry, .. }| (entry.household, entry.person))
        .collect();
    subjects.sort_unstable();
    subjects.dedup();
    subjects
}

/// The positions of each person's entries when the tree has `size` entries; who has no keys gets none.
fn positions(
    entries: &[Pending],
    keys: &HashMap<PersonId, TagKey>,
    size: u64,
) -> BTreeMap<(HouseholdId, PersonId), Vec<u64>> {
    let mut positions: BTreeMap<_, Vec<u64>> = BTreeMap::new();
    let written = entries
        .iter()
        .map(|pending| &pending.entry)
        .filter(|entry| keys.contains_key(&entry.person));
    for (entry, index) in written.zip(size..) {
        positions
            .entry((entry.household, entry.person))
            .or_default()
            .push(index);
    }
    positions
}

struct Batch {
    at: Timestamp,
    hour: Hour,
    rows: Vec<LeafRow>,
}

struct LeafRow {
    index: u64,
    leaf: Vec<u8>,
    household: HouseholdId,
    person: PersonId,
    i: u32,
    sealed: Vec<u8>,
}

impl Batch {
    fn row(
        &self,
        sealer: &Sealer,
        pending: &Pending,
        tags: &TagKey,
        i: u32,
        index: u64,
    ) -> Result<LeafRow, StoreError> {
        let entry = &pending.entry;
        let salt = Salt::from_bytes(sealer.random());
        let detail = AccessDetail::new(entry, self.at).encode();
        let commitment = Commitment::to(&salt, &detail);
        let committed = [salt.as_bytes().as_slice(), &detail].concat();
        let tag = tags.tag(self.hour.day(), i)?;
        let leaf = leaf::access(pending.kind, entry, self.hour, tag, commitment);
        let sealed = tags.derive("detail").seal(
            &context("access_detail", "sealed", index),
            &committed,
            &*sealer.entropy,
        );
        Ok(LeafRow {
            index,
            leaf: leaf.to_bytes(),
            household: entry.household,
            person: entry.person,
            i,
            sealed,
        })
    }

    async fn insert_leaves(&self, tx: &mut Tx) -> Result<(), StoreError> {
        for rows in Rows::cut(
            tx.engine(),
            &[],
            [ColumnType::Int, ColumnType::Blob],
            self.rows
                .iter()
                .map(|row| [index(row).into(), (&row.leaf).into()]),
        ) {
            let sql = format!(
                "-- store::access_log::insert_leaves
                 insert into access_leaf (idx, leaf) {rows}"
            );
            tx.execute(&sql, rows.params()).await?;
        }
        Ok(())
    }

    async fn insert_details(&self, tx: &mut Tx) -> Result<(), StoreError> {
        use ColumnType::{Blob, Int, Text};
        for rows in Rows::cut(
            tx.engine(),
            &[],
            [Int, Text, Text, Int, Int, Blob],
            self.rows.iter().map(|row| self.detail(row)),
        ) {
            let sql = format!(
                "-- store::access_log::insert_details
                 insert into access_detail (idx, household, person, day, i, sealed) {rows}"
            );
            tx.execute(&sql, rows.params()).await?;
        }
        Ok(())
    }

    fn detail(&self, row: &LeafRow) -> [Value; 6] {
        [
            index(row).into(),
            row.household.into(),
            row.person.into(),
            days(self.at.date()).into(),
            row.i.into(),
            (&row.sealed).into(),
        ]
    }
}

fn index(row: &LeafRow) -> i64 {
    i64::try_from(row.index).unwrap_or(i64::MAX)
}
