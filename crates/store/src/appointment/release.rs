//! Places of people who did not come: their seats go to walk-ins of the hours to come, and whoever comes after all gets one
//! of those.

use std::collections::{BTreeMap, HashSet};

use pramaan_domain::id::{HouseholdId, SessionId};
use pramaan_domain::session::Quota;
use pramaan_domain::time::Timestamp;

use super::change::Changes;
use super::move_on::{missed_place, places_of};
use super::{AppointmentState, BookingRefusal};
use crate::StoreError;
use crate::claim::{self, ClaimState};
use crate::db::Tx;
use crate::merge;
use crate::sealer::Sealer;
use crate::session::{self, Locking, SessionSeats, SlotSeats, facts_of};
use crate::visit::VisitOf;

/// Locks sessions in order of id, before anything else of a transaction.
pub async fn lock_sessions(tx: &mut Tx, ids: &[SessionId]) -> Result<(), StoreError> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    facts_of(tx, &ids, Locking::UntilCommit).await.map(drop)
}

/// Ends places that nobody came to, all of them missed. Each seat goes to the walk-ins of the first slot that has not ended;
/// behind the last slot it stays taken. Answers how many seats are free again.
///
/// The sessions are locked, and nobody of these is there.
pub async fn release(tx: &mut Tx, late: &HashSet<VisitOf>, now: Timestamp) -> Result<i64, StoreError> {
    let mut ids: Vec<SessionId> = late.iter().map(|(session, ..)| *session).collect();
    ids.sort_unstable();
    ids.dedup();
    let (mut changes, mut capacity, mut freed) = (Changes::default(), BTreeMap::new(), 0);
    for seats in session::with_seats(tx, &ids).await? {
        let id = seats.session.id;
        let next = open_slots(&seats, now).next().map(|slot| slot.number);
        for place in places_of(tx, id, None).await? {
            if !late.contains(&(id, place.appointment, place.person)) {
                continue;
            }
            let missed = (id, place.appointment, place.person, AppointmentState::Missed);
            changes.unseated.push(missed);
            let Some(next) = next else { continue };
            let seat = (id, place.slot, place.dose, place.quota);
            *changes.seats.entry(seat).or_default() -= 1;
            *capacity.entry(seat).or_default() -= 1;
            *capacity.entry((id, next, place.dose, Quota::WalkIn)).or_default() += 1;
            freed += 1;
        }
    }
    changes.write(tx, now).await?;
    session::add_capacity(tx, &capacity).await?;
    Ok(freed)
}

/// Seats somebody who comes after their place was given up, on a seat that is left for walk-ins. Code and slip stay good.
///
/// # Errors
/// `AppointmentOver` when they booked elsewhere since, or another record of their course holds that dose or had it; `Full`,
/// `UnknownAppointment` when the place was not missed.
pub async fn come_late(
    tx: &mut Tx,
    sealer: &Sealer,
    household: HouseholdId,
    (session, appointment, person): VisitOf,
    now: Timestamp,
) -> Result<Result<(), BookingRefusal>, StoreError> {
    lock_sessions(tx, &[session]).await?;
    let mut courses = merge::lock(tx, sealer, &[(household, person)]).await?;
    let others = courses.remove(&person).unwrap_or_default();
    let Some(place) = missed_place(tx, (session, appointment, person)).await? else {
        return Ok(Err(BookingRefusal::UnknownAppointment));
    };
    let claims = claim::of_persons(tx, &[(household, person)]).await?;
    let held = claims.get(&(person, place.dose)).is_some_and(|claim| {
        (claim.session, claim.appointment, claim.state) == (session, appointment, ClaimState::Booked)
    });
    let since = claim::of_people(tx, &others).await?;
    let since = since
        .iter()
        .any(|claim| claim.dose == place.dose && claim.holds(now));
    if !held || since {
        return Ok(Err(BookingRefusal::AppointmentOver));
    }
    let Some(seats) = session::with_seats(tx, &[session]).await?.pop() else {
        return Ok(Err(BookingRefusal::UnknownSession));
    };
    let is_free = |slot: &&SlotSeats| {
        let of_walk_ins = slot
            .seats
            .iter()
            .filter(|seats| (seats.dose, seats.quota) == (place.dose, Quota::WalkIn));
        of_walk_ins.map(|seats| seats.free()).sum::<i64>() > 0
    };
    let Some(slot) = open_slots(&seats, now).find(is_free) else {
        return Ok(Err(BookingRefusal::Full));
    };
    let (queue, ends_at) = (slot.queue + 1, slot.slot.ends_at(seats.session.day));
    let mut changes = Changes::default();
    changes
        .seated
        .push(place.row_at((session, slot.number, Quota::WalkIn), queue, now));
    changes.moved.push([
        household.into(),
        person.into(),
        place.dose.code().into(),
        appointment.into(),
        session.into(),
        slot.number.into(),
        queue.into(),
        ends_at.into(),
    ]);
    let seat = (session, slot.number, place.dose, Quota::WalkIn);
    changes.seats.insert(seat, 1);
    changes.queues.insert((session, slot.number), queue);
    changes.write(tx, now).await?;
    Ok(Ok(()))
}

fn open_slots(seats: &SessionSeats, now: Timestamp) -> impl Iterator<Item = &SlotSeats> {
    let day = seats.session.day;
    seats
        .slots
        .iter()
        .filter(move |slot| slot.slot.ends_at(day) > now)
}
