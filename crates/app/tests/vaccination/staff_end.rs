//! The end of an account: every way in is closed at once, once, and by nobody but those who answer for it.

use pramaan_app::staff::{Ended, StaffDevice, StaffOrigin};
use pramaan_app::testing::TestApp;
use pramaan_app::{Refusal, StaffRole};
use pramaan_domain::staff::StaffCode;
use pramaan_store::testing::{TestDb, store_test};

use crate::support::*;

async fn start(db: TestDb) -> TestApp {
    let app = TestApp::start(db).await;
    put_centres(&app).await;
    app
}

fn code(text: &str) -> StaffCode {
    StaffCode::parse(text).unwrap()
}

#[store_test]
async fn an_ended_account_has_no_way_in_left(db: TestDb) {
    let app = start(db).await;
    let invitation = app.invite("MH-0001", StaffRole::Vaccinator, Some(1)).await;
    let secret = app.enrol(&invitation.token).await;
    let digits = || {
        app.clock.advance_seconds(60);
        totp(&secret, app.clock.now())
    };
    let first = app
        .app
        .login_staff(login("MH-0001", PASSWORD, &digits()))
        .await
        .unwrap();
    let today = app.app.today();
    let tomorrow = today.succ_opt().unwrap();
    for day in [today, tomorrow] {
        app.app
            .set_roster_of(1, day, vec![code("MH-0001")])
            .await
            .unwrap();
    }
    app.app.roster_today(&first.staff).await.unwrap();
    assert_eq!(count(&app, "staff_device").await, 1);

    assert_eq!(app.app.end_anybody(code("MH-0001")).await.unwrap(), Ended::Now);
    assert!(matches!(
        app.app.staff(&first.token).await,
        Err(Refusal::Unauthenticated)
    ));
    // Whoever got past the door a moment ago finds no work.
    assert!(matches!(
        app.app.roster_today(&first.staff).await,
        Err(Refusal::OffRoster)
    ));
    assert_eq!(
        (count(&app, "roster").await, count(&app, "staff_device").await),
        (0, 0)
    );
    let again = app.app.login_staff(login("MH-0001", PASSWORD, &digits())).await;
    assert!(matches!(again, Err(Refusal::WrongStaffLogin)), "{again:?}");
    let refilled = app.app.set_roster_of(1, today, vec![code("MH-0001")]).await;
    assert!(matches!(refilled, Err(Refusal::Invalid { field: "code", .. })));
    let reused = app
        .app
        .invite_all(vec![invitee("MH-0001", StaffRole::Vaccinator, Some(1))])
        .await;
    assert!(
        matches!(reused, Err(Refusal::Invalid { field: "code", .. })),
        "a code names one person for ever"
    );
    assert_eq!(app.app.end_anybody(code("MH-0001")).await.unwrap(), Ended::Before);
}

#[store_test]
async fn a_known_device_is_a_strangers_after_the_end(db: TestDb) {
    let app = start(db).await;
    let session = app.enrolled("MH-0001", StaffRole::Vaccinator, Some(1)).await;
    let device = session.device.unwrap();
    app.app.end_anybody(code("MH-0001")).await.unwrap();
    let mut refused = Vec::new();
    for _ in 0..7 {
        let origin = pramaan_app::origin::Origin::new(
            pramaan_app::origin::ClientAddr::new([192, 0, 2, 1].into()),
            pramaan_app::origin::Device::UserAgent(""),
        );
        let mut typed = login("MH-0001", PASSWORD, "000000");
        typed.origin = StaffOrigin::new(&origin, StaffDevice::Named(&device));
        refused.push(app.app.login_staff(typed).await.unwrap_err());
    }
    let judged = refused
        .iter()
        .filter(|refused| matches!(refused, Refusal::WrongStaffLogin));
    assert_eq!(judged.count(), 5, "a stranger's tries, not a known device's ten");
}

#[store_test]
async fn an_invitation_ends_with_the_account(db: TestDb) {
    let app = start(db).await;
    let invitation = app.invite("MH-0001", StaffRole::Vaccinator, Some(1)).await;
    app.app.end_anybody(code("MH-0001")).await.unwrap();
    assert!(matches!(
        app.app.enrolment(&invitation.token).await,
        Err(Refusal::LinkSpent)
    ));
}

#[store_test]
async fn each_ends_the_accounts_of_their_own_place(db: TestDb) {
    let app = start(db).await;
    for (name, role, centre) in [
        ("DA-0001", StaffRole::DistrictAdmin, None),
        ("DA-0002", StaffRole::DistrictAdmin, None),
        ("SM-0001", StaffRole::SiteManager, Some(1)),
        ("SM-0002", StaffRole::SiteManager, Some(1)),
        ("MH-0001", StaffRole::Vaccinator, Some(1)),
        ("MH-0002", StaffRole::Vaccinator, Some(2)),
    ] {
        app.invite(name, role, centre).await;
    }
    let admin = app.staff(StaffRole::DistrictAdmin, 0, 395);
    let elsewhere = app.staff(StaffRole::DistrictAdmin, 0, 363);
    let manager = app.staff(StaffRole::SiteManager, 1, 395);
    let nurse = app.staff(StaffRole::Vaccinator, 1, 395);
    for (by, name) in [
        (&manager, "MH-0002"),
        (&manager, "SM-0002"),
        (&manager, "DA-0001"),
        (&manager, "NOBODY"),
        (&admin, "DA-0002"),
        (&elsewhere, "SM-0001"),
        (&elsewhere, "MH-0001"),
    ] {
        let refused = app.app.end_staff(by, code(name)).await;
        assert!(
            matches!(refused, Err(Refusal::Invalid { field: "code", .. })),
            "{name}: {refused:?}"
        );
    }
    assert!(matches!(
        app.app.end_staff(&nurse, code("MH-0001")).await,
        Err(Refusal::Forbidden)
    ));
    let listed = |members: Vec<pramaan_app::staff::Member>| -> Vec<String> {
        members.iter().map(|member| member.code.to_string()).collect()
    };
    assert_eq!(listed(app.app.staff_of(&manager).await.unwrap()), ["MH-0001"]);
    assert_eq!(
        listed(app.app.staff_of(&admin).await.unwrap()),
        ["SM-0001", "SM-0002"]
    );
    for (by, name) in [(&manager, "MH-0001"), (&admin, "MH-0002"), (&admin, "SM-0001")] {
        assert_eq!(
            app.app.end_staff(by, code(name)).await.unwrap(),
            Ended::Now,
            "{name}"
        );
    }
    assert_eq!(listed(app.app.staff_of(&admin).await.unwrap()), ["SM-0002"]);
}
