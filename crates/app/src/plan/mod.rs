//! Planning: centres, a week copied to another, calendars, and files that are shown before they are published.
//!
//! What is about to be published is shown first. The confirmation names what was shown by a keyed digest; if it would be
//! anything else by then, nothing is published and it is shown again.

mod calendar;
mod centre;
mod preview;
mod week;

use pramaan_domain::centre::CentreId;
use pramaan_domain::id::SessionId;
use pramaan_keys::MacKind;
use pramaan_store::session;

pub use calendar::{Calendar, CalendarDay};
pub use centre::{CentreFields, Saved};
pub use preview::{Files, MOST_BYTES, Preview, PreviewRow, Shown};
pub use week::{Conflict, Copied, WeekCopy, WeekPreview, monday};

use crate::session::{SessionPlan, SessionSeats};
use crate::{App, FormKey, Refusal, Staff, StaffRole};

impl App {
    /// The centre of a session for which this member of staff plans.
    ///
    /// # Errors
    /// `UnknownSession`; `Forbidden` for another's centre.
    pub async fn centre_of_session(&self, staff: &Staff, id: SessionId) -> Result<CentreId, Refusal> {
        Ok(self.session_to_plan(staff, id).await?.session.centre)
    }

    /// A session for which this member of staff plans, however far ahead.
    ///
    /// # Errors
    /// As [`centre_of_session`](Self::centre_of_session).
    pub async fn session_to_plan(&self, staff: &Staff, id: SessionId) -> Result<SessionSeats, Refusal> {
        let found = self.0.db.read("app::plan::session_to_plan", move |tx| {
            Box::pin(async move { session::with_seats(tx, &[id]).await })
        });
        let found = found.await?.pop().ok_or(Refusal::UnknownSession)?;
        self.require_planner(staff, found.session.centre)?;
        Ok(found)
    }

    /// Publishes one session from a form. The same form sent twice publishes it once.
    ///
    /// # Errors
    /// As [`publish_sessions`](Self::publish_sessions).
    pub async fn publish_session(
        &self,
        (staff, key): (&Staff, &FormKey),
        plan: SessionPlan,
    ) -> Result<(), Refusal> {
        let id = self.id_of(staff, key, &spelled(&plan));
        let plan = SessionPlan { id: Some(id), ..plan };
        self.require_planner(staff, plan.centre)?;
        match self.of_these(&[id]).await? {
            0 => self.publish_once(staff, vec![plan]).await.map(drop),
            _ => Ok(()),
        }
    }

    /// A session of the centre with the same vaccine at some of the hours of a plan, which another form published. It forbids
    /// nothing: a centre may have two rooms.
    ///
    /// # Errors
    /// `Forbidden` for another's centre.
    pub async fn same_hours(
        &self,
        (staff, key): (&Staff, &FormKey),
        plan: &SessionPlan,
    ) -> Result<Option<SessionSeats>, Refusal> {
        self.require_planner(staff, plan.centre)?;
        let (own, centre, day) = (self.id_of(staff, key, &spelled(plan)), plan.centre, plan.day);
        let found = self.0.db.read("app::plan::same_hours", move |tx| {
            Box::pin(async move { session::of_centre(tx, centre, (day, day)).await })
        });
        let mut found = found.await?;
        // Sent again, the form's own session is no other.
        if found.iter().any(|one| one.session.id == own) {
            return Ok(None);
        }
        found.retain(|one| week::is_same(one, plan));
        Ok(found.into_iter().next())
    }

    /// A digest of what is shown, in letters that fit a hidden field.
    fn shown(&self, parts: &[String]) -> String {
        let parts: Vec<&[u8]> = parts.iter().map(|part| part.as_bytes()).collect();
        hex::encode(self.0.sealer.keys.mac(MacKind::Plan, &parts))
    }

    /// Publishes what a form confirmed. Each plan has an id that the same form gives it again.
    async fn publish_once(&self, staff: &Staff, plans: Vec<SessionPlan>) -> Result<usize, Refusal> {
        let ids: Vec<SessionId> = plans.iter().filter_map(|plan| plan.id).collect();
        match self.publish_sessions(staff, plans).await {
            Ok(published) => Ok(published.len()),
            Err(Refusal::Unavailable(error)) => match self.of_these(&ids).await? {
                0 => Err(Refusal::Unavailable(error)),
                // The same form, sent twice at once.
                there => Ok(there),
            },
            Err(refused) => Err(refused),
        }
    }

    /// The id of a session that a form publishes, by the form's name and what the session is.
    fn id_of(&self, staff: &Staff, key: &FormKey, what: &str) -> SessionId {
        let parts: [&[u8]; 4] = [
            b"session",
            staff.id.as_bytes(),
            key.as_str().as_bytes(),
            what.as_bytes(),
        ];
        let mac = self.0.sealer.keys.mac(MacKind::Plan, &parts);
        let mut id = [0; 16];
        for (to, from) in id.iter_mut().zip(mac) {
            *to = from;
        }
        SessionId::from_random(id)
    }

    /// How many of these sessions are there.
    async fn of_these(&self, ids: &[SessionId]) -> Result<usize, Refusal> {
        let wanted = ids.to_vec();
        let found = self.0.db.read("app::plan::of_these", move |tx| {
            Box::pin(async move { session::with_seats(tx, &wanted).await })
        });
        Ok(found.await?.len())
    }
}

/// Whoever plans: a site manager or a district's admin.
fn planner(staff: &Staff) -> Result<(), Refusal> {
    match staff.role {
        StaffRole::Vaccinator => Err(Refusal::Forbidden),
        StaffRole::SiteManager | StaffRole::DistrictAdmin => Ok(()),
    }
}

/// A plan in letters, for digests.
fn spelled(plan: &SessionPlan) -> String {
    let slots: Vec<String> = plan
        .slots
        .iter()
        .map(|slot| {
            let seats = slot.seats.iter();
            let seats: Vec<String> = seats
                .map(|(dose, quota, seats)| format!("{dose}:{}:{seats}", quota.code()))
                .collect();
            format!("{} {}", slot.slot, seats.join(","))
        })
        .collect();
    let id = plan.id.map_or_else(String::new, |id| id.to_string());
    format!(
        "{id}|{}|{}|{}|{}|{:?}|{}",
        plan.centre.number(),
        plan.day,
        plan.vaccine.name(),
        plan.ages.min(),
        plan.ages.max(),
        slots.join(";")
    )
}

fn invalid(field: &'static str, sentence: &str) -> Refusal {
    Refusal::Invalid {
        field,
        sentence: sentence.to_owned(),
    }
}
