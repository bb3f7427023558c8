//! A centre by hand: a new one of the district, or what is known of one, read by the parsers of the import.

use pramaan_domain::centre::CentreId;
use pramaan_store::centre;

use super::{invalid, planner};
use crate::availability::Centre;
use crate::import::centre_of_fields;
use crate::{App, Refusal, Staff, StaffRole};

/// The fields of a centre as they were typed, by the columns of the import.
pub type CentreFields<'f> = Vec<(&'static str, &'f str)>;

/// What a saved form did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saved {
    Added,
    Changed,
}

impl App {
    /// A centre as its planner may change it, with its fees.
    ///
    /// # Errors
    /// `Forbidden` for another's.
    pub fn centre_to_plan(&self, staff: &Staff, id: CentreId) -> Result<std::sync::Arc<Centre>, Refusal> {
        self.require_planner(staff, id)?;
        self.0.availability.centre(id).ok_or(Refusal::Forbidden)
    }

    /// The centres that a member of staff plans for, by number.
    ///
    /// # Errors
    /// `Forbidden` for a vaccinator.
    pub fn centres_to_plan(&self, staff: &Staff) -> Result<Vec<std::sync::Arc<Centre>>, Refusal> {
        planner(staff)?;
        let mut centres = self.0.availability.centres();
        centres.retain(|centre| self.require_planner(staff, centre.id).is_ok());
        Ok(centres)
    }

    /// Reads a centre's form.
    ///
    /// # Errors
    /// The columns that cannot be read, in the order of the import.
    pub fn read_centre(fields: &CentreFields<'_>) -> Result<Centre, Vec<&'static str>> {
        centre_of_fields(fields).map_err(|faults| faults.into_iter().map(|(column, _)| column).collect())
    }

    /// Adds a centre of the admin's district, or changes one; a site manager changes her own.
    ///
    /// # Errors
    /// `Forbidden`; `Invalid` with the field `id` for a new one whose number is taken.
    pub async fn save_centre(&self, staff: &Staff, new: Centre, as_what: Saved) -> Result<(), Refusal> {
        planner(staff)?;
        if new.district.number() != staff.district {
            return Err(Refusal::Forbidden);
        }
        match as_what {
            Saved::Added if staff.role != StaffRole::DistrictAdmin => return Err(Refusal::Forbidden),
            Saved::Added => {}
            Saved::Changed => self.require_planner(staff, new.id)?,
        }
        let now = self.now();
        let saved = self.0.db.write("app::plan::save_centre", move |tx| {
            Box::pin(async move {
                let known = centre::find(tx, new.id).await?;
                match (as_what, known) {
                    (Saved::Added, Some(known)) if !is_same(&known, &new) => {
                        return Err(invalid("id", "another centre has this number"));
                    }
                    (Saved::Changed, Some(known)) if known.district != new.district => {
                        return Err(Refusal::Forbidden);
                    }
                    (Saved::Changed, None) => return Err(Refusal::Forbidden),
                    _ => {}
                }
                Ok::<_, Refusal>(centre::put(tx, &[new], now).await?)
            })
        });
        saved.await?;
        self.refresh_availability().await
    }
}

/// The same form sent twice adds the same centre.
fn is_same(known: &Centre, new: &Centre) -> bool {
    let fees = Vec::new();
    Centre {
        fees: fees.clone(),
        ..known.clone()
    } == Centre { fees, ..new.clone() }
}
