//! The district officer's morning: what needs somebody today, that which hurts first on top, each one click from its remedy.
//!
//! Nobody is opened for it and nobody is named.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use http::StatusCode;
use pramaan_app::district::{Happened, Morning, Need, Report, Unopened};
use pramaan_app::review::Topic;
use pramaan_app::{Refusal, Staff};
use pramaan_domain::centre::CentreId;
use pramaan_domain::staff::StaffCode;
use serde::Deserialize;

use super::duty::{Duty, Nav, OnDuty};
use super::facilitator::centre_name;
use super::left_over::LeftOver;
use super::login::LoginPage;
use super::refusal;
use super::told::{Told, centre_in, told};
use crate::cowin::error::CowinError;
use crate::query::Query;
use crate::web::csrf::CsrfForm;
use crate::web::error_page::render;
use crate::web::form::{FormState, Message};
use crate::web::front::Front;
use crate::web::kept::{self, Fields};
use crate::web::page::Page;
use crate::web::words;

pub(super) const HERE: &str = "/staff/district";
const RELIEF: &str = "/staff/district/vaccinator";
const DONE: [(&str, &str); 3] = [
    ("asked", "review-done-asked"),
    ("nobody", "review-done-nobody"),
    ("relieved", "district-relieved"),
];

pub(super) fn routes() -> Router<Front> {
    Router::new()
        .route(HERE, get(show))
        .route(RELIEF, get(offer).post(relieve))
}

#[derive(Template)]
#[template(path = "staff/district.html")]
pub(super) struct DistrictPage {
    page: Page,
    nav: Nav,
    done: Option<Message>,
    lead: String,
    lines: Vec<Line>,
    /// What sites changed, in words.
    reports: Vec<Said>,
}

/// What was changed, and why.
struct Said {
    text: String,
    reason: String,
}

/// What needs somebody, in words, and what is done about it.
struct Line {
    text: String,
    href: String,
    action: String,
}

#[derive(Template)]
#[template(path = "staff/district_vaccinator.html")]
pub(super) struct ReliefPage {
    page: Page,
    nav: Nav,
    form: FormState,
    centre: String,
    /// Asks the site manager instead.
    ask: String,
}

/// The centre that an address names.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    centre: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    centre: String,
    code: String,
    /// `kept` from a login that interrupted the form.
    step: String,
    /// The form that waited for that login, sealed.
    kept: String,
}

impl Fields for Typed {
    fn fields(&self) -> Vec<(&'static str, &str)> {
        vec![("centre", &self.centre), ("code", &self.code)]
    }
}

async fn show(
    State(front): State<Front>,
    page: Page,
    OnDuty(staff): OnDuty,
    way: Result<Query<Told>, CowinError>,
) -> Response {
    let nav = Nav::of(&staff, HERE);
    match front.app.morning(&staff).await {
        Ok(morning) => {
            let name = |centre| centre_name(&front, centre);
            render(&DistrictPage::new(page, nav, (&morning, &name), told(way, &DONE)))
        }
        Err(refused) => refusal::page(page, nav, &refused),
    }
}

async fn offer(
    State(front): State<Front>,
    page: Page,
    OnDuty(staff): OnDuty,
    way: Result<Query<Asked>, CowinError>,
) -> Response {
    let centre = way.ok().and_then(|Query(asked)| centre_in(asked.centre.as_ref()));
    let form = FormState::new().value_of("centre", centre.unwrap_or(0).to_string());
    relief(&front, page, &staff, form)
}

