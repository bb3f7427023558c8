//! Leaf format v1: nothing but the one form of a leaf is read.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use common::vectors::vectors;
use pramaan_tlog::leaf::{
    Access, AccessKind, Actor, ActorClass, Basis, Circumstances, Commitment, Hour, LeafError, Purpose, Salt,
    UnknownCode,
};
use pramaan_tlog::{Hash, Leaf, SubjectTag};
use proptest::prelude::*;
use proptest::sample::{Index, select};

#[test]
fn every_vector_reads_back() {
    for (name, leaf) in vectors() {
        assert_eq!(Leaf::from_bytes(&leaf.to_bytes()), Ok(leaf), "{name}");
    }
}

#[test]
fn leaves_are_small() {
    let longest = vectors().iter().map(|(_, leaf)| leaf.to_bytes().len()).max();
    assert!(longest < Some(200), "{longest:?}");
}

#[test]
fn other_versions_codes_and_shapes_are_refused() {
    let good = vectors()[0].1.to_bytes();
    let with = |place: usize, byte: u8| {
        let mut bytes = good.clone();
        bytes[place] = byte;
        Leaf::from_bytes(&bytes)
    };
    assert_eq!(with(1, 2), Err(LeafError::Version(2)));
    assert_eq!(
        with(2, 0),
        Err(LeafError::Code(UnknownCode {
            list: "a kind",
            code: 0
        }))
    );
    assert_eq!(
        with(2, 21),
        Err(LeafError::Code(UnknownCode {
            list: "a kind",
            code: 21
        }))
    );
    assert_eq!(
        with(3, 9),
        Err(LeafError::Code(UnknownCode {
            list: "a basis",
            code: 9
        }))
    );
    assert_eq!(
        with(0, 0x8a),
        Err(LeafError::Items {
            expected: 11,
            found: Some(10)
        })
    );
    assert_eq!(
        with(0, 0x9f),
        Err(LeafError::Items {
            expected: 11,
            found: None
        })
    );
    assert!(matches!(with(0, 0xab), Err(LeafError::Malformed(_))));
    assert!(
        matches!(with(2, 12), Err(LeafError::Malformed(_))),
        "a tag is not a count"
    );
    assert!(matches!(with(2, 14), Err(LeafError::Items { expected: 7, .. })));
    assert_eq!(Leaf::from_bytes(&vec![0; 65_536]), Err(LeafError::Large(65_536)));
}

#[test]
fn longer_forms_and_trailing_bytes_are_refused() {
    let good = vectors()[0].1.to_bytes();
    let trailing = [good.as_slice(), &[0]].concat();
    assert_eq!(Leaf::from_bytes(&trailing), Err(LeafError::NotCanonical));
    // The version, then the basis, written in two bytes instead of one; then the array's own length.
    for (place, longer) in [(1, [0x18, 0x01]), (3, [0x18, 0x01]), (0, [0x98, 0x0b])] {
        let mut bytes = good.clone();
        bytes.splice(place..=place, longer);
        assert_eq!(
            Leaf::from_bytes(&bytes),
            Err(LeafError::NotCanonical),
            "at {place}"
        );
    }
}

#[test]
fn a_commitment_holds_for_its_salt_and_detail_only() {
    let (salt, other) = (Salt::from_bytes([1; 32]), Salt::from_bytes([2; 32]));
    let commitment = Commitment::to(&salt, b"detail");
    assert!(commitment.holds(&salt, b"detail"));
    assert!(!commitment.holds(&other, b"detail"));
    assert!(!commitment.holds(&salt, b"detai"));
    assert_eq!(format!("{salt:?}"), "Salt(…)");
}

prop_compose! {
    fn any_access()(
        kind in select(AccessKind::ALL), basis in select(Basis::ALL), class in select(ActorClass::ALL),
        purpose in select(Purpose::ALL), hour: u32, district: u32, organisation: u64,
        policy: [u8; 32], detail: [u8; 32], subject: [u8; 16],
    ) -> Leaf {
        let circumstances = Circumstances {
            basis, hour: Hour::new(hour), district, actor: Actor { class, organisation }, purpose,
            policy: Hash::from_bytes(policy), detail: Commitment::from_bytes(detail),
        };
        Leaf::Access(Access { kind, circumstances, subject: SubjectTag::from_bytes(subject) })
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(pramaan_testkit::cases(256)))]

    #[test]
    fn any_leaf_reads_back(leaf in any_access()) {
        prop_assert_eq!(Leaf::from_bytes(&leaf.to_bytes()), Ok(leaf));
    }

    #[test]
    fn whatever_is_read_is_the_only_form_of_it(leaf in any_access(), at: Index, to: u8, cut: Index) {
        let good = leaf.to_bytes();
        let mut bytes = good.clone();
        let at = at.index(bytes.len());
        bytes[at] = to;
        if let Ok(read) = Leaf::from_bytes(&bytes) {
            prop_assert_eq!(read.to_bytes(), bytes);
        }
        prop_assert!(Leaf::from_bytes(&good[..cut.index(good.len())]).is_err());
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes: Vec<u8>) {
        let _ = Leaf::from_bytes(&bytes);
    }
}
