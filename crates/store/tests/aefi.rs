#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
//! Counts about adverse events: doses of one vial without opening anybody, numbers by district and year, tallies by fives.

use std::sync::Arc;

use pramaan_domain::aefi::Seriousness;
use pramaan_domain::dose::{BodySite, VaccineBatch};
use pramaan_domain::id::SessionId;
use pramaan_domain::place::DistrictId;
use pramaan_domain::time::{CivilDate, Timestamp};
use pramaan_domain::vaccine::Vaccine;
use pramaan_keys::MemoryKeyStore;
use pramaan_store::aefi::{self, Cell, Vial};
use pramaan_store::dose::{DoseFacts, Entered};
use pramaan_store::testing::{TestDb, store_test};
use pramaan_store::{Sealer, StoreError};
use pramaan_testkit::SeededEntropy;

const NOW: Timestamp = Timestamp::from_seconds(1_795_321_800);

fn sealer() -> Sealer {
    let entropy = Arc::new(SeededEntropy::new(22));
    Sealer::new(Arc::new(MemoryKeyStore::new(&*entropy)), entropy)
}

fn facts(vial: &str, minutes: i64) -> DoseFacts {
    DoseFacts {
        given_at: NOW.plus_seconds(60 * minutes),
        vaccine: Vaccine::Covishield,
        batch: VaccineBatch::parse("4121Z025").unwrap(),
        vial: vial.to_owned(),
        site: BodySite::LeftUpperArm,
        centre: 1,
        staff: "MH-0001".to_owned(),
        entered: Entered::WithTheRecord,
        off_protocol: None,
    }
}

#[store_test]
async fn others_from_the_vial_of_an_aefi_are_counted_without_opening_anybody(db: TestDb) {
    let sealer = sealer();
    let found = db.write("test::vials", move |tx| {
        Box::pin(async move {
            let here = SessionId::from_random([1; 16]);
            let there = SessionId::from_random([2; 16]);
            for (session, vial, minutes) in [
                (here, "7", 20),
                (here, "7", 5),
                (here, "7", 30),
                (here, "8", 1),
                (there, "7", 2),
                (here, "", 3),
            ] {
                aefi::count_vial(tx, &sealer, session, &facts(vial, minutes)).await?;
            }
            let of_seven = aefi::vial(tx, &sealer, here, &facts("7", 0)).await?;
            let unnamed = aefi::vial(tx, &sealer, here, &facts("", 0)).await?;
            let other_batch = DoseFacts {
                batch: VaccineBatch::parse("OTHER").unwrap(),
                ..facts("7", 0)
            };
            let other = aefi::vial(tx, &sealer, here, &other_batch).await?;
            Ok::<_, StoreError>((of_seven, unnamed, other))
        })
    });
    let first_given_at = NOW.plus_seconds(300);
    let seven = Vial {
        doses: 3,
        first_given_at,
    };
    assert_eq!(found.await.unwrap(), (Some(seven), None, None));
}

#[store_test]
async fn case_numbers_count_by_district_and_year_and_a_lost_one_is_given_again(db: TestDb) {
    let [mumbai, pune] = [395, 363].map(|number| DistrictId::from_number(number).unwrap());
    let lost: Result<(), StoreError> = db
        .write("test::lost", move |tx| {
            Box::pin(async move {
                aefi::next_number(tx, mumbai, 2026).await?;
                Err(StoreError::Busy)
            })
        })
        .await;
    assert!(lost.is_err());
    let given = db.write("test::numbers", move |tx| {
        Box::pin(async move {
            let mut given = Vec::new();
            for (district, year) in [(mumbai, 2026), (mumbai, 2026), (pune, 2026), (mumbai, 2027)] {
                given.push(aefi::next_number(tx, district, year).await?);
            }
            Ok::<_, StoreError>(given)
        })
    });
    assert_eq!(given.await.unwrap(), [1, 2, 1, 1]);
}

#[store_test]
async fn aefi_tallies_are_published_by_fives_of_each_day(db: TestDb) {
    let mumbai = DistrictId::from_number(395).unwrap();
    let day = |day| CivilDate::from_ymd_opt(2026, 11, day).unwrap();
    let read = db.write("test::tallies", move |tx| {
        Box::pin(async move {
            let severe = Cell::Said(Seriousness::Severe);
            for (on, cell, times) in [
                (day(20), Cell::Case, 7),
                (day(21), Cell::Case, 4),
                (day(21), severe, 5),
                (day(22), Cell::Case, 9),
            ] {
                for _ in 0..times {
                    aefi::tally(tx, (mumbai, on), cell).await?;
                }
            }
            let all = aefi::tallies(tx, day(22)).await?;
            let days = aefi::tallies_of_days(tx, (day(21), day(22))).await?;
            Ok::<_, StoreError>((all, days))
        })
    });
    let (all, days) = read.await.unwrap();
    let mut all: Vec<_> = all.iter().map(|tally| (tally.cell, tally.count)).collect();
    all.sort_unstable();
    assert_eq!(all, [(Cell::Case, 5), (Cell::Said(Seriousness::Severe), 5)]);
    let mut days: Vec<_> = days
        .iter()
        .map(|(on, tally)| (*on, tally.cell, tally.count))
        .collect();
    days.sort_unstable();
    assert_eq!(
        days,
        [
            (day(21), Cell::Case, 0),
            (day(21), Cell::Said(Seriousness::Severe), 5)
        ]
    );
}
