//! Reporting at the site: within the encounter of a dose, or later for somebody who shows who they are.

use pramaan_domain::access::{Basis, Purpose};
use pramaan_domain::aefi::ItWas;
use pramaan_domain::id::{HouseholdId, PersonId};
use pramaan_domain::time::Timestamp;
use pramaan_keys::MacKind;
use pramaan_store::aefi::{self, CaseKey, Entry};
use pramaan_store::{Sealer, Tx, person};

use super::form::{Writing, about, again, asks_bearing, begin, check, district_of, dose_of};
use super::{AefiPass, CASE, How, Joins, Opened, Reported, SiteForm, pass, standing};
use crate::card::Shown;
use crate::encounter::{EncounterKey, prove_card, prove_unexpected};
use crate::message::{Message, queue};
use crate::open::Cause;
use crate::{App, FormKey, Refusal, Staff, StaffRole};

/// How long after a record was opened an event can be reported within that encounter: the dose, half an hour of
/// observation, and a queue.
pub const AT_SITE_SECONDS: i64 = 3 * 3600;
/// How often a transaction that gave way to another is run again.
const ATTEMPTS: u8 = 3;

/// How staff know that it is this person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Presence {
    /// The encounter in which the dose was given.
    Encounter(EncounterKey),
    /// A document shown a moment ago.
    Pass(AefiPass),
}

/// What the form of a report shows.
#[derive(Debug)]
pub struct Scene {
    pub opened: Opened,
    pub asks_bearing: bool,
}

/// Whose record it is, and on what basis it is opened.
struct Here {
    subject: (HouseholdId, PersonId),
    cause: Cause,
}

impl App {
    /// Opens what the form needs: who it is, the doses, and what was reported of them.
    ///
    /// # Errors
    /// `NoEncounter` when the presence is another's or over, `OffRoster`, `Forbidden`; `Unavailable` without the log.
    pub async fn aefi_scene(
        &self,
        staff: &Staff,
        presence: &Presence,
        request: &'static str,
    ) -> Result<Scene, Refusal> {
        let here = self.here(staff, presence, request).await?;
        let receipt = self.receipts(&here.cause, &[here.subject]).await?.pop();
        let receipt = receipt.ok_or(Refusal::Forbidden)?;
        let (sealer, now) = (self.0.sealer.clone(), self.now());
        let opened = self.0.db.read("app::aefi::scene", move |tx| {
            Box::pin(async move { aefi::open(tx, &sealer, (receipt, None), now).await })
        });
        let opened = opened.await?.ok_or(Refusal::UnknownBeneficiary)?;
        Ok(Scene {
            asks_bearing: asks_bearing(&opened, now),
            opened,
        })
    }

    /// Lets a member of staff report for somebody whose document or printed card they see, whenever the dose was given. What
    /// is wrong is counted, as everywhere.
    ///
    /// # Errors
    /// `NoMatch`, `WrongCard`, `CardSpent`, `OverBudget`, `OffRoster`, `Forbidden`.
    pub async fn aefi_pass(&self, staff: &Staff, shown: Shown) -> Result<AefiPass, Refusal> {
        let (sealer, now, by) = (self.0.sealer.clone(), self.now(), staff.clone());
        let judged = self.0.db.write("app::aefi::pass", move |tx| {
            Box::pin(async move {
                match present(tx, &sealer, (&by, now), &shown).await {
                    Err(Refusal::Unavailable(error)) => Err(Refusal::Unavailable(error)),
                    // What was counted stays.
                    judged => Ok(judged),
                }
            })
        });
        let subject = judged.await??;
        Ok(pass::make(&self.0.sealer, staff.id, subject, now))
    }

    /// Writes a report down, once.
    ///
    /// # Errors
    /// `FaultyCaseForm`; `ReportedToday` when a report of this dose stands that the form did not know of; `CaseMoved` when
    /// the report that it joins is none of this dose; `Invalid` with the field `dose`; and as [`aefi_scene`](Self::aefi_scene).
    pub async fn report_aefi(
        &self,
        staff: &Staff,
        presence: &Presence,
        sent: SiteForm,
        request: &'static str,
    ) -> Result<Reported, Refusal> {
        self.again("app::aefi::report", ATTEMPTS, || {
            self.try_report(staff, presence, sent.clone(), request)
        })
        .await
    }

