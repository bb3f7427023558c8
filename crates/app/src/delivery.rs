//! Delivery of queued messages: by a worker, or, in a demonstration, before the call that caused them answers.
//!
//! At least once: a process that dies between sending and writing so sends again. A code that is no longer valid and a
//! message that failed too often are given up and blanked.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use pramaan_domain::access::{ActorClass, Basis, Field, FieldSet, Purpose};
use pramaan_domain::id::{HouseholdId, MessageId, PersonId};
use pramaan_store::outbox::{self, Claimed, End, Wanted};
use pramaan_store::{Actor, StoreError, person};
use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::message::{self, Addressee, Message};
use crate::open::Cause;
use crate::sms::{Sms, SmsError, SmsSender};
use crate::{App, Refusal};

/// When queued messages are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// By [`App::deliver_until`], soon after the commit.
    ByWorker,
    /// Before the call that caused them answers, in the same task.
    BeforeAnswering,
}

/// The way out, as `App` holds it.
pub(crate) struct Outlet {
    pub(crate) sender: Arc<dyn SmsSender>,
    pub(crate) when: Delivery,
    pub(crate) queued: Notify,
}

/// Messages taken at once.
const BATCH: u32 = 64;
/// Mobiles opened under receipts of one commit, well before these expire.
const OPENED_AT_ONCE: usize = 500;
/// How long the worker waits when nothing is due and nobody wakes it: retries, and messages of other processes.
const IDLE: Duration = Duration::from_secs(1);
/// How long one attempt may take. Shorter than the lease, so that nobody else sends meanwhile.
const ATTEMPT: Duration = Duration::from_secs(20);
const LEASE_SECONDS: i64 = 60;
/// Attempts before a message is given up: the last one about twenty minutes after the first.
const ATTEMPTS: i64 = 8;
const FIRST_PAUSE_SECONDS: i64 = 5;
const LONGEST_PAUSE_SECONDS: i64 = 600;

impl App {
    /// Call it after the commit that queued these messages, before answering. Never fails: what was queued is sent later.
    pub async fn deliver_now(&self, messages: &[MessageId]) {
        match self.0.outlet.when {
            Delivery::ByWorker => self.0.outlet.queued.notify_one(),
            Delivery::BeforeAnswering => {
                let delivered = self.deliver(Some(messages.to_vec())).await;
                if let Err(error) = delivered {
                    tracing::error!(%error, "messages stay queued");
                }
            }
        }
    }

