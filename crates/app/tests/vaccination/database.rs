//! Whoever can write the database, and has no keys, makes nobody's account, visit or evidence another's: nothing opens.

use pramaan_app::encounter::Evidence;
use pramaan_app::testing::TestApp;
use pramaan_app::{Refusal, StaffRole, StoreError};
use pramaan_domain::id::{HouseholdId, PersonId};
use pramaan_store::Value;
use pramaan_store::testing::{TestDb, store_test};

use crate::support::*;

/// Somebody else, and their ids.
async fn victim(site: &Site) -> (HouseholdId, PersonId) {
    let citizen = site.app.citizen("9876500000").await;
    let id = register(&site.app, &citizen, "Z7654321").await;
    book(&site.app, &citizen, site.session, &[id], 1).await;
    site.app.member(&citizen).await
}

fn is_misplaced<T>(outcome: &Result<T, Refusal>, row_of: &str) -> bool {
    matches!(outcome, Err(Refusal::Unavailable(StoreError::Misplaced { table })) if *table == row_of)
}

#[store_test]
async fn an_encounter_that_was_pointed_at_somebody_else_opens_nobody(db: TestDb) {
    let site = Site::open(db).await;
    let (household, person) = victim(&site).await;
    let open = site.open_record().await;
    let accesses = site.app.accesses().await.len();
    for (changed, params) in [
        (
            "update encounter set household = $1, person = $2",
            vec![Value::from(household), person.into()],
        ),
        ("update encounter set basis = 'person_otp'", vec![]),
        ("update encounter set opened_at = opened_at + 1000000", vec![]),
    ] {
        execute(&site.app, "create table kept as select * from encounter", vec![]).await;
        execute(&site.app, changed, params).await;
        let shown = site.app.app.show_encounter(&site.staff, open.key, "test").await;
        assert!(is_misplaced(&shown, "encounter"), "{changed}: {shown:?}");
        execute(&site.app, "delete from encounter", vec![]).await;
        execute(&site.app, "insert into encounter select * from kept", vec![]).await;
        execute(&site.app, "drop table kept", vec![]).await;
    }
    assert_eq!(site.app.accesses().await.len(), accesses, "nothing was opened");
    let shown = site.app.app.show_encounter(&site.staff, open.key, "test").await;
    assert!(shown.is_ok(), "as it was written: {shown:?}");
}

#[store_test]
async fn a_visit_code_proves_one_persons_presence_only(db: TestDb) {
    let site = Site::open(db).await;
    let mine = site.place().await;
    let (_, person) = victim(&site).await;
    let txn = site
        .app
        .app
        .send_visit_code(&site.staff, mine, "test")
        .await
        .unwrap();
    let code = site.app.code(MOBILE);
    let theirs = site.app.app.roster_today(&site.staff).await.unwrap();
    let place = theirs
        .iter()
        .map(|row| row.place)
        .find(|place| *place != mine)
        .unwrap();
    execute(
        &site.app,
        "update visit_code set person = $1, appointment = (select id from appointment where person = $1)",
        vec![person.into()],
    )
    .await;
    let opened = site.begin(Evidence::Mobile { place, txn, code }).await;
    assert!(matches!(opened, Err(Refusal::WrongVisitCode)), "{opened:?}");
}

#[store_test]
async fn a_visit_code_whose_end_was_put_off_is_worth_nothing(db: TestDb) {
    let site = Site::open(db).await;
    let place = site.place().await;
    let txn = site
        .app
        .app
        .send_visit_code(&site.staff, place, "test")
        .await
        .unwrap();
    let code = site.app.code(MOBILE);
    let put_off = "update visit_code set expires_at = expires_at + 31536000000000";
    execute(&site.app, put_off, vec![]).await;
    site.app.clock.advance_seconds(301);
    let opened = site.begin(Evidence::Mobile { place, txn, code }).await;
    assert!(matches!(opened, Err(Refusal::WrongVisitCode)), "{opened:?}");
}

async fn start(db: TestDb) -> TestApp {
    let app = TestApp::start(db).await;
    put_centres(&app).await;
    app
}

#[store_test]
async fn an_invitation_enrols_whom_it_was_made_for(db: TestDb) {
    let app = start(db).await;
    app.enrolled("DA-0001", StaffRole::DistrictAdmin, None).await;
    let mine = app.invite("MH-0001", StaffRole::Vaccinator, Some(1)).await;
    let point =
        "update staff_link set staff = (select id from staff where code = 'DA-0001') where used_at is null";
    execute(&app, point, vec![]).await;
    let shown = app.app.enrolment(&mine.token).await;
    assert!(is_misplaced(&shown, "staff_link"), "{shown:?}");
    let asked = app.app.invited_code(&mine.token).await;
    assert!(is_misplaced(&asked, "staff_link"), "{asked:?}");
}

#[store_test]
async fn a_role_or_a_place_that_was_given_in_the_database_is_none(db: TestDb) {
    let app = start(db).await;
    let secret = app
        .enrol(&app.invite("MH-0001", StaffRole::Vaccinator, Some(1)).await.token)
        .await;
    let try_login = || async {
        app.clock.advance_seconds(60);
        let typed = login("MH-0001", PASSWORD, &totp(&secret, app.clock.now()));
        app.app.login_staff(typed).await
    };
    let session = try_login().await.unwrap();
    for (changed, back) in [
        (
            "update staff set role = 'site_manager'",
            "update staff set role = 'vaccinator'",
        ),
        ("update staff set centre = 2", "update staff set centre = 1"),
        (
            "update staff set district = 363",
            "update staff set district = 395",
        ),
        (
            "update staff set state = 'invited'",
            "update staff set state = 'active'",
        ),
    ] {
        execute(&app, changed, vec![]).await;
        let asked = app.app.staff(&session.token).await;
        assert!(is_misplaced(&asked, "staff"), "{changed}: {asked:?}");
        let again = try_login().await;
        assert!(is_misplaced(&again, "staff"), "{changed}: {again:?}");
        execute(&app, back, vec![]).await;
    }
    assert!(app.app.staff(&session.token).await.is_ok(), "as it was written");
}

#[store_test]
async fn a_login_is_that_of_who_logged_in(db: TestDb) {
    let app = start(db).await;
    app.enrolled("SM-0001", StaffRole::SiteManager, Some(1)).await;
    let mine = app.nurse("MH-0001", 1).await;
    let point = "update staff_login set staff = (select id from staff where code = 'SM-0001')
                 where staff = (select id from staff where code = 'MH-0001')";
    execute(&app, point, vec![]).await;
    let asked = app.app.staff(&mine.token).await;
    assert!(is_misplaced(&asked, "staff_login"), "{asked:?}");
    execute(
        &app,
        "update staff_login set staff = (select id from staff where code = 'MH-0001')",
        vec![],
    )
    .await;
    let asked = app.app.staff(&mine.token).await;
    assert!(asked.is_ok(), "as it was written: {asked:?}");
}
