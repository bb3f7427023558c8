#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
//! No read without a record: the tree holds every entry, time never runs back, receipts open only what they name.

mod begun;
mod checked;
mod clock;
mod crowd;
mod days;
mod earlier_logs;
mod fork;
mod head_file;
mod list;
mod observer;
mod outside;
mod plans;
mod published;
mod starved;
mod stopped;
mod successor;
mod support;

use pramaan_domain::access::Field;
use pramaan_domain::gender::Gender;
use pramaan_store::person;
use pramaan_store::testing::{TestDb, stolen_names, store_test};
use pramaan_store::{Engine, Receipt, StoreError, access_log};
use pramaan_tlog::{Checkpoint, CompactRange, Leaf, Verifier, leaf_hash};

use support::{NOW, ORIGIN, entry, fixture, open, stored};

#[store_test]
async fn every_entry_is_a_leaf_under_the_signed_head(db: TestDb) {
    let fixture = fixture(db, 3).await;
    let mut tasks = Vec::new();
    for n in 0..60 {
        let (log, subject) = (fixture.log.clone(), fixture.people[n % 3]);
        tasks.push(tokio::spawn(async move {
            log.append(vec![entry(subject, &[Field::Name])], NOW)
                .await
                .unwrap()
        }));
    }
    let mut indexes = Vec::new();
    for task in tasks {
        indexes.extend(task.await.unwrap().iter().map(Receipt::index));
    }
    indexes.sort_unstable();
    assert_eq!(indexes, (0..60).collect::<Vec<_>>());

    let (leaves, head) = stored(&fixture.db).await;
    let mut tree = CompactRange::new();
    for leaf in &leaves {
        tree.append(leaf_hash(leaf));
    }
    let verifier = Verifier::new(ORIGIN, &fixture.sealer.keys.log_public_key()).unwrap();
    let checkpoint = Checkpoint::open(head.checkpoint.as_bytes(), &verifier).unwrap();
    assert_eq!((checkpoint.size(), checkpoint.root()), (60, &tree.root()));
}

