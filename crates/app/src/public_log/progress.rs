//! How far publication is behind the log, and what the operator was told of it.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

use pramaan_domain::time::Timestamp;

const SECOND: i64 = 1_000_000;
/// Entries that wait for longer than this to be published are told of, in seconds.
const ALARM_SECONDS: i64 = 300;
/// How long a witness that disagrees is not asked again, in seconds.
const ASKED_AGAIN_SECONDS: i64 = 60;

/// Entries that are committed and not published yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unpublished {
    pub entries: u64,
    /// Since when all was published last; 0 when nothing waits.
    pub seconds: i64,
}

/// What this node saw of its own publishing.
pub(crate) struct Progress {
    published: AtomicU64,
    /// When everything that this node knew was published; microseconds since 1970 UTC.
    whole_at: AtomicI64,
    /// The last number that this node gave.
    own: AtomicU64,
    /// Entries of the head that this node published once more, for its witnesses; [`u64::MAX`] when none.
    anew: AtomicU64,
    /// The last number of which it is known whether enough witnesses are on it.
    looked_at: AtomicU64,
    /// The last day that this node saw rooted, in days since 1970.
    rooted: AtomicU32,
    /// Whether rows of rooted days were found to be gone.
    days_gone: AtomicBool,
    alarmed: AtomicBool,
    /// Why the witnesses are waited for.
    pub(super) waits: News,
    /// What they say against the log.
    pub(super) disputes: News,
    /// Who was asked about that.
    pub(super) asked: AskedAbout,
}

/// What was told last: a state is told when it changes, not with every run.
#[derive(Default)]
pub(super) struct News(Mutex<String>);

impl News {
    /// Whether this is another than was told last; an empty one ends the state.
    pub(super) fn is_new(&self, told: &str) -> bool {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_new = *held != told;
        told.clone_into(&mut held);
        is_new
    }

    /// The state has ended.
    pub(super) fn end(&self) {
        self.is_new("");
    }
}

/// Since when witnesses were asked what they have seen because they disagree, and whose word was heard with that.
#[derive(Default)]
pub(super) struct AskedAbout(Mutex<(Option<Timestamp>, Vec<String>)>);

impl AskedAbout {
    /// Whether to ask now, as these disagree: once a minute, and at once when somebody else does. All are asked, and each may let
    /// the others wait: who does so with every head would have heads published as late.
    pub(super) fn is_due(&self, disagree: &[&str], now: Timestamp) -> bool {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, heard) = &mut *held;
        let age = since.map(|since| now.micros().saturating_sub(since.micros()) / SECOND);
        if !age.is_some_and(|age| (0..ASKED_AGAIN_SECONDS).contains(&age)) {
            *since = Some(now);
            heard.clear();
        }
        let known = heard.len();
        for name in disagree {
            if !heard.iter().any(|heard| heard == name) {
                heard.push((*name).to_owned());
            }
        }
        heard.len() > known
    }
}

impl Progress {
    pub(crate) fn new(now: Timestamp) -> Self {
        Self {
            published: AtomicU64::new(0),
            whole_at: AtomicI64::new(now.micros()),
            own: AtomicU64::new(0),
            anew: AtomicU64::new(u64::MAX),
            looked_at: AtomicU64::new(0),
            rooted: AtomicU32::new(0),
            days_gone: AtomicBool::new(false),
            alarmed: AtomicBool::new(false),
            waits: News::default(),
            disputes: News::default(),
            asked: AskedAbout::default(),
        }
    }

    /// So many of `size` entries are published.
    pub(super) fn saw(&self, published: u64, size: u64, now: Timestamp) {
        self.published.store(published, Relaxed);
        if published >= size {
            self.whole_at.store(now.micros(), Relaxed);
        }
    }

    pub(super) fn gave(&self, number: u64) {
        self.own.store(number, Relaxed);
    }

    pub(super) fn is_own(&self, number: u64) -> bool {
        self.own.load(Relaxed) == number
    }

    pub(super) fn gave_anew(&self, size: u64) {
        self.anew.store(size, Relaxed);
    }

    pub(super) fn is_anew(&self, size: u64) -> bool {
        self.anew.load(Relaxed) == size
    }

    /// Whether a number is asked about for the first time.
    pub(super) fn is_first_look(&self, number: u64) -> bool {
        self.looked_at.swap(number, Relaxed) != number
    }

    /// The last day that this node saw rooted until now, when it sees this one.
    pub(super) fn saw_rooted(&self, day: u32) -> u32 {
        self.rooted.fetch_max(day, Relaxed)
    }

    pub(super) fn days_are_gone(&self, are_gone: bool) {
        self.days_gone.store(are_gone, Relaxed);
    }

    pub(super) fn are_days_gone(&self) -> bool {
        self.days_gone.load(Relaxed)
    }

    pub(super) fn unpublished(&self, size: u64, now: Timestamp) -> Unpublished {
        let entries = size.saturating_sub(self.published.load(Relaxed));
        let seconds = now.micros().saturating_sub(self.whole_at.load(Relaxed)) / SECOND;
        Unpublished {
            entries,
            seconds: if entries == 0 { 0 } else { seconds },
        }
    }

    /// Tells that publication is behind, once, and that it has caught up.
    pub(super) fn tell(&self, size: u64, now: Timestamp) {
        let Unpublished { entries, seconds } = self.unpublished(size, now);
        if seconds > ALARM_SECONDS {
            if !self.alarmed.swap(true, Relaxed) {
                tracing::error!(
                    entries,
                    seconds,
                    "ALARM: entries of the access log are not published"
                );
            }
        } else if self.alarmed.swap(false, Relaxed) {
            tracing::warn!("the access log is published again");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_795_321_800);

    #[test]
    fn what_waits_is_counted_from_when_nothing_did() {
        let progress = Progress::new(NOW);
        let waits = |entries, seconds| Unpublished { entries, seconds };
        progress.saw(5, 5, NOW.plus_seconds(10));
        assert_eq!(progress.unpublished(5, NOW.plus_seconds(99)), waits(0, 0));
        progress.saw(5, 7, NOW.plus_seconds(20));
        assert_eq!(progress.unpublished(8, NOW.plus_seconds(25)), waits(3, 15));
    }

    #[test]
    fn a_reason_is_told_once_until_it_changes() {
        let news = News::default();
        let told = ["a", "a", "b", "", "b"].map(|reason| news.is_new(reason));
        assert_eq!(told, [true, false, true, true, true]);
    }
}
