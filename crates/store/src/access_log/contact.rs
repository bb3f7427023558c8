//! Entries of phones that changed, in the transaction that changes them: neither is there without the other.

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

/// Entries of kind *contact-changed* that wait for their transaction. They open nothing, so they name no field.
pub struct ContactChanges {
    log: AccessLog,
    pending: Vec<Pending>,
}

impl AccessLog {
    /// Prepares the entries; `now` is this moment.
    pub fn contact_changes(&self, entries: Vec<AccessEntry>, now: Timestamp) -> ContactChanges {
        let asked = Instant::now();
        let pending = entries.into_iter().map(|entry| Pending {
            entry,
            kind: AccessKind::ContactChanged,
            now,
            asked,
        });
        ContactChanges {
            log: self.clone(),
            pending: pending.collect(),
        }
    }
}

impl ContactChanges {
    /// Appends the entries in the caller's transaction; whoever was erased meanwhile has none. Holds the log's head until that
    /// transaction ends, so lock the people before and let nothing slow come after. Give the head that it answers, if
    /// there was anything to append, to [`AccessLog::committed`].
    ///
    /// # Errors
    /// As [`AccessLog::append`] when the log cannot be written: then nothing may be changed.
    pub async fn append(self, tx: &mut Tx, sealer: &Sealer) -> Result<Option<KeptHead>, StoreError> {
        if self.pending.is_empty() {
            return Ok(None);
        }
        let (origin, clock) = (self.log.origin(), self.log.goes_by());
        let appended = append(tx, sealer, &origin, &self.pending, clock, self.log.known()).await;
        // The receipts name no field and are dropped.
        Ok(Some(appended.map_err(StoreError::of_log)?.head))
    }
}
