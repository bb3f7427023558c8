//! People, doses, sites, sessions, appointments and dated rules: newtypes and state transitions.
//!
//! No input or output, no async, no clock, no chance, no SQL, no HTTP. Whatever varies is an argument.

pub mod access;
pub mod aefi;
pub mod birth;
pub mod booking;
pub mod card;
pub mod centre;
pub mod correction;
pub mod document;
pub mod dose;
pub mod gender;
pub mod guardian;
pub mod id;
pub mod language;
pub mod merge;
pub mod mobile;
pub mod name;
pub mod number_id;
pub mod objection;
pub mod pin;
pub mod pincode;
pub mod place;
pub mod place_name;
pub mod private_member;
pub mod reference_id;
pub mod review;
pub mod rules;
pub mod session;
pub mod site_device;
pub mod slot;
pub mod staff;
pub mod staff_event;
pub mod staff_sheet;
pub mod stock;
pub mod tally;
pub mod time;
pub mod vaccine;
pub mod visit;
pub mod wire_date;
