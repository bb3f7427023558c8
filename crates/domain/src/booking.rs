//! Who gets a seat: a pure decision over a batch of requests, in the order of their arrival.
//!
//! It decides and counts; it stores nothing. Whoever calls it holds the rows locked and writes what it decided in one
//! transaction. Eligibility (`rules`) and the household's right to book are checked before, by the caller.

use std::collections::{BTreeMap, BTreeSet};

use crate::dose::DoseNumber;
use crate::id::{PersonId, SessionId};
use crate::session::{Quota, SessionStatus};
use crate::slot::Slot;
use crate::time::{CivilDate, Timestamp};

/// What is counted: seats of one dose and quota in one slot of one session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SeatKey {
    pub session: SessionId,
    pub slot: Slot,
    pub dose: DoseNumber,
    pub quota: Quota,
}

/// A count of seats; `taken` never grows beyond `capacity`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seat {
    capacity: u32,
    taken: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{taken} seats are taken of {capacity}")]
pub struct Oversold {
    pub capacity: u32,
    pub taken: u32,
}

impl Seat {
    pub fn new(capacity: u32, taken: u32) -> Result<Self, Oversold> {
        if taken <= capacity {
            Ok(Self { capacity, taken })
        } else {
            Err(Oversold { capacity, taken })
        }
    }

    pub fn capacity(self) -> u32 {
        self.capacity
    }

    pub fn taken(self) -> u32 {
        self.taken
    }

    pub fn free(self) -> u32 {
        self.capacity - self.taken
    }

    /// Takes all or nothing.
    fn take(&mut self, seats: u32) -> bool {
        let fits = seats <= self.free();
        if fits {
            self.taken += seats;
        }
        fits
    }

    fn release(&mut self, seats: u32) {
        self.taken = self.taken.saturating_sub(seats);
    }
}

/// One live appointment per person and dose: whoever holds the claim has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Claim {
    pub person: PersonId,
    pub dose: DoseNumber,
}

/// One to six different members of one household.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party(Vec<PersonId>);

pub const MAX_PARTY: usize = 6;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParseParty {
    #[error("an appointment needs at least one beneficiary")]
    Empty,
    #[error("an appointment is for at most 6 beneficiaries")]
    TooMany,
    #[error("a beneficiary is named twice")]
    Twice,
}

impl Party {
    pub fn new(members: Vec<PersonId>) -> Result<Self, ParseParty> {
        let distinct: BTreeSet<&PersonId> = members.iter().collect();
        match members.len() {
            0 => Err(ParseParty::Empty),
            n if n > MAX_PARTY => Err(ParseParty::TooMany),
            n if n > distinct.len() => Err(ParseParty::Twice),
            _ => Ok(Self(members)),
        }
    }

    pub fn members(&self) -> &[PersonId] {
        &self.0
    }

    fn seats(&self) -> u32 {
        u32::try_from(self.0.len()).unwrap_or(u32::MAX)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    Book {
        party: Party,
        seat: SeatKey,
    },
    /// Moves a whole live appointment of this party from one seat to another.
    Move {
        party: Party,
        from: SeatKey,
        to: SeatKey,
    },
    /// Gives up the seats of a live appointment's members who are named.
    Cancel {
        party: Party,
        seat: SeatKey,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Booked,
    Moved,
    Cancelled,
    /// The move was to the same seat: nothing changes, which is a success.
    Unchanged,
    /// Fewer seats are free than the party has members.
    Full,
    /// This member already has a live appointment for the dose.
    AlreadyBooked(PersonId),
    /// This member has no live appointment for the dose.
    NotBooked(PersonId),
    UnknownSession,
    /// No such slot, dose or quota in the session.
    UnknownSlot,
    /// Not published, or cancelled.
    SessionNotOpen,
    SlotEnded,
    /// A move must keep the dose.
    OtherDose,
}

/// What a batch is decided on: rows that the caller has read under lock, and counts on as decisions are made.
#[derive(Debug, Clone, Default)]
pub struct Board {
    pub sessions: BTreeMap<SessionId, (SessionStatus, CivilDate)>,
    pub seats: BTreeMap<SeatKey, Seat>,
    pub claims: BTreeSet<Claim>,
}

/// One outcome per request, in order. A refused request changes nothing; `board` ends as the batch leaves it.
pub fn decide(requests: &[Request], board: &mut Board, now: Timestamp) -> Vec<Outcome> {
    let decided = requests.iter().map(|request| match request {
        Request::Book { party, seat } => board.book(party, *seat, now),
        Request::Move { party, from, to } => board.relocate(party, *from, *to, now),
        Request::Cancel { party, seat } => board.cancel(party, *seat),
    });
    decided
        .map(|outcome| outcome.unwrap_or_else(|refused| refused))
        .collect()
}

impl Board {
    fn book(&mut self, party: &Party, key: SeatKey, now: Timestamp) -> Result<Outcome, Outcome> {
        self.open(key, now)?;
        let claims = claims(party, key.dose);
        if let Some(held) = claims.iter().find(|claim| self.claims.contains(claim)) {
            return Err(Outcome::AlreadyBooked(held.person));
        }
        self.take(key, party)?;
        self.claims.extend(claims);
        Ok(Outcome::Booked)
    }

    fn relocate(
        &mut self,
        party: &Party,
        from: SeatKey,
        to: SeatKey,
        now: Timestamp,
    ) -> Result<Outcome, Outcome> {
        self.held(party, from.dose)?;
        if from == to {
            return Ok(Outcome::Unchanged);
        }
        if from.dose != to.dose {
            return Err(Outcome::OtherDose);
        }
        self.open(to, now)?;
        self.take(to, party)?;
        self.release(from, party);
        Ok(Outcome::Moved)
    }

    fn cancel(&mut self, party: &Party, key: SeatKey) -> Result<Outcome, Outcome> {
        self.held(party, key.dose)?;
        self.release(key, party);
        for claim in claims(party, key.dose) {
            self.claims.remove(&claim);
        }
        Ok(Outcome::Cancelled)
    }

    fn open(&self, key: SeatKey, now: Timestamp) -> Result<(), Outcome> {
        let (status, date) = self.sessions.get(&key.session).ok_or(Outcome::UnknownSession)?;
        if *status != SessionStatus::Published {
            return Err(Outcome::SessionNotOpen);
        }
        if !self.seats.contains_key(&key) {
            return Err(Outcome::UnknownSlot);
        }
        if key.slot.ends_at(*date) <= now {
            Err(Outcome::SlotEnded)
        } else {
            Ok(())
        }
    }

    fn held(&self, party: &Party, dose: DoseNumber) -> Result<(), Outcome> {
        match claims(party, dose)
            .into_iter()
            .find(|claim| !self.claims.contains(claim))
        {
            Some(missing) => Err(Outcome::NotBooked(missing.person)),
            None => Ok(()),
        }
    }

    fn take(&mut self, key: SeatKey, party: &Party) -> Result<(), Outcome> {
        let seat = self.seats.get_mut(&key).ok_or(Outcome::UnknownSlot)?;
        if seat.take(party.seats()) {
            Ok(())
        } else {
            Err(Outcome::Full)
        }
    }

    fn release(&mut self, key: SeatKey, party: &Party) {
        if let Some(seat) = self.seats.get_mut(&key) {
            seat.release(party.seats());
        }
    }
}

fn claims(party: &Party, dose: DoseNumber) -> Vec<Claim> {
    party
        .members()
        .iter()
        .map(|person| Claim {
            person: *person,
            dose,
        })
        .collect()
}