async fn relieve(
    State(front): State<Front>,
    page: Page,
    duty: Duty,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    let Duty::On(staff) = duty else {
        return LoginPage::keeping(&front, page, &duty, (RELIEF, &typed.carry()));
    };
    if typed.step == kept::STEP {
        let typed: Typed = kept::back(&front, staff.typist(), RELIEF, &typed.kept).unwrap_or_default();
        return relief(&front, page, &staff, typed.form());
    }
    let centre = typed
        .centre
        .parse()
        .ok()
        .and_then(|id| CentreId::from_number(id).ok());
    let done = match (centre, StaffCode::parse(&typed.code)) {
        (None, _) => Err(Refusal::Forbidden),
        (_, Err(_)) => Err(Refusal::Invalid {
            field: "code",
            sentence: String::new(),
        }),
        (Some(centre), Ok(code)) => front.app.relieve_today(&staff, centre, code).await,
    };
    match done {
        Ok(()) => Redirect::to("/staff/district?done=relieved").into_response(),
        Err(Refusal::Invalid { .. }) => {
            let form = typed
                .form()
                .error_at("code", Message::new("replacement-code-unknown"));
            let again = relief(&front, page, &staff, form);
            (StatusCode::UNPROCESSABLE_ENTITY, again).into_response()
        }
        Err(refused) => {
            let left = LeftOver::sent(RELIEF, &typed);
            refusal::page_keeping(page, Nav::of(&staff, HERE), &refused, left)
        }
    }
}

/// The form, for the district's own centres only.
fn relief(front: &Front, page: Page, staff: &Staff, form: FormState) -> Response {
    let nav = Nav::of(staff, HERE);
    let id = form.value("centre").parse().unwrap_or(0);
    let own = CentreId::from_number(id)
        .map_err(|_| Refusal::Forbidden)
        .and_then(|centre| front.app.centre_to_plan(staff, centre));
    match own {
        Ok(centre) if staff.role() == pramaan_app::StaffRole::DistrictAdmin => render(&ReliefPage {
            centre: centre.name.to_string(),
            ask: ask(id, Topic::NoVaccinator),
            page,
            nav,
            form,
        }),
        Ok(_) => refusal::page(page, nav, &Refusal::Forbidden),
        Err(refused) => refusal::page(page, nav, &refused),
    }
}

/// Where the site manager of a centre is asked about something.
fn ask(centre: i64, topic: Topic) -> String {
    format!("/staff/reviews/ask?centre={centre}&topic={}", topic.code())
}

impl DistrictPage {
    fn new(
        page: Page,
        nav: Nav,
        (morning, centre): (&Morning, &dyn Fn(i64) -> String),
        done: Option<Message>,
    ) -> Self {
        let lead = Message::new("district-lead")
            .with("day", words::weekday_date(page.locale, morning.day))
            .with("sites", morning.sites)
            .with("sessions", morning.sessions);
        Self {
            lead: page.say(&lead),
            lines: morning
                .needs
                .iter()
                .map(|need| Line::new(&page, need, centre))
                .collect(),
            reports: morning
                .reports
                .iter()
                .map(|report| Said::new(&page, report, centre))
                .collect(),
            page,
            nav,
            done,
        }
    }
}

impl Said {
    fn new(page: &Page, report: &Report, centre: &dyn Fn(i64) -> String) -> Self {
        let message = match &report.happened {
            Happened::Stopped => Message::new("district-stopped").with("people", report.people),
            Happened::Moved => Message::new("district-moved").with("people", report.people),
            Happened::Counted {
                vaccine,
                batch,
                counted,
                expected,
            } => Message::new("district-counted")
                .with("vaccine", words::vaccine(page.locale, *vaccine))
                .with("batch", batch.as_str())
                .with("counted", *counted)
                .with("expected", *expected),
        };
        let message = message
            .with("centre", centre(report.centre))
            .with("day", words::weekday_date(page.locale, report.day))
            .with("at", words::instant(page.locale, report.at))
            .with("by", &report.by);
        let reason = report.reason.as_ref();
        Self {
            text: page.say(&message),
            reason: reason.map_or_else(String::new, |reason| reason.as_str().to_owned()),
        }
    }
}

