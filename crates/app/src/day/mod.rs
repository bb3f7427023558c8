//! What a site manager does with a centre's day: seats of people who did not come, doses that are left, sessions that go on
//! for longer, stop or move, and the close. Each is an event that stays.

mod change;
mod close;
mod leftover;
mod release;

use pramaan_domain::time::CivilDate;

pub use change::{Extension, Move};
pub use close::{Closed, Closing, DayCount};
pub use pramaan_store::day_event::{DayEvent, DayEventKind, DayFigure, Figure};
pub use release::Released;

use crate::{App, Refusal, Staff, StaffRole};

/// How often a transaction that gave way to another is run again.
const ATTEMPTS: u8 = 10;

/// A site manager and the day of the centre.
#[derive(Clone)]
struct Manager {
    code: String,
    here: (i64, CivilDate),
}

impl Manager {
    fn of(app: &App, staff: &Staff) -> Result<Self, Refusal> {
        match staff.role {
            StaffRole::SiteManager => Ok(Self {
                code: staff.code.clone(),
                here: (staff.centre, app.today()),
            }),
            StaffRole::Vaccinator | StaffRole::DistrictAdmin => Err(Refusal::Forbidden),
        }
    }
}

fn invalid(field: &'static str, sentence: &str) -> Refusal {
    Refusal::Invalid {
        field,
        sentence: sentence.to_owned(),
    }
}
