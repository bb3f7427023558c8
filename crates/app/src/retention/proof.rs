//! That the job did its work: an entry of the log for what it deleted, and how old the oldest row is that was left.
//!
//! The entry's detail is a text, [`FORM`] first, that anybody can read: rows of tables, of nobody. Its salt is published with
//! it, so that whoever has the log can see that the leaf commits to this very text. A run that deletes nothing makes an entry
//! only when the day has none.

use std::sync::{Arc, PoisonError, RwLock};

use pramaan_domain::time::Timestamp;
use pramaan_store::retention::{enter, last, oldest};
use pramaan_store::{Db, StoreError};

use super::{BIRTH_DATES, KEPT, Kept, Run, SWEPT, UNUSED};
use crate::{App, Refusal};

/// The first line of the text. The second is the entry's time in UTC; then, for each table, its name, how many rows were
/// deleted since the entry before, how many days old the oldest row is that was left (`-` when there is none), and after how
/// many days a row goes. Of birth dates only the count is known.
pub const FORM: &str = "pramaan-retention/1";

const DAY: i64 = 86_400;
/// The job runs every hour; what is a day late was not deleted.
const GRACE_DAYS: i64 = 1;

/// The oldest row of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Age {
    pub kept: Kept,
    /// In seconds, by the table's own column; none of an empty table, negative for what has not begun to count.
    pub seconds: Option<i64>,
}

impl Age {
    /// In whole days, none below zero.
    pub fn days(&self) -> Option<i64> {
        self.seconds.map(|seconds| (seconds / DAY).max(0))
    }

    /// Whether it should have gone a day ago or more.
    pub fn is_overdue(&self) -> bool {
        let most = (i64::from(self.kept.days) + GRACE_DAYS) * DAY;
        self.seconds.is_some_and(|seconds| seconds > most)
    }
}

/// Every table of which something goes with time, and the last entry about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    pub at: Timestamp,
    pub ages: Vec<Age>,
    pub last: Option<Run>,
}

impl Status {
    pub fn overdue(&self) -> impl Iterator<Item = &Age> {
        self.ages.iter().filter(|age| age.is_overdue())
    }
}

/// What there is at this moment under the log `origin`. Opens nothing and needs no key.
pub async fn status(db: &Db, origin: &str, now: Timestamp) -> Result<Status, StoreError> {
    let origin = origin.to_owned();
    db.read("app::retention::status", move |tx| {
        Box::pin(async move {
            let mut ages = Vec::new();
            for kept in KEPT.into_iter().chain(SWEPT).chain([UNUSED]) {
                let seconds = oldest(tx, (kept.table, kept.since, kept.counted), now).await?;
                ages.push(Age { kept, seconds });
            }
            Ok(Status {
                at: now,
                ages,
                last: last(tx, &origin).await?,
            })
        })
    })
    .await
}

/// What the job of this process saw last.
#[derive(Default)]
pub(crate) struct Seen(RwLock<Option<Arc<Status>>>);

impl Seen {
    pub(crate) fn seen(&self) -> Option<Arc<Status>> {
        // A writer that panicked left a whole value behind.
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, status: Status) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(status));
    }
}

impl App {
    /// Writes the entry. What was deleted stays deleted when the log cannot be written: the counts wait for the next run.
    pub(super) async fn tell_retention(&self) -> Result<(), Refusal> {
        let (now, origin) = (self.now(), self.0.log.origin());
        let mut status = status(&self.0.db, &origin, now).await?;
        if let Err(error) = self.enter_retention(status.ages.clone(), now).await {
            tracing::warn!(%error, "what was deleted has no entry in the access log yet; it is written with the next run");
        }
        status.last = self
            .0
            .db
            .read("app::retention::last", move |tx| {
                Box::pin(async move { last(tx, &origin).await })
            })
            .await?;
        self.0.retention.set(status);
        Ok(())
    }

    async fn enter_retention(&self, ages: Vec<Age>, now: Timestamp) -> Result<(), StoreError> {
        let (sealer, log, policy) = (self.0.sealer.clone(), self.0.log.clone(), self.0.policy_hash);
        let entered = self.0.db.write("app::retention::enter", move |tx| {
            Box::pin(async move {
                let tell = move |at: Timestamp, counts: &[(String, u64)]| told(at, counts, &ages);
                enter(tx, &sealer, &log, policy, now, tell).await
            })
        });
        if let Some(head) = entered.await? {
            self.0.log.committed(head);
        }
        Ok(())
    }
}

fn told(at: Timestamp, counts: &[(String, u64)], ages: &[Age]) -> String {
    let deleted = |table: &str| {
        let count = counts.iter().find(|(name, _)| name == table);
        count.map_or(0, |(_, n)| *n)
    };
    let mut text = format!("{FORM}\n{at}\n");
    for age in ages {
        let (table, kept) = (age.kept.table, age.kept.days);
        let oldest = age.days().map_or_else(|| "-".to_owned(), |days| days.to_string());
        text.push_str(&format!("{table} {} {oldest} {kept}\n", deleted(table)));
    }
    text.push_str(&format!("{BIRTH_DATES} {} - -\n", deleted(BIRTH_DATES)));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn age(seconds: i64) -> Age {
        let kept = KEPT.into_iter().find(|kept| kept.table == "idempotency").unwrap();
        Age {
            kept,
            seconds: Some(seconds),
        }
    }

    #[test]
    fn a_row_is_overdue_a_day_after_it_was_due() {
        assert!(!age(7 * DAY).is_overdue());
        assert!(!age(8 * DAY).is_overdue());
        assert!(age(8 * DAY + 1).is_overdue());
        assert!(
            !Age {
                seconds: None,
                ..age(0)
            }
            .is_overdue()
        );
        assert_eq!((age(-5).days(), age(3 * DAY - 1).days()), (Some(0), Some(2)));
    }

    #[test]
    fn the_text_has_a_line_for_each_table_whatever_was_deleted() {
        let at = Timestamp::from_seconds(1_795_321_800);
        let counts = [("idempotency".to_owned(), 12), (BIRTH_DATES.to_owned(), 1)];
        let text = told(at, &counts, &[age(3 * DAY)]);
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines[0], FORM);
        assert!(lines[1].starts_with("2026-11-22T"), "{text}");
        assert_eq!(lines[2..], ["idempotency 12 3 7", "person.birth_date 1 - -"]);
    }
}
