//! Corrections at a centre: what waits for a second person, whose doses can be opened to be corrected, and how it went.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use chrono::Days;
use pramaan_app::correction::{Change, Corrections, MayDecide, Waiting};
use pramaan_app::roster::Place;
use pramaan_domain::time::CivilDate;
use serde::Deserialize;

use super::duty::{HOME, Nav, OnDuty};
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

/// One that waits.
struct Line {
    text: String,
    note: &'static str,
    href: Option<String>,
}

/// A place where a dose was given.
struct Done {
    queue: i64,
    text: String,
    href: String,
}

#[derive(Template)]
#[template(path = "staff/correction_done.html")]
pub(super) struct DonePage {
    page: Page,
    nav: Nav,
    how: How,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    Done,
    Waits,
    Approved,
    Declined,
}

impl How {
    const ALL: [Self; 4] = [Self::Done, Self::Waits, Self::Approved, Self::Declined];

    const fn code(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Waits => "waits",
            Self::Approved => "approved",
            Self::Declined => "declined",
        }
    }

    /// Where it is told.
    pub(super) fn path(self) -> String {
        format!("{PATH}/done?how={}", self.code())
    }

    const fn texts(self) -> (&'static str, &'static str) {
        match self {
            Self::Done => ("correction-done-title", "correction-done-text"),
            Self::Waits => ("correction-waits-title", "correction-waits-text"),
            Self::Approved => ("correction-approved-title", "correction-approved-text"),
            Self::Declined => ("correction-declined-title", "correction-declined-text"),
        }
    }
}

#[derive(Debug, Default, Deserialize)]
struct Asked {
    day: Option<String>,
    how: Option<String>,
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

async fn done(page: Page, OnDuty(staff): OnDuty, asked: Result<Query<Asked>, CowinError>) -> Response {
    let code = asked.ok().and_then(|Query(asked)| asked.how).unwrap_or_default();
    let how = How::ALL.into_iter().find(|how| how.code() == code);
    let nav = Nav::of(&staff, HOME);
    render(&DonePage {
        page,
        nav,
        how: how.unwrap_or(How::Done),
    })
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
            waiting: found.waiting.iter().map(|one| Line::new(locale, one)).collect(),
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

impl Line {
    fn new(locale: Locale, one: &Waiting) -> Self {
        let text = [
            ("change", change(locale, one.change)),
            ("code", one.staff_code.clone()),
            ("at", words::instant(locale, one.proposed_at)),
        ];
        Self {
            text: locale.t_with("correction-line", &text),
            note: match one.decide {
                MayDecide::Yes => "correction-line-decide",
                MayDecide::Own => "correction-line-own",
                MayDecide::No => "correction-line-manager",
            },
            href: (one.decide == MayDecide::Yes).then(|| format!("{PATH}/proposal/{}", one.id)),
        }
    }
}

#[cfg(test)]
impl CorrectionsPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        use pramaan_app::correction::Count;
        use pramaan_app::roster::{AppointmentState, Visitor};
        use pramaan_domain::id::{ProposalId, SessionId};
        let today = super::tests::today();
        let waiting = [MayDecide::Yes, MayDecide::Own, MayDecide::No];
        let waiting = waiting
            .into_iter()
            .zip(Change::ALL)
            .map(|(decide, change)| Waiting {
                id: ProposalId::from_bytes([7; 16]),
                change,
                staff_code: "MH-0001".to_owned(),
                proposed_at: pramaan_domain::time::Timestamp::from_seconds(1_795_321_800),
                decide,
            });
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
            waiting: waiting.collect(),
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

#[cfg(test)]
impl DonePage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let nav = Nav::role(pramaan_app::StaffRole::Vaccinator, HOME);
        let sample = |how| Self {
            page: page.clone(),
            nav,
            how,
        };
        How::ALL.map(sample).into()
    }
}
