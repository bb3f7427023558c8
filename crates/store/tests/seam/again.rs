//! What is done again, how often, and what never is.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use pramaan_store::db::{Again, Outcome, Transactions};
use pramaan_store::testing::{TestDb, store_test};
use pramaan_store::{Db, Engine, StoreError, Tx};
use tokio::sync::Barrier;

use crate::support::{ITEMS, execute, int, items};

const INSERT: &str = "insert into item (id) values ($1)";
const AT_ONCE: &(dyn Fn(u8) -> Duration + Send + Sync) = &|_| Duration::ZERO;

fn named(db: &Db, name: &str) -> Transactions {
    let found = db.transactions().into_iter().find(|one| one.name == name);
    found.unwrap_or_else(|| panic!("{name} is not counted"))
}

async fn add_one(tx: &mut Tx, name: &str) -> Result<(), StoreError> {
    let sql = "update total set amount = amount + 1 where name = $1";
    tx.execute(sql, &[name.into()]).await.map(drop)
}

#[tokio::test]
async fn who_gave_way_in_a_deadlock_is_done_again_and_both_are_told_of_success() {
    let db = TestDb::fresh(Engine::Postgres, ITEMS).await;
    let rows = "insert into total (name, amount) values ('a', 0), ('b', 0)";
    execute(&db, rows, &[]).await.unwrap();
    let meeting = Arc::new(Barrier::new(2));
    let add = async |names: [&'static str; 2]| {
        let (meeting, attempts) = (Arc::clone(&meeting), Arc::new(AtomicU8::new(0)));
        db.write_again("test::deadlock", Again::new(3, AT_ONCE), move |tx| {
            Box::pin(async move {
                add_one(tx, names[0]).await?;
                // Each holds one row before it asks for the other's: the first time.
                if attempts.fetch_add(1, Ordering::Relaxed) == 0 {
                    meeting.wait().await;
                }
                add_one(tx, names[1]).await
            })
        })
        .await
    };
    let both: (Result<(), StoreError>, _) = tokio::join!(add(["a", "b"]), add(["b", "a"]));
    assert_eq!(both, (Ok(()), Ok(())));
    assert_eq!(int(&db, "select cast(sum(amount) as bigint) from total").await, 4);
    let met = named(&db, "test::deadlock");
    assert!(met.retries(Outcome::Deadlock) >= 1, "{met:?}");
    assert_eq!(met.count(Outcome::Ok), 2);
}

#[tokio::test]
async fn a_connection_that_broke_before_the_commit_costs_nothing_but_an_attempt() {
    let db = TestDb::fresh(Engine::Postgres, ITEMS).await;
    let attempts = Arc::new(AtomicU8::new(0));
    let written = db.write_again("test::broken", Again::new(3, AT_ONCE), move |tx| {
        Box::pin(async move {
            tx.execute(INSERT, &[1.into()]).await?;
            if attempts.fetch_add(1, Ordering::Relaxed) == 0 {
                tx.execute("select pg_terminate_backend(pg_backend_pid())", &[])
                    .await?;
            }
            Ok::<_, StoreError>(())
        })
    });
    assert_eq!(written.await, Ok(()));
    assert_eq!(items(&db).await, 1);
    let broken = named(&db, "test::broken");
    assert_eq!(
        (broken.count(Outcome::Lost), broken.retries(Outcome::Lost)),
        (1, 1)
    );
}

#[tokio::test]
async fn a_connection_that_broke_under_its_commit_leaves_a_doubt_and_is_not_done_again() {
    let db = TestDb::fresh(Engine::Postgres, ITEMS).await;
    for sql in [
        "create function quit() returns trigger language plpgsql as \
         'begin perform pg_terminate_backend(pg_backend_pid()); return null; end'",
        "create constraint trigger quit after insert on item deferrable initially deferred \
         for each row execute function quit()",
    ] {
        execute(&db, sql, &[]).await.unwrap();
    }
    let doubtful = db.write_again("test::doubt", Again::new(3, AT_ONCE), |tx| {
        Box::pin(async move { tx.execute(INSERT, &[1.into()]).await })
    });
    let doubtful = doubtful.await.unwrap_err();
    assert!(doubtful.to_string().contains("may be done or not"), "{doubtful}");
    let counted = named(&db, "test::doubt");
    assert_eq!((counted.count(Outcome::InDoubt), counted.all()), (1, 1));
}

#[store_test(prepare = ITEMS)]
async fn what_others_are_always_faster_at_is_given_up_after_so_many_attempts(db: TestDb) {
    let waits = std::sync::Mutex::new(Vec::new());
    let pause = |attempt| {
        waits.lock().unwrap().push(attempt);
        Duration::ZERO
    };
    let refused: Result<(), StoreError> = db
        .write_again("test::slow", Again::new(3, &pause), |tx| {
            Box::pin(async move {
                tx.execute(INSERT, &[1.into()]).await?;
                // As a repository does that compared and found another row.
                Err(StoreError::Serialization)
            })
        })
        .await;
    assert_eq!(refused, Err(StoreError::Serialization));
    assert_eq!(*waits.lock().unwrap(), [1, 2]);
    let slow = named(&db, "test::slow");
    assert_eq!((slow.all(), slow.retries(Outcome::Serialization)), (3, 2));
    assert_eq!(items(&db).await, 0);
    let ours: Result<(), StoreError> = db
        .write_again("test::ours", Again::new(3, &pause), |_| {
            Box::pin(async { Err(StoreError::NoLog) })
        })
        .await;
    assert_eq!(ours, Err(StoreError::NoLog));
    assert_eq!(named(&db, "test::ours").all(), 1, "a refusal stands");
}
