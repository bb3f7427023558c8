//! Which day's root is late.

use pramaan_tlog::leaf::Day;

use super::due::first_day;
use crate::StoreError;
use crate::db::Tx;
use crate::public_log::{self, Of, number};

/// The first day that ended before yesterday and has no root in the published log; `None` when none is owed, and when nothing
/// was published yet. A day's root is written within a minute of its end: one that is owed is late, not altered.
pub async fn owed(tx: &mut Tx, of: Of<'_>, today: Day) -> Result<Option<Day>, StoreError> {
    let Some(newest) = public_log::newest(tx, of).await? else {
        return Ok(None);
    };
    let row = tx
        .query_one(
            "-- store::day_index::owed
             select max(day) from access_day where idx < $1",
            &[number(newest.size).into()],
        )
        .await?;
    let next = match row.opt_int(0)? {
        Some(last) => {
            let last = u32::try_from(last).map_err(|_| row.inconsistent(0, "a day"))?;
            Some(Day::new(last.saturating_add(1)))
        }
        None => first_day(tx).await?,
    };
    Ok(next.filter(|day| day.number().saturating_add(1) < today.number()))
}
