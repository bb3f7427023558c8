//! Cancelling: the seats of some or all members of an appointment are free again.

use pramaan_domain::booking::{Party, SeatKey};
use pramaan_domain::id::{AppointmentId, PersonId, SessionId};
use pramaan_domain::session::Quota;
use pramaan_domain::time::Timestamp;

use super::change::Changes;
use super::ledger::Ledger;
use super::{AppointmentState, BookingRefusal};
use crate::StoreError;
use crate::claim::{self, Claim, ClaimState};
use crate::db::Tx;
use crate::member::Subject;
use crate::person_key;
use crate::session::quota_of;

/// Cancels the places of these members in an appointment; answers the claims that were given up.
///
/// # Errors
/// `Serialization` when the appointment moved meanwhile: run it again.
pub async fn cancel(
    tx: &mut Tx,
    appointment: AppointmentId,
    members: &[Subject],
    now: Timestamp,
) -> Result<Result<Vec<Claim>, BookingRefusal>, StoreError> {
    if members.is_empty() {
        return Ok(Err(BookingRefusal::UnknownMember));
    }
    let (mut ledger, leaving) = match locked(tx, members, appointment, None).await? {
        Ok(locked) => locked,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let stays = |(_, person): &Subject| !leaving.iter().any(|claim| claim.person == *person);
    if members.iter().any(stays) {
        return Ok(Err(BookingRefusal::UnknownMember));
    }
    if leaving.iter().any(|claim| is_over(claim, now)) {
        return Ok(Err(BookingRefusal::AppointmentOver));
    }
    let mut changes = Changes::default();
    for claim in &leaving {
        if let Err(refusal) = note_leaving(tx, &mut ledger, claim, now, &mut changes).await? {
            return Ok(Err(refusal));
        }
    }
    changes.write(tx, now).await?;
    Ok(Ok(leaving))
}

/// Gives one booked place back, its session being in the ledger and its claim known there.
pub(super) async fn note_leaving(
    tx: &mut Tx,
    ledger: &mut Ledger,
    claim: &Claim,
    now: Timestamp,
    changes: &mut Changes,
) -> Result<Result<(), BookingRefusal>, StoreError> {
    let quota = quota(tx, claim).await?;
    let Some(slot) = ledger.slot(claim.session, claim.slot) else {
        return Ok(Err(BookingRefusal::UnknownSlot));
    };
    let seat = SeatKey {
        session: claim.session,
        slot,
        dose: claim.dose,
        quota,
    };
    if let Err(refusal) = ledger.cancel(alone(claim.person)?, seat, now, changes) {
        return Ok(Err(refusal));
    }
    changes.unseated.push((
        claim.session,
        claim.appointment,
        claim.person,
        AppointmentState::Cancelled,
    ));
    changes
        .unclaimed
        .push((claim.household, claim.person, claim.dose, claim.appointment));
    Ok(Ok(()))
}

/// The claims that these people have of an appointment with their session locked, and another session too when one is given; then its members.
pub(super) async fn locked(
    tx: &mut Tx,
    among: &[Subject],
    appointment: AppointmentId,
    other: Option<SessionId>,
) -> Result<Result<(Ledger, Vec<Claim>), BookingRefusal>, StoreError> {
    let sessions = |claims: &[Claim]| {
        claims
            .iter()
            .map(|claim| claim.session)
            .chain(other)
            .collect::<Vec<_>>()
    };
    let claims = claim::of_appointment(tx, among, appointment).await?;
    let before = sessions(&claims);
    let ledger = Ledger::lock(tx, before.clone()).await?;
    let members: Vec<_> = claims
        .iter()
        .map(|claim| (claim.household, claim.person))
        .collect();
    person_key::lock(tx, &members).await?;
    let claims = claim::of_appointment(tx, among, appointment).await?;
    if claims.is_empty() {
        return Ok(Err(BookingRefusal::UnknownAppointment));
    }
    // Who waited for the lock may find that the appointment has moved to a session that is not locked.
    if sessions(&claims).iter().any(|session| !before.contains(session)) {
        return Err(StoreError::Serialization);
    }
    let mut ledger = ledger;
    ledger.know(claims.iter().map(|claim| (claim.person, claim.dose)));
    Ok(Ok((ledger, claims)))
}

/// Whether an appointment can no longer be changed: the dose was given, or the slot has ended.
pub(super) fn is_over(claim: &Claim, now: Timestamp) -> bool {
    claim.state == ClaimState::Vaccinated || claim.ends_at <= now
}

/// A party of one, which always is one.
pub(super) fn alone(person: PersonId) -> Result<Party, StoreError> {
    Party::new(vec![person]).map_err(|_| StoreError::Serialization)
}

async fn quota(tx: &mut Tx, claim: &Claim) -> Result<Quota, StoreError> {
    let row = tx
        .query_one(
            "-- store::appointment::quota
             select quota from appointment where session = $1 and id = $2 and person = $3",
            &[
                claim.session.into(),
                claim.appointment.into(),
                claim.person.into(),
            ],
        )
        .await?;
    quota_of(&row, 0)
}
