//! The district's officer: one case at a time, from the list of their own district, by duty of law.

use chrono::Datelike;
use pramaan_domain::access::{Basis, Purpose};
use pramaan_domain::aefi::{CaseForm, CaseNumber, Step};
use pramaan_domain::id::AefiId;
use pramaan_domain::place::DistrictId;
use pramaan_domain::staff::Reason;
use pramaan_domain::time::Timestamp;
use pramaan_store::aefi::{self, Assessment, Case, CaseKey, Entry, Investigation, Listed};
use pramaan_store::{Receipt, Sealer, Tx, person};

use super::form::{again, append, asks_bearing, check, went_on};
use super::site::form_mac;
use super::{CASE, History, Opened, is_death};
use crate::message::{Addressee, Message, queue};
use crate::open::Cause;
use crate::{App, FormKey, Refusal, Staff, StaffRole};

/// A case on the officer's screen.
#[derive(Debug)]
pub struct OpenCase {
    pub listed: Listed,
    /// What the forms on the page have to send back.
    pub version: i64,
    pub opened: Opened,
    pub asks_bearing: bool,
    pub is_death: bool,
}

impl OpenCase {
    /// The case itself.
    pub fn history(&self) -> Option<&History> {
        self.opened.cases.first()
    }
}

/// What is done to a case.
#[derive(Debug, Clone)]
pub enum CaseStep {
    Number(Copies),
    /// The form again, with what is known now.
    Correct(CaseForm, Reason),
    Investigate(Investigation),
    Assess(Assessment),
}

/// Whether the case's papers went to state and nation: a death's have to, with its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Copies {
    Sent,
    NotSaid,
}

/// A step, and the case as it was when it was shown.
#[derive(Debug, Clone)]
pub struct GoOn {
    pub version: i64,
    pub step: CaseStep,
    pub key: FormKey,
}

impl App {
    /// Opens one case of the officer's district.
    ///
    /// # Errors
    /// `Forbidden` for anybody but a district's officer; `NoCase` for a case of another district or none; `Unavailable`
    /// without the log.
    pub async fn aefi_case(
        &self,
        staff: &Staff,
        id: AefiId,
        request: &'static str,
    ) -> Result<OpenCase, Refusal> {
        let case = self.case_of(staff, id).await?;
        let receipt = self.case_receipt(staff, &case, request).await?;
        let (sealer, now) = (self.0.sealer.clone(), self.now());
        let opened = self.0.db.read("app::aefi::case", move |tx| {
            Box::pin(async move { aefi::open(tx, &sealer, (receipt, Some(id)), now).await })
        });
        let opened = opened.await?.ok_or(Refusal::NoCase)?;
        Ok(OpenCase {
            listed: case.listed(),
            version: case.version,
            asks_bearing: asks_bearing(&opened, now),
            is_death: opened.cases.first().is_some_and(is_death),
            opened,
        })
    }

    /// Does the next thing to a case, once, and tells the person that something was done.
    ///
    /// # Errors
    /// `CaseMoved` when somebody did something to it since it was shown, or the step does not follow; `FaultyCaseForm`;
    /// `Invalid` with the field `copies`, `began_on` or `decided_on`; and as [`aefi_case`](Self::aefi_case).
    pub async fn go_on_with_aefi(
        &self,
        staff: &Staff,
        id: AefiId,
        go: GoOn,
        request: &'static str,
    ) -> Result<Listed, Refusal> {
        let case = self.case_of(staff, id).await?;
        let subject = (case.household, case.person);
        let going = Going {
            addressee: self.mobile_to_notify(subject, request).await?,
            receipt: self.case_receipt(staff, &case, request).await?,
            request_mac: form_mac(&self.0.sealer, staff.id.as_bytes(), &go.key),
            by: staff.code.clone(),
            go,
        };
        let (sealer, now) = (self.0.sealer.clone(), self.now());
        let written = self.0.db.write("app::aefi::go_on", move |tx| {
            Box::pin(async move { going.write(tx, &sealer, case.key, subject, now).await })
        });
        let (listed, queued) = written.await?;
        self.deliver_now(&queued).await;
        Ok(listed)
    }

    async fn case_of(&self, staff: &Staff, id: AefiId) -> Result<Case, Refusal> {
        let key = CaseKey {
            district: own_district(staff)?,
            id,
        };
        let sealer = self.0.sealer.clone();
        let found = self.0.db.write("app::aefi::find", move |tx| {
            Box::pin(async move { aefi::find(tx, &sealer, key).await })
        });
        found.await?.ok_or(Refusal::NoCase)
    }

    async fn case_receipt(
        &self,
        staff: &Staff,
        case: &Case,
        request: &'static str,
    ) -> Result<Receipt, Refusal> {
        let cause = Cause {
            actor: staff.actor(),
            basis: Basis::DutyOfLaw,
            purpose: Purpose::AdverseEvent,
            fields: CASE,
            request,
            reason: None,
        };
        let receipt = self.receipts(&cause, &[(case.household, case.person)]).await?;
        receipt.into_iter().next().ok_or(Refusal::NoCase)
    }
}

