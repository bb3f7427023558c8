//! PostgreSQL's errors in the seam's words.
//!
//! PostgreSQL quotes offending values in its sentences. Only those about the statement's own text (class 42: syntax,
//! unknown names, wrong types) are passed on; of all others the code is.

use std::error::Error as _;
use std::sync::Arc;

use deadpool_postgres::{PoolError, TimeoutType};
use tokio_postgres::Error;
use tokio_postgres::error::{DbError, Severity, SqlState};

use crate::db::{Access, Outcome};
use crate::error::StoreError;

/// What a failed statement means.
pub(super) fn of_statement(statement: &Arc<str>, error: &Error, access: Access) -> StoreError {
    if let Some(refused) = error.as_db_error() {
        return match of_server(refused, access) {
            Some(state) => StoreError::unavailable(format!("{state} ({})", refused.code().code())),
            None => of_code(statement, refused),
        };
    }
    if is_broken(error) {
        return StoreError::unavailable("the connection to PostgreSQL broke");
    }
    // What is left is ours: how many parameters there are, and of which kind. Neither speaks of values.
    let reason = match error.source() {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    };
    StoreError::seam(statement, reason)
}

/// What the failure says that its error does not: two transactions stood in each other's way, or the connection broke, and with
/// it the transaction ended.
pub(super) fn end_of(error: &Error) -> Option<Outcome> {
    match error.code() {
        Some(&SqlState::T_R_DEADLOCK_DETECTED) => Some(Outcome::Deadlock),
        Some(code) => {
            let is_over = ["08", "25P03", "25P04", "57P01", "57P02"]
                .iter()
                .any(|over| code.code().starts_with(over));
            is_over.then_some(Outcome::Lost)
        }
        None => is_broken(error).then_some(Outcome::Lost),
    }
}

fn is_broken(error: &Error) -> bool {
    error.is_closed() || error.source().is_some_and(|source| source.is::<std::io::Error>())
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

/// What the answer says of the server instead of the statement: the same work may succeed on another connection, to this
/// server or to the one that takes its place. `None` when it says nothing of the kind.
fn of_server(error: &DbError, access: Access) -> Option<&'static str> {
    let code = error.code();
    let is_over = matches!(error.parsed_severity(), Some(Severity::Fatal | Severity::Panic));
    Some(match code.code() {
        // In a transaction for reading it is ours: somebody wrote a statement that writes.
        "25006" if access == Access::Write => "PostgreSQL takes no writes, as a standby does",
        "0A000" if error.message().contains("recovery") => "PostgreSQL takes no writes, being a standby",
        "0A000" if error.routine() == Some(OF_STALE_PLAN) => "a table was altered under a prepared statement",
        "25P03" | "25P04" => "PostgreSQL ended a transaction that took too long",
        "40003" => "PostgreSQL does not know what became of a statement",
        "57014" => "PostgreSQL gave a statement up that was cancelled or took too long",
        "53100" => return None,
        other
            if ["08", "28", "3D", "53", "57P"]
                .iter()
                .any(|class| other.starts_with(class)) =>
        {
            "PostgreSQL is going away or takes nobody"
        }
        other if other.starts_with("58") => "the system under PostgreSQL failed",
        _ if is_over => "PostgreSQL ended the connection",
        _ => return None,
    })
}

/// The function of PostgreSQL that finds a prepared statement to be older than its table; the sentence may be in any language.
const OF_STALE_PLAN: &str = "RevalidateCachedQuery";

pub(super) fn of_pool(error: &PoolError) -> StoreError {
    match error {
        PoolError::Timeout(TimeoutType::Wait) => StoreError::Crowded,
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
