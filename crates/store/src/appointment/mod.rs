//! Appointments: seats sold once, in batches, with the claims and answers that belong to them in one transaction.
//!
//! Sessions are locked in order of id and then persons in order of theirs, so that nodes wait for each other and never
//! deadlock; what is decided between lock and commit is decided in Rust, over everything that the batch needs, read in a
//! fixed number of statements. The session's lock protects its seats, the person's their claims and places.
//! Whether a person may have the dose at all was decided before.

mod book;
mod change;
mod complete;
mod given;
mod ledger;
mod missed;
mod move_on;
mod release;
mod withdraw;

use pramaan_domain::dose::DoseNumber;
use pramaan_domain::id::{AppointmentId, MessageId, PersonId, SessionId};
use pramaan_domain::session::Quota;
use pramaan_domain::slot::Slot;
use pramaan_keys::MacKind;

use crate::idempotency::RequestKey;
use crate::member::Subject;
use crate::outbox::Outgoing;
use crate::sealer::Sealer;

pub use book::book;
pub use complete::{complete, complete_at, held_for, lock_for_dose, reopen};
pub use given::{GivenPlace, place_given};
pub(crate) use missed::miss;
pub use move_on::{
    Moved, Rebooked, Telling, close_session, live_in, lock_people, move_session, one_a_phone, reschedule,
    stop_session,
};
pub use release::{come_late, lock_sessions, release};
pub use withdraw::cancel;

/// Members of one household who want seats in one slot: all of them or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookingRequest {
    pub session: SessionId,
    pub slot: Slot,
    pub quota: Quota,
    pub dose: DoseNumber,
    /// One to six, no one twice; each with the household that keeps them, which need not be the one that sees them.
    pub members: Vec<Subject>,
    pub key: Option<RequestKey>,
    /// Queued with the seats, when they are given now.
    pub message: Option<Outgoing>,
}

/// Seats that were given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booked {
    pub appointment: AppointmentId,
    pub answer: Answer,
    /// The message that was queued in the same commit, to be delivered after it.
    pub message: Option<MessageId>,
}

/// Whether something was done, or had been done before under the same key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    Fresh,
    Repeated,
}

/// Why no seat was given, moved or returned. Nothing changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BookingRefusal {
    #[error("no such session")]
    UnknownSession,
    #[error("the session was cancelled")]
    SessionCancelled,
    #[error("no such slot in this session")]
    UnknownSlot,
    #[error("the slot has ended")]
    SlotEnded,
    #[error("not enough seats are left")]
    Full,
    #[error("a member already has an appointment for this dose")]
    AlreadyBooked,
    #[error("a member is not there any more")]
    UnknownMember,
    #[error("no such appointment in this household")]
    UnknownAppointment,
    #[error("the appointment is over")]
    AppointmentOver,
    #[error("the key was used for another request")]
    KeyReused,
}

pub type BookingOutcome = Result<Booked, BookingRefusal>;

/// Where one member's place at a session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AppointmentState {
    Booked,
    Vaccinated,
    Cancelled,
    /// Rescheduled to another session; the seat is free again.
    Moved,
    /// The slot ended without the dose, and since then the person booked again or was deleted. The seat stays taken:
    /// nobody else could come in time for it.
    Missed,
}

impl AppointmentState {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Booked => "booked",
            Self::Vaccinated => "vaccinated",
            Self::Cancelled => "cancelled",
            Self::Moved => "moved",
            Self::Missed => "missed",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        [
            Self::Booked,
            Self::Vaccinated,
            Self::Cancelled,
            Self::Moved,
            Self::Missed,
        ]
        .into_iter()
        .find(|state| state.code() == code)
    }
}

/// What is kept of a member's four digits for the check at the site.
pub fn code_mac(sealer: &Sealer, appointment: AppointmentId, person: PersonId, code: &str) -> [u8; 32] {
    sealer.keys.mac(
        MacKind::AppointmentCode,
        &[appointment.as_bytes(), person.as_bytes(), code.as_bytes()],
    )
}

/// Four digits. The remainder of 64 random bits favours no code by more than one in 10^15.
fn new_code(sealer: &Sealer) -> String {
    format!("{:04}", u64::from_le_bytes(sealer.random()) % 10_000)
}
