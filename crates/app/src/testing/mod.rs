//! An [`App`] for tests: real database, real sealing and log, seeded chance, a clock that is moved by hand.

#![allow(clippy::panic, reason = "a test that cannot run must fail, with the reason")]

pub mod fuzz;
mod log;
mod merge;
mod staff;
mod transcript;

use std::net::IpAddr;
use std::sync::Arc;

use pramaan_domain::id::{HouseholdId, LoginId, PersonId, StaffId};
use pramaan_domain::mobile::Mobile;
use pramaan_domain::private_member::PrivatePin;
use pramaan_domain::time::Timestamp;
use pramaan_keys::{Entropy, MemoryKeyStore, SecretKey};
use pramaan_store::access_log::LogClock;
use pramaan_store::db::Transcript;
use pramaan_store::testing::{MIGRATED, TestDb, erasure_list};
use pramaan_store::{
    AccessLog, Engine, ErasureList, Sealer, StoreError, access_log, household, member, private_member,
};
use pramaan_testkit::{SeededEntropy, TestClock};

use crate::budget::OtpBudgets;
use crate::certificate::Issuer;
use crate::delivery::Delivery;
use crate::message::Language;
use crate::origin::{ClientAddr, Device, Origin};
use crate::otp::{Login, OtpConfirmation, OtpDigest, OtpRequest};
use crate::public_log::Witnesses;
use crate::sms::{DemoOutbox, SmsSender};
use crate::staff::StaffLoginBudgets;
use crate::{App, Citizen, Clock, Face, Parts, Refusal, Staff, StaffRole};
use transcript::transcribed;

pub use log::LoggedAccess;
pub use pramaan_store::testing::LoggedOpening;
pub use staff::{PASSWORD, invitee, staff_origin, totp};

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
    pub erasures: ErasureList,
    /// What was sent, each message there before the call that caused it answers.
    pub outbox: DemoOutbox,
}

impl Citizen {
    /// What stays from one login to the next.
    pub fn household_and_device(&self) -> (HouseholdId, LoginId) {
        (self.household, self.login)
    }
}

/// What a test may want otherwise.
pub struct Setup {
    pub now: Timestamp,
    pub otp_budgets: OtpBudgets,
    pub staff_logins: StaffLoginBudgets,
    pub page_logins: crate::PageLogins,
    pub delivery: Delivery,
    pub witnesses: Witnesses,
    /// Where texts go instead of [`TestApp::outbox`].
    pub sms: Option<Arc<dyn SmsSender>>,
    /// Where the app writes down its statements and its calls of keys and chance; the log's own are left out.
    pub transcript: Option<Transcript>,
}

impl Default for Setup {
    /// 2026-11-22 10:00 in Asia/Kolkata, the demonstration's budgets, texts sent before answering.
    fn default() -> Self {
        Self {
            now: Timestamp::from_seconds(1_795_321_800),
            otp_budgets: OtpBudgets::demo(),
            staff_logins: StaffLoginBudgets::default(),
            page_logins: crate::PageLogins::default(),
            delivery: Delivery::BeforeAnswering,
            witnesses: Witnesses::default(),
            sms: None,
            transcript: None,
        }
    }
}

impl TestApp {
    /// On a migrated database, at 2026-11-22 10:00 in Asia/Kolkata.
    pub async fn start(db: TestDb) -> Self {
        Self::start_with(db, Setup::default()).await
    }

    /// On a fresh SQLite database, for tests of faces: what they do is the same on both engines.
    pub async fn on_sqlite(setup: Setup) -> Self {
        Self::start_with(TestDb::fresh(Engine::Sqlite, MIGRATED).await, setup).await
    }

    pub async fn start_at(db: TestDb, now: Timestamp) -> Self {
        let setup = Setup {
            now,
            ..Setup::default()
        };
        Self::start_with(db, setup).await
    }

