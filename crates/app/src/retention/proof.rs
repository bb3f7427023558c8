//! That the job did its work: an entry of the log for what it deleted, and how old the oldest row is that was left.
//!
//! The entry's detail is a text, [`FORM`] first, that anybody can read: rows of tables, of nobody. Its salt is published with
//! it, so that whoever has the log can see that the leaf commits to this very text; every text is kept. There is one entry a
//! day, by the day's first run: in a small installation the count of an hour would say when somebody did something.

use pramaan_domain::time::Timestamp;
use pramaan_store::person::oldest_due_birth_date;
use pramaan_store::retention::{enter, last, oldest};
use pramaan_store::{Db, Sealer, StoreError};

use super::{Age, BIRTH_DATES, Failures, Kept, Oldest, Run, Status, every_table};
use crate::App;

/// The first line of the text. The second is the entry's time in UTC; then, for each table, its name, how many rows were
/// deleted since the entry before, how many days old the oldest row is that was left (`-` when there is none, `?` when that
/// could not be seen), and after how many days a row goes. Of birth dates only those count that are due, from the 18th
/// birthday on.
pub const FORM: &str = "pramaan-retention/1";

const DAY: i64 = 86_400;

/// What there is at this moment. Opens nothing.
///
/// # Errors
/// When a table cannot be looked at.
pub async fn status(db: &Db, sealer: &Sealer, now: Timestamp) -> Result<Status, StoreError> {
    let mut failures = Failures::default();
    let ages = ages(db, sealer, now, &mut failures).await;
    match failures.first {
        Some(error) => Err(error),
        None => Ok(Status {
            at: now,
            ages,
            failed: Vec::new(),
            last: newest(db).await?,
        }),
    }
}

/// Of each table for itself, so that one that cannot be looked at hides no other.
async fn ages(db: &Db, sealer: &Sealer, now: Timestamp, failures: &mut Failures) -> Vec<Age> {
    let mut ages = Vec::new();
    for kept in every_table() {
        let seconds = failures.heed(kept.table, oldest_row(db, kept, now).await);
        ages.push(age(kept, seconds));
    }
    let due = failures.heed(BIRTH_DATES.table, oldest_birth_date(db, sealer, now).await);
    ages.push(age(BIRTH_DATES, due));
    ages
}

fn age(kept: Kept, seen: Option<Option<i64>>) -> Age {
    let oldest = match seen {
        None => Oldest::Unseen,
        Some(None) => Oldest::None,
        Some(Some(seconds)) => Oldest::Seconds(seconds),
    };
    Age { kept, oldest }
}

async fn oldest_row(db: &Db, kept: Kept, now: Timestamp) -> Result<Option<i64>, StoreError> {
    let column = (kept.table, kept.since, kept.counted);
    db.read("app::retention::oldest", move |tx| {
        Box::pin(async move { oldest(tx, column, now).await })
    })
    .await
}

async fn oldest_birth_date(db: &Db, sealer: &Sealer, now: Timestamp) -> Result<Option<i64>, StoreError> {
    let sealer = sealer.clone();
    db.read("app::retention::oldest_birth_date", move |tx| {
        Box::pin(async move {
            let days = oldest_due_birth_date(tx, &sealer, now.date()).await?;
            Ok(days.map(|days| i64::from(days) * DAY))
        })
    })
    .await
}

async fn newest(db: &Db) -> Result<Option<Run>, StoreError> {
    db.read("app::retention::last", |tx| Box::pin(last(tx))).await
}

impl App {
    /// Looks at what is there, writes the day's entry and shows both. What was deleted stays deleted when the log cannot be
    /// written: the counts wait for the next run.
    pub(super) async fn tell_retention(&self, failures: &mut Failures) {
        let now = self.now();
        let ages = ages(&self.0.db.unhurried(), &self.0.sealer, now, failures).await;
        if let Err(error) = self.enter_retention(ages.clone(), now).await {
            tracing::warn!(%error, "what was deleted has no entry in the access log yet; it is written with the next run");
        }
        let last = match newest(&self.0.db).await {
            Ok(last) => last,
            Err(error) => {
                tracing::warn!(%error, "the last entry of the retention job cannot be read; the one before goes on being shown");
                self.retention().seen.and_then(|status| status.last.clone())
            }
        };
        self.0.retention.set(Status {
            at: now,
            ages,
            failed: failures.tables.clone(),
            last,
        });
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
        text.push_str(&format!("{table} {} {} {kept}\n", deleted(table), age.written()));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::retention::KEPT;

    #[test]
    fn the_text_has_a_line_for_each_table_whatever_was_deleted() {
        let at = Timestamp::from_seconds(1_795_321_800);
        let counts = [("idempotency".to_owned(), 12), (BIRTH_DATES.table.to_owned(), 1)];
        let kept = KEPT.into_iter().find(|kept| kept.table == "idempotency").unwrap();
        let ages = [age(kept, Some(Some(3 * DAY))), age(BIRTH_DATES, Some(None))];
        let text = told(at, &counts, &ages);
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines[0], FORM);
        assert!(lines[1].starts_with("2026-11-22T"), "{text}");
        assert_eq!(lines[2..], ["idempotency 12 3 7", "person.birth_date 1 - 0"]);
        assert!(told(at, &[], &[age(kept, None)]).ends_with("idempotency 0 ? 7\n"));
    }
}
