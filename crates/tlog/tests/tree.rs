//! The tree against known roots and against RFC 6962 written out naively.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use std::collections::HashMap;

use common::{leaves, naive_node, naive_path, naive_root, naive_subproof, range_over};
use pramaan_tlog::{
    CompactRange, Hash, ProofError, RangeError, consistency_plan, empty_root, inclusion_plan, leaf_hash,
    prove_consistency, prove_inclusion, verify_consistency, verify_inclusion,
};
use proptest::prelude::*;
use proptest::sample::Index;

/// The eight leaves and roots of Certificate Transparency's own test suite.
const KNOWN: [(&str, &str); 8] = [
    (
        "",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    ),
    (
        "00",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    ),
    (
        "10",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    ),
    (
        "2021",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ),
    (
        "3031",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    ),
    (
        "40414243",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    ),
    (
        "5051525354555657",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    ),
    (
        "606162636465666768696a6b6c6d6e6f",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ),
];

#[test]
fn the_known_leaves_have_the_known_roots() {
    assert_eq!(
        empty_root().to_string(),
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
    let mut range = CompactRange::new();
    assert_eq!(range.root(), empty_root());
    for (leaf, root) in KNOWN {
        range.append(leaf_hash(&hex::decode(leaf).unwrap()));
        assert_eq!(range.root().to_string(), root);
    }
}

#[test]
fn every_proof_of_every_small_tree_is_the_naive_one_and_verifies() {
    let all = leaves(70);
    for size in 1..=all.len() {
        let now = &all[..size];
        let root = naive_root(now);
        assert_eq!(range_over(now).root(), root);
        let read = |node| Ok::<_, ProofError>(naive_node(now, node));
        for index in 0..size {
            let proof = prove_inclusion(index as u64, size as u64, read).unwrap();
            assert_eq!(proof, naive_path(index, now), "leaf {index} of {size}");
            verify_inclusion(&now[index], index as u64, size as u64, &proof, &root).unwrap();
        }
        for old in 1..=size {
            let proof = prove_consistency(old as u64, size as u64, read).unwrap();
            assert_eq!(proof, naive_subproof(old, now, true), "{old} to {size}");
            verify_consistency(old as u64, size as u64, &proof, &naive_root(&now[..old]), &root).unwrap();
        }
    }
}

#[test]
fn growing_reports_each_complete_node_once_with_its_hash() {
    let all = leaves(300);
    let (mut range, mut seen) = (CompactRange::new(), HashMap::new());
    for leaf in &all {
        range.append_with(*leaf, &mut |node, hash| {
            assert!(seen.insert(node, hash).is_none(), "{node:?} twice")
        });
    }
    let complete: u64 = (0..9).map(|level| 300 >> level).sum();
    assert_eq!(seen.len() as u64, complete);
    seen.iter()
        .for_each(|(node, hash)| assert_eq!(naive_node(&all, *node), *hash, "{node:?}"));
}

#[test]
fn a_huge_tree_needs_few_hashes() {
    let plan = inclusion_plan(0, (1 << 40) - 1).unwrap();
    assert!(plan.nodes().count() < 800);
    assert_eq!(
        inclusion_plan(5, 5),
        Err(ProofError::NotInTree { index: 5, size: 5 })
    );
    assert_eq!(consistency_plan(6, 5), Err(ProofError::Shrunk { old: 6, new: 5 }));
    assert!(matches!(inclusion_plan(0, u64::MAX), Err(ProofError::Size(_))));
    assert!(matches!(consistency_plan(1, u64::MAX), Err(ProofError::Size(_))));
}

#[test]
fn a_proof_for_one_size_does_not_serve_another() {
    // Over four and over eight leaves the path of leaf 0 begins alike, so only its length tells the sizes apart.
    let all = leaves(8);
    let (four, eight) = (naive_root(&all[..4]), naive_root(&all));
    let (short, long) = (naive_path(0, &all[..4]), naive_path(0, &all));
    assert_eq!(
        verify_inclusion(&all[0], 0, 8, &short, &four),
        Err(ProofError::Length)
    );
    assert_eq!(
        verify_inclusion(&all[0], 0, 4, &long, &eight),
        Err(ProofError::Length)
    );
    let (two_to_four, two_to_eight) = (naive_subproof(2, &all[..4], true), naive_subproof(2, &all, true));
    let two = naive_root(&all[..2]);
    assert_eq!(
        verify_consistency(2, 8, &two_to_four, &two, &four),
        Err(ProofError::Length)
    );
    assert_eq!(
        verify_consistency(2, 4, &two_to_eight, &two, &eight),
        Err(ProofError::Length)
    );
}

#[test]
fn an_empty_or_unchanged_tree_needs_no_proof() {
    let root = naive_root(&leaves(5));
    assert_eq!(verify_consistency(0, 5, &[], &empty_root(), &root), Ok(()));
    assert_eq!(verify_consistency(5, 5, &[], &root, &root), Ok(()));
    assert_eq!(verify_consistency(0, 5, &[], &root, &root), Err(ProofError::Root));
    assert_eq!(
        verify_consistency(5, 5, &[], &empty_root(), &root),
        Err(ProofError::Root)
    );
    assert_eq!(
        verify_consistency(5, 5, &[root], &root, &root),
        Err(ProofError::Length)
    );
    assert_eq!(
        verify_consistency(3, 5, &[], &root, &root),
        Err(ProofError::Length)
    );
    assert_eq!(
        verify_inclusion(&root, 0, 0, &[], &root),
        Err(ProofError::NotInTree { index: 0, size: 0 })
    );
}

#[test]
fn a_stored_edge_of_the_wrong_length_is_refused() {
    assert_eq!(CompactRange::from_bytes(&[0; 7]), Err(RangeError::Short(7)));
    assert_eq!(
        CompactRange::from_bytes(&[0xff; 8]),
        Err(RangeError::Size(u64::MAX))
    );
    let mut bytes = range_over(&leaves(5)).to_bytes();
    bytes.push(0);
    assert_eq!(
        CompactRange::from_bytes(&bytes),
        Err(RangeError::Length {
            size: 5,
            expected: 64,
            found: 65
        })
    );
    bytes.truncate(8 + 32);
    assert!(CompactRange::from_bytes(&bytes).is_err());
}

fn flipped(hash: &Hash, bit: usize) -> Hash {
    let mut bytes = *hash.as_bytes();
    bytes[bit / 8 % 32] ^= 1 << (bit % 8);
    Hash::from_bytes(bytes)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(pramaan_testkit::cases(96)))]

    #[test]
    fn an_edge_survives_storage_and_goes_on_growing(before in 0_u64..600, after in 0_u64..50) {
        let all = leaves(before + after);
        let stored = range_over(&all[..before as usize]).to_bytes();
        let mut range = CompactRange::from_bytes(&stored).unwrap();
        prop_assert_eq!(range.to_bytes(), stored);
        all[before as usize..].iter().for_each(|leaf| range.append(*leaf));
        prop_assert_eq!(range.size(), before + after);
        prop_assert_eq!(range.root(), naive_root(&all));
    }

    #[test]
    fn proofs_of_larger_trees_are_the_naive_ones(size in 1_u64..2_000, at: Index, old: Index) {
        let all = leaves(size);
        let read = |node| Ok::<_, ProofError>(naive_node(&all, node));
        let (at, old) = (at.index(size as usize), old.index(size as usize) + 1);
        prop_assert_eq!(prove_inclusion(at as u64, size, read).unwrap(), naive_path(at, &all));
        prop_assert_eq!(prove_consistency(old as u64, size, read).unwrap(), naive_subproof(old, &all, true));
    }

    #[test]
    fn a_forged_inclusion_is_refused(size in 2_u64..300, at: Index, bit: usize, which: Index, elsewhere: Index) {
        let all = leaves(size);
        let (root, at) = (naive_root(&all), at.index(size as usize));
        let proof = naive_path(at, &all);
        let check = |leaf: &Hash, index: u64, proof: &[Hash], root: &Hash| {
            verify_inclusion(leaf, index, size, proof, root).is_ok()
        };
        prop_assert!(check(&all[at], at as u64, &proof, &root));
        prop_assert!(!check(&flipped(&all[at], bit), at as u64, &proof, &root));
        prop_assert!(!check(&all[at], at as u64, &proof, &flipped(&root, bit)));
        let other = elsewhere.index(size as usize);
        prop_assert_eq!(check(&all[at], other as u64, &proof, &root), other == at);
        let mut altered = proof.clone();
        let which = which.index(proof.len());
        altered[which] = flipped(&altered[which], bit);
        prop_assert!(!check(&all[at], at as u64, &altered, &root));
        altered = proof.clone();
        altered.remove(which);
        prop_assert!(!check(&all[at], at as u64, &altered, &root));
        altered = proof.clone();
        altered.push(root);
        prop_assert!(!check(&all[at], at as u64, &altered, &root));
    }

    #[test]
    fn a_rewritten_past_is_refused(new in 2_u64..300, old: Index, rewritten: Index, which: Index, bit: usize) {
        let all = leaves(new);
        let old = old.index(new as usize - 1) + 1;
        let (old_root, new_root) = (naive_root(&all[..old]), naive_root(&all));
        let proof = naive_subproof(old, &all, true);
        let check = |proof: &[Hash], old_root: &Hash, new_root: &Hash| {
            verify_consistency(old as u64, new, proof, old_root, new_root).is_ok()
        };
        prop_assert!(check(&proof, &old_root, &new_root));
        let mut forged = all.clone();
        let rewritten = rewritten.index(old);
        forged[rewritten] = flipped(&forged[rewritten], bit);
        prop_assert!(!check(&naive_subproof(old, &forged, true), &old_root, &naive_root(&forged)));
        let mut altered = proof.clone();
        let which = which.index(proof.len());
        altered[which] = flipped(&altered[which], bit);
        prop_assert!(!check(&altered, &old_root, &new_root));
        altered = proof.clone();
        altered.remove(which);
        prop_assert!(!check(&altered, &old_root, &new_root));
        altered = proof;
        altered.push(new_root);
        prop_assert!(!check(&altered, &old_root, &new_root));
    }
}
