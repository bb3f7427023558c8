#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
//! A backup keeps the records and the keys apart, and refuses to overwrite.

use std::os::unix::fs::PermissionsExt;

use pramaan_store::testing::TestDb;
use pramaan_store::{DatabaseUrl, Db, DbOptions, Engine, backup, migrate};

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
    assert!(backup::sqlite(&from, &folder.path().join("copy.db")).is_err());
    let copy = Db::open(&DatabaseUrl::Sqlite(made.records), &TestDb::options())
        .await
        .unwrap();
    migrate::check(&copy).await.unwrap();
}
