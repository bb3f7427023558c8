//! Counts for the public dashboard: sums over sessions, never a row about a person.

use pramaan_domain::centre::CentreId;
use pramaan_domain::dose::DoseNumber;
use pramaan_domain::place::DistrictId;
use pramaan_domain::tally::{Cell, STEP, published};
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

/// Doses of one district in one cell, as they are published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    pub district: DistrictId,
    pub cell: Cell,
    pub count: u64,
}

/// Counts a dose in its district's cells of the day on which it was recorded, one of gender and one of age: what is published
/// of a day that is over never changes.
///
/// Call it last in its transaction: until that ends, others in the district wait for these rows.
pub async fn tally(
    tx: &mut Tx,
    (district, day): (DistrictId, CivilDate),
    (gender, age): (Cell, Cell),
) -> Result<(), StoreError> {
    tx.execute(
        "-- store::report::tally
         insert into dose_tally (district, day, cell, n) values ($1, $2, $3, 1), ($1, $2, $4, 1)
         on conflict (district, day, cell) do update set n = dose_tally.n + 1",
        &[
            district.number().into(),
            days(day).into(),
            gender.code().into(),
            age.code().into(),
        ],
    )
    .await?;
    Ok(())
}

/// Takes a dose that was voided out of the cells in which it was counted, on the day on which it was.
pub async fn untally(
    tx: &mut Tx,
    (district, day): (DistrictId, CivilDate),
    (gender, age): (Cell, Cell),
) -> Result<(), StoreError> {
    tx.execute(
        "-- store::report::untally
         update dose_tally set n = n - 1 where district = $1 and day = $2 and cell in ($3, $4) and n > 0",
        &[
            district.number().into(),
            days(day).into(),
            gender.code().into(),
            age.code().into(),
        ],
    )
    .await?;
    Ok(())
}

/// The cells of all days before `end`, what is published of each summed.
pub async fn tallies(tx: &mut Tx, end: CivilDate) -> Result<Vec<Tally>, StoreError> {
    let rows = tx
        .query(
            "-- store::report::tallies
             select district, cell, cast(sum(n - n % $2) as bigint) from dose_tally where day < $1
             group by district, cell",
            &[days(end).into(), i64::try_from(STEP).unwrap_or(i64::MAX).into()],
        )
        .await?;
    rows.iter().map(tally_of).collect()
}

/// The cells of each day from `from` until before `end`.
pub async fn tallies_of_days(
    tx: &mut Tx,
    (from, end): (CivilDate, CivilDate),
) -> Result<Vec<(CivilDate, Tally)>, StoreError> {
    let rows = tx
        .query(
            "-- store::report::tallies_of_days
             select district, cell, n, day from dose_tally where day >= $1 and day < $2",
            &[days(from).into(), days(end).into()],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let tally = tally_of(row)?;
            let count = published(tally.count);
            Ok((day_of(row, 3)?, Tally { count, ..tally }))
        })
        .collect()
}

fn tally_of(row: &Row) -> Result<Tally, StoreError> {
    Ok(Tally {
        district: DistrictId::from_number(row.int(0)?).map_err(|_| row.inconsistent(0, "a district's id"))?,
        cell: Cell::parse(row.text(1)?).map_err(|_| row.inconsistent(1, "a cell of the report"))?,
        count: count(row, 2)?,
    })
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
