//! Leaf to bytes: deterministic CBOR (RFC 8949 section 4.2.1), one array of fixed length for each shape.

use super::{Access, Actor, Bridge, Circumstances, DayRoot, Leaf, Summary, System};
use crate::{Hash, leaf_hash};

pub(super) const VERSION: u64 = 1;
pub(super) const DAY_ROOT: u64 = 19;
pub(super) const BRIDGE: u64 = 20;

impl Leaf {
    /// The only bytes that say this.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.array().as_slice().to_vec()
    }

    /// Whether these are the only bytes that say this.
    pub(super) fn is_written_as(&self, bytes: &[u8]) -> bool {
        self.array().as_slice() == bytes
    }

    fn array(&self) -> Array {
        match self {
            Self::Access(leaf) => access(leaf),
            Self::Summary(leaf) => summary(leaf),
            Self::System(leaf) => system(leaf),
            Self::DayRoot(leaf) => day_root(leaf),
            Self::Bridge(leaf) => bridge(leaf),
        }
    }

    /// The hash under which the leaf stands in the tree.
    pub fn hash(&self) -> Hash {
        leaf_hash(&self.to_bytes())
    }
}

fn access(leaf: &Access) -> Array {
    let array = Array::begin(0x8b, leaf.kind.code());
    let array = circumstances(array, &leaf.circumstances).bytes(leaf.subject.as_bytes());
    array.bytes(leaf.circumstances.detail.as_bytes())
}

fn summary(leaf: &Summary) -> Array {
    let array = Array::begin(0x8b, leaf.kind.code());
    let array = circumstances(array, &leaf.circumstances).uint(leaf.count);
    array.bytes(leaf.circumstances.detail.as_bytes())
}

fn system(leaf: &System) -> Array {
    let array = Array::begin(0x87, leaf.kind.code()).uint(leaf.hour.number().into());
    actor(array, leaf.actor)
        .bytes(leaf.policy.as_bytes())
        .bytes(leaf.detail.as_bytes())
}

fn day_root(leaf: &DayRoot) -> Array {
    let array = Array::begin(0x85, DAY_ROOT);
    array
        .uint(leaf.day.number().into())
        .uint(leaf.count)
        .bytes(leaf.root.as_bytes())
}

fn bridge(leaf: &Bridge) -> Array {
    let array = Array::begin(0x86, BRIDGE).uint(leaf.hour.number().into());
    array
        .bytes(leaf.origin.as_bytes())
        .uint(leaf.size)
        .bytes(leaf.root.as_bytes())
}

/// All but the detail, which comes last in a leaf.
fn circumstances(array: Array, around: &Circumstances) -> Array {
    let array = array
        .uint(around.basis.code())
        .uint(around.hour.number().into())
        .uint(around.district.into());
    actor(array, around.actor)
        .uint(around.purpose.code())
        .bytes(around.policy.as_bytes())
}

fn actor(array: Array, actor: Actor) -> Array {
    array.uint(actor.class.code()).uint(actor.organisation)
}

/// Longest leaf of version 1: an access or a summary whose every number takes its longest form.
const LONGEST: usize = 128;

/// A CBOR array being written. Unsigned integers and byte strings are all that a leaf needs, and writing them here,
/// while reading with a library, is one more pair of eyes on each byte. Without allocation, because whoever reads a leaf
/// writes it again to see that it has no other spelling, and an auditor reads all of them.
struct Array {
    bytes: [u8; LONGEST],
    length: usize,
}

impl Array {
    fn begin(head: u8, kind: u64) -> Self {
        let empty = Self {
            bytes: [0; LONGEST],
            length: 0,
        };
        empty.push(&[head]).uint(VERSION).uint(kind)
    }

    fn as_slice(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    fn uint(self, value: u64) -> Self {
        self.head(0x00, value)
    }

    fn bytes(self, value: &[u8]) -> Self {
        self.head(0x40, value.len() as u64).push(value)
    }

    /// Major type and number in the shortest form.
    fn head(self, major: u8, value: u64) -> Self {
        let be = value.to_be_bytes();
        match (value, be) {
            (0..24, [.., low]) => self.push(&[major | low]),
            (24..=0xff, [.., low]) => self.push(&[major | 24, low]),
            (0x100..=0xffff, [.., a, b]) => self.push(&[major | 25, a, b]),
            (0x1_0000..=0xffff_ffff, [.., a, b, c, d]) => self.push(&[major | 26, a, b, c, d]),
            _ => self.push(&[major | 27]).push(&be),
        }
    }

    fn push(mut self, more: &[u8]) -> Self {
        let end = self.length + more.len();
        match self.bytes.get_mut(self.length..end) {
            Some(slots) => slots.copy_from_slice(more),
            None => unreachable!("no leaf of version 1 is longer than {LONGEST} bytes"),
        }
        self.length = end;
        self
    }
}