impl Line {
    fn new(page: &Page, need: &Need, centre: &dyn Fn(i64) -> String) -> Self {
        let (text, action, href) = said(page, need);
        let text = match of_centre(need) {
            Some(id) => text.with("centre", centre(id)),
            None => text,
        };
        Self {
            text: page.say(&text),
            href,
            action: page.t(action),
        }
    }
}

fn of_centre(need: &Need) -> Option<i64> {
    match need {
        Need::NotOpened { centre, .. }
        | Need::NoVaccinator { centre, .. }
        | Need::ShortOfStock { centre, .. }
        | Need::HeldDoses { centre, .. }
        | Need::Unsent { centre, .. }
        | Need::Silent { centre, .. }
        | Need::Openings { centre, .. }
        | Need::Corrections { centre, .. }
        | Need::BackDated { centre, .. } => Some(*centre),
        Need::SeriousOverdue { .. }
        | Need::SeriousSoon { .. }
        | Need::ObjectionsOverdue { .. }
        | Need::Objections { .. }
        | Need::Facilitators { .. }
        | Need::Factors { .. } => None,
    }
}

/// The line, what its link says, and where it leads.
fn said(page: &Page, need: &Need) -> (Message, &'static str, String) {
    let counted = |id, count: usize| Message::new(id).with("count", count);
    match *need {
        Need::SeriousOverdue { cases } => (
            counted("district-serious-overdue", cases),
            "district-to-aefi",
            "/staff/aefi".to_owned(),
        ),
        Need::SeriousSoon { cases } => (
            counted("district-serious-soon", cases),
            "district-to-aefi",
            "/staff/aefi".to_owned(),
        ),
        Need::ObjectionsOverdue { count } => (
            Message::new("district-objections-overdue").with("count", count),
            "district-to-objections",
            super::objection::HERE.to_owned(),
        ),
        Need::Objections { count } => (
            Message::new("district-objections").with("count", count),
            "district-to-objections",
            super::objection::HERE.to_owned(),
        ),
        Need::NotOpened { centre, since, why } => {
            let id = match why {
                Unopened::NobodyIn => "district-nobody-in",
                Unopened::NobodySeen => "district-nobody-seen",
            };
            let since = words::time(page.locale, since);
            (
                Message::new(id).with("time", since),
                "district-to-ask",
                ask(centre, Topic::NotOpened),
            )
        }
        Need::NoVaccinator { centre, sessions } => (
            counted("district-no-vaccinator", sessions),
            "district-to-relief",
            format!("{RELIEF}?centre={centre}"),
        ),
        Need::ShortOfStock {
            centre,
            vaccine,
            booked,
            doses,
        } => (
            Message::new("district-short")
                .with("vaccine", words::vaccine(page.locale, vaccine))
                .with("booked", booked)
                .with("doses", doses),
            "district-to-sessions",
            format!("/staff/sessions?centre={centre}"),
        ),
        Need::HeldDoses {
            centre,
            waiting,
            need_second,
            need_attention,
            oldest,
        } => (
            Message::new("district-held")
                .with("waiting", waiting)
                .with("second", need_second)
                .with("attention", need_attention)
                .with("since", words::instant(page.locale, oldest)),
            "district-to-ask",
            ask(centre, Topic::HeldDoses),
        ),
        Need::Unsent {
            centre,
            devices,
            doses,
            told_at,
        } => (
            Message::new("district-unsent")
                .with("count", doses)
                .with("devices", devices)
                .with("told", words::instant(page.locale, told_at)),
            "district-to-ask",
            ask(centre, Topic::HeldDoses),
        ),
        Need::Silent { centre, devices } => (
            Message::new("district-silent").with("devices", devices),
            "district-to-ask",
            ask(centre, Topic::HeldDoses),
        ),
        Need::Openings { centre, count } => (
            Message::new("district-openings").with("count", count),
            "district-to-openings",
            format!("/staff/reviews?centre={centre}"),
        ),
        Need::Facilitators { count } => (
            counted("district-facilitators", count),
            "district-to-facilitators",
            "/staff/facilitators".to_owned(),
        ),
        Need::Factors { count } => (
            counted("district-factors", count),
            "district-to-factors",
            "/staff/factors".to_owned(),
        ),
        Need::Corrections { centre, count } => (
            Message::new("district-corrections").with("count", count),
            "district-to-ask",
            ask(centre, Topic::Corrections),
        ),
        Need::BackDated { centre, count } => (
            Message::new("district-back-dated").with("count", count),
            "district-to-ask",
            ask(centre, Topic::BackDated),
        ),
    }
}

