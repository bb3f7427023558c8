//! People, doses, sites, sessions, appointments and dated rules: newtypes and state transitions.
//!
//! No input or output, no async, no clock, no chance, no SQL, no HTTP. Whatever varies is an argument.

pub mod access;
pub mod id;
pub mod time;
