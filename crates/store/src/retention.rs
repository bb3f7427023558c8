//! What the retention job did: counted in the transactions that delete, and told in an entry of the access log.
//!
//! It deletes nothing itself and knows no period: each noun has its own `purge`, and `app` says after how long.

use pramaan_domain::time::Timestamp;
use pramaan_tlog::leaf::{ActorClass, SystemKind};

use crate::StoreError;
use crate::access_log::AccessLog;
use crate::access_log::operation::Doer;
use crate::db::{Tx, days};
use crate::outside::KeptHead;
use crate::sealer::Sealer;

/// How a column counts time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Since {
    /// A day in India.
    Day,
    /// Microseconds since 1970 UTC.
    Instant,
}

/// The last entry of the retention job, which is public.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Of the entry in the log.
    pub index: u64,
    pub at: Timestamp,
    /// The entry's leaf commits to SHA-256 of these 32 bytes and of `told`.
    pub salt: [u8; 32],
    pub told: String,
}

/// How old the oldest row of a table is, in seconds from its column to `now`; none of an empty table, negative for what
/// begins later. A day is as old as it is days ago.
pub async fn oldest(
    tx: &mut Tx,
    (table, column, since): (&'static str, &'static str, Since),
    now: Timestamp,
) -> Result<Option<i64>, StoreError> {
    // Both names are constants of the program.
    let sql = format!(
        "-- store::retention::oldest
         select min({column}) from {table}"
    );
    let row = tx.query_opt(&sql, &[]).await?;
    let Some(first) = row.map(|row| row.opt_int(0)).transpose()?.flatten() else {
        return Ok(None);
    };
    Ok(Some(match since {
        Since::Day => (days(now.date()) - first) * 86_400,
        Since::Instant => now.seconds() - Timestamp::from_micros(first).seconds(),
    }))
}

/// Adds what the caller's transaction deleted.
pub async fn count(tx: &mut Tx, deleted: &[(&'static str, u64)]) -> Result<(), StoreError> {
    for (name, n) in deleted.iter().filter(|(_, n)| *n > 0) {
        tx.execute(
            "-- store::retention::count
             insert into retention_count (name, n) values ($1, $2)
             on conflict (name) do update set n = retention_count.n + excluded.n",
            &[(*name).into(), i64::try_from(*n).unwrap_or(i64::MAX).into()],
        )
        .await?;
    }
    Ok(())
}

/// The last entry of the job.
pub async fn last(tx: &mut Tx, origin: &str) -> Result<Option<Run>, StoreError> {
    let row = tx
        .query_opt(
            "-- store::retention::last
             select idx, at, salt, told from retention_run where origin = $1",
            &[origin.into()],
        )
        .await?;
    row.map(|row| {
        Ok(Run {
            index: u64::try_from(row.int(0)?).map_err(|_| row.inconsistent(0, "a place in the log"))?,
            at: row.timestamp(1)?,
            salt: row.array(2)?,
            told: row.text(3)?.to_owned(),
        })
    })
    .transpose()
}

/// Writes the entry of what was deleted since the last one: none when nothing was and the day has one. `tell` is given the
/// entry's time and the counts, by name. Answers the head that the commit makes the log's.
///
/// # Errors
/// As [`AccessLog::append`] when the log cannot be written: then the counts wait.
pub async fn enter(
    tx: &mut Tx,
    sealer: &Sealer,
    log: &AccessLog,
    policy_hash: [u8; 32],
    now: Timestamp,
    tell: impl FnOnce(Timestamp, &[(String, u64)]) -> String + Send,
) -> Result<Option<KeptHead>, StoreError> {
    let locked = log.lock(tx, sealer, now).await?;
    let (origin, at) = (log.origin(), locked.at);
    let counts = take(tx).await?;
    let today = last(tx, &origin)
        .await?
        .is_some_and(|last| last.at.date() == at.date());
    if counts.is_empty() && today {
        return Ok(None);
    }
    let told = tell(at, &counts);
    let doer = Doer {
        class: ActorClass::MachineJob,
        kind: SystemKind::Operation,
        policy_hash,
    };
    let entered = locked.append(tx, sealer, doer, told.as_bytes()).await?;
    tx.execute(
        "-- store::retention::keep
         insert into retention_run (origin, idx, at, salt, told) values ($1, $2, $3, $4, $5)
         on conflict (origin) do update
         set idx = excluded.idx, at = excluded.at, salt = excluded.salt, told = excluded.told",
        &[
            (&*origin).into(),
            i64::try_from(entered.index).unwrap_or(i64::MAX).into(),
            at.into(),
            entered.salt.as_bytes().into(),
            told.as_str().into(),
        ],
    )
    .await?;
    Ok(Some(entered.head))
}

/// What was counted so far, which is begun anew: read and deleted at once, because other nodes go on counting.
async fn take(tx: &mut Tx) -> Result<Vec<(String, u64)>, StoreError> {
    let rows = tx
        .query(
            "-- store::retention::take
             delete from retention_count returning name, n",
            &[],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let n = u64::try_from(row.int(1)?).map_err(|_| row.inconsistent(1, "a count"))?;
            Ok((row.text(0)?.to_owned(), n))
        })
        .collect()
}
