//! A session that goes on for longer, stops or moves, by who plans it with a reason. Who is booked there is told on their
//! phone; who has none is counted, to be told at the door.

use std::collections::HashSet;

use chrono::{Days, NaiveTime};
use pramaan_domain::centre::CentreId;
use pramaan_domain::dose::DoseNumber;
use pramaan_domain::id::SessionId;
use pramaan_domain::session::Quota;
use pramaan_domain::slot::Slot;
use pramaan_domain::staff::Reason;
use pramaan_domain::time::{CivilDate, Timestamp};
use pramaan_domain::visit::{SentAway, VisitAct, VisitState};
use pramaan_store::appointment::{self, Rebooked};
use pramaan_store::day_event::{self, DayEventKind, NewDayEvent};
use pramaan_store::roster::{self, Expected};
use pramaan_store::session::{self, NewSession, NewSlot, SessionSeats, SessionState};
use pramaan_store::visit::{self, Day, Step, VisitOf, dosed};
use pramaan_store::{Sealer, Tx};

use super::{ATTEMPTS, invalid};
use crate::message::{Message, Visit};
use crate::mobiles::{Letters, Mobiles, tell};
use crate::session::{Cancelled, HAND_DAYS_AHEAD};
use crate::visit::{of, seen};
use crate::{App, Refusal, Staff};

/// More hours behind the last slot, and seats in them.
#[derive(Debug, Clone)]
pub struct Extension {
    pub until: NaiveTime,
    pub seats: Vec<(DoseNumber, Quota, u16)>,
    pub reason: Reason,
}

/// Where a session moves to.
#[derive(Debug, Clone)]
pub struct Move {
    pub centre: CentreId,
    pub day: CivilDate,
    pub reason: Reason,
}

/// What happens to a session, and what those who are booked there are told.
#[derive(Clone)]
struct Changing {
    from: SessionSeats,
    centre: String,
    here: (i64, CivilDate),
    by: String,
    what: What,
}

#[derive(Clone)]
enum What {
    Extend(Extension, Slot),
    Stop(Reason),
    Move {
        to: NewSession,
        centre: String,
        reason: Reason,
    },
}

impl App {
    /// Adds hours with seats behind the last slot of a session.
    ///
    /// # Errors
    /// `Forbidden` for another's centre; `UnknownSession`, `SessionCancelled`; `Invalid` with `until` for an end that is not
    /// later than the last or lies in the past, with `seats` when there are none.
    pub async fn extend_session(
        &self,
        staff: &Staff,
        id: SessionId,
        extension: Extension,
        request: &'static str,
    ) -> Result<Cancelled, Refusal> {
        let changing = self.changing(staff, id, |from, now| {
            let last = from.slots.iter().map(|slot| slot.slot.end()).max();
            let last = last.ok_or(Refusal::UnknownSession)?;
            let later = "give an end that is later than the last hours and still to come";
            let slot = Slot::new(last, extension.until).map_err(|_| invalid("until", later))?;
            if slot.ends_at(from.session.day) <= now {
                return Err(invalid("until", later));
            }
            if extension.seats.iter().all(|(_, _, seats)| *seats == 0) {
                return Err(invalid("seats", "give at least one seat"));
            }
            Ok(What::Extend(extension, slot))
        });
        self.change_session(changing.await?, request).await
    }

    /// Stops a session from now on: who is at a table is seen to, everybody else's appointment ends and they can book
    /// elsewhere at once.
    ///
    /// # Errors
    /// As [`extend_session`](Self::extend_session).
    pub async fn stop_session(
        &self,
        staff: &Staff,
        id: SessionId,
        reason: Reason,
        request: &'static str,
    ) -> Result<Cancelled, Refusal> {
        let changing = self.changing(staff, id, |_, _| Ok(What::Stop(reason))).await?;
        self.change_session(changing, request).await
    }

