//! The seam keeps the same promises on both engines.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod again;
mod concurrency;
mod counted;
mod crowd;
mod failures;
mod limits;
mod migrations;
mod outages;
mod rows;
mod statements;
mod support;
mod transactions;
mod values;
