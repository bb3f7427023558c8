//! What waits for a second person at a centre, and how much was corrected today by whom. Nothing is opened.

use pramaan_domain::correction::{Change, may_decide};
use pramaan_domain::id::ProposalId;
use pramaan_domain::staff::StaffRole;
use pramaan_domain::time::{CivilDate, Timestamp};
use pramaan_store::encounter::{self, Counted};
use pramaan_store::{correction, roster};

use crate::roster::{AppointmentState, Visitor, require_shift};
use crate::{App, Refusal, Staff};

/// Proposals of a list at most, the oldest.
const LISTED: u32 = 100;

/// The corrections of a centre, as its staff see them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Corrections {
    pub waiting: Vec<Waiting>,
    /// How many were corrected or proposed today, by staff code. A site manager's only.
    pub today: Vec<Count>,
    /// The places of the day asked for where a dose was given.
    pub done: Vec<Visitor>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    pub id: ProposalId,
    pub change: Change,
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

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    pub staff_code: String,
    pub count: u64,
}

impl App {
    /// What waits, and the places of a day at the centre where a dose was given.
    ///
    /// # Errors
    /// `Forbidden` for a district's staff; `OffRoster` for a vaccinator who does not work there today.
    pub async fn corrections(&self, staff: &Staff, day: CivilDate) -> Result<Corrections, Refusal> {
        let (id, role, centre, today) = (staff.id, staff.role, staff.centre, self.today());
        if role == StaffRole::DistrictAdmin {
            return Err(Refusal::Forbidden);
        }
        let found = self.0.db.read("app::correction::list", move |tx| {
            Box::pin(async move {
                let mut counts = Vec::new();
                match role {
                    StaffRole::SiteManager => {
                        let here = (centre, today);
                        counts = encounter::counted_at_centre(tx, here, Counted::Correction).await?;
                    }
                    _ => require_shift(tx, id, (centre, today)).await?,
                }
                let waiting = correction::listed(tx, centre, LISTED).await?;
                let expected = roster::expected(tx, centre, day).await?;
                Ok::<_, Refusal>((waiting, counts, expected))
            })
        });
        let (waiting, counts, expected) = found.await?;
        Ok(Corrections {
            waiting: waiting
                .into_iter()
                .map(|listed| Waiting {
                    id: listed.id,
                    change: listed.change,
                    decide: match may_decide((id, role), (listed.staff, listed.staff_role)) {
                        true => MayDecide::Yes,
                        false if id == listed.staff => MayDecide::Own,
                        false => MayDecide::No,
                    },
                    staff_code: listed.staff_code,
                    proposed_at: listed.proposed_at,
                })
                .collect(),
            today: counts
                .into_iter()
                .map(|(staff_code, n)| Count {
                    staff_code,
                    count: u64::try_from(n).unwrap_or(0),
                })
                .collect(),
            done: expected
                .into_iter()
                .filter(|expected| expected.state == AppointmentState::Vaccinated)
                .map(Visitor::of)
                .collect(),
        })
    }

    /// How many changes wait for a second person at the centre.
    pub async fn corrections_waiting(&self, staff: &Staff) -> Result<u64, Refusal> {
        let centre = staff.centre;
        let counted = self.0.db.read("app::correction::count", move |tx| {
            Box::pin(async move { correction::count_waiting(tx, centre).await })
        });
        Ok(u64::try_from(counted.await?).unwrap_or(0))
    }
}
