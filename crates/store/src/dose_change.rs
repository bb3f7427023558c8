//! Changing what was recorded of a dose: an event that takes the place of another, never an edit. The counts of the session
//! follow.

use minicbor::{Decode, Encode};
use pramaan_domain::correction::EventKind;
use pramaan_domain::id::{DoseId, HouseholdId, PersonId, SessionId};
use pramaan_domain::time::Timestamp;
use pramaan_keys::SecretKey;

use crate::StoreError;
use crate::aefi;
use crate::db::Tx;
use crate::dose::{Given, NewDose, Place, count, events, histories, insert, stands};
use crate::dose_binding::EventFacts;
use crate::pad::{padded, unpadded};
use crate::sealer::{Sealer, context};

/// Who changed what was recorded, who agreed, and why.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Changed {
    /// A staff code.
    #[n(0)]
    pub by: String,
    /// The staff code of the second person, where one was needed.
    #[n(1)]
    pub agreed: Option<String>,
    #[n(2)]
    pub reason: String,
}

/// A reason of three hundred letters of any Indian script fits one.
const BLOCK: usize = 1_280;

impl Changed {
    pub(crate) fn seal(&self, sealer: &Sealer, key: &SecretKey, event: DoseId) -> Vec<u8> {
        // Encoding into a vector cannot fail.
        let plain = minicbor::to_vec(self).unwrap_or_default();
        key.seal(&bound(event), &padded(&plain, BLOCK), &*sealer.entropy)
    }
}

/// The column `change` of an event.
pub(crate) fn open(
    key: &SecretKey,
    event: DoseId,
    sealed: Option<&[u8]>,
) -> Result<Option<Changed>, StoreError> {
    let Some(sealed) = sealed else { return Ok(None) };
    let plain = key.open(&bound(event), sealed)?;
    let changed = unpadded(&plain).and_then(|plain| minicbor::decode(plain).ok());
    let corrupt = || StoreError::corrupt("dose", "change");
    changed.ok_or_else(corrupt).map(Some)
}

fn bound(event: DoseId) -> Vec<u8> {
    context("dose", "change", event)
}

/// An event on record, with nothing opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OnRecord {
    pub root: DoseId,
    pub session: SessionId,
    pub standing: Standing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Stands,
    /// Another took its place, or it is a void.
    Over,
}

/// What an event of a person is.
///
/// # Errors
/// `Misplaced`, with an alarm, when one of the person's events was not written by us as it stands.
pub async fn find(
    tx: &mut Tx,
    sealer: &Sealer,
    subject: (HouseholdId, PersonId),
    event: DoseId,
) -> Result<Option<OnRecord>, StoreError> {
    let history = of_person(tx, sealer, subject).await?;
    let standing = stands(&history);
    let found = history.iter().find(|found| found.id == event);
    Ok(found.map(|found| OnRecord {
        root: found.root,
        session: found.session,
        standing: match standing.contains(&event) {
            true => Standing::Stands,
            false => Standing::Over,
        },
    }))
}

/// When the event was recorded with which a dose came into the record.
pub async fn first_recorded_at(
    tx: &mut Tx,
    sealer: &Sealer,
    subject: (HouseholdId, PersonId),
    root: DoseId,
) -> Result<Option<Timestamp>, StoreError> {
    let history = of_person(tx, sealer, subject).await?;
    let first = history.iter().find(|event| event.id == root);
    Ok(first.map(|event| event.recorded_at))
}

/// What became of an event since.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Stands,
    /// Another event says what was given, since then.
    Superseded {
        at: Timestamp,
    },
    /// It counts no longer, since then.
    Withdrawn {
        at: Timestamp,
    },
}

