//! What is kept no longer than its purpose lasts: birth dates of those who turned 18, codes, budgets, old messages.
//!
//! A job, never on a request's path. It opens nothing, so it needs no receipt: what is due is found by keyed indexes and
//! by instants.

use pramaan_store::person;

use crate::otp::Sweep;
use crate::{App, Refusal};

/// Steps of one run at most, so that a long absence is caught up with bit by bit.
const SWEEPS: usize = 1_000;

impl App {
    /// Erases what is due; answers how many birth dates that were.
    pub async fn retain(&self) -> Result<u64, Refusal> {
        let (sealer, today) = (self.0.sealer.clone(), self.today());
        let erased = self.0.db.write("app::retention::birth_dates", move |tx| {
            Box::pin(async move { person::erase_due_birth_dates(tx, &sealer, today).await })
        });
        let erased = erased.await?;
        for _ in 0..SWEEPS {
            if self.sweep_logins().await? == Sweep::Done {
                break;
            }
        }
        Ok(erased)
    }
}
