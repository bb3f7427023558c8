//! More who want the database than it has connections.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use pramaan_store::testing::TestDb;
use pramaan_store::{Db, DbOptions, Engine, StoreError};
use tokio::sync::oneshot;

use crate::support::{ITEMS, execute, items};

const INSERT: &str = "insert into item (id) values ($1)";

async fn opened(db: &TestDb, waiting: usize, patience: Duration) -> Db {
    let options = DbOptions {
        connections: 1,
        waiting,
        patience,
        ..TestDb::options()
    };
    Db::open(db.url(), &options).await.unwrap()
}

/// Takes the only connection until the sender is used.
async fn held(
    db: &Db,
) -> (
    oneshot::Sender<()>,
    tokio::task::JoinHandle<Result<(), StoreError>>,
) {
    let (db, (begins, has_begun), (end, gate)) = (db.clone(), oneshot::channel(), oneshot::channel::<()>());
    let holder = tokio::spawn(async move {
        db.write("test::holder", |tx| {
            Box::pin(async move {
                tx.execute("select 1", &[]).await?;
                let _ = begins.send(());
                let _ = gate.await;
                Ok(())
            })
        })
        .await
    });
    has_begun.await.unwrap();
    (end, holder)
}

async fn insert(db: &Db, id: i64) -> Result<u64, StoreError> {
    execute(db, INSERT, &[id.into()]).await
}

/// Begins with it, and tells whether it waits for something.
async fn waits<F: Future + Unpin>(future: &mut F) -> bool {
    poll_fn(|context| Poll::Ready(Pin::new(&mut *future).poll(context).is_pending())).await
}

#[tokio::test]
async fn who_finds_no_place_to_wait_is_told_at_once_and_the_others_are_served() {
    let db = TestDb::fresh(Engine::Postgres, ITEMS).await;
    let own = opened(&db, 2, TestDb::options().patience).await;
    let (end, holder) = held(&own).await;
    let (mut first, mut second) = (Box::pin(insert(&own, 1)), Box::pin(insert(&own, 2)));
    assert!(waits(&mut first).await && waits(&mut second).await);
    let refused = insert(&own, 3).await;
    assert_eq!(refused, Err(StoreError::Crowded));
    assert!(
        !StoreError::Crowded.is_retryable(),
        "or every caller would make it worse"
    );
    // Who goes away leaves a place.
    drop(second);
    let mut third = Box::pin(insert(&own, 4));
    assert!(waits(&mut third).await);
    assert_eq!(insert(&own, 5).await, Err(StoreError::Crowded));
    end.send(()).unwrap();
    assert_eq!(holder.await.unwrap(), Ok(()));
    let (first, third) = tokio::join!(first, third);
    assert_eq!((first, third), (Ok(1), Ok(1)));
    assert_eq!(items(&own).await, 2, "there is room again");
}

#[tokio::test]
async fn nobody_waits_longer_than_the_patience() {
    let db = TestDb::fresh(Engine::Postgres, ITEMS).await;
    let own = opened(&db, 2, Duration::from_millis(50)).await;
    let (end, holder) = held(&own).await;
    assert_eq!(insert(&own, 1).await, Err(StoreError::Crowded));
    end.send(()).unwrap();
    assert_eq!(holder.await.unwrap(), Ok(()));
    assert_eq!(insert(&own, 1).await, Ok(1));
}
