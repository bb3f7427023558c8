//! A household's appointments, for the dashboard. Nothing is opened: where and when somebody sits is not sealed.

use std::collections::HashMap;
use std::sync::Arc;

use pramaan_domain::dose::DoseNumber;
use pramaan_domain::id::{AppointmentId, PersonId, SessionId};
use pramaan_domain::slot::Slot;
use pramaan_domain::time::{CivilDate, Timestamp};
use pramaan_domain::vaccine::Vaccine;
use pramaan_store::claim::{self, Claim};
use pramaan_store::session::{self, SessionSeats};

pub use pramaan_store::claim::ClaimState;

use crate::availability::Centre;
use crate::principal::Citizen;
use crate::private_member::subjects;
use crate::{App, Refusal};

/// One member's appointment.
#[derive(Debug, Clone)]
pub struct Appointment {
    pub id: AppointmentId,
    pub person: PersonId,
    pub dose: DoseNumber,
    pub session: SessionId,
    pub centre: Arc<Centre>,
    pub day: CivilDate,
    pub slot: Slot,
    pub vaccine: Vaccine,
    /// The number in the queue of that slot.
    pub queue: i64,
    pub booked_on: CivilDate,
    pub ends_at: Timestamp,
    pub state: ClaimState,
}

impl App {
    /// Every appointment of the household that was not cancelled: those to come, those missed and those kept.
    pub async fn appointments(&self, citizen: &Citizen) -> Result<Vec<Appointment>, Refusal> {
        citizen.require_account()?;
        let seen = subjects(&self.seen(citizen).await?);
        let read = self.0.db.read("app::appointment::list", move |tx| {
            Box::pin(async move {
                let claims = claim::of_people(tx, &seen).await?;
                let mut ids: Vec<SessionId> = claims.iter().map(|claim| claim.session).collect();
                ids.sort_unstable();
                ids.dedup();
                Ok::<_, Refusal>((claims, session::with_seats(tx, &ids).await?))
            })
        });
        let (claims, sessions) = read.await?;
        let sessions: HashMap<_, _> = sessions
            .into_iter()
            .map(|seats| (seats.session.id, seats))
            .collect();
        let mut listed = Vec::with_capacity(claims.len());
        for claim in claims {
            let Some(seats) = sessions.get(&claim.session) else {
                continue;
            };
            let centre = self.centre_of(&seats.session).await?;
            listed.extend(appointment(claim, seats, centre));
        }
        Ok(listed)
    }
}

pub(super) fn appointment(claim: Claim, seats: &SessionSeats, centre: Arc<Centre>) -> Option<Appointment> {
    let slot = seats.slots.iter().find(|slot| slot.number == claim.slot)?;
    Some(Appointment {
        id: claim.appointment,
        person: claim.person,
        dose: claim.dose,
        session: claim.session,
        centre,
        day: seats.session.day,
        slot: slot.slot,
        vaccine: seats.session.vaccine,
        queue: claim.queue,
        booked_on: claim.booked_on,
        ends_at: claim.ends_at,
        state: claim.state,
    })
}
