//! "Was this you? No": one tap ends every login of a household, on every device, at every door and node.

use pramaan_app::ended_logins::{AllEnded, Confirmed, Door, Ended, Proof, Told};
use pramaan_app::testing::TestApp;
use pramaan_app::{App, Face, Refusal};
use pramaan_domain::mobile::Mobile;
use pramaan_store::testing::{TestDb, store_test};

use crate::support::{MOBILE, ask, ask_from, confirm, guess, origin, register};

/// The first browser of a number, on which the first person is registered: it is confirmed.
async fn at_home(app: &TestApp) -> pramaan_app::otp::Login {
    let login = app.login(MOBILE, Face::Pages).await.unwrap();
    register(app, &login.citizen, "Z1234567").await;
    login
}

async fn end(app: &App, login: &pramaan_app::otp::Login) -> Ended {
    end_and_tell(app, login).await.this
}

async fn end_and_tell(app: &App, login: &pramaan_app::otp::Login) -> AllEnded {
    let ended = app.end_every_login(&login.citizen, &login.token, "test").await;
    ended.unwrap()
}

fn is_out(node: &App, token: &str) -> bool {
    matches!(node.citizen(token), Err(Refusal::Unauthenticated)) && node.renewed(token).is_none()
}

#[store_test]
async fn one_tap_ends_every_login_at_every_door_and_node(db: TestDb) {
    let app = TestApp::start(db).await;
    let other = app.second_node();
    let home = at_home(&app).await;
    let mut stolen = vec![home.token.clone()];
    for face in [Face::Pages, Face::Portal, Face::Public, Face::Partner(3)] {
        stolen.push(app.login(MOBILE, face).await.unwrap().token);
    }
    let neighbour = app.login("9876500000", Face::Portal).await.unwrap().token;
    for node in [&app.app, &other] {
        assert!(stolen.iter().all(|token| node.citizen(token).is_ok()));
    }
    let Ended::Others { token } = end(&app.app, &home).await else {
        panic!("the browser at home is confirmed");
    };
    other.hear_of_ended_logins().await.unwrap();
    for node in [&app.app, &other] {
        for (number, token) in stolen.iter().enumerate() {
            assert!(is_out(node, token), "login {number}");
        }
        assert!(
            node.citizen(&token).is_ok(),
            "who asked goes on, under a new name"
        );
        assert!(node.citizen(&neighbour).is_ok(), "and everybody else");
    }
    let told = app.outbox.to(&Mobile::parse(MOBILE).unwrap());
    let last = told.last().unwrap();
    assert!(
        last.text
            .starts_with("All logins of this number were ended but one"),
        "{}",
        last.text
    );
    app.clock.advance_seconds(6);
    let again = app.login(MOBILE, Face::Portal).await.unwrap().token;
    assert!(app.app.citizen(&again).is_ok() && other.citizen(&again).is_ok());
}

/// Who asks may be the stranger: only a confirmed device is spared.
#[store_test]
async fn from_a_device_that_nobody_confirmed_its_own_login_ends_too(db: TestDb) {
    let app = TestApp::start(db).await;
    let home = at_home(&app).await;
    let elsewhere = origin([198, 51, 100, 9], "another browser");
    let number = Mobile::parse(MOBILE).unwrap();
    let request = pramaan_app::otp::OtpRequest {
        mobile: number,
        full_name: None,
        face: Face::Pages,
        origin: elsewhere.clone(),
        language: pramaan_app::message::Language::English,
    };
    let txn = app.app.request_otp(request).await.unwrap();
    let confirmation = pramaan_app::otp::OtpConfirmation {
        txn,
        otp: pramaan_app::otp::OtpDigest::of(&app.code(MOBILE)),
        face: Face::Pages,
        origin: elsewhere,
        language: None,
    };
    let stranger = app.app.confirm_otp(confirmation).await.unwrap();
    let asked = app.app.newcomers(&home.citizen).await.unwrap();
    assert!(asked.may_confirm && asked.devices.len() == 1, "{asked:?}");
    assert_eq!(end(&app.app, &stranger).await, Ended::This);
    assert!(is_out(&app.app, &stranger.token) && is_out(&app.app, &home.token));
    let asked = app.app.newcomers(&home.citizen).await.unwrap();
    assert_eq!(asked.devices.len(), 1, "a stranger makes nobody forget a device");

    app.clock.advance_seconds(6);
    let home = app.login(MOBILE, Face::Pages).await.unwrap();
    assert!(matches!(end(&app.app, &home).await, Ended::Others { .. }));
    let asked = app.app.newcomers(&home.citizen).await.unwrap();
    assert!(asked.devices.is_empty(), "its owner does");
}

