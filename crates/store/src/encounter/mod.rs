//! Encounters: a record opened because the person is there, and what proved it.
//!
//! An encounter lets its member of staff show the page again, each time with a new access entry, and record one dose. It
//! opens nothing by itself.

mod binding;
mod document;
mod evidence;
mod visit_code;

use pramaan_domain::access::Basis;
use pramaan_domain::dose::DoseNumber;
use pramaan_domain::id::{AppointmentId, DoseId, EncounterId, HouseholdId, PersonId, SessionId, StaffId};
use pramaan_domain::staff::Reason;
use pramaan_domain::time::{CivilDate, Timestamp};

use crate::StoreError;
use crate::db::{Row, Tx, Value, days};
use crate::person_key::{self, Group};
use crate::sealer::{Sealer, context};
use crate::session::{day_of, dose_of};

pub use document::{DOCUMENT_TRIES, DocumentGuess, guess_document, holders_of_document, settle_document};
pub use evidence::{
    CODE_TRIES, CodeGuess, Counted, count_today, counted_at_centre, counted_today, guess_code, purge_counts,
    uncount_today,
};
pub use visit_code::{
    NewVisitCode, VISIT_CODE_SECONDS, VisitGuess, guess_visit_code, insert_visit_code, purge_visit_codes,
    sent_visit_codes,
};

/// Which encounter: the session is where it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct EncounterKey {
    pub session: SessionId,
    pub id: EncounterId,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encounter {
    pub key: EncounterKey,
    pub appointment: AppointmentId,
    pub household: HouseholdId,
    pub person: PersonId,
    pub staff: StaffId,
    /// What was booked, and on which day: kept here, because the appointment may be changed while the record is open.
    pub dose: DoseNumber,
    pub booked_on: CivilDate,
    pub basis: Basis,
    /// Why it was opened without evidence, for each entry that this encounter makes.
    pub reason: Option<Reason>,
    pub opened_at: Timestamp,
    pub recorded: Option<Recorded>,
}

/// What an encounter was closed with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    pub event: DoseId,
    /// Over what was asked to be recorded: tells a repeated post from another one.
    pub request_mac: [u8; 32],
}

/// # Errors
/// `Erased` when there is a reason and the person's keys are gone.
pub async fn insert(tx: &mut Tx, sealer: &Sealer, encounter: &Encounter) -> Result<(), StoreError> {
    let reason = sealed_reason(tx, sealer, encounter).await?;
    let bound = binding::mac(sealer, encounter, reason.as_deref());
    tx.execute(
        "-- store::encounter::insert
         insert into encounter (session, id, appointment, person, household, staff, dose, booked_on, basis, reason
           , document_misses, opened_at, binding_mac)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, $11, $12)",
        &[
            encounter.key.session.into(),
            encounter.key.id.into(),
            encounter.appointment.into(),
            encounter.person.into(),
            encounter.household.into(),
            encounter.staff.into(),
            encounter.dose.code().into(),
            days(encounter.booked_on).into(),
            encounter.basis.name().into(),
            reason.map_or(Value::Null, Value::from),
            encounter.opened_at.into(),
            bound.into(),
        ],
    )
    .await?;
    Ok(())
}

const COLUMNS: &str = "session, id, appointment, household, person, staff, basis, opened_at, event, request_mac, dose, booked_on, reason, binding_mac";

/// One member of staff's encounter; another's is not found.
///
/// # Errors
/// `Misplaced`, with an alarm, when the row is not as it was written when the record was opened.
pub async fn find(
    tx: &mut Tx,
    sealer: &Sealer,
    key: EncounterKey,
    staff: StaffId,
) -> Result<Option<Encounter>, StoreError> {
    let sql = format!(
        "-- store::encounter::find
         select {COLUMNS} from encounter where session = $1 and id = $2 and staff = $3"
    );
    let row = tx
        .query_opt(&sql, &[key.session.into(), key.id.into(), staff.into()])
        .await?;
    let Some(row) = row else { return Ok(None) };
    let found = read(&row)?;
    binding::check(sealer, &found, row.opt_blob(12)?, row.blob(13)?)?;
    let reason = reason(tx, sealer, &found, row.opt_blob(12)?).await?;
    Ok(Some(Encounter { reason, ..found }))
}

/// The latest encounter of a member of staff with a person at a session since then, closed ones included.
pub async fn latest_with(
    tx: &mut Tx,
    (session, person): (SessionId, PersonId),
    staff: StaffId,
    since: Timestamp,
) -> Result<Option<(EncounterKey, Timestamp)>, StoreError> {
    let rows = tx
        .query(
            "-- store::encounter::latest_with
             select session, id, opened_at from encounter
             where session = $1 and person = $2 and staff = $3 and opened_at > $4
             order by opened_at desc limit 1",
            &[session.into(), person.into(), staff.into(), since.into()],
        )
        .await?;
    let key = |row: &Row| {
        let (session, id) = (row.parse(0)?, row.parse(1)?);
        Ok((EncounterKey { session, id }, row.timestamp(2)?))
    };
    rows.first().map(key).transpose()
}

