//! The logs that this one continues: their names, their keys, which were public all along, and where each ended.

use pramaan_tlog::Verifier;

use super::number;
use crate::StoreError;
use crate::db::{Engine, Row, Tx, typed};

/// A log that ended with a bridge in this one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Before {
    /// From 1, the oldest.
    pub k: u64,
    /// Its name and its key.
    pub verifier: Verifier,
    /// The entry of this log that bridges it: this log has that many entries of it.
    pub bridge: u64,
}

/// All of them, oldest first.
///
/// # Errors
/// When a row was altered so that it is not read.
pub async fn before(tx: &mut Tx) -> Result<Vec<Before>, StoreError> {
    rows(tx).await?.iter().map(read).collect()
}

/// As many of them as can be read, oldest first, and the numbers of the rows that cannot: 0 for what is no number.
pub async fn readable_before(tx: &mut Tx) -> Result<(Vec<Before>, Vec<i64>), StoreError> {
    let (mut before, mut unreadable) = (Vec::new(), Vec::new());
    for row in rows(tx).await? {
        match read(&row) {
            Ok(one) => before.push(one),
            Err(_) => unreadable.push(row.int(0)?.max(0)),
        }
    }
    Ok((before, unreadable))
}

async fn rows(tx: &mut Tx) -> Result<Vec<Row>, StoreError> {
    let sql = format!(
        "-- store::public_log::before
         select {} from access_before order by k",
        columns(tx.engine())
    );
    tx.query(&sql, &[]).await
}

/// Number, the key's bytes and the bridge's place, as these types whatever somebody wrote: nothing binds these rows, and one that
/// was altered must not keep the others from being read.
fn columns(engine: Engine) -> String {
    let [k, bridge] = ["k", "bridge"].map(typed::whole);
    format!("{k}, {}, {bridge}", typed::text_bytes(engine, "verifier"))
}

/// The one with this number.
pub async fn earlier(tx: &mut Tx, k: u64) -> Result<Option<Before>, StoreError> {
    let sql = format!(
        "-- store::public_log::earlier
         select {} from access_before where k = $1",
        columns(tx.engine())
    );
    let row = tx.query_opt(&sql, &[number(k).into()]).await?;
    row.map(|row| read(&row)).transpose()
}

/// Whether a log of this name ended here, or anything was published under it.
pub(crate) async fn is_known(tx: &mut Tx, origin: &str) -> Result<bool, StoreError> {
    let row = tx
        .query_one(
            "-- store::public_log::is_known
             select (select count(*) from access_before where origin = $1)
                  + (select count(*) from access_publication where origin = $1)",
            &[origin.into()],
        )
        .await?;
    Ok(row.int(0)? > 0)
}

/// Notes that the log of this key ended with the bridge at this entry.
///
/// # Errors
/// `BeforeNumbers` when those that ended before are not numbered from 1 without gaps: its own number is served for good, and
/// every audit compares it with the bridges.
pub(crate) async fn end(tx: &mut Tx, verifier: &Verifier, bridge: u64) -> Result<(), StoreError> {
    let k = next_number(tx).await?;
    tx.execute(
        "-- store::public_log::end
         insert into access_before (k, origin, verifier, bridge) values ($1, $2, $3, $4)",
        &[
            number(k).into(),
            verifier.name().into(),
            verifier.to_string().into(),
            number(bridge).into(),
        ],
    )
    .await?;
    Ok(())
}

async fn next_number(tx: &mut Tx) -> Result<u64, StoreError> {
    let sql = format!(
        "-- store::public_log::next_number
         select {} from access_before order by k",
        typed::whole("k")
    );
    let mut place = 1;
    for row in tx.query(&sql, &[]).await? {
        if row.int(0)? != number(place) {
            return Err(StoreError::BeforeNumbers { place });
        }
        place += 1;
    }
    Ok(place)
}

fn read(row: &Row) -> Result<Before, StoreError> {
    let positive = |column| u64::try_from(row.int(column)?).map_err(|_| row.inconsistent(column, "a count"));
    let verifier = std::str::from_utf8(row.blob(1)?).ok();
    Ok(Before {
        k: positive(0)?,
        verifier: verifier
            .and_then(|key| Verifier::parse(key).ok())
            .ok_or_else(|| row.inconsistent(1, "a verifier key"))?,
        bridge: positive(2)?,
    })
}
