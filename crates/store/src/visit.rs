//! Visits: where each person expected at a centre today stands, and what happened to them. Nothing about a person is opened.
//!
//! A state that is kept can be behind the appointment: a dose is taken back, or moved here by a correction. What is read is
//! therefore always [seen with the dose](VisitState::with_dose).

use std::collections::HashMap;

use pramaan_domain::id::{AppointmentId, PersonId, SessionId};
use pramaan_domain::time::{CivilDate, Timestamp};
use pramaan_domain::visit::{Dosed, NotNow, VisitAct, VisitState};

use crate::StoreError;
use crate::appointment::AppointmentState;
use crate::db::{ColumnType, Row, Rows, Tx, Value, days};
use crate::session::insert;

use ColumnType::{Int, Text};

/// A member's place, for which there is one visit a day.
pub type VisitOf = (SessionId, AppointmentId, PersonId);

/// Where a visit stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Visit {
    pub token: Option<i64>,
    pub state: VisitState,
    /// When it came there; of somebody under observation, when the dose was given.
    pub since: Timestamp,
    /// How often it was said to have left by mistake.
    pub undone: i64,
}

/// Something that happens to a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    pub of: VisitOf,
    /// Whether the appointment had its dose before.
    pub dosed: Dosed,
    pub act: VisitAct,
    /// From when the new state counts.
    pub since: Timestamp,
}

/// How often somebody can be brought back who was said to have left.
const MOST_UNDONE: i64 = 1;

/// Whether an appointment had its dose.
pub fn dosed(state: AppointmentState) -> Dosed {
    match state {
        AppointmentState::Vaccinated => Dosed::Yes,
        _ => Dosed::No,
    }
}

/// The centre's day, locked until the transaction ends.
#[derive(Debug, Clone, Copy)]
pub struct Day {
    pub centre: i64,
    pub day: CivilDate,
    tokens: i64,
    events: i64,
}

impl Day {
    /// Locks it, and makes it when it is the first time today. Sessions and people are locked before.
    pub async fn lock(tx: &mut Tx, (centre, day): (i64, CivilDate)) -> Result<Self, StoreError> {
        let row = tx
            .query_one(
                "-- store::visit::lock_day
                 insert into visit_day (centre, day, tokens, events) values ($1, $2, 0, 0)
                 on conflict (centre, day) do update set tokens = visit_day.tokens
                 returning tokens, events",
                &[centre.into(), days(day).into()],
            )
            .await?;
        Ok(Self {
            centre,
            day,
            tokens: row.int(0)?,
            events: row.int(1)?,
        })
    }

    pub(crate) fn next_event(&mut self) -> i64 {
        self.events += 1;
        self.events
    }

    pub(crate) async fn save(&self, tx: &mut Tx) -> Result<(), StoreError> {
        tx.execute(
            "-- store::visit::save_day
             update visit_day set tokens = $3, events = $4 where centre = $1 and day = $2",
            &[
                self.centre.into(),
                days(self.day).into(),
                self.tokens.into(),
                self.events.into(),
            ],
        )
        .await?;
        Ok(())
    }
}

/// The visits of a centre's day that something happened to already.
pub async fn of_day(
    tx: &mut Tx,
    (centre, day): (i64, CivilDate),
) -> Result<HashMap<VisitOf, Visit>, StoreError> {
    let rows = tx
        .query(
            "-- store::visit::of_day
             select session, appointment, person, token, state, since, undone from visit
             where centre = $1 and day = $2",
            &[centre.into(), days(day).into()],
        )
        .await?;
    rows.iter().map(read).collect()
}

/// One of them.
pub async fn find(
    tx: &mut Tx,
    (centre, day): (i64, CivilDate),
    (session, appointment, person): VisitOf,
) -> Result<Option<Visit>, StoreError> {
    let row = tx
        .query_opt(
            "-- store::visit::find
             select session, appointment, person, token, state, since, undone from visit
             where centre = $1 and day = $2 and session = $3 and appointment = $4 and person = $5",
            &[
                centre.into(),
                days(day).into(),
                session.into(),
                appointment.into(),
                person.into(),
            ],
        )
        .await?;
    let found = row.as_ref().map(read).transpose()?;
    Ok(found.map(|(_, visit)| visit))
}

