//! Erasing a member on the person's own demand: record, indexes and keys, with an entry of it in the access log.

use pramaan_domain::access::{Basis, FieldSet, Purpose};
use pramaan_domain::id::{HouseholdId, PersonId};
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::time::Timestamp;
use pramaan_store::household::{self, HouseholdLeft};
use pramaan_store::member::{self, Standing};
use pramaan_store::{AccessEntry, Sealer, StoreError, Tx, encounter, merge, person, registration};

use crate::dose::ATTEMPTS;
use crate::encounter::ENCOUNTER_SECONDS;
use crate::principal::Citizen;
use crate::{App, Refusal};

type Subject = (HouseholdId, PersonId);

impl App {
    /// Deletes a member without dose and without a live appointment: record, indexes and keys. A missed appointment ends.
    /// With the last member goes the household, number, indexes, key and devices; its logins register nobody any more. The
    /// log's entry, of kind *erased*, is in the same commit.
    ///
    /// # Errors
    /// `CameOfAge` for somebody who was registered as a minor and is 18: only they delete, with their PIN. `HasDose`,
    /// `HasAppointment`; `RecordOpen` while a health worker has the record open: a dose that is being given
    /// could not be recorded any more. `Unavailable` when the log cannot be written: then nobody was deleted.
    pub async fn delete_beneficiary(
        &self,
        citizen: &Citizen,
        id: ReferenceId,
    ) -> Result<HouseholdLeft, Refusal> {
        citizen.require_account()?;
        let member = self.seen_named(citizen, id).await?;
        self.require_control(citizen, member, "deletion").await?;
        let subject = member.subject();
        self.erase(subject, self.entry_of_erasure(citizen, subject)).await
    }

    /// Whether nothing would be lost with the person but a seat, which is given back.
    ///
    /// # Errors
    /// `HasDose`, `RecordOpen`.
    pub(crate) async fn check_erasable(&self, subject: Subject) -> Result<(), Refusal> {
        self.again("app::erasure::check", ATTEMPTS, || self.try_check(subject))
            .await
    }

    async fn try_check(&self, subject: Subject) -> Result<(), Refusal> {
        let (sealer, now) = (self.0.sealer.clone(), self.now());
        let checked = self.0.db.write("app::erasure::check", move |tx| {
            Box::pin(async move {
                match allow(tx, &sealer, subject, now).await {
                    Err(Refusal::HasAppointment) => no_open_record(tx, subject, now).await,
                    allowed => allowed,
                }
            })
        });
        checked.await
    }

    /// Erases somebody, with an entry of it in the same commit.
    ///
    /// # Errors
    /// As [`delete_beneficiary`](Self::delete_beneficiary).
    pub(crate) async fn erase(&self, subject: Subject, entry: AccessEntry) -> Result<HouseholdLeft, Refusal> {
        self.again("app::erasure::delete", ATTEMPTS, || {
            self.try_erase(subject, entry.clone())
        })
        .await
    }

    async fn try_erase(&self, subject: Subject, entry: AccessEntry) -> Result<HouseholdLeft, Refusal> {
        let now = self.now();
        let entry = self.0.log.erasure(entry, now);
        let (list, sealer) = (self.0.erasures.clone(), self.0.sealer.clone());
        let deleted = self.0.db.write("app::erasure::delete", move |tx| {
            Box::pin(async move {
                allow(tx, &sealer, subject, now).await?;
                // Here, so that what is on the list was allowed, and nobody waits for the log's head during the sync.
                list.add(subject, now)?;
                let head = entry.append(tx, &sealer).await?;
                let left = person::delete(tx, &sealer, subject, now).await?;
                Ok((head, left))
            })
        });
        match deleted.await {
            Ok((head, left)) => {
                self.0.log.committed(head);
                Ok(left)
            }
            Err(refused) => {
                if matches!(refused, Refusal::Unavailable(_)) {
                    self.take_erasure_back(subject, now).await;
                }
                Err(refused)
            }
        }
    }

    fn entry_of_erasure(&self, citizen: &Citizen, (household, person): Subject) -> AccessEntry {
        AccessEntry {
            household,
            person,
            actor: citizen.actor(),
            basis: Basis::PersonOtp,
            purpose: Purpose::Retention,
            fields: FieldSet::EMPTY,
            policy_hash: self.0.policy_hash,
            request: "erasure: the household deleted this member",
            reason: None,
        }
    }

    /// After a failed deletion: who is still there was not erased, and must not be at the next start. When that cannot be
    /// known, the list keeps what the person asked for.
    ///
    /// The failed transaction may be committing yet, as when its connection broke meanwhile: the lock on the person's keys
    /// waits for its end.
    pub(crate) async fn take_erasure_back(&self, subject: Subject, now: Timestamp) {
        let found = self.0.db.write("app::erasure::take_back", move |tx| {
            Box::pin(async move { person::lock(tx, subject).await })
        });
        let found: Result<(), StoreError> = found.await;
        if found.is_ok()
            && let Err(error) = self.0.erasures.take_back(subject, now)
        {
            tracing::error!(%error, "an erasure that failed stays on the list: it is carried out at the next start");
        }
    }
}

/// Locks the person, everybody joined with them, and the households; and refuses when something would be lost with them.
async fn allow(tx: &mut Tx, sealer: &Sealer, subject: Subject, now: Timestamp) -> Result<(), Refusal> {
    // All of it before the log's head, which nobody is to wait for longer than for a commit. The other ends of links are told
    // of the deletion: a dose that is being recorded for one of them keeps it locked for long.
    let by = elsewhere(member::standing(tx, sealer, subject).await?, subject);
    household::lock_numbers(tx, [subject.0, by.unwrap_or(subject.0)]).await?;
    merge::lock(tx, sealer, &[subject]).await?;
    household::lock(tx, subject.0).await?;
    if let Some(by) = elsewhere(member::standing(tx, sealer, subject).await?, subject) {
        household::lock(tx, by).await?;
    }
    if registration::has_dose(tx, subject).await? {
        return Err(Refusal::HasDose);
    }
    if registration::has_live_appointment(tx, subject, now).await? {
        return Err(Refusal::HasAppointment);
    }
    no_open_record(tx, subject, now).await
}

/// The household that sees somebody whose rows another keeps.
fn elsewhere(standing: Standing, (household, _): Subject) -> Option<HouseholdId> {
    match standing {
        Standing::Held { by } => (by != household).then_some(by),
        Standing::Asleep { .. } | Standing::Detached => None,
    }
}

async fn no_open_record(tx: &mut Tx, subject: Subject, now: Timestamp) -> Result<(), Refusal> {
    let since = now.plus_seconds(-ENCOUNTER_SECONDS);
    match encounter::is_open(tx, subject.1, since).await? {
        true => Err(Refusal::RecordOpen),
        false => Ok(()),
    }
}
