//! The head of the log: its size, the right edge of its tree and the signed checkpoint over both.

use pramaan_domain::time::Timestamp;
use pramaan_tlog::{Checkpoint, CompactRange, Hash, Node, leaf_hash};

use crate::StoreError;
use crate::db::dialect::clock;
use crate::db::{ColumnType, Rows, Tx, for_update};
use crate::sealer::Sealer;

/// The state that one append leaves to the next.
pub struct Head {
    pub origin: String,
    pub edge: CompactRange,
    pub checkpoint: String,
    pub at: Timestamp,
    /// Nodes of the published tiles above the leaves that were completed since it was read.
    completed: Vec<(Node, Hash)>,
}

/// Begins an empty log under `origin`. Does nothing in a database that has a log, of whatever name.
pub async fn create(tx: &mut Tx, sealer: &Sealer, origin: &str, now: Timestamp) -> Result<(), StoreError> {
    let edge = CompactRange::new();
    let checkpoint = sign(sealer, origin, &edge)?;
    tx.execute(
        "-- store::access_log::create
         insert into access_head (tree, origin, size, edge, checkpoint, at) values (1, $1, 0, $2, $3, $4)
         on conflict (tree) do nothing",
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

/// The head as last committed; `None` when the database's log is not called `origin`.
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

/// The head, whatever its log is called; `None` when no log was begun.
pub(crate) async fn any(tx: &mut Tx) -> Result<Option<Head>, StoreError> {
    let row = tx
        .query_opt(
            "-- store::access_log::any
             select origin, edge, checkpoint, at from access_head",
            &[],
        )
        .await?;
    row.map(|row| read(&row)).transpose()
}

/// What the database's log is called; `None` when no log was begun.
pub(crate) async fn origin(tx: &mut Tx) -> Result<Option<String>, StoreError> {
    Ok(any(tx).await?.map(|head| head.origin))
}

/// As [`lock`], whatever the log is called.
pub(crate) async fn lock_any(tx: &mut Tx) -> Result<(Head, Option<Timestamp>), StoreError> {
    let origin = origin(tx).await?.ok_or(StoreError::NoLog)?;
    lock(tx, &origin).await
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

impl Head {
    /// Adds a leaf; the database has neither it nor what it completes before [`Self::advance`] and the caller's insert.
    pub(crate) fn append(&mut self, leaf: &[u8]) {
        let completed = &mut self.completed;
        self.edge.append_with(leaf_hash(leaf), &mut |node, hash| {
            if node.level > 0 && node.level % Node::LEVELS_OF_A_TILE == 0 {
                completed.push((node, hash));
            }
        });
    }

    /// Gives the log the name of its successor; [`Self::advance`] has to sign under it in the same transaction.
    pub(crate) async fn rename(&mut self, tx: &mut Tx, origin: &str) -> Result<(), StoreError> {
        tx.execute(
            "-- store::access_log::rename
             update access_head set origin = $1 where origin = $2",
            &[origin.into(), self.origin.as_str().into()],
        )
        .await?;
        origin.clone_into(&mut self.origin);
        Ok(())
    }

    /// Moves the head on, with a new checkpoint.
    pub(crate) async fn advance(
        &mut self,
        tx: &mut Tx,
        sealer: &Sealer,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.insert_completed(tx).await?;
        self.checkpoint = sign(sealer, &self.origin, &self.edge)?;
        self.at = at;
        tx.execute(
            "-- store::access_log::advance
             update access_head set size = $2, edge = $3, checkpoint = $4, at = $5 where origin = $1",
            &[
                self.origin.as_str().into(),
                i64::try_from(self.edge.size()).unwrap_or(i64::MAX).into(),
                self.edge.to_bytes().into(),
                self.checkpoint.as_str().into(),
                at.into(),
            ],
        )
        .await?;
        Ok(())
    }

    async fn insert_completed(&mut self, tx: &mut Tx) -> Result<(), StoreError> {
        use ColumnType::{Blob, Int};
        let completed = std::mem::take(&mut self.completed);
        for rows in Rows::cut(
            tx.engine(),
            &[],
            [Int, Int, Blob],
            completed.iter().map(|(node, hash)| {
                let [level, index] = [u64::from(node.level), node.index];
                [
                    i64::try_from(level).unwrap_or(i64::MAX).into(),
                    i64::try_from(index).unwrap_or(i64::MAX).into(),
                    hash.as_bytes().to_vec().into(),
                ]
            }),
        ) {
            let sql = format!(
                "-- store::access_log::insert_completed
                 insert into access_node (level, idx, hash) {rows}"
            );
            tx.execute(&sql, rows.params()).await?;
        }
        Ok(())
    }
}

fn read(row: &crate::db::Row) -> Result<Head, StoreError> {
    Ok(Head {
        origin: row.text(0)?.to_owned(),
        edge: CompactRange::from_bytes(row.blob(1)?)
            .map_err(|_| row.inconsistent(1, "the edge of a tree"))?,
        checkpoint: row.text(2)?.to_owned(),
        at: row.timestamp(3)?,
        completed: Vec::new(),
    })
}

fn sign(sealer: &Sealer, origin: &str, edge: &CompactRange) -> Result<String, StoreError> {
    let keys = &sealer.keys;
    let checkpoint = Checkpoint::new(origin, edge.size(), edge.root()).map_err(|_| StoreError::NoLog)?;
    checkpoint
        .sign(keys.log_public_key(), &|message| keys.sign_log(message))
        .map_err(|_| StoreError::NoLog)
}
