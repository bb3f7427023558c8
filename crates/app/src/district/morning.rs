//! The morning page: every line is something that somebody has to do today, that which hurts first on top.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{Days, NaiveTime};
use pramaan_domain::aefi::Seriousness;
use pramaan_domain::id::SessionId;
use pramaan_domain::stock::Shelf;
use pramaan_domain::time::{CivilDate, Timestamp};
use pramaan_domain::vaccine::Vaccine;
use pramaan_store::district::{self, Held};
use pramaan_store::session::SessionSeats;
use pramaan_store::stock::{self, Stock};
use pramaan_store::unsent::{self, SilentAt, UnsentAt};
use pramaan_store::{Tx, opening};

use super::own;
use super::report::{Report, reports};
use crate::aefi::{Clocks, Listed, is_overdue};
use crate::objection::Waiting;
use crate::retention::REVIEW_DAYS;
use crate::{App, Refusal, Staff};

/// So long after its first hour began, a session at which nobody was seen is asked about.
const GRACE_SECONDS: i64 = 30 * 60;
/// From so many corrections a day on at one centre, the district asks why.
const CORRECTIONS_A_DAY: i64 = 5;
/// From so many doses of earlier days on, entered within a day at one centre, the district asks why.
const BACK_DATED_A_DAY: i64 = 20;
/// How far back the sessions of doses that are entered late may lie to be counted.
const BACK_DATED_DAYS: u64 = 60;
const DAY: i64 = 86_400;

/// What needs somebody. Centres are numbers; nobody is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Serious adverse events whose clock has run out.
    SeriousOverdue { cases: usize },
    /// Objections to accesses that were not answered in time.
    ObjectionsOverdue { count: i64 },
    /// Objections that wait for an answer.
    Objections { count: i64 },
    /// A session's hours have begun.
    NotOpened {
        centre: i64,
        since: NaiveTime,
        why: Unopened,
    },
    /// Sessions of today, and no vaccinator on the list.
    NoVaccinator { centre: i64, sessions: usize },
    /// Fewer doses than people who are booked and still to come.
    ShortOfStock {
        centre: i64,
        vaccine: Vaccine,
        booked: i64,
        doses: i64,
    },
    /// Serious adverse events whose clock runs out within a day.
    SeriousSoon { cases: usize },
    /// Doses typed while no record could be opened, without a line or from paper, not recorded yet.
    HeldDoses {
        centre: i64,
        waiting: i64,
        need_second: i64,
        need_attention: i64,
        oldest: Timestamp,
    },
    /// Doses that shared devices say they keep and have not sent.
    Unsent {
        centre: i64,
        devices: i64,
        doses: i64,
        told_at: Timestamp,
    },
    /// Shared devices that told nothing for a day, where they keep doses or people are seen today.
    Silent { centre: i64, devices: i64 },
    /// Records opened without evidence that nobody of the district has looked at.
    Openings { centre: i64, count: i64 },
    /// Facilitators who spoke for many.
    Facilitators { count: usize },
    /// Requests to replace a lost second factor.
    Factors { count: usize },
    /// Many corrections today.
    Corrections { centre: i64, count: i64 },
    /// Many doses of earlier days entered within a day.
    BackDated { centre: i64, count: i64 },
}

/// Why a site counts as not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unopened {
    /// Nobody of today's list has logged in.
    NobodyIn,
    /// Somebody has, and half an hour later no record was opened and no dose recorded.
    NobodySeen,
}

/// The page: empty when nothing needs anybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Morning {
    pub day: CivilDate,
    /// Centres with sessions today.
    pub sites: usize,
    pub sessions: usize,
    pub needs: Vec<Need>,
    /// What sites changed yesterday and today.
    pub reports: Vec<Report>,
}

