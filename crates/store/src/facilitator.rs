//! For how many people without a document somebody spoke: counted by the keyed index of their own document.

use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::time::{CivilDate, Timestamp};
use pramaan_keys::IndexKind;

use crate::StoreError;
use crate::db::{Row, Tx, days};
use crate::sealer::Sealer;

/// One facilitator's day at a centre; nothing says who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FacilitatorDay {
    pub centre: i64,
    /// People for whom they spoke.
    pub people: i64,
}

/// Counts one more person for whom the holder of this document spoke; answers how many there were today at this centre.
pub async fn count(
    tx: &mut Tx,
    sealer: &Sealer,
    (district, centre): (i64, i64),
    document: (DocumentType, &DocumentNumber),
    now: Timestamp,
) -> Result<i64, StoreError> {
    let said = format!("{}|{}", document.0.id(), document.1.canonical());
    let ix = sealer.keys.index(IndexKind::Facilitator, said.as_bytes());
    let row = tx
        .query_one(
            "-- store::facilitator::count
             insert into facilitator_count (district, day, centre, facilitator_ix, key_epoch, n)
             values ($1, $2, $3, $4, $5, 1)
             on conflict (district, day, centre, facilitator_ix) do update set n = facilitator_count.n + 1
             returning n",
            &[
                district.into(),
                days(now.date()).into(),
                centre.into(),
                ix.as_bytes().to_vec().into(),
                i64::from(sealer.keys.epoch().0).into(),
            ],
        )
        .await?;
    row.int(0)
}

/// Facilitators of a district's day who spoke for `least` people or more at one centre, that with the most first.
pub async fn busiest(
    tx: &mut Tx,
    (district, day): (i64, CivilDate),
    least: u32,
) -> Result<Vec<FacilitatorDay>, StoreError> {
    let rows = tx
        .query(
            "-- store::facilitator::busiest
             select centre, n from facilitator_count where district = $1 and day = $2 and n >= $3
             order by n desc, centre limit 200",
            &[district.into(), days(day).into(), least.into()],
        )
        .await?;
    let read = |row: &Row| {
        Ok(FacilitatorDay {
            centre: row.int(0)?,
            people: row.int(1)?,
        })
    };
    rows.iter().map(read).collect()
}

/// Deletes up to `most` counts of days before `before`; answers how many.
pub async fn purge(tx: &mut Tx, before: CivilDate, most: u32) -> Result<u64, StoreError> {
    tx.execute(
        "-- store::facilitator::purge
         delete from facilitator_count where (district, day, centre, facilitator_ix) in (
             select district, day, centre, facilitator_ix from facilitator_count where day < $1 limit $2)",
        &[days(before).into(), most.into()],
    )
    .await
}
