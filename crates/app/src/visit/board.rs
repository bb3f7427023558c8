//! The one screen of a day: who is where, what the stock has, and what waits for somebody. Counts and tokens, no names.

use std::collections::HashMap;

use pramaan_domain::centre::CentreId;
use pramaan_domain::session::Quota;
use pramaan_domain::stock::OpenVial;
use pramaan_domain::time::{CivilDate, Timestamp};
use pramaan_domain::vaccine::Vaccine;
use pramaan_domain::visit::{GRACE_MINUTES, OBSERVATION_MINUTES, VisitState};
use pramaan_store::correction::Proposal;
use pramaan_store::day_event::{self, DayEvent, DayEventKind};
use pramaan_store::held_dose::{self, HeldState};
use pramaan_store::proposal;
use pramaan_store::roster::{self, Expected, Place};
use pramaan_store::session::{self, SessionSeats, SessionState};
use pramaan_store::stock::{self, Stock};
use pramaan_store::visit::{self, Visit, VisitOf, dosed};

use super::{Desk, of};
use crate::held_dose::LISTED;
use crate::roster::Visitor;
use crate::{App, Refusal, Staff};

/// Somebody of today, with nothing that tells who.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnSite {
    pub visitor: Visitor,
    pub token: Option<i64>,
    pub state: VisitState,
    pub since: Timestamp,
}

impl OnSite {
    /// From when somebody under observation may go.
    pub fn may_go_at(&self) -> Timestamp {
        self.since.plus_seconds(60 * OBSERVATION_MINUTES)
    }
}

/// Seats for people without an appointment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WalkInSeats {
    pub taken: i64,
    pub capacity: i64,
    /// Of slots that have not ended.
    pub free_now: i64,
}

/// Doses typed while no record could be opened, that are not settled.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct HeldCount {
    pub waiting: usize,
    pub attention: usize,
}

/// Doses in open vials that nobody is there or expected for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leftover {
    pub vaccine: Vaccine,
    pub doses: i64,
}

/// What there is of a vaccine: doses in closed vials, and the open vials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vials {
    pub vaccine: Vaccine,
    pub closed: i64,
    pub open: Vec<OpenVial>,
}

/// A centre's day at one moment.
#[derive(Debug, Clone)]
pub struct DayBoard {
    pub now: Timestamp,
    /// In the order in which they are called.
    pub to_come: Vec<OnSite>,
    /// By token.
    pub waiting: Vec<OnSite>,
    /// Called or at a table, by token.
    pub at_table: Vec<OnSite>,
    /// Whoever may go first comes first.
    pub observing: Vec<OnSite>,
    /// The last first.
    pub left: Vec<OnSite>,
    pub sent_away: Vec<OnSite>,
    /// Whose seats were given up.
    pub no_shows: Vec<Visitor>,
    /// How many of those to come are late by more than the grace.
    pub releasable: usize,
    pub walk_in: WalkInSeats,
    pub held: HeldCount,
    /// Corrections that wait for a second person.
    pub corrections: u64,
    /// Empty for a centre that keeps no ledger.
    pub stock: Vec<Vials>,
    pub leftover: Vec<Leftover>,
    /// The close that stands, if the day is closed.
    pub closed: Option<DayEvent>,
    /// Doses recorded since.
    pub after_close: usize,
}

impl App {
    /// The day at the centre of this member of staff. Opens nothing.
    ///
    /// # Errors
    /// `Forbidden` for a district's staff; `OffRoster` for a vaccinator who does not work there today.
    pub async fn day_board(&self, staff: &Staff) -> Result<DayBoard, Refusal> {
        let (desk, now, sealer) = (Desk::of(self, staff)?, self.now(), self.0.sealer.clone());
        let centre = CentreId::from_number(staff.centre).map_err(|_| Refusal::Forbidden)?;
        let found = self.0.db.read("app::visit::board", move |tx| {
            Box::pin(async move {
                desk.open(tx).await?;
                let (here, today) = (desk.here.0, desk.here.1);
                Ok::<_, Refusal>(Found {
                    expected: roster::expected(tx, here, today).await?,
                    missed: roster::missed(tx, here, today).await?,
                    visits: visit::of_day(tx, desk.here).await?,
                    sessions: session::of_centre(tx, centre, (today, today)).await?,
                    stock: stock::of_centre(tx, here).await?,
                    held: held_dose::of_centre(tx, here, today, LISTED).await?,
                    corrections: proposal::count_waiting::<Proposal>(tx, here).await?,
                    events: day_event::of_day(tx, &sealer, desk.here).await?,
                    steps: visit::events(tx, desk.here).await?,
                })
            })
        });
        Ok(found.await?.board(now))
    }
}

