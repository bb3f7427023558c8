//! The file of the last head: several may write it, and it never goes back but by adopting.

use std::path::Path;
use std::time::{Duration, Instant};

use pramaan_domain::access::Field;
use pramaan_store::outside::{HeadFile, KeptHead};
use pramaan_store::testing::{TestDb, store_test};
use pramaan_store::{AccessLog, Sealer};
use pramaan_tlog::{Checkpoint, CompactRange, leaf_hash};

use super::clock::engine_time;
use super::support::{ORIGIN, entry, fixture};

fn sealer() -> Sealer {
    let entropy = std::sync::Arc::new(pramaan_testkit::SeededEntropy::new(7));
    let keys = std::sync::Arc::new(pramaan_keys::MemoryKeyStore::new(&*entropy));
    Sealer::new(keys, entropy)
}

/// Heads over 0, 1, 2 … leaves of one log.
fn heads(sealer: &Sealer, most: u64) -> Vec<KeptHead> {
    let mut edge = CompactRange::new();
    let head = |size: u64| {
        if size > 0 {
            edge.append(leaf_hash(&size.to_be_bytes()));
        }
        let checkpoint = Checkpoint::new(ORIGIN, size, edge.root()).unwrap();
        let sign = |message: &[u8]| sealer.keys.sign_log(message);
        KeptHead {
            edge: edge.clone(),
            checkpoint: checkpoint.sign(sealer.keys.log_public_key(), &sign).unwrap(),
        }
    };
    (0..=most).map(head).collect()
}

fn size(file: &HeadFile, sealer: &Sealer) -> u64 {
    file.read(ORIGIN, sealer).unwrap().unwrap().edge.size()
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn two_writers_at_once_leave_the_newest_head_and_never_half_of_one() {
    let (folder, sealer) = (tempfile::tempdir().unwrap(), sealer());
    let at = || HeadFile::at(folder.path().join("log-head"));
    let heads = heads(&sealer, 120);
    at().write(&heads[0]).unwrap();
    std::thread::scope(|scope| {
        let write = |turn: usize| {
            let (file, heads) = (at(), &heads);
            move || {
                for head in heads.iter().skip(turn).step_by(3) {
                    file.write(head).unwrap();
                }
            }
        };
        let writers = [0, 1, 2].map(|turn| scope.spawn(write(turn)));
        let mut newest = 0;
        while !writers.iter().all(std::thread::ScopedJoinHandle::is_finished) {
            let found = size(&at(), &sealer);
            assert!(found >= newest, "{found} after {newest}");
            newest = found;
        }
    });
    assert_eq!(size(&at(), &sealer), 120);
    assert_eq!(names(folder.path()), ["log-head", "log-head.lock"]);
}

#[test]
fn an_older_head_is_written_by_adopting_alone() {
    let (folder, sealer) = (tempfile::tempdir().unwrap(), sealer());
    let file = HeadFile::at(folder.path().join("log-head"));
    let heads = heads(&sealer, 9);
    file.write(&heads[9]).unwrap();
    file.write(&heads[4]).unwrap();
    assert_eq!(size(&file, &sealer), 9);
    file.adopt(&heads[4]).unwrap();
    assert_eq!(size(&file, &sealer), 4);
}

#[test]
fn what_killed_writers_left_is_removed() {
    let (folder, sealer) = (tempfile::tempdir().unwrap(), sealer());
    for left in ["log-head.4711-0.part", "log-head.4712-19.part", "erased.part"] {
        std::fs::write(folder.path().join(left), "half").unwrap();
    }
    let file = HeadFile::at(folder.path().join("log-head"));
    file.write(&heads(&sealer, 1)[1]).unwrap();
    assert_eq!(
        names(folder.path()),
        ["erased.part", "log-head", "log-head.lock"],
        "and nothing else is"
    );
}

#[store_test]
async fn a_head_that_could_not_be_written_is_tried_again(db: TestDb) {
    let fixture = fixture(db, 1).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log-head");
    let file = HeadFile::at(path.clone());
    // No file can be renamed over a folder that holds something.
    std::fs::create_dir_all(path.join("in-the-way")).unwrap();
    let now = engine_time(&fixture.db).await;
    let log = AccessLog::start_kept(fixture.db.clone(), fixture.sealer.clone(), ORIGIN, file.clone());
    let entries = vec![entry(fixture.people[0], &[Field::Name])];
    log.append(entries, now).await.unwrap();

    let deadline = Instant::now() + Duration::from_secs(60);
    let lock = folder.path().join("log-head.lock");
    while !lock.exists() {
        assert!(Instant::now() < deadline, "nobody tried to write");
        tokio::task::yield_now().await;
    }
    // Waits until the attempt is over.
    let held = std::fs::File::open(&lock).unwrap();
    held.lock().unwrap();
    std::fs::remove_dir_all(&path).unwrap();
    held.unlock().unwrap();
    while !path.exists() {
        assert!(
            Instant::now() < deadline,
            "nobody tried again, though nobody reads"
        );
        tokio::task::yield_now().await;
    }
    assert_eq!(size(&file, &fixture.sealer), 1);
}
