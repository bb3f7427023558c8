//! Batches that no centre may use from a day on.

use pramaan_domain::stock::{BatchKey, Recall};
use pramaan_domain::time::Timestamp;

use super::key_of;
use crate::StoreError;
use crate::db::{Row, Tx, Value, days};
use crate::session::day_of;

/// Recalls a batch, or recalls it again with another day or reason.
pub async fn recall(tx: &mut Tx, recall: &Recall, now: Timestamp) -> Result<(), StoreError> {
    let mut params = named(&recall.key);
    params.extend([
        days(recall.since).into(),
        recall.reason.as_str().into(),
        now.into(),
    ]);
    tx.execute(
        "-- store::stock::recall
         insert into stock_recall (vaccine, batch, since, reason, recalled_at) values ($1, $2, $3, $4, $5)
         on conflict (vaccine, batch) do update set since = excluded.since, reason = excluded.reason
           , recalled_at = excluded.recalled_at, lifted_at = null",
        &params,
    )
    .await?;
    Ok(())
}

/// Ends a recall; `false` when there is none.
pub async fn lift(tx: &mut Tx, key: &BatchKey, now: Timestamp) -> Result<bool, StoreError> {
    let mut params = named(key);
    params.push(now.into());
    let lifted = tx
        .execute(
            "-- store::stock::lift
             update stock_recall set lifted_at = $3 where vaccine = $1 and batch = $2 and lifted_at is null",
            &params,
        )
        .await?;
    Ok(lifted == 1)
}

/// All that hold, newest first: at most some dozens, for a batch is recalled rarely.
pub async fn recalls(tx: &mut Tx) -> Result<Vec<Recall>, StoreError> {
    let rows = tx
        .query(
            "-- store::stock::recalls
             select vaccine, batch, since, reason from stock_recall where lifted_at is null
             order by recalled_at desc, vaccine, batch",
            &[],
        )
        .await?;
    rows.iter().map(read).collect()
}

pub(super) async fn of_batch(tx: &mut Tx, key: &BatchKey) -> Result<Option<Recall>, StoreError> {
    let row = tx
        .query_opt(
            "-- store::stock::recall_of
             select vaccine, batch, since, reason from stock_recall
             where vaccine = $1 and batch = $2 and lifted_at is null",
            &named(key),
        )
        .await?;
    row.as_ref().map(read).transpose()
}

fn named(key: &BatchKey) -> Vec<Value> {
    vec![key.vaccine.name().into(), key.batch.as_str().into()]
}

fn read(row: &Row) -> Result<Recall, StoreError> {
    Ok(Recall {
        key: key_of(row, 0)?,
        since: day_of(row, 2)?,
        reason: row.text(3)?.to_owned(),
    })
}
