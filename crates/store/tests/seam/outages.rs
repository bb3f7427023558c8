//! A PostgreSQL that goes, comes back as a standby, or gives a statement up: "come back later", never "this program is
//! broken", and no connection of it is used again.

use pramaan_store::testing::TestDb;
use pramaan_store::{Db, DbOptions, Engine, StoreError};
use tokio::sync::oneshot;

use crate::support::{ITEMS, execute, int, items};

const INSERT: &str = "insert into item (id) values ($1)";

/// A database, and a second door to it with one connection, so that it shows whether that one is kept.
async fn with_one_connection() -> (TestDb, Db) {
    let db = TestDb::fresh(Engine::Postgres, ITEMS).await;
    let options = DbOptions {
        connections: 1,
        ..TestDb::options()
    };
    let own = Db::open(db.url(), &options).await.unwrap();
    (db, own)
}

/// Which server process the next transaction meets.
async fn backend(db: &Db) -> i64 {
    int(db, "select pg_backend_pid()").await
}

fn is_unavailable<T: std::fmt::Debug>(answer: &Result<T, StoreError>) -> bool {
    matches!(answer, Err(StoreError::Unavailable { .. }))
}

/// Fails as a server would that is in the state of this SQLSTATE.
fn raised(code: &str, sentence: &str) -> String {
    format!("do $$ begin raise exception '{sentence}' using errcode = '{code}'; end $$")
}

#[tokio::test]
async fn what_a_failing_over_server_answers_is_an_outage_and_ends_the_connection() {
    let (_db, own) = with_one_connection().await;
    for (code, sentence) in [
        ("25006", "cannot execute INSERT in a read-only transaction"),
        ("0A000", "cannot set transaction read-write mode during recovery"),
        (
            "25P03",
            "terminating connection due to idle-in-transaction timeout",
        ),
        ("25P04", "terminating connection due to transaction timeout"),
        ("40003", "the fate of the statement is not known"),
        ("53300", "sorry, too many clients already"),
        ("57014", "canceling statement due to statement timeout"),
        ("57P01", "terminating connection due to administrator command"),
        ("57P05", "terminating connection due to idle-session timeout"),
        ("58000", "system error"),
        ("58030", "could not write block"),
        ("58P01", "could not open file"),
    ] {
        let before = backend(&own).await;
        let answer = execute(&own, &raised(code, sentence), &[]).await;
        assert!(is_unavailable(&answer), "{code}: {answer:?}");
        let shown = answer.unwrap_err().to_string();
        assert!(shown.contains(code) && !shown.contains(sentence), "{shown}");
        assert_ne!(
            backend(&own).await,
            before,
            "{code}: the connection is used again"
        );
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_statement_is_no_outage_and_keeps_the_connection() {
    let (_db, own) = with_one_connection().await;
    let before = backend(&own).await;
    for code in ["0A000", "22012", "23514", "25P02", "42P01", "P0001", "XX000"] {
        let answer = execute(&own, &raised(code, "no such thing"), &[]).await;
        assert!(
            matches!(answer, Err(StoreError::Statement { .. })),
            "{code}: {answer:?}"
        );
    }
    assert_eq!(backend(&own).await, before);
}

#[tokio::test]
async fn a_server_that_was_made_read_only_is_obeyed_and_left() {
    let (db, own) = with_one_connection().await;
    let name = db.address().rsplit('/').next().unwrap().to_owned();
    let read_only = async |said: &str| {
        // The next connections are told; those that are open are not, as when a standby takes over.
        let alter = format!("alter database {name} set default_transaction_read_only = {said}");
        own.write("test::alter", move |tx| {
            Box::pin(async move {
                tx.execute("set transaction read write", &[]).await?;
                tx.execute(&alter, &[]).await
            })
        })
        .await
        .map(drop)
    };
    read_only("on").await.unwrap();
    leave(&own).await;
    let refused = execute(&own, INSERT, &[1.into()]).await;
    assert!(is_unavailable(&refused), "{refused:?}");
    assert_eq!(items(&own).await, 0, "reading goes on");
    read_only("off").await.unwrap();
    leave(&own).await;
    assert_eq!(execute(&own, INSERT, &[1.into()]).await, Ok(1));
}

/// Ends the pool's only connection, as its server does.
async fn leave(own: &Db) {
    let gone = execute(own, "select pg_terminate_backend(pg_backend_pid())", &[]).await;
    assert!(is_unavailable(&gone), "{gone:?}");
}

#[tokio::test]
async fn a_work_whose_server_process_ends_writes_nothing_and_the_next_one_is_served() {
    let (db, own) = with_one_connection().await;
    let (began, has_begun) = oneshot::channel();
    let (go_on, gate) = oneshot::channel::<()>();
    let broken = own.write("test::broken", |tx| {
        Box::pin(async move {
            tx.execute(INSERT, &[1.into()]).await?;
            let pid = tx.query_one("select pg_backend_pid()", &[]).await?.int(0)?;
            let _ = began.send(pid);
            let _ = gate.await;
            Ok::<_, StoreError>(())
        })
    });
    let end = async {
        let pid = has_begun.await.unwrap();
        let sql = "select pg_terminate_backend(cast($1 as integer), 10000)";
        execute(&db, sql, &[pid.into()]).await.unwrap();
        go_on.send(()).unwrap();
    };
    let (answer, ()) = tokio::join!(broken, end);
    assert!(is_unavailable(&answer), "{answer:?}");
    assert_eq!(execute(&own, INSERT, &[2.into()]).await, Ok(1));
    assert_eq!(int(&own, "select cast(sum(id) as bigint) from item").await, 2);
}

#[tokio::test]
async fn a_statement_that_is_cancelled_writes_nothing() {
    let (db, own) = with_one_connection().await;
    let (began, has_begun) = oneshot::channel();
    let cancelled = own.write("test::cancelled", |tx| {
        Box::pin(async move {
            tx.execute(INSERT, &[1.into()]).await?;
            let pid = tx.query_one("select pg_backend_pid()", &[]).await?.int(0)?;
            let _ = began.send(pid);
            tx.execute("select pg_sleep(3600)", &[]).await
        })
    });
    let cancel = async {
        let pid = has_begun.await.unwrap();
        // Until it is asleep there is nothing to cancel.
        let sql =
            "select pg_cancel_backend(pid) from pg_stat_activity where pid = $1 and wait_event = 'PgSleep'";
        while execute(&db, sql, &[pid.into()]).await != Ok(1) {
            tokio::task::yield_now().await;
        }
    };
    let (answer, ()) = tokio::join!(cancelled, cancel);
    assert!(is_unavailable(&answer), "{answer:?}");
    assert_eq!(items(&own).await, 0);
}

#[tokio::test]
async fn a_statement_of_before_a_migration_is_an_outage_of_one_answer() {
    let (db, own) = with_one_connection().await;
    let all = "select * from total";
    assert_eq!(execute(&own, all, &[]).await, Ok(0));
    execute(&db, "alter table total add column note text", &[])
        .await
        .unwrap();
    let stale = execute(&own, all, &[]).await;
    assert!(is_unavailable(&stale), "{stale:?}");
    assert_eq!(execute(&own, all, &[]).await, Ok(0));
}
