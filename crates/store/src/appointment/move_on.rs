//! Moving appointments: a household reschedules all of one, or a session is cancelled, stopped or moved and its people go
//! elsewhere.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::Hash;

use pramaan_domain::booking::{Party, SeatKey};
use pramaan_domain::dose::DoseNumber;
use pramaan_domain::id::{AppointmentId, HouseholdId, PersonId, SessionId};
use pramaan_domain::session::Quota;
use pramaan_domain::slot::Slot;
use pramaan_domain::time::Timestamp;

use super::change::Changes;
use super::ledger::Ledger;
use super::release::lock_sessions;
use super::withdraw::{is_over, locked};
use super::{AppointmentState, BookingRefusal};
use crate::StoreError;
use crate::claim;
use crate::db::{Row, Tx, Value};
use crate::member::{self, Subject};
use crate::person_key;
use crate::sealer::Sealer;
use crate::session::{self, NewSession, NewSlot, SessionSeats, dose_of, quota_of};
use crate::visit::VisitOf;

/// Whether a reschedule changed anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moved {
    Now,
    /// It had that seat already.
    Before,
}

/// Moves those of these people whom an appointment covers to another slot, there or elsewhere. To the same seat nothing
/// changes.
///
/// # Errors
/// `Serialization` when the appointment moved meanwhile: run it again.
pub async fn reschedule(
    tx: &mut Tx,
    among: &[Subject],
    appointment: AppointmentId,
    (session, slot): (SessionId, Slot),
    now: Timestamp,
) -> Result<Result<Moved, BookingRefusal>, StoreError> {
    let (mut ledger, claims) = match locked(tx, among, appointment, Some(session)).await? {
        Ok(locked) => locked,
        Err(refusal) => return Ok(Err(refusal)),
    };
    if claims.iter().any(|claim| is_over(claim, now)) {
        return Ok(Err(BookingRefusal::AppointmentOver));
    }
    let mut places = Vec::with_capacity(claims.len());
    for claim in &claims {
        places.extend(places_of(tx, claim.session, Some((appointment, claim.person))).await?);
    }
    let mut changes = Changes::default();
    let to = ((session, slot), Quota::Online);
    for group in groups(&mut places) {
        if let Err(refusal) = relocate(&mut ledger, group, to, now, &mut changes) {
            return Ok(Err(refusal));
        }
    }
    let moved = if changes.moved.is_empty() {
        Moved::Before
    } else {
        Moved::Now
    };
    changes.write(tx, now).await?;
    Ok(Ok(moved))
}

/// What became of the appointments of a session that was cancelled: of each, those who were there at the same hours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rebooked {
    pub household: HouseholdId,
    pub appointment: AppointmentId,
    pub members: Vec<PersonId>,
    /// Where they sat.
    pub from: Slot,
    /// Where they sit now; `None` when no seats were left and the appointment is cancelled.
    pub slot: Option<Slot>,
}

/// Somebody who is told something, and the one on the same phone by whom its number is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Telling {
    pub of: Subject,
    pub by: Subject,
}

/// Everybody with a live appointment in a session, in order of appointment, and by whom of those who sit together each
/// phone is opened.
pub async fn live_in(tx: &mut Tx, sealer: &Sealer, session: SessionId) -> Result<Vec<Telling>, StoreError> {
    let places = live_places(tx, session).await?;
    let members = places.iter().map(|place| (place.group(), place.subject()));
    one_a_phone(tx, sealer, members.collect()).await
}

/// Of each group among these one member a phone, the first in their order, by whom it is opened for all of them.
pub async fn one_a_phone<G: Copy + Eq + Hash>(
    tx: &mut Tx,
    sealer: &Sealer,
    places: Vec<(G, Subject)>,
) -> Result<Vec<Telling>, StoreError> {
    let people: Vec<Subject> = places.iter().map(|(_, subject)| *subject).collect();
    let holders = member::holders(tx, sealer, &people).await?;
    let mut told = HashMap::new();
    let telling = |(group, of): (G, Subject)| Telling {
        of,
        by: *told.entry((group, holders.get(&of.1).copied())).or_insert(of),
    };
    Ok(places.into_iter().map(telling).collect())
}

/// Locks everybody who is booked in a session, so that a day can be locked after them.
pub async fn lock_people(tx: &mut Tx, session: SessionId) -> Result<(), StoreError> {
    let places = places_of(tx, session, None).await?;
    let people: Vec<Subject> = places.iter().map(Place::subject).collect();
    person_key::lock(tx, &people).await.map(drop)
}

