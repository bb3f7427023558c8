//! Every SQL statement of Pramaan, written once, for SQLite and PostgreSQL; sealing at the edge; the access log.
//!
//! The only crate that names a database driver: `db` is the seam, `migrate` the schema, and one module per noun holds
//! its statements, each with its name as a comment. It decides nothing about who may do what: it keeps, finds and, for
//! a [`Receipt`], opens. No use cases, no rules and no HTTP: those are `app`, `domain` and `http`.

pub mod access_log;
pub mod appointment;
pub mod backup;
pub mod budget;
pub mod centre;
pub mod certificate;
pub mod claim;
pub mod cohort;
pub mod db;
pub mod dose;
pub mod encounter;
pub mod ended_login;
mod error;
pub mod held_dose;
pub mod household;
pub mod idempotency;
pub mod known_device;
pub mod member;
pub mod migrate;
mod mobile_index;
pub mod otp;
pub mod outbox;
pub mod outside;
mod pad;
pub mod partner;
pub mod person;
mod person_key;
pub mod record;
pub mod registration;
pub mod rekey;
pub mod report;
pub mod roster;
mod sealer;
pub mod session;
pub mod staff;
mod staff_binding;
pub mod staff_device;
pub mod staff_end;
#[cfg(feature = "testing")]
pub mod testing;

pub use access_log::{AccessEntry, AccessLog, Actor, Receipt};
pub use db::{
    ColumnType, DatabaseUrl, Db, DbOptions, Durability, Engine, Row, Tx, Value, Work, batches,
    rows_placeholders,
};
pub use error::StoreError;
pub use outside::ErasureList;
pub use sealer::Sealer;
