//! Lists of cases without anybody's name: a centre's own of the last weeks, and what a district has to do by when.

use pramaan_domain::place::DistrictId;
use pramaan_domain::time::Timestamp;
use pramaan_store::aefi::{self, Listed};

use super::district::own_district;
use crate::roster::require_shift;
use crate::{App, Refusal, Staff, StaffRole};

/// Lines of a list at most.
pub const LISTED: u32 = 200;
/// How far back a centre's list goes.
const CENTRE_SECONDS: i64 = 60 * 86_400;
const DAY: i64 = 86_400;

/// What runs in a district, the longest due first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Clocks {
    pub cases: Vec<Listed>,
    /// Of those, how many should have been done by now.
    pub overdue: usize,
    /// And how many are to be done within the next 24 hours.
    pub soon: usize,
}

/// Whether what a case waits for should have been done.
pub fn is_overdue(case: &Listed, now: Timestamp) -> bool {
    case.due_at.is_some_and(|due| due < now)
}

impl App {
    /// The cases that a member of staff may know of: a district's officer those of the district that wait for something,
    /// others those of their centre. Opens nothing.
    ///
    /// # Errors
    /// `OffRoster` for a vaccinator who does not work there today.
    pub async fn aefi_cases(&self, staff: &Staff) -> Result<Clocks, Refusal> {
        match staff.role {
            StaffRole::DistrictAdmin => self.aefi_clocks(own_district(staff)?).await,
            StaffRole::Vaccinator | StaffRole::SiteManager => self.cases_of_centre(staff).await,
        }
    }

    /// The clocks of a district, for its list and for its morning page. Opens nothing.
    pub async fn aefi_clocks(&self, district: DistrictId) -> Result<Clocks, Refusal> {
        let sealer = self.0.sealer.clone();
        let cases = self.0.db.read("app::aefi::clocks", move |tx| {
            Box::pin(async move { aefi::cases_of_district(tx, &sealer, district, LISTED).await })
        });
        let cases = cases.await?;
        Ok(Clocks::at(
            cases.iter().map(aefi::Case::listed).collect(),
            self.now(),
        ))
    }

    async fn cases_of_centre(&self, staff: &Staff) -> Result<Clocks, Refusal> {
        let (id, role, now) = (staff.id, staff.role, self.now());
        let (centre, sealer) = (staff.centre, self.0.sealer.clone());
        let cases = self.0.db.read("app::aefi::of_centre", move |tx| {
            Box::pin(async move {
                if role != StaffRole::SiteManager {
                    require_shift(tx, id, (centre, now.date())).await?;
                }
                let since = now.plus_seconds(-CENTRE_SECONDS);
                Ok::<_, Refusal>(aefi::cases_of_centre(tx, &sealer, (centre, since), LISTED).await?)
            })
        });
        let cases = cases.await?;
        Ok(Clocks::at(cases.iter().map(aefi::Case::listed).collect(), now))
    }
}

impl Clocks {
    fn at(cases: Vec<Listed>, now: Timestamp) -> Self {
        let overdue = cases.iter().filter(|case| is_overdue(case, now)).count();
        let end = now.plus_seconds(DAY);
        let by_then = |case: &&Listed| case.due_at.is_some_and(|due| due <= end);
        Self {
            overdue,
            soon: cases.iter().filter(by_then).count() - overdue,
            cases,
        }
    }
}
