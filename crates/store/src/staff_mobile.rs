//! Numbers of staff, by a keyed index of their own: enough to refuse one at a desk, and no directory of anybody.

use pramaan_domain::id::StaffId;
use pramaan_domain::mobile::Mobile;
use pramaan_keys::{IndexKind, MacKind, equal};

use crate::StoreError;
use crate::db::Tx;
use crate::sealer::Sealer;

/// Notes a number as a member of staff's own, in place of the one they had.
pub async fn note(tx: &mut Tx, sealer: &Sealer, staff: StaffId, mobile: &Mobile) -> Result<(), StoreError> {
    tx.execute(
        "-- store::staff_mobile::forget
         delete from staff_mobile where staff = $1",
        &[staff.into()],
    )
    .await?;
    let ix = index(sealer, mobile);
    tx.execute(
        "-- store::staff_mobile::note
         insert into staff_mobile (mobile_ix, staff, key_epoch, binding_mac) values ($1, $2, $3, $4)",
        &[
            (&ix).into(),
            staff.into(),
            i64::from(sealer.keys.epoch().0).into(),
            binding(sealer, &ix, staff).into(),
        ],
    )
    .await?;
    Ok(())
}

/// Whether a number is some member of staff's own, wherever they work. Ask once its owner has proved it.
///
/// # Errors
/// `Misplaced`, with an alarm, for a row that was not written by us: nobody keeps a person from their number so.
pub async fn is_of_staff(tx: &mut Tx, sealer: &Sealer, mobile: &Mobile) -> Result<bool, StoreError> {
    let ix = index(sealer, mobile);
    let rows = tx
        .query(
            "-- store::staff_mobile::is_of_staff
             select staff, binding_mac from staff_mobile where mobile_ix = $1",
            &[(&ix).into()],
        )
        .await?;
    for row in &rows {
        if !equal(&binding(sealer, &ix, row.parse(0)?), row.blob(1)?) {
            return Err(StoreError::misplaced("staff_mobile"));
        }
    }
    Ok(!rows.is_empty())
}

fn index(sealer: &Sealer, mobile: &Mobile) -> Vec<u8> {
    let ix = sealer
        .keys
        .index(IndexKind::StaffMobile, mobile.as_str().as_bytes());
    ix.as_bytes().to_vec()
}

fn binding(sealer: &Sealer, ix: &[u8], staff: StaffId) -> [u8; 32] {
    sealer.keys.mac(MacKind::StaffOfMobile, &[ix, staff.as_bytes()])
}
