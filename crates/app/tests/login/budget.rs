//! Who may ask how often.

use pramaan_app::budget::{Budget, OtpBudgets};
use pramaan_app::testing::{Setup, TestApp};
use pramaan_app::{Face, Refusal};
use pramaan_store::testing::{TestDb, store_test};

use crate::support::{MOBILE, ask_from, count, home, origin};

const WIDE: Budget = Budget::new(1_000, 600);

fn budgets() -> OtpBudgets {
    OtpBudgets {
        mobile: Budget::new(3, 600),
        mobile_day: WIDE,
        reserve: Budget::new(2, 600),
        reserve_day: WIDE,
        device: WIDE,
        network: WIDE,
        partner: WIDE,
        nation: WIDE,
        nation_parts: 1,
    }
}

async fn start(db: TestDb, otp_budgets: OtpBudgets) -> TestApp {
    TestApp::start_with(
        db,
        Setup {
            otp_budgets,
            ..Setup::default()
        },
    )
    .await
}

fn over<T>(answer: &Result<T, Refusal>) -> bool {
    matches!(
        answer,
        Err(Refusal::OverBudget {
            retry_after_seconds: 60
        })
    )
}

#[store_test]
async fn beyond_a_budget_nothing_is_sent_and_nothing_counted(db: TestDb) {
    let app = start(db, budgets()).await;
    for stranger in 0..5 {
        let answer = ask_from(&app, MOBILE, Face::Portal, origin([198, 51, stranger, 1], "bot")).await;
        assert_eq!(over(&answer), stranger >= 3, "request {stranger}");
    }
    assert_eq!(count(&app, "select count(*) from outbox").await, 3);
    assert_eq!(
        count(&app, "select n from budget where kind = 'otp.mobile'").await,
        3
    );
    assert_eq!(
        count(&app, "select n from budget where kind = 'otp.nation'").await,
        3
    );
    assert_eq!(
        count(&app, "select count(*) from budget where kind = 'otp.device'").await,
        3
    );
    app.clock.advance_seconds(600);
    assert!(
        ask_from(&app, MOBILE, Face::Portal, home()).await.is_ok(),
        "the window has ended"
    );
}

#[store_test]
async fn strangers_lock_no_owner_out(db: TestDb) {
    let app = start(
        db,
        OtpBudgets {
            nation: Budget::new(5, 600),
            ..budgets()
        },
    )
    .await;
    app.login(MOBILE, Face::Portal).await.unwrap();
    app.clock.advance_seconds(600);
    for stranger in 0..9 {
        let _ = ask_from(&app, MOBILE, Face::Portal, origin([198, 51, stranger, 1], "bot")).await;
        let _ = ask_from(
            &app,
            "9876543211",
            Face::Portal,
            origin([198, 51, stranger, 1], "bot"),
        )
        .await;
    }
    assert!(over(
        &ask_from(&app, MOBILE, Face::Portal, origin([198, 51, 100, 1], "new")).await
    ));
    assert!(
        app.login(MOBILE, Face::Portal).await.is_ok(),
        "the owner's device has its own reserve"
    );
    assert!(ask_from(&app, MOBILE, Face::Portal, home()).await.is_ok());
    assert!(
        over(&ask_from(&app, MOBILE, Face::Portal, home()).await),
        "which is not endless"
    );
    let other = ask_from(&app, "9876543212", Face::Portal, home()).await;
    assert!(over(&other), "and good for its own number only");
}

#[store_test]
async fn each_budget_bites_alone(db: TestDb) {
    let narrow = Budget::new(1, 600);
    let cases = [
        (
            "mobile",
            OtpBudgets {
                mobile: narrow,
                ..budgets()
            },
            MOBILE,
            [198, 51, 100, 1],
            "b",
        ),
        (
            "mobile a day",
            OtpBudgets {
                mobile_day: narrow,
                ..budgets()
            },
            MOBILE,
            [198, 51, 100, 1],
            "b",
        ),
        (
            "device",
            OtpBudgets {
                device: narrow,
                ..budgets()
            },
            "9876543211",
            [203, 0, 113, 7],
            "test",
        ),
        (
            "network",
            OtpBudgets {
                network: narrow,
                ..budgets()
            },
            "9876543211",
            [203, 0, 113, 99],
            "b",
        ),
        (
            "nation",
            OtpBudgets {
                nation: narrow,
                ..budgets()
            },
            "9876543211",
            [198, 51, 100, 1],
            "b",
        ),
    ];
    let mut app = start(db, budgets()).await;
    for (what, narrow, mobile, address, agent) in cases {
        app.clock.advance_seconds(100_000);
        app = app.with_budgets(narrow);
        assert!(
            ask_from(&app, MOBILE, Face::Portal, home()).await.is_ok(),
            "{what}"
        );
        assert!(
            over(&ask_from(&app, mobile, Face::Portal, origin(address, agent)).await),
            "{what}"
        );
    }
}

#[store_test]
async fn a_partner_has_a_budget_of_its_own(db: TestDb) {
    let app = start(
        db,
        OtpBudgets {
            partner: Budget::new(2, 600),
            device: Budget::new(1, 600),
            ..budgets()
        },
    )
    .await;
    assert!(
        ask_from(&app, "9876543211", Face::Partner(1), home())
            .await
            .is_ok()
    );
    assert!(
        ask_from(&app, "9876543212", Face::Partner(1), home())
            .await
            .is_ok(),
        "no device budget"
    );
    assert!(over(
        &ask_from(&app, "9876543213", Face::Partner(1), home()).await
    ));
    assert!(
        ask_from(&app, "9876543213", Face::Partner(2), home())
            .await
            .is_ok()
    );
}
