//! Stock at a centre: a double-entry ledger of the doses of each batch, the clock of open vials, expiry and recall.
//!
//! Doses move from one account to another and are never made or lost on the way. Only the accounts through which doses
//! come in may go below zero: there they stand for what came. Whether a dose may be given is not asked here.

mod account;
mod batch;
mod ledger;
mod shelf;
mod vial;

pub use account::{Account, Act, Direction, Movement, ParseAccount, Side, Waste};
pub use batch::{Batch, BatchKey, Objection, Recall};
pub use ledger::{Doses, Ledger, MOST_DOSES, ParseDoses, Short};
pub use shelf::{Shelf, Source};
pub use vial::{OpenVial, VialFacts, VialStatus, pick, vial_facts};
