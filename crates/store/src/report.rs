//! Counts for the public dashboard: sums over sessions, never a row about a person.

use pramaan_domain::centre::CentreId;
use pramaan_domain::dose::DoseNumber;
use pramaan_domain::time::CivilDate;
use pramaan_domain::vaccine::Vaccine;

use crate::StoreError;
use crate::db::{Row, Tx, days};
use crate::session::{SessionState, day_of, dose_of, vaccine_of};

/// Doses of one kind given at one centre.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DoseCount {
    pub centre: CentreId,
    pub vaccine: Vaccine,
    pub dose: DoseNumber,
    pub count: u64,
}

/// Doses of every day, by centre, vaccine and number.
pub async fn doses(tx: &mut Tx) -> Result<Vec<DoseCount>, StoreError> {
    let rows = tx
        .query(
            "-- store::report::doses
             select s.centre, d.vaccine, d.dose, cast(sum(d.n) as bigint)
             from dose_count d join session s on s.id = d.session group by s.centre, d.vaccine, d.dose",
            &[],
        )
        .await?;
    rows.iter().map(dose_count).collect()
}

/// The same for the sessions of each day since `from`.
pub async fn doses_since(tx: &mut Tx, from: CivilDate) -> Result<Vec<(CivilDate, DoseCount)>, StoreError> {
    let rows = tx
        .query(
            "-- store::report::doses_since
             select s.centre, d.vaccine, d.dose, cast(sum(d.n) as bigint), s.day
             from dose_count d join session s on s.id = d.session where s.day >= $1
             group by s.centre, d.vaccine, d.dose, s.day",
            &[days(from).into()],
        )
        .await?;
    rows.iter()
        .map(|row| Ok((day_of(row, 4)?, dose_count(row)?)))
        .collect()
}

/// How many sessions each centre has held or published.
pub async fn sessions(tx: &mut Tx) -> Result<Vec<(CentreId, u64)>, StoreError> {
    let rows = tx
        .query(
            "-- store::report::sessions
             select centre, count(*) from session where state = $1 group by centre",
            &[SessionState::Published.code().into()],
        )
        .await?;
    rows.iter()
        .map(|row| Ok((centre_of(row)?, count(row, 1)?)))
        .collect()
}

/// The same for each day from `from` to `to`, both included.
pub async fn sessions_of_days(
    tx: &mut Tx,
    (from, to): (CivilDate, CivilDate),
) -> Result<Vec<(CivilDate, CentreId, u64)>, StoreError> {
    let rows = tx
        .query(
            "-- store::report::sessions_of_days
             select centre, count(*), day from session where state = $1 and day >= $2 and day <= $3 group by centre, day",
            &[SessionState::Published.code().into(), days(from).into(), days(to).into()],
        )
        .await?;
    rows.iter()
        .map(|row| Ok((day_of(row, 2)?, centre_of(row)?, count(row, 1)?)))
        .collect()
}

/// How many people are registered in the whole country.
pub async fn registered(tx: &mut Tx) -> Result<u64, StoreError> {
    let row = tx
        .query_one(
            "-- store::report::registered
             select count(*) from person",
            &[],
        )
        .await?;
    count(&row, 0)
}

fn dose_count(row: &Row) -> Result<DoseCount, StoreError> {
    Ok(DoseCount {
        centre: centre_of(row)?,
        vaccine: vaccine_of(row, 1)?,
        dose: dose_of(row, 2)?,
        count: count(row, 3)?,
    })
}

fn centre_of(row: &Row) -> Result<CentreId, StoreError> {
    CentreId::from_number(row.int(0)?).map_err(|_| row.inconsistent(0, "a centre's id"))
}

fn count(row: &Row, column: usize) -> Result<u64, StoreError> {
    u64::try_from(row.int(column)?).map_err(|_| row.inconsistent(column, "a count"))
}
