//! What was acknowledged survives `kill -9` of the process that wrote it, on both engines.
//!
//! This program starts itself again as the writer: the ignored test below, which does nothing without its variable.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use pramaan_store::testing::{EMPTY, TestDb};
use pramaan_store::{DatabaseUrl, Db, DbOptions, Durability, Engine, StoreError, migrate};
use pramaan_testkit::sized;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

const WRITERS: i64 = 4;
/// Ids of one child: more than it ever gets to.
const CHILD: i64 = 1_000_000;
const VARIABLE: &str = "PRAMAAN_TEST_KILLED_WRITER";

const SCHEMA: &[(&str, &str)] = &[(
    "0001_item",
    "create table item (id bigint primary key);\n\
     create table total (name text primary key, amount bigint not null);\n\
     insert into total (name, amount) values ('items', 0);\n",
)];

#[tokio::test]
async fn sqlite_survives_fifty_kills() {
    let folder = tempfile::tempdir().unwrap();
    survives(&format!("sqlite://{}", folder.path().join("test.db").display())).await;
}

#[tokio::test]
async fn postgres_survives_fifty_kills_of_its_client() {
    let db = TestDb::fresh(Engine::Postgres, EMPTY).await;
    survives(&db.address()).await;
}

/// The writer that gets killed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "started by the tests above, as a process of its own"]
async fn child() {
    #[expect(clippy::disallowed_methods, reason = "how a test process is told what to do")]
    let Ok(task) = std::env::var(VARIABLE) else {
        return;
    };
    let (first, url) = task.split_once(' ').unwrap();
    let (first, url): (i64, DatabaseUrl) = (first.parse().unwrap(), url.parse().unwrap());
    let db = Db::open(&url, &options(&url)).await.unwrap();
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| tokio::spawn(write_on_and_on(db.clone(), first + writer)))
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
}

/// Durable where that can be: the PostgreSQL cluster for tests never is, and it is not what gets killed.
fn options(url: &DatabaseUrl) -> DbOptions {
    let durability = match url {
        DatabaseUrl::Sqlite(_) => Durability::Required,
        DatabaseUrl::Postgres(_) => Durability::WaivedForTests,
    };
    DbOptions {
        durability,
        ..DbOptions::default()
    }
}

/// Not quite for ever, so that a writer which nobody kills is a failure and not a hang.
#[expect(clippy::print_stdout, reason = "how the parent is told")]
async fn write_on_and_on(db: Db, first: i64) {
    for id in (first..).step_by(WRITERS as usize).take(5_000) {
        write(&db, id).await.unwrap();
        println!("acknowledged {id}.");
    }
}

async fn write(db: &Db, id: i64) -> Result<(), StoreError> {
    db.write("test::write", move |tx| {
        Box::pin(async move {
            tx.execute("insert into item (id) values ($1)", &[id.into()])
                .await?;
            tx.execute("update total set amount = amount + 1 where name = 'items'", &[])
                .await?;
            Ok(())
        })
    })
    .await
}

/// Nobody else has the database open while the writer lives, so that each look at it begins with a recovery.
async fn survives(address: &str) {
    let url: DatabaseUrl = address.parse().unwrap();
    let mut chance = ChaCha20Rng::seed_from_u64(50);
    for kill in 0..sized(50, 500) {
        let db = Db::open(&url, &options(&url)).await.unwrap();
        migrate::migrate_with(&db, SCHEMA).await.unwrap();
        db.close().await;
        let first = kill * CHILD;
        let mut child = start(first, address);
        let acknowledged = kill_after(&mut child, chance.next_u32() % 40);
        let db = Db::open(&url, &options(&url)).await.unwrap();
        let (rows, whole) = found(&db, first).await;
        db.close().await;
        let lost: Vec<_> = acknowledged.difference(&rows).collect();
        assert!(lost.is_empty(), "kill {kill}: acknowledged and lost: {lost:?}");
        assert!(whole, "kill {kill}: half a transaction was kept");
    }
}

fn start(first: i64, url: &str) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["child", "--exact", "--ignored", "--nocapture"])
        .env(VARIABLE, format!("{first} {url}"))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Lets it acknowledge a few rows, kills it, and answers all that it acknowledged.
fn kill_after(child: &mut Child, rows: u32) -> BTreeSet<i64> {
    let mut acknowledged = BTreeSet::new();
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        // Other lines are the test harness's own; one without its full stop was cut in the middle.
        let line = line.unwrap();
        let id = line
            .split_once("acknowledged ")
            .and_then(|(_, id)| id.strip_suffix('.'));
        let Some(id) = id.and_then(|id| id.parse().ok()) else {
            continue;
        };
        acknowledged.insert(id);
        if acknowledged.len() as u32 == rows + 1 {
            child.kill().unwrap();
        }
    }
    child.wait().unwrap();
    assert!(acknowledged.len() as u32 > rows, "the writer ended by itself");
    acknowledged
}

/// This child's rows, and whether there are as many rows as were counted.
async fn found(db: &Db, first: i64) -> (BTreeSet<i64>, bool) {
    db.read("test::found", move |tx| {
        Box::pin(async move {
            let sql = "select id from item where id >= $1 and id < $2";
            let rows = tx.query(sql, &[first.into(), (first + CHILD).into()]).await?;
            let ids: Result<_, StoreError> = rows.iter().map(|row| row.int(0)).collect();
            let counts = tx
                .query_one(
                    "select (select count(*) from item) = (select amount from total)",
                    &[],
                )
                .await?;
            Ok::<_, StoreError>((ids?, counts.int(0)? == 1))
        })
    })
    .await
    .unwrap()
}
