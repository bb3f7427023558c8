//! What is kept no longer than its purpose lasts: birth dates of those who turned 18, codes, budgets, logins, answers,
//! encounters, held doses that ended, old messages, memberships of bulk lists that count no longer.
//!
//! A job, never on a request's path. It opens nothing, so it needs no receipt: what is due is found by keyed indexes and by
//! instants. What it deleted is told once a day in an entry of its own, see `proof`; that it works is told at every moment,
//! see `standing`. A backup keeps what was deleted here for as long as backups are kept.

mod periods;
mod proof;
mod purge;
mod standing;

use pramaan_store::retention;

use crate::{App, Refusal, StoreError};

pub use periods::*;
pub use pramaan_store::retention::{Agreement, Run};
pub use proof::{FORM, status};
pub(crate) use standing::Seen;
pub use standing::{Age, Oldest, Pulse, Standing, Status, Trouble};

/// What one run could not do. It does the rest all the same.
#[derive(Debug, Default)]
struct Failures {
    /// Tables that could not be emptied of what is due, or not be looked at.
    tables: Vec<&'static str>,
    first: Option<StoreError>,
}

impl Failures {
    /// Keeps what went wrong with a table, and tells the operator.
    fn heed<T>(&mut self, table: &'static str, done: Result<T, StoreError>) -> Option<T> {
        let error = match done {
            Ok(done) => return Some(done),
            Err(error) => error,
        };
        tracing::error!(table, %error, "rows whose time is over are not deleted; it is tried again");
        if !self.tables.contains(&table) {
            self.tables.push(table);
        }
        self.first.get_or_insert(error);
        None
    }
}

impl App {
    /// Erases what is due, each table for itself, and tells it in the log; answers how many birth dates that were. Whatever
    /// went wrong, everything else is done, and what is there then is looked at and shown.
    ///
    /// # Errors
    /// The first that was met, after all the rest was done.
    pub async fn retain(&self) -> Result<u64, Refusal> {
        let mut failures = Failures::default();
        let erased = failures.heed(BIRTH_DATES.table, self.erase_birth_dates().await);
        for kept in every_table() {
            failures.heed(kept.table, self.purge_table(kept).await);
        }
        self.tell_retention(&mut failures).await;
        match failures.first {
            None => Ok(erased.unwrap_or_default()),
            Some(error) => Err(error.into()),
        }
    }

    /// How the job stands at this moment, by what its last run in this process saw.
    pub fn retention(&self) -> Standing {
        self.0.retention.standing(self.now())
    }

    /// What entry `index` of the log told of the job; none when that is no entry of the job's.
    pub async fn retention_told(&self, index: u64) -> Result<Option<Run>, Refusal> {
        let told = self.0.db.read("app::retention::told", move |tx| {
            Box::pin(retention::told(tx, index))
        });
        Ok(told.await?)
    }
}
