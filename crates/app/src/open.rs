//! The one way to a receipt: policy first, then a committed access entry.

use pramaan_domain::access::{Basis, FieldSet, Purpose};
use pramaan_domain::id::{HouseholdId, PersonId};
use pramaan_policy::Request;
use pramaan_store::{AccessEntry, Actor, Receipt, StoreError};

use crate::{App, Refusal};

/// Why and what: the part of an access entry that is the same for every subject of one request.
#[derive(Debug, Clone)]
pub(crate) struct Cause {
    pub(crate) actor: Actor,
    pub(crate) basis: Basis,
    pub(crate) purpose: Purpose,
    pub(crate) fields: FieldSet,
    /// The route template, job or command.
    pub(crate) request: &'static str,
    pub(crate) reason: Option<String>,
}

impl App {
    /// Writes one entry a subject and returns their receipts, in order, once the entries are durable.
    ///
    /// # Errors
    /// `Forbidden` when the matrix has no line for it, `Unavailable` when the log cannot be written: then nothing opens.
    pub(crate) async fn receipts(
        &self,
        cause: &Cause,
        subjects: &[(HouseholdId, PersonId)],
    ) -> Result<Vec<Receipt>, Refusal> {
        permit(cause)?;
        let entries = subjects
            .iter()
            .map(|(household, person)| self.entry(cause, *household, *person))
            .collect();
        Ok(self.append(entries).await?)
    }

    /// Like [`receipts`](Self::receipts), leaving out who was erased.
    pub(crate) async fn receipts_of_present(
        &self,
        cause: &Cause,
        subjects: &[(HouseholdId, PersonId)],
    ) -> Result<Vec<Receipt>, Refusal> {
        permit(cause)?;
        let entries = subjects
            .iter()
            .map(|(household, person)| self.entry(cause, *household, *person))
            .collect();
        let now = self.0.clock.now();
        let receipts = match self.log_opens(now) {
            Ok(()) => self.0.log.append_present(entries, now).await,
            Err(closed) => Err(closed),
        };
        self.0.log_outage.note(cause.request, &receipts, now);
        let receipts = receipts?;
        Ok(receipts.into_iter().flatten().collect())
    }

    /// One receipt for each cause, in order, all about one person and durable in one commit.
    ///
    /// # Errors
    /// As [`receipts`](Self::receipts): nothing is written when one of the causes is forbidden.
    pub(crate) async fn receipts_for<const N: usize>(
        &self,
        causes: [&Cause; N],
        (household, person): (HouseholdId, PersonId),
    ) -> Result<[Receipt; N], Refusal> {
        for cause in causes {
            permit(cause)?;
        }
        let entries = causes.map(|cause| self.entry(cause, household, person)).into();
        let receipts = self.append(entries).await?;
        receipts.try_into().map_err(|_| Refusal::Forbidden)
    }

    /// One receipt for each cause and its subject, in order, durable in one commit.
    ///
    /// # Errors
    /// As [`receipts`](Self::receipts): nothing is written when one of the causes is forbidden.
    pub(crate) async fn receipts_each(
        &self,
        wanted: &[(&Cause, (HouseholdId, PersonId))],
    ) -> Result<Vec<Receipt>, Refusal> {
        for (cause, _) in wanted {
            permit(cause)?;
        }
        let entries = wanted
            .iter()
            .map(|(cause, (household, person))| self.entry(cause, *household, *person))
            .collect();
        Ok(self.append(entries).await?)
    }

    async fn append(&self, entries: Vec<AccessEntry>) -> Result<Vec<Receipt>, StoreError> {
        let request = entries.first().map_or("", |entry| entry.request);
        let now = self.0.clock.now();
        let receipts = match self.log_opens(now) {
            Ok(()) => self.0.log.append(entries, now).await,
            Err(closed) => Err(closed),
        };
        self.0.log_outage.note(request, &receipts, now);
        receipts
    }

    fn entry(&self, cause: &Cause, household: HouseholdId, person: PersonId) -> AccessEntry {
        AccessEntry {
            household,
            person,
            actor: cause.actor.clone(),
            basis: cause.basis,
            purpose: cause.purpose,
            fields: cause.fields,
            policy_hash: self.0.policy_hash,
            request: cause.request,
            reason: cause.reason.clone(),
        }
    }
}

fn permit(cause: &Cause) -> Result<(), Refusal> {
    let request = Request {
        actor: cause.actor.class,
        basis: cause.basis,
        purpose: cause.purpose,
        fields: cause.fields,
    };
    pramaan_policy::decide(request)
        .map(drop)
        .map_err(|_| Refusal::Forbidden)
}