/// Cancels a session; each live appointment moves, all of it or none, to the first slot of `to` with seats for it. Live is
/// what its person still claims: whoever did not come and booked elsewhere since is not touched.
pub async fn close_session(
    tx: &mut Tx,
    from: SessionId,
    to: Option<SessionId>,
    now: Timestamp,
) -> Result<Result<Vec<Rebooked>, BookingRefusal>, StoreError> {
    let rebooked = empty(tx, (from, to), &HashSet::new(), now).await?;
    if rebooked.is_ok() {
        session::close(tx, from, now).await?;
    }
    Ok(rebooked)
}

/// Stops a session: every live appointment there ends, but of those in `staying`, who are at a table. Nobody books there any
/// more; what was given there stays on its list.
pub async fn stop_session(
    tx: &mut Tx,
    from: SessionId,
    staying: &HashSet<VisitOf>,
    now: Timestamp,
) -> Result<Result<Vec<Rebooked>, BookingRefusal>, StoreError> {
    let rebooked = empty(tx, (from, None), staying, now).await?;
    if rebooked.is_ok() {
        session::close_free_seats(tx, from, now).await?;
    }
    Ok(rebooked)
}

/// Moves a session with all its seats but those of doses given there and of those `staying`: `to` is published with the
/// slots that it names and the seats that move, and every live appointment sits there at the hours most like its own.
/// Seats of slots that `to` does not have go to its first.
pub async fn move_session(
    tx: &mut Tx,
    from: SessionId,
    to: NewSession,
    staying: &HashSet<VisitOf>,
    now: Timestamp,
) -> Result<Result<Vec<Rebooked>, BookingRefusal>, StoreError> {
    lock_sessions(tx, &[from]).await?;
    let Some(seats) = session::with_seats(tx, &[from]).await?.pop() else {
        return Ok(Err(BookingRefusal::UnknownSession));
    };
    let mut live = live_places(tx, from).await?;
    live.retain(|place| !staying.contains(&place.visit()));
    let to = NewSession {
        slots: moving_seats(&seats, &live, to.slots),
        ..to
    };
    let (id, stays) = (to.id, live.len());
    session::publish(tx, &[to], now).await?;
    let rebooked = match empty(tx, (from, Some(id)), staying, now).await? {
        Ok(rebooked) => rebooked,
        Err(refused) => return Ok(Err(refused)),
    };
    let taken = seats.slots.iter().flat_map(|slot| &slot.seats);
    let taken: i64 = taken.map(|seats| seats.taken).sum();
    match usize::try_from(taken) == Ok(stays) {
        true => session::close(tx, from, now).await?,
        false => session::close_free_seats(tx, from, now).await?,
    }
    Ok(Ok(rebooked))
}

/// The slots of a session that another moves to, with the seats that come along.
fn moving_seats(from: &SessionSeats, live: &[Place], slots: Vec<NewSlot>) -> Vec<NewSlot> {
    let mut moving: BTreeMap<(Slot, DoseNumber, Quota), i64> = BTreeMap::new();
    let first = slots.first().map(|slot| slot.slot);
    for slot in &from.slots {
        let kept = slots.iter().any(|new| new.slot == slot.slot);
        let Some(to) = (if kept { Some(slot.slot) } else { first }) else {
            continue;
        };
        for seats in &slot.seats {
            let here = |place: &&Place| {
                (place.slot, place.dose, place.quota) == (slot.number, seats.dose, seats.quota)
            };
            let sitting = i64::try_from(live.iter().filter(here).count()).unwrap_or_default();
            *moving.entry((to, seats.dose, seats.quota)).or_default() += sitting + seats.free();
        }
    }
    let with_seats = |slot: NewSlot| NewSlot {
        capacity: moving
            .iter()
            .filter(|((at, ..), _)| *at == slot.slot)
            .map(|((_, dose, quota), seats)| (*dose, *quota, u16::try_from(*seats).unwrap_or(u16::MAX)))
            .collect(),
        ..slot
    };
    slots.into_iter().map(with_seats).collect()
}

