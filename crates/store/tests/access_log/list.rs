//! A person's list is read to its end, part by part, without a gap or a repetition.

use std::collections::BTreeSet;

use pramaan_domain::access::{Field, FieldSet};
use pramaan_store::StoreError;
use pramaan_store::access_log::{self, Cursor, InLog, Listed, Part};
use pramaan_store::testing::{TestDb, store_test};

use super::outside::run;
use super::support::{Fixture, NOW, entry, fixture};

/// One part of the first person's list; looking adds an entry.
async fn list(fixture: &Fixture, before: Option<Cursor>, limit: u32) -> Listed {
    let fields = &[Field::AccessList];
    let look = entry(fixture.people[0], fields);
    assert_eq!(look.fields, FieldSet::of(fields));
    let receipt = fixture
        .log
        .append(vec![look], NOW.plus_seconds(86_400))
        .await
        .unwrap();
    let (sealer, receipt) = (fixture.sealer.clone(), receipt.into_iter().next().unwrap());
    let part = Part { before, limit };
    let listed = fixture.db.read("test::list", move |tx| {
        Box::pin(async move { access_log::list(tx, &sealer, receipt, part, NOW.plus_seconds(86_400)).await })
    });
    let listed: Result<_, StoreError> = listed.await;
    listed.unwrap()
}

#[store_test]
async fn every_entry_is_on_exactly_one_part(db: TestDb) {
    let fixture = fixture(db, 2).await;
    // Two days, another person's entries between, and more than is opened at once beyond a part.
    for (day, count) in [(0, 1_300), (86_400, 45)] {
        let now = NOW.plus_seconds(day);
        let mut entries = vec![entry(fixture.people[0], &[Field::Name]); count];
        entries.extend(vec![entry(fixture.people[1], &[Field::Name]); 5]);
        for (n, entry) in entries.iter_mut().enumerate() {
            entry.actor.device = format!("device {}", n % 7);
        }
        fixture.log.append(entries, now).await.unwrap();
    }
    let mut seen = Vec::new();
    let mut part = list(&fixture, None, 50).await;
    let mut parts = 1;
    loop {
        seen.extend(part.entries.iter().map(|entry| entry.index));
        let Some(older) = part.older else { break };
        assert_eq!(part.entries.len(), 50);
        part = list(&fixture, Some(older), 50).await;
        parts += 1;
    }
    assert_eq!(part.missing, []);
    assert!(seen.is_sorted_by(|newer, older| newer > older));
    let distinct: BTreeSet<_> = seen.iter().collect();
    assert_eq!(
        (distinct.len(), parts),
        (1_345 + 1, 27),
        "all, and the first look"
    );
}

#[store_test]
async fn a_list_that_ends_with_its_part_has_no_further_one(db: TestDb) {
    let fixture = fixture(db, 1).await;
    fixture
        .log
        .append(vec![entry(fixture.people[0], &[Field::Name]); 9], NOW)
        .await
        .unwrap();
    let whole = list(&fixture, None, 10).await;
    assert_eq!((whole.entries.len(), whole.older), (10, None));
    let cut = list(&fixture, None, 10).await;
    let oldest = cut.entries.last().unwrap();
    assert_eq!(
        cut.older,
        Some(Cursor {
            day: oldest.day,
            i: oldest.i
        })
    );
}

/// So many reads on this day and the next, by turns with another person's.
async fn two_days(fixture: &Fixture) {
    for day in [0, 86_400] {
        for _ in 0..5 {
            let entries = vec![
                entry(fixture.people[0], &[Field::Name]),
                entry(fixture.people[1], &[Field::Name]),
            ];
            fixture.log.append(entries, NOW.plus_seconds(day)).await.unwrap();
        }
    }
}

fn missing(listed: &Listed) -> Vec<(i64, u32, u32)> {
    let today = pramaan_store::db::days(NOW.date());
    let day = |missing: &access_log::Missing| pramaan_store::db::days(missing.day) - today;
    let all = listed.missing.iter();
    all.map(|missing| (day(missing), missing.first, missing.count))
        .collect()
}

fn altered(listed: &Listed) -> Vec<(i64, u32)> {
    let today = pramaan_store::db::days(NOW.date());
    let altered = listed
        .entries
        .iter()
        .filter(|entry| entry.in_log == InLog::Otherwise);
    altered.map(|entry| (entry.day - today, entry.i)).collect()
}

#[store_test]
async fn an_entry_that_was_deleted_is_missed(db: TestDb) {
    let fixture = fixture(db, 2).await;
    two_days(&fixture).await;
    let whole = list(&fixture, None, 100).await;
    assert_eq!((missing(&whole), altered(&whole)), (vec![], vec![]));

    let person = fixture.people[0].1;
    let delete =
        "delete from access_detail where person = $1 and (i in (1, 2) and day = $2 or i = 4 and day = $3)";
    let today = pramaan_store::db::days(NOW.date());
    let deleted = vec![person.into(), today.into(), (today + 1).into()];
    assert_eq!(run(&fixture.db, delete, deleted).await, 3);
    let whole = list(&fixture, None, 100).await;
    assert_eq!(missing(&whole), [(1, 4, 1), (0, 1, 2)]);
    assert_eq!(altered(&whole), []);

    // Each on the part on which it would have stood, and on no other.
    let mut told = Vec::new();
    let mut part = list(&fixture, None, 3).await;
    loop {
        told.extend(missing(&part));
        let Some(older) = part.older else { break };
        part = list(&fixture, Some(older), 3).await;
    }
    assert_eq!(told, [(1, 4, 1), (0, 1, 2)]);

    let all = "delete from access_detail where person = $1 and day = $2";
    assert_eq!(run(&fixture.db, all, vec![person.into(), today.into()]).await, 3);
    assert_eq!(
        missing(&list(&fixture, None, 100).await),
        [(1, 4, 1), (0, 0, 5)],
        "a whole day"
    );
}

#[store_test]
async fn an_entry_that_the_log_does_not_hold_is_told_apart(db: TestDb) {
    let fixture = fixture(db, 2).await;
    two_days(&fixture).await;
    let person = fixture.people[0].1;
    let today = pramaan_store::db::days(NOW.date());

    // Another number of the day, to fill the place of one that was deleted.
    let delete = "delete from access_detail where person = $1 and day = $2 and i = 1";
    assert_eq!(
        run(&fixture.db, delete, vec![person.into(), today.into()]).await,
        1
    );
    let fill = "update access_detail set i = 1 where person = $1 and day = $2 and i = 4";
    assert_eq!(run(&fixture.db, fill, vec![person.into(), today.into()]).await, 1);
    let moved = list(&fixture, None, 100).await;
    assert_eq!(
        (missing(&moved), altered(&moved)),
        (vec![(0, 4, 1)], vec![(0, 1)])
    );

    // A leaf that was replaced by another one, or deleted.
    let replace = "update access_leaf set leaf = (select leaf from access_leaf where idx = 2) where idx = 0";
    assert_eq!(run(&fixture.db, replace, vec![]).await, 1);
    assert_eq!(
        run(&fixture.db, "delete from access_leaf where idx = 4", vec![]).await,
        1
    );
    let altered = altered(&list(&fixture, None, 100).await);
    assert_eq!(altered, [(0, 2), (0, 1), (0, 0)]);
}
