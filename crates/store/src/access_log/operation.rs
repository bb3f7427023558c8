//! Entries about the service itself: what was done and when, of nobody's record. The leaf is public and commits to a detail,
//! which is kept sealed beside it.

use pramaan_domain::time::Timestamp;
use pramaan_keys::SealPurpose;
use pramaan_tlog::Hash;
use pramaan_tlog::leaf::{Actor, ActorClass, Commitment, Hour, Leaf, Salt, System, SystemKind};

use super::clock::LogClock;
use super::head::{self, Head};
use super::leaf;
use super::queue::AccessLog;
use crate::StoreError;
use crate::db::Tx;
use crate::outside::KeptHead;
use crate::sealer::{Sealer, context};

/// Who did what, and under which policy.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Doer {
    pub(crate) class: ActorClass,
    /// What sort of thing was done.
    pub(crate) kind: SystemKind,
    pub(crate) policy_hash: [u8; 32],
}

/// The log, locked against other appenders until the transaction ends.
pub(crate) struct Locked {
    pub(crate) head: Head,
    /// The time of the entry.
    pub(crate) at: Timestamp,
}

/// Where an entry is, and what opens its commitment.
pub(crate) struct Entered {
    pub(crate) index: u64,
    pub(crate) salt: Salt,
    /// The head that the commit makes the log's: for [`AccessLog::committed`].
    pub(crate) head: KeptHead,
}

impl AccessLog {
    /// Locks the head for an entry of the caller's transaction; let nothing slow come after.
    ///
    /// # Errors
    /// As [`AccessLog::append`] when the log cannot be written or is not the one that this process knows.
    pub(crate) async fn lock(
        &self,
        tx: &mut Tx,
        sealer: &Sealer,
        now: Timestamp,
    ) -> Result<Locked, StoreError> {
        let (head, engine) = head::lock(tx, &self.origin()).await?;
        self.known().check(tx, sealer, &head).await?;
        let clock = engine
            .filter(|_| self.goes_by() == LogClock::Engine)
            .unwrap_or(now);
        let at = clock.max(head.at);
        Ok(Locked { head, at })
    }
}

impl Locked {
    /// Appends one entry and moves the head on.
    pub(crate) async fn append(
        mut self,
        tx: &mut Tx,
        sealer: &Sealer,
        doer: Doer,
        detail: &[u8],
    ) -> Result<Entered, StoreError> {
        let (index, hour) = (self.head.edge.size(), leaf::hour(self.at)?);
        let salt = append(tx, sealer, &mut self.head, (hour, doer), detail).await?;
        self.head.advance(tx, sealer, self.at).await?;
        Ok(Entered {
            index,
            salt,
            head: KeptHead::from(&self.head),
        })
    }
}

/// Inserts the leaf of an operation and its sealed detail; the caller moves the head on. Answers the salt.
pub(crate) async fn append(
    tx: &mut Tx,
    sealer: &Sealer,
    head: &mut Head,
    (hour, doer): (Hour, Doer),
    detail: &[u8],
) -> Result<Salt, StoreError> {
    let index = head.edge.size();
    let salt = Salt::from_bytes(sealer.random());
    insert_event(tx, sealer, index, &[salt.as_bytes(), detail].concat()).await?;
    let leaf = Leaf::System(System {
        kind: doer.kind,
        hour,
        actor: Actor {
            class: doer.class,
            organisation: 0,
        },
        policy: Hash::from_bytes(doer.policy_hash),
        detail: Commitment::to(&salt, detail),
    });
    insert_leaf(tx, head, &leaf).await?;
    Ok(salt)
}

async fn insert_event(tx: &mut Tx, sealer: &Sealer, index: u64, committed: &[u8]) -> Result<(), StoreError> {
    let place = context("access_event", "sealed", index);
    let sealed = sealer
        .keys
        .seal(SealPurpose::AccessDetail, &place, committed, &*sealer.entropy);
    tx.execute(
        "-- store::access_log::insert_event
         insert into access_event (idx, sealed) values ($1, $2)",
        &[number(index).into(), sealed.into()],
    )
    .await?;
    Ok(())
}

/// Inserts one leaf at the end and hashes it into the edge of the tree.
pub(crate) async fn insert_leaf(tx: &mut Tx, head: &mut Head, leaf: &Leaf) -> Result<(), StoreError> {
    let bytes = leaf.to_bytes();
    tx.execute(
        "-- store::access_log::insert_leaf
         insert into access_leaf (idx, leaf) values ($1, $2)",
        &[number(head.edge.size()).into(), (&bytes).into()],
    )
    .await?;
    head.append(&bytes);
    Ok(())
}

fn number(index: u64) -> i64 {
    i64::try_from(index).unwrap_or(i64::MAX)
}
