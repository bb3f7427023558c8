//! A running node does not go on with a log that has lost what it signed.

use std::time::{Duration, Instant};

use pramaan_domain::access::Field;
use pramaan_store::access_log::{Head, LogClock};
use pramaan_store::db::Transcript;
use pramaan_store::outside::{Fork, HeadFile, KeptHead};
use pramaan_store::testing::{TestDb, store_test};
use pramaan_store::{AccessLog, Receipt, StoreError};
use pramaan_tlog::{CompactRange, leaf_hash};

use super::clock::engine_time;
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

/// Rewrites the second entry, adds a leaf and hashes all into a larger head, as whoever can write the database could.
async fn rewrite(fixture: &Fixture, checkpoint: String) {
    let (mut leaves, _) = stored(&fixture.db).await;
    leaves[1] = leaves[0].clone();
    leaves.push(leaves[0].clone());
    let mut edge = CompactRange::new();
    for leaf in &leaves {
        edge.append(leaf_hash(leaf));
    }
    let size = i64::try_from(leaves.len()).unwrap();
    let (altered, added) = (leaves[1].clone(), leaves[0].clone());
    let alter = "update access_leaf set leaf = $1 where idx = 1";
    assert_eq!(run(&fixture.db, alter, vec![altered.into()]).await, 1);
    let add = "insert into access_leaf (idx, leaf) values ($1, $2)";
    let row = vec![(size - 1).into(), added.into()];
    assert_eq!(run(&fixture.db, add, row).await, 1);
    let set = "update access_head set size = $1, edge = $2, checkpoint = $3";
    let head = vec![size.into(), edge.to_bytes().into(), checkpoint.into()];
    assert_eq!(run(&fixture.db, set, head).await, 1);
}

#[store_test]
async fn a_larger_head_over_rewritten_entries_stops_the_node(db: TestDb) {
    let fixture = fixture(db, 1).await;
    let node = node(&fixture);
    assert_eq!(read(&fixture, &node, 3).await.unwrap().len(), 3);
    let (_, head) = stored(&fixture.db).await;
    rewrite(&fixture, head.checkpoint).await;
    let differs = StoreError::from(Fork::Differs { kept: 3, found: 4 });
    assert_eq!(read(&fixture, &node, 1).await.unwrap_err(), differs);
    assert_eq!(node.goes_on(), Err(differs));
    assert_eq!(stored(&fixture.db).await.0.len(), 4, "nothing was signed");
}

#[store_test]
async fn a_head_that_our_key_did_not_sign_is_extended_by_nobody(db: TestDb) {
    let fixture = fixture(db, 1).await;
    assert_eq!(read(&fixture, &node(&fixture), 3).await.unwrap().len(), 3);
    let (_, head) = stored(&fixture.db).await;
    rewrite(&fixture, head.checkpoint).await;
    let unsigned = StoreError::from(Fork::Unsigned { found: 4 });
    // A process that knows no head yet.
    assert_eq!(read(&fixture, &node(&fixture), 1).await.unwrap_err(), unsigned);
}

#[store_test]
async fn entries_of_another_node_that_do_not_continue_ours_stop_the_node(db: TestDb) {
    let fixture = fixture(db, 1).await;
    let (first, second) = (node(&fixture), node(&fixture));
    assert_eq!(read(&fixture, &second, 2).await.unwrap().len(), 2);
    let standby = backup(&fixture).await;
    assert_eq!(read(&fixture, &first, 4).await.unwrap().len(), 4);
    // A failover to a standby that lacks four entries; the second node, which never saw them, goes on beyond their number.
    restore(&fixture, &standby).await;
    assert_eq!(read(&fixture, &second, 9).await.unwrap().len(), 9);
    let differs = Fork::Differs { kept: 6, found: 11 };
    assert_eq!(read(&fixture, &first, 1).await.unwrap_err(), differs.into());
}

#[store_test]
async fn a_node_knows_the_kept_head_from_its_start(db: TestDb) {
    let fixture = fixture(db, 1).await;
    let folder = tempfile::tempdir().unwrap();
    let file = HeadFile::at(folder.path().join("log-head"));
    assert_eq!(read(&fixture, &node(&fixture), 2).await.unwrap().len(), 2);
    let old = backup(&fixture).await;
    assert_eq!(read(&fixture, &node(&fixture), 1).await.unwrap().len(), 1);
    file.adopt(&KeptHead::from(&backup(&fixture).await)).unwrap();
    let (db, sealer) = (fixture.db.clone(), fixture.sealer.clone());
    restore(&fixture, &old).await;
    let started = AccessLog::start_kept(db, sealer, ORIGIN, file).unwrap();
    let now = engine_time(&fixture.db).await;
    let refused = started.append(vec![entry(fixture.people[0], &[Field::Name])], now);
    let behind = Fork::Behind { kept: 3, found: 2 };
    assert_eq!(refused.await.unwrap_err(), behind.into());
}

