//! Batches as a centre received them.

use pramaan_domain::stock::{Batch, BatchKey};
use pramaan_domain::time::Timestamp;

use super::at;
use crate::StoreError;
use crate::db::{Row, Tx, days};
use crate::session::day_of;

/// A batch of this centre, if it ever received it.
pub async fn find(tx: &mut Tx, centre: i64, key: &BatchKey) -> Result<Option<Batch>, StoreError> {
    let row = tx
        .query_opt(
            "-- store::stock::find
             select expires_on, doses_per_vial from stock_batch
             where centre = $1 and vaccine = $2 and batch = $3",
            &at(centre, key, []),
        )
        .await?;
    row.map(|row| batch_of(&row, 0, key.clone())).transpose()
}

/// Keeps what is printed on a batch that comes for the first time, and since when the centre keeps a ledger; answers what
/// is on record of it, which is not what was given when it came before with something else printed on it.
pub async fn receive_batch(
    tx: &mut Tx,
    centre: i64,
    batch: &Batch,
    now: Timestamp,
) -> Result<Batch, StoreError> {
    if let Some(known) = find(tx, centre, &batch.key).await? {
        return Ok(known);
    }
    let params = at(
        centre,
        &batch.key,
        [
            days(batch.expires_on).into(),
            batch.doses_per_vial.into(),
            now.into(),
        ],
    );
    tx.execute(
        "-- store::stock::receive_batch
         insert into stock_batch (centre, vaccine, batch, expires_on, doses_per_vial, received_at)
         values ($1, $2, $3, $4, $5, $6)",
        &params,
    )
    .await?;
    tx.execute(
        "-- store::stock::keep
         update stock_head set kept_since = $2 where centre = $1 and kept_since is null",
        &[centre.into(), now.into()],
    )
    .await?;
    Ok(batch.clone())
}

/// The columns `expires_on, doses_per_vial` from `column` on.
pub(super) fn batch_of(row: &Row, column: usize, key: BatchKey) -> Result<Batch, StoreError> {
    let doses = u16::try_from(row.int(column + 1)?);
    Ok(Batch {
        key,
        expires_on: day_of(row, column)?,
        doses_per_vial: doses.map_err(|_| row.inconsistent(column + 1, "doses of a vial"))?,
    })
}
