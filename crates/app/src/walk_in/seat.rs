//! A seat of today for somebody at the desk.

use pramaan_domain::access::{Basis, Purpose};
use pramaan_domain::centre::CentreId;
use pramaan_domain::dose::DoseNumber;
use pramaan_domain::id::{AppointmentId, PersonId, SessionId};
use pramaan_domain::session::Quota;
use pramaan_domain::slot::Slot;
use pramaan_domain::time::Timestamp;
use pramaan_domain::vaccine::Vaccine;
use pramaan_domain::visit::VisitAct;
use pramaan_store::roster::{self, Place};
use pramaan_store::session::{self, SessionSeats, SessionState};

use super::register::Desk;
use crate::appointment::{Booking, PARTICULARS, Seat, Seating};
use crate::card::Shown;
use crate::encounter::DeskService;
use crate::message::Language;
use crate::open::Cause;
use crate::private_member::Sighted;
use crate::{App, Refusal, Staff};

/// Where somebody at the desk is to sit, and what they showed.
pub struct WalkInSeat {
    pub seat: Seat,
    /// CoWIN's number of the dose: 1, 2, or 3 for a third or a precaution dose.
    pub dose: i64,
    /// The document in hand, or the printed card.
    pub shown: Shown,
    /// What the client calls this request, if it may send it twice.
    pub idempotency_key: Option<String>,
    pub language: Language,
}

/// A seat that was taken just now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seated {
    pub appointment: AppointmentId,
    /// Where the person is in the day's queue.
    pub place: Place,
}

/// Seats of one dose in one slot that walk-ins can take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FreeSeat {
    pub session: SessionId,
    pub vaccine: Vaccine,
    pub slot: Slot,
    pub dose: DoseNumber,
    pub free: i64,
}

fn free_seats(session: &SessionSeats, now: Timestamp) -> impl Iterator<Item = FreeSeat> {
    let facts = &session.session;
    let open = session
        .slots
        .iter()
        .filter(move |slot| slot.slot.ends_at(facts.day) > now);
    open.flat_map(move |slot| {
        let kept = slot
            .seats
            .iter()
            .filter(|seats| seats.quota == Quota::WalkIn && seats.free() > 0);
        kept.map(move |seats| FreeSeat {
            session: facts.id,
            vaccine: facts.vaccine,
            slot: slot.slot,
            dose: seats.dose,
            free: seats.free(),
        })
    })
}

impl App {
    /// Seats a person at one of today's sessions of this centre, from the seats kept for walk-ins. The document in hand, or the card, is
    /// the evidence on which age and history are opened, to tell which dose is due.
    ///
    /// # Errors
    /// `Forbidden`, `OffRoster`; `UnknownSession` for one of another centre or day; `NoMatch` when the reference id and the
    /// document do not belong together, which is counted, and `OverBudget` after twenty of those on a day; `WrongCard` and
    /// `CardSpent`; every refusal of a booking.
    pub async fn seat_walk_in(
        &self,
        staff: &Staff,
        wanted: WalkInSeat,
        request: &'static str,
    ) -> Result<Seated, Refusal> {
        let venue = self.venue(wanted.seat.session).await?;
        let session = &venue.session.session;
        if (session.centre.number(), session.day) != (staff.centre, self.today()) {
            return Err(Refusal::UnknownSession);
        }
        let member = wanted.shown.reference_id();
        let here = self.prove_for(staff, wanted.shown, DeskService::Seat).await?;
        let (household, person) = here.subject();
        let seating = Seating {
            household,
            among: vec![Sighted::at_site((household, person))],
            cause: Cause {
                actor: staff.actor(),
                basis: Basis::SiteEvidence,
                purpose: Purpose::Booking,
                fields: PARTICULARS,
                request,
                reason: here.said(),
            },
            quota: Quota::WalkIn,
        };
        let booking = Booking {
            seat: wanted.seat,
            dose: wanted.dose,
            members: vec![member],
            // A doctor's certificate is looked at before the dose.
            declaring: vec![member],
            idempotency_key: wanted.idempotency_key,
            language: wanted.language,
        };
        let appointment = self.take_seats(seating, booking, request).await?;
        let place = self.queue_place(staff, (appointment, person)).await?;
        // They stand at the desk. A seat without a token is one that can be checked in by hand.
        match self.visit_step(staff, place, VisitAct::CheckIn).await {
            Ok(_) | Err(Refusal::VisitMoved) => {}
            Err(error) => tracing::warn!(%error, "somebody at the desk got a seat and no token"),
        }
        Ok(Seated { appointment, place })
    }

    async fn queue_place(
        &self,
        staff: &Staff,
        (appointment, person): (AppointmentId, PersonId),
    ) -> Result<Place, Refusal> {
        let here = (staff.centre, self.today());
        let places = self.0.db.read("app::walk_in::place", move |tx| {
            Box::pin(roster::of_person(tx, here, person))
        });
        let mut places = places.await?.into_iter();
        let place = places.find(|expected| expected.appointment == appointment);
        place
            .map(|expected| expected.place)
            .ok_or(Refusal::UnknownAppointment)
    }

    /// The seats that are free for walk-ins at this centre now, in order of time; none where no session has any.
    ///
    /// # Errors
    /// `Forbidden` for a district's staff, `OffRoster`.
    pub async fn walk_in_seats(&self, staff: &Staff) -> Result<Vec<FreeSeat>, Refusal> {
        let (now, desk) = (self.now(), Desk::of(staff, self.now())?);
        let centre = CentreId::from_number(staff.centre).map_err(|_| Refusal::Forbidden)?;
        let found = self.0.db.read("app::walk_in::seats", move |tx| {
            Box::pin(async move {
                desk.open(tx).await?;
                Ok::<_, Refusal>(session::of_centre(tx, centre, (now.date(), now.date())).await?)
            })
        });
        let sessions = found.await?;
        let published = sessions
            .iter()
            .filter(|one| one.session.state == SessionState::Published);
        let mut free: Vec<FreeSeat> = published.flat_map(|session| free_seats(session, now)).collect();
        free.sort_by_key(|seat| (seat.slot, seat.session, seat.dose));
        Ok(free)
    }
}
