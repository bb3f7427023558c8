//! A tree as tall as a nation's, in the tables that proofs are made from.
//!
//! Every leaf is hashed and every node that the tables keep is there. Of the leaves themselves only those stand in the
//! table that the wanted proofs read: a whole hundred million would be twenty gigabytes.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use pramaan_store::testing::publication_mac;
use pramaan_store::{ColumnType, Db, Rows, Sealer, StoreError, Tx, Value};
use pramaan_testkit::published::{self, ORIGIN};
use pramaan_tlog::leaf::Hour;
use pramaan_tlog::{CompactRange, Hash, SubjectTag, leaf_hash, node_hash};

/// Hashes in a tile, and so leaves under a node of the lowest level that is kept.
const TILE: u64 = 256;
/// An hour of 2026; a year later the last entry is written.
const FIRST_HOUR: u64 = 493_000;
const HOURS: u64 = 365 * 24;

/// The nodes that the tables keep, and the root.
pub(crate) struct Tall {
    pub(crate) size: u64,
    pub(crate) root: Hash,
    /// Of the levels 8, 16, 24…, each complete.
    levels: Vec<Vec<Hash>>,
}

/// Number `index` of the log. What looks random in it comes from the number.
pub(crate) fn leaf(index: u64, size: u64) -> Vec<u8> {
    let mut noise = [0; 48];
    for (n, word) in (0..).zip(noise.as_chunks_mut::<8>().0) {
        *word = mixed(index.wrapping_mul(6).wrapping_add(n)).to_be_bytes();
    }
    let (tag, detail) = noise.split_first_chunk::<16>().unwrap_or((&[0; 16], &[]));
    let hour = FIRST_HOUR
        + u64::try_from(u128::from(index) * u128::from(HOURS) / u128::from(size.max(1))).unwrap_or(0);
    published::stranger(
        Hour::new(u32::try_from(hour).unwrap_or(u32::MAX)),
        Hash::from_bytes([7; 32]),
        SubjectTag::from_bytes(*tag),
        detail.first_chunk().copied().unwrap_or_default(),
    )
    .to_bytes()
}

/// SplitMix64: a bijection that looks like chance.
pub(crate) fn mixed(number: u64) -> u64 {
    let mut z = number
        .wrapping_mul(0x9e37_79b9_7f4a_7c15)
        .wrapping_add(0x1234_5678);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl Tall {
    /// Hashes all leaves, on every core.
    pub(crate) fn grow(size: u64) -> Result<Self> {
        let (tiles, cores) = (size / TILE, std::thread::available_parallelism()?.get() as u64);
        let share = tiles.div_ceil(cores).max(1);
        let mut lowest = Vec::with_capacity(usize::try_from(tiles)?);
        std::thread::scope(|scope| {
            let started: Vec<_> = (0..tiles.div_ceil(share))
                .map(|part| {
                    let all = part * share..tiles.min((part + 1) * share);
                    scope.spawn(move || all.map(|tile| edge(tile, TILE, size).root()).collect::<Vec<_>>())
                })
                .collect();
            for one in started {
                let hashes = one.join().ok().context("a thread that hashes broke off")?;
                lowest.extend(hashes);
            }
            Ok::<_, anyhow::Error>(())
        })?;
        let upper = over(&lowest);
        let rest = edge(tiles, size % TILE, size);
        let root = match (upper.size(), rest.size()) {
            (_, 0) => upper.root(),
            (0, _) => rest.root(),
            _ => joined(&upper, &rest),
        };
        let mut levels = vec![lowest];
        while let Some(above) = levels.last().map(|row| row.as_chunks::<256>().0)
            && !above.is_empty()
        {
            let above = above.iter().map(|tile| over(tile).root()).collect();
            levels.push(above);
        }
        Ok(Self { size, root, levels })
    }

    /// Lays the nodes, the leaves that the proofs of `wanted` read, and a publication of the whole.
    pub(crate) async fn lay(&self, db: &Db, sealer: &Sealer, wanted: &[u64]) -> Result<()> {
        let mut nodes = Vec::new();
        for (level, hashes) in (1..).zip(&self.levels) {
            let row = (0..).zip(hashes).map(|(index, hash): (i64, _)| {
                let level: i64 = level * 8;
                [level.into(), index.into(), hash.as_bytes().to_vec().into()]
            });
            nodes.extend(row);
        }
        use ColumnType::{Blob, Int, Text};
        insert(db, "access_node (level, idx, hash)", [Int, Int, Blob], nodes).await?;
        let tiles: BTreeSet<u64> = wanted
            .iter()
            .chain([&(self.size - 1)])
            .map(|index| index / TILE)
            .collect();
        let leaves = tiles
            .into_iter()
            .flat_map(|tile| tile * TILE..self.size.min((tile + 1) * TILE));
        let leaves = leaves
            .map(|index| [number(index), leaf(index, self.size).into()])
            .collect();
        insert(db, "access_leaf (idx, leaf)", [Int, Blob], leaves).await?;
        let note = published::head(self.size, self.root);
        let numbers = [1, i64::try_from(self.size)?, 0];
        let bound = publication_mac(sealer, ORIGIN, numbers, &note);
        let [n, size, at] = numbers.map(Value::from);
        let row = [ORIGIN.into(), n, size, at, note.into(), bound.into()];
        let columns = "access_publication (origin, n, size, at, note, binding_mac)";
        insert(db, columns, [Text, Int, Int, Int, Text, Blob], vec![row]).await
    }
}

/// The tree over the leaves of one tile.
fn edge(tile: u64, width: u64, size: u64) -> CompactRange {
    let mut range = CompactRange::new();
    for index in tile * TILE..tile * TILE + width {
        range.append(leaf_hash(&leaf(index, size)));
    }
    range
}

/// The tree whose lowest nodes these are.
fn over(hashes: &[Hash]) -> CompactRange {
    let mut range = CompactRange::new();
    hashes.iter().for_each(|hash| range.append(*hash));
    range
}

/// The root over two edges, of which the left one's subtrees are the larger ones.
fn joined(left: &CompactRange, right: &CompactRange) -> Hash {
    let bytes = left.to_bytes();
    let hashes = bytes.get(8..).unwrap_or_default().as_chunks::<32>().0;
    let left = hashes.iter().rev().copied().map(Hash::from_bytes);
    left.fold(right.root(), |below, hash| node_hash(&hash, &below))
}

fn number(value: u64) -> Value {
    i64::try_from(value).unwrap_or(i64::MAX).into()
}

async fn insert<const N: usize>(
    db: &Db,
    columns: &'static str,
    types: [ColumnType; N],
    rows: Vec<[Value; N]>,
) -> Result<()> {
    let written = db.write("bench::lay", move |tx| {
        Box::pin(async move { insert_all(tx, columns, types, rows).await })
    });
    written.await.with_context(|| format!("laying {columns}"))
}

async fn insert_all<const N: usize>(
    tx: &mut Tx,
    columns: &str,
    types: [ColumnType; N],
    rows: Vec<[Value; N]>,
) -> Result<(), StoreError> {
    for rows in Rows::cut(tx.engine(), &[], types, rows) {
        let sql = format!("-- bench::lay\n insert into {columns} {rows}");
        tx.execute(&sql, rows.params()).await?;
    }
    Ok(())
}
