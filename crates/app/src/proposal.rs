//! Two people: what one of a centre proposes, another decides on. Here is what is the same whatever is proposed: what waits at
//! a centre, and who may decide on it. What becomes of it is in `correction` and `merge`.

use pramaan_domain::correction::may_decide;
use pramaan_domain::id::{ProposalId, StaffId};
use pramaan_domain::staff::StaffRole;
use pramaan_domain::time::{CivilDate, Timestamp};
use pramaan_store::Tx;
use pramaan_store::proposal::{self, Kind, Listed, ProposalKey, Proposer};

use crate::roster::require_shift;
use crate::{App, Refusal, Staff};

/// How long a proposal is kept, decided or not. What became of it is in the record, and who opened it in the log.
pub const PROPOSAL_DAYS: u32 = 90;
/// Proposals of a list at most, the oldest.
const LISTED: u32 = 100;

/// One that waits, as whoever looks at the list sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting<A> {
    pub id: ProposalId,
    pub act: A,
    pub staff_code: String,
    pub proposed_at: Timestamp,
    pub decide: MayDecide,
}

/// Whether who looks may decide on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MayDecide {
    Yes,
    /// It is their own.
    Own,
    No,
}

/// Who looks at what others of the centre propose.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Second {
    staff: StaffId,
    role: StaffRole,
    centre: i64,
    today: CivilDate,
}

impl Second {
    /// # Errors
    /// `OffRoster` for a vaccinator who does not work there today; a site manager always may.
    async fn check_at_work(self, tx: &mut Tx) -> Result<(), Refusal> {
        match self.role {
            StaffRole::SiteManager => Ok(()),
            _ => require_shift(tx, self.staff, (self.centre, self.today)).await,
        }
    }

    fn may_decide(self, by: &Proposer) -> MayDecide {
        match may_decide((self.staff, self.role), (by.staff, by.role)) {
            true => MayDecide::Yes,
            false if self.staff == by.staff => MayDecide::Own,
            false => MayDecide::No,
        }
    }

    /// What waits at the centre. Nothing is opened.
    ///
    /// # Errors
    /// `Forbidden` for a district's staff; `OffRoster` for a vaccinator who does not work there today.
    pub(crate) async fn waiting<K: Kind>(self, tx: &mut Tx) -> Result<Vec<Waiting<K::Act>>, Refusal> {
        if self.role == StaffRole::DistrictAdmin {
            return Err(Refusal::Forbidden);
        }
        self.check_at_work(tx).await?;
        let seen = |listed: Listed<K::Act>| Waiting {
            id: listed.id,
            act: listed.act,
            decide: self.may_decide(&listed.by),
            staff_code: listed.by.code,
            proposed_at: listed.by.at,
        };
        let listed = proposal::listed::<K>(tx, self.centre, LISTED).await?;
        Ok(listed.into_iter().map(seen).collect())
    }
}

impl App {
    /// This member of staff, as the first of the two: a new proposal, and by whom it is.
    pub(crate) fn proposing(&self, staff: &Staff) -> (ProposalKey, Proposer) {
        let key = ProposalKey {
            centre: staff.centre,
            id: ProposalId::from_random(self.0.sealer.random()),
        };
        let by = Proposer {
            staff: staff.id,
            code: staff.code.clone(),
            role: staff.role,
            at: self.now(),
        };
        (key, by)
    }

    /// This member of staff, as the second of the two.
    pub(crate) fn second(&self, staff: &Staff) -> Second {
        Second {
            staff: staff.id,
            role: staff.role,
            centre: staff.centre,
            today: self.today(),
        }
    }

    /// One that waits at this member of staff's centre and that they may decide on. Opens nothing.
    ///
    /// # Errors
    /// `NoProposal`; `OwnProposal`, `Forbidden`, `OffRoster` for who may not decide.
    pub(crate) async fn proposal<K: Kind>(&self, staff: &Staff, id: ProposalId) -> Result<K, Refusal> {
        let (sealer, second) = (self.0.sealer.clone(), self.second(staff));
        let key = ProposalKey {
            centre: staff.centre,
            id,
        };
        let found = self.0.db.read("app::proposal::find", move |tx| {
            Box::pin(async move {
                second.check_at_work(tx).await?;
                Ok::<_, Refusal>(proposal::find::<K>(tx, &sealer, key).await?)
            })
        });
        let proposal = found.await?.ok_or(Refusal::NoProposal)?;
        match second.may_decide(proposal.by()) {
            MayDecide::Yes => Ok(proposal),
            MayDecide::Own => Err(Refusal::OwnProposal),
            MayDecide::No => Err(Refusal::Forbidden),
        }
    }
}
