//! What a witness cosigns and what not, without a network.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use std::sync::Barrier;

use common::{FakeLog, NOW, ORIGIN, WITNESS, Witnessing, body, folder};
use pramaan_testkit::SeededEntropy;
use pramaan_tlog::{Checkpoint, CosignatureVerifier, Hash, Note, leaf_hash, with_line};
use pramaan_witness::{Folder, FolderError, OriginHash, Refusal};

/// The size that the witness says it is at.
fn size(witnessing: &Witnessing) -> u64 {
    let head = witnessing.witness.newest(OriginHash::of(ORIGIN)).unwrap();
    head.map_or(0, |head| head.checkpoint.size())
}

fn verifier(witnessing: &Witnessing) -> CosignatureVerifier {
    witnessing.witness.folder().key().verifier().clone()
}

/// When the answer says that the note was cosigned.
fn time(witnessing: &Witnessing, note: &str, line: &str) -> u64 {
    let note = with_line(note, line).unwrap();
    Note::parse(note.as_bytes())
        .unwrap()
        .cosigned_by(&verifier(witnessing))
        .unwrap()
}

#[test]
fn a_log_that_only_grows_is_cosigned() {
    let (log, witnessing) = (FakeLog::new(300), Witnessing::new());
    let mut old = 0;
    for new in [1, 2, 3, 8, 8, 100, 255, 256, 257, 300] {
        let line = witnessing.witness.add_checkpoint(&log.request(old, new)).unwrap();
        assert_eq!(
            time(&witnessing, &log.note(new), &line),
            witnessing.clock.load(std::sync::atomic::Ordering::Relaxed)
        );
        assert_eq!(size(&witnessing), new, "written down before the answer");
        witnessing.later(1);
        old = new;
    }
    let head = witnessing
        .witness
        .newest(OriginHash::of(ORIGIN))
        .unwrap()
        .unwrap();
    assert_eq!(
        Checkpoint::open(head.note.as_bytes(), &log.verifier()).unwrap(),
        log.checkpoint(300)
    );
    assert_eq!(head.seconds, NOW + 9);
}

#[test]
fn an_empty_log_is_cosigned_and_has_one_root() {
    let (log, witnessing) = (FakeLog::new(3), Witnessing::new());
    let wrong = Checkpoint::new(ORIGIN, 0, leaf_hash(b"x")).unwrap();
    let refused = witnessing
        .witness
        .add_checkpoint(&body(0, Vec::new(), &log.signed(&wrong)));
    assert!(matches!(refused, Err(Refusal::NotContinued(_))), "{refused:?}");
    witnessing.witness.add_checkpoint(&log.request(0, 0)).unwrap();
    witnessing.witness.add_checkpoint(&log.request(0, 3)).unwrap();
    assert_eq!(size(&witnessing), 3);
}

#[test]
fn a_head_that_was_cosigned_is_cosigned_again_with_the_time() {
    let (log, witnessing) = (FakeLog::new(10), Witnessing::new());
    let first = witnessing.witness.add_checkpoint(&log.request(0, 10)).unwrap();
    let again = witnessing.witness.add_checkpoint(&log.request(10, 10)).unwrap();
    assert_eq!(first, again, "in one second");
    witnessing.later(60);
    let later = witnessing.witness.add_checkpoint(&log.request(10, 10)).unwrap();
    assert_eq!(time(&witnessing, &log.note(10), &later), NOW + 60);
    let head = witnessing
        .witness
        .newest(OriginHash::of(ORIGIN))
        .unwrap()
        .unwrap();
    assert_eq!(head.seconds, NOW + 60, "what is shown is the newest");
}

#[test]
fn a_clock_that_was_set_back_signs_nothing_earlier() {
    let (log, witnessing) = (FakeLog::new(11), Witnessing::new());
    witnessing.witness.add_checkpoint(&log.request(0, 10)).unwrap();
    let set_back = NOW - 3_600;
    witnessing
        .clock
        .store(set_back, std::sync::atomic::Ordering::Relaxed);
    for (old, new) in [(10, 10), (10, 11)] {
        let line = witnessing.witness.add_checkpoint(&log.request(old, new)).unwrap();
        assert_eq!(time(&witnessing, &log.note(new), &line), NOW);
    }
}

