//! Booking: who is meant, whether the rules let them, and then the queue for seats.

use pramaan_domain::access::Purpose;
use pramaan_domain::id::{AppointmentId, HouseholdId, PersonId, SessionId};
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::session::Quota;
use pramaan_domain::slot::Slot;
use pramaan_store::appointment::{BookingRefusal, BookingRequest};
use pramaan_store::claim;
use pramaan_store::idempotency::{self, Recalled, RequestKey};
use pramaan_store::member::Subject;
use pramaan_store::session::{Seats, SessionState};

use super::Venue;
use super::eligible::PARTICULARS;
use super::elsewhere::Records;
use crate::beneficiary::HOUSEHOLD_SIZE;
use crate::booking::Clerk;
use crate::message::{Language, Message, Visit};
use crate::open::Cause;
use crate::principal::Citizen;
use crate::private_member::Sighted;
use crate::{App, Refusal};

/// Where somebody wants to sit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    pub session: SessionId,
    /// As it was shown; anything else is an unknown slot.
    pub slot: String,
}

/// One to six members of a household who want the same dose in the same slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booking {
    pub seat: Seat,
    /// CoWIN's number of the dose: 1, 2, or 3 for a third or a precaution dose.
    pub dose: i64,
    pub members: Vec<ReferenceId>,
    /// Those of them who say now that they have a listed comorbidity, with a doctor's certificate. It decides this booking
    /// and is not kept; the certificate is checked at the site.
    pub declaring: Vec<ReferenceId>,
    /// What the client calls this request, if it may send it twice.
    pub idempotency_key: Option<String>,
    pub language: Language,
}

/// For whom, on whose word and from which seats.
pub(crate) struct Seating {
    /// Whose phone asks, or who keeps the rows of the person at the desk.
    pub(crate) household: HouseholdId,
    /// Who may be seated.
    pub(crate) among: Vec<Sighted>,
    /// Why the members' particulars are opened.
    pub(crate) cause: Cause,
    pub(crate) quota: Quota,
}

impl Seating {
    /// Whether whoever asks sees this record: a phone those of its members, a desk all of the person who stands there.
    pub(super) fn shows(&self, subject: Subject) -> bool {
        self.quota == Quota::WalkIn || self.among.iter().any(|one| one.subject() == subject)
    }
}

impl App {
    /// Whoever this login sees, from the seats that can be booked online.
    pub(super) async fn seating(&self, citizen: &Citizen, request: &'static str) -> Result<Seating, Refusal> {
        Ok(Seating {
            household: citizen.household,
            among: self.seen(citizen).await?,
            cause: citizen.cause(Purpose::Booking, PARTICULARS, request),
            quota: Quota::Online,
        })
    }

    /// Books seats for all named members and queues the message about it, or nothing of it.
    ///
    /// # Errors
    /// Every refusal of a booking; `AlreadyBooked` for a repetition without a key, and with the same key the first
    /// answer again.
    pub async fn book(
        &self,
        citizen: &Citizen,
        booking: Booking,
        request: &'static str,
    ) -> Result<AppointmentId, Refusal> {
        citizen.require_account()?;
        let seating = self.seating(citizen, request).await?;
        self.take_seats(seating, booking, request).await
    }

    /// The same on somebody else's word, too.
    pub(crate) async fn take_seats(
        &self,
        seating: Seating,
        booking: Booking,
        request: &'static str,
    ) -> Result<AppointmentId, Refusal> {
        check_size(&booking.members)?;
        let members = self.members_named(&seating.among, &booking.members).await?;
        let key = self.request_key(&seating, &booking, &members);
        if let Some(before) = self.answered(key).await? {
            return Ok(before);
        }
        let venue = self.venue(booking.seat.session).await?;
        let slot = self.open_slot(&venue, &booking.seat.slot)?;
        self.check_not_booked(booking.dose, &members).await?;
        check_seats(&venue, slot, (booking.dose, seating.quota), members.len())?;
        let declaring = self.members_named(&seating.among, &booking.declaring).await?;
        let due = self
            .dose_due(&seating, &venue, (&members, &declaring), request)
            .await?;
        if due.dose.cowin_number() != booking.dose {
            return Err(Refusal::OtherDoseDue { due: due.dose });
        }
        let message = Message::AppointmentBooked(visit(&venue, slot));
        let message = due
            .addressee
            .map(|addressee| message.for_household(addressee.speaking(booking.language)))
            .map(|message| message.outgoing(self.now()));
        let wanted = BookingRequest {
            session: booking.seat.session,
            slot,
            quota: seating.quota,
            dose: due.dose,
            members,
            key,
            message,
        };
        let booked = match self.0.desk.book(|| self.clerk(), wanted).await? {
            // Not one of the own seats: those were asked for before.
            Err(BookingRefusal::AlreadyBooked) if due.records == Records::SomeElsewhere => {
                return Err(Refusal::AnotherRecord);
            }
            booked => booked?,
        };
        if let Some(message) = booked.message {
            self.deliver_now(&[message]).await;
        }
        Ok(booked.appointment)
    }

