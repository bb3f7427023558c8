//! Recalls: a batch that no centre may use from a day on. A dose of it is off-protocol, never impossible.

use pramaan_domain::stock::{BatchKey, Recall};
use pramaan_store::stock;

use super::invalid;
use crate::{App, Refusal, Staff, StaffRole};

impl App {
    /// Recalls a batch for every centre, on the word of a district's administrator.
    ///
    /// # Errors
    /// `Forbidden` for anybody else; `Invalid` with the field `since` for a day to come.
    pub async fn recall_batch(&self, staff: &Staff, recall: Recall) -> Result<(), Refusal> {
        match staff.role {
            StaffRole::DistrictAdmin => self.add_recall(recall).await,
            StaffRole::SiteManager | StaffRole::Vaccinator => Err(Refusal::Forbidden),
        }
    }

    /// The same on the word of whoever runs the server.
    ///
    /// # Errors
    /// `Invalid` with the field `since` for a day to come.
    pub async fn add_recall(&self, recall: Recall) -> Result<(), Refusal> {
        let now = self.now();
        if recall.since > now.date() {
            return Err(invalid(
                "since",
                "give the day from which it is not used: today or before",
            ));
        }
        let recalled = self.0.db.write("app::stock::recall", move |tx| {
            Box::pin(async move { stock::recall(tx, &recall, now).await })
        });
        Ok(recalled.await?)
    }

    /// Ends a recall.
    ///
    /// # Errors
    /// `UnknownBatch` when that batch is not recalled.
    pub async fn lift_recall(&self, key: BatchKey) -> Result<(), Refusal> {
        let now = self.now();
        let lifted = self.0.db.write("app::stock::lift", move |tx| {
            Box::pin(async move { stock::lift(tx, &key, now).await })
        });
        match lifted.await? {
            true => Ok(()),
            false => Err(Refusal::UnknownBatch),
        }
    }

    /// Every recall that holds, newest first; each member of staff may read them.
    pub async fn recalls(&self) -> Result<Vec<Recall>, Refusal> {
        let found = self
            .0
            .db
            .read("app::stock::recalls", |tx| Box::pin(stock::recalls(tx)));
        Ok(found.await?)
    }
}
