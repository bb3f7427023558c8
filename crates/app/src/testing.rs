//! An [`App`] for tests: real database, real sealing and log, seeded chance, a clock that is moved by hand.

#![allow(clippy::panic, reason = "a test that cannot run must fail, with the reason")]

use std::sync::Arc;

use pramaan_domain::id::{HouseholdId, LoginId};
use pramaan_domain::mobile::Mobile;
use pramaan_domain::time::Timestamp;
use pramaan_keys::{KeyStore, MemoryKeyStore};
use pramaan_store::testing::TestDb;
use pramaan_store::{AccessLog, Sealer, access_log, household};
use pramaan_testkit::{SeededEntropy, TestClock};

use crate::budget::OtpBudgets;
use crate::delivery::Delivery;
use crate::sms::DemoOutbox;
use crate::{App, Citizen, Clock, Face, Parts};

/// The log that test apps write.
pub const ORIGIN: &str = "test.example/log";

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Self::now(self)
    }
}

/// The app, and what a test may turn.
pub struct TestApp {
    pub app: App,
    pub clock: Arc<TestClock>,
    pub sealer: Sealer,
    pub db: TestDb,
    /// What was sent, each message there before the call that caused it answers.
    pub outbox: DemoOutbox,
}

impl TestApp {
    /// On a migrated database, at 2026-11-22 10:00 in Asia/Kolkata.
    pub async fn start(db: TestDb) -> Self {
        Self::start_at(db, Timestamp::from_seconds(1_795_321_800)).await
    }

    pub async fn start_at(db: TestDb, now: Timestamp) -> Self {
        Self::start_with(db, now, OtpBudgets::demo(), |keys| keys).await
    }

    /// With other budgets, and with something around the key store.
    pub async fn start_with(
        db: TestDb,
        now: Timestamp,
        otp_budgets: OtpBudgets,
        around: impl FnOnce(Arc<dyn KeyStore>) -> Arc<dyn KeyStore>,
    ) -> Self {
        let outbox = DemoOutbox::default();
        let entropy = Arc::new(SeededEntropy::new(1));
        let sealer = Sealer::new(around(Arc::new(MemoryKeyStore::new(&*entropy))), entropy);
        let clock = Arc::new(TestClock::at(now));
        let begin = sealer.clone();
        let begun = db.write("testing::begin_log", move |tx| {
            Box::pin(async move { access_log::create(tx, &begin, ORIGIN, now).await })
        });
        begun
            .await
            .unwrap_or_else(|error| panic!("cannot begin the log: {error}"));
        let log = AccessLog::start(db.clone(), sealer.clone(), ORIGIN);
        let app = App::new(Parts {
            db: db.clone(),
            sealer: sealer.clone(),
            clock: clock.clone(),
            log,
            otp_budgets,
            sms: Arc::new(outbox.clone()),
            delivery: Delivery::BeforeAnswering,
        });
        Self {
            app,
            clock,
            sealer,
            db,
            outbox,
        }
    }

    /// A citizen whose mobile was proved, as the login use case would make one.
    pub async fn citizen(&self, mobile: &str) -> Citizen {
        let mobile = Mobile::parse(mobile).unwrap_or_else(|error| panic!("{error}"));
        let (sealer, now) = (self.sealer.clone(), self.clock.now());
        let household = self.db.write("testing::household", move |tx| {
            Box::pin(async move { household::find_or_create(tx, &sealer, &mobile, now).await })
        });
        let household: HouseholdId = household.await.unwrap_or_else(|error| panic!("{error}"));
        Citizen {
            household,
            login: LoginId::from_random(self.sealer.random()),
            face: Face::Portal,
        }
    }
}