/// What was read in one transaction.
struct Read {
    sessions: Vec<SessionSeats>,
    on_list: BTreeSet<i64>,
    logged_in: BTreeSet<i64>,
    begun: BTreeSet<SessionId>,
    given: HashMap<SessionId, i64>,
    stocks: BTreeMap<i64, Stock>,
    held: Vec<Held>,
    unsent: Vec<UnsentAt>,
    silent: Vec<SilentAt>,
    openings: Vec<(i64, i64)>,
    corrected: Vec<(i64, i64)>,
    back_dated: Vec<(i64, i64)>,
}

impl App {
    /// What needs somebody in the admin's district now. Opens nothing.
    ///
    /// # Errors
    /// `Forbidden` for anybody but a district's admin.
    pub async fn morning(&self, staff: &Staff) -> Result<Morning, Refusal> {
        let district = own(staff)?;
        let (now, sealer) = (self.now(), self.0.sealer.clone());
        let read = self.0.db.read("app::district::morning", move |tx| {
            Box::pin(async move {
                let reports = reports(tx, &sealer, district.number(), now.date()).await?;
                Ok::<_, Refusal>((read(tx, district.number(), now).await?, reports))
            })
        });
        let (read, reports) = read.await?;
        let clocks = self.aefi_clocks(district).await?;
        let factors = self.factor_requests(staff).await?.len();
        let objections = self.objections_waiting(staff).await?;
        let facilitators = self.facilitators_to_review(staff).await?.len();
        let mut needs = serious(&clocks, now);
        needs.extend(sites(&read, now));
        needs.extend(read.held.iter().map(held));
        needs.extend(read.unsent.iter().map(unsent_at));
        let silent = read.silent.iter().filter(|one| is_missed(&read, one, now));
        needs.extend(silent.map(|one| Need::Silent {
            centre: one.centre,
            devices: one.devices,
        }));
        let openings = read.openings.iter();
        needs.extend(openings.map(|(centre, count)| Need::Openings {
            centre: *centre,
            count: *count,
        }));
        needs.extend(objected(objections));
        if facilitators > 0 {
            needs.push(Need::Facilitators { count: facilitators });
        }
        if factors > 0 {
            needs.push(Need::Factors { count: factors });
        }
        needs.extend(bursts(&read));
        needs.sort_by_key(Need::rank);
        let sites: BTreeSet<i64> = read
            .sessions
            .iter()
            .map(|one| one.session.centre.number())
            .collect();
        Ok(Morning {
            day: now.date(),
            sites: sites.len(),
            sessions: read.sessions.len(),
            needs,
            reports,
        })
    }
}

impl Need {
    /// What hurts people first, comes first; of the same kind, in the order in which it was found.
    const fn rank(&self) -> u8 {
        match self {
            Self::SeriousOverdue { .. } => 0,
            Self::ObjectionsOverdue { .. } | Self::NotOpened { .. } => 1,
            Self::NoVaccinator { .. } => 2,
            Self::ShortOfStock { .. } => 3,
            Self::SeriousSoon { .. } => 4,
            Self::HeldDoses { .. } | Self::Unsent { .. } | Self::Silent { .. } => 5,
            Self::Openings { .. } | Self::Objections { .. } => 6,
            Self::Facilitators { .. } => 7,
            Self::Factors { .. } => 8,
            Self::Corrections { .. } => 9,
            Self::BackDated { .. } => 10,
        }
    }
}

