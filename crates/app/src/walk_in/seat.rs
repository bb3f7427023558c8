//! A seat of today for somebody at the desk.

use pramaan_domain::access::{Basis, Purpose};
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::id::AppointmentId;
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::session::Quota;

use crate::appointment::{Booking, PARTICULARS, Seat, Seating};
use crate::encounter::prove_document;
use crate::message::Language;
use crate::open::Cause;
use crate::{App, Refusal, Staff};

/// Where somebody at the desk is to sit, and what they showed.
pub struct WalkInSeat {
    pub seat: Seat,
    /// CoWIN's number of the dose: 1, 2, or 3 for a third or a precaution dose.
    pub dose: i64,
    pub member: ReferenceId,
    /// The whole number of the document in hand.
    pub document: (DocumentType, DocumentNumber),
    /// What the client calls this request, if it may send it twice.
    pub idempotency_key: Option<String>,
    pub language: Language,
}

impl App {
    /// Seats a person at one of today's sessions of this centre, from the seats kept for walk-ins. The document in hand is
    /// the evidence on which age and history are opened, to tell which dose is due.
    ///
    /// # Errors
    /// `Forbidden`, `OffRoster`; `UnknownSession` for one of another centre or day; `NoMatch` when the reference id and the
    /// document do not belong together, which is counted, and `OverBudget` after twenty of those on a day; every refusal of a
    /// booking.
    pub async fn seat_walk_in(
        &self,
        staff: &Staff,
        wanted: WalkInSeat,
        request: &'static str,
    ) -> Result<AppointmentId, Refusal> {
        let venue = self.venue(wanted.seat.session).await?;
        let session = &venue.session.session;
        if (session.centre.number(), session.day) != (staff.centre, self.today()) {
            return Err(Refusal::UnknownSession);
        }
        let (sealer, by, now) = (self.0.sealer.clone(), staff.clone(), self.now());
        let (member, (kind, number)) = (wanted.member, wanted.document);
        let proven = self.0.db.write("app::walk_in::prove", move |tx| {
            Box::pin(async move {
                // A refusal is an answer here, not an error: an error would roll its count back.
                match prove_document(tx, &sealer, (&by, now), member, (kind, &number)).await {
                    Err(Refusal::Unavailable(error)) => Err(Refusal::Unavailable(error)),
                    judged => Ok(judged),
                }
            })
        });
        let (household, _) = proven.await??;
        let seating = Seating {
            household,
            cause: Cause {
                actor: staff.actor(),
                basis: Basis::SiteEvidence,
                purpose: Purpose::Booking,
                fields: PARTICULARS,
                request,
                reason: None,
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
        self.take_seats(seating, booking, request).await
    }
}
