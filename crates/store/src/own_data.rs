//! Everything that is kept of one person, for that person to take along, under one receipt.

use pramaan_domain::access::Field;
use pramaan_domain::time::Timestamp;

use crate::StoreError;
use crate::access_log::{Opening, Receipt};
use crate::aefi::{self, History};
use crate::db::Tx;
use crate::desk_registration::{self, DeskRegistration};
use crate::dose::{self, Given};
use crate::objection::{self, Objection};
use crate::person::{self, OpenedPerson};
use crate::sealer::Sealer;

/// What a receipt named of one person, and what is kept in clear beside it.
#[derive(Debug)]
pub struct OwnData {
    pub person: OpenedPerson,
    /// Oldest first.
    pub doses: Vec<Given>,
    /// In order of their first report.
    pub cases: Vec<History>,
    /// The newest first.
    pub objections: Vec<Objection>,
    /// Who registered the person at a desk, if anybody did.
    pub registered: Option<DeskRegistration>,
    /// The version of the notice that was agreed to.
    pub consent_version: String,
    /// How many entries the log has about the person.
    pub accesses: i64,
}

/// Opens it; none when the person was erased.
///
/// # Errors
/// `NotNamed` when the receipt does not name the list of accesses, reports of adverse events or objections.
pub async fn open(
    tx: &mut Tx,
    sealer: &Sealer,
    receipt: Receipt,
    now: Timestamp,
) -> Result<Option<OwnData>, StoreError> {
    let opening = receipt.spend(now)?;
    for field in [Field::AccessList, Field::AdverseEvents] {
        if !opening.fields.contains(field) {
            return Err(StoreError::NotNamed { field: field.name() });
        }
    }
    let cases = aefi::histories(tx, sealer, opening, None).await?;
    let objections = objection::open_all(tx, sealer, opening).await?;
    let registered = desk_registration::open(tx, sealer, opening).await?;
    let mut doses = dose::open(tx, sealer, &[opening]).await?;
    let Some(person) = person::open_all(tx, sealer, vec![opening], now).await?.pop() else {
        return Ok(None);
    };
    Ok(Some(OwnData {
        doses: doses.remove(&person.person).unwrap_or_default(),
        consent_version: consent(tx, opening).await?,
        accesses: accesses(tx, opening).await?,
        person,
        cases,
        objections,
        registered,
    }))
}

async fn consent(tx: &mut Tx, opening: Opening) -> Result<String, StoreError> {
    let row = tx
        .query_one(
            "-- store::own_data::consent
             select consent_version from person where household = $1 and id = $2",
            &[opening.household.into(), opening.person.into()],
        )
        .await?;
    Ok(row.text(0)?.to_owned())
}

async fn accesses(tx: &mut Tx, opening: Opening) -> Result<i64, StoreError> {
    let row = tx
        .query_one(
            "-- store::own_data::accesses
             select cast(coalesce(sum(n), 0) as bigint) from access_count where household = $1 and person = $2",
            &[opening.household.into(), opening.person.into()],
        )
        .await?;
    row.int(0)
}
