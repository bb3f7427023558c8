//! Use cases: one module per noun, each the transaction boundary of what it does.
//!
//! No HTTP types here and no SQL: a use case parses nothing and renders nothing. It asks `policy`, writes the access
//! entry, opens what the receipt names, and answers in the terms of the domain or with a [`Refusal`].

pub mod access_extract;
pub mod access_list;
pub mod access_receipt;
pub mod aefi;
mod again;
pub mod appointment;
pub mod availability;
pub mod beneficiary;
mod booking;
pub mod budget;
pub mod card;
pub mod certificate;
mod clock;
mod cohort;
pub mod correction;
pub mod dashboard;
pub mod database;
pub mod day;
pub mod delivery;
pub mod district;
pub mod dose;
pub mod encounter;
pub mod ended_logins;
mod erasure;
mod extract_fault;
mod form_key;
pub mod guardian;
pub mod held_dose;
pub mod import;
pub mod inventory;
pub mod jobs;
mod kept_form;
mod log_outage;
pub mod member;
pub mod merge;
pub mod message;
mod mobiles;
pub mod objection;
mod open;
pub mod origin;
pub mod otp;
mod otp_tries;
pub mod own_data;
mod page_logins;
pub mod partner;
pub mod plan;
mod principal;
pub mod private_member;
pub mod proposal;
pub mod public_log;
mod reference_id;
mod refusal;
mod registered_once;
pub mod report;
pub mod retention;
pub mod review;
pub mod roster;
pub mod session;
pub mod sms;
pub mod staff;
pub mod stock;
#[cfg(feature = "testing")]
pub mod testing;
mod token;
mod vaccination_status;
pub mod verify;
pub mod view_key;
pub mod visit;
pub mod walk_in;
mod workshop;

use std::sync::Arc;

use pramaan_domain::time::Timestamp;
use pramaan_store::{AccessLog, Db, ErasureList, Sealer};

pub use clock::Clock;
pub use form_key::FormKey;
pub use kept_form::{KEPT_SECONDS, Typist};
pub use page_logins::PageLogins;
pub use pramaan_store::StoreError;
pub use pramaan_store::access_log::ClockHealth;
pub use pramaan_store::db::Engine;
pub use pramaan_store::household::HouseholdLeft;
pub use pramaan_store::outside::Fork;
pub use pramaan_store::person::Comorbidity;
pub use principal::{Citizen, Face, FaceKind, OnDevice, Staff, StaffRole};
pub use refusal::Refusal;
pub use registered_once::Repetition;
pub use token::{PAGES_SECONDS, TOKEN_SECONDS, login_name};

/// Everything a use case needs. Cheap to clone; one per process.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    db: Db,
    sealer: Sealer,
    clock: Arc<dyn Clock>,
    log: AccessLog,
    log_outage: log_outage::LogOutage,
    witnessed: public_log::Witnessed,
    progress: public_log::Progress,
    policy_hash: [u8; 32],
    serials: reference_id::Serials,
    otp_budgets: budget::OtpBudgets,
    otp_tries: Arc<otp_tries::OtpTries>,
    outlet: delivery::Outlet,
    login_desk: staff::LoginDesk,
    page_logins: PageLogins,
    erasures: ErasureList,
    issuer: certificate::Issuer,
    availability: Arc<availability::Availability>,
    desk: booking::Desk,
    sums: report::Sums,
    ended_logins: ended_logins::EndedLogins,
    retention: retention::Seen,
    objections: objection::Clock,
    /// Where PDFs are typeset for people who are logged in.
    press: workshop::Workshop,
    /// Where files of strangers are looked at.
    inspection: workshop::Workshop,
    /// Places of people who take their list home.
    extracts: Arc<tokio::sync::Semaphore>,
}

/// What `App` is put together from, in the composition root or in a test.
pub struct Parts {
    pub db: Db,
    pub sealer: Sealer,
    pub clock: Arc<dyn Clock>,
    pub log: AccessLog,
    /// Who countersigns the log's heads.
    pub witnesses: public_log::Witnesses,
    pub otp_budgets: budget::OtpBudgets,
    pub staff_logins: staff::StaffLoginBudgets,
    pub page_logins: PageLogins,
    pub sms: Arc<dyn sms::SmsSender>,
    pub delivery: delivery::Delivery,
    /// Who was erased, kept outside the database.
    pub erasures: ErasureList,
    /// Who signs certificates, towards those who check them.
    pub issuer: certificate::Issuer,
}

impl App {
    pub fn new(parts: Parts) -> Self {
        let login_desk = staff::LoginDesk::new(&parts.sealer, parts.staff_logins);
        let started = parts.clock.now();
        let witnessed = public_log::Witnessed::new(parts.witnesses, started);
        Self(Arc::new(Inner {
            login_desk,
            page_logins: parts.page_logins,
            erasures: parts.erasures,
            issuer: parts.issuer,
            db: parts.db,
            sealer: parts.sealer,
            clock: parts.clock,
            log: parts.log,
            log_outage: log_outage::LogOutage::default(),
            witnessed,
            progress: public_log::Progress::new(started),
            policy_hash: pramaan_policy::policy_hash(),
            serials: reference_id::Serials::default(),
            otp_budgets: parts.otp_budgets,
            otp_tries: Arc::default(),
            outlet: delivery::Outlet {
                sender: parts.sms,
                when: parts.delivery,
                queued: tokio::sync::Notify::new(),
            },
            availability: Arc::default(),
            desk: booking::Desk::default(),
            sums: report::Sums::default(),
            ended_logins: ended_logins::EndedLogins::default(),
            retention: retention::Seen::new(started),
            objections: objection::Clock::default(),
            press: workshop::Workshop::new(2, 64),
            inspection: workshop::Workshop::new(2, 16),
            extracts: Arc::new(tokio::sync::Semaphore::new(access_extract::AT_ONCE)),
        }))
    }

    /// Chance for what protects nothing, such as a picture; keys and codes are made where they are used.
    pub fn random(&self, buffer: &mut [u8]) {
        self.0.sealer.entropy.fill(buffer);
    }

    /// The time, as everything in this app has it.
    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }
}

impl App {
    /// Today in Asia/Kolkata.
    pub fn today(&self) -> pramaan_domain::time::CivilDate {
        self.0.clock.now().date()
    }

    /// What keeps the data: a file of this process alone, or a database that several programs can share.
    pub fn engine(&self) -> Engine {
        self.0.db.engine()
    }

    /// What is wrong with the clocks of this node, the database and the log.
    pub fn clock_health(&self) -> &ClockHealth {
        self.0.log.clock()
    }

    /// How long ago the witnesses of the log signed.
    pub fn witness_health(&self) -> public_log::WitnessHealth {
        self.0.witnessed.health(self.now())
    }

    /// The names of the witnesses that the settings name; whose they are and where they run is not known here.
    pub fn witness_names(&self) -> &[String] {
        self.0.witnessed.names()
    }

    /// Whether the log has stopped, or its witnesses are waited for: then nothing may be opened.
    pub(crate) fn log_opens(&self, now: Timestamp) -> Result<(), StoreError> {
        self.0.log.goes_on()?;
        self.0.witnessed.heed(now)
    }

    /// Whether the database answers and the access log can be gone on with.
    pub async fn ready(&self) -> Result<(), StoreError> {
        self.log_opens(self.now())?;
        let origin = self.0.log.origin();
        let head = self.0.db.read("app::ready", move |tx| {
            Box::pin(async move { pramaan_store::access_log::head(tx, &origin).await })
        });
        head.await?.map(drop).ok_or(StoreError::NoLog)
    }
}
