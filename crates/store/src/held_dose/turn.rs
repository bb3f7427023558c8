//! Whose turn it is: which node works on which held dose, and when one that failed is tried again.

use pramaan_domain::time::Timestamp;

use super::{HeldKey, WAITING};
use crate::StoreError;
use crate::db::{Tx, for_update_of_free};

/// One that this node has for the length of its lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn {
    pub key: HeldKey,
    /// Attempts begun, this one included.
    pub attempts: i64,
}

/// Takes up to `most` that wait and are due, longest due first. Nobody else gets them for `lease_seconds`, after which they
/// are due again. Nodes that ask at once get different ones.
pub async fn claim(
    tx: &mut Tx,
    most: u32,
    lease_seconds: i64,
    now: Timestamp,
) -> Result<Vec<Turn>, StoreError> {
    let due = for_update_of_free(
        tx.engine(),
        "select centre, day, number from held_dose
         where state = $1 and due_at <= $2 order by due_at, centre, number limit $3",
    );
    let sql = format!(
        "-- store::held_dose::claim
         with due as ({due})
         update held_dose set attempts = attempts + 1, due_at = $4
         where (centre, day, number) in (select centre, day, number from due) and state = $1 and due_at <= $2
         returning centre, day, number, attempts, held_at"
    );
    let params = [
        WAITING.into(),
        now.into(),
        most.into(),
        now.plus_seconds(lease_seconds).into(),
    ];
    let mut turns = Vec::new();
    for row in tx.query(&sql, &params).await? {
        let (key, attempts) = (HeldKey::read(&row)?, row.int(3)?);
        turns.push((row.timestamp(4)?, Turn { key, attempts }));
    }
    turns.sort_by_key(|(held_at, turn)| (*held_at, turn.key.number));
    Ok(turns.into_iter().map(|(_, turn)| turn).collect())
}

/// Puts one that waits back until `due_at`.
pub async fn postpone(tx: &mut Tx, key: HeldKey, due_at: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "-- store::held_dose::postpone
         update held_dose set due_at = $4 where centre = $1 and day = $2 and number = $3 and state = $5",
        &key.and([due_at.into(), WAITING.into()]),
    )
    .await?;
    Ok(())
}
