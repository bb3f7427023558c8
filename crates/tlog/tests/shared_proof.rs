//! Many leaves proven at once: what single proofs say together, and no more.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::collections::{BTreeMap, BTreeSet};

use pramaan_tlog::{
    CompactRange, Hash, Node, ProofError, SharedProof, leaf_hash, node_hash, prove_inclusion, shared_root,
};
use proptest::prelude::*;

fn leaf(index: u64) -> Hash {
    leaf_hash(&index.to_be_bytes())
}

fn node(node: Node) -> Hash {
    let child = |index| {
        self::node(Node {
            level: node.level - 1,
            index,
        })
    };
    match node.level {
        0 => leaf(node.index),
        _ => node_hash(&child(node.index * 2), &child(node.index * 2 + 1)),
    }
}

fn root(size: u64) -> Hash {
    let mut range = CompactRange::new();
    (0..size).for_each(|index| range.append(leaf(index)));
    range.root()
}

fn shared(size: u64, leaves: &BTreeSet<u64>) -> (BTreeMap<u64, Hash>, Vec<Hash>) {
    let mut proof = SharedProof::new(size);
    for index in leaves {
        let path = prove_inclusion(*index, size, |at| Ok::<_, ProofError>(node(at))).unwrap();
        proof.add(*index, &path).unwrap();
    }
    (
        leaves.iter().map(|index| (*index, leaf(*index))).collect(),
        proof.hashes(),
    )
}

#[test]
fn every_set_of_leaves_of_every_small_tree_leads_to_its_root() {
    for size in 1..=9_u64 {
        for set in 1..1_u64 << size {
            let leaves = (0..size).filter(|index| set >> index & 1 == 1).collect();
            let (known, hashes) = shared(size, &leaves);
            assert_eq!(
                shared_root(size, &known, &hashes),
                Ok(root(size)),
                "{size} {leaves:?}"
            );
        }
    }
}

proptest! {
    #[test]
    fn a_changed_proof_leads_elsewhere(
        size in 1..130_u64, of in proptest::collection::vec(any::<u64>(), 1..12), at in any::<usize>(), moved in 1..130_u64,
    ) {
        let leaves: BTreeSet<u64> = of.iter().map(|index| index % size).collect();
        let (known, hashes) = shared(size, &leaves);
        prop_assert_eq!(shared_root(size, &known, &hashes), Ok(root(size)));

        let mut changed = known.clone();
        let index = *leaves.iter().nth(at % leaves.len()).unwrap();
        changed.insert(index, leaf(size + 1));
        prop_assert_ne!(shared_root(size, &changed, &hashes), Ok(root(size)));

        let mut elsewhere = known.clone();
        let hash = elsewhere.remove(&index).unwrap();
        if !leaves.contains(&moved) {
            elsewhere.insert(moved, hash);
            prop_assert_ne!(shared_root(size, &elsewhere, &hashes), Ok(root(size)));
        }
        let mut more = hashes.clone();
        more.push(leaf(0));
        prop_assert_eq!(shared_root(size, &known, &more), Err(ProofError::Length));
        if let Some(at) = at.checked_rem(hashes.len()) {
            let mut fewer = hashes.clone();
            fewer.remove(at);
            prop_assert!(shared_root(size, &known, &fewer).is_err());
            let mut other = hashes.clone();
            other[at] = leaf(size + 2);
            prop_assert_ne!(shared_root(size, &known, &other), Ok(root(size)));
        }
    }
}

#[test]
fn what_is_no_proof_is_refused() {
    let (known, hashes) = shared(9, &BTreeSet::from([3]));
    assert_eq!(
        shared_root(9, &BTreeMap::new(), &[root(9)]),
        Err(ProofError::Length),
        "no leaf"
    );
    let beyond = ProofError::NotInTree { index: 3, size: 3 };
    assert_eq!(shared_root(3, &known, &hashes), Err(beyond));
    assert_eq!(
        shared_root(u64::MAX, &known, &hashes),
        Err(ProofError::Size(u64::MAX))
    );
    let mut proof = SharedProof::new(9);
    assert_eq!(
        proof.add(9, &[]),
        Err(ProofError::NotInTree { index: 9, size: 9 })
    );
    assert_eq!(proof.add(3, &hashes[1..]), Err(ProofError::Length));
    assert_eq!(
        proof.add(3, &[hashes.clone(), hashes].concat()),
        Err(ProofError::Length)
    );
}
