//! What bounds registrations: the count of a household's day, and whether a record may still be changed.

use pramaan_domain::id::{HouseholdId, PersonId};
use pramaan_domain::time::{CivilDate, Timestamp};

use crate::StoreError;
use crate::db::{Tx, days};
use crate::household;

/// Counts one more registration of the household today and answers how many there are now. Locks the household first, as
/// whoever deletes its last member does.
pub async fn count(tx: &mut Tx, household: HouseholdId, now: Timestamp) -> Result<u32, StoreError> {
    household::lock_row(tx, household).await?;
    let row = tx
        .query_one(
            "-- store::registration::count
             insert into registration_count (household, day, n) values ($1, $2, 1)
             on conflict (household, day) do update set n = registration_count.n + 1
             returning n",
            &[household.into(), days(now.date()).into()],
        )
        .await?;
    u32::try_from(row.int(0)?).map_err(|_| row.inconsistent(0, "a count"))
}

/// Deletes up to `most` counts of days before `before`; answers how many.
pub async fn purge(tx: &mut Tx, before: CivilDate, most: u32) -> Result<u64, StoreError> {
    tx.execute(
        "-- store::registration::purge
         delete from registration_count where (household, day) in (
             select household, day from registration_count where day < $1 limit $2)",
        &[days(before).into(), most.into()],
    )
    .await
}

/// Whether any dose was recorded for the person: from then on the record is part of a medical history.
pub async fn has_dose(tx: &mut Tx, (household, person): (HouseholdId, PersonId)) -> Result<bool, StoreError> {
    let row = tx
        .query_one(
            "-- store::registration::has_dose
             select count(*) from dose where household = $1 and person = $2",
            &[household.into(), person.into()],
        )
        .await?;
    Ok(row.int(0)? > 0)
}

/// Whether the person has an appointment still to come. A missed one keeps nobody.
pub async fn has_live_appointment(
    tx: &mut Tx,
    (household, person): (HouseholdId, PersonId),
    now: Timestamp,
) -> Result<bool, StoreError> {
    let row = tx
        .query_one(
            "-- store::registration::has_live_appointment
             select count(*) from claim
             where household = $1 and person = $2 and state = 'booked' and ends_at > $3",
            &[household.into(), person.into(), now.into()],
        )
        .await?;
    Ok(row.int(0)? > 0)
}
