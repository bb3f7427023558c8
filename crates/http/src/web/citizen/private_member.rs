//! A record that its person keeps from the phone: opened with their PIN, closed, made private with their own code, and open
//! again. Nothing of a person is on these pages, only a place in the family's list.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use http::StatusCode;
use pramaan_app::private_member::{OwnCode, Sight};
use pramaan_app::{Citizen, Refusal};
use pramaan_domain::private_member::{ParsePin, PrivatePin, SettingCode};
use serde::Deserialize;

use super::layout::Nav;
use super::refusal;
use super::visitor::SignedIn;
use crate::cowin::error::CowinError;
use crate::query::Query;
use crate::web::csrf::CsrfForm;
use crate::web::error_page::{ErrorPage, Problem, form_again, form_status, render};
use crate::web::form::{FormState, Message};
use crate::web::front::Front;
use crate::web::page::Page;
use crate::web::words;

pub(super) fn routes() -> Router<Front> {
    Router::new().route("/household/{place}/private", get(show).post(act))
}

#[derive(Template)]
#[template(path = "citizen/private.html")]
pub(super) struct PrivatePage {
    page: Page,
    nav: Nav,
    form: FormState,
    /// The place in the family's list, from 1.
    place: usize,
    standing: Standing,
    /// Where an open record leads.
    to: To,
}

/// Where the PIN was asked for, and where it leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum To {
    #[default]
    Family,
    /// Taking home who read the record, which takes a PIN of the last minutes.
    Extract,
    /// Taking home everything that is kept: the same.
    Data,
}

impl To {
    /// As our own pages say it; whatever else is said leads to the family.
    fn read(text: &str) -> Self {
        match text {
            "extract" => Self::Extract,
            "data" => Self::Data,
            _ => Self::Family,
        }
    }

    const fn said(self) -> &'static str {
        match self {
            Self::Family => "",
            Self::Extract => "extract",
            Self::Data => "data",
        }
    }
}

/// How the member stands to this login.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Standing {
    Shown,
    Private,
    OpenUntil(String),
}

/// PINs and codes are never written back.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    act: String,
    pin: String,
    code: String,
    new_pin: String,
    again: String,
    /// See [`To`].
    to: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    to: String,
}

