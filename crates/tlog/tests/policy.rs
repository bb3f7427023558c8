//! Policy files and receipts, as an auditor writes and keeps them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use pramaan_testkit::published::{Log, Story, log_verifier, refused_policies, witness_key};
use pramaan_tlog::policy::{Fault, Met, Policy};
use pramaan_tlog::{
    CheckpointError, CompactRange, Hash, Node, NoteError, ProofError, ProofFile, ProofFileError, leaf_hash,
    prove_inclusion,
};

fn fault(file: &str) -> (usize, Fault) {
    let error = Policy::parse(file.as_bytes()).unwrap_err();
    (error.line, error.fault)
}

/// `witness` lines for w0, w1 and w2.
fn witnesses() -> String {
    (0..3)
        .map(|n| format!("witness w{n} {}\n", witness_key(n)))
        .collect()
}

#[test]
fn a_policy_in_any_spelling_of_the_specification_is_read() {
    let file = format!(
        "  # comment\n\n\t log\t{}   https://log.example.in/log/ \n{}group a any w0 w1\ngroup b all w2 a\n quorum b\n",
        log_verifier(0),
        witnesses()
    );
    let policy = Policy::parse(file.as_bytes()).unwrap();
    assert_eq!(
        policy.logs()[0].url.as_deref(),
        Some("https://log.example.in/log/")
    );
    assert_eq!(policy.witnesses().len(), 3);
    let met = |who: &[usize]| policy.quorum().met(|witness| who.contains(&witness));
    assert_eq!(met(&[2, 0]), Met::Yes);
    assert_eq!(met(&[2, 1]), Met::Yes);
    assert_eq!(met(&[0, 1]), Met::No);
    assert_eq!(met(&[2]), Met::No);
}

#[test]
fn names_are_bytes_and_order_is_free_for_what_refers_to_nothing() {
    let mut file = b"quorum none\nwitness ".to_vec();
    file.extend(b"\xff\xe2\x84\xaa ");
    file.extend(format!("{}\nlog {}\n", witness_key(0), log_verifier(0)).bytes());
    let policy = Policy::parse(&file).unwrap();
    assert_eq!(policy.witnesses()[0].name, b"\xff\xe2\x84\xaa");
    assert!(policy.quorum().is_none());
}

#[test]
fn thresholds_count_members_and_not_lines() {
    for (threshold, needed) in [("1", 1), ("any", 1), ("2", 2), ("3", 3), ("all", 3)] {
        let file = format!("{}group g {threshold} w0 w1 w2\nquorum g\n", witnesses());
        let policy = Policy::parse(file.as_bytes()).unwrap();
        for cosigned in 0..=3 {
            let met = policy.quorum().met(|witness| witness < cosigned);
            assert_eq!(
                met.is_met(),
                cosigned >= needed,
                "{threshold} of 3 with {cosigned}"
            );
        }
    }
}

#[test]
fn what_is_wrong_is_named_with_its_line() {
    let w = witnesses();
    let key = witness_key(0);
    assert_eq!(fault(""), (1, Fault::NoQuorum));
    assert_eq!(fault("quorum none"), (1, Fault::Cut));
    assert_eq!(fault("quorum none\r\n"), (1, Fault::Control));
    assert_eq!(fault("quorum none\n\x7f\n"), (2, Fault::Control));
    assert_eq!(fault("quorum nobody\n"), (1, Fault::NoName));
    assert_eq!(fault("quorum none\nquorum none\n"), (2, Fault::SecondQuorum));
    assert_eq!(fault("trust everybody\n"), (1, Fault::Unknown));
    assert_eq!(fault(&format!("{w}witness w0 {}\n", key.replace("+", "-"))).0, 4);
    assert_eq!(fault(&format!("{w}witness w9 {key}\n")), (4, Fault::SameKey));
    assert_eq!(fault(&format!("witness none {key}\n")), (1, Fault::SameName));
    assert_eq!(fault(&format!("{w}group w1 any w0\n")), (4, Fault::SameName));
    assert_eq!(
        fault(&format!("{w}group g any w0 w0\n")),
        (4, Fault::SecondMembership)
    );
    assert_eq!(
        fault(&format!("{w}group g any w0\ngroup h any w0 g\n")),
        (5, Fault::SecondMembership)
    );
    assert_eq!(fault(&format!("{w}group g any g\n")), (4, Fault::NoName));
    for threshold in ["0", "4", "-1", "+1", "most", "99999999999999999999"] {
        assert_eq!(
            fault(&format!("{w}group g {threshold} w0 w1 w2\n")),
            (4, Fault::Threshold)
        );
    }
    let log = log_verifier(0);
    assert_eq!(fault(&format!("log {log}\nlog {log}\n")), (2, Fault::SameKey));
    // The key of a log is not that of a witness, nor the other way round.
    assert_eq!(
        fault(&format!("witness w {log}\n")),
        (1, Fault::Key(NoteError::VerifierKey))
    );
    assert_eq!(
        fault(&format!("log {key}\n")),
        (1, Fault::Key(NoteError::VerifierKey))
    );
    let long = "#".repeat(1 << 20);
    assert_eq!(fault(&format!("{long}\n")), (1, Fault::Large));
}

