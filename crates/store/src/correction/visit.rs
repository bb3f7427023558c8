//! A record opened to correct a dose: on what, by whom and when.

use pramaan_domain::access::Basis;
use pramaan_domain::id::{HouseholdId, PersonId, StaffId, VisitId};
use pramaan_domain::staff::Reason;
use pramaan_domain::time::Timestamp;
use pramaan_keys::{MacKind, equal};

use crate::StoreError;
use crate::db::{Row, Tx};
use crate::pad::{padded, unpadded};
use crate::person_key::{self, Group};
use crate::sealer::{Sealer, context};

/// Which visit: the centre is where it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct VisitKey {
    pub centre: i64,
    pub id: VisitId,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    pub key: VisitKey,
    pub household: HouseholdId,
    pub person: PersonId,
    pub staff: StaffId,
    pub basis: Basis,
    /// Why it was opened without evidence, for each entry that this visit makes.
    pub reason: Option<Reason>,
    pub opened_at: Timestamp,
}

/// A reason of three hundred letters of any Indian script fits one.
const BLOCK: usize = 1_280;

/// # Errors
/// `Erased` when the person's keys are gone.
pub async fn insert_visit(tx: &mut Tx, sealer: &Sealer, visit: &Visit) -> Result<(), StoreError> {
    let subject = (visit.household, visit.person);
    let key = person_key::one(tx, sealer, Group::Identity, subject).await?;
    let reason = visit.reason.as_ref().map_or("", Reason::as_str);
    let sealed = key.seal(
        &bound(visit.key),
        &padded(reason.as_bytes(), BLOCK),
        &*sealer.entropy,
    );
    let binding = mac(sealer, visit, &sealed);
    tx.execute(
        "-- store::correction::insert_visit
         insert into correction_visit (centre, id, household, person, staff, basis, sealed, binding_mac, opened_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &[
            visit.key.centre.into(),
            visit.key.id.into(),
            visit.household.into(),
            visit.person.into(),
            visit.staff.into(),
            visit.basis.name().into(),
            sealed.into(),
            binding.into(),
            visit.opened_at.into(),
        ],
    )
    .await?;
    Ok(())
}

const COLUMNS: &str = "centre, id, household, person, staff, basis, opened_at, sealed, binding_mac";

/// One member of staff's visit; another's is not found, and neither is one of somebody who was erased.
///
/// # Errors
/// `Misplaced`, with an alarm, when the row is not as it was written when the record was opened.
pub async fn find_visit(
    tx: &mut Tx,
    sealer: &Sealer,
    key: VisitKey,
    staff: StaffId,
) -> Result<Option<Visit>, StoreError> {
    let sql = format!(
        "-- store::correction::find_visit
         select {COLUMNS} from correction_visit where centre = $1 and id = $2 and staff = $3"
    );
    let row = tx
        .query_opt(&sql, &[key.centre.into(), key.id.into(), staff.into()])
        .await?;
    let Some(row) = row else { return Ok(None) };
    let found = read(&row, sealer)?;
    let subject = (found.household, found.person);
    let keys = person_key::group(tx, sealer, Group::Identity, &[subject]).await?;
    let Some(person_key) = keys.get(&found.person) else {
        return Ok(None);
    };
    let plain = person_key.open(&bound(key), row.blob(7)?)?;
    let corrupt = || StoreError::corrupt("correction_visit", "sealed");
    let text = unpadded(&plain).and_then(|plain| std::str::from_utf8(plain).ok());
    let reason = match text.ok_or_else(corrupt)? {
        "" => None,
        text => Some(Reason::parse(text).map_err(|_| corrupt())?),
    };
    Ok(Some(Visit { reason, ..found }))
}

/// The visits of a member of staff since then, the latest first, without their reasons. Opens nothing.
pub async fn visits_of(
    tx: &mut Tx,
    sealer: &Sealer,
    (centre, staff): (i64, StaffId),
    since: Timestamp,
) -> Result<Vec<Visit>, StoreError> {
    let sql = format!(
        "-- store::correction::visits_of
         select {COLUMNS} from correction_visit
         where centre = $1 and staff = $2 and opened_at >= $3 order by opened_at desc, id"
    );
    let rows = tx
        .query(&sql, &[centre.into(), staff.into(), since.into()])
        .await?;
    rows.iter().map(|row| read(row, sealer)).collect()
}

/// Deletes up to `most` visits that were opened before `before`; answers how many.
pub async fn purge_visits(tx: &mut Tx, before: Timestamp, most: u32) -> Result<u64, StoreError> {
    tx.execute(
        "-- store::correction::purge_visits
         delete from correction_visit where (centre, id) in (
             select centre, id from correction_visit where opened_at < $1 limit $2)",
        &[before.into(), most.into()],
    )
    .await
}

fn read(row: &Row, sealer: &Sealer) -> Result<Visit, StoreError> {
    let visit = Visit {
        key: VisitKey {
            centre: row.int(0)?,
            id: row.parse(1)?,
        },
        household: row.parse(2)?,
        person: row.parse(3)?,
        staff: row.parse(4)?,
        basis: Basis::from_name(row.text(5)?).ok_or_else(|| row.inconsistent(5, "a basis"))?,
        reason: None,
        opened_at: row.timestamp(6)?,
    };
    match equal(&mac(sealer, &visit, row.blob(7)?), row.blob(8)?) {
        true => Ok(visit),
        false => Err(StoreError::misplaced("correction_visit")),
    }
}

/// Over the row, its sealed reason included.
fn mac(sealer: &Sealer, visit: &Visit, sealed: &[u8]) -> [u8; 32] {
    sealer.keys.mac(
        MacKind::CorrectionVisit,
        &[
            &visit.key.centre.to_be_bytes(),
            visit.key.id.as_bytes(),
            visit.household.as_bytes(),
            visit.person.as_bytes(),
            visit.staff.as_bytes(),
            visit.basis.name().as_bytes(),
            &visit.opened_at.micros().to_be_bytes(),
            sealed,
        ],
    )
}

fn bound(key: VisitKey) -> Vec<u8> {
    context(
        "correction_visit",
        "sealed",
        format_args!("{}|{}", key.centre, key.id),
    )
}
