//! A lost second factor: the site manager asks, the district's admin approves, and neither can do both.

use pramaan_domain::id::FactorRequestId;
use pramaan_domain::staff::{Reason, StaffCode, StaffRole};
use pramaan_domain::staff_event::StaffEventKind;
use pramaan_domain::time::Timestamp;
use pramaan_store::factor_request::{self, FactorRequest, FactorState};
use pramaan_store::staff::{self, StaffRow, StaffState};
use pramaan_store::staff_event::{self, StaffEvent};
use pramaan_store::{Sealer, Tx, staff_end};

use super::device::managed;
use super::invite::{Invitation, fresh_token};
use crate::{App, Refusal, Staff};

/// A request waits so long for the second person.
pub const REQUEST_SECONDS: i64 = 3 * 86_400;
/// The link that an approved request makes can be used for so long.
const LINK_SECONDS: i64 = 86_400;

/// A request as the second person reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactorLine {
    pub id: FactorRequestId,
    pub code: StaffCode,
    pub role: StaffRole,
    pub centre: i64,
    pub reason: Reason,
    pub asked_by: String,
    pub asked_at: Timestamp,
}

impl App {
    /// Asks the district's admin to replace the second factor of somebody of the manager's centre.
    ///
    /// # Errors
    /// `Forbidden` for anybody but a site manager; `Invalid` with the field `code` for oneself, for somebody of another
    /// centre, and for whom a request waits already.
    pub async fn ask_factor(&self, manager: &Staff, code: StaffCode, reason: Reason) -> Result<(), Refusal> {
        let centre = managed(manager)?;
        let (sealer, now, manager) = (self.0.sealer.clone(), self.now(), manager.clone());
        let asked = self.0.db.write("app::staff::ask_factor", move |tx| {
            Box::pin(async move {
                let row = staff::by_code(tx, &sealer, &code).await?;
                let theirs = |row: &StaffRow| {
                    row.centre == centre && row.state != StaffState::Ended && row.id != manager.id
                };
                let row = row.filter(theirs).ok_or_else(|| Refusal::Invalid {
                    field: "code",
                    sentence: format!("there is no colleague {code} at this centre"),
                })?;
                let waiting = waiting(tx, &sealer, manager.district, now).await?;
                if waiting.iter().any(|request| request.staff == row.id) {
                    return Err(Refusal::RequestWaits);
                }
                let request = FactorRequest {
                    id: FactorRequestId::from_random(sealer.random()),
                    district: manager.district,
                    centre,
                    staff: row.id,
                    asked_by: manager.code.clone(),
                    reason,
                    asked_at: now,
                    state: FactorState::Waiting,
                };
                factor_request::insert(tx, &sealer, &request).await?;
                note(tx, &sealer, (&manager, &row), StaffEventKind::FactorAsked, now).await
            })
        });
        asked.await
    }

    /// The requests that wait: of a manager's centre, or of an admin's district.
    ///
    /// # Errors
    /// `Forbidden` for a vaccinator.
    pub async fn factor_requests(&self, by: &Staff) -> Result<Vec<FactorLine>, Refusal> {
        if by.role == StaffRole::Vaccinator {
            return Err(Refusal::Forbidden);
        }
        let (sealer, now, by) = (self.0.sealer.clone(), self.now(), by.clone());
        let found = self.0.db.read("app::staff::factor_requests", move |tx| {
            Box::pin(async move {
                let mut lines = Vec::new();
                for request in waiting(tx, &sealer, by.district, now).await? {
                    let own = by.role == StaffRole::DistrictAdmin || request.centre == by.centre;
                    let row = staff::by_id(tx, &sealer, request.staff).await?;
                    let Some(row) = row.filter(|row| own && row.state != StaffState::Ended) else {
                        continue;
                    };
                    lines.push(FactorLine {
                        id: request.id,
                        code: row.code,
                        role: row.role,
                        centre: request.centre,
                        reason: request.reason,
                        asked_by: request.asked_by,
                        asked_at: request.asked_at,
                    });
                }
                Ok::<_, Refusal>(lines)
            })
        });
        found.await
    }

    /// Takes a request of the manager's own centre back.
    ///
    /// # Errors
    /// `Forbidden`; `RequestGone` when it waits no more.
    pub async fn withdraw_factor(&self, manager: &Staff, id: FactorRequestId) -> Result<(), Refusal> {
        managed(manager)?;
        let decided = self.decide_factor(manager, id, FactorState::Withdrawn);
        decided.await.map(drop)
    }

