//! The entry of an erasure, in the transaction that deletes the person's keys: neither is there without the other.

use std::time::Instant;

use pramaan_domain::time::Timestamp;
use pramaan_tlog::leaf::AccessKind;

use super::append::append;
use super::clock::Pending;
use super::entry::AccessEntry;
use super::queue::AccessLog;
use crate::StoreError;
use crate::db::Tx;
use crate::outside::KeptHead;
use crate::sealer::Sealer;

/// An entry of kind *erased* that waits for its transaction. It opens nothing, so it names no field.
pub struct Erasure {
    log: AccessLog,
    pending: Pending,
}

impl AccessLog {
    /// Prepares the entry of an erasure; `now` is this moment.
    pub fn erasure(&self, entry: AccessEntry, now: Timestamp) -> Erasure {
        let pending = Pending {
            entry,
            kind: AccessKind::Erased,
            now,
            asked: Instant::now(),
        };
        Erasure {
            log: self.clone(),
            pending,
        }
    }
}

impl Erasure {
    /// Appends the entry in the caller's transaction, before the keys go: its tag needs them. Holds the log's head until
    /// that transaction ends, so lock the person before and let nothing slow come after. Give the head that it answers to
    /// [`AccessLog::committed`].
    ///
    /// # Errors
    /// `Erased` when the keys are gone already; as [`AccessLog::append`] when the log cannot be written: then nothing may
    /// be deleted.
    pub async fn append(self, tx: &mut Tx, sealer: &Sealer) -> Result<KeptHead, StoreError> {
        let origin = self.log.origin();
        let appended = append(
            tx,
            sealer,
            &origin,
            &[self.pending],
            self.log.goes_by(),
            self.log.known(),
        )
        .await
        .map_err(StoreError::of_log)?;
        // The receipt names no field and is dropped.
        match appended.receipts.iter().all(Option::is_some) {
            true => Ok(appended.head),
            false => Err(StoreError::Erased),
        }
    }
}
