//! The events of a case: appended, never edited.

use pramaan_domain::id::{AefiId, HouseholdId, PersonId};
use pramaan_domain::staff::Reason;
use pramaan_domain::time::Timestamp;

use super::{Entry, sealed};
use crate::StoreError;
use crate::db::Tx;
use crate::person_key::{self, Group};
use crate::sealer::Sealer;

/// An event about to be appended.
pub struct NewEvent {
    pub household: HouseholdId,
    pub person: PersonId,
    pub id: AefiId,
    /// One more than the case had.
    pub seq: i64,
    pub entry: Entry,
    /// The staff code of who writes it; empty for the person.
    pub by: String,
    pub reason: Option<Reason>,
    /// Tells the same form, sent again.
    pub request_mac: [u8; 32],
}

/// # Errors
/// `Serialization` when somebody else went on with the case, or the same form came at once: run the work again. `Erased`.
pub async fn append(tx: &mut Tx, sealer: &Sealer, new: &NewEvent, now: Timestamp) -> Result<(), StoreError> {
    let subject = (new.household, new.person);
    let keys = person_key::group(tx, sealer, Group::Clinical, &[subject]).await?;
    let key = keys.get(&new.person).ok_or(StoreError::Erased)?;
    let sealed = sealed::seal(sealer, key, new);
    let appended = tx
        .execute(
            "-- store::aefi::append
             insert into aefi (household, person, id, seq, sealed, request_mac, recorded_at)
             values ($1, $2, $3, $4, $5, $6, $7)",
            &[
                new.household.into(),
                new.person.into(),
                new.id.into(),
                new.seq.into(),
                sealed.into(),
                new.request_mac.into(),
                now.into(),
            ],
        )
        .await;
    match appended {
        Err(StoreError::UniqueViolation { .. }) => Err(StoreError::Serialization),
        other => other.map(drop),
    }
}

/// The case to which the same form led before.
pub async fn repeated(
    tx: &mut Tx,
    (household, person): (HouseholdId, PersonId),
    request_mac: [u8; 32],
) -> Result<Option<AefiId>, StoreError> {
    let row = tx
        .query_opt(
            "-- store::aefi::repeated
             select id from aefi where household = $1 and person = $2 and request_mac = $3",
            &[household.into(), person.into(), request_mac.into()],
        )
        .await?;
    row.map(|row| row.parse(0)).transpose()
}
