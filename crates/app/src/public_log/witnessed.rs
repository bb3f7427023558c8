//! How long ago the witnesses signed: an alarm when that is long, and an end to openings when it is too long.
//!
//! Vaccination goes on: a dose is held as when the log is down.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering::Relaxed};

use pramaan_domain::time::Timestamp;
use pramaan_store::StoreError;

use super::cosigner::{Cosigners, NoWitnesses};

const SECOND: i64 = 1_000_000;

/// When an old cosignature is told, and when it stops openings; both in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Freshness {
    pub alarm_seconds: i64,
    pub stop_seconds: i64,
}

impl Default for Freshness {
    /// Five minutes; four hours, the limit of X-Road for time-stamps.
    fn default() -> Self {
        Self {
            alarm_seconds: 300,
            stop_seconds: 4 * 3_600,
        }
    }
}

/// The witnesses of a log, and how long it goes on without them.
#[derive(Clone)]
pub struct Witnesses {
    pub cosigners: Arc<dyn Cosigners>,
    pub freshness: Freshness,
}

impl Default for Witnesses {
    /// None.
    fn default() -> Self {
        Self {
            cosigners: Arc::new(NoWitnesses),
            freshness: Freshness::default(),
        }
    }
}

/// What the operator is told of the witnesses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WitnessHealth {
    /// The log has none.
    None,
    /// They have not answered since the start, or have never signed: nothing is opened until they have.
    Awaited,
    /// They signed so many seconds ago.
    Fresh { seconds: i64 },
    /// Longer ago than the alarm allows.
    Stale { seconds: i64 },
    /// So long ago that nothing is opened.
    Stopped { seconds: i64 },
}

/// The witnesses, and when this node last had their signatures.
pub(crate) struct Witnessed {
    pub(super) cosigners: Arc<dyn Cosigners>,
    freshness: Freshness,
    /// Microseconds since 1970 UTC; [`NEVER`] when nothing that they signed is known.
    last: AtomicI64,
    /// Whether they are yet to say what they have seen.
    awaited: AtomicBool,
    alarmed: AtomicBool,
}

const NEVER: i64 = i64::MIN;

impl Witnessed {
    pub(crate) fn names(&self) -> &[String] {
        self.cosigners.names()
    }

    /// A node begins with the benefit of the doubt: it counts from `now`, its start.
    pub(crate) fn new(witnesses: Witnesses, now: Timestamp) -> Self {
        Self {
            cosigners: witnesses.cosigners,
            freshness: witnesses.freshness,
            last: AtomicI64::new(now.micros()),
            awaited: AtomicBool::new(false),
            alarmed: AtomicBool::new(false),
        }
    }

    /// Nothing is believed of before the start: they are to answer, and what they signed is to be seen. A restart earns no
    /// new time.
    pub(super) fn wait(&self) {
        self.last.store(NEVER, Relaxed);
        self.awaited.store(true, Relaxed);
    }

    pub(super) fn is_awaited(&self) -> bool {
        self.awaited.load(Relaxed)
    }

    /// Enough of them have said what they have seen.
    pub(super) fn answered(&self) {
        self.awaited.store(false, Relaxed);
    }

    /// Enough of them signed.
    pub(super) fn signed(&self, now: Timestamp) {
        self.last.fetch_max(now.micros(), Relaxed);
    }

    pub(super) fn seconds_since(&self, now: Timestamp) -> i64 {
        now.micros().saturating_sub(self.last.load(Relaxed)) / SECOND
    }

    /// Why a head is not published.
    pub(super) fn uncosigned(&self, now: Timestamp) -> StoreError {
        match self.last.load(Relaxed) {
            NEVER => StoreError::Unanswered,
            _ => StoreError::Uncosigned {
                seconds: self.seconds_since(now),
            },
        }
    }

    pub(crate) fn health(&self, now: Timestamp) -> WitnessHealth {
        let seconds = self.seconds_since(now);
        let is_awaited = self.is_awaited() || self.last.load(Relaxed) == NEVER;
        match self.cosigners.are_there() {
            false => WitnessHealth::None,
            true if is_awaited => WitnessHealth::Awaited,
            true if seconds > self.freshness.stop_seconds => WitnessHealth::Stopped { seconds },
            true if seconds > self.freshness.alarm_seconds => WitnessHealth::Stale { seconds },
            true => WitnessHealth::Fresh { seconds },
        }
    }

    /// Whether anything may be opened.
    ///
    /// # Errors
    /// `Unwitnessed` when no quorum has signed for too long, `Unanswered` when none has since the start.
    pub(crate) fn heed(&self, now: Timestamp) -> Result<(), StoreError> {
        match self.health(now) {
            WitnessHealth::Stopped { seconds } => Err(StoreError::Unwitnessed { seconds }),
            WitnessHealth::Awaited => Err(StoreError::Unanswered),
            _ => Ok(()),
        }
    }

    /// Tells a change of state in the log of the program, once each way.
    pub(super) fn tell(&self, now: Timestamp) {
        match self.health(now) {
            WitnessHealth::Stale { seconds } | WitnessHealth::Stopped { seconds } => {
                if !self.alarmed.swap(true, Relaxed) {
                    tracing::error!(
                        seconds,
                        "ALARM: the witnesses have not signed the head of the access log: nothing new is published, and \
                         nothing is opened once the limit is reached"
                    );
                }
            }
            // Told by whoever asks them.
            WitnessHealth::Awaited => {}
            WitnessHealth::None | WitnessHealth::Fresh { .. } => {
                if self.alarmed.swap(false, Relaxed) {
                    tracing::warn!("the witnesses sign the head of the access log again");
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::cosigner::{Consistency, Cosigning};
    use super::*;

    struct Some;

    impl Cosigners for Some {
        fn names(&self) -> &[String] {
            &[]
        }

        fn are_there(&self) -> bool {
            true
        }

        fn cosign<'a>(&'a self, _: &'a str, _: &'a dyn Consistency) -> Cosigning<'a> {
            unreachable!("not asked here")
        }
    }

    const NOW: Timestamp = Timestamp::from_seconds(1_795_321_800);

    #[test]
    fn five_minutes_alarm_and_four_hours_stop() {
        let witnessed = Witnessed::new(
            Witnesses {
                cosigners: Arc::new(Some),
                ..Witnesses::default()
            },
            NOW,
        );
        let health = |seconds| witnessed.health(NOW.plus_seconds(seconds));
        assert_eq!(health(300), WitnessHealth::Fresh { seconds: 300 });
        assert_eq!(health(301), WitnessHealth::Stale { seconds: 301 });
        assert_eq!(health(14_400), WitnessHealth::Stale { seconds: 14_400 });
        assert_eq!(health(14_401), WitnessHealth::Stopped { seconds: 14_401 });
        assert_eq!(
            witnessed.heed(NOW.plus_seconds(14_401)),
            Err(StoreError::Unwitnessed { seconds: 14_401 })
        );
        witnessed.signed(NOW.plus_seconds(14_401));
        assert_eq!(witnessed.heed(NOW.plus_seconds(14_402)), Ok(()));
    }

    #[test]
    fn a_log_without_witnesses_never_stops_for_them() {
        assert_eq!(
            Witnessed::new(Witnesses::default(), Timestamp::from_micros(0)).heed(NOW),
            Ok(())
        );
    }
}
