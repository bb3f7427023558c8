//! A district's day for its officer: what needs somebody, and how far the blocks are. Nobody is opened for it.

mod morning;
mod progress;
mod report;

use pramaan_domain::place::DistrictId;

pub use morning::{Morning, Need, Unopened};
pub use progress::{BlockDay, MOST_TARGET, PROGRESS_DAYS, Progress, Target};
pub use report::{Happened, Report};

use crate::{Refusal, Staff, StaffRole};

/// The district of an admin.
fn own(staff: &Staff) -> Result<DistrictId, Refusal> {
    match staff.role {
        StaffRole::DistrictAdmin => DistrictId::from_number(staff.district).map_err(|_| Refusal::Forbidden),
        StaffRole::SiteManager | StaffRole::Vaccinator => Err(Refusal::Forbidden),
    }
}
