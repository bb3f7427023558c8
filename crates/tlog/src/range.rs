//! The right edge of a growing tree: all that is needed to append and to know the root.

use crate::hash::fold;
use crate::{Hash, Node, empty_root, node_hash};

/// Far above any log, and low enough that no arithmetic on sizes overflows.
pub(crate) const MAX_SIZE: u64 = 1 << 62;

/// The perfect subtrees of a tree of `size` leaves, largest first, one for each one bit of the size.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CompactRange {
    size: u64,
    edge: Vec<Hash>,
}

/// Stored bytes are not a compact range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RangeError {
    #[error("reading a right edge: {0} bytes are too few for a size")]
    Short(usize),
    #[error("reading a right edge: a size of {0} is beyond the 2^62 leaves that a log may have")]
    Size(u64),
    #[error(
        "reading a right edge: a tree of {size} leaves has {expected} bytes of hashes, but {found} are here"
    )]
    Length {
        size: u64,
        expected: usize,
        found: usize,
    },
}

impl CompactRange {
    /// The tree without leaves.
    pub fn new() -> Self {
        Self::default()
    }

    pub const fn size(&self) -> u64 {
        self.size
    }

    pub fn root(&self) -> Hash {
        fold(&self.edge).unwrap_or_else(empty_root)
    }

    /// Adds a leaf by its hash.
    pub fn append(&mut self, leaf: Hash) {
        self.append_with(leaf, &mut |_, _| ());
    }

    /// Adds a leaf by its hash and reports each node that this completes, the leaf first: store those whose level is
    /// a multiple of eight to be able to serve tiles.
    pub fn append_with(&mut self, leaf: Hash, completed: &mut dyn FnMut(Node, Hash)) {
        let (mut node, mut hash) = (Node::leaf(self.size), leaf);
        completed(node, hash);
        // Each trailing one bit of the size is a perfect subtree that was waiting for its right sibling.
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.edge.pop() {
                hash = node_hash(&left, &hash);
                node = node.parent();
                completed(node, hash);
            }
        }
        self.edge.push(hash);
        self.size += 1;
    }

    /// Adds `2^level` leaves at once by the root over them. The size before must be a multiple of `2^level`.
    pub(crate) fn append_subtree(&mut self, level: u8, root: Hash) {
        let mut hash = root;
        for _ in 0..(self.size >> level).trailing_ones() {
            if let Some(left) = self.edge.pop() {
                hash = node_hash(&left, &hash);
            }
        }
        self.edge.push(hash);
        self.size += 1 << level;
    }

    /// `size (8, big endian) ‖ hashes (32 each, largest subtree first)`.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.size.to_be_bytes().to_vec();
        bytes.extend(self.edge.iter().flat_map(Hash::as_bytes));
        bytes
    }

    pub fn from_bytes(bytes: &[u8]) -> Result<Self, RangeError> {
        let (size, hashes) = bytes
            .split_first_chunk::<8>()
            .ok_or(RangeError::Short(bytes.len()))?;
        let size = u64::from_be_bytes(*size);
        if size > MAX_SIZE {
            return Err(RangeError::Size(size));
        }
        let (edge, rest) = hashes.as_chunks::<32>();
        if edge.len() != size.count_ones() as usize || !rest.is_empty() {
            let expected = size.count_ones() as usize * 32;
            return Err(RangeError::Length {
                size,
                expected,
                found: hashes.len(),
            });
        }
        Ok(Self {
            size,
            edge: edge.iter().copied().map(Hash::from_bytes).collect(),
        })
    }
}
