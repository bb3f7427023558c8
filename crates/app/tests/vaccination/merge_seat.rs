//! Merge: a dose on one record, and what the other record of the course holds for the same dose.

use pramaan_app::appointment::ClaimState;
use pramaan_domain::vaccine::Vaccine;
use pramaan_store::session;
use pramaan_store::testing::{TestDb, store_test};

use crate::merge::{DOCUMENT_OF_BOTH, Twice};
use crate::support::*;

#[store_test]
async fn what_the_other_record_holds_for_the_dose_is_given_back_after_it_and_its_phone_told(db: TestDb) {
    let twice = Twice::open(db, DOCUMENT_OF_BOTH).await;
    let (site, app) = (&twice.site, twice.app());
    let tomorrow = twice.tomorrow(Vaccine::Covishield).await;
    let held = book(&site.app, &site.citizen, tomorrow, &[site.id], 2).await;
    let open = twice.encounter(DOCUMENT_OF_BOTH).await;
    twice.merged().await;
    let taken = async || {
        let seats = site.app.db.read("test::taken", move |tx| {
            Box::pin(async move { session::with_seats(tx, &[tomorrow]).await })
        });
        let seats = seats.await.unwrap().remove(0);
        let all = seats.slots.iter().flat_map(|slot| &slot.seats);
        all.map(|seats| seats.taken).sum::<i64>()
    };
    assert_eq!(taken().await, 1);
    let before = texts_to(&site.app, MOBILE).len();
    let recorded = app
        .record_dose(&site.staff, open.key, twice.second(), "test")
        .await;
    recorded.unwrap();
    assert_eq!(taken().await, 0, "somebody else can have it");
    let left = app.appointments(&site.citizen).await.unwrap();
    let live = left.iter().filter(|one| one.state == ClaimState::Booked);
    assert!(live.into_iter().all(|one| one.id != held), "{left:?}");
    let told = &texts_to(&site.app, MOBILE)[before..];
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("cancelled"), "{told:?}");
    assert!(!told[0].contains("Covishield"), "nothing of the dose: {told:?}");
}

#[store_test]
async fn what_the_other_record_holds_for_another_dose_stays(db: TestDb) {
    let twice = Twice::open(db, DOCUMENT_OF_BOTH).await;
    let (site, app) = (&twice.site, twice.app());
    let tomorrow = twice.tomorrow(Vaccine::Covishield).await;
    let held = book(&site.app, &site.citizen, tomorrow, &[site.id], 2).await;
    let open = twice.encounter(DOCUMENT_OF_BOTH).await;
    twice.merged().await;
    let before = texts_to(&site.app, MOBILE).len();
    let first = pramaan_app::dose::Dose {
        reason: Some(reason()),
        ..site.dose()
    };
    app.record_dose(&site.staff, open.key, first, "test")
        .await
        .unwrap();
    let left = app.appointments(&site.citizen).await.unwrap();
    assert!(left.iter().any(|one| one.id == held), "{left:?}");
    assert_eq!(texts_to(&site.app, MOBILE).len(), before);
}
