//! Invitation, enrolment, login and sessions.

use pramaan_app::staff::{ABSOLUTE_SECONDS, IDLE_SECONDS, LINK_SECONDS, Password, Showing, StaffDoor};
use pramaan_app::testing::{Setup, TestApp};
use pramaan_app::{Face, PageLogins, Refusal, StaffRole};
use pramaan_store::db::Transcript;
use pramaan_store::testing::{TestDb, store_test};

use crate::support::*;

async fn start(db: TestDb) -> TestApp {
    let app = TestApp::start(db).await;
    put_centres(&app).await;
    app
}

#[store_test]
async fn a_link_enrols_once_within_seven_days(db: TestDb) {
    let app = start(db).await;
    let invitation = app.invite("MH-0001", StaffRole::Vaccinator, Some(1)).await;
    let first = app.app.enrolment(&invitation.token).await.unwrap();
    assert!(first.otpauth_uri.contains(&first.secret));
    assert!(first.qr_svg().unwrap().starts_with("<svg"));

    let password = Password::parse(PASSWORD).unwrap();
    let wrong = app.app.enrol(&invitation.token, password.clone(), "000000").await;
    assert!(matches!(wrong, Err(Refusal::Invalid { field: "code", .. })));
    app.enrol(&invitation.token).await;
    let reused = app.app.enrol(&invitation.token, password, "000000").await;
    assert!(matches!(reused, Err(Refusal::LinkSpent)));
    assert!(matches!(
        app.app.enrolment(&invitation.token).await,
        Err(Refusal::LinkSpent)
    ));
    assert!(matches!(
        app.app.enrolment("no such link").await,
        Err(Refusal::LinkSpent)
    ));

    let late = app.invite("MH-0002", StaffRole::Vaccinator, Some(1)).await;
    app.clock.advance_seconds(LINK_SECONDS);
    assert!(matches!(
        app.app.enrolment(&late.token).await,
        Err(Refusal::LinkSpent)
    ));
}

#[store_test]
async fn a_link_shows_a_secret_once_and_only_the_last_one_counts(db: TestDb) {
    let app = start(db).await;
    let invitation = app.invite("MH-0001", StaffRole::Vaccinator, Some(1)).await;
    let first = app.app.enrolment(&invitation.token).await.unwrap();
    let second = app.app.enrolment(&invitation.token).await.unwrap();
    assert_ne!(first.secret, second.secret);
    assert_eq!([first.showing, second.showing], [Showing::First, Showing::Again]);
    let with = |secret: &str| totp(secret, app.clock.now());
    let password = || Password::parse(PASSWORD).unwrap();
    let stale = app
        .app
        .enrol(&invitation.token, password(), &with(&first.secret))
        .await;
    assert!(matches!(stale, Err(Refusal::Invalid { field: "code", .. })));
    assert_eq!(
        app.app.invited_code(&invitation.token).await.unwrap().as_str(),
        "MH-0001",
        "asking whose it is shows nothing"
    );
    app.app
        .enrol(&invitation.token, password(), &with(&second.secret))
        .await
        .unwrap();
    for spent in [
        app.app.enrolment(&invitation.token).await.err(),
        app.app.invited_code(&invitation.token).await.err(),
    ] {
        assert!(matches!(spent, Some(Refusal::LinkSpent)), "{spent:?}");
    }
}

#[store_test]
async fn one_inviter_makes_twenty_links_in_a_day(db: TestDb) {
    let app = start(db).await;
    let manager = app.staff(StaffRole::SiteManager, 1, 395);
    let invite = |number: u32| {
        let code = format!("MH-{number:04}");
        let invitee = invitee(&code, StaffRole::Vaccinator, Some(1));
        app.app.invite(&manager, invitee)
    };
    for number in 0..20 {
        invite(number).await.unwrap();
    }
    let over = invite(20).await;
    assert!(matches!(over, Err(Refusal::TooManyInvitations)), "{over:?}");
    assert_eq!(count(&app, "staff").await, 20, "nobody was made");
    let taken = invite(3).await;
    assert!(matches!(taken, Err(Refusal::TooManyInvitations)));
    app.clock.advance_seconds(86_400);
    invite(20).await.unwrap();
}

