//! The end of a member of staff's account: every way in, and every day of work to come.

use pramaan_domain::id::StaffId;
use pramaan_domain::time::Timestamp;

use crate::StoreError;
use crate::db::{Tx, days};
use crate::sealer::Sealer;
use crate::staff::{StaffRow, StaffState};
use crate::staff_binding;

/// Ends an account: its link, password and second factor, PIN, printed codes, logins, devices, and its days on rosters from today on.
/// `by` is the code of whoever does it, or empty. `false` when it had ended before; then nothing changes.
///
/// The link goes first, as in enrolling: two who take these rows in one order cannot wait for each other.
pub async fn end(
    tx: &mut Tx,
    sealer: &Sealer,
    row: StaffRow,
    by: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let row = StaffRow {
        state: StaffState::Ended,
        ..row
    };
    let staff = row.id;
    links(tx, staff, now).await?;
    let ended = tx
        .execute(
            "-- store::staff_end::account
             update staff set state = $2, ended_at = $3, ended_by = $4, password_hash = null, totp = null
               , binding_mac = $5
             where id = $1 and state <> $2",
            &[
                staff.into(),
                row.state.code().into(),
                now.into(),
                by.into(),
                staff_binding::of_row(sealer, &row).into(),
            ],
        )
        .await?;
    ways_in(tx, staff, now).await?;
    tx.execute(
        "-- store::staff_end::rosters
         delete from roster where staff = $1 and day >= $2",
        &[staff.into(), days(now.date()).into()],
    )
    .await?;
    Ok(ended == 1)
}

/// Takes away what a member of staff logs in with, for a new link to be enrolled by: password and second factor, PIN,
/// printed codes, logins and devices. Days on rosters stay. `false` when the account has ended meanwhile.
pub async fn strip(tx: &mut Tx, sealer: &Sealer, row: StaffRow, now: Timestamp) -> Result<bool, StoreError> {
    let row = StaffRow {
        state: StaffState::Invited,
        ..row
    };
    links(tx, row.id, now).await?;
    let stripped = tx
        .execute(
            "-- store::staff_end::strip
             update staff set state = $2, password_hash = null, totp = null, binding_mac = $3
             where id = $1 and state <> $4",
            &[
                row.id.into(),
                row.state.code().into(),
                staff_binding::of_row(sealer, &row).into(),
                StaffState::Ended.code().into(),
            ],
        )
        .await?;
    ways_in(tx, row.id, now).await?;
    Ok(stripped == 1)
}

async fn links(tx: &mut Tx, staff: StaffId, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "-- store::staff_end::links
         update staff_link set used_at = $2 where staff = $1 and used_at is null",
        &[staff.into(), now.into()],
    )
    .await?;
    Ok(())
}

/// Everything but password, second factor and links.
async fn ways_in(tx: &mut Tx, staff: StaffId, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "-- store::staff_end::logins
         update staff_login set ended_at = $2 where staff = $1 and ended_at is null",
        &[staff.into(), now.into()],
    )
    .await?;
    for sql in [
        "-- store::staff_end::devices
         delete from staff_device where staff = $1",
        "-- store::staff_end::pin
         delete from staff_pin where staff = $1",
        "-- store::staff_end::shifts
         delete from site_shift where staff = $1",
        "-- store::staff_end::sheet
         delete from staff_sheet where staff = $1",
    ] {
        tx.execute(sql, &[staff.into()]).await?;
    }
    Ok(())
}
