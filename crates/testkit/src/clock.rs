//! A clock that stands still until it is moved.

use std::sync::atomic::{AtomicI64, Ordering};

use pramaan_domain::time::Timestamp;

/// Shared by reference; starts where the test says.
#[derive(Debug)]
pub struct TestClock(AtomicI64);

impl TestClock {
    pub fn at(start: Timestamp) -> Self {
        Self(AtomicI64::new(start.micros()))
    }

    pub fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst))
    }

    /// Moves the clock and answers the new instant.
    pub fn advance_seconds(&self, seconds: i64) -> Timestamp {
        let later = self.now().plus_seconds(seconds);
        self.0.store(later.micros(), Ordering::SeqCst);
        later
    }
}
