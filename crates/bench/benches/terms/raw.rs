//! The peer of bookings: one transaction a batch, nothing around it, that writes the rows which the same bookings through
//! HTTP leave behind.
//!
//! That is, for each: an access entry for checking age and doses, appointment, claim, seat and queue numbers, an access
//! entry for reading the mobile, the message in the outbox; and for messages that were delivered meanwhile, taking and
//! blanking them. No HTTP, no token, no policy, no rules, nothing opened, nobody waits: the ceiling.

use std::time::Instant;

use anyhow::{Context, Result, ensure};
use pramaan_domain::access::{ActorClass, Basis, Field, FieldSet, Purpose};
use pramaan_domain::dose::DoseNumber;
use pramaan_domain::session::Quota;
use pramaan_domain::slot::Slot;
use pramaan_store::appointment::{self, BookingRequest};
use pramaan_store::outbox::{self, End, Outgoing, Wanted};
use pramaan_store::session::NewSession;
use pramaan_store::{AccessEntry, Actor, Sealer, StoreError, Tx, testing};

use crate::data::{Data, ORIGIN, now};
use crate::people::Citizen;

/// As long as a sealed message about an appointment is.
const MESSAGE: [u8; 64] = [7; 64];
/// How long a message is worth sending.
const TWO_DAYS: i64 = 2 * 86_400;

/// A batch and what of it is delivered.
#[derive(Clone)]
struct Batch {
    requests: Vec<BookingRequest>,
    people: Vec<Citizen>,
    delivered: usize,
}

/// How batches are cut: as they were observed through HTTP.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    pub(crate) batch: usize,
    /// Of all messages, those that were delivered by the time the last booking was answered.
    pub(crate) delivered: f64,
}

/// Books for these people, one batch after the other; answers bookings a second.
pub(crate) async fn run(
    data: &Data,
    people: &[Citizen],
    sessions: &[NewSession],
    shape: Shape,
) -> Result<f64> {
    let batches = people
        .chunks(shape.batch.max(1))
        .map(|chunk| batch(chunk, sessions, shape))
        .collect::<Result<Vec<_>>>()?;
    let start = Instant::now();
    for batch in batches {
        let sealer = data.sealer.clone();
        let booked = data.db.write("bench::raw", move |tx| {
            Box::pin(async move { write(tx, &sealer, batch).await })
        });
        ensure!(
            booked.await.context("booking a batch")?,
            "a booking of the batch was refused"
        );
    }
    Ok(people.len() as f64 / start.elapsed().as_secs_f64())
}

async fn write(tx: &mut Tx, sealer: &Sealer, batch: Batch) -> Result<bool, StoreError> {
    let at = now();
    let both = [Purpose::Booking, Purpose::Notification];
    let opened: Vec<_> = both
        .into_iter()
        .flat_map(|purpose| entries(&batch.people, purpose))
        .collect();
    testing::log_only(tx, sealer, ORIGIN, &opened, at).await?;
    let booked = appointment::book(tx, sealer, &batch.requests, at).await?;
    let queued = booked.iter().flatten().filter_map(|seats| seats.message);
    let queued: Vec<_> = queued.take(batch.delivered).collect();
    for message in outbox::claim(tx, sealer, Wanted::These(&queued), 60, at).await? {
        outbox::finish(tx, message.id, End::Sent, at).await?;
    }
    Ok(booked.iter().all(Result::is_ok))
}

fn batch(people: &[Citizen], sessions: &[NewSession], shape: Shape) -> Result<Batch> {
    let requests = people
        .iter()
        .enumerate()
        .map(|(n, citizen)| {
            Ok(BookingRequest {
                session: seat(sessions, n)?.0.id,
                slot: seat(sessions, n)?.1,
                quota: Quota::Online,
                dose: DoseNumber::First,
                members: vec![(citizen.household, citizen.person)],
                key: None,
                message: Some(Outgoing {
                    to: citizen.mobile.clone(),
                    body: MESSAGE.to_vec(),
                    expires_at: now().plus_seconds(TWO_DAYS),
                }),
            })
        })
        .collect::<Result<Vec<_>>>()?;
    Ok(Batch {
        requests,
        people: people.to_vec(),
        delivered: (people.len() as f64 * shape.delivered).round() as usize,
    })
}

/// Where the n-th person sits: round robin over all sessions, then over their slots.
pub(crate) fn seat(sessions: &[NewSession], n: usize) -> Result<(&NewSession, Slot)> {
    let index = n.checked_rem(sessions.len()).context("there are no sessions")?;
    let session = sessions.get(index).context("there are no sessions")?;
    let slots = &session.slots;
    let slot = (n / sessions.len())
        .checked_rem(slots.len())
        .and_then(|slot| slots.get(slot));
    Ok((session, slot.context("a session without slots")?.slot))
}

fn entries(people: &[Citizen], purpose: Purpose) -> Vec<AccessEntry> {
    let (class, basis, fields) = match purpose {
        Purpose::Booking => (
            ActorClass::Citizen,
            Basis::PersonOtp,
            FieldSet::of(&[
                Field::BirthYear,
                Field::BirthDate,
                Field::Comorbidity,
                Field::Group,
                Field::Doses,
            ]),
        ),
        _ => (
            ActorClass::Machine,
            Basis::DutyOfLaw,
            FieldSet::of(&[Field::Mobile]),
        ),
    };
    let policy_hash = pramaan_policy::policy_hash();
    let entry = |citizen: &Citizen| AccessEntry {
        household: citizen.household,
        person: citizen.person,
        actor: Actor {
            class,
            organisation: 0,
            district: 0,
            staff: String::new(),
            device: "5c7e64a0-2b5c-4d8e-9a47-0f6d3f1f6f00".to_owned(),
        },
        basis,
        purpose,
        fields,
        policy_hash,
        request: "POST /api/v2/appointment/schedule",
        reason: None,
    };
    people.iter().map(entry).collect()
}
