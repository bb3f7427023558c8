//! The access log: the only place that inserts access entries, and the only one that mints [`Receipt`]s.
//!
//! An entry is durable, its leaf hashed into the tree and the new head signed, all in one commit, before a receipt comes
//! back. When the log cannot be written nothing can be opened; what needs no opening goes on. It does not decide whether
//! an opening is allowed: the caller brings the hash of the policy that did.

pub(crate) mod append;
mod checked;
pub(crate) mod clock;
pub(crate) mod committed;
mod compared;
mod contact;
mod detail;
pub mod dishonest;
mod entry;
mod erasure;
pub mod extract;
mod extract_day;
pub(crate) mod head;
mod keys_before;
pub(crate) mod leaf;
mod list;
pub(crate) mod operation;
pub(crate) mod places;
mod proof;
mod queue;
mod receipt;
mod told;
#[cfg(feature = "testing")]
pub(crate) mod unwritten;

pub use checked::{Check, Checked, Finding, Numbered, check};
pub use clock::{CLOCK_TOLERANCE_SECONDS, ClockHealth, LogClock};
pub use compared::{InLog, Missing};
pub use contact::ContactChanges;
pub use detail::AccessDetail;
pub use entry::{AccessEntry, Actor};
pub use erasure::Erasure;
pub use head::{Head, create, head};
pub use keys_before::check_keys_before;
pub use list::{Cursor, Listed, ListedAccess, Part, list};
pub use proof::{Proven, proof};
pub use queue::AccessLog;
pub(crate) use receipt::Opening;
pub use receipt::{RECEIPT_SECONDS, Receipt};