    /// Moves a session with its seats and appointments to another day or another centre of the district. Codes and slips
    /// stay good.
    ///
    /// # Errors
    /// As [`extend_session`](Self::extend_session); `Invalid` with `centre` for one of another district, with `day` for an
    /// earlier one, but back to where it was moved from, for one more than sixty days ahead, for the same centre on the same
    /// day, and when no hours are left on it.
    pub async fn move_session(
        &self,
        staff: &Staff,
        id: SessionId,
        to: Move,
        request: &'static str,
    ) -> Result<Cancelled, Refusal> {
        let other = self.0.availability.centre(to.centre);
        let other = other.ok_or_else(|| invalid("centre", "there is no such centre"))?;
        let fresh = SessionId::from_random(self.0.sealer.random());
        let there = self.0.db.read("app::day::there", move |tx| {
            Box::pin(async move { session::of_centre(tx, to.centre, (to.day, to.day)).await })
        });
        let (there, today) = (there.await?, self.today());
        let last = today
            .checked_add_days(Days::new(HAND_DAYS_AHEAD))
            .unwrap_or(today);
        let changing = self.changing(staff, id, |from, now| {
            let facts = &from.session;
            if other.district != facts.district {
                return Err(invalid("centre", "give a centre of the same district"));
            }
            let earlier = to.day < facts.day && !there.iter().any(|one| is_left_behind(one, from));
            let here = (to.day, to.centre) == (facts.day, facts.centre);
            if earlier || here || !(today..=last).contains(&to.day) {
                return Err(invalid(
                    "day",
                    "give another centre, or a day that is later than that of the session, within sixty days",
                ));
            }
            let hours = from.slots.iter().map(|slot| slot.slot);
            let slots: Vec<NewSlot> = hours
                .filter(|slot| slot.ends_at(to.day) > now)
                .map(|slot| NewSlot {
                    slot,
                    capacity: Vec::new(),
                })
                .collect();
            if slots.is_empty() {
                return Err(invalid("day", "no hours of the session are left on that day"));
            }
            Ok(What::Move {
                to: NewSession {
                    id: fresh,
                    centre: to.centre,
                    district: other.district,
                    day: to.day,
                    vaccine: facts.vaccine,
                    ages: facts.ages,
                    slots,
                },
                centre: other.name.to_string(),
                reason: to.reason.clone(),
            })
        });
        self.change_session(changing.await?, request).await
    }

    async fn changing(
        &self,
        staff: &Staff,
        id: SessionId,
        what: impl FnOnce(&SessionSeats, Timestamp) -> Result<What, Refusal> + Send,
    ) -> Result<Changing, Refusal> {
        let venue = self.venue(id).await?;
        self.require_planner(staff, venue.centre.id)?;
        // Of the database: the memory of this node may be a second old.
        let found = self.0.db.read("app::day::session", move |tx| {
            Box::pin(async move { session::with_seats(tx, &[id]).await })
        });
        let from = found.await?.pop().ok_or(Refusal::UnknownSession)?;
        if from.session.state != SessionState::Published || from.session.day < self.today() {
            return Err(Refusal::SessionCancelled);
        }
        Ok(Changing {
            what: what(&from, self.now())?,
            here: (from.session.centre.number(), from.session.day),
            from,
            centre: venue.centre.name.to_string(),
            by: staff.code.clone(),
        })
    }

    async fn change_session(&self, changing: Changing, request: &'static str) -> Result<Cancelled, Refusal> {
        let (mut mobiles, mut attempt) = (Mobiles::default(), 1);
        let id = changing.from.session.id;
        let (rebooked, Letters { queued, untold }) = loop {
            let sealer = self.0.sealer.clone();
            let live = self.0.db.read("app::day::live", move |tx| {
                Box::pin(async move { appointment::live_in(tx, &sealer, id).await })
            });
            self.look_up(live.await?, &mut mobiles, request).await?;
            let (changing, mobiles) = (changing.clone(), mobiles.clone());
            let (sealer, now) = (self.0.sealer.clone(), self.now());
            let done = self.0.db.write("app::day::change", move |tx| {
                Box::pin(async move { changing.write(tx, &sealer, &mobiles, now).await })
            });
            match done.await {
                Err(Refusal::Unavailable(error)) if error.is_retryable() && attempt < ATTEMPTS => {
                    self.give_way("app::day::change", attempt, &error).await;
                    attempt += 1;
                }
                done => break done?,
            }
        };
        let to = match &changing.what {
            What::Move { to, .. } => Some(to.id),
            What::Extend(..) | What::Stop(_) => None,
        };
        self.reload([Some(id), to].into_iter().flatten().collect()).await;
        self.deliver_now(&queued).await;
        Ok(Cancelled::of(&rebooked, untold))
    }
}

