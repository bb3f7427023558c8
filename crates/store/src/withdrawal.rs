//! A registration at the desk that somebody says was a mistake, until a second person says so too.

use pramaan_domain::id::{HouseholdId, PersonId, StaffId};
use pramaan_domain::staff::StaffRole;
use pramaan_domain::time::Timestamp;
use pramaan_keys::{MacKind, equal};

use crate::StoreError;
use crate::db::Tx;
use crate::sealer::Sealer;

type Subject = (HouseholdId, PersonId);

/// Who asked first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Withdrawal {
    pub centre: i64,
    pub staff: StaffId,
    /// As what they asked.
    pub role: StaffRole,
    pub asked_at: Timestamp,
}

/// Notes who asked, in place of whoever did before.
pub async fn ask(
    tx: &mut Tx,
    sealer: &Sealer,
    (household, person): Subject,
    asked: Withdrawal,
) -> Result<(), StoreError> {
    tx.execute(
        "-- store::withdrawal::ask
         insert into withdrawal (household, person, centre, staff, role, binding_mac, asked_at)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (household, person)
         do update set centre = $3, staff = $4, role = $5, binding_mac = $6, asked_at = $7",
        &[
            household.into(),
            person.into(),
            asked.centre.into(),
            asked.staff.into(),
            asked.role.code().into(),
            binding(sealer, (household, person), asked).into(),
            asked.asked_at.into(),
        ],
    )
    .await?;
    Ok(())
}

/// # Errors
/// `Misplaced`, with an alarm, when the row is not as it was written.
pub async fn find(
    tx: &mut Tx,
    sealer: &Sealer,
    (household, person): Subject,
) -> Result<Option<Withdrawal>, StoreError> {
    let row = tx
        .query_opt(
            "-- store::withdrawal::find
             select centre, staff, asked_at, binding_mac, role from withdrawal where household = $1 and person = $2",
            &[household.into(), person.into()],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let asked = Withdrawal {
        centre: row.int(0)?,
        staff: row.parse(1)?,
        role: StaffRole::parse(row.text(4)?).map_err(|_| row.inconsistent(4, "a role"))?,
        asked_at: row.timestamp(2)?,
    };
    match equal(&binding(sealer, (household, person), asked), row.blob(3)?) {
        true => Ok(Some(asked)),
        false => Err(StoreError::misplaced("withdrawal")),
    }
}

/// Takes what was asked about a person who is being deleted.
pub(crate) async fn forget(tx: &mut Tx, (household, person): Subject) -> Result<(), StoreError> {
    tx.execute(
        "-- store::withdrawal::forget
         delete from withdrawal where household = $1 and person = $2",
        &[household.into(), person.into()],
    )
    .await?;
    Ok(())
}

/// Deletes up to `most` that were asked for before `before`; answers how many.
pub async fn purge(tx: &mut Tx, before: Timestamp, most: u32) -> Result<u64, StoreError> {
    tx.execute(
        "-- store::withdrawal::purge
         delete from withdrawal where (household, person) in (
             select household, person from withdrawal where asked_at < $1 limit $2)",
        &[before.into(), most.into()],
    )
    .await
}

fn binding(sealer: &Sealer, (household, person): Subject, asked: Withdrawal) -> [u8; 32] {
    sealer.keys.mac(
        MacKind::Withdrawal,
        &[
            household.as_bytes(),
            person.as_bytes(),
            &asked.centre.to_be_bytes(),
            asked.staff.as_bytes(),
            asked.role.code().as_bytes(),
            &asked.asked_at.micros().to_be_bytes(),
        ],
    )
}
