//! One bundle: read, hashed, compared with its tile, its leaves decoded. Needs nothing that came before it, so that many
//! are worked on at once.

use super::{Check, Failure, Finding, Place, Published, read, tiles};
use crate::leaf::MAX_LEAF;
use crate::{Hash, Leaf, Tile, decode_entries, entries_path, leaf_hash, node_hash};

/// Longest bundle, in bytes.
const MAX_BUNDLE: usize = 256 * (2 + MAX_LEAF);

/// Up to 256 entries that are what the tile says.
pub(super) struct Bundle {
    /// Of its entries, in order.
    pub(super) hashes: Vec<Hash>,
    /// Over all its entries, when there are 256.
    pub(super) root: Option<Hash>,
    /// In order, up to the first that cannot be read.
    pub(super) leaves: Vec<Leaf>,
    /// Why the entry after these cannot be read.
    pub(super) unread: Option<String>,
}

/// Bundle `number` of a log of `size` entries.
pub(super) fn read<P: Published>(published: &P, number: u64, size: u64) -> Result<Bundle, Failure<P::Error>> {
    let Some(tile) = Tile::of_size(0, number, size) else {
        unreachable!("only bundles below the size are asked for");
    };
    let path = entries_path(number, tile.width());
    let place = || Place::Bundle(path.clone());
    let wrong = |sentence: String| Finding::new(Check::Entry, place(), sentence);
    let bytes = read::file(published, &path, MAX_BUNDLE, Check::Entry, place)?
        .ok_or_else(|| wrong("it is not there".to_owned()))?;
    let entries = decode_entries(&bytes).map_err(|error| wrong(error.to_string()))?;
    if entries.len() != usize::from(tile.width()) {
        let sentence = format!(
            "it holds {} entries and should hold {}",
            entries.len(),
            tile.width()
        );
        return Err(wrong(sentence).into());
    }
    let hashes: Vec<Hash> = entries.iter().map(|entry| leaf_hash(entry)).collect();
    tiles::compare(published, tile, &hashes)?;
    let (leaves, unread) = decode(&entries);
    Ok(Bundle {
        root: (hashes.len() == 256).then(|| perfect_root(hashes.clone())),
        hashes,
        leaves,
        unread,
    })
}

fn decode(entries: &[&[u8]]) -> (Vec<Leaf>, Option<String>) {
    let mut leaves = Vec::with_capacity(entries.len());
    for entry in entries {
        match Leaf::from_bytes(entry) {
            Ok(leaf) => leaves.push(leaf),
            Err(error) => return (leaves, Some(error.to_string())),
        }
    }
    (leaves, None)
}

/// The root over a power of two of hashes.
pub(super) fn perfect_root(mut row: Vec<Hash>) -> Hash {
    while row.len() > 1 {
        let half = row.len() / 2;
        for parent in 0..half {
            if let (Some(left), Some(right)) = (row.get(2 * parent), row.get(2 * parent + 1)) {
                let hash = node_hash(left, right);
                if let Some(slot) = row.get_mut(parent) {
                    *slot = hash;
                }
            }
        }
        row.truncate(half);
    }
    row.first().copied().unwrap_or_else(crate::empty_root)
}
