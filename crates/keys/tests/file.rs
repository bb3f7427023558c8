//! Keys in files.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use common::seeded;
use pramaan_keys::{
    EndedKey, FileKeyStore, KeyEpoch, KeyFileError, KeyStore, MacKind, Root, SealPurpose, SecretKey,
    Standing, epoch_of,
};

const NAMES: [&str; 5] = [
    "sealing.key",
    "index.key",
    "token.key",
    "log.key",
    "certificate.key",
];

fn made(folder: &Path) -> std::path::PathBuf {
    let dir = folder.join("keys");
    FileKeyStore::create(&dir, &seeded(1)).unwrap();
    dir
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

#[test]
fn what_the_created_keys_sealed_the_opened_keys_open() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("data/keys");
    let created = FileKeyStore::create(&dir, &seeded(1)).unwrap();
    let opened = FileKeyStore::open(&dir).unwrap();
    let sealed = created.seal(SealPurpose::Outbox, b"row", b"hello", &seeded(2));
    assert_eq!(
        &**opened.open(SealPurpose::Outbox, b"row", &sealed).unwrap(),
        b"hello"
    );
    assert_eq!(created.reference_id(1), opened.reference_id(1));
    assert_eq!(created.sign_token(b"x"), opened.sign_token(b"x"));
    assert_eq!(created.log_public_key(), opened.log_public_key());
    assert_eq!(created.certificate_public_key(), opened.certificate_public_key());
}

#[test]
fn only_the_owner_can_read_them() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("keys")).unwrap();
    fs::set_permissions(folder.path().join("keys"), Permissions::from_mode(0o755)).unwrap();
    let dir = made(folder.path());
    assert_eq!(mode(&dir), 0o700);
    for name in NAMES {
        assert_eq!(mode(&dir.join(name)), 0o600, "{name}");
        assert_eq!(fs::metadata(dir.join(name)).unwrap().len(), 32, "{name}");
    }
    assert_eq!(fs::read_dir(&dir).unwrap().count(), NAMES.len());
}

#[test]
fn keys_are_never_overwritten() {
    for name in NAMES {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join("keys");
        fs::create_dir(&dir).unwrap();
        fs::write(dir.join(name), b"precious").unwrap();
        let refused = FileKeyStore::create(&dir, &seeded(1)).unwrap_err();
        assert!(
            matches!(&refused, KeyFileError::Exists(path) if path.ends_with(name)),
            "{refused}"
        );
        assert_eq!(fs::read(dir.join(name)).unwrap(), b"precious");
        assert_eq!(fs::read_dir(&dir).unwrap().count(), 1, "nothing was added");
    }
}

/// Breaks each file in turn and checks that opening refuses in a sentence that names the file.
fn each_file_broken(break_it: impl Fn(&Path), refusal: impl Fn(&KeyFileError) -> bool, says: &str) {
    for name in NAMES {
        let folder = tempfile::tempdir().unwrap();
        let dir = made(folder.path());
        break_it(&dir.join(name));
        let refused = FileKeyStore::open(&dir).unwrap_err();
        assert!(refusal(&refused), "{name}: {refused:?}");
        let sentence = refused.to_string();
        assert!(sentence.contains(name) && sentence.contains(says), "{sentence}");
    }
}

#[test]
fn a_file_open_to_others_is_refused() {
    for mode in [0o604, 0o640, 0o660, 0o602, 0o610, 0o777] {
        each_file_broken(
            |path| fs::set_permissions(path, Permissions::from_mode(mode)).unwrap(),
            |error| matches!(error, KeyFileError::Exposed { mode: found, .. } if *found == mode),
            "chmod 600",
        );
    }
}

#[test]
fn a_missing_file_is_refused() {
    each_file_broken(
        |path| fs::remove_file(path).unwrap(),
        |error| matches!(error, KeyFileError::Missing(_)),
        "pramaan init",
    );
}

#[test]
fn a_wrong_length_is_refused() {
    for length in [0, 31, 33, 64] {
        each_file_broken(
            |path| fs::write(path, vec![7; length as usize]).unwrap(),
            |error| matches!(error, KeyFileError::Length { length: found, .. } if *found == length),
            "exactly 32",
        );
    }
}

#[test]
fn a_key_of_zeros_is_refused() {
    each_file_broken(
        |path| fs::write(path, [0; 32]).unwrap(),
        |error| matches!(error, KeyFileError::Zero(_)),
        "only zeros",
    );
}

#[test]
fn one_key_in_two_files_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let dir = made(folder.path());
    fs::copy(dir.join("log.key"), dir.join("certificate.key")).unwrap();
    assert!(matches!(FileKeyStore::open(&dir), Err(KeyFileError::Same(..))));
}

