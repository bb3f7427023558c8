//! One proof that several leaves are in a tree: the hashes of the largest subtrees in which none of them is, from left to
//! right.
//!
//! Whoever knows the leaves and their places follows the definition of the root (RFC 6962 section 2.1) from the top, and
//! takes the next hash wherever there is none of them. Paths share what they have in common, and no hash needs a number.

use std::collections::{BTreeMap, BTreeSet};

use crate::proof::split;
use crate::range::MAX_SIZE;
use crate::{Hash, ProofError, node_hash};

/// The proofs of single leaves, put together.
#[derive(Debug, Clone)]
pub struct SharedProof {
    size: u64,
    leaves: BTreeSet<u64>,
    /// The root of a range of leaves, by its first and the one after its last.
    beside: BTreeMap<(u64, u64), Hash>,
}

impl SharedProof {
    /// Of nothing yet, in a tree of `size` leaves.
    pub const fn new(size: u64) -> Self {
        Self {
            size,
            leaves: BTreeSet::new(),
            beside: BTreeMap::new(),
        }
    }

    /// Adds leaf `index` with its inclusion proof, which is believed.
    ///
    /// # Errors
    /// `NotInTree`, or `Length` for a path of another tree.
    pub fn add(&mut self, index: u64, path: &[Hash]) -> Result<(), ProofError> {
        let size = self.size;
        if index >= size {
            return Err(ProofError::NotInTree { index, size });
        }
        let (mut from, mut to) = (0, size);
        let mut hashes = path.iter().rev();
        while to - from > 1 {
            let middle = from + split(to - from);
            let hash = *hashes.next().ok_or(ProofError::Length)?;
            if index < middle {
                self.beside.insert((middle, to), hash);
                to = middle;
            } else {
                self.beside.insert((from, middle), hash);
                from = middle;
            }
        }
        self.leaves.insert(index);
        match hashes.next() {
            None => Ok(()),
            Some(_) => Err(ProofError::Length),
        }
    }

    /// The hashes; none when there are no leaves.
    pub fn hashes(&self) -> Vec<Hash> {
        let mut hashes = Vec::new();
        if !self.leaves.is_empty() {
            self.gather(0, self.size, &mut hashes);
        }
        hashes
    }

    fn gather(&self, from: u64, to: u64, hashes: &mut Vec<Hash>) {
        if self.leaves.range(from..to).next().is_none() {
            hashes.extend(self.beside.get(&(from, to)));
        } else if to - from > 1 {
            let middle = from + split(to - from);
            self.gather(from, middle, hashes);
            self.gather(middle, to, hashes);
        }
    }
}

/// The root of the tree of `size` leaves to which these leaves, each at its place, and the hashes lead.
///
/// # Errors
/// `NotInTree` for a place beyond the tree; `Length` when there are more or fewer hashes than subtrees without a leaf, or no
/// leaf at all.
pub fn shared_root(size: u64, leaves: &BTreeMap<u64, Hash>, hashes: &[Hash]) -> Result<Hash, ProofError> {
    if size > MAX_SIZE {
        return Err(ProofError::Size(size));
    }
    let leaves: Vec<(u64, Hash)> = leaves.iter().map(|(index, hash)| (*index, *hash)).collect();
    match leaves.last() {
        None => return Err(ProofError::Length),
        Some((index, _)) if *index >= size => return Err(ProofError::NotInTree { index: *index, size }),
        Some(_) => {}
    }
    let mut hashes = hashes.iter();
    let root = over(0, size, &leaves, &mut hashes).ok_or(ProofError::Length)?;
    match hashes.next() {
        None => Ok(root),
        Some(_) => Err(ProofError::Length),
    }
}

/// The root over the leaves `from..to`, of which these are known; nothing when the hashes run out.
fn over<'a>(
    from: u64,
    to: u64,
    known: &[(u64, Hash)],
    hashes: &mut impl Iterator<Item = &'a Hash>,
) -> Option<Hash> {
    match known {
        [] => hashes.next().copied(),
        [(_, leaf)] if to - from == 1 => Some(*leaf),
        _ => {
            let middle = from + split(to - from);
            let (left, right) = known.split_at(known.partition_point(|(index, _)| *index < middle));
            let left = over(from, middle, left, hashes)?;
            let right = over(middle, to, right, hashes)?;
            Some(node_hash(&left, &right))
        }
    }
}
