//! Reading sessions and their seats. Nothing here is about a person.

use std::collections::HashMap;

use pramaan_domain::centre::CentreId;
use pramaan_domain::dose::DoseNumber;
use pramaan_domain::id::SessionId;
use pramaan_domain::place::DistrictId;
use pramaan_domain::session::{AgeBand, Quota};
use pramaan_domain::slot::Slot;
use pramaan_domain::time::{CivilDate, Timestamp};
use pramaan_domain::vaccine::Vaccine;

use super::{Seats, Session, SessionSeats, SessionState, SlotSeats};
use crate::StoreError;
use crate::centre::time_of;
use crate::db::{ColumnType, Row, Rows, Tx, date, days, for_update};

use ColumnType::Text;

/// The days from `from` on that have sessions changed at `since` or later.
pub async fn days_changed_since(
    tx: &mut Tx,
    from: CivilDate,
    since: Timestamp,
) -> Result<Vec<CivilDate>, StoreError> {
    let rows = tx
        .query(
            "-- store::session::days_changed_since
             select distinct day from session where changed_at >= $1 and day >= $2 order by day",
            &[since.into(), days(from).into()],
        )
        .await?;
    rows.iter().map(|row| day_of(row, 0)).collect()
}

/// Sessions of one day that changed at `since` or later, and when each did last.
///
/// Cancelled ones are there too, so that whoever remembers them can forget them.
pub async fn changed_since(
    tx: &mut Tx,
    day: CivilDate,
    since: Timestamp,
) -> Result<Vec<(SessionId, Timestamp)>, StoreError> {
    let rows = tx
        .query(
            "-- store::session::changed_since
             select id, changed_at from session where day = $1 and changed_at >= $2 order by id",
            &[days(day).into(), since.into()],
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.parse(0)?, row.timestamp(1)?)))
        .collect()
}

/// These sessions with all their seats, in order of id; unknown ids are left out.
pub async fn with_seats(tx: &mut Tx, ids: &[SessionId]) -> Result<Vec<SessionSeats>, StoreError> {
    let sessions = facts_of(tx, ids, Locking::None).await?;
    let (slots, seats) = seat_rows(tx, ids).await?;
    assemble(sessions, &slots, &seats)
}

/// The sessions of a centre on the days from `from` to `to`, both included, in order of day.
pub async fn of_centre(
    tx: &mut Tx,
    centre: CentreId,
    (from, to): (CivilDate, CivilDate),
) -> Result<Vec<SessionSeats>, StoreError> {
    let rows = tx
        .query(
            "-- store::session::of_centre
             select id from session where centre = $1 and day >= $2 and day <= $3 order by day, id",
            &[centre.number().into(), days(from).into(), days(to).into()],
        )
        .await?;
    let ids = rows
        .iter()
        .map(|row| row.parse(0))
        .collect::<Result<Vec<SessionId>, _>>()?;
    let mut found = with_seats(tx, &ids).await?;
    found.sort_by_key(|seats| (seats.session.day, seats.session.id));
    Ok(found)
}

/// Whether the rows that are read stay as they are until the transaction ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Locking {
    None,
    UntilCommit,
}

/// The facts of sessions. `ids` in ascending order are locked in that order, so that two batches cannot deadlock.
pub(crate) async fn facts_of(
    tx: &mut Tx,
    ids: &[SessionId],
    locking: Locking,
) -> Result<Vec<Session>, StoreError> {
    let mut found = Vec::with_capacity(ids.len());
    for rows in Rows::cut(tx.engine(), &[], [Text], ids.iter().map(|id| [(*id).into()])) {
        let sql = format!(
            "-- store::session::facts_of
             with v (id) as ({rows})
             select s.id, s.centre, s.district, s.day, s.vaccine, s.min_age, s.max_age, s.state, s.changed_at
             from session s join v on v.id = s.id order by s.id"
        );
        let sql = match locking {
            Locking::None => sql,
            Locking::UntilCommit => for_update(tx.engine(), &sql),
        };
        for row in tx.query(&sql, rows.params()).await? {
            found.push(facts(&row)?);
        }
    }
    Ok(found)
}

