//! The end of an account: by whoever answers for the place, or by who runs the server.

use pramaan_domain::staff::{StaffCode, StaffRole};
use pramaan_domain::staff_event::StaffEventKind;
use pramaan_store::staff::{self, StaffRow, StaffState};
use pramaan_store::staff_end;
use pramaan_store::staff_event::{self, StaffEvent};

use crate::{App, Refusal, Staff};

/// A member of staff whose account the reader may end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub code: StaffCode,
    pub role: StaffRole,
    /// 0 for those of a district.
    pub centre: i64,
}

/// What ending an account came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    Now,
    /// It had ended before: nothing changed.
    Before,
}

impl App {
    /// Whose accounts are listed for the reader to end: a site manager's vaccinators, a district admin's site managers.
    ///
    /// # Errors
    /// `Forbidden` for a vaccinator.
    pub async fn staff_of(&self, by: &Staff) -> Result<Vec<Member>, Refusal> {
        let (role, centre, district) = (by.role, by.centre, by.district);
        let sealer = self.0.sealer.clone();
        let found = self.0.db.read("app::staff::staff_of", move |tx| {
            Box::pin(async move {
                match role {
                    StaffRole::Vaccinator => Err(Refusal::Forbidden),
                    StaffRole::SiteManager => Ok(staff::of_centre(tx, &sealer, centre).await?),
                    StaffRole::DistrictAdmin => Ok(staff::managers_of(tx, &sealer, district).await?),
                }
            })
        });
        let own = found.await?.into_iter().filter(|row| answers_for(by, row));
        Ok(own
            .map(|row| Member {
                code: row.code,
                role: row.role,
                centre: row.centre,
            })
            .collect())
    }

    /// Ends the account of somebody whom `by` answers for: a site manager for the vaccinators of the centre, a district
    /// admin for everybody of the district but its admins. Logins, devices and invitations end at once, and so does work
    /// on rosters from today on.
    ///
    /// # Errors
    /// `Forbidden` for a vaccinator; `Invalid` with the field `code` for a code that is nobody's or not theirs.
    pub async fn end_staff(&self, by: &Staff, code: StaffCode) -> Result<Ended, Refusal> {
        if by.role == StaffRole::Vaccinator {
            return Err(Refusal::Forbidden);
        }
        let by = by.clone();
        let name = by.code.clone();
        self.end(code, name, move |row| answers_for(&by, row)).await
    }

    /// The same on the word of whoever runs the server.
    pub async fn end_anybody(&self, code: StaffCode) -> Result<Ended, Refusal> {
        self.end(code, String::new(), |_| true).await
    }

    async fn end(
        &self,
        code: StaffCode,
        by: String,
        own: impl FnOnce(&StaffRow) -> bool + Send + 'static,
    ) -> Result<Ended, Refusal> {
        let (sealer, now) = (self.0.sealer.clone(), self.now());
        let ended = self.0.db.write("app::staff::end", move |tx| {
            Box::pin(async move {
                let row = staff::by_code(tx, &sealer, &code).await?.filter(own);
                let row = row.ok_or_else(|| Refusal::Invalid {
                    field: "code",
                    sentence: format!("there is no member of staff {code} whose account you could end"),
                })?;
                if row.state == StaffState::Ended {
                    return Ok(Ended::Before);
                }
                let event = StaffEvent {
                    at: now,
                    district: row.district,
                    centre: row.centre,
                    kind: StaffEventKind::AccountEnded,
                    staff: row.code.to_string(),
                    by: by.clone(),
                    device: None,
                    elsewhere: None,
                };
                if !staff_end::end(tx, &sealer, row, &by, now).await? {
                    return Ok(Ended::Before);
                }
                staff_event::insert(tx, &sealer, &event).await?;
                Ok::<_, Refusal>(Ended::Now)
            })
        });
        let ended = ended.await?;
        // Who and by whom is in the table of staff; a log line needs no code.
        if ended == Ended::Now {
            tracing::info!("an account of staff was ended");
        }
        Ok(ended)
    }
}

pub(super) fn answers_for(by: &Staff, row: &StaffRow) -> bool {
    match (by.role, row.role) {
        (StaffRole::DistrictAdmin, StaffRole::SiteManager | StaffRole::Vaccinator) => {
            row.district == by.district
        }
        (StaffRole::SiteManager, StaffRole::Vaccinator) => row.centre == by.centre,
        _ => false,
    }
}
