//! People who come to a site without an appointment: registered at its desk, and seated from the walk-ins' quota.
//!
//! Registering opens nothing: what is stored was just typed. A mobile number is bound to the record only when its owner reads
//! out a code that was sent to it; without one the person has a household of their own, which nobody can log in to. So no
//! desk can put anybody into a stranger's family, and none learns from a number who lives behind it.

mod facilitator;
mod newcomer;
mod register;
mod seat;
mod withdraw;

pub use facilitator::{FacilitatorDay, PEOPLE_A_FACILITATOR};
pub use newcomer::{Arrival, Company, Newcomer, Undocumented};
pub use pramaan_store::desk_registration::{Facilitator, WithoutDocument};
pub use register::{Bound, DeskMobile, WalkIn};
pub(crate) use register::{Desk, Room, home_of};
pub use seat::{FreeSeat, Seated, WalkInSeat};
pub use withdraw::Withdrawn;