pub(crate) async fn seat_rows(tx: &mut Tx, ids: &[SessionId]) -> Result<(Vec<Row>, Vec<Row>), StoreError> {
    let (mut slots, mut seats) = (Vec::new(), Vec::new());
    for rows in Rows::cut(tx.engine(), &[], [Text], ids.iter().map(|id| [(*id).into()])) {
        let sql = format!(
            "-- store::session::slots
             with v (id) as ({rows})
             select t.session, t.slot, t.starts, t.ends, t.queue
             from session_slot t join v on v.id = t.session order by t.session, t.slot"
        );
        slots.extend(tx.query(&sql, rows.params()).await?);
        let sql = format!(
            "-- store::session::seats
             with v (id) as ({rows})
             select t.session, t.slot, t.dose, t.quota, t.planned, t.capacity, t.taken
             from seat t join v on v.id = t.session order by t.session, t.slot, t.dose, t.quota"
        );
        seats.extend(tx.query(&sql, rows.params()).await?);
    }
    Ok((slots, seats))
}

pub(crate) fn assemble(
    sessions: Vec<Session>,
    slots: &[Row],
    seats: &[Row],
) -> Result<Vec<SessionSeats>, StoreError> {
    let mut all: HashMap<SessionId, Vec<SlotSeats>> = HashMap::with_capacity(sessions.len());
    for row in slots {
        let slot = SlotSeats {
            number: row.int(1)?,
            slot: slot_of(row, 2, 3)?,
            queue: row.int(4)?,
            seats: Vec::new(),
        };
        all.entry(row.parse(0)?).or_default().push(slot);
    }
    for row in seats {
        let number = row.int(1)?;
        let slots = all.get_mut(&row.parse(0)?);
        let slot = slots.and_then(|slots| slots.iter_mut().find(|slot| slot.number == number));
        let slot = slot.ok_or_else(|| row.inconsistent(1, "a slot of the session"))?;
        slot.seats.push(Seats {
            dose: dose_of(row, 2)?,
            quota: quota_of(row, 3)?,
            planned: row.int(4)?,
            capacity: row.int(5)?,
            taken: row.int(6)?,
        });
    }
    let with_slots = |session: Session| {
        let slots = all.remove(&session.id).unwrap_or_default();
        SessionSeats { session, slots }
    };
    Ok(sessions.into_iter().map(with_slots).collect())
}

/// The columns `id, centre, district, day, vaccine, min_age, max_age, state, changed_at`.
pub(crate) fn facts(row: &Row) -> Result<Session, StoreError> {
    Ok(Session {
        id: row.parse(0)?,
        centre: CentreId::from_number(row.int(1)?).map_err(|_| row.inconsistent(1, "a centre's id"))?,
        district: DistrictId::from_number(row.int(2)?).map_err(|_| row.inconsistent(2, "a district's id"))?,
        day: day_of(row, 3)?,
        vaccine: vaccine_of(row, 4)?,
        ages: AgeBand::new(row.int(5)?, row.opt_int(6)?).map_err(|_| row.inconsistent(5, "an age band"))?,
        state: SessionState::from_code(row.text(7)?)
            .ok_or_else(|| row.inconsistent(7, "a session's state"))?,
        changed_at: row.timestamp(8)?,
    })
}

pub(crate) fn day_of(row: &Row, column: usize) -> Result<CivilDate, StoreError> {
    date(row.int(column)?).ok_or_else(|| row.inconsistent(column, "a day"))
}

pub(crate) fn vaccine_of(row: &Row, column: usize) -> Result<Vaccine, StoreError> {
    Vaccine::parse(row.text(column)?).map_err(|_| row.inconsistent(column, "a vaccine"))
}

pub(crate) fn dose_of(row: &Row, column: usize) -> Result<DoseNumber, StoreError> {
    DoseNumber::from_code(row.int(column)?).map_err(|_| row.inconsistent(column, "a dose number"))
}

pub(crate) fn quota_of(row: &Row, column: usize) -> Result<Quota, StoreError> {
    Quota::parse(row.text(column)?).map_err(|_| row.inconsistent(column, "a quota"))
}

pub(crate) fn slot_of(row: &Row, starts: usize, ends: usize) -> Result<Slot, StoreError> {
    let slot = Slot::new(time_of(row, starts)?, time_of(row, ends)?);
    slot.map_err(|_| row.inconsistent(starts, "a slot that begins before it ends"))
}
