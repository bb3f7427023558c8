//! "I feel unwell after the dose": the person says so on their own phone, and sees what became of it.

use pramaan_domain::access::{Field, FieldSet, Purpose};
use pramaan_domain::aefi::{CaseForm, ItWas, Narrative, Outcome, Stage, Symptom};
use pramaan_domain::id::{DoseId, HouseholdId, PersonId};
use pramaan_domain::time::Timestamp;
use pramaan_store::aefi::{self, Case, CaseKey, Entry};
use pramaan_store::{Sealer, Tx, person};

use super::form::{Writing, about, again, begin, check, district_of, dose_of};
use super::site::form_mac;
use super::{How, Opened, Reported, standing};
use crate::{App, Citizen, FormKey, Refusal};

/// Reports of one person on one day; more are for a health worker or an ambulance.
pub const OWN_REPORTS_A_DAY: usize = 5;

/// What the person sees of themselves.
const OWN: FieldSet = FieldSet::of(&[Field::Name, Field::Doses, Field::AdverseEvents]);
const DAY: u32 = 86_400;

/// What somebody said of themselves, or of a member of their family.
#[derive(Debug, Clone)]
pub struct Unwell {
    /// The dose also says who is meant: places in the family's list move.
    pub dose: DoseId,
    pub symptoms: Vec<Symptom>,
    pub onset: Timestamp,
    pub words: Narrative,
    pub key: FormKey,
}

impl App {
    /// A member's doses and the reports about them, with one access entry.
    ///
    /// # Errors
    /// `UnknownBeneficiary` for a place where nobody is, `PrivateMember` for somebody who is not open; `Unavailable` without
    /// the log.
    pub async fn own_aefi(
        &self,
        citizen: &Citizen,
        place: usize,
        request: &'static str,
    ) -> Result<Opened, Refusal> {
        let (_, receipt) = self.own_receipt(citizen, place, request).await?;
        let (sealer, now) = (self.0.sealer.clone(), self.now());
        let opened = self.0.db.read("app::aefi::own", move |tx| {
            Box::pin(async move { aefi::open(tx, &sealer, (receipt, None), now).await })
        });
        opened.await?.ok_or(Refusal::UnknownBeneficiary)
    }

    /// Tells the centre and its district, once. Nothing is diagnosed: somebody there has to look at it. A second report of
    /// the same dose on the same day is added to the first; one that the site had called minor waits again from then on.
    ///
    /// # Errors
    /// `FaultyCaseForm`, `Invalid` with the field `dose`, `OverBudget` after [`OWN_REPORTS_A_DAY`], and as
    /// [`own_aefi`](Self::own_aefi).
    pub async fn report_unwell(
        &self,
        citizen: &Citizen,
        place: usize,
        unwell: Unwell,
        request: &'static str,
    ) -> Result<Reported, Refusal> {
        let (subject, receipt) = self.own_receipt(citizen, place, request).await?;
        let (sealer, now) = (self.0.sealer.clone(), self.now());
        let request_mac = form_mac(&sealer, citizen.household.as_bytes(), &unwell.key);
        let written = self.0.db.write("app::aefi::unwell", move |tx| {
            Box::pin(async move {
                person::lock(tx, subject).await?;
                if let Some(id) = aefi::repeated(tx, subject, request_mac).await? {
                    return Ok(Reported {
                        id,
                        how: How::Repeated,
                    });
                }
                let opened = aefi::open(tx, &sealer, (receipt, None), now).await?;
                let opened = opened.ok_or(Refusal::UnknownBeneficiary)?;
                write(tx, &sealer, &opened, (unwell, request_mac), now).await
            })
        });
        written.await
    }

    async fn own_receipt(
        &self,
        citizen: &Citizen,
        place: usize,
        request: &'static str,
    ) -> Result<((HouseholdId, PersonId), pramaan_store::Receipt), Refusal> {
        citizen.require_account()?;
        let member = self.sighted_at(citizen, place).await?;
        if !member.is_seen() {
            return Err(Refusal::PrivateMember);
        }
        let cause = citizen.cause(Purpose::AdverseEvent, OWN, request);
        let receipt = self.receipts_seen(&cause, &[member]).await?.pop();
        Ok((member.subject(), receipt.ok_or(Refusal::Forbidden)?))
    }
}

async fn write(
    tx: &mut Tx,
    sealer: &Sealer,
    opened: &Opened,
    (unwell, request_mac): (Unwell, [u8; 32]),
    now: Timestamp,
) -> Result<Reported, Refusal> {
    let given = dose_of(opened, unwell.dose)?;
    let own_today = opened.cases.iter().flat_map(|case| &case.events);
    let own_today = own_today.filter(|event| event.by.is_empty() && event.recorded_at.date() == now.date());
    if own_today.count() >= OWN_REPORTS_A_DAY {
        return Err(Refusal::OverBudget {
            retry_after_seconds: DAY,
        });
    }
    let form = CaseForm {
        onset: unwell.onset,
        symptoms: unwell.symptoms,
        seriousness: None,
        criteria: Vec::new(),
        outcome: Outcome::Unknown,
        diluent: String::new(),
        bearing: None,
        words: unwell.words,
    };
    let writing = Writing {
        form: check(&form, opened, given.facts.given_at, now)?,
        by: String::new(),
        reporter: ItWas::TheCitizen,
        request_mac,
    };
    let district = district_of(tx, given.facts.centre).await?;
    let stands = match standing(&opened.cases, given, now.date()) {
        None => None,
        Some(history) => {
            let key = CaseKey {
                district,
                id: history.id,
            };
            let case = aefi::find(tx, sealer, key).await?.ok_or(Refusal::NoCase)?;
            // What the committees have classified to the end stays so: this is something else.
            (case.stage != Stage::Settled || case.number.is_none()).then_some((history, case))
        }
    };
    let Some((history, case)) = stands else {
        let id = begin(tx, sealer, (opened, given), writing, now).await?;
        return Ok(Reported { id, how: How::New });
    };
    let entry = Entry::Form {
        form: writing.form,
        about: about(tx, sealer, given).await?,
    };
    // What was settled waits again: the person is worse, or says so for the first time.
    let case = match case.stage {
        Stage::Settled => Case {
            stage: Stage::Heard,
            since: now,
            ..case
        },
        _ => case,
    };
    let by = (String::new(), None);
    again(tx, sealer, (case, history), (entry, by), request_mac, now).await?;
    Ok(Reported {
        id: history.id,
        how: How::Joined,
    })
}
