//! Binding or changing the mobile of a person who stands at a site with the document in hand.

use pramaan_domain::access::Basis;
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::reference_id::ReferenceId;
use pramaan_store::encounter::Counted;
use pramaan_store::idempotency::{self, RequestKey};
use pramaan_store::member::{self, Subject};
use pramaan_store::{StoreError, Tx, household};

use super::Word;
use crate::beneficiary::HOUSEHOLD_SIZE;
use crate::encounter::{EncounterKey, prove_holder};
use crate::otp::Judge;
use crate::walk_in::{Desk, DeskMobile};
use crate::{App, Refusal, Staff};

/// Phones that one member of staff may change on one day.
const CHANGES_A_DAY: u32 = 60;

/// How staff know whose phone it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Present {
    /// The record is open on evidence; the document is typed besides.
    Encounter(EncounterKey),
    /// At the desk, with the document; the reference id tells two people apart who registered one document.
    Desk(Option<ReferenceId>),
    // People without a document show their card and its code: that is a variant of its own, judged where the card is.
}

/// A person at a site who wants to be seen by another phone.
pub struct PhoneChange {
    pub present: Present,
    /// The whole number of the document in hand.
    pub document: (DocumentType, DocumentNumber),
    /// The new number, and the code that its owner read out.
    pub mobile: DeskMobile,
}

impl App {
    /// Lets another phone see the person who stands here, and the phone before no longer; a first phone for whoever had none.
    /// Of a family each adult does it with the own document. The phone before is not asked, and nothing is written to it.
    /// Its logins show the person no more from this moment. The same form sent again is done already.
    ///
    /// # Errors
    /// `Forbidden` for a district's staff and for a record that was opened without evidence, `OffRoster`, `NoEncounter`;
    /// `NoMatch` when the document is not the person's, counted for good, `Invalid` for the field `reference` when several
    /// registered it; `WrongOtp`, counted, and `OtpSpent` for the new number's code; `HouseholdFull` when six are seen by the
    /// new number; `OverBudget`; `Unavailable` when the log cannot be written: then nothing changed.
    pub async fn change_phone(
        &self,
        staff: &Staff,
        change: PhoneChange,
        request: &'static str,
    ) -> Result<(), Refusal> {
        let now = self.now();
        let desk = Desk::of(staff, now)?;
        let key = self.said_of_change(staff, &change);
        if self.changed_before(key).await? {
            return Ok(());
        }
        let subject = self.present(staff, &change).await?;
        let word = Word {
            actor: staff.actor(),
            basis: Basis::SiteEvidence,
            request,
        };
        let entries = self.contact_changed(&word, &[subject]);
        let (log, sealer, judge) = (self.0.log.clone(), self.0.sealer.clone(), self.otp_judge());
        let mobile = change.mobile;
        let changed = self.0.db.write("app::member::change", move |tx| {
            Box::pin(async move {
                desk.open(tx).await?;
                let by = match new_holder(tx, (&desk, &judge), subject, mobile).await? {
                    Ok(by) => by,
                    // A wrong guess stays counted.
                    Err(refusal) => return Ok(Err(refusal)),
                };
                desk.count(tx, Counted::PhoneChange, CHANGES_A_DAY).await?;
                let held = member::hold(tx, &sealer, subject, by, now).await?;
                idempotency::remember(tx, &sealer, &[(key, DONE.to_vec())], now).await?;
                let entries = match held {
                    member::Hold::New => entries,
                    member::Hold::Before => Vec::new(),
                };
                Ok::<_, Refusal>(Ok(log.contact_changes(entries, now).append(tx, &sealer).await?))
            })
        });
        match changed.await {
            Ok(done) => {
                if let Some(head) = done? {
                    self.0.log.committed(head);
                }
                Ok(())
            }
            // The same form was sent twice at once, and the other was faster.
            Err(Refusal::Unavailable(StoreError::UniqueViolation { .. }))
                if self.changed_before(key).await? =>
            {
                Ok(())
            }
            Err(refused) => Err(refused),
        }
    }

    /// Who stands there, by the document; what was wrong is counted for good.
    async fn present(&self, staff: &Staff, change: &PhoneChange) -> Result<Subject, Refusal> {
        let document = change.document.clone();
        let named = match change.present {
            Present::Encounter(key) => {
                let encounter = self.open_encounter(staff, key).await?;
                if encounter.basis != Basis::SiteEvidence {
                    return Err(Refusal::Forbidden);
                }
                self.match_document(&encounter, document).await?;
                return Ok((encounter.household, encounter.person));
            }
            Present::Desk(named) => named,
        };
        let (sealer, by, now) = (self.0.sealer.clone(), staff.clone(), self.now());
        let proven = self.0.db.write("app::member::present", move |tx| {
            Box::pin(async move {
                // A refusal is an answer here, not an error: an error would roll its count back.
                match prove_holder(tx, &sealer, (&by, now), named, (document.0, &document.1)).await {
                    Err(Refusal::Unavailable(error)) => Err(Refusal::Unavailable(error)),
                    judged => Ok(judged),
                }
            })
        });
        proven.await?
    }

    fn said_of_change(&self, staff: &Staff, change: &PhoneChange) -> RequestKey {
        let who = match change.present {
            Present::Encounter(key) => format!("encounter {key:?}"),
            Present::Desk(Some(id)) => format!("reference {id}"),
            Present::Desk(None) => "document".to_owned(),
        };
        let (kind, number) = &change.document;
        let said = pramaan_keys::context(&[
            b"phone",
            who.as_bytes(),
            kind.id().to_string().as_bytes(),
            number.canonical().as_bytes(),
            change.mobile.txn.to_string().as_bytes(),
            change.mobile.otp.as_str().as_bytes(),
        ]);
        RequestKey::of_desk(&self.0.sealer, (staff.centre, self.today()), &said)
    }

    async fn changed_before(&self, key: RequestKey) -> Result<bool, Refusal> {
        let sealer = self.0.sealer.clone();
        let recalled = self.0.db.read("app::member::changed_before", move |tx| {
            Box::pin(async move { idempotency::recall(tx, &sealer, &key).await })
        });
        Ok(recalled.await?.is_some())
    }
}

/// What is kept as the answer: there is nothing to say.
const DONE: &[u8] = b"done";

/// The household of the number whose owner read out its code, with room for one more.
async fn new_holder(
    tx: &mut Tx,
    (desk, judge): (&Desk, &Judge),
    subject: Subject,
    mobile: DeskMobile,
) -> Result<Result<pramaan_domain::id::HouseholdId, Refusal>, Refusal> {
    let number = match desk.prove(tx, judge, mobile).await? {
        Ok(number) => number,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let proved = (judge.budgets.silence, desk.now());
    let by = household::prove(tx, &judge.sealer, &number, proved).await?;
    let members = member::of_household(tx, &judge.sealer, by).await?;
    let there = members
        .iter()
        .any(|member| (member.household, member.person) == subject);
    match !there && members.len() >= HOUSEHOLD_SIZE {
        true => Err(Refusal::HouseholdFull),
        false => Ok(Ok(by)),
    }
}
