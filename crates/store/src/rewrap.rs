//! Changing the sealing key: the keys of persons are wrapped by the newest, some rows at a time, while the server answers.
//! What is under them is not touched and not opened. A run that stops in the middle goes on: what is wrapped by the newest
//! key already is passed over.

use pramaan_keys::{KeyEpoch, epoch_of};

use crate::StoreError;
use crate::db::{Tx, Value, for_update};
use crate::person_key;
use crate::sealer::Sealer;

/// Where a run is: household and subject of the last row that it looked at.
pub type Place = (String, String);

/// What was done in one transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rewrapped {
    /// Rows whose keys are wrapped by the newest key now and were not before.
    pub rows: u64,
    /// Where to go on; `None` at the end.
    pub place: Option<Place>,
}

/// Wraps the keys of up to `most` rows after `place` by the newest sealing key.
///
/// # Errors
/// `Misplaced`, with an alarm, for a key that was not wrapped for the row that it is in.
pub async fn batch(
    tx: &mut Tx,
    sealer: &Sealer,
    place: Option<Place>,
    most: u32,
) -> Result<Rewrapped, StoreError> {
    let (household, subject) = place.unwrap_or_default();
    let sql = for_update(
        tx.engine(),
        "-- store::rewrap::rows
         select household, subject, identity, contact, clinical, tags, tags_since from person_key
         where (household, subject) > ($1, $2) order by household, subject limit $3",
    );
    let rows = tx
        .query(&sql, &[household.into(), subject.into(), most.into()])
        .await?;
    let mut done = Rewrapped { rows: 0, place: None };
    for row in &rows {
        let (household, subject) = (row.text(0)?.to_owned(), row.text(1)?.to_owned());
        let owner = (row.parse(0)?, subject.as_str());
        let epochs = person_key::kept_epochs(row, 6)?;
        let mut wrapped: Vec<Value> = Vec::with_capacity(person_key::GROUPS.len());
        let mut changed = false;
        for (group, column) in person_key::GROUPS.into_iter().zip(2..) {
            let kept = row.opt_blob(column)?;
            let old = kept.filter(|kept| is_older(kept, sealer.keys.sealing_epoch()));
            changed |= old.is_some();
            wrapped.push(match (old, kept) {
                (Some(old), _) => person_key::rewrapped(sealer, group, owner, &epochs, old)?.into(),
                (None, Some(kept)) => kept.into(),
                (None, None) => Value::Null,
            });
        }
        if changed {
            update(tx, (&household, &subject), wrapped).await?;
            done.rows += 1;
        }
        done.place = Some((household, subject));
    }
    Ok(done)
}

fn is_older(wrapped: &[u8], newest: KeyEpoch) -> bool {
    epoch_of(wrapped).is_ok_and(|epoch| epoch < newest)
}

async fn update(
    tx: &mut Tx,
    (household, subject): (&str, &str),
    wrapped: Vec<Value>,
) -> Result<(), StoreError> {
    let params: Vec<Value> = [household.into(), subject.into()]
        .into_iter()
        .chain(wrapped)
        .collect();
    tx.execute(
        "-- store::rewrap::update
         update person_key set identity = $3, contact = $4, clinical = $5, tags = $6
         where household = $1 and subject = $2",
        &params,
    )
    .await?;
    Ok(())
}
