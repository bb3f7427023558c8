//! The seats of the sessions that a transaction has locked: what may be taken and given back, decided in memory.

use std::collections::HashMap;

use pramaan_domain::dose::DoseNumber;
use pramaan_domain::id::SessionId;
use pramaan_domain::session::Quota;
use pramaan_domain::slot::Slot;
use pramaan_domain::time::Timestamp;

use super::BookingRefusal;
use super::change::Changes;
use crate::StoreError;
use crate::db::Tx;
use crate::session::{Locking, SessionSeats, SessionState, SlotSeats, assemble, facts_of, seat_rows};

/// Locked sessions with their seats as they will be after the decisions taken so far.
pub(super) struct Ledger {
    sessions: HashMap<SessionId, SessionSeats>,
}

/// Which seats are wanted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted {
    pub(super) session: SessionId,
    pub(super) slot: Slot,
    pub(super) dose: DoseNumber,
    pub(super) quota: Quota,
    pub(super) count: usize,
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
        Ok(Self {
            sessions: assembled
                .into_iter()
                .map(|seats| (seats.session.id, seats))
                .collect(),
        })
    }

    pub(super) fn get(&self, session: SessionId) -> Option<&SessionSeats> {
        self.sessions.get(&session)
    }

    /// The slot's number, if it can still be booked.
    pub(super) fn open_slot(
        &self,
        session: SessionId,
        slot: Slot,
        now: Timestamp,
    ) -> Result<i64, BookingRefusal> {
        let seats = self
            .sessions
            .get(&session)
            .ok_or(BookingRefusal::UnknownSession)?;
        if seats.session.state == SessionState::Cancelled {
            return Err(BookingRefusal::SessionCancelled);
        }
        let found = seats.slots.iter().find(|candidate| candidate.slot == slot);
        let found = found.ok_or(BookingRefusal::UnknownSlot)?;
        if slot.ends_at(seats.session.day) <= now {
            return Err(BookingRefusal::SlotEnded);
        }
        Ok(found.number)
    }

    /// Takes `count` seats of one slot, dose and quota, or none.
    pub(super) fn take(
        &mut self,
        wanted: Wanted,
        now: Timestamp,
        changes: &mut Changes,
    ) -> Result<Taken, BookingRefusal> {
        let number = self.open_slot(wanted.session, wanted.slot, now)?;
        let count = i64::try_from(wanted.count).unwrap_or(i64::MAX);
        let day = self.sessions.get(&wanted.session).map(|seats| seats.session.day);
        let (Some(day), Some(slot)) = (day, self.slot(wanted.session, number)) else {
            return Err(BookingRefusal::UnknownSlot);
        };
        let seats = slot
            .seats
            .iter_mut()
            .find(|seats| (seats.dose, seats.quota) == (wanted.dose, wanted.quota));
        let seats = seats
            .filter(|seats| seats.free() >= count)
            .ok_or(BookingRefusal::Full)?;
        seats.taken += count;
        let first_queue = slot.queue + 1;
        slot.queue += count;
        changes.queues.insert((wanted.session, number), slot.queue);
        *changes
            .seats
            .entry((wanted.session, number, wanted.dose, wanted.quota))
            .or_default() += count;
        Ok(Taken {
            slot: number,
            ends_at: wanted.slot.ends_at(day),
            first_queue,
        })
    }

    /// Gives one seat back.
    pub(super) fn give_back(
        &mut self,
        session: SessionId,
        slot: i64,
        (dose, quota): (DoseNumber, Quota),
        changes: &mut Changes,
    ) {
        let seats = self.slot(session, slot).map(|slot| slot.seats.iter_mut());
        if let Some(seats) =
            seats.and_then(|mut seats| seats.find(|seats| (seats.dose, seats.quota) == (dose, quota)))
        {
            seats.taken -= 1;
            *changes.seats.entry((session, slot, dose, quota)).or_default() -= 1;
        }
    }

    fn slot(&mut self, session: SessionId, number: i64) -> Option<&mut SlotSeats> {
        self.sessions
            .get_mut(&session)?
            .slots
            .iter_mut()
            .find(|slot| slot.number == number)
    }
}
