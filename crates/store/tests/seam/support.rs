//! A schema of our own, and single statements as transactions.

use pramaan_store::testing::Prepare;
use pramaan_store::{Db, Row, StoreError, Value, migrate};

const SCHEMA: &[(&str, &str)] = &[(
    "0001_item",
    "create table item (id bigint primary key, word text, bytes {blob});\n\
     create table total (name text primary key, amount bigint not null);\n",
)];

pub(crate) const ITEMS: Prepare = Prepare {
    name: "items",
    run: |db| Box::pin(async move { migrate::migrate_with(&db, SCHEMA).await.map(drop) }),
};

pub(crate) async fn execute(db: &Db, sql: &str, params: &[Value]) -> Result<u64, StoreError> {
    let (sql, params) = (sql.to_owned(), params.to_vec());
    db.write("test::execute", move |tx| {
        Box::pin(async move { tx.execute(&sql, &params).await })
    })
    .await
}

/// In a writing transaction, so that `returning` can be asked for.
pub(crate) async fn query(db: &Db, sql: &str, params: &[Value]) -> Result<Vec<Row>, StoreError> {
    let (sql, params) = (sql.to_owned(), params.to_vec());
    db.write("test::query", move |tx| {
        Box::pin(async move { tx.query(&sql, &params).await })
    })
    .await
}

/// In a reading transaction.
pub(crate) async fn int(db: &Db, sql: &str) -> i64 {
    let sql = sql.to_owned();
    let read: Result<i64, StoreError> = db
        .read("test::int", move |tx| {
            Box::pin(async move { tx.query_one(&sql, &[]).await?.int(0) })
        })
        .await;
    read.unwrap()
}

pub(crate) async fn items(db: &Db) -> i64 {
    int(db, "select count(*) from item").await
}