    /// Refuses a request of the admin's district.
    ///
    /// # Errors
    /// As [`approve_factor`](Self::approve_factor).
    pub async fn refuse_factor(&self, admin: &Staff, id: FactorRequestId) -> Result<(), Refusal> {
        require_admin(admin)?;
        self.decide_factor(admin, id, FactorState::Refused)
            .await
            .map(drop)
    }

    /// Approves a request of the admin's district: the old password, second factor, PIN, printed codes and logins end, and
    /// a link is made with which new ones are chosen.
    ///
    /// # Errors
    /// `Forbidden` for anybody but a district admin; `RequestGone` for one that is another district's, older than three
    /// days, decided or withdrawn, or asked for by the admin.
    pub async fn approve_factor(&self, admin: &Staff, id: FactorRequestId) -> Result<Invitation, Refusal> {
        require_admin(admin)?;
        let made = self.decide_factor(admin, id, FactorState::Approved).await?;
        made.ok_or(Refusal::RequestGone)
    }

    async fn decide_factor(
        &self,
        by: &Staff,
        id: FactorRequestId,
        state: FactorState,
    ) -> Result<Option<Invitation>, Refusal> {
        let (sealer, now, by) = (self.0.sealer.clone(), self.now(), by.clone());
        let decided = self.0.db.write("app::staff::decide_factor", move |tx| {
            Box::pin(async move {
                let request = factor_request::find(tx, &sealer, (by.district, id)).await?;
                let request = request.filter(|request| may_decide(&by, request, now));
                let request = request.ok_or(Refusal::RequestGone)?;
                let row = staff::by_id(tx, &sealer, request.staff).await?;
                // Whoever moved or left meanwhile is not whom the first person spoke of.
                let row = row.filter(|row| row.state != StaffState::Ended && row.centre == request.centre);
                let row = row.ok_or(Refusal::RequestGone)?;
                factor_request::decide(tx, &sealer, (request, state), &by.code, now).await?;
                let kind = match state {
                    FactorState::Approved => StaffEventKind::FactorApproved,
                    FactorState::Withdrawn => StaffEventKind::FactorWithdrawn,
                    FactorState::Refused | FactorState::Waiting => StaffEventKind::FactorRefused,
                };
                note(tx, &sealer, (&by, &row), kind, now).await?;
                match state {
                    FactorState::Approved => Ok(Some(replaced(tx, &sealer, row, now).await?)),
                    _ => Ok(None),
                }
            })
        });
        decided.await
    }
}

fn require_admin(admin: &Staff) -> Result<(), Refusal> {
    match admin.role {
        StaffRole::DistrictAdmin => Ok(()),
        StaffRole::Vaccinator | StaffRole::SiteManager => Err(Refusal::Forbidden),
    }
}

/// The district is part of the request's key.
fn may_decide(by: &Staff, request: &FactorRequest, now: Timestamp) -> bool {
    let theirs = match by.role {
        StaffRole::DistrictAdmin => request.asked_by != by.code,
        StaffRole::SiteManager => request.centre == by.centre,
        StaffRole::Vaccinator => false,
    };
    let waits = request.state == FactorState::Waiting && request.asked_at > since(now);
    theirs && waits
}

fn since(now: Timestamp) -> Timestamp {
    now.plus_seconds(-REQUEST_SECONDS)
}

async fn waiting(
    tx: &mut Tx,
    sealer: &Sealer,
    district: i64,
    now: Timestamp,
) -> Result<Vec<FactorRequest>, Refusal> {
    let mut waiting = factor_request::waiting(tx, sealer, (district, since(now))).await?;
    waiting.retain(|request| request.asked_at > since(now));
    Ok(waiting)
}

async fn replaced(
    tx: &mut Tx,
    sealer: &Sealer,
    row: StaffRow,
    now: Timestamp,
) -> Result<Invitation, Refusal> {
    let (id, code) = (row.id, row.code.clone());
    if !staff_end::strip(tx, sealer, row, now).await? {
        return Err(Refusal::RequestGone);
    }
    let (token, expires_at) = (fresh_token(sealer), now.plus_seconds(LINK_SECONDS));
    staff::insert_link(tx, sealer, (id, &token), expires_at).await?;
    Ok(Invitation {
        code,
        token,
        expires_at,
    })
}

async fn note(
    tx: &mut Tx,
    sealer: &Sealer,
    (by, row): (&Staff, &StaffRow),
    kind: StaffEventKind,
    now: Timestamp,
) -> Result<(), Refusal> {
    let event = StaffEvent {
        staff: row.code.to_string(),
        centre: row.centre,
        ..by.event(kind, None, now)
    };
    Ok(staff_event::insert(tx, sealer, &event).await?)
}