/// Takes every live appointment from a session: elsewhere, or to its end.
async fn empty(
    tx: &mut Tx,
    (from, to): (SessionId, Option<SessionId>),
    staying: &HashSet<VisitOf>,
    now: Timestamp,
) -> Result<Result<Vec<Rebooked>, BookingRefusal>, StoreError> {
    let mut ledger = Ledger::lock(tx, [Some(from), to].into_iter().flatten().collect()).await?;
    if ledger.get(from).is_none() || to.is_some_and(|to| to == from || ledger.get(to).is_none()) {
        return Ok(Err(BookingRefusal::UnknownSession));
    }
    lock_people(tx, from).await?;
    let mut places = live_places(tx, from).await?;
    places.retain(|place| !staying.contains(&place.visit()));
    ledger.know(places.iter().map(|place| (place.person, place.dose)));
    let mut changes = Changes::default();
    let mut rebooked = Vec::new();
    for group in groups(&mut places) {
        rebooked.extend(rebook(&mut ledger, group, to, now, &mut changes));
    }
    changes.write(tx, now).await?;
    Ok(Ok(told_together(rebooked)))
}

/// Those of an appointment who sat at the same hours and sit at the same ones now are told once, whichever seats they had.
fn told_together(rebooked: Vec<Rebooked>) -> Vec<Rebooked> {
    let mut together: Vec<Rebooked> = Vec::with_capacity(rebooked.len());
    for one in rebooked {
        // In order of appointment.
        let of_it = together
            .iter_mut()
            .rev()
            .take_while(|told| told.appointment == one.appointment);
        let hours = (one.from, one.slot);
        match of_it.into_iter().find(|told| (told.from, told.slot) == hours) {
            Some(told) => told.members.extend(one.members),
            None => together.push(one),
        }
    }
    together
}

/// Those who sit together. Whoever of an appointment moved alone sits elsewhere, and gives back another seat.
type Group = (AppointmentId, SessionId, i64, DoseNumber, Quota);

fn groups(places: &mut [Place]) -> impl Iterator<Item = &[Place]> {
    places.sort_by_key(|place| (place.group(), place.person));
    places.chunk_by(|one, other| one.group() == other.group())
}

fn rebook(
    ledger: &mut Ledger,
    group: &[Place],
    to: Option<SessionId>,
    now: Timestamp,
    changes: &mut Changes,
) -> Option<Rebooked> {
    let first = group.first()?;
    let left = ledger.slot(first.session, first.slot)?;
    let mut slots: Vec<Slot> = to
        .and_then(|to| ledger.get(to))
        .map(|seats| seats.slots.iter().map(|slot| slot.slot).collect())
        .unwrap_or_default();
    // Who kept these hours free finds the most like them; of two alike the earlier.
    slots.sort_by_key(|slot| (slot.unlike(left), slot.start()));
    let slot = to.and_then(|to| {
        slots
            .into_iter()
            .find(|slot| relocate(ledger, group, ((to, *slot), first.quota), now, changes).is_ok())
    });
    if slot.is_none() {
        let party = party(group).ok()?;
        ledger.cancel(party, first.seat(left), now, changes).ok()?;
        for place in group {
            let ended = (
                place.session,
                place.appointment,
                place.person,
                AppointmentState::Cancelled,
            );
            changes.unseated.push(ended);
            let given_up = (place.household, place.person, place.dose, place.appointment);
            changes.unclaimed.push(given_up);
        }
    }
    Some(Rebooked {
        household: first.household,
        appointment: first.appointment,
        members: group.iter().map(|place| place.person).collect(),
        from: left,
        slot,
    })
}

/// One member's row of an appointment.
pub(super) struct Place {
    session: SessionId,
    pub(super) appointment: AppointmentId,
    pub(super) person: PersonId,
    household: HouseholdId,
    pub(super) slot: i64,
    pub(super) dose: DoseNumber,
    pub(super) quota: Quota,
    code_mac: Vec<u8>,
    code_tries: i64,
    booked_at: Timestamp,
}

/// Takes seats of a quota elsewhere for all who sit together, gives theirs back, and notes what that changes.
fn relocate(
    ledger: &mut Ledger,
    places: &[Place],
    ((session, slot), quota): ((SessionId, Slot), Quota),
    now: Timestamp,
    changes: &mut Changes,
) -> Result<(), BookingRefusal> {
    let first = places.first().ok_or(BookingRefusal::UnknownAppointment)?;
    let left = ledger
        .slot(first.session, first.slot)
        .ok_or(BookingRefusal::UnknownSlot)?;
    let from = first.seat(left);
    let to = match (from.session, from.slot) == (session, slot) {
        true => from,
        false => SeatKey {
            session,
            slot,
            quota,
            ..from
        },
    };
    let Some(taken) = ledger.relocate(party(places)?, (from, to), now, changes)? else {
        return Ok(());
    };
    for (place, queue) in places.iter().zip(taken.first_queue..) {
        if place.session != session {
            let left = (
                place.session,
                place.appointment,
                place.person,
                AppointmentState::Moved,
            );
            changes.unseated.push(left);
        }
        changes
            .seated
            .push(place.row_at((session, taken.slot, to.quota), queue, now));
        changes.moved.push([
            place.household.into(),
            place.person.into(),
            place.dose.code().into(),
            place.appointment.into(),
            session.into(),
            taken.slot.into(),
            queue.into(),
            taken.ends_at.into(),
        ]);
    }
    Ok(())
}

