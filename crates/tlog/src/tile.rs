//! How the tree is cut into files that anyone can serve and cache: C2SP tlog-tiles, tile height 8.
//!
//! A tile holds up to 256 hashes of one level that is a multiple of eight, 32 bytes each; levels between are computed
//! from it. An entry bundle holds the leaves of a tile of level 0, each preceded by its length.

use std::ops::Range;

use crate::hash::node_hash;
use crate::range::MAX_SIZE;
use crate::{Hash, Node};

const HEIGHT: u8 = Node::LEVELS_OF_A_TILE;
const FULL: u64 = 1 << HEIGHT;

/// The address of a tile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tile {
    level: u8,
    index: u64,
    width: u16,
}

impl Tile {
    /// Tile level: hashes in it are nodes of eight times that level.
    pub const fn level(&self) -> u8 {
        self.level
    }

    /// Number of the tile in its level; its first hash is number `256 · index`.
    pub const fn index(&self) -> u64 {
        self.index
    }

    /// Hashes in it, 1 to 256.
    pub const fn width(&self) -> u16 {
        self.width
    }

    /// The widest tile with this address in a tree of `size` leaves; nothing when the tree is too small for it.
    pub fn of_size(level: u8, index: u64, size: u64) -> Option<Self> {
        let hashes = size
            .checked_shr(u32::from(level) * u32::from(HEIGHT))
            .unwrap_or(0);
        let before = index.checked_mul(FULL)?;
        let width = hashes.checked_sub(before)?.min(FULL) as u16;
        (width > 0).then_some(Self { level, index, width })
    }

    /// The tile that holds or implies `node` in a tree of `size` leaves, and which of its hashes lie under the node;
    /// nothing when the node is not complete at that size.
    pub fn holding(node: Node, size: u64) -> Option<(Self, Range<usize>)> {
        let (level, rise) = (node.level / HEIGHT, u32::from(node.level % HEIGHT));
        let first = node.index.checked_mul(1 << rise)?;
        let tile = Self::of_size(level, first / FULL, size)?;
        let start = (first % FULL) as usize;
        let range = start..start + (1 << rise);
        (range.end <= usize::from(tile.width)).then_some((tile, range))
    }

    /// Every tile of a tree of `size` leaves, level by level.
    pub fn all(size: u64) -> impl Iterator<Item = Self> {
        let tiles_in = move |level: u32| (size.min(MAX_SIZE) >> (level * u32::from(HEIGHT))).div_ceil(FULL);
        (0..8_u8).flat_map(move |level| {
            (0..tiles_in(u32::from(level))).filter_map(move |index| Self::of_size(level, index, size))
        })
    }

    /// The hash of the node over some of the tile's hashes, from the tile's bytes.
    pub fn node(&self, bytes: &[u8], under: Range<usize>) -> Option<Hash> {
        let (hashes, rest) = bytes.as_chunks::<32>();
        if hashes.len() != usize::from(self.width) || !rest.is_empty() {
            return None;
        }
        let mut row: Vec<Hash> = hashes.get(under)?.iter().copied().map(Hash::from_bytes).collect();
        while row.len() > 1 {
            row = row
                .as_chunks::<2>()
                .0
                .iter()
                .map(|[left, right]| node_hash(left, right))
                .collect();
        }
        row.first().copied()
    }

    /// `tile/0/x001/x234/067` or, for a tile not yet full, `tile/0/x001/x234/067.p/41`.
    pub fn path(&self) -> String {
        format!("tile/{}/{}", self.level, number(self.index, self.width))
    }

    /// The tile of a path in exactly the form that [`path`](Self::path) writes.
    pub fn parse(path: &str) -> Option<Self> {
        let (level, rest) = path.strip_prefix("tile/")?.split_once('/')?;
        let (index, width) = parse_number(rest)?;
        let tile = Self {
            level: level.parse().ok().filter(|level| *level < 8)?,
            index,
            width,
        };
        (tile.path() == path).then_some(tile)
    }
}

/// Where the leaves of a tile of level 0 are served: `tile/entries/x001/x234/067`.
pub fn entries_path(index: u64, width: u16) -> String {
    format!("tile/entries/{}", number(index, width))
}

/// An entry bundle could not be made or read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    #[error("an entry of {0} bytes does not fit into a bundle, which holds up to 65,535 for each")]
    Long(usize),
    #[error("the entry bundle ends within an entry")]
    Cut,
    #[error("the entry bundle holds more than the 256 entries of a tile")]
    Many,
}

/// Each entry preceded by its length (2 bytes, big endian).
pub fn encode_entries<'a>(entries: impl IntoIterator<Item = &'a [u8]>) -> Result<Vec<u8>, BundleError> {
    let mut bundle = Vec::new();
    for (count, entry) in entries.into_iter().enumerate() {
        if count as u64 == FULL {
            return Err(BundleError::Many);
        }
        let length = u16::try_from(entry.len()).map_err(|_| BundleError::Long(entry.len()))?;
        bundle.extend_from_slice(&length.to_be_bytes());
        bundle.extend_from_slice(entry);
    }
    Ok(bundle)
}

/// The entries of a bundle.
pub fn decode_entries(mut bundle: &[u8]) -> Result<Vec<&[u8]>, BundleError> {
    let mut entries = Vec::new();
    while !bundle.is_empty() {
        if entries.len() as u64 == FULL {
            return Err(BundleError::Many);
        }
        let (length, rest) = bundle.split_first_chunk::<2>().ok_or(BundleError::Cut)?;
        let (entry, rest) = rest
            .split_at_checked(usize::from(u16::from_be_bytes(*length)))
            .ok_or(BundleError::Cut)?;
        entries.push(entry);
        bundle = rest;
    }
    Ok(entries)
}

/// Three digits a step, all steps but the last marked with an x, so that no folder has more than a thousand members.
fn number(index: u64, width: u16) -> String {
    let mut text = format!("{:03}", index % 1000);
    let mut rest = index / 1000;
    while rest > 0 {
        text = format!("x{:03}/{text}", rest % 1000);
        rest /= 1000;
    }
    if u64::from(width) < FULL {
        text.push_str(&format!(".p/{width}"));
    }
    text
}

fn parse_number(text: &str) -> Option<(u64, u16)> {
    let (steps, width) = match text.split_once(".p/") {
        Some((steps, width)) => (
            steps,
            width
                .parse()
                .ok()
                .filter(|width| (1..FULL as u16).contains(width))?,
        ),
        None => (text, FULL as u16),
    };
    let digits: String = steps
        .split('/')
        .map(|step| step.strip_prefix('x').unwrap_or(step))
        .collect();
    Some((digits.parse().ok()?, width))
}