/// A copy of a confirmed device's cookie: whoever presses first is not who stays.
#[store_test]
async fn a_confirmed_device_that_gave_no_otp_lately_is_ended_too(db: TestDb) {
    let app = TestApp::start(db).await;
    let home = at_home(&app).await;
    app.clock.advance_seconds(300);
    assert_eq!(app.app.proof(&home.citizen), Proof::Fresh);
    app.clock.advance_seconds(1);
    let stolen = app.app.renewed(&home.token).unwrap();
    let thief = pramaan_app::otp::Login {
        citizen: app.app.citizen(&stolen).unwrap(),
        token: stolen,
        account: home.account,
    };
    assert_eq!(
        end_and_tell(&app.app, &thief).await,
        AllEnded {
            this: Ended::This,
            told: Told::Yes
        }
    );
    assert!(is_out(&app.app, &thief.token) && is_out(&app.app, &home.token));
    let told = app.outbox.to(&Mobile::parse(MOBILE).unwrap());
    let last = &told.last().unwrap().text;
    assert!(
        last.starts_with("All logins of this number were ended. Nobody"),
        "{last}"
    );
}

/// The first browser may have been a stranger's: whoever has the phone takes the trust back, from any browser.
#[store_test]
async fn a_device_is_distrusted_with_a_fresh_otp_from_any_other(db: TestDb) {
    let app = TestApp::start(db).await;
    let cafe = at_home(&app).await;
    app.login(MOBILE, Face::Partner(3)).await.unwrap();
    let elsewhere = origin([198, 51, 100, 9], "another browser");
    let txn = ask_from(&app, MOBILE, Face::Portal, elsewhere.clone())
        .await
        .unwrap();
    let own = confirm(&app, txn, &app.code(MOBILE), elsewhere).await.unwrap();
    let known = app.app.known_devices(&own.citizen).await.unwrap();
    let doors: Vec<_> = known.devices.iter().map(|one| one.door).collect();
    for door in [Door::Pages, Door::Partner(3), Door::App] {
        assert!(doors.contains(&door), "{doors:?}");
    }
    let confirmed = known.devices.iter().find(|one| one.confirmed == Confirmed::Yes);
    let confirmed = confirmed.unwrap().name;
    let theirs = app.app.newcomers(&cafe.citizen).await.unwrap();
    assert!(theirs.may_confirm);

    let stranger = app.login("9876500000", Face::Pages).await.unwrap().citizen;
    let refused = app.app.distrust_device(&stranger, confirmed).await;
    assert!(matches!(refused, Err(Refusal::Forbidden)), "{refused:?}");
    app.app.distrust_device(&own.citizen, confirmed).await.unwrap();
    let theirs = app.app.newcomers(&cafe.citizen).await.unwrap();
    assert!(!theirs.may_confirm, "it vouches for nobody any more");
    app.clock.advance_seconds(301);
    let refused = app.app.distrust_device(&own.citizen, confirmed).await;
    assert!(matches!(refused, Err(Refusal::Forbidden)), "{refused:?}");
}

#[store_test]
async fn a_code_that_was_asked_for_before_logs_nobody_in(db: TestDb) {
    let app = TestApp::start(db).await;
    let home = at_home(&app).await;
    app.clock.advance_seconds(1);
    let pending = [
        ask(&app, MOBILE, Face::Pages).await,
        ask(&app, MOBILE, Face::Portal).await,
    ];
    let second = app.code(MOBILE);
    end(&app.app, &home).await;
    app.clock.advance_seconds(6);
    let refused = guess(&app, pending[1], &second, Face::Portal).await;
    assert!(matches!(refused, Err(Refusal::OtpSpent)), "{refused:?}");
    let elsewhere = origin([198, 51, 100, 9], "another browser");
    let fresh = ask_from(&app, MOBILE, Face::Portal, elsewhere.clone())
        .await
        .unwrap();
    confirm(&app, fresh, &app.code(MOBILE), elsewhere).await.unwrap();
}

/// The message needs a record to be opened; the end of logins does not wait for it.
#[store_test]
async fn all_logins_end_at_every_door_and_node_without_the_log_too(db: TestDb) {
    let app = TestApp::start(db).await;
    let other = app.second_node();
    let home = at_home(&app).await;
    let stolen = app.login(MOBILE, Face::Portal).await.unwrap().token;
    let sent = app.outbox.to(&Mobile::parse(MOBILE).unwrap()).len();
    app.break_log().await;
    let ended = end_and_tell(&app.app, &home).await;
    assert!(matches!(ended.this, Ended::Others { .. }));
    assert_eq!(ended.told, Told::No, "and nobody says that it was told");
    other.hear_of_ended_logins().await.unwrap();
    assert!(is_out(&app.app, &stolen) && is_out(&other, &stolen));
    assert_eq!(app.outbox.to(&Mobile::parse(MOBILE).unwrap()).len(), sent);
}
