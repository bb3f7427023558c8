//! Leaf to bytes: deterministic CBOR (RFC 8949 section 4.2.1), one array of fixed length for each shape.

use super::{Access, Actor, Bridge, Circumstances, DayRoot, Leaf, Summary, System};
use crate::{Hash, leaf_hash};

pub(super) const VERSION: u64 = 1;
pub(super) const DAY_ROOT: u64 = 19;
pub(super) const BRIDGE: u64 = 20;

impl Leaf {
    /// The only bytes that say this.
    pub fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Access(leaf) => access(leaf),
            Self::Summary(leaf) => summary(leaf),
            Self::System(leaf) => system(leaf),
            Self::DayRoot(leaf) => day_root(leaf),
            Self::Bridge(leaf) => bridge(leaf),
        }
        .0
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

/// A CBOR array being written. Unsigned integers and byte strings are all that a leaf needs, and writing them here,
/// while reading with a library, is one more pair of eyes on each byte.
struct Array(Vec<u8>);

impl Array {
    fn begin(head: u8, kind: u64) -> Self {
        Self(vec![head]).uint(VERSION).uint(kind)
    }

    fn uint(self, value: u64) -> Self {
        self.head(0x00, value)
    }

    fn bytes(self, value: &[u8]) -> Self {
        let mut array = self.head(0x40, value.len() as u64);
        array.0.extend_from_slice(value);
        array
    }

    /// Major type and number in the shortest form.
    fn head(mut self, major: u8, value: u64) -> Self {
        let be = value.to_be_bytes();
        match (value, be) {
            (0..24, [.., low]) => self.0.push(major | low),
            (24..=0xff, [.., low]) => self.0.extend([major | 24, low]),
            (0x100..=0xffff, [.., a, b]) => self.0.extend([major | 25, a, b]),
            (0x1_0000..=0xffff_ffff, [.., a, b, c, d]) => self.0.extend([major | 26, a, b, c, d]),
            _ => {
                self.0.push(major | 27);
                self.0.extend(be);
            }
        }
        self
    }
}
