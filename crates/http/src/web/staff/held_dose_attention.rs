//! What a site manager does about a held dose that needs attention: have it tried again, or take it from the list.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use http::StatusCode;
use pramaan_domain::staff::Reason;
use pramaan_domain::time::CivilDate;
use serde::Deserialize;

use super::duty::{Duty, HOME, Nav, OnDuty};
use super::held_dose::PATH;
use super::left_over::LeftOver;
use super::login::LoginPage;
use super::refusal;
use crate::web::csrf::CsrfForm;
use crate::web::error_page::{ErrorPage, Problem, render};
use crate::web::form::{FormState, Message};
use crate::web::front::Front;
use crate::web::kept::{self, Fields};
use crate::web::page::Page;

const HERE: &str = "/staff/held-dose/attention";
/// The act with a reason.
const DISMISS: &str = "dismiss";

pub(super) fn routes() -> Router<Front> {
    Router::new().route(HERE, get(list).post(decide))
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
    /// `kept` from a login that interrupted the form.
    step: String,
    /// The form that waited for that login, sealed.
    kept: String,
}

impl Fields for Decided {
    fn fields(&self) -> Vec<(&'static str, &str)> {
        vec![
            ("day", &self.day),
            ("number", &self.number),
            ("act", &self.act),
            ("reason", &self.reason),
        ]
    }
}

impl Decided {
    /// The page that asks why, with what was typed into it: a form that waited decides nothing by itself.
    fn asked_again(self) -> Self {
        let act = "ask".to_owned();
        Self { act, ..self }
    }
}

/// Where whoever takes over a device is led, on which somebody else's reason waits.
async fn list(OnDuty(_): OnDuty) -> Redirect {
    Redirect::to(PATH)
}

async fn decide(
    State(front): State<Front>,
    page: Page,
    duty: Duty,
    CsrfForm(mut decided): CsrfForm<Decided>,
) -> Response {
    let Duty::On(staff) = duty else {
        return LoginPage::keeping(&front, page, &duty, (HERE, &decided.carry()));
    };
    let nav = Nav::of(&staff, HOME);
    if decided.step == kept::STEP {
        let back: Option<Decided> = kept::back(&front, staff.typist(), HERE, &decided.kept);
        match back.filter(|back| back.act == DISMISS) {
            Some(back) => decided = back.asked_again(),
            // Nothing was typed: the button is pressed again.
            None => return Redirect::to(PATH).into_response(),
        }
    }
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
        DISMISS => match Reason::parse(&decided.reason) {
            Ok(reason) => front.app.dismiss_held_dose(&staff, (day, number), reason).await,
            Err(_) => {
                let form = decided
                    .form()
                    .error_at("reason", Message::new("evidence-reason-shape"));
                return (StatusCode::UNPROCESSABLE_ENTITY, render(&asked(form))).into_response();
            }
        },
        _ if nav.is_site_manager() => return render(&asked(decided.form())),
        _ => Err(pramaan_app::Refusal::Forbidden),
    };
    match done {
        Ok(()) => Redirect::to(PATH).into_response(),
        Err(refused) => refusal::page_keeping(page, nav, &refused, LeftOver::sent(HERE, &decided)),
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
