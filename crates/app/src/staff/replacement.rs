//! Somebody who steps in today: put on the list of a centre at once, from any centre of the district or newly invited.

use pramaan_domain::centre::CentreId;
use pramaan_domain::staff::{StaffCode, StaffRole};
use pramaan_domain::staff_event::StaffEventKind;
use pramaan_store::roster;
use pramaan_store::staff::{self, StaffRow, StaffState};
use pramaan_store::staff_event::{self, StaffEvent};

use super::device::managed;
use super::invite::{Invitation, Invitee, OnList};
use crate::{App, Refusal, Staff};

impl App {
    /// Puts a vaccinator of the manager's district on today's list of the manager's centre. Twice is once.
    ///
    /// # Errors
    /// `Forbidden` for anybody but a site manager; `Invalid` with the field `code` for whoever is no vaccinator of the
    /// district.
    pub async fn replace_today(&self, manager: &Staff, code: StaffCode) -> Result<(), Refusal> {
        let centre = managed(manager)?;
        self.put_on_list(manager, centre, code).await
    }

    /// Puts a vaccinator of an admin's district on today's list of one of its centres. Twice is once.
    ///
    /// # Errors
    /// `Forbidden` for anybody but the centre's district; `Invalid` as [`replace_today`](Self::replace_today).
    pub async fn relieve_today(
        &self,
        admin: &Staff,
        centre: CentreId,
        code: StaffCode,
    ) -> Result<(), Refusal> {
        if admin.role != StaffRole::DistrictAdmin {
            return Err(Refusal::Forbidden);
        }
        self.require_planner(admin, centre)?;
        self.put_on_list(admin, centre.number(), code).await
    }

    async fn put_on_list(&self, by: &Staff, centre: i64, code: StaffCode) -> Result<(), Refusal> {
        let (sealer, now, manager) = (self.0.sealer.clone(), self.now(), by.clone());
        let replaced = self.0.db.write("app::staff::replace_today", move |tx| {
            Box::pin(async move {
                let row = staff::by_code(tx, &sealer, &code).await?;
                let fits = |row: &StaffRow| {
                    row.district == manager.district
                        && row.role == StaffRole::Vaccinator
                        && row.state != StaffState::Ended
                };
                let row = row.filter(fits).ok_or_else(|| Refusal::Invalid {
                    field: "code",
                    sentence: format!("there is no vaccinator {code} in this district"),
                })?;
                if roster::holds(tx, centre, now.date(), row.id).await? {
                    return Ok(());
                }
                roster::add(tx, centre, now.date(), row.id).await?;
                let event = StaffEvent {
                    staff: row.code.to_string(),
                    centre,
                    ..manager.event(StaffEventKind::Replacement, None, now)
                };
                Ok::<_, Refusal>(staff_event::insert(tx, &sealer, &event).await?)
            })
        });
        replaced.await
    }

    /// Invites a vaccinator of the manager's centre and puts them on today's list.
    ///
    /// # Errors
    /// As [`invite`](Self::invite).
    pub async fn invite_for_today(&self, manager: &Staff, invitee: Invitee) -> Result<Invitation, Refusal> {
        managed(manager)?;
        self.invite_on(manager, invitee, OnList::Today).await
    }
}
