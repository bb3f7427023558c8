//! Devices from which a member of staff has logged in before: strangers cannot use up their tries.
//!
//! Not a login: a known device still needs password and second factor each time.

use pramaan_domain::id::StaffId;
use pramaan_domain::time::Timestamp;
use pramaan_keys::IndexKind;

use crate::db::{Tx, Value};
use crate::{Sealer, StoreError};

/// Whether a member of staff has logged in from a device before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Familiarity {
    Stranger,
    Known,
}

/// A device as one staff code sees it, as a blind index, whether the code is anybody's or not.
#[derive(Clone, PartialEq, Eq)]
pub struct DeviceOfCode(Vec<u8>);

impl DeviceOfCode {
    /// `code` in capitals; `device` is whatever tells devices apart, and is never kept.
    pub fn new(sealer: &Sealer, code: &str, device: &[u8]) -> Self {
        let pair = pramaan_keys::context(&[b"staff", code.as_bytes(), device]);
        Self(sealer.keys.index(IndexKind::Device, &pair).as_bytes().to_vec())
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Looks a device up. The same statement whether it is known or not.
pub async fn look(tx: &mut Tx, device: &DeviceOfCode) -> Result<Familiarity, StoreError> {
    let row = tx
        .query_opt(
            "-- store::staff_device::look
             select 1 from staff_device where device_ix = $1",
            &[device.as_bytes().into()],
        )
        .await?;
    Ok(row.map_or(Familiarity::Stranger, |_| Familiarity::Known))
}

/// Remembers a device that has just logged in.
pub async fn remember(
    tx: &mut Tx,
    device: &DeviceOfCode,
    staff: StaffId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let params: [Value; 3] = [device.as_bytes().into(), staff.into(), now.into()];
    tx.execute(
        "-- store::staff_device::remember
         insert into staff_device (device_ix, staff, first_login_at, last_login_at) values ($1, $2, $3, $3)
         on conflict (device_ix) do update set last_login_at = excluded.last_login_at",
        &params,
    )
    .await?;
    Ok(())
}

/// Deletes up to `most` devices that last logged in before `before`; answers how many.
pub async fn purge(tx: &mut Tx, before: Timestamp, most: u32) -> Result<u64, StoreError> {
    tx.execute(
        "-- store::staff_device::purge
         delete from staff_device where device_ix in (
             select device_ix from staff_device where last_login_at < $1 limit $2)",
        &[before.into(), most.into()],
    )
    .await
}
