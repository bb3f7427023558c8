//! Today's visitors of the centre: when, for what and with which number in the queue. Nobody is named.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use pramaan_app::StaffRole;
use pramaan_app::roster::{AppointmentState, Place, Visitor};
use pramaan_domain::id::SessionId;
use pramaan_domain::slot::Slot;

use super::duty::{HOME, Nav, OnDuty};
use super::{correction, refusal};
use crate::web::error_page::render;
use crate::web::front::Front;
use crate::web::i18n::Locale;
use crate::web::page::Page;
use crate::web::words;

pub(super) fn routes() -> Router<Front> {
    Router::new().route("/staff", get(show))
}

#[derive(Template)]
#[template(path = "staff/today.html")]
pub(super) struct TodayPage {
    page: Page,
    nav: Nav,
    day: String,
    hours: Vec<Hour>,
    waiting: usize,
    done: usize,
    /// The link to corrections, with how many wait for a second person.
    corrections: String,
}

/// A slot of a session.
struct Hour {
    session: SessionId,
    slot: Slot,
    title: String,
    vaccine: String,
    lines: Vec<Line>,
}

/// One number in the queue.
struct Line {
    queue: i64,
    dose: String,
    /// None once the dose is recorded.
    href: Option<String>,
    /// Where what was recorded is opened to be corrected.
    correct: String,
}

async fn show(State(front): State<Front>, page: Page, OnDuty(staff): OnDuty) -> Response {
    if staff.role() == StaffRole::DistrictAdmin {
        return Redirect::to("/staff/district").into_response();
    }
    let nav = Nav::of(&staff, HOME);
    let found = match front.app.roster_today(&staff).await {
        Ok(visitors) => front
            .app
            .corrections_waiting(&staff)
            .await
            .map(|waiting| (visitors, waiting)),
        Err(refused) => Err(refused),
    };
    match found {
        Ok((visitors, corrections)) => {
            let day = words::weekday_date(page.locale, front.app.today());
            render(&TodayPage::new(page, nav, day, (&visitors, corrections)))
        }
        Err(refused) => refusal::page(page, nav, &refused),
    }
}

/// The address at which a place shows evidence.
pub(super) fn visit_path(place: Place) -> String {
    format!("/staff/visit/{}/{}/{}", place.session, place.slot, place.queue)
}

impl TodayPage {
    fn new(page: Page, nav: Nav, day: String, (visitors, corrections): (&[Visitor], u64)) -> Self {
        let done = visitors.iter().filter(|visitor| is_done(visitor)).count();
        let mut hours: Vec<Hour> = Vec::new();
        for visitor in visitors {
            let line = Line::new(page.locale, visitor);
            match hours.last_mut() {
                Some(hour) if hour.session == visitor.place.session && hour.slot == visitor.hours => {
                    hour.lines.push(line);
                }
                _ => hours.push(Hour {
                    session: visitor.place.session,
                    slot: visitor.hours,
                    title: words::slot(page.locale, visitor.hours),
                    vaccine: words::vaccine(page.locale, visitor.vaccine),
                    lines: vec![line],
                }),
            }
        }
        Self {
            corrections: page.t1("correction-today-link", "count", corrections),
            page,
            nav,
            day,
            hours,
            waiting: visitors.len() - done,
            done,
        }
    }
}

impl Line {
    fn new(locale: Locale, visitor: &Visitor) -> Self {
        Self {
            queue: visitor.place.queue,
            dose: words::dose(locale, visitor.dose),
            href: (!is_done(visitor)).then(|| visit_path(visitor.place)),
            correct: correction::place_path(visitor.place),
        }
    }
}

fn is_done(visitor: &Visitor) -> bool {
    visitor.state == AppointmentState::Vaccinated
}

#[cfg(test)]
impl TodayPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let visitors: Vec<Visitor> = (1..=5).map(sample_visitor).collect();
        let day = words::weekday_date(page.locale, super::tests::today());
        let nav = Nav::role(StaffRole::Vaccinator, HOME);
        let manager = Nav::role(StaffRole::SiteManager, HOME);
        vec![
            Self::new(page.clone(), nav, day.clone(), (&visitors, 2)),
            Self::new(page.clone(), manager, day, (&[], 0)),
        ]
    }
}

#[cfg(test)]
pub(super) fn sample_visitor(queue: i64) -> Visitor {
    use pramaan_domain::dose::DoseNumber;
    use pramaan_domain::vaccine::Vaccine;
    let (slot, hours) = if queue < 4 {
        (0, "09:00AM-11:00AM")
    } else {
        (1, "11:00AM-01:00PM")
    };
    Visitor {
        place: Place {
            session: SessionId::from_bytes([7; 16]),
            slot,
            queue,
        },
        hours: Slot::parse(hours).unwrap(),
        dose: if queue % 2 == 0 {
            DoseNumber::Second
        } else {
            DoseNumber::First
        },
        vaccine: Vaccine::Covishield,
        state: if queue < 3 {
            AppointmentState::Vaccinated
        } else {
            AppointmentState::Booked
        },
    }
}
