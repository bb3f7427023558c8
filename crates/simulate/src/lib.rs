//! A synthetic nation with the counts of a real day, what is measured while it is vaccinated, and whether its books balance.
//!
//! All of it is arithmetic: who the people are, where they go and when is a pure function of a scale, a seed and a number.
//! Nobody in it exists. Laying the nation in a database and vaccinating it is the matter of others.

pub mod books;
pub mod nation;
pub mod report;

mod apportion;
mod chance;
mod counts;
mod names;
mod scale;

pub use chance::{ParseSeed, Seed};
pub use counts::DAY;
pub use nation::Nation;
pub use scale::{ParseScale, Scale};
