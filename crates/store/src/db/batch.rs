//! Many rows in one statement: the text that stands for them, their parameters, and where to cut.
//!
//! A statement that is given rows must mean the same for the rows together as for the rows in parts, and whatever the order
//! is in which the engine goes through them.
//!
//! PostgreSQL takes each column as one array, so a statement has one text for any number of rows: it is prepared once, and
//! a plan made for it once serves all. SQLite has no arrays and takes a list of `values`.

use std::fmt::{self, Write};

use super::{Engine, Value};

/// Rows in one statement at most on PostgreSQL, where the text does not grow with them: as many as the access log gathers in
/// one turn. They are in memory three times (here, on the wire, in the server), so there is an end somewhere.
const ROWS: usize = 4_096;
/// And on SQLite, which for longer lists (200 is one) reads the whole table and looks each row up in the list. Of the 32,766
/// parameters that it takes, this leaves 500 to a row.
const SQLITE_ROWS: usize = 64;

/// What a column of rows holds.
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

/// Rows as a statement takes them. Shown (`{rows}`), it is a query that gives the rows, for `insert into t (…) {rows}`,
/// `with v (…) as ({rows})` and `in ({rows})`; every use of it in one statement is of the same parameters.
#[derive(Debug)]
pub struct Rows {
    query: String,
    params: Vec<Value>,
    count: usize,
}

impl Rows {
    /// All rows in one statement, for lists that are short by what they are: of more than `SQLITE_ROWS`, SQLite may read
    /// whole tables.
    ///
    /// `before` are the parameters that the statement has besides, from `$1` on; those of the rows follow.
    pub fn new<const N: usize>(
        engine: Engine,
        before: &[Value],
        columns: [ColumnType; N],
        rows: impl IntoIterator<Item = [Value; N]>,
    ) -> Self {
        let (mut params, first) = (before.to_vec(), before.len() + 1);
        let (query, count) = match engine {
            Engine::Postgres => {
                let (arrays, count) = transposed(rows);
                params.extend(arrays.map(Value::Array));
                (unnested(first, columns), count)
            }
            Engine::Sqlite => {
                let mut count = 0;
                for row in rows {
                    params.extend(row);
                    count += 1;
                }
                (listed(first, columns, count), count)
            }
        };
        Self { query, params, count }
    }

    /// As many rows to a statement as are good for the engine, in their order; nothing of no rows.
    pub fn cut<const N: usize>(
        engine: Engine,
        before: &[Value],
        columns: [ColumnType; N],
        rows: impl IntoIterator<Item = [Value; N]>,
    ) -> Cut<N> {
        Cut {
            engine,
            before: before.to_vec(),
            columns,
            rest: rows.into_iter().collect::<Vec<_>>().into_iter(),
        }
    }

    /// Every parameter of the statement, those before the rows included.
    pub fn params(&self) -> &[Value] {
        &self.params
    }

    /// How many rows these are.
    pub fn count(&self) -> u64 {
        self.count as u64
    }
}

impl fmt::Display for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.query)
    }
}

/// A row of two columns, for `.iter().map(pair)` over pairs of identifiers.
pub(crate) fn pair<A: Copy + Into<Value>, B: Copy + Into<Value>>((one, other): &(A, B)) -> [Value; 2] {
    [(*one).into(), (*other).into()]
}

/// The statements' rows of [`Rows::cut`].
///
/// On SQLite each number of rows is a text of its own, and prepared statements are kept by text. So they are cut into powers
/// of two there: 100 rows are 64, 32 and 4, and no statement has more than seven texts.
#[derive(Debug)]
pub struct Cut<const N: usize> {
    engine: Engine,
    before: Vec<Value>,
    columns: [ColumnType; N],
    rest: std::vec::IntoIter<[Value; N]>,
}

impl<const N: usize> Iterator for Cut<N> {
    type Item = Rows;

    fn next(&mut self) -> Option<Rows> {
        let size = match self.engine {
            Engine::Postgres => self.rest.len().min(ROWS),
            Engine::Sqlite => 1 << self.rest.len().min(SQLITE_ROWS).checked_ilog2()?,
        };
        let rows = self.rest.by_ref().take(size);
        (size > 0).then(|| Rows::new(self.engine, &self.before, self.columns, rows))
    }
}

/// Rows as columns, and how many there were.
fn transposed<const N: usize>(rows: impl IntoIterator<Item = [Value; N]>) -> ([Vec<Value>; N], usize) {
    let rows = rows.into_iter();
    let (expected, mut count) = (rows.size_hint().0, 0);
    let mut columns = std::array::from_fn(|_| Vec::with_capacity(expected));
    for row in rows {
        for (column, value) in columns.iter_mut().zip(row) {
            column.push(value);
        }
        count += 1;
    }
    (columns, count)
}

