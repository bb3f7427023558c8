//! Budgets: how often something was done for a subject within a fixed window.
//!
//! Counting only. Which budgets apply, how wide they are and what happens beyond them is the caller's decision; who wants
//! nothing counted when one is exceeded rolls its transaction back.

use std::collections::HashMap;

use pramaan_domain::time::Timestamp;

use crate::StoreError;
use crate::db::{ColumnType, Rows, Tx, Value};

use ColumnType::{Blob, Int, Text};

/// One step on one counter. `kind` is a stable name; `subject` a blind index, or empty for a counter without subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charge {
    pub kind: &'static str,
    pub subject: Vec<u8>,
    /// How long a window lasts that begins now.
    pub window_seconds: i64,
}

/// Counts one for each charge, in one statement, and answers each counter's new value by kind.
///
/// Give the charges in one order everywhere, each kind at most once: the rows are locked in that order. A window that
/// ends later than a new one would (the clock was set back) is replaced.
pub async fn spend(
    tx: &mut Tx,
    charges: &[Charge],
    now: Timestamp,
) -> Result<HashMap<String, i64>, StoreError> {
    step(tx, charges, 1, now).await
}

/// Counts nothing, but locks each counter until the transaction ends, and answers its value: whoever decides by it and
/// then spends is not overtaken.
pub async fn hold(
    tx: &mut Tx,
    charges: &[Charge],
    now: Timestamp,
) -> Result<HashMap<String, i64>, StoreError> {
    step(tx, charges, 0, now).await
}

async fn step(
    tx: &mut Tx,
    charges: &[Charge],
    by: i64,
    now: Timestamp,
) -> Result<HashMap<String, i64>, StoreError> {
    let each = charges.iter().map(|charge| {
        let ends_at = now.plus_seconds(charge.window_seconds);
        [
            charge.kind.into(),
            Value::from(&charge.subject),
            ends_at.into(),
            by.into(),
        ]
    });
    let rows = Rows::new(tx.engine(), &[now.into()], [Text, Blob, Int, Int], each);
    let sql = format!(
        "-- store::budget::step
         insert into budget (kind, subject_ix, ends_at, n) {rows}
         on conflict (kind, subject_ix) do update set
             n = case when budget.ends_at > $1 and budget.ends_at <= excluded.ends_at then budget.n + excluded.n else excluded.n end
           , ends_at = case when budget.ends_at > $1 and budget.ends_at <= excluded.ends_at
                            then budget.ends_at else excluded.ends_at end
         returning kind, n"
    );
    let counted = tx.query(&sql, rows.params()).await?;
    counted
        .iter()
        .map(|row| Ok((row.text(0)?.to_owned(), row.int(1)?)))
        .collect()
}

/// Forgets what was spent from a subject's counter.
pub async fn forget(tx: &mut Tx, kind: &'static str, subject: &[u8]) -> Result<(), StoreError> {
    tx.execute(
        "-- store::budget::forget
         delete from budget where kind = $1 and subject_ix = $2",
        &[kind.into(), subject.into()],
    )
    .await?;
    Ok(())
}

/// Deletes up to `most` windows that have ended; answers how many.
pub async fn purge(tx: &mut Tx, now: Timestamp, most: u32) -> Result<u64, StoreError> {
    tx.execute(
        "-- store::budget::purge
         delete from budget where (kind, subject_ix) in (
             select kind, subject_ix from budget where ends_at <= $1 limit $2)",
        &[now.into(), most.into()],
    )
    .await
}
