//! People who did not come: their seats go to walk-ins in one tap.

use std::collections::HashSet;

use pramaan_domain::id::{AppointmentId, MessageId, SessionId};
use pramaan_domain::time::{CivilDate, Timestamp};
use pramaan_domain::visit::{VisitAct, VisitState};
use pramaan_store::appointment::{AppointmentState, one_a_phone};
use pramaan_store::day_event::{self, DayEventKind, NewDayEvent};
use pramaan_store::roster::{self, Expected};
use pramaan_store::visit::{self, Day, Step, VisitOf, dosed};
use pramaan_store::{Sealer, Tx, appointment};

use super::{ATTEMPTS, Manager};
use crate::message::{Message, Visit};
use crate::mobiles::{Letters, Mobiles, tell};
use crate::visit::{is_late, of, seen};
use crate::{App, Refusal, Staff};

/// What became of the places of people who did not come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Released {
    /// People who did not come by half an hour after their hours.
    pub people: usize,
    /// Seats that walk-ins can take now. Behind the last slot there are none.
    pub seats: i64,
    /// People of these to whom no message went, because no phone sees them.
    pub untold: usize,
}

impl App {
    /// Gives up the places of everybody at the manager's centre who is half an hour late and not checked in: their seats go
    /// to walk-ins of the hours to come, and they are told how to come nevertheless. Once: released again, nothing happens.
    ///
    /// # Errors
    /// `Forbidden` for anybody but the site manager; `Unavailable` when the log cannot be written.
    pub async fn release_no_shows(&self, staff: &Staff, request: &'static str) -> Result<Released, Refusal> {
        let manager = Manager::of(self, staff)?;
        let (mut mobiles, mut attempt) = (Mobiles::default(), 1);
        let (released, sessions, queued) = loop {
            let (here, now) = (manager.here, self.now());
            let sealer = self.0.sealer.clone();
            let late = self.0.db.read("app::day::late", move |tx| {
                Box::pin(async move {
                    let visits = visit::of_day(tx, here).await?;
                    let expected = roster::expected(tx, here.0, here.1).await?;
                    let late = late(expected, &visits, now);
                    let place = |one: &Expected| (together(one), (one.household, one.person));
                    let tell = one_a_phone(tx, &sealer, late.iter().map(place).collect()).await?;
                    Ok::<_, Refusal>((late, tell))
                })
            });
            let (late, tell) = late.await?;
            if late.is_empty() {
                return Ok(Released::default());
            }
            self.look_up(tell, &mut mobiles, request).await?;
            match self.try_release(&manager, &mobiles, &late).await {
                Err(Refusal::Unavailable(error)) if error.is_retryable() && attempt < ATTEMPTS => {
                    self.give_way("app::day::release", attempt, &error).await;
                    attempt += 1;
                }
                done => break done?,
            }
        };
        self.reload(sessions).await;
        self.deliver_now(&queued).await;
        Ok(released)
    }

    async fn try_release(
        &self,
        manager: &Manager,
        mobiles: &Mobiles,
        late: &[Expected],
    ) -> Result<(Released, Vec<SessionId>, Vec<MessageId>), Refusal> {
        let mut sessions: Vec<SessionId> = late.iter().map(|one| one.place.session).collect();
        sessions.sort_unstable();
        sessions.dedup();
        let centre = sessions.first().copied().ok_or(Refusal::UnknownSession)?;
        let centre = self.venue(centre).await?.centre.name.to_string();
        let releasing = Releasing {
            manager: manager.clone(),
            mobiles: mobiles.clone(),
            sessions: sessions.clone(),
            centre,
        };
        let (sealer, now) = (self.0.sealer.clone(), self.now());
        let done = self.0.db.write("app::day::release", move |tx| {
            Box::pin(async move { releasing.write(tx, &sealer, now).await })
        });
        let (released, queued) = done.await?;
        Ok((released, sessions, queued))
    }
}

struct Releasing {
    manager: Manager,
    mobiles: Mobiles,
    sessions: Vec<SessionId>,
    centre: String,
}

impl Releasing {
    async fn write(
        self,
        tx: &mut Tx,
        sealer: &Sealer,
        now: Timestamp,
    ) -> Result<(Released, Vec<MessageId>), Refusal> {
        let here = self.manager.here;
        appointment::lock_sessions(tx, &self.sessions).await?;
        let mut day = Day::lock(tx, here).await?;
        let visits = visit::of_day(tx, here).await?;
        let mut late = late(roster::expected(tx, here.0, here.1).await?, &visits, now);
        // Of sessions that are locked; the others are found by the next tap.
        late.retain(|one| self.sessions.contains(&one.place.session));
        let places: HashSet<VisitOf> = late.iter().map(of).collect();
        let seats = appointment::release(tx, &places, now).await?;
        let steps: Vec<Step> = late.iter().map(|one| released(one, now)).collect();
        for step in visit::steps(tx, &mut day, &steps, &self.manager.code, now).await? {
            step?;
        }
        let new = NewDayEvent {
            kind: DayEventKind::Released,
            session: None,
            n: i64::try_from(late.len()).unwrap_or(i64::MAX),
            by: &self.manager.code,
            note: None,
        };
        day_event::append(tx, sealer, &mut day, new, now).await?;
        let messages = self.messages(&late, here.1);
        let Letters { queued, untold } = tell(tx, sealer, &self.mobiles, messages, now).await?;
        let released = Released {
            people: late.len(),
            seats,
            untold,
        };
        Ok((released, queued))
    }

    /// One for each appointment and its hours, to each phone that sees one of its members.
    fn messages(
        &self,
        late: &[Expected],
        day: CivilDate,
    ) -> Vec<(Vec<pramaan_domain::id::PersonId>, Message)> {
        let mut sorted: Vec<&Expected> = late.iter().collect();
        sorted.sort_by_key(|one| (together(one), one.person));
        let groups = sorted.chunk_by(|one, other| together(one) == together(other));
        let message = |group: &[&Expected]| {
            let first = group.first()?;
            let visit = Visit {
                centre: self.centre.clone(),
                date: day,
                slot: first.hours.to_string(),
            };
            let members = group.iter().map(|one| one.person).collect();
            Some((members, Message::AppointmentMissed(visit)))
        };
        groups.filter_map(message).collect()
    }
}

/// Those of an appointment who sit together: whoever moved alone was expected at other hours.
fn together(one: &Expected) -> (AppointmentId, SessionId, i64) {
    (one.appointment, one.place.session, one.place.slot)
}

fn released(one: &Expected, now: Timestamp) -> Step {
    Step {
        of: of(one),
        dosed: dosed(one.state),
        act: VisitAct::Release,
        since: now,
    }
}

/// Who is late by more than the grace and was not seen here today.
fn late(
    expected: Vec<Expected>,
    visits: &std::collections::HashMap<VisitOf, visit::Visit>,
    now: Timestamp,
) -> Vec<Expected> {
    let day = now.date();
    let is = |one: &Expected| {
        one.state == AppointmentState::Booked
            && seen(one, visits).state == VisitState::Expected
            && is_late(one.hours.ends_at(day), now)
    };
    expected.into_iter().filter(is).collect()
}