/// One step of one visit, in a transaction of its caller.
pub async fn step(
    tx: &mut Tx,
    here: (i64, CivilDate),
    step: Step,
    by: &str,
    now: Timestamp,
) -> Result<Result<Visit, NotNow>, StoreError> {
    let mut day = Day::lock(tx, here).await?;
    let mut done = steps(tx, &mut day, &[step], by, now).await?;
    Ok(done.pop().unwrap_or(Err(NotNow)))
}

/// Steps of visits, each of another, in order. What does not follow changes nothing and is answered so; what changes
/// nothing leaves no event.
pub async fn steps(
    tx: &mut Tx,
    day: &mut Day,
    steps: &[Step],
    by: &str,
    now: Timestamp,
) -> Result<Vec<Result<Visit, NotNow>>, StoreError> {
    let here = (day.centre, day.day);
    let before = match steps {
        [only] => find(tx, here, only.of)
            .await?
            .map(|visit| (only.of, visit))
            .into_iter()
            .collect(),
        _ => of_day(tx, here).await?,
    };
    let (mut visits, mut events, mut done) = (Vec::new(), Vec::new(), Vec::with_capacity(steps.len()));
    for step in steps {
        let old = before.get(&step.of).copied();
        let next = day.after(old, step);
        if let Ok(new) = next
            && Some(new) != old
        {
            visits.push(row(here, step.of, &new));
            let number = day.next_event();
            events.push(event(here, number, step, (new.token, by), now));
        }
        done.push(next);
    }
    let something_happened = !events.is_empty();
    write(tx, visits, events).await?;
    if something_happened {
        day.save(tx).await?;
    }
    Ok(done)
}

impl Day {
    fn after(&mut self, old: Option<Visit>, step: &Step) -> Result<Visit, NotNow> {
        let kept = old.unwrap_or(Visit {
            token: None,
            state: VisitState::Expected,
            since: step.since,
            undone: 0,
        });
        if step.act == VisitAct::UndoLeave && kept.undone >= MOST_UNDONE {
            return Err(NotNow);
        }
        let state = kept.state.with_dose(step.dosed).after(step.act)?;
        // An observation is as long as its dose is old, whichever dose that is by now.
        let anew = state == VisitState::Observing && kept.since != step.since;
        if state == kept.state && !(anew && is_dose(step.act)) && old.is_some() {
            return Ok(kept);
        }
        let token = match (state.has_token(), kept.token) {
            (false, _) => None,
            (true, Some(token)) => Some(token),
            (true, None) => {
                self.tokens += 1;
                Some(self.tokens)
            }
        };
        Ok(Visit {
            token,
            state,
            since: step.since,
            undone: kept.undone + i64::from(step.act == VisitAct::UndoLeave),
        })
    }
}

fn is_dose(act: VisitAct) -> bool {
    matches!(act, VisitAct::Vaccinate | VisitAct::Correct)
}

/// The columns centre, day, session, appointment, person, token, state, since, undone.
fn row(
    (centre, day): (i64, CivilDate),
    (session, appointment, person): VisitOf,
    visit: &Visit,
) -> [Value; 9] {
    [
        centre.into(),
        days(day).into(),
        session.into(),
        appointment.into(),
        person.into(),
        visit.token.into(),
        visit.state.code().into(),
        visit.since.into(),
        visit.undone.into(),
    ]
}

/// The columns centre, day, number, session, appointment, person, act, token, staff, at.
fn event(
    (centre, day): (i64, CivilDate),
    number: i64,
    step: &Step,
    (token, by): (Option<i64>, &str),
    now: Timestamp,
) -> [Value; 10] {
    let (session, appointment, person) = step.of;
    [
        centre.into(),
        days(day).into(),
        number.into(),
        session.into(),
        appointment.into(),
        person.into(),
        step.act.code().into(),
        token.into(),
        by.into(),
        now.into(),
    ]
}

