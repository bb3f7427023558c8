//! What waits for a second person at a centre. Nothing is opened.

use pramaan_domain::merge::Act;
use pramaan_store::merge::Proposal;

use crate::proposal::Waiting;
use crate::{App, Refusal, Staff};

impl App {
    /// The merges and un-merges that wait at a centre.
    ///
    /// # Errors
    /// `Forbidden` for a district's staff; `OffRoster` for a vaccinator who does not work there today.
    pub async fn merges_waiting(&self, staff: &Staff) -> Result<Vec<Waiting<Act>>, Refusal> {
        let second = self.second(staff);
        let found = self.0.db.read("app::merge::list", move |tx| {
            Box::pin(async move { second.waiting::<Proposal>(tx).await })
        });
        found.await
    }
}
