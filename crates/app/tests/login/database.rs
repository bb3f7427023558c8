//! Whoever can write the database, and has no keys, gets no more guesses at a code and no more time than anybody.

use pramaan_app::testing::TestApp;
use pramaan_app::{Face, Refusal, StoreError};
use pramaan_store::testing::{TestDb, store_test};

use crate::support::{MOBILE, ask, guess, other};

/// What such a person runs between two requests.
async fn meddle(app: &TestApp, statements: &'static [&'static str]) {
    let changed = app.db.write("test::meddle", move |tx| {
        Box::pin(async move {
            let mut changed = 0;
            for sql in statements {
                changed += tx.execute(sql, &[]).await?;
            }
            Ok::<_, StoreError>(changed)
        })
    });
    assert!(changed.await.unwrap() >= 1, "something was changed");
}

#[store_test]
async fn a_code_whose_end_was_put_off_is_worth_nothing(db: TestDb) {
    let app = TestApp::start(db).await;
    let txn = ask(&app, MOBILE, Face::Portal).await;
    let code = app.code(MOBILE);
    meddle(&app, &["update otp set expires_at = expires_at + 31536000000000"]).await;
    app.clock.advance_seconds(181);
    let late = guess(&app, txn, &code, Face::Portal).await;
    assert!(matches!(late, Err(Refusal::WrongOtp)), "{late:?}");
}

#[store_test]
async fn guesses_that_were_uncounted_in_the_database_stay_counted(db: TestDb) {
    let app = TestApp::start(db).await;
    let txn = ask(&app, MOBILE, Face::Portal).await;
    let code = app.code(MOBILE);
    for _ in 0..3 {
        let wrong = guess(&app, txn, &other(&code), Face::Portal).await;
        assert!(matches!(wrong, Err(Refusal::WrongOtp)), "{wrong:?}");
        meddle(&app, &["update otp set guesses = 0", "delete from budget"]).await;
    }
    for _ in 0..2 {
        let fourth = guess(&app, txn, &code, Face::Portal).await;
        assert!(matches!(fourth, Err(Refusal::OtpSpent)), "{fourth:?}");
    }
    let txn = ask(&app, MOBILE, Face::Portal).await;
    let code = app.code(MOBILE);
    assert!(
        guess(&app, txn, &code, Face::Portal).await.is_ok(),
        "the next code"
    );
}

#[store_test]
async fn a_code_for_one_door_is_not_made_one_for_another(db: TestDb) {
    let app = TestApp::start(db).await;
    for (face, other, moved) in [
        (
            Face::Public,
            Face::Portal,
            "update otp set face = 'portal' where used_at is null",
        ),
        (
            Face::Partner(1),
            Face::Partner(2),
            "update otp set partner = 2 where used_at is null",
        ),
    ] {
        let txn = ask(&app, MOBILE, face).await;
        let code = app.code(MOBILE);
        let moved: &'static [&'static str] = Box::leak(Box::new([moved]));
        meddle(&app, moved).await;
        let elsewhere = guess(&app, txn, &code, other).await;
        assert!(matches!(elsewhere, Err(Refusal::WrongOtp)), "{elsewhere:?}");
    }
}
