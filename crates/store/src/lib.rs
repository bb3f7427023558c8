//! Every SQL statement, written once, for SQLite and PostgreSQL; the access log that mints receipts.
//!
//! The only crate that names a database driver: `db` is the seam, `migrate` the schema, and one module per noun holds
//! its statements. No use cases, no rules and no HTTP: those are `app`, `domain` and `http`.

pub mod db;
mod error;
pub mod migrate;
#[cfg(feature = "testing")]
pub mod testing;

pub use db::{
    ColumnType, DatabaseUrl, Db, DbOptions, Durability, Engine, Row, Tx, Value, Work, batches,
    rows_placeholders,
};
pub use error::StoreError;
