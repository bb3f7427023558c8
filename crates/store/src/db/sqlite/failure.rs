//! SQLite's errors in the seam's words.
//!
//! SQLite's sentences speak of the schema and of the statement's text, never of bound values.

use std::path::Path;
use std::sync::Arc;

use rusqlite::{Error, ErrorCode, ffi};

use crate::error::StoreError;

const UNREADABLE: &str = "its file was not read or written: the disk failed, or the file is damaged";

/// What a failed statement means.
pub(super) fn of_statement(statement: &Arc<str>, error: &Error) -> StoreError {
    match error {
        Error::SqliteFailure(code, message) => {
            of_code(statement, *code, message.as_deref().unwrap_or_default())
        }
        Error::SqlInputError { error, msg, .. } => of_code(statement, *error, msg),
        Error::InvalidParameterCount(given, wanted) => {
            StoreError::seam(statement, format!("{given} parameters given, {wanted} wanted"))
        }
        other => StoreError::seam(statement, other.to_string()),
    }
}

fn of_code(statement: &Arc<str>, error: ffi::Error, message: &str) -> StoreError {
    match (error.code, error.extended_code) {
        (ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked, _) => StoreError::Busy,
        (ErrorCode::DiskFull, _) => StoreError::DiskFull,
        // SQLite says that a file is damaged when the system says that it cannot be read.
        (ErrorCode::SystemIoFailure | ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase, code) => {
            StoreError::unavailable(format!("{statement}: {UNREADABLE} ({message}, {code})"))
        }
        (_, ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY) => {
            StoreError::UniqueViolation {
                statement: Arc::clone(statement),
                table: table_of(message),
            }
        }
        (_, code) => StoreError::Statement {
            statement: Arc::clone(statement),
            code: code.to_string(),
            reason: message.to_owned(),
        },
    }
}

/// `UNIQUE constraint failed: dose.person, dose.number` names the table before the first point.
fn table_of(message: &str) -> String {
    let columns = message.rsplit(": ").next().unwrap_or_default();
    columns.split('.').next().unwrap_or_default().to_owned()
}

/// What a failed command around a transaction means.
pub(super) fn of_control(command: &'static str, error: &Error) -> StoreError {
    of_statement(&command.into(), error)
}

pub(super) fn opening(path: &Path, error: &Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy,
        Some(ErrorCode::DiskFull) => StoreError::DiskFull,
        Some(ErrorCode::SystemIoFailure | ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            StoreError::unavailable(format!("cannot open {}: {UNREADABLE} ({error})", path.display()))
        }
        _ => StoreError::unavailable(format!("cannot open {}: {error}", path.display())),
    }
}

/// Whether the file can no longer be trusted: the disk failed, or what it holds is no database.
pub(super) fn is_fatal(error: &Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(
            ErrorCode::SystemIoFailure
                | ErrorCode::DatabaseCorrupt
                | ErrorCode::NotADatabase
                | ErrorCode::OutOfMemory
        )
    )
}
