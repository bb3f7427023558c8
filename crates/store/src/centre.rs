//! Vaccination centres: public facts of places. Nothing here is about a person and nothing is sealed.

use std::collections::HashMap;

use chrono::{NaiveTime, Timelike};
use pramaan_domain::centre::{CentreId, CentreKind, Fee};
use pramaan_domain::place::{DistrictId, Pincode};
use pramaan_domain::place_name::PlaceName;
use pramaan_domain::time::Timestamp;
use pramaan_domain::vaccine::Vaccine;

use crate::StoreError;
use crate::db::{ColumnType, Row, Rows, Tx, Value};

use ColumnType::{Int, Text};

/// A centre as it is shown to everybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Centre {
    pub id: CentreId,
    pub name: PlaceName,
    /// Street and place, as CoWIN's `address`.
    pub location: String,
    pub district: DistrictId,
    pub block: String,
    pub pincode: Pincode,
    /// Millionths of a degree north.
    pub latitude_micro: i64,
    /// Millionths of a degree east.
    pub longitude_micro: i64,
    pub opens: NaiveTime,
    /// Earlier than `opens` when the centre works past midnight.
    pub closes: NaiveTime,
    pub kind: CentreKind,
    /// What a dose costs; a vaccine that is not named is free.
    pub fees: Vec<(Vaccine, Fee)>,
}

const COLUMNS: [ColumnType; 12] = [Int, Text, Text, Int, Text, Int, Int, Int, Int, Int, Text, Int];

/// Adds centres, or replaces what was known of them.
pub async fn put(tx: &mut Tx, centres: &[Centre], now: Timestamp) -> Result<(), StoreError> {
    for rows in Rows::cut(
        tx.engine(),
        &[],
        COLUMNS,
        centres.iter().map(|centre| columns(centre, now)),
    ) {
        let sql = format!(
            "-- store::centre::put
             insert into centre (id, name, location, district, block, pincode, latitude_micro, longitude_micro, opens
               , closes, kind, updated_at)
             {rows}
             on conflict (id) do update set name = excluded.name, location = excluded.location
               , district = excluded.district, block = excluded.block, pincode = excluded.pincode
               , latitude_micro = excluded.latitude_micro, longitude_micro = excluded.longitude_micro
               , opens = excluded.opens, closes = excluded.closes, kind = excluded.kind
               , updated_at = excluded.updated_at"
        );
        tx.execute(&sql, rows.params()).await?;
    }
    put_fees(tx, centres).await
}

fn columns(centre: &Centre, now: Timestamp) -> [Value; 12] {
    [
        centre.id.number().into(),
        centre.name.as_str().into(),
        (&centre.location).into(),
        centre.district.number().into(),
        (&centre.block).into(),
        centre.pincode.number().into(),
        centre.latitude_micro.into(),
        centre.longitude_micro.into(),
        minute_of(centre.opens).into(),
        minute_of(centre.closes).into(),
        centre.kind.code().into(),
        now.into(),
    ]
}

async fn put_fees(tx: &mut Tx, centres: &[Centre]) -> Result<(), StoreError> {
    let ids: Vec<i64> = centres.iter().map(|centre| centre.id.number()).collect();
    for rows in Rows::cut(tx.engine(), &[], [Int], ids.iter().map(|id| [(*id).into()])) {
        let sql = format!(
            "-- store::centre::forget_fees
             with v (id) as ({rows}) delete from centre_fee where centre in (select id from v)"
        );
        tx.execute(&sql, rows.params()).await?;
    }
    let fees: Vec<_> = centres
        .iter()
        .flat_map(|centre| {
            centre
                .fees
                .iter()
                .map(|(vaccine, fee)| (centre.id, *vaccine, *fee))
        })
        .collect();
    for rows in Rows::cut(
        tx.engine(),
        &[],
        [Int, Text, Int],
        fees.iter().map(|(centre, vaccine, fee)| {
            [centre.number().into(), vaccine.name().into(), fee.rupees().into()]
        }),
    ) {
        let sql = format!(
            "-- store::centre::put_fees
             insert into centre_fee (centre, vaccine, rupees) {rows}
             on conflict (centre, vaccine) do update set rupees = excluded.rupees"
        );
        tx.execute(&sql, rows.params()).await?;
    }
    Ok(())
}