#[store_test]
async fn no_two_entries_of_a_person_share_a_tag(db: TestDb) {
    let fixture = fixture(db, 1).await;
    let subject = fixture.people[0];
    fixture
        .log
        .append(vec![entry(subject, &[Field::Name]); 20], NOW)
        .await
        .unwrap();
    fixture
        .log
        .append(vec![entry(subject, &[Field::Name]); 20], NOW.plus_seconds(60))
        .await
        .unwrap();
    let (leaves, _) = stored(&fixture.db).await;
    let tags: std::collections::HashSet<_> = leaves
        .iter()
        .map(|leaf| match Leaf::from_bytes(leaf).unwrap() {
            Leaf::Access(access) => *access.subject.as_bytes(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(tags.len(), 40);
}

#[store_test]
async fn a_clock_set_back_does_not_turn_the_log_back(db: TestDb) {
    let fixture = fixture(db, 1).await;
    fixture
        .log
        .append(
            vec![entry(fixture.people[0], &[Field::Name])],
            NOW.plus_seconds(7200),
        )
        .await
        .unwrap();
    fixture
        .log
        .append(vec![entry(fixture.people[0], &[Field::Name])], NOW)
        .await
        .unwrap();
    let (_, head) = stored(&fixture.db).await;
    assert_eq!(head.at, NOW.plus_seconds(7200));
}

#[store_test]
async fn a_receipt_opens_the_fields_it_names_and_no_others(db: TestDb) {
    let fixture = fixture(db, 1).await;
    let receipts = fixture
        .log
        .append(vec![entry(fixture.people[0], &[Field::Gender])], NOW)
        .await
        .unwrap();
    let opened = open(&fixture, receipts, NOW).await.unwrap();
    assert_eq!(opened[0].gender, Some(Gender::Female));
    assert!(opened[0].name.is_none() && opened[0].birth_year.is_none() && opened[0].mobile.is_none());
    assert!(opened[0].reference_id.is_none() && opened[0].document_last_four.is_none());
}

#[store_test]
async fn a_stale_receipt_opens_nothing(db: TestDb) {
    let fixture = fixture(db, 1).await;
    let receipts = fixture
        .log
        .append(vec![entry(fixture.people[0], &[Field::Name])], NOW)
        .await
        .unwrap();
    let stale = open(&fixture, receipts, NOW.plus_seconds(31)).await;
    assert_eq!(stale.unwrap_err(), StoreError::ReceiptExpired);
}

#[store_test]
async fn a_log_that_cannot_be_written_gives_no_receipt(db: TestDb) {
    let fixture = fixture(db, 1).await;
    let broken = fixture.db.write("test::break", |tx| {
        Box::pin(async move { tx.execute("alter table access_leaf rename to gone", &[]).await })
    });
    broken.await.unwrap();
    let refused = fixture
        .log
        .append(vec![entry(fixture.people[0], &[Field::Name])], NOW)
        .await;
    assert!(
        matches!(refused, Err(StoreError::LogUnwritable { .. })),
        "{refused:?}"
    );
    let (count, head) = {
        let read = fixture.db.read("test::count", |tx| {
            Box::pin(async move {
                let count = tx
                    .query_one("select count(*) from access_detail", &[])
                    .await?
                    .int(0)?;
                Ok::<_, StoreError>((count, access_log::head(tx, ORIGIN).await?.unwrap()))
            })
        });
        read.await.unwrap()
    };
    assert_eq!(
        (count, head.edge.size()),
        (0, 0),
        "nothing of the failed batch stays"
    );
}

#[store_test]
async fn an_erased_person_gets_no_entry_and_opens_no_more(db: TestDb) {
    let fixture = fixture(db, 2).await;
    let (erased, other) = (fixture.people[0], fixture.people[1]);
    let before = fixture
        .log
        .append(vec![entry(erased, &[Field::Name])], NOW)
        .await
        .unwrap();
    let sealer = fixture.sealer.clone();
    let erase = fixture.db.write("test::erase", move |tx| {
        Box::pin(async move { person::delete(tx, &sealer, erased, NOW).await })
    });
    erase.await.unwrap();
    assert!(open(&fixture, before, NOW).await.unwrap().is_empty());
    let after = fixture.log.append_present(
        vec![entry(erased, &[Field::Name]), entry(other, &[Field::Name])],
        NOW,
    );
    let after = after.await.unwrap();
    assert!(after[0].is_none());
    assert_eq!(after[1].as_ref().unwrap().index(), 1);
}

/// The limit of the promise, which the page `/trust` says: it holds for this software, not for whoever has everything.
#[store_test]
async fn keys_and_database_in_one_hand_read_everybody_without_an_entry(db: TestDb) {
    let fixture = fixture(db, 3).await;
    let names = stolen_names(&fixture.db, &fixture.sealer).await;
    assert_eq!(names, ["Asha Devi"; 3]);
    let (leaves, _) = stored(&fixture.db).await;
    assert_eq!(leaves, Vec::<Vec<u8>>::new());
}

/// Who can write the database sets the count of one person to what no entries gave, while others wait in the same batch.
#[store_test]
async fn an_altered_count_hurts_nobody_else(db: TestDb) {
    let fixture = fixture(db, 3).await;
    let [one, two, three] = [0, 1, 2].map(|place| vec![entry(fixture.people[place], &[Field::Name])]);
    for _ in 0..2 {
        fixture.log.append(one.clone(), NOW).await.unwrap();
    }
    // PostgreSQL lets nobody write one of another type.
    let others = match fixture.db.engine() {
        Engine::Sqlite => vec![("a word", "x".into()), ("no whole number", "1.5".into())],
        Engine::Postgres => vec![],
    };
    for (altered, n) in [
        ("below zero", -7_i64),
        ("more than a part has", 257),
        ("beyond any tag", i64::from(u32::MAX) + 1),
        ("beyond any number", i64::MAX),
    ]
    .map(|(altered, n)| (altered, n.into()))
    .into_iter()
    .chain(others)
    {
        let sql = "update access_count set n = $1 where person = $2";
        outside::run(&fixture.db, sql, vec![n, fixture.people[0].1.into()]).await;
        let (one, two, three) = tokio::join!(
            fixture.log.append(one.clone(), NOW),
            fixture.log.append(two.clone(), NOW),
            fixture.log.append(three.clone(), NOW),
        );
        assert!(
            matches!(&one, Err(StoreError::LogUnwritable { reason }) if reason.contains("access_count")),
            "{altered}: {one:?}"
        );
        assert_eq!((two.unwrap().len(), three.unwrap().len()), (1, 1), "{altered}");
    }
}
