//! Which day is to be rooted next.

use pramaan_keys::{MacKind, equal};
use pramaan_tlog::CompactRange;
use pramaan_tlog::leaf::{Day, Leaf};

use crate::StoreError;
use crate::db::Tx;
use crate::public_log::number;
use crate::sealer::Sealer;

/// A day without a root, and where in the log its entries begin.
#[derive(Debug, Clone)]
pub(super) struct Next {
    pub(super) day: Day,
    /// The tree before the day's first entry.
    pub(super) edge: CompactRange,
}

/// Who can write the database could else leave entries out of the next day's index by moving the end of this one.
///
/// The name of the log is not bound: it changes with a successor, and the days stay. The edge says more than a name would: it
/// commits to every entry before it, and no root is signed over a row whose edge does not hash on to the signed head, as
/// that of another log, or of entries that were lost, does not.
pub(super) fn mac(sealer: &Sealer, day: Day, edge: &[u8]) -> [u8; 32] {
    sealer
        .keys
        .mac(MacKind::LogDay, &[&day.number().to_be_bytes(), edge])
}

/// The day after the last rooted one, or the day of the log's first entry; `None` for an empty log.
///
/// # Errors
/// `Misplaced`, with an alarm, for an end of a day that was not written by us as it stands.
pub(super) async fn next(tx: &mut Tx, sealer: &Sealer) -> Result<Option<Next>, StoreError> {
    let row = tx
        .query_opt(
            "-- store::day_index::next
             select day, edge, binding_mac from access_day order by day desc limit 1",
            &[],
        )
        .await?;
    let Some(row) = row else {
        let day = first_day(tx).await?;
        return Ok(day.map(|day| Next {
            day,
            edge: CompactRange::new(),
        }));
    };
    let last = u32::try_from(row.int(0)?).map_err(|_| row.inconsistent(0, "a day"))?;
    let bound = mac(sealer, Day::new(last), row.blob(1)?);
    if !equal(&bound, row.blob(2)?) {
        return Err(StoreError::misplaced("access_day"));
    }
    let edge =
        CompactRange::from_bytes(row.blob(1)?).map_err(|_| row.inconsistent(1, "the edge of a tree"))?;
    Ok(Some(Next {
        day: Day::new(last.saturating_add(1)),
        edge,
    }))
}

/// The day of the log's first entry; `None` for an empty log.
pub(super) async fn first_day(tx: &mut Tx) -> Result<Option<Day>, StoreError> {
    let row = tx
        .query_opt(
            "-- store::day_index::first_day
             select leaf from access_leaf where idx = 0",
            &[],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let leaf = Leaf::from_bytes(row.blob(0)?).map_err(|_| row.inconsistent(0, "a leaf"))?;
    Ok(leaf.hour().map(pramaan_tlog::leaf::Hour::day))
}

/// How far the days are rooted: the last day with a root, `None` before the first.
pub async fn rooted(tx: &mut Tx) -> Result<Option<Day>, StoreError> {
    let row = tx
        .query_one(
            "-- store::day_index::rooted
             select max(day) from access_day",
            &[],
        )
        .await?;
    let day = row.opt_int(0)?.map(u32::try_from).transpose();
    day.map(|day| day.map(Day::new))
        .map_err(|_| row.inconsistent(0, "a day"))
}

/// Whether another node has rooted the day meanwhile.
pub(super) async fn is_rooted(tx: &mut Tx, day: Day) -> Result<bool, StoreError> {
    let row = tx
        .query_opt(
            "-- store::day_index::is_rooted
             select 1 from access_day where day = $1",
            &[number(u64::from(day.number())).into()],
        )
        .await?;
    Ok(row.is_some())
}
