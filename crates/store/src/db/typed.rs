//! Columns as their type whatever somebody wrote into them: SQLite keeps a value of any type in any column, and one that is not
//! of the promised type ends a whole statement. For tables whose rows are compared with a signature or a MAC, where a row that
//! was altered is to be named and no other is to be lost by it.

use super::Engine;

/// What a column of whole numbers gives where there is none.
pub(crate) const NO_NUMBER: i64 = -1;

/// A column of whole numbers; [`NO_NUMBER`] where the value is none.
pub(crate) fn whole(column: &str) -> String {
    format!(
        "case when {column} = cast({column} as bigint) then cast({column} as bigint) else {NO_NUMBER} end"
    )
}

/// The bytes of a column of text, which may be no UTF-8.
pub(crate) fn text_bytes(engine: Engine, column: &str) -> String {
    match engine {
        Engine::Sqlite => format!("cast({column} as blob)"),
        Engine::Postgres => format!("convert_to({column}, 'UTF8')"),
    }
}

/// A column of bytes.
pub(crate) fn bytes(engine: Engine, column: &str) -> String {
    match engine {
        Engine::Sqlite => format!("cast({column} as blob)"),
        Engine::Postgres => column.to_owned(),
    }
}