/// The encounter since then in which a member of staff recorded a person's dose at a session.
pub async fn recorded_with(
    tx: &mut Tx,
    (session, person): (SessionId, PersonId),
    staff: StaffId,
    since: Timestamp,
) -> Result<Option<(EncounterKey, Timestamp)>, StoreError> {
    let rows = tx
        .query(
            "-- store::encounter::recorded_with
             select session, id, opened_at from encounter
             where session = $1 and person = $2 and staff = $3 and opened_at > $4 and event is not null
             order by opened_at desc limit 1",
            &[session.into(), person.into(), staff.into(), since.into()],
        )
        .await?;
    let key = |row: &Row| {
        let (session, id) = (row.parse(0)?, row.parse(1)?);
        Ok((EncounterKey { session, id }, row.timestamp(2)?))
    };
    rows.first().map(key).transpose()
}

/// Whether a record is open that was opened at `since` or later, by anybody and anywhere. Ask with the person's keys locked.
pub async fn is_open(tx: &mut Tx, person: PersonId, since: Timestamp) -> Result<bool, StoreError> {
    let row = tx
        .query_one(
            "-- store::encounter::is_open
             select count(*) from encounter where person = $1 and opened_at >= $2 and closed_at is null",
            &[person.into(), since.into()],
        )
        .await?;
    Ok(row.int(0)? > 0)
}

/// Whether a member's appointment had its dose, wherever it was at that time, and the dose was not voided since. Ask with
/// the person's keys locked.
pub async fn had_dose(tx: &mut Tx, appointment: AppointmentId, person: PersonId) -> Result<bool, StoreError> {
    let row = tx
        .query_one(
            "-- store::encounter::had_dose
             select count(*) from encounter e
             where e.person = $1 and e.appointment = $2 and e.event is not null and not exists (
                 select 1 from dose d where d.household = e.household and d.person = e.person
                   and d.root = e.event and d.kind = 'voided')",
            &[person.into(), appointment.into()],
        )
        .await?;
    Ok(row.int(0)? > 0)
}

/// Closes an encounter with a dose; `false` when it was closed before. Of two at once, one closes it.
pub async fn close(
    tx: &mut Tx,
    key: EncounterKey,
    recorded: &Recorded,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let closed = tx
        .execute(
            "-- store::encounter::close
             update encounter set closed_at = $3, event = $4, request_mac = $5
             where session = $1 and id = $2 and closed_at is null",
            &[
                key.session.into(),
                key.id.into(),
                now.into(),
                recorded.event.into(),
                recorded.request_mac.into(),
            ],
        )
        .await?;
    Ok(closed == 1)
}

/// Deletes up to `most` encounters that were opened before `before`, closed or over; answers how many.
pub async fn purge(tx: &mut Tx, before: Timestamp, most: u32) -> Result<u64, StoreError> {
    tx.execute(
        "-- store::encounter::purge
         delete from encounter where (session, id) in (
             select session, id from encounter where opened_at < $1 limit $2)",
        &[before.into(), most.into()],
    )
    .await
}

fn read(row: &Row) -> Result<Encounter, StoreError> {
    let recorded = match (row.opt_parse(8)?, row.opt_blob(9)?) {
        (Some(event), Some(_)) => Some(Recorded {
            event,
            request_mac: row.array(9)?,
        }),
        _ => None,
    };
    Ok(Encounter {
        key: EncounterKey {
            session: row.parse(0)?,
            id: row.parse(1)?,
        },
        appointment: row.parse(2)?,
        household: row.parse(3)?,
        person: row.parse(4)?,
        staff: row.parse(5)?,
        dose: dose_of(row, 10)?,
        booked_on: day_of(row, 11)?,
        reason: None,
        basis: Basis::from_name(row.text(6)?).ok_or_else(|| row.inconsistent(6, "a basis"))?,
        opened_at: row.timestamp(7)?,
        recorded,
    })
}

async fn sealed_reason(
    tx: &mut Tx,
    sealer: &Sealer,
    encounter: &Encounter,
) -> Result<Option<Vec<u8>>, StoreError> {
    let Some(reason) = &encounter.reason else {
        return Ok(None);
    };
    let subject = (encounter.household, encounter.person);
    let keys = person_key::group(tx, sealer, Group::Identity, &[subject]).await?;
    let key = keys.get(&encounter.person).ok_or(StoreError::Erased)?;
    let sealed = key.seal(
        &bound(encounter.key),
        reason.as_str().as_bytes(),
        &*sealer.entropy,
    );
    Ok(Some(sealed))
}

/// What its member of staff wrote a moment ago, for the next entry about the same record. `None` after erasure.
async fn reason(
    tx: &mut Tx,
    sealer: &Sealer,
    encounter: &Encounter,
    sealed: Option<&[u8]>,
) -> Result<Option<Reason>, StoreError> {
    let Some(sealed) = sealed else { return Ok(None) };
    let subject = (encounter.household, encounter.person);
    let keys = person_key::group(tx, sealer, Group::Identity, &[subject]).await?;
    let Some(key) = keys.get(&encounter.person) else {
        return Ok(None);
    };
    let plain = key.open(&bound(encounter.key), sealed)?;
    let text = std::str::from_utf8(&plain).ok();
    let reason = text.and_then(|text| Reason::parse(text).ok());
    let corrupt = || StoreError::corrupt("encounter", "reason");
    reason.ok_or_else(corrupt).map(Some)
}

fn bound(key: EncounterKey) -> Vec<u8> {
    context("encounter", "reason", key.id)
}
