//! What SQLite has acknowledged survives a power cut at any moment.
//!
//! The seam's own connections, settings and writer thread run on a file system that journals every change; the disk is
//! then rebuilt as some power cut could have left it, and opened with plain SQLite.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::path::Path;

use pramaan_powercut::{Disk, Journal, Operation, VFS};
use pramaan_store::{DatabaseUrl, Db, DbOptions, Durability, StoreError};
use pramaan_testkit::sized;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

const WRITERS: i64 = 8;
const JOBS_PER_WRITER: i64 = 60;

/// A row that was acknowledged, and how long the journal was by then.
struct Acknowledged {
    id: i64,
    at: u64,
}

struct Recording {
    operations: Vec<Operation>,
    acknowledged: Vec<Acknowledged>,
}

/// What is wrong with the database after a cut.
#[derive(Debug)]
#[expect(dead_code, reason = "what the test shows when it fails")]
enum Loss {
    Rows(Vec<i64>),
    HalfATransaction { rows: i64, total: i64 },
    Damage(String),
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_power_cuts_lose_nothing_acknowledged() {
    let recording = record(Durability::Required).await;
    let cuts = sized(200, 5_000);
    let losses = losses(&recording, cuts);
    assert!(
        losses.is_empty(),
        "{} of {cuts} cuts: {:?}",
        losses.len(),
        losses.first()
    );
}

/// Without this the test above could be green because the file system loses nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_syncs_power_cuts_lose_acknowledged_rows() {
    let recording = record(Durability::WaivedForTests).await;
    let losses = losses(&recording, sized(50, 500));
    let lost_rows = losses
        .iter()
        .filter(|(_, loss)| matches!(loss, Loss::Rows(_)))
        .count();
    assert!(
        lost_rows > 0,
        "{} cuts lost something, none of them whole rows",
        losses.len()
    );
}

#[tokio::test]
async fn after_a_failed_sync_the_database_stops_itself() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("test.db");
    let db = open(&path, Durability::Required).await;
    write(&db, 1).await.unwrap();
    let switch = folder.path().join("test.db.fail-sync");
    std::fs::write(&switch, "").unwrap();
    let refused = write(&db, 2).await.unwrap_err();
    assert!(
        refused.to_string().contains("may or may not be on the disk"),
        "{refused}"
    );
    std::fs::remove_file(&switch).unwrap();
    // Trying again could acknowledge what the disk has already dropped.
    let later = write(&db, 3).await;
    assert!(matches!(later, Err(StoreError::Unavailable { .. })), "{later:?}");
    db.close().await;
    let reopened = open(&path, Durability::Required).await;
    assert_eq!(write(&reopened, 4).await, Ok(()));
}

/// Runs the workload and closes the database, which empties its log into it.
async fn record(durability: Durability) -> Recording {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("test.db");
    let db = open(&path, durability).await;
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| tokio::spawn(work(db.clone(), path.clone(), writer)))
        .collect();
    let mut acknowledged = Vec::new();
    for writer in writers {
        acknowledged.extend(writer.await.unwrap());
    }
    db.close().await;
    let operations = Journal::of(&path).read().unwrap();
    Recording {
        operations,
        acknowledged,
    }
}

async fn open(path: &Path, durability: Durability) -> Db {
    let options = DbOptions {
        durability,
        readers: 1,
        vfs: Some(VFS.to_owned()),
        // Often, so that many cuts fall into the copying of the log and its reuse.
        checkpoint_pages: Some(60),
        ..DbOptions::default()
    };
    let db = Db::open(&DatabaseUrl::Sqlite(path.to_owned()), &options)
        .await
        .unwrap();
    db.write("test::schema", |tx| {
        Box::pin(async move {
            for sql in [
                "create table if not exists item (id bigint primary key, bytes blob not null)",
                "create table if not exists total (name text primary key, amount bigint not null)",
                "insert into total (name, amount) values ('items', 0) on conflict do nothing",
            ] {
                tx.execute(sql, &[]).await?;
            }
            Ok::<_, StoreError>(())
        })
    })
    .await
    .unwrap();
    db
}

