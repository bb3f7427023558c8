//! The root of one day, appended to the log with the index that it was made from.

use pramaan_domain::time::Timestamp;
use pramaan_tlog::leaf::{Day, Leaf};
use pramaan_tlog::{DayIndex, Hash, Node};

use super::due::{is_rooted, mac, next};
use super::scan::Scan;
use super::{LEVELS_OF_A_PART, TAGS_OF_A_PART};
use crate::StoreError;
use crate::access_log::head::{self, Head};
use crate::access_log::operation::{Locked, insert_leaf};
use crate::access_log::{AccessLog, leaf};
use crate::db::{ColumnType, Db, Rows, Tx};
use crate::outside::{CHUNK, Fork, KeptHead};
use crate::public_log::number;
use crate::sealer::Sealer;

/// Roots the earliest day that has ended and has no root; answers which, `None` when there is none. Days follow each other
/// without gaps: call it until it answers `None`.
///
/// The log's clock says what has ended; `now` where the engine has none. Reads the day's leaves without a lock, and under the
/// head's lock only what came since.
///
/// # Errors
/// `Fork::Differs` when the leaves do not give the signed head: somebody altered them, and no root is signed over such a day.
/// `Corrupt` for a leaf that does not read, or a tag that occurs twice.
pub async fn root_next(
    db: &Db,
    sealer: &Sealer,
    log: &AccessLog,
    now: Timestamp,
) -> Result<Option<Day>, StoreError> {
    let origin = log.origin();
    let Some(mut scan) = begin(db, sealer, &origin, now).await? else {
        return Ok(None);
    };
    loop {
        scan = read_on(db, &origin, scan).await?;
        let (sealer, log) = (sealer.clone(), log.clone());
        let appending = log.clone();
        let outcome = db.write("store::day_index::root", move |tx| {
            Box::pin(async move { append(tx, &sealer, &appending, scan, now).await })
        });
        match log.observe(outcome.await)? {
            Outcome::Written(day, head) => {
                log.committed(head);
                return Ok(Some(day));
            }
            Outcome::Nothing => return Ok(None),
            Outcome::Behind(held) => scan = *held,
        }
    }
}

/// What came of the locked part.
enum Outcome {
    Written(Day, KeptHead),
    /// Another node was first, or the day has not ended by the database's clock.
    Nothing,
    /// Too much was written meanwhile to read it under the lock.
    Behind(Box<Scan>),
}

async fn begin(db: &Db, sealer: &Sealer, origin: &str, now: Timestamp) -> Result<Option<Scan>, StoreError> {
    let (sealer, origin) = (sealer.clone(), origin.to_owned());
    let next = db.read("store::day_index::next", move |tx| {
        Box::pin(async move {
            let Some(head) = head::head(tx, &origin).await? else {
                return Err(StoreError::NoLog);
            };
            let today = leaf::hour(now.max(head.at))?.day();
            Ok(next(tx, &sealer).await?.filter(|next| next.day < today))
        })
    });
    Ok(next.await?.map(Scan::from))
}

/// Reads to the end of the log as it is committed.
async fn read_on(db: &Db, origin: &str, mut scan: Scan) -> Result<Scan, StoreError> {
    loop {
        let origin = origin.to_owned();
        let (read, more) = db
            .read("store::day_index::read_on", move |tx| {
                Box::pin(async move {
                    let head = head::head(tx, &origin).await?.ok_or(StoreError::NoLog)?;
                    let read = scan.read(tx, head.edge.size(), CHUNK).await?;
                    Ok::<_, StoreError>((scan, read > 0))
                })
            })
            .await?;
        scan = read;
        if !more {
            return Ok(scan);
        }
    }
}

