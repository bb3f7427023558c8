//! A person's view key made anew: whoever was given the old one recognises no entry of the days that follow.

use pramaan_domain::id::{HouseholdId, PersonId};
use pramaan_domain::time::CivilDate;

use crate::StoreError;
use crate::access_log::{ContactChanges, head, leaf};
use crate::db::{Tx, date};
use crate::outside::KeptHead;
use crate::person_key;
use crate::sealer::Sealer;

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Renewed {
    /// The new key holds from that day on, the day after that of its entry. Keep the head once it is committed.
    From(CivilDate, Option<KeptHead>),
    /// One begins tomorrow already. Do not commit: the entry is of something that did not happen.
    Before,
}

/// Appends the entry and makes the key anew from the next Indian day of the log's clock on. Both or neither are committed;
/// no entry of that day was written before, because the head of the log is locked from the entry on.
///
/// # Errors
/// `Erased` for somebody who is; as [`ContactChanges::append`] when the log cannot be written.
pub async fn renew(
    tx: &mut Tx,
    sealer: &Sealer,
    (household, person): (HouseholdId, PersonId),
    entry: ContactChanges,
    origin: &str,
) -> Result<Renewed, StoreError> {
    let subject = (household, person);
    if person_key::lock(tx, &[subject]).await?.is_empty() {
        return Err(StoreError::Erased);
    }
    let kept = entry.append(tx, sealer).await?;
    let at = head(tx, origin).await?.ok_or(StoreError::NoLog)?.at;
    let today = leaf::hour(at)?.day();
    let from = pramaan_tlog::leaf::Day::new(today.number().saturating_add(1));
    if !person_key::renew_tags(tx, sealer, subject, from).await? {
        return Ok(Renewed::Before);
    }
    let from = date(i64::from(from.number())).ok_or(StoreError::corrupt("access_head", "at"))?;
    Ok(Renewed::From(from, kept))
}

/// The day from which the newest holds; `None` when it was never made anew. Opens nothing.
pub async fn newest(
    tx: &mut Tx,
    (household, person): (HouseholdId, PersonId),
) -> Result<Option<CivilDate>, StoreError> {
    let epochs = person_key::epochs(tx, household, person).await?;
    Ok(epochs.newest().and_then(|day| date(i64::from(day.number()))))
}
