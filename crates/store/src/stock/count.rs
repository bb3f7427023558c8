//! Counts: what somebody found, beside what the ledger had.

use pramaan_domain::stock::BatchKey;
use pramaan_domain::time::{CivilDate, Timestamp};

use super::{at, key_of};
use crate::StoreError;
use crate::db::{Row, Tx, days};

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
