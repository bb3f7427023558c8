//! Every SQL statement of Pramaan, once, for SQLite and for PostgreSQL; sealing at the edge; the access log.
//!
//! The only crate that names a database driver. It decides nothing about who may do what: it keeps, finds and, for a
//! [`Receipt`], opens. One file a noun; each statement carries its name as a comment.

pub mod access_log;
pub mod household;
pub mod person;
mod person_key;
mod sealer;

pub use access_log::{AccessEntry, AccessLog, Actor, Receipt};
pub use sealer::Sealer;
