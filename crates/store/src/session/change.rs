//! Changing a session of the day: more hours, seats that go to walk-ins, and no seats any more.

use std::collections::BTreeMap;

use pramaan_domain::dose::DoseNumber;
use pramaan_domain::id::SessionId;
use pramaan_domain::session::Quota;
use pramaan_domain::time::Timestamp;

use super::NewSlot;
use super::write::insert;
use crate::StoreError;
use crate::centre::minute_of;
use crate::db::{ColumnType, Rows, Tx};

use ColumnType::{Int, Text};

/// Seats of one dose and quota in one slot, by the slot's number.
pub type SeatsOf = (SessionId, i64, DoseNumber, Quota);

/// Makes more seats, or fewer, than were planned. The sessions are locked.
pub async fn add_capacity(tx: &mut Tx, more: &BTreeMap<SeatsOf, i64>) -> Result<(), StoreError> {
    const COLUMNS: [ColumnType; 7] = [Text, Int, Int, Text, Int, Int, Int];
    let rows = more
        .iter()
        .filter(|(_, seats)| **seats != 0)
        .map(|((session, slot, dose, quota), seats)| {
            [
                (*session).into(),
                (*slot).into(),
                dose.code().into(),
                quota.code().into(),
                0_i64.into(),
                (*seats).into(),
                0_i64.into(),
            ]
        });
    for rows in Rows::cut(tx.engine(), &[], COLUMNS, rows) {
        let sql = format!(
            "-- store::session::add_capacity
             insert into seat (session, slot, dose, quota, planned, capacity, taken) {rows}
             on conflict (session, slot, dose, quota) do update set capacity = seat.capacity + excluded.capacity"
        );
        tx.execute(&sql, rows.params()).await?;
    }
    Ok(())
}

/// Leaves no seat free: nobody books there any more, and who sits there stays.
pub async fn close_free_seats(tx: &mut Tx, session: SessionId, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "-- store::session::close_free_seats
         update seat set capacity = taken where session = $1 and capacity > taken",
        &[session.into()],
    )
    .await?;
    touch(tx, session, now).await
}

/// Adds slots behind those that are there, with every seat free. Their numbers go on from `first`.
pub async fn extend(
    tx: &mut Tx,
    session: SessionId,
    (first, slots): (i64, &[NewSlot]),
    now: Timestamp,
) -> Result<(), StoreError> {
    let numbered = || slots.iter().zip(first..);
    let rows = numbered().map(|(new, number)| {
        let (starts, ends) = (minute_of(new.slot.start()), minute_of(new.slot.end()));
        [
            session.into(),
            number.into(),
            starts.into(),
            ends.into(),
            0_i64.into(),
        ]
    });
    insert(
        tx,
        "-- store::session::extend
         insert into session_slot (session, slot, starts, ends, queue)",
        [Text, Int, Int, Int, Int],
        rows,
    )
    .await?;
    let mut more = BTreeMap::new();
    for (new, number) in numbered() {
        for (dose, quota, seats) in &new.capacity {
            *more.entry((session, number, *dose, *quota)).or_default() += i64::from(*seats);
        }
    }
    add_capacity(tx, &more).await?;
    touch(tx, session, now).await
}

/// Lets every node see that the session changed.
pub async fn touch(tx: &mut Tx, session: SessionId, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "-- store::session::touch_one
         update session set changed_at = case when changed_at < $2 then $2 else changed_at + 1 end where id = $1",
        &[session.into(), now.into()],
    )
    .await?;
    Ok(())
}
