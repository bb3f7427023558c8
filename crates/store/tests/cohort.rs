#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
//! Bulk lists: found by a household's number and a year of birth, replaced when imported again, unreadable without keys.

use std::sync::Arc;

use pramaan_domain::birth::BirthYear;
use pramaan_domain::id::HouseholdId;
use pramaan_domain::mobile::Mobile;
use pramaan_domain::rules::{Group, Membership};
use pramaan_domain::time::{CivilDate, Timestamp};
use pramaan_keys::MemoryKeyStore;
use pramaan_store::cohort::{self, Listed};
use pramaan_store::testing::{TestDb, store_test};
use pramaan_store::{Sealer, household};
use pramaan_testkit::SeededEntropy;

const NOW: Timestamp = Timestamp::from_seconds(1_795_321_800);

fn sealer(seed: u64) -> Sealer {
    let entropy = Arc::new(SeededEntropy::new(seed));
    Sealer::new(Arc::new(MemoryKeyStore::new(&*entropy)), entropy)
}

fn mobile(n: u64) -> Mobile {
    Mobile::parse(&format!("9{n:09}")).unwrap()
}

fn born(year: i32) -> BirthYear {
    BirthYear::new(year, NOW.date()).unwrap()
}

fn day(text: &str) -> Option<CivilDate> {
    Some(text.parse().unwrap())
}

async fn put(db: &TestDb, sealer: &Sealer, listed: Vec<Listed>) {
    let sealer = sealer.clone();
    let put = db.write("test::put", move |tx| {
        Box::pin(async move { cohort::put(tx, &sealer, &listed, NOW).await })
    });
    put.await.unwrap();
}

async fn household(db: &TestDb, sealer: &Sealer, mobile: Mobile) -> HouseholdId {
    let sealer = sealer.clone();
    let made = db.write("test::household", move |tx| {
        Box::pin(async move { household::find_or_create(tx, &sealer, &mobile, NOW).await })
    });
    made.await.unwrap()
}

async fn lists(db: &TestDb, sealer: &Sealer, household: HouseholdId, year: i32) -> Vec<Membership> {
    let sealer = sealer.clone();
    let found = db.read("test::lists", move |tx| {
        Box::pin(async move { cohort::of_household(tx, &sealer, household, &[born(year), born(1950)]).await })
    });
    let mut found = found.await.unwrap().remove(&born(year)).unwrap_or_default();
    found.sort_by_key(|membership| membership.group);
    found
}

async fn rows(db: &TestDb) -> i64 {
    let count = db.read("test::rows", |tx| {
        Box::pin(async move { tx.query_one("select count(*) from cohort", &[]).await?.int(0) })
    });
    count.await.unwrap()
}

#[store_test]
async fn a_household_finds_its_own_rows_by_year_of_birth(db: TestDb) {
    let sealer = sealer(3);
    let row = |n, year, group, until| Listed::new(&sealer, (&mobile(n), born(year)), group, until);
    let listed = vec![
        row(1, 1985, Group::Hcw, None),
        row(1, 1985, Group::Traveller, day("2026-12-31")),
        row(1, 1990, Group::Flw, None),
        row(2, 1985, Group::Flw, None),
    ];
    // The list comes first; whoever registers later finds it.
    put(&db, &sealer, listed).await;
    let (one, three) = (
        household(&db, &sealer, mobile(1)).await,
        household(&db, &sealer, mobile(3)).await,
    );
    let membership = |group, valid_until| Membership { group, valid_until };
    assert_eq!(
        lists(&db, &sealer, one, 1985).await,
        [
            membership(Group::Hcw, None),
            membership(Group::Traveller, day("2026-12-31"))
        ]
    );
    assert_eq!(
        lists(&db, &sealer, one, 1990).await,
        [membership(Group::Flw, None)]
    );
    assert!(lists(&db, &sealer, one, 1986).await.is_empty());
    assert!(lists(&db, &sealer, three, 1985).await.is_empty());
    let other_keys = self::sealer(4);
    let refused = db.read("test::other_keys", move |tx| {
        Box::pin(async move { cohort::of_household(tx, &other_keys, one, &[born(1985)]).await })
    });
    assert!(
        matches!(refused.await, Err(pramaan_store::StoreError::Misplaced { .. })),
        "other keys find nothing"
    );
}

#[store_test]
async fn the_same_row_again_replaces_its_last_day(db: TestDb) {
    let sealer = sealer(3);
    let row = |until| Listed::new(&sealer, (&mobile(1), born(1985)), Group::Hcw, until);
    let one = household(&db, &sealer, mobile(1)).await;
    put(&db, &sealer, vec![row(None), row(day("2026-12-01"))]).await;
    put(&db, &sealer, vec![row(day("2026-12-24"))]).await;
    let found = lists(&db, &sealer, one, 1985).await;
    assert_eq!(
        found.iter().map(|found| found.valid_until).collect::<Vec<_>>(),
        [day("2026-12-24")]
    );
    assert_eq!(rows(&db).await, 1);
    let many = (0..3_000)
        .map(|n| Listed::new(&sealer, (&mobile(n), born(1970)), Group::Flw, None))
        .collect::<Vec<_>>();
    put(&db, &sealer, many.clone()).await;
    put(&db, &sealer, many).await;
    assert_eq!(rows(&db).await, 3_001);
    assert_eq!(lists(&db, &sealer, one, 1970).await.len(), 1);
}
