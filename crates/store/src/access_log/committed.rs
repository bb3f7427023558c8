//! The last head that this process committed: a log that does not reach it is another one, and is not gone on with.
//!
//! A database that fails over or is restored under a running node may have lost commits. Signing on would sign a second
//! head of one size, and nobody here would notice before the next start.

use std::sync::{Arc, OnceLock};

use pramaan_tlog::CompactRange;
use tokio::sync::watch;

use crate::StoreError;
use crate::outside::{Fork, KeptHead};

/// Cheap to clone; all clones know the same.
#[derive(Clone)]
pub(crate) struct Committed {
    head: watch::Sender<Option<KeptHead>>,
    /// Until the process ends, because another node may append until the sizes look right again. A start compares every
    /// leaf.
    fork: Arc<OnceLock<Fork>>,
}

impl Committed {
    pub(crate) fn none() -> Self {
        Self {
            head: watch::Sender::new(None),
            fork: Arc::default(),
        }
    }

    /// Hears of each head that is committed from now on.
    pub(super) fn heads(&self) -> watch::Receiver<Option<KeptHead>> {
        self.head.subscribe()
    }

    /// Keeps a committed head, unless a later one is known: two may hear of their commits in either order.
    pub(super) fn keep(&self, head: KeptHead) {
        self.head.send_if_modified(|held| {
            let newer = held
                .as_ref()
                .is_none_or(|held| held.edge.size() < head.edge.size());
            if newer {
                *held = Some(head);
            }
            newer
        });
    }

    /// Compares the head in the database, locked. A longer one is another node's work.
    ///
    /// # Errors
    /// `Fork` for a shorter one and for another one of the same size, and for every one after that.
    pub(super) fn check(&self, found: &CompactRange) -> Result<(), StoreError> {
        self.goes_on()?;
        let Some(fork) = self.fork_of(found) else {
            return Ok(());
        };
        tracing::error!(
            error = %fork,
            "ALARM: the database has lost entries of the access log; nothing is opened until this process is started again"
        );
        Err(self.fork.get_or_init(|| fork).clone().into())
    }

    /// Without looking at the database.
    pub(super) fn goes_on(&self) -> Result<(), StoreError> {
        match self.fork.get() {
            Some(fork) => Err(fork.clone().into()),
            None => Ok(()),
        }
    }

    fn fork_of(&self, found: &CompactRange) -> Option<Fork> {
        let head = self.head.borrow();
        let own = &head.as_ref()?.edge;
        let (kept, size) = (own.size(), found.size());
        if size < kept {
            return Some(Fork::Behind { kept, found: size });
        }
        (size == kept && found.root() != own.root()).then_some(Fork::Differs { kept, found: size })
    }
}
