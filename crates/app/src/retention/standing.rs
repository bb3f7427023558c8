//! Whether what is due goes in time, as of the moment that somebody asks: a job that fails or has ended cannot go on
//! looking well.

use std::sync::{Arc, PoisonError, RwLock};

use pramaan_domain::time::Timestamp;
use pramaan_store::retention::{Agreement, Run};

use super::{BIRTH_DATES, Kept, every_table};

const DAY: i64 = 86_400;
/// The job runs every hour; what is a day late was not deleted.
const GRACE_DAYS: i64 = 1;
/// Two runs that did not come.
const SILENT_SECONDS: i64 = 2 * 3_600;
/// An entry is written each day, with the day's first run.
const UNTOLD_SECONDS: i64 = 26 * 3_600;

/// The oldest row of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Oldest {
    /// There is none.
    None,
    /// So old by the table's own column, negative for what has not begun to count.
    Seconds(i64),
    /// The table could not be looked at.
    Unseen,
}

/// A table, and the oldest row of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Age {
    pub kept: Kept,
    pub oldest: Oldest,
}

impl Age {
    /// In whole days, none below zero.
    pub fn days(&self) -> Option<i64> {
        match self.oldest {
            Oldest::Seconds(seconds) => Some((seconds / DAY).max(0)),
            Oldest::None | Oldest::Unseen => None,
        }
    }

    /// The days as they are written: `-` of an empty table, `?` of one that could not be looked at.
    pub fn written(&self) -> String {
        match self.oldest {
            Oldest::None => "-".to_owned(),
            Oldest::Unseen => "?".to_owned(),
            Oldest::Seconds(_) => self.days().unwrap_or_default().to_string(),
        }
    }

    /// Whether it should have gone a day ago or more, when it was seen so many seconds ago.
    fn is_overdue(&self, seen_ago: i64) -> bool {
        let most = (i64::from(self.kept.days) + GRACE_DAYS) * DAY;
        match self.oldest {
            Oldest::None => false,
            Oldest::Seconds(seconds) => seconds + seen_ago.max(0) > most,
            Oldest::Unseen => true,
        }
    }
}

/// Every table of which something goes with time, and the last entry about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    pub at: Timestamp,
    pub ages: Vec<Age>,
    /// Tables that the run before could not empty, or that could not be looked at.
    pub failed: Vec<&'static str>,
    pub last: Option<Run>,
}

impl Status {
    /// Tables with rows that should have gone a day before `now`.
    pub fn overdue(&self, now: Timestamp) -> Vec<&'static str> {
        let ago = now.seconds() - self.at.seconds();
        let late = self.ages.iter().filter(|age| age.is_overdue(ago));
        late.map(|age| age.kept.table).collect()
    }

    /// What is wrong with the last entry; none of a log that has none yet.
    pub fn trouble(&self, now: Timestamp) -> Option<Trouble> {
        let last = self.last.as_ref()?;
        if last.leaf == Agreement::Differs {
            return Some(Trouble::Altered);
        }
        let untold = now.seconds() - last.at.seconds() > UNTOLD_SECONDS;
        untold.then_some(Trouble::Untold)
    }
}

/// What is wrong with the last entry of the job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// Its leaf does not commit to the text that is kept.
    Altered,
    /// It is more than a day old.
    Untold,
}

/// Whether the job of this process runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pulse {
    Runs,
    /// No run has ended for two hours: what is overdue nobody knows.
    Silent,
}

/// How the job stands at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// When that was.
    pub now: Timestamp,
    /// What the last run saw; none before one has ended in this process.
    pub seen: Option<Arc<Status>>,
    pub pulse: Pulse,
    /// Tables with rows that should have gone a day before; every table while the job is silent.
    pub overdue: Vec<&'static str>,
    /// Tables that the last run could not empty, or that could not be looked at.
    pub failed: Vec<&'static str>,
    /// Since a run of this process last did all of its work, or since the process began.
    pub seconds: i64,
}

impl Standing {
    /// Whether the job runs and leaves nothing undone.
    pub fn is_well(&self) -> bool {
        self.pulse == Pulse::Runs && self.overdue.is_empty() && self.failed.is_empty()
    }
}

/// What the job of this process saw last.
pub(crate) struct Seen {
    started: Timestamp,
    last: RwLock<Last>,
}