#[store_test]
async fn thirty_unused_links_close_a_centre_until_some_are_used_or_old(db: TestDb) {
    let app = start(db).await;
    let mut links = Vec::new();
    for number in 0..30 {
        let code = format!("MH-{number:04}");
        links.push(app.invite(&code, StaffRole::Vaccinator, Some(1)).await);
    }
    let manager = app.staff(StaffRole::SiteManager, 1, 395);
    let another = |code: &str| {
        app.app
            .invite(&manager, invitee(code, StaffRole::Vaccinator, Some(1)))
    };
    assert!(matches!(
        another("MH-1000").await,
        Err(Refusal::TooManyInvitations)
    ));
    let next_door = app.staff(StaffRole::SiteManager, 2, 395);
    let elsewhere = invitee("MH-2000", StaffRole::Vaccinator, Some(2));
    app.app.invite(&next_door, elsewhere).await.unwrap();
    app.enrol(&links[0].token).await;
    another("MH-1000").await.unwrap();
    assert!(matches!(
        another("MH-1001").await,
        Err(Refusal::TooManyInvitations)
    ));
    app.clock.advance_seconds(LINK_SECONDS);
    another("MH-1001").await.unwrap();
}

#[test]
fn a_short_password_is_refused() {
    assert!(matches!(
        Password::parse("elevenchars"),
        Err(Refusal::Invalid {
            field: "password",
            ..
        })
    ));
    assert!(Password::parse("बारह अक्षर का वाक्य").is_ok());
}

#[store_test]
async fn everything_has_to_be_right_at_once_and_the_answer_is_the_same(db: TestDb) {
    let app = start(db).await;
    let invitation = app.invite("MH-0001", StaffRole::Vaccinator, Some(1)).await;
    let secret = app.enrol(&invitation.token).await;
    app.clock.advance_seconds(60);
    let right = totp(&secret, app.clock.now());
    for (code, password, digits) in [
        ("MH-0001", "a dozen small tortoise", right.as_str()),
        ("MH-0001", PASSWORD, "000000"),
        ("MH-9999", PASSWORD, &right),
        ("no code", PASSWORD, &right),
    ] {
        let refused = app.app.login_staff(login(code, password, digits)).await;
        assert!(
            matches!(refused, Err(Refusal::WrongStaffLogin)),
            "{code} {refused:?}"
        );
    }
    let session = app
        .app
        .login_staff(login(" mh-0001 ", PASSWORD, &right))
        .await
        .unwrap();
    assert_eq!(app.app.staff(&session.token).await.unwrap(), session.staff);
    assert_eq!(
        (session.staff.role(), session.staff.centre()),
        (StaffRole::Vaccinator, 1)
    );
}

#[store_test]
async fn a_code_of_the_second_factor_is_good_once(db: TestDb) {
    let app = start(db).await;
    let invitation = app.invite("MH-0001", StaffRole::Vaccinator, Some(1)).await;
    let secret = app.enrol(&invitation.token).await;
    let enrolling = totp(&secret, app.clock.now());
    let replay = app.app.login_staff(login("MH-0001", PASSWORD, &enrolling)).await;
    assert!(
        matches!(replay, Err(Refusal::WrongStaffLogin)),
        "the enrolling code is used"
    );
    let next = totp(&secret, app.clock.now().plus_seconds(30));
    app.app
        .login_staff(login("MH-0001", PASSWORD, &next))
        .await
        .unwrap();
    let replay = app.app.login_staff(login("MH-0001", PASSWORD, &next)).await;
    assert!(matches!(replay, Err(Refusal::WrongStaffLogin)));
}

#[store_test]
async fn of_two_logins_with_one_code_one_succeeds(db: TestDb) {
    let app = start(db).await;
    let invitation = app.invite("MH-0001", StaffRole::Vaccinator, Some(1)).await;
    let secret = app.enrol(&invitation.token).await;
    let next = totp(&secret, app.clock.now().plus_seconds(30));
    let (one, other) = tokio::join!(
        app.app.login_staff(login("MH-0001", PASSWORD, &next)),
        app.app.login_staff(login("MH-0001", PASSWORD, &next)),
    );
    assert_eq!([one, other].iter().filter(|outcome| outcome.is_ok()).count(), 1);
}

