//! A crowd that has every connection, and a log that writes all the same.

use pramaan_domain::access::Field;
use pramaan_store::access_log::LogClock;
use pramaan_store::testing::{MIGRATED, TestDb};
use pramaan_store::{AccessLog, Db, DbOptions, Engine, StoreError};
use tokio::sync::oneshot;

use super::support::{NOW, ORIGIN, entry, fixture};

#[tokio::test]
async fn a_crowd_at_the_database_keeps_no_entry_waiting() {
    let db = TestDb::fresh(Engine::Postgres, MIGRATED).await;
    let url = db.url().clone();
    let fixture = fixture(db, 1).await;
    let options = DbOptions {
        connections: 1,
        waiting: 0,
        ..TestDb::options()
    };
    let own = Db::open(&url, &options).await.unwrap();
    let log = AccessLog::start(own.clone(), fixture.sealer.clone(), ORIGIN, LogClock::Callers);
    let (begins, has_begun) = oneshot::channel();
    let (end, gate) = oneshot::channel::<()>();
    let crowd = own.read("test::crowd", |tx| {
        Box::pin(async move {
            tx.query("select 1", &[]).await?;
            let _ = begins.send(());
            let _ = gate.await;
            Ok::<_, StoreError>(())
        })
    });
    let entered = async {
        has_begun.await.unwrap();
        let refused: Result<(), StoreError> = own.read("test::late", |_| Box::pin(async { Ok(()) })).await;
        assert_eq!(refused, Err(StoreError::Crowded));
        let receipts = log
            .append(vec![entry(fixture.people[0], &[Field::Name])], NOW)
            .await;
        end.send(()).unwrap();
        receipts
    };
    let (crowd, receipts) = tokio::join!(crowd, entered);
    assert_eq!(crowd, Ok(()));
    assert_eq!(receipts.unwrap().len(), 1);
}