#[derive(Default)]
struct Last {
    status: Option<Arc<Status>>,
    /// When a run last did all of its work.
    whole: Option<Timestamp>,
}

impl Seen {
    pub(crate) fn new(started: Timestamp) -> Self {
        Self {
            started,
            last: RwLock::default(),
        }
    }

    pub(super) fn set(&self, status: Status) {
        // A writer that panicked left a whole value behind.
        let mut last = self.last.write().unwrap_or_else(PoisonError::into_inner);
        if status.failed.is_empty() {
            last.whole = Some(status.at);
        }
        last.status = Some(Arc::new(status));
    }

    pub(crate) fn standing(&self, now: Timestamp) -> Standing {
        let last = self.last.read().unwrap_or_else(PoisonError::into_inner);
        let since = |then: Timestamp| (now.seconds() - then.seconds()).max(0);
        let seen = last.status.clone();
        let silent = since(seen.as_ref().map_or(self.started, |status| status.at));
        let pulse = match silent > SILENT_SECONDS {
            true => Pulse::Silent,
            false => Pulse::Runs,
        };
        let overdue = match (&seen, pulse) {
            (_, Pulse::Silent) => every_table()
                .chain([BIRTH_DATES])
                .map(|kept| kept.table)
                .collect(),
            (Some(status), Pulse::Runs) => status.overdue(now),
            (None, Pulse::Runs) => Vec::new(),
        };
        Standing {
            now,
            pulse,
            overdue,
            failed: seen
                .as_ref()
                .map_or_else(Vec::new, |status| status.failed.clone()),
            seconds: since(last.whole.unwrap_or(self.started)),
            seen,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::retention::KEPT;

    fn age(oldest: Oldest) -> Age {
        let kept = KEPT.into_iter().find(|kept| kept.table == "idempotency").unwrap();
        Age { kept, oldest }
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(1_795_321_800 + seconds)
    }

    fn status(failed: Vec<&'static str>) -> Status {
        Status {
            at: at(0),
            ages: vec![age(Oldest::Seconds(8 * DAY - 600))],
            failed,
            last: None,
        }
    }

    #[test]
    fn a_row_is_overdue_a_day_after_it_was_due() {
        let late = |oldest| age(oldest).is_overdue(0);
        assert!(!late(Oldest::Seconds(7 * DAY)));
        assert!(!late(Oldest::Seconds(8 * DAY)));
        assert!(late(Oldest::Seconds(8 * DAY + 1)));
        assert!(!late(Oldest::None) && late(Oldest::Unseen));
        let days = |seconds| age(Oldest::Seconds(seconds)).days();
        assert_eq!((days(-5), days(3 * DAY - 1)), (Some(0), Some(2)));
        let written =
            [Oldest::None, Oldest::Unseen, Oldest::Seconds(DAY)].map(|oldest| age(oldest).written());
        assert_eq!(written, ["-", "?", "1"]);
    }

    #[test]
    fn what_was_seen_is_judged_when_it_is_shown_and_old_news_is_no_news() {
        let seen = Seen::new(at(-60));
        seen.set(status(vec![]));
        assert!(seen.standing(at(600)).is_well());
        assert_eq!(seen.standing(at(601)).overdue, ["idempotency"]);
        let silent = seen.standing(at(SILENT_SECONDS + 1));
        assert_eq!(
            (silent.pulse, silent.seconds, silent.overdue.len()),
            (Pulse::Silent, SILENT_SECONDS + 1, every_table().count() + 1)
        );
    }

    #[test]
    fn a_process_whose_job_never_ends_a_run_is_not_well() {
        let seen = Seen::new(at(0));
        assert!(seen.standing(at(SILENT_SECONDS)).is_well());
        let silent = seen.standing(at(SILENT_SECONDS + 1));
        assert!(!silent.is_well() && silent.seen.is_none());
    }

    #[test]
    fn a_run_that_failed_is_told_and_does_not_count_as_one_that_did_its_work() {
        let seen = Seen::new(at(-60));
        seen.set(status(vec![]));
        seen.set(Status {
            at: at(3_600),
            ages: Vec::new(),
            ..status(vec!["visit"])
        });
        let standing = seen.standing(at(3_700));
        assert_eq!(
            (standing.pulse, standing.seconds, &*standing.failed),
            (Pulse::Runs, 3_700, &["visit"][..])
        );
        assert!(!standing.is_well());
    }
}
