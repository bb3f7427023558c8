//! The roster: who works at a centre on a day, and who is expected there. Nothing about a person is opened.

use pramaan_domain::dose::DoseNumber;
use pramaan_domain::id::{AppointmentId, HouseholdId, PersonId, SessionId, StaffId};
use pramaan_domain::slot::Slot;
use pramaan_domain::time::CivilDate;
use pramaan_domain::vaccine::Vaccine;

use crate::appointment::AppointmentState;
use crate::db::{Row, Tx, Value, days};
use crate::session::{SessionState, dose_of, slot_of, vaccine_of};
use crate::staff::{self, StaffRow};
use crate::{Sealer, StoreError};

/// What names a place at a session towards staff: the slot's number and the queue number in it, and nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    pub session: SessionId,
    pub slot: i64,
    pub queue: i64,
}

/// Somebody expected, with nothing opened. The ids never leave `app`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    pub place: Place,
    pub appointment: AppointmentId,
    pub household: HouseholdId,
    pub person: PersonId,
    pub hours: Slot,
    pub dose: DoseNumber,
    pub vaccine: Vaccine,
    pub booked_on: CivilDate,
    pub state: AppointmentState,
}

/// Sets who of a centre works on a day, replacing what was set before.
pub async fn set(tx: &mut Tx, centre: i64, day: CivilDate, staff: &[StaffRow]) -> Result<(), StoreError> {
    tx.execute(
        "-- store::roster::clear
         delete from roster where centre = $1 and day = $2",
        &[centre.into(), days(day).into()],
    )
    .await?;
    for member in staff {
        tx.execute(
            "-- store::roster::set
             insert into roster (centre, day, staff) values ($1, $2, $3) on conflict (centre, day, staff) do nothing",
            &[centre.into(), days(day).into(), member.id.into()],
        )
        .await?;
    }
    Ok(())
}

pub async fn holds(tx: &mut Tx, centre: i64, day: CivilDate, staff: StaffId) -> Result<bool, StoreError> {
    let row = tx
        .query_opt(
            "-- store::roster::holds
             select 1 from roster where centre = $1 and day = $2 and staff = $3",
            &[centre.into(), days(day).into(), staff.into()],
        )
        .await?;
    Ok(row.is_some())
}

/// The staff on a day's roster, by id.
pub async fn of_day(tx: &mut Tx, centre: i64, day: CivilDate) -> Result<Vec<StaffId>, StoreError> {
    let rows = tx
        .query(
            "-- store::roster::of_day
             select staff from roster where centre = $1 and day = $2 order by staff",
            &[centre.into(), days(day).into()],
        )
        .await?;
    rows.iter().map(|row| row.parse(0)).collect()
}

/// Puts one more on a day's list of a centre; twice is once.
pub async fn add(tx: &mut Tx, centre: i64, day: CivilDate, staff: StaffId) -> Result<(), StoreError> {
    tx.execute(
        "-- store::roster::add
         insert into roster (centre, day, staff) values ($1, $2, $3) on conflict (centre, day, staff) do nothing",
        &[centre.into(), days(day).into(), staff.into()],
    )
    .await?;
    Ok(())
}

/// The centres on whose lists a member of staff is on a day.
pub async fn centres_of(tx: &mut Tx, staff: StaffId, day: CivilDate) -> Result<Vec<i64>, StoreError> {
    let rows = tx
        .query(
            "-- store::roster::centres_of
             select centre from roster where staff = $1 and day = $2 order by centre",
            &[staff.into(), days(day).into()],
        )
        .await?;
    rows.iter().map(|row| row.int(0)).collect()
}

/// Of those on a centre's list of a day, who is on another centre's too, and on which.
pub async fn elsewhere(tx: &mut Tx, centre: i64, day: CivilDate) -> Result<Vec<(StaffId, i64)>, StoreError> {
    let rows = tx
        .query(
            "-- store::roster::elsewhere
             select o.staff, o.centre from roster r join roster o on o.staff = r.staff and o.day = r.day
             where r.centre = $1 and r.day = $2 and o.centre <> $1 order by o.staff, o.centre",
            &[centre.into(), days(day).into()],
        )
        .await?;
    rows.iter().map(|row| Ok((row.parse(0)?, row.int(1)?))).collect()
}

/// Accounts on a centre's list of a day that belong to another centre, by code.
pub async fn visiting(
    tx: &mut Tx,
    sealer: &Sealer,
    (centre, day): (i64, CivilDate),
) -> Result<Vec<StaffRow>, StoreError> {
    let rows = tx
        .query(
            "-- store::roster::visiting
             select s.id, s.code, s.role, s.centre, s.district, s.state, s.binding_mac
             from roster r join staff s on s.id = r.staff
             where r.centre = $1 and r.day = $2 and s.centre <> $1 order by s.code",
            &[centre.into(), days(day).into()],
        )
        .await?;
    rows.iter().map(|row| staff::staff(sealer, row)).collect()
}

const COLUMNS: &str =
    "a.session, a.slot, a.queue, a.id, a.household, a.person, t.starts, t.ends, a.dose, s.vaccine, a.state
   , a.booked_at";
const SOURCE: &str = "from session s join appointment a on a.session = s.id
     join session_slot t on t.session = a.session and t.slot = a.slot";

