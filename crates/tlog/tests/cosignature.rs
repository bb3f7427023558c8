//! What witnesses add to a checkpoint, and how it is asked for.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use ed25519_dalek::{Signer as _, SigningKey};
use pramaan_tlog::{
    AddCheckpoint, AddCheckpointError, CosignatureVerifier, Hash, MAX_ADD_CHECKPOINT, Note, NoteError,
    Verifier, cosign, leaf_hash, sign_note, with_line,
};
use proptest::prelude::*;
use proptest::sample::Index;

/// Made with Python's cryptography from the seed of thirty-two sevens and the text of the specification's example.
const WITNESS: &str = "witness.example/w1+aa4a09d1+BOpKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs";
const LINE: &str = "\u{2014} witness.example/w1 qkoJ0QAAAABkGFDLWr4Jea05CAgwNVtwky0Jgz6WfX0QJgM//FkB/W9BoT9TX0DkTxG+2cT4p/ViKNhUM/SnUwFcYQzugGFQ15LwDw==\n";
const TIME: u64 = 1_679_315_147;
/// The specification's own example, signed by keys that it does not give.
const EXAMPLE: &str = "example.com/behind-the-sofa\n\
    20852163\n\
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\
    \n\
    \u{2014} example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n\
    \u{2014} witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n";

fn text() -> &'static str {
    EXAMPLE.split("\n\n").next().unwrap()
}

fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

fn witness(name: &str, seed: u8) -> CosignatureVerifier {
    CosignatureVerifier::new(name, key(seed).verifying_key().as_bytes()).unwrap()
}

fn cosigned(text: &str, name: &str, seed: u8, time: u64) -> Result<String, NoteError> {
    let key = key(seed);
    cosign(text, name, key.verifying_key().as_bytes(), time, &|message| {
        key.sign(message).to_bytes()
    })
}

fn signed_by_log(text: &str) -> String {
    let log = key(1);
    let signer = pramaan_tlog::Signer {
        name: "log.example/1",
        public_key: log.verifying_key().to_bytes(),
        sign: &|message| log.sign(message).to_bytes(),
    };
    sign_note(text, &[signer]).unwrap()
}

fn log() -> Verifier {
    Verifier::new("log.example/1", key(1).verifying_key().as_bytes()).unwrap()
}

#[test]
fn a_cosignature_made_elsewhere_verifies_and_is_what_we_write() {
    let verifier = CosignatureVerifier::parse(WITNESS).unwrap();
    assert_eq!(verifier.to_string(), WITNESS);
    assert_eq!(verifier, witness("witness.example/w1", 7));
    let body = format!("{}\n", text());
    assert_eq!(cosigned(&body, "witness.example/w1", 7, TIME).unwrap(), LINE);
    let note = with_line(EXAMPLE, LINE).unwrap();
    assert_eq!(
        Note::parse(note.as_bytes()).unwrap().cosigned_by(&verifier),
        Ok(TIME)
    );
    // The specification's witness cosigned at the same time, and we cannot know whether it is right.
    assert_eq!(
        Note::parse(EXAMPLE.as_bytes()).unwrap().cosigned_by(&verifier),
        Err(NoteError::Unsigned)
    );
}

#[test]
fn a_cosignature_is_of_one_text_one_time_and_one_key() {
    let verifier = witness("w", 7);
    let line = cosigned("one\n", "w", 7, TIME).unwrap();
    let read = |text: &str, line: &str| {
        let note = with_line(&signed_by_log(text), line).unwrap();
        Note::parse(note.as_bytes()).unwrap().cosigned_by(&verifier)
    };
    assert_eq!(read("one\n", &line), Ok(TIME));
    assert_eq!(read("two\n", &line), Err(NoteError::Forged));
    // Without the time that it was made at, or cut short.
    let shorter = |cut: usize| {
        use base64::Engine;
        let encoded = line.trim_end().rsplit_once(' ').unwrap().1;
        let mut bytes = base64::engine::general_purpose::STANDARD.decode(encoded).unwrap();
        bytes.truncate(bytes.len() - cut);
        let bytes = base64::engine::general_purpose::STANDARD.encode(bytes);
        format!("\u{2014} w {bytes}\n")
    };
    assert_eq!(read("one\n", &shorter(1)), Err(NoteError::Forged));
    assert_eq!(read("one\n", &shorter(70)), Err(NoteError::Forged));
    let another = cosigned("one\n", "w", 8, TIME).unwrap();
    assert_eq!(read("one\n", &another), Err(NoteError::Unsigned));
    let renamed = cosigned("one\n", "v", 7, TIME).unwrap();
    assert_eq!(read("one\n", &renamed), Err(NoteError::Unsigned));
}

