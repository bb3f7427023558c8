//! Members of staff: invited, enrolled by a one-time link, logged in with password and second factor.
//!
//! What they may open is `policy`'s matter; where they work today is the roster's.

mod device;
mod door;
mod elsewhere;
mod end;
mod enrol;
mod event;
mod factor;
mod invite;
mod login;
mod mobile;
mod password;
mod replacement;
mod sheet;
mod shift;
mod totp;
mod unsent;

pub use device::{DEVICES, DeviceInvitation, EnrolledDevice, SiteDevice};
pub use door::{StaffDevice, StaffDoor, StaffLoginBudgets, StaffOrigin};
pub use end::{Ended, Member};
pub use enrol::{Enrolment, Password, Showing, qr_svg};
pub use event::{EVENTS, EventLine, Genuine, ListedEvent, StaffEvent};
pub use factor::{FactorLine, REQUEST_SECONDS};
pub use invite::{Invitation, Invitee, LINK_SECONDS};
pub use login::{ABSOLUTE_SECONDS, IDLE_SECONDS, StaffLogin, StaffSession};
pub(crate) use login::{LoginDesk, principal};
pub(crate) use password::Keyed;
pub use sheet::{PrintedSheet, SheetLeft, SheetOf};
pub use shift::{Parked, PinState, PinTry, Switching};
pub use unsent::{MOST_UNSENT, Unsent};
