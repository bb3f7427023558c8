//! Inclusion and consistency proofs (RFC 6962 sections 2.1.1 and 2.1.2; verified as in RFC 9162 section 2.1).
//!
//! Making a proof is two steps, so that hashes may come from a closure, a query or tiles: a [`Plan`] names the nodes,
//! [`Plan::prove`] joins their hashes.

use crate::hash::fold;
use crate::node::perfect;
use crate::range::MAX_SIZE;
use crate::{Hash, Node, empty_root, node_hash};

/// A proof was asked for that cannot exist, or does not prove what it is said to prove.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    #[error("leaf {index} is not in a tree of {size} leaves")]
    NotInTree { index: u64, size: u64 },
    #[error("a tree of {old} leaves cannot have grown into one of {new}")]
    Shrunk { old: u64, new: u64 },
    #[error("a size of {0} is beyond the 2^62 leaves that a log may have")]
    Size(u64),
    #[error("the proof has the wrong number of hashes for these sizes")]
    Length,
    #[error("the proof leads to another root than the signed one")]
    Root,
}

/// The nodes whose hashes make a proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    parts: Vec<Vec<Node>>,
}

impl Plan {
    /// Each node once, in no useful order; at most a few hundred.
    pub fn nodes(&self) -> impl Iterator<Item = Node> {
        self.parts.iter().flatten().copied()
    }

    /// The proof, from the hash of each node.
    pub fn prove<E>(&self, mut read: impl FnMut(Node) -> Result<Hash, E>) -> Result<Vec<Hash>, E> {
        let mut proof = Vec::with_capacity(self.parts.len());
        for part in &self.parts {
            let hashes = part
                .iter()
                .map(|node| read(*node))
                .collect::<Result<Vec<_>, E>>()?;
            proof.extend(fold(&hashes));
        }
        Ok(proof)
    }
}

/// What proves that leaf `index` is in the tree of `size` leaves.
pub fn inclusion_plan(index: u64, size: u64) -> Result<Plan, ProofError> {
    if size > MAX_SIZE {
        return Err(ProofError::Size(size));
    }
    if index >= size {
        return Err(ProofError::NotInTree { index, size });
    }
    let (mut from, mut to, mut parts) = (0, size, Vec::new());
    while to - from > 1 {
        let middle = from + split(to - from);
        if index < middle {
            parts.push(perfect(middle, to));
            to = middle;
        } else {
            parts.push(perfect(from, middle));
            from = middle;
        }
    }
    parts.reverse();
    Ok(Plan { parts })
}

/// What proves that the tree of `new` leaves begins with the tree of `old` leaves. Nothing is needed from an empty
/// tree, or to the same size.
pub fn consistency_plan(old: u64, new: u64) -> Result<Plan, ProofError> {
    if new > MAX_SIZE {
        return Err(ProofError::Size(new));
    }
    if old > new {
        return Err(ProofError::Shrunk { old, new });
    }
    let (mut from, mut to, mut parts) = (0, new, Vec::new());
    if old == 0 {
        return Ok(Plan { parts });
    }
    while old != to {
        let middle = from + split(to - from);
        if old <= middle {
            parts.push(perfect(middle, to));
            to = middle;
        } else {
            parts.push(perfect(from, middle));
            from = middle;
        }
    }
    // The verifier knows the old root; it is a node of the new tree only when no step went right.
    if from > 0 {
        parts.push(perfect(from, to));
    }
    parts.reverse();
    Ok(Plan { parts })
}

/// [`inclusion_plan`] and [`Plan::prove`] in one.
pub fn prove_inclusion<E: From<ProofError>>(
    index: u64,
    size: u64,
    read: impl FnMut(Node) -> Result<Hash, E>,
) -> Result<Vec<Hash>, E> {
    inclusion_plan(index, size)?.prove(read)
}

/// [`consistency_plan`] and [`Plan::prove`] in one.
pub fn prove_consistency<E: From<ProofError>>(
    old: u64,
    new: u64,
    read: impl FnMut(Node) -> Result<Hash, E>,
) -> Result<Vec<Hash>, E> {
    consistency_plan(old, new)?.prove(read)
}

/// Checks that the leaf with hash `leaf` is number `index` of the `size` leaves under `root`.
pub fn verify_inclusion(
    leaf: &Hash,
    index: u64,
    size: u64,
    proof: &[Hash],
    root: &Hash,
) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::NotInTree { index, size });
    }
    let (mut place, mut last, mut hash) = (index, size - 1, *leaf);
    for sibling in proof {
        if last == 0 {
            return Err(ProofError::Length);
        }
        if place & 1 == 1 || place == last {
            hash = node_hash(sibling, &hash);
            climb_lonely(&mut place, &mut last);
        } else {
            hash = node_hash(&hash, sibling);
        }
        (place, last) = (place >> 1, last >> 1);
    }
    if last != 0 {
        return Err(ProofError::Length);
    }
    if hash == *root {
        Ok(())
    } else {
        Err(ProofError::Root)
    }
}

/// Checks that the `new` leaves under `new_root` begin with the `old` leaves under `old_root`.
pub fn verify_consistency(
    old: u64,
    new: u64,
    proof: &[Hash],
    old_root: &Hash,
    new_root: &Hash,
) -> Result<(), ProofError> {
    if old > new {
        return Err(ProofError::Shrunk { old, new });
    }
    if old == 0 || old == new {
        return verify_without_growth(old, proof, old_root, new_root);
    }
    // A perfect old tree is itself the first node, and the proof leaves it out.
    let (seed, siblings) = match proof.split_first() {
        None => return Err(ProofError::Length),
        Some(_) if old.is_power_of_two() => (*old_root, proof),
        Some((first, rest)) => (*first, rest),
    };
    let shared = (old - 1).trailing_ones();
    let (mut place, mut last) = ((old - 1) >> shared, (new - 1) >> shared);
    let (mut old_hash, mut new_hash) = (seed, seed);
    for sibling in siblings {
        if last == 0 {
            return Err(ProofError::Length);
        }
        if place & 1 == 1 || place == last {
            old_hash = node_hash(sibling, &old_hash);
            new_hash = node_hash(sibling, &new_hash);
            climb_lonely(&mut place, &mut last);
        } else {
            new_hash = node_hash(&new_hash, sibling);
        }
        (place, last) = (place >> 1, last >> 1);
    }
    if last != 0 {
        return Err(ProofError::Length);
    }
    if old_hash == *old_root && new_hash == *new_root {
        Ok(())
    } else {
        Err(ProofError::Root)
    }
}

fn verify_without_growth(
    old: u64,
    proof: &[Hash],
    old_root: &Hash,
    new_root: &Hash,
) -> Result<(), ProofError> {
    if !proof.is_empty() {
        return Err(ProofError::Length);
    }
    let expected = if old == 0 { empty_root() } else { *new_root };
    if *old_root == expected {
        Ok(())
    } else {
        Err(ProofError::Root)
    }
}

/// A node at the right edge without a sibling rises unchanged until it is a right child.
fn climb_lonely(place: &mut u64, last: &mut u64) {
    while *place & 1 == 0 && *place != 0 {
        (*place, *last) = (*place >> 1, *last >> 1);
    }
}

/// The largest power of two below `count`, which is at least two.
pub(crate) const fn split(count: u64) -> u64 {
    1 << (count - 1).ilog2()
}
