//! The seam between Pramaan's SQL and two engines: a database, a transaction, a row, a value.
//!
//! The executor is polymorphic, not the repositories: each statement is written once with `$1`, `$2`… and runs on both
//! engines. This is no query builder and no object mapper, and dialects are not hidden where they truly differ:
//! [`Tx::engine`] tells which one it is.
//!
//! What both engines promise:
//! - [`Db::write`] answers `Ok` only after a durable commit, and its work is all or nothing. `Err` and panics roll back.
//! - After a failed statement the transaction is lost, as PostgreSQL has it: what follows fails, nothing is committed.
//! - [`Db::read`] sees what was committed when its first statement ran (SQLite) or when each one ran (PostgreSQL).
//! - A work may wait for its own statements only. It must not call [`Db::write`] inside itself.
//! - A caller that goes away leaves all or nothing: SQLite finishes its work, PostgreSQL rolls it back.
//!
//! What the engines leave to the statement: `nulls first` or `nulls last` in every `order by` that can meet a null; no
//! order of texts (collations differ); no `like` on letters; `cast(sum(…) as bigint)`; one kind of value per column
//! (SQLite would store any).

mod batch;
pub mod dialect;
mod metrics;
mod options;
mod postgres;
mod retry;
mod row;
mod sqlite;
mod statement;
mod time_limits;
#[cfg(feature = "testing")]
mod transcript;
mod tx;
pub(crate) mod typed;
mod value;

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

pub(crate) use batch::pair;
pub use batch::{ColumnType, Cut, Rows};
pub use dialect::{date, days, for_update, for_update_of_free};
pub use metrics::{BOUNDS, Outcome, Transactions};
pub use options::{DatabaseUrl, DbOptions, Durability};
pub use postgres::PoolState;
pub use retry::{Again, GivesWay, jittered};
pub use row::Row;
pub use time_limits::TimeLimits;
#[cfg(feature = "testing")]
pub use transcript::Transcript;
pub use tx::Tx;
pub use value::Value;

use crate::error::StoreError;
use metrics::Metrics;

/// Which dialect a transaction speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// What a transaction is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Access {
    Read,
    Write,
}

/// Whether others have to be able to count on a transaction's end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Pace {
    /// It ends within the limits of time with which the database was opened.
    #[default]
    Brisk,
    /// It works through very much, and takes as long as that takes.
    Unhurried,
}

/// For whose connections a transaction waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Lane {
    #[default]
    Crowd,
    /// That of the access log's appender: one transaction at a time.
    Log,
}

/// Everything that tells one transaction from another but its work.
#[derive(Debug, Clone, Copy)]
struct Kind {
    access: Access,
    pace: Pace,
    lane: Lane,
}

/// The future of one transaction's work: `|tx| Box::pin(async move { … })`.
pub type Work<'t, T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send + 't>>;

/// An open database. Cloning shares it.
#[derive(Clone, Debug)]
pub struct Db {
    backend: Arc<Backend>,
    metrics: Arc<Metrics>,
    pace: Pace,
    lane: Lane,
    #[cfg(feature = "testing")]
    transcript: Option<Transcript>,
}

#[derive(Debug)]
enum Backend {
    Sqlite(sqlite::Sqlite),
    Postgres(postgres::Postgres),
}

impl Db {
    /// Opens the database and refuses one that would lose acknowledged writes. Does not migrate.
    pub async fn open(url: &DatabaseUrl, options: &DbOptions) -> Result<Self, StoreError> {
        let backend = match url {
            DatabaseUrl::Sqlite(path) => Backend::Sqlite(sqlite::Sqlite::open(path, options).await?),
            DatabaseUrl::Postgres(url) => Backend::Postgres(postgres::Postgres::open(url, options).await?),
        };
        Ok(Self {
            backend: Arc::new(backend),
            metrics: Arc::default(),
            pace: Pace::default(),
            lane: Lane::default(),
            #[cfg(feature = "testing")]
            transcript: None,
        })
    }

