//! The public dashboard's counts: by country, state, district and centre. Nobody is opened for them.
//!
//! They are summed at most once a minute for everybody together, so that asking costs the database nothing more.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::Days;
use pramaan_domain::aefi::Seriousness;
use pramaan_domain::centre::{CentreId, CentreKind};
use pramaan_domain::dose::DoseNumber;
use pramaan_domain::place::{self, DistrictId, StateId};
use pramaan_domain::tally::Cell;
use pramaan_domain::time::{CivilDate, Timestamp};
use pramaan_domain::vaccine::Vaccine;
use pramaan_store::aefi;
use pramaan_store::report::{self, DoseCount, Tally};
use tokio::sync::Mutex;

use crate::availability::Centre;
use crate::{App, Refusal};

/// How old sums may be, in seconds.
const FRESH_SECONDS: i64 = 60;
/// Days whose doses are counted one by one.
const DAYS: u64 = 7;
/// Days of the table of sessions.
const SESSION_DAYS: u64 = 5;

/// Days whose adverse events are counted one by one.
const AEFI_DAYS: u64 = 30;

/// Whom the report is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Area {
    India,
    State(StateId),
    District(DistrictId),
    /// An id that no place has.
    Nowhere,
}

/// Counts of one area.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    pub sites: Split,
    pub sessions: Split,
    /// Of the whole country only: where people live is not kept.
    pub registered: u64,
    pub doses: Doses,
    /// Of all days that are over.
    pub people: People,
    /// Of the day asked for, once it is over.
    pub today_people: People,
    pub aefi: Aefi,
    /// The last seven days, oldest first.
    pub days: Vec<Day>,
    /// Oldest first.
    pub session_days: Vec<SessionDay>,
    /// States of the country, districts of a state, centres of a district.
    pub areas: Vec<AreaRow>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Split {
    pub government: u64,
    pub private: u64,
}

/// Doses by number and by vaccine; `today` is the day asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Doses {
    pub first: u64,
    pub second: u64,
    pub third: u64,
    pub precaution: u64,
    pub covishield: u64,
    pub covaxin: u64,
    pub sputnik: u64,
    pub today_first: u64,
    pub today_second: u64,
    pub today_other: u64,
}

/// Doses by gender and by age group, each of a day and district rounded down to a multiple of five: they add up to no more than
/// all doses.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct People(BTreeMap<Cell, u64>);

/// Adverse events of all days that are over, each district's day rounded down to a multiple of five as [`People`] are. Their
/// classes add up to no more than twice as many: a case that was said to be minor and then serious is in both.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Aefi {
    pub cases: u64,
    pub minor: u64,
    pub severe: u64,
    pub serious: u64,
    /// Of the day asked for, once it is over.
    pub today: u64,
    /// The last thirty days on which there were some, oldest first.
    pub days: Vec<(CivilDate, u64)>,
}

impl Aefi {
    fn of(read: &Read, area: Area, date: CivilDate) -> Self {
        let within = |tally: &&aefi::Tally| covers(area, tally.district);
        let sum = |cell| {
            let tallies = read.aefi.iter().filter(within);
            tallies
                .filter(|tally| tally.cell == cell)
                .map(|tally| tally.count)
                .sum()
        };
        let mut days: BTreeMap<CivilDate, u64> = BTreeMap::new();
        for (day, tally) in &read.recent_aefi {
            if tally.cell == aefi::Cell::Case && covers(area, tally.district) && tally.count > 0 {
                *days.entry(*day).or_default() += tally.count;
            }
        }
        Self {
            cases: sum(aefi::Cell::Case),
            minor: sum(aefi::Cell::Said(Seriousness::Minor)),
            severe: sum(aefi::Cell::Said(Seriousness::Severe)),
            serious: sum(aefi::Cell::Said(Seriousness::Serious)),
            today: days.get(&date).copied().unwrap_or(0),
            days: days.into_iter().collect(),
        }
    }
}

