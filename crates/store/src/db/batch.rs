//! Many rows in one statement: the text of their placeholders, and where to cut.
//!
//! Each size of batch is a statement text of its own, and prepared statements are kept by text. So rows are cut into
//! powers of two: 100 rows are 64, 32 and 4, and no statement has more than a dozen texts. A statement that is given
//! rows in batches must therefore mean the same for the rows together as for the rows in parts.

use std::fmt::Write;

use super::Engine;

/// Rows in one statement at most on PostgreSQL: beyond this the texts grow and the gain does not.
const ROWS: usize = 1_024;
/// And on SQLite, which for longer lists (200 is one) reads the whole table and looks each row up in the list.
const SQLITE_ROWS: usize = 64;

/// What a column of placeholders holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnType {
    Int,
    Text,
    Blob,
}

impl ColumnType {
    fn name(self, engine: Engine) -> &'static str {
        match (self, engine) {
            (Self::Int, _) => "bigint",
            (Self::Text, _) => "text",
            (Self::Blob, Engine::Sqlite) => "blob",
            (Self::Blob, Engine::Postgres) => "bytea",
        }
    }
}

/// `(cast($1 as bigint), cast($2 as text)), ($3, $4)` for `values` lists.
///
/// Parameters are numbered from `first_parameter`, row by row. Only the first row is cast: PostgreSQL types a column of
/// a values list by it, and without it takes every parameter for text.
pub fn rows_placeholders(
    engine: Engine,
    first_parameter: usize,
    columns: &[ColumnType],
    rows: usize,
) -> String {
    let mut text = String::with_capacity(rows * columns.len() * 7);
    let mut parameter = first_parameter;
    for row in 0..rows {
        text.push_str(if row == 0 { "(" } else { ", (" });
        for (index, column) in columns.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            // Writing into a string cannot fail.
            let _ = match row {
                0 => write!(text, "{comma}cast(${parameter} as {})", column.name(engine)),
                _ => write!(text, "{comma}${parameter}"),
            };
            parameter += 1;
        }
        text.push(')');
    }
    text
}

/// Cuts rows into batches that fit the engine's limit of parameters, largest first.
///
/// `parameters_per_row` counts the columns; `other_parameters` the ones that the statement has besides.
pub fn batches<T>(
    engine: Engine,
    rows: &[T],
    parameters_per_row: usize,
    other_parameters: usize,
) -> Batches<'_, T> {
    let (limit, most): (usize, usize) = match engine {
        Engine::Sqlite => (32_766, SQLITE_ROWS),
        Engine::Postgres => (65_535, ROWS),
    };
    let fitting = limit.saturating_sub(other_parameters) / parameters_per_row.max(1);
    Batches {
        rest: rows,
        largest: fitting.clamp(1, most),
    }
}

/// The batches of [`batches`], in the order of the rows.
#[derive(Debug)]
pub struct Batches<'a, T> {
    rest: &'a [T],
    largest: usize,
}

impl<'a, T> Iterator for Batches<'a, T> {
    type Item = &'a [T];

    fn next(&mut self) -> Option<&'a [T]> {
        let size = self
            .rest
            .len()
            .min(self.largest)
            .checked_ilog2()
            .map(|log| 1 << log)?;
        let (batch, rest) = self.rest.split_at_checked(size)?;
        self.rest = rest;
        Some(batch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_numbered_row_by_row() {
        let columns = [ColumnType::Int, ColumnType::Blob];
        assert_eq!(
            rows_placeholders(Engine::Postgres, 3, &columns, 2),
            "(cast($3 as bigint), cast($4 as bytea)), ($5, $6)"
        );
        assert_eq!(
            rows_placeholders(Engine::Sqlite, 1, &columns, 1),
            "(cast($1 as bigint), cast($2 as blob))"
        );
    }

    #[test]
    fn batches_are_powers_of_two_within_the_limit_and_lose_nothing() {
        let rows: Vec<usize> = (0..5_000).collect();
        let sizes = |rows| -> Vec<usize> { batches(Engine::Sqlite, rows, 40, 0).map(<[_]>::len).collect() };
        assert_eq!(sizes(&rows[..100]), [64, 32, 4]);
        assert_eq!(sizes(&rows[..0]), [0; 0]);
        assert!(sizes(&rows).iter().all(|size| *size <= SQLITE_ROWS));
        let wide = batches(Engine::Sqlite, &rows, 1_000, 0).map(<[_]>::len);
        assert!(wide.into_iter().all(|size| size * 1_000 <= 32_766));
        let together: Vec<usize> = batches(Engine::Postgres, &rows, 3, 5)
            .flatten()
            .copied()
            .collect();
        assert_eq!(together, rows);
    }
}
