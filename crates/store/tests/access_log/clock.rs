//! A clock that is wrong stops no reading once it is right, and one wrong node stops no other.

use pramaan_domain::access::Field;
use pramaan_domain::time::Timestamp;
use pramaan_store::access_log::LogClock;
use pramaan_store::testing::{TestDb, store_test};
use pramaan_store::{AccessLog, Db, Engine, StoreError};

use super::support::{Fixture, NOW, entry, fixture, open, stored};

/// The log as a real node has it.
fn node(fixture: &Fixture) -> AccessLog {
    let (db, sealer) = (fixture.db.clone(), fixture.sealer.clone());
    AccessLog::start(db, sealer, super::support::ORIGIN, LogClock::Engine)
}

/// PostgreSQL's clock; a fixed time on SQLite, which has none.
pub(crate) async fn engine_time(db: &Db) -> Timestamp {
    if db.engine() == Engine::Sqlite {
        return NOW;
    }
    let asked = db.read("test::clock", |tx| {
        let sql = "select cast(extract(epoch from clock_timestamp()) * 1000000 as bigint)";
        Box::pin(async move { tx.query_one(sql, &[]).await?.timestamp(0) })
    });
    let asked: Result<_, StoreError> = asked.await;
    asked.unwrap()
}

async fn set_head(db: &Db, at: Timestamp) {
    let set = db.write("test::head", move |tx| {
        Box::pin(async move { tx.execute("update access_head set at = $1", &[at.into()]).await })
    });
    let set: Result<u64, StoreError> = set.await;
    assert_eq!(set.unwrap(), 1);
}

/// One read by `node` at `now`; how many records opened.
async fn read(fixture: &Fixture, node: &AccessLog, now: Timestamp) -> Result<usize, StoreError> {
    let entries = vec![entry(fixture.people[0], &[Field::Name])];
    let receipts = node.append(entries, now).await?;
    Ok(open(fixture, receipts, now).await?.len())
}

#[store_test]
async fn a_log_ahead_of_the_clock_is_alarmed_and_read_on(db: TestDb) {
    let fixture = fixture(db, 1).await;
    let node = node(&fixture);
    let now = engine_time(&fixture.db).await;
    assert_eq!(read(&fixture, &node, now).await, Ok(1));
    assert_eq!(node.clock().held_back(), 0);

    let ahead = now.plus_seconds(600);
    set_head(&fixture.db, ahead).await;
    assert_eq!(read(&fixture, &node, now).await, Ok(1));
    assert_eq!((node.clock().held_back(), node.clock().refused()), (1, 0));
    let (leaves, head) = stored(&fixture.db).await;
    assert_eq!(
        (leaves.len(), head.at),
        (2, ahead),
        "entries carry the log's time"
    );
}

#[store_test]
async fn a_node_a_minute_off_the_database_opens_nothing_and_stops_nobody(db: TestDb) {
    let fixture = fixture(db, 1).await;
    if fixture.db.engine() == Engine::Sqlite {
        // One process, one clock: there is nothing to be off.
        return;
    }
    let (right, wrong) = (node(&fixture), node(&fixture));
    for off in [60, -60] {
        let now = engine_time(&fixture.db).await;
        assert_eq!(read(&fixture, &right, now).await, Ok(1));
        let refused = read(&fixture, &wrong, now.plus_seconds(off)).await.unwrap_err();
        let StoreError::ClockOff { seconds } = refused else {
            panic!("{refused}");
        };
        assert!((seconds - off).abs() <= 5, "{seconds} for {off}");
        assert_eq!(read(&fixture, &right, now).await, Ok(1));
    }
    assert_eq!((wrong.clock().refused(), right.clock().refused()), (2, 0));
    let (leaves, head) = stored(&fixture.db).await;
    assert_eq!(leaves.len(), 4, "a refused batch leaves no entry");
    let now = engine_time(&fixture.db).await;
    assert!(head.at <= now, "and the log's time is the database's");
    assert_eq!(read(&fixture, &wrong, now).await, Ok(1), "set right, it reads");
}

#[store_test]
async fn a_clock_that_was_ahead_and_is_right_again_reads_on(db: TestDb) {
    let fixture = fixture(db, 1).await;
    let tomorrow = NOW.plus_seconds(86_400);
    let ahead = fixture
        .log
        .append(vec![entry(fixture.people[0], &[Field::Name])], tomorrow)
        .await
        .unwrap();
    assert_eq!(open(&fixture, ahead, tomorrow).await.unwrap().len(), 1);

    let right = fixture
        .log
        .append(vec![entry(fixture.people[0], &[Field::Name])], NOW)
        .await
        .unwrap();
    assert_eq!(open(&fixture, right, NOW).await.unwrap().len(), 1);
    let (leaves, head) = stored(&fixture.db).await;
    assert_eq!(
        (leaves.len(), head.at),
        (2, tomorrow),
        "the log's time never runs back"
    );
}

#[store_test]
async fn a_clock_set_back_ten_minutes_reads_on(db: TestDb) {
    let fixture = fixture(db, 1).await;
    for now in [NOW, NOW.plus_seconds(-600)] {
        let receipts = fixture
            .log
            .append(vec![entry(fixture.people[0], &[Field::Name])], now)
            .await
            .unwrap();
        assert_eq!(
            open(&fixture, receipts, now).await.unwrap().len(),
            1,
            "at {now:?}"
        );
    }
    let (_, head) = stored(&fixture.db).await;
    assert_eq!(head.at, NOW);
}
