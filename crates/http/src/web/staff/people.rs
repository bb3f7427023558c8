//! Ending accounts: a site manager those of the centre's vaccinators, a district admin those of the district.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use http::StatusCode;
use pramaan_app::staff::Member;
use pramaan_app::{Refusal, Staff, StaffRole};
use pramaan_domain::staff::StaffCode;
use serde::Deserialize;

use super::duty::{Nav, OnDuty};
use super::refusal;
use super::roster::role;
use crate::cowin::error::CowinError;
use crate::query::Query;
use crate::web::csrf::CsrfForm;
use crate::web::error_page::render;
use crate::web::form::{FormState, Message};
use crate::web::front::Front;
use crate::web::i18n::Locale;
use crate::web::page::Page;

const HERE: &str = "/staff/people";

pub(super) fn routes() -> Router<Front> {
    Router::new().route(HERE, get(show).post(end))
}

#[derive(Template)]
#[template(path = "staff/people.html")]
pub(super) struct PeoplePage {
    page: Page,
    nav: Nav,
    form: FormState,
    told: Told,
    reader: StaffRole,
    people: Vec<Person>,
}

#[derive(Template)]
#[template(path = "staff/people_end.html")]
pub(super) struct ConfirmPage {
    page: Page,
    nav: Nav,
    code: String,
}

/// A code, and what its owner does.
struct Person {
    code: String,
    work: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    Nothing,
    Ended,
}

#[derive(Debug, Default, Deserialize)]
struct Way {
    done: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    code: String,
    sure: String,
}

async fn show(
    State(front): State<Front>,
    page: Page,
    OnDuty(staff): OnDuty,
    way: Result<Query<Way>, CowinError>,
) -> Response {
    let way = way.map(|Query(way)| way).unwrap_or_default();
    let told = match way.done {
        Some(_) => Told::Ended,
        None => Told::Nothing,
    };
    list(&front, page, &staff, told, FormState::new()).await
}

async fn end(
    State(front): State<Front>,
    page: Page,
    OnDuty(staff): OnDuty,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    let nav = Nav::of(&staff, HERE);
    let unknown = || {
        FormState::new()
            .value_of("code", &typed.code)
            .error_at("code", Message::new("people-code-unknown"))
    };
    let form = match (StaffCode::parse(&typed.code), typed.sure.as_str()) {
        (Err(_), _) => unknown(),
        (Ok(_), _) if staff.role() == StaffRole::Vaccinator => {
            return refusal::page(page, nav, &Refusal::Forbidden);
        }
        (Ok(code), "yes") => match front.app.end_staff(&staff, code).await {
            Ok(_) => return Redirect::to("/staff/people?done=ended").into_response(),
            Err(Refusal::Invalid { .. }) => unknown(),
            Err(refused) => return refusal::page(page, nav, &refused),
        },
        (Ok(code), _) => {
            let code = code.to_string();
            return render(&ConfirmPage { page, nav, code });
        }
    };
    let again = list(&front, page, &staff, Told::Nothing, form).await;
    (StatusCode::UNPROCESSABLE_ENTITY, again).into_response()
}

async fn list(front: &Front, page: Page, staff: &Staff, told: Told, form: FormState) -> Response {
    let nav = Nav::of(staff, HERE);
    match front.app.staff_of(staff).await {
        Ok(members) => {
            let people = members.iter().map(|member| Person::new(page.locale, member));
            render(&PeoplePage {
                people: people.collect(),
                page,
                nav,
                form,
                told,
                reader: staff.role(),
            })
        }
        Err(refused) => refusal::page(page, nav, &refused),
    }
}

impl Person {
    fn new(locale: Locale, member: &Member) -> Self {
        let (role, centre) = (role(locale, member.role), member.centre.to_string());
        Self {
            code: member.code.to_string(),
            work: locale.t_with("people-centre", &[("role", role), ("centre", centre)]),
        }
    }
}

impl PeoplePage {
    /// A district has more people than a page.
    fn asks_code(&self) -> bool {
        self.reader == StaffRole::DistrictAdmin
    }
}

#[cfg(test)]
impl PeoplePage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let member = Member {
            code: StaffCode::parse("MH-0001").unwrap(),
            role: StaffRole::SiteManager,
            centre: 561_001,
        };
        let with = |reader, told, form, people| Self {
            page: page.clone(),
            nav: Nav::role(reader, HERE),
            form,
            told,
            reader,
            people,
        };
        let wrong = FormState::new().error_at("code", Message::new("people-code-unknown"));
        let people = vec![Person::new(page.locale, &member)];
        vec![
            with(StaffRole::DistrictAdmin, Told::Ended, wrong, people),
            with(
                StaffRole::SiteManager,
                Told::Nothing,
                FormState::new(),
                Vec::new(),
            ),
        ]
    }
}

#[cfg(test)]
impl ConfirmPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        vec![Self {
            page: page.clone(),
            nav: Nav::role(StaffRole::SiteManager, HERE),
            code: "MH-0001".to_owned(),
        }]
    }
}
