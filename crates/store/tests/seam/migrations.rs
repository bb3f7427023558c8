//! Migrations go forward, each once and whole, and an unknown schema is refused.

use pramaan_store::testing::{EMPTY, TestDb, store_test};
use pramaan_store::{StoreError, migrate};

use crate::support::{execute, int};

type Migrations = &'static [(&'static str, &'static str)];

const ONE: Migrations = &[("0001_a", "create table a (x bigint);\n")];
const TWO: Migrations = &[
    ONE[0],
    (
        "0002_b",
        "-- bytes\ncreate table b (y {blob});\ninsert into a (x) values (5);\n",
    ),
];
const EDITED: Migrations = &[("0001_a", "create table a (x bigint, z text);\n"), TWO[1]];
const BROKEN: Migrations = &[
    ONE[0],
    (
        "0002_b",
        "create table b (y bigint);\ncreate tabel c (z bigint);\n",
    ),
];

#[store_test(prepare = EMPTY)]
async fn each_migration_is_applied_once(db: TestDb) {
    assert_eq!(migrate::migrate_with(&db, ONE).await, Ok(1));
    let (found, known) = (1, 2);
    assert_eq!(
        migrate::check_with(&db, TWO).await,
        Err(StoreError::SchemaTooOld { found, known })
    );
    assert_eq!(migrate::migrate_with(&db, TWO).await, Ok(1));
    assert_eq!(migrate::migrate_with(&db, TWO).await, Ok(0));
    assert_eq!(migrate::check_with(&db, TWO).await, Ok(()));
    assert_eq!(int(&db, "select x from a").await, 5);
    execute(&db, "insert into b (y) values ($1)", &[[1u8, 2].into()])
        .await
        .unwrap();
}

#[store_test(prepare = EMPTY)]
async fn an_empty_database_is_too_old(db: TestDb) {
    let (found, known) = (0, 1);
    assert_eq!(
        migrate::check_with(&db, ONE).await,
        Err(StoreError::SchemaTooOld { found, known })
    );
}

#[store_test(prepare = EMPTY)]
async fn a_newer_schema_and_an_edited_one_are_refused(db: TestDb) {
    migrate::migrate_with(&db, TWO).await.unwrap();
    let newer = StoreError::SchemaTooNew { found: 2, known: 1 };
    assert_eq!(migrate::check_with(&db, ONE).await, Err(newer.clone()));
    assert_eq!(migrate::migrate_with(&db, ONE).await, Err(newer));
    let name = "0001_a".to_owned();
    assert_eq!(
        migrate::check_with(&db, EDITED).await,
        Err(StoreError::SchemaDiffers { name })
    );
}

#[store_test(prepare = EMPTY)]
async fn a_migration_that_fails_leaves_nothing(db: TestDb) {
    let failed = migrate::migrate_with(&db, BROKEN).await;
    assert!(matches!(failed, Err(StoreError::Statement { .. })), "{failed:?}");
    assert_eq!(migrate::check_with(&db, ONE).await, Ok(()), "the first one stays");
    assert_eq!(
        migrate::migrate_with(&db, TWO).await,
        Ok(1),
        "and b is not in the way"
    );
}

#[store_test(prepare = EMPTY)]
async fn two_programs_may_start_at_once(db: TestDb) {
    let (one, other) = tokio::join!(migrate::migrate_with(&db, TWO), migrate::migrate_with(&db, TWO));
    assert_eq!(one.unwrap() + other.unwrap(), 2);
}

#[store_test]
async fn the_product_s_own_schema_is_up_to_date(db: TestDb) {
    assert_eq!(migrate::check(&db).await, Ok(()));
}
