//! The second person: sees what is proposed, and agrees or declines with a reason. Never who proposed it.

use pramaan_domain::access::Basis;
use pramaan_domain::correction::Change;
use pramaan_domain::id::ProposalId;
use pramaan_domain::staff::Reason;
use pramaan_domain::time::Timestamp;
use pramaan_store::correction::{self, Corrected, Decided, Proposal, To};
use pramaan_store::dose::{self, Given};
use pramaan_store::dose_change::Changed;

use super::DOSES;
use super::apply::{Act, Paper};
use crate::dose::ATTEMPTS;
use crate::{App, Refusal, Staff};

/// A proposal as it is shown to whoever may decide. It names nobody.
#[derive(Debug)]
pub struct Proposed {
    pub id: ProposalId,
    pub change: Change,
    pub staff_code: String,
    pub proposed_at: Timestamp,
    pub reason: Reason,
    /// As it stands; none when it was changed otherwise meanwhile.
    pub before: Option<Given>,
    /// As it is to be.
    pub after: Corrected,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    Approve,
    Decline(Reason),
}

impl App {
    /// Opens what is proposed, and the dose as it stands, for whoever may decide.
    ///
    /// # Errors
    /// `NoProposal`; `OwnProposal`, `Forbidden`, `OffRoster` for who may not decide.
    pub async fn show_proposal(
        &self,
        staff: &Staff,
        id: ProposalId,
        request: &'static str,
    ) -> Result<Proposed, Refusal> {
        let proposal = self.proposal::<Proposal>(staff, id).await?;
        let (before, after) = self.open_proposal(staff, &proposal, request).await?;
        Ok(Proposed {
            id,
            change: proposal.change,
            staff_code: proposal.by.code,
            proposed_at: proposal.by.at,
            reason: after.reason.clone(),
            before,
            after,
        })
    }

    /// Decides on a proposal of somebody else. Approved, it is done in the same commit.
    ///
    /// # Errors
    /// As [`show_proposal`](Self::show_proposal); `Superseded` when the dose was changed otherwise meanwhile: the proposal is
    /// over then; `DocumentAtSite` while the document of who a dose is to be moved to is disputed.
    pub async fn decide_correction(
        &self,
        staff: &Staff,
        id: ProposalId,
        decision: Decision,
        request: &'static str,
    ) -> Result<(), Refusal> {
        self.again("app::correction::decide", ATTEMPTS, || {
            self.try_decide(staff, id, decision.clone(), request)
        })
        .await
    }

    async fn try_decide(
        &self,
        staff: &Staff,
        id: ProposalId,
        decision: Decision,
        request: &'static str,
    ) -> Result<(), Refusal> {
        let proposal = self.proposal::<Proposal>(staff, id).await?;
        if let Decision::Decline(reason) = decision {
            return self.decline(staff, proposal, reason).await;
        }
        let (_, what) = self.open_proposal(staff, &proposal, request).await?;
        let by_second = |to: To| To {
            basis: Basis::SecondPerson,
            ..to
        };
        let to = proposal.to.map(by_second);
        let change = proposal.change;
        let act = Act {
            subject: (proposal.household, proposal.person),
            event: proposal.event,
            basis: (Basis::SecondPerson, reason_of(&proposal)),
            changed: Changed {
                by: proposal.by.code.clone(),
                agreed: Some(staff.code.clone()),
                reason: what.reason.as_str().to_owned(),
            },
            what,
            paper: Paper::Approved(Box::new(proposal), staff.code.clone()),
        };
        match (change, to) {
            (Change::Correct, _) => self.apply_correction(staff, act, request).await,
            (Change::Void, _) => self.apply_void(staff, act, request).await,
            (Change::Move, Some(to)) => self.apply_move(staff, (act, to), request).await,
            (Change::Move, None) => Err(Refusal::NoProposal),
        }
    }

    async fn decline(&self, staff: &Staff, proposal: Proposal, reason: Reason) -> Result<(), Refusal> {
        let (sealer, now, by) = (self.0.sealer.clone(), self.now(), staff.code.clone());
        let declined = self.0.db.write("app::correction::decline", move |tx| {
            Box::pin(async move {
                let decided = Decided::Declined(reason);
                correction::decide(tx, &sealer, (&proposal, &by), &decided, now).await
            })
        });
        match declined.await? {
            true => Ok(()),
            false => Err(Refusal::NoProposal),
        }
    }

    /// The dose as it stands, and what is proposed.
    async fn open_proposal(
        &self,
        staff: &Staff,
        proposal: &Proposal,
        request: &'static str,
    ) -> Result<(Option<Given>, Corrected), Refusal> {
        let subject = (proposal.household, proposal.person);
        let reason = reason_of(proposal);
        let cause = staff.correction_cause((Basis::SecondPerson, reason.as_ref()), DOSES, request);
        let [dose, proposed] = self.receipts_for([&cause, &cause], subject).await?;
        let (sealer, now, proposal) = (self.0.sealer.clone(), self.now(), proposal.clone());
        let opened = self.0.db.read("app::correction::proposed", move |tx| {
            Box::pin(async move {
                let doses = dose::given(tx, &sealer, vec![dose], now).await?.pop();
                let what = proposal.what(tx, &sealer, proposed, now).await?;
                let doses = doses.map(|(_, doses)| doses).unwrap_or_default();
                let before = doses.into_iter().find(|given| given.id == proposal.event);
                Ok::<_, Refusal>((before, what))
            })
        });
        opened.await
    }
}

/// Why the second person opens without evidence: for the entries that say so.
fn reason_of(proposal: &Proposal) -> Option<Reason> {
    let without = |basis: Basis| basis == Basis::NoEvidenceWithReason;
    let to_without = |to: To| without(to.basis);
    let needed = without(proposal.basis) || proposal.to.is_some_and(to_without);
    let text = format!("second person for what {} proposed", proposal.by.code);
    needed.then(|| Reason::parse(&text).ok()).flatten()
}
