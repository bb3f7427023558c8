//! Transactions that others stood in the way of, or whose connection broke before their commit, begun again from their start.

use std::fmt;
use std::time::Duration;

use super::Outcome;
use crate::error::StoreError;

/// No pause is longer.
const LONGEST: Duration = Duration::from_millis(100);

/// Whether an error says that somebody else was faster, and that the same work may succeed when it is done again.
pub trait GivesWay {
    fn gives_way(&self) -> bool;
}

impl GivesWay for StoreError {
    fn gives_way(&self) -> bool {
        matches!(self, Self::Busy | Self::Serialization)
    }
}

/// How often a transaction is tried, and how long is waited before each further attempt.
#[derive(Clone, Copy)]
pub struct Again<'a> {
    attempts: u8,
    pause: &'a (dyn Fn(u8) -> Duration + Send + Sync),
}

impl fmt::Debug for Again<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at most {} attempts", self.attempts)
    }
}

impl<'a> Again<'a> {
    /// `attempts` in all; `pause` is given the number of the attempt that failed, from 1: [`jittered`] is one.
    pub fn new(attempts: u8, pause: &'a (dyn Fn(u8) -> Duration + Send + Sync)) -> Self {
        Self { attempts, pause }
    }

    /// Why the attempt is to be followed by another; `None` when its answer stands.
    pub(super) fn why<T, E: GivesWay>(
        &self,
        attempt: u8,
        answer: &Result<T, E>,
        outcome: Outcome,
    ) -> Option<Outcome> {
        let Err(error) = answer else { return None };
        let reason = match outcome {
            Outcome::Serialization | Outcome::Deadlock | Outcome::Busy | Outcome::Lost => outcome,
            // The work itself saw that somebody else was faster.
            _ if error.gives_way() => Outcome::Serialization,
            _ => return None,
        };
        (attempt < self.attempts).then_some(reason)
    }

    pub(super) async fn pause(&self, attempt: u8) {
        let pause = (self.pause)(attempt);
        if !pause.is_zero() {
            tokio::time::sleep(pause).await;
        }
    }
}

/// A pause that doubles with each attempt from two milliseconds up to a hundred, of which a random part is taken: who met once
/// does not meet again at the same moment.
pub fn jittered(attempt: u8, chance: u64) -> Duration {
    let doubled = 1_u64.checked_shl(attempt.into()).map(Duration::from_millis);
    let most = doubled.unwrap_or(LONGEST).min(LONGEST);
    let micros = u64::try_from(most.as_micros()).unwrap_or(u64::MAX);
    Duration::from_micros(chance % micros.saturating_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_tenth_of_a_second_and_are_spread() {
        let longest = |attempt| {
            (0..200_000)
                .map(|chance| jittered(attempt, chance))
                .max()
                .unwrap()
        };
        assert_eq!(longest(1), Duration::from_millis(2));
        assert_eq!(longest(3), Duration::from_millis(8));
        assert_eq!(longest(7), LONGEST);
        assert_eq!(longest(255), LONGEST);
        assert_eq!(jittered(3, 0), Duration::ZERO);
    }

    #[test]
    fn only_what_may_succeed_is_done_again() {
        let again = Again::new(3, &|_| Duration::ZERO);
        let refused = |error: StoreError| Err::<(), _>(error);
        let lost = || refused(StoreError::unavailable("the connection broke"));
        assert_eq!(again.why(1, &lost(), Outcome::Lost), Some(Outcome::Lost));
        assert_eq!(again.why(3, &lost(), Outcome::Lost), None);
        assert_eq!(again.why(1, &lost(), Outcome::InDoubt), None);
        assert_eq!(again.why(1, &lost(), Outcome::Unavailable), None);
        let crowded = refused(StoreError::Crowded);
        assert_eq!(again.why(1, &crowded, Outcome::Crowded), None);
        let met = refused(StoreError::Serialization);
        assert_eq!(again.why(2, &met, Outcome::Deadlock), Some(Outcome::Deadlock));
        assert_eq!(again.why(1, &met, Outcome::Refused), Some(Outcome::Serialization));
        assert_eq!(again.why(1, &Ok::<_, StoreError>(()), Outcome::Ok), None);
    }
}
