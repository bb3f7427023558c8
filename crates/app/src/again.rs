//! Work that others can get in the way of: done over a few times before it is given up.

use std::time::Duration;

use pramaan_store::db::{GivesWay, jittered};
use pramaan_store::{Sealer, StoreError};

use crate::{App, Refusal};

impl GivesWay for Refusal {
    fn gives_way(&self) -> bool {
        matches!(self, Self::Unavailable(error) if error.is_retryable())
    }
}

/// How long to wait before a transaction is begun again: longer with each attempt, and by chance.
pub(crate) fn pause(sealer: &Sealer) -> impl Fn(u8) -> Duration + Send + Sync {
    |attempt| jittered(attempt, u64::from_le_bytes(sealer.random()))
}

impl App {
    /// Does `work` until somebody else's writing at the same moment no longer gets in its way, `attempts` times at most. Each
    /// time it looks anew at what there is. Further attempts are counted under `name`.
    pub(crate) async fn again<T, W>(
        &self,
        name: &'static str,
        attempts: u8,
        mut work: impl FnMut() -> W,
    ) -> Result<T, Refusal>
    where
        W: Future<Output = Result<T, Refusal>>,
    {
        let mut attempt = 1;
        loop {
            match work().await {
                Err(Refusal::Unavailable(error)) if error.is_retryable() && attempt < attempts => {
                    self.give_way(name, attempt, &error).await;
                    attempt += 1;
                }
                done => return done,
            }
        }
    }

    /// Before the attempt after this one: counts it, and lets the others pass.
    pub(crate) async fn give_way(&self, name: &'static str, attempt: u8, error: &StoreError) {
        let wait = pause(&self.0.sealer)(attempt);
        self.0.db.give_way(name, error, wait).await;
    }
}