async fn work(db: Db, path: std::path::PathBuf, writer: i64) -> Vec<Acknowledged> {
    let journal = Journal::of(&path);
    let mut acknowledged = Vec::new();
    for job in 0..JOBS_PER_WRITER {
        let id = job * WRITERS + writer;
        write(&db, id).await.unwrap();
        let at = journal.length().unwrap();
        acknowledged.push(Acknowledged { id, at });
    }
    acknowledged
}

/// One row more, and its count, in one transaction.
async fn write(db: &Db, id: i64) -> Result<(), StoreError> {
    db.write("test::write", move |tx| {
        Box::pin(async move {
            let insert = "insert into item (id, bytes) values ($1, $2)";
            tx.execute(insert, &[scattered(id).into(), content(id).into()])
                .await?;
            tx.execute("update total set amount = amount + 1 where name = 'items'", &[])
                .await?;
            Ok(())
        })
    })
    .await
}

/// Keys all over the tree, so that many pages change.
fn scattered(id: i64) -> i64 {
    id.wrapping_mul(0x9E37_79B9_7F4A_7C15_u64 as i64)
}

/// From a few bytes to several pages.
fn content(id: i64) -> Vec<u8> {
    let length = 20 + (id * 1_237 % 6_000) as usize;
    id.to_be_bytes().into_iter().cycle().take(length).collect()
}

/// Cuts the power again and again: at the moment of an acknowledgement, when there is most to lose, or at any other.
fn losses(recording: &Recording, cuts: usize) -> Vec<(usize, Loss)> {
    let mut chance = ChaCha20Rng::seed_from_u64(2021);
    let mut below = |limit: usize| (chance.next_u64() % limit as u64) as usize;
    let first = recording.acknowledged.iter().map(|row| row.at).min().unwrap();
    let mut moments: Vec<usize> = (0..cuts)
        .map(|cut| match cut % 2 {
            0 => moment_of(
                recording,
                recording.acknowledged[below(recording.acknowledged.len())].at,
            ),
            _ => {
                moment_of(recording, first) + below(recording.operations.len() - moment_of(recording, first))
            }
        })
        .collect();
    moments.sort_unstable();
    let mut disk = Disk::default();
    let mut done = 0;
    let mut losses = Vec::new();
    for moment in moments {
        recording.operations[done..moment]
            .iter()
            .for_each(|operation| disk.apply(operation));
        done = moment;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("test.db");
        disk.cut(&mut chance).write(&path).unwrap();
        let now = recording.operations[moment - 1].end;
        losses.extend(
            inspect(&path, &recording.acknowledged, now)
                .err()
                .map(|loss| (moment, loss)),
        );
    }
    losses
}

/// How many operations were before this point of the journal.
fn moment_of(recording: &Recording, at: u64) -> usize {
    recording
        .operations
        .partition_point(|operation| operation.end <= at)
}

fn inspect(path: &Path, acknowledged: &[Acknowledged], now: u64) -> Result<(), Loss> {
    let damage = |error: rusqlite::Error| Loss::Damage(error.to_string());
    let connection = rusqlite::Connection::open(path).map_err(damage)?;
    // The power stays on now, and two hundred times the disk's patience is worth saving.
    connection
        .pragma_update(None, "synchronous", "off")
        .map_err(damage)?;
    let verdict: String = connection
        .query_row("pragma integrity_check", [], |row| row.get(0))
        .map_err(damage)?;
    if verdict != "ok" {
        return Err(Loss::Damage(verdict));
    }
    let mut select = connection
        .prepare("select bytes from item where id = ?1")
        .map_err(damage)?;
    let mut is_lost = |row: &&Acknowledged| {
        let found = select.query_row([scattered(row.id)], |row| row.get::<_, Vec<u8>>(0));
        found.ok() != Some(content(row.id))
    };
    let lost: Vec<i64> = acknowledged
        .iter()
        .filter(|row| row.at <= now)
        .filter(&mut is_lost)
        .map(|row| row.id)
        .collect();
    if !lost.is_empty() {
        return Err(Loss::Rows(lost));
    }
    let counts = "select (select count(*) from item), (select amount from total)";
    let (rows, total) = connection
        .query_row(counts, [], |row| Ok((row.get(0)?, row.get(1)?)))
        .map_err(damage)?;
    match rows == total {
        true => Ok(()),
        false => Err(Loss::HalfATransaction { rows, total }),
    }
}
