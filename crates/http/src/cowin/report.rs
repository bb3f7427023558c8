//! The public dashboard: cowin-api section 9. Counts only, never a person; open to everybody.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use pramaan_app::App;
use pramaan_app::report::{Area, Day, Doses, People, Report};
use pramaan_domain::centre::CentreId;
use pramaan_domain::place::{DistrictId, StateId};
use pramaan_domain::tally::Cell;
use pramaan_domain::time::CivilDate;

use super::code;
use super::error::CowinError;
use super::wire::Answer;
use super::wire::report as wire;
use crate::query::Query;
use crate::text::{Number, Text};

pub fn routes() -> Router<App> {
    Router::new()
        .route("/v1/reports/v2/getPublicReports", get(public_report))
        .route("/v1/reports/getLiveVaccination", get(live))
}

async fn public_report(
    State(app): State<App>,
    Query(query): Query<wire::ReportOf>,
) -> Result<Answer<wire::PublicReport>, CowinError> {
    let date = day(query.date.as_ref(), app.today())?;
    let report = app.report(area(&query), date).await?;
    Ok(Answer(shown(&report, app.now().to_string())))
}

async fn live(State(app): State<App>) -> Result<Answer<wire::LiveVaccination>, CowinError> {
    let report = app.report(Area::India, app.today()).await?;
    Ok(Answer(wire::LiveVaccination {
        count: report.doses.all(),
    }))
}

/// An id that cannot be one names an area where nothing is.
fn area(query: &wire::ReportOf) -> Area {
    let none = |number: Option<Number>| number.filter(|number| number.0 != 0);
    match (none(query.district_id), none(query.state_id)) {
        (Some(district), _) => DistrictId::from_number(district.0).map_or(Area::Nowhere, Area::District),
        (None, Some(state)) => StateId::from_number(state.0).map_or(Area::Nowhere, Area::State),
        (None, None) => Area::India,
    }
}

/// `YYYY-MM-DD`, today when absent.
fn day(text: Option<&Text>, today: CivilDate) -> Result<CivilDate, CowinError> {
    let Some(text) = text else { return Ok(today) };
    let sentence = || "Invalid date. Write it as YYYY-MM-DD.".to_owned();
    let parsed = CivilDate::parse_from_str(text.as_str(), "%Y-%m-%d");
    parsed.map_err(|_| code::MALFORMED_DATE.because(sentence()))
}

fn shown(report: &Report, timestamp: String) -> wire::PublicReport {
    let sites = |counted: pramaan_app::report::Split| wire::Sites {
        total: counted.government + counted.private,
        govt: counted.government,
        pvt: counted.private,
        today: None,
    };
    wire::PublicReport {
        top_block: wire::TopBlock {
            sites: sites(report.sites),
            sessions: sites(report.sessions),
            registration: wire::Registration {
                total: report.registered,
                ..wire::Registration::default()
            },
            vaccination: wire::Vaccination {
                aefi: report.aefi.cases,
                today_aefi: report.aefi.today,
                ..vaccination(&report.doses, &report.people, &report.today_people)
            },
        },
        last_30_days_aefi: report.aefi.days.iter().map(aefi_of_day).collect(),
        aefi_percentage: percentage(report.aefi.cases, report.doses.all()),
        last_5_day_session_status: report
            .session_days
            .iter()
            .map(|day| wire::SessionDay {
                session_date: day.date.to_string(),
                total: day.planned + day.ongoing + day.completed,
                planned: day.planned,
                ongoing: day.ongoing,
                completed: day.completed,
            })
            .collect(),
        by_area: report.areas.iter().map(area_row).collect(),
        by_age: by_age(report),
        vaccination_by_time: report.days.iter().map(doses_of_day).collect(),
        by_time_and_age: report.days.iter().map(ages_of_day).collect(),
        timestamp,
        ..wire::PublicReport::default()
    }
}

fn vaccination(doses: &Doses, people: &People, today: &People) -> wire::Vaccination {
    wire::Vaccination {
        total: doses.all(),
        male: people.count(Cell::Male),
        female: people.count(Cell::Female),
        others: people.count(Cell::Others),
        covishield: doses.covishield,
        covaxin: doses.covaxin,
        sputnik: doses.sputnik,
        today: doses.today_first + doses.today_second + doses.today_other,
        tot_dose_1: doses.first,
        tot_dose_2: doses.second,
        tot_pd: Some(doses.precaution),
        total_doses: doses.all(),
        today_dose_one: doses.today_first,
        today_dose_two: doses.today_second,
        today_male: today.count(Cell::Male),
        today_female: today.count(Cell::Female),
        today_others: today.count(Cell::Others),
        ..wire::Vaccination::default()
    }
}

fn aefi_of_day((day, cases): &(CivilDate, u64)) -> wire::AefiDay {
    wire::AefiDay {
        vaccine_date: day.to_string(),
        aefi: *cases,
    }
}

/// With three digits after the point, as CoWIN had it.
fn percentage(cases: u64, doses: u64) -> f64 {
    let thousandths = cases.saturating_mul(100_000).checked_div(doses).unwrap_or(0);
    u32::try_from(thousandths).map_or(0.0, f64::from) / 1_000.0
}

fn by_age(report: &Report) -> wire::ByAge {
    let people = &report.people;
    wire::ByAge {
        total: report.doses.all(),
        vac_18_45: people.count(Cell::From18),
        vac_45_60: people.count(Cell::From45),
        above_60: people.count(Cell::From60),
        vac_15_17: Some(people.count(Cell::From15)),
    }
}

fn doses_of_day(day: &Day) -> wire::DosesAtTime {
    let [ts, timestamps, label] = named(day.date);
    wire::DosesAtTime {
        ts,
        timestamps,
        label,
        count: day.doses.all(),
        dose_one: day.doses.first,
        dose_two: day.doses.second,
        dose_pd: Some(day.doses.precaution),
    }
}

fn ages_of_day(day: &Day) -> wire::AgesAtTime {
    let [ts, timestamps, label] = named(day.date);
    wire::AgesAtTime {
        ts,
        timestamps,
        label,
        total: day.doses.all(),
        vac_18_45: day.people.count(Cell::From18),
        vac_45_60: day.people.count(Cell::From45),
        vac_60_above: day.people.count(Cell::From60),
        vac_15_17: Some(day.people.count(Cell::From15)),
    }
}

/// Of a day's three names only the keys are known: the date, the instant at which it begins, and a short form.
fn named(date: CivilDate) -> [String; 3] {
    let begins = format!("{date}T00:00:00.000+05:30");
    [date.to_string(), begins, date.format("%d %b").to_string()]
}

fn area_row(row: &pramaan_app::report::AreaRow) -> wire::AreaRow {
    let small = |id: i64| i16::try_from(id).unwrap_or_default();
    wire::AreaRow {
        state_id: small(row.state.number()),
        district_id: row.district.map(|district| small(district.number())),
        session_site_id: row.centre.map(CentreId::number),
        session_site_name: row.centre.map(|_| row.name.clone()),
        id: row
            .district
            .map_or(row.state.number(), DistrictId::number)
            .to_string(),
        title: row.name.clone(),
        state_name: row.state_name.to_owned(),
        total: row.doses.all(),
        partial_vaccinated: row.doses.first.saturating_sub(row.doses.second),
        totally_vaccinated: row.doses.second,
        today: row.doses.today_first + row.doses.today_second + row.doses.today_other,
    }
}