    /// A slot of this session that can still be booked.
    pub(super) fn open_slot(&self, venue: &Venue, slot: &str) -> Result<Slot, Refusal> {
        let facts = &venue.session.session;
        if facts.state == SessionState::Cancelled {
            return Err(Refusal::SessionCancelled);
        }
        let slot = Slot::parse(slot).map_err(|_| Refusal::UnknownSlot)?;
        if !venue.session.slots.iter().any(|known| known.slot == slot) {
            return Err(Refusal::UnknownSlot);
        }
        if slot.ends_at(facts.day) <= self.now() {
            return Err(Refusal::SlotEnded);
        }
        Ok(slot)
    }

    /// Says "already booked" before "not eligible" or "full", and before anything is opened. The booking itself decides.
    async fn check_not_booked(&self, dose: i64, members: &[Subject]) -> Result<(), Refusal> {
        let people = members.to_vec();
        let claims = self.0.db.read("app::appointment::claims", move |tx| {
            Box::pin(async move { claim::of_people(tx, &people).await })
        });
        let now = self.now();
        let claims = claims.await?.into_iter();
        let held = claims
            .filter(|claim| claim.dose.cowin_number() == dose)
            .any(|claim| claim.holds(now));
        if held { Err(Refusal::AlreadyBooked) } else { Ok(()) }
    }

    fn request_key(&self, seating: &Seating, booking: &Booking, members: &[Subject]) -> Option<RequestKey> {
        let mut sorted: Vec<PersonId> = members.iter().map(|(_, person)| *person).collect();
        sorted.sort_unstable();
        let said = format!(
            "book|{}|{}|{}|{}|{sorted:?}",
            seating.quota.code(),
            booking.seat.session,
            booking.seat.slot,
            booking.dose
        );
        let key = booking.idempotency_key.as_deref()?;
        Some(RequestKey::new(
            &self.0.sealer,
            seating.household,
            key,
            said.as_bytes(),
        ))
    }

    /// What this key was answered before. A request that was done does not fail because the slot has filled since.
    async fn answered(&self, key: Option<RequestKey>) -> Result<Option<AppointmentId>, Refusal> {
        let Some(key) = key else { return Ok(None) };
        let sealer = self.0.sealer.clone();
        let recalled = self.0.db.read("app::appointment::recall", move |tx| {
            Box::pin(async move { idempotency::recall(tx, &sealer, &key).await })
        });
        match recalled.await? {
            None => Ok(None),
            Some(Recalled::OtherRequest) => Err(Refusal::KeyReused),
            Some(Recalled::Answer(answer)) => {
                let id = <[u8; 16]>::try_from(answer).map_err(|_| Refusal::KeyReused)?;
                Ok(Some(AppointmentId::from_bytes(id)))
            }
        }
    }

    fn clerk(&self) -> Clerk {
        Clerk {
            db: self.0.db.clone(),
            sealer: self.0.sealer.clone(),
            clock: self.0.clock.clone(),
            availability: self.0.availability.clone(),
        }
    }
}

/// Of ten thousand people who want a hundred seats, most are told here, before anybody's record is opened in vain.
fn check_seats(
    venue: &Venue,
    slot: Slot,
    (dose, quota): (i64, Quota),
    members: usize,
) -> Result<(), Refusal> {
    let slots = venue.session.slots.iter().filter(|known| known.slot == slot);
    let seats = slots
        .flat_map(|slot| &slot.seats)
        .filter(|seats| seats.quota == quota && seats.dose.cowin_number() == dose);
    let free: i64 = seats.map(Seats::free).sum();
    if usize::try_from(free).is_ok_and(|free| free >= members) {
        return Ok(());
    }
    Err(Refusal::Full)
}

fn check_size(members: &[ReferenceId]) -> Result<(), Refusal> {
    if (1..=HOUSEHOLD_SIZE).contains(&members.len()) {
        return Ok(());
    }
    let sentence = format!("give the reference ids of 1 to {HOUSEHOLD_SIZE} members");
    Err(Refusal::Invalid {
        field: "beneficiaries",
        sentence,
    })
}

pub(super) fn visit(venue: &Venue, slot: Slot) -> Visit {
    Visit {
        centre: venue.centre.name.to_string(),
        date: venue.session.session.day,
        slot: slot.to_string(),
    }
}
