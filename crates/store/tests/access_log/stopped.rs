//! A node that was stopped with the log's head in its hands.

use std::time::Duration;

use pramaan_domain::access::Field;
use pramaan_store::access_log::LogClock;
use pramaan_store::db::{Outcome, Transactions};
use pramaan_store::testing::{MIGRATED, TestDb};
use pramaan_store::{AccessLog, Db, DbOptions, Engine, StoreError, TimeLimits};
use tokio::sync::oneshot;

use super::support::{NOW, ORIGIN, entry, fixture, stored};

/// For a lock and between statements a tenth of the default; no statement here takes long.
const LIMITS: TimeLimits = TimeLimits {
    lock: Duration::from_millis(400),
    idle: Duration::from_millis(500),
    statement: Duration::from_secs(900),
};

fn appends(db: &Db) -> Transactions {
    let mut all = db.transactions().into_iter();
    all.find(|one| one.name == "store::access_log::append").unwrap()
}

#[tokio::test]
async fn a_node_that_is_stopped_in_its_append_fails_nobody_elses_and_gets_nothing_acknowledged() {
    let db = TestDb::fresh(Engine::Postgres, MIGRATED).await;
    let url = db.url().clone();
    let fixture = fixture(db, 1).await;
    let options = DbOptions {
        time_limits: Some(LIMITS),
        ..TestDb::options()
    };
    let (stopped, other) = (
        Db::open(&url, &options).await.unwrap(),
        Db::open(&url, &options).await.unwrap(),
    );
    let log = AccessLog::start(other.clone(), fixture.sealer.clone(), ORIGIN, LogClock::Callers);
    let (stops, has_stopped) = oneshot::channel();
    let (go_on, gate) = oneshot::channel::<()>();
    let held = stopped.write("test::stopped", |tx| {
        Box::pin(async move {
            tx.query("select size from access_head for update", &[]).await?;
            let _ = stops.send(());
            let _ = gate.await;
            Ok::<_, StoreError>(())
        })
    });
    let reads = async {
        has_stopped.await.unwrap();
        let receipts = log
            .append(vec![entry(fixture.people[0], &[Field::Name])], NOW)
            .await;
        go_on.send(()).unwrap();
        receipts
    };
    let (held, receipts) = tokio::join!(held, reads);
    assert_eq!(receipts.unwrap().len(), 1);
    assert!(matches!(held, Err(StoreError::Unavailable { .. })), "{held:?}");
    assert_eq!(stored(&fixture.db).await.0.len(), 1);
    assert_eq!(appends(&other).count(Outcome::Ok), 1);
}