struct Found {
    expected: Vec<Expected>,
    missed: Vec<Expected>,
    visits: HashMap<VisitOf, Visit>,
    sessions: Vec<SessionSeats>,
    stock: Stock,
    held: Vec<held_dose::Listed>,
    corrections: i64,
    events: Vec<DayEvent>,
    steps: Vec<(String, Option<i64>, String, Timestamp)>,
}

/// A visit as it is, the dose taken into account.
pub(crate) fn seen(expected: &Expected, visits: &HashMap<VisitOf, Visit>) -> Visit {
    let kept = visits.get(&of(expected)).copied().unwrap_or(Visit {
        token: None,
        state: VisitState::Expected,
        since: expected.hours.starts_at(expected.booked_on),
        undone: 0,
    });
    Visit {
        state: kept.state.with_dose(dosed(expected.state)),
        ..kept
    }
}

impl Found {
    fn board(self, now: Timestamp) -> DayBoard {
        let day = now.date();
        let (mut to_come, mut waiting, mut at_table) = (Vec::new(), Vec::new(), Vec::new());
        let (mut observing, mut left, mut sent_away) = (Vec::new(), Vec::new(), Vec::new());
        for expected in &self.expected {
            let visit = seen(expected, &self.visits);
            let group = match visit.state {
                VisitState::Expected | VisitState::NoShow => &mut to_come,
                VisitState::CheckedIn => &mut waiting,
                VisitState::Called | VisitState::AtTable => &mut at_table,
                VisitState::Observing => &mut observing,
                VisitState::Left => &mut left,
                VisitState::SentAway(_) => &mut sent_away,
            };
            group.push(OnSite {
                visitor: Visitor::of(expected.clone()),
                token: visit.token,
                state: visit.state,
                since: visit.since,
            });
        }
        for group in [&mut waiting, &mut at_table, &mut sent_away] {
            group.sort_by_key(|one| one.token);
        }
        observing.sort_by_key(|one| (one.since, one.token));
        left.sort_by_key(|one| std::cmp::Reverse((one.since, one.token)));
        let late = |one: &&OnSite| is_late(one.visitor.hours.ends_at(day), now);
        let closed = self.closed();
        DayBoard {
            now,
            releasable: to_come.iter().filter(late).count(),
            leftover: leftovers(&self.stock, (&self.expected, &self.visits), &self.sessions, now),
            walk_in: walk_in_seats(&self.sessions, now),
            held: self.held(),
            corrections: u64::try_from(self.corrections).unwrap_or(0),
            after_close: closed.as_ref().map_or(0, |closed| self.given_since(closed.at)),
            closed,
            stock: vials(&self.stock, day),
            no_shows: self.missed.into_iter().map(Visitor::of).collect(),
            to_come,
            waiting,
            at_table,
            observing,
            left,
            sent_away,
        }
    }

    fn held(&self) -> HeldCount {
        let count = |wanted: fn(HeldState) -> bool| self.held.iter().filter(|one| wanted(one.state)).count();
        HeldCount {
            waiting: count(|state| state == HeldState::Waiting),
            attention: count(|state| matches!(state, HeldState::NeedsAttention(_))),
        }
    }

    fn closed(&self) -> Option<DayEvent> {
        let last = self
            .events
            .iter()
            .rfind(|event| matches!(event.kind, DayEventKind::Closed | DayEventKind::Reopened));
        last.filter(|event| event.kind == DayEventKind::Closed).cloned()
    }

    fn given_since(&self, at: Timestamp) -> usize {
        let given = pramaan_domain::visit::VisitAct::Vaccinate.code();
        let since = self
            .steps
            .iter()
            .filter(|(act, _, _, then)| act == given && *then > at);
        since.count()
    }
}

