//! What the sites of a district changed about their days: sessions that were stopped or moved, and closes whose counts
//! differ from the ledger, each with who did it and why.

use chrono::{Days, NaiveTime};
use pramaan_domain::dose::VaccineBatch;
use pramaan_domain::staff::Reason;
use pramaan_domain::time::{CivilDate, Timestamp};
use pramaan_domain::vaccine::Vaccine;
use pramaan_store::day_event::{self, DayEvent, DayEventKind};
use pramaan_store::{Sealer, Tx, stock};

use crate::Refusal;

/// How many days before today are shown: yesterday's closes are looked at in the morning.
const BEFORE: u64 = 1;

/// Something that a site, or the district, changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub centre: i64,
    /// The day that it is about.
    pub day: CivilDate,
    pub at: Timestamp,
    pub happened: Happened,
    /// The staff code of who did it.
    pub by: String,
    /// How many messages went to people who were booked.
    pub people: i64,
    pub reason: Option<Reason>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happened {
    Stopped,
    Moved,
    /// The day was closed, and in closed vials of a batch there was another number than in the ledger.
    Counted {
        vaccine: Vaccine,
        batch: VaccineBatch,
        counted: i64,
        expected: i64,
    },
}

/// Of yesterday and today, in the order in which it happened.
pub(super) async fn reports(
    tx: &mut Tx,
    sealer: &Sealer,
    district: i64,
    today: CivilDate,
) -> Result<Vec<Report>, Refusal> {
    let from = today.checked_sub_days(Days::new(BEFORE)).unwrap_or(today);
    let since = Timestamp::from_local(from, NaiveTime::MIN);
    let events = day_event::of_district(tx, sealer, district, (from, since)).await?;
    let mut found = Vec::new();
    for of_day in events.chunk_by(|(one, _), (other, _)| one == other) {
        for (here, event) in of_day {
            let happened = match event.kind {
                DayEventKind::Stopped => Happened::Stopped,
                DayEventKind::Moved => Happened::Moved,
                _ => continue,
            };
            found.push(report(*here, event, happened));
        }
        if let Some((here, closed)) = stands(of_day) {
            found.extend(variances(tx, sealer, *here, closed).await?);
        }
    }
    found.sort_by_key(|one| (one.at, one.centre));
    Ok(found)
}

/// The close that stands.
fn stands(of_day: &[((i64, CivilDate), DayEvent)]) -> Option<&((i64, CivilDate), DayEvent)> {
    let of_close = |kind| matches!(kind, DayEventKind::Closed | DayEventKind::Reopened);
    let last = of_day.iter().rfind(|(_, event)| of_close(event.kind));
    last.filter(|(_, event)| event.kind == DayEventKind::Closed)
}

/// The last count of each batch, where it differs.
async fn variances(
    tx: &mut Tx,
    sealer: &Sealer,
    here: (i64, CivilDate),
    closed: &DayEvent,
) -> Result<Vec<Report>, Refusal> {
    let counts = stock::counts_of_day(tx, here.0, here.1).await?;
    let notes = stock::variance_notes(tx, sealer, here).await?;
    let mut found = Vec::new();
    for of_batch in counts.chunk_by(|one, other| one.key == other.key) {
        let Some(count) = of_batch.last().filter(|count| count.counted != count.expected) else {
            continue;
        };
        let said = notes
            .iter()
            .rfind(|(key, at, _)| (key, *at) == (&count.key, count.at));
        let happened = Happened::Counted {
            vaccine: count.key.vaccine,
            batch: count.key.batch.clone(),
            counted: count.counted,
            expected: count.expected,
        };
        found.push(Report {
            reason: said.map(|(.., said)| said.clone()),
            people: 0,
            ..report(here, closed, happened)
        });
    }
    Ok(found)
}

fn report((centre, day): (i64, CivilDate), event: &DayEvent, happened: Happened) -> Report {
    Report {
        centre,
        day,
        at: event.at,
        happened,
        by: event.by.clone(),
        people: event.n,
        reason: event.note.clone(),
    }
}
