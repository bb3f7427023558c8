//! Tiles and bundles as they are published, and nodes of the tree out of them.

use std::collections::HashMap;

use pramaan_tlog::{Hash, Node, Tile, encode_entries, leaf_hash};

use super::number;
use crate::StoreError;
use crate::db::{Row, Tx, typed};

/// Hashes in a full tile.
pub(super) const FULL: u64 = 256;

/// The level of the tree whose nodes a tile of this level holds.
pub(super) const fn nodes_of(level: u8) -> u8 {
    level * Node::LEVELS_OF_A_TILE
}

/// A tile's hashes, 32 bytes each; `None` while the log does not fill its width.
pub async fn tile(tx: &mut Tx, tile: Tile) -> Result<Option<Vec<u8>>, StoreError> {
    let hashes = match tile.level() {
        0 => leaves(tx, tile)
            .await?
            .iter()
            .map(|row| row.blob(0).map(leaf_hash))
            .collect::<Result<Vec<_>, _>>()?,
        _ => nodes(tx, tile).await?,
    };
    let whole = hashes.len() == usize::from(tile.width());
    Ok(whole.then(|| hashes.iter().flat_map(Hash::as_bytes).copied().collect()))
}

/// The leaves of a tile of level 0, each preceded by its length.
pub async fn bundle(tx: &mut Tx, tile: Tile) -> Result<Option<Vec<u8>>, StoreError> {
    let rows = leaves(tx, tile).await?;
    if rows.len() != usize::from(tile.width()) {
        return Ok(None);
    }
    let leaves: Vec<&[u8]> = rows.iter().map(|row| row.blob(0)).collect::<Result<_, _>>()?;
    let bundle = encode_entries(leaves).map_err(|_| StoreError::corrupt("access_leaf", "leaf"))?;
    Ok(Some(bundle))
}

async fn leaves(tx: &mut Tx, tile: Tile) -> Result<Vec<Row>, StoreError> {
    let (from, to) = span(tile);
    let sql = format!(
        "-- store::public_log::leaves
         select {} from access_leaf where idx >= $1 and idx < $2 order by idx",
        typed::bytes(tx.engine(), "leaf")
    );
    tx.query(&sql, &[from.into(), to.into()]).await
}

async fn nodes(tx: &mut Tx, tile: Tile) -> Result<Vec<Hash>, StoreError> {
    let (from, to) = span(tile);
    let level = i64::from(nodes_of(tile.level()));
    let rows = tx
        .query(
            "-- store::public_log::nodes
             select hash from access_node where level = $1 and idx >= $2 and idx < $3 order by idx",
            &[level.into(), from.into(), to.into()],
        )
        .await?;
    rows.iter()
        .map(|row| row.array(0).map(Hash::from_bytes))
        .collect()
}

/// Numbers of its first hash, and of the one after its last.
fn span(tile: Tile) -> (i64, i64) {
    let from = tile.index().saturating_mul(FULL);
    (number(from), number(from + u64::from(tile.width())))
}

/// The tiles that some nodes of a tree of one size lie in, read once each.
#[derive(Debug)]
pub struct Tiles {
    size: u64,
    held: HashMap<(u8, u64), (Tile, Vec<u8>)>,
}

impl Tiles {
    /// Of the tree over the first `size` leaves.
    pub fn of(size: u64) -> Self {
        Self {
            size,
            held: HashMap::new(),
        }
    }

    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Reads what these nodes need and is not held yet.
    pub async fn fetch(
        &mut self,
        tx: &mut Tx,
        nodes: impl IntoIterator<Item = Node>,
    ) -> Result<(), StoreError> {
        for node in nodes {
            let Some((wanted, _)) = Tile::holding(node, self.size) else {
                continue;
            };
            let place = (wanted.level(), wanted.index());
            if !self.held.contains_key(&place)
                && let Some(bytes) = tile(tx, wanted).await?
            {
                self.held.insert(place, (wanted, bytes));
            }
        }
        Ok(())
    }

    /// The hash of a node whose tile was fetched; `None` when the database has no such tile.
    pub fn node(&self, node: Node) -> Option<Hash> {
        let (wanted, under) = Tile::holding(node, self.size)?;
        let (tile, bytes) = self.held.get(&(wanted.level(), wanted.index()))?;
        tile.node(bytes, under)
    }
}
