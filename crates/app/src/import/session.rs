//! `pramaan import sessions FILE.csv`: one row a session; the columns are described in docs/import.md.

use std::collections::{HashMap, HashSet};

use chrono::Days;
use pramaan_domain::centre::CentreId;
use pramaan_domain::dose::DoseNumber;
use pramaan_domain::id::SessionId;
use pramaan_domain::session::{AgeBand, Quota};
use pramaan_domain::slot::Slot;
use pramaan_domain::time::CivilDate;
use pramaan_domain::vaccine::Vaccine;
use pramaan_store::session;

use super::row::{BadRow, Columns, Fault, Good, Row, date, read_all};
use super::{Bad, ImportError, Imported, Progress, accept};
use crate::session::{SessionPlan, SlotPlan, check};
use crate::{App, Refusal};

pub(super) const COLUMNS: Columns = Columns {
    required: &["centre_id", "date", "vaccine", "min_age", "slots", "seats"],
    optional: &["id", "max_age"],
    personal: &[],
};
/// Seats of one dose and quota in one slot at most: strictly typed clients read sums of them as 16 bits.
const MOST_SEATS: u16 = 5_000;

/// Publishes the sessions of a file. A row with an id that is there already is bad, so that no file counts twice.
pub async fn sessions(
    app: &App,
    bytes: &[u8],
    bad: Bad,
    progress: Progress<'_>,
) -> Result<Imported, ImportError> {
    let (good, rejected) = read_sessions(app, bytes, progress).await?;
    let (good, rejected) = accept(good, rejected, bad)?;
    let plans: Vec<SessionPlan> = good.into_iter().map(|(_, plan)| plan).collect();
    let added = app.add_sessions(plans).await?.len();
    progress(added, added);
    Ok(Imported { added, rejected })
}

/// The rows of a file, good and bad.
pub(crate) async fn read_sessions(
    app: &App,
    bytes: &[u8],
    progress: Progress<'_>,
) -> Result<(Good<SessionPlan>, Vec<BadRow>), ImportError> {
    app.refresh_availability().await?;
    let mut seen = HashSet::new();
    let (good, mut rejected) = read_all(bytes, &COLUMNS, progress, |row| {
        let plan = read(row)?;
        check_day(plan.day, app.today())?;
        let centre = app.availability().centre(plan.centre);
        let centre = centre.ok_or_else(|| ("centre_id", "no such centre: import it first".to_owned()))?;
        check(&plan, &centre).map_err(fault)?;
        match plan.id {
            Some(id) if !seen.insert(id) => {
                Err(("id", "this session is in the file already, further up".to_owned()))
            }
            _ => Ok(plan),
        }
    })?;
    let good = without_known(app, good, &mut rejected).await?;
    Ok((good, rejected))
}

async fn without_known(
    app: &App,
    rows: Vec<(BadRow, SessionPlan)>,
    rejected: &mut Vec<BadRow>,
) -> Result<Vec<(BadRow, SessionPlan)>, Refusal> {
    let ids: Vec<SessionId> = rows.iter().filter_map(|(_, plan)| plan.id).collect();
    let known = app.0.db.read("app::import::known_sessions", move |tx| {
        Box::pin(async move { session::with_seats(tx, &ids).await })
    });
    let known: HashMap<_, _> = known
        .await?
        .into_iter()
        .map(|seats| (seats.session.id, ()))
        .collect();
    let is_known = |plan: &SessionPlan| plan.id.is_some_and(|id| known.contains_key(&id));
    let (old, new): (Vec<_>, Vec<_>) = rows.into_iter().partition(|(_, plan)| is_known(plan));
    rejected.extend(old.into_iter().map(|(row, _)| BadRow {
        column: "id",
        reason: "this session was imported before".to_owned(),
        ..row
    }));
    rejected.sort_by_key(|row| row.line);
    Ok(new)
}

/// A day that is none of the programme's is a slip of the finger: before 16 January 2021, or more than a year ahead.
fn check_day(day: CivilDate, today: CivilDate) -> Result<(), Fault> {
    let first = CivilDate::from_ymd_opt(2021, 1, 16).unwrap_or_default();
    let last = today.checked_add_days(Days::new(366)).unwrap_or(today);
    match (first..=last).contains(&day) {
        true => Ok(()),
        false => Err(("date", format!("give a day from {first} to {last}"))),
    }
}

fn fault(refusal: Refusal) -> Fault {
    match refusal {
        Refusal::Invalid {
            field: "slots",
            sentence,
        } => ("slots", sentence),
        Refusal::Invalid { sentence, .. } => ("seats", sentence),
        other => ("row", other.to_string()),
    }
}

pub(super) fn read(row: &Row<'_>) -> Result<SessionPlan, Fault> {
    let seats = row.parse("seats", seats)?;
    let slots = row.parse("slots", slots)?;
    let age = |column| {
        row.parse(column, |text| {
            text.parse::<i64>().map_err(|_| "give an age in whole years")
        })
    };
    let min = age("min_age")?;
    let max = if row.get("max_age").is_empty() {
        None
    } else {
        Some(age("max_age")?)
    };
    // Alone, so that a wrong lower age is not told of the upper one.
    AgeBand::new(min, None).map_err(|error| ("min_age", error.to_string()))?;
    let ages = AgeBand::new(min, max).map_err(|error| ("max_age", error.to_string()))?;
    let id = row.get("id");
    Ok(SessionPlan {
        id: if id.is_empty() {
            None
        } else {
            Some(row.parse("id", str::parse::<SessionId>)?)
        },
        centre: row.parse("centre_id", CentreId::parse)?,
        day: row.parse("date", date)?,
        vaccine: row.parse("vaccine", Vaccine::parse)?,
        ages,
        slots: slots
            .into_iter()
            .map(|slot| SlotPlan {
                slot,
                seats: seats.clone(),
            })
            .collect(),
    })
}

/// `09:00AM-11:00AM|11:00AM-01:00PM`
fn slots(text: &str) -> Result<Vec<Slot>, String> {
    text.split('|')
        .map(|slot| Slot::parse(slot.trim()).map_err(|error| error.to_string()))
        .collect()
}

/// `1:online:25|2:online:25|1:walk_in:10`, the same for each slot.
fn seats(text: &str) -> Result<Vec<(DoseNumber, Quota, u16)>, String> {
    let mut seats: Vec<(DoseNumber, Quota, u16)> = Vec::new();
    for part in text.split('|') {
        let mut fields = part.trim().split(':');
        let (Some(dose), Some(quota), Some(count), None) =
            (fields.next(), fields.next(), fields.next(), fields.next())
        else {
            return Err("give DOSE:QUOTA:SEATS such as 1:online:25, several with | between them".to_owned());
        };
        let dose = DoseNumber::parse(dose).map_err(|error| error.to_string())?;
        let quota = Quota::parse(quota).map_err(|error| error.to_string())?;
        let count = count.parse().ok().filter(|count| *count <= MOST_SEATS);
        let count = count.ok_or_else(|| format!("give a number of seats from 0 to {MOST_SEATS}"))?;
        if seats.iter().any(|(known, of, _)| (*known, *of) == (dose, quota)) {
            return Err(format!("dose {dose} has two numbers of {} seats", quota.code()));
        }
        seats.push((dose, quota, count));
    }
    Ok(seats)
}