    /// The same database, writing down each statement that is run through this handle and its clones.
    #[cfg(feature = "testing")]
    pub fn transcribed(&self, transcript: &Transcript) -> Self {
        Self {
            transcript: Some(transcript.clone()),
            ..self.clone()
        }
    }

    /// The same database for a command or a job that works through very much in one transaction: without the limits of
    /// time. Never for a request.
    pub fn unhurried(&self) -> Self {
        Self {
            pace: Pace::Unhurried,
            ..self.clone()
        }
    }

    /// The same database for the access log's appender, who has a connection of its own however many others wait.
    pub(crate) fn of_the_log(&self) -> Self {
        Self {
            lane: Lane::Log,
            ..self.clone()
        }
    }

    fn kind(&self, access: Access) -> Kind {
        let (pace, lane) = (self.pace, self.lane);
        Kind { access, pace, lane }
    }

    /// Runs `work` in a transaction and answers after it is committed.
    ///
    /// `name` (`store::noun::what`) is what errors and traces call it. SQLite: what queues during one commit shares the
    /// next. PostgreSQL: read committed.
    pub async fn write<T, E, F>(&self, name: &'static str, work: F) -> Result<T, E>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> Work<'t, T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.run(Access::Write, name, work).await.0
    }

    /// [`Self::write`], begun again from its start while others are faster, and when the connection broke before the commit.
    /// Each further attempt is counted by its reason. What is in doubt, because the connection broke under the commit, is
    /// never done a second time.
    pub async fn write_again<T, E, F>(&self, name: &'static str, again: Again<'_>, work: F) -> Result<T, E>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> Work<'t, T, E> + Clone + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + GivesWay + Send + 'static,
    {
        let mut attempt = 1;
        loop {
            let (answer, outcome) = self.run(Access::Write, name, work.clone()).await;
            let Some(reason) = again.why(attempt, &answer, outcome) else {
                return answer;
            };
            self.metrics.retried(name, reason);
            again.pause(attempt).await;
            attempt = attempt.saturating_add(1);
        }
    }

    /// Runs `work` in a transaction that cannot write.
    pub async fn read<T, E, F>(&self, name: &'static str, work: F) -> Result<T, E>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> Work<'t, T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.run(Access::Read, name, work).await.0
    }

    /// Before work of several transactions is done over because of `error`: counts that under `name`, and waits.
    pub async fn give_way(&self, name: &'static str, error: &StoreError, pause: Duration) {
        self.metrics.retried(name, Outcome::of(error));
        tokio::time::sleep(pause).await;
    }

    async fn run<T, E, F>(&self, access: Access, name: &'static str, work: F) -> (Result<T, E>, Outcome)
    where
        F: for<'t> FnOnce(&'t mut Tx) -> Work<'t, T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        #[cfg(feature = "testing")]
        let work = transcript::transcribed(self.transcript.clone(), name, work);
        let mut measured = self.metrics.begin(name);
        let (answer, outcome) = match &*self.backend {
            Backend::Sqlite(db) => db.run(access, name, work).await,
            Backend::Postgres(db) => db.run(self.kind(access), name, work).await,
        };
        measured.came_to(outcome);
        (answer, outcome)
    }

    /// What became of the transactions of each name since the start, through all clones of this handle.
    pub fn transactions(&self) -> Vec<Transactions> {
        self.metrics.transactions()
    }

    /// Who is at the database and who waits; `None` for SQLite, which has no connections.
    pub fn pool(&self) -> Option<PoolState> {
        match &*self.backend {
            Backend::Sqlite(_) => None,
            Backend::Postgres(db) => Some(db.pool()),
        }
    }

    pub fn engine(&self) -> Engine {
        match &*self.backend {
            Backend::Sqlite(_) => Engine::Sqlite,
            Backend::Postgres(_) => Engine::Postgres,
        }
    }

    /// Finishes what is queued and closes every connection. Later calls, by any clone, are `Unavailable`.
    pub async fn close(self) {
        match &*self.backend {
            Backend::Sqlite(db) => db.close().await,
            Backend::Postgres(db) => db.close(),
        }
    }
}
