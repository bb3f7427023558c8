//! Columns as their type whatever somebody wrote into them: SQLite keeps a value of any type in any column, and one that is not
//! of the promised type ends a whole statement. For tables whose rows are compared with a signature or a MAC, where a row that
//! was altered is to be named and no other is to be lost by it.

use std::str::FromStr;

use super::{Engine, Row};
use crate::StoreError;

/// What a column of whole numbers gives where there is none.
pub(crate) const NO_NUMBER: i64 = -1;

/// A column of whole numbers; [`NO_NUMBER`] where the value is none.
pub(crate) fn whole(column: &str) -> String {
    format!(
        "case when {column} = cast({column} as bigint) then cast({column} as bigint) else {NO_NUMBER} end"
    )
}

/// The bytes of a column of text, which may be no UTF-8; none where the value is no text.
pub(crate) fn text_bytes(engine: Engine, column: &str) -> String {
    match engine {
        Engine::Sqlite => {
            format!("case typeof({column}) when 'text' then cast({column} as blob) else x'' end")
        }
        Engine::Postgres => format!("convert_to({column}, 'UTF8')"),
    }
}

/// A column of bytes; none of them where the value is something else, also where that reads like what was written: whoever reads
/// the column as it is meets an error.
pub(crate) fn bytes(engine: Engine, column: &str) -> String {
    match engine {
        Engine::Sqlite => format!("case typeof({column}) when 'blob' then {column} else x'' end"),
        Engine::Postgres => column.to_owned(),
    }
}

/// What a column of [`text_bytes`] says, when that has the promised form.
pub(crate) fn parsed<T: FromStr>(row: &Row, column: usize) -> Result<T, StoreError> {
    let text = std::str::from_utf8(row.blob(column)?).ok();
    text.and_then(|text| text.parse().ok())
        .ok_or_else(|| row.inconsistent(column, "text of the promised form"))
}
