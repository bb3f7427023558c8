//! One row of an answer, read by position; what is not of the promised kind is a named error.

use std::str::FromStr;
use std::sync::Arc;

use pramaan_domain::time::Timestamp;

use super::value::Value;
use crate::error::StoreError;

/// One row, owned. Columns are counted from 0, in the order of the statement's select or returning list.
#[derive(Debug, Clone)]
pub struct Row {
    statement: Arc<str>,
    values: Vec<Value>,
}

impl Row {
    pub(super) fn new(statement: Arc<str>, values: Vec<Value>) -> Self {
        Self { statement, values }
    }

    pub fn int(&self, column: usize) -> Result<i64, StoreError> {
        self.opt_int(column)?
            .ok_or_else(|| self.inconsistent(column, "an integer"))
    }

    pub fn text(&self, column: usize) -> Result<&str, StoreError> {
        self.opt_text(column)?
            .ok_or_else(|| self.inconsistent(column, "text"))
    }

    pub fn blob(&self, column: usize) -> Result<&[u8], StoreError> {
        self.opt_blob(column)?
            .ok_or_else(|| self.inconsistent(column, "bytes"))
    }

    pub fn opt_int(&self, column: usize) -> Result<Option<i64>, StoreError> {
        match self.value(column)? {
            Value::Null => Ok(None),
            Value::Int(value) => Ok(Some(*value)),
            _ => Err(self.inconsistent(column, "an integer")),
        }
    }

    pub fn opt_text(&self, column: usize) -> Result<Option<&str>, StoreError> {
        match self.value(column)? {
            Value::Null => Ok(None),
            Value::Text(value) => Ok(Some(value)),
            _ => Err(self.inconsistent(column, "text")),
        }
    }

    pub fn opt_blob(&self, column: usize) -> Result<Option<&[u8]>, StoreError> {
        match self.value(column)? {
            Value::Null => Ok(None),
            Value::Blob(value) => Ok(Some(value)),
            _ => Err(self.inconsistent(column, "bytes")),
        }
    }

    pub fn timestamp(&self, column: usize) -> Result<Timestamp, StoreError> {
        self.int(column).map(Timestamp::from_micros)
    }

    pub fn opt_timestamp(&self, column: usize) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.opt_int(column)?.map(Timestamp::from_micros))
    }

    /// Bytes of an exact length.
    pub fn array<const N: usize>(&self, column: usize) -> Result<[u8; N], StoreError> {
        self.blob(column)?
            .try_into()
            .map_err(|_| self.inconsistent(column, "bytes of the promised length"))
    }

    /// Text that parses: identifiers, and words that stand for a choice.
    pub fn parse<T: FromStr>(&self, column: usize) -> Result<T, StoreError> {
        self.text(column)?
            .parse()
            .map_err(|_| self.inconsistent(column, "text of the promised form"))
    }

    pub fn opt_parse<T: FromStr>(&self, column: usize) -> Result<Option<T>, StoreError> {
        let parsed = self.opt_text(column)?.map(str::parse).transpose();
        parsed.map_err(|_| self.inconsistent(column, "text of the promised form"))
    }

    /// The error for a column whose value the caller found impossible. `expected` completes "is not …".
    pub fn inconsistent(&self, column: usize, expected: &'static str) -> StoreError {
        StoreError::Inconsistent {
            statement: Arc::clone(&self.statement),
            column,
            expected,
        }
    }

    fn value(&self, column: usize) -> Result<&Value, StoreError> {
        self.values
            .get(column)
            .ok_or_else(|| self.inconsistent(column, "in the answer"))
    }
}
