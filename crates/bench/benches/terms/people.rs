//! People who want a dose: logged in and registered through the use cases, so that their tokens and records are real.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};
use pramaan_app::beneficiary::{NOTICE_VERSIONS, Registration};
use pramaan_app::budget::{Budget, OtpBudgets, Widths};
use pramaan_app::certificate::Issuer;
use pramaan_app::delivery::Delivery;
use pramaan_app::message::Language;
use pramaan_app::origin::{ClientAddr, Device, Origin};
use pramaan_app::otp::{OtpConfirmation, OtpDigest, OtpRequest};
use pramaan_app::sms::{Sending, Sms, SmsSender};
use pramaan_app::{App, Clock, Comorbidity, Face, Parts};
use pramaan_domain::birth::BirthYear;
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::gender::Gender;
use pramaan_domain::id::{HouseholdId, PersonId};
use pramaan_domain::mobile::Mobile;
use pramaan_domain::name::PersonName;
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::time::Timestamp;
use pramaan_store::access_log::LogClock;
use pramaan_store::{AccessLog, StoreError, household, member};
use tokio::task::JoinSet;

use crate::data::{Data, ORIGIN, now};

/// Registered at the same time.
const AT_ONCE: usize = 64;

/// One household of one.
#[derive(Clone)]
pub(crate) struct Citizen {
    pub(crate) token: String,
    pub(crate) reference: ReferenceId,
    pub(crate) household: HouseholdId,
    pub(crate) person: PersonId,
    pub(crate) mobile: Mobile,
}

/// One who has registered, before the ids are known.
struct Registered {
    token: String,
    reference: ReferenceId,
    mobile: Mobile,
}

/// The clock of whatever runs in this program.
pub(crate) struct System;

impl Clock for System {
    fn now(&self) -> Timestamp {
        now()
    }
}

/// The codes that were sent, by mobile.
#[derive(Default)]
struct Phones(Mutex<HashMap<String, String>>);

impl SmsSender for Phones {
    fn send<'a>(&'a self, sms: &'a Sms) -> Sending<'a> {
        let code = sms
            .text
            .split(|c: char| !c.is_ascii_digit())
            .find(|run| run.len() == 6);
        let code = code.unwrap_or_default().to_owned();
        let mut phones = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        phones.insert(sms.to.as_str().to_owned(), code);
        Box::pin(std::future::ready(Ok(())))
    }
}

/// Registers so many households.
pub(crate) async fn register(data: &Data, count: usize) -> Result<Vec<Citizen>> {
    let phones = Arc::new(Phones::default());
    let app = App::new(Parts {
        db: data.db.clone(),
        sealer: data.sealer.clone(),
        clock: Arc::new(System),
        log: AccessLog::start(data.db.clone(), data.sealer.clone(), ORIGIN, LogClock::Engine),
        witnesses: pramaan_app::public_log::Witnesses::default(),
        otp_budgets: everybody(),
        staff_logins: pramaan_app::staff::StaffLoginBudgets::default(),
        page_logins: pramaan_app::PageLogins::default(),
        sms: phones.clone(),
        delivery: Delivery::BeforeAnswering,
        erasures: pramaan_store::testing::erasure_list(&data.sealer),
        issuer: Issuer::new("https://bench.example/").context("an issuer")?,
    });
    let (mut all, mut running, mut next) = (Vec::with_capacity(count), JoinSet::new(), 0);
    while all.len() < count {
        while running.len() < AT_ONCE && next < count {
            running.spawn(one(app.clone(), phones.clone(), next));
            next += 1;
        }
        let registered = running.join_next().await.context("nobody was registered")?;
        all.push(registered.context("a registration broke off")??);
    }
    with_ids(data, all).await
}

async fn one(app: App, phones: Arc<Phones>, n: usize) -> Result<Registered> {
    let mobile = Mobile::parse(&format!("9{n:09}")).context("a mobile")?;
    let origin = || Origin::new(ClientAddr::LOOPBACK, Device::UserAgent("pramaan-bench"));
    let request = OtpRequest {
        mobile: mobile.clone(),
        full_name: None,
        face: Face::Portal,
        origin: origin(),
        language: Language::English,
    };
    let txn = app.request_otp(request).await.context("asking for a code")?;
    let code = phones
        .0
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .remove(mobile.as_str());
    let confirmation = OtpConfirmation {
        txn,
        otp: OtpDigest::of(&code.context("no code was sent")?),
        face: Face::Portal,
        origin: origin(),
        language: Some(Language::English),
    };
    let login = app.confirm_otp(confirmation).await.context("logging in")?;
    let registration = Registration {
        name: PersonName::parse("Asha Devi").context("a name")?,
        birth_year: BirthYear::parse("1980", app.today()).context("a year")?,
        birth_date: None,
        gender: Gender::Female,
        document_type: DocumentType::from_id(8).context("a document")?,
        document_number: DocumentNumber::parse(&format!("Z{n:07}")).context("a number")?,
        comorbidity: Comorbidity::None,
        consent_version: NOTICE_VERSIONS.first().copied().unwrap_or_default().to_owned(),
    };
    let reference = app
        .register(&login.citizen, registration)
        .await
        .context("registering")?;
    Ok(Registered {
        token: login.token,
        reference,
        mobile,
    })
}

/// The ids that the store knows them by.
async fn with_ids(data: &Data, all: Vec<Registered>) -> Result<Vec<Citizen>> {
    let (sealer, at) = (data.sealer.clone(), now());
    let found = data.db.write("bench::ids", move |tx| {
        Box::pin(async move {
            let mut citizens = Vec::with_capacity(all.len());
            for one in all {
                let household = household::find_or_create(tx, &sealer, &one.mobile, at).await?;
                for member in member::of_household(tx, &sealer, household).await? {
                    citizens.push(Citizen {
                        token: one.token.clone(),
                        reference: one.reference,
                        household,
                        person: member.person,
                        mobile: one.mobile.clone(),
                    });
                }
            }
            Ok::<_, StoreError>(citizens)
        })
    });
    found.await.context("listing members")
}

/// One machine registers a nation.
fn everybody() -> OtpBudgets {
    let wide = Budget::new(10_000_000, 600);
    OtpBudgets {
        asking: Widths::all(wide),
        guessing: Widths::all(wide),
        nation: wide,
        ..OtpBudgets::default()
    }
}
