#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
//! The site's half of the story: staff, roster, evidence, dose, certificate; each on both engines.

mod aefi;
mod any_order;
mod card;
mod card_access;
mod card_elsewhere;
mod certificate;
mod change;
mod contact;
mod correction;
mod correction_erased;
mod crossing;
mod crossing_order;
mod database;
mod dispute;
mod dose;
mod evidence;
#[path = "../fixture/mod.rs"]
mod fixture;
mod guardian;
mod guardian_desk;
mod held_dose;
mod language;
mod login_tries;
mod member;
mod member_card;
mod member_gone;
mod member_private;
mod merge;
mod merge_seat;
mod merge_sight;
mod merge_undone;
mod objection;
mod office;
mod office_bursts;
mod offline;
mod offline_any_order;
mod paper;
mod planning;
mod private;
mod private_opened;
mod report;
mod retention;
mod roster;
mod shared_news;
mod staff;
mod staff_end;
mod stock;
mod stock_follows;
mod support;
mod two_nurses;
mod walk_in;
mod withdrawal;
