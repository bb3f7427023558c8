//! Corrections at a centre: what waits for a second person, whose doses can be opened to be corrected, and how it went.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use chrono::Days;
use pramaan_app::correction::{Change, Corrections};
use pramaan_app::roster::Place;
use pramaan_domain::time::CivilDate;
use serde::Deserialize;

use super::duty::{HOME, Nav, OnDuty};
use super::proposal::{self, How, Line, Proposals};
use super::refusal;
use crate::cowin::error::CowinError;
use crate::query::Query;
use crate::web::error_page::render;
use crate::web::front::Front;
use crate::web::i18n::Locale;
use crate::web::page::Page;
use crate::web::words;

pub(super) const PATH: &str = "/staff/correction";
/// How far back the list of a day goes.
const DAYS_BACK: i64 = 30;

pub(super) fn routes() -> Router<Front> {
    Router::new()
        .route("/staff/correction", get(show))
        .route("/staff/correction/done", get(done))
}

#[derive(Template)]
#[template(path = "staff/correction.html")]
pub(super) struct CorrectionsPage {
    page: Page,
    nav: Nav,
    waiting: Vec<Line>,
    /// A site manager's only: how many changes by whom today.
    today: Vec<String>,
    day: String,
    before: Option<String>,
    after: Option<String>,
    done: Vec<Done>,
}

/// A place where a dose was given.
struct Done {
    queue: i64,
    text: String,
    href: String,
}

pub(super) const CORRECTIONS: Proposals = Proposals {
    path: PATH,
    title: "correction-title",
    line: ("correction-line", "change"),
    texts: |how| match how {
        How::Done => ("correction-done-title", "correction-done-text"),
        How::Waits => ("correction-waits-title", "correction-waits-text"),
        How::Approved => ("correction-approved-title", "correction-approved-text"),
        How::Declined => ("correction-declined-title", "correction-declined-text"),
    },
};

#[derive(Debug, Default, Deserialize)]
struct Asked {
    day: Option<String>,
}

async fn show(
    State(front): State<Front>,
    page: Page,
    OnDuty(staff): OnDuty,
    asked: Result<Query<Asked>, CowinError>,
) -> Response {
    let today = front.app.today();
    let asked = asked.ok().and_then(|Query(asked)| asked.day?.parse().ok());
    let within = |day: &CivilDate| (0..=DAYS_BACK).contains(&today.signed_duration_since(*day).num_days());
    let day = asked.filter(within).unwrap_or(today);
    let nav = Nav::of(&staff, HOME);
    match front.app.corrections(&staff, day).await {
        Ok(found) => render(&CorrectionsPage::new(page, nav, (today, day), &found)),
        Err(refused) => refusal::page(page, nav, &refused),
    }
}

async fn done(
    page: Page,
    OnDuty(staff): OnDuty,
    how: Result<Query<proposal::Asked>, CowinError>,
) -> Response {
    CORRECTIONS.done(page, &staff, how)
}

/// What is to become of a dose, in words.
pub(super) fn change(locale: Locale, change: Change) -> String {
    locale.t(match change {
        Change::Correct => "correction-change-correct",
        Change::Void => "correction-change-void",
        Change::Move => "correction-change-move",
    })
}

/// Where the record of a place is opened to be corrected.
pub(super) fn place_path(place: Place) -> String {
    format!("{PATH}/visit/{}/{}/{}", place.session, place.slot, place.queue)
}

impl CorrectionsPage {
    fn new(page: Page, nav: Nav, (today, day): (CivilDate, CivilDate), found: &Corrections) -> Self {
        let locale = page.locale;
        let beside = |other: Option<CivilDate>| other.map(|other| format!("{PATH}?day={other}"));
        let oldest = today.checked_sub_days(Days::new(DAYS_BACK.unsigned_abs()));
        let before = day.pred_opt().filter(|day| Some(*day) >= oldest);
        Self {
            waiting: found
                .waiting
                .iter()
                .map(|one| CORRECTIONS.line(locale, change(locale, one.act), one))
                .collect(),
            today: found
                .today
                .iter()
                .map(|count| {
                    let count = [
                        ("code", count.staff_code.clone()),
                        ("count", count.count.to_string()),
                    ];
                    locale.t_with("correction-count", &count)
                })
                .collect(),
            day: words::weekday_date(locale, day),
            before: beside(before),
            after: beside(day.succ_opt().filter(|day| *day <= today)),
            done: found
                .done
                .iter()
                .map(|visitor| Done {
                    queue: visitor.place.queue,
                    text: format!(
                        "{} · {} · {}",
                        words::slot(locale, visitor.hours),
                        words::dose(locale, visitor.dose),
                        words::vaccine(locale, visitor.vaccine)
                    ),
                    href: place_path(visitor.place),
                })
                .collect(),
            page,
            nav,
        }
    }
}

#[cfg(test)]
impl CorrectionsPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        use pramaan_app::correction::Count;
        use pramaan_app::roster::{AppointmentState, Visitor};
        use pramaan_domain::id::SessionId;
        let today = super::tests::today();
        let visitor = Visitor {
            place: Place {
                session: SessionId::from_bytes([7; 16]),
                slot: 0,
                queue: 3,
            },
            hours: pramaan_domain::slot::Slot::parse("09:00AM-11:00AM").unwrap(),
            dose: pramaan_domain::dose::DoseNumber::First,
            vaccine: pramaan_domain::vaccine::Vaccine::Covishield,
            state: AppointmentState::Vaccinated,
        };
        let full = Corrections {
            waiting: proposal::waiting_samples(Change::ALL),
            today: vec![Count {
                staff_code: "MH-0001".to_owned(),
                count: 7,
            }],
            done: vec![visitor],
        };
        let none = Corrections {
            waiting: Vec::new(),
            today: Vec::new(),
            done: Vec::new(),
        };
        let yesterday = today.pred_opt().unwrap();
        let nurse = Nav::role(pramaan_app::StaffRole::Vaccinator, HOME);
        let manager = Nav::role(pramaan_app::StaffRole::SiteManager, HOME);
        vec![
            Self::new(page.clone(), manager, (today, yesterday), &full),
            Self::new(page.clone(), nurse, (today, today), &none),
        ]
    }
}