/// Whether somebody's time is over by more than the grace.
pub(crate) fn is_late(ends: Timestamp, now: Timestamp) -> bool {
    now >= ends.plus_seconds(60 * GRACE_MINUTES)
}

fn walk_in_seats(sessions: &[SessionSeats], now: Timestamp) -> WalkInSeats {
    let mut sum = WalkInSeats::default();
    for (session, slot) in published(sessions) {
        let of_walk_ins = slot.seats.iter().filter(|seats| seats.quota == Quota::WalkIn);
        for seats in of_walk_ins {
            sum.taken += seats.taken;
            sum.capacity += seats.capacity;
            if slot.slot.ends_at(session.session.day) > now {
                sum.free_now += seats.free();
            }
        }
    }
    sum
}

fn published(sessions: &[SessionSeats]) -> impl Iterator<Item = (&SessionSeats, &session::SlotSeats)> {
    let open = sessions
        .iter()
        .filter(|found| found.session.state == SessionState::Published);
    open.flat_map(|found| found.slots.iter().map(move |slot| (found, slot)))
}

/// What is recalled or expired on the day is not there to be given.
fn vials(stock: &Stock, day: CivilDate) -> Vec<Vials> {
    let mut found: Vec<Vials> = Vec::new();
    for shelf in &stock.shelves {
        let closed = shelf.plannable_on(day);
        match found.iter_mut().find(|one| one.vaccine == shelf.key.vaccine) {
            Some(one) => {
                one.closed += closed;
                one.open.extend(&shelf.vials);
            }
            None => found.push(Vials {
                vaccine: shelf.key.vaccine,
                closed,
                open: shelf.vials.clone(),
            }),
        }
    }
    for one in &mut found {
        one.open.sort_by_key(|vial| vial.opened_at);
    }
    found.retain(|one| one.closed != 0 || !one.open.is_empty());
    found
}

/// For each vaccine the doses in open vials within their time that are for nobody: not for those at the site, those who can
/// still come, or the seats that walk-ins can take already.
pub(crate) fn leftovers(
    stock: &Stock,
    (expected, visits): (&[Expected], &HashMap<VisitOf, Visit>),
    sessions: &[SessionSeats],
    now: Timestamp,
) -> Vec<Leftover> {
    let day = now.date();
    let needs = |one: &&Expected| match seen(one, visits).state {
        VisitState::Expected => !is_late(one.hours.ends_at(day), now),
        VisitState::CheckedIn | VisitState::Called | VisitState::AtTable => true,
        _ => false,
    };
    let mut found = Vec::new();
    for vaccine in Vaccine::ALL {
        let shelves = stock.shelves.iter().filter(|shelf| shelf.key.vaccine == vaccine);
        let good = shelves.filter(|shelf| shelf.of_the_batch(day).is_empty());
        let open: i64 = good.map(|shelf| shelf.open_at(now)).sum();
        let needed = expected.iter().filter(|one| one.vaccine == vaccine).filter(needs);
        let of_vaccine = published(sessions).filter(|(found, slot)| {
            found.session.vaccine == vaccine && slot.slot.ends_at(found.session.day) > now
        });
        let offered: i64 = of_vaccine
            .flat_map(|(_, slot)| &slot.seats)
            .filter(|seats| seats.quota == Quota::WalkIn)
            .map(session::Seats::free)
            .sum();
        let needed = i64::try_from(needed.count()).unwrap_or(i64::MAX);
        let doses = open.saturating_sub(needed).saturating_sub(offered);
        if doses > 0 {
            found.push(Leftover { vaccine, doses });
        }
    }
    found
}

impl DayBoard {
    /// Everybody who has to be seen to before the day is closed.
    pub fn on_site(&self) -> usize {
        self.waiting.len() + self.at_table.len() + self.observing.len()
    }

    /// Whose turn it is.
    pub fn next(&self) -> Option<&OnSite> {
        self.waiting.first()
    }

    /// The visit at a place.
    pub fn at(&self, place: Place) -> Option<&OnSite> {
        let groups = [
            &self.to_come,
            &self.waiting,
            &self.at_table,
            &self.observing,
            &self.left,
            &self.sent_away,
        ];
        groups
            .into_iter()
            .flatten()
            .find(|one| one.visitor.place == place)
    }
}