async fn write(tx: &mut Tx, visits: Vec<[Value; 9]>, events: Vec<[Value; 10]>) -> Result<(), StoreError> {
    const COLUMNS: [ColumnType; 9] = [Int, Int, Text, Text, Text, Int, Text, Int, Int];
    for rows in Rows::cut(tx.engine(), &[], COLUMNS, visits) {
        let sql = format!(
            "-- store::visit::write
             insert into visit (centre, day, session, appointment, person, token, state, since, undone) {rows}
             on conflict (centre, day, session, appointment, person) do update set token = excluded.token
               , state = excluded.state, since = excluded.since, undone = excluded.undone"
        );
        tx.execute(&sql, rows.params()).await?;
    }
    insert(
        tx,
        "-- store::visit::write_events
         insert into visit_event (centre, day, number, session, appointment, person, act, token, staff, at)",
        [Int, Int, Int, Text, Text, Text, Text, Int, Text, Int],
        events,
    )
    .await
}

/// When the last dose of a visit was recorded, for an observation that goes on.
pub async fn vaccinated_at(
    tx: &mut Tx,
    (centre, day): (i64, CivilDate),
    (session, appointment, person): VisitOf,
) -> Result<Option<Timestamp>, StoreError> {
    let row = tx
        .query_opt(
            "-- store::visit::vaccinated_at
             select at from visit_event
             where centre = $1 and day = $2 and session = $3 and appointment = $4 and person = $5 and act = $6
             order by number desc limit 1",
            &[
                centre.into(),
                days(day).into(),
                session.into(),
                appointment.into(),
                person.into(),
                VisitAct::Vaccinate.code().into(),
            ],
        )
        .await?;
    row.map(|row| row.timestamp(0)).transpose()
}

/// What happened to the visits of a day, in order: the act's code, the token, who did it and when.
pub async fn events(
    tx: &mut Tx,
    (centre, day): (i64, CivilDate),
) -> Result<Vec<(String, Option<i64>, String, Timestamp)>, StoreError> {
    let rows = tx
        .query(
            "-- store::visit::events
             select act, token, staff, at from visit_event where centre = $1 and day = $2 order by number",
            &[centre.into(), days(day).into()],
        )
        .await?;
    let event = |row: &Row| {
        let (act, staff) = (row.text(0)?.to_owned(), row.text(2)?.to_owned());
        Ok((act, row.opt_int(1)?, staff, row.timestamp(3)?))
    };
    rows.iter().map(event).collect()
}

/// Deletes up to `most` visits of days before `before`; answers how many.
pub async fn purge(tx: &mut Tx, before: CivilDate, most: u32) -> Result<u64, StoreError> {
    tx.execute(
        "-- store::visit::purge
         delete from visit where (centre, day, session, appointment, person) in (
             select centre, day, session, appointment, person from visit where day < $1 limit $2)",
        &[days(before).into(), most.into()],
    )
    .await
}

/// The same of what happened to them.
pub async fn purge_events(tx: &mut Tx, before: CivilDate, most: u32) -> Result<u64, StoreError> {
    tx.execute(
        "-- store::visit::purge_events
         delete from visit_event where (centre, day, number) in (
             select centre, day, number from visit_event where day < $1 limit $2)",
        &[days(before).into(), most.into()],
    )
    .await
}

fn read(row: &Row) -> Result<(VisitOf, Visit), StoreError> {
    let of = (row.parse(0)?, row.parse(1)?, row.parse(2)?);
    let visit = Visit {
        token: row.opt_int(3)?,
        state: VisitState::from_code(row.text(4)?).ok_or_else(|| row.inconsistent(4, "a visit's state"))?,
        since: row.timestamp(5)?,
        undone: row.int(6)?,
    };
    Ok((of, visit))
}
