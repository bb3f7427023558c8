//! How long PostgreSQL lets one transaction stand in others' way.

use std::time::Duration;

/// In how much of a request's time each has to end: for a lock two fifths, for the transaction's next statement a half, for a
/// statement nine tenths.
const TENTHS: [u32; 3] = [4, 5, 9];
/// What a request is given, unless the operator says less.
const REQUEST: Duration = Duration::from_secs(10);

/// What the server ends by itself, so that a node that was stopped in the middle of a transaction keeps nobody waiting for
/// longer. Its transaction is rolled back, its commit refused, and nothing of it was acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeLimits {
    /// Waiting for a lock: then `Busy`.
    pub lock: Duration,
    /// Between two statements of a transaction: then the connection is ended, and with it the transaction.
    pub idle: Duration,
    /// One statement: then `Unavailable`.
    pub statement: Duration,
}

impl TimeLimits {
    /// Those of a server that answers each request within `request`: each shorter, so that it is the database that ends what
    /// takes too long, and never longer than by default.
    pub fn within(request: Duration) -> Self {
        let request = request.min(REQUEST);
        let [lock, idle, statement] = TENTHS.map(|tenths| request * tenths / 10);
        Self {
            lock,
            idle,
            statement,
        }
    }

    /// As PostgreSQL's command line has them, in milliseconds.
    pub(super) fn options(&self) -> String {
        let named = [
            ("lock_timeout", self.lock),
            ("idle_in_transaction_session_timeout", self.idle),
            ("statement_timeout", self.statement),
        ];
        // Nought would be no limit.
        named
            .map(|(name, limit)| format!("-c {name}={} ", limit.as_millis().max(1)))
            .concat()
    }
}

impl Default for TimeLimits {
    /// 4, 5 and 9 seconds.
    fn default() -> Self {
        Self::within(REQUEST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_limit_is_below_the_time_of_a_request_and_none_is_nought() {
        let (lock, idle, statement) = (
            Duration::from_secs(4),
            Duration::from_secs(5),
            Duration::from_secs(9),
        );
        let limits = TimeLimits {
            lock,
            idle,
            statement,
        };
        assert_eq!(TimeLimits::default(), limits);
        assert_eq!(TimeLimits::within(Duration::from_secs(60)), limits);
        let short = TimeLimits::within(Duration::from_secs(2));
        assert_eq!(short.statement, Duration::from_millis(1_800));
        assert_eq!(
            TimeLimits::within(Duration::ZERO).options(),
            "-c lock_timeout=1 -c idle_in_transaction_session_timeout=1 -c statement_timeout=1 "
        );
    }
}
