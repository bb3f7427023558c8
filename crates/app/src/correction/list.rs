//! What waits for a second person at a centre, and how much was corrected today by whom. Nothing is opened.

use pramaan_domain::correction::Change;
use pramaan_domain::staff::StaffRole;
use pramaan_domain::time::CivilDate;
use pramaan_store::correction::Proposal;
use pramaan_store::encounter::{self, Counted};
use pramaan_store::roster;

use crate::proposal::Waiting;
use crate::roster::{AppointmentState, Visitor};
use crate::{App, Refusal, Staff};

/// The corrections of a centre, as its staff see them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Corrections {
    pub waiting: Vec<Waiting<Change>>,
    /// How many were corrected or proposed today, by staff code. A site manager's only.
    pub today: Vec<Count>,
    /// The places of the day asked for where a dose was given.
    pub done: Vec<Visitor>,
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
        let (second, role, here) = (self.second(staff), staff.role, (staff.centre, self.today()));
        let found = self.0.db.read("app::correction::list", move |tx| {
            Box::pin(async move {
                let waiting = second.waiting::<Proposal>(tx).await?;
                let counts = match role {
                    StaffRole::SiteManager => {
                        encounter::counted_at_centre(tx, here, Counted::Correction).await?
                    }
                    _ => Vec::new(),
                };
                let expected = roster::expected(tx, here.0, day).await?;
                Ok::<_, Refusal>((waiting, counts, expected))
            })
        });
        let (waiting, counts, expected) = found.await?;
        Ok(Corrections {
            waiting,
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
}