    pub async fn start_with(db: TestDb, setup: Setup) -> Self {
        let outbox = DemoOutbox::default();
        let entropy: Arc<dyn Entropy> = Arc::new(SeededEntropy::new(1));
        let mut sealer = Sealer::new(Arc::new(MemoryKeyStore::new(&*entropy)), entropy);
        let clock = Arc::new(TestClock::at(setup.now));
        let begin = sealer.clone();
        let begun = db.write("testing::begin_log", move |tx| {
            Box::pin(async move { access_log::create(tx, &begin, ORIGIN, setup.now).await })
        });
        begun
            .await
            .unwrap_or_else(|error| panic!("cannot begin the log: {error}"));
        let log = AccessLog::start(db.clone(), sealer.clone(), ORIGIN, LogClock::Callers);
        let erasures = erasure_list(&sealer);
        let mut seen = db.clone();
        if let Some(transcript) = &setup.transcript {
            seen = seen.transcribed(transcript);
            sealer = transcribed(sealer, transcript);
        }
        let app = App::new(Parts {
            db: seen,
            sealer: sealer.clone(),
            clock: clock.clone(),
            log,
            witnesses: setup.witnesses,
            otp_budgets: setup.otp_budgets,
            staff_logins: setup.staff_logins,
            page_logins: setup.page_logins,
            sms: setup.sms.unwrap_or_else(|| Arc::new(outbox.clone())),
            delivery: setup.delivery,
            erasures: erasures.clone(),
            issuer: issuer(),
        });
        Self {
            app,
            clock,
            sealer,
            db,
            erasures,
            outbox,
        }
    }

    /// Another process on the same database, with a memory of its own.
    pub fn second_node(&self) -> App {
        App::new(Parts {
            db: self.db.clone(),
            sealer: self.sealer.clone(),
            clock: self.clock.clone(),
            log: self.app.0.log.clone(),
            witnesses: Witnesses::default(),
            otp_budgets: OtpBudgets::demo(),
            staff_logins: StaffLoginBudgets::default(),
            page_logins: crate::PageLogins::default(),
            sms: Arc::new(self.outbox.clone()),
            delivery: Delivery::BeforeAnswering,
            erasures: self.erasures.clone(),
            issuer: issuer(),
        })
    }

    /// The same database, clock and keys under other budgets.
    pub fn with_budgets(mut self, otp_budgets: OtpBudgets) -> Self {
        self.app = App::new(Parts {
            db: self.db.clone(),
            sealer: self.sealer.clone(),
            clock: self.clock.clone(),
            log: self.app.0.log.clone(),
            witnesses: Witnesses::default(),
            otp_budgets,
            staff_logins: StaffLoginBudgets::default(),
            page_logins: crate::PageLogins::default(),
            sms: Arc::new(self.outbox.clone()),
            delivery: Delivery::BeforeAnswering,
            erasures: self.erasures.clone(),
            issuer: issuer(),
        });
        self
    }

    /// The same database and clock with the next index key, as a server that was started again has it.
    pub fn with_next_index_key(mut self) -> Self {
        let roots = SeededEntropy::new(1);
        let keys = MemoryKeyStore::with_later_indexes(&roots, &[SecretKey::from_bytes([42; 32])]);
        self.sealer = Sealer::new(Arc::new(keys), Arc::new(SeededEntropy::new(2)));
        self.app = self.second_node();
        self
    }

    /// The same database, clock and keys under other widths of staff logins.
    pub fn with_staff_logins(mut self, staff_logins: StaffLoginBudgets) -> Self {
        self.app = App::new(Parts {
            db: self.db.clone(),
            sealer: self.sealer.clone(),
            clock: self.clock.clone(),
            log: self.app.0.log.clone(),
            witnesses: Witnesses::default(),
            otp_budgets: OtpBudgets::demo(),
            staff_logins,
            page_logins: crate::PageLogins::default(),
            sms: Arc::new(self.outbox.clone()),
            delivery: Delivery::BeforeAnswering,
            erasures: self.erasures.clone(),
            issuer: issuer(),
        });
        self
    }

