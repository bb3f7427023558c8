//! The close of a day: what was given, counted and wasted, who was there and who was not. An event with its figures; opened
//! again with a reason while the day lasts, and closed again with the next.

use std::collections::HashMap;

use pramaan_domain::staff::Reason;
use pramaan_domain::time::{CivilDate, Timestamp};
use pramaan_domain::visit::VisitState;
use pramaan_store::day_event::{self, DayEvent, DayEventKind, DayFigure, Figure, NewDayEvent};
use pramaan_store::held_dose::{self, HeldState};
use pramaan_store::roster::{self, Expected};
use pramaan_store::visit::{self, Day, Visit, VisitOf};
use pramaan_store::{Sealer, Tx, dose, stock};

use super::Manager;
use crate::held_dose::LISTED;
use crate::stock::{SheetLine, sheet_lines};
use crate::visit::{Desk, of, seen};
use crate::{App, Refusal, Staff};

/// What a manager says when the day is closed.
#[derive(Debug, Clone, Default)]
pub struct Closing {
    /// Needed when people are still there: why they are carried over.
    pub carried: Option<Reason>,
}

/// The figures of a day up to now.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DayCount {
    /// By vaccine and batch.
    pub given: Vec<DayFigure>,
    pub stock: Vec<SheetLine>,
    pub came: usize,
    /// Waiting, at a table or under observation.
    pub still_here: usize,
    pub sent_away: usize,
    /// Whether their seats were released or their hours went by.
    pub no_shows: usize,
    /// Their hours have not ended.
    pub to_come: usize,
    /// Doses typed while nothing could be opened, that are not settled.
    pub held: usize,
}

/// A close with its figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    pub event: DayEvent,
    pub figures: Vec<DayFigure>,
    /// Doses that were recorded since: late entries.
    pub after_close: usize,
}

impl App {
    /// What a day comes to up to now, and the close that stands, if there is one. Opens nothing.
    ///
    /// # Errors
    /// `Forbidden`, `OffRoster`.
    pub async fn day_count(&self, staff: &Staff) -> Result<(DayCount, Option<Closed>), Refusal> {
        let (desk, sealer, now) = (Desk::of(self, staff)?, self.0.sealer.clone(), self.now());
        let found = self.0.db.read("app::day::count", move |tx| {
            Box::pin(async move {
                desk.open(tx).await?;
                let count = count(tx, desk.here, now).await?;
                Ok::<_, Refusal>((count, closed(tx, &sealer, desk.here).await?))
            })
        });
        found.await
    }

    /// Closes the day of the manager's centre with its figures. Nothing is locked by it: what is entered later, from paper
    /// or from a device without a line, is recorded as ever and counted as after the close.
    ///
    /// # Errors
    /// `Forbidden` for anybody but the site manager; `StillHere` when people are and no reason carries them over; `DayMoved`
    /// when it is closed.
    pub async fn close_day(&self, staff: &Staff, closing: Closing) -> Result<Closed, Refusal> {
        let (manager, sealer, now) = (Manager::of(self, staff)?, self.0.sealer.clone(), self.now());
        let done = self.0.db.write("app::day::close", move |tx| {
            let (manager, closing) = (manager.clone(), closing.clone());
            Box::pin(async move { close(tx, &sealer, (manager, closing), now).await })
        });
        done.await
    }

    /// Opens the day again, on the same day, with a reason.
    ///
    /// # Errors
    /// `Forbidden`; `DayMoved` when it is not closed.
    pub async fn reopen_day(&self, staff: &Staff, reason: Reason) -> Result<(), Refusal> {
        let (manager, sealer, now) = (Manager::of(self, staff)?, self.0.sealer.clone(), self.now());
        let done = self.0.db.write("app::day::reopen", move |tx| {
            let (manager, reason) = (manager.clone(), reason.clone());
            Box::pin(async move {
                let mut day = Day::lock(tx, manager.here).await?;
                if closed(tx, &sealer, manager.here).await?.is_none() {
                    return Err(Refusal::DayMoved);
                }
                let new = NewDayEvent {
                    kind: DayEventKind::Reopened,
                    session: None,
                    n: 0,
                    by: &manager.code,
                    note: Some(&reason),
                };
                day_event::append(tx, &sealer, &mut day, new, now).await?;
                Ok(())
            })
        });
        done.await
    }
}

