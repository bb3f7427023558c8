//! The roster on paper, for a day without a line: numbers of the queue, hours and doses, no names, and boxes to write into.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use pramaan_app::roster::Visitor;
use pramaan_domain::time::CivilDate;
use serde::Deserialize;

use super::duty::{Nav, OnDuty};
use super::refusal;
use crate::cowin::error::CowinError;
use crate::query::Query;
use crate::web::error_page::render;
use crate::web::front::Front;
use crate::web::page::Page;
use crate::web::words;

/// Lines for people without an appointment.
const SPARE: usize = 12;

pub(super) fn routes() -> Router<Front> {
    Router::new().route("/staff/roster/print", get(show))
}

#[derive(Template)]
#[template(path = "staff/roster_print.html")]
pub(super) struct SheetPage {
    page: Page,
    nav: Nav,
    day: String,
    lines: Vec<Line>,
    spare: usize,
}

/// One who is expected.
struct Line {
    queue: i64,
    slot: String,
    vaccine: String,
    dose: String,
}

#[derive(Debug, Default, Deserialize)]
struct Asked {
    /// `today` or a date; tomorrow when nothing is said.
    day: Option<String>,
}

async fn show(
    State(front): State<Front>,
    page: Page,
    OnDuty(staff): OnDuty,
    asked: Result<Query<Asked>, CowinError>,
) -> Response {
    let nav = Nav::of(&staff, "/staff/roster");
    let today = front.app.today();
    let asked = asked.ok().and_then(|Query(asked)| asked.day);
    let day = match asked.as_deref() {
        None => today.succ_opt(),
        Some("today") => Some(today),
        Some(date) => date.parse().ok(),
    };
    // A date that is none is answered like one that is over.
    let day = day.unwrap_or(CivilDate::MIN);
    match front.app.roster_sheet(&staff, day).await {
        Ok(visitors) => render(&SheetPage::new(page, nav, day, &visitors)),
        Err(refused) => refusal::page(page, nav, &refused),
    }
}

impl SheetPage {
    fn new(page: Page, nav: Nav, day: CivilDate, visitors: &[Visitor]) -> Self {
        let locale = page.locale;
        let line = |visitor: &Visitor| Line {
            queue: visitor.place.queue,
            slot: words::slot(locale, visitor.hours),
            vaccine: words::vaccine(locale, visitor.vaccine),
            dose: words::dose(locale, visitor.dose),
        };
        Self {
            day: words::weekday_date(locale, day),
            lines: visitors.iter().map(line).collect(),
            spare: SPARE,
            page,
            nav,
        }
    }
}

#[cfg(test)]
impl SheetPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let nav = Nav::role(pramaan_app::StaffRole::SiteManager, "/staff/roster");
        let visitors: Vec<Visitor> = (1..=5).map(super::today::sample_visitor).collect();
        let day = super::tests::today();
        vec![
            Self::new(page.clone(), nav, day, &visitors),
            Self::new(page.clone(), nav, day, &[]),
        ]
    }
}