async fn read(tx: &mut Tx, district: i64, now: Timestamp) -> Result<Read, Refusal> {
    let today = now.date();
    let midnight = Timestamp::from_local(today, NaiveTime::MIN);
    let back = |days: u64| today.checked_sub_days(Days::new(days)).unwrap_or_default();
    let sessions = district::sessions(tx, district, today).await?;
    let ids: Vec<SessionId> = sessions.iter().map(|one| one.session.id).collect();
    let booked = sessions.iter().filter(|one| taken(one) > 0);
    let booked: BTreeSet<i64> = booked.map(|one| one.session.centre.number()).collect();
    let mut stocks = BTreeMap::new();
    for centre in booked {
        stocks.insert(centre, stock::of_centre(tx, centre).await?);
    }
    let earlier = (back(BACK_DATED_DAYS), today);
    Ok(Read {
        on_list: district::with_vaccinator(tx, district, today).await?,
        logged_in: district::logged_in(tx, district, (today, midnight)).await?,
        begun: district::begun(tx, district, today).await?,
        given: stock::given_in(tx, &ids).await?,
        stocks,
        held: district::held(tx, district).await?,
        unsent: unsent::of_district(tx, district).await?,
        silent: unsent::silent(tx, district, now.plus_seconds(-DAY)).await?,
        openings: opening::count_unseen(tx, (district, back(REVIEW_DAYS.into()))).await?,
        corrected: district::corrected(tx, district, today).await?,
        back_dated: district::back_dated(tx, district, earlier, now.plus_seconds(-DAY)).await?,
        sessions,
    })
}

fn serious(clocks: &Clocks, now: Timestamp) -> Vec<Need> {
    let tomorrow = now.plus_seconds(DAY);
    let serious = |case: &&Listed| case.seriousness == Some(Seriousness::Serious);
    let serious = || clocks.cases.iter().filter(serious);
    let overdue = serious().filter(|case| is_overdue(case, now)).count();
    let due = serious().filter(|case| case.due_at.is_some_and(|due| due <= tomorrow));
    let soon = due.count() - overdue;
    let mut needs = Vec::new();
    if overdue > 0 {
        needs.push(Need::SeriousOverdue { cases: overdue });
    }
    if soon > 0 {
        needs.push(Need::SeriousSoon { cases: soon });
    }
    needs
}

/// What is overdue stands apart from what still has time.
fn objected(waiting: Waiting) -> Vec<Need> {
    let in_time = waiting.open - waiting.overdue;
    let overdue = (waiting.overdue > 0).then_some(Need::ObjectionsOverdue {
        count: waiting.overdue,
    });
    let open = (in_time > 0).then_some(Need::Objections { count: in_time });
    overdue.into_iter().chain(open).collect()
}

/// Of each centre with sessions today: whether it opened, whether it can, and whether it has the doses.
fn sites(read: &Read, now: Timestamp) -> Vec<Need> {
    let mut centres: BTreeMap<i64, Vec<&SessionSeats>> = BTreeMap::new();
    for one in &read.sessions {
        centres.entry(one.session.centre.number()).or_default().push(one);
    }
    let mut needs = Vec::new();
    for (centre, sessions) in centres {
        let over = |one: &&&SessionSeats| one.slots.iter().all(|slot| slot.slot.ends_at(now.date()) <= now);
        let left = sessions.iter().filter(|one| goes_on(read, one) && !over(one));
        let left = left.count();
        if left > 0 && !read.on_list.contains(&centre) {
            needs.push(Need::NoVaccinator {
                centre,
                sessions: left,
            });
        }
        needs.extend(unopened(read, (centre, &sessions), now));
        needs.extend(short(read, (centre, &sessions), now));
    }
    needs
}

/// Whether anybody can still come: one that was stopped, or is given to the last seat, waits for nobody.
fn goes_on(read: &Read, one: &SessionSeats) -> bool {
    let seats = one.slots.iter().flat_map(|slot| &slot.seats);
    let capacity: i64 = seats.map(|seat| seat.capacity).sum();
    capacity > read.given.get(&one.session.id).copied().unwrap_or(0)
}

fn unopened(read: &Read, (centre, sessions): (i64, &[&SessionSeats]), now: Timestamp) -> Option<Need> {
    let to_come = sessions.iter().filter(|one| goes_on(read, one));
    let starts = to_come.flat_map(|one| &one.slots);
    let since = starts.map(|slot| slot.slot.start()).min()?;
    let begins = Timestamp::from_local(now.date(), since);
    let seen = |one: &&SessionSeats| {
        read.begun.contains(&one.session.id) || read.given.contains_key(&one.session.id)
    };
    if now < begins || sessions.iter().any(seen) {
        return None;
    }
    let why = match read.logged_in.contains(&centre) {
        false => Unopened::NobodyIn,
        true if now >= begins.plus_seconds(GRACE_SECONDS) => Unopened::NobodySeen,
        true => return None,
    };
    Some(Need::NotOpened { centre, since, why })
}

