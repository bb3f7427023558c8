//! The mobile numbers of staff, by keyed index only: so that nobody is registered at a desk with one.

use pramaan_domain::mobile::Mobile;
use pramaan_domain::staff::{StaffCode, StaffRole};
use pramaan_store::{staff, staff_mobile};

use crate::{App, Refusal, Staff};

impl App {
    /// Notes a number as that of a member of staff, in place of the one they had: said by themselves, by the manager of their
    /// centre or by the admin of their district. The number is kept nowhere.
    ///
    /// # Errors
    /// `Forbidden` for anybody else, and for a code that nobody has.
    pub async fn note_staff_mobile(
        &self,
        by: &Staff,
        code: StaffCode,
        mobile: Mobile,
    ) -> Result<(), Refusal> {
        let (sealer, by) = (self.0.sealer.clone(), by.clone());
        let noted = self.0.db.write("app::staff::note_mobile", move |tx| {
            Box::pin(async move {
                let of = staff::by_code(tx, &sealer, &code)
                    .await?
                    .ok_or(Refusal::Forbidden)?;
                let answers = match by.role {
                    StaffRole::DistrictAdmin => of.district == by.district,
                    StaffRole::SiteManager => of.centre == by.centre,
                    StaffRole::Vaccinator => false,
                };
                if !answers && of.id != by.id {
                    return Err(Refusal::Forbidden);
                }
                Ok(staff_mobile::note(tx, &sealer, of.id, &mobile).await?)
            })
        });
        noted.await
    }
}
