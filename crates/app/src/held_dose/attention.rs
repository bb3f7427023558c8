//! The list of a centre's held doses, and what a site manager does about those that need attention.

use pramaan_domain::staff::Reason;
use pramaan_domain::time::CivilDate;
use pramaan_store::held_dose::{self, HeldKey, Listed};

use crate::roster::require_shift;
use crate::{App, Refusal, Staff, StaffRole};

/// Lines of a list at most, the newest.
pub const LISTED: u32 = 100;

/// A centre's held doses: the newest of today's, and of earlier ones that wait or need attention.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HeldList {
    pub newest: Vec<Listed>,
    /// How many there are, those that are not listed included.
    pub count: u64,
}

impl App {
    /// The held doses of this member of staff's centre. Opens nothing.
    ///
    /// # Errors
    /// `Forbidden` for a district's staff, `OffRoster` for a vaccinator who does not work there today.
    pub async fn held_doses(&self, staff: &Staff) -> Result<HeldList, Refusal> {
        let (id, role, centre, today) = (staff.id, staff.role, staff.centre, self.today());
        if role == StaffRole::DistrictAdmin {
            return Err(Refusal::Forbidden);
        }
        let listed = self.0.db.read("app::held_dose::list", move |tx| {
            Box::pin(async move {
                if role != StaffRole::SiteManager {
                    require_shift(tx, id, (centre, today)).await?;
                }
                let newest = held_dose::of_centre(tx, centre, today, LISTED).await?;
                let count = held_dose::count_of_centre(tx, centre, today).await?;
                Ok::<_, Refusal>(HeldList {
                    newest,
                    count: u64::try_from(count).unwrap_or(0),
                })
            })
        });
        listed.await
    }

    /// Lets a held dose that needs attention be tried again, at the next run.
    ///
    /// # Errors
    /// `Forbidden` for anybody but the centre's manager; `NoHeldDose` when none of that number needs attention.
    pub async fn retry_held_dose(&self, manager: &Staff, day: CivilDate, number: i64) -> Result<(), Refusal> {
        let (key, now) = (of_manager(manager, day, number)?, self.now());
        let retried = self.0.db.write("app::held_dose::retry", move |tx| {
            Box::pin(async move { held_dose::try_again(tx, key, now).await })
        });
        found(retried.await?)
    }

    /// Takes a held dose that needs attention from the list, for good. Who did and why is kept, sealed, as long as it is.
    ///
    /// # Errors
    /// As [`retry_held_dose`](Self::retry_held_dose).
    pub async fn dismiss_held_dose(
        &self,
        manager: &Staff,
        (day, number): (CivilDate, i64),
        reason: Reason,
    ) -> Result<(), Refusal> {
        let (key, now) = (of_manager(manager, day, number)?, self.now());
        let (sealer, by) = (self.0.sealer.clone(), manager.code.clone());
        let dismissed = self.0.db.write("app::held_dose::dismiss", move |tx| {
            Box::pin(async move { held_dose::dismiss(tx, &sealer, key, (&by, &reason), now).await })
        });
        found(dismissed.await?)
    }
}

fn of_manager(manager: &Staff, day: CivilDate, number: i64) -> Result<HeldKey, Refusal> {
    match manager.role {
        StaffRole::SiteManager => Ok(HeldKey {
            centre: manager.centre,
            day,
            number,
        }),
        StaffRole::Vaccinator | StaffRole::DistrictAdmin => Err(Refusal::Forbidden),
    }
}

fn found(there: bool) -> Result<(), Refusal> {
    match there {
        true => Ok(()),
        false => Err(Refusal::NoHeldDose),
    }
}
