//! Moving and cancelling appointments.

use pramaan_domain::id::{AppointmentId, PersonId, SessionId};
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::slot::Slot;
use pramaan_store::appointment::{self, BookingRefusal};
use pramaan_store::claim::{self, Claim};
use pramaan_store::{StoreError, Tx, Work};

use super::schedule::{Seat, visit};
use crate::message::{Language, Message};
use crate::principal::Citizen;
use crate::{App, Refusal};

/// How often a change gives way to other nodes before the caller is told to try again.
const ATTEMPTS: usize = 10;

impl App {
    /// Cancels the places of some or all members of an appointment.
    ///
    /// # Errors
    /// `UnknownAppointment`, `UnknownBeneficiary` for somebody it does not cover, `AppointmentOver`.
    pub async fn cancel_appointment(
        &self,
        citizen: &Citizen,
        appointment: AppointmentId,
        members: &[ReferenceId],
        language: Language,
        request: &'static str,
    ) -> Result<(), Refusal> {
        citizen.require_account()?;
        self.claims_of(citizen, appointment).await?;
        let members = self.members_named(citizen, members).await?;
        let (household, now, leaving) = (citizen.household, self.now(), members.clone());
        let cancelled = self.change("app::appointment::cancel", move |tx| {
            let leaving = leaving.clone();
            Box::pin(async move { appointment::cancel(tx, household, appointment, &leaving, now).await })
        });
        let cancelled = cancelled.await?;
        self.reload(cancelled.iter().map(|claim| claim.session).collect())
            .await;
        let message = |visit| Message::AppointmentCancelled(visit);
        self.tell_about(
            citizen,
            cancelled.first(),
            members.first(),
            message,
            language,
            request,
        )
        .await
    }

    /// Moves all members of an appointment to another slot, of that session or another of the same vaccine.
    ///
    /// # Errors
    /// Every refusal of a booking. To the seat it has already, it is done and nothing changes.
    pub async fn reschedule(
        &self,
        citizen: &Citizen,
        appointment: AppointmentId,
        to: &Seat,
        language: Language,
        request: &'static str,
    ) -> Result<(), Refusal> {
        citizen.require_account()?;
        let claims = self.claims_of(citizen, appointment).await?;
        let (household, now) = (citizen.household, self.now());
        if claims
            .iter()
            .any(|claim| claim.state == claim::ClaimState::Vaccinated || claim.ends_at <= now)
        {
            return Err(Refusal::AppointmentOver);
        }
        let venue = self.venue(to.session).await?;
        let slot = self.open_slot(&venue, &to.slot)?;
        let number = venue
            .session
            .slots
            .iter()
            .find(|known| known.slot == slot)
            .map(|slot| slot.number);
        if claims
            .iter()
            .all(|claim| claim.session == to.session && Some(claim.slot) == number)
        {
            return Ok(());
        }
        let members: Vec<PersonId> = claims.iter().map(|claim| claim.person).collect();
        if claims.iter().any(|claim| claim.session != to.session) {
            let due = self.dose_due(citizen, &venue, &members, request).await?;
            if claims.iter().any(|claim| claim.dose != due) {
                return Err(Refusal::OtherDoseDue { due });
            }
        }
        let (session, left): (SessionId, Vec<SessionId>) =
            (to.session, claims.iter().map(|claim| claim.session).collect());
        self.change("app::appointment::reschedule", move |tx| {
            Box::pin(async move {
                appointment::reschedule(tx, household, appointment, (session, slot), now).await
            })
        })
        .await?;
        self.reload([left, vec![session]].concat()).await;
        let message = Message::AppointmentMoved(visit(&venue, slot));
        self.tell(citizen, members.first(), message, language, request)
            .await;
        Ok(())
    }

    /// The members an appointment of this household still covers.
    pub(super) async fn claims_of(
        &self,
        citizen: &Citizen,
        appointment: AppointmentId,
    ) -> Result<Vec<Claim>, Refusal> {
        let household = citizen.household;
        let claims = self.0.db.read("app::appointment::claims_of", move |tx| {
            Box::pin(claim::of_appointment(tx, household, appointment))
        });
        let claims = claims.await?;
        if claims.is_empty() {
            Err(Refusal::UnknownAppointment)
        } else {
            Ok(claims)
        }
    }

    /// Runs a change, again when another node was faster.
    pub(crate) async fn change<T, F>(&self, name: &'static str, work: F) -> Result<T, Refusal>
    where
        F: for<'t> Fn(&'t mut Tx) -> Work<'t, Result<T, BookingRefusal>, StoreError> + Clone + Send + 'static,
        T: Send + 'static,
    {
        let mut attempt = 0;
        loop {
            let outcome = self.0.db.write(name, work.clone()).await;
            match outcome {
                Err(error) if error.is_retryable() && attempt < ATTEMPTS => attempt += 1,
                outcome => return Ok(outcome??),
            }
        }
    }

    /// Shows this node's own change at once. What fails here, the next refresh brings.
    pub(crate) async fn reload(&self, mut sessions: Vec<SessionId>) {
        sessions.sort_unstable();
        sessions.dedup();
        if self.0.availability.reload(&self.0.db, &sessions).await.is_err() {
            tracing::warn!("availability could not be refreshed after a change");
        }
    }

    async fn tell_about(
        &self,
        citizen: &Citizen,
        claim: Option<&Claim>,
        person: Option<&PersonId>,
        message: impl FnOnce(crate::message::Visit) -> Message,
        language: Language,
        request: &'static str,
    ) -> Result<(), Refusal> {
        let Some(claim) = claim else { return Ok(()) };
        let venue = self.venue(claim.session).await?;
        let slot: Option<Slot> = venue
            .session
            .slots
            .iter()
            .find(|slot| slot.number == claim.slot)
            .map(|slot| slot.slot);
        if let Some(slot) = slot {
            self.tell(citizen, person, message(visit(&venue, slot)), language, request)
                .await;
        }
        Ok(())
    }
}
