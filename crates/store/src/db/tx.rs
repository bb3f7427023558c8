//! One transaction on either engine, and what statements may be run in it.

use super::postgres::PostgresTx;
use super::sqlite::SqliteTx;
use super::{Engine, Row, Value, statement};
use crate::error::StoreError;

/// A transaction. It ends with the work that was given it: `Ok` commits, anything else rolls back.
#[derive(Debug)]
pub struct Tx {
    pub(super) inner: Inner,
    /// The statement that has failed: nothing more is run and nothing will be committed.
    pub(super) failure: Option<StoreError>,
    pub(super) name: &'static str,
    #[cfg(feature = "testing")]
    pub(super) transcript: Option<super::Transcript>,
}

#[derive(Debug)]
pub(super) enum Inner {
    Sqlite(SqliteTx),
    Postgres(PostgresTx),
}

impl Tx {
    pub(super) fn new(inner: Inner) -> Self {
        Self {
            inner,
            failure: None,
            name: "",
            #[cfg(feature = "testing")]
            transcript: None,
        }
    }

    pub fn engine(&self) -> Engine {
        match self.inner {
            Inner::Sqlite(_) => Engine::Sqlite,
            Inner::Postgres(_) => Engine::Postgres,
        }
    }

    /// Runs a statement; answers how many rows it inserted, updated, deleted or returned.
    pub async fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64, StoreError> {
        self.admit(sql, params)?;
        let answer = match &mut self.inner {
            Inner::Sqlite(tx) => tx.execute(sql, params),
            Inner::Postgres(tx) => tx.execute(sql, params).await,
        };
        self.transcribe(sql);
        self.remember_failure(answer)
    }

    /// Every row of the answer.
    pub async fn query(&mut self, sql: &str, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        self.admit(sql, params)?;
        let answer = match &mut self.inner {
            Inner::Sqlite(tx) => tx.query(sql, params),
            Inner::Postgres(tx) => tx.query(sql, params).await,
        };
        self.transcribe(sql);
        self.remember_failure(answer)
    }

    /// No row or one; more is `RowCount`.
    pub async fn query_opt(&mut self, sql: &str, params: &[Value]) -> Result<Option<Row>, StoreError> {
        let mut rows = self.query(sql, params).await?;
        match rows.len() {
            0 | 1 => Ok(rows.pop()),
            found => Err(row_count(sql, found)),
        }
    }

    /// Exactly one row.
    pub async fn query_one(&mut self, sql: &str, params: &[Value]) -> Result<Row, StoreError> {
        let row = self.query_opt(sql, params).await?;
        row.ok_or_else(|| row_count(sql, 0))
    }

    /// Nothing runs after a failed statement, and U+0000 in text, which only SQLite would take, is refused.
    fn admit(&mut self, sql: &str, params: &[Value]) -> Result<(), StoreError> {
        if self.failure.is_some() {
            return Err(StoreError::Aborted {
                transaction: self.name,
            });
        }
        match params.iter().any(Value::has_nul) {
            true => self.remember_failure(Err(StoreError::seam(
                &statement::name(sql),
                "a text parameter holds U+0000",
            ))),
            false => Ok(()),
        }
    }

    #[cfg(feature = "testing")]
    fn transcribe(&self, sql: &str) {
        if let Some(transcript) = &self.transcript {
            transcript.add(sql);
        }
    }

    #[cfg(not(feature = "testing"))]
    fn transcribe(&self, _: &str) {}

    fn remember_failure<T>(&mut self, answer: Result<T, StoreError>) -> Result<T, StoreError> {
        if let Err(error) = &answer {
            self.failure = Some(error.clone());
        }
        answer
    }
}

fn row_count(sql: &str, found: usize) -> StoreError {
    StoreError::RowCount {
        statement: statement::name(sql),
        found,
    }
}