/// # Errors
/// `Forbidden` for anybody but a district's officer.
pub(super) fn own_district(staff: &Staff) -> Result<DistrictId, Refusal> {
    match staff.role {
        StaffRole::DistrictAdmin => DistrictId::from_number(staff.district).map_err(|_| Refusal::Forbidden),
        StaffRole::Vaccinator | StaffRole::SiteManager => Err(Refusal::Forbidden),
    }
}

/// A step on its way into the record.
struct Going {
    addressee: Option<Addressee>,
    receipt: Receipt,
    request_mac: [u8; 32],
    by: String,
    go: GoOn,
}

impl Going {
    async fn write(
        self,
        tx: &mut Tx,
        sealer: &Sealer,
        key: CaseKey,
        subject: (pramaan_domain::id::HouseholdId, pramaan_domain::id::PersonId),
        now: Timestamp,
    ) -> Result<(Listed, Vec<pramaan_domain::id::MessageId>), Refusal> {
        person::lock(tx, subject).await?;
        let case = aefi::find(tx, sealer, key).await?.ok_or(Refusal::NoCase)?;
        if aefi::repeated(tx, subject, self.request_mac).await?.is_some() {
            return Ok((case.listed(), Vec::new()));
        }
        if case.version != self.go.version {
            return Err(Refusal::CaseMoved);
        }
        let opened = aefi::open(tx, sealer, (self.receipt, Some(key.id)), now).await?;
        let opened = opened.ok_or(Refusal::NoCase)?;
        let done = (self.go.step, self.by, self.request_mac);
        let went_on = step(tx, sealer, (case, &opened), done, now).await?;
        let message = self.addressee.map(|to| Message::ReportChanged.for_household(to));
        let queued = queue(tx, sealer, message, now).await?;
        Ok((went_on.listed(), queued))
    }
}

async fn step(
    tx: &mut Tx,
    sealer: &Sealer,
    (case, opened): (Case, &Opened),
    (step, by, request_mac): (CaseStep, String, [u8; 32]),
    now: Timestamp,
) -> Result<Case, Refusal> {
    let history = opened.cases.first().ok_or(Refusal::NoCase)?;
    let (_, about) = history.form().ok_or(Refusal::NoCase)?;
    match step {
        CaseStep::Correct(form, reason) => {
            let entry = Entry::Form {
                form: check(&form, opened, about.given_at, now)?,
                about: about.clone(),
            };
            let by = (by, Some(reason));
            again(tx, sealer, (case, history), (entry, by), request_mac, now).await
        }
        CaseStep::Number(copies) => {
            if copies == Copies::NotSaid && is_death(history) {
                return Err(invalid(
                    "copies",
                    "send the copies of a death first, and say so here",
                ));
            }
            let mut going = went_on(case, Some(Step::Number), now)?;
            let district = going.key.district;
            let count = aefi::next_number(tx, district, now.date().year()).await?;
            let number = CaseNumber::new(district, now.date(), count).ok_or(Refusal::NoCase)?;
            going.number = Some((now.date().year(), count));
            finish(
                tx,
                sealer,
                going,
                (Entry::Numbered { number }, by),
                request_mac,
                now,
            )
            .await
        }
        CaseStep::Investigate(found) => {
            if found.began_on > now.date() || found.began_on < about.given_at.date() {
                return Err(invalid("began_on", "a day from the dose on, and not ahead"));
            }
            let going = went_on(case, Some(Step::Investigate), now)?;
            finish(
                tx,
                sealer,
                going,
                (Entry::Investigated(found), by),
                request_mac,
                now,
            )
            .await
        }
        CaseStep::Assess(decided) => {
            if decided.decided_on > now.date() || decided.decided_on < about.given_at.date() {
                return Err(invalid("decided_on", "a day from the dose on, and not ahead"));
            }
            let going = went_on(case, Some(Step::Assess(decided.committee)), now)?;
            finish(
                tx,
                sealer,
                going,
                (Entry::Assessed(decided), by),
                request_mac,
                now,
            )
            .await
        }
    }
}

async fn finish(
    tx: &mut Tx,
    sealer: &Sealer,
    going: Case,
    (entry, by): (Entry, String),
    request_mac: [u8; 32],
    now: Timestamp,
) -> Result<Case, Refusal> {
    append(tx, sealer, &going, (entry, by, None), request_mac, now).await?;
    aefi::update(tx, sealer, &going).await?;
    Ok(going)
}

fn invalid(field: &'static str, sentence: &str) -> Refusal {
    Refusal::Invalid {
        field,
        sentence: sentence.to_owned(),
    }
}