async fn append(
    tx: &mut Tx,
    sealer: &Sealer,
    log: &AccessLog,
    mut scan: Scan,
    now: Timestamp,
) -> Result<Outcome, StoreError> {
    let Locked { mut head, at } = log.lock(tx, sealer, now).await?;
    if leaf::hour(at)?.day() <= scan.day || is_rooted(tx, scan.day).await? {
        return Ok(Outcome::Nothing);
    }
    let size = head.edge.size();
    if size.saturating_sub(scan.edge.size()) > CHUNK {
        return Ok(Outcome::Behind(Box::new(scan)));
    }
    scan.read(tx, size, CHUNK).await?;
    if scan.is_rooted() {
        tracing::error!(
            "ALARM: the log has the root of a day of which access_day has no row: it was deleted; look for who can write the database"
        );
        return Err(StoreError::corrupt("access_day", "idx"));
    }
    if scan.edge != head.edge {
        let kept = size;
        let found = scan.edge.size();
        return Err(Fork::Differs { kept, found }.into());
    }
    let end = scan.end().to_bytes();
    let bound = mac(sealer, scan.day, &end);
    let index = DayIndex::new(scan.day, scan.tags).map_err(|twice| {
        tracing::error!(error = %twice, "ALARM: a count of somebody's entries was set back; look for who can write the database");
        StoreError::corrupt("access_leaf", "leaf")
    })?;
    keep_day(tx, &head, &index, (&end, &bound)).await?;
    let day = i64::from(scan.day.number());
    keep_tags(tx, day, &index).await?;
    keep_nodes(tx, day, &index).await?;
    insert_leaf(tx, &mut head, &Leaf::DayRoot(index.root())).await?;
    head.advance(tx, sealer, at).await?;
    Ok(Outcome::Written(scan.day, KeptHead::from(&head)))
}

/// The day, where its root will be, and where its entries end.
async fn keep_day(
    tx: &mut Tx,
    head: &Head,
    index: &DayIndex,
    (end, bound): (&[u8], &[u8]),
) -> Result<(), StoreError> {
    let root = index.root();
    tx.execute(
        "-- store::day_index::keep_day
         insert into access_day (day, idx, tags, edge, binding_mac) values ($1, $2, $3, $4, $5)",
        &[
            i64::from(root.day.number()).into(),
            number(head.edge.size()).into(),
            number(root.count).into(),
            end.into(),
            bound.into(),
        ],
    )
    .await?;
    Ok(())
}

async fn keep_tags(tx: &mut Tx, day: i64, index: &DayIndex) -> Result<(), StoreError> {
    use ColumnType::{Blob, Int};
    let size = usize::try_from(TAGS_OF_A_PART).unwrap_or(usize::MAX);
    let parts = index.tags().chunks(size).zip(0_i64..);
    let rows = parts.map(|(tags, part)| {
        let bytes: Vec<u8> = tags.iter().flat_map(|tag| *tag.as_bytes()).collect();
        let first = bytes.get(..16).unwrap_or_default().to_vec();
        [day.into(), part.into(), first.into(), bytes.into()]
    });
    for rows in Rows::cut(tx.engine(), &[], [Int, Int, Blob, Blob], rows) {
        let sql = format!(
            "-- store::day_index::keep_tags
             insert into access_day_tags (day, part, first, tags) {rows}"
        );
        tx.execute(&sql, rows.params()).await?;
    }
    Ok(())
}

async fn keep_nodes(tx: &mut Tx, day: i64, index: &DayIndex) -> Result<(), StoreError> {
    use ColumnType::{Blob, Int};
    let nodes = nodes(index);
    for rows in Rows::cut(
        tx.engine(),
        &[],
        [Int, Int, Int, Blob],
        nodes.iter().map(|(node, hash)| {
            [
                day.into(),
                i64::from(node.level).into(),
                number(node.index).into(),
                hash.as_bytes().to_vec().into(),
            ]
        }),
    ) {
        let sql = format!(
            "-- store::day_index::keep_nodes
             insert into access_day_node (day, level, idx, hash) {rows}"
        );
        tx.execute(&sql, rows.params()).await?;
    }
    Ok(())
}

/// The complete nodes over whole rows of tags.
fn nodes(index: &DayIndex) -> Vec<(Node, Hash)> {
    let count = index.root().count;
    (LEVELS_OF_A_PART..63)
        .take_while(|level| count >> level > 0)
        .flat_map(|level| (0..count >> level).map(move |index| Node { level, index }))
        .filter_map(|node| index.node(node).map(|hash| (node, hash)))
        .collect()
}
