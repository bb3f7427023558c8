//! What goes wrong is said clearly, and without anybody's data.

use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use pramaan_store::testing::{TestDb, store_test};
use pramaan_store::{DatabaseUrl, Db, DbOptions, Durability, Engine, StoreError};

use crate::support::{ITEMS, execute, items, query};

const INSERT: &str = "insert into item (id, word) values ($1, $2)";
const SECRET: &str = "secret-9876543210";

#[store_test(prepare = ITEMS)]
async fn a_second_row_with_the_same_key_names_the_table(db: TestDb) {
    let insert = "-- store::total::add\ninsert into total (name, amount) values ($1, 1)";
    execute(&db, insert, &[SECRET.into()]).await.unwrap();
    let refused = execute(&db, insert, &[SECRET.into()]).await.unwrap_err();
    let (statement, table) = ("store::total::add".into(), "total".to_owned());
    assert_eq!(refused, StoreError::UniqueViolation { statement, table });
}

#[store_test(prepare = ITEMS)]
async fn errors_hold_no_values(db: TestDb) {
    execute(
        &db,
        "insert into total (name, amount) values ($1, 1)",
        &[SECRET.into()],
    )
    .await
    .unwrap();
    for (sql, param) in [
        ("insert into total (name, amount) values ($1, 1)", SECRET),
        ("insert into total (name) values ($1)", SECRET),
        ("select cast(cast($1 as text) as bigint) + ''", SECRET),
        ("insert into item (id, word) values (1, $1), (1, $1)", SECRET),
        ("select $1 frm nowhere", SECRET),
        ("select cast($1 as bigint), cast($2 as bigint)", SECRET),
    ] {
        let error = match query(&db, sql, &[param.into()]).await {
            Err(error) => error,
            // SQLite takes any text for a number.
            Ok(_) => continue,
        };
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains(SECRET), "{shown}");
    }
}

#[store_test(prepare = ITEMS)]
async fn an_unknown_table_and_a_missing_parameter_are_explained(db: TestDb) {
    let unknown = execute(&db, "insert into nowhere values (1)", &[])
        .await
        .unwrap_err();
    assert!(unknown.to_string().contains("nowhere"), "{unknown}");
    assert!(!unknown.is_retryable());
    let missing = execute(&db, INSERT, &[1.into()]).await.unwrap_err();
    assert!(matches!(missing, StoreError::Statement { .. }), "{missing:?}");
}

#[store_test(prepare = ITEMS)]
async fn a_lossy_database_is_refused(db: TestDb) {
    let options = DbOptions {
        durability: Durability::Required,
        ..TestDb::options()
    };
    match db.engine() {
        // The test cluster runs with fsync off.
        Engine::Postgres => {
            let refused = Db::open(db.url(), &options).await.unwrap_err();
            assert!(
                matches!(refused, StoreError::Durability { setting: "fsync", .. }),
                "{refused:?}"
            );
        }
        // An in-memory file system cannot keep a write-ahead log.
        Engine::Sqlite => {
            let vfs = Some("memdb".to_owned());
            let options = DbOptions { vfs, ..options };
            let refused = Db::open(db.url(), &options).await.unwrap_err();
            let setting = "journal_mode";
            assert!(
                matches!(&refused, StoreError::Durability { setting: s, .. } if *s == setting),
                "{refused:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_database_that_is_not_there_is_unavailable() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere = folder.path().join("missing");
    let socket = nowhere.display().to_string().replace('/', "%2F");
    for url in [
        DatabaseUrl::Sqlite(nowhere.join("test.db")),
        DatabaseUrl::Postgres(format!("postgres://pramaan@{socket}/pramaan")),
    ] {
        let refused = Db::open(&url, &DbOptions::default()).await.unwrap_err();
        assert!(matches!(refused, StoreError::Unavailable { .. }), "{refused:?}");
    }
}

#[tokio::test]
async fn a_file_that_is_no_database_is_unavailable() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("letter.txt");
    std::fs::write(&path, "dear reader, ".repeat(100)).unwrap();
    let refused = Db::open(&DatabaseUrl::Sqlite(path), &DbOptions::default())
        .await
        .unwrap_err();
    assert!(refused.to_string().contains("not a database"), "{refused}");
}

#[tokio::test]
async fn a_full_disk_is_clear_and_loses_nothing_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let url = DatabaseUrl::Sqlite(folder.path().join("test.db"));
    let options = DbOptions {
        max_pages: Some(20),
        ..DbOptions::default()
    };
    let db = Db::open(&url, &options).await.unwrap();
    (ITEMS.run)(db.clone()).await.unwrap();
    let page = "x".repeat(4_000);
    let mut acknowledged = 0;
    let refused = loop {
        match execute(&db, INSERT, &[acknowledged.into(), page.as_str().into()]).await {
            Ok(_) => acknowledged += 1,
            Err(error) => break error,
        }
    };
    assert_eq!(refused, StoreError::DiskFull);
    assert!(acknowledged > 5);
    assert_eq!(items(&db).await, acknowledged);
    assert_eq!(execute(&db, "delete from item where id < 3", &[]).await, Ok(3));
    assert_eq!(execute(&db, INSERT, &[0.into(), "small".into()]).await, Ok(1));
}

#[tokio::test]
async fn a_locked_database_is_busy_until_it_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("test.db");
    let options = DbOptions {
        patience: Duration::from_millis(20),
        ..DbOptions::default()
    };
    let db = Db::open(&DatabaseUrl::Sqlite(path.clone()), &options)
        .await
        .unwrap();
    (ITEMS.run)(db.clone()).await.unwrap();
    let other = rusqlite::Connection::open(path).unwrap();
    other.execute_batch("begin immediate").unwrap();
    let refused = execute(&db, INSERT, &[1.into(), "a".into()]).await;
    assert_eq!(refused, Err(StoreError::Busy));
    assert!(StoreError::Busy.is_retryable());
    assert_eq!(items(&db).await, 0, "reading goes on");
    other.execute_batch("rollback").unwrap();
    assert_eq!(execute(&db, INSERT, &[1.into(), "a".into()]).await, Ok(1));
}

#[tokio::test]
async fn only_the_owner_can_read_the_files() {
    let folder = tempfile::tempdir().unwrap();
    let url = DatabaseUrl::Sqlite(folder.path().join("test.db"));
    let db = Db::open(&url, &DbOptions::default()).await.unwrap();
    (ITEMS.run)(db.clone()).await.unwrap();
    let files: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert!(files.len() >= 2, "the database and its log");
    for file in files {
        let mode = file.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", file.path().display());
    }
}
