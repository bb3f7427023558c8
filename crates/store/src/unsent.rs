//! How many doses a shared device says that it keeps and has not sent: a count, told by its enrolment alone. It decides
//! nothing, and nothing of a person is in it.

use pramaan_domain::id::SiteDeviceId;
use pramaan_domain::time::Timestamp;

use crate::StoreError;
use crate::db::{Row, Tx};

/// What a device told last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unsent {
    pub device: SiteDeviceId,
    pub centre: i64,
    pub doses: i64,
    pub told_at: Timestamp,
}

/// What the devices in use at a centre told last, taken together; only those that keep some.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnsentAt {
    pub centre: i64,
    pub devices: i64,
    pub doses: i64,
    /// Of the device that was heard from longest ago.
    pub told_at: Timestamp,
}

/// Takes down what a device tells, in place of what it told before.
pub async fn tell(tx: &mut Tx, told: &Unsent) -> Result<(), StoreError> {
    tx.execute(
        "-- store::unsent::tell
         insert into unsent (device, centre, doses, told_at) values ($1, $2, $3, $4)
         on conflict (device) do update set centre = excluded.centre, doses = excluded.doses
           , told_at = excluded.told_at",
        &[
            told.device.into(),
            told.centre.into(),
            told.doses.into(),
            told.told_at.into(),
        ],
    )
    .await?;
    Ok(())
}

/// What each device of a centre told last, ended ones included.
pub async fn of_centre(tx: &mut Tx, centre: i64) -> Result<Vec<Unsent>, StoreError> {
    let rows = tx
        .query(
            "-- store::unsent::of_centre
             select device, centre, doses, told_at from unsent where centre = $1 order by told_at desc, device",
            &[centre.into()],
        )
        .await?;
    let read = |row: &Row| {
        Ok(Unsent {
            device: row.parse(0)?,
            centre: row.int(1)?,
            doses: row.int(2)?,
            told_at: row.timestamp(3)?,
        })
    };
    rows.iter().map(read).collect()
}

/// The centres of a district at which devices in use keep some.
pub async fn of_district(tx: &mut Tx, district: i64) -> Result<Vec<UnsentAt>, StoreError> {
    let rows = tx
        .query(
            "-- store::unsent::of_district
             select u.centre, count(*), cast(sum(u.doses) as bigint), min(u.told_at)
             from centre c join unsent u on u.centre = c.id join site_device d on d.id = u.device
             where c.district = $1 and u.doses > 0 and d.ended_at is null group by u.centre order by u.centre",
            &[district.into()],
        )
        .await?;
    let read = |row: &Row| {
        Ok(UnsentAt {
            centre: row.int(0)?,
            devices: row.int(1)?,
            doses: row.int(2)?,
            told_at: row.timestamp(3)?,
        })
    };
    rows.iter().map(read).collect()
}

/// Devices in use at a centre that told nothing for long, and how many doses they said last that they keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SilentAt {
    pub centre: i64,
    pub devices: i64,
    pub doses: i64,
}

/// The centres of a district at which devices told nothing since `before`; one that never did counts from its enrolment.
pub async fn silent(tx: &mut Tx, district: i64, before: Timestamp) -> Result<Vec<SilentAt>, StoreError> {
    let rows = tx
        .query(
            "-- store::unsent::silent
             select d.centre, count(*), cast(coalesce(sum(u.doses), 0) as bigint)
             from centre c join site_device d on d.centre = c.id left join unsent u on u.device = d.id
             where c.district = $1 and d.ended_at is null and coalesce(u.told_at, d.enrolled_at) < $2
             group by d.centre order by d.centre",
            &[district.into(), before.into()],
        )
        .await?;
    let read = |row: &Row| {
        Ok(SilentAt {
            centre: row.int(0)?,
            devices: row.int(1)?,
            doses: row.int(2)?,
        })
    };
    rows.iter().map(read).collect()
}

/// Deletes up to `most` counts that were told before `before`; answers how many.
pub async fn purge(tx: &mut Tx, before: Timestamp, most: u32) -> Result<u64, StoreError> {
    tx.execute(
        "-- store::unsent::purge
         delete from unsent where device in (select device from unsent where told_at < $1 limit $2)",
        &[before.into(), most.into()],
    )
    .await
}
