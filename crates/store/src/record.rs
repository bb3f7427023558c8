//! A record and its doses under one receipt, for those who need both.

use pramaan_domain::time::Timestamp;

use crate::StoreError;
use crate::access_log::Receipt;
use crate::db::Tx;
use crate::dose::{self, Given};
use crate::person::{self, OpenedPerson};
use crate::sealer::Sealer;

/// Opens the person fields and the doses that each receipt names, in the receipts' order; each receipt is spent once.
///
/// The doses of a receipt that does not name them are an empty list, as its unnamed fields are `None`. A person erased or
/// deleted since is left out.
pub async fn open(
    tx: &mut Tx,
    sealer: &Sealer,
    receipts: Vec<Receipt>,
    now: Timestamp,
) -> Result<Vec<(OpenedPerson, Vec<Given>)>, StoreError> {
    let openings = receipts
        .into_iter()
        .map(|receipt| receipt.spend(now))
        .collect::<Result<Vec<_>, _>>()?;
    let mut doses = dose::open(tx, sealer, &openings).await?;
    let people = person::open_all(tx, sealer, openings, now).await?;
    Ok(people
        .into_iter()
        .map(|opened| {
            let given = doses.remove(&opened.person).unwrap_or_default();
            (opened, given)
        })
        .collect())
}
