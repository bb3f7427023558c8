//! Who works at the centre today and tomorrow, set by its manager.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use http::StatusCode;
use pramaan_app::roster::{Colleague, Enrolled, OnRoster};
use pramaan_app::{Refusal, Staff, StaffRole};
use pramaan_domain::staff::{ParseStaffCode, StaffCode};
use pramaan_domain::time::CivilDate;
use serde::Deserialize;

use super::duty::{Duty, Nav, OnDuty};
use super::login::LoginPage;
use super::refusal;
use crate::cowin::error::CowinError;
use crate::query::Query;
use crate::web::csrf::CsrfForm;
use crate::web::error_page::render;
use crate::web::form::{Choice, FormState};
use crate::web::front::Front;
use crate::web::i18n::Locale;
use crate::web::kept;
use crate::web::page::Page;
use crate::web::words;

const HERE: &str = "/staff/roster";

pub(super) fn routes() -> Router<Front> {
    Router::new().route(HERE, get(show).post(set))
}

#[derive(Template)]
#[template(path = "staff/roster.html")]
pub(super) struct RosterPage {
    page: Page,
    nav: Nav,
    form: FormState,
    saved: Saved,
    today: String,
    tomorrow: String,
    colleagues: Vec<Choice>,
}

/// Whether somebody comes here from having saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Saved {
    Yes,
    /// Somebody steps in today.
    Replaced,
    No,
}

#[derive(Debug, Default, Deserialize)]
struct Told {
    done: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    day: String,
    today: Vec<String>,
    tomorrow: Vec<String>,
    /// `kept` from a login that interrupted the form.
    step: String,
    /// The form that waited for that login, sealed.
    kept: String,
}

impl Typed {
    /// The day that was set as a form is sent, to wait for a login.
    fn carry(&self) -> String {
        let today = self.today.iter().map(|code| ("today", code));
        let tomorrow = self.tomorrow.iter().map(|code| ("tomorrow", code));
        kept::carry(
            &today
                .chain(tomorrow)
                .chain([("day", &self.day)])
                .collect::<Vec<_>>(),
        )
    }

    /// The boxes that were ticked, if this is the day that was set.
    fn ticked(&self, field: &str) -> Option<&[String]> {
        match field {
            field if field != self.day => None,
            "today" => Some(&self.today),
            "tomorrow" => Some(&self.tomorrow),
            _ => None,
        }
    }
}

async fn show(
    State(front): State<Front>,
    page: Page,
    OnDuty(staff): OnDuty,
    told: Result<Query<Told>, CowinError>,
) -> Response {
    let done = told.ok().and_then(|Query(told)| told.done);
    let saved = match done.as_deref() {
        Some("replaced") => Saved::Replaced,
        Some(_) => Saved::Yes,
        None => Saved::No,
    };
    let nav = Nav::of(&staff, HERE);
    match look_up(&front, &staff).await {
        Ok(days) => render(&RosterPage::new(page, nav, saved, (&days, &Typed::default()))),
        Err(refused) => refusal::page(page, nav, &refused),
    }
}

/// The boxes as they were ticked before a login that interrupted the form.
async fn resumed(front: &Front, page: Page, staff: &Staff, kept: &str) -> Response {
    let nav = Nav::of(staff, HERE);
    let typed: Typed = kept::back(front, staff.typist(), HERE, kept).unwrap_or_default();
    match look_up(front, staff).await {
        Ok(days) => render(&RosterPage::new(page, nav, Saved::No, (&days, &typed))),
        Err(refused) => refusal::page(page, nav, &refused),
    }
}

async fn set(
    State(front): State<Front>,
    page: Page,
    duty: Duty,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    let Duty::On(staff) = duty else {
        return LoginPage::keeping(&front, page, &duty, (HERE, &typed.carry()));
    };
    if typed.step == kept::STEP {
        return resumed(&front, page, &staff, &typed.kept).await;
    }
    let (today, tomorrow) = days(&front);
    let (day, codes) = match typed.day.as_str() {
        "today" => (Some(today), &typed.today),
        "tomorrow" => (tomorrow, &typed.tomorrow),
        _ => (None, &typed.today),
    };
    let codes: Result<Vec<StaffCode>, ParseStaffCode> =
        codes.iter().map(|code| StaffCode::parse(code)).collect();
    let set = match (day, codes) {
        (Some(day), Ok(codes)) => front.app.set_roster(&staff, day, codes).await,
        _ => Err(Refusal::Invalid {
            field: "day",
            sentence: String::new(),
        }),
    };
    match set {
        Ok(()) => Redirect::to("/staff/roster?done=saved").into_response(),
        // Boxes of this page name colleagues only: anything else was not sent by it.
        Err(refused @ Refusal::Invalid { .. }) => (
            StatusCode::UNPROCESSABLE_ENTITY,
            refusal::page(page, Nav::of(&staff, HERE), &refused),
        )
            .into_response(),
        Err(refused) => refusal::page(page, Nav::of(&staff, HERE), &refused),
    }
}

