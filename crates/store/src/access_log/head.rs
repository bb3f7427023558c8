//! The head of the log: its size, the right edge of its tree and the signed checkpoint over both.

use pramaan_domain::time::Timestamp;
use pramaan_tlog::{Checkpoint, CompactRange};

use crate::StoreError;
use crate::db::dialect::clock;
use crate::db::{Tx, for_update};
use crate::sealer::Sealer;

/// The state that one append leaves to the next.
pub struct Head {
    pub origin: String,
    pub edge: CompactRange,
    pub checkpoint: String,
    pub at: Timestamp,
}

/// Begins an empty log under `origin`, which is chosen once and never changes. Does nothing when it exists.
pub async fn create(tx: &mut Tx, sealer: &Sealer, origin: &str, now: Timestamp) -> Result<(), StoreError> {
    let edge = CompactRange::new();
    let checkpoint = sign(sealer, origin, &edge)?;
    tx.execute(
        "-- store::access_log::create
         insert into access_head (origin, size, edge, checkpoint, at) values ($1, 0, $2, $3, $4)
         on conflict (origin) do nothing",
        &[
            origin.into(),
            edge.to_bytes().into(),
            checkpoint.into(),
            now.into(),
        ],
    )
    .await?;
    Ok(())
}

/// The head as last committed; `None` when no log was begun under `origin`.
pub async fn head(tx: &mut Tx, origin: &str) -> Result<Option<Head>, StoreError> {
    let row = tx
        .query_opt(
            "-- store::access_log::head
             select origin, edge, checkpoint, at from access_head where origin = $1",
            &[origin.into()],
        )
        .await?;
    row.map(|row| read(&row)).transpose()
}

/// The head, locked against other appenders until this transaction ends, and the engine's clock where it has one.
pub(crate) async fn lock(tx: &mut Tx, origin: &str) -> Result<(Head, Option<Timestamp>), StoreError> {
    let sql = format!(
        "-- store::access_log::lock
         select origin, edge, checkpoint, at, {} from access_head where origin = $1",
        clock(tx.engine())
    );
    let row = tx
        .query_opt(&for_update(tx.engine(), &sql), &[origin.into()])
        .await?;
    let row = row.ok_or(StoreError::NoLog)?;
    Ok((read(&row)?, row.opt_timestamp(4)?))
}

/// Moves the head on; answers the checkpoint.
pub(crate) async fn advance(
    tx: &mut Tx,
    sealer: &Sealer,
    origin: &str,
    edge: &CompactRange,
    at: Timestamp,
) -> Result<String, StoreError> {
    let checkpoint = sign(sealer, origin, edge)?;
    tx.execute(
        "-- store::access_log::advance
         update access_head set size = $2, edge = $3, checkpoint = $4, at = $5 where origin = $1",
        &[
            origin.into(),
            i64::try_from(edge.size()).unwrap_or(i64::MAX).into(),
            edge.to_bytes().into(),
            checkpoint.as_str().into(),
            at.into(),
        ],
    )
    .await?;
    Ok(checkpoint)
}

fn read(row: &crate::db::Row) -> Result<Head, StoreError> {
    Ok(Head {
        origin: row.text(0)?.to_owned(),
        edge: CompactRange::from_bytes(row.blob(1)?)
            .map_err(|_| row.inconsistent(1, "the edge of a tree"))?,
        checkpoint: row.text(2)?.to_owned(),
        at: row.timestamp(3)?,
    })
}

fn sign(sealer: &Sealer, origin: &str, edge: &CompactRange) -> Result<String, StoreError> {
    let keys = &sealer.keys;
    let checkpoint = Checkpoint::new(origin, edge.size(), edge.root()).map_err(|_| StoreError::NoLog)?;
    checkpoint
        .sign(keys.log_public_key(), &|message| keys.sign_log(message))
        .map_err(|_| StoreError::NoLog)
}
