//! A district's list of cases, with its clocks. Nothing is opened to read it.

use pramaan_domain::aefi::{ItWas, Seriousness, Stage, due};
use pramaan_domain::id::{AefiId, HouseholdId, PersonId};
use pramaan_domain::place::DistrictId;
use pramaan_domain::time::Timestamp;

use super::binding;
use crate::StoreError;
use crate::db::{Row, Tx, Value, for_update};
use crate::sealer::Sealer;

/// Which case: the district is where it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CaseKey {
    pub district: DistrictId,
    pub id: AefiId,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    pub key: CaseKey,
    pub centre: i64,
    pub household: HouseholdId,
    pub person: PersonId,
    pub reported_by: ItWas,
    /// None until a health worker or the district said.
    pub seriousness: Option<Seriousness>,
    pub stage: Stage,
    /// Year and count of its number.
    pub number: Option<(i32, i64)>,
    /// How many events it has.
    pub version: i64,
    pub reported_at: Timestamp,
    /// From when its clocks run: the report, or the form that made it severe or serious.
    pub since: Timestamp,
}

/// One line of a list, without whose it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listed {
    pub key: CaseKey,
    pub centre: i64,
    pub reported_by: ItWas,
    pub seriousness: Option<Seriousness>,
    pub stage: Stage,
    pub number: Option<(i32, i64)>,
    pub reported_at: Timestamp,
    /// Until when what the stage waits for has to be done.
    pub due_at: Option<Timestamp>,
}

impl Case {
    pub fn due_at(&self) -> Option<Timestamp> {
        due(self.stage, self.since)
    }

    /// Without whose it is.
    pub fn listed(&self) -> Listed {
        Listed {
            key: self.key,
            centre: self.centre,
            reported_by: self.reported_by,
            seriousness: self.seriousness,
            stage: self.stage,
            number: self.number,
            reported_at: self.reported_at,
            due_at: self.due_at(),
        }
    }
}

const COLUMNS: &str =
    "district, id, centre, household, person, reported_by, seriousness, stage, year, number, version
     , reported_at, since, binding_mac";

pub async fn insert(tx: &mut Tx, sealer: &Sealer, case: &Case) -> Result<(), StoreError> {
    let mut params = vec![
        case.key.district.number().into(),
        case.key.id.into(),
        case.centre.into(),
        case.household.into(),
        case.person.into(),
        case.reported_by.code().into(),
        case.reported_at.into(),
    ];
    params.extend(changing(sealer, case));
    tx.execute(
        "-- store::aefi::insert
         insert into aefi_case (district, id, centre, household, person, reported_by, reported_at
           , seriousness, stage, year, number, version, since, due_at, binding_mac)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        &params,
    )
    .await?;
    Ok(())
}

/// Writes what changed of a case that [`find`] locked.
///
/// # Errors
/// `Serialization` when somebody else went on with it meanwhile.
pub async fn update(tx: &mut Tx, sealer: &Sealer, case: &Case) -> Result<(), StoreError> {
    let mut params: Vec<Value> = vec![case.key.district.number().into(), case.key.id.into()];
    params.extend(changing(sealer, case));
    let done = tx
        .execute(
            "-- store::aefi::update
             update aefi_case set seriousness = $3, stage = $4, year = $5, number = $6, version = $7, since = $8
               , due_at = $9, binding_mac = $10
             where district = $1 and id = $2 and version = $7 - 1",
            &params,
        )
        .await?;
    match done {
        1 => Ok(()),
        _ => Err(StoreError::Serialization),
    }
}

fn changing(sealer: &Sealer, case: &Case) -> [Value; 8] {
    [
        case.seriousness.map(Seriousness::code).into(),
        case.stage.code().into(),
        case.number.map(|(year, _)| year).into(),
        case.number.map(|(_, number)| number).into(),
        case.version.into(),
        case.since.into(),
        case.due_at().into(),
        binding::mac(sealer, case).into(),
    ]
}

