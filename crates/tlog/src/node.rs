//! Where a hash stands in the tree.

/// The root of the perfect subtree over the leaves `index · 2^level .. (index + 1) · 2^level`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node {
    pub level: u8,
    pub index: u64,
}

impl Node {
    /// A published tile holds the hashes of one level; the next published level is so much higher.
    pub const LEVELS_OF_A_TILE: u8 = 8;

    pub const fn leaf(index: u64) -> Self {
        Self { level: 0, index }
    }

    pub(crate) const fn parent(self) -> Self {
        Self {
            level: self.level + 1,
            index: self.index >> 1,
        }
    }
}

/// The perfect subtrees that make up the leaves `from..to`, largest first. `from` must be a multiple of a power of two
/// not below `to − from`, as every split of RFC 6962 is.
pub(crate) fn perfect(from: u64, to: u64) -> Vec<Node> {
    let (mut nodes, mut at) = (Vec::new(), from);
    while at < to {
        let level = (to - at).ilog2() as u8;
        nodes.push(Node {
            level,
            index: at >> level,
        });
        at += 1 << level;
    }
    nodes
}
