//! Encounters: a record opened because the person is there, and what proved it.
//!
//! An encounter lets its member of staff show the page again, each time with a new access entry, and record one dose. It
//! opens nothing by itself.

mod evidence;
mod visit_code;

use pramaan_domain::access::Basis;
use pramaan_domain::id::{AppointmentId, DoseId, EncounterId, HouseholdId, PersonId, SessionId, StaffId};
use pramaan_domain::time::Timestamp;

use crate::StoreError;
use crate::db::{Row, Tx};

pub use evidence::{
    CODE_TRIES, CodeGuess, Counted, count_today, counted_today, guess_code, holders_of_document,
    settle_document,
};
pub use visit_code::{
    NewVisitCode, VISIT_CODE_SECONDS, VisitGuess, guess_visit_code, insert_visit_code, sent_visit_codes,
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
    pub basis: Basis,
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

pub async fn insert(tx: &mut Tx, encounter: &Encounter) -> Result<(), StoreError> {
    tx.execute(
        "-- store::encounter::insert
         insert into encounter (session, id, appointment, person, household, staff, basis, opened_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        &[
            encounter.key.session.into(),
            encounter.key.id.into(),
            encounter.appointment.into(),
            encounter.person.into(),
            encounter.household.into(),
            encounter.staff.into(),
            encounter.basis.name().into(),
            encounter.opened_at.into(),
        ],
    )
    .await?;
    Ok(())
}

const COLUMNS: &str =
    "session, id, appointment, household, person, staff, basis, opened_at, event, request_mac";

/// One member of staff's encounter; another's is not found.
pub async fn find(tx: &mut Tx, key: EncounterKey, staff: StaffId) -> Result<Option<Encounter>, StoreError> {
    let sql = format!(
        "-- store::encounter::find
         select {COLUMNS} from encounter where session = $1 and id = $2 and staff = $3"
    );
    let row = tx
        .query_opt(&sql, &[key.session.into(), key.id.into(), staff.into()])
        .await?;
    row.as_ref().map(read).transpose()
}

/// One member of staff's encounters with a person at a session since then, latest first.
pub async fn with_person(
    tx: &mut Tx,
    (session, person): (SessionId, PersonId),
    staff: StaffId,
    since: Timestamp,
) -> Result<Vec<Encounter>, StoreError> {
    let sql = format!(
        "-- store::encounter::with_person
         select {COLUMNS} from encounter
         where session = $1 and person = $2 and staff = $3 and opened_at > $4 order by opened_at desc"
    );
    let rows = tx
        .query(&sql, &[session.into(), person.into(), staff.into(), since.into()])
        .await?;
    rows.iter().map(read).collect()
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
        basis: Basis::from_name(row.text(6)?).ok_or_else(|| row.inconsistent(6, "a basis"))?,
        opened_at: row.timestamp(7)?,
        recorded,
    })
}
