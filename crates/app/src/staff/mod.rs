//! Members of staff: invited, enrolled by a one-time link, logged in with password and second factor.
//!
//! What they may open is `policy`'s matter; where they work today is the roster's.

mod door;
mod end;
mod enrol;
mod invite;
mod login;
mod mobile;
mod password;
mod totp;

pub use door::{StaffDevice, StaffDoor, StaffLoginBudgets, StaffOrigin};
pub use end::{Ended, Member};
pub use enrol::{Enrolment, Password, Showing};
pub use invite::{Invitation, Invitee, LINK_SECONDS};
pub use login::{ABSOLUTE_SECONDS, IDLE_SECONDS, StaffLogin, StaffSession};
pub(crate) use login::{LoginDesk, principal};
pub(crate) use password::Keyed;