#[cfg(test)]
impl DistrictPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let nav = Nav::role(pramaan_app::StaffRole::DistrictAdmin, HERE);
        let nine = chrono::NaiveTime::from_hms_opt(9, 0, 0).unwrap();
        let not_opened = |why| Need::NotOpened {
            centre: 7,
            since: nine,
            why,
        };
        let needs = vec![
            Need::SeriousOverdue { cases: 1 },
            Need::ObjectionsOverdue { count: 1 },
            Need::Objections { count: 2 },
            not_opened(Unopened::NobodyIn),
            not_opened(Unopened::NobodySeen),
            Need::NoVaccinator {
                centre: 7,
                sessions: 2,
            },
            Need::ShortOfStock {
                centre: 7,
                vaccine: pramaan_domain::vaccine::Vaccine::Covaxin,
                booked: 40,
                doses: 12,
            },
            Need::SeriousSoon { cases: 2 },
            Need::HeldDoses {
                centre: 7,
                waiting: 3,
                need_second: 2,
                need_attention: 1,
                oldest: pramaan_domain::time::Timestamp::from_seconds(1_795_321_800),
            },
            Need::Unsent {
                centre: 7,
                devices: 2,
                doses: 5,
                told_at: pramaan_domain::time::Timestamp::from_seconds(1_795_321_800),
            },
            Need::Silent {
                centre: 7,
                devices: 1,
            },
            Need::Openings { centre: 7, count: 2 },
            Need::Facilitators { count: 1 },
            Need::Factors { count: 1 },
            Need::Corrections { centre: 7, count: 6 },
            Need::BackDated { centre: 7, count: 31 },
        ];
        let report = |happened| Report {
            centre: 7,
            day: super::tests::today(),
            at: pramaan_domain::time::Timestamp::from_seconds(1_795_321_800),
            happened,
            by: "SM-0001".to_owned(),
            people: 12,
            reason: pramaan_domain::staff::Reason::parse("both vaccinators fell ill").ok(),
        };
        let counted = Happened::Counted {
            vaccine: pramaan_domain::vaccine::Vaccine::Covishield,
            batch: pramaan_domain::dose::VaccineBatch::parse("4121Z025").unwrap(),
            counted: 30,
            expected: 40,
        };
        let reports = [Happened::Stopped, Happened::Moved, counted].map(report);
        let morning = |needs: Vec<Need>| Morning {
            day: super::tests::today(),
            sites: 2,
            sessions: 3,
            reports: if needs.is_empty() {
                Vec::new()
            } else {
                reports.to_vec()
            },
            needs,
        };
        let centre = |_| "Fort dispensary".to_owned();
        let done = Some(Message::new("review-done-asked"));
        [(Vec::new(), None), (needs, done)]
            .map(|(needs, done)| Self::new(page.clone(), nav, (&morning(needs), &centre), done))
            .into()
    }
}

#[cfg(test)]
impl ReliefPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let wrong = FormState::new().error_at("code", Message::new("replacement-code-unknown"));
        vec![Self {
            page: page.clone(),
            nav: Nav::role(pramaan_app::StaffRole::DistrictAdmin, HERE),
            form: wrong,
            centre: "Fort dispensary".to_owned(),
            ask: ask(7, Topic::NoVaccinator),
        }]
    }
}
