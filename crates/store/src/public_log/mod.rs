//! What the public gets of the access log: published heads, tiles, bundles of leaves and the policies that leaves name.
//!
//! Nothing here opens anything: leaves hold no personal data. It reads what was committed and answers only what the newest
//! publication covers, so that nobody can be shown a leaf of which no head was promised.

mod before;
mod covered;
mod policy;
mod publication;
mod tile;

pub use before::{Before, before, earlier, readable_before};
pub(crate) use before::{end, is_known};
pub use covered::{Covered, covered, edge_gives};
pub use policy::{keep as keep_policy, text as policy_text};
#[cfg(feature = "testing")]
pub use publication::publish_under;
pub use publication::{Mark, Of, Publication, last, newest, numbered, publish, publish_anew};
pub(crate) use publication::{columns, forget_altered, mac};
pub use tile::{Tiles, bundle, tile};

/// A number as the database has it.
pub(crate) fn number(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
