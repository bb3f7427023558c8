//! The list of erasures compared with the database at a start: who was erased and is there again is erased again.

use std::collections::BTreeSet;

use pramaan_domain::access::{ActorClass, Basis, FieldSet, Purpose};
use pramaan_domain::time::Timestamp;
use pramaan_tlog::leaf::AccessKind;

use super::KeptHead;
use super::erasure::{ErasureList, Listed, Subject};
use super::went_on::went_on;
use crate::access_log::append::append;
use crate::access_log::clock::Pending;
use crate::access_log::committed::Committed;
use crate::access_log::{AccessEntry, Actor, LogClock};
use crate::db::{ColumnType, Db, Rows, Tx, pair};
use crate::sealer::Sealer;
use crate::{StoreError, person, person_key};

/// Persons erased again in one transaction.
const AT_ONCE: usize = 256;

/// Erases everybody on the list who is there again, each with an entry in the log, which must continue `known`; answers how
/// many that were.
///
/// Nobody who has a dose, or an appointment that was booked after the erasure, by what only this server can have written:
/// nothing of theirs was ever erased, the transaction was rolled back and only the line stayed. They are taken off the list,
/// with an alarm.
pub async fn erase_again(
    db: &Db,
    sealer: &Sealer,
    origin: &str,
    known: KeptHead,
    list: &ErasureList,
    policy_hash: [u8; 32],
    now: Timestamp,
) -> Result<usize, StoreError> {
    let listed = list.listed()?;
    let committed = Committed::from(Some(known));
    let mut erased = 0;
    for chunk in listed.chunks(AT_ONCE) {
        let start = Start {
            sealer: sealer.clone(),
            origin: origin.to_owned(),
            committed: committed.clone(),
            list: list.clone(),
            policy_hash,
            now,
        };
        let chunk = chunk.to_vec();
        let again = db.write("store::outside::erase_again", move |tx| {
            Box::pin(async move { start.erase(tx, &chunk).await })
        });
        erased += again.await?;
    }
    Ok(erased)
}

/// What one transaction of a start needs.
struct Start {
    sealer: Sealer,
    origin: String,
    committed: Committed,
    list: ErasureList,
    policy_hash: [u8; 32],
    now: Timestamp,
}

impl Start {
    async fn erase(&self, tx: &mut Tx, chunk: &[Listed]) -> Result<usize, StoreError> {
        let subjects: Vec<_> = chunk.iter().map(|listed| listed.subject).collect();
        // First, so that nobody is vaccinated, books or is erased while this looks; and before the log's head, as whoever
        // deletes them elsewhere at this moment does.
        person_key::lock(tx, &subjects).await?;
        let present = present(tx, &subjects).await?;
        let (mut again, mut alive) = (Vec::new(), Vec::new());
        for listed in chunk.iter().filter(|listed| present.contains(&listed.subject)) {
            match went_on(tx, &self.sealer, listed, self.now).await? {
                true => alive.push(listed.subject),
                false => again.push(listed.subject),
            }
        }
        self.take_back(&alive)?;
        if again.is_empty() {
            return Ok(0);
        }
        let entries = self.entries(&again);
        // The receipts name no field and are dropped: nothing is opened.
        append(
            tx,
            &self.sealer,
            &self.origin,
            &entries,
            LogClock::Engine,
            &self.committed,
        )
        .await?;
        for (household, person) in &again {
            person::delete(tx, &self.sealer, (*household, *person), self.now).await?;
        }
        Ok(again.len())
    }

    /// While their keys are locked, and whatever becomes of this transaction: it changes nothing of theirs.
    fn take_back(&self, alive: &[Subject]) -> Result<(), StoreError> {
        if alive.is_empty() {
            return Ok(());
        }
        tracing::error!(
            kept = alive.len(),
            "people on the list of erasures were vaccinated or booked an appointment since: their erasure was rolled back \
             when it was asked for, so they are kept and taken off the list"
        );
        alive
            .iter()
            .try_for_each(|subject| self.list.take_back(*subject, self.now))
    }

    fn entries(&self, again: &[Subject]) -> Vec<Pending> {
        let asked = std::time::Instant::now();
        let pending = |subject: &Subject| Pending {
            entry: entry(*subject, self.policy_hash),
            kind: AccessKind::Erased,
            now: self.now,
            asked,
        };
        again.iter().map(pending).collect()
    }
}

fn entry((household, person): Subject, policy_hash: [u8; 32]) -> AccessEntry {
    AccessEntry {
        household,
        person,
        actor: Actor {
            class: ActorClass::Machine,
            organisation: 0,
            district: 0,
            staff: String::new(),
            device: String::new(),
        },
        basis: Basis::DutyOfLaw,
        purpose: Purpose::Retention,
        fields: FieldSet::EMPTY,
        policy_hash,
        request: "start: erased before the backup was restored",
        reason: None,
    }
}

/// Those whose keys or records are in the database.
async fn present(tx: &mut Tx, subjects: &[Subject]) -> Result<BTreeSet<Subject>, StoreError> {
    let mut found = BTreeSet::new();
    for rows in Rows::cut(tx.engine(), &[], [ColumnType::Text; 2], subjects.iter().map(pair)) {
        let sql = format!(
            "-- store::outside::present
             with v (household, subject) as ({rows})
             select k.household, k.subject from person_key k
             join v on v.household = k.household and v.subject = k.subject
             union
             select p.household, p.id from person p join v on v.household = p.household and v.subject = p.id"
        );
        for row in tx.query(&sql, rows.params()).await? {
            found.insert((row.parse(0)?, row.parse(1)?));
        }
    }
    Ok(found)
}
