//! Centres, sessions, staff and cohorts from files: each bad row named by line, column and reason.
//!
//! By default a bad row refuses the whole file; told to skip, it imports the others and hands the bad ones back. It
//! reads no file and draws no progress bar: bytes come in, and a callback hears how far it is.

mod calendar;
mod centre;
mod cohort;
#[cfg(feature = "testing")]
pub(crate) mod fuzz;
mod row;
mod session;
mod staff;

pub use calendar::{Converted, LeftOut, convert};
pub use centre::centres;
pub(crate) use centre::{centre_of_fields, read_centres};
pub use cohort::cohort;
pub(crate) use row::Good;
pub use row::{BadRow, rejects};
pub(crate) use session::read_sessions;
pub use session::sessions;
pub use staff::{ImportedStaff, staff};

use crate::Refusal;

/// What a bad row means for the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bad {
    /// Nothing is imported.
    RefusesAll,
    /// The others are imported; the bad ones are handed back.
    IsSkipped,
}

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    pub added: usize,
    /// In order of line; empty unless bad rows were to be skipped.
    pub rejected: Vec<BadRow>,
}

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("the file lacks the column {column}; the first line must name: {expected}")]
    ColumnMissing { column: &'static str, expected: String },
    #[error("{} bad row(s), the first in line {}; nothing was imported: correct them, or skip them", .0.len(), first_line(.0))]
    BadRows(Vec<BadRow>),
    #[error(transparent)]
    Refused(#[from] Refusal),
}

/// Hears how many rows of how many are done.
pub type Progress<'p> = &'p mut (dyn FnMut(usize, usize) + Send);

fn first_line(rows: &[BadRow]) -> u64 {
    rows.first().map_or(0, |row| row.line)
}

/// Decides, once all rows are read, whether the good ones go in.
fn accept<T>(good: Vec<T>, bad: Vec<BadRow>, policy: Bad) -> Result<(Vec<T>, Vec<BadRow>), ImportError> {
    match policy {
        Bad::RefusesAll if !bad.is_empty() => Err(ImportError::BadRows(bad)),
        Bad::RefusesAll | Bad::IsSkipped => Ok((good, bad)),
    }
}
