//! A half-filled form of somebody whose shared device was taken over by a colleague: sealed, for nobody but who typed it.

use pramaan_domain::id::{SiteDeviceId, StaffId};
use pramaan_domain::time::Timestamp;
use pramaan_keys::SealPurpose;

use crate::StoreError;
use crate::db::Tx;
use crate::pad::{padded, unpadded};
use crate::sealer::{Sealer, context};

/// Every form of these pages fits one; the longest takes a few.
const FORM_BLOCK: usize = 2_048;

/// Keeps a form, in place of an earlier one.
pub async fn park(
    tx: &mut Tx,
    sealer: &Sealer,
    (device, staff): (SiteDeviceId, StaffId),
    form: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sealed = sealer.keys.seal(
        SealPurpose::Form,
        &place(device, staff),
        &padded(form.as_bytes(), FORM_BLOCK),
        &*sealer.entropy,
    );
    tx.execute(
        "-- store::parked_form::park
         insert into parked_form (device, staff, sealed, parked_at) values ($1, $2, $3, $4)
         on conflict (device, staff) do update set sealed = excluded.sealed, parked_at = excluded.parked_at",
        &[device.into(), staff.into(), sealed.into(), now.into()],
    )
    .await?;
    Ok(())
}

/// Takes out what somebody typed on this device, and when it was parked.
pub async fn take(
    tx: &mut Tx,
    sealer: &Sealer,
    (device, staff): (SiteDeviceId, StaffId),
) -> Result<Option<(String, Timestamp)>, StoreError> {
    let row = tx
        .query_opt(
            "-- store::parked_form::take
             delete from parked_form where device = $1 and staff = $2 returning sealed, parked_at",
            &[device.into(), staff.into()],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let opened = sealer
        .keys
        .open(SealPurpose::Form, &place(device, staff), row.blob(0)?)?;
    let form = unpadded(&opened).and_then(|bytes| std::str::from_utf8(bytes).ok());
    let form = form.ok_or_else(|| row.inconsistent(0, "a parked form"))?;
    Ok(Some((form.to_owned(), row.timestamp(1)?)))
}

/// Deletes up to `most` forms that were parked before `before`; answers how many.
pub async fn purge(tx: &mut Tx, before: Timestamp, most: u32) -> Result<u64, StoreError> {
    tx.execute(
        "-- store::parked_form::purge
         delete from parked_form where (device, staff) in (
             select device, staff from parked_form where parked_at < $1 limit $2)",
        &[before.into(), most.into()],
    )
    .await
}

fn place(device: SiteDeviceId, staff: StaffId) -> Vec<u8> {
    context("parked_form", "sealed", format!("{device}|{staff}"))
}
