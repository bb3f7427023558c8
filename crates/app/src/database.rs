//! How the database is doing, for whoever watches the server.

pub use pramaan_store::db::{BOUNDS, Outcome, PoolState, Transactions};

use crate::App;

impl App {
    /// What became of the database's transactions since the start, by name.
    pub fn transactions(&self) -> Vec<Transactions> {
        self.0.db.transactions()
    }

    /// Who is at the database and who waits; `None` for the embedded one.
    pub fn pool(&self) -> Option<PoolState> {
        self.0.db.pool()
    }
}
