//! Sessions for those who plan them: publish, cancel with rebooking, list.

use std::collections::HashSet;

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

pub use pramaan_store::session::{Session, SessionSeats, SessionState};

use crate::availability::Centre;
use crate::message::{Message, Visit};
use crate::mobiles::{Letters, Mobiles, tell};
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

/// How many days ahead a session is published by hand, or moved: a slip of the finger in a date is caught.
pub const HAND_DAYS_AHEAD: u64 = 60;

/// What became of the appointments of a cancelled session.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cancelled {
    /// Appointments that moved to the other session.
    pub moved: usize,
    /// Appointments that are cancelled, because no other session was given or it had no seats for them.
    pub ended: usize,
    /// People of these to whom no message went, because no phone sees them: to be told at the door.
    pub untold: usize,
}

impl Cancelled {
    /// An appointment of which some moved and others found no seats is one of either.
    pub(crate) fn of(rebooked: &[Rebooked], untold: usize) -> Self {
        let count = |of: fn(&&Rebooked) -> bool| {
            let appointments: HashSet<_> = rebooked.iter().filter(of).map(|one| one.appointment).collect();
            appointments.len()
        };
        Self {
            moved: count(|one| one.slot.is_some()),
            ended: count(|one| one.slot.is_none()),
            untold,
        }
    }
}

/// How often closing a session gives way to others before the caller is told to try again.
const ATTEMPTS: u8 = 10;

/// A session about to be closed, and what its people are told.
#[derive(Clone)]
struct Closing {
    from: (SessionId, CivilDate),
    to: Option<(SessionId, CivilDate)>,
    centre: String,
    request: &'static str,
}

impl Closing {
    fn message(&self, one: &Rebooked) -> Message {
        let visit = |date, slot: Slot| Visit {
            centre: self.centre.clone(),
            date,
            slot: slot.to_string(),
        };
        match (one.slot, self.to) {
            (Some(slot), Some((_, day))) => Message::AppointmentMoved(visit(day, slot)),
            _ => Message::AppointmentCancelled(visit(self.from.1, one.from)),
        }
    }
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

    /// Cancels a session. Its appointments move, each whole or not at all, to `to`; those that find no seats end. The
    /// message to every household is queued in the same commit.
    ///
    /// # Errors
    /// `Invalid` unless `to` is a session that [can replace](can_replace) it.
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
        if let Some(other) = &other
            && !can_replace(&other.session.session, facts)
        {
            return Err(invalid(
                "session",
                "the other session must be at the same centre, with the same vaccine, for all ages of this one, and not earlier",
            ));
        }
        let closing = Closing {
            from: (id, facts.day),
            to: other.map(|other| (other.session.session.id, other.session.session.day)),
            centre: venue.centre.name.to_string(),
            request,
        };
        let (rebooked, Letters { queued, untold }) = self.close(closing).await?;
        self.reload([Some(id), to].into_iter().flatten().collect()).await;
        self.deliver_now(&queued).await;
        Ok(Cancelled::of(&rebooked, untold))
    }

    /// Closes the session and queues every message about it in one transaction. The numbers are opened before, so
    /// whoever books meanwhile is opened in the next attempt.
    async fn close(&self, closing: Closing) -> Result<(Vec<Rebooked>, Letters), Refusal> {
        let mut mobiles = Mobiles::default();
        let mut attempt = 1;
        loop {
            self.open_addressees(&closing, &mut mobiles).await?;
            match self.try_close(&closing, &mobiles).await {
                Err(Refusal::Unavailable(error)) if error.is_retryable() && attempt < ATTEMPTS => {
                    self.give_way("app::session::close", attempt, &error).await;
                    attempt += 1;
                }
                closed => return closed,
            }
        }
    }

    /// Opens the numbers of those with an appointment there who are not among `mobiles` yet.
    async fn open_addressees(&self, closing: &Closing, mobiles: &mut Mobiles) -> Result<(), Refusal> {
        let (session, sealer) = (closing.from.0, self.0.sealer.clone());
        let live = self.0.db.read("app::session::live", move |tx| {
            Box::pin(async move { appointment::live_in(tx, &sealer, session).await })
        });
        self.look_up(live.await?, mobiles, closing.request).await
    }

    async fn try_close(
        &self,
        closing: &Closing,
        mobiles: &Mobiles,
    ) -> Result<(Vec<Rebooked>, Letters), Refusal> {
        let (closing, mobiles) = (closing.clone(), mobiles.clone());
        let (sealer, now) = (self.0.sealer.clone(), self.now());
        let closed = self.0.db.write("app::session::cancel", move |tx| {
            Box::pin(async move {
                let to = closing.to.map(|(to, _)| to);
                let rebooked = appointment::close_session(tx, closing.from.0, to, now).await??;
                let told = rebooked
                    .iter()
                    .map(|one| (one.members.clone(), closing.message(one)));
                let letters = tell(tx, &sealer, &mobiles, told.collect(), now).await?;
                Ok::<_, Refusal>((rebooked, letters))
            })
        });
        closed.await
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

    pub(crate) fn require_planner(&self, staff: &Staff, centre: CentreId) -> Result<(), Refusal> {
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

/// Whether everybody who may come to `from` may come to `other` instead, nobody's record being opened for it: the same
/// centre and vaccine, an age group that includes the other, and not an earlier day.
///
/// On a day not before that for which the rules let them book, the interval since an earlier dose has passed as well, so no
/// earliest date is asked for. Who outgrows an age group meanwhile, or whom a later rule excludes, is seen at the site.
pub fn can_replace(other: &Session, from: &Session) -> bool {
    other.id != from.id
        && other.state == SessionState::Published
        && (other.centre, other.vaccine) == (from.centre, from.vaccine)
        && other.ages.includes(from.ages)
        && other.day >= from.day
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
