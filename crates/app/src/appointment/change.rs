//! Moving and cancelling appointments.

use pramaan_domain::id::{AppointmentId, MessageId, SessionId};
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::time::Timestamp;
use pramaan_store::appointment::{self, BookingRefusal, Moved};
use pramaan_store::claim::{self, Claim};
use pramaan_store::db::Again;
use pramaan_store::member::Subject;
use pramaan_store::{StoreError, Tx, Work};

use super::schedule::{Seat, visit};
use crate::again::pause;
use crate::message::{Addressed, Addressee, Language, Message, queue};
use crate::principal::Citizen;
use crate::private_member::subjects;
use crate::{App, Refusal};

/// How often a change gives way to other nodes before the caller is told to try again.
const ATTEMPTS: u8 = 10;

/// Members who give up their places, and where the message about it goes.
struct Leaving {
    appointment: AppointmentId,
    members: Vec<Subject>,
    to: Option<Addressee>,
}

/// Whether a household is written to about what it did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// A message is queued, in the same commit.
    ByMessage,
    /// No number could be opened, so the answer to the request has to say it.
    Nothing,
}

impl App {
    /// Cancels the places of some or all members of an appointment and queues the message about it.
    ///
    /// Giving a seat back reads nobody, so it is done while the access log cannot be written, too. Then the number to write
    /// to stays closed: there is no message, none is owed for later, and whoever asked is told so at once by the answer,
    /// [`Told::Nothing`]. The same when the number was erased.
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
    ) -> Result<Told, Refusal> {
        citizen.require_account()?;
        let seen = self.seen(citizen).await?;
        let claims = self.claims_of(&subjects(&seen), appointment).await?;
        let members = self.members_named(&seen, members).await?;
        check_leaving(&claims, &members, self.now())?;
        let mobile = self.mobile_if_logged(&members, request).await?;
        let leaving = Leaving {
            appointment,
            members,
            to: mobile.map(|addressee| addressee.speaking(language)),
        };
        let mut attempt = 1;
        loop {
            match self.give_up(&leaving).await {
                // Somebody else changed the appointment meanwhile: look again where it is.
                Err(Refusal::Unavailable(error)) if error.is_retryable() && attempt < ATTEMPTS => {
                    self.give_way("app::appointment::cancel", attempt, &error).await;
                    attempt += 1;
                }
                Err(refusal) => return Err(refusal),
                Ok((session, queued)) => {
                    self.reload(vec![session]).await;
                    self.deliver_now(&queued).await;
                    return Ok(if queued.is_empty() {
                        Told::Nothing
                    } else {
                        Told::ByMessage
                    });
                }
            }
        }
    }

    /// One attempt: the seats are free again, and the message about it is queued, in one transaction.
    async fn give_up(&self, leaving: &Leaving) -> Result<(SessionId, Vec<MessageId>), Refusal> {
        let claims = self.claims_of(&leaving.members, leaving.appointment).await?;
        let (session, number) = claims
            .first()
            .map(|claim| (claim.session, claim.slot))
            .ok_or(BookingRefusal::UnknownMember)?;
        let message = self.about_leaving((session, number), leaving).await?;
        let (now, sealer) = (self.now(), self.0.sealer.clone());
        let (appointment, members) = (leaving.appointment, leaving.members.clone());
        let queued = self.0.db.write("app::appointment::cancel", move |tx| {
            Box::pin(async move {
                let cancelled = appointment::cancel(tx, appointment, &members, now).await??;
                // What the message says must be what was given up.
                if cancelled
                    .first()
                    .is_none_or(|claim| (claim.session, claim.slot) != (session, number))
                {
                    return Err(StoreError::Serialization.into());
                }
                Ok::<_, Refusal>(queue(tx, &sealer, message, now).await?)
            })
        });
        Ok((session, queued.await?))
    }

    async fn about_leaving(
        &self,
        (session, number): (SessionId, i64),
        leaving: &Leaving,
    ) -> Result<Option<Addressed>, Refusal> {
        let Some(addressee) = leaving.to.clone() else {
            return Ok(None);
        };
        let venue = self.venue(session).await?;
        let slot = venue.session.slots.iter().find(|slot| slot.number == number);
        let message = slot.map(|slot| Message::AppointmentCancelled(visit(&venue, slot.slot)));
        Ok(message.map(|message| message.for_household(addressee)))
    }

    /// The number to write to about a seat that is given back; `None` when the log cannot be written or it was erased.
    async fn mobile_if_logged(
        &self,
        members: &[Subject],
        request: &'static str,
    ) -> Result<Option<Addressee>, Refusal> {
        let Some(member) = members.first() else {
            return Ok(None);
        };
        match self.mobile_to_notify(*member, request).await {
            Err(Refusal::Unavailable(error)) => {
                tracing::warn!(%error, "an appointment is cancelled without a message: no number can be opened");
                Ok(None)
            }
            opened => opened,
        }
    }

    /// Moves all members of an appointment to another slot, of that session or another of the same vaccine, and queues
    /// the message about it.
    ///
    /// # Errors
    /// Every refusal of a booking; `SharedAppointment` when it also covers a private member who is not open, and whom nobody
    /// else moves. To the seat it has already, it is done and nothing changes.
    pub async fn reschedule(
        &self,
        citizen: &Citizen,
        appointment: AppointmentId,
        to: &Seat,
        language: Language,
        request: &'static str,
    ) -> Result<(), Refusal> {
        citizen.require_account()?;
        let seating = self.seating(citizen, request).await?;
        let claims = self.claims_of(&subjects(&seating.among), appointment).await?;
        let everybody = subjects(&self.sighted(citizen).await?);
        if self.claims_of(&everybody, appointment).await?.len() > claims.len() {
            return Err(Refusal::SharedAppointment);
        }
        let now = self.now();
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
        let members: Vec<Subject> = claims
            .iter()
            .map(|claim| (claim.household, claim.person))
            .collect();
        let addressee = if claims.iter().any(|claim| claim.session != to.session) {
            // What was said for the first seat holds for the next; it is not kept, and the site checks the certificate.
            let due = self
                .dose_due(&seating, &venue, (&members, &members), request)
                .await?;
            if claims.iter().any(|claim| claim.dose != due.dose) {
                return Err(Refusal::OtherDoseDue { due: due.dose });
            }
            due.addressee
        } else {
            let first = members.first().ok_or(Refusal::UnknownAppointment)?;
            self.mobile_to_notify(*first, request).await?
        };
        let message = Message::AppointmentMoved(visit(&venue, slot));
        let message = addressee.map(|addressee| message.for_household(addressee.speaking(language)));
        let sealer = self.0.sealer.clone();
        let (session, left): (SessionId, Vec<SessionId>) =
            (to.session, claims.iter().map(|claim| claim.session).collect());
        let queued = self.change("app::appointment::reschedule", move |tx| {
            let (sealer, message, members) = (sealer.clone(), message.clone(), members.clone());
            Box::pin(async move {
                let to = (session, slot);
                let moved = appointment::reschedule(tx, &members, appointment, to, now).await??;
                let message = message.filter(|_| moved == Moved::Now);
                Ok(queue(tx, &sealer, message, now).await?)
            })
        });
        let queued = queued.await?;
        self.reload([left, vec![session]].concat()).await;
        self.deliver_now(&queued).await;
        Ok(())
    }

    /// Those of these people whom an appointment still covers.
    ///
    /// # Errors
    /// `UnknownAppointment` when that is nobody, whether it covers somebody else or none at all.
    pub(super) async fn claims_of(
        &self,
        among: &[Subject],
        appointment: AppointmentId,
    ) -> Result<Vec<Claim>, Refusal> {
        let among = among.to_vec();
        let claims = self.0.db.read("app::appointment::claims_of", move |tx| {
            Box::pin(async move { claim::of_appointment(tx, &among, appointment).await })
        });
        let claims = claims.await?;
        match claims.is_empty() {
            true => Err(Refusal::UnknownAppointment),
            false => Ok(claims),
        }
    }

    /// Runs a change, again when another node was faster.
    pub(crate) async fn change<T, F>(&self, name: &'static str, work: F) -> Result<T, Refusal>
    where
        F: for<'t> Fn(&'t mut Tx) -> Work<'t, T, Refusal> + Clone + Send + 'static,
        T: Send + 'static,
    {
        let pause = pause(&self.0.sealer);
        let again = Again::new(ATTEMPTS, &pause);
        self.0.db.write_again(name, again, work).await
    }

    /// Shows this node's own change at once. What fails here, the next refresh brings.
    pub(crate) async fn reload(&self, mut sessions: Vec<SessionId>) {
        sessions.sort_unstable();
        sessions.dedup();
        if self.0.availability.reload(&self.0.db, &sessions).await.is_err() {
            tracing::warn!("availability could not be refreshed after a change");
        }
    }
}

/// What the transaction would refuse, said before a number is opened.
fn check_leaving(claims: &[Claim], members: &[Subject], now: Timestamp) -> Result<(), Refusal> {
    let claim_of = |(_, person): &Subject| claims.iter().find(|claim| claim.person == *person);
    if members.is_empty() || members.iter().any(|member| claim_of(member).is_none()) {
        return Err(BookingRefusal::UnknownMember.into());
    }
    let over = |claim: &Claim| claim.state == claim::ClaimState::Vaccinated || claim.ends_at <= now;
    if members.iter().filter_map(claim_of).any(over) {
        return Err(Refusal::AppointmentOver);
    }
    Ok(())
}