#[store_test]
async fn a_session_ends_when_idle_when_old_and_when_logged_out(db: TestDb) {
    let app = start(db).await;
    let token = app
        .enrolled("MH-0001", StaffRole::Vaccinator, Some(1))
        .await
        .token;
    for _ in 0..47 {
        app.clock.advance_seconds(IDLE_SECONDS - 1);
        app.app.staff(&token).await.unwrap();
    }
    app.clock
        .advance_seconds(ABSOLUTE_SECONDS - 47 * (IDLE_SECONDS - 1));
    assert!(
        matches!(app.app.staff(&token).await, Err(Refusal::Unauthenticated)),
        "twelve hours old"
    );

    let idle = app
        .enrolled("MH-0002", StaffRole::Vaccinator, Some(1))
        .await
        .token;
    app.clock.advance_seconds(IDLE_SECONDS);
    assert!(matches!(
        app.app.staff(&idle).await,
        Err(Refusal::Unauthenticated)
    ));

    let left = app
        .enrolled("MH-0003", StaffRole::Vaccinator, Some(1))
        .await
        .token;
    app.app.staff(&left).await.unwrap();
    app.app.logout_staff(StaffDoor::Pages, &left).await.unwrap();
    assert!(matches!(
        app.app.staff(&left).await,
        Err(Refusal::Unauthenticated)
    ));
    assert!(matches!(
        app.app.staff("nobody's").await,
        Err(Refusal::Unauthenticated)
    ));
}

/// A second factor is renewed, a device given back or taken over while somebody types: the form waits for who typed it.
#[store_test]
async fn whose_form_it_was_is_known_after_the_login_was_ended(db: TestDb) {
    let app = start(db).await;
    let nurse = app.enrolled("MH-0001", StaffRole::Vaccinator, Some(1)).await;
    let (typed, path) = ("name=Radha+Bai", "/staff/walk-in");
    let kept = app.app.keep_form(nurse.staff.typist(), path, typed);
    let token = nurse.token;
    app.app.logout_staff(StaffDoor::Pages, &token).await.unwrap();
    let typist = app.app.ended_staff(&token).await.unwrap();
    let again = typist.and_then(|typist| app.app.kept_form(typist, path, &kept));
    assert_eq!(again.as_deref(), Some(typed));
    assert!(
        matches!(app.app.staff(&token).await, Err(Refusal::Unauthenticated)),
        "and it opens nothing"
    );
    assert!(app.app.ended_staff("nobody's").await.unwrap().is_none());
}

#[store_test]
async fn each_invites_for_their_own_place_only(db: TestDb) {
    let app = start(db).await;
    let admin = app
        .enrolled("DA-0001", StaffRole::DistrictAdmin, None)
        .await
        .staff;
    let manager = app
        .enrolled("SM-0001", StaffRole::SiteManager, Some(1))
        .await
        .staff;
    let nurse = app
        .enrolled("MH-0001", StaffRole::Vaccinator, Some(1))
        .await
        .staff;
    for (by, role, at, allowed) in [
        (&admin, StaffRole::SiteManager, Some(2), true),
        (&admin, StaffRole::Vaccinator, Some(1), false),
        (&admin, StaffRole::DistrictAdmin, None, false),
        (&manager, StaffRole::Vaccinator, Some(1), true),
        (&manager, StaffRole::Vaccinator, Some(2), false),
        (&manager, StaffRole::SiteManager, Some(1), false),
        (&nurse, StaffRole::Vaccinator, Some(1), false),
    ] {
        let code = format!("NEW-{}-{role:?}-{}", by.role() as u8, at.unwrap_or(0)).to_uppercase();
        let outcome = app
            .app
            .invite(by, invitee(&code[..code.len().min(20)], role, at))
            .await;
        match allowed {
            true => assert!(outcome.is_ok(), "{code} {outcome:?}"),
            false => assert!(matches!(outcome, Err(Refusal::Forbidden)), "{code} {outcome:?}"),
        }
    }
    let taken = app
        .app
        .invite(&manager, invitee("MH-0001", StaffRole::Vaccinator, Some(1)))
        .await;
    assert!(matches!(taken, Err(Refusal::Invalid { field: "code", .. })));
    let nowhere = app
        .app
        .invite_all(vec![invitee("MH-7", StaffRole::Vaccinator, Some(77))])
        .await;
    assert!(matches!(
        nowhere,
        Err(Refusal::Invalid {
            field: "centre_id",
            ..
        })
    ));
}