async fn close(
    tx: &mut Tx,
    sealer: &Sealer,
    (manager, closing): (Manager, Closing),
    now: Timestamp,
) -> Result<Closed, Refusal> {
    let mut day = Day::lock(tx, manager.here).await?;
    if closed(tx, sealer, manager.here).await?.is_some() {
        return Err(Refusal::DayMoved);
    }
    let count = count(tx, manager.here, now).await?;
    if count.still_here > 0 && closing.carried.is_none() {
        return Err(Refusal::StillHere {
            people: count.still_here,
        });
    }
    let figures = count.figures();
    let new = NewDayEvent {
        kind: DayEventKind::Closed,
        session: None,
        n: figures
            .iter()
            .filter(|one| one.what == Figure::Given)
            .map(|one| one.n)
            .sum(),
        by: &manager.code,
        note: closing.carried.as_ref(),
    };
    let number = day_event::append(tx, sealer, &mut day, new, now).await?;
    day_event::keep_figures(tx, &day, number, &figures).await?;
    let stands = closed(tx, sealer, manager.here).await?;
    stands.ok_or(Refusal::DayMoved)
}

/// The close that stands.
async fn closed(tx: &mut Tx, sealer: &Sealer, here: (i64, CivilDate)) -> Result<Option<Closed>, Refusal> {
    let events = day_event::of_day(tx, sealer, here).await?;
    let last = events
        .into_iter()
        .rfind(|event| matches!(event.kind, DayEventKind::Closed | DayEventKind::Reopened));
    let Some(event) = last.filter(|event| event.kind == DayEventKind::Closed) else {
        return Ok(None);
    };
    let given = pramaan_domain::visit::VisitAct::Vaccinate.code();
    let steps = visit::events(tx, here).await?;
    let after = steps
        .iter()
        .filter(|(act, _, _, at)| act == given && *at > event.at);
    Ok(Some(Closed {
        figures: day_event::figures(tx, here, event.number).await?,
        after_close: after.count(),
        event,
    }))
}

async fn count(tx: &mut Tx, here: (i64, CivilDate), now: Timestamp) -> Result<DayCount, Refusal> {
    let (centre, day) = here;
    let expected = roster::expected(tx, centre, day).await?;
    let people = people(&expected, visit::of_day(tx, here).await?, now);
    let held = held_dose::of_centre(tx, centre, day, LISTED).await?;
    let unsettled =
        |one: &&held_dose::Listed| matches!(one.state, HeldState::Waiting | HeldState::NeedsAttention(_));
    let given = dose::counted_at(tx, here).await?;
    let given = given.into_iter().map(|(vaccine, batch, n)| DayFigure {
        what: Figure::Given,
        batch: Some((vaccine, batch)),
        n,
    });
    let moved = stock::day_sums(tx, centre, day).await?;
    Ok(DayCount {
        given: given.collect(),
        stock: sheet_lines(moved, stock::counts_of_day(tx, centre, day).await?),
        held: held.iter().filter(unsettled).count(),
        ..people
    })
}

/// The people of a day. Whose place is not on its list any more, by a release, a stop or a move, is counted by the visit, and
/// is not here.
fn people(expected: &[Expected], mut visits: HashMap<VisitOf, Visit>, now: Timestamp) -> DayCount {
    let mut count = DayCount::default();
    for one in expected {
        let state = seen(one, &visits).state;
        visits.remove(&of(one));
        let over = one.hours.ends_at(now.date()) <= now;
        count.no_shows += usize::from(state == VisitState::Expected && over);
        count.to_come += usize::from(state == VisitState::Expected && !over);
        count.still_here += usize::from(state.is_on_site());
        count.add(state);
    }
    for visit in visits.into_values() {
        count.add(visit.state);
    }
    count
}

impl DayCount {
    fn add(&mut self, state: VisitState) {
        self.came += usize::from(state.has_token());
        self.sent_away += usize::from(matches!(state, VisitState::SentAway(_)));
        self.no_shows += usize::from(state == VisitState::NoShow);
    }

    fn figures(&self) -> Vec<DayFigure> {
        let whole = |what, n: usize| DayFigure {
            what,
            batch: None,
            n: i64::try_from(n).unwrap_or(i64::MAX),
        };
        let mut figures = vec![
            whole(Figure::Came, self.came),
            whole(Figure::NoShows, self.no_shows),
            whole(Figure::SentAway, self.sent_away),
            whole(Figure::Carried, self.still_here),
            whole(Figure::ToCome, self.to_come),
            whole(Figure::Held, self.held),
        ];
        figures.extend(self.given.iter().cloned());
        for line in &self.stock {
            let of_batch = |what, n| DayFigure {
                what,
                batch: Some((line.key.vaccine, line.key.batch.clone())),
                n,
            };
            let wasted: i64 = line.wasted.iter().map(|(_, doses)| doses).sum();
            figures.push(of_batch(Figure::Wasted, wasted));
            if let Some(counted) = &line.counted {
                figures.push(of_batch(Figure::Expected, counted.expected));
                figures.push(of_batch(Figure::Counted, counted.counted));
            }
        }
        figures
    }
}
