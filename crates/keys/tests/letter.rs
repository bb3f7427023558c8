//! What a phone seals while it is offline opens for the installation that it was sealed for, and for nobody else.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use pramaan_keys::{KeyError, KeyStore, MemoryKeyStore, seal_letter};
use pramaan_testkit::SeededEntropy;

fn keys(seed: u64) -> MemoryKeyStore {
    MemoryKeyStore::new(&SeededEntropy::new(seed))
}

#[test]
fn an_offline_letter_opens_for_its_recipient_and_request_only() {
    let (ours, entropy) = (keys(1), SeededEntropy::new(7));
    let letter = seal_letter(&ours.letter_key(), b"request 1", b"name=Asha", &entropy).unwrap();
    let opened = ours.open_letter(b"request 1", &letter).unwrap();
    assert_eq!(opened.as_slice(), b"name=Asha");
    let rejected = Err(KeyError::Rejected);
    assert_eq!(ours.open_letter(b"request 2", &letter), rejected);
    assert_eq!(keys(2).open_letter(b"request 1", &letter), rejected);
    for at in [0, 1, 64, 65, 76, 77, letter.len() - 1] {
        let mut changed = letter.clone();
        changed[at] ^= 1;
        assert!(ours.open_letter(b"request 1", &changed).is_err(), "byte {at}");
    }
    for length in [0, 64, 65, 92] {
        let cut = ours.open_letter(b"request 1", &letter[..length]);
        assert!(matches!(cut, Err(KeyError::Truncated { .. })), "{length}");
    }
}

#[test]
fn the_same_root_has_the_same_offline_key_in_the_form_that_browsers_import() {
    let public = keys(1).letter_key();
    assert_eq!(public, keys(1).letter_key());
    assert_eq!(public[0], 4, "uncompressed");
    assert_ne!(public, keys(2).letter_key());
    assert!(seal_letter(&[7; 65], b"", b"", &SeededEntropy::new(7)).is_none());
}
