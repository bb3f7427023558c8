//! Test databases: fresh, on either engine, removed afterwards. Feature `testing`; never part of the product.

#![allow(clippy::panic, reason = "a test that cannot run must fail, with the reason")]

mod openings;
mod records;

use std::ops::Deref;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::FutureExt;
pub use openings::{LoggedOpening, openings, stolen_names};
use pramaan_testkit::postgres::Cluster;
pub use pramaan_testkit::store_test;
pub use records::{StolenRecord, stolen_records};
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use tokio_postgres::NoTls;

use pramaan_domain::time::Timestamp;
use pramaan_tlog::leaf::AccessKind;

use crate::access_log::clock::Pending;
use crate::access_log::{AccessEntry, AccessLog, LogClock, unwritten};
use crate::{
    DatabaseUrl, Db, DbOptions, Durability, Engine, ErasureList, Sealer, StoreError, Tx, Work, access_log,
    migrate,
};

/// What a fresh database holds. `name` is that of its template, so two of the same name must do the same.
#[derive(Clone, Copy)]
pub struct Prepare {
    pub name: &'static str,
    pub run: fn(Db) -> Work<'static, (), StoreError>,
}

/// The schema of this program.
pub const MIGRATED: Prepare = Prepare {
    name: "migrated",
    run: |db| Box::pin(async move { migrate::migrate(&db).await.map(drop) }),
};

/// Nothing at all.
pub const EMPTY: Prepare = Prepare {
    name: "empty",
    run: |_| Box::pin(async { Ok(()) }),
};

/// A database of this test's own. Use it as a [`Db`].
#[derive(Debug)]
pub struct TestDb {
    db: Db,
    url: DatabaseUrl,
    _folder: Option<TempDir>,
}

impl Deref for TestDb {
    type Target = Db;

    fn deref(&self) -> &Db {
        &self.db
    }
}

impl TestDb {
    /// A fresh database. Outside of `#[store_test]` nobody drops a PostgreSQL one before the cluster ends.
    pub async fn fresh(engine: Engine, prepare: Prepare) -> Self {
        match engine {
            Engine::Sqlite => fresh_sqlite(prepare).await,
            Engine::Postgres => fresh_postgres(prepare).await,
        }
    }

    /// Where it is, to open it a second time.
    pub fn url(&self) -> &DatabaseUrl {
        &self.url
    }

    /// The same as text, for another process.
    pub fn address(&self) -> String {
        match &self.url {
            DatabaseUrl::Sqlite(path) => format!("sqlite://{}", path.display()),
            DatabaseUrl::Postgres(url) => url.clone(),
        }
    }

    /// How test databases are opened: not durable, and few connections.
    pub fn options() -> DbOptions {
        DbOptions {
            durability: Durability::WaivedForTests,
            readers: 2,
            connections: 8,
            // A test has as many tasks as it likes.
            waiting: 1_000_000,
            // A test on a busy machine waits rather than fails: what it tests is not how long.
            patience: std::time::Duration::from_secs(120),
            time_limits: None,
            ..DbOptions::default()
        }
    }
}

/// Runs one test on one engine: what `#[store_test]` expands to.
pub fn run<F: Future<Output = ()>>(engine: Engine, prepare: Prepare, test: impl FnOnce(TestDb) -> F) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap_or_else(|error| panic!("no runtime: {error}"));
    runtime.block_on(async {
        let db = TestDb::fresh(engine, prepare).await;
        let (shared, url) = (db.db.clone(), db.url.clone());
        let outcome = AssertUnwindSafe(test(db)).catch_unwind().await;
        shared.close().await;
        if let DatabaseUrl::Postgres(url) = url {
            let name = url.rsplit('/').next().unwrap_or_default().to_owned();
            administer(&[format!("drop database if exists {name} with (force)")]).await;
        }
        if let Err(panic) = outcome {
            resume_unwind(panic);
        }
    });
}

async fn open(url: &DatabaseUrl) -> Db {
    let opened = Db::open(url, &TestDb::options()).await;
    opened.unwrap_or_else(|error| panic!("cannot open the test database: {error}"))
}

async fn prepared(prepare: Prepare, db: Db) {
    let outcome = (prepare.run)(db).await;
    outcome.unwrap_or_else(|error| panic!("cannot prepare the test database: {error}"));
}

async fn fresh_sqlite(prepare: Prepare) -> TestDb {
    let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("no temporary folder: {error}"));
    let url = DatabaseUrl::Sqlite(folder.path().join("test.db"));
    let db = open(&url).await;
    prepared(prepare, db.clone()).await;
    TestDb {
        db,
        url,
        _folder: Some(folder),
    }
}

async fn fresh_postgres(prepare: Prepare) -> TestDb {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let template = template(prepare).await;
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = format!("test_{}_{number}", std::process::id());
    administer(&[
        format!("drop database if exists {name} with (force)"),
        format!("create database {name} template {template} strategy file_copy"),
    ])
    .await;
    let url = DatabaseUrl::Postgres(cluster().url(&name));
    TestDb {
        db: open(&url).await,
        url,
        _folder: None,
    }
}

