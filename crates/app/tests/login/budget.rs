//! Who may ask how often.

use pramaan_app::budget::{Budget, OtpBudgets, Widths};
use pramaan_app::origin::{Device, Origin};
use pramaan_app::testing::{Setup, TestApp};
use pramaan_app::{Face, Refusal};
use pramaan_store::testing::{TestDb, store_test};

use crate::support::{MOBILE, address, ask_from, confirm, count, home, origin, other};

const WIDE: Budget = Budget::new(1_000, 600);
const ALL_WIDE: Widths = Widths::all(WIDE);

fn budgets() -> OtpBudgets {
    OtpBudgets {
        asking: Widths {
            mobile: Budget::new(3, 600),
            reserve: Budget::new(2, 600),
            neighbours: Budget::new(1, 600),
            ..ALL_WIDE
        },
        guessing: ALL_WIDE,
        nation: WIDE,
        nation_parts: 1,
        ..OtpBudgets::default()
    }
}

fn asking(asking: Widths) -> OtpBudgets {
    OtpBudgets { asking, ..budgets() }
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
    let nation = Budget::new(5, 600);
    let app = start(db, OtpBudgets { nation, ..budgets() }).await;
    let browser = || Origin::new(address([203, 0, 113, 7]), Device::Own("a random name"));
    let txn = ask_from(&app, MOBILE, Face::Portal, browser()).await.unwrap();
    confirm(&app, txn, &app.code(MOBILE), browser()).await.unwrap();
    app.clock.advance_seconds(600);
    for stranger in 0..9 {
        for mobile in [MOBILE, "9876543211"] {
            let bot = origin([198, 51, stranger, 1], "bot");
            let _ = ask_from(&app, mobile, Face::Portal, bot).await;
        }
    }
    let new = origin([198, 51, 100, 1], "new");
    assert!(over(&ask_from(&app, MOBILE, Face::Portal, new).await));
    for _ in 0..2 {
        let asked = ask_from(&app, MOBILE, Face::Portal, browser()).await;
        assert!(asked.is_ok(), "the owner's device has its own reserve");
    }
    assert!(
        over(&ask_from(&app, MOBILE, Face::Portal, browser()).await),
        "which is not endless"
    );
    let other = ask_from(&app, "9876543212", Face::Portal, browser()).await;
    assert!(over(&other), "and good for its own number only");
}

#[store_test]
async fn neighbours_behind_one_address_share_no_owners_reserve(db: TestDb) {
    let app = start(db, budgets()).await;
    let token = app.login(MOBILE, Face::Portal).await.unwrap().token;
    app.clock.advance_seconds(86_400);
    // The same address and the same program as the owner's: all that a neighbour can have.
    let mut served = 0;
    for _ in 0..9 {
        served += i32::from(ask_from(&app, MOBILE, Face::Portal, home()).await.is_ok());
    }
    assert_eq!(
        served, 3,
        "the number's budget, in which the neighbours' one was counted"
    );
    let shown = || home().with_earlier(app.app.earlier_login(&token));
    assert!(app.app.citizen(&token).is_err(), "it opens nothing any more");
    for _ in 0..2 {
        assert!(ask_from(&app, MOBILE, Face::Portal, shown()).await.is_ok());
    }
    assert!(over(&ask_from(&app, MOBILE, Face::Portal, shown()).await));
    let roaming = origin([198, 51, 100, 1], "another program").with_earlier(app.app.earlier_login(&token));
    assert!(
        over(&ask_from(&app, MOBILE, Face::Portal, roaming).await),
        "one login has one reserve, wherever it is shown"
    );
}

#[store_test]
async fn a_client_without_token_has_what_its_neighbours_leave(db: TestDb) {
    let app = start(db, budgets()).await;
    app.login(MOBILE, Face::Portal).await.unwrap();
    app.clock.advance_seconds(600);
    for stranger in 0..9 {
        let bot = origin([198, 51, stranger, 1], "bot");
        let _ = ask_from(&app, MOBILE, Face::Portal, bot).await;
    }
    assert!(ask_from(&app, MOBILE, Face::Portal, home()).await.is_ok());
    assert!(over(&ask_from(&app, MOBILE, Face::Portal, home()).await));
}

#[store_test]
async fn a_token_of_another_number_or_a_forged_one_is_worth_nothing(db: TestDb) {
    let app = start(db, budgets()).await;
    let mine = app.login("9876543211", Face::Portal).await.unwrap().token;
    let forged = format!("{}A", app.login(MOBILE, Face::Portal).await.unwrap().token);
    app.clock.advance_seconds(600);
    for stranger in 0..4 {
        let bot = origin([198, 51, stranger, 1], "bot");
        let _ = ask_from(&app, MOBILE, Face::Portal, bot).await;
    }
    for token in [mine, forged] {
        let stranger = origin([198, 51, 100, 1], "bot").with_earlier(app.app.earlier_login(&token));
        assert!(over(&ask_from(&app, MOBILE, Face::Portal, stranger).await));
    }
}

#[store_test]
async fn a_partner_shares_no_reserve_among_its_people(db: TestDb) {
    let app = start(db, budgets()).await;
    let face = Face::Partner(7);
    let token = app.login(MOBILE, face).await.unwrap().token;
    app.clock.advance_seconds(600);
    for _ in 0..9 {
        let _ = ask_from(&app, MOBILE, face, home()).await;
    }
    assert!(
        over(&ask_from(&app, MOBILE, face, home()).await),
        "one login through a partner does not make its server known"
    );
    let shown = home().with_earlier(app.app.earlier_login(&token));
    assert!(ask_from(&app, MOBILE, face, shown).await.is_ok());
}

