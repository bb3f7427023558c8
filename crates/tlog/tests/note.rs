//! Signed notes and checkpoints.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use ed25519_dalek::{Signer as _, SigningKey};
use pramaan_tlog::{
    Checkpoint, CheckpointError, Hash, Note, NoteError, Signer, Verifier, leaf_hash, sign_note,
};
use proptest::prelude::*;
use proptest::sample::Index;

/// The example in the documentation of Go's golang.org/x/mod/sumdb/note.
const GO_KEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const GO_NOTE: &str = "If you think cryptography is the answer to your problem,\n\
    then you don't know what your problem is.\n\
    \n\
    \u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

const ORIGIN: &str = "log.example.in/2026";

fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

fn verifier(name: &str, seed: u8) -> Verifier {
    Verifier::new(name, &key(seed).verifying_key().to_bytes()).unwrap()
}

fn signed(text: &str, signers: &[(&str, u8)]) -> String {
    let keys: Vec<_> = signers.iter().map(|(_, seed)| key(*seed)).collect();
    let closures: Vec<_> = keys
        .iter()
        .map(|key| |text: &[u8]| key.sign(text).to_bytes())
        .collect();
    let signers: Vec<_> = signers
        .iter()
        .zip(keys.iter().zip(&closures))
        .map(|((name, _), (key, sign))| Signer {
            name,
            public_key: key.verifying_key().to_bytes(),
            sign,
        })
        .collect();
    sign_note(text, &signers).unwrap()
}

fn checkpoint() -> Checkpoint {
    Checkpoint::new(ORIGIN, 20_852_163, leaf_hash(b"x")).unwrap()
}

fn signed_checkpoint() -> String {
    let key = key(1);
    checkpoint()
        .sign(key.verifying_key().to_bytes(), &|text| key.sign(text).to_bytes())
        .unwrap()
}

#[test]
fn a_note_written_by_go_verifies() {
    let verifier = Verifier::parse(GO_KEY).unwrap();
    assert_eq!(verifier.to_string(), GO_KEY);
    assert_eq!(hex::encode(verifier.key_id()), "c74f20a3");
    let note = Note::parse(GO_NOTE.as_bytes()).unwrap();
    assert!(note.verified_by(&verifier).unwrap().starts_with("If you think"));
    let altered = GO_NOTE.replace("don't", "do");
    assert_eq!(
        Note::parse(altered.as_bytes()).unwrap().verified_by(&verifier),
        Err(NoteError::Forged)
    );
}

#[test]
fn strangers_signatures_are_ignored_and_missing_ones_noticed() {
    let note = Note::parse(signed("text\n\nmore\n", &[("one", 1), ("two", 2)]).as_bytes()).unwrap();
    assert_eq!(note.verified_by(&verifier("one", 1)), Ok("text\n\nmore\n"));
    assert_eq!(note.verified_by(&verifier("two", 2)), Ok("text\n\nmore\n"));
    assert_eq!(note.verified_by(&verifier("one", 2)), Err(NoteError::Unsigned));
    assert_eq!(note.verified_by(&verifier("three", 1)), Err(NoteError::Unsigned));
}

#[test]
fn a_checkpoint_is_three_lines_and_reads_back() {
    let checkpoint = checkpoint();
    assert_eq!(
        checkpoint.body(),
        "log.example.in/2026\n20852163\nPH6byTDck/AfppmF7yQtn56GHzxTVaokzl70tLinDMs=\n"
    );
    assert_eq!(Checkpoint::parse_body(&checkpoint.body()), Ok(checkpoint.clone()));
    assert_eq!(
        Checkpoint::open(signed_checkpoint().as_bytes(), &verifier(ORIGIN, 1)),
        Ok(checkpoint)
    );
}

#[test]
fn another_logs_checkpoint_is_refused() {
    let note = signed(&checkpoint().body(), &[("other.example", 1)]);
    let refused = Checkpoint::open(note.as_bytes(), &verifier("other.example", 1));
    assert_eq!(refused, Err(CheckpointError::Origin));
    let refused = Checkpoint::open(signed_checkpoint().as_bytes(), &verifier(ORIGIN, 2));
    assert_eq!(refused, Err(CheckpointError::Note(NoteError::Unsigned)));
}

