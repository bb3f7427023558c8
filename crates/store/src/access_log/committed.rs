//! The last head that this process knows to be committed: a log that does not continue it is another one, and is not gone
//! on with.
//!
//! A database that fails over or is restored under a running node may have lost commits, and whoever can write it may have
//! rewritten entries. Signing on would make that the log, and nobody here would notice before the next start.

use std::sync::atomic::{AtomicBool, Ordering::Acquire, Ordering::Release};
use std::sync::{Arc, OnceLock};

use tokio::sync::watch;

use super::head::Head;
use crate::StoreError;
use crate::db::{Db, Tx};
use crate::outside::{self, CHUNK, Fork, KeptHead, continued, signed};
use crate::sealer::Sealer;

/// Cheap to clone; all clones know the same.
#[derive(Clone)]
pub(crate) struct Committed {
    head: watch::Sender<Option<KeptHead>>,
    stopped: Stopped,
    held: Held,
}

/// Whether the log waits for its witnesses to say what they have seen of it: nothing is signed before.
#[derive(Clone, Default)]
pub(super) struct Held(Arc<AtomicBool>);

impl Held {
    pub(super) fn hold(&self) {
        self.0.store(true, Release);
    }

    pub(super) fn release(&self) {
        self.0.store(false, Release);
    }

    fn heed(&self) -> Result<(), StoreError> {
        match self.0.load(Acquire) {
            true => Err(StoreError::Unanswered),
            false => Ok(()),
        }
    }
}

/// Set once, until the process ends, because another node may append until the sizes look right again. A start compares
/// every leaf.
#[derive(Clone, Default)]
pub(crate) struct Stopped(Arc<OnceLock<Fork>>);

impl Stopped {
    /// Nothing is appended from here on.
    pub(crate) fn stop(&self, fork: Fork) -> StoreError {
        if self.0.get().is_none() {
            tracing::error!(
                error = %fork,
                "ALARM: the database has lost or altered entries of the access log; nothing is opened until this process is \
                 started again"
            );
        }
        self.0.get_or_init(|| fork).clone().into()
    }

    fn goes_on(&self) -> Result<(), StoreError> {
        match self.0.get() {
            Some(fork) => Err(fork.clone().into()),
            None => Ok(()),
        }
    }

    /// Stops for a fork; hands every error on.
    pub(crate) fn observe<T>(&self, outcome: Result<T, StoreError>) -> Result<T, StoreError> {
        match outcome {
            Err(StoreError::Fork(fork)) => Err(self.stop(fork)),
            other => other,
        }
    }
}

impl Committed {
    pub(crate) fn none() -> Self {
        Self::from(None)
    }

    /// Hears of each head that is committed from now on.
    pub(super) fn heads(&self) -> watch::Receiver<Option<KeptHead>> {
        self.head.subscribe()
    }

    pub(super) fn head(&self) -> Option<KeptHead> {
        self.head.borrow().clone()
    }

    pub(super) fn stopped(&self) -> Stopped {
        self.stopped.clone()
    }

    pub(super) const fn held(&self) -> &Held {
        &self.held
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

    /// Compares the head in the database, locked. A larger one is another node's work when its leaves continue ours; at
    /// most [`CHUNK`] of them are read while the head is locked. Nothing is kept of it, because it may be the work of a
    /// transaction that shares our commit.
    ///
    /// # Errors
    /// `Fork` for one that does not continue ours or that our key did not sign, and for every one after that. `LogAhead`
    /// when [`Self::catch_up`] has to come first, `Unanswered` while the log is held.
    pub(super) async fn check(&self, tx: &mut Tx, sealer: &Sealer, found: &Head) -> Result<(), StoreError> {
        self.goes_on()?;
        self.held.heed()?;
        let known = self.head.borrow().clone();
        let outcome = match known {
            None => signed(sealer, found),
            Some(known) => match found.edge.size().saturating_sub(known.edge.size()) {
                0..=CHUNK => continued(tx, sealer, &known, found).await,
                entries => Err(StoreError::LogAhead { entries }),
            },
        };
        self.stopped.observe(outcome)
    }

    /// Compares what others have committed since, without the lock.
    ///
    /// # Errors
    /// As [`Self::check`].
    pub(super) async fn catch_up(&self, db: &Db, sealer: &Sealer, origin: &str) -> Result<(), StoreError> {
        self.goes_on()?;
        // Taken before the database is asked, which can only be ahead of it.
        let known = self.head.borrow().clone();
        if known.is_none() {
            return Ok(());
        }
        let found = outside::check(db, sealer, origin, known).await;
        self.keep(self.stopped.observe(found)?);
        Ok(())
    }

    /// Without looking at the database.
    pub(super) fn goes_on(&self) -> Result<(), StoreError> {
        self.stopped.goes_on()
    }
}

impl From<Option<KeptHead>> for Committed {
    fn from(known: Option<KeptHead>) -> Self {
        Self {
            head: watch::Sender::new(known),
            stopped: Stopped::default(),
            held: Held::default(),
        }
    }
}
