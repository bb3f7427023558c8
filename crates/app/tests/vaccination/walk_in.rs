//! What a desk may do on one day.

use pramaan_app::Refusal;
use pramaan_app::appointment::Seat;
use pramaan_app::card::Shown;
use pramaan_app::message::Language;
use pramaan_app::walk_in::WalkInSeat;
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_store::testing::{TestDb, store_test};

use crate::support::*;

#[store_test]
async fn a_desk_registers_and_seats_two_hundred_a_day(db: TestDb) {
    let site = Site::open(db).await;
    let app = &site.app.app;
    // Registered once, so that there is a row of the day to raise.
    let typed = registration(app.today(), "W1234567");
    app.register_walk_in(&site.staff, typed, None).await.unwrap();
    let spent = "update evidence_count set n = 200 where kind = 'walk_in'";
    execute(&site.app, spent, Vec::new()).await;
    let over = app
        .register_walk_in(&site.staff, registration(app.today(), "W7654321"), None)
        .await;
    assert!(matches!(over, Err(Refusal::OverBudget { .. })), "{over:?}");
    let seats = "insert into evidence_count (staff, day, kind, n)
                 select staff, day, 'walk_in_seat', 200 from evidence_count where kind = 'walk_in'";
    execute(&site.app, seats, Vec::new()).await;
    let before = site.count("access_leaf").await;
    let wanted = WalkInSeat {
        seat: Seat {
            session: site.session,
            slot: SLOT.to_owned(),
        },
        dose: 1,
        shown: Shown::Document {
            reference_id: site.id,
            document: (DocumentType::Passport, DocumentNumber::parse(DOCUMENT).unwrap()),
        },
        idempotency_key: None,
        language: Language::English,
    };
    let over = app.seat_walk_in(&site.staff, wanted, "test").await;
    assert!(
        matches!(over, Err(Refusal::OverBudget { .. })),
        "the right document too: {over:?}"
    );
    assert_eq!(site.count("access_leaf").await, before, "nothing was opened");
}