impl Changing {
    async fn write(
        self,
        tx: &mut Tx,
        sealer: &Sealer,
        mobiles: &Mobiles,
        now: Timestamp,
    ) -> Result<(Vec<Rebooked>, Letters), Refusal> {
        let id = self.from.session.id;
        appointment::lock_sessions(tx, &[id]).await?;
        // A table that opens a record holds its person when it comes to the day: the same order here.
        if !matches!(self.what, What::Extend(..)) {
            appointment::lock_people(tx, id).await?;
        }
        let mut day = Day::lock(tx, self.here).await?;
        let visits = visit::of_day(tx, self.here).await?;
        let mut expected = roster::expected(tx, self.here.0, self.here.1).await?;
        expected.retain(|one| one.place.session == id);
        let (waiting, staying) = here_now(&expected, &visits, now);
        let mut told = Vec::new();
        let (kind, reason, rebooked) = match &self.what {
            What::Extend(extension, slot) => {
                let first = self.from.slots.iter().map(|slot| slot.number).max().unwrap_or(-1) + 1;
                let new = NewSlot {
                    slot: *slot,
                    capacity: extension.seats.clone(),
                };
                session::extend(tx, id, (first, &[new]), now).await?;
                let live = appointment::live_in(tx, sealer, id).await?;
                let message = |person| (vec![person], self.extended(*slot));
                let each_phone = live.into_iter().filter(|telling| telling.of == telling.by);
                told.extend(each_phone.map(|telling| message(telling.of.1)));
                (DayEventKind::Extended, &extension.reason, Vec::new())
            }
            What::Stop(reason) => {
                let ended = appointment::stop_session(tx, id, &staying, now).await??;
                (DayEventKind::Stopped, reason, ended)
            }
            What::Move { to, reason, .. } => {
                let moved = appointment::move_session(tx, id, to.clone(), &staying, now).await??;
                (DayEventKind::Moved, reason, moved)
            }
        };
        if kind != DayEventKind::Extended {
            for step in visit::steps(tx, &mut day, &waiting, &self.by, now).await? {
                step?;
            }
        }
        told.extend(
            rebooked
                .iter()
                .map(|one| (one.members.clone(), self.rebooked(one))),
        );
        let new = NewDayEvent {
            kind,
            session: Some(id),
            n: i64::try_from(told.len()).unwrap_or(i64::MAX),
            by: &self.by,
            note: Some(reason),
        };
        day_event::append(tx, sealer, &mut day, new, now).await?;
        let letters = tell(tx, sealer, mobiles, told, now).await?;
        Ok((rebooked, letters))
    }

    fn extended(&self, slot: Slot) -> Message {
        Message::SessionExtended(Visit {
            centre: self.centre.clone(),
            date: self.from.session.day,
            slot: slot.to_string(),
        })
    }

    fn rebooked(&self, one: &Rebooked) -> Message {
        match (&self.what, one.slot) {
            (What::Move { to, centre, .. }, Some(slot)) => Message::AppointmentMoved(Visit {
                centre: centre.clone(),
                date: to.day,
                slot: slot.to_string(),
            }),
            _ => Message::AppointmentCancelled(Visit {
                centre: self.centre.clone(),
                date: self.from.session.day,
                slot: one.from.to_string(),
            }),
        }
    }
}

/// Whether a session is what another left behind when it moved: the same vaccine and ages at the same hours, and closed.
fn is_left_behind(there: &SessionSeats, moved: &SessionSeats) -> bool {
    let hours = |one: &SessionSeats, slot: Slot| one.slots.iter().any(|other| other.slot == slot);
    there.session.state == SessionState::Cancelled
        && (there.session.vaccine, there.session.ages) == (moved.session.vaccine, moved.session.ages)
        && moved.slots.iter().all(|slot| hours(there, slot.slot))
}

/// Who waits at the site and has to go, and the places of those at a table, who are seen to.
fn here_now(
    expected: &[Expected],
    visits: &std::collections::HashMap<VisitOf, visit::Visit>,
    now: Timestamp,
) -> (Vec<Step>, HashSet<VisitOf>) {
    let (mut waiting, mut staying) = (Vec::new(), HashSet::new());
    for one in expected {
        match seen(one, visits).state {
            VisitState::CheckedIn => waiting.push(Step {
                of: of(one),
                dosed: dosed(one.state),
                act: VisitAct::SendAway(SentAway::Stopped),
                since: now,
            }),
            VisitState::Called | VisitState::AtTable => {
                staying.insert(of(one));
            }
            _ => {}
        }
    }
    (waiting, staying)
}
