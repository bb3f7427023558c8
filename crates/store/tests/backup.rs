#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
//! A backup keeps the records and the keys apart, and refuses to overwrite.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;

use pramaan_store::testing::{TestDb, store_test};
use pramaan_store::{DatabaseUrl, Db, DbOptions, Engine, StoreError, backup, migrate};

#[tokio::test]
async fn records_and_keys_go_to_two_private_files() {
    let folder = tempfile::tempdir().unwrap();
    let from = folder.path().join("live.db");
    let db = Db::open(&DatabaseUrl::Sqlite(from.clone()), &DbOptions::default())
        .await
        .unwrap();
    assert_eq!(db.engine(), Engine::Sqlite);
    migrate::migrate(&db).await.unwrap();
    let filled = db.write("test::fill", |tx| {
        Box::pin(async move {
            tx.execute(
                "insert into person_key (household, subject, contact, created_at) values ($1, $2, $3, 1)",
                &["h".into(), "p".into(), b"THE-WRAPPED-KEY".as_slice().into()],
            )
            .await
        })
    });
    filled.await.unwrap();

    let made = backup::sqlite(&from, &folder.path().join("copy.db")).unwrap();
    let records = std::fs::read(&made.records).unwrap();
    let keys = std::fs::read(&made.keys).unwrap();
    let holds = |bytes: &[u8]| bytes.windows(15).any(|window| window == b"THE-WRAPPED-KEY");
    assert!(!holds(&records) && holds(&keys));
    for file in [&made.records, &made.keys] {
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
    let again = backup::sqlite(&from, &folder.path().join("copy.db")).unwrap_err();
    assert!(again.to_string().contains("exists already"), "{again}");
    let names: BTreeSet<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with("copy"))
        .collect();
    assert_eq!(names, ["copy.db", "copy.db.keys"].map(str::to_owned).into());
    let copy = Db::open(&DatabaseUrl::Sqlite(made.records), &TestDb::options())
        .await
        .unwrap();
    migrate::check(&copy).await.unwrap();
    let schema = |db: Db| async move {
        let read = db.read("test::schema", |tx| {
            let sql =
                "select coalesce(sql, '') from sqlite_master where name not like 'sqlite%' order by name";
            Box::pin(async move { tx.query(sql, &[]).await })
        });
        let rows: Result<Vec<_>, StoreError> = read.await;
        rows.unwrap()
            .iter()
            .map(|row| row.text(0).unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(schema(copy).await, schema(db).await, "every table and index");
}

#[test]
fn a_dead_backups_parts_are_removed_and_a_living_ones_are_not() {
    let folder = tempfile::tempdir().unwrap();
    let from = folder.path().join("live.db");
    std::fs::write(&from, "no database").unwrap();
    let to = folder.path().join("copy.db");
    let part = folder.path().join("copy.db.part");
    std::fs::write(&part, "half").unwrap();
    let held = std::fs::File::open(&part).unwrap();
    held.lock().unwrap();
    let busy = backup::sqlite(&from, &to).unwrap_err();
    assert!(
        busy.to_string().contains("another backup or restore is writing"),
        "{busy}"
    );
    assert_eq!(std::fs::read_to_string(&part).unwrap(), "half");
    drop(held);
    let failed = backup::sqlite(&from, &to).unwrap_err();
    assert!(failed.to_string().contains("could not be made"), "{failed}");
    assert_eq!(
        std::fs::read_dir(folder.path()).unwrap().count(),
        1,
        "only the source stays"
    );
}

#[store_test]
async fn households_without_any_key_are_noticed(db: TestDb) {
    let write = async |sql: &'static str| {
        let written = db.write("test::write", move |tx| {
            Box::pin(async move { tx.execute(sql, &[b"sealed".as_slice().into()]).await })
        });
        let written: Result<u64, StoreError> = written.await;
        assert_eq!(written, Ok(1));
    };
    assert_eq!(backup::keys(&db).await, Ok(backup::Keys::Fit), "nobody yet");
    write("insert into household (id, mobile, language, created_at) values ('h', $1, 'en', 1)").await;
    assert_eq!(backup::keys(&db).await, Ok(backup::Keys::Missing));
    write("insert into person_key (household, subject, contact, created_at) values ('h', 'h', $1, 1)").await;
    assert_eq!(backup::keys(&db).await, Ok(backup::Keys::Fit));
}

#[tokio::test]
async fn files_that_do_not_belong_together_leave_everything_as_it_is() {
    use pramaan_store::backup::{Existing, restore};
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let open = DatabaseUrl::Sqlite(at("live.db"));
    let db = Db::open(&open, &DbOptions::default()).await.unwrap();
    migrate::migrate(&db).await.unwrap();
    let empty = backup::sqlite(&at("live.db"), &at("empty.db")).unwrap();
    let household = db.write("test::write", |tx| {
        let sql = "insert into household (id, mobile, language, created_at) values ('h', $1, 'en', 1)";
        Box::pin(async move { tx.execute(sql, &[b"sealed".as_slice().into()]).await })
    });
    let written: Result<u64, StoreError> = household.await;
    written.unwrap();
    let full = backup::sqlite(&at("live.db"), &at("full.db")).unwrap();
    let refused = |records, keys| restore(records, keys, &at("live.db"), Existing::IsKeptAside).unwrap_err();
    let strangers = refused(&full.records, &empty.keys).to_string();
    assert!(strangers.contains("1 households"), "{strangers}");
    let swapped = refused(&full.keys, &full.records).to_string();
    assert!(swapped.contains("two files of one backup"), "{swapped}");
    let busy = refused(&empty.records, &empty.keys).to_string();
    assert!(busy.contains("is in use"), "{busy}");
    assert!(at("live.db").exists() && !at("live.db.part").exists() && !at("live.db.before-restore").exists());
    db.close().await;
    let restored = restore(&empty.records, &empty.keys, &at("live.db"), Existing::IsKeptAside).unwrap();
    assert_eq!(restored.before, Some(at("live.db.before-restore")));
    assert!(!at("live.db-wal").exists() && !at("live.db-shm").exists());
}