    /// What a phone seals for this installation, as its script does it.
    pub fn letter(&self, name: [u8; 16], content: &str) -> Vec<u8> {
        let sealed = pramaan_keys::seal_letter(
            &self.app.letter_key(),
            &name,
            content.as_bytes(),
            &*self.sealer.entropy,
        );
        sealed.unwrap_or_else(|| panic!("the letter key is no key"))
    }

    /// The only member of a household.
    pub async fn member(&self, citizen: &Citizen) -> (HouseholdId, PersonId) {
        let (household, sealer) = (citizen.household, self.sealer.clone());
        let members = self.db.read("testing::member", move |tx| {
            Box::pin(async move { member::of_household(tx, &sealer, household).await })
        });
        match members.await.unwrap_or_else(|error| panic!("{error}")).as_slice() {
            [only] => (only.household, only.person),
            members => panic!("{} members", members.len()),
        }
    }

    /// Makes the member at a place of a household's list private, as a site does; answers whom.
    pub async fn make_private(&self, mobile: &str, place: usize, pin: &PrivatePin) -> PersonId {
        let citizen = self.citizen(mobile).await;
        let sighted = self.app.sighted_at(&citizen, place).await;
        let subject = sighted.unwrap_or_else(|error| panic!("{error}")).subject();
        let hash = self.app.hash_pin(subject, pin).await;
        let hash = hash.unwrap_or_else(|error| panic!("{error}"));
        let (sealer, now) = (self.sealer.clone(), self.clock.now());
        let made = self.db.write("testing::make_private", move |tx| {
            Box::pin(async move { private_member::set(tx, &sealer, subject, Some(&hash), now).await })
        });
        made.await.unwrap_or_else(|error: StoreError| panic!("{error}"));
        subject.1
    }

    /// The newest code sent to a number.
    pub fn code(&self, mobile: &str) -> String {
        let mobile = Mobile::parse(mobile).unwrap_or_else(|error| panic!("{error}"));
        let sent = self.outbox.to(&mobile);
        let text = sent.last().map_or("", |sms| sms.text.as_str());
        let code = text
            .split(|c: char| !c.is_ascii_digit())
            .find(|run| run.len() == 6);
        code.unwrap_or_else(|| panic!("no code in {text:?}")).to_owned()
    }

    /// A login by one-time password through a door, from one same device.
    pub async fn login(&self, mobile: &str, face: Face) -> Result<Login, Refusal> {
        let number = Mobile::parse(mobile).unwrap_or_else(|error| panic!("{error}"));
        let origin = Origin::new(
            ClientAddr::new(IpAddr::from([203, 0, 113, 7])),
            Device::UserAgent("test"),
        );
        let language = Language::English;
        let request = OtpRequest {
            mobile: number,
            full_name: None,
            face,
            origin: origin.clone(),
            language,
        };
        let txn = self.app.request_otp(request).await?;
        let otp = OtpDigest::of(&self.code(mobile));
        self.app
            .confirm_otp(OtpConfirmation {
                txn,
                otp,
                face,
                origin,
                language: Some(language),
            })
            .await
    }

    /// What follows a deletion that failed, whatever became of its transaction.
    pub async fn take_erasure_back(&self, subject: (HouseholdId, PersonId)) {
        self.app.take_erasure_back(subject, self.clock.now()).await;
    }

    /// A member of staff who is logged in, as the login use case would make one.
    pub fn staff(&self, role: StaffRole, centre: i64, district: i64) -> Staff {
        Staff {
            id: StaffId::from_random(self.sealer.random()),
            login: LoginId::from_random(self.sealer.random()),
            code: "TEST-0001".to_owned(),
            role,
            centre,
            district,
            device: None,
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
            visit: LoginId::from_random(self.sealer.random()),
            face: Face::Portal,
            named: None,
        }
    }
}

fn issuer() -> Issuer {
    Issuer::new("https://test.example/").unwrap_or_else(|error| panic!("{error}"))
}
