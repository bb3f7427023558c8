//! Who did the day's login on a shared device, and may take it over by PIN until the shift ends.

use pramaan_domain::id::{SiteDeviceId, StaffId};
use pramaan_domain::time::Timestamp;
use pramaan_keys::MacKind;

use crate::StoreError;
use crate::db::{Row, Tx, for_update};
use crate::sealer::Sealer;
use crate::staff::{self, StaffRow};
use crate::staff_binding::check;

/// A shift that has not ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shift {
    pub device: SiteDeviceId,
    pub staff: StaffRow,
    pub started_at: Timestamp,
    pub ends_at: Timestamp,
    /// Wrong PINs since the last right one.
    pub misses: i64,
}

/// Begins a shift, or begins it again: wrong PINs of before are forgotten.
pub async fn begin(
    tx: &mut Tx,
    sealer: &Sealer,
    (device, staff): (SiteDeviceId, StaffId),
    (now, ends_at): (Timestamp, Timestamp),
) -> Result<(), StoreError> {
    let bound = binding(sealer, (device, staff), (now, ends_at), 0);
    tx.execute(
        "-- store::site_shift::begin
         insert into site_shift (device, staff, started_at, ends_at, misses, binding_mac) values ($1, $2, $3, $4, 0, $5)
         on conflict (device, staff) do update set started_at = excluded.started_at, ends_at = excluded.ends_at
           , misses = 0, binding_mac = excluded.binding_mac",
        &[
            device.into(),
            staff.into(),
            now.into(),
            ends_at.into(),
            bound.into(),
        ],
    )
    .await?;
    Ok(())
}

const COLUMNS: &str =
    "s.id, s.code, s.role, s.centre, s.district, s.state, s.binding_mac, t.device, t.started_at
   , t.ends_at, t.misses, t.binding_mac";

/// Everybody with a shift on a device, by code.
///
/// # Errors
/// `Misplaced`, with an alarm, when a row is not as we wrote it; so for all that follow.
pub async fn of_device(
    tx: &mut Tx,
    sealer: &Sealer,
    device: SiteDeviceId,
    now: Timestamp,
) -> Result<Vec<Shift>, StoreError> {
    let sql = format!(
        "-- store::site_shift::of_device
         select {COLUMNS} from site_shift t join staff s on s.id = t.staff where t.device = $1 and t.ends_at > $2"
    );
    let rows = tx.query(&sql, &[device.into(), now.into()]).await?;
    let shifts: Result<Vec<Shift>, StoreError> = rows.iter().map(|row| read(sealer, row)).collect();
    let mut shifts = shifts?;
    shifts.sort_by(|one, other| one.staff.code.cmp(&other.staff.code));
    Ok(shifts)
}

/// One shift, locked until the transaction ends.
pub async fn find(
    tx: &mut Tx,
    sealer: &Sealer,
    (device, staff): (SiteDeviceId, StaffId),
    now: Timestamp,
) -> Result<Option<Shift>, StoreError> {
    let sql = format!(
        "-- store::site_shift::find
         select {COLUMNS} from site_shift t join staff s on s.id = t.staff
         where t.device = $1 and t.staff = $2 and t.ends_at > $3"
    );
    let params = [device.into(), staff.into(), now.into()];
    let row = tx.query_opt(&for_update(tx.engine(), &sql), &params).await?;
    row.map(|row| read(sealer, &row)).transpose()
}

/// Whether a shift goes on, without locking it.
pub async fn goes_on(
    tx: &mut Tx,
    sealer: &Sealer,
    (device, staff): (SiteDeviceId, StaffId),
    now: Timestamp,
) -> Result<bool, StoreError> {
    let sql = format!(
        "-- store::site_shift::goes_on
         select {COLUMNS} from site_shift t join staff s on s.id = t.staff
         where t.device = $1 and t.staff = $2 and t.ends_at > $3"
    );
    let params = [device.into(), staff.into(), now.into()];
    let row = tx.query_opt(&sql, &params).await?;
    let shift = row.map(|row| read(sealer, &row)).transpose()?;
    Ok(shift.is_some())
}

/// Sets how many wrong PINs there were; the shift is locked by [`find`].
pub async fn set_misses(tx: &mut Tx, sealer: &Sealer, shift: &Shift, misses: i64) -> Result<(), StoreError> {
    let key = (shift.device, shift.staff.id);
    let bound = binding(sealer, key, (shift.started_at, shift.ends_at), misses);
    tx.execute(
        "-- store::site_shift::set_misses
         update site_shift set misses = $3, binding_mac = $4 where device = $1 and staff = $2",
        &[key.0.into(), key.1.into(), misses.into(), bound.into()],
    )
    .await?;
    Ok(())
}

/// Ends one's shift on a device.
pub async fn end(tx: &mut Tx, device: SiteDeviceId, staff: StaffId) -> Result<(), StoreError> {
    tx.execute(
        "-- store::site_shift::end
         delete from site_shift where device = $1 and staff = $2",
        &[device.into(), staff.into()],
    )
    .await?;
    Ok(())
}

/// Deletes up to `most` shifts that ended before `before`; answers how many.
pub async fn purge(tx: &mut Tx, before: Timestamp, most: u32) -> Result<u64, StoreError> {
    tx.execute(
        "-- store::site_shift::purge
         delete from site_shift where (device, staff) in (
             select device, staff from site_shift where ends_at < $1 limit $2)",
        &[before.into(), most.into()],
    )
    .await
}

fn read(sealer: &Sealer, row: &Row) -> Result<Shift, StoreError> {
    let shift = Shift {
        staff: staff::staff(sealer, row)?,
        device: row.parse(7)?,
        started_at: row.timestamp(8)?,
        ends_at: row.timestamp(9)?,
        misses: row.int(10)?,
    };
    let key = (shift.device, shift.staff.id);
    let bound = binding(sealer, key, (shift.started_at, shift.ends_at), shift.misses);
    check("site_shift", row.blob(11)?, &bound)?;
    Ok(shift)
}

fn binding(
    sealer: &Sealer,
    (device, staff): (SiteDeviceId, StaffId),
    (from, until): (Timestamp, Timestamp),
    misses: i64,
) -> [u8; 32] {
    let (from, until) = (from.micros().to_be_bytes(), until.micros().to_be_bytes());
    let misses = misses.to_be_bytes();
    let parts: [&[u8]; 5] = [device.as_bytes(), staff.as_bytes(), &from, &until, &misses];
    sealer.keys.mac(MacKind::SiteShift, &parts)
}
