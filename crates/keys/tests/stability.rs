//! Stored data depends on every label and byte order: these answers, computed once by a second implementation (forty
//! lines of Python, standard library only), must never change.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use pramaan_keys::{Entropy, IndexKind, KeyStore, MacKind, MemoryKeyStore, SERIALS, SealPurpose};

/// Every byte 0x11, so every root key is the same.
struct Constant;

impl Entropy for Constant {
    fn fill(&self, buf: &mut [u8]) {
        buf.fill(0x11);
    }
}

#[test]
fn keyed_answers_stay_what_they_were() {
    let store = MemoryKeyStore::new(&Constant);
    let index = store.index(IndexKind::Mobile, b"9999999999");
    assert_eq!(hex::encode(index.as_bytes()), "8128a9473c433e9ed258a3c7d2192be0");
    assert_eq!(
        hex::encode(store.mac(MacKind::OneTimePassword, &[b"txn", b"123456"])),
        "038ae6cc32262994a5ceb5d0c38cd3052b8159a0dd6e358c804373ed782944af"
    );
    assert_eq!(
        hex::encode(store.sign_token(b"a.b")),
        "284e33add1bfbf216a12500930bec719194be198e69f63ac2111c399170f9667"
    );
    assert_eq!(store.reference_id(0), Ok(22_279_792_605_649));
    assert_eq!(store.reference_id(1), Ok(96_542_646_188_257));
    assert_eq!(store.reference_id(SERIALS - 1), Ok(91_194_728_535_888));
}

#[test]
fn a_value_sealed_by_the_first_release_still_opens() {
    let store = MemoryKeyStore::new(&Constant);
    let sealed = store.seal(SealPurpose::Outbox, b"row 1", b"hello", &Constant);
    assert_eq!(
        hex::encode(&sealed),
        "0100000001111111111111111111111111d3cfbe9ea35f825aeb8aa28f57f83afdc6bd2c4931"
    );
    assert_eq!(
        &**store.open(SealPurpose::Outbox, b"row 1", &sealed).unwrap(),
        b"hello"
    );
}
