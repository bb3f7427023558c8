//! What waits for a second person at a centre. Nothing is opened.

use pramaan_domain::correction::may_decide;
use pramaan_domain::id::ProposalId;
use pramaan_domain::merge::Act;
use pramaan_domain::staff::StaffRole;
use pramaan_domain::time::Timestamp;
use pramaan_store::merge;

use crate::correction::MayDecide;
use crate::roster::require_shift;
use crate::{App, Refusal, Staff};

/// Proposals of a list at most, the oldest.
const LISTED: u32 = 100;

/// The merges and un-merges that wait at a centre.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergesWaiting {
    pub waiting: Vec<MergeWaiting>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergeWaiting {
    pub id: ProposalId,
    pub act: Act,
    pub staff_code: String,
    pub proposed_at: Timestamp,
    pub decide: MayDecide,
}

impl App {
    /// # Errors
    /// `Forbidden` for a district's staff; `OffRoster` for a vaccinator who does not work there today.
    pub async fn merges_waiting(&self, staff: &Staff) -> Result<MergesWaiting, Refusal> {
        let (id, role, centre, today) = (staff.id, staff.role, staff.centre, self.today());
        if role == StaffRole::DistrictAdmin {
            return Err(Refusal::Forbidden);
        }
        let found = self.0.db.read("app::merge::list", move |tx| {
            Box::pin(async move {
                if role != StaffRole::SiteManager {
                    require_shift(tx, id, (centre, today)).await?;
                }
                Ok::<_, Refusal>(merge::listed(tx, centre, LISTED).await?)
            })
        });
        let waiting = found.await?.into_iter().map(|listed| MergeWaiting {
            id: listed.id,
            act: listed.act,
            decide: match may_decide((id, role), (listed.staff, listed.staff_role)) {
                true => MayDecide::Yes,
                false if id == listed.staff => MayDecide::Own,
                false => MayDecide::No,
            },
            staff_code: listed.staff_code,
            proposed_at: listed.proposed_at,
        });
        Ok(MergesWaiting {
            waiting: waiting.collect(),
        })
    }
}