#[test]
fn a_checkpoint_in_another_form_is_refused() {
    let root = checkpoint().body().lines().nth(2).unwrap().to_owned();
    for wrong in [
        format!("{ORIGIN}\n05\n{root}\n"),
        format!("{ORIGIN}\n+5\n{root}\n"),
        format!("{ORIGIN}\n-5\n{root}\n"),
        format!("{ORIGIN}\n5\n{root}"),
        format!("{ORIGIN}\n5\n{root}\nextension\n"),
        format!("{ORIGIN}\n5\n{root}\n\n"),
        format!("{ORIGIN}\n5\n{}\n", root.trim_end_matches('=')),
        format!("{ORIGIN}\n5\n{}\n", &root[4..]),
        format!("\n5\n{root}\n"),
        format!("a b\n5\n{root}\n"),
        format!("{ORIGIN}\n18446744073709551616\n{root}\n"),
        format!("{ORIGIN}\n18446744073709551615\n{root}\n"),
        format!("{ORIGIN}\r\n5\n{root}\n"),
        String::new(),
    ] {
        assert!(Checkpoint::parse_body(&wrong).is_err(), "{wrong:?}");
    }
    assert!(Checkpoint::parse_body(&format!("{ORIGIN}\n5\n{root}\n")).is_ok());
}

#[test]
fn a_malformed_note_is_refused() {
    let good = signed("text\n", &[("one", 1)]);
    let line = good.lines().last().unwrap().to_owned();
    for wrong in [
        "text\n".to_owned(),
        "text\n\n".to_owned(),
        format!("text\n{line}\n"),
        format!("text\n\n{line}"),
        format!("text\n\n{line}\n\n"),
        format!("text\n\n{line}\n{}\n", line.replace('\u{2014}', "-")),
        format!("text\n\n{}\n", line.replace(" one ", " o+ne ")),
        format!("text\n\n{}\n", line.replace(" one ", "  ")),
        "text\n\n\u{2014} one AAAAAA==\n".to_owned(),
        "text\n\n\u{2014} one AAAAA\n".to_owned(),
        format!("te\txt\n\n{line}\n"),
        format!("te\r\n\n{line}\n"),
        format!("text\n\n{}", format!("{line}\n").repeat(65)),
        format!("{}\n\n{line}\n", "x".repeat(65_536)),
    ] {
        assert!(Note::parse(wrong.as_bytes()).is_err(), "{wrong:.80?}");
    }
    assert_eq!(
        Note::parse(&[good.as_bytes(), &[0xff]].concat()),
        Err(NoteError::Shape)
    );
    assert_eq!(sign_note("text", &[]), Err(NoteError::Text));
    assert_eq!(sign_note("text\n", &[]), Err(NoteError::Large));
}

#[test]
fn a_verifier_key_in_another_form_is_refused() {
    let good = verifier("one", 1).to_string();
    assert_eq!(Verifier::parse(&good), Ok(verifier("one", 1)));
    let (head, encoded) = good.rsplit_once('+').unwrap();
    for wrong in [
        good.to_uppercase(),
        good.replacen("one", "two", 1),
        good.replacen("one", "o ne", 1),
        format!("{head}+{}", encoded.replacen('A', "B", 1)),
        format!("{head}+{encoded}="),
        format!("{head}+{}", &encoded[..40]),
        head.to_owned(),
        format!("{good}\n"),
        "+00000000+AQ==".to_owned(),
        String::new(),
    ] {
        assert!(Verifier::parse(&wrong).is_err(), "{wrong}");
    }
    let identity = {
        let mut point = [0; 32];
        point[0] = 1;
        point
    };
    assert_eq!(Verifier::new("weak", &identity), Err(NoteError::VerifierKey));
    assert_eq!(
        Verifier::new(&"x".repeat(256), &key(1).verifying_key().to_bytes()),
        Err(NoteError::Name)
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(pramaan_testkit::cases(256)))]

    #[test]
    fn no_changed_byte_goes_unnoticed(at: Index, to: u8) {
        let (note, verifier) = (signed_checkpoint(), verifier(ORIGIN, 1));
        let mut bytes = note.clone().into_bytes();
        let at = at.index(bytes.len());
        bytes[at] = to;
        prop_assert_eq!(Checkpoint::open(&bytes, &verifier).is_ok(), bytes == note.as_bytes());
    }

    #[test]
    fn any_checkpoint_reads_back(size in 0..=1_u64 << 62, root: [u8; 32]) {
        let checkpoint = Checkpoint::new(ORIGIN, size, Hash::from_bytes(root)).unwrap();
        prop_assert_eq!(Checkpoint::parse_body(&checkpoint.body()), Ok(checkpoint));
    }

    #[test]
    fn nothing_makes_the_readers_panic(bytes: Vec<u8>, text: String) {
        let _ = Note::parse(&bytes);
        let _ = Note::parse(format!("{text}\n\n\u{2014} {text}\n").as_bytes());
        let _ = Verifier::parse(&text);
        let _ = Checkpoint::parse_body(&text);
    }
}
