//! Trying out logins of staff: strangers are bounded, and take nothing from who has logged in on a device before.

use std::net::IpAddr;

use pramaan_app::budget::Budget;
use pramaan_app::origin::{ClientAddr, Device, Origin};
use pramaan_app::staff::{StaffDevice, StaffLogin, StaffLoginBudgets, StaffOrigin, StaffSession};
use pramaan_app::testing::{Setup, TestApp};
use pramaan_app::{Refusal, StaffRole};
use pramaan_store::testing::{TestDb, store_test};

use crate::support::*;

const BUDGETS: StaffLoginBudgets = StaffLoginBudgets {
    device: Budget::new(2, 900),
    known_device_tries: 3,
    network_of_code: Budget::new(3, 900),
    code: Budget::new(6, 900),
    code_day: Budget::new(10, 86_400),
    network: Budget::new(50, 900),
    strangers_waiting: 4,
    known_waiting: 4,
};

struct Ward {
    app: TestApp,
    secret: String,
    /// The name of the nurse's device.
    device: String,
}

async fn ward(db: TestDb, staff_logins: StaffLoginBudgets) -> Ward {
    let setup = Setup {
        staff_logins,
        ..Setup::default()
    };
    let app = TestApp::start_with(db, setup).await;
    put_centres(&app).await;
    let invitation = app.invite("MH-0001", StaffRole::Vaccinator, Some(1)).await;
    let secret = app.enrol(&invitation.token).await;
    let mut ward = Ward {
        app,
        secret,
        device: String::new(),
    };
    ward.device = ward.comes_in(StaffDevice::Unnamed).await.unwrap().device.unwrap();
    ward
}

fn from(address: [u8; 4], device: StaffDevice<'_>) -> StaffOrigin {
    StaffOrigin::new(
        &Origin::new(ClientAddr::new(IpAddr::from(address)), Device::UserAgent("x")),
        device,
    )
}

impl Ward {
    /// The nurse, with everything right.
    async fn comes_in(&self, device: StaffDevice<'_>) -> Result<StaffSession, Refusal> {
        self.app.clock.advance_seconds(60);
        let digits = totp(&self.secret, self.app.clock.now());
        let typed = StaffLogin {
            origin: from([192, 0, 2, 1], device),
            ..login("MH-0001", PASSWORD, &digits)
        };
        self.app.app.login_staff(typed).await
    }