#[store_test]
async fn a_kept_head_that_the_database_does_not_reach_stops_the_node(db: TestDb) {
    let fixture = fixture(db, 1).await;
    let folder = tempfile::tempdir().unwrap();
    let file = HeadFile::at(folder.path().join("log-head"));
    let now = engine_time(&fixture.db).await;
    let (db, sealer) = (fixture.db.clone(), fixture.sealer.clone());
    let started = AccessLog::start_kept(db, sealer, ORIGIN, file.clone()).unwrap();
    // A command beside it saw five entries committed, which the database has lost.
    let old = backup(&fixture).await;
    assert_eq!(read(&fixture, &node(&fixture), 5).await.unwrap().len(), 5);
    let lost = KeptHead::from(&backup(&fixture).await);
    restore(&fixture, &old).await;
    file.adopt(&lost).unwrap();
    let entries = || vec![entry(fixture.people[0], &[Field::Name])];
    assert_eq!(started.append(entries(), now).await.unwrap().len(), 1);
    let deadline = Instant::now() + Duration::from_secs(60);
    while started.goes_on().is_ok() {
        assert!(Instant::now() < deadline, "the file tells of a loss");
        tokio::task::yield_now().await;
    }
    let behind = Fork::Behind { kept: 5, found: 1 };
    assert_eq!(started.goes_on(), Err(behind.into()));
    assert_eq!(file.read(ORIGIN, &fixture.sealer), Ok(Some(lost)), "and stays");
}

#[store_test]
async fn a_node_that_is_asked_for_nothing_knows_what_others_wrote(db: TestDb) {
    let fixture = fixture(db, 1).await;
    let folder = tempfile::tempdir().unwrap();
    let file = HeadFile::at(folder.path().join("log-head"));
    file.adopt(&KeptHead::from(&backup(&fixture).await)).unwrap();
    let (db, sealer) = (fixture.db.clone(), fixture.sealer.clone());
    let _idle = AccessLog::start_kept(db, sealer, ORIGIN, file.clone()).unwrap();
    assert_eq!(read(&fixture, &node(&fixture), 4).await.unwrap().len(), 4);
    let deadline = Instant::now() + Duration::from_secs(60);
    let size = || file.read(ORIGIN, &fixture.sealer).unwrap().unwrap().edge.size();
    while size() < 4 {
        assert!(Instant::now() < deadline, "what others wrote is kept here too");
        tokio::task::yield_now().await;
    }
}

#[store_test]
async fn many_entries_of_other_nodes_are_compared_without_the_lock(db: TestDb) {
    let fixture = fixture(db, 1).await;
    let (first, second) = (node(&fixture), node(&fixture));
    assert_eq!(read(&fixture, &first, 1).await.unwrap().len(), 1);
    for _ in 0..3 {
        assert_eq!(read(&fixture, &second, 4_000).await.unwrap().len(), 4_000);
    }
    let transcript = Transcript::default();
    let watched = AccessLog::start(
        fixture.db.transcribed(&transcript),
        fixture.sealer.clone(),
        ORIGIN,
        LogClock::Callers,
    );
    assert_eq!(read(&fixture, &first, 1).await.unwrap().len(), 1);

    // Whose size is ours costs no look at a leaf.
    assert_eq!(read(&fixture, &watched, 1).await.unwrap().len(), 1);
    transcript.take();
    assert_eq!(read(&fixture, &watched, 1).await.unwrap().len(), 1);
    let statements = format!("{:?}", transcript.take());
    assert!(statements.contains("insert_leaves"), "{statements}");
    assert!(!statements.contains("store::outside::extend"), "{statements}");
    assert_eq!(read(&fixture, &second, 1).await.unwrap().len(), 1);
    assert_eq!(read(&fixture, &watched, 1).await.unwrap().len(), 1);
    let statements = format!("{:?}", transcript.take());
    assert_eq!(
        statements.matches("store::outside::extend").count(),
        1,
        "{statements}"
    );
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
