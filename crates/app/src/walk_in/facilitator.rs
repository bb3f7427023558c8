//! Facilitators who spoke for many people without a document on one day: for the district to look at, never a refusal.

use pramaan_domain::centre::{CentreId, CentreKind};
use pramaan_store::{centre, facilitator};

pub use pramaan_store::facilitator::FacilitatorDay;

use crate::{App, Refusal, Staff, StaffRole};

/// From so many people a day on, the district looks at a facilitator: a home or a camp is larger, and is known to it.
pub const PEOPLE_A_FACILITATOR: i64 = 30;

impl App {
    /// Facilitators of the district's day to look at: of many people at one centre, or of anybody at a private one, where the
    /// rule foresees none. Nobody is opened, and no number says who they are.
    ///
    /// # Errors
    /// `Forbidden` for anybody but the district.
    pub async fn facilitators_to_review(&self, staff: &Staff) -> Result<Vec<FacilitatorDay>, Refusal> {
        if staff.role != StaffRole::DistrictAdmin {
            return Err(Refusal::Forbidden);
        }
        let day = (staff.district, self.today());
        let found = self.0.db.read("app::walk_in::facilitators", move |tx| {
            Box::pin(async move {
                let mut kept = Vec::new();
                for one in facilitator::busiest(tx, day, 1).await? {
                    let at = match CentreId::from_number(one.centre) {
                        Ok(id) => centre::find(tx, id).await?,
                        Err(_) => None,
                    };
                    let private = at.is_some_and(|centre| centre.kind == CentreKind::Private);
                    if private || one.people >= PEOPLE_A_FACILITATOR {
                        kept.push(one);
                    }
                }
                Ok::<_, Refusal>(kept)
            })
        });
        found.await
    }
}
