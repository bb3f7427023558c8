//! Places at which nobody came, ended when their person is deleted. One that gives way to a booking is ended by `book`.

use pramaan_domain::id::{AppointmentId, HouseholdId, PersonId, SessionId};
use pramaan_domain::time::Timestamp;

use super::AppointmentState;
use super::change::Changes;
use crate::StoreError;
use crate::claim::ClaimState;
use crate::db::{Row, Tx};

/// Ends the places of a person who is being deleted, all of them missed. Ask with the person's keys locked.
pub(crate) async fn miss(
    tx: &mut Tx,
    (household, person): (HouseholdId, PersonId),
    now: Timestamp,
) -> Result<(), StoreError> {
    let rows = tx
        .query(
            "-- store::appointment::missed
             select session, appointment from claim where household = $1 and person = $2 and state = $3",
            &[household.into(), person.into(), ClaimState::Booked.code().into()],
        )
        .await?;
    let place = |row: &Row| -> Result<(SessionId, AppointmentId, PersonId, AppointmentState), StoreError> {
        Ok((row.parse(0)?, row.parse(1)?, person, AppointmentState::Missed))
    };
    let changes = Changes {
        unseated: rows.iter().map(place).collect::<Result<_, _>>()?,
        ..Changes::default()
    };
    changes.write(tx, now).await
}
