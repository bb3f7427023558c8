//! A lost second factor takes two people.

use pramaan_app::testing::{invitee, totp};
use pramaan_app::{Refusal, Staff, StaffRole};
use pramaan_domain::id::FactorRequestId;
use pramaan_domain::place::DistrictId;
use pramaan_domain::staff::Reason;
use pramaan_domain::staff_event::StaffEventKind;
use pramaan_store::testing::{TestDb, store_test};

use crate::support::{ASHA, BINA, Day, PINS, code};

fn reason() -> Reason {
    Reason::parse("her telephone fell into the well").unwrap()
}

async fn admin(day: &Day) -> Staff {
    day.app
        .enrolled("MH-0900", StaffRole::DistrictAdmin, None)
        .await
        .staff
}

async fn asked(day: &Day) -> FactorRequestId {
    day.app
        .app
        .ask_factor(&day.manager, code(ASHA), reason())
        .await
        .unwrap();
    day.app.app.factor_requests(&day.manager).await.unwrap()[0].id
}

#[store_test]
async fn two_people_replace_a_second_factor_and_the_old_one_ends(db: TestDb) {
    let day = Day::at_work(db).await;
    let app = &day.app.app;
    let admin = admin(&day).await;
    let sheet = app.print_sheet(&day.manager, code(ASHA)).await.unwrap();
    let open = day.log_in_at_home(ASHA).await.unwrap().token;
    asked(&day).await;
    assert_eq!(
        day.who(&open).await.as_deref(),
        Some(ASHA),
        "asking changes nothing"
    );
    let waiting = app.factor_requests(&admin).await.unwrap();
    assert_eq!(
        (
            waiting.len(),
            waiting[0].code.as_str(),
            waiting[0].reason.as_str()
        ),
        (1, ASHA, reason().as_str())
    );
    let by_manager = app.approve_factor(&day.manager, waiting[0].id).await;
    assert!(matches!(by_manager, Err(Refusal::Forbidden)), "{by_manager:?}");
    let by_admin = app.ask_factor(&admin, code(BINA), reason()).await;
    assert!(matches!(by_admin, Err(Refusal::Forbidden)), "{by_admin:?}");

    let link = app.approve_factor(&admin, waiting[0].id).await.unwrap();
    assert_eq!(day.who(&open).await, None);
    assert!(day.log_in_at_home(ASHA).await.is_err(), "the old factor");
    assert!(
        day.log_in_with(ASHA, sheet.codes[0].as_str(), None)
            .await
            .is_err()
    );
    assert!(day.switch(ASHA, PINS[0].1).await.is_err());
    let secret = day.app.enrol(&link.token).await;
    day.app.clock.advance_seconds(60);
    let digits = totp(&secret, day.app.clock.now());
    day.log_in_with(ASHA, &digits, None).await.unwrap();
    for kind in [StaffEventKind::FactorAsked, StaffEventKind::FactorApproved] {
        assert_eq!(day.events(kind).await[0].staff, ASHA, "{kind:?}");
    }
    assert_eq!(
        app.roster_today(&day.log_in(BINA).await.unwrap().staff)
            .await
            .unwrap(),
        vec![]
    );
}

#[store_test]
async fn a_request_that_is_old_withdrawn_decided_or_of_another_district_is_refused(db: TestDb) {
    let day = Day::open(db).await;
    let app = &day.app.app;
    let here = admin(&day).await;
    let mut stranger = invitee("MH-0901", StaffRole::DistrictAdmin, None);
    stranger.district = DistrictId::from_number(363).unwrap();
    let link = app.invite_all(vec![stranger]).await.unwrap().remove(0);
    let secret = day.app.enrol(&link.token).await;
    day.app.clock.advance_seconds(60);
    let digits = totp(&secret, day.app.clock.now());
    let stranger = day.log_in_with("MH-0901", &digits, None).await.unwrap().staff;

    let gone =
        |outcome: Result<_, Refusal>| assert!(matches!(outcome, Err(Refusal::RequestGone)), "{outcome:?}");
    let first = asked(&day).await;
    gone(app.approve_factor(&stranger, first).await);
    assert_eq!(app.factor_requests(&stranger).await.unwrap(), vec![]);
    let again = app.ask_factor(&day.manager, code(ASHA), reason()).await;
    assert!(matches!(again, Err(Refusal::RequestWaits)), "{again:?}");
    app.withdraw_factor(&day.manager, first).await.unwrap();
    gone(app.approve_factor(&here, first).await);

    let second = asked(&day).await;
    app.refuse_factor(&here, second).await.unwrap();
    gone(app.approve_factor(&here, second).await);

    let third = asked(&day).await;
    day.app.clock.advance_seconds(3 * 86_400);
    gone(app.approve_factor(&here, third).await);

    let fourth = asked(&day).await;
    app.approve_factor(&here, fourth).await.unwrap();
    gone(app.approve_factor(&here, fourth).await);
    day.app.clock.advance_seconds(60);
    let own = app.ask_factor(&day.manager, code("MH-0100"), reason()).await;
    assert!(
        matches!(own, Err(Refusal::Invalid { field: "code", .. })),
        "{own:?}"
    );
}
