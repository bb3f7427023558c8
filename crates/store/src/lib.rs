//! Every SQL statement of Pramaan, written once, for SQLite and PostgreSQL; sealing at the edge; the access log.
//!
//! The only crate that names a database driver: `db` is the seam, `migrate` the schema, and one module per noun holds
//! its statements, each with its name as a comment. It decides nothing about who may do what: it keeps, finds and, for
//! a [`Receipt`], opens. No use cases, no rules and no HTTP: those are `app`, `domain` and `http`.

pub mod access_log;
pub mod aefi;
pub mod appointment;
pub mod backup;
pub mod budget;
pub mod card;
pub mod centre;
pub mod certificate;
pub mod claim;
pub mod cohort;
pub mod correction;
pub mod day_event;
pub mod day_index;
pub mod db;
pub mod desk_registration;
pub mod district;
pub mod dose;
mod dose_binding;
pub mod dose_change;
pub mod encounter;
pub mod ended_login;
mod error;
pub mod facilitator;
pub mod factor_request;
pub mod held_dose;
pub mod household;
pub mod idempotency;
pub mod known_device;
pub mod member;
pub mod merge;
pub mod migrate;
mod mobile_index;
pub mod objection;
pub mod opening;
pub mod otp;
pub mod outbox;
pub mod outside;
pub mod own_data;
mod pad;
pub mod parked_form;
pub mod partner;
pub mod person;
mod person_key;
pub mod private_member;
pub mod proposal;
pub mod public_log;
pub mod record;
pub mod registration;
pub mod rekey;
pub mod report;
pub mod retention;
pub mod review;
pub mod rewrap;
pub mod roster;
mod sealer;
pub mod session;
pub mod site_device;
pub mod site_shift;
pub mod staff;
mod staff_binding;
pub mod staff_device;
pub mod staff_elsewhere;
pub mod staff_end;
pub mod staff_event;
pub mod staff_mobile;
pub mod staff_pin;
pub mod staff_sheet;
pub mod stock;
mod tag_key;
pub mod target;
#[cfg(feature = "testing")]
pub mod testing;
pub mod unsent;
pub mod view_key;
pub mod visit;
pub mod withdrawal;

pub use access_log::{AccessEntry, AccessLog, Actor, Receipt};
pub use db::{
    ColumnType, DatabaseUrl, Db, DbOptions, Durability, Engine, Row, Rows, TimeLimits, Tx, Value, Work,
};
pub use error::StoreError;
pub use outside::ErasureList;
pub use sealer::Sealer;
