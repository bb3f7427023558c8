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
mod options;
mod postgres;
mod row;
mod sqlite;
mod statement;
#[cfg(feature = "testing")]
mod transcript;
mod tx;
pub(crate) mod typed;
mod value;

use std::pin::Pin;
use std::sync::Arc;

pub(crate) use batch::pair;
pub use batch::{ColumnType, Cut, Rows};
pub use dialect::{date, days, for_update, for_update_of_free};
pub use options::{DatabaseUrl, DbOptions, Durability};
pub use row::Row;
#[cfg(feature = "testing")]
pub use transcript::Transcript;
pub use tx::Tx;
pub use value::Value;

use crate::error::StoreError;

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

/// The future of one transaction's work: `|tx| Box::pin(async move { … })`.
pub type Work<'t, T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send + 't>>;

/// An open database. Cloning shares it.
#[derive(Clone, Debug)]
pub struct Db {
    backend: Arc<Backend>,
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
            #[cfg(feature = "testing")]
            transcript: None,
        })
    }

    /// The same database, writing down each statement that is run through this handle and its clones.
    #[cfg(feature = "testing")]
    pub fn transcribed(&self, transcript: &Transcript) -> Self {
        Self {
            backend: Arc::clone(&self.backend),
            transcript: Some(transcript.clone()),
        }
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
        #[cfg(feature = "testing")]
        let work = transcript::transcribed(self.transcript.clone(), name, work);
        match &*self.backend {
            Backend::Sqlite(db) => db.run(Access::Write, name, work).await,
            Backend::Postgres(db) => db.run(Access::Write, name, work).await,
        }
    }

    /// Runs `work` in a transaction that cannot write.
    pub async fn read<T, E, F>(&self, name: &'static str, work: F) -> Result<T, E>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> Work<'t, T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        #[cfg(feature = "testing")]
        let work = transcript::transcribed(self.transcript.clone(), name, work);
        match &*self.backend {
            Backend::Sqlite(db) => db.run(Access::Read, name, work).await,
            Backend::Postgres(db) => db.run(Access::Read, name, work).await,
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
