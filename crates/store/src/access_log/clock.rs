//! Which clock the log goes by, and what is done when a node's own clock is another.
//!
//! A receipt carries its caller's time, because the caller's clock is what it dies by; the entry carries the log's, which
//! never runs back. So a clock that was wrong for a while leaves entries with a late hour and stops nobody afterwards.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::Instant;

use pramaan_domain::time::Timestamp;
use pramaan_tlog::leaf::AccessKind;

use super::entry::AccessEntry;
use crate::StoreError;

/// How far two clocks may differ, in seconds.
pub const CLOCK_TOLERANCE_SECONDS: i64 = 5;
const SECOND: i64 = 1_000_000;

/// Whose time the entries carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogClock {
    /// PostgreSQL's own, against which each node's is compared. On SQLite the process's: there is no other.
    Engine,
    /// The callers', uncompared: for a past that is made up, and for tests whose time stands still.
    Callers,
}

/// An entry on its way into the log.
#[derive(Debug, Clone)]
pub(crate) struct Pending {
    pub(crate) entry: AccessEntry,
    pub(crate) kind: AccessKind,
    /// The caller's time: the receipt's.
    pub(crate) now: Timestamp,
    /// When that was: a request may have waited since.
    pub(crate) asked: Instant,
}

impl Pending {
    /// This node's clock at this moment: what the caller brought, and what went by since.
    pub(crate) fn node_time(&self) -> Timestamp {
        let waited = i64::try_from(self.asked.elapsed().as_micros()).unwrap_or(i64::MAX);
        Timestamp::from_micros(self.now.micros().saturating_add(waited))
    }
}

/// The entries' time, and how it came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LogTime {
    pub(crate) at: Timestamp,
    /// How many seconds the head is ahead of the clock, where that is more than clocks may differ.
    pub(crate) held_back: Option<i64>,
}

/// The database's clock beside this node's.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Compared {
    pub(crate) engine: Timestamp,
    /// This node's when it asked, and when it had the answer: waiting for the head's lock is no difference.
    pub(crate) before: Timestamp,
    pub(crate) after: Timestamp,
}

/// The time of the next batch: the database's where it has one, else the newest that a caller brought, `asked`.
pub(crate) fn log_time(
    head: Timestamp,
    asked: Timestamp,
    compared: Option<Compared>,
) -> Result<LogTime, StoreError> {
    let clock = match compared {
        Some(compared) => compared.agreed()?,
        None => asked,
    };
    let late = head.micros().saturating_sub(clock.micros()) / SECOND;
    Ok(LogTime {
        at: clock.max(head),
        held_back: (late > CLOCK_TOLERANCE_SECONDS).then_some(late),
    })
}

impl Compared {
    fn agreed(self) -> Result<Timestamp, StoreError> {
        let ahead = self.before.micros().saturating_sub(self.engine.micros());
        let behind = self.engine.micros().saturating_sub(self.after.micros());
        let off = if ahead > behind { ahead } else { -behind };
        match ahead.max(behind) > CLOCK_TOLERANCE_SECONDS * SECOND {
            true => Err(StoreError::ClockOff {
                seconds: off / SECOND,
            }),
            false => Ok(self.engine),
        }
    }
}

/// What is wrong with the clocks, counted since the start of the process.
#[derive(Debug, Default)]
pub struct ClockHealth {
    refused: AtomicU64,
    held_back: AtomicU64,
    /// So that a state is logged when it begins and when it ends, not with every batch.
    alarmed: AtomicBool,
}

impl ClockHealth {
    /// Batches refused, because this node's clock is not the database's.
    pub fn refused(&self) -> u64 {
        self.refused.load(Relaxed)
    }

    /// Batches whose entries carry the head's time, because the clock is behind it.
    pub fn held_back(&self) -> u64 {
        self.held_back.load(Relaxed)
    }

    pub(super) fn observe(&self, outcome: Result<LogTime, &StoreError>) {
        match outcome {
            Ok(LogTime { held_back: None, .. }) => {
                if self.alarmed.swap(false, Relaxed) {
                    tracing::warn!("the clock and the access log agree again");
                }
            }
            Ok(LogTime {
                held_back: Some(seconds),
                ..
            }) => {
                self.held_back.fetch_add(1, Relaxed);
                if !self.alarmed.swap(true, Relaxed) {
                    tracing::error!(
                        seconds,
                        "the access log is ahead of the clock: a clock was wrong or was set back; \
                         entries carry the log's time until the clock has caught up"
                    );
                }
            }
            Err(StoreError::ClockOff { seconds }) => {
                self.refused.fetch_add(1, Relaxed);
                if !self.alarmed.swap(true, Relaxed) {
                    tracing::error!(
                        seconds,
                        "this node's clock is off the database's: it discloses nothing until its clock is set right"
                    );
                }
            }
            Err(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Timestamp = Timestamp::from_seconds(1_795_321_800);

    fn compared(engine: i64, before: i64, after: i64) -> Result<LogTime, StoreError> {
        let [engine, before, after] = [engine, before, after].map(|seconds| NOON.plus_seconds(seconds));
        let compared = Compared {
            engine,
            before,
            after,
        };
        log_time(NOON, before, Some(compared))
    }

    #[test]
    fn five_seconds_are_borne_and_six_are_not() {
        let off = |seconds| compared(0, seconds, seconds).map(|time| time.at);
        assert_eq!((off(5), off(-5)), (Ok(NOON), Ok(NOON)));
        assert_eq!(off(6), Err(StoreError::ClockOff { seconds: 6 }));
        assert_eq!(off(-60), Err(StoreError::ClockOff { seconds: -60 }));
    }

    #[test]
    fn waiting_for_the_lock_is_no_wrong_clock() {
        for read in [0, 20, 40] {
            assert_eq!(compared(read, 0, 40).unwrap().at, NOON.plus_seconds(read));
        }
    }

    #[test]
    fn a_head_in_the_future_keeps_its_time_and_is_alarmed() {
        let time = |head| log_time(NOON.plus_seconds(head), NOON, None).unwrap();
        let plain = LogTime {
            at: NOON.plus_seconds(5),
            held_back: None,
        };
        assert_eq!(time(5), plain);
        assert_eq!(time(600).held_back, Some(600));
        assert_eq!(time(600).at, NOON.plus_seconds(600));
        assert_eq!(time(-600).at, NOON);
    }

    #[test]
    fn each_bad_batch_is_counted() {
        let health = ClockHealth::default();
        let late = LogTime {
            at: NOON,
            held_back: Some(9),
        };
        health.observe(Ok(late));
        health.observe(Ok(late));
        health.observe(Err(&StoreError::ClockOff { seconds: 9 }));
        health.observe(Err(&StoreError::Busy));
        assert_eq!((health.held_back(), health.refused()), (2, 1));
    }
}
