//! How often a record can still be opened without evidence, for the page that offers it.

use pramaan_store::encounter::{self, Counted};

use super::WITHOUT_EVIDENCE_A_DAY;
use crate::{App, Refusal, Staff, StaffRole};

impl App {
    /// How many records this member of staff can still open today without evidence. None for a role that never can.
    pub async fn openings_left(&self, staff: &Staff) -> Result<u32, Refusal> {
        if staff.role != StaffRole::Vaccinator {
            return Ok(0);
        }
        let today = (staff.id, self.today());
        let counted = self.0.db.read("app::encounter::left", move |tx| {
            Box::pin(async move { encounter::counted_today(tx, today, Counted::NoEvidence).await })
        });
        let counted = u32::try_from(counted.await?).unwrap_or(u32::MAX);
        Ok(WITHOUT_EVIDENCE_A_DAY.saturating_sub(counted))
    }
}