    /// What a wrong password is told: whether it was judged.
    async fn wrong(&self, code: &str, origin: StaffOrigin) -> Told {
        let typed = StaffLogin {
            origin,
            ..login(code, "a wrong password", "000000")
        };
        match self.app.app.login_staff(typed).await {
            Err(Refusal::WrongStaffLogin) => Told::Wrong,
            Err(Refusal::OverBudget { retry_after_seconds }) => Told::Over(retry_after_seconds),
            Err(Refusal::LoginsBusy { retry_after_seconds }) => Told::Busy(retry_after_seconds),
            other => panic!("{other:?}"),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    Wrong,
    Over(u32),
    Busy(u32),
}

/// Another network, and by its user agent and address another device, for each number.
fn network(number: u32) -> StaffOrigin {
    let [_, _, a, b] = number.to_be_bytes();
    from([10, a, b, 1], StaffDevice::Unnamed)
}

#[store_test]
async fn a_strangers_thousand_tries_do_not_keep_a_known_device_out(db: TestDb) {
    let ward = ward(db, StaffLoginBudgets::default()).await;
    let mut judged = 0;
    for number in 0..1_000 {
        // Half from everywhere, half from the nurse's own network.
        let origin = match number % 2 {
            0 => network(number),
            _ => from([192, 0, 2, 2], StaffDevice::Unnamed),
        };
        judged += u32::from(ward.wrong("MH-0001", origin).await == Told::Wrong);
    }
    let most = StaffLoginBudgets::default().code.count;
    assert!(
        judged < most,
        "{judged} of 1,000 were judged: the nurse's own first login counts too"
    );
    let inside = ward.comes_in(StaffDevice::Named(&ward.device)).await.unwrap();
    assert_eq!(inside.device, None, "it keeps its name");
    let elsewhere = ward.comes_in(StaffDevice::Unnamed).await;
    assert!(
        matches!(elsewhere, Err(Refusal::OverBudget { .. })),
        "a new device is a stranger's"
    );
}

#[store_test]
async fn a_name_that_nobody_was_given_is_a_strangers(db: TestDb) {
    let ward = ward(db, BUDGETS).await;
    let mut judged = 0;
    for number in 0_u32..40 {
        let name = format!("made up {number}");
        let [.., last] = number.to_be_bytes();
        let origin = from([10, 0, last, 1], StaffDevice::Named(&name));
        judged += u32::from(ward.wrong("MH-0001", origin).await == Told::Wrong);
    }
    assert_eq!(judged, 5, "six for the code, one of them the nurse's own");
}

#[store_test]
async fn many_networks_are_bounded_for_each_code_by_the_day(db: TestDb) {
    let ward = ward(db, BUDGETS).await;
    let mut judged = 0;
    for number in 0..200 {
        judged += u32::from(ward.wrong("MH-0001", network(number)).await == Told::Wrong);
        // Slowly enough for the quarter of an hour; ten hours in all.
        ward.app.clock.advance_seconds(180);
    }
    assert_eq!(judged, 9, "ten a day, one of them the nurse's own");
}

#[store_test]
async fn each_budget_is_met_alike_by_codes_that_are_somebodys_and_nobodys(db: TestDb) {
    let ward = ward(db, BUDGETS).await;
    // Beyond the nurse's own login.
    ward.app.clock.advance_seconds(86_400);
    let mut told = Vec::new();
    for (code, first) in [("MH-0001", 0_u8), ("MH-9999", 100), ("not a code", 200)] {
        let mut answers = Vec::new();
        let at = |network: u8, device| from([10, 1, first + network, 1], device);
        for _ in 0..3 {
            answers.push(ward.wrong(code, at(0, StaffDevice::Unnamed)).await);
        }
        for device in ["a", "b"] {
            answers.push(ward.wrong(code, at(0, StaffDevice::Named(device))).await);
        }
        for number in 1..5 {
            answers.push(ward.wrong(code, at(number, StaffDevice::Unnamed)).await);
        }
        told.push(answers);
    }
    use Told::{Over, Wrong};
    let expected = [
        Wrong,
        Wrong,
        Over(900), // the device's third
        Over(900), // the network's fourth and fifth for this code
        Over(900),
        Wrong, // the code's sixth
        Over(900),
        Over(900),
        Over(900),
    ];
    assert_eq!(told, [expected, expected, expected]);
}

#[store_test]
async fn one_network_is_bounded_over_all_codes(db: TestDb) {
    let ward = ward(db, BUDGETS).await;
    let mut judged = 0;
    for number in 0..60 {
        let told = ward
            .wrong(
                &format!("MH-{number:04}"),
                from([10, 2, 0, 1], StaffDevice::Unnamed),
            )
            .await;
        judged += u32::from(told == Told::Wrong);
    }
    assert_eq!(judged, 50);
    let neighbour = ward
        .wrong("MH-7777", from([10, 2, 1, 1], StaffDevice::Unnamed))
        .await;
    assert_eq!(neighbour, Told::Wrong);
}

#[store_test]
async fn a_known_device_has_tries_of_its_own_until_the_window_ends(db: TestDb) {
    let ward = ward(db, BUDGETS).await;
    let known = || from([198, 51, 100, 1], StaffDevice::Named(&ward.device));
    for _ in 0..3 {
        assert_eq!(ward.wrong("MH-0001", known()).await, Told::Wrong);
    }
    assert_eq!(ward.wrong("MH-0001", known()).await, Told::Over(900));
    ward.app.clock.advance_seconds(900);
    ward.comes_in(StaffDevice::Named(&ward.device)).await.unwrap();
}

/// No places for strangers: what a full queue is, without a race.
#[store_test]
async fn a_full_queue_sends_strangers_away_uncounted_and_lets_known_devices_in(db: TestDb) {
    let mut ward = ward(db, BUDGETS).await;
    let full = StaffLoginBudgets {
        strangers_waiting: 0,
        ..BUDGETS
    };
    ward.app = ward.app.with_staff_logins(full);
    let before = spent(&ward.app).await;
    for code in ["MH-0001", "MH-9999"] {
        assert_eq!(ward.wrong(code, network(1)).await, Told::Busy(5));
    }
    assert_eq!(
        spent(&ward.app).await,
        before,
        "nothing was tried, nothing is counted"
    );
    ward.comes_in(StaffDevice::Named(&ward.device)).await.unwrap();
}

async fn spent(app: &TestApp) -> i64 {
    let rows = app.db.read("test::spent", |tx| {
        Box::pin(async move {
            tx.query_one("select cast(coalesce(sum(n), 0) as bigint) from budget", &[])
                .await?
                .int(0)
        })
    });
    rows.await.unwrap()
}

/// A device that two people share is known to each after their own first login only.
#[store_test]
async fn a_device_is_known_for_one_code(db: TestDb) {
    let ward = ward(db, BUDGETS).await;
    let shared = || from([198, 51, 100, 1], StaffDevice::Named(&ward.device));
    for _ in 0..2 {
        assert_eq!(ward.wrong("MH-0002", shared()).await, Told::Wrong);
    }
    assert_eq!(ward.wrong("MH-0002", shared()).await, Told::Over(900));
    ward.comes_in(StaffDevice::Named(&ward.device)).await.unwrap();
}
