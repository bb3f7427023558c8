//! The seam keeps the same promises on both engines.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use pramaan_store::testing::{TestDb, store_test};
use pramaan_store::{StoreError, Value};

#[store_test]
async fn a_row_comes_back(db: TestDb) {
    db.write("test::add", |tx| {
        Box::pin(async move {
            tx.execute(
                "insert into meta (name, value) values ($1, $2)",
                &["a".into(), "b".into()],
            )
            .await
        })
    })
    .await
    .unwrap();
    let value: Result<String, StoreError> = db
        .read("test::get", |tx| {
            Box::pin(async move {
                let row = tx
                    .query_one("select value from meta where name = $1", &[Value::from("a")])
                    .await?;
                Ok(row.text(0)?.to_owned())
            })
        })
        .await;
    assert_eq!(value, Ok("b".to_owned()));
}
