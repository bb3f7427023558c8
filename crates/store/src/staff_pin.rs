//! The PIN of a member of staff on shared devices, as a stretched hash of a keyed hash. Judging one is `app`'s work.

use pramaan_domain::id::StaffId;
use pramaan_domain::time::Timestamp;
use pramaan_keys::MacKind;

use crate::StoreError;
use crate::db::Tx;
use crate::sealer::Sealer;
use crate::staff_binding::check;

/// Sets a PIN, in place of an earlier one.
pub async fn set(
    tx: &mut Tx,
    sealer: &Sealer,
    (staff, pin_hash): (StaffId, &str),
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "-- store::staff_pin::set
         insert into staff_pin (staff, pin_hash, set_at, binding_mac) values ($1, $2, $3, $4)
         on conflict (staff) do update set pin_hash = excluded.pin_hash, set_at = excluded.set_at
           , binding_mac = excluded.binding_mac",
        &[
            staff.into(),
            pin_hash.into(),
            now.into(),
            binding(sealer, staff, pin_hash, now).into(),
        ],
    )
    .await?;
    Ok(())
}

/// The hash that a PIN is judged against.
///
/// # Errors
/// `Misplaced`, with an alarm, when the row is not as we wrote it.
pub async fn hash(tx: &mut Tx, sealer: &Sealer, staff: StaffId) -> Result<Option<String>, StoreError> {
    let row = tx
        .query_opt(
            "-- store::staff_pin::hash
             select pin_hash, set_at, binding_mac from staff_pin where staff = $1",
            &[staff.into()],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let (pin_hash, set_at) = (row.text(0)?, row.timestamp(1)?);
    check(
        "staff_pin",
        row.blob(2)?,
        &binding(sealer, staff, pin_hash, set_at),
    )?;
    Ok(Some(pin_hash.to_owned()))
}

fn binding(sealer: &Sealer, staff: StaffId, pin_hash: &str, set_at: Timestamp) -> [u8; 32] {
    let set_at = set_at.micros().to_be_bytes();
    let parts: [&[u8]; 3] = [staff.as_bytes(), pin_hash.as_bytes(), &set_at];
    sealer.keys.mac(MacKind::StaffPinRow, &parts)
}
