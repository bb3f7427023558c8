//! Sessions for those who plan them: publish, cancel with rebooking, list.

use pramaan_domain::centre::CentreId;
use pramaan_domain::dose::DoseNumber;
use pramaan_domain::id::SessionId;
use pramaan_domain::rules::{self, Channel};
use pramaan_domain::session::{AgeBand, Quota};
use pramaan_domain::slot::Slot;
use pramaan_domain::time::CivilDate;
use pramaan_domain::vaccine::Vaccine;
use pramaan_store::appointment::{self, Rebooked};
use pramaan_store::session::{self, NewSession, NewSlot};

pub use pramaan_store::session::{SessionSeats, SessionState};

use crate::availability::Centre;
use crate::message::{Language, Message, Visit};
use crate::principal::{Staff, StaffRole};
use crate::{App, Refusal};

/// A session about to be published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionPlan {
    /// A fresh one when absent.
    pub id: Option<SessionId>,
    pub centre: CentreId,
    pub day: CivilDate,
    pub vaccine: Vaccine,
    pub ages: AgeBand,
    pub slots: Vec<SlotPlan>,
}

/// One slot with its seats by dose and quota.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlotPlan {
    pub slot: Slot,
    pub seats: Vec<(DoseNumber, Quota, u16)>,
}

/// What became of the appointments of a cancelled session.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cancelled {
    /// Appointments that moved to the other session.
    pub moved: usize,
    /// Appointments that are cancelled, because no other session was given or it had no seats for them.
    pub ended: usize,
}

impl App {
    /// Publishes sessions at centres that this member of staff plans for. All or none.
    ///
    /// # Errors
    /// `Forbidden` for another's centre, `Invalid` with the reason.
    pub async fn publish_sessions(
        &self,
        staff: &Staff,
        plans: Vec<SessionPlan>,
    ) -> Result<Vec<SessionId>, Refusal> {
        for plan in &plans {
            self.require_planner(staff, plan.centre)?;
        }
        self.add_sessions(plans).await
    }

    /// The same without a person behind it: imports and the demo's own data.
    pub async fn add_sessions(&self, plans: Vec<SessionPlan>) -> Result<Vec<SessionId>, Refusal> {
        let mut new = Vec::with_capacity(plans.len());
        for plan in plans {
            new.push(self.new_session(plan)?);
        }
        let ids: Vec<SessionId> = new.iter().map(|session| session.id).collect();
        let now = self.now();
        let published = self.0.db.write("app::session::publish", move |tx| {
            Box::pin(async move { Ok::<_, Refusal>(session::publish(tx, &new, now).await?) })
        });
        published.await?;
        self.reload(ids.clone()).await;
        Ok(ids)
    }

    /// Cancels a session. Its appointments move, each whole or not at all, to `to`; those that find no seats end. Every
    /// household is told.
    ///
    /// # Errors
    /// `Invalid` unless `to` is a session to come of the same centre and vaccine.
    pub async fn cancel_session(
        &self,
        staff: &Staff,
        id: SessionId,
        to: Option<SessionId>,
        request: &'static str,
    ) -> Result<Cancelled, Refusal> {
        let venue = self.venue(id).await?;
        self.require_planner(staff, venue.centre.id)?;
        let other = match to {
            Some(to) => Some(self.venue(to).await?),
            None => None,
        };
        let facts = &venue.session.session;
        if let Some(other) = &other {
            let target = &other.session.session;
            if (target.centre, target.vaccine) != (facts.centre, facts.vaccine)
                || target.state == SessionState::Cancelled
            {
                return Err(invalid(
                    "session",
                    "the other session must be at the same centre, with the same vaccine",
                ));
            }
        }
        let now = self.now();
        let rebooked = self.change("app::session::cancel", move |tx| {
            Box::pin(async move { appointment::close_session(tx, id, to, now).await })
        });
        let rebooked = rebooked.await?;
        self.reload([Some(id), to].into_iter().flatten().collect()).await;
        let day = other.map_or(facts.day, |other| other.session.session.day);
        let mut cancelled = Cancelled::default();
        for one in &rebooked {
            match one.slot {
                Some(_) => cancelled.moved += 1,
                None => cancelled.ended += 1,
            }
            self.tell_rebooked(one, &venue.centre, (facts.day, day), request)
                .await;
        }
        Ok(cancelled)
    }

