//! Logins of citizens' pages that were ended before their time. Tokens are checked without the database, so each node keeps
//! these in memory and asks for the newest.

use pramaan_domain::id::LoginId;
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
