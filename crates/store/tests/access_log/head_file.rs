//! The file of the last head: several may write it, and it never goes back but by adopting.

use std::path::Path;
use std::time::{Duration, Instant};

use pramaan_domain::access::Field;
use pramaan_store::outside::{Fork, HeadFile, Kept, KeptHead};
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
        signed(sealer, edge.clone())
    };
    (0..=most).map(head).collect()
}

fn signed(sealer: &Sealer, edge: CompactRange) -> KeptHead {
    let checkpoint = Checkpoint::new(ORIGIN, edge.size(), edge.root()).unwrap();
    let sign = |message: &[u8]| sealer.keys.sign_log(message);
    KeptHead {
        checkpoint: checkpoint.sign(sealer.keys.log_public_key(), &sign).unwrap(),
        edge,
    }
}

fn size(file: &HeadFile, sealer: &Sealer) -> u64 {
    file.read(ORIGIN, sealer).unwrap().unwrap().edge.size()
}

fn write(file: &HeadFile, head: &KeptHead, sealer: &Sealer) -> Kept {
    file.write(head, ORIGIN, sealer).unwrap()
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
    assert_eq!(write(&at(), &heads[0], &sealer), Kept::Written);
    std::thread::scope(|scope| {
        let writing = |turn: usize| {
            let (file, heads, sealer) = (at(), &heads, &sealer);
            move || {
                for head in heads.iter().skip(turn).step_by(3) {
                    match write(&file, head, sealer) {
                        Kept::Written => {}
                        Kept::Larger(held) => assert!(held.edge.size() > head.edge.size()),
                    }
                }
            }
        };
        let writers = [0, 1, 2].map(|turn| scope.spawn(writing(turn)));
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
    assert_eq!(write(&file, &heads[9], &sealer), Kept::Written);
    let larger = write(&file, &heads[4], &sealer);
    assert_eq!(larger, Kept::Larger(heads[9].clone()), "whoever writes is told");
    assert_eq!(size(&file, &sealer), 9);
    file.adopt(&heads[4]).unwrap();
    assert_eq!(size(&file, &sealer), 4);
}

#[test]
fn another_head_of_one_size_is_a_fork_and_one_of_other_keys_is_foreign() {
    let (folder, sealer) = (tempfile::tempdir().unwrap(), sealer());
    let path = folder.path().join("log-head");
    let file = HeadFile::at(path.clone());
    let heads = heads(&sealer, 3);
    assert_eq!(write(&file, &heads[3], &sealer), Kept::Written);
    assert_eq!(write(&file, &heads[3], &sealer), Kept::Written, "the same again");
    let mut edge = heads[2].edge.clone();
    edge.append(leaf_hash(b"another"));
    let differs = Fork::Differs { kept: 3, found: 3 };
    assert_eq!(
        file.write(&signed(&sealer, edge), ORIGIN, &sealer),
        Err(differs.into())
    );

    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("\n3\n", "\n4\n")).unwrap();
    let foreign = file.write(&heads[2], ORIGIN, &sealer);
    assert_eq!(foreign, Err(Fork::Foreign.into()));
}

#[test]
fn what_killed_writers_left_is_removed() {
    let (folder, sealer) = (tempfile::tempdir().unwrap(), sealer());
    for left in ["log-head.4711-0.part", "log-head.4712-19.part", "erased.part"] {
        std::fs::write(folder.path().join(left), "half").unwrap();
    }
    let file = HeadFile::at(folder.path().join("log-head"));
    assert_eq!(write(&file, &heads(&sealer, 1)[1], &sealer), Kept::Written);
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
    let now = engine_time(&fixture.db).await;
    let log =
        AccessLog::start_kept(fixture.db.clone(), fixture.sealer.clone(), ORIGIN, file.clone()).unwrap();
    // No file can be renamed over a folder that holds something.
    std::fs::create_dir_all(path.join("in-the-way")).unwrap();
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
