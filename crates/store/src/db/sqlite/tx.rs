//! Statements on a SQLite connection.

use std::sync::Arc;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, ToSql};

use super::failure;
use crate::db::statement::{Statement, Statements, numbered_by_question_mark};
use crate::db::{Row, Value};
use crate::error::StoreError;

/// A connection of which one transaction at a time is made.
#[derive(Debug)]
pub(in crate::db) struct SqliteTx {
    connection: Connection,
    statements: Statements,
}

impl SqliteTx {
    pub(super) fn new(connection: Connection) -> Self {
        Self {
            connection,
            statements: Statements::default(),
        }
    }

    pub(in crate::db) fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64, StoreError> {
        let statement = self.statements.get(sql, numbered_by_question_mark);
        let before = self.connection.total_changes();
        let returned = self.step(&statement, params, |_, _| Ok(()))?.len();
        let changed = self.connection.total_changes() - before;
        Ok(changed.max(returned as u64))
    }

    pub(in crate::db) fn query(&mut self, sql: &str, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        let statement = self.statements.get(sql, numbered_by_question_mark);
        self.step(&statement, params, |row, columns| {
            let values: Result<_, _> = (0..columns)
                .map(|column| value(&statement, row, column))
                .collect();
            Ok(Row::new(Arc::clone(&statement.name), values?))
        })
    }

    /// Runs the statement to its end and makes something of each row.
    fn step<T>(
        &self,
        statement: &Statement,
        params: &[Value],
        mut make: impl FnMut(&rusqlite::Row<'_>, usize) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let fail = |error: rusqlite::Error| failure::of_statement(&statement.name, &error);
        let mut prepared = self.connection.prepare_cached(&statement.sql).map_err(fail)?;
        bind(&mut prepared, params).map_err(fail)?;
        let columns = prepared.column_count();
        let mut rows = prepared.raw_query();
        let mut made = Vec::new();
        while let Some(row) = rows.next().map_err(fail)? {
            made.push(make(row, columns)?);
        }
        Ok(made)
    }

    /// Begins or ends a transaction or savepoint.
    pub(super) fn control(&self, sql: &'static str) -> rusqlite::Result<()> {
        self.connection.prepare_cached(sql)?.execute([])?;
        Ok(())
    }

    /// Whether a transaction is open. SQLite ends one by itself after some errors.
    pub(super) fn is_open(&self) -> bool {
        !self.connection.is_autocommit()
    }
}

fn bind(prepared: &mut CachedStatement<'_>, params: &[Value]) -> rusqlite::Result<()> {
    let wanted = prepared.parameter_count();
    if wanted != params.len() {
        return Err(rusqlite::Error::InvalidParameterCount(params.len(), wanted));
    }
    for (index, param) in (1..).zip(params) {
        prepared.raw_bind_parameter(index, param)?;
    }
    Ok(())
}

fn value(statement: &Statement, row: &rusqlite::Row<'_>, column: usize) -> Result<Value, StoreError> {
    let inconsistent = |expected| StoreError::Inconsistent {
        statement: Arc::clone(&statement.name),
        column,
        expected,
    };
    let found = row
        .get_ref(column)
        .map_err(|error| failure::of_statement(&statement.name, &error))?;
    match found {
        ValueRef::Null => Ok(Value::Null),
        ValueRef::Integer(value) => Ok(Value::Int(value)),
        ValueRef::Text(value) => match str::from_utf8(value) {
            Ok(text) => Ok(Value::Text(text.to_owned())),
            Err(_) => Err(inconsistent("UTF-8")),
        },
        ValueRef::Blob(value) => Ok(Value::Blob(value.to_vec())),
        ValueRef::Real(_) => Err(inconsistent("an integer: cast it as bigint")),
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(value) => ValueRef::Integer(*value),
            Self::Text(value) => ValueRef::Text(value.as_bytes()),
            Self::Blob(value) => ValueRef::Blob(value),
            Self::Array(_) => {
                let refused = "an array was given, which SQLite does not have".into();
                return Err(rusqlite::Error::ToSqlConversionFailure(refused));
            }
        }))
    }
}
