//! Registering somebody without an appointment whose dose is held: person, place in the queue and slip, in one transaction with
//! what becomes of the dose, so that nobody is registered twice.

use pramaan_domain::centre::CentreId;
use pramaan_domain::guardian::Guardian;
use pramaan_domain::id::{HouseholdId, PersonId, SessionId};
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::time::Timestamp;
use pramaan_store::appointment::{self, GivenPlace};
use pramaan_store::desk_registration::{self, NewDeskRegistration};
use pramaan_store::held_dose::{self, HeldDocument, HeldKey, Trouble, Typed, Waiting, WalkIn, Who};
use pramaan_store::person::{self, Comorbidity, KeptDocument, NewKeptPerson, PersonFacts};
use pramaan_store::session::{self, SessionSeats, SessionState, SlotSeats};
use pramaan_store::{Sealer, StoreError, Tx, household};

use super::settle::Unmatched;
use crate::Staff;
use crate::guardian::is_minor;

/// Turns a dose of somebody who has still to be registered into one with a slip; any other stays as it is.
///
/// As at the desk, a document with which somebody is registered refuses nobody and is told to nobody: it is disputed, and a
/// disputed dose waits until the document was seen.
///
/// # Errors
/// `Trouble::NoDocument`; `Trouble::NoSession` where nothing was published for that day.
pub(super) async fn admit(
    tx: &mut Tx,
    sealer: &Sealer,
    (staff, key): (&Staff, HeldKey),
    waiting: Waiting,
    now: Timestamp,
) -> Result<Waiting, Unmatched> {
    let Who::New(walk_in, reference_id) = waiting.typed.who else {
        return Ok(waiting);
    };
    let place = place_of(tx, key, &waiting.typed.vaccine, waiting.typed.given_at).await?;
    let subject = register(tx, sealer, *walk_in, reference_id, now).await?;
    // As at the desk, the person's list says who registered them, and this centre can take it back.
    let at_desk = NewDeskRegistration {
        subject,
        centre: key.centre,
        staff: staff.code(),
        without: None,
        // Without a line nobody is asked why: the open record says that nobody is named.
        alone: None,
    };
    desk_registration::insert(tx, sealer, at_desk, now).await?;
    let (session, slot) = place;
    let given = GivenPlace {
        subject,
        session,
        slot,
        at: waiting.typed.given_at,
    };
    let code = appointment::place_given(tx, sealer, given, now).await?;
    let admitted = Waiting {
        typed: Typed {
            who: Who::Slip { reference_id, code },
            ..waiting.typed
        },
        ..waiting
    };
    held_dose::registered(tx, sealer, key, (subject, &admitted)).await?;
    Ok(admitted)
}

async fn register(
    tx: &mut Tx,
    sealer: &Sealer,
    walk_in: WalkIn,
    reference_id: ReferenceId,
    now: Timestamp,
) -> Result<(HouseholdId, PersonId), Unmatched> {
    let (document_type, document) = match walk_in.document {
        HeldDocument::Shown(kind, number) => (kind, KeptDocument::of(sealer, (kind, &number))),
        HeldDocument::Kept(kind, document) => (kind, document),
        HeldDocument::None(_) => return Err(Unmatched::Trouble(Trouble::NoDocument)),
    };
    // Of who was 18 already when it was said, nobody is noted.
    let is_minor = is_minor(walk_in.birth_year, None, walk_in.said_at.date());
    let guardian = walk_in.guardian.filter(|_| is_minor);
    let household = household::create_without_mobile(tx, sealer, now).await?;
    let id = PersonId::from_random(sealer.random());
    let new = NewKeptPerson {
        household,
        id,
        reference_id,
        facts: PersonFacts {
            name: walk_in.name,
            birth_year: walk_in.birth_year,
            birth_date: None,
            gender: walk_in.gender,
            document_type: Some(document_type),
            comorbidity: Comorbidity::None,
        },
        document: Some(document),
        consent_version: walk_in.consent_version,
    };
    person::insert_kept(tx, sealer, new, now).await?;
    if let Some(name) = guardian {
        person::put_guardian(tx, sealer, (household, id), &Guardian::Named(name), now).await?;
    }
    Ok((household, id))
}

/// A session of that day here, of that vaccine if there is one, and the slot in which the dose was given, or the nearest.
async fn place_of(
    tx: &mut Tx,
    key: HeldKey,
    vaccine: &pramaan_domain::vaccine::Vaccine,
    given_at: Timestamp,
) -> Result<(SessionId, i64), Unmatched> {
    let centre = CentreId::from_number(key.centre).map_err(|_| StoreError::corrupt("held_dose", "centre"))?;
    let mut sessions = session::of_centre(tx, centre, (key.day, key.day)).await?;
    sessions.retain(|one| one.session.state == SessionState::Published && !one.slots.is_empty());
    sessions.sort_by_key(|one| (one.session.vaccine != *vaccine, one.session.id));
    let here = sessions
        .first()
        .and_then(|one| Some((one.session.id, slot_of(one, given_at)?)));
    here.ok_or(Unmatched::Trouble(Trouble::NoSession))
}

fn slot_of(session: &SessionSeats, given_at: Timestamp) -> Option<i64> {
    let not_over = |slot: &&SlotSeats| slot.slot.ends_at(session.session.day) > given_at;
    let slot = session.slots.iter().find(not_over).or(session.slots.last())?;
    Some(slot.number)
}
