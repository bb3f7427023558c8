//! RFC 6962 section 2.1, word for word and slowly: what everything fast is compared with.
#![allow(dead_code)]

pub(crate) mod vectors;

use pramaan_tlog::{CompactRange, Hash, Node, leaf_hash, node_hash};
use sha2::{Digest, Sha256};

pub(crate) fn leaves(count: u64) -> Vec<Hash> {
    (0..count)
        .map(|number| leaf_hash(&number.to_be_bytes()))
        .collect()
}

fn split(count: usize) -> usize {
    let mut k = 1;
    while k * 2 < count {
        k *= 2;
    }
    k
}

/// MTH(D[n])
pub(crate) fn naive_root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Hash::from_bytes(Sha256::digest([]).into()),
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(split(leaves.len()));
            node_hash(&naive_root(left), &naive_root(right))
        }
    }
}

/// PATH(m, D[n])
pub(crate) fn naive_path(m: usize, leaves: &[Hash]) -> Vec<Hash> {
    if leaves.len() <= 1 {
        return Vec::new();
    }
    let k = split(leaves.len());
    let (left, right) = leaves.split_at(k);
    let (mut path, other) = if m < k {
        (naive_path(m, left), right)
    } else {
        (naive_path(m - k, right), left)
    };
    path.push(naive_root(other));
    path
}

/// SUBPROOF(m, D[n], b)
pub(crate) fn naive_subproof(m: usize, leaves: &[Hash], complete: bool) -> Vec<Hash> {
    if m == leaves.len() {
        return if complete {
            Vec::new()
        } else {
            vec![naive_root(leaves)]
        };
    }
    let k = split(leaves.len());
    let (left, right) = leaves.split_at(k);
    let (mut proof, other) = if m <= k {
        (naive_subproof(m, left, complete), right)
    } else {
        (naive_subproof(m - k, right, false), left)
    };
    proof.push(naive_root(other));
    proof
}

pub(crate) fn range_over(leaves: &[Hash]) -> CompactRange {
    let mut range = CompactRange::new();
    leaves.iter().for_each(|leaf| range.append(*leaf));
    range
}

/// The hash of a perfect subtree, computed from the leaves.
pub(crate) fn naive_node(leaves: &[Hash], node: Node) -> Hash {
    let first = (node.index << node.level) as usize;
    naive_root(&leaves[first..first + (1 << node.level)])
}
