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
pub(super) fn mac(sealer: &Sealer, origin: &str, day: Day, edge: &[u8]) -> [u8; 32] {
    let parts = [origin.as_bytes(), &day.number().to_be_bytes(), edge];
    sealer.keys.mac(MacKind::LogDay, &parts)
}

/// The day after the last rooted one, or the day of the log's first entry; `None` for an empty log.
///
/// # Errors
/// `Misplaced`, with an alarm, for an end of a day that was not written by us as it stands.
pub(super) async fn next(tx: &mut Tx, sealer: &Sealer, origin: &str) -> Result<Option<Next>, StoreError> {
    let row = tx
        .query_opt(
            "-- store::day_index::next
             select day, edge, binding_mac from access_day where origin = $1 order by day desc limit 1",
            &[origin.into()],
        )
        .await?;
    let Some(row) = row else {
        let day = first_day(tx, origin).await?;
        return Ok(day.map(|day| Next {
            day,
            edge: CompactRange::new(),
        }));
    };
    let last = u32::try_from(row.int(0)?).map_err(|_| row.inconsistent(0, "a day"))?;
    let bound = mac(sealer, origin, Day::new(last), row.blob(1)?);
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
pub(super) async fn first_day(tx: &mut Tx, origin: &str) -> Result<Option<Day>, StoreError> {
    let row = tx
        .query_opt(
            "-- store::day_index::first_day
             select leaf from access_leaf where origin = $1 and idx = 0",
            &[origin.into()],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let leaf = Leaf::from_bytes(row.blob(0)?).map_err(|_| row.inconsistent(0, "a leaf"))?;
    Ok(leaf.hour().map(pramaan_tlog::leaf::Hour::day))
}

/// How far the days are rooted: the last day with a root, `None` before the first.
pub async fn rooted(tx: &mut Tx, origin: &str) -> Result<Option<Day>, StoreError> {
    let row = tx
        .query_one(
            "-- store::day_index::rooted
             select max(day) from access_day where origin = $1",
            &[origin.into()],
        )
        .await?;
    let day = row.opt_int(0)?.map(u32::try_from).transpose();
    day.map(|day| day.map(Day::new))
        .map_err(|_| row.inconsistent(0, "a day"))
}

/// Whether another node has rooted the day meanwhile.
pub(super) async fn is_rooted(tx: &mut Tx, origin: &str, day: Day) -> Result<bool, StoreError> {
    let row = tx
        .query_opt(
            "-- store::day_index::is_rooted
             select 1 from access_day where origin = $1 and day = $2",
            &[origin.into(), number(u64::from(day.number())).into()],
        )
        .await?;
    Ok(row.is_some())
}
