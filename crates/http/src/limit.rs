//! Request budgets per network, by the generic cell rate algorithm, in bounded memory.
//!
//! A coarse shield against floods from one place. It is *not* the budget of OTPs or registrations, which survives a
//! restart and lives with its use case: Indian carriers put thousands of people behind one address.

use std::fmt;
use std::net::IpAddr;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use lru::LruCache;
use pramaan_app::origin::ClientAddr;
use pramaan_domain::time::Timestamp;

use crate::face::Face;
use crate::server::client_of;

/// The clock, as an argument.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// So many requests in so long; a full budget may be spent at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    pub requests: u32,
    pub per: Duration,
}

/// Where a request came from, as coarse as addresses are handed out: an IPv4 /24 or an IPv6 /56.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Network {
    Loopback,
    V4([u8; 3]),
    V6([u8; 7]),
}

impl From<ClientAddr> for Network {
    fn from(client: ClientAddr) -> Self {
        match client.ip() {
            address if address.is_loopback() => Self::Loopback,
            IpAddr::V4(v4) => {
                let [a, b, c, _] = v4.octets();
                Self::V4([a, b, c])
            }
            IpAddr::V6(v6) => {
                let [a, b, c, d, e, f, g, ..] = v6.octets();
                Self::V6([a, b, c, d, e, f, g])
            }
        }
    }
}

/// Whether a request is within its budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Allowed,
    /// Come back after this long.
    Over(Duration),
}

/// Budgets by network; cheap to clone.
#[derive(Clone)]
pub struct RequestLimit(Arc<Inner>);

struct Inner {
    everyone: Budget,
    loopback: Budget,
    clock: Clock,
    /// For each network the instant, in microseconds, at which its budget is whole again.
    whole_at: Mutex<LruCache<Network, i64>>,
}

impl fmt::Debug for RequestLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestLimit")
            .field("everyone", &self.0.everyone)
            .field("loopback", &self.0.loopback)
            .finish_non_exhaustive()
    }
}

impl RequestLimit {
    /// `remember` networks are kept, the least recent one is forgotten first; 65,536 take about 6 MB.
    pub fn new(everyone: Budget, loopback: Budget, remember: NonZeroUsize, clock: Clock) -> Self {
        Self(Arc::new(Inner {
            everyone,
            loopback,
            clock,
            whole_at: Mutex::new(LruCache::new(remember)),
        }))
    }

    /// Spends one request of `network`, unless it has none left.
    pub fn check(&self, network: Network) -> Verdict {
        let budget = if network == Network::Loopback {
            self.0.loopback
        } else {
            self.0.everyone
        };
        let now = (self.0.clock)().micros();
        let per = i64::try_from(budget.per.as_micros()).unwrap_or(i64::MAX);
        let step = (per / i64::from(budget.requests.max(1))).max(1);
        let mut networks = self.0.whole_at.lock().unwrap_or_else(PoisonError::into_inner);
        let whole_at = networks.get_or_insert_mut(network, || now);
        let next = (*whole_at).max(now).saturating_add(step);
        let ahead = next.saturating_sub(now);
        if ahead > per {
            return Verdict::Over(Duration::from_micros(u64::try_from(ahead - per).unwrap_or(0)));
        }
        *whole_at = next;
        Verdict::Allowed
    }
}

/// Middleware: 429, the same for everyone, when the network of the client is over its budget.
pub async fn limit_requests(State(limit): State<RequestLimit>, request: Request, next: Next) -> Response {
    match limit.check(client_of(request.extensions()).into()) {
        Verdict::Allowed => next.run(request).await,
        Verdict::Over(_) => Face::of(request.uri(), request.headers()).over_budget(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::sync::atomic::{AtomicI64, Ordering};

    const BUDGET: Budget = Budget {
        requests: 10,
        per: Duration::from_secs(60),
    };
    const WIDE: Budget = Budget {
        requests: 2_000,
        per: Duration::from_secs(60),
    };

    fn limit(remember: usize) -> (RequestLimit, Arc<AtomicI64>) {
        let now = Arc::new(AtomicI64::new(1_600_000_000_000_000));
        let clock = Arc::clone(&now);
        let clock: Clock = Arc::new(move || Timestamp::from_micros(clock.load(Ordering::Relaxed)));
        (
            RequestLimit::new(BUDGET, WIDE, NonZeroUsize::new(remember).unwrap(), clock),
            now,
        )
    }

    fn network(text: &str) -> Network {
        ClientAddr::new(text.parse().unwrap()).into()
    }

    #[test]
    fn a_budget_is_spent_at_once_and_grows_back_evenly() {
        let (limit, now) = limit(8);
        let home = network("203.0.113.7");
        for _ in 0..10 {
            assert_eq!(limit.check(home), Verdict::Allowed);
        }
        assert_eq!(limit.check(home), Verdict::Over(Duration::from_secs(6)));
        now.fetch_add(6_000_000, Ordering::Relaxed);
        assert_eq!(limit.check(home), Verdict::Allowed);
        assert!(matches!(limit.check(home), Verdict::Over(_)));
        assert_eq!(limit.check(network("203.0.114.7")), Verdict::Allowed);
    }

    #[test]
    fn networks_are_as_wide_as_they_are_handed_out() {
        assert_eq!(network("203.0.113.7"), network("203.0.113.250"));
        assert_eq!(network("::ffff:203.0.113.7"), network("203.0.113.9"));
        assert_eq!(network("2001:db8:0:1::1"), network("2001:db8:0:ff::2"));
        assert_ne!(network("2001:db8:0:100::1"), network("2001:db8:0:200::1"));
        for loopback in ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"] {
            assert_eq!(network(loopback), Network::Loopback);
        }
    }

    #[test]
    fn loopback_has_its_own_budget() {
        let (limit, _) = limit(8);
        for _ in 0..2_000 {
            assert_eq!(limit.check(Network::Loopback), Verdict::Allowed);
        }
        assert!(matches!(limit.check(Network::Loopback), Verdict::Over(_)));
    }

    #[test]
    fn memory_is_bounded() {
        let (limit, _) = limit(4);
        for third in 0..200 {
            limit.check(Network::V4([10, 0, third]));
        }
        assert_eq!(limit.0.whole_at.lock().unwrap().len(), 4);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(pramaan_testkit::cases(256)))]

        /// Whatever the rhythm: the budget once, and one more for each step of time that passed.
        #[test]
        fn nobody_gets_more_than_the_budget(steps in proptest::collection::vec(0i64..8_000_000, 1..200)) {
            let (limit, now) = limit(8);
            let start = now.load(Ordering::Relaxed);
            let mut allowed = 0_i64;
            for step in steps {
                now.fetch_add(step, Ordering::Relaxed);
                allowed += i64::from(limit.check(network("198.51.100.1")) == Verdict::Allowed);
            }
            let passed = now.load(Ordering::Relaxed) - start;
            prop_assert!(allowed <= 10 + passed / 6_000_000);
        }
    }
}
