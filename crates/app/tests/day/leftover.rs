//! Doses that would be wasted with their vials are offered to walk-ins, counted.

use pramaan_app::Refusal;
use pramaan_app::stock::{Change, Doing};
use pramaan_domain::dose::DoseNumber;
use pramaan_domain::session::Quota;
use pramaan_domain::stock::BatchKey;
use pramaan_domain::vaccine::Vaccine;
use pramaan_store::testing::{TestDb, store_test};

use crate::support::*;

const OFFER: (Vaccine, DoseNumber) = (Vaccine::Covishield, DoseNumber::First);

async fn open_vial(day: &Day) {
    let key = BatchKey {
        vaccine: Vaccine::Covishield,
        batch: batch(),
    };
    let expires_on = day.app.app.today() + chrono::Days::new(30);
    let app = &day.app.app;
    let receive = Doing::Receive {
        expires_on,
        doses_per_vial: 10,
        doses: pramaan_domain::stock::Doses::new(20).unwrap(),
    };
    for doing in [receive, Doing::OpenVial] {
        let change = Change {
            key: key.clone(),
            doing,
        };
        app.change_stock(&day.nurse, change, &day.once()).await.unwrap();
    }
}

#[store_test]
async fn leftover_doses_become_walk_in_seats_once_and_are_counted(db: TestDb) {
    let day = Day::open(db).await;
    let app = &day.app.app;
    let nothing = app.offer_leftover(&day.manager, OFFER).await;
    assert!(matches!(nothing, Err(Refusal::NothingLeft)));
    open_vial(&day).await;
    day.family(1, SECOND).await;
    // Ten in the vial: one is expected, four seats are open to walk-ins already.
    assert_eq!(day.board().await.leftover[0].doses, 5);
    let nurse = app.offer_leftover(&day.nurse, OFFER).await;
    assert!(matches!(nurse, Err(Refusal::Forbidden)));
    assert_eq!(app.offer_leftover(&day.manager, OFFER).await.unwrap(), 5);
    let again = app.offer_leftover(&day.manager, OFFER).await;
    assert!(
        matches!(again, Err(Refusal::NothingLeft)),
        "what is offered is left over no more"
    );
    let seats = day.seats(day.session).await;
    assert_eq!(seats_of(&seats, Quota::WalkIn), [(2, 0), (7, 0)]);
    assert_eq!(day.count("day_event where kind = 'leftover' and n = 5").await, 1);
    // An hour later the first slot's seats are gone: its two doses are left over again.
    day.wait(2 * HOUR);
    assert_eq!(app.offer_leftover(&day.manager, OFFER).await.unwrap(), 2);
}