#[test]
fn a_rolled_back_log_is_told_where_it_was() {
    let (log, witnessing) = (FakeLog::new(10), Witnessing::new());
    witnessing.witness.add_checkpoint(&log.request(0, 10)).unwrap();
    for (old, new) in [(0, 7), (5, 7), (7, 7), (0, 10), (7, 10)] {
        let refused = witnessing.witness.add_checkpoint(&log.request(old, new));
        assert!(
            matches!(refused, Err(Refusal::OldSize(10))),
            "{old} to {new}: {refused:?}"
        );
    }
    // It says the right size of a smaller head.
    let refused = witnessing
        .witness
        .add_checkpoint(&body(10, Vec::new(), &log.note(7)));
    assert!(matches!(refused, Err(Refusal::OldSizeAbove)), "{refused:?}");
    assert_eq!(size(&witnessing), 10);
}

#[test]
fn a_forked_log_is_not_cosigned_and_the_proof_is_kept() {
    let (log, fork) = (FakeLog::new(20), FakeLog::forked(20, 3));
    let witnessing = Witnessing::new();
    witnessing.witness.add_checkpoint(&log.request(0, 10)).unwrap();
    // Larger, with a proof within its own history, with that of the honest one, and with none.
    for proof in [fork.proof(10, 20), log.proof(10, 20), Vec::new()] {
        let refused = witnessing
            .witness
            .add_checkpoint(&body(10, proof, &fork.note(20)));
        assert!(matches!(refused, Err(Refusal::NotContinued(_))), "{refused:?}");
    }
    assert!(
        !witnessing.inside("fork").exists(),
        "a wrong proof proves nothing: anybody can send one"
    );
    let refused = witnessing
        .witness
        .add_checkpoint(&body(10, Vec::new(), &fork.note(10)));
    assert!(matches!(refused, Err(Refusal::Forked)), "{refused:?}");
    let refused = witnessing
        .witness
        .add_checkpoint(&body(10, fork.proof(3, 10), &fork.note(10)));
    assert!(matches!(refused, Err(Refusal::NotContinued(_))), "{refused:?}");
    assert_eq!(size(&witnessing), 10);
    let known = witnessing
        .witness
        .folder()
        .log(OriginHash::of(ORIGIN))
        .unwrap()
        .unwrap();
    let kept = Checkpoint::open(known.fork().unwrap().as_bytes(), &log.verifier()).unwrap();
    assert_eq!(
        kept,
        fork.checkpoint(10),
        "both heads of one size, both signed by the log"
    );
    // The honest history goes on.
    witnessing.witness.add_checkpoint(&log.request(10, 20)).unwrap();
}

#[test]
fn only_a_head_that_the_log_signed_is_looked_at() {
    let (log, witnessing) = (FakeLog::new(10), Witnessing::new());
    let note = log.note(10);
    let other = FakeLog::of("log.example/2", 10);
    let refused = witnessing.witness.add_checkpoint(&other.request(0, 10));
    assert!(matches!(refused, Err(Refusal::UnknownLog)), "{refused:?}");
    // Signed under another name, and altered after it was signed.
    let renamed = other.note(10).replacen("log.example/2\n", "log.example/1\n", 1);
    let altered = note.replacen("\n10\n", "\n11\n", 1);
    for note in [renamed, altered] {
        let refused = witnessing.witness.add_checkpoint(&body(0, Vec::new(), &note));
        assert!(matches!(refused, Err(Refusal::NotSigned)), "{refused:?}");
    }
    assert_eq!(size(&witnessing), 0);
}

#[test]
fn what_is_no_request_is_refused() {
    let (log, witnessing) = (FakeLog::new(10), Witnessing::new());
    let proof = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n";
    let note = log.note(10);
    for wrong in [
        String::new(),
        "old 0\n\n".to_owned(),
        format!("old 00\n\n{note}"),
        format!("old 0\n{}\n{note}", proof.repeat(64)),
        format!("old 0\n\n{}", note.split("\n\n").next().unwrap()),
        format!("old 0\n\n{note}\n"),
        format!("old 0\n\n{}", "x".repeat(70_000)),
    ] {
        let refused = witnessing.witness.add_checkpoint(wrong.as_bytes());
        assert!(
            matches!(refused, Err(Refusal::Malformed(_))),
            "{wrong:.60}: {refused:?}"
        );
    }
    // The log signed something that is no checkpoint.
    let keys = FakeLog::new(0);
    let signed = format!("{ORIGIN}\n10\nextension\n");
    let note = sign(&keys, &signed);
    let refused = witnessing.witness.add_checkpoint(&body(0, Vec::new(), &note));
    assert!(matches!(refused, Err(Refusal::Malformed(_))), "{refused:?}");
    assert_eq!(size(&witnessing), 0);
}

