//! The seats of the sessions that a transaction has locked, on which `domain::booking` decides.
//!
//! It turns rows into the board of that decision, and decisions into changes: counts of seats and queue numbers.

use std::collections::HashMap;

use pramaan_domain::booking::{Board, Claim, Outcome, Party, Request, Seat, SeatKey, decide};
use pramaan_domain::dose::DoseNumber;
use pramaan_domain::id::{PersonId, SessionId};
use pramaan_domain::session::SessionStatus;
use pramaan_domain::slot::Slot;
use pramaan_domain::time::Timestamp;

use super::BookingRefusal;
use super::change::Changes;
use crate::StoreError;
use crate::db::Tx;
use crate::session::{Locking, Seats, SessionSeats, SessionState, SlotSeats, assemble, facts_of, seat_rows};

/// Locked sessions, and the board as it will be after the decisions taken so far.
pub(super) struct Ledger {
    sessions: HashMap<SessionId, SessionSeats>,
    board: Board,
}

/// Seats that were taken.
#[derive(Debug, Clone, Copy)]
pub(super) struct Taken {
    /// The slot's number within the session.
    pub(super) slot: i64,
    pub(super) ends_at: Timestamp,
    /// The queue number of the first; the others follow.
    pub(super) first_queue: i64,
}

impl Ledger {
    /// Locks sessions in order of id and then reads their seats, so that what is read is what is decided upon.
    pub(super) async fn lock(tx: &mut Tx, mut ids: Vec<SessionId>) -> Result<Self, StoreError> {
        ids.sort_unstable();
        ids.dedup();
        let facts = facts_of(tx, &ids, Locking::UntilCommit).await?;
        let (slots, seats) = seat_rows(tx, &ids).await?;
        let assembled = assemble(facts, &slots, &seats)?;
        let mut board = Board::default();
        for seats in &assembled {
            let status = match seats.session.state {
                SessionState::Published => SessionStatus::Published,
                SessionState::Cancelled => SessionStatus::Cancelled,
            };
            board
                .sessions
                .insert(seats.session.id, (status, seats.session.day));
            for slot in &seats.slots {
                let place = |counted: &Seats| (key(seats.session.id, slot.slot, counted), seat(counted));
                let keyed = slot.seats.iter().map(place);
                board
                    .seats
                    .extend(keyed.filter_map(|(key, seat)| Some((key, seat?))));
            }
        }
        let sessions = assembled
            .into_iter()
            .map(|seats| (seats.session.id, seats))
            .collect();
        Ok(Self { sessions, board })
    }

    /// Adds live appointments that the decisions must know of.
    pub(super) fn know(&mut self, held: impl IntoIterator<Item = (PersonId, DoseNumber)>) {
        self.board
            .claims
            .extend(held.into_iter().map(|(person, dose)| Claim { person, dose }));
    }

    pub(super) fn get(&self, session: SessionId) -> Option<&SessionSeats> {
        self.sessions.get(&session)
    }

    /// The time of a slot by its number.
    pub(super) fn slot(&self, session: SessionId, number: i64) -> Option<Slot> {
        let slots = &self.sessions.get(&session)?.slots;
        slots
            .iter()
            .find(|slot| slot.number == number)
            .map(|slot| slot.slot)
    }

    /// Takes seats for a whole party, or none.
    pub(super) fn book(
        &mut self,
        party: Party,
        to: SeatKey,
        now: Timestamp,
        changes: &mut Changes,
    ) -> Result<Taken, BookingRefusal> {
        let count = party.members().len();
        match self.decide(Request::Book { party, seat: to }, now) {
            Outcome::Booked => self.note_taken(to, count, changes),
            refused => Err(self.refusal(refused, to)),
        }
    }

    /// Moves a whole party; `None` when it has that seat already.
    pub(super) fn relocate(
        &mut self,
        party: Party,
        (from, to): (SeatKey, SeatKey),
        now: Timestamp,
        changes: &mut Changes,
    ) -> Result<Option<Taken>, BookingRefusal> {
        let count = party.members().len();
        match self.decide(Request::Move { party, from, to }, now) {
            Outcome::Unchanged => Ok(None),
            Outcome::Moved => {
                self.note_free(from, count, changes);
                self.note_taken(to, count, changes).map(Some)
            }
            refused => Err(self.refusal(refused, to)),
        }
    }

