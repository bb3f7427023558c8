//! Neighbours do not touch each other.

use std::sync::mpsc;

use pramaan_store::testing::{TestDb, store_test};
use pramaan_store::{Db, Engine, StoreError};
use tokio::sync::oneshot;

use crate::support::{ITEMS, execute, int, items};

const INSERT: &str = "insert into item (id) values ($1)";

#[store_test(prepare = ITEMS)]
async fn twenty_writers_lose_nothing(db: TestDb) {
    execute(&db, "insert into total (name, amount) values ('n', 0)", &[])
        .await
        .unwrap();
    let writers: Vec<_> = (0..20)
        .map(|writer| {
            let db = (*db).clone();
            tokio::spawn(async move {
                for turn in 0..10 {
                    add_one(&db, writer * 10 + turn).await.unwrap();
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    assert_eq!(int(&db, "select amount from total").await, 200);
    assert_eq!(items(&db).await, 200);
}

async fn insert(db: &Db, id: i64) -> Result<u64, StoreError> {
    execute(db, INSERT, &[id.into()]).await
}

async fn add_one(db: &Db, id: i64) -> Result<(), StoreError> {
    db.write("test::add_one", move |tx| {
        Box::pin(async move {
            tx.execute(INSERT, &[id.into()]).await?;
            tx.execute("update total set amount = amount + 1 where name = 'n'", &[])
                .await?;
            Ok(())
        })
    })
    .await
}

#[store_test(prepare = ITEMS)]
async fn a_reader_sees_only_what_is_committed(db: TestDb) {
    let (inserted, was_inserted) = oneshot::channel();
    let (release, gate) = oneshot::channel::<()>();
    let held = db.write("test::held", move |tx| {
        Box::pin(async move {
            tx.execute(INSERT, &[1.into()]).await?;
            let _ = inserted.send(());
            // SQLite's thread has nothing to wait with, so it is blocked.
            let _ = match tx.engine() {
                Engine::Sqlite => gate.blocking_recv(),
                Engine::Postgres => gate.await,
            };
            Ok::<_, StoreError>(())
        })
    });
    let look = async {
        was_inserted.await.unwrap();
        assert_eq!(items(&db).await, 0);
        release.send(()).unwrap();
    };
    let (written, ()) = tokio::join!(held, look);
    written.unwrap();
    assert_eq!(items(&db).await, 1);
}

/// The first job holds the writer until the others have queued, so those are one group.
///
/// On PostgreSQL there are no groups.
#[tokio::test]
async fn in_a_group_a_failing_job_takes_nobody_with_it() {
    let db = TestDb::fresh(Engine::Sqlite, ITEMS).await;
    let (release, gate) = mpsc::channel::<()>();
    let held = db.write("test::held", move |_| {
        Box::pin(async move {
            let _ = gate.recv();
            Ok::<_, StoreError>(())
        })
    });
    let (_, first, twin, panicked, refused, last, ()) = tokio::join!(
        held,
        insert(&db, 1),
        insert(&db, 1),
        db.write("test::panic", |tx| {
            Box::pin(async move {
                tx.execute(INSERT, &[7.into()]).await?;
                panic!("as this test wants");
                #[expect(unreachable_code, reason = "the panic above is the test")]
                Ok::<(), StoreError>(())
            })
        }),
        db.write("test::refuse", |tx| {
            Box::pin(async move {
                tx.execute(INSERT, &[8.into()]).await?;
                Err::<(), _>(StoreError::DiskFull)
            })
        }),
        insert(&db, 2),
        async { release.send(()).unwrap() },
    );
    assert_eq!((first, last), (Ok(1), Ok(1)));
    assert!(
        matches!(twin, Err(StoreError::UniqueViolation { .. })),
        "{twin:?}"
    );
    assert!(
        matches!(panicked, Err(StoreError::Panicked { .. })),
        "{panicked:?}"
    );
    assert_eq!(refused, Err(StoreError::DiskFull));
    assert_eq!(int(&db, "select cast(sum(id) as bigint) from item").await, 3);
}