#[test]
fn a_folder_that_others_can_write_to_or_that_is_missing_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let dir = made(folder.path());
    fs::set_permissions(&dir, Permissions::from_mode(0o770)).unwrap();
    assert!(matches!(
        FileKeyStore::open(&dir),
        Err(KeyFileError::Exposed { wanted: 0o700, .. })
    ));
    assert!(matches!(
        FileKeyStore::open(&folder.path().join("none")),
        Err(KeyFileError::Missing(_))
    ));
}

#[test]
fn what_an_earlier_key_made_still_opens_and_the_newest_makes_what_is_new() {
    let folder = tempfile::tempdir().unwrap();
    let dir = made(folder.path());
    let before = FileKeyStore::open(&dir).unwrap();
    let sealed = before.seal(SealPurpose::Outbox, b"row", b"hello", &seeded(2));
    let person = SecretKey::generate(&seeded(3));
    let wrapped = before.wrap(&person, b"row", &seeded(4));
    for (at, root) in Root::ALL.into_iter().enumerate() {
        let epoch = FileKeyStore::create_next(&dir, root, &seeded(10 + at as u64)).unwrap();
        assert_eq!(epoch, KeyEpoch(2), "{root:?}");
    }
    let after = FileKeyStore::open(&dir).unwrap();
    assert_eq!(
        &**after.open(SealPurpose::Outbox, b"row", &sealed).unwrap(),
        b"hello"
    );
    assert_eq!(
        after.unwrap_key(&wrapped, b"row").unwrap().expose(),
        person.expose()
    );
    let anew = after.wrap(&person, b"row", &seeded(5));
    assert_eq!(
        (epoch_of(&wrapped), epoch_of(&anew)),
        (Ok(KeyEpoch(1)), Ok(KeyEpoch(2)))
    );
    assert!(
        before.unwrap_key(&anew, b"row").is_err(),
        "who has only the old key opens nothing new"
    );
    assert_ne!(before.log_public_key(), after.log_public_key());
    assert_ne!(before.certificate_public_key(), after.certificate_public_key());
    // Rows are bound by the first token key, what lives as long as a login by the newest.
    assert_eq!(
        before.mac(MacKind::StaffRow, &[b"x"]),
        after.mac(MacKind::StaffRow, &[b"x"])
    );
    for kind in [MacKind::Token, MacKind::OneTimePassword] {
        assert_ne!(before.mac(kind, &[b"x"]), after.mac(kind, &[b"x"]), "{kind:?}");
    }
    assert_eq!(before.reference_id(1), after.reference_id(1));
}

#[test]
fn a_replaced_key_is_believed_and_a_stolen_one_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let dir = made(folder.path());
    let opened = || FileKeyStore::open(&dir).unwrap();
    let (first, token) = (opened().certificate_public_key(), opened().sign_token(b"x"));
    for root in [Root::Token, Root::Certificate] {
        FileKeyStore::create_next(&dir, root, &seeded(20)).unwrap();
    }
    let second = opened().certificate_public_key();
    assert!(opened().is_token(b"x", &token) && !opened().is_token(b"y", &token));
    let believed = [(second, Standing::Believed), (first, Standing::Believed)];
    assert_eq!(opened().certificate_public_keys(), believed);

    for root in [Root::Token, Root::Certificate] {
        FileKeyStore::mark_stolen(&dir, root).unwrap();
    }
    assert!(!opened().is_token(b"x", &token));
    assert!(
        opened().is_token(b"x", &opened().sign_token(b"x")),
        "the newest is believed"
    );
    let stolen = [(second, Standing::Believed), (first, Standing::Stolen)];
    assert_eq!(opened().certificate_public_keys(), stolen);
}

fn log_files(dir: &Path) -> Vec<String> {
    let names = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name());
    let mut names: Vec<_> = names.map(|name| name.into_string().unwrap()).collect();
    names.retain(|name| name.starts_with("log"));
    names.sort();
    names
}

