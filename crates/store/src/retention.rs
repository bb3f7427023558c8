//! What the retention job did: counted in the transactions that delete, and told in an entry of the access log.
//!
//! It deletes nothing itself and knows no period: each noun has its own `purge`, and `app` says after how long.

use pramaan_domain::time::Timestamp;
use pramaan_tlog::leaf::{ActorClass, Commitment, Leaf, Salt, SystemKind};

use crate::StoreError;
use crate::access_log::AccessLog;
use crate::access_log::operation::Doer;
use crate::db::{Row, Tx, days};
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

/// An entry of the retention job, which is public.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Of the entry in the log.
    pub index: u64,
    pub at: Timestamp,
    /// The entry's leaf commits to SHA-256 of these 32 bytes and of `told`.
    pub salt: [u8; 32],
    pub told: String,
    /// Of the job's entry before this one.
    pub before: Option<u64>,
    pub leaf: Agreement,
}

/// Whether a kept text is the one that its entry's leaf commits to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Agreement {
    Holds,
    /// The text, its salt or the leaf was altered, or the leaf is gone.
    Differs,
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
pub async fn last(tx: &mut Tx) -> Result<Option<Run>, StoreError> {
    let row = tx
        .query_opt(
            "-- store::retention::last
             select r.idx, r.at, r.salt, r.told, l.leaf,
                 (select max(b.idx) from retention_run b where b.idx < r.idx)
             from retention_run r left join access_leaf l on l.idx = r.idx
             order by r.idx desc limit 1",
            &[],
        )
        .await?;
    row.map(|row| run(&row)).transpose()
}

/// The job's entry at `index` of the log; none when that is none of the job's.
pub async fn told(tx: &mut Tx, index: u64) -> Result<Option<Run>, StoreError> {
    let row = tx
        .query_opt(
            "-- store::retention::told
             select r.idx, r.at, r.salt, r.told, l.leaf,
                 (select max(b.idx) from retention_run b where b.idx < r.idx)
             from retention_run r left join access_leaf l on l.idx = r.idx
             where r.idx = $1",
            &[i64::try_from(index).unwrap_or(i64::MAX).into()],
        )
        .await?;
    row.map(|row| run(&row)).transpose()
}

fn run(row: &Row) -> Result<Run, StoreError> {
    let place = |n: i64, column| u64::try_from(n).map_err(|_| row.inconsistent(column, "a place in the log"));
    let (salt, told) = (row.array(2)?, row.text(3)?);
    Ok(Run {
        index: place(row.int(0)?, 0)?,
        at: row.timestamp(1)?,
        salt,
        told: told.to_owned(),
        before: row.opt_int(5)?.map(|n| place(n, 5)).transpose()?,
        leaf: agreement(row.opt_blob(4)?, salt, told),
    })
}

fn agreement(leaf: Option<&[u8]>, salt: [u8; 32], told: &str) -> Agreement {
    let committed = Commitment::to(&Salt::from_bytes(salt), told.as_bytes());
    match leaf.map(Leaf::from_bytes) {
        Some(Ok(Leaf::System(system)))
            if system.kind == SystemKind::Operation && system.detail == committed =>
        {
            Agreement::Holds
        }
        _ => Agreement::Differs,
    }
}

/// Writes the entry of what was deleted since the last one: none when the day has one. `tell` is given the entry's time and
/// the counts, by name. Answers the head that the commit makes the log's.
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
    let at = locked.at;
    if last(tx).await?.is_some_and(|last| last.at.date() == at.date()) {
        return Ok(None);
    }
    let counts = take(tx).await?;
    let told = tell(at, &counts);
    let doer = Doer {
        class: ActorClass::MachineJob,
        kind: SystemKind::Operation,
        policy_hash,
    };
    let entered = locked.append(tx, sealer, doer, told.as_bytes()).await?;
    tx.execute(
        "-- store::retention::keep
         insert into retention_run (idx, at, salt, told) values ($1, $2, $3, $4)",
        &[
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
