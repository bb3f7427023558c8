//! Subject tags and the index of a day.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use std::collections::HashSet;

use common::naive_root;
use pramaan_tlog::leaf::{Day, DayRoot};
use pramaan_tlog::{
    AbsenceProof, DayIndex, DayProof, DayProofError, DuplicateTag, Hash, InclusionProof, SubjectTag,
    leaf_hash, month_key, subject_tag,
};
use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use proptest::sample::Index;

const DAY: Day = Day::new(20_000);

fn tag(bytes: [u8; 16]) -> SubjectTag {
    SubjectTag::from_bytes(bytes)
}

fn index(tags: Vec<SubjectTag>) -> (DayIndex, DayRoot) {
    let index = DayIndex::new(DAY, tags).unwrap();
    let root = index.root();
    (index, root)
}

fn present(index: &DayIndex, tag: SubjectTag) -> InclusionProof {
    match index.prove(tag) {
        DayProof::Present(proof) => proof,
        DayProof::Absent(_) => panic!("{tag:?} is in the day"),
    }
}

fn absent(index: &DayIndex, tag: SubjectTag) -> AbsenceProof {
    match index.prove(tag) {
        DayProof::Absent(proof) => proof,
        DayProof::Present(_) => panic!("{tag:?} is not in the day"),
    }
}

#[test]
fn tags_are_what_a_second_implementation_computes() {
    // Python: hmac.new(key, message, "sha256"), see docs/leaf.md for the messages.
    let month = month_key(&[7; 32], (2026, 11), 0);
    assert_eq!(
        hex::encode(month),
        "ff717150976c3056ac65fe01c53fa01140b2861be8962c0b5c168f5404a49eea"
    );
    assert_eq!(
        hex::encode(subject_tag(&month, Day::new(20_779), 3).as_bytes()),
        "1cfbe8e30221deddf184eb66bba21265"
    );
}

#[test]
fn tags_of_persons_months_days_and_counts_do_not_meet() {
    let mut seen = HashSet::new();
    for person in 0..5 {
        for month in 1..=12 {
            let key = month_key(&[person; 32], (2026, month), 0);
            for day in 0..5 {
                for i in 0..5 {
                    assert!(seen.insert(subject_tag(&key, Day::new(day), i)));
                }
            }
        }
    }
}

#[test]
fn a_day_without_entries_proves_absence_by_its_empty_root() {
    let (index, root) = index(Vec::new());
    assert_eq!((root.count, root.root), (0, naive_root(&[])));
    let proof = absent(&index, tag([1; 16]));
    assert_eq!(root.verify_absent(tag([1; 16]), &proof), Ok(()));
    let lying = DayRoot {
        root: leaf_hash(b""),
        ..root
    };
    assert_eq!(
        lying.verify_absent(tag([1; 16]), &proof),
        Err(DayProofError::NotEmpty)
    );
    let lying = DayRoot { count: 1, ..root };
    assert_eq!(
        lying.verify_absent(tag([1; 16]), &proof),
        Err(DayProofError::NotEmpty)
    );
}

#[test]
fn a_tag_used_twice_is_refused() {
    let refused = DayIndex::new(DAY, vec![tag([1; 16]), tag([2; 16]), tag([1; 16])]);
    assert_eq!(refused.unwrap_err(), DuplicateTag(tag([1; 16])));
}

#[test]
fn a_proof_of_a_large_day_is_one_or_two_kilobytes() {
    let tags: Vec<_> = (0..20_000_u32).map(|i| subject_tag(&[9; 32], DAY, i)).collect();
    let (index, root) = index(tags.clone());
    let proof = absent(&index, tag([0x80; 16]));
    root.verify_absent(tag([0x80; 16]), &proof).unwrap();
    let hashes: usize = [&proof.left, &proof.right]
        .into_iter()
        .flatten()
        .map(|side| side.path.len())
        .sum();
    assert!(hashes * 32 <= 1_024, "{hashes} hashes");
    root.verify_present(tags[7], &present(&index, tags[7])).unwrap();
}