fn cluster() -> &'static Cluster {
    Cluster::shared().unwrap_or_else(|error| panic!("{error}"))
}

/// Makes the template that fresh databases are copied from, once per cluster.
async fn template(prepare: Prepare) -> String {
    let schema: String = migrate::MIGRATIONS.iter().map(|(_, text)| *text).collect();
    let digest = Sha256::digest(schema);
    let digest: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let name = format!("template_{}_{digest}", prepare.name);
    // Other processes may want it at the same moment: the lock is held until this connection ends.
    let client = connect("postgres").await;
    let lock = "select pg_advisory_lock(hashtext($1))";
    must(client.execute(lock, &[&name]).await);
    let known = must(
        client
            .query_opt("select 1 from pg_database where datname = $1", &[&name])
            .await,
    );
    if known.is_none() {
        let unfinished = format!("{name}_unfinished");
        must(
            client
                .batch_execute(&format!("drop database if exists {unfinished}"))
                .await,
        );
        must(
            client
                .batch_execute(&format!("create database {unfinished}"))
                .await,
        );
        let db = open(&DatabaseUrl::Postgres(cluster().url(&unfinished))).await;
        prepared(prepare, db.clone()).await;
        db.close().await;
        let rename = format!("alter database {unfinished} rename to {name}");
        must(disconnect_and(&client, &unfinished, &rename).await);
    }
    name
}

/// Sessions end some time after their connections are closed; nobody may be in a database that is renamed.
async fn disconnect_and(
    client: &tokio_postgres::Client,
    database: &str,
    command: &str,
) -> Result<(), tokio_postgres::Error> {
    let sql = "select pg_terminate_backend(pid, 10000) from pg_stat_activity where datname = $1";
    client.query(sql, &[&database]).await?;
    client.batch_execute(command).await
}

async fn administer(commands: &[String]) {
    let client = connect("postgres").await;
    for command in commands {
        must(client.batch_execute(command).await);
    }
}

async fn connect(database: &str) -> tokio_postgres::Client {
    let (client, connection) = must(tokio_postgres::connect(&cluster().url(database), NoTls).await);
    tokio::spawn(connection);
    client
}

/// The leaves of the access log, in order.
pub async fn leaves(db: &Db) -> Vec<Vec<u8>> {
    let read = db.read("testing::leaves", |tx| {
        Box::pin(async move {
            let rows = tx.query("select leaf from access_leaf order by idx", &[]).await?;
            rows.iter().map(|row| Ok(row.blob(0)?.to_vec())).collect()
        })
    });
    let leaves: Result<_, StoreError> = read.await;
    leaves.unwrap_or_else(|error| panic!("cannot read the log: {error}"))
}

/// Takes the leaves' table away: no entry can be written until [`mend_log`] brings it back.
pub async fn break_log(db: &Db) {
    alter(db, "alter table access_leaf rename to access_leaf_gone").await;
}

pub async fn mend_log(db: &Db) {
    alter(db, "alter table access_leaf_gone rename to access_leaf").await;
}

async fn alter(db: &Db, sql: &'static str) {
    let altered = db.write("testing::alter", move |tx| {
        Box::pin(async move { tx.execute(sql, &[]).await })
    });
    let altered: Result<u64, StoreError> = altered.await;
    altered.unwrap_or_else(|error| panic!("{sql}: {error}"));
}

fn must<T>(outcome: Result<T, tokio_postgres::Error>) -> T {
    outcome.unwrap_or_else(|error| panic!("PostgreSQL cluster for tests: {error:?}"))
}

/// A list of erasures that nobody keeps.
pub fn erasure_list(sealer: &Sealer) -> ErasureList {
    let file = tempfile::tempfile().unwrap_or_else(|error| panic!("no temporary file: {error}"));
    ErasureList::over(file, sealer.clone())
}

/// What binds the row of a publication that was not made through the log: its number, size and time.
pub fn publication_mac(sealer: &Sealer, origin: &str, row: [i64; 3], note: &str) -> Vec<u8> {
    crate::public_log::mac((sealer, origin), row, note.as_bytes()).to_vec()
}

/// No log: its receipts open, and no entry is ever written for them. What the log costs is measured beside it.
pub fn unwritten_log(origin: &str) -> AccessLog {
    unwritten::start(origin)
}

/// Access entries in the caller's transaction, their receipts thrown away: what the log costs, and nothing can be opened.
pub async fn log_only(
    tx: &mut Tx,
    sealer: &Sealer,
    origin: &str,
    entries: &[AccessEntry],
    now: Timestamp,
) -> Result<(), StoreError> {
    let asked = std::time::Instant::now();
    let pending = |entry: &AccessEntry| Pending {
        entry: entry.clone(),
        kind: AccessKind::Disclosure,
        now,
        asked,
    };
    let entries: Vec<_> = entries.iter().map(pending).collect();
    access_log::append::append(
        tx,
        sealer,
        origin,
        &entries,
        LogClock::Callers,
        &access_log::committed::Committed::none(),
    )
    .await
    .map(drop)
}
