//! Heads that were published, numbered from 1.

use pramaan_domain::time::Timestamp;

use super::number;
use crate::StoreError;
use crate::db::{Row, Tx};
use crate::outside::KeptHead;

/// A head that anybody may have seen: the log never goes back behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publication {
    /// From 1, without gaps.
    pub number: u64,
    /// Entries that it covers.
    pub size: u64,
    pub at: Timestamp,
    /// The signed checkpoint, with the cosignatures that it was published with.
    pub note: String,
}

/// The newest publication of the log; `None` before the first.
pub async fn newest(tx: &mut Tx, origin: &str) -> Result<Option<Publication>, StoreError> {
    let row = tx
        .query_opt(
            "-- store::public_log::newest
             select n, size, at, note from access_publication where origin = $1 order by n desc limit 1",
            &[origin.into()],
        )
        .await?;
    row.map(|row| read(&row)).transpose()
}

/// The publication of this number.
pub async fn numbered(tx: &mut Tx, origin: &str, n: u64) -> Result<Option<Publication>, StoreError> {
    let row = tx
        .query_opt(
            "-- store::public_log::numbered
             select n, size, at, note from access_publication where origin = $1 and n = $2",
            &[origin.into(), number(n).into()],
        )
        .await?;
    row.map(|row| read(&row)).transpose()
}

fn read(row: &Row) -> Result<Publication, StoreError> {
    let positive = |column| u64::try_from(row.int(column)?).map_err(|_| row.inconsistent(column, "a count"));
    Ok(Publication {
        number: positive(0)?,
        size: positive(1)?,
        at: row.timestamp(2)?,
        note: row.text(3)?.to_owned(),
    })
}

/// Publishes a head that is known to be committed, as `note`; `None` when nothing is new since the last, or another node
/// was first.
pub async fn publish(
    tx: &mut Tx,
    origin: &str,
    head: &KeptHead,
    note: &str,
    now: Timestamp,
) -> Result<Option<Publication>, StoreError> {
    let last = newest(tx, origin).await?;
    let size = head.edge.size();
    if last.as_ref().is_some_and(|last| last.size >= size) {
        return Ok(None);
    }
    let publication = Publication {
        number: last.map_or(0, |last| last.number) + 1,
        size,
        at: now,
        note: note.to_owned(),
    };
    let inserted = tx
        .execute(
            "-- store::public_log::publish
             insert into access_publication (origin, n, size, at, note) values ($1, $2, $3, $4, $5)
             on conflict (origin, n) do nothing",
            &[
                origin.into(),
                number(publication.number).into(),
                number(size).into(),
                now.into(),
                note.into(),
            ],
        )
        .await?;
    Ok((inserted == 1).then_some(publication))
}
