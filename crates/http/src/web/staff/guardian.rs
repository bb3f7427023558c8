//! The name of whoever came to the site with a minor, kept within an open encounter.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use http::StatusCode;
use pramaan_domain::name::PersonName;
use serde::Deserialize;

use super::duty::{Duty, HOME, In, Nav, OnDuty};
use super::encounter::path;
use super::left_over::LeftOver;
use super::login::LoginPage;
use super::refusal;
use crate::web::csrf::CsrfForm;
use crate::web::error_page::{form_again, render};
use crate::web::form::{FormState, Message};
use crate::web::front::Front;
use crate::web::i18n::Locale;
use crate::web::kept::{self, Fields, Said};
use crate::web::page::Page;

pub(super) fn routes() -> Router<Front> {
    Router::new().route(
        "/staff/encounter/{session}/{encounter}/guardian",
        get(show).post(name),
    )
}

#[derive(Template)]
#[template(path = "staff/guardian.html")]
pub(super) struct GuardianPage {
    page: Page,
    nav: Nav,
    form: FormState,
    /// The encounter's own address.
    record: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    name: String,
    /// `kept` from a login that interrupted the form.
    step: String,
    /// The form that waited for that login, sealed.
    kept: String,
}

impl Fields for Typed {
    fn fields(&self) -> Vec<(&'static str, &str)> {
        vec![("name", &self.name)]
    }
}

impl Said for Typed {
    fn said(&self, _: Locale, field: &str, value: &str) -> Option<(&'static str, String)> {
        (field == "name").then(|| ("guardian-site-name", value.trim().to_owned()))
    }
}

async fn show(State(front): State<Front>, page: Page, OnDuty(staff): OnDuty, In(key): In) -> Response {
    let nav = Nav::of(&staff, HOME);
    match front.app.may_name_guardian(&staff, key).await {
        Ok(()) => render(&GuardianPage::new(page, nav, path(key), FormState::new())),
        Err(refused) => refusal::page(page, nav, &refused),
    }
}

async fn name(
    State(front): State<Front>,
    page: Page,
    duty: Duty,
    In(key): In,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    let action = format!("{}/guardian", path(key));
    let Duty::On(staff) = duty else {
        return LoginPage::keeping(&front, page, &duty, (&action, &typed.carry()));
    };
    let nav = Nav::of(&staff, HOME);
    if typed.step == kept::STEP {
        let typed: Typed = kept::back(&front, staff.typist(), &action, &typed.kept).unwrap_or_default();
        return render(&GuardianPage::new(page, nav, path(key), typed.form()));
    }
    let Ok(guardian) = PersonName::parse(&typed.name) else {
        let form = typed.form().error_at("name", Message::new("guardian-site-wrong"));
        let again = render(&GuardianPage::new(page, nav, path(key), form));
        return form_again(StatusCode::UNPROCESSABLE_ENTITY, again);
    };
    let route = "POST /staff/encounter/{session}/{encounter}/guardian";
    match front.app.name_guardian(&staff, key, guardian, route).await {
        Ok(()) => Redirect::to(&path(key)).into_response(),
        Err(refused) => {
            let left = LeftOver::of(&front, (&staff, page.locale), &action, &typed);
            refusal::unopened_keeping(page, nav, &refused, left)
        }
    }
}

impl GuardianPage {
    fn new(page: Page, nav: Nav, record: String, form: FormState) -> Self {
        Self {
            page,
            nav,
            form,
            record,
        }
    }
}

#[cfg(test)]
impl GuardianPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let nav = Nav::role(pramaan_app::StaffRole::Vaccinator, HOME);
        let wrong = FormState::new()
            .value_of("name", "7")
            .error_at("name", Message::new("guardian-site-wrong"));
        [FormState::new(), wrong]
            .map(|form| Self::new(page.clone(), nav, "/staff/encounter/1/2".to_owned(), form))
            .into()
    }
}
