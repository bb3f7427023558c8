//! The second person: sees what agrees and which doses there are, and no name; joins or parts the records, or declines.

use std::collections::HashMap;

use pramaan_domain::access::Basis;
use pramaan_domain::dose::DoseNumber;
use pramaan_domain::id::{MessageId, PersonId, ProposalId};
use pramaan_domain::merge::{Act, MergeRefusal};
use pramaan_domain::staff::Reason;
use pramaan_domain::time::Timestamp;
use pramaan_store::dose::Given;
use pramaan_store::merge::{self, Decided, MergeEvent, Proposal, Subject};
use pramaan_store::{Receipt, Sealer, Tx, claim, record};

use super::{Agreement, COMPARED, NAME};
use crate::dose::ATTEMPTS;
use crate::message::{Addressee, Message, queue};
use crate::{App, Refusal, Staff};

/// A proposal as it is shown to whoever may decide. It names nobody.
#[derive(Debug)]
pub struct ProposedMerge {
    pub id: ProposalId,
    pub act: Act,
    pub staff_code: String,
    pub proposed_at: Timestamp,
    pub reason: Reason,
    pub agreement: Agreement,
    pub one: Vec<Given>,
    pub other: Vec<Given>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    Approve,
    Decline,
}

impl App {
    /// Opens what is proposed and both records, for whoever may decide.
    ///
    /// # Errors
    /// `NoProposal`; `OwnProposal`, `Forbidden`, `OffRoster` for who may not decide.
    pub async fn show_merge(
        &self,
        staff: &Staff,
        id: ProposalId,
        request: &'static str,
    ) -> Result<ProposedMerge, Refusal> {
        let proposal = self.proposal::<Proposal>(staff, id).await?;
        let compared = staff.correction_cause((Basis::SecondPerson, None), COMPARED, request);
        let reason = staff.correction_cause((Basis::SecondPerson, None), NAME, request);
        let wanted = [
            (&compared, proposal.one),
            (&compared, proposal.other),
            (&reason, proposal.one),
        ];
        let mut receipts = self.receipts_each(&wanted).await?;
        let why = receipts.pop().ok_or(Refusal::Forbidden)?;
        let (sealer, now, kept) = (self.0.sealer.clone(), self.now(), proposal.clone());
        let opened = self.0.db.read("app::merge::proposed", move |tx| {
            Box::pin(async move {
                let sides = record::open(tx, &sealer, receipts, now).await?;
                Ok::<_, Refusal>((sides, kept.why(tx, &sealer, why, now).await?))
            })
        });
        let (sides, reason) = opened.await?;
        let mut sides = sides.into_iter();
        let (Some((one, of_one)), Some((other, of_other))) = (sides.next(), sides.next()) else {
            return Err(Refusal::UnknownBeneficiary);
        };
        Ok(ProposedMerge {
            id,
            act: proposal.act,
            staff_code: proposal.by.code,
            proposed_at: proposal.by.at,
            reason,
            agreement: Agreement::of(&one, &other),
            one: of_one,
            other: of_other,
        })
    }

    /// Decides on a proposal of somebody else. Approved, it is done in the same commit, and both are told.
    ///
    /// # Errors
    /// As [`show_merge`](Self::show_merge); `OneAlready`, `NotMerged`, `TooManyRecords` when the records were joined or parted
    /// otherwise meanwhile: the proposal is over then; `MergeAppointments` while both have an appointment for one dose.
    pub async fn decide_merge(
        &self,
        staff: &Staff,
        id: ProposalId,
        decision: Decision,
        request: &'static str,
    ) -> Result<(), Refusal> {
        self.again("app::merge::decide", ATTEMPTS, || {
            self.try_decide_merge(staff, id, decision, request)
        })
        .await
    }

