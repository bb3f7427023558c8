//! A dose and the places of its person: the one it was given at is over, and what was held for the same dose elsewhere is
//! free again.
//!
//! A dose is recorded whatever became of its place while the record was open, so the place may be cancelled or elsewhere.

use pramaan_domain::dose::DoseNumber;
use pramaan_domain::id::{AppointmentId, HouseholdId, PersonId, SessionId};
use pramaan_domain::time::{CivilDate, Timestamp};

use super::AppointmentState;
use super::change::Changes;
use super::ledger::Ledger;
use super::withdraw::note_leaving;
use crate::StoreError;
use crate::claim::{self, Claim, ClaimState};
use crate::db::Tx;
use crate::member::Subject;
use crate::person_key;
use crate::session::{Locking, facts_of};

/// Locks the sessions that recording a dose may change, and then its person and the other records of the course: no change
/// of a place crosses it. Take it first. That the others are the course is asked under the lock, by who reads their doses.
///
/// # Errors
/// `Erased` when the person is gone; `Serialization` when a place moved meanwhile: run the work again.
pub async fn lock_for_dose(
    tx: &mut Tx,
    (subject, others): (Subject, &[Subject]),
    session: SessionId,
) -> Result<(), StoreError> {
    let course = [&[subject], others].concat();
    let before = sessions(tx, &course, session).await?;
    facts_of(tx, &before, Locking::UntilCommit).await?;
    if !person_key::lock(tx, &course).await?.contains(&subject.1) {
        return Err(StoreError::Erased);
    }
    let locked = |session: &SessionId| before.contains(session);
    if sessions(tx, &course, session).await?.iter().all(locked) {
        Ok(())
    } else {
        Err(StoreError::Serialization)
    }
}

/// The session of a dose and those where these people hold seats, in order of id.
async fn sessions(tx: &mut Tx, course: &[Subject], session: SessionId) -> Result<Vec<SessionId>, StoreError> {
    let claims = claim::of_persons(tx, course).await?;
    let booked = claims.values().filter(|claim| claim.state == ClaimState::Booked);
    let mut sessions: Vec<SessionId> = booked.map(|claim| claim.session).chain([session]).collect();
    sessions.sort_unstable();
    sessions.dedup();
    Ok(sessions)
}

/// Ends the place of a dose: appointment and claim say so, and its seat stays taken. A place that was cancelled meanwhile
/// stays cancelled. Where the appointment went meanwhile, and where the same dose was booked besides, by whichever record of
/// the course, the seat is free again. Answers what was held there.
///
/// Call it under [`lock_for_dose`].
pub async fn complete(
    tx: &mut Tx,
    (subject, others): (Subject, &[Subject]),
    (session, appointment): (SessionId, AppointmentId),
    dose: DoseNumber,
    now: Timestamp,
) -> Result<Vec<Claim>, StoreError> {
    let claims = claim::of_people(tx, &[subject]).await?;
    let booked = claims
        .into_iter()
        .filter(|claim| claim.state == ClaimState::Booked);
    let (here, elsewhere): (Vec<Claim>, Vec<Claim>) =
        booked.partition(|claim| (claim.session, claim.appointment) == (session, appointment));
    for claim in here {
        vaccinated(tx, &claim, now).await?;
    }
    let mut spare: Vec<Claim> = elsewhere
        .into_iter()
        .filter(|claim| claim.appointment == appointment || claim.dose == dose)
        .collect();
    spare.extend(held_for(tx, others, dose, now).await?);
    release(tx, &spare, now).await?;
    Ok(spare)
}

/// The seats that these people hold for a dose, their hours not over.
pub async fn held_for(
    tx: &mut Tx,
    people: &[Subject],
    dose: DoseNumber,
    now: Timestamp,
) -> Result<Vec<Claim>, StoreError> {
    let mut held = claim::of_people(tx, people).await?;
    held.retain(|claim| claim.dose == dose && claim.state == ClaimState::Booked && claim.holds(now));
    Ok(held)
}

/// The same for a dose whose place is not known: it is the one that its person holds at the session, if any.
pub async fn complete_at(
    tx: &mut Tx,
    (subject, others): (Subject, &[Subject]),
    session: SessionId,
    dose: DoseNumber,
    now: Timestamp,
) -> Result<Vec<Claim>, StoreError> {
    let claims = claim::of_persons(tx, &[subject]).await?;
    let here = claims.values().find(|claim| claim.session == session);
    let appointment = here.map_or(AppointmentId::from_bytes([0; 16]), |claim| claim.appointment);
    complete(tx, (subject, others), (session, appointment), dose, now).await
}

/// Gives the place of a dose that was voided back: to its person, who is waited for again, while its day lasts; later
/// it is one that nobody came to, and the dose can be booked anew.
///
/// Call it under [`lock_for_dose`].
pub async fn reopen(
    tx: &mut Tx,
    (household, person): (HouseholdId, PersonId),
    (session, day): (SessionId, CivilDate),
    now: Timestamp,
) -> Result<(), StoreError> {
    let claims = claim::of_persons(tx, &[(household, person)]).await?;
    let held = claims
        .into_values()
        .find(|claim| claim.session == session && claim.state == ClaimState::Vaccinated);
    let Some(claim) = held else { return Ok(()) };
    let state = match day == now.date() {
        true => AppointmentState::Booked,
        false => AppointmentState::Missed,
    };
    set_state(tx, &claim, state, now).await?;
    let place = [household.into(), person.into(), claim.appointment.into()];
    match state {
        AppointmentState::Booked => {
            let [household, person, appointment] = place;
            tx.execute(
                "-- store::claim::reopen
                 update claim set state = $4 where household = $1 and person = $2 and appointment = $3",
                &[household, person, appointment, ClaimState::Booked.code().into()],
            )
            .await?;
        }
        _ => {
            tx.execute(
                "-- store::claim::give_up
                 delete from claim where household = $1 and person = $2 and appointment = $3",
                &place,
            )
            .await?;
        }
    }
    Ok(())
}

async fn release(tx: &mut Tx, spare: &[Claim], now: Timestamp) -> Result<(), StoreError> {
    if spare.is_empty() {
        return Ok(());
    }
    let mut ledger = Ledger::lock(tx, spare.iter().map(|claim| claim.session).collect()).await?;
    ledger.know(spare.iter().map(|claim| (claim.person, claim.dose)));
    let mut changes = Changes::default();
    for claim in spare {
        // The sessions of claims are locked and there, so this cannot be refused.
        if note_leaving(tx, &mut ledger, claim, now, &mut changes)
            .await?
            .is_err()
        {
            return Err(StoreError::Serialization);
        }
    }
    changes.write(tx, now).await
}

async fn set_state(
    tx: &mut Tx,
    claim: &Claim,
    state: AppointmentState,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "-- store::appointment::set_state
         update appointment set state = $4, changed_at = $5 where session = $1 and id = $2 and person = $3",
        &[
            claim.session.into(),
            claim.appointment.into(),
            claim.person.into(),
            state.code().into(),
            now.into(),
        ],
    )
    .await?;
    Ok(())
}

async fn vaccinated(tx: &mut Tx, claim: &Claim, now: Timestamp) -> Result<(), StoreError> {
    set_state(tx, claim, AppointmentState::Vaccinated, now).await?;
    tx.execute(
        "-- store::claim::vaccinated
         update claim set state = $4 where household = $1 and person = $2 and appointment = $3",
        &[
            claim.household.into(),
            claim.person.into(),
            claim.appointment.into(),
            ClaimState::Vaccinated.code().into(),
        ],
    )
    .await?;
    Ok(())
}
