//! `pramaan import staff FILE.csv`: invitations, never passwords. Columns: `code`, `name`, `role` (vaccinator,
//! site_manager, district_admin), `district_id`, and `centre_id` for all but admins of districts.

use std::collections::HashSet;

use pramaan_domain::centre::CentreId;
use pramaan_domain::name::PersonName;
use pramaan_domain::place::{self, DistrictId};
use pramaan_domain::staff::{StaffCode, StaffRole};
use pramaan_store::staff as stored;

use super::row::{BadRow, Columns, Fault, Row, read_all};
use super::{Bad, ImportError, Progress, accept};
use crate::availability::Availability;
use crate::staff::{Invitation, Invitee};
use crate::{App, Refusal};

pub(super) const COLUMNS: Columns = Columns {
    required: &["code", "name", "role", "district_id"],
    optional: &["centre_id"],
    personal: &["name"],
};

/// Invitations to hand out, and the rows that made none.
#[derive(Debug)]
pub struct ImportedStaff {
    /// In order of line. The links are shown this once.
    pub invitations: Vec<Invitation>,
    /// In order of line; empty unless bad rows were to be skipped.
    pub rejected: Vec<BadRow>,
}

/// Invites everybody in a file.
pub async fn staff(
    app: &App,
    bytes: &[u8],
    bad: Bad,
    progress: Progress<'_>,
) -> Result<ImportedStaff, ImportError> {
    app.refresh_availability().await?;
    let mut seen = HashSet::new();
    let (read, mut rejected) = read_all(bytes, &COLUMNS, progress, |row| {
        let invitee = read(app.availability(), row)?;
        match seen.insert(invitee.code.clone()) {
            true => Ok(invitee),
            false => Err(("code", "this code is in the file already, further up".to_owned())),
        }
    })?;
    let taken = app
        .codes_taken(read.iter().map(|(_, invitee)| invitee.code.clone()).collect())
        .await?;
    let (known, fresh): (Vec<_>, Vec<_>) = read
        .into_iter()
        .partition(|(_, invitee)| taken.contains(invitee.code.as_str()));
    rejected.extend(known.into_iter().map(|(row, _)| BadRow {
        column: "code",
        reason: "somebody has this code already: choose another".to_owned(),
        ..row
    }));
    rejected.sort_by_key(|row| row.line);
    let (fresh, rejected) = accept(fresh, rejected, bad)?;
    let invitees: Vec<Invitee> = fresh.into_iter().map(|(_, invitee)| invitee).collect();
    let total = invitees.len();
    let invitations = app.invite_all(invitees).await?;
    progress(total, total);
    Ok(ImportedStaff {
        invitations,
        rejected,
    })
}

impl App {
    async fn codes_taken(&self, codes: Vec<StaffCode>) -> Result<HashSet<String>, Refusal> {
        let taken = self.0.db.read("app::import::codes_taken", move |tx| {
            Box::pin(async move { stored::taken(tx, &codes).await })
        });
        Ok(taken.await?)
    }
}

pub(super) fn read(places: &Availability, row: &Row<'_>) -> Result<Invitee, Fault> {
    let role = row.parse("role", StaffRole::parse)?;
    let district = row.parse("district_id", DistrictId::parse)?;
    if place::district(district).is_none() {
        return Err((
            "district_id",
            "no district has this id; see CoWIN's list of districts".to_owned(),
        ));
    }
    let centre = match role {
        StaffRole::DistrictAdmin if row.get("centre_id").is_empty() => None,
        StaffRole::DistrictAdmin => {
            return Err((
                "centre_id",
                "an admin of a district has no centre: leave it empty".to_owned(),
            ));
        }
        StaffRole::Vaccinator | StaffRole::SiteManager => Some(centre(places, row, district)?),
    };
    Ok(Invitee {
        code: row.parse("code", StaffCode::parse)?,
        name: row.parse("name", PersonName::parse)?,
        role,
        centre,
        district,
    })
}

fn centre(places: &Availability, row: &Row<'_>, district: DistrictId) -> Result<CentreId, Fault> {
    let id = row.parse("centre_id", CentreId::parse)?;
    match places.centre(id) {
        None => Err(("centre_id", "no such centre: import centres first".to_owned())),
        Some(centre) if centre.district != district => {
            Err(("centre_id", "this centre is in another district".to_owned()))
        }
        Some(_) => Ok(id),
    }
}
