//! A centre's week copied to another: shown first, with what stands in the way; holidays are left out by hand.

use chrono::{Datelike, Days};
use pramaan_domain::centre::CentreId;
use pramaan_domain::time::CivilDate;
use pramaan_store::session::{self, SessionSeats, SessionState};

use super::spelled;
use crate::session::{SessionPlan, SlotPlan, check};
use crate::{App, FormKey, Refusal, Staff};

/// Weeks can be filled so many days ahead.
const DAYS_AHEAD: i64 = 366;

/// Which week to which. Any day of a week stands for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WeekCopy {
    pub centre: CentreId,
    pub from: CivilDate,
    pub to: CivilDate,
}

/// What would be published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeekPreview {
    /// The Mondays.
    pub from: CivilDate,
    pub to: CivilDate,
    pub sessions: Vec<Copied>,
    /// Names what is shown.
    pub shown: String,
}

/// One session of the week, on its new day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    pub plan: SessionPlan,
    /// Why it is not published, if it is not.
    pub conflict: Option<Conflict>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conflict {
    /// The centre has a session with this vaccine at some of these hours.
    SameHours,
    DayOver,
    TooFarAhead,
    /// No rule lets this age group begin with this vaccine on that day.
    NotAllowed,
}

/// The Monday of a day's week.
pub fn monday(day: CivilDate) -> CivilDate {
    let since = day.weekday().num_days_from_monday();
    day.checked_sub_days(Days::new(since.into())).unwrap_or(day)
}

impl App {
    /// What copying a week would publish, and what stands in the way. Publishes nothing.
    ///
    /// # Errors
    /// `Forbidden` for another's centre.
    pub async fn week_preview(&self, staff: &Staff, copy: WeekCopy) -> Result<WeekPreview, Refusal> {
        self.require_planner(staff, copy.centre)?;
        let (from, to) = (monday(copy.from), monday(copy.to));
        let of_week = |monday: CivilDate| (monday, monday.checked_add_days(Days::new(6)).unwrap_or(monday));
        let found = self.0.db.read("app::plan::week", move |tx| {
            Box::pin(async move {
                let old = session::of_centre(tx, copy.centre, of_week(from)).await?;
                let there = session::of_centre(tx, copy.centre, of_week(to)).await?;
                Ok::<_, Refusal>((old, there))
            })
        });
        let (mut old, mut there) = found.await?;
        old.retain(is_published);
        there.retain(is_published);
        let days = to.signed_duration_since(from);
        let mut sessions = Vec::with_capacity(old.len());
        for one in &old {
            let Some(day) = one.session.day.checked_add_signed(days) else {
                continue;
            };
            let plan = plan_of(one, day);
            let conflict = self.conflict(&plan, &there);
            sessions.push(Copied { plan, conflict });
        }
        sessions.sort_by_key(|copied| {
            let start = copied.plan.slots.first().map(|slot| slot.slot.start());
            (copied.plan.day, start, copied.plan.vaccine)
        });
        let parts: Vec<String> = sessions
            .iter()
            .map(|copied| format!("{}|{:?}", spelled(&copied.plan), copied.conflict))
            .collect();
        Ok(WeekPreview {
            shown: self.shown(&parts),
            from,
            to,
            sessions,
        })
    }

    /// Publishes what was shown, but for what stands in the way and the days that are skipped; answers how many sessions. The
    /// same form sent twice publishes once.
    ///
    /// # Errors
    /// `PlanMoved` when it would not be what was shown; `Invalid` with the field `skip` when nothing is left.
    pub async fn copy_week(
        &self,
        (staff, key): (&Staff, &FormKey),
        copy: WeekCopy,
        skip: &[CivilDate],
        shown: &str,
    ) -> Result<usize, Refusal> {
        let preview = self.week_preview(staff, copy).await?;
        let kept = |copied: &&Copied| !skip.contains(&copied.plan.day);
        // Sent again, its own sessions are what stands in the way now.
        let all: Vec<SessionPlan> = self.with_ids((staff, key), preview.sessions.iter().filter(kept));
        let ids: Vec<_> = all.iter().filter_map(|plan| plan.id).collect();
        let there = self.of_these(&ids).await?;
        if there > 0 {
            return Ok(there);
        }
        if preview.shown != shown {
            return Err(Refusal::PlanMoved);
        }
        let free = preview.sessions.iter().filter(kept);
        let free = free.filter(|copied| copied.conflict.is_none());
        let plans = self.with_ids((staff, key), free);
        if plans.is_empty() {
            return Err(super::invalid("skip", "nothing is left to publish"));
        }
        self.publish_once(staff, plans).await
    }

    /// Each with an id that the same form gives it again: its place is its day, vaccine and first hour.
    fn with_ids<'c>(
        &self,
        (staff, key): (&Staff, &FormKey),
        sessions: impl Iterator<Item = &'c Copied>,
    ) -> Vec<SessionPlan> {
        let named = |copied: &Copied| SessionPlan {
            id: Some(self.id_of(staff, key, &spelled(&copied.plan))),
            ..copied.plan.clone()
        };
        sessions.map(named).collect()
    }

    fn conflict(&self, plan: &SessionPlan, there: &[SessionSeats]) -> Option<Conflict> {
        let today = self.today();
        if plan.day < today {
            Some(Conflict::DayOver)
        } else if plan.day.signed_duration_since(today).num_days() > DAYS_AHEAD {
            Some(Conflict::TooFarAhead)
        } else if there.iter().any(|other| is_same(other, plan)) {
            Some(Conflict::SameHours)
        } else {
            let centre = self.0.availability.centre(plan.centre)?;
            check(plan, &centre).is_err().then_some(Conflict::NotAllowed)
        }
    }
}

/// Whether a session is one of the same vaccine at some hours of the plan's day.
pub(super) fn is_same(other: &SessionSeats, plan: &SessionPlan) -> bool {
    is_published(other)
        && (other.session.day, other.session.vaccine) == (plan.day, plan.vaccine)
        && overlaps(other, plan)
}

fn is_published(one: &SessionSeats) -> bool {
    one.session.state == SessionState::Published
}

/// The session as it was planned: what its day added, gave to others or stopped is not copied.
fn plan_of(one: &SessionSeats, day: CivilDate) -> SessionPlan {
    let slot = |slot: &session::SlotSeats| SlotPlan {
        slot: slot.slot,
        seats: slot
            .seats
            .iter()
            .filter(|seat| seat.planned > 0)
            .map(|seat| {
                (
                    seat.dose,
                    seat.quota,
                    u16::try_from(seat.planned).unwrap_or(u16::MAX),
                )
            })
            .collect(),
    };
    SessionPlan {
        id: None,
        centre: one.session.centre,
        day,
        vaccine: one.session.vaccine,
        ages: one.session.ages,
        slots: one
            .slots
            .iter()
            .map(slot)
            .filter(|slot| !slot.seats.is_empty())
            .collect(),
    }
}

fn overlaps(there: &SessionSeats, plan: &SessionPlan) -> bool {
    let hours = there.slots.iter().map(|slot| slot.slot);
    hours.into_iter().any(|one| {
        let mut new = plan.slots.iter().map(|slot| slot.slot);
        new.any(|other| one.start() < other.end() && other.start() < one.end())
    })
}
