//! "Was this you?" One tap that ends every login of the household, and the page that says what was done and what to do next.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use http::HeaderMap;
use pramaan_app::ended_logins::{Ended, NewComer, Newcomers};
use pramaan_app::{Citizen, Refusal};
use serde::Deserialize;

use super::layout::Nav;
use super::refusal;
use super::visitor::{SESSION, SignedIn, session_cookie, with_cookie};
use crate::cowin::error::CowinError;
use crate::query::Query;
use crate::web::cookie;
use crate::web::csrf::{CsrfForm, Nothing};
use crate::web::error_page::render;
use crate::web::front::Front;
use crate::web::i18n::Locale;
use crate::web::page::Page;
use crate::web::words;

const END: &str = "/household/end-logins";
const DONE: &str = "/login/ended";

pub(super) fn routes() -> Router<Front> {
    Router::new()
        .route(END, post(end))
        .route("/household/confirm", post(confirm))
        .route(DONE, get(done))
}

/// A device that logged in and that nobody confirmed, in words.
#[derive(Clone)]
pub(super) struct Asked {
    /// "A new phone or computer logged in …. Was this you?"
    pub(super) question: String,
    pub(super) when: String,
    /// What the form names it by.
    pub(super) name: String,
}

/// What is asked on top of the household's page.
#[derive(Clone, Default)]
pub(super) struct WasThisYou {
    pub(super) devices: Vec<Asked>,
    pub(super) may_confirm: bool,
}

impl WasThisYou {
    pub(super) fn new(locale: Locale, newcomers: &Newcomers) -> Self {
        let ask = |device: &NewComer| {
            let when = words::instant(locale, device.first_login_at);
            Asked {
                question: locale.t_with("was-this-you-login", &[("when", when.clone())]),
                when,
                name: device.name.to_string(),
            }
        };
        Self {
            devices: newcomers.devices.iter().map(ask).collect(),
            may_confirm: newcomers.may_confirm,
        }
    }
}

#[derive(Template)]
#[template(path = "citizen/ended.html")]
pub(super) struct EndedPage {
    page: Page,
    nav: Nav,
    left: Left,
}

/// Whether the browser that asked is still logged in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Left {
    In,
    Out,
}

async fn end(
    State(front): State<Front>,
    page: Page,
    SignedIn(citizen): SignedIn,
    headers: HeaderMap,
    CsrfForm(Nothing {}): CsrfForm<Nothing>,
) -> Response {
    match end_all(&front, &citizen, &headers).await {
        Ok(Ended::Others { token }) => {
            let told = Redirect::to("/login/ended?here=kept").into_response();
            with_cookie(told, Some(session_cookie(&token)))
        }
        Ok(Ended::This) => with_cookie(Redirect::to(DONE).into_response(), Some(SESSION.clear())),
        Err(refused) => refusal::page(page.locale, &refused),
    }
}

async fn end_all(front: &Front, citizen: &Citizen, headers: &HeaderMap) -> Result<Ended, Refusal> {
    let token = cookie::read(headers, SESSION).ok_or(Refusal::Unauthenticated)?;
    let request = "POST /household/end-logins";
    front.app.end_every_login(citizen, token, request).await
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    device: String,
}

/// "Yes, it was me", on the household's page.
async fn confirm(
    State(front): State<Front>,
    page: Page,
    SignedIn(citizen): SignedIn,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    let confirmed = match typed.device.parse() {
        Ok(device) => front.app.confirm_device(&citizen, device).await,
        Err(_) => Err(Refusal::UnknownBeneficiary),
    };
    match confirmed {
        Ok(()) => Redirect::to("/household").into_response(),
        Err(refused) => refusal::page(page.locale, &refused),
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Told {
    here: String,
}

/// What was done and what to do next. It says nothing about anybody, so it asks for no login.
async fn done(page: Page, told: Result<Query<Told>, CowinError>) -> Response {
    let kept = told.is_ok_and(|Query(told)| told.here == "kept");
    render(&EndedPage::new(page, if kept { Left::In } else { Left::Out }))
}

impl EndedPage {
    fn new(page: Page, left: Left) -> Self {
        Self {
            nav: match left {
                Left::In => Nav::inside("/household"),
                Left::Out => Nav::outside("/login"),
            },
            page,
            left,
        }
    }

    fn is_in(&self) -> bool {
        self.left == Left::In
    }
}

#[cfg(test)]
impl WasThisYou {
    pub(super) fn sample(page: &Page) -> Self {
        let when = "10:12".to_owned();
        Self {
            devices: vec![Asked {
                question: page.t1("was-this-you-login", "when", &when),
                when,
                name: "3fa85f64-5717-4562-b3fc-2c963f66afa6".to_owned(),
            }],
            may_confirm: true,
        }
    }
}

#[cfg(test)]
impl EndedPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        [Left::In, Left::Out]
            .map(|left| Self::new(page.clone(), left))
            .into()
    }
}
