//! A registration that a desk made by mistake is taken back: by the manager within the hour, later by two people.

use pramaan_app::walk_in::Withdrawn;
use pramaan_app::{Refusal, StaffRole};
use pramaan_domain::staff::Reason;
use pramaan_store::testing::{TestDb, store_test};

use crate::card::{card_holder, seated, shown, walk_in_session};
use crate::support::*;

fn mistake() -> Reason {
    Reason::parse("typed twice, the first is a mistake").unwrap()
}

#[store_test]
async fn the_manager_takes_a_mistaken_registration_back_within_the_hour_and_the_seat_is_free(db: TestDb) {
    let site = Site::open(db).await;
    let app = &site.app.app;
    let manager = site
        .app
        .enrolled("MH-0100", StaffRole::SiteManager, Some(1))
        .await
        .staff;
    let session = walk_in_session(&site).await;
    let before = site.count("person").await;
    let card = card_holder(&site, "Sita Bai").await;
    seated(&site, session, (shown(&card), 1)).await.unwrap();
    let nurse = app
        .withdraw_walk_in(&site.staff, card.reference_id, mistake())
        .await;
    assert_eq!(nurse.unwrap(), Withdrawn::WaitsForSecond, "not by a nurse alone");
    let gone = app.withdraw_walk_in(&manager, card.reference_id, mistake()).await;
    assert_eq!(gone.unwrap(), Withdrawn::Gone);
    assert_eq!(site.count("person").await, before);
    for table in ["card", "desk_registration", "withdrawal"] {
        assert_eq!(site.count(table).await, 0, "{table}");
    }
    let seats = "appointment where state = 'booked'";
    assert_eq!(site.count(seats).await, 1, "that of the other person");
}

#[store_test]
async fn later_it_takes_two_people_of_whom_one_is_the_manager(db: TestDb) {
    let site = Site::open(db).await;
    let app = &site.app.app;
    let manager = site
        .app
        .enrolled("MH-0100", StaffRole::SiteManager, Some(1))
        .await
        .staff;
    let id = card_holder(&site, "Sita Bai").await.reference_id;
    site.app.clock.advance_seconds(3_601);
    for _ in 0..2 {
        let alone = app.withdraw_walk_in(&manager, id, mistake()).await;
        assert_eq!(
            alone.unwrap(),
            Withdrawn::WaitsForSecond,
            "one person twice is one"
        );
    }
    let second = app.withdraw_walk_in(&site.staff, id, mistake()).await;
    assert_eq!(second.unwrap(), Withdrawn::Gone);
}

#[store_test]
async fn nobody_with_a_dose_and_nobody_of_another_desk_is_withdrawn(db: TestDb) {
    let site = Site::open(db).await;
    let app = &site.app.app;
    let manager = site
        .app
        .enrolled("MH-0100", StaffRole::SiteManager, Some(1))
        .await
        .staff;
    let own = app.withdraw_walk_in(&manager, site.id, mistake()).await;
    assert!(
        matches!(own, Err(Refusal::NoMatch)),
        "registered at home: {own:?}"
    );
    let session = walk_in_session(&site).await;
    let card = card_holder(&site, "Sita Bai").await;
    let elsewhere = site
        .app
        .enrolled("MH-0200", StaffRole::SiteManager, Some(2))
        .await
        .staff;
    let other = app
        .withdraw_walk_in(&elsewhere, card.reference_id, mistake())
        .await;
    assert!(matches!(other, Err(Refusal::NoMatch)), "{other:?}");
    seated(&site, session, (shown(&card), 1)).await.unwrap();
    let evidence = pramaan_app::encounter::Evidence::Card {
        reference_id: card.reference_id,
        code: card.code,
    };
    let open = site.begin(evidence).await.unwrap();
    let opened = app.withdraw_walk_in(&manager, card.reference_id, mistake()).await;
    assert!(matches!(opened, Err(Refusal::RecordOpen)), "{opened:?}");
    app.record_dose(&site.staff, open.key, site.dose(), "test")
        .await
        .unwrap();
    let dosed = app.withdraw_walk_in(&manager, card.reference_id, mistake()).await;
    assert!(matches!(dosed, Err(Refusal::HasDose)), "{dosed:?}");
}
