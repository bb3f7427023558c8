//! Correcting doses: records opened for it, and changes that wait for a second person.
//!
//! A visit lets its member of staff show the record again, each time with a new access entry; a proposal says what is to
//! become of one dose. Neither opens anything by itself. The change is `dose_change`'s.

mod proposal;
mod visit;

pub(crate) use proposal::overtake;
pub use proposal::{
    Before, Corrected, Decided, Filed, NewProposal, Proposal, To, decide, filed_before, propose,
};
pub use visit::{Visit, VisitKey, find_visit, insert_visit, purge_visits, visits_of};
