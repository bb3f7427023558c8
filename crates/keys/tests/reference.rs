//! Reference ids: unique, shaped, recognised without a database.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use std::collections::HashSet;

use common::seeded;
use pramaan_keys::{KeyError, KeyStore, MemoryKeyStore, SERIALS, bytes};

#[test]
fn ids_are_unique_fourteen_digit_and_recognised() {
    let store = MemoryKeyStore::new(&seeded(1));
    let serials = (0..3_000).chain(SERIALS - 1_000..SERIALS);
    let ids: HashSet<u64> = serials
        .map(|serial| store.reference_id(serial).unwrap())
        .collect();
    assert_eq!(ids.len(), 4_000);
    let numbers: HashSet<u64> = ids.iter().map(|id| id / 10_000).collect();
    assert_eq!(numbers.len(), 4_000, "the first ten digits alone are unique");
    for id in ids {
        assert!((10_000_000_000_000..100_000_000_000_000).contains(&id), "{id}");
        assert!(store.is_reference_id(id));
    }
}

#[test]
fn neighbouring_serials_have_unrelated_ids() {
    let store = MemoryKeyStore::new(&seeded(1));
    let numbers: Vec<u64> = (0..1_000)
        .map(|serial| store.reference_id(serial).unwrap() / 10_000)
        .collect();
    let rising = numbers.windows(2).filter(|pair| pair[0] < pair[1]).count();
    assert!((400..600).contains(&rising), "{rising} of 999 steps rise");
    let close = numbers
        .windows(2)
        .filter(|pair| pair[0].abs_diff(pair[1]) < 1_000_000)
        .count();
    assert!(close < 5, "{close} of 999 steps are below a million");
}

#[test]
fn of_random_numbers_one_in_ten_thousand_passes() {
    let (store, chance) = (MemoryKeyStore::new(&seeded(1)), seeded(2));
    let random = || 10_000_000_000_000 + u64::from_be_bytes(bytes(&chance)) % 90_000_000_000_000;
    let passed = (0..60_000).filter(|_| store.is_reference_id(random())).count();
    assert!(
        (1..=20).contains(&passed),
        "{passed} of 60,000 passed; 6 are expected"
    );
}

#[test]
fn every_other_tag_and_every_other_length_is_refused() {
    let store = MemoryKeyStore::new(&seeded(1));
    let id = store.reference_id(42).unwrap();
    let first = id / 10_000 * 10_000;
    let passing: Vec<u64> = (first..first + 10_000)
        .filter(|id| store.is_reference_id(*id))
        .collect();
    assert_eq!(passing, [id]);
    assert!((0..20_000).all(|short| !store.is_reference_id(short)));
    assert!((0..20_000).all(|long| !store.is_reference_id(100_000_000_000_000 + long)));
    assert!(!store.is_reference_id(u64::MAX));
    assert!(
        !MemoryKeyStore::new(&seeded(2)).is_reference_id(id),
        "another installation's"
    );
}

#[test]
fn serials_run_out_with_an_error() {
    let store = MemoryKeyStore::new(&seeded(1));
    assert!(store.reference_id(SERIALS - 1).is_ok());
    assert_eq!(store.reference_id(SERIALS), Err(KeyError::Serial(SERIALS)));
    assert_eq!(store.reference_id(u64::MAX), Err(KeyError::Serial(u64::MAX)));
}