/// Makes a wrong guess in a fresh transaction, so that only the budget over all of them can end it.
async fn wrong_guess(app: &TestApp, mobile: &str, from: Origin) -> Refusal {
    let txn = ask_from(app, mobile, Face::Portal, from.clone()).await.unwrap();
    let wrong = other(&app.code(mobile));
    confirm(app, txn, &wrong, from).await.unwrap_err()
}

fn guessing(guessing: Widths) -> OtpBudgets {
    OtpBudgets {
        asking: ALL_WIDE,
        guessing,
        ..budgets()
    }
}

#[store_test]
async fn wrong_guesses_are_counted_over_all_transactions(db: TestDb) {
    let narrow = Budget::new(4, 600);
    let address = |last: u8| origin([198, 51, 100, last], "bot");
    let all = ALL_WIDE;
    // No number twice: whoever gets in once is known for it.
    let cases: [(&str, Widths, [&str; 2], [Origin; 2]); 4] = [
        (
            "mobile",
            Widths {
                mobile: narrow,
                ..all
            },
            ["9876500001", "9876500001"],
            [address(1), home()],
        ),
        (
            "mobile a day",
            Widths {
                mobile_day: narrow,
                ..all
            },
            ["9876500002", "9876500002"],
            [address(1), home()],
        ),
        (
            "device",
            Widths {
                device: narrow,
                ..all
            },
            ["9876500003", "9876500004"],
            [address(1), address(1)],
        ),
        (
            "network",
            Widths {
                network: narrow,
                ..all
            },
            ["9876500005", "9876500006"],
            [address(1), address(2)],
        ),
    ];
    let mut app = start(db, budgets()).await;
    for (what, widths, [first, then], [from, after]) in cases {
        app.clock.advance_seconds(100_000);
        app = app.with_budgets(guessing(widths));
        for _ in 0..4 {
            let refusal = wrong_guess(&app, first, from.clone()).await;
            assert!(matches!(refusal, Refusal::WrongOtp), "{what}: {refusal:?}");
        }
        let txn = ask_from(&app, then, Face::Portal, after.clone()).await.unwrap();
        let code = app.code(then);
        for guess in [other(&code), code.clone()] {
            let refused = confirm(&app, txn, &guess, after.clone()).await;
            assert!(over(&refused), "{what}: right or wrong, one answer");
        }
        app.clock.advance_seconds(100);
        app = app.with_budgets(guessing(ALL_WIDE));
        let late = confirm(&app, txn, &code, after).await;
        assert!(late.is_ok(), "{what}: what was refused was not judged");
    }
}

#[store_test]
async fn right_guesses_are_not_counted(db: TestDb) {
    let app = start(db, guessing(Widths::all(Budget::new(2, 600)))).await;
    for _ in 0..5 {
        app.login(MOBILE, Face::Portal).await.unwrap();
    }
}

#[store_test]
async fn strangers_who_guess_lock_no_owner_out(db: TestDb) {
    let widths = Widths {
        mobile: Budget::new(4, 600),
        reserve: Budget::new(1, 600),
        ..ALL_WIDE
    };
    let app = start(db, guessing(widths)).await;
    let browser = || Origin::new(address([203, 0, 113, 7]), Device::Own("a random name"));
    let enter = || async {
        let txn = ask_from(&app, MOBILE, Face::Portal, browser()).await.unwrap();
        confirm(&app, txn, &app.code(MOBILE), browser()).await
    };
    assert!(enter().await.is_ok());
    for stranger in 0..4 {
        wrong_guess(&app, MOBILE, origin([198, 51, stranger, 1], "bot")).await;
    }
    let refused = wrong_guess(&app, MOBILE, origin([198, 51, 100, 1], "bot")).await;
    assert!(matches!(refused, Refusal::OverBudget { .. }), "{refused:?}");
    assert!(matches!(
        wrong_guess(&app, MOBILE, browser()).await,
        Refusal::WrongOtp
    ));
    let refused = wrong_guess(&app, MOBILE, browser()).await;
    assert!(
        matches!(refused, Refusal::OverBudget { .. }),
        "its reserve has an end too"
    );
    app.clock.advance_seconds(600);
    for stranger in 0..4 {
        wrong_guess(&app, MOBILE, origin([198, 51, stranger, 1], "bot")).await;
    }
    assert!(enter().await.is_ok());
}

#[store_test]
async fn each_budget_bites_alone(db: TestDb) {
    let narrow = Budget::new(1, 600);
    let cases = [
        (
            "mobile",
            asking(Widths {
                mobile: narrow,
                ..budgets().asking
            }),
            MOBILE,
            [198, 51, 100, 1],
            "b",
        ),
        (
            "mobile a day",
            asking(Widths {
                mobile_day: narrow,
                ..budgets().asking
            }),
            MOBILE,
            [198, 51, 100, 1],
            "b",
        ),
        (
            "device",
            asking(Widths {
                device: narrow,
                ..budgets().asking
            }),
            "9876543211",
            [203, 0, 113, 7],
            "test",
        ),
        (
            "network",
            asking(Widths {
                network: narrow,
                ..budgets().asking
            }),
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
        asking(Widths {
            partner: Budget::new(2, 600),
            device: Budget::new(1, 600),
            ..budgets().asking
        }),
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
