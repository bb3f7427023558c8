//! Work that others can get in the way of: done over a few times before it is given up.

use std::time::Duration;

use pramaan_store::Sealer;
use pramaan_store::db::{GivesWay, jittered};

use crate::Refusal;

impl GivesWay for Refusal {
    fn gives_way(&self) -> bool {
        matches!(self, Self::Unavailable(error) if error.is_retryable())
    }
}

/// How long to wait before a transaction is begun again: longer with each attempt, and by chance.
pub(crate) fn pause(sealer: &Sealer) -> impl Fn(u8) -> Duration + Send + Sync {
    |attempt| jittered(attempt, u64::from_le_bytes(sealer.random()))
}

/// Does `work` until somebody else's writing at the same moment no longer gets in its way, `attempts` times at most. Each time
/// it looks anew at what there is.
pub(crate) async fn again<T, W>(attempts: u8, mut work: impl FnMut() -> W) -> Result<T, Refusal>
where
    W: Future<Output = Result<T, Refusal>>,
{
    let mut attempt = 1;
    loop {
        match work().await {
            Err(refusal) if refusal.gives_way() && attempt < attempts => attempt += 1,
            done => return done,
        }
    }
}