#[test]
fn a_successor_of_the_log_is_made_aside_and_put_in_its_place_however_often_it_is_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let dir = made(folder.path());
    let opened = || FileKeyStore::open(&dir).unwrap().log_public_key();
    let first = opened();
    assert!(FileKeyStore::staged_log(&dir).unwrap().is_none());
    // Stopped while the key was written.
    fs::write(dir.join("log-next.part"), [7; 9]).unwrap();
    let second = FileKeyStore::stage_log(&dir, &seeded(31))
        .unwrap()
        .log_public_key();
    let staged = || FileKeyStore::staged_log(&dir).unwrap().unwrap().log_public_key();
    assert_eq!(staged(), second, "the one that was made");
    assert_eq!(
        (opened(), first != second),
        (first, true),
        "nothing signs with it yet"
    );

    for _ in 0..2 {
        FileKeyStore::settle_log(&dir, EndedKey::KeptAside).unwrap();
        assert_eq!(opened(), second);
        assert_eq!(log_files(&dir), ["log-1.ended", "log-1.public", "log-2.key"]);
    }
    let third = FileKeyStore::stage_log(&dir, &seeded(32))
        .unwrap()
        .log_public_key();
    // Stopped between the two halves.
    fs::rename(dir.join("log-next"), dir.join("log-3.key")).unwrap();
    assert_eq!(opened(), third);
    FileKeyStore::settle_log(&dir, EndedKey::Destroyed).unwrap();
    // Stopped after it was written over.
    fs::copy(dir.join("log-3.key"), dir.join("log-2.key")).unwrap();
    fs::write(dir.join("log-2.key"), [0; 32]).unwrap();
    FileKeyStore::settle_log(&dir, EndedKey::Destroyed).unwrap();
    assert_eq!(opened(), third);
    assert_eq!(
        log_files(&dir),
        ["log-1.ended", "log-1.public", "log-2.public", "log-3.key"]
    );
    let ended = FileKeyStore::ended_logs(&dir).unwrap();
    assert_eq!(
        ended,
        [first, second],
        "what they signed is still known, destroyed or not"
    );
    for (path, mode_of) in [("log-2.public", 0o600), ("log-1.ended", 0o600)] {
        assert_eq!(mode(&dir.join(path)), mode_of, "{path}");
    }
}

#[test]
fn a_log_that_ended_is_known_whatever_became_of_its_private_key() {
    type Harm<'a> = (&'a str, &'a dyn Fn(&Path));
    let by_hand: [Harm<'_>; 4] = [
        ("zeros, as of a `--destroy` that was killed", &|path| {
            fs::write(path, [0; 32]).unwrap();
        }),
        ("cut short", &|path| fs::write(path, [7; 9]).unwrap()),
        ("removed", &|path| fs::remove_file(path).unwrap()),
        ("another", &|path| fs::write(path, [7; 32]).unwrap()),
    ];
    for (what, harm) in by_hand {
        let folder = tempfile::tempdir().unwrap();
        let dir = made(folder.path());
        let first = FileKeyStore::open(&dir).unwrap().log_public_key();
        FileKeyStore::stage_log(&dir, &seeded(31)).unwrap();
        FileKeyStore::settle_log(&dir, EndedKey::KeptAside).unwrap();
        let (key, aside) = (dir.join("log.key"), dir.join("log-1.ended"));
        harm(&aside);
        assert_eq!(FileKeyStore::ended_logs(&dir).unwrap(), [first], "{what}");
        // Stopped before the key was put aside, harmed, and given again.
        fs::copy(dir.join("log-2.key"), &key).unwrap();
        harm(&key);
        FileKeyStore::settle_log(&dir, EndedKey::KeptAside).unwrap();
        assert!(!key.exists(), "{what}");
        // A whole key is believed, and its public half with it.
        let is_known = FileKeyStore::ended_logs(&dir).unwrap() == [first];
        assert_eq!(is_known, what != "another", "{what}");
        FileKeyStore::stage_log(&dir, &seeded(32)).unwrap();
    }
}

#[test]
fn what_lies_where_a_public_half_is_to_be_left_gives_way_to_it() {
    for planted in [&[7; 32][..], &[0; 32], &[7; 9]] {
        for ended in [EndedKey::KeptAside, EndedKey::Destroyed] {
            let folder = tempfile::tempdir().unwrap();
            let dir = made(folder.path());
            let first = FileKeyStore::open(&dir).unwrap().log_public_key();
            fs::write(dir.join("log-1.public"), planted).unwrap();
            FileKeyStore::stage_log(&dir, &seeded(31)).unwrap();
            FileKeyStore::settle_log(&dir, ended).unwrap();
            assert_eq!(FileKeyStore::ended_logs(&dir).unwrap(), [first], "{planted:?}");
        }
    }
}

