//! Shared devices: enrolment, PINs, shifts, printed codes, lost second factors, replacements, and what is kept of it all.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod database;
mod elsewhere;
mod factor;
mod pin;
mod replacement;
mod sheet;
mod support;