#[test]
fn what_the_other_auditors_refuse_is_refused() {
    for (name, bytes) in refused_policies() {
        assert!(Policy::parse(&bytes).is_err(), "{name}");
    }
}

#[test]
fn a_note_is_endorsed_by_those_who_cosigned_it_and_spoilt_by_a_false_cosignature() {
    let story = Story::new();
    let policy = Policy::parse(Log::policy().as_bytes()).unwrap();
    let note = story.log.note(4);
    let endorsed = policy.open(note.as_bytes()).unwrap();
    assert_eq!(endorsed.checkpoint.size(), story.log.sizes[3]);
    let who: Vec<_> = endorsed.cosigned.iter().map(Option::is_some).collect();
    assert_eq!((who, endorsed.quorum), (vec![false, true, true], Met::Yes));
    let lone = Log {
        cosigners: |_| &[0],
        ..story.log.clone()
    }
    .note(4);
    assert_eq!(policy.open(lone.as_bytes()).unwrap().quorum, Met::No);
    // The same cosignature under another text.
    let line = note.lines().last().unwrap();
    let moved = format!(
        "{}{line}\n",
        Log {
            cosigners: |_| &[],
            ..story.log.clone()
        }
        .note(5)
    );
    let forged = CheckpointError::Note(NoteError::Forged);
    assert_eq!(policy.open(moved.as_bytes()), Err(forged));
    let stranger = Log {
        signed_by: 7,
        ..story.log
    }
    .note(4);
    let unsigned = CheckpointError::Note(NoteError::Unsigned);
    assert_eq!(policy.open(stranger.as_bytes()), Err(unsigned));
}

/// A receipt of entry 300 at the newest publication.
fn receipt(story: &Story) -> (ProofFile, Hash) {
    let hashes: Vec<Hash> = story.log.leaves.iter().map(|leaf| leaf_hash(leaf)).collect();
    let read = |node: Node| {
        let first = (node.index << node.level) as usize;
        let mut range = CompactRange::new();
        hashes[first..first + (1 << node.level)]
            .iter()
            .for_each(|hash| range.append(*hash));
        Ok::<Hash, ProofError>(range.root())
    };
    let proof = ProofFile {
        extra: None,
        index: 300,
        path: prove_inclusion(300, hashes.len() as u64, read).unwrap(),
        checkpoint: story.log.note(story.log.sizes.len()),
    };
    (proof, hashes[300])
}

#[test]
fn a_receipt_needs_nothing_but_the_entry_and_a_policy() {
    let story = Story::new();
    let policy = Policy::parse(Log::policy().as_bytes()).unwrap();
    let (proof, leaf) = receipt(&story);
    let text = proof.to_string();
    assert!(text.starts_with("c2sp.org/tlog-proof@v1\nindex 300\n"), "{text}");
    let read = ProofFile::parse(text.as_bytes()).unwrap();
    assert_eq!(read, proof);
    assert_eq!(read.verify(&leaf, &policy).unwrap().quorum, Met::Yes);
    let with_extra = ProofFile {
        extra: Some(vec![1, 2, 3]),
        ..proof.clone()
    };
    assert_eq!(
        ProofFile::parse(with_extra.to_string().as_bytes()),
        Ok(with_extra)
    );

    let other = leaf_hash(&story.log.leaves[301]);
    assert_eq!(
        proof.verify(&other, &policy),
        Err(ProofFileError::Proof(ProofError::Root))
    );
    let moved = ProofFile {
        index: 301,
        ..proof.clone()
    };
    assert_eq!(
        moved.verify(&leaf, &policy),
        Err(ProofFileError::Proof(ProofError::Root))
    );
    let lone = Log {
        cosigners: |_| &[2],
        ..story.log.clone()
    };
    let alone = ProofFile {
        checkpoint: lone.note(lone.sizes.len()),
        ..proof.clone()
    };
    assert_eq!(alone.verify(&leaf, &policy), Err(ProofFileError::Quorum));
    let alone_is_enough = Policy::of_log(log_verifier(0));
    assert!(alone.verify(&leaf, &alone_is_enough).is_ok());
    assert!(proof.verify(&leaf, &Policy::of_log(log_verifier(1))).is_err());
}

#[test]
fn a_receipt_that_is_written_otherwise_is_refused() {
    let (proof, _) = receipt(&Story::new());
    let text = proof.to_string();
    let first = text.lines().nth(2).unwrap();
    for (from, to) in [
        ("@v1", "@v2"),
        ("index 300", "index 0300"),
        ("index 300", "index -1"),
        ("index 300", "index  300"),
        ("index 300\n", ""),
        ("index 300\n", "extra !\nindex 300\n"),
        ("index 300\n", "extra AQ==\nextra AQ==\nindex 300\n"),
        (first, &first[1..]),
        (first, "AAAA"),
        ("\n\n", "\n"),
        ("\n", "\r\n"),
    ] {
        let wrong = text.replacen(from, to, 1);
        assert!(ProofFile::parse(wrong.as_bytes()).is_err(), "{from:?} as {to:?}");
    }
    let long = text.replacen(first, &format!("{first}\n").repeat(80), 1);
    assert!(ProofFile::parse(long.as_bytes()).is_err());
    assert_eq!(ProofFile::parse(&[b'a'; 400_000]), Err(ProofFileError::Large));
}