/// Everybody expected at a centre on a day, the vaccinated included, in the order in which they are called.
pub async fn expected(tx: &mut Tx, centre: i64, day: CivilDate) -> Result<Vec<Expected>, StoreError> {
    let sql = format!(
        "-- store::roster::expected
         select {COLUMNS} {SOURCE}
         where s.centre = $1 and s.day = $2 and s.state = $3 and a.state in ($4, $5)
         order by t.starts, a.session, a.queue"
    );
    let rows = tx.query(&sql, &today(centre, day)).await?;
    rows.iter().map(read).collect()
}

/// Who holds a place at a centre on a day.
pub async fn at_place(
    tx: &mut Tx,
    (centre, day): (i64, CivilDate),
    place: Place,
) -> Result<Option<Expected>, StoreError> {
    let sql = format!(
        "-- store::roster::at_place
         select {COLUMNS} {SOURCE}
         where s.centre = $1 and s.day = $2 and s.state = $3 and a.state in ($4, $5)
           and a.session = $6 and a.slot = $7 and a.queue = $8"
    );
    let mut params = today(centre, day);
    params.extend([place.session.into(), place.slot.into(), place.queue.into()]);
    let row = tx.query_opt(&sql, &params).await?;
    row.as_ref().map(read).transpose()
}

/// Who holds, or held, a place of any day at a centre.
pub async fn at_place_of_any_day(
    tx: &mut Tx,
    centre: i64,
    place: Place,
) -> Result<Option<Expected>, StoreError> {
    let sql = format!(
        "-- store::roster::at_place_of_any_day
         select {COLUMNS} {SOURCE}
         where s.centre = $1 and a.state in ($2, $3) and a.session = $4 and a.slot = $5 and a.queue = $6"
    );
    let params = [
        centre.into(),
        AppointmentState::Booked.code().into(),
        AppointmentState::Vaccinated.code().into(),
        place.session.into(),
        place.slot.into(),
        place.queue.into(),
    ];
    let row = tx.query_opt(&sql, &params).await?;
    row.as_ref().map(read).transpose()
}

/// The places of a person at a centre where a dose was given, whatever the day; the latest first.
pub async fn vaccinated_at(tx: &mut Tx, centre: i64, person: PersonId) -> Result<Vec<Expected>, StoreError> {
    let sql = format!(
        "-- store::roster::vaccinated_at
         select {COLUMNS} {SOURCE}
         where s.centre = $1 and a.state = $2 and a.person = $3 order by s.day desc, a.session"
    );
    let params = [
        centre.into(),
        AppointmentState::Vaccinated.code().into(),
        person.into(),
    ];
    tx.query(&sql, &params).await?.iter().map(read).collect()
}

/// The places of one person at a centre on a day.
pub async fn of_person(
    tx: &mut Tx,
    (centre, day): (i64, CivilDate),
    person: PersonId,
) -> Result<Vec<Expected>, StoreError> {
    let sql = format!(
        "-- store::roster::of_person
         select {COLUMNS} {SOURCE}
         where s.centre = $1 and s.day = $2 and s.state = $3 and a.state in ($4, $5) and a.person = $6
         order by t.starts, a.session"
    );
    let mut params = today(centre, day);
    params.push(person.into());
    tx.query(&sql, &params).await?.iter().map(read).collect()
}

/// Who did not come to their place at a centre on a day, so that it was given up.
pub async fn missed(tx: &mut Tx, centre: i64, day: CivilDate) -> Result<Vec<Expected>, StoreError> {
    let sql = format!(
        "-- store::roster::missed
         select {COLUMNS} {SOURCE}
         where s.centre = $1 and s.day = $2 and s.state = $3 and a.state = $4 order by t.starts, a.session, a.queue"
    );
    let params = [
        centre.into(),
        days(day).into(),
        SessionState::Published.code().into(),
        AppointmentState::Missed.code().into(),
    ];
    tx.query(&sql, &params).await?.iter().map(read).collect()
}

/// The places of one person there that were given up.
pub async fn missed_by(
    tx: &mut Tx,
    here: (i64, CivilDate),
    person: PersonId,
) -> Result<Vec<Expected>, StoreError> {
    let mut missed = missed(tx, here.0, here.1).await?;
    missed.retain(|expected| expected.person == person);
    Ok(missed)
}

/// The sessions at a centre on a day at which a person has or had a place, whatever became of it.
pub async fn sessions_with(
    tx: &mut Tx,
    (centre, day): (i64, CivilDate),
    person: PersonId,
) -> Result<Vec<SessionId>, StoreError> {
    let rows = tx
        .query(
            "-- store::roster::sessions_with
             select distinct s.id from session s join appointment a on a.session = s.id
             where s.centre = $1 and s.day = $2 and a.person = $3 order by s.id",
            &[centre.into(), days(day).into(), person.into()],
        )
        .await?;
    rows.iter().map(|row| row.parse(0)).collect()
}

fn today(centre: i64, day: CivilDate) -> Vec<Value> {
    vec![
        centre.into(),
        days(day).into(),
        SessionState::Published.code().into(),
        AppointmentState::Booked.code().into(),
        AppointmentState::Vaccinated.code().into(),
    ]
}

fn read(row: &Row) -> Result<Expected, StoreError> {
    Ok(Expected {
        place: Place {
            session: row.parse(0)?,
            slot: row.int(1)?,
            queue: row.int(2)?,
        },
        appointment: row.parse(3)?,
        household: row.parse(4)?,
        person: row.parse(5)?,
        hours: slot_of(row, 6, 7)?,
        dose: dose_of(row, 8)?,
        vaccine: vaccine_of(row, 9)?,
        booked_on: row.timestamp(11)?.date(),
        state: AppointmentState::from_code(row.text(10)?).ok_or_else(|| row.inconsistent(10, "a state"))?,
    })
}