    async fn tell_rebooked(
        &self,
        one: &Rebooked,
        centre: &Centre,
        (before, after): (CivilDate, CivilDate),
        request: &'static str,
    ) {
        let visit = |date, slot: Slot| Visit {
            centre: centre.name.clone(),
            date,
            slot: slot.to_string(),
        };
        let message = match one.slot {
            Some(slot) => Message::AppointmentMoved(visit(after, slot)),
            None => Message::AppointmentCancelled(visit(before, one.from)),
        };
        let Some(person) = one.members.first() else { return };
        let told = self.queue_to_person((one.household, *person), message, Language::default(), request);
        if told.await.is_err() {
            tracing::warn!("a message about a cancelled session could not be queued");
        }
    }

    /// The sessions of a centre on the days from `from` to `to`, with all their seats.
    pub async fn sessions_of(
        &self,
        staff: &Staff,
        centre: CentreId,
        days: (CivilDate, CivilDate),
    ) -> Result<Vec<SessionSeats>, Refusal> {
        self.require_at(staff, centre)?;
        let found = self.0.db.read("app::session::of_centre", move |tx| {
            Box::pin(session::of_centre(tx, centre, days))
        });
        Ok(found.await?)
    }

    fn require_planner(&self, staff: &Staff, centre: CentreId) -> Result<(), Refusal> {
        if staff.role() == StaffRole::Vaccinator {
            return Err(Refusal::Forbidden);
        }
        self.require_at(staff, centre)
    }

    /// A district's administrator is at every centre of the district, everybody else at their own.
    fn require_at(&self, staff: &Staff, centre: CentreId) -> Result<(), Refusal> {
        let facts = self.0.availability.centre(centre).ok_or(Refusal::Forbidden)?;
        let at_home = match staff.role() {
            StaffRole::DistrictAdmin => facts.district.number() == staff.district(),
            StaffRole::SiteManager | StaffRole::Vaccinator => centre.number() == staff.centre(),
        };
        if at_home { Ok(()) } else { Err(Refusal::Forbidden) }
    }

    fn new_session(&self, plan: SessionPlan) -> Result<NewSession, Refusal> {
        let centre = self.0.availability.centre(plan.centre);
        let centre = centre.ok_or_else(|| invalid("centre", "no such centre: import or add it first"))?;
        check(&plan, &centre)?;
        Ok(NewSession {
            id: plan
                .id
                .unwrap_or_else(|| SessionId::from_random(self.0.sealer.random())),
            centre: plan.centre,
            district: centre.district,
            day: plan.day,
            vaccine: plan.vaccine,
            ages: plan.ages,
            slots: plan
                .slots
                .into_iter()
                .map(|slot| NewSlot {
                    slot: slot.slot,
                    capacity: slot.seats,
                })
                .collect(),
        })
    }
}

/// A session that nobody could come to is refused before it is published.
pub(crate) fn check(plan: &SessionPlan, centre: &Centre) -> Result<(), Refusal> {
    if plan.slots.is_empty() {
        return Err(invalid("slots", "a session needs at least one slot"));
    }
    let in_order = plan.slots.windows(2).all(|pair| match pair {
        [one, next] => one.slot.end() <= next.slot.start(),
        _ => true,
    });
    if !in_order {
        return Err(invalid(
            "slots",
            "slots must be in order of time and must not overlap",
        ));
    }
    let first_doses = plan
        .slots
        .iter()
        .flat_map(|slot| &slot.seats)
        .any(|(dose, _, seats)| *dose == DoseNumber::First && *seats > 0);
    if first_doses && !rules::may_begin(plan.vaccine, plan.ages, plan.day, Channel::from(centre.kind)) {
        let sentence =
            "first doses are offered only of a vaccine that everybody in the age group may begin with";
        return Err(invalid("seats", sentence));
    }
    Ok(())
}

fn invalid(field: &'static str, sentence: &str) -> Refusal {
    Refusal::Invalid {
        field,
        sentence: sentence.to_owned(),
    }
}
