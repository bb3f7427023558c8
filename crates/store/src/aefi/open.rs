//! Opening a person's cases, with the record and the doses that the same receipt names.

use std::collections::BTreeMap;

use pramaan_domain::access::Field;
use pramaan_domain::id::AefiId;
use pramaan_domain::time::Timestamp;

use super::{Event, History, sealed};
use crate::StoreError;
use crate::access_log::{Opening, Receipt};
use crate::db::Tx;
use crate::dose::{self, Given};
use crate::person::{self, OpenedPerson};
use crate::person_key::{self, Group};
use crate::sealer::Sealer;

/// What a receipt named of one person.
#[derive(Debug)]
pub struct Opened {
    pub person: OpenedPerson,
    /// Oldest first.
    pub doses: Vec<Given>,
    /// In order of their first report.
    pub cases: Vec<History>,
}

/// Opens a record with its doses and its cases, or with `only` one of them; none when the person was erased.
///
/// # Errors
/// `NotNamed` when the receipt does not name the cases.
pub async fn open(
    tx: &mut Tx,
    sealer: &Sealer,
    (receipt, only): (Receipt, Option<AefiId>),
    now: Timestamp,
) -> Result<Option<Opened>, StoreError> {
    let opening = receipt.spend(now)?;
    if !opening.fields.contains(Field::AdverseEvents) {
        return Err(StoreError::NotNamed {
            field: Field::AdverseEvents.name(),
        });
    }
    let cases = histories(tx, sealer, opening, only).await?;
    let mut doses = dose::open(tx, sealer, &[opening]).await?;
    let person = person::open_all(tx, sealer, vec![opening], now).await?.pop();
    Ok(person.map(|person| Opened {
        doses: doses.remove(&person.person).unwrap_or_default(),
        person,
        cases,
    }))
}

pub(crate) async fn histories(
    tx: &mut Tx,
    sealer: &Sealer,
    opening: Opening,
    only: Option<AefiId>,
) -> Result<Vec<History>, StoreError> {
    let rows = tx
        .query(
            "-- store::aefi::open
             select id, seq, sealed, recorded_at from aefi where household = $1 and person = $2 order by id, seq",
            &[opening.household.into(), opening.person.into()],
        )
        .await?;
    let subject = (opening.household, opening.person);
    let keys = person_key::group(tx, sealer, Group::Clinical, &[subject]).await?;
    let Some(key) = keys.get(&opening.person) else {
        return Ok(Vec::new());
    };
    let mut found: BTreeMap<AefiId, Vec<Event>> = BTreeMap::new();
    for row in &rows {
        let id: AefiId = row.parse(0)?;
        if only.is_some_and(|only| only != id) {
            continue;
        }
        let seq = row.int(1)?;
        let plain = key.open(&sealed::bound(id, seq), row.blob(2)?)?;
        let event = sealed::read(&plain, seq, row.timestamp(3)?)?;
        found.entry(id).or_default().push(event);
    }
    let mut cases: Vec<History> = found
        .into_iter()
        .map(|(id, events)| History { id, events })
        .collect();
    cases.sort_by_key(History::reported_at);
    Ok(cases)
}
