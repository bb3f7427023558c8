//! The four readers of rows, without a database: for fuzz targets.

use pramaan_domain::mobile::Mobile;
use pramaan_domain::time::Timestamp;

use super::row::{BadRow, Columns, Fault, Row, read_all};
use super::{centre, cohort, session, staff};
use crate::availability::Availability;

/// The rows of a file, read as each of the four kinds whose columns it has: how many were good, and the bad ones.
pub fn rows(bytes: &[u8]) -> (usize, Vec<BadRow>) {
    let nowhere = Availability::default();
    let today = Timestamp::from_seconds(1_795_321_800).date();
    let kinds = [
        read(bytes, &centre::COLUMNS, |row| centre::read(row).map(drop)),
        read(bytes, &session::COLUMNS, |row| session::read(row).map(drop)),
        read(bytes, &staff::COLUMNS, |row| staff::read(&nowhere, row).map(drop)),
        read(bytes, &cohort::COLUMNS, |row| {
            let mobile = row.parse("mobile", Mobile::parse)?;
            cohort::read(row, mobile, today).map(drop)
        }),
    ];
    let good = kinds.iter().map(|(good, _)| good).sum();
    (good, kinds.into_iter().flat_map(|(_, bad)| bad).collect())
}

fn read(
    bytes: &[u8],
    columns: &Columns,
    one: impl FnMut(&Row<'_>) -> Result<(), Fault>,
) -> (usize, Vec<BadRow>) {
    match read_all(bytes, columns, &mut |_, _| {}, one) {
        Ok((good, bad)) => (good.len(), bad),
        Err(_) => (0, Vec::new()),
    }
}