/// Doses of one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    pub date: CivilDate,
    pub doses: Doses,
    /// Empty for the day that is not over.
    pub people: People,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionDay {
    pub date: CivilDate,
    pub planned: u64,
    pub ongoing: u64,
    pub completed: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AreaRow {
    pub state: StateId,
    pub state_name: &'static str,
    pub district: Option<DistrictId>,
    pub centre: Option<CentreId>,
    pub name: String,
    pub doses: Doses,
}

/// The sums as they were read last.
#[derive(Default)]
pub(crate) struct Sums(Mutex<Option<Arc<Read>>>);

struct Read {
    at: Timestamp,
    doses: Vec<DoseCount>,
    recent: Vec<(CivilDate, DoseCount)>,
    tallies: Vec<Tally>,
    recent_tallies: Vec<(CivilDate, Tally)>,
    aefi: Vec<aefi::Tally>,
    recent_aefi: Vec<(CivilDate, aefi::Tally)>,
    sessions: Vec<(CentreId, u64)>,
    session_days: Vec<(CivilDate, CentreId, u64)>,
    registered: u64,
}

impl Doses {
    pub fn all(&self) -> u64 {
        self.first + self.second + self.third + self.precaution
    }

    fn add(&mut self, count: &DoseCount) {
        *match count.dose {
            DoseNumber::First => &mut self.first,
            DoseNumber::Second => &mut self.second,
            DoseNumber::Third => &mut self.third,
            DoseNumber::Precaution => &mut self.precaution,
        } += count.count;
        match count.vaccine {
            Vaccine::Covishield => self.covishield += count.count,
            Vaccine::Covaxin => self.covaxin += count.count,
            Vaccine::SputnikV | Vaccine::SputnikLight => self.sputnik += count.count,
            _ => {}
        }
    }

    fn add_today(&mut self, count: &DoseCount) {
        *match count.dose {
            DoseNumber::First => &mut self.today_first,
            DoseNumber::Second => &mut self.today_second,
            DoseNumber::Third | DoseNumber::Precaution => &mut self.today_other,
        } += count.count;
    }
}

impl People {
    /// Of all districts of an area, what is published of each.
    fn sum<'t>(tallies: impl Iterator<Item = &'t Tally>, area: Area) -> Self {
        let mut cells = BTreeMap::new();
        for tally in tallies.filter(|tally| covers(area, tally.district)) {
            *cells.entry(tally.cell).or_default() += tally.count;
        }
        Self(cells)
    }

    pub fn count(&self, cell: Cell) -> u64 {
        self.0.get(&cell).copied().unwrap_or(0)
    }
}

impl Split {
    fn add(&mut self, kind: CentreKind, count: u64) {
        match kind {
            CentreKind::Government => self.government += count,
            CentreKind::Private => self.private += count,
        }
    }
}

impl App {
    /// The counts of an area, with `date` as today.
    pub async fn report(&self, area: Area, date: CivilDate) -> Result<Report, Refusal> {
        let read = self.sums().await?;
        let centres: BTreeMap<CentreId, Arc<Centre>> = self
            .0
            .availability
            .centres()
            .into_iter()
            .filter(|centre| covers(area, centre.district))
            .map(|centre| (centre.id, centre))
            .collect();
        Ok(summed(&read, &centres, area, date))
    }

    async fn sums(&self) -> Result<Arc<Read>, Refusal> {
        let now = self.now();
        // Who comes while they are read waits and finds them read.
        let mut kept = self.0.sums.0.lock().await;
        if let Some(read) = kept.as_ref()
            && now < read.at.plus_seconds(FRESH_SECONDS)
        {
            return Ok(Arc::clone(read));
        }
        let today = now.date();
        let back = move |days| today.checked_sub_days(Days::new(days - 1)).unwrap_or(today);
        let read = self.0.db.read("app::report::sums", move |tx| {
            Box::pin(async move {
                Ok::<_, Refusal>(Read {
                    at: now,
                    doses: report::doses(tx).await?,
                    recent: report::doses_since(tx, back(DAYS)).await?,
                    // Today's would show each dose as it is given, to whoever asks before and after.
                    tallies: report::tallies(tx, today).await?,
                    recent_tallies: report::tallies_of_days(tx, (back(DAYS), today)).await?,
                    aefi: aefi::tallies(tx, today).await?,
                    recent_aefi: aefi::tallies_of_days(tx, (back(AEFI_DAYS), today)).await?,
                    sessions: report::sessions(tx).await?,
                    session_days: report::sessions_of_days(tx, (back(SESSION_DAYS), today)).await?,
                    registered: report::registered(tx).await?,
                })
            })
        });
        let read = Arc::new(read.await?);
        *kept = Some(Arc::clone(&read));
        Ok(read)
    }
}

fn covers(area: Area, district: DistrictId) -> bool {
    match area {
        Area::India => true,
        Area::State(state) => place::district(district).is_some_and(|district| district.state == state),
        Area::District(wanted) => district == wanted,
        Area::Nowhere => false,
    }
}

