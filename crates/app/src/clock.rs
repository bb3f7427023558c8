//! The clock as an argument: production asks the system, tests set the time.

use pramaan_domain::time::Timestamp;

/// Tells the time. Only the composition root has one that looks at the system's clock.
pub trait Clock: Send + Sync {
    fn now(&self) -> Timestamp;
}
