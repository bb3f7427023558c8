//! Seats that the other records of a course hold for a dose that is being recorded: given back with it, their phones told.

use pramaan_domain::dose::DoseNumber;
use pramaan_domain::id::MessageId;
use pramaan_domain::time::Timestamp;
use pramaan_store::claim::Claim;
use pramaan_store::merge::Subject;
use pramaan_store::{Sealer, StoreError, Tx, appointment};

use crate::message::{Addressed, Message, Visit};
use crate::{App, Refusal};

/// What is held, and what its phone is told when it is given back; `None` when there is nobody to write to.
#[derive(Default)]
pub(crate) struct Spares(Vec<(Claim, Option<Addressed>)>);

impl App {
    /// Looks up the seats that these hold for a dose, and opens the numbers of their phones.
    pub(crate) async fn spares(
        &self,
        others: &[Subject],
        dose: DoseNumber,
        request: &'static str,
    ) -> Result<Spares, Refusal> {
        if others.is_empty() {
            return Ok(Spares::default());
        }
        let (others, now) = (others.to_vec(), self.now());
        let held = self.0.db.read("app::merge::held", move |tx| {
            Box::pin(async move { appointment::held_for(tx, &others, dose, now).await })
        });
        let held: Vec<Claim> = held.await?;
        let people: Vec<Subject> = held.iter().map(|claim| (claim.household, claim.person)).collect();
        let mut mobiles = self.mobiles_to_notify(&people, request).await?;
        let mut spares = Vec::with_capacity(held.len());
        for claim in held {
            let message = Message::AppointmentCancelled(self.held_at(&claim).await?);
            let to = mobiles.remove(&claim.person);
            spares.push((claim, to.map(|to| message.for_household(to))));
        }
        Ok(Spares(spares))
    }

    async fn held_at(&self, claim: &Claim) -> Result<Visit, Refusal> {
        let venue = self.venue(claim.session).await?;
        let mut slots = venue.session.slots.iter();
        let slot = slots.find(|slot| slot.number == claim.slot);
        Ok(Visit {
            centre: venue.centre.name.to_string(),
            date: venue.session.session.day,
            slot: slot.map(|slot| slot.slot.to_string()).unwrap_or_default(),
        })
    }
}

impl Spares {
    /// Queues what is told of the seats that were given back, but to these, who are told otherwise.
    ///
    /// # Errors
    /// `Serialization` for one that was not looked up: it was taken meanwhile, so run it again.
    pub(crate) async fn tell(
        &self,
        tx: &mut Tx,
        sealer: &Sealer,
        (otherwise, freed): (&[Subject], &[Claim]),
        now: Timestamp,
    ) -> Result<Vec<MessageId>, StoreError> {
        let mut queued = Vec::new();
        let untold = |claim: &&Claim| !otherwise.contains(&(claim.household, claim.person));
        for claim in freed.iter().filter(untold) {
            let (_, message) = self
                .0
                .iter()
                .find(|(known, _)| known == claim)
                .ok_or(StoreError::Serialization)?;
            if let Some(message) = message {
                queued.push(message.queue(tx, sealer, now).await?);
            }
        }
        Ok(queued)
    }
}
