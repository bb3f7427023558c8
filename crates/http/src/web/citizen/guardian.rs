//! Which adult of the family speaks for a minor.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use http::StatusCode;
use pramaan_app::guardian::Guarded;
use pramaan_app::{Citizen, Refusal};
use serde::Deserialize;

use super::layout::Nav;
use super::visitor::SignedIn;
use super::{refusal, words};
use crate::web::csrf::CsrfForm;
use crate::web::error_page::{form_again, render};
use crate::web::form::{Choice, FormState, Message};
use crate::web::front::Front;
use crate::web::page::Page;

pub(super) fn routes() -> Router<Front> {
    Router::new().route("/household/{place}/guardian", get(show).post(choose))
}

#[derive(Template)]
#[template(path = "citizen/guardian.html")]
pub(super) struct GuardianPage {
    page: Page,
    nav: Nav,
    form: FormState,
    name: String,
    now: String,
    candidates: Vec<Choice>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    /// The place of an adult in the family's list.
    guardian: String,
}

async fn show(
    State(front): State<Front>,
    page: Page,
    SignedIn(citizen): SignedIn,
    Path(place): Path<String>,
) -> Response {
    let request = "GET /household/{place}/guardian";
    answer(&front, page, &citizen, (&place, request), FormState::new()).await
}

async fn answer(
    front: &Front,
    page: Page,
    citizen: &Citizen,
    (place, request): (&str, &'static str),
    form: FormState,
) -> Response {
    let Ok(place) = place.parse() else {
        return refusal::page(page.locale, &Refusal::UnknownBeneficiary);
    };
    match front.app.guarded_at(citizen, place, request).await {
        Ok(guarded) => render(&GuardianPage::new(page, &guarded, form)),
        Err(refused) => refusal::page(page.locale, &refused),
    }
}

async fn choose(
    State(front): State<Front>,
    page: Page,
    SignedIn(citizen): SignedIn,
    Path(place): Path<String>,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    let request = "POST /household/{place}/guardian";
    let Ok(minor) = place.parse() else {
        return refusal::page(page.locale, &Refusal::UnknownBeneficiary);
    };
    let chosen = match typed.guardian.parse() {
        Ok(guardian) => {
            front
                .app
                .choose_guardian(&citizen, (minor, guardian), request)
                .await
        }
        Err(_) => Err(Refusal::Invalid {
            field: "guardian",
            sentence: String::new(),
        }),
    };
    match chosen {
        Ok(()) => Redirect::to("/household?done=changed").into_response(),
        Err(Refusal::Invalid { .. }) => {
            let form = FormState::new().error_at("guardian", Message::new("guardian-choose-wrong"));
            let again = answer(&front, page, &citizen, (&place, request), form).await;
            form_again(StatusCode::UNPROCESSABLE_ENTITY, again)
        }
        Err(refused) => refusal::page(page.locale, &refused),
    }
}

impl GuardianPage {
    fn new(page: Page, guarded: &Guarded, form: FormState) -> Self {
        let candidates = guarded.candidates.iter();
        Self {
            nav: Nav::inside("/household"),
            form,
            name: guarded.name.as_str().to_owned(),
            now: words::guardian(page.locale, &guarded.guardian),
            candidates: candidates
                .map(|one| Choice::new(one.place.to_string(), one.name.as_str()))
                .collect(),
            page,
        }
    }
}

#[cfg(test)]
impl GuardianPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let sample = |form, candidates| Self {
            page: page.clone(),
            nav: Nav::inside("/household"),
            form,
            name: "Ishwarya".to_owned(),
            now: "Asha Devi".to_owned(),
            candidates,
        };
        let two = || vec![Choice::new("1", "Asha Devi"), Choice::new("2", "रवि कुमार")];
        let wrong = FormState::new().error_at("guardian", Message::new("guardian-choose-wrong"));
        vec![
            sample(FormState::new(), two()),
            sample(wrong, two()),
            sample(FormState::new(), Vec::new()),
        ]
    }
}
