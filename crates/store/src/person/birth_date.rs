//! Birth dates whose purpose ended: of everybody who is 18. The day is stored as a keyed index only, so every day of the past
//! seven years is asked for: as long as they may have been left undone.

use std::collections::HashMap;

use chrono::Days;
use pramaan_domain::id::{HouseholdId, PersonId};
use pramaan_domain::time::CivilDate;

use super::write::{erasure_ix, mark_came_of_age};
use crate::StoreError;
use crate::db::{ColumnType, Row, Rows, Tx};
use crate::sealer::Sealer;

/// Seven years.
const DUE_DAYS: u32 = 7 * 366;

/// Blanks those of everybody who is 18 on `today` or before. Opens nothing, and afterwards the row looks like that of
/// somebody who never gave one.
pub async fn erase_due_birth_dates(
    tx: &mut Tx,
    sealer: &Sealer,
    today: CivilDate,
) -> Result<u64, StoreError> {
    let mut erased = 0;
    for row in due(tx, sealer, today).await? {
        let subject: (HouseholdId, PersonId) = (row.parse(0)?, row.parse(1)?);
        erased += mark_came_of_age(tx, sealer, subject).await?;
    }
    Ok(erased)
}

/// How many days ago the 18th birthday was of whoever was 18 first, of those whose birth date is still there; none when
/// nobody's is due.
pub async fn oldest_due_birth_date(
    tx: &mut Tx,
    sealer: &Sealer,
    today: CivilDate,
) -> Result<Option<u32>, StoreError> {
    let rows = due(tx, sealer, today).await?;
    if rows.is_empty() {
        return Ok(None);
    }
    let days: HashMap<Vec<u8>, u32> = days(sealer, today).map(|(ago, ix)| (ix, ago)).collect();
    let mut oldest = None;
    for row in &rows {
        oldest = oldest.max(days.get(row.blob(2)?).copied());
    }
    Ok(oldest)
}

/// Household, person and index of everybody whose birth date is due.
async fn due(tx: &mut Tx, sealer: &Sealer, today: CivilDate) -> Result<Vec<Row>, StoreError> {
    let indexes = days(sealer, today).map(|(_, ix)| [ix.into()]);
    let mut due = Vec::new();
    for rows in Rows::cut(tx.engine(), &[], [ColumnType::Blob], indexes) {
        let sql = format!(
            "-- store::person::due_birth_dates
             select household, id, birth_date_erase_ix from person where birth_date_erase_ix in ({rows})"
        );
        due.extend(tx.query(&sql, rows.params()).await?);
    }
    Ok(due)
}

/// How many days ago, and the index of that day.
fn days(sealer: &Sealer, today: CivilDate) -> impl Iterator<Item = (u32, Vec<u8>)> {
    (0..DUE_DAYS).filter_map(move |ago| {
        let day = today.checked_sub_days(Days::new(ago.into()))?;
        Some((ago, erasure_ix(sealer, day)))
    })
}