    /// Delivers what is due until `stop` is ready; then finishes what it has begun.
    pub async fn deliver_until(&self, stop: impl Future<Output = ()>) {
        let mut stop = std::pin::pin!(stop);
        loop {
            let delivered = self.deliver_due().await.unwrap_or_else(|error| {
                tracing::error!(%error, "messages stay queued");
                0
            });
            let pause = if delivered == 0 { IDLE } else { Duration::ZERO };
            tokio::select! {
                biased;
                () = &mut stop => return,
                () = self.0.outlet.queued.notified() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Attempts what is due, a bounded number of messages; answers how many.
    pub async fn deliver_due(&self) -> Result<usize, StoreError> {
        self.deliver(None).await
    }

    /// Queues a message to a member's mobile, opened from the record under a receipt, in the language of the household.
    ///
    /// # Errors
    /// `UnknownBeneficiary` when the record or its number was erased.
    pub async fn queue_to_person(
        &self,
        person: (HouseholdId, PersonId),
        message: Message,
        request: &'static str,
    ) -> Result<MessageId, Refusal> {
        let addressee = self
            .mobile_to_notify(person, request)
            .await?
            .ok_or(Refusal::UnknownBeneficiary)?;
        let (message, sealer, now) = (
            message.for_household(addressee),
            self.0.sealer.clone(),
            self.now(),
        );
        let queued = self.0.db.write("app::delivery::queue_to_person", move |tx| {
            Box::pin(async move { message.queue(tx, &sealer, now).await })
        });
        let id = queued.await?;
        self.deliver_now(&[id]).await;
        Ok(id)
    }

    /// Opens a member's mobile so that a message can be queued in the transaction that it tells about. Delivery is no
    /// second opening. `None` after erasure.
    pub(crate) async fn mobile_to_notify(
        &self,
        person: (HouseholdId, PersonId),
        request: &'static str,
    ) -> Result<Option<Addressee>, Refusal> {
        let mut mobiles = self.mobiles_to_notify(&[person], request).await?;
        Ok(mobiles.remove(&person.1))
    }

    /// The same for many, a bounded number at a time. Who was erased is left out.
    pub(crate) async fn mobiles_to_notify(
        &self,
        persons: &[(HouseholdId, PersonId)],
        request: &'static str,
    ) -> Result<HashMap<PersonId, Addressee>, Refusal> {
        let cause = notification(request);
        let mut mobiles = HashMap::with_capacity(persons.len());
        for some in persons.chunks(OPENED_AT_ONCE) {
            let receipts = self.receipts_of_present(&cause, some).await?;
            let (sealer, now) = (self.0.sealer.clone(), self.now());
            let opened = self.0.db.read("app::delivery::mobiles", move |tx| {
                Box::pin(async move { person::open(tx, &sealer, receipts, now).await })
            });
            let opened = opened.await?.into_iter();
            mobiles.extend(opened.filter_map(|person| Some((person.person, Addressee::of(&person)?))));
        }
        Ok(mobiles)
    }

    async fn deliver(&self, these: Option<Vec<MessageId>>) -> Result<usize, StoreError> {
        let (sealer, now) = (self.0.sealer.clone(), self.now());
        let claimed = self.0.db.write("app::delivery::claim", move |tx| {
            Box::pin(async move {
                let wanted = these
                    .as_deref()
                    .map_or(Wanted::Due { most: BATCH }, Wanted::These);
                outbox::claim(tx, &sealer, wanted, LEASE_SECONDS, now).await
            })
        });
        let claimed = claimed.await?;
        let count = claimed.len();
        let mut attempts = JoinSet::new();
        for message in claimed {
            let app = self.clone();
            attempts.spawn(async move { app.attempt(message).await });
        }
        while let Some(attempt) = attempts.join_next().await {
            attempt.map_err(|error| StoreError::Unavailable {
                reason: format!("an attempt broke off: {error}"),
            })??;
        }
        Ok(count)
    }

    async fn attempt(&self, claimed: Claimed) -> Result<(), StoreError> {
        let now = self.now();
        let Some(text) = message::text_of(&claimed.body).filter(|_| now < claimed.expires_at) else {
            tracing::warn!(message = %claimed.id, "a message was given up: too late, or of an unknown template");
            return self.finish(claimed.id, End::Failed).await;
        };
        let sms = Sms {
            to: claimed.to,
            text,
            at: now,
        };
        let sent = tokio::time::timeout(ATTEMPT, self.0.outlet.sender.send(&sms)).await;
        let sent = sent.unwrap_or_else(|_| {
            Err(SmsError::Unreachable {
                reason: "no answer in time".to_owned(),
            })
        });
        match sent {
            Ok(()) => self.finish(claimed.id, End::Sent).await,
            Err(error @ SmsError::Unreachable { .. }) if claimed.attempts < ATTEMPTS => {
                tracing::warn!(message = %claimed.id, attempts = claimed.attempts, %error, "a message waits");
                let later = now.plus_seconds(pause_seconds(claimed.attempts));
                let id = claimed.id;
                let retried = self.0.db.write("app::delivery::retry", move |tx| {
                    Box::pin(async move { outbox::retry(tx, id, later).await })
                });
                retried.await
            }
            Err(error) => {
                tracing::error!(message = %claimed.id, attempts = claimed.attempts, %error, "a message was given up");
                self.finish(claimed.id, End::Failed).await
            }
        }
    }

    async fn finish(&self, id: MessageId, end: End) -> Result<(), StoreError> {
        let now = self.now();
        let finished = self.0.db.write("app::delivery::finish", move |tx| {
            Box::pin(async move { outbox::finish(tx, id, end, now).await })
        });
        finished.await
    }
}

/// Doubles from five seconds to ten minutes.
fn pause_seconds(attempts: i64) -> i64 {
    let doublings = attempts.saturating_sub(1).clamp(0, 20);
    FIRST_PAUSE_SECONDS
        .saturating_mul(1 << doublings)
        .min(LONGEST_PAUSE_SECONDS)
}

/// Why the system opens a mobile to write to it.
pub(crate) fn notification(request: &'static str) -> Cause {
    Cause {
        actor: machine(),
        basis: Basis::DutyOfLaw,
        purpose: Purpose::Notification,
        fields: FieldSet::of(&[Field::Mobile]),
        request,
        reason: None,
    }
}

pub(crate) fn machine() -> Actor {
    Actor {
        class: ActorClass::Machine,
        organisation: 0,
        district: 0,
        staff: String::new(),
        device: String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_ten_minutes() {
        let pauses: Vec<i64> = (1..=8).map(pause_seconds).collect();
        assert_eq!(pauses, [5, 10, 20, 40, 80, 160, 320, 600]);
        assert_eq!(pause_seconds(i64::MAX), 600);
    }
}
