//! A person's extract: what holds, what is noticed, and how large it gets.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod cases;
mod log;
mod page;
mod size;
mod vectors;