fn party(places: &[Place]) -> Result<Party, BookingRefusal> {
    let members = places.iter().map(|place| place.person).collect();
    Party::new(members).map_err(|_| BookingRefusal::UnknownAppointment)
}

impl Place {
    /// The seat it takes, `slot` being the time of its slot.
    fn seat(&self, slot: Slot) -> SeatKey {
        SeatKey {
            session: self.session,
            slot,
            dose: self.dose,
            quota: self.quota,
        }
    }

    fn group(&self) -> Group {
        (self.appointment, self.session, self.slot, self.dose, self.quota)
    }

    fn subject(&self) -> Subject {
        (self.household, self.person)
    }

    fn visit(&self) -> VisitOf {
        (self.session, self.appointment, self.person)
    }

    /// The row of this place at another session or slot. The code and its tries stay.
    pub(super) fn row_at(
        &self,
        (session, slot, quota): (SessionId, i64, Quota),
        queue: i64,
        now: Timestamp,
    ) -> [Value; 13] {
        [
            session.into(),
            self.appointment.into(),
            self.person.into(),
            self.household.into(),
            slot.into(),
            self.dose.code().into(),
            quota.code().into(),
            AppointmentState::Booked.code().into(),
            queue.into(),
            (&self.code_mac).into(),
            self.code_tries.into(),
            self.booked_at.into(),
            now.into(),
        ]
    }
}

const SELECT: &str =
    "select session, id, person, household, slot, dose, quota, code_mac, code_tries, booked_at
         from appointment where session = $1 and state = $2";

/// A place that nobody came to.
pub(super) async fn missed_place(
    tx: &mut Tx,
    (session, appointment, person): VisitOf,
) -> Result<Option<Place>, StoreError> {
    let sql = format!("-- store::appointment::missed_place\n{SELECT} and id = $3 and person = $4");
    let params = [
        session.into(),
        AppointmentState::Missed.code().into(),
        appointment.into(),
        person.into(),
    ];
    let row = tx.query_opt(&sql, &params).await?;
    row.as_ref().map(place).transpose()
}

/// The live places of a session, in order of appointment; or one member's.
pub(super) async fn places_of(
    tx: &mut Tx,
    session: SessionId,
    only: Option<(AppointmentId, PersonId)>,
) -> Result<Vec<Place>, StoreError> {
    let mut params: Vec<Value> = vec![session.into(), AppointmentState::Booked.code().into()];
    let narrowed = match only {
        None => "order by id, person",
        Some((appointment, person)) => {
            params.extend([appointment.into(), person.into()]);
            "and id = $3 and person = $4"
        }
    };
    let sql = format!("-- store::appointment::places_of\n{SELECT} {narrowed}");
    tx.query(&sql, &params).await?.iter().map(place).collect()
}

/// The places of a session that are still claimed, in order of appointment.
async fn live_places(tx: &mut Tx, session: SessionId) -> Result<Vec<Place>, StoreError> {
    let mut places = places_of(tx, session, None).await?;
    let mut persons: Vec<_> = places
        .iter()
        .map(|place| (place.household, place.person))
        .collect();
    persons.sort_unstable();
    persons.dedup();
    // Not a join: places are kept with their session, claims with their household.
    let claims = claim::of_persons(tx, &persons).await?;
    places.retain(|place| {
        let claim = claims.get(&(place.person, place.dose));
        claim.is_some_and(|claim| (claim.session, claim.appointment) == (session, place.appointment))
    });
    Ok(places)
}

fn place(row: &Row) -> Result<Place, StoreError> {
    Ok(Place {
        session: row.parse(0)?,
        appointment: row.parse(1)?,
        person: row.parse(2)?,
        household: row.parse(3)?,
        slot: row.int(4)?,
        dose: dose_of(row, 5)?,
        quota: quota_of(row, 6)?,
        code_mac: row.blob(7)?.to_vec(),
        code_tries: row.int(8)?,
        booked_at: row.timestamp(9)?,
    })
}
