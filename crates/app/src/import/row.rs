//! One line of a CSV file: its fields by name, and what is wrong with one of them.

use csv::{ReaderBuilder, StringRecord, Trim, WriterBuilder};
use pramaan_domain::time::CivilDate;
use pramaan_domain::wire_date::WireDate;

use super::{ImportError, Progress};

/// A row that cannot be imported.
#[derive(Clone, PartialEq, Eq)]
pub struct BadRow {
    /// Counted from 1, the names of the columns being line 1.
    pub line: u64,
    pub column: &'static str,
    pub reason: String,
    /// The row for the file of rejects: as it was, but for what names people, which stays in the file that was imported.
    pub fields: Vec<String>,
}

/// Fields are shown nowhere but in the file of rejects.
impl std::fmt::Debug for BadRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "BadRow(line {}, {}: {})", self.line, self.column, self.reason)
    }
}

/// Which columns a file has. Others are ignored.
pub(super) struct Columns {
    pub(super) required: &'static [&'static str],
    pub(super) optional: &'static [&'static str],
    /// What names people: kept out of rejects, and with it every column that is not listed here.
    pub(super) personal: &'static [&'static str],
}

impl Columns {
    /// In a file that names people, a column that nobody asked for may name them too.
    fn is_personal(&self, name: &str) -> bool {
        let asked_for = self.required.contains(&name) || self.optional.contains(&name);
        self.personal.contains(&name) || (!self.personal.is_empty() && !asked_for)
    }
}

/// A row with its fields by name.
pub(super) struct Row<'r> {
    names: &'r StringRecord,
    fields: &'r StringRecord,
    columns: &'r Columns,
    pub(super) line: u64,
}

/// Rows that were read, each as it was, in case that it is refused later.
pub(crate) type Good<T> = Vec<(BadRow, T)>;

/// Stands in rejects where somebody was named.
const LEFT_OUT: &str = "(left out)";

/// What is wrong: the column and the sentence.
pub(crate) type Fault = (&'static str, String);

impl<'r> Row<'r> {
    /// What was typed into a form instead of a file.
    pub(super) fn of_form(names: &'r StringRecord, fields: &'r StringRecord, columns: &'r Columns) -> Self {
        Self {
            names,
            fields,
            columns,
            line: 0,
        }
    }
}

impl Row<'_> {
    /// The field, blanks around it cut off; empty when the file has no such column.
    pub(super) fn get(&self, column: &'static str) -> &str {
        let at = self.names.iter().position(|name| name == column);
        at.and_then(|at| self.fields.get(at)).unwrap_or_default()
    }

    /// The field, parsed; the parser's own sentence is the reason.
    pub(super) fn parse<T, E: std::fmt::Display>(
        &self,
        column: &'static str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<T, Fault> {
        parse(self.get(column)).map_err(|error| (column, error.to_string()))
    }

    pub(super) fn bad(&self, (column, reason): Fault) -> BadRow {
        let kept = |(name, field): (&str, &str)| match self.columns.is_personal(name) {
            true => LEFT_OUT.to_owned(),
            false => field.to_owned(),
        };
        BadRow {
            line: self.line,
            column,
            reason,
            fields: self.names.iter().zip(self.fields).map(kept).collect(),
        }
    }
}

/// `2026-11-22`, or `22-11-2026` as CoWIN writes it.
pub(super) fn date(text: &str) -> Result<CivilDate, &'static str> {
    let iso = CivilDate::parse_from_str(text, "%Y-%m-%d")
        .ok()
        .filter(|_| text.len() == 10);
    let wire = || WireDate::parse_full_year(text).ok().map(WireDate::date);
    iso.or_else(wire)
        .ok_or("not a date: give YYYY-MM-DD or DD-MM-YYYY")
}

/// Reads every row with `read`, and sorts good from bad. The good ones keep their line and fields.
pub(super) fn read_all<T>(
    bytes: &[u8],
    columns: &Columns,
    progress: Progress<'_>,
    mut read: impl FnMut(&Row<'_>) -> Result<T, Fault>,
) -> Result<(Good<T>, Vec<BadRow>), ImportError> {
    // Spreadsheets begin UTF-8 files with a byte order mark.
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let total = bytes.iter().filter(|byte| **byte == b'\n').count();
    let mut reader = ReaderBuilder::new().trim(Trim::All).from_reader(bytes);
    let names = reader.headers().cloned().unwrap_or_default();
    if let Some(column) = columns
        .required
        .iter()
        .find(|column| !names.iter().any(|name| name == **column))
    {
        let expected = [columns.required, columns.optional].concat().join(",");
        return Err(ImportError::ColumnMissing { column, expected });
    }
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    for (done, record) in reader.records().enumerate() {
        progress(done, total);
        match record {
            Err(error) => bad.push(unreadable(&error)),
            Ok(fields) => {
                let line = fields.position().map_or(0, csv::Position::line);
                let row = Row {
                    names: &names,
                    fields: &fields,
                    columns,
                    line,
                };
                match read(&row) {
                    Ok(value) => good.push((row.bad(("", String::new())), value)),
                    Err(fault) => bad.push(row.bad(fault)),
                }
            }
        }
    }
    Ok((good, bad))
}

fn unreadable(error: &csv::Error) -> BadRow {
    let reason = match error.kind() {
        csv::ErrorKind::Utf8 { .. } => "the row is not UTF-8".to_owned(),
        csv::ErrorKind::UnequalLengths {
            expected_len, len, ..
        } => {
            format!("the row has {len} fields, the first line has {expected_len}")
        }
        _ => "the row cannot be read as CSV".to_owned(),
    };
    let line = error.position().map_or(0, csv::Position::line);
    BadRow {
        line,
        column: "row",
        reason,
        fields: Vec::new(),
    }
}

/// The rejected rows as CSV: line, column, reason, and then the row, without what names people.
pub fn rejects(rows: &[BadRow]) -> Vec<u8> {
    let mut writer = WriterBuilder::new().flexible(true).from_writer(Vec::new());
    // Writing into memory does not fail.
    let _ = writer.write_record(["line", "column", "reason", "row"]);
    for row in rows {
        let line = row.line.to_string();
        let told = [line.as_str(), row.column, row.reason.as_str()];
        let _ = writer.write_record(told.into_iter().chain(row.fields.iter().map(String::as_str)));
    }
    writer.into_inner().unwrap_or_default()
}
