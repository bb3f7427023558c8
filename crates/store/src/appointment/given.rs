//! A place for somebody who came without an appointment and has had the dose already: it is written down whether or not a seat
//! was left, because it happened.

use pramaan_domain::dose::DoseNumber;
use pramaan_domain::id::{AppointmentId, HouseholdId, PersonId, SessionId};
use pramaan_domain::session::Quota;
use pramaan_domain::time::Timestamp;

use super::change::Changes;
use super::ledger::Ledger;
use super::{AppointmentState, code_mac, new_code};
use crate::StoreError;
use crate::claim::{ClaimState, code_context};
use crate::db::{Tx, days};
use crate::person_key::{self, Group};
use crate::sealer::Sealer;

/// A first dose that was given to somebody without an appointment.
#[derive(Debug, Clone, Copy)]
pub struct GivenPlace {
    pub subject: (HouseholdId, PersonId),
    pub session: SessionId,
    /// The slot's number within the session.
    pub slot: i64,
    /// When they had it.
    pub at: Timestamp,
}

/// Places a person in the queue of a slot and answers the four digits of the appointment. A seat of the walk-ins' is taken
/// where one is free; capacity is never exceeded.
///
/// # Errors
/// `Erased` without keys; `Corrupt` for a slot that is not there.
pub async fn place_given(
    tx: &mut Tx,
    sealer: &Sealer,
    place: GivenPlace,
    now: Timestamp,
) -> Result<String, StoreError> {
    let (household, person) = place.subject;
    let dose = DoseNumber::First;
    let ledger = Ledger::lock(tx, vec![place.session]).await?;
    let gone = || StoreError::corrupt("session_slot", "slot");
    let session = ledger.get(place.session).ok_or_else(gone)?;
    let slot = session.slots.iter().find(|slot| slot.number == place.slot);
    let slot = slot.ok_or_else(gone)?;
    let keys = person_key::group(tx, sealer, Group::Identity, &[place.subject]).await?;
    let key = keys.get(&person).ok_or(StoreError::Erased)?;
    let appointment = AppointmentId::from_random(sealer.random());
    let code = new_code(sealer);
    let sealed = key.seal(
        &code_context(appointment, person),
        code.as_bytes(),
        &*sealer.entropy,
    );
    let queue = slot.queue + 1;
    let mut changes = Changes::default();
    let free = |quota| {
        let mut seats = slot.seats.iter();
        seats.any(|seats| (seats.quota, seats.dose) == (quota, dose) && seats.free() > 0)
    };
    if free(Quota::WalkIn) {
        changes
            .seats
            .insert((place.session, slot.number, dose, Quota::WalkIn), 1);
    }
    changes.queues.insert((place.session, slot.number), queue);
    changes.seated.push([
        place.session.into(),
        appointment.into(),
        person.into(),
        household.into(),
        slot.number.into(),
        dose.code().into(),
        Quota::WalkIn.code().into(),
        AppointmentState::Booked.code().into(),
        queue.into(),
        code_mac(sealer, appointment, person, &code).into(),
        0_i64.into(),
        place.at.into(),
        now.into(),
    ]);
    changes.claimed.push([
        household.into(),
        person.into(),
        dose.code().into(),
        appointment.into(),
        place.session.into(),
        slot.number.into(),
        queue.into(),
        sealed.into(),
        days(place.at.date()).into(),
        slot.slot.ends_at(place.at.date()).into(),
        ClaimState::Booked.code().into(),
    ]);
    changes.write(tx, now).await?;
    Ok(code)
}
