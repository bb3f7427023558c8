//! A household's appointments: book, move, cancel, list, and the slip to bring along.

mod change;
mod eligible;
mod elsewhere;
mod list;
mod schedule;
mod slip;

pub use change::Told;
pub(crate) use eligible::PARTICULARS;
pub use elsewhere::{DosesElsewhere, Unseen};
pub use list::{Appointment, ClaimState};
pub(crate) use schedule::Seating;
pub use schedule::{Booking, Seat};
pub use slip::{SlipFacts, SlipMemberFacts};

use std::sync::Arc;

use pramaan_domain::id::SessionId;
use pramaan_domain::reference_id::ReferenceId;
use pramaan_store::member::Subject;
use pramaan_store::session::{Session, SessionSeats};
use pramaan_store::{person, session};

use crate::availability::Centre;
use crate::private_member::Sighted;
use crate::{App, Refusal};

/// A session with the centre it takes place at.
#[derive(Debug, Clone)]
pub(crate) struct Venue {
    pub(crate) centre: Arc<Centre>,
    pub(crate) session: SessionSeats,
}

impl App {
    /// The members that reference ids name, each among these and no one twice.
    async fn members_named(&self, among: &[Sighted], ids: &[ReferenceId]) -> Result<Vec<Subject>, Refusal> {
        let (sealer, wanted) = (self.0.sealer.clone(), ids.to_vec());
        let found = self.0.db.read("app::appointment::members", move |tx| {
            Box::pin(async move { person::by_reference_ids(tx, &sealer, &wanted).await })
        });
        let mut members = Vec::with_capacity(ids.len());
        for named in found.await? {
            match named {
                Some(subject) if among.iter().any(|one| one.subject() == subject) => {
                    if !members.contains(&subject) {
                        members.push(subject);
                    }
                }
                _ => return Err(Refusal::UnknownBeneficiary),
            }
        }
        Ok(members)
    }

    /// A session as it is now, cancelled ones included.
    pub(crate) async fn venue(&self, id: SessionId) -> Result<Venue, Refusal> {
        let found = self.0.db.read("app::appointment::venue", move |tx| {
            Box::pin(async move { session::with_seats(tx, &[id]).await })
        });
        let session = found.await?.pop().ok_or(Refusal::UnknownSession)?;
        let centre = self.centre_of(&session.session).await?;
        Ok(Venue { centre, session })
    }

    async fn centre_of(&self, session: &Session) -> Result<Arc<Centre>, Refusal> {
        if let Some(centre) = self.0.availability.centre(session.centre) {
            return Ok(centre);
        }
        // A centre that another node added a moment ago.
        self.refresh_availability().await?;
        self.0
            .availability
            .centre(session.centre)
            .ok_or(Refusal::UnknownSession)
    }
}
