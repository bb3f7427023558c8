//! Booking, batch-first: whatever queued is locked, read, decided and written together.

use std::collections::HashMap;

use pramaan_domain::booking::{Party, SeatKey};
use pramaan_domain::dose::DoseNumber;
use pramaan_domain::id::{AppointmentId, PersonId};
use pramaan_domain::time::Timestamp;
use pramaan_keys::SecretKey;

use super::change::Changes;
use super::ledger::{Ledger, Taken};
use super::{
    Answer, AppointmentState, Booked, BookingOutcome, BookingRefusal, BookingRequest, code_mac, new_code,
};
use crate::StoreError;
use crate::claim::{self, Claim, ClaimState, code_context};
use crate::db::{Tx, days};
use crate::idempotency::{self, Answers, RequestKey};
use crate::member::Subject;
use crate::outbox;
use crate::person_key::{self, Group};
use crate::sealer::Sealer;

/// Books each request in its order, all members of it or none; one outcome a request.
///
/// # Errors
/// A retryable error when another node was faster with one of the persons or keys: run the batch again.
pub async fn book(
    tx: &mut Tx,
    sealer: &Sealer,
    requests: &[BookingRequest],
    now: Timestamp,
) -> Result<Vec<BookingOutcome>, StoreError> {
    let mut batch = Batch::load(tx, sealer, requests, now).await?;
    let mut outcomes: Vec<BookingOutcome> = requests
        .iter()
        .map(|request| batch.decide(sealer, request, now))
        .collect();
    batch.changes.write(tx, now).await?;
    idempotency::remember(tx, sealer, &batch.answers, now)
        .await
        .map_err(try_again)?;
    queue(tx, sealer, requests, &mut outcomes, now).await?;
    Ok(outcomes)
}

/// Queues the messages of those who were given seats now, in one statement, and notes which is whose.
async fn queue(
    tx: &mut Tx,
    sealer: &Sealer,
    requests: &[BookingRequest],
    outcomes: &mut [BookingOutcome],
    now: Timestamp,
) -> Result<(), StoreError> {
    let (mut messages, mut booked) = (Vec::new(), Vec::new());
    for (request, outcome) in requests.iter().zip(outcomes) {
        if let (Some(message), Ok(seats)) = (&request.message, outcome)
            && seats.answer == Answer::Fresh
        {
            messages.push(message.clone());
            booked.push(seats);
        }
    }
    let ids = outbox::queue_all(tx, sealer, &messages, now).await?;
    for (seats, id) in booked.into_iter().zip(ids) {
        seats.message = Some(id);
    }
    Ok(())
}

/// A key that is suddenly there was answered by another node meanwhile.
fn try_again(error: StoreError) -> StoreError {
    match error {
        StoreError::UniqueViolation { .. } => StoreError::Serialization,
        other => other,
    }
}

/// All that the decisions need, as it will be after the decisions taken so far.
struct Batch {
    ledger: Ledger,
    keys: HashMap<PersonId, SecretKey>,
    /// Claims that give way: their slots ended without a dose.
    missed: HashMap<(PersonId, DoseNumber), Claim>,
    answered: Answers,
    changes: Changes,
    answers: Vec<(RequestKey, Vec<u8>)>,
}

impl Batch {
    async fn load(
        tx: &mut Tx,
        sealer: &Sealer,
        requests: &[BookingRequest],
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let mut ledger = Ledger::lock(tx, requests.iter().map(|request| request.session).collect()).await?;
        let mut persons: Vec<_> = requests
            .iter()
            .flat_map(|request| request.members.iter().copied())
            .collect();
        persons.sort_unstable();
        persons.dedup();
        person_key::lock(tx, &persons).await?;
        let claims = claim::of_persons(tx, &persons).await?;
        let (held, missed): (HashMap<_, _>, HashMap<_, _>) =
            claims.into_iter().partition(|(_, claim)| claim.holds(now));
        ledger.know(held.into_keys());
        let keys = person_key::group(tx, sealer, Group::Identity, &persons).await?;
        let mut request_keys: Vec<_> = requests.iter().filter_map(|request| request.key).collect();
        request_keys.sort_unstable_by_key(RequestKey::place);
        request_keys.dedup_by_key(|key| key.place());
        Ok(Self {
            ledger,
            keys,
            missed,
            answered: idempotency::load(tx, sealer, &request_keys).await?,
            changes: Changes::default(),
            answers: Vec::new(),
        })
    }

    fn decide(&mut self, sealer: &Sealer, request: &BookingRequest, now: Timestamp) -> BookingOutcome {
        if let Some(key) = request.key
            && let Some((before, answer)) = self.answered.get(&key.place())
        {
            return repeated(key, before, answer);
        }
        let members = request.members.iter().map(|(_, person)| *person).collect();
        let party = Party::new(members).map_err(|_| BookingRefusal::UnknownMember)?;
        if party
            .members()
            .iter()
            .any(|person| !self.keys.contains_key(person))
        {
            return Err(BookingRefusal::UnknownMember);
        }
        let seat = SeatKey {
            session: request.session,
            slot: request.slot,
            dose: request.dose,
            quota: request.quota,
        };
        let taken = self.ledger.book(party, seat, now, &mut self.changes)?;
        let appointment = AppointmentId::from_random(sealer.random());
        for (subject, queue) in request.members.iter().zip(taken.first_queue..) {
            self.seat(sealer, request, (appointment, *subject), taken, queue, now);
        }
        if let Some(key) = request.key {
            let answer = appointment.as_bytes().to_vec();
            self.answered.insert(key.place(), (key.request(), answer.clone()));
            self.answers.push((key, answer));
        }
        Ok(Booked {
            appointment,
            answer: Answer::Fresh,
            message: None,
        })
    }

    fn seat(
        &mut self,
        sealer: &Sealer,
        request: &BookingRequest,
        (appointment, (household, person)): (AppointmentId, Subject),
        taken: Taken,
        queue: i64,
        now: Timestamp,
    ) {
        let Some(key) = self.keys.get(&person) else { return };
        if let Some(missed) = self.missed.remove(&(person, request.dose)) {
            let place = (
                missed.session,
                missed.appointment,
                person,
                AppointmentState::Missed,
            );
            self.changes.unseated.push(place);
        }
        let code = new_code(sealer);
        let sealed = key.seal(
            &code_context(appointment, person),
            code.as_bytes(),
            &*sealer.entropy,
        );
        self.changes.seated.push([
            request.session.into(),
            appointment.into(),
            person.into(),
            household.into(),
            taken.slot.into(),
            request.dose.code().into(),
            request.quota.code().into(),
            AppointmentState::Booked.code().into(),
            queue.into(),
            code_mac(sealer, appointment, person, &code).into(),
            0_i64.into(),
            now.into(),
            now.into(),
        ]);
        self.changes.claimed.push([
            household.into(),
            person.into(),
            request.dose.code().into(),
            appointment.into(),
            request.session.into(),
            taken.slot.into(),
            queue.into(),
            sealed.into(),
            days(now.date()).into(),
            taken.ends_at.into(),
            ClaimState::Booked.code().into(),
        ]);
    }
}

fn repeated(key: RequestKey, before: &[u8; 16], answer: &[u8]) -> BookingOutcome {
    if !key.is_for_the_same_request_as(before) {
        return Err(BookingRefusal::KeyReused);
    }
    let appointment = answer
        .try_into()
        .map(AppointmentId::from_bytes)
        .map_err(|_| BookingRefusal::KeyReused)?;
    Ok(Booked {
        appointment,
        answer: Answer::Repeated,
        message: None,
    })
}