fn sign(_: &FakeLog, text: &str) -> String {
    use pramaan_keys::{KeyStore, MemoryKeyStore};
    let keys = MemoryKeyStore::new(&SeededEntropy::new(4));
    let signer = pramaan_tlog::Signer {
        name: ORIGIN,
        public_key: keys.log_public_key(),
        sign: &|message| keys.sign_log(message),
    };
    pramaan_tlog::sign_note(text, &[signer]).unwrap()
}

#[test]
fn a_proof_where_nothing_is_to_prove_is_refused() {
    let (log, witnessing) = (FakeLog::new(10), Witnessing::new());
    let some: Vec<Hash> = log.proof(3, 10);
    let refused = witnessing
        .witness
        .add_checkpoint(&body(0, some.clone(), &log.note(10)));
    assert!(matches!(refused, Err(Refusal::NotContinued(_))), "{refused:?}");
    witnessing.witness.add_checkpoint(&log.request(0, 10)).unwrap();
    let refused = witnessing.witness.add_checkpoint(&body(10, some, &log.note(10)));
    assert!(matches!(refused, Err(Refusal::NotContinued(_))), "{refused:?}");
}

#[test]
fn of_many_at_once_each_finds_what_the_one_before_left() {
    let (log, witnessing) = (FakeLog::new(64), Witnessing::new());
    witnessing.witness.add_checkpoint(&log.request(0, 1)).unwrap();
    // All prove from the same head; a witness that checked and wrote apart would cosign several.
    let requests: Vec<_> = (2..34).map(|new| log.request(1, new)).collect();
    let barrier = Barrier::new(requests.len());
    let cosigned: Vec<_> = std::thread::scope(|scope| {
        let asked: Vec<_> = requests
            .iter()
            .map(|request| {
                scope.spawn(|| {
                    barrier.wait();
                    witnessing.witness.add_checkpoint(request).is_ok()
                })
            })
            .collect();
        asked.into_iter().map(|asked| asked.join().unwrap()).collect()
    });
    assert_eq!(cosigned.iter().filter(|cosigned| **cosigned).count(), 1);
    let place = cosigned.iter().position(|cosigned| *cosigned).unwrap();
    assert_eq!(size(&witnessing), place as u64 + 2);
}

#[test]
fn a_restart_forgets_nothing() {
    let log = FakeLog::new(20);
    let witnessing = Witnessing::new();
    witnessing.witness.add_checkpoint(&log.request(0, 10)).unwrap();
    let witnessing = witnessing.restarted();
    let refused = witnessing.witness.add_checkpoint(&log.request(0, 5));
    assert!(matches!(refused, Err(Refusal::OldSize(10))), "{refused:?}");
    // The answer was lost: the log asks for the same head from where it was, and then from where it is told.
    let refused = witnessing.witness.add_checkpoint(&log.request(0, 10));
    assert!(matches!(refused, Err(Refusal::OldSize(10))), "{refused:?}");
    witnessing.witness.add_checkpoint(&log.request(10, 10)).unwrap();
    witnessing.witness.add_checkpoint(&log.request(10, 20)).unwrap();
}

#[test]
fn what_a_crash_left_half_written_is_not_read() {
    let log = FakeLog::new(20);
    let witnessing = Witnessing::new();
    witnessing.witness.add_checkpoint(&log.request(0, 10)).unwrap();
    // The new head never got its name.
    let half = log.note(20);
    std::fs::write(witnessing.inside("checkpoint.new"), &half[..half.len() / 2]).unwrap();
    let witnessing = witnessing.restarted();
    assert_eq!(size(&witnessing), 10);
    witnessing.witness.add_checkpoint(&log.request(10, 20)).unwrap();
    assert_eq!(size(&witnessing), 20);
}

