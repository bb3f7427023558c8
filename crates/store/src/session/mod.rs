//! Sessions: one centre, date, vaccine and age band, with hourly slots and their seats.
//!
//! Who sits where is `appointment`'s matter; who may sit at all is decided before it comes here.

mod change;
mod read;
mod write;

use pramaan_domain::centre::CentreId;
use pramaan_domain::dose::DoseNumber;
use pramaan_domain::id::SessionId;
use pramaan_domain::place::DistrictId;
use pramaan_domain::session::{AgeBand, Quota};
use pramaan_domain::slot::Slot;
use pramaan_domain::time::{CivilDate, Timestamp};
use pramaan_domain::vaccine::Vaccine;

pub use change::{SeatsOf, add_capacity, close_free_seats, extend, touch};
pub(crate) use read::{
    Locking, assemble, day_of, dose_of, facts_of, quota_of, seat_rows, slot_of, vaccine_of,
};
pub use read::{changed_since, days_changed_since, of_centre, with_seats};
pub(crate) use write::insert;
pub use write::{close, publish};

/// Whether a session takes bookings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SessionState {
    Published,
    Cancelled,
}

impl SessionState {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Cancelled => "cancelled",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Published, Self::Cancelled]
            .into_iter()
            .find(|state| state.code() == code)
    }
}

/// What a session is, without its seats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub id: SessionId,
    pub centre: CentreId,
    pub district: DistrictId,
    pub day: CivilDate,
    pub vaccine: Vaccine,
    pub ages: AgeBand,
    pub state: SessionState,
    pub changed_at: Timestamp,
}

/// A session about to be published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSession {
    pub id: SessionId,
    pub centre: CentreId,
    pub district: DistrictId,
    pub day: CivilDate,
    pub vaccine: Vaccine,
    pub ages: AgeBand,
    /// In order of time.
    pub slots: Vec<NewSlot>,
}

/// A slot about to be published: how many seats for which dose and quota.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSlot {
    pub slot: Slot,
    pub capacity: Vec<(DoseNumber, Quota, u16)>,
}

/// A session with its slots and seats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionSeats {
    pub session: Session,
    /// In order of time.
    pub slots: Vec<SlotSeats>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlotSeats {
    /// Its number within the session, from 0.
    pub number: i64,
    pub slot: Slot,
    /// The last queue number that was given out.
    pub queue: i64,
    pub seats: Vec<Seats>,
}

/// The seats of one dose and quota in one slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seats {
    pub dose: DoseNumber,
    pub quota: Quota,
    /// With how many it was published. What a day adds, gives away or stops is not of the plan.
    pub planned: i64,
    pub capacity: i64,
    pub taken: i64,
}

impl Seats {
    pub fn free(&self) -> i64 {
        (self.capacity - self.taken).max(0)
    }
}