fn summed(read: &Read, centres: &BTreeMap<CentreId, Arc<Centre>>, area: Area, date: CivilDate) -> Report {
    let mut report = Report::default();
    if area == Area::India {
        report.registered = read.registered;
    }
    for centre in centres.values() {
        report.sites.add(centre.kind, 1);
    }
    for (centre, count) in &read.sessions {
        if let Some(centre) = centres.get(centre) {
            report.sessions.add(centre.kind, *count);
        }
    }
    let mut rows = BTreeMap::new();
    for count in &read.doses {
        if let Some(centre) = centres.get(&count.centre) {
            report.doses.add(count);
            row(&mut rows, area, centre).add(count);
        }
    }
    for (_, count) in read.recent.iter().filter(|(day, _)| *day == date) {
        if let Some(centre) = centres.get(&count.centre) {
            report.doses.add_today(count);
            row(&mut rows, area, centre).add_today(count);
        }
    }
    report.people = People::sum(read.tallies.iter(), area);
    report.today_people = people_on(read, area, date);
    report.aefi = Aefi::of(read, area, date);
    report.days = days(read, centres, area);
    report.session_days = session_days(read, centres);
    report.areas = rows
        .into_iter()
        .filter_map(|(key, doses)| area_row(key, centres, area, doses))
        .collect();
    report
}

fn people_on(read: &Read, area: Area, date: CivilDate) -> People {
    let of_day = read.recent_tallies.iter().filter(|(day, _)| *day == date);
    People::sum(of_day.map(|(_, tally)| tally), area)
}

fn days(read: &Read, centres: &BTreeMap<CentreId, Arc<Centre>>, area: Area) -> Vec<Day> {
    let mut days: BTreeMap<CivilDate, Doses> = BTreeMap::new();
    for (date, count) in &read.recent {
        if *date <= read.at.date() && centres.contains_key(&count.centre) {
            days.entry(*date).or_default().add(count);
        }
    }
    let day = |(date, doses)| Day {
        date,
        doses,
        people: people_on(read, area, date),
    };
    days.into_iter().map(day).collect()
}

/// State, and district, and centre, as deep as the area asked about makes sense.
type RowKey = (DistrictId, Option<CentreId>);

fn row<'r>(rows: &'r mut BTreeMap<RowKey, Doses>, area: Area, centre: &Centre) -> &'r mut Doses {
    let key = match area {
        Area::India => (first_district(centre.district), None),
        Area::State(_) | Area::Nowhere => (centre.district, None),
        Area::District(_) => (centre.district, Some(centre.id)),
    };
    rows.entry(key).or_default()
}

/// Stands for its state.
fn first_district(district: DistrictId) -> DistrictId {
    let state = place::district(district).map(|district| district.state);
    state
        .and_then(|state| place::districts_of(state).next())
        .map_or(district, |first| first.id)
}

fn area_row(
    (district, centre): RowKey,
    centres: &BTreeMap<CentreId, Arc<Centre>>,
    level: Area,
    doses: Doses,
) -> Option<AreaRow> {
    let facts = place::district(district)?;
    let state = place::state(facts.state)?;
    let (district, name) = match (level, centre.and_then(|centre| centres.get(&centre))) {
        (Area::India, _) => (None, state.name),
        (_, Some(centre)) => (Some(district), centre.name.as_str()),
        (_, None) => (Some(district), facts.name),
    };
    Some(AreaRow {
        state: state.id,
        state_name: state.name,
        district,
        centre,
        name: name.to_owned(),
        doses,
    })
}

fn session_days(read: &Read, centres: &BTreeMap<CentreId, Arc<Centre>>) -> Vec<SessionDay> {
    let today = read.at.date();
    let mut days: BTreeMap<CivilDate, SessionDay> = BTreeMap::new();
    for (date, centre, count) in &read.session_days {
        let Some(centre) = centres.get(centre) else {
            continue;
        };
        let day = days.entry(*date).or_insert(SessionDay {
            date: *date,
            planned: 0,
            ongoing: 0,
            completed: 0,
        });
        let time = read.at.time_of_day();
        *match *date < today || time >= centre.closes {
            true => &mut day.completed,
            false if time < centre.opens => &mut day.planned,
            false => &mut day.ongoing,
        } += count;
    }
    days.into_values().collect()
}
