//! Publishing and closing sessions.

use pramaan_domain::id::SessionId;
use pramaan_domain::time::Timestamp;

use super::{NewSession, SessionState};
use crate::StoreError;
use crate::centre::minute_of;
use crate::db::{ColumnType, Rows, Tx, Value, days};

use ColumnType::{Int, Text};

/// Stores sessions with every seat free.
pub async fn publish(tx: &mut Tx, sessions: &[NewSession], now: Timestamp) -> Result<(), StoreError> {
    let facts = sessions.iter().map(|session| fact_columns(session, now));
    insert(
        tx,
        "-- store::session::publish
         insert into session (id, centre, district, day, vaccine, min_age, max_age, state, changed_at)",
        [Text, Int, Int, Int, Text, Int, Int, Text, Int],
        facts,
    )
    .await?;
    let slots = sessions.iter().flat_map(slot_columns);
    insert(
        tx,
        "-- store::session::publish_slots
         insert into session_slot (session, slot, starts, ends, queue)",
        [Text, Int, Int, Int, Int],
        slots,
    )
    .await?;
    let seats = sessions.iter().flat_map(seat_columns);
    insert(
        tx,
        "-- store::session::publish_seats
         insert into seat (session, slot, dose, quota, planned, capacity, taken)",
        [Text, Int, Int, Text, Int, Int, Int],
        seats,
    )
    .await
}

/// Ends booking for a session. Its appointments are the caller's to move or cancel in the same transaction.
pub async fn close(tx: &mut Tx, session: SessionId, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "-- store::session::close
         update session set state = $2, changed_at = case when changed_at < $3 then $3 else changed_at + 1 end
         where id = $1",
        &[session.into(), SessionState::Cancelled.code().into(), now.into()],
    )
    .await?;
    Ok(())
}

/// Inserts rows. `insert_into` is the statement up to the names of the columns, in the order of `columns`.
pub(crate) async fn insert<const N: usize>(
    tx: &mut Tx,
    insert_into: &str,
    columns: [ColumnType; N],
    rows: impl IntoIterator<Item = [Value; N]>,
) -> Result<(), StoreError> {
    for rows in Rows::cut(tx.engine(), &[], columns, rows) {
        tx.execute(&format!("{insert_into} {rows}"), rows.params())
            .await?;
    }
    Ok(())
}

fn fact_columns(session: &NewSession, now: Timestamp) -> [Value; 9] {
    [
        session.id.into(),
        session.centre.number().into(),
        session.district.number().into(),
        days(session.day).into(),
        session.vaccine.name().into(),
        session.ages.min().into(),
        session.ages.max().into(),
        SessionState::Published.code().into(),
        now.into(),
    ]
}

fn slot_columns(session: &NewSession) -> impl Iterator<Item = [Value; 5]> {
    session.slots.iter().zip(0_i64..).map(|(new, number)| {
        let (starts, ends) = (minute_of(new.slot.start()), minute_of(new.slot.end()));
        [
            session.id.into(),
            number.into(),
            starts.into(),
            ends.into(),
            0_i64.into(),
        ]
    })
}

fn seat_columns(session: &NewSession) -> impl Iterator<Item = [Value; 7]> {
    session.slots.iter().zip(0_i64..).flat_map(move |(new, number)| {
        new.capacity.iter().map(move |(dose, quota, seats)| {
            [
                session.id.into(),
                number.into(),
                dose.code().into(),
                quota.code().into(),
                (*seats).into(),
                (*seats).into(),
                0_i64.into(),
            ]
        })
    })
}