#[test]
fn an_ordinary_signature_by_the_same_key_is_no_cosignature() {
    let key = key(7);
    let signer = pramaan_tlog::Signer {
        name: "w",
        public_key: key.verifying_key().to_bytes(),
        sign: &|message| key.sign(message).to_bytes(),
    };
    let note = sign_note("one\n", &[signer]).unwrap();
    let note = Note::parse(note.as_bytes()).unwrap();
    assert_eq!(note.cosigned_by(&witness("w", 7)), Err(NoteError::Unsigned));
    assert!(Verifier::parse(&witness("w", 7).to_string()).is_err());
    let plain = Verifier::new("w", key.verifying_key().as_bytes()).unwrap();
    assert!(CosignatureVerifier::parse(&plain.to_string()).is_err());
}

#[test]
fn of_two_cosignatures_the_later_counts_and_a_bad_one_spoils_both() {
    let verifier = witness("w", 7);
    let read = |lines: &[String]| {
        let note = lines
            .iter()
            .try_fold(signed_by_log("one\n"), |note, line| with_line(&note, line));
        Note::parse(note.unwrap().as_bytes())
            .unwrap()
            .cosigned_by(&verifier)
    };
    let [early, late, wrong] =
        [("one\n", 5), ("one\n", 9), ("two\n", 7)].map(|(text, time)| cosigned(text, "w", 7, time).unwrap());
    assert_eq!(read(&[early.clone(), late.clone()]), Ok(9));
    assert_eq!(read(&[late.clone(), early]), Ok(9));
    assert_eq!(read(&[late, wrong]), Err(NoteError::Forged));
}

#[test]
fn a_time_that_cannot_be_is_neither_written_nor_read() {
    for time in [0, 1 << 63, u64::MAX] {
        assert_eq!(cosigned("one\n", "w", 7, time), Err(NoteError::Time));
    }
    assert!(cosigned("one\n", "w", 7, i64::MAX as u64).is_ok());
    assert_eq!(cosigned("one", "w", 7, 1), Err(NoteError::Text));
    assert_eq!(cosigned("one\n", "w w", 7, 1), Err(NoteError::Name));
}

#[test]
fn a_line_is_added_whole_and_alone() {
    let note = signed_by_log("one\n");
    let line = cosigned("one\n", "w", 7, TIME).unwrap();
    assert_eq!(with_line(&note, &line).unwrap(), format!("{note}{line}"));
    for wrong in [
        line.trim_end().to_owned(),
        format!("{line}{line}"),
        format!("\n{line}"),
        "\n".to_owned(),
        String::new(),
        "text\n".to_owned(),
    ] {
        assert!(with_line(&note, &wrong).is_err(), "{wrong:?}");
    }
    assert_eq!(with_line("one\n", &line), Err(NoteError::Shape));
    let mut full = note;
    for _ in 0..63 {
        full = with_line(&full, &line).unwrap();
    }
    assert_eq!(with_line(&full, &line), Err(NoteError::Large));
}

#[test]
fn strangers_lines_are_dropped() {
    let note = signed_by_log("one\n");
    let line = cosigned("one\n", "w", 7, TIME).unwrap();
    let longer = with_line(&note, &line).unwrap();
    let twice = format!("{longer}{}", note.split("\n\n").nth(1).unwrap());
    for given in [&note, &longer, &twice] {
        assert_eq!(Note::parse(given.as_bytes()).unwrap().only(&log()).unwrap(), note);
    }
    let stranger = Verifier::new("log.example/1", key(2).verifying_key().as_bytes()).unwrap();
    assert_eq!(
        Note::parse(note.as_bytes()).unwrap().only(&stranger),
        Err(NoteError::Unsigned)
    );
}

