//! Nobody who waits for another holds what a third needs, on PostgreSQL.

use std::time::Duration;

use pramaan_app::correction::{Decision, Wanted};
use pramaan_app::testing::TestApp;
use pramaan_app::{HouseholdLeft, StaffRole};
use pramaan_domain::dose::DoseNumber;
use pramaan_store::testing::{MIGRATED, TestDb};
use pramaan_store::{Engine, StoreError, Value};

use crate::correction::{colleague, vaccinated};
use crate::crossing::{Held, waiting};
use crate::merge::{Twice, cancel};
use crate::support::*;

async fn postgres() -> TestDb {
    TestDb::fresh(Engine::Postgres, MIGRATED).await
}

/// A dose for one end of a link is a long transaction: who deletes the other end waits for it, and nobody else does.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deletion_that_waits_for_a_joined_record_holds_up_no_other_entry_of_the_log() {
    let twice = Twice::open(postgres().await, DOCUMENT).await;
    let (site, app) = (&twice.site, twice.app().clone());
    cancel(site, (&twice.other, twice.seat), twice.id).await;
    twice.merged().await;
    let third = site.app.citizen("9811111111").await;
    register(&site.app, &third, "Q7654321").await;
    let (_, first) = site.app.member(&site.citizen).await;
    let held = Held::lock(&site.app.db, first).await;
    let (other, id) = (twice.other.clone(), twice.id);
    let deleting = app.clone();
    let deleted = tokio::spawn(async move { deleting.delete_beneficiary(&other, id).await });
    waiting(&site.app.db, 1).await;
    let looked = app.dashboard(&third, "test");
    let looked = tokio::time::timeout(Duration::from_secs(20), looked).await;
    held.release().await;
    assert_eq!(looked.expect("it waits for the deletion").unwrap().len(), 1);
    assert_eq!(deleted.await.unwrap().unwrap(), HouseholdLeft::Nothing);
}

/// A number that is being given to another phone, or reported, keeps its row for long.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deletion_that_waits_for_a_number_holds_up_no_other_entry_of_the_log() {
    let app = TestApp::start(postgres().await).await;
    let citizen = app.citizen(MOBILE).await;
    let id = register(&app, &citizen, DOCUMENT).await;
    let other = app.citizen("9811111111").await;
    register(&app, &other, "Q7654321").await;
    let number = "select 1 from mobile_index where household = $1 for update";
    let (household, _) = app.member(&citizen).await;
    let held = Held::rows(&app.db, number, vec![household.into()]).await;
    let deleting = app.app.clone();
    let deleted = tokio::spawn(async move { deleting.delete_beneficiary(&citizen, id).await });
    waiting(&app.db, 1).await;
    let looked = app.app.dashboard(&other, "test");
    let looked = tokio::time::timeout(Duration::from_secs(20), looked).await;
    held.release().await;
    assert_eq!(looked.expect("it waits for the deletion").unwrap().len(), 1);
    assert_eq!(deleted.await.unwrap().unwrap(), HouseholdLeft::Nothing);
}

/// A dose that is recorded has the day before the counts of the district, and so has a dose that is moved.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_move_that_waits_for_the_day_holds_no_count_of_the_district() {
    let (site, event) = vaccinated(postgres().await).await;
    let other = site.app.citizen("9876543211").await;
    let id = register(&site.app, &other, "Z7654321").await;
    book(&site.app, &other, site.session, &[id], 1).await;
    let manager = colleague(&site, "MH-0002", StaffRole::SiteManager).await;
    let wrong = site.reopened().await;
    let right = site.by_document(&site.staff, id, "Z7654321").await;
    let moved = Wanted::Move {
        to: right.id,
        number: DoseNumber::First,
    };
    site.change_dose(&site.staff, (&wrong, event), moved)
        .await
        .unwrap();
    let proposal = site.waiting(&manager).await[0].0;
    let day = "select 1 from visit_day for update";
    let held = Held::rows(&site.app.db, day, Vec::new()).await;
    let app = site.app.app.clone();
    let approved = tokio::spawn(async move {
        let approved = app.decide_correction(&manager, proposal, Decision::Approve, "test");
        approved.await
    });
    waiting(&site.app.db, 1).await;
    let free = site.app.db.write("test::free", |tx| {
        Box::pin(async move {
            let none: Vec<Value> = Vec::new();
            for sql in ["select 1 from dose_tally for update nowait"] {
                tx.query(sql, &none).await?;
            }
            Ok::<_, StoreError>(())
        })
    });
    let free = free.await;
    held.release().await;
    free.expect("somebody who waits holds the counts");
    approved.await.unwrap().unwrap();
}
