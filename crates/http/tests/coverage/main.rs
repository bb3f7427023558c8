#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
//! Every route of every face: it is in the inventory, it refuses whom it must, and it logs what it opens.

mod correction;
mod day;
mod device;
mod headline;
mod jobs;
mod log_down;
mod merge;
mod office;
mod partner;
mod played;
mod private;
mod refused;
mod source;
mod staff;
mod story;
mod world;