    async fn try_report(
        &self,
        staff: &Staff,
        presence: &Presence,
        sent: SiteForm,
        request: &'static str,
    ) -> Result<Reported, Refusal> {
        let here = self.here(staff, presence, request).await?;
        let subject = here.subject;
        let addressee = self.mobile_to_notify(subject, request).await?;
        let receipt = self.receipts(&here.cause, &[subject]).await?.pop();
        let receipt = receipt.ok_or(Refusal::Forbidden)?;
        let (sealer, now, by) = (self.0.sealer.clone(), self.now(), staff.code.clone());
        let request_mac = form_mac(&sealer, staff.id.as_bytes(), &sent.key);
        let written = self.0.db.write("app::aefi::report", move |tx| {
            Box::pin(async move {
                person::lock(tx, subject).await?;
                if let Some(id) = aefi::repeated(tx, subject, request_mac).await? {
                    return Ok((
                        Reported {
                            id,
                            how: How::Repeated,
                        },
                        Vec::new(),
                    ));
                }
                let opened = aefi::open(tx, &sealer, (receipt, None), now).await?;
                let opened = opened.ok_or(Refusal::UnknownBeneficiary)?;
                let given_at = dose_of(&opened, sent.dose)?.facts.given_at;
                let writing = Writing {
                    form: check(&sent.form, &opened, given_at, now)?,
                    by,
                    reporter: ItWas::TheSite,
                    request_mac,
                };
                let reported = write(tx, &sealer, &opened, (&sent, writing), now).await?;
                let message = addressee.map(|to| Message::ReportChanged.for_household(to));
                let queued = queue(tx, &sealer, message, now).await?;
                Ok::<_, Refusal>((reported, queued))
            })
        });
        let (reported, queued) = written.await?;
        self.deliver_now(&queued).await;
        Ok(reported)
    }

    async fn here(&self, staff: &Staff, presence: &Presence, request: &'static str) -> Result<Here, Refusal> {
        let now = self.now();
        match presence {
            Presence::Encounter(key) => {
                let encounter = self.encounter(staff, *key).await?;
                if now > encounter.opened_at.plus_seconds(AT_SITE_SECONDS) {
                    return Err(Refusal::NoEncounter);
                }
                let cause = Cause {
                    purpose: Purpose::AdverseEvent,
                    fields: CASE,
                    ..staff.cause(&encounter, request)
                };
                Ok(Here {
                    subject: (encounter.household, encounter.person),
                    cause,
                })
            }
            Presence::Pass(pass) => {
                if staff.role == StaffRole::DistrictAdmin {
                    return Err(Refusal::Forbidden);
                }
                let subject = pass::read(&self.0.sealer, staff.id, pass, now);
                Ok(Here {
                    subject: subject.ok_or(Refusal::NoEncounter)?,
                    cause: Cause {
                        actor: staff.actor(),
                        basis: Basis::SiteEvidence,
                        purpose: Purpose::AdverseEvent,
                        fields: CASE,
                        request,
                        reason: None,
                    },
                })
            }
        }
    }
}

/// Who shows a card, or a document with the reference id.
async fn present(
    tx: &mut Tx,
    sealer: &Sealer,
    (staff, now): (&Staff, Timestamp),
    shown: &Shown,
) -> Result<(HouseholdId, PersonId), Refusal> {
    match shown {
        Shown::Card { reference_id, code } => {
            let card = prove_card(tx, sealer, (staff, now), (*reference_id, code)).await?;
            Ok((card.household, card.person))
        }
        Shown::Document {
            reference_id,
            document: (kind, number),
        } => prove_unexpected(tx, sealer, (staff, now), *reference_id, (*kind, number)).await,
    }
}

/// Begins a case, or goes on with the one that stands.
async fn write(
    tx: &mut Tx,
    sealer: &Sealer,
    opened: &Opened,
    (sent, writing): (&SiteForm, Writing),
    now: Timestamp,
) -> Result<Reported, Refusal> {
    let given = dose_of(opened, sent.dose)?;
    let (id, reason) = match &sent.joins {
        Joins::Report(id, reason) => (*id, reason.clone()),
        Joins::NotAsked if standing(&opened.cases, given, now.date()).is_some() => {
            return Err(Refusal::ReportedToday);
        }
        Joins::NotAsked | Joins::Another => {
            let id = begin(tx, sealer, (opened, given), writing, now).await?;
            return Ok(Reported { id, how: How::New });
        }
    };
    let history = opened.cases.iter().find(|case| case.id == id);
    let history = history.filter(|case| case.form().is_some_and(|(_, about)| about.root == given.root));
    let history = history.ok_or(Refusal::CaseMoved)?;
    let key = CaseKey {
        district: district_of(tx, given.facts.centre).await?,
        id,
    };
    let case = aefi::find(tx, sealer, key).await?.ok_or(Refusal::NoCase)?;
    let entry = Entry::Form {
        form: writing.form,
        about: about(tx, sealer, given).await?,
    };
    let by = (writing.by, Some(reason));
    again(tx, sealer, (case, history), (entry, by), writing.request_mac, now).await?;
    Ok(Reported { id, how: How::Joined })
}

/// Over who sent which form.
pub(super) fn form_mac(sealer: &Sealer, sender: &[u8; 16], key: &FormKey) -> [u8; 32] {
    sealer
        .keys
        .mac(MacKind::AefiForm, &[sender, key.as_str().as_bytes()])
}
