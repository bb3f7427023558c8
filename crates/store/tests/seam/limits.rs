//! What PostgreSQL ends by itself, so that nobody waits for somebody who does not go on.

use std::time::Duration;

use pramaan_store::testing::TestDb;
use pramaan_store::{DatabaseUrl, Db, DbOptions, Engine, StoreError, TimeLimits};
use tokio::sync::oneshot;

use crate::support::{ITEMS, execute, int, items};

const ADD: &str = "update total set amount = amount + 1 where name = 'n'";
const HOUR: Duration = Duration::from_secs(3_600);
const SHORT: Duration = Duration::from_millis(200);
/// Nothing ends by itself before a test does.
const LONG: TimeLimits = TimeLimits {
    lock: HOUR,
    idle: HOUR,
    statement: HOUR,
};

async fn with_a_row() -> TestDb {
    let db = TestDb::fresh(Engine::Postgres, ITEMS).await;
    let row = "insert into total (name, amount) values ('n', 0)";
    execute(&db, row, &[]).await.unwrap();
    db
}

/// Another node of the same database.
async fn node(db: &TestDb, limits: TimeLimits) -> Db {
    let options = DbOptions {
        time_limits: Some(limits),
        ..TestDb::options()
    };
    Db::open(db.url(), &options).await.unwrap()
}

/// What a node does once it was stopped in the middle of its transaction and goes on.
#[derive(Clone, Copy)]
enum GoesOn {
    ToItsCommit,
    WithAStatement,
}

#[tokio::test]
async fn a_node_that_is_stopped_in_a_transaction_holds_the_others_up_for_its_limit_only() {
    for goes_on in [GoesOn::ToItsCommit, GoesOn::WithAStatement] {
        let db = with_a_row().await;
        let (stopped, other) = (
            node(&db, TimeLimits { idle: SHORT, ..LONG }).await,
            node(&db, LONG).await,
        );
        let (stops, has_stopped) = oneshot::channel();
        let (go_on, gate) = oneshot::channel::<()>();
        let written = stopped.write("test::stopped", move |tx| {
            Box::pin(async move {
                tx.execute(ADD, &[]).await?;
                let _ = stops.send(());
                let _ = gate.await;
                match goes_on {
                    GoesOn::ToItsCommit => Ok(1),
                    GoesOn::WithAStatement => tx.execute("insert into item (id) values (1)", &[]).await,
                }
            })
        });
        let others = async {
            has_stopped.await.unwrap();
            let added = execute(&other, ADD, &[]).await;
            go_on.send(()).unwrap();
            added
        };
        let (written, others) = tokio::join!(written, others);
        assert_eq!(others, Ok(1), "who waits is served");
        assert!(
            matches!(written, Err(StoreError::Unavailable { .. })),
            "nothing is acknowledged: {written:?}"
        );
        assert_eq!(int(&db, "select amount from total").await, 1);
        assert_eq!(items(&db).await, 0);
        assert_eq!(execute(&stopped, ADD, &[]).await, Ok(1), "and the node goes on");
    }
}

#[tokio::test]
async fn who_waits_for_a_lock_is_told_to_come_back_and_may() {
    let db = with_a_row().await;
    let waiting = node(&db, TimeLimits { lock: SHORT, ..LONG }).await;
    let (locks, has_locked) = oneshot::channel();
    let (end, gate) = oneshot::channel::<()>();
    let holder = db.write("test::holder", |tx| {
        Box::pin(async move {
            tx.execute(ADD, &[]).await?;
            let _ = locks.send(());
            let _ = gate.await;
            Ok::<_, StoreError>(())
        })
    });
    let others = async {
        has_locked.await.unwrap();
        let refused = execute(&waiting, ADD, &[]).await;
        end.send(()).unwrap();
        refused
    };
    let (held, refused) = tokio::join!(holder, others);
    assert_eq!((held, refused), (Ok(()), Err(StoreError::Busy)));
    assert_eq!(execute(&waiting, ADD, &[]).await, Ok(1));
}

#[tokio::test]
async fn a_statement_that_takes_too_long_is_given_up() {
    let db = with_a_row().await;
    let limits = TimeLimits {
        statement: SHORT,
        ..LONG
    };
    let brisk = node(&db, limits).await;
    let refused = execute(&brisk, "select pg_sleep(3600)", &[]).await;
    assert!(
        matches!(refused, Err(StoreError::Unavailable { .. })),
        "{refused:?}"
    );
    assert_eq!(execute(&brisk, ADD, &[]).await, Ok(1));
}

/// Lock, idle and statement, as the server reads them in a transaction for reading and in one for writing.
async fn limits(db: &Db) -> [String; 2] {
    let sql = "select current_setting('lock_timeout') || ' ' || \
               current_setting('idle_in_transaction_session_timeout') || ' ' || \
               current_setting('statement_timeout')";
    let read: Result<String, StoreError> = db
        .read("test::limits", move |tx| {
            Box::pin(async move { Ok(tx.query_one(sql, &[]).await?.text(0)?.to_owned()) })
        })
        .await;
    let written: Result<String, StoreError> = db
        .write("test::limits", move |tx| {
            Box::pin(async move { Ok(tx.query_one(sql, &[]).await?.text(0)?.to_owned()) })
        })
        .await;
    [read.unwrap(), written.unwrap()]
}

#[tokio::test]
async fn requests_have_limits_and_commands_have_none() {
    let db = with_a_row().await;
    let options = DbOptions {
        connections: 1,
        time_limits: DbOptions::default().time_limits,
        ..TestDb::options()
    };
    let brisk = Db::open(db.url(), &options).await.unwrap();
    let few = "4s 5s 9s".to_owned();
    assert_eq!(limits(&brisk).await, [few.clone(), few.clone()]);
    let none = "0 10min 0".to_owned();
    assert_eq!(limits(&brisk.unhurried()).await, [none.clone(), none]);
    assert_eq!(limits(&brisk).await, [few.clone(), few], "on the same connection");
    let own = format!("{}?options=-c%20lock_timeout%3D2s", db.address());
    let told = Db::open(&DatabaseUrl::Postgres(own), &options).await.unwrap();
    let [told, _] = limits(&told).await;
    assert_eq!(told, "2s 5s 9s", "what the address says counts");
}
