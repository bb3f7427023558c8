//! Whether the access log was refusing entries of this node a moment ago: then no record could be opened here.

use std::sync::atomic::{AtomicI64, Ordering};

use pramaan_domain::time::Timestamp;
use pramaan_store::StoreError;

use crate::held_dose::JOB;

/// How long a refusal that no accepted entry followed says that records cannot be opened.
const LASTS_SECONDS: i64 = 15 * 60;
const NONE: i64 = i64::MIN;

/// The last refusal, in microseconds since 1970 UTC, until an entry is taken again.
pub(crate) struct LogOutage(AtomicI64);

impl Default for LogOutage {
    fn default() -> Self {
        Self(AtomicI64::new(NONE))
    }
}

impl LogOutage {
    /// Notes what became of an append. What is about one person says nothing about the log, and neither does what the job
    /// failed at that comes back to the same rows again and again.
    pub(crate) fn note<T>(&self, request: &'static str, appended: &Result<T, StoreError>, now: Timestamp) {
        let refused_at = match appended {
            Ok(_) => NONE,
            Err(StoreError::Erased | StoreError::Misplaced { .. }) => return,
            Err(_) if request == JOB => return,
            Err(_) => now.micros(),
        };
        self.0.store(refused_at, Ordering::Relaxed);
    }

    pub(crate) fn lasts(&self, now: Timestamp) -> bool {
        match self.0.load(Ordering::Relaxed) {
            NONE => false,
            refused_at => now < Timestamp::from_micros(refused_at).plus_seconds(LASTS_SECONDS),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_lasts_until_an_entry_is_taken_or_a_quarter_of_an_hour() {
        let (outage, now) = (LogOutage::default(), Timestamp::from_seconds(1_795_321_800));
        assert!(!outage.lasts(now));
        outage.note::<()>("test", &Err(StoreError::Erased), now);
        assert!(!outage.lasts(now), "somebody who was erased is no outage");
        outage.note::<()>(JOB, &Err(StoreError::NoLog), now);
        assert!(!outage.lasts(now), "nor is a row that the job stumbles over");
        outage.note::<()>("test", &Err(StoreError::NoLog), now);
        assert!(outage.lasts(now.plus_seconds(LASTS_SECONDS - 1)));
        assert!(!outage.lasts(now.plus_seconds(LASTS_SECONDS)));
        outage.note(JOB, &Ok(()), now);
        assert!(!outage.lasts(now));
    }
}