/// Every centre that was added or changed at `since` or later, in order of id.
pub async fn changed_since(tx: &mut Tx, since: Timestamp) -> Result<Vec<Centre>, StoreError> {
    let rows = tx
        .query(
            "-- store::centre::changed_since
             select id, name, location, district, block, pincode, latitude_micro, longitude_micro, opens, closes, kind
             from centre where updated_at >= $1 order by id",
            &[since.into()],
        )
        .await?;
    let mut centres = rows.iter().map(centre).collect::<Result<Vec<_>, _>>()?;
    let mut fees = fees_since(tx, since).await?;
    for centre in &mut centres {
        centre.fees = fees.remove(&centre.id.number()).unwrap_or_default();
    }
    Ok(centres)
}

/// One centre, without its fees.
pub async fn find(tx: &mut Tx, id: CentreId) -> Result<Option<Centre>, StoreError> {
    let row = tx
        .query_opt(
            "-- store::centre::find
             select id, name, location, district, block, pincode, latitude_micro, longitude_micro, opens, closes, kind
             from centre where id = $1",
            &[id.number().into()],
        )
        .await?;
    row.as_ref().map(centre).transpose()
}

async fn fees_since(tx: &mut Tx, since: Timestamp) -> Result<HashMap<i64, Vec<(Vaccine, Fee)>>, StoreError> {
    let rows = tx
        .query(
            "-- store::centre::fees_since
             select f.centre, f.vaccine, f.rupees from centre_fee f join centre c on c.id = f.centre
             where c.updated_at >= $1 order by f.centre, f.vaccine",
            &[since.into()],
        )
        .await?;
    let mut fees: HashMap<i64, Vec<_>> = HashMap::new();
    for row in &rows {
        let vaccine = Vaccine::parse(row.text(1)?).map_err(|_| row.inconsistent(1, "a vaccine"))?;
        let fee = Fee::from_rupees(row.int(2)?).map_err(|_| row.inconsistent(2, "a fee"))?;
        fees.entry(row.int(0)?).or_default().push((vaccine, fee));
    }
    Ok(fees)
}

fn centre(row: &Row) -> Result<Centre, StoreError> {
    Ok(Centre {
        id: CentreId::from_number(row.int(0)?).map_err(|_| row.inconsistent(0, "a centre's id"))?,
        name: PlaceName::parse(row.text(1)?).map_err(|_| row.inconsistent(1, "a centre's name"))?,
        location: row.text(2)?.to_owned(),
        district: DistrictId::from_number(row.int(3)?).map_err(|_| row.inconsistent(3, "a district's id"))?,
        block: row.text(4)?.to_owned(),
        pincode: Pincode::from_number(row.int(5)?).map_err(|_| row.inconsistent(5, "a pincode"))?,
        latitude_micro: row.int(6)?,
        longitude_micro: row.int(7)?,
        opens: time_of(row, 8)?,
        closes: time_of(row, 9)?,
        kind: CentreKind::parse(row.text(10)?).map_err(|_| row.inconsistent(10, "a kind of centre"))?,
        fees: Vec::new(),
    })
}

/// Minutes since midnight.
pub(crate) fn minute_of(time: NaiveTime) -> i64 {
    i64::from(time.hour() * 60 + time.minute())
}

pub(crate) fn time_of(row: &Row, column: usize) -> Result<NaiveTime, StoreError> {
    let seconds = u32::try_from(row.int(column)?)
        .ok()
        .and_then(|minutes| minutes.checked_mul(60));
    seconds
        .and_then(|seconds| NaiveTime::from_num_seconds_from_midnight_opt(seconds, 0))
        .ok_or_else(|| row.inconsistent(column, "a minute of the day"))
}
