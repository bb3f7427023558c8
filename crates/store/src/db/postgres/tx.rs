//! Statements on a PostgreSQL connection.

use std::sync::Arc;

use deadpool_postgres::Object;
use futures_util::future::join;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Error};

use super::failure;
use crate::db::{Access, Kind, Outcome, Pace, Row, Value, statement};
use crate::error::StoreError;

/// A transaction on a pooled connection. Dropped unfinished, it closes the connection, and the server rolls back.
#[derive(Debug)]
pub(in crate::db) struct PostgresTx {
    client: Option<Object>,
    state: State,
    kind: Kind,
    end: Option<Outcome>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// `begin` goes out together with the first statement and costs no round trip of its own.
    Unbegun,
    Begun,
    /// Nothing more is asked of this connection: the server behind it is going, or is not the one that takes writes.
    Doomed,
}

impl PostgresTx {
    pub(super) fn new(client: Object, kind: Kind) -> Self {
        Self {
            client: Some(client),
            state: State::Unbegun,
            kind,
            end: None,
        }
    }

    pub(in crate::db) async fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64, StoreError> {
        let name = statement::name(sql);
        let client = self.client.as_ref().ok_or_else(finished)?;
        let answer = async {
            let prepared = client.prepare_cached(sql).await?;
            let params = references(params);
            let answer = client.execute(&prepared, &params);
            begin_with(client, &mut self.state, self.kind, answer).await
        };
        answer.await.map_err(|error| self.failed(&name, &error))
    }

    pub(in crate::db) async fn query(&mut self, sql: &str, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        let name = statement::name(sql);
        let client = self.client.as_ref().ok_or_else(finished)?;
        let answer = async {
            let prepared = client.prepare_cached(sql).await?;
            let params = references(params);
            let answer = client.query(&prepared, &params);
            begin_with(client, &mut self.state, self.kind, answer).await
        };
        let rows = answer.await.map_err(|error| self.failed(&name, &error))?;
        rows.iter().map(|row| read(&name, row)).collect()
    }

    pub(super) async fn commit(&mut self) -> Result<(), StoreError> {
        self.end("commit").await
    }

    pub(super) async fn rollback(&mut self) {
        // If it fails, the connection is closed, and that is a rollback too.
        let _ = self.end("rollback").await;
    }

    async fn end(&mut self, command: &'static str) -> Result<(), StoreError> {
        let client = self.client.as_ref().ok_or_else(finished)?;
        if self.state == State::Begun {
            let ended = client.batch_execute(command).await;
            ended.map_err(|error| self.failed(&command.into(), &error))?;
            self.state = State::Unbegun;
        }
        Ok(())
    }

    /// What the transaction came to by this failure. A deadlock is the same error as other collisions, and a connection that
    /// broke the same as a server that answers no.
    pub(super) fn outcome(&self, failure: &StoreError) -> Outcome {
        match failure {
            StoreError::Serialization | StoreError::Unavailable { .. } => {
                self.end.unwrap_or(Outcome::of(failure))
            }
            other => Outcome::of(other),
        }
    }

    /// What it means, noted for the connection: what says something of the server dooms it.
    fn failed(&mut self, statement: &Arc<str>, error: &Error) -> StoreError {
        let failure = failure::of_statement(statement, error, self.kind.access);
        self.end = failure::end_of(error);
        if matches!(failure, StoreError::Unavailable { .. }) {
            self.state = State::Doomed;
        }
        failure
    }
}

impl Drop for PostgresTx {
    fn drop(&mut self) {
        if let (State::Begun | State::Doomed, Some(client)) = (self.state, self.client.take()) {
            drop(Object::take(client));
        }
    }
}

/// Requests are queued in the order in which they are first polled, so `begin` is ahead of the statement.
async fn begin_with<T>(
    client: &Client,
    state: &mut State,
    kind: Kind,
    statement: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    match state {
        State::Begun | State::Doomed => statement.await,
        State::Unbegun => {
            *state = State::Begun;
            let (begun, answer) = join(client.batch_execute(begin(kind)), statement).await;
            begun.and(answer)
        }
    }
}

/// A write is not said to be `read write`: who makes the server read-only, as tools that move a database do, is obeyed.
///
/// Who is in no hurry may be stopped too: ten minutes are more than anything takes between two statements.
const fn begin(kind: Kind) -> &'static str {
    match (kind.access, kind.pace) {
        (Access::Read, Pace::Brisk) => "begin isolation level read committed read only",
        (Access::Write, Pace::Brisk) => "begin isolation level read committed",
        (Access::Read, Pace::Unhurried) => {
            "begin isolation level read committed read only; set local statement_timeout = 0; \
             set local lock_timeout = 0; set local idle_in_transaction_session_timeout = '10min'"
        }
        (Access::Write, Pace::Unhurried) => {
            "begin isolation level read committed; set local statement_timeout = 0; \
             set local lock_timeout = 0; set local idle_in_transaction_session_timeout = '10min'"
        }
    }
}

fn finished() -> StoreError {
    StoreError::unavailable("its transaction is over")
}

fn references(params: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    params.iter().map(|param| param as &(dyn ToSql + Sync)).collect()
}

fn read(statement: &Arc<str>, row: &tokio_postgres::Row) -> Result<Row, StoreError> {
    let value = |column| {
        row.try_get(column).map_err(|_| StoreError::Inconsistent {
            statement: Arc::clone(statement),
            column,
            expected: "an integer, text or bytes: cast it",
        })
    };
    let values: Result<_, _> = (0..row.len()).map(value).collect();
    Ok(Row::new(Arc::clone(statement), values?))
}
