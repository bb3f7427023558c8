//! `pramaan import centres FILE.csv`; the columns are described in docs/import.md.

use std::collections::HashSet;

use chrono::NaiveTime;
use pramaan_domain::centre::{CentreId, CentreKind, Fee};
use pramaan_domain::place::{self, DistrictId, Pincode};
use pramaan_domain::place_name::PlaceName;
use pramaan_domain::vaccine::Vaccine;
use pramaan_store::centre;

use super::row::{Columns, Fault, Row, read_all};
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
    let mut seen = HashSet::new();
    let (good, rejected) = read_all(bytes, &COLUMNS, progress, |row| {
        let centre = read(row)?;
        if !seen.insert(centre.id) {
            return Err(("id", "this centre is in the file already, further up".to_owned()));
        }
        Ok(centre)
    })?;
    let (good, rejected) = accept(good, rejected, bad)?;
    let centres: Vec<Centre> = good.into_iter().map(|(_, centre)| centre).collect();
    let added = centres.len();
    app.add_centres(centres).await?;
    progress(added, added);
    Ok(Imported { added, rejected })
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
    let district = row.parse("district_id", DistrictId::parse)?;
    if place::district(district).is_none() {
        return Err((
            "district_id",
            "no district has this id; see CoWIN's list of districts".to_owned(),
        ));
    }
    let pincode = row.parse("pincode", Pincode::parse)?;
    let block = row.get("block");
    Ok(Centre {
        id: row.parse("id", CentreId::parse)?,
        name: row.parse("name", PlaceName::parse)?,
        location: row.parse("address", PlaceName::parse)?.to_string(),
        district,
        block: if block.is_empty() {
            "Not Applicable".to_owned()
        } else {
            row.parse("block", PlaceName::parse)?.to_string()
        },
        pincode,
        latitude_micro: degrees(row, "latitude", (6.0, 38.0))?,
        longitude_micro: degrees(row, "longitude", (68.0, 98.0))?,
        opens: row.parse("opens", time)?,
        closes: row.parse("closes", time)?,
        kind: row.parse("kind", CentreKind::parse)?,
        fees: row.parse("fees", fees)?,
    })
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