/// `select * from unnest(cast($1 as bigint[]), cast($2 as text[]))`.
///
/// Without the casts PostgreSQL would not know which of its types the arrays have.
fn unnested<const N: usize>(first: usize, columns: [ColumnType; N]) -> String {
    let mut text = String::from("select * from unnest(");
    for ((comma, parameter), column) in commas().zip(first..).zip(columns) {
        let name = column.name(Engine::Postgres);
        // Writing into a string cannot fail.
        let _ = write!(text, "{comma}cast(${parameter} as {name}[])");
    }
    text.push(')');
    text
}

/// `values (cast($1 as bigint), cast($2 as text)), ($3, $4)`: numbered row by row, typed by the first row.
fn listed<const N: usize>(first: usize, columns: [ColumnType; N], rows: usize) -> String {
    if rows == 0 {
        return nothing(columns);
    }
    let mut text = String::with_capacity(rows * N * 7 + 64);
    let mut parameters = first..;
    for (row, comma) in (0..rows).zip(commas()) {
        let _ = write!(text, "{}(", if row == 0 { "values " } else { comma });
        // The columns first: when they end, no number is taken.
        for (column, (comma, parameter)) in columns.into_iter().zip(commas().zip(parameters.by_ref())) {
            let _ = match row {
                0 => write!(
                    text,
                    "{comma}cast(${parameter} as {})",
                    column.name(Engine::Sqlite)
                ),
                _ => write!(text, "{comma}${parameter}"),
            };
        }
        text.push(')');
    }
    text
}

/// There is no empty list of `values`.
fn nothing<const N: usize>(columns: [ColumnType; N]) -> String {
    let mut text = String::from("select ");
    for (comma, column) in commas().zip(columns) {
        let _ = write!(text, "{comma}cast(null as {})", column.name(Engine::Sqlite));
    }
    text.push_str(" where 1 = 0");
    text
}

/// What stands before each item of a list.
fn commas() -> impl Iterator<Item = &'static str> {
    std::iter::once("").chain(std::iter::repeat(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [ColumnType; 2] = [ColumnType::Int, ColumnType::Blob];

    fn row(n: i64) -> [Value; 2] {
        [n.into(), Value::Null]
    }

    #[test]
    fn sqlite_lists_the_values_of_each_row() {
        let rows = Rows::new(Engine::Sqlite, &["a".into()], COLUMNS, [row(7), row(8)]);
        assert_eq!(
            rows.to_string(),
            "values (cast($2 as bigint), cast($3 as blob)), ($4, $5)"
        );
        let expected = ["a".into(), 7.into(), Value::Null, 8.into(), Value::Null];
        assert!(rows.params() == expected);
        assert_eq!(rows.count(), 2);
    }

    #[test]
    fn postgres_is_given_an_array_for_each_column() {
        let rows = Rows::new(Engine::Postgres, &["a".into()], COLUMNS, [row(7), row(8)]);
        assert_eq!(
            rows.to_string(),
            "select * from unnest(cast($2 as bigint[]), cast($3 as bytea[]))"
        );
        let array = |values: [Value; 2]| Value::Array(values.into());
        let expected = [
            "a".into(),
            array([7.into(), 8.into()]),
            array([Value::Null, Value::Null]),
        ];
        assert!(rows.params() == expected);
        assert_eq!(rows.count(), 2);
    }

    #[test]
    fn rows_are_cut_in_order_and_none_is_lost() {
        let sizes = |engine, count| -> Vec<u64> {
            Rows::cut(engine, &[], COLUMNS, (0..count).map(row))
                .map(|rows| rows.count())
                .collect()
        };
        assert_eq!(sizes(Engine::Sqlite, 100), [64, 32, 4]);
        assert_eq!(sizes(Engine::Sqlite, 130), [64, 64, 2]);
        assert_eq!(sizes(Engine::Postgres, 100), [100]);
        assert_eq!(sizes(Engine::Postgres, 10_000), [4_096, 4_096, 1_808]);
        for engine in [Engine::Sqlite, Engine::Postgres] {
            assert_eq!(sizes(engine, 0), [0; 0]);
        }
        let numbers: Vec<Value> = Rows::cut(Engine::Sqlite, &[], COLUMNS, (0..100).map(row))
            .flat_map(|rows| rows.params().to_vec())
            .filter(|value| *value != Value::Null)
            .collect();
        assert!(numbers == (0..100_i64).map(Value::from).collect::<Vec<_>>());
    }

    #[test]
    fn no_rows_are_a_query_that_gives_none() {
        let none = Rows::new(Engine::Sqlite, &[], COLUMNS, []);
        assert_eq!(
            none.to_string(),
            "select cast(null as bigint), cast(null as blob) where 1 = 0"
        );
    }
}
