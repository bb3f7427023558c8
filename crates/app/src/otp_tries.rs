//! Guesses at one-time passwords, counted in the process as well: who can write the database can set its counts back, and
//! gets so no more than three guesses at a code from each node.

use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};

use lru::LruCache;
use pramaan_domain::id::TxnId;
use pramaan_store::otp::OTP_GUESSES;

/// Transactions with a wrong guess that are remembered; the one longest untouched is forgotten first. Far more than
/// three minutes bring; some 7 MB.
const REMEMBERED: NonZeroUsize = NonZeroUsize::MIN.saturating_add(65_535);

/// By transaction, how many guesses were judged that were not right, or of which nobody heard.
pub(crate) struct OtpTries(Mutex<LruCache<TxnId, u8>>);

impl Default for OtpTries {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(REMEMBERED)))
    }
}

/// Whether a guess may be judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Allowed,
    Over,
}

impl OtpTries {
    /// Counts a guess before it is judged, so that none is free whatever becomes of its transaction.
    pub(crate) fn take(&self, txn: TxnId) -> Verdict {
        let mut tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = tries.get_or_insert_mut(txn, || 0);
        if *count >= OTP_GUESSES {
            return Verdict::Over;
        }
        *count += 1;
        Verdict::Allowed
    }

    /// Forgets a transaction whose code is known to who guessed it.
    pub(crate) fn forget(&self, txn: TxnId) {
        let mut tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tries.pop(&txn);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_transaction_has_three_until_it_is_forgotten() {
        let tries = OtpTries::default();
        let [one, two] = [1, 2].map(|byte| TxnId::from_random([byte; 16]));
        for _ in 0..3 {
            assert_eq!(tries.take(one), Verdict::Allowed);
        }
        assert_eq!(
            (tries.take(one), tries.take(two)),
            (Verdict::Over, Verdict::Allowed)
        );
        tries.forget(one);
        assert_eq!(tries.take(one), Verdict::Allowed);
    }
}
