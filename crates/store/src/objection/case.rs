//! A district's list of objections, with its clock. Nothing is opened to read it.

use pramaan_domain::id::{HouseholdId, ObjectionId, PersonId};
use pramaan_domain::objection::overdue_if_made_before;
use pramaan_domain::time::Timestamp;
use pramaan_keys::{MacKind, equal};

use crate::StoreError;
use crate::db::{Row, Tx, for_update};
use crate::sealer::Sealer;
use crate::staff_binding::check;

/// Which objection: the district is where it is kept; 0 for those that every district sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CaseKey {
    pub district: i64,
    pub id: ObjectionId,
}

/// One line of a district's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    pub key: CaseKey,
    pub household: HouseholdId,
    pub person: PersonId,
    /// Where the entry is in the log.
    pub index: u64,
    pub against: Against,
    pub made_at: Timestamp,
    pub answered_at: Option<Timestamp>,
}

/// Whom one objection is about: compared with a staff code, and read by nobody. The same member of staff in two objections is
/// two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Against([u8; 32]);

impl Against {
    /// `staff` is a staff code, empty for partners and jobs.
    pub fn new(sealer: &Sealer, id: ObjectionId, staff: &str) -> Self {
        let parts: [&[u8]; 2] = [id.as_bytes(), staff.as_bytes()];
        Self(sealer.keys.mac(MacKind::ObjectedStaff, &parts))
    }
}

impl Case {
    /// Whether it is about somebody with this staff code.
    pub fn is_against(&self, sealer: &Sealer, staff: &str) -> bool {
        equal(&Against::new(sealer, self.key.id, staff).0, &self.against.0)
    }
}

/// How many objections wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Waiting {
    /// Those that are overdue included.
    pub open: i64,
    pub overdue: i64,
}

pub(super) const COLUMNS: &str =
    "district, id, household, person, idx, against_mac, made_at, answered_at, binding_mac";

/// Puts a new objection on its district's list.
pub async fn insert_case(tx: &mut Tx, sealer: &Sealer, case: &Case) -> Result<(), StoreError> {
    tx.execute(
        "-- store::objection::insert_case
         insert into objection_case (district, id, household, person, idx, against_mac, made_at, answered_at, binding_mac)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &[
            case.key.district.into(),
            case.key.id.into(),
            case.household.into(),
            case.person.into(),
            super::position(case.index)?.into(),
            case.against.0.to_vec().into(),
            case.made_at.into(),
            case.answered_at.into(),
            binding(sealer, case).into(),
        ],
    )
    .await?;
    Ok(())
}

/// Stops the clock of a case that [`find`] locked.
pub async fn mark_answered(
    tx: &mut Tx,
    sealer: &Sealer,
    case: &Case,
    now: Timestamp,
) -> Result<(), StoreError> {
    let answered = Case {
        answered_at: Some(now),
        ..case.clone()
    };
    tx.execute(
        "-- store::objection::mark_answered
         update objection_case set answered_at = $3, binding_mac = $4
         where district = $1 and id = $2 and answered_at is null",
        &[
            case.key.district.into(),
            case.key.id.into(),
            now.into(),
            binding(sealer, &answered).into(),
        ],
    )
    .await?;
    Ok(())
}

/// A case, locked until the transaction ends.
///
/// # Errors
/// `Misplaced`, with an alarm, when the row is not as it was written.
pub async fn find(tx: &mut Tx, sealer: &Sealer, key: CaseKey) -> Result<Option<Case>, StoreError> {
    let sql = format!(
        "-- store::objection::find
         select {COLUMNS} from objection_case where district = $1 and id = $2"
    );
    let params = [key.district.into(), key.id.into()];
    let row = tx.query_opt(&for_update(tx.engine(), &sql), &params).await?;
    row.map(|row| read(&row, sealer)).transpose()
}

/// How many wait that a district sees.
pub async fn waiting(tx: &mut Tx, district: i64, now: Timestamp) -> Result<Waiting, StoreError> {
    let row = tx
        .query_one(
            "-- store::objection::waiting
             select count(*), cast(coalesce(sum(case when made_at < $2 then 1 else 0 end), 0) as bigint)
             from objection_case where district in ($1, 0) and answered_at is null",
            &[district.into(), overdue_if_made_before(now).into()],
        )
        .await?;
    counted(&row)
}

/// How many wait in all districts together.
pub async fn waiting_everywhere(tx: &mut Tx, now: Timestamp) -> Result<Waiting, StoreError> {
    let row = tx
        .query_one(
            "-- store::objection::waiting_everywhere
             select count(*), cast(coalesce(sum(case when made_at < $1 then 1 else 0 end), 0) as bigint)
             from objection_case where answered_at is null",
            &[overdue_if_made_before(now).into()],
        )
        .await?;
    counted(&row)
}

/// How many of a person's wait for an answer.
pub async fn open_of_person(
    tx: &mut Tx,
    (household, person): (HouseholdId, PersonId),
) -> Result<i64, StoreError> {
    let row = tx
        .query_one(
            "-- store::objection::open_of_person
             select count(*) from objection_case where household = $1 and person = $2 and answered_at is null",
            &[household.into(), person.into()],
        )
        .await?;
    row.int(0)
}

/// Takes a person who is being deleted off every list, and what they and the districts wrote.
pub(crate) async fn forget(
    tx: &mut Tx,
    (household, person): (HouseholdId, PersonId),
) -> Result<(), StoreError> {
    for sql in [
        "-- store::objection::forget_cases
         delete from objection_case where household = $1 and person = $2",
        "-- store::objection::forget
         delete from objection where household = $1 and person = $2",
    ] {
        tx.execute(sql, &[household.into(), person.into()]).await?;
    }
    Ok(())
}

/// Takes up to `most` that were answered before `before` off the lists; answers how many. The words stay with the person's
/// record. What waits for an answer stays for as long as it waits.
pub async fn purge(tx: &mut Tx, before: Timestamp, most: u32) -> Result<u64, StoreError> {
    tx.execute(
        "-- store::objection::purge
         delete from objection_case where (district, id) in (
             select district, id from objection_case where answered_at < $1 limit $2)",
        &[before.into(), most.into()],
    )
    .await
}

fn counted(row: &Row) -> Result<Waiting, StoreError> {
    Ok(Waiting {
        open: row.int(0)?,
        overdue: row.int(1)?,
    })
}

pub(super) fn read(row: &Row, sealer: &Sealer) -> Result<Case, StoreError> {
    let case = Case {
        key: CaseKey {
            district: row.int(0)?,
            id: row.parse(1)?,
        },
        household: row.parse(2)?,
        person: row.parse(3)?,
        index: u64::try_from(row.int(4)?).map_err(|_| row.inconsistent(4, "a position"))?,
        against: Against(
            row.blob(5)?
                .try_into()
                .map_err(|_| row.inconsistent(5, "a MAC of 32 bytes"))?,
        ),
        made_at: row.timestamp(6)?,
        answered_at: row.opt_timestamp(7)?,
    };
    check("objection_case", row.blob(8)?, &binding(sealer, &case))?;
    Ok(case)
}

fn binding(sealer: &Sealer, case: &Case) -> [u8; 32] {
    let answered = case.answered_at.map_or(0, Timestamp::micros).to_be_bytes();
    sealer.keys.mac(
        MacKind::Objection,
        &[
            &case.key.district.to_be_bytes(),
            case.key.id.as_bytes(),
            case.household.as_bytes(),
            case.person.as_bytes(),
            &case.index.to_be_bytes(),
            &case.against.0,
            &case.made_at.micros().to_be_bytes(),
            &answered,
        ],
    )
}
