//! The pages of staff on a real app, in process: the main way through, and what may go wrong on it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod aefi;
mod browser;
mod burst;
mod card;
mod card_desk;
mod correction;
mod correction_second;
mod day;
mod day_counted;
mod device;
mod door;
mod evidence;
mod factor;
mod held_dose;
mod kept;
mod late;
mod left_over;
mod move_person;
mod office;
mod offline;
mod paper;
mod paper_shown;
mod planning;
mod session_told;
mod stock;
mod stolen;
mod two_sites;
mod vaccination;
mod walk_in;
