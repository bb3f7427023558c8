//! The CoWIN-compatible face: its wire types, errors and oddities, field for field.
//!
//! Oddities kept on purpose are listed in docs/compatibility.md. Handlers live beside these modules, one per noun.

pub mod appointment;
pub mod auth;
pub mod availability;
pub mod beneficiary;
pub mod captcha;
pub mod certificate;
pub mod code;
pub mod cors;
pub mod date;
pub mod error;
pub mod metadata;
pub mod principal;
mod refusal;
pub mod report;
pub mod vaccinator;
pub mod wire;