/// What became of an event, followed to the end of its chain. Opens nothing.
pub(crate) async fn fate(
    tx: &mut Tx,
    sealer: &Sealer,
    subject: (HouseholdId, PersonId),
    event: DoseId,
) -> Result<Fate, StoreError> {
    let history = of_person(tx, sealer, subject).await?;
    let after = |event: DoseId| history.iter().find(|next| next.supersedes == Some(event));
    let Some(first) = after(event) else {
        return Ok(Fate::Stands);
    };
    let mut last = first;
    // Each event is appended after the one that it names, so a chain has no more links than there are events.
    for _ in 0..history.len() {
        match after(last.id) {
            Some(next) => last = next,
            None => break,
        }
    }
    Ok(match last.kind {
        EventKind::Voided => Fate::Withdrawn { at: last.recorded_at },
        EventKind::Given | EventKind::Corrected => Fate::Superseded {
            at: first.recorded_at,
        },
    })
}

/// The event that stands in the place of another, if any does. Opens nothing.
pub(crate) async fn standing_of_root(
    tx: &mut Tx,
    sealer: &Sealer,
    subject: (HouseholdId, PersonId),
    root: DoseId,
) -> Result<Option<DoseId>, StoreError> {
    let history = of_person(tx, sealer, subject).await?;
    let standing = stands(&history);
    let chain = history.iter().filter(|event| event.root == root);
    Ok(chain.map(|event| event.id).find(|event| standing.contains(event)))
}

async fn of_person(
    tx: &mut Tx,
    sealer: &Sealer,
    subject: (HouseholdId, PersonId),
) -> Result<Vec<EventFacts>, StoreError> {
    histories(sealer, &events(tx, &[subject]).await?)
}

/// Takes the place of a dose with what was really given; `new` is of the same person and session.
///
/// # Errors
/// `Serialization` when somebody else changed it meanwhile: run the work again.
pub async fn correct(
    tx: &mut Tx,
    sealer: &Sealer,
    (before, new): (&Given, &NewDose),
    changed: &Changed,
    now: Timestamp,
) -> Result<(), StoreError> {
    let place = Place {
        kind: EventKind::Corrected,
        supersedes: Some(before.id),
        root: before.root,
    };
    insert(tx, sealer, (new, place, Some(changed)), now).await?;
    uncount(tx, sealer, before).await?;
    count(tx, sealer, new).await
}

/// Ends a dose that was not given, or not to this person, under the id of its void.
///
/// # Errors
/// As [`correct`].
pub async fn void(
    tx: &mut Tx,
    sealer: &Sealer,
    ((household, person), before, id): ((HouseholdId, PersonId), &Given, DoseId),
    changed: &Changed,
    now: Timestamp,
) -> Result<(), StoreError> {
    let place = Place {
        kind: EventKind::Voided,
        supersedes: Some(before.id),
        root: before.root,
    };
    let void = NewDose {
        household,
        person,
        id,
        dose: before.dose,
        session: before.session,
        facts: before.facts.clone(),
    };
    insert(tx, sealer, (&void, place, Some(changed)), now).await?;
    uncount(tx, sealer, before).await
}

/// Appends a dose that was recorded for somebody else first, and counts it.
///
/// # Errors
/// As [`append`](crate::dose::append).
pub async fn bring(
    tx: &mut Tx,
    sealer: &Sealer,
    new: &NewDose,
    changed: &Changed,
    now: Timestamp,
) -> Result<(), StoreError> {
    let place = Place {
        kind: EventKind::Given,
        supersedes: None,
        root: new.id,
    };
    insert(tx, sealer, (new, place, Some(changed)), now).await?;
    count(tx, sealer, new).await
}

/// One less of this kind at its session, and of its vial.
async fn uncount(tx: &mut Tx, sealer: &Sealer, before: &Given) -> Result<(), StoreError> {
    tx.execute(
        "-- store::dose_change::uncount
         update dose_count set n = n - 1
         where session = $1 and vaccine = $2 and batch = $3 and dose = $4 and n > 0",
        &[
            before.session.into(),
            before.facts.vaccine.name().into(),
            before.facts.batch.as_str().into(),
            before.dose.code().into(),
        ],
    )
    .await?;
    aefi::uncount_vial(tx, sealer, before.session, &before.facts).await
}
