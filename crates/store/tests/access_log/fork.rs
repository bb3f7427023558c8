//! A running node does not go on with a log that has lost what it signed.

use pramaan_domain::access::Field;
use pramaan_store::access_log::{Head, LogClock};
use pramaan_store::outside::Fork;
use pramaan_store::testing::{TestDb, store_test};
use pramaan_store::{AccessLog, Receipt, StoreError};

use super::outside::{restore, run};
use super::support::{Fixture, NOW, ORIGIN, entry, fixture, stored};

fn node(fixture: &Fixture) -> AccessLog {
    let (db, sealer) = (fixture.db.clone(), fixture.sealer.clone());
    AccessLog::start(db, sealer, ORIGIN, LogClock::Callers)
}

async fn read(fixture: &Fixture, node: &AccessLog, times: usize) -> Result<Vec<Receipt>, StoreError> {
    let entries = vec![entry(fixture.people[0], &[Field::Name]); times];
    node.append(entries, NOW).await
}

async fn backup(fixture: &Fixture) -> Head {
    stored(&fixture.db).await.1
}

#[store_test]
async fn a_database_that_lost_commits_stops_the_node_that_signed_them(db: TestDb) {
    let fixture = fixture(db, 1).await;
    let (first, second) = (node(&fixture), node(&fixture));
    assert_eq!(read(&fixture, &second, 1).await.unwrap().len(), 1);
    let old = backup(&fixture).await;
    assert_eq!(read(&fixture, &first, 2).await.unwrap().len(), 2);
    restore(&fixture, &old).await;
    let behind = StoreError::from(Fork::Behind { kept: 3, found: 1 });
    assert_eq!(read(&fixture, &first, 1).await.unwrap_err(), behind);
    assert_eq!(stored(&fixture.db).await.0.len(), 1, "nothing was signed");
    assert_eq!((first.goes_on(), second.goes_on()), (Err(behind.clone()), Ok(())));

    // Another node that saw none of the lost entries cannot know; when it has gone on, the first stays stopped.
    assert_eq!(read(&fixture, &second, 5).await.unwrap().len(), 5);
    assert_eq!(read(&fixture, &first, 1).await.unwrap_err(), behind);
}

#[store_test]
async fn a_head_of_the_same_size_and_another_root_stops_the_node(db: TestDb) {
    let fixture = fixture(db, 1).await;
    let (first, other) = (node(&fixture), node(&fixture));
    let old = backup(&fixture).await;
    assert_eq!(read(&fixture, &first, 2).await.unwrap().len(), 2);
    restore(&fixture, &old).await;
    assert_eq!(read(&fixture, &other, 2).await.unwrap().len(), 2);
    let differs = Fork::Differs { kept: 2, found: 2 };
    assert_eq!(read(&fixture, &first, 1).await.unwrap_err(), differs.into());
}

#[store_test]
async fn two_nodes_of_one_database_go_on_in_turn(db: TestDb) {
    let fixture = fixture(db, 1).await;
    let nodes = [node(&fixture), node(&fixture)];
    for turn in 0..6 {
        assert_eq!(read(&fixture, &nodes[turn % 2], 1).await.unwrap().len(), 1);
    }
    assert_eq!(stored(&fixture.db).await.0.len(), 6);
}

#[store_test]
async fn a_key_that_is_spoilt_fails_its_own_request_alone(db: TestDb) {
    let fixture = fixture(db, 3).await;
    let spoilt = fixture.people[1];
    let params = vec![vec![0_u8; 3].into(), spoilt.0.into(), spoilt.1.into()];
    let spoil = "update person_key set tags = $1 where household = $2 and subject = $3";
    assert_eq!(run(&fixture.db, spoil, params).await, 1);
    let log = &fixture.log;
    let ask = |n: usize| log.append(vec![entry(fixture.people[n], &[Field::Name])], NOW);
    // Several rounds: in most, all three are one batch.
    for _ in 0..20 {
        let (first, second, third) = tokio::join!(ask(0), ask(1), ask(2));
        assert_eq!((first.unwrap().len(), third.unwrap().len()), (1, 1));
        let refused = second.unwrap_err();
        assert!(matches!(refused, StoreError::LogUnwritable { .. }), "{refused:?}");
    }
    assert_eq!(stored(&fixture.db).await.0.len(), 40);
}
