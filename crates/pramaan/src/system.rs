//! The system's clock and its source of chance: the only place that asks for either.

use std::time::{SystemTime, UNIX_EPOCH};

use pramaan_app::Clock;
use pramaan_domain::time::Timestamp;
use pramaan_keys::Entropy;

pub(crate) struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the clock that everybody else is handed"
    )]
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }
}

pub(crate) struct SystemEntropy;

impl Entropy for SystemEntropy {
    #[expect(
        clippy::disallowed_methods,
        clippy::panic,
        reason = "without chance no key, code or nonce is safe: stop"
    )]
    fn fill(&self, buf: &mut [u8]) {
        if let Err(error) = getrandom::fill(buf) {
            panic!("the operating system gives no random bytes: {error}");
        }
    }
}