type Wrong = (&'static str, Message);

async fn show(
    State(front): State<Front>,
    page: Page,
    SignedIn(citizen): SignedIn,
    Path(place): Path<String>,
    asked: Result<Query<Asked>, CowinError>,
) -> Response {
    let to = asked.map_or_else(|_| To::Family, |Query(asked)| To::read(&asked.to));
    answer(&front, page, &citizen, &place, (FormState::new(), to)).await
}

async fn answer(
    front: &Front,
    page: Page,
    citizen: &Citizen,
    place: &str,
    (form, to): (FormState, To),
) -> Response {
    let Ok(place) = place.parse() else {
        return refusal::page(page.locale, &Refusal::UnknownBeneficiary);
    };
    let state = match front.app.sighted_at(citizen, place).await {
        Ok(sighted) => match sighted.sight {
            Sight::Open => Standing::Shown,
            Sight::Private => Standing::Private,
            Sight::ByPin { until } => Standing::OpenUntil(words::time(page.locale, until.time_of_day())),
        },
        Err(refused) => return refusal::page(page.locale, &refused),
    };
    render(&PrivatePage {
        page,
        nav: Nav::inside("/household"),
        form,
        place,
        standing: state,
        to,
    })
}

async fn act(
    State(front): State<Front>,
    page: Page,
    SignedIn(citizen): SignedIn,
    Path(place): Path<String>,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    let Ok(number) = place.parse() else {
        return refusal::page(page.locale, &Refusal::UnknownBeneficiary);
    };
    let (status, (field, message)) = match done(&front, &citizen, number, &typed).await {
        Ok(Done(what)) => return Redirect::to(&after(what, number, To::read(&typed.to))).into_response(),
        Err(Objection::Field(wrong)) => (StatusCode::UNPROCESSABLE_ENTITY, wrong),
        Err(Objection::Refused(refused)) => match about(&typed, &refused) {
            Some(answer) => answer,
            None => return refusal::page(page.locale, &refused),
        },
        Err(Objection::NoSuchAct) => {
            return ErrorPage::new(page.locale, Problem::BadRequest).into_response();
        }
    };
    let form = FormState::new().error_at(field, message);
    let again = answer(&front, page, &citizen, &place, (form, To::read(&typed.to))).await;
    form_again(status, again)
}

/// The family's page, or the one that waited for the PIN.
fn after(what: &str, place: usize, to: To) -> String {
    match (what, to) {
        ("private-open", To::Extract) => format!("/household/{place}/access/extract"),
        ("private-open", To::Data) => format!("/household/{place}/data/file"),
        _ => format!("/household?done={what}"),
    }
}

/// What the family's page says afterwards.
struct Done(&'static str);

enum Objection {
    Field(Wrong),
    Refused(Refusal),
    NoSuchAct,
}

impl From<Refusal> for Objection {
    fn from(refused: Refusal) -> Self {
        Self::Refused(refused)
    }
}

async fn done(front: &Front, citizen: &Citizen, place: usize, typed: &Typed) -> Result<Done, Objection> {
    let app = &front.app;
    match typed.act.as_str() {
        "open" => {
            let pin = typed_pin(&typed.pin)?;
            app.open_private(citizen, place, pin).await?;
            Ok(Done("private-open"))
        }
        "close" => {
            app.close_private(citizen, place).await?;
            Ok(Done("private-closed"))
        }
        "set" => {
            let code = SettingCode::parse(&typed.code)
                .map_err(|_| Objection::Field(("code", Message::new("private-code-shape"))))?;
            let pin = chosen_pin(&typed.new_pin, &typed.again).map_err(Objection::Field)?;
            app.set_private(citizen, place, OwnCode::Setting(code), pin)
                .await?;
            Ok(Done("private-set"))
        }
        "end" => {
            let pin = typed_pin(&typed.pin)?;
            app.end_private(citizen, place, pin).await?;
            Ok(Done("private-ended"))
        }
        _ => Err(Objection::NoSuchAct),
    }
}

fn typed_pin(text: &str) -> Result<PrivatePin, Objection> {
    PrivatePin::parse(text).map_err(|_| Objection::Field(("pin", Message::new("private-pin-shape"))))
}

/// A PIN that was chosen and typed twice.
pub(in crate::web) fn chosen_pin(new: &str, again: &str) -> Result<PrivatePin, Wrong> {
    let pin = PrivatePin::choose(new).map_err(|wrong| match wrong {
        ParsePin::Shape => ("new_pin", Message::new("private-pin-shape")),
        ParsePin::Trivial => ("new_pin", Message::new("private-pin-trivial")),
    })?;
    match PrivatePin::parse(again) {
        Ok(second) if second == pin => Ok(pin),
        _ => Err(("again", Message::new("private-pin-differs"))),
    }
}

/// The sentence beside the field that a refusal is about.
fn about(typed: &Typed, refused: &Refusal) -> Option<(StatusCode, Wrong)> {
    let field = if typed.act == "set" { "code" } else { "pin" };
    let wrong = StatusCode::UNPROCESSABLE_ENTITY;
    Some(match refused {
        Refusal::WrongPrivatePin { left } => (
            wrong,
            (field, Message::new("private-pin-wrong").with("left", left)),
        ),
        Refusal::WrongSettingCode => (wrong, (field, Message::new("private-code-wrong"))),
        Refusal::PrivatePinSpent => (
            StatusCode::TOO_MANY_REQUESTS,
            (field, Message::new("private-pin-spent")),
        ),
        Refusal::LoginsBusy { .. } => (
            StatusCode::SERVICE_UNAVAILABLE,
            (field, Message::new("login-unavailable")),
        ),
        Refusal::Unavailable(_) => (form_status(refused), (field, Message::new("login-unavailable"))),
        _ => return None,
    })
}

#[cfg(test)]
impl PrivatePage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let to = |state, form, to| Self {
            page: page.clone(),
            nav: Nav::inside("/household"),
            form,
            place: 2,
            standing: state,
            to,
        };
        let with = |state, form| to(state, form, To::Family);
        let wrong = |field, message| FormState::new().error_at(field, message);
        vec![
            with(Standing::Shown, FormState::new()),
            with(Standing::Shown, wrong("code", Message::new("private-code-wrong"))),
            with(Standing::Private, FormState::new()),
            with(
                Standing::Private,
                wrong("pin", Message::new("private-pin-wrong").with("left", 4)),
            ),
            with(Standing::OpenUntil("10:42".to_owned()), FormState::new()),
            to(
                Standing::OpenUntil("10:42".to_owned()),
                wrong("pin", Message::new("private-pin-wrong").with("left", 4)),
                To::Extract,
            ),
        ]
    }
}
