//! The index of each day's subject tags: made when the day has ended, rooted in the log, kept to prove from.
//!
//! The root is signed only over entries that give the root of the signed head: whoever altered leaves in the database gets
//! no day root over them. It opens nothing: tags stand in public leaves.

mod due;
mod owed;
mod prove;
mod root;
mod scan;

pub use due::rooted;
pub use owed::owed;
pub use prove::{Rooted, prove};
pub use root::root_next;

/// Levels of the day's tree below a kept row of tags.
const LEVELS_OF_A_PART: u8 = 10;
/// Tags in a kept row: 16 kB.
const TAGS_OF_A_PART: u64 = 1 << LEVELS_OF_A_PART;
