//! What the log says about one person, opened for that person.

use pramaan_domain::access::Field;
use pramaan_domain::time::Timestamp;

use super::detail::AccessDetail;
use super::receipt::Receipt;
use crate::StoreError;
use crate::db::Tx;
use crate::person_key::{self, Group};
use crate::sealer::{Sealer, context};

/// One entry of a person's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedAccess {
    /// Position in the log.
    pub index: u64,
    /// Days since 1970-01-01, Asia/Kolkata.
    pub day: i64,
    /// Number within the person's day.
    pub i: u32,
    pub salt: [u8; 32],
    pub detail: AccessDetail,
}

/// The newest `limit` entries of the receipt's person, newest first, the one for this very look included.
pub async fn list(
    tx: &mut Tx,
    sealer: &Sealer,
    receipt: Receipt,
    limit: u32,
    now: Timestamp,
) -> Result<Vec<ListedAccess>, StoreError> {
    let opening = receipt.spend(now)?;
    if !opening.fields.contains(Field::AccessList) {
        return Err(StoreError::NotNamed {
            field: Field::AccessList.name(),
        });
    }
    let subject = [(opening.household, opening.person)];
    let Some(tags) = person_key::group(tx, sealer, Group::Tags, &subject)
        .await?
        .remove(&opening.person)
    else {
        return Ok(Vec::new());
    };
    let key = tags.derive("detail");
    let rows = tx
        .query(
            "-- store::access_log::list
             select idx, day, i, sealed from access_detail where household = $1 and person = $2
             order by day desc, i desc limit $3",
            &[opening.household.into(), opening.person.into(), limit.into()],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let index = u64::try_from(row.int(0)?).map_err(|_| row.inconsistent(0, "a position"))?;
            let committed = key.open(&context("access_detail", "sealed", index), row.blob(3)?)?;
            let Some((salt, detail)) = committed.split_first_chunk::<32>() else {
                return Err(row.inconsistent(3, "a salted detail"));
            };
            Ok(ListedAccess {
                index,
                day: row.int(1)?,
                i: u32::try_from(row.int(2)?).map_err(|_| row.inconsistent(2, "a number of a day"))?,
                salt: *salt,
                detail: AccessDetail::decode(detail)?,
            })
        })
        .collect()
}
