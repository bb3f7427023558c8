//! A month of sessions, in counts and words: at one centre, or at all of a district.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use chrono::{Datelike, Months};
use pramaan_app::StaffRole;
use pramaan_app::plan::{Calendar, CalendarDay, monday};
use pramaan_domain::time::CivilDate;
use serde::Deserialize;

use super::duty::{Nav, OnDuty};
use super::facilitator::centre_name;
use super::refusal;
use super::session::{centre_of, nav_of};
use super::told::centre_in;
use crate::cowin::error::CowinError;
use crate::query::Query;
use crate::web::error_page::render;
use crate::web::form::Message;
use crate::web::front::Front;
use crate::web::page::Page;
use crate::web::words;

const HERE: &str = "/staff/calendar";

pub(super) fn routes() -> Router<Front> {
    Router::new().route(HERE, get(show))
}

#[derive(Template)]
#[template(path = "staff/calendar.html")]
pub(super) struct CalendarPage {
    page: Page,
    nav: Nav,
    title: String,
    month: String,
    before: String,
    after: String,
    weeks: Vec<Week>,
}

struct Week {
    title: String,
    days: Vec<Day>,
}

/// One day in words. It leads to its week at the centre, where there is one centre.
struct Day {
    name: String,
    href: Option<String>,
    sessions: String,
    seats: String,
}

/// Which month of which centre.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    centre: Option<String>,
    month: Option<String>,
}

async fn show(
    State(front): State<Front>,
    page: Page,
    OnDuty(staff): OnDuty,
    way: Result<Query<Asked>, CowinError>,
) -> Response {
    let nav = nav_of(&staff);
    let Query(asked) = way.unwrap_or(Query(Asked::default()));
    let centre = match (centre_in(asked.centre.as_ref()), staff.role()) {
        (None, StaffRole::DistrictAdmin) => Ok(None),
        (named, _) => centre_of(&staff, named).map(Some),
    };
    let centre = match centre {
        Ok(centre) => centre,
        Err(refused) => return refusal::page(page, nav, &refused),
    };
    let month = asked
        .month
        .as_deref()
        .and_then(|month| format!("{month}-01").parse().ok());
    let month: CivilDate = month.unwrap_or(front.app.today());
    match front.app.calendar(&staff, centre, month).await {
        Ok(calendar) => {
            let place = centre.map(|centre| (centre.number(), centre_name(&front, centre.number())));
            render(&CalendarPage::new(page, nav, &calendar, place))
        }
        Err(refused) => refusal::page(page, nav, &refused),
    }
}

impl CalendarPage {
    fn new(page: Page, nav: Nav, calendar: &Calendar, place: Option<(i64, String)>) -> Self {
        let query = place
            .as_ref()
            .map_or_else(String::new, |(id, _)| format!("&centre={id}"));
        let link = |month: Option<CivilDate>| {
            let month = month.unwrap_or(calendar.month);
            format!("{HERE}?month={}{query}", month.format("%Y-%m"))
        };
        let one = Months::new(1);
        let mut weeks: Vec<(CivilDate, Week)> = Vec::new();
        for day in &calendar.days {
            let first = monday(day.day);
            let line = Day::new(&page, day, place.as_ref().map(|(id, _)| *id));
            match weeks.last_mut() {
                Some((monday, week)) if *monday == first => week.days.push(line),
                _ => weeks.push((
                    first,
                    Week {
                        title: page.t1("calendar-week", "day", words::date(page.locale, first)),
                        days: vec![line],
                    },
                )),
            }
        }
        Self {
            title: match &place {
                Some((_, name)) => page.t1("calendar-of-centre", "centre", name),
                None => page.t("calendar-of-district"),
            },
            month: words::month_of_year(page.locale, calendar.month.year(), calendar.month.month()),
            before: link(calendar.month.checked_sub_months(one)),
            after: link(calendar.month.checked_add_months(one)),
            weeks: weeks.into_iter().map(|(_, week)| week).collect(),
            page,
            nav,
        }
    }
}

impl Day {
    fn new(page: &Page, day: &CalendarDay, centre: Option<i64>) -> Self {
        let sessions = match (day.sessions, centre) {
            (0, _) if day.cancelled > 0 => {
                Message::new("calendar-only-cancelled").with("cancelled", day.cancelled)
            }
            (0, _) => Message::new("calendar-none"),
            (_, Some(_)) => Message::new("calendar-sessions")
                .with("count", day.sessions)
                .with("cancelled", day.cancelled),
            (_, None) => Message::new("calendar-sessions-at")
                .with("count", day.sessions)
                .with("centres", day.centres)
                .with("cancelled", day.cancelled),
        };
        let seats = match day.sessions {
            0 => String::new(),
            _ => page.t2("calendar-seats", "taken", day.taken, "seats", day.seats),
        };
        Self {
            name: words::day(page.locale, day.day),
            href: centre.map(|centre| format!("/staff/sessions?centre={centre}&week={}", monday(day.day))),
            sessions: page.say(&sessions),
            seats,
        }
    }
}

#[cfg(test)]
impl CalendarPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let day = |number, sessions, cancelled| CalendarDay {
            day: CivilDate::from_ymd_opt(2026, 11, number).unwrap(),
            centres: 1,
            sessions,
            cancelled,
            seats: 40,
            taken: 12,
        };
        let calendar = Calendar {
            month: CivilDate::from_ymd_opt(2026, 11, 1).unwrap(),
            days: vec![day(1, 0, 0), day(2, 2, 0), day(3, 1, 1), day(4, 0, 1)],
        };
        let nav = Nav::role(StaffRole::DistrictAdmin, super::session::CENTRES);
        [None, Some((7, "Fort dispensary".to_owned()))]
            .map(|place| Self::new(page.clone(), nav, &calendar, place))
            .into()
    }
}