#[test]
fn a_public_half_that_is_lost_or_harmed_is_read_from_the_key_that_lies_aside() {
    type Harm<'a> = (&'a str, &'a dyn Fn(&Path));
    let harms: [Harm<'_>; 3] = [
        ("lost", &|path| fs::remove_file(path).unwrap()),
        ("zeros", &|path| fs::write(path, [0; 32]).unwrap()),
        ("cut short", &|path| fs::write(path, [7; 9]).unwrap()),
    ];
    let folder = tempfile::tempdir().unwrap();
    let dir = made(folder.path());
    let key = || FileKeyStore::open(&dir).unwrap().log_public_key();
    let mut ended = Vec::new();
    for seed in [31, 32] {
        ended.push(key());
        FileKeyStore::stage_log(&dir, &seeded(seed)).unwrap();
        FileKeyStore::settle_log(&dir, EndedKey::KeptAside).unwrap();
    }
    let known = || FileKeyStore::ended_logs(&dir);
    let unknown = || FileKeyStore::unknown_ended_logs(&dir).unwrap().len();
    let (public, aside) = (dir.join("log-1.public"), dir.join("log-1.ended"));
    // It is no secret.
    fs::set_permissions(&public, Permissions::from_mode(0o644)).unwrap();
    assert_eq!((known().unwrap(), unknown()), (ended.clone(), 0));
    let (there, private) = (fs::read(&public).unwrap(), fs::read(&aside).unwrap());
    for (what, harm) in harms {
        harm(&public);
        assert_eq!((known().unwrap(), unknown()), (ended.clone(), 0), "{what}");
        fs::remove_file(&aside).unwrap();
        assert_eq!(unknown(), 1, "{what}");
        match known() {
            Ok(known) => assert_eq!((what, &known[..]), ("lost", &ended[1..])),
            Err(error @ KeyFileError::PublicHarmed(_)) => {
                assert_ne!(what, "lost");
                assert!(error.to_string().contains("log-1.public holds "), "{error}");
                assert!(error.to_string().contains("or move that file away"), "{error}");
            }
            Err(other) => panic!("{what}: {other}"),
        }
        let last = FileKeyStore::last_ended_log(&dir).unwrap();
        assert_eq!(
            last,
            Some(ended[1]),
            "{what}: what ended before it is not asked for"
        );
        fs::write(&public, &there).unwrap();
        fs::write(&aside, &private).unwrap();
        fs::set_permissions(&aside, Permissions::from_mode(0o600)).unwrap();
    }
}

#[test]
fn a_private_half_that_is_there_and_not_read_is_not_said_to_be_gone() {
    let folder = tempfile::tempdir().unwrap();
    let dir = made(folder.path());
    FileKeyStore::stage_log(&dir, &seeded(31)).unwrap();
    FileKeyStore::settle_log(&dir, EndedKey::KeptAside).unwrap();
    let (public, aside) = (dir.join("log-1.public"), dir.join("log-1.ended"));
    let why = || FileKeyStore::unknown_ended_logs(&dir).unwrap();
    fs::remove_file(&public).unwrap();
    fs::set_permissions(&aside, Permissions::from_mode(0o644)).unwrap();
    assert!(matches!(&why()[..], [KeyFileError::Exposed { path, .. }] if *path == aside));
    fs::set_permissions(&aside, Permissions::from_mode(0o600)).unwrap();
    fs::write(&aside, [7; 9]).unwrap();
    assert!(matches!(&why()[..], [KeyFileError::Length { path, .. }] if *path == aside));
    fs::write(&aside, [0; 32]).unwrap();
    assert!(matches!(&why()[..], [KeyFileError::PublicGone(path)] if *path == public));
}

#[test]
fn two_halves_that_are_not_of_one_key_are_not_compared_with() {
    let folder = tempfile::tempdir().unwrap();
    let dir = made(folder.path());
    FileKeyStore::stage_log(&dir, &seeded(31)).unwrap();
    FileKeyStore::settle_log(&dir, EndedKey::KeptAside).unwrap();
    for name in ["log-1.public", "log-1.ended"] {
        let path = dir.join(name);
        let there = fs::read(&path).unwrap();
        fs::write(&path, [7; 32]).unwrap();
        let why = FileKeyStore::unknown_ended_logs(&dir).unwrap();
        assert!(matches!(&why[..], [KeyFileError::Halves(..)]), "{name}");
        fs::write(&path, there).unwrap();
        assert!(
            FileKeyStore::unknown_ended_logs(&dir).unwrap().is_empty(),
            "{name}"
        );
    }
}

#[test]
fn a_key_that_lies_where_a_successor_s_is_to_come_signs_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let dir = made(folder.path());
    // Somebody who could write the folder for a moment, and knows the key.
    fs::copy(dir.join("log.key"), dir.join("log-next")).unwrap();
    fs::write(dir.join("log-next"), [9; 32]).unwrap();
    let planted = FileKeyStore::staged_log(&dir).unwrap().unwrap().log_public_key();
    let staged = |seed| {
        FileKeyStore::stage_log(&dir, &seeded(seed))
            .unwrap()
            .log_public_key()
    };
    let made = staged(30);
    assert_ne!(made, planted);
    assert_eq!(fs::read(dir.join("log-next.unused")).unwrap(), [9; 32]);
    assert_ne!(staged(31), made, "nothing has begun with it: the next is another");
    FileKeyStore::settle_log(&dir, EndedKey::KeptAside).unwrap();
    assert_ne!(fs::read(dir.join("log-2.key")).unwrap(), [9; 32]);
}
