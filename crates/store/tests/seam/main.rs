//! The seam keeps the same promises on both engines.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod concurrency;
mod failures;
mod migrations;
mod rows;
mod statements;
mod support;
mod transactions;
mod values;