/// Invariant 5, for staff: which part was wrong costs nothing more and nothing less.
#[store_test]
async fn known_and_unknown_codes_cost_the_same(db: TestDb) {
    let transcript = Transcript::default();
    let setup = Setup {
        transcript: Some(transcript.clone()),
        ..Setup::default()
    };
    let app = TestApp::start_with(db, setup).await;
    put_centres(&app).await;
    let invitation = app.invite("MH-0001", StaffRole::Vaccinator, Some(1)).await;
    app.enrol(&invitation.token).await;
    app.invite("MH-0002", StaffRole::Vaccinator, Some(1)).await;
    let mut seen = Vec::new();
    for code in ["MH-0001", "MH-0002", "MH-9999"] {
        transcript.take();
        let refused = app.app.login_staff(login(code, "wrong password", "123456")).await;
        assert!(matches!(refused, Err(Refusal::WrongStaffLogin)));
        seen.push(transcript.take());
    }
    assert!(!seen[0].is_empty());
    assert_eq!(seen[0], seen[1], "enrolled and invited");
    assert_eq!(seen[0], seen[2], "known and unknown");
}

const HEADER: &str = "code,name,role,district_id,centre_id\n";

#[store_test]
async fn an_import_makes_invitations_and_names_each_bad_row(db: TestDb) {
    use pramaan_app::import::{self, Bad, ImportError};
    let app = start(db).await;
    app.invite("MH-0001", StaffRole::Vaccinator, Some(1)).await;
    let good = "SM-0001,Sunita Rao,site_manager,395,1\nDA-0001,अनिल,district_admin,395,\n";
    let bad = "MH-0001,Asha,vaccinator,395,1\nMH-2,Asha,nurse,395,1\nMH-3,Asha,vaccinator,395,77\nSM-0001,B,vaccinator,395,1\n\
               MH-4,,vaccinator,395,1\nMH-5,Asha,vaccinator,363,1\nDA-2,Asha,district_admin,395,1\n";
    let file = format!("{HEADER}{good}{bad}");
    let refused = import::staff(&app.app, file.as_bytes(), Bad::RefusesAll, &mut |_, _| {}).await;
    let Err(ImportError::BadRows(rows)) = refused else {
        panic!("{refused:?}")
    };
    let named: Vec<_> = rows.iter().map(|row| (row.line, row.column)).collect();
    let expected = [
        (4, "code"),
        (5, "role"),
        (6, "centre_id"),
        (7, "code"),
        (8, "name"),
        (9, "centre_id"),
        (10, "centre_id"),
    ];
    assert_eq!(named, expected);
    assert_eq!(count(&app, "staff").await, 1, "all or nothing");

    let imported = import::staff(&app.app, file.as_bytes(), Bad::IsSkipped, &mut |_, _| {})
        .await
        .unwrap();
    assert_eq!(imported.rejected.len(), 7);
    let codes: Vec<_> = imported
        .invitations
        .iter()
        .map(|invitation| invitation.code.as_str())
        .collect();
    assert_eq!(codes, ["SM-0001", "DA-0001"]);
    app.enrol(&imported.invitations[0].token).await;
}

#[store_test]
async fn logins_of_the_pages_last_as_long_as_the_operator_says(db: TestDb) {
    let setup = Setup {
        page_logins: PageLogins {
            citizen_seconds: 600,
            staff_idle_seconds: 300,
            staff_seconds: 600,
        },
        ..Setup::default()
    };
    let app = TestApp::start_with(db, setup).await;
    put_centres(&app).await;
    let (one, two) = (
        app.enrolled("MH-0001", StaffRole::Vaccinator, Some(1)).await,
        app.enrolled("MH-0002", StaffRole::Vaccinator, Some(1)).await,
    );
    let citizen = app.login(MOBILE, Face::Pages).await.unwrap().token;
    for _ in 0..2 {
        app.clock.advance_seconds(299);
        app.app.staff(&one.token).await.unwrap();
    }
    let idle = app.app.staff(&two.token).await;
    assert!(matches!(idle, Err(Refusal::Unauthenticated)), "idle");
    assert!(app.app.renewed(&citizen).is_some(), "within ten minutes");
    app.clock.advance_seconds(299);
    let old = app.app.staff(&one.token).await;
    assert!(matches!(old, Err(Refusal::Unauthenticated)), "old");
    assert!(app.app.renewed(&citizen).is_none(), "not beyond them");
}
