#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
//! The day at a site: who is where, seats of those who did not come, doses that are left, sessions that change, the close;
//! each on both engines.

mod change;
mod close;
#[path = "../fixture/mod.rs"]
mod fixture;
mod leftover;
mod release;
mod support;
mod visit;