/// The specification's example of a request.
const REQUEST: &str = "old 20852014\n\
    PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n\
    jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=\n\
    5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=\n\
    /6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=\n\
    \n";

#[test]
fn the_example_of_a_request_reads_back() {
    let body = format!("{REQUEST}{EXAMPLE}");
    let request = AddCheckpoint::decode(body.as_bytes()).unwrap();
    assert_eq!((request.old_size, request.proof.len()), (20_852_014, 4));
    assert_eq!(request.note, EXAMPLE.as_bytes());
    assert_eq!(request.encode().unwrap(), body.as_bytes());
}

#[test]
fn a_malformed_request_is_refused() {
    let line = "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=";
    for wrong in [
        String::new(),
        "old 5".to_owned(),
        "old 5\n".to_owned(),
        format!("old 05\n\n{EXAMPLE}"),
        format!("old +5\n\n{EXAMPLE}"),
        format!("old -5\n\n{EXAMPLE}"),
        format!("old  5\n\n{EXAMPLE}"),
        format!("old 5 \n\n{EXAMPLE}"),
        format!("old 5\r\n\r\n{EXAMPLE}"),
        format!("old 18446744073709551616\n\n{EXAMPLE}"),
        format!("new 5\n\n{EXAMPLE}"),
        format!("5\n\n{EXAMPLE}"),
        format!("old 5\n{EXAMPLE}"),
        format!("old 5\n{line}\n"),
        format!("old 5\n{}\n\n", line.trim_end_matches('=')),
        format!("old 5\n{}\n\n", line.replace("kaw=", "kax=")),
        format!("old 5\n{line}{line}\n\n"),
        "old 5\nAAAA\n\n".to_owned(),
        format!("old 5\n{}\n", format!("{line}\n").repeat(64)),
        format!("old 5\n\n{}", "x".repeat(MAX_ADD_CHECKPOINT)),
    ] {
        assert!(AddCheckpoint::decode(wrong.as_bytes()).is_err(), "{wrong:.80?}");
    }
    let most = format!("old 5\n{}\n{EXAMPLE}", format!("{line}\n").repeat(63));
    assert_eq!(AddCheckpoint::decode(most.as_bytes()).unwrap().proof.len(), 63);
    let long = AddCheckpoint {
        old_size: 5,
        proof: vec![leaf_hash(b"x"); 64],
        note: Vec::new(),
    };
    assert_eq!(long.encode(), Err(AddCheckpointError::Proof));
    let large = AddCheckpoint {
        old_size: 5,
        proof: Vec::new(),
        note: vec![b'x'; MAX_ADD_CHECKPOINT],
    };
    assert_eq!(large.encode(), Err(AddCheckpointError::Large));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(pramaan_testkit::cases(256)))]

    #[test]
    fn no_changed_byte_of_a_cosigned_note_goes_unnoticed(at: Index, to: u8) {
        let body = format!("{}\n", text());
        let note = format!("{body}\n{LINE}");
        let mut bytes = note.clone().into_bytes();
        let at = at.index(bytes.len());
        bytes[at] = to;
        let verifier = CosignatureVerifier::parse(WITNESS).unwrap();
        let read = Note::parse(&bytes).and_then(|note| note.cosigned_by(&verifier));
        prop_assert_eq!(read == Ok(TIME), bytes == note.as_bytes());
        prop_assert!(read.is_err() || bytes == note.as_bytes());
    }

    #[test]
    fn any_request_reads_back(old_size: u64, proof in prop::collection::vec(any::<[u8; 32]>(), 0..64), note: Vec<u8>) {
        let proof = proof.into_iter().map(Hash::from_bytes).collect();
        let request = AddCheckpoint { old_size, proof, note };
        let body = request.encode().unwrap();
        prop_assert_eq!(AddCheckpoint::decode(&body), Ok(request));
    }

    #[test]
    fn whatever_reads_as_a_request_is_written_again(bytes: Vec<u8>, text: String) {
        for body in [bytes.clone(), format!("old 5\n{text}\n\n{text}").into_bytes(), [b"old 5\n\n", bytes.as_slice()].concat()] {
            if let Ok(request) = AddCheckpoint::decode(&body) {
                prop_assert_eq!(request.encode().unwrap(), body);
            }
        }
        drop(CosignatureVerifier::parse(&text));
    }
}
