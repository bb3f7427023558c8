//! What a site manager does about a held dose that needs attention: have it tried again, or take it from the list.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use http::StatusCode;
use pramaan_domain::staff::Reason;
use pramaan_domain::time::CivilDate;
use serde::Deserialize;

use super::duty::{HOME, Nav, OnDuty};
use super::held_dose::PATH;
use super::refusal;
use crate::web::csrf::CsrfForm;
use crate::web::error_page::{ErrorPage, Problem, render};
use crate::web::form::{FormState, Message};
use crate::web::front::Front;
use crate::web::page::Page;

const HERE: &str = "/staff/held-dose/attention";

pub(super) fn routes() -> Router<Front> {
    Router::new().route(HERE, post(decide))
}

#[derive(Template)]
#[template(path = "staff/held_dose_dismiss.html")]
pub(super) struct DismissPage {
    page: Page,
    nav: Nav,
    form: FormState,
    day: String,
    number: i64,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Decided {
    day: String,
    number: String,
    /// `approve` as a second person, `retry`, `ask` for the page that asks why, `dismiss` with the answer.
    act: String,
    reason: String,
}

async fn decide(
    State(front): State<Front>,
    page: Page,
    OnDuty(staff): OnDuty,
    CsrfForm(decided): CsrfForm<Decided>,
) -> Response {
    let nav = Nav::of(&staff, HOME);
    let (Ok(day), Ok(number)) = (decided.day.parse::<CivilDate>(), decided.number.parse()) else {
        return ErrorPage::new(page.locale, Problem::BadRequest).into_response();
    };
    let asked = |form| DismissPage {
        page: page.clone(),
        nav,
        form,
        day: day.to_string(),
        number,
    };
    let done = match decided.act.as_str() {
        "approve" => front.app.approve_held_dose(&staff, day, number).await,
        "retry" => front.app.retry_held_dose(&staff, day, number).await,
        "dismiss" => match Reason::parse(&decided.reason) {
            Ok(reason) => front.app.dismiss_held_dose(&staff, (day, number), reason).await,
            Err(_) => {
                let form = FormState::new()
                    .value_of("reason", &decided.reason)
                    .error_at("reason", Message::new("evidence-reason-shape"));
                return (StatusCode::UNPROCESSABLE_ENTITY, render(&asked(form))).into_response();
            }
        },
        _ if nav.is_site_manager() => return render(&asked(FormState::new())),
        _ => Err(pramaan_app::Refusal::Forbidden),
    };
    match done {
        Ok(()) => Redirect::to(PATH).into_response(),
        Err(refused) => refusal::page(page, nav, &refused),
    }
}

#[cfg(test)]
impl DismissPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let wrong = FormState::new().error_at("reason", Message::new("evidence-reason-shape"));
        let sample = |form| Self {
            page: page.clone(),
            nav: Nav::role(pramaan_app::StaffRole::SiteManager, HOME),
            form,
            day: super::tests::today().to_string(),
            number: 3,
        };
        [FormState::new(), wrong].map(sample).into()
    }
}
