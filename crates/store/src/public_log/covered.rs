//! Files of the published log, each compared with what was signed before it leaves: what is answered once is kept for ever
//! by whoever asked, so rows that were cut, altered or lost must not get out as if they were the log.
//!
//! A full tile must give the hash that the tile above it has; what lies at the right edge must give the published root.
//! Whoever can write the database can make both agree: that shows in the audit, which everybody can make.

use pramaan_tlog::{Checkpoint, Hash, Note, Tile, inclusion_plan, leaf_hash, verify_inclusion};

use super::tile::{FULL, Tiles, bundle, nodes_of, tile};
use super::{Publication, number};
use crate::StoreError;
use crate::db::{Tx, typed};

/// A part of the published log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Covered {
    /// 32 bytes each.
    pub hashes: Vec<u8>,
    /// The leaves under a tile of level 0, each preceded by its length.
    pub bundle: Option<Vec<u8>>,
}

/// A tile, and the leaves under one of level 0; `None` beyond what `newest` covers.
///
/// # Errors
/// `LogDamaged` when the rows do not give what was signed.
pub async fn covered(tx: &mut Tx, newest: &Publication, wanted: Tile) -> Result<Option<Covered>, StoreError> {
    let Some(widest) = Tile::of_size(wanted.level(), wanted.index(), newest.size) else {
        return Ok(None);
    };
    if wanted.width() > widest.width() {
        return Ok(None);
    }
    let damaged = || StoreError::damaged(&widest.path());
    let whole = tile(tx, widest).await?.ok_or_else(damaged)?;
    match u64::from(widest.width()) {
        FULL => {
            let hash = widest.node(&whole, 0..whole.len() / 32);
            if hash.is_none() || hash != above(tx, widest).await? {
                return Err(damaged());
            }
        }
        _ => edge_gives(tx, newest.size, root(newest)?).await?,
    }
    let hashes = whole
        .get(..usize::from(wanted.width()) * 32)
        .ok_or_else(damaged)?
        .to_vec();
    let bundle = match wanted.level() {
        0 => Some(bundle(tx, wanted).await?.ok_or_else(damaged)?),
        _ => None,
    };
    Ok(Some(Covered { hashes, bundle }))
}

/// The hash over a full tile, as the tile above has it.
async fn above(tx: &mut Tx, full: Tile) -> Result<Option<Hash>, StoreError> {
    let level = i64::from(nodes_of(full.level() + 1));
    let row = tx
        .query_opt(
            "-- store::public_log::above
             select hash from access_node where level = $1 and idx = $2",
            &[level.into(), number(full.index()).into()],
        )
        .await?;
    row.map(|row| row.array(0).map(Hash::from_bytes)).transpose()
}

/// The root that was published; whoever signed it, an auditor asks.
fn root(newest: &Publication) -> Result<Hash, StoreError> {
    let note = Note::parse(newest.note.as_bytes()).ok();
    note.and_then(|note| Checkpoint::parse_body(note.text()).ok())
        .filter(|checkpoint| checkpoint.size() == newest.size)
        .map(|checkpoint| *checkpoint.root())
        .ok_or_else(|| StoreError::damaged(&format!("checkpoints/{}", newest.number)))
}

/// Whether the tiles at the right edge of a tree of `size` leaves give its root. Reads one tile of each level.
///
/// # Errors
/// `LogDamaged` when they do not.
pub async fn edge_gives(tx: &mut Tx, size: u64, root: Hash) -> Result<(), StoreError> {
    let Some(last) = size.checked_sub(1) else {
        return Ok(());
    };
    let Some(edge) = Tile::of_size(0, last / FULL, size) else {
        return Ok(());
    };
    let damaged = || StoreError::damaged(&edge.path());
    let plan = inclusion_plan(last, size).map_err(|_| damaged())?;
    let mut tiles = Tiles::of(size);
    tiles.fetch(tx, plan.nodes()).await?;
    let path = plan.prove(|node| tiles.node(node).ok_or_else(damaged))?;
    let sql = format!(
        "-- store::public_log::last_leaf
         select {} from access_leaf where idx = $1",
        typed::bytes(tx.engine(), "leaf")
    );
    let row = tx.query_opt(&sql, &[number(last).into()]).await?;
    let row = row.ok_or_else(damaged)?;
    verify_inclusion(&leaf_hash(row.blob(0)?), last, size, &path, &root).map_err(|_| damaged())
}
