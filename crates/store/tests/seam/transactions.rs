//! A transaction is all or nothing, whatever its work does.

use std::sync::Arc;

use pramaan_store::testing::{TestDb, store_test};
use pramaan_store::{Db, DbOptions, Engine, StoreError, Tx};
use tokio::sync::{Barrier, oneshot};

use crate::support::{ITEMS, execute, int, items};

const INSERT: &str = "insert into item (id) values ($1)";

/// An error of a use case, which knows nothing of databases.
#[derive(Debug, PartialEq)]
enum Refusal {
    Full,
    Store(StoreError),
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

#[store_test(prepare = ITEMS)]
async fn a_refusal_undoes_everything(db: TestDb) {
    let refused: Result<(), Refusal> = db
        .write("test::refuse", |tx| {
            Box::pin(async move {
                tx.execute(INSERT, &[1.into()]).await?;
                Err(Refusal::Full)
            })
        })
        .await;
    assert_eq!(refused, Err(Refusal::Full));
    assert_eq!(items(&db).await, 0);
}

#[store_test(prepare = ITEMS)]
async fn a_panic_undoes_everything_and_the_database_lives(db: TestDb) {
    let panicked: Result<(), StoreError> = db
        .write("test::panic", |tx| {
            Box::pin(async move {
                tx.execute(INSERT, &[1.into()]).await?;
                panic!("as this test wants");
            })
        })
        .await;
    let transaction = "test::panic";
    assert_eq!(panicked, Err(StoreError::Panicked { transaction }));
    assert_eq!(execute(&db, INSERT, &[2.into()]).await, Ok(1));
    assert_eq!(items(&db).await, 1);
}

#[store_test(prepare = ITEMS)]
async fn a_failed_statement_loses_the_transaction_even_if_its_error_is_ignored(db: TestDb) {
    let transaction = "test::ignore";
    let ignored: Result<Result<u64, StoreError>, StoreError> = db
        .write(transaction, |tx| {
            Box::pin(async move {
                tx.execute(INSERT, &[1.into()]).await?;
                tx.execute("insert into nowhere values (1)", &[])
                    .await
                    .unwrap_err();
                Ok(tx.execute(INSERT, &[2.into()]).await)
            })
        })
        .await;
    assert_eq!(ignored, Err(StoreError::Aborted { transaction }));
    assert_eq!(items(&db).await, 0);
}

#[store_test(prepare = ITEMS)]
async fn a_reading_transaction_cannot_write(db: TestDb) {
    let written = db
        .read("test::read", |tx| {
            Box::pin(async move { tx.execute(INSERT, &[1.into()]).await })
        })
        .await;
    assert!(
        matches!(written, Err(StoreError::Statement { .. })),
        "{written:?}"
    );
    assert_eq!(items(&db).await, 0);
}

#[store_test(prepare = ITEMS)]
async fn a_work_whose_caller_has_gone_is_all_or_nothing(db: TestDb) {
    let options = DbOptions {
        connections: 1,
        ..TestDb::options()
    };
    let own = Db::open(db.url(), &options).await.unwrap();
    let (inserted, was_inserted) = oneshot::channel();
    let abandoned = own.write("test::abandon", |tx| {
        Box::pin(async move {
            tx.execute(INSERT, &[1.into()]).await?;
            let _ = inserted.send(());
            std::future::pending::<Result<(), StoreError>>().await
        })
    });
    tokio::select! {
        biased;
        // PostgreSQL: dropped here. SQLite: the thread finds that it would wait for ever.
        _ = was_inserted => {}
        answer = abandoned => assert!(matches!(answer, Err(StoreError::Suspended { .. }))),
    }
    // The only connection is usable, and in no transaction.
    assert_eq!(execute(&own, INSERT, &[2.into()]).await, Ok(1));
    assert_eq!(items(&own).await, 1);
    assert_eq!(int(&own, "select id from item").await, 2);
}

#[store_test(prepare = ITEMS)]
async fn an_empty_work_and_a_work_without_writes_are_fine(db: TestDb) {
    let nothing: Result<i64, StoreError> = db.write("test::nothing", |_| Box::pin(async { Ok(7) })).await;
    assert_eq!(nothing, Ok(7));
    assert_eq!(items(&db).await, 0);
}

#[store_test(prepare = ITEMS)]
async fn a_closed_database_says_so(db: TestDb) {
    execute(&db, INSERT, &[1.into()]).await.unwrap();
    let own = Db::open(db.url(), &TestDb::options()).await.unwrap();
    let other = own.clone();
    own.close().await;
    for answer in [
        execute(&other, INSERT, &[2.into()]).await,
        execute(&other, INSERT, &[3.into()]).await,
    ] {
        assert!(
            matches!(answer, Err(StoreError::Unavailable { .. })),
            "{answer:?}"
        );
    }
    assert_eq!(items(&db).await, 1);
}

#[store_test(prepare = ITEMS)]
async fn a_deadlock_is_retryable(db: TestDb) {
    execute(
        &db,
        "insert into total (name, amount) values ('a', 0), ('b', 0)",
        &[],
    )
    .await
    .unwrap();
    // On PostgreSQL each holds one row before it asks for the other's. SQLite's writer has no rival.
    let both_hold_one = Arc::new(Barrier::new(2));
    let add = async |names: [&'static str; 2]| {
        let meeting = Arc::clone(&both_hold_one);
        db.write("test::deadlock", move |tx| {
            Box::pin(async move {
                add_one(tx, names[0]).await?;
                if tx.engine() == Engine::Postgres {
                    meeting.wait().await;
                }
                add_one(tx, names[1]).await
            })
        })
        .await
    };
    let met = [["a", "b"], ["b", "a"]];
    let outcomes: [Result<(), StoreError>; 2] = tokio::join!(add(met[0]), add(met[1])).into();
    let gave_way: Vec<_> = (0..2).filter(|one| outcomes[*one].is_err()).collect();
    assert_eq!(
        gave_way.len(),
        usize::from(db.engine() == Engine::Postgres),
        "transactions that gave way: {outcomes:?}"
    );
    for one in gave_way {
        assert!(
            outcomes[one].as_ref().is_err_and(StoreError::is_retryable),
            "{outcomes:?}"
        );
        // Not before the other has ended: PostgreSQL lets a newcomer take the freed row ahead of the one that waited for
        // it, and then the two stand in each other's way once more.
        let names = met[one];
        let again = db.write("test::again", move |tx| {
            Box::pin(async move {
                add_one(tx, names[0]).await?;
                add_one(tx, names[1]).await
            })
        });
        assert_eq!(again.await, Ok(()));
    }
    assert_eq!(int(&db, "select cast(sum(amount) as bigint) from total").await, 4);
}

async fn add_one(tx: &mut Tx, name: &str) -> Result<(), StoreError> {
    let sql = "update total set amount = amount + 1 where name = $1";
    tx.execute(sql, &[name.into()]).await.map(drop)
}
