//! One code from its sending to its use.

use pramaan_app::otp::Account;
use pramaan_app::testing::TestApp;
use pramaan_app::{Face, Refusal};
use pramaan_domain::id::TxnId;
use pramaan_store::testing::{TestDb, store_test};

use crate::support::{MOBILE, ask, count, guess, other, register};

const DOORS: [Face; 4] = [Face::Portal, Face::Public, Face::Partner(1), Face::Status];

#[store_test]
async fn the_right_code_logs_in_and_tells_whether_anybody_is_registered(db: TestDb) {
    let app = TestApp::start(db).await;
    let first = app.login(MOBILE, Face::Portal).await.unwrap();
    assert_eq!(first.account, Account::New);
    assert_eq!(
        app.login(MOBILE, Face::Partner(7)).await.unwrap().account,
        Account::New
    );
    register(&app, &first.citizen, "Z1234567").await;
    let again = app.login(MOBILE, Face::Portal).await.unwrap();
    assert_eq!(again.account, Account::Existing);
    assert_eq!(
        again.citizen.household_and_device(),
        first.citizen.household_and_device(),
        "the same household, and the device keeps its name"
    );
    assert_eq!(
        app.login(MOBILE, Face::Partner(7)).await.unwrap().account,
        Account::Existing
    );
}

#[store_test]
async fn narrow_doors_open_for_registered_numbers_only_and_say_so_after_the_code(db: TestDb) {
    let app = TestApp::start(db).await;
    for face in [Face::Public, Face::Status] {
        assert!(matches!(
            app.login(MOBILE, face).await,
            Err(Refusal::NotRegistered)
        ));
    }
    assert_eq!(
        count(&app, "select count(*) from household").await,
        0,
        "asking leaves no household behind"
    );
    let portal = app.login(MOBILE, Face::Portal).await.unwrap();
    for face in [Face::Public, Face::Status] {
        assert!(
            matches!(app.login(MOBILE, face).await, Err(Refusal::NotRegistered)),
            "nobody in it yet"
        );
    }
    register(&app, &portal.citizen, "Z1234567").await;
    for face in [Face::Public, Face::Status] {
        assert!(app.login(MOBILE, face).await.is_ok());
    }
}

#[store_test]
async fn wrong_guesses_are_counted_and_the_third_is_the_last(db: TestDb) {
    let app = TestApp::start(db).await;
    let txn = ask(&app, MOBILE, Face::Portal).await;
    let code = app.code(MOBILE);
    for _ in 0..2 {
        assert!(matches!(
            guess(&app, txn, &other(&code), Face::Portal).await,
            Err(Refusal::WrongOtp)
        ));
    }
    assert!(
        guess(&app, txn, &code, Face::Portal).await.is_ok(),
        "two wrong guesses leave one"
    );

    let txn = ask(&app, MOBILE, Face::Portal).await;
    let code = app.code(MOBILE);
    for _ in 0..3 {
        assert!(matches!(
            guess(&app, txn, &other(&code), Face::Portal).await,
            Err(Refusal::WrongOtp)
        ));
    }
    assert!(matches!(
        guess(&app, txn, &code, Face::Portal).await,
        Err(Refusal::OtpSpent)
    ));
}

#[store_test]
async fn a_code_is_used_once(db: TestDb) {
    let app = TestApp::start(db).await;
    let txn = ask(&app, MOBILE, Face::Portal).await;
    let code = app.code(MOBILE);
    let both = tokio::join!(
        guess(&app, txn, &code, Face::Portal),
        guess(&app, txn, &code, Face::Portal)
    );
    let spent = |login: &Result<_, Refusal>| matches!(login, Err(Refusal::OtpSpent));
    assert!(both.0.is_ok() != both.1.is_ok(), "of two at once one logs in");
    assert!(spent(&both.0) || spent(&both.1));
    assert!(spent(&guess(&app, txn, &code, Face::Portal).await));
    assert_eq!(
        count(&app, "select length(typed) from otp").await,
        0,
        "the number is blanked on use"
    );
}

#[store_test]
async fn a_code_lives_three_minutes(db: TestDb) {
    let app = TestApp::start(db).await;
    let early = ask(&app, MOBILE, Face::Portal).await;
    let code = app.code(MOBILE);
    app.clock.advance_seconds(179);
    assert!(guess(&app, early, &code, Face::Portal).await.is_ok());
    let late = ask(&app, MOBILE, Face::Portal).await;
    let code = app.code(MOBILE);
    app.clock.advance_seconds(180);
    assert!(matches!(
        guess(&app, late, &code, Face::Portal).await,
        Err(Refusal::OtpSpent)
    ));
    let unknown = TxnId::from_random([9; 16]);
    assert!(matches!(
        guess(&app, unknown, &code, Face::Portal).await,
        Err(Refusal::OtpSpent)
    ));
}

#[store_test]
async fn asking_again_leaves_the_first_code_valid_and_codes_stay_with_their_transaction(db: TestDb) {
    let app = TestApp::start(db).await;
    let first = ask(&app, MOBILE, Face::Portal).await;
    let first_code = app.code(MOBILE);
    let second = ask(&app, MOBILE, Face::Portal).await;
    let second_code = app.code(MOBILE);
    assert_ne!(first_code, second_code);
    assert!(matches!(
        guess(&app, second, &first_code, Face::Portal).await,
        Err(Refusal::WrongOtp)
    ));
    assert!(guess(&app, first, &first_code, Face::Portal).await.is_ok());
    assert!(guess(&app, second, &second_code, Face::Portal).await.is_ok());
}

#[store_test]
async fn a_code_asked_for_at_one_door_opens_no_other(db: TestDb) {
    let app = TestApp::start(db).await;
    for asked in DOORS {
        let txn = ask(&app, MOBILE, asked).await;
        let code = app.code(MOBILE);
        for tried in DOORS
            .into_iter()
            .chain([Face::Partner(2)])
            .filter(|tried| *tried != asked)
        {
            let refused = guess(&app, txn, &code, tried).await;
            assert!(
                matches!(refused, Err(Refusal::OtpSpent)),
                "{asked:?} as {tried:?}"
            );
        }
    }
}

#[store_test]
async fn what_nobody_can_use_is_deleted(db: TestDb) {
    let app = TestApp::start(db).await;
    ask(&app, MOBILE, Face::Portal).await;
    app.app.retain().await.unwrap();
    assert_eq!(count(&app, "select count(*) from otp").await, 1);
    app.clock.advance_seconds(8 * 86_400);
    app.app.retain().await.unwrap();
    for sql in [
        "select count(*) from otp",
        "select count(*) from budget",
        "select count(*) from outbox",
    ] {
        assert_eq!(count(&app, sql).await, 0, "{sql}");
    }
}
