//! What became of transactions, by name.

use std::sync::Arc;

use pramaan_store::db::{Outcome, Transactions};
use pramaan_store::testing::{TestDb, store_test};
use pramaan_store::{Db, DbOptions, Engine, StoreError, Tx};
use tokio::sync::{Barrier, oneshot};

use crate::support::{ITEMS, execute, items};

const INSERT: &str = "insert into item (id) values ($1)";

fn named(db: &Db, name: &str) -> Transactions {
    let found = db.transactions().into_iter().find(|one| one.name == name);
    found.unwrap_or_else(|| panic!("{name} is not counted"))
}

fn count(db: &Db, name: &str, outcome: Outcome) -> u64 {
    named(db, name).count(outcome)
}

#[store_test(prepare = ITEMS)]
async fn each_transaction_is_counted_by_its_name_and_end(db: TestDb) {
    execute(&db, INSERT, &[1.into()]).await.unwrap();
    execute(&db, INSERT, &[1.into()]).await.unwrap_err();
    execute(&db, "insert into nowhere values (1)", &[])
        .await
        .unwrap_err();
    let refused: Result<(), StoreError> = db
        .write("test::refuse", |_| Box::pin(async { Err(StoreError::DiskFull) }))
        .await;
    refused.unwrap_err();
    let panicked: Result<(), StoreError> = db
        .write("test::panic", |_| {
            Box::pin(async { panic!("as this test wants") })
        })
        .await;
    panicked.unwrap_err();
    let clone = (*db).clone();
    assert_eq!(items(&clone.unhurried()).await, 1);
    let executed = named(&db, "test::execute");
    assert_eq!(executed.count(Outcome::Ok), 1);
    assert_eq!(executed.count(Outcome::Refused), 1, "the row was there");
    assert_eq!(executed.count(Outcome::Failed), 1);
    assert_eq!(executed.all(), 3);
    assert_eq!(executed.buckets.iter().sum::<u64>(), 3);
    assert!(!executed.took.is_zero());
    assert_eq!(
        count(&db, "test::refuse", Outcome::Refused),
        1,
        "the work said no"
    );
    assert_eq!(count(&db, "test::panic", Outcome::Failed), 1);
    assert_eq!(
        count(&db, "test::int", Outcome::Ok),
        1,
        "of a clone, and for reading"
    );
}

#[tokio::test]
async fn deadlocks_and_serialization_failures_are_told_apart() {
    let db = TestDb::fresh(Engine::Postgres, ITEMS).await;
    let rows = "insert into total (name, amount) values ('a', 0), ('b', 0)";
    execute(&db, rows, &[]).await.unwrap();
    let both_hold_one = Arc::new(Barrier::new(2));
    let add = async |names: [&'static str; 2]| {
        let meeting = Arc::clone(&both_hold_one);
        db.write("test::deadlock", move |tx| {
            Box::pin(async move {
                add_one(tx, names[0]).await?;
                meeting.wait().await;
                add_one(tx, names[1]).await
            })
        })
        .await
    };
    let (one, other) = tokio::join!(add(["a", "b"]), add(["b", "a"]));
    assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
    let met = named(&db, "test::deadlock");
    assert_eq!((met.count(Outcome::Ok), met.count(Outcome::Deadlock)), (1, 1));
    assert_eq!(met.all(), 2);
    let raised = "do $$ begin raise exception 'no' using errcode = '40001'; end $$";
    let gave_way = execute(&db, raised, &[]).await;
    assert_eq!(gave_way, Err(StoreError::Serialization));
    assert_eq!(count(&db, "test::execute", Outcome::Serialization), 1);
}

async fn add_one(tx: &mut Tx, name: &str) -> Result<(), StoreError> {
    let sql = "update total set amount = amount + 1 where name = $1";
    tx.execute(sql, &[name.into()]).await.map(drop)
}

#[tokio::test]
async fn who_waits_who_is_turned_away_and_who_goes_away_shows() {
    let db = TestDb::fresh(Engine::Postgres, ITEMS).await;
    let options = DbOptions {
        connections: 1,
        waiting: 0,
        ..TestDb::options()
    };
    let own = Db::open(db.url(), &options).await.unwrap();
    let idle = own.pool().unwrap();
    assert_eq!(
        (idle.connections, idle.free, idle.waiting, idle.turned_away),
        (1, 1, 0, 0)
    );
    let (begins, has_begun) = oneshot::channel();
    let mut abandoned = Box::pin(own.write("test::abandoned", |tx| {
        Box::pin(async move {
            tx.execute(INSERT, &[1.into()]).await?;
            let _ = begins.send(());
            std::future::pending::<Result<(), StoreError>>().await
        })
    }));
    tokio::select! {
        _ = &mut abandoned => panic!("it cannot end"),
        begun = has_begun => begun.unwrap(),
    }
    let crowded = execute(&own, INSERT, &[2.into()]).await;
    assert_eq!(crowded, Err(StoreError::Crowded));
    let busy = own.pool().unwrap();
    assert_eq!((busy.connections, busy.free, busy.turned_away), (1, 0, 1));
    drop(abandoned);
    assert_eq!(count(&own, "test::execute", Outcome::Crowded), 1);
    assert_eq!(count(&own, "test::abandoned", Outcome::Abandoned), 1);
    let gone = execute(&own, "select pg_terminate_backend(pg_backend_pid())", &[]).await;
    gone.unwrap_err();
    assert_eq!(count(&own, "test::execute", Outcome::Lost), 1);
}

#[tokio::test]
async fn an_embedded_database_has_no_pool() {
    let db = TestDb::fresh(Engine::Sqlite, ITEMS).await;
    assert_eq!(db.pool(), None);
}
