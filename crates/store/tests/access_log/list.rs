//! A person's list is read to its end, part by part, without a gap or a repetition.

use std::collections::BTreeSet;

use pramaan_domain::access::{Field, FieldSet};
use pramaan_store::StoreError;
use pramaan_store::access_log::{self, Cursor, Listed, Part};
use pramaan_store::testing::{TestDb, store_test};

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
        assert_eq!(part.older_devices.len(), 7, "of everything older");
        part = list(&fixture, Some(older), 50).await;
        parts += 1;
    }
    assert!(part.older_devices.is_empty(), "there is nothing older");
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