/// Both days with who works on them.
struct Days {
    today: (CivilDate, Vec<Colleague>),
    tomorrow: (CivilDate, Vec<Colleague>),
}

fn days(front: &Front) -> (CivilDate, Option<CivilDate>) {
    let today = front.app.today();
    (today, today.succ_opt())
}

async fn look_up(front: &Front, staff: &Staff) -> Result<Days, Refusal> {
    let (today, tomorrow) = days(front);
    let tomorrow = tomorrow.unwrap_or(today);
    Ok(Days {
        today: (today, front.app.colleagues(staff, today).await?),
        tomorrow: (tomorrow, front.app.colleagues(staff, tomorrow).await?),
    })
}

impl RosterPage {
    fn new(page: Page, nav: Nav, saved: Saved, (days, typed): (&Days, &Typed)) -> Self {
        let locale = page.locale;
        let works = |colleague: &&Colleague| colleague.on_roster == OnRoster::Yes;
        let mut form = FormState::new();
        for (field, (_, colleagues)) in [("today", &days.today), ("tomorrow", &days.tomorrow)] {
            form = match typed.ticked(field) {
                Some(codes) => codes.iter().fold(form, |form, code| form.value_of(field, code)),
                None => colleagues.iter().filter(works).fold(form, |form, colleague| {
                    form.value_of(field, colleague.code.as_str())
                }),
            };
        }
        Self {
            today: words::weekday_date(locale, days.today.0),
            tomorrow: words::weekday_date(locale, days.tomorrow.0),
            colleagues: days
                .today
                .1
                .iter()
                .map(|colleague| choice(locale, colleague))
                .collect(),
            page,
            nav,
            form,
            saved,
        }
    }
}

fn choice(locale: Locale, colleague: &Colleague) -> Choice {
    let role = role(locale, colleague.role);
    let hint = match colleague.enrolled {
        Enrolled::Yes => role,
        Enrolled::NotYet => locale.t_with("roster-not-enrolled", &[("role", role)]),
    };
    let elsewhere: Vec<String> = colleague.elsewhere.iter().map(i64::to_string).collect();
    let hint = match elsewhere.is_empty() {
        true => hint,
        false => {
            let also = locale.t_with("roster-elsewhere", &[("centres", elsewhere.join(", "))]);
            format!("{hint}. {also}")
        }
    };
    Choice::new(colleague.code.as_str(), colleague.code.as_str()).hint(hint)
}

/// A role in words.
pub(super) fn role(locale: Locale, role: StaffRole) -> String {
    locale.t(match role {
        StaffRole::Vaccinator => "role-vaccinator",
        StaffRole::SiteManager => "role-site-manager",
        StaffRole::DistrictAdmin => "role-district-admin",
    })
}

#[cfg(test)]
impl RosterPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let colleague = |code, enrolled, on_roster| Colleague {
            code: StaffCode::parse(code).unwrap(),
            role: StaffRole::Vaccinator,
            enrolled,
            on_roster,
            elsewhere: vec![561_002],
        };
        let colleagues = vec![
            colleague("MH-0001", Enrolled::Yes, OnRoster::Yes),
            colleague("MH-0002", Enrolled::NotYet, OnRoster::No),
        ];
        let today = super::tests::today();
        let nav = Nav::role(StaffRole::SiteManager, HERE);
        let full = Days {
            today: (today, colleagues.clone()),
            tomorrow: (today, colleagues),
        };
        let empty = Days {
            today: (today, Vec::new()),
            tomorrow: (today, Vec::new()),
        };
        vec![
            Self::new(page.clone(), nav, Saved::Yes, (&full, &Typed::default())),
            Self::new(page.clone(), nav, Saved::No, (&empty, &Typed::default())),
        ]
    }
}
