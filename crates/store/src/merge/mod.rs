//! Records that are one person's: links between them, which come and go and rewrite nothing of either.
//!
//! `link` keeps the links as they hold, `event` what became of them, `proposal` what waits for a second person. None opens
//! a record: whoever reads a course takes a receipt for each of its members.

mod event;
mod link;
mod proposal;

pub use event::{MergeEvent, Told, What, note, told};
pub(crate) use link::forget;
pub use link::{Link, Subject, courses, join, links, lock, part};
pub use proposal::{Decided, NewProposal, Proposal, decide, filed_before, propose};