/// For each vaccine: who is booked and still to come, and what is on hand. A centre without a ledger is not compared.
fn short(read: &Read, (centre, sessions): (i64, &[&SessionSeats]), now: Timestamp) -> Vec<Need> {
    let Some(stock) = read
        .stocks
        .get(&centre)
        .filter(|stock| stock.kept_since.is_some())
    else {
        return Vec::new();
    };
    let mut booked: BTreeMap<Vaccine, i64> = BTreeMap::new();
    for one in sessions {
        let given = read.given.get(&one.session.id).copied().unwrap_or(0);
        // Whose hours are over and who did not come is not to come any more.
        let open = one
            .slots
            .iter()
            .filter(|slot| slot.slot.ends_at(now.date()) > now);
        let seats = open.flat_map(|slot| &slot.seats);
        let in_time: i64 = seats.map(|seat| seat.taken).sum();
        *booked.entry(one.session.vaccine).or_default() += (taken(one) - given).max(0).min(in_time);
    }
    let need = |(vaccine, booked): (Vaccine, i64)| {
        let shelves = stock.shelves.iter().filter(|shelf| shelf.key.vaccine == vaccine);
        let doses = shelves.map(|shelf| usable(shelf, now)).sum();
        (booked > doses).then_some(Need::ShortOfStock {
            centre,
            vaccine,
            booked,
            doses,
        })
    };
    booked.into_iter().filter_map(need).collect()
}

fn usable(shelf: &Shelf, now: Timestamp) -> i64 {
    let open = match shelf.of_the_batch(now.date()).is_empty() {
        true => shelf.open_at(now),
        false => 0,
    };
    shelf.plannable_on(now.date()) + open
}

fn taken(session: &SessionSeats) -> i64 {
    let seats = session.slots.iter().flat_map(|slot| &slot.seats);
    seats.map(|seat| seat.taken).sum()
}

fn held(held: &Held) -> Need {
    Need::HeldDoses {
        centre: held.centre,
        waiting: held.waiting,
        need_second: held.need_second,
        need_attention: held.need_attention,
        oldest: held.oldest,
    }
}

/// Phones lie dark when nobody is seen: they are missed once the work of the day goes on, or when they said that they keep
/// doses.
fn is_missed(read: &Read, silent: &SilentAt, now: Timestamp) -> bool {
    let sessions = read.sessions.iter();
    let here = sessions.filter(|one| one.session.centre.number() == silent.centre && goes_on(read, one));
    let first = here
        .flat_map(|one| &one.slots)
        .map(|slot| slot.slot.start())
        .min();
    let begun = first
        .is_some_and(|start| now >= Timestamp::from_local(now.date(), start).plus_seconds(GRACE_SECONDS));
    begun || silent.doses > 0
}

fn unsent_at(told: &UnsentAt) -> Need {
    Need::Unsent {
        centre: told.centre,
        devices: told.devices,
        doses: told.doses,
        told_at: told.told_at,
    }
}

fn bursts(read: &Read) -> Vec<Need> {
    let corrected = read.corrected.iter().filter(|(_, n)| *n >= CORRECTIONS_A_DAY);
    let corrected = corrected.map(|(centre, count)| Need::Corrections {
        centre: *centre,
        count: *count,
    });
    let late = read.back_dated.iter().filter(|(_, n)| *n >= BACK_DATED_A_DAY);
    let late = late.map(|(centre, count)| Need::BackDated {
        centre: *centre,
        count: *count,
    });
    corrected.chain(late).collect()
}