/// A person with `own` entries among `others` strangers'.
fn persons_day(own: u32, others: &[[u8; 16]]) -> (DayIndex, DayRoot, [u8; 32]) {
    let key = month_key(&[7; 32], (2026, 11), 0);
    let mut tags: Vec<_> = others.iter().copied().map(tag).collect();
    tags.extend((0..own).map(|i| subject_tag(&key, DAY, i)));
    let (index, root) = index(tags);
    (index, root, key)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(pramaan_testkit::cases(96)))]

    #[test]
    fn the_root_is_that_of_the_sorted_tags(tags in btree_set(any::<[u8; 16]>(), 0..200), turn: Index) {
        let sorted: Vec<[u8; 16]> = tags.into_iter().collect();
        let hashes: Vec<Hash> = sorted.iter().map(|tag| leaf_hash(tag)).collect();
        let mut shuffled: Vec<_> = sorted.iter().copied().map(tag).collect();
        if !shuffled.is_empty() {
            let by = turn.index(shuffled.len());
            shuffled.rotate_left(by);
        }
        let (_, root) = index(shuffled);
        prop_assert_eq!((root.day, root.count, root.root), (DAY, sorted.len() as u64, naive_root(&hashes)));
    }

    #[test]
    fn each_tag_is_proved_present_or_absent_and_never_both(
        tags in btree_set(0_u16..300, 0..120),
        asked in 0_u16..300,
    ) {
        // Few possible tags, so that neighbours and both ends are met.
        let wide = |number: u16| { let mut bytes = [0; 16]; bytes[..2].copy_from_slice(&number.to_be_bytes()); tag(bytes) };
        let (index, root) = index(tags.iter().copied().map(wide).collect());
        match index.prove(wide(asked)) {
            DayProof::Present(proof) => {
                prop_assert!(tags.contains(&asked));
                prop_assert_eq!(root.verify_present(wide(asked), &proof), Ok(()));
                let alone = AbsenceProof { left: Some(proof.clone()), right: None };
                prop_assert!(root.verify_absent(wide(asked), &alone).is_err());
                let alone = AbsenceProof { left: None, right: Some(proof) };
                prop_assert!(root.verify_absent(wide(asked), &alone).is_err());
            }
            DayProof::Absent(proof) => {
                prop_assert!(!tags.contains(&asked));
                prop_assert_eq!(root.verify_absent(wide(asked), &proof), Ok(()));
                for side in proof.left.iter().chain(&proof.right) {
                    prop_assert_eq!(root.verify_present(wide(asked), side), Err(DayProofError::OtherTag));
                }
            }
        }
    }

    #[test]
    fn no_present_tag_can_be_shown_absent(tags in btree_set(any::<[u8; 16]>(), 3..80), at: Index, gap in 1_usize..4) {
        let sorted: Vec<_> = tags.into_iter().map(tag).collect();
        let (index, root) = index(sorted.clone());
        let at = at.index(sorted.len());
        let side = |place: Option<usize>| place.and_then(|p| sorted.get(p)).map(|tag| present(&index, *tag));
        let (left, right) = (side(at.checked_sub(gap)), side(Some(at + gap)));
        let lies = [
            AbsenceProof { left: left.clone(), right: right.clone() },
            AbsenceProof { left: left.clone(), right: None },
            AbsenceProof { left: None, right: right.clone() },
            AbsenceProof { left: right, right: left },
            AbsenceProof { left: None, right: None },
        ];
        for lie in lies {
            prop_assert!(root.verify_absent(sorted[at], &lie).is_err(), "{lie:?}");
        }
        let mut moved = present(&index, sorted[at]);
        moved.index = (moved.index + 1) % root.count;
        prop_assert!(root.verify_present(sorted[at], &moved).is_err());
    }

    #[test]
    fn a_persons_day_is_complete_or_refused(own in 0_u32..12, others in vec(any::<[u8; 16]>(), 0..60)) {
        let (index, root, key) = persons_day(own, &others);
        let proofs: Vec<_> = (0..own).map(|i| present(&index, subject_tag(&key, DAY, i))).collect();
        let next = absent(&index, subject_tag(&key, DAY, own));
        prop_assert_eq!(root.verify_complete(&key, &proofs, &next), Ok(()));
        if let Some((_, fewer)) = proofs.split_last() {
            // Hiding the last read would need its absence, and there is only somebody else's.
            prop_assert!(root.verify_complete(&key, fewer, &next).is_err());
            prop_assert!(root.verify_complete(&key, &proofs[1..], &next).is_err());
        }
        let other_month = month_key(&[7; 32], (2026, 12), 0);
        prop_assert_eq!(root.verify_complete(&other_month, &proofs, &next).is_ok() , own == 0
            && root.verify_absent(subject_tag(&other_month, DAY, 0), &next).is_ok());
    }
}