/// A case of a district, locked until the transaction ends.
///
/// # Errors
/// `Misplaced`, with an alarm, when the row is not as it was written.
pub async fn find(tx: &mut Tx, sealer: &Sealer, key: CaseKey) -> Result<Option<Case>, StoreError> {
    let sql = format!(
        "-- store::aefi::find
         select {COLUMNS} from aefi_case where district = $1 and id = $2"
    );
    let params = [key.district.number().into(), key.id.into()];
    let row = tx.query_opt(&for_update(tx.engine(), &sql), &params).await?;
    row.map(|row| read(&row, sealer)).transpose()
}

/// The `most` cases of a district for which something is waited, the longest due first, then those with no time.
pub async fn cases_of_district(
    tx: &mut Tx,
    sealer: &Sealer,
    district: DistrictId,
    most: u32,
) -> Result<Vec<Case>, StoreError> {
    let sql = format!(
        "-- store::aefi::cases_of_district
         select {COLUMNS} from aefi_case where district = $1 and stage <> $2
         order by coalesce(due_at, 9223372036854775807), reported_at, id limit $3"
    );
    let params = [
        district.number().into(),
        Stage::Settled.code().into(),
        most.into(),
    ];
    let rows = tx.query(&sql, &params).await?;
    rows.iter().map(|row| read(row, sealer)).collect()
}

/// The newest `most` cases of a centre since then, settled ones included.
pub async fn cases_of_centre(
    tx: &mut Tx,
    sealer: &Sealer,
    (centre, since): (i64, Timestamp),
    most: u32,
) -> Result<Vec<Case>, StoreError> {
    let sql = format!(
        "-- store::aefi::cases_of_centre
         select {COLUMNS} from aefi_case where centre = $1 and reported_at >= $2
         order by reported_at desc, id limit $3"
    );
    let rows = tx
        .query(&sql, &[centre.into(), since.into(), most.into()])
        .await?;
    rows.iter().map(|row| read(row, sealer)).collect()
}

/// The next number of a district's year. One that a lost transaction took is given again.
pub async fn next_number(tx: &mut Tx, district: DistrictId, year: i32) -> Result<i64, StoreError> {
    let row = tx
        .query_one(
            "-- store::aefi::next_number
             insert into aefi_number (district, year, last) values ($1, $2, 1)
             on conflict (district, year) do update set last = aefi_number.last + 1 returning last",
            &[district.number().into(), year.into()],
        )
        .await?;
    row.int(0)
}

fn read(row: &Row, sealer: &Sealer) -> Result<Case, StoreError> {
    let number = match (row.opt_int(8)?, row.opt_int(9)?) {
        (Some(year), Some(number)) => {
            let year = i32::try_from(year).map_err(|_| row.inconsistent(8, "a year"))?;
            Some((year, number))
        }
        _ => None,
    };
    let seriousness = row.opt_text(6)?;
    let said = seriousness.and_then(Seriousness::from_code);
    if seriousness.is_some() && said.is_none() {
        return Err(row.inconsistent(6, "a seriousness"));
    }
    let case = Case {
        key: CaseKey {
            district: DistrictId::from_number(row.int(0)?)
                .map_err(|_| row.inconsistent(0, "a district's id"))?,
            id: row.parse(1)?,
        },
        centre: row.int(2)?,
        household: row.parse(3)?,
        person: row.parse(4)?,
        reported_by: ItWas::from_code(row.text(5)?).ok_or_else(|| row.inconsistent(5, "who reported"))?,
        seriousness: said,
        stage: Stage::from_code(row.text(7)?).ok_or_else(|| row.inconsistent(7, "a stage"))?,
        number,
        version: row.int(10)?,
        reported_at: row.timestamp(11)?,
        since: row.timestamp(12)?,
    };
    binding::check(sealer, &case, row.blob(13)?)?;
    Ok(case)
}
