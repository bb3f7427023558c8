//! Work that others can get in the way of: done over a few times before it is given up.

use crate::Refusal;

/// Does `work` until somebody else's writing at the same moment no longer gets in its way, `attempts` times at most. Each time
/// it looks anew at what there is.
pub(crate) async fn again<T, W>(attempts: u8, mut work: impl FnMut() -> W) -> Result<T, Refusal>
where
    W: Future<Output = Result<T, Refusal>>,
{
    let mut attempt = 1;
    loop {
        match work().await {
            Err(Refusal::Unavailable(error)) if error.is_retryable() && attempt < attempts => attempt += 1,
            done => return done,
        }
    }
}