#[test]
fn a_head_that_is_not_what_was_written_stops_the_log() {
    let log = FakeLog::new(20);
    let witnessing = Witnessing::new();
    witnessing.witness.add_checkpoint(&log.request(0, 10)).unwrap();
    let path = witnessing.inside("checkpoint");
    let good = std::fs::read_to_string(&path).unwrap();
    let uncosigned = log.note(5);
    let of_another = good.replacen(WITNESS, "witness.example/w2", 1);
    for bad in [
        "",
        "nothing",
        &good[..good.len() / 2],
        &good[..good.len() - 1],
        &uncosigned,
        &of_another,
    ] {
        std::fs::write(&path, bad).unwrap();
        for request in [log.request(0, 5), log.request(10, 20)] {
            let refused = witnessing.witness.add_checkpoint(&request);
            assert!(
                matches!(refused, Err(Refusal::Fault(FolderError::Damaged { .. }))),
                "{bad:?}: {refused:?}"
            );
        }
        assert!(witnessing.witness.newest(OriginHash::of(ORIGIN)).is_err());
        assert_eq!(
            std::fs::read_to_string(&path).unwrap(),
            bad,
            "it is not repaired by guessing"
        );
    }
    std::fs::remove_file(&path).unwrap();
    let refused = witnessing.witness.add_checkpoint(&log.request(0, 5));
    assert!(
        matches!(refused, Err(Refusal::Fault(FolderError::Damaged { .. }))),
        "{refused:?}"
    );
    std::fs::write(&path, good).unwrap();
    let key = witnessing.inside("key");
    let kept = std::fs::read(&key).unwrap();
    std::fs::remove_file(&key).unwrap();
    let again = witnessing.witness.folder().add_log(&log.verifier());
    assert!(
        matches!(again, Err(FolderError::Damaged { .. })),
        "adding it again would forget: {again:?}"
    );
    std::fs::write(&key, kept).unwrap();
    witnessing.witness.add_checkpoint(&log.request(10, 20)).unwrap();
}

#[test]
fn what_cannot_be_written_down_is_not_cosigned() {
    let log = FakeLog::new(20);
    let witnessing = Witnessing::new();
    witnessing.witness.add_checkpoint(&log.request(0, 10)).unwrap();
    // Neither root nor anybody else can write a file where a folder is.
    std::fs::create_dir(witnessing.inside("checkpoint.new")).unwrap();
    let refused = witnessing.witness.add_checkpoint(&log.request(10, 20));
    assert!(
        matches!(refused, Err(Refusal::Fault(FolderError::Io { .. }))),
        "{refused:?}"
    );
    assert_eq!(size(&witnessing), 10);
}

#[test]
fn two_logs_do_not_touch_each_other() {
    let (one, two) = (FakeLog::new(20), FakeLog::of("log.example/2", 20));
    let witnessing = Witnessing::new();
    witnessing.witness.folder().add_log(&two.verifier()).unwrap();
    witnessing.witness.add_checkpoint(&one.request(0, 20)).unwrap();
    witnessing.witness.add_checkpoint(&two.request(0, 10)).unwrap();
    witnessing.witness.add_checkpoint(&two.request(10, 20)).unwrap();
    assert_eq!(witnessing.witness.folder().logs().unwrap().len(), 2);
}

#[test]
fn one_process_serves_a_folder() {
    let witnessing = Witnessing::new();
    let second = Folder::open(witnessing.path.path()).unwrap();
    assert!(matches!(second.serve(), Err(FolderError::Busy(_))));
    let witnessing = witnessing.restarted();
    assert_eq!(size(&witnessing), 0);
}

#[test]
fn a_folder_is_made_once_and_read_by_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let path = tempfile::tempdir().unwrap();
    let made = folder(path.path());
    let again = Folder::create(path.path(), WITNESS, &SeededEntropy::new(1));
    assert!(matches!(again, Err(FolderError::Exists(_))), "{again:?}");
    assert_eq!(
        Folder::open(path.path()).unwrap().key().verifier(),
        made.key().verifier()
    );
    let log = FakeLog::new(0).verifier();
    assert!(matches!(made.add_log(&log), Err(FolderError::Known(_))));
    let other = pramaan_tlog::Verifier::new(ORIGIN, made.key().verifier().public_key()).unwrap();
    assert!(matches!(made.add_log(&other), Err(FolderError::OtherKey(_))));

    let key = path.path().join("witness.key");
    assert_eq!(
        std::fs::metadata(&key).unwrap().permissions().mode() & 0o777,
        0o600
    );
    std::fs::set_permissions(&key, PermissionsExt::from_mode(0o640)).unwrap();
    assert!(matches!(
        Folder::open(path.path()),
        Err(FolderError::Exposed { .. })
    ));
    std::fs::set_permissions(&key, PermissionsExt::from_mode(0o600)).unwrap();
    for wrong in [vec![0; 32], vec![1; 31], vec![1; 33], Vec::new()] {
        std::fs::write(&key, wrong).unwrap();
        assert!(matches!(Folder::open(path.path()), Err(FolderError::NotAKey(_))));
    }
    std::fs::remove_file(&key).unwrap();
    assert!(matches!(Folder::open(path.path()), Err(FolderError::Missing(_))));
    let nameless = Folder::create(&path.path().join("other"), "two words", &SeededEntropy::new(1));
    assert!(matches!(nameless, Err(FolderError::Name { .. })));
    assert!(!path.path().join("other").exists(), "nothing was made");
}
