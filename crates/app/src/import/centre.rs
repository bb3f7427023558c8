//! `pramaan import centres FILE.csv`; the columns are described in docs/import.md.

use std::collections::HashSet;

use chrono::NaiveTime;
use csv::StringRecord;
use pramaan_domain::centre::{CentreId, CentreKind, Fee};
use pramaan_domain::place::{self, DistrictId, Pincode};
use pramaan_domain::place_name::PlaceName;
use pramaan_domain::vaccine::Vaccine;
use pramaan_store::centre;

use super::row::{BadRow, Columns, Fault, Good, Row, read_all};
use super::{Bad, ImportError, Imported, Progress, accept};
use crate::availability::Centre;
use crate::{App, Refusal};

pub(super) const COLUMNS: Columns = Columns {
    required: &[
        "id",
        "name",
        "address",
        "district_id",
        "pincode",
        "opens",
        "closes",
        "kind",
    ],
    optional: &["block", "latitude", "longitude", "fees"],
    personal: &[],
};
/// Millionths of a degree.
const MICRO: f64 = 1_000_000.0;

/// Adds the centres of a file, or replaces what was known of them.
pub async fn centres(
    app: &App,
    bytes: &[u8],
    bad: Bad,
    progress: Progress<'_>,
) -> Result<Imported, ImportError> {
    let (good, rejected) = read_centres(bytes, progress)?;
    let (good, rejected) = accept(good, rejected, bad)?;
    let centres: Vec<Centre> = good.into_iter().map(|(_, centre)| centre).collect();
    let added = centres.len();
    app.add_centres(centres).await?;
    progress(added, added);
    Ok(Imported { added, rejected })
}

/// The rows of a file, good and bad.
pub(crate) fn read_centres(
    bytes: &[u8],
    progress: Progress<'_>,
) -> Result<(Good<Centre>, Vec<BadRow>), ImportError> {
    let mut seen = HashSet::new();
    read_all(bytes, &COLUMNS, progress, |row| {
        let centre = read(row)?;
        match seen.insert(centre.id) {
            true => Ok(centre),
            false => Err(("id", "this centre is in the file already, further up".to_owned())),
        }
    })
}

/// A centre from a form, by the same parsers as a row's.
///
/// # Errors
/// Every column that cannot be read.
pub(crate) fn centre_of_fields(fields: &[(&'static str, &str)]) -> Result<Centre, Vec<Fault>> {
    let (names, values): (Vec<&str>, Vec<&str>) =
        fields.iter().map(|(name, value)| (*name, value.trim())).unzip();
    let (names, values) = (StringRecord::from(names), StringRecord::from(values));
    faults(&Row::of_form(&names, &values, &COLUMNS))
}

impl App {
    /// Adds centres, or replaces what was known of them.
    pub async fn add_centres(&self, centres: Vec<Centre>) -> Result<(), Refusal> {
        let now = self.now();
        let put = self.0.db.write("app::import::centres", move |tx| {
            Box::pin(async move { Ok::<_, Refusal>(centre::put(tx, &centres, now).await?) })
        });
        put.await?;
        self.refresh_availability().await
    }
}

pub(super) fn read(row: &Row<'_>) -> Result<Centre, Fault> {
    let unreadable = || ("row", "the row cannot be read".to_owned());
    faults(row).map_err(|faults| faults.into_iter().next().unwrap_or_else(unreadable))
}

/// The centre, or all that is wrong with it, in the order in which it was always told.
fn faults(row: &Row<'_>) -> Result<Centre, Vec<Fault>> {
    let mut faults = Vec::new();
    let mut keep = |fault: Fault| faults.push(fault);
    let district = known_district(row).map_err(&mut keep).ok();
    let pincode = row.parse("pincode", Pincode::parse).map_err(&mut keep).ok();
    let id = row.parse("id", CentreId::parse).map_err(&mut keep).ok();
    let name = row.parse("name", PlaceName::parse).map_err(&mut keep).ok();
    let location = row.parse("address", PlaceName::parse).map_err(&mut keep).ok();
    let block = block(row).map_err(&mut keep).ok();
    let latitude = degrees(row, "latitude", (6.0, 38.0)).map_err(&mut keep).ok();
    let longitude = degrees(row, "longitude", (68.0, 98.0)).map_err(&mut keep).ok();
    let opens = row.parse("opens", time).map_err(&mut keep).ok();
    let closes = row.parse("closes", time).map_err(&mut keep).ok();
    let kind = row.parse("kind", CentreKind::parse).map_err(&mut keep).ok();
    let fees = row.parse("fees", self::fees).map_err(&mut keep).ok();
    let place = district.zip(pincode).zip(block).zip(latitude.zip(longitude));
    let facts = id
        .zip(name)
        .zip(location)
        .zip(opens.zip(closes))
        .zip(kind.zip(fees));
    let (Some(place), Some(facts)) = (place, facts) else {
        return Err(faults);
    };
    let (((district, pincode), block), (latitude_micro, longitude_micro)) = place;
    let ((((id, name), location), (opens, closes)), (kind, fees)) = facts;
    Ok(Centre {
        id,
        name,
        location: location.to_string(),
        district,
        block,
        pincode,
        latitude_micro,
        longitude_micro,
        opens,
        closes,
        kind,
        fees,
    })
}

fn known_district(row: &Row<'_>) -> Result<DistrictId, Fault> {
    let district = row.parse("district_id", DistrictId::parse)?;
    match place::district(district) {
        Some(_) => Ok(district),
        None => Err((
            "district_id",
            "no district has this id; see CoWIN's list of districts".to_owned(),
        )),
    }
}

fn block(row: &Row<'_>) -> Result<String, Fault> {
    match row.get("block") {
        "" => Ok("Not Applicable".to_owned()),
        _ => Ok(row.parse("block", PlaceName::parse)?.to_string()),
    }
}

/// Empty or 0 stands for unknown; anything else must lie in India.
fn degrees(row: &Row<'_>, column: &'static str, (least, greatest): (f64, f64)) -> Result<i64, Fault> {
    let text = row.get(column);
    if text.is_empty() {
        return Ok(0);
    }
    let degrees = text
        .parse::<f64>()
        .ok()
        .filter(|d| *d == 0.0 || (least..=greatest).contains(d));
    let degrees = degrees.ok_or_else(|| {
        (
            column,
            format!("give degrees from {least} to {greatest}, or nothing"),
        )
    })?;
    // At most 98 million: exact in both types.
    Ok((degrees * MICRO).round() as i64)
}

pub(super) fn time(text: &str) -> Result<NaiveTime, &'static str> {
    let parsed =
        NaiveTime::parse_from_str(text, "%H:%M").or_else(|_| NaiveTime::parse_from_str(text, "%H:%M:%S"));
    parsed.map_err(|_| "not a time: give hours and minutes such as 09:30")
}

/// `COVISHIELD:780|COVAXIN:1410`
fn fees(text: &str) -> Result<Vec<(Vaccine, Fee)>, String> {
    let pairs = text.split('|').filter(|pair| !pair.is_empty());
    let mut fees: Vec<(Vaccine, Fee)> = Vec::new();
    for pair in pairs {
        let (vaccine, fee) = pair
            .split_once(':')
            .ok_or("give VACCINE:RUPEES, several with | between them")?;
        let vaccine = Vaccine::parse(vaccine).map_err(|error| error.to_string())?;
        if fees.iter().any(|(known, _)| *known == vaccine) {
            return Err(format!("{vaccine} has two fees"));
        }
        fees.push((vaccine, Fee::parse(fee).map_err(|error| error.to_string())?));
    }
    Ok(fees)
}
