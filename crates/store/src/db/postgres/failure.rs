//! PostgreSQL's errors in the seam's words.
//!
//! PostgreSQL quotes offending values in its sentences. Only those about the statement's own text (class 42: syntax,
//! unknown names, wrong types) are passed on; of all others the code is.

use std::error::Error as _;
use std::sync::Arc;

use deadpool_postgres::PoolError;
use tokio_postgres::Error;
use tokio_postgres::error::{DbError, SqlState};

use crate::error::StoreError;

/// What a failed statement means.
pub(super) fn of_statement(statement: &Arc<str>, error: &Error) -> StoreError {
    if let Some(refused) = error.as_db_error() {
        return of_code(statement, refused);
    }
    if error.is_closed() || error.source().is_some_and(|source| source.is::<std::io::Error>()) {
        return StoreError::unavailable("the connection to PostgreSQL broke");
    }
    // What is left is ours: how many parameters there are, and of which kind. Neither speaks of values.
    let reason = match error.source() {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    };
    StoreError::seam(statement, reason)
}

fn of_code(statement: &Arc<str>, error: &DbError) -> StoreError {
    let code = error.code();
    match *code {
        SqlState::UNIQUE_VIOLATION => StoreError::UniqueViolation {
            statement: Arc::clone(statement),
            table: error.table().unwrap_or_default().to_owned(),
        },
        SqlState::T_R_SERIALIZATION_FAILURE | SqlState::T_R_DEADLOCK_DETECTED => StoreError::Serialization,
        SqlState::LOCK_NOT_AVAILABLE => StoreError::Busy,
        SqlState::DISK_FULL => StoreError::DiskFull,
        _ if is_outage(code.code()) => StoreError::unavailable(format!(
            "PostgreSQL answered {} ({})",
            error.severity(),
            code.code()
        )),
        _ => StoreError::Statement {
            statement: Arc::clone(statement),
            code: code.code().to_owned(),
            reason: match code.code().starts_with("42") {
                true => error.message().to_owned(),
                false => "PostgreSQL refused it".to_owned(),
            },
        },
    }
}

/// Connection exceptions, refused logins, unknown databases, too many connections, and a server that goes down.
fn is_outage(code: &str) -> bool {
    ["08", "28", "3D", "53", "57P"]
        .iter()
        .any(|class| code.starts_with(class))
}

pub(super) fn of_pool(error: &PoolError) -> StoreError {
    match error {
        PoolError::Timeout(_) => StoreError::unavailable("no PostgreSQL connection became free in time"),
        PoolError::Closed => StoreError::unavailable("it was closed"),
        PoolError::Backend(error) => of_connection(error),
        other => StoreError::unavailable(other),
    }
}

/// Why there is no connection. The server's sentence names users and databases, never what is stored.
pub(super) fn of_connection(error: &Error) -> StoreError {
    let cause = match (error.as_db_error(), error.source()) {
        (Some(refused), _) => refused.message().to_owned(),
        (None, Some(source)) => format!("{error}: {source}"),
        (None, None) => error.to_string(),
    };
    StoreError::unavailable(format!("cannot connect to PostgreSQL: {cause}"))
}
