//! What every key store promises.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use std::collections::HashSet;

use common::seeded;
use ed25519_dalek::{Signature, VerifyingKey};
use pramaan_keys::{
    BlindIndex, IndexKind, KeyEpoch, KeyError, KeyStore, MacKind, MemoryKeyStore, SealPurpose, SecretKey,
    context, equal,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

fn keys(seed: u64) -> MemoryKeyStore {
    MemoryKeyStore::new(&seeded(seed))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(pramaan_testkit::cases(64)))]

    #[test]
    fn what_is_sealed_opens_only_as_it_was_sealed(
        seed: u64,
        purpose in select(SealPurpose::ALL),
        other_purpose in select(SealPurpose::ALL),
        bound in vec(any::<u8>(), 0..40),
        other_bound in vec(any::<u8>(), 0..40),
        plaintext in vec(any::<u8>(), 0..200),
    ) {
        let store = keys(seed);
        let sealed = store.seal(purpose, &bound, &plaintext, &seeded(seed ^ 1));
        prop_assert_eq!(sealed.len(), plaintext.len() + 33);
        prop_assert_eq!(&*store.open(purpose, &bound, &sealed).unwrap(), &plaintext);
        prop_assert_eq!(store.open(other_purpose, &bound, &sealed).is_ok(), purpose == other_purpose);
        prop_assert_eq!(store.open(purpose, &other_bound, &sealed).is_ok(), bound == other_bound);
        prop_assert_eq!(keys(seed ^ 2).open(purpose, &bound, &sealed), Err(KeyError::Rejected));
        prop_assert_eq!(store.unwrap_key(&sealed, &bound).err(), Some(KeyError::Rejected));
    }

    #[test]
    fn any_changed_bit_and_any_cut_is_noticed(
        plaintext in vec(any::<u8>(), 0..40),
        bit: prop::sample::Index,
        cut: prop::sample::Index,
    ) {
        let key = SecretKey::from_bytes([5; 32]);
        let sealed = key.seal(b"here", &plaintext, &seeded(1));
        prop_assert_eq!(&*key.open(b"here", &sealed).unwrap(), &plaintext);
        let mut flipped = sealed.clone();
        let bit = bit.index(sealed.len() * 8);
        flipped[bit / 8] ^= 1 << (bit % 8);
        prop_assert!(key.open(b"here", &flipped).is_err());
        prop_assert!(key.open(b"here", &sealed[..cut.index(sealed.len())]).is_err());
        prop_assert!(key.open(b"there", &sealed).is_err());
    }

    #[test]
    fn indexes_are_stable_and_neither_kinds_nor_keys_meet(seed: u64, value in vec(any::<u8>(), 0..30)) {
        let (store, other) = (keys(seed), keys(seed ^ 1));
        let all: Vec<BlindIndex> = IndexKind::ALL
            .iter()
            .flat_map(|kind| [store.index(*kind, &value), other.index(*kind, &value)])
            .collect();
        prop_assert_eq!(all.iter().collect::<HashSet<_>>().len(), IndexKind::ALL.len() * 2);
        prop_assert_eq!(store.index(IndexKind::Mobile, &value), keys(seed).index(IndexKind::Mobile, &value));
        let macs: HashSet<_> = MacKind::ALL.iter().map(|kind| store.mac(*kind, &[&value])).collect();
        prop_assert_eq!(macs.len(), MacKind::ALL.len());
    }

    #[test]
    fn a_context_is_its_parts(left in vec(vec(any::<u8>(), 0..3), 0..4), right in vec(vec(any::<u8>(), 0..3), 0..4)) {
        let joined = |parts: &[Vec<u8>]| context(&parts.iter().map(Vec::as_slice).collect::<Vec<_>>());
        prop_assert_eq!(joined(&left) == joined(&right), left == right);
    }
}

#[test]
fn equal_values_of_different_kinds_never_share_an_index() {
    let store = keys(1);
    let mut seen = HashSet::new();
    for number in 0..2_000_u32 {
        for kind in IndexKind::ALL {
            assert!(
                seen.insert(store.index(*kind, format!("{number}").as_bytes())),
                "{kind:?} {number}"
            );
        }
    }
}

#[test]
fn the_same_value_sealed_twice_looks_different() {
    let (store, chance) = (keys(1), seeded(2));
    let seal = || store.seal(SealPurpose::Outbox, b"row 1", b"hello", &chance);
    assert_ne!(seal(), seal());
}

#[test]
fn a_wrapped_key_comes_back_only_in_its_context() {
    let store = keys(1);
    let key = SecretKey::generate(&seeded(9));
    let wrapped = store.wrap(&key, b"person 1", &seeded(3));
    assert_eq!(
        store.unwrap_key(&wrapped, b"person 1").unwrap().expose(),
        key.expose()
    );
    assert_eq!(
        store.unwrap_key(&wrapped, b"person 2").err(),
        Some(KeyError::Rejected)
    );
    for purpose in SealPurpose::ALL {
        assert_eq!(
            store.open(*purpose, b"person 1", &wrapped).err(),
            Some(KeyError::Rejected)
        );
    }
}

#[test]
fn a_sealed_value_says_which_format_and_epoch_it_is_of() {
    let store = keys(1);
    assert_eq!(store.epoch(), KeyEpoch(1));
    let mut sealed = store.seal(SealPurpose::Staff, b"", b"x", &seeded(2));
    assert_eq!(sealed[..5], [1, 0, 0, 0, 1]);
    sealed[4] = 7;
    assert_eq!(
        store.open(SealPurpose::Staff, b"", &sealed),
        Err(KeyError::Epoch { sealed: 7, held: 1 })
    );
    sealed[0] = 2;
    assert_eq!(
        store.open(SealPurpose::Staff, b"", &sealed),
        Err(KeyError::Version(2))
    );
    let short = KeyError::Truncated {
        length: 4,
        shortest: 33,
    };
    assert_eq!(store.open(SealPurpose::Staff, b"", &[1, 0, 0, 0]), Err(short));
}

#[test]
fn derived_keys_differ_by_label_and_parent() {
    let (one, two) = (SecretKey::from_bytes([1; 32]), SecretKey::from_bytes([2; 32]));
    let made: HashSet<_> = [one.derive("a"), one.derive("b"), two.derive("a")]
        .iter()
        .map(|k| *k.expose())
        .collect();
    assert_eq!(made.len(), 3);
    assert_eq!(one.derive("a").expose(), one.derive("a").expose());
    assert_ne!(one.mac(&[b"ab", b"c"]), one.mac(&[b"a", b"bc"]));
}

#[test]
fn signatures_verify_under_their_own_public_key_only() {
    let store = keys(1);
    let (log, certificate) = (store.log_public_key(), store.certificate_public_key());
    assert_ne!(log, certificate);
    let verifies = |key: &[u8; 32], signature: [u8; 64]| {
        VerifyingKey::from_bytes(key)
            .unwrap()
            .verify_strict(b"head", &Signature::from_bytes(&signature))
            .is_ok()
    };
    assert!(verifies(&log, store.sign_log(b"head")));
    assert!(verifies(&certificate, store.sign_certificate(b"head")));
    assert!(!verifies(&log, store.sign_certificate(b"head")));
    assert!(!verifies(&log, store.sign_log(b"other")));
    assert_ne!(store.sign_token(b"a.b"), store.sign_token(b"a.c"));
}

#[test]
fn equality_is_by_all_bytes() {
    assert!(equal(b"abc", b"abc"));
    assert!(!equal(b"abc", b"abd"));
    assert!(!equal(b"abc", b"ab"));
}
