//! What tests share: a PostgreSQL cluster, chance that repeats itself, a clock that is moved by hand, how much to do, a
//! scanner for values that must be nowhere, a published log with all its secrets known, what went over a line and whether a log
//! discloses it.
//!
//! Nothing here knows `store`: its test databases are in `pramaan_store::testing`, so that the types of `store` exist
//! once in its own tests. Never part of the product.

pub mod captured;
pub mod postgres;
pub mod published;
pub mod scan;
pub mod size;
pub mod told;

mod clock;
mod entropy;
mod mutate;

pub use clock::TestClock;
pub use entropy::SeededEntropy;
pub use mutate::Mutator;
pub use pramaan_testkit_macros::store_test;
pub use size::{cases, sized};
