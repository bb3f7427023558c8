//! Counts: what somebody found, beside what the ledger had.

use pramaan_domain::staff::Reason;
use pramaan_domain::stock::BatchKey;
use pramaan_domain::time::{CivilDate, Timestamp};

use super::{at, key_of, note};
use crate::StoreError;
use crate::db::{Row, Tx, days};
use crate::sealer::Sealer;

/// Doses in closed vials, counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    pub key: BatchKey,
    pub counted: i64,
    /// What the ledger had at that moment.
    pub expected: i64,
    pub at: Timestamp,
}

/// Keeps a count under the lock of the centre's head. The variance is an entry of its own.
pub async fn count(tx: &mut Tx, centre: i64, count: &Count) -> Result<(), StoreError> {
    let params = at(
        centre,
        &count.key,
        [
            days(count.at.date()).into(),
            count.counted.into(),
            count.expected.into(),
            count.at.into(),
        ],
    );
    tx.execute(
        "-- store::stock::count
         insert into stock_count (centre, vaccine, batch, day, number, counted, expected, counted_at)
         select $1, $2, $3, $4, coalesce(max(number), 0) + 1, $5, $6, $7 from stock_count
         where centre = $1 and day = $4 and vaccine = $2 and batch = $3",
        &params,
    )
    .await?;
    Ok(())
}

/// What was said of the entries by which counts of a centre's day put the ledger right; the last of a batch and instant.
pub async fn variance_notes(
    tx: &mut Tx,
    sealer: &Sealer,
    (centre, day): (i64, CivilDate),
) -> Result<Vec<(BatchKey, Timestamp, Reason)>, StoreError> {
    let rows = tx
        .query(
            "-- store::stock::variance_notes
             select e.vaccine, e.batch, e.at, e.seq, e.note from stock_count k
             join stock_entry e on e.centre = k.centre and e.vaccine = k.vaccine and e.batch = k.batch
               and e.at = k.counted_at
             where k.centre = $1 and k.day = $2 and k.counted <> k.expected and e.note is not null
             order by e.seq",
            &[centre.into(), days(day).into()],
        )
        .await?;
    let noted = |row: &Row| {
        let said = note::read(sealer, (centre, row.int(3)?), row.blob(4)?)?;
        Ok((key_of(row, 0)?, row.timestamp(2)?, said))
    };
    rows.iter().map(noted).collect()
}

/// The counts of a day, in the order of their making.
pub async fn counts_of_day(tx: &mut Tx, centre: i64, day: CivilDate) -> Result<Vec<Count>, StoreError> {
    let rows = tx
        .query(
            "-- store::stock::counts_of_day
             select vaccine, batch, counted, expected, counted_at from stock_count
             where centre = $1 and day = $2 order by vaccine, batch, number",
            &[centre.into(), days(day).into()],
        )
        .await?;
    let count = |row: &Row| {
        Ok(Count {
            key: key_of(row, 0)?,
            counted: row.int(2)?,
            expected: row.int(3)?,
            at: row.timestamp(4)?,
        })
    };
    rows.iter().map(count).collect()
}
