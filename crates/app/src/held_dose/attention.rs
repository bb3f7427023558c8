//! The list of a centre's held doses, and what a site manager does about those that need attention.

use pramaan_domain::id::StaffId;
use pramaan_domain::staff::Reason;
use pramaan_domain::time::CivilDate;
use pramaan_store::held_dose::{self, Burst, Dismissed, HeldKey, Listed};
use pramaan_store::{Sealer, Tx, staff as members};

use super::PAPER_DAYS;
use crate::roster::require_shift;
use crate::{App, Refusal, Staff, StaffRole};

/// Lines of a list at most, the newest.
pub const LISTED: u32 = 100;
/// So many doses of one past day by one member of staff are shown to the manager.
pub const MANY_LATE: u32 = 10;
/// Since how many days those are shown that were taken from the list.
const DISMISSED_DAYS: i64 = 7;

/// How many doses of one past day a member of staff entered later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BurstOf {
    /// Staff code.
    pub code: String,
    /// On which they were given.
    pub day: CivilDate,
    pub doses: i64,
}

/// A centre's held doses: the newest of today's, and of earlier ones that wait or need attention.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HeldList {
    pub newest: Vec<Listed>,
    /// How many there are, those that are not listed included.
    pub count: u64,
    /// For the manager: what was taken from the list in the last seven days, by whom and why.
    pub dismissed: Vec<Dismissed>,
    /// For the manager: who entered many doses of a past day.
    pub bursts: Vec<BurstOf>,
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
        let (sealer, now) = (self.0.sealer.clone(), self.now());
        let listed = self.0.db.read("app::held_dose::list", move |tx| {
            Box::pin(async move {
                let (mut dismissed, mut bursts) = (Vec::new(), Vec::new());
                if role == StaffRole::SiteManager {
                    let since = (now.plus_seconds(-DISMISSED_DAYS * 86_400), LISTED);
                    dismissed = held_dose::dismissed(tx, &sealer, centre, since).await?;
                    let from = now.plus_seconds(-PAPER_DAYS * 86_400).date();
                    let many = held_dose::bursts(tx, centre, from, MANY_LATE).await?;
                    bursts = named(tx, &sealer, centre, &many).await?;
                } else {
                    require_shift(tx, id, (centre, today)).await?;
                }
                let newest = held_dose::of_centre(tx, centre, today, LISTED).await?;
                let count = held_dose::count_of_centre(tx, centre, today).await?;
                Ok::<_, Refusal>(HeldList {
                    newest,
                    count: u64::try_from(count).unwrap_or(0),
                    dismissed,
                    bursts,
                })
            })
        });
        listed.await
    }

    /// Vouches for a held dose that was entered more than three days after it was given, so that it is recorded.
    ///
    /// # Errors
    /// `Forbidden` for a district's staff, `OffRoster`; `NoHeldDose` when none of that number waits for a second person, or
    /// when this is who entered it.
    pub async fn approve_held_dose(&self, staff: &Staff, day: CivilDate, number: i64) -> Result<(), Refusal> {
        if staff.role == StaffRole::DistrictAdmin {
            return Err(Refusal::Forbidden);
        }
        let (sealer, now, role, by) = (self.0.sealer.clone(), self.now(), staff.role, staff.id);
        let key = HeldKey {
            centre: staff.centre,
            day,
            number,
        };
        let approved = self.0.db.write("app::held_dose::approve", move |tx| {
            Box::pin(async move {
                if role == StaffRole::Vaccinator {
                    require_shift(tx, by, (key.centre, now.date())).await?;
                }
                Ok::<_, Refusal>(held_dose::approve(tx, &sealer, key, by, now).await?)
            })
        });
        found(approved.await?)
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

/// With the codes instead of the ids.
async fn named(tx: &mut Tx, sealer: &Sealer, centre: i64, bursts: &[Burst]) -> Result<Vec<BurstOf>, Refusal> {
    if bursts.is_empty() {
        return Ok(Vec::new());
    }
    let staff = members::of_centre(tx, sealer, centre).await?;
    let code = |id: StaffId| {
        staff
            .iter()
            .find(|row| row.id == id)
            .map(|row| row.code.to_string())
    };
    let of = |burst: &Burst| BurstOf {
        code: code(burst.staff).unwrap_or_else(|| "?".to_owned()),
        day: burst.day,
        doses: burst.doses,
    };
    Ok(bursts.iter().map(of).collect())
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
