#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
//! The site's half of the story: staff, roster, evidence, dose, certificate; each on both engines.

mod any_order;
mod certificate;
mod change;
mod crossing;
mod database;
mod dispute;
mod dose;
mod evidence;
mod held_dose;
mod language;
mod login_tries;
mod member;
mod report;
mod retention;
mod roster;
mod staff;
mod staff_end;
mod support;
mod walk_in;
