#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
//! Logging in by one-time password: codes, budgets, messages, tokens, partners; on both engines.

mod budget;
mod code;
mod database;
mod delivery;
mod ended;
mod no_oracle;
mod partner;
mod status;
mod support;
mod token;
