//! Printed one-time codes of members of staff without a phone. Only MACs of them are kept.

use pramaan_domain::id::{StaffId, StaffSheetId};
use pramaan_domain::staff_sheet::{SHEET_CODES, SheetCode};
use pramaan_domain::time::Timestamp;
use pramaan_keys::{MacKind, equal};

use crate::StoreError;
use crate::db::{Tx, for_update};
use crate::sealer::Sealer;

/// What is left of a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SheetLeft {
    pub printed_at: Timestamp,
    pub expires_at: Timestamp,
    pub used: i64,
    pub left: i64,
}

/// One code of one sheet, in the order of the sheet from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SheetPlace {
    pub sheet: StaffSheetId,
    pub number: i64,
}

/// Stores a sheet; every earlier one of the same member of staff is worth nothing from now on. Of two at once, the later
/// waits for the earlier and ends it.
pub async fn print(
    tx: &mut Tx,
    sealer: &Sealer,
    (staff, sheet, codes): (StaffId, StaffSheetId, &[SheetCode]),
    (now, expires_at): (Timestamp, Timestamp),
) -> Result<(), StoreError> {
    let lock = for_update(
        tx.engine(),
        "-- store::staff_sheet::lock
         select id from staff where id = $1",
    );
    tx.query_opt(&lock, &[staff.into()]).await?;
    end(tx, staff).await?;
    for (code, number) in codes.iter().zip(1_i64..) {
        let place = SheetPlace { sheet, number };
        tx.execute(
            "-- store::staff_sheet::print
             insert into staff_sheet (staff, sheet, number, code_mac, printed_at, expires_at)
             values ($1, $2, $3, $4, $5, $6)",
            &[
                staff.into(),
                sheet.into(),
                number.into(),
                code_mac(sealer, (staff, place), expires_at, code.as_str()).into(),
                now.into(),
                expires_at.into(),
            ],
        )
        .await?;
    }
    Ok(())
}

/// Ends every sheet of a member of staff.
pub async fn end(tx: &mut Tx, staff: StaffId) -> Result<(), StoreError> {
    tx.execute(
        "-- store::staff_sheet::end
         delete from staff_sheet where staff = $1",
        &[staff.into()],
    )
    .await?;
    Ok(())
}

/// Which unused code of theirs this is. The same statement and the same keyed hashes whether there is a sheet or none.
pub async fn matching(
    tx: &mut Tx,
    sealer: &Sealer,
    (staff, code): (StaffId, &str),
    now: Timestamp,
) -> Result<Option<SheetPlace>, StoreError> {
    let rows = tx
        .query(
            "-- store::staff_sheet::matching
             select sheet, number, code_mac, expires_at from staff_sheet
             where staff = $1 and used_at is null and expires_at > $2 order by number",
            &[staff.into(), now.into()],
        )
        .await?;
    let mut matching = None;
    for index in 0..usize::from(SHEET_CODES) {
        let Some(row) = rows.get(index) else {
            let nowhere = SheetPlace {
                sheet: StaffSheetId::from_bytes([0; 16]),
                number: 0,
            };
            std::hint::black_box(equal(&code_mac(sealer, (staff, nowhere), now, code), &[0; 32]));
            continue;
        };
        let place = SheetPlace {
            sheet: row.parse(0)?,
            number: row.int(1)?,
        };
        let expected = code_mac(sealer, (staff, place), row.timestamp(3)?, code);
        if equal(&expected, row.blob(2)?) {
            matching = Some(place);
        }
    }
    Ok(matching)
}

/// Uses a code up; `false` when somebody did before.
pub async fn use_up(
    tx: &mut Tx,
    (staff, place): (StaffId, SheetPlace),
    now: Timestamp,
) -> Result<bool, StoreError> {
    let used = tx
        .execute(
            "-- store::staff_sheet::use_up
             update staff_sheet set used_at = $4
             where staff = $1 and sheet = $2 and number = $3 and used_at is null and expires_at > $4",
            &[staff.into(), place.sheet.into(), place.number.into(), now.into()],
        )
        .await?;
    Ok(used == 1)
}

/// What is left of somebody's sheet; none when there is none that counts.
pub async fn left(tx: &mut Tx, staff: StaffId, now: Timestamp) -> Result<Option<SheetLeft>, StoreError> {
    let row = tx
        .query_opt(
            "-- store::staff_sheet::left
             select printed_at, expires_at, count(used_at), count(*) from staff_sheet
             where staff = $1 and expires_at > $2 group by sheet, printed_at, expires_at",
            &[staff.into(), now.into()],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let used = row.int(2)?;
    Ok(Some(SheetLeft {
        printed_at: row.timestamp(0)?,
        expires_at: row.timestamp(1)?,
        used,
        left: row.int(3)? - used,
    }))
}

/// Deletes up to `most` codes that expired before `before`; answers how many.
pub async fn purge(tx: &mut Tx, before: Timestamp, most: u32) -> Result<u64, StoreError> {
    tx.execute(
        "-- store::staff_sheet::purge
         delete from staff_sheet where (staff, sheet, number) in (
             select staff, sheet, number from staff_sheet where expires_at < $1 limit $2)",
        &[before.into(), most.into()],
    )
    .await
}

fn code_mac(
    sealer: &Sealer,
    (staff, place): (StaffId, SheetPlace),
    expires_at: Timestamp,
    code: &str,
) -> [u8; 32] {
    let (number, until) = (place.number.to_be_bytes(), expires_at.micros().to_be_bytes());
    let parts: [&[u8]; 5] = [
        staff.as_bytes(),
        place.sheet.as_bytes(),
        &number,
        &until,
        code.as_bytes(),
    ];
    sealer.keys.mac(MacKind::StaffSheet, &parts)
}
