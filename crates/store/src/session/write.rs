//! Publishing and closing sessions.

use pramaan_domain::id::SessionId;
use pramaan_domain::time::Timestamp;

use super::{NewSession, SessionState};
use crate::StoreError;
use crate::centre::minute_of;
use crate::db::{ColumnType, Tx, Value, batches, days, rows_placeholders};

use ColumnType::{Int, Text};

/// Stores sessions with every seat free.
pub async fn publish(tx: &mut Tx, sessions: &[NewSession], now: Timestamp) -> Result<(), StoreError> {
    let facts: Vec<[Value; 9]> = sessions
        .iter()
        .map(|session| fact_columns(session, now))
        .collect();
    insert(
        tx,
        "-- store::session::publish
         insert into session (id, centre, district, day, vaccine, min_age, max_age, state, changed_at) values",
        &[Text, Int, Int, Int, Text, Int, Int, Text, Int],
        &facts,
    )
    .await?;
    let slots: Vec<[Value; 5]> = sessions.iter().flat_map(slot_columns).collect();
    insert(
        tx,
        "-- store::session::publish_slots
         insert into session_slot (session, slot, starts, ends, queue) values",
        &[Text, Int, Int, Int, Int],
        &slots,
    )
    .await?;
    let seats: Vec<[Value; 7]> = sessions.iter().flat_map(seat_columns).collect();
    insert(
        tx,
        "-- store::session::publish_seats
         insert into seat (session, slot, dose, quota, planned, capacity, taken) values",
        &[Text, Int, Int, Text, Int, Int, Int],
        &seats,
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

/// Inserts rows, as many to a statement as it holds.
pub(crate) async fn insert<const N: usize>(
    tx: &mut Tx,
    insert_into: &str,
    columns: &[ColumnType; N],
    rows: &[[Value; N]],
) -> Result<(), StoreError> {
    for batch in batches(tx.engine(), rows, N, 0) {
        let sql = format!(
            "{insert_into} {}",
            rows_placeholders(tx.engine(), 1, columns, batch.len())
        );
        tx.execute(&sql, batch.as_flattened()).await?;
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
