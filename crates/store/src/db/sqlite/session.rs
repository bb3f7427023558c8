//! One connection on its thread: the transaction that jobs are given, and the commands around it that they are not.

use std::path::Path;
use std::thread;

use tokio::sync::oneshot;

use super::{SqliteTx, connection};
use crate::db::tx::Inner;
use crate::db::{Access, DbOptions, Tx};
use crate::error::StoreError;

pub(super) struct Session {
    pub(super) tx: Tx,
}

impl Session {
    /// Starts a thread, opens a connection there, and answers once `body` has it.
    pub(super) async fn spawn(
        path: &Path,
        access: Access,
        options: &DbOptions,
        body: impl FnOnce(Session) + Send + 'static,
    ) -> Result<(), StoreError> {
        let (ready, opened) = oneshot::channel();
        let (path, options) = (path.to_owned(), options.clone());
        let thread = move || {
            let session = Session::open(&path, access, &options);
            // Whoever opens the database may have given up; then the body finds its queue closed.
            match session {
                Ok(session) => {
                    let _ = ready.send(Ok(()));
                    body(session);
                }
                Err(error) => {
                    let _ = ready.send(Err(error));
                }
            }
        };
        let name = match access {
            Access::Read => "sqlite-reader",
            Access::Write => "sqlite-writer",
        };
        thread::Builder::new()
            .name(name.to_owned())
            .spawn(thread)
            .map_err(StoreError::unavailable)?;
        opened
            .await
            .map_err(|_| StoreError::unavailable("its thread ended while opening it"))?
    }

    fn open(path: &Path, access: Access, options: &DbOptions) -> Result<Self, StoreError> {
        let connection = connection::open(path, access, options)?;
        Ok(Self {
            tx: Tx::new(Inner::Sqlite(SqliteTx::new(connection))),
        })
    }

    /// Begins or ends a transaction or savepoint.
    pub(super) fn control(&self, sql: &'static str) -> rusqlite::Result<()> {
        match &self.tx.inner {
            Inner::Sqlite(tx) => tx.control(sql),
            Inner::Postgres(_) => Err(rusqlite::Error::InvalidQuery),
        }
    }

    /// Whether a transaction is open. SQLite ends one by itself after some errors.
    pub(super) fn is_open(&self) -> bool {
        match &self.tx.inner {
            Inner::Sqlite(tx) => tx.is_open(),
            Inner::Postgres(_) => false,
        }
    }
}
