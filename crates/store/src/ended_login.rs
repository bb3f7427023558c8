//! Logins of citizens that were ended before their time: one of a page, or all of a household at once. Tokens are checked
//! without the database, so each node keeps these in memory and asks for the newest.

use pramaan_domain::id::{HouseholdId, LoginId};
use pramaan_domain::time::Timestamp;

use crate::StoreError;
use crate::db::Tx;

/// Ends a login; twice is once.
pub async fn insert(tx: &mut Tx, login: LoginId, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "-- store::ended_login::insert
         insert into ended_login (login, ended_at) values ($1, $2) on conflict (login) do nothing",
        &[login.into(), now.into()],
    )
    .await?;
    Ok(())
}

/// All logins of a household that began until an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EndedHousehold {
    pub household: HouseholdId,
    pub ended_at: Timestamp,
    /// The login that goes on.
    pub spared: Option<LoginId>,
}

/// Ends all logins of a household. Who was spared by an earlier end is not spared by this one.
pub async fn end_household(tx: &mut Tx, end: &EndedHousehold) -> Result<(), StoreError> {
    let spared = end.spared.map(|login| login.to_string()).unwrap_or_default();
    tx.execute(
        "-- store::ended_login::end_household
         insert into ended_household (household, ended_at, spared) values ($1, $2, $3)
         on conflict (household) do update set spared = excluded.spared
           , ended_at = case when excluded.ended_at > ended_household.ended_at then excluded.ended_at
                        else ended_household.ended_at end",
        &[end.household.into(), end.ended_at.into(), spared.into()],
    )
    .await?;
    Ok(())
}

/// When all logins of a household were ended last, if that is not long ago.
pub async fn household_ended_at(
    tx: &mut Tx,
    household: HouseholdId,
) -> Result<Option<Timestamp>, StoreError> {
    let row = tx
        .query_opt(
            "-- store::ended_login::household_ended_at
             select ended_at from ended_household where household = $1",
            &[household.into()],
        )
        .await?;
    row.map(|row| row.timestamp(0)).transpose()
}

/// The households that were ended at `from` or later.
pub async fn households_since(tx: &mut Tx, from: Timestamp) -> Result<Vec<EndedHousehold>, StoreError> {
    let rows = tx
        .query(
            "-- store::ended_login::households_since
             select household, ended_at, spared from ended_household where ended_at >= $1",
            &[from.into()],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(EndedHousehold {
                household: row.parse(0)?,
                ended_at: row.timestamp(1)?,
                spared: match row.text(2)? {
                    "" => None,
                    _ => Some(row.parse(2)?),
                },
            })
        })
        .collect()
}

/// Deletes up to `most` households that were ended before `before`; answers how many.
pub async fn purge_households(tx: &mut Tx, before: Timestamp, most: u32) -> Result<u64, StoreError> {
    tx.execute(
        "-- store::ended_login::purge_households
         delete from ended_household where household in (
             select household from ended_household where ended_at < $1 limit $2)",
        &[before.into(), most.into()],
    )
    .await
}

/// What ended at `from` or later.
pub async fn since(tx: &mut Tx, from: Timestamp) -> Result<Vec<(LoginId, Timestamp)>, StoreError> {
    let rows = tx
        .query(
            "-- store::ended_login::since
             select login, ended_at from ended_login where ended_at >= $1",
            &[from.into()],
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.parse(0)?, row.timestamp(1)?)))
        .collect()
}

/// Deletes up to `most` that ended before `before`; answers how many.
pub async fn purge(tx: &mut Tx, before: Timestamp, most: u32) -> Result<u64, StoreError> {
    tx.execute(
        "-- store::ended_login::purge
         delete from ended_login where login in (
             select login from ended_login where ended_at < $1 limit $2)",
        &[before.into(), most.into()],
    )
    .await
}