    /// Gives the seats of these members back.
    pub(super) fn cancel(
        &mut self,
        party: Party,
        seat: SeatKey,
        now: Timestamp,
        changes: &mut Changes,
    ) -> Result<(), BookingRefusal> {
        let count = party.members().len();
        match self.decide(Request::Cancel { party, seat }, now) {
            Outcome::Cancelled => {
                self.note_free(seat, count, changes);
                Ok(())
            }
            refused => Err(self.refusal(refused, seat)),
        }
    }

    fn decide(&mut self, request: Request, now: Timestamp) -> Outcome {
        let outcome = decide(&[request], &mut self.board, now).pop();
        outcome.unwrap_or(Outcome::UnknownSession)
    }

    fn refusal(&self, outcome: Outcome, seat: SeatKey) -> BookingRefusal {
        match outcome {
            Outcome::UnknownSession => BookingRefusal::UnknownSession,
            Outcome::SessionNotOpen => BookingRefusal::SessionCancelled,
            // A slot without any seats of this dose and quota is there, and full.
            Outcome::UnknownSlot if self.number(seat).is_some() => BookingRefusal::Full,
            Outcome::UnknownSlot => BookingRefusal::UnknownSlot,
            Outcome::SlotEnded => BookingRefusal::SlotEnded,
            Outcome::AlreadyBooked(_) => BookingRefusal::AlreadyBooked,
            Outcome::NotBooked(_) => BookingRefusal::UnknownAppointment,
            Outcome::Full
            | Outcome::OtherDose
            | Outcome::Booked
            | Outcome::Moved
            | Outcome::Cancelled
            | Outcome::Unchanged => BookingRefusal::Full,
        }
    }

    fn note_taken(
        &mut self,
        seat: SeatKey,
        count: usize,
        changes: &mut Changes,
    ) -> Result<Taken, BookingRefusal> {
        let count = i64::try_from(count).unwrap_or_default();
        let session = self
            .sessions
            .get_mut(&seat.session)
            .ok_or(BookingRefusal::UnknownSession)?;
        let day = session.session.day;
        let slot: &mut SlotSeats = session
            .slots
            .iter_mut()
            .find(|slot| slot.slot == seat.slot)
            .ok_or(BookingRefusal::UnknownSlot)?;
        let first_queue = slot.queue + 1;
        slot.queue += count;
        changes.queues.insert((seat.session, slot.number), slot.queue);
        *changes
            .seats
            .entry((seat.session, slot.number, seat.dose, seat.quota))
            .or_default() += count;
        Ok(Taken {
            slot: slot.number,
            ends_at: seat.slot.ends_at(day),
            first_queue,
        })
    }

    fn note_free(&self, seat: SeatKey, count: usize, changes: &mut Changes) {
        if let Some(number) = self.number(seat) {
            let count = i64::try_from(count).unwrap_or_default();
            *changes
                .seats
                .entry((seat.session, number, seat.dose, seat.quota))
                .or_default() -= count;
        }
    }

    fn number(&self, seat: SeatKey) -> Option<i64> {
        let slots = &self.sessions.get(&seat.session)?.slots;
        slots
            .iter()
            .find(|slot| slot.slot == seat.slot)
            .map(|slot| slot.number)
    }
}

fn key(session: SessionId, slot: Slot, seats: &Seats) -> SeatKey {
    SeatKey {
        session,
        slot,
        dose: seats.dose,
        quota: seats.quota,
    }
}

/// A capacity that was lowered under what is taken leaves nothing free, and takes nothing from anybody.
fn seat(seats: &Seats) -> Option<Seat> {
    let count = |seats: i64| u32::try_from(seats).unwrap_or_default();
    let (capacity, taken) = (count(seats.capacity), count(seats.taken));
    Seat::new(capacity.max(taken), taken).ok()
}
