//! How many doses the blocks of a district are to give, and how many they gave. Sums; never a row about a person.

use pramaan_domain::time::{CivilDate, Timestamp};

use crate::StoreError;
use crate::db::{Row, Tx, days};
use crate::session::day_of;

/// Doses of a block on a day: those aimed at, or those given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockDay {
    pub block: String,
    pub day: CivilDate,
    pub doses: i64,
}

/// Sets a block's target of a day, replacing what was set before.
pub async fn set(
    tx: &mut Tx,
    district: i64,
    target: &BlockDay,
    (by, now): (&str, Timestamp),
) -> Result<(), StoreError> {
    tx.execute(
        "-- store::target::set
         insert into target (district, block, day, n, set_by, set_at) values ($1, $2, $3, $4, $5, $6)
         on conflict (district, block, day) do update set n = excluded.n, set_by = excluded.set_by
           , set_at = excluded.set_at",
        &[
            district.into(),
            target.block.as_str().into(),
            days(target.day).into(),
            target.doses.into(),
            by.into(),
            now.into(),
        ],
    )
    .await?;
    Ok(())
}

/// The targets of a district on the days from `from` to `to`.
pub async fn of_days(
    tx: &mut Tx,
    district: i64,
    (from, to): (CivilDate, CivilDate),
) -> Result<Vec<BlockDay>, StoreError> {
    let rows = tx
        .query(
            "-- store::target::of_days
             select block, day, n from target where district = $1 and day >= $2 and day <= $3 order by day, block",
            &[district.into(), days(from).into(), days(to).into()],
        )
        .await?;
    rows.iter().map(block_day).collect()
}

/// The doses recorded at the sessions of each block and day.
pub async fn given(
    tx: &mut Tx,
    district: i64,
    (from, to): (CivilDate, CivilDate),
) -> Result<Vec<BlockDay>, StoreError> {
    let rows = tx
        .query(
            "-- store::target::given
             select c.block, s.day, cast(sum(d.n) as bigint)
             from session s join dose_count d on d.session = s.id join centre c on c.id = s.centre
             where s.district = $1 and s.day >= $2 and s.day <= $3 group by c.block, s.day order by s.day, c.block",
            &[district.into(), days(from).into(), days(to).into()],
        )
        .await?;
    rows.iter().map(block_day).collect()
}

/// Deletes up to `most` targets of days before `before`; answers how many.
pub async fn purge(tx: &mut Tx, before: CivilDate, most: u32) -> Result<u64, StoreError> {
    tx.execute(
        "-- store::target::purge
         delete from target where (district, block, day) in (
             select district, block, day from target where day < $1 limit $2)",
        &[days(before).into(), most.into()],
    )
    .await
}

fn block_day(row: &Row) -> Result<BlockDay, StoreError> {
    Ok(BlockDay {
        block: row.text(0)?.to_owned(),
        day: day_of(row, 1)?,
        doses: row.int(2)?,
    })
}