    async fn try_decide_merge(
        &self,
        staff: &Staff,
        id: ProposalId,
        decision: Decision,
        request: &'static str,
    ) -> Result<(), Refusal> {
        let proposal = self.proposal::<Proposal>(staff, id).await?;
        let (sealer, now, by) = (self.0.sealer.clone(), self.now(), staff.code.clone());
        if decision == Decision::Decline {
            let declined = self.0.db.write("app::merge::decline", move |tx| {
                Box::pin(
                    async move { merge::decide(tx, (proposal.key, &by), Decided::Declined(()), now).await },
                )
            });
            return match declined.await? {
                true => Ok(()),
                false => Err(Refusal::NoProposal),
            };
        }
        let cause = staff.correction_cause((Basis::SecondPerson, None), NAME, request);
        let why = self.receipts(&cause, &[proposal.one]).await?.pop();
        let why = why.ok_or(Refusal::Forbidden)?;
        let both = [proposal.one, proposal.other];
        let tell = self.mobiles_to_notify(&both, request).await?;
        let done = self.0.db.write("app::merge::decide", move |tx| {
            Box::pin(async move { settle(tx, &sealer, (&proposal, &by), (why, tell), now).await })
        });
        match done.await? {
            Ok(queued) => {
                self.deliver_now(&queued).await;
                Ok(())
            }
            Err(refused) => Err(refused),
        }
    }
}

/// Joins or parts under the lock of both courses. What overtook the proposal is an answer, so that its end is committed.
async fn settle(
    tx: &mut Tx,
    sealer: &Sealer,
    (proposal, by): (&Proposal, &str),
    (why, mut tell): (Receipt, HashMap<PersonId, Addressee>),
    now: Timestamp,
) -> Result<Result<Vec<MessageId>, Refusal>, Refusal> {
    let ends = (proposal.one, proposal.other);
    let courses = merge::lock(tx, sealer, &[ends.0, ends.1]).await?;
    if proposal.act == Act::Join {
        one_appointment_a_dose(tx, ends, &courses, now).await?;
    }
    let done = match proposal.act {
        Act::Join => merge::join(tx, sealer, ends, now).await?,
        Act::Part => merge::part(tx, ends).await?,
    };
    let decided = match done {
        Ok(()) => Decided::Approved,
        Err(_) => Decided::Overtaken,
    };
    if !merge::decide(tx, (proposal.key, by), decided, now).await? {
        return Err(Refusal::NoProposal);
    }
    if let Err(refused) = done {
        return Ok(Err(refused.into()));
    }
    let reason = proposal.why(tx, sealer, why, now).await?;
    let event = MergeEvent {
        id: proposal.key.id,
        act: proposal.act,
        staff: (&proposal.by.code, by),
        reason: &reason,
    };
    let mut queued = Vec::new();
    for end in [ends.0, ends.1] {
        merge::note(tx, sealer, end, &event, now).await?;
        let message = tell
            .remove(&end.1)
            .map(|to| Message::RecordsMerged.for_household(to));
        queued.extend(queue(tx, sealer, message, now).await?);
    }
    Ok(Ok(queued))
}

/// # Errors
/// `MergeAppointments` when the two courses hold appointments for one dose.
async fn one_appointment_a_dose(
    tx: &mut Tx,
    (one, other): (Subject, Subject),
    courses: &HashMap<PersonId, Vec<Subject>>,
    now: Timestamp,
) -> Result<(), Refusal> {
    let everybody = |of: Subject| {
        let others = courses.get(&of.1).map(Vec::as_slice).unwrap_or_default();
        [&[of], others].concat()
    };
    let of_one = claim::doses_waiting(tx, &everybody(one), now).await?;
    let of_other: Vec<DoseNumber> = claim::doses_waiting(tx, &everybody(other), now).await?;
    match of_one.iter().any(|dose| of_other.contains(dose)) {
        true => Err(Refusal::MergeAppointments),
        false => Ok(()),
    }
}

impl From<MergeRefusal> for Refusal {
    fn from(refused: MergeRefusal) -> Self {
        match refused {
            MergeRefusal::OneAlready => Self::OneAlready,
            MergeRefusal::NotJoined => Self::NotMerged,
            MergeRefusal::TooMany => Self::TooManyRecords,
        }
    }
}
