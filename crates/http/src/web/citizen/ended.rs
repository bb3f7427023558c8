//! "Was this you?" One tap that ends every login of the household, and the page that says what was done and what to do next.

use std::collections::HashMap;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use http::HeaderMap;
use pramaan_app::ended_logins::{AllEnded, Door, Ended, KnownDevice, Newcomers, Told};
use pramaan_app::{Citizen, Refusal, Typist};
use serde::Deserialize;

use super::layout::Nav;
use super::refusal;
use super::visitor::{SESSION, SignedIn, session_cookie, with_cookie};
use crate::web::cookie;
use crate::web::csrf::{CsrfForm, Nothing};
use crate::web::done;
use crate::web::error_page::render;
use crate::web::front::Front;
use crate::web::i18n::Locale;
use crate::web::page::Page;
use crate::web::words;

const END: &str = "/household/end-logins";
const DONE: &str = "/login/ended";
/// Who sees what was done may be logged out by it.
const TOLD: done::Place<'static> = done::Place {
    typist: Typist::NOBODY_YET,
    path: DONE,
};

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
    pub(super) fn new(locale: Locale, newcomers: &Newcomers, partners: &HashMap<u64, String>) -> Self {
        let ask = |device: &KnownDevice| {
            let when = words::instant(locale, device.first_login_at);
            Asked {
                question: question(locale, (device.door, partners), &when),
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

fn question(locale: Locale, (door, partners): (Door, &HashMap<u64, String>), when: &str) -> String {
    let when = ("when", when.to_owned());
    match door {
        Door::Pages => locale.t_with("was-this-you-login", &[when]),
        Door::App => locale.t_with("was-this-you-app", &[when]),
        Door::Partner(number) => {
            let partner = ("partner", partner(partners, number));
            locale.t_with("was-this-you-helper", &[partner, when])
        }
    }
}

/// A partner's name; the number of one that has none.
pub(super) fn partner(partners: &HashMap<u64, String>, number: u64) -> String {
    partners
        .get(&number)
        .cloned()
        .unwrap_or_else(|| number.to_string())
}

#[derive(Template)]
#[template(path = "citizen/ended.html")]
pub(super) struct EndedPage {
    page: Page,
    nav: Nav,
    done: Done,
}

/// What was done, as the cookie has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Done {
    left: Left,
    told: Told,
}

impl Done {
    const ALL: [Self; 4] = [
        Self::new(Left::In, Told::Yes),
        Self::new(Left::In, Told::No),
        Self::new(Left::Out, Told::Yes),
        Self::new(Left::Out, Told::No),
    ];

    const fn new(left: Left, told: Told) -> Self {
        Self { left, told }
    }

    const fn word(self) -> &'static str {
        match (self.left, self.told) {
            (Left::In, Told::Yes) => "in-told",
            (Left::In, Told::No) => "in",
            (Left::Out, Told::Yes) => "out-told",
            (Left::Out, Told::No) => "out",
        }
    }

    fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.word() == word)
    }
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
        Ok(AllEnded { this, told }) => {
            let (left, cookie) = match this {
                Ended::Others { token } => (Left::In, session_cookie(&token)),
                Ended::This => (Left::Out, SESSION.clear()),
            };
            let answer = with_cookie(Redirect::to(DONE).into_response(), Some(cookie));
            done::tell(&front, TOLD, Done::new(left, told).word(), answer)
        }
        Err(refused) => refusal::page(page.locale, &refused),
    }
}

async fn end_all(front: &Front, citizen: &Citizen, headers: &HeaderMap) -> Result<AllEnded, Refusal> {
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

/// What was done and what to do next, for the browser that did it: nobody else is told that anything was.
async fn done(State(front): State<Front>, page: Page, headers: HeaderMap) -> Response {
    match done::told(&front, TOLD, &headers).and_then(|word| Done::of_word(&word)) {
        Some(done) => done::once(render(&EndedPage::new(page, done))),
        None => Redirect::to("/household").into_response(),
    }
}

impl EndedPage {
    fn new(page: Page, done: Done) -> Self {
        Self {
            nav: match done.left {
                Left::In => Nav::inside("/household"),
                Left::Out => Nav::outside("/login"),
            },
            page,
            done,
        }
    }

    fn is_in(&self) -> bool {
        self.done.left == Left::In
    }

    fn is_told(&self) -> bool {
        self.done.told == Told::Yes
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
        Done::ALL.map(|done| Self::new(page.clone(), done)).into()
    }
}
