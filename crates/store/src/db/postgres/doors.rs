//! Who gets a connection, who waits, and who is told at once to come back.
//!
//! A queue without end serves nobody: everybody in it has given up by the time it is their turn. So there are so many
//! connections, so many places to wait, and an answer at once for everybody else. The access log's appender has a connection
//! of its own: what cannot be entered cannot be opened, so it is the one that a crowd must not keep waiting.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use deadpool_postgres::{Hook, HookError, Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::tls::Target;
use super::{check_durability, failure};
use crate::db::{DbOptions, Lane};
use crate::error::StoreError;

#[derive(Debug)]
pub(super) struct Doors {
    crowd: Pool,
    log: Pool,
    /// One for each transaction of the crowd, whether it runs or waits.
    places: Semaphore,
    turned_away: AtomicU64,
}

/// Who is at PostgreSQL from this process, and who waits to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolState {
    /// Connections that are open, the access log's among them.
    pub connections: u64,
    /// Those of them that nobody uses.
    pub free: u64,
    pub waiting: u64,
    /// How many were told to come back since the start, because all places were taken or the wait was too long.
    pub turned_away: u64,
}

/// A connection, and the place that its transaction takes up until it is dropped.
#[derive(Debug)]
pub(super) struct Entered<'a> {
    pub(super) client: Object,
    pub(super) place: Option<SemaphorePermit<'a>>,
}

impl Doors {
    pub(super) fn new(target: &Target, options: &DbOptions) -> Result<Self, StoreError> {
        let connections = options.connections.max(1);
        let places = connections.saturating_add(options.waiting);
        Ok(Self {
            crowd: pool(target, options, connections)?,
            log: pool(target, options, 1)?,
            places: Semaphore::new(places.min(Semaphore::MAX_PERMITS)),
            turned_away: AtomicU64::new(0),
        })
    }

    /// # Errors
    /// `Crowded` when all places are taken, at once, or when no connection became free in time.
    pub(super) async fn enter(&self, lane: Lane) -> Result<Entered<'_>, StoreError> {
        let entered = self.wait(lane).await;
        if let Err(StoreError::Crowded) = entered {
            self.turned_away.fetch_add(1, Relaxed);
        }
        entered
    }

    pub(super) fn state(&self) -> PoolState {
        let (crowd, log) = (self.crowd.status(), self.log.status());
        let count = |one: usize, other: usize| u64::try_from(one.saturating_add(other)).unwrap_or(u64::MAX);
        PoolState {
            connections: count(crowd.size, log.size),
            free: count(crowd.available, log.available),
            waiting: count(crowd.waiting, log.waiting),
            turned_away: self.turned_away.load(Relaxed),
        }
    }

    async fn wait(&self, lane: Lane) -> Result<Entered<'_>, StoreError> {
        let (pool, place) = match lane {
            Lane::Log => (&self.log, None),
            Lane::Crowd => {
                let place = self.places.try_acquire().map_err(|_| StoreError::Crowded)?;
                (&self.crowd, Some(place))
            }
        };
        let client = pool.get().await.map_err(|error| failure::of_pool(&error))?;
        Ok(Entered { client, place })
    }

    pub(super) fn close(&self) {
        self.crowd.close();
        self.log.close();
    }
}

fn pool(target: &Target, options: &DbOptions, connections: usize) -> Result<Pool, StoreError> {
    let recycling_method = RecyclingMethod::Fast;
    let manager = Manager::from_config(
        target.config.clone(),
        target.tls.clone(),
        ManagerConfig { recycling_method },
    );
    let mut builder = Pool::builder(manager)
        .max_size(connections)
        .wait_timeout(Some(options.patience))
        .runtime(Runtime::Tokio1);
    if options.durable() {
        // A role or a reload can change the settings later, so each new connection is asked.
        builder = builder.post_create(Hook::async_fn(|client, _| {
            Box::pin(async move {
                let checked = check_durability(client).await;
                checked.map_err(|error| HookError::message(error.to_string()))
            })
        }));
    }
    builder.build().map_err(StoreError::unavailable)
}
