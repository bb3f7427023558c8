//! Records joined without the two people of a site.

use pramaan_store::merge;

use super::TestApp;
use crate::Citizen;

impl TestApp {
    /// Joins the records of the only members of two households, as two people of a site do; nobody is told.
    pub async fn join_records(&self, one: &Citizen, other: &Citizen) {
        let ends = (self.member(one).await, self.member(other).await);
        let (sealer, now) = (self.sealer.clone(), self.clock.now());
        let joined = self.db.write("testing::join_records", move |tx| {
            Box::pin(async move {
                merge::lock(tx, &sealer, &[ends.0, ends.1]).await?;
                merge::join(tx, &sealer, ends, now).await
            })
        });
        let joined = joined.await.unwrap_or_else(|error| panic!("{error}"));
        joined.unwrap_or_else(|refused| panic!("{refused:?}"));
    }
}
