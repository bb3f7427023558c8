//! A shared device between two people: who takes it over, by their own PIN; setting that PIN; locking and staying.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use http::request::Parts;
use http::{HeaderMap, StatusCode, header};
use pramaan_app::Refusal;
use pramaan_app::staff::{PinTry, Switching};
use pramaan_domain::pin::{ParsePin, Pin};
use pramaan_domain::staff::StaffCode;
use serde::Deserialize;

use super::duty::{Nav, OnDuty, SESSION, SITE_DEVICE, way_back};
use super::login::welcome;
use super::refusal;
use crate::cowin::error::CowinError;
use crate::query::Query;
use crate::web::cookie;
use crate::web::csrf::{CsrfForm, Nothing};
use crate::web::error_page::render;
use crate::web::form::{Choice, FormState, Message};
use crate::web::front::Front;
use crate::web::language::query_value;
use crate::web::page::Page;
use crate::web::stay::told;

pub(super) fn routes() -> Router<Front> {
    Router::new()
        .route("/staff/pin", get(show).post(unlock))
        .route("/staff/pin/set", get(show_set).post(set))
        .route("/staff/pin/lock", post(lock))
        .route("/staff/stay", post(stay))
}

/// Why somebody meets the PIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    Locked,
    /// It locked while a form was filled in.
    Kept,
    /// The device was enrolled a moment ago.
    Enrolled,
    LoggedOut,
}

#[derive(Template)]
#[template(path = "staff/pin.html")]
pub(super) struct PinPage {
    page: Page,
    nav: Nav,
    form: FormState,
    why: Why,
    device: String,
    codes: Vec<Choice>,
    next: String,
    /// A form that waits for who typed it, sealed; empty for none.
    kept: String,
}

#[derive(Template)]
#[template(path = "staff/pin_set.html")]
pub(super) struct SetPinPage {
    page: Page,
    nav: Nav,
    form: FormState,
    next: String,
}

#[derive(Debug, Default, Deserialize)]
struct Way {
    next: Option<String>,
    why: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    code: String,
    pin: String,
    next: String,
    kept: String,
    /// `other` for somebody who has not logged in on the device today.
    step: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Chosen {
    pin: String,
    again: String,
    next: String,
}

async fn show(
    State(front): State<Front>,
    page: Page,
    headers: HeaderMap,
    way: Result<Query<Way>, CowinError>,
) -> Response {
    let way = way.map(|Query(way)| way).unwrap_or_default();
    let why = match way.why.as_deref() {
        Some("enrolled") => Why::Enrolled,
        Some("out") => Why::LoggedOut,
        _ => Why::Locked,
    };
    let next = way.next.unwrap_or_default();
    match switching(&front, &headers).await {
        Ok(Some(device)) => render(&PinPage::new(page, &device, why, (next, String::new()))),
        Ok(None) => Redirect::to("/staff/login").into_response(),
        Err(refused) => refusal::page(page, Nav::outside(), &refused),
    }
}

/// The shared device that a request comes from.
pub(super) async fn switching(front: &Front, headers: &HeaderMap) -> Result<Option<Switching>, Refusal> {
    match cookie::read(headers, SITE_DEVICE) {
        Some(device) => front.app.switching(device).await,
        None => Ok(None),
    }
}

async fn unlock(
    State(front): State<Front>,
    page: Page,
    parts: Parts,
    headers: HeaderMap,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    let Some(device) = cookie::read(&headers, SITE_DEVICE) else {
        return Redirect::to("/staff/login").into_response();
    };
    match taken_over(&front, &parts, device, &typed).await {
        Ok(response) => response,
        Err(Refusal::NoDevice) => Redirect::to("/staff/login").into_response(),
        Err(refused) => again(&front, page, &headers, (typed, refused)).await,
    }
}

/// What waits in the page is parked first: it is given back to who typed it, whoever takes the device over.
async fn taken_over(front: &Front, parts: &Parts, device: &str, typed: &Typed) -> Result<Response, Refusal> {
    if !typed.kept.is_empty() {
        front
            .app
            .park_form(device, way_back(&typed.next), &typed.kept)
            .await?;
    }
    if typed.step == "other" {
        let address = format!("/staff/login?next={}", query_value(way_back(&typed.next)));
        return Ok(Redirect::to(&address).into_response());
    }
    let code = StaffCode::parse(&typed.code).map_err(|_| Refusal::PinClosed)?;
    let pin = Pin::parse(&typed.pin).map_err(|_| Refusal::Invalid {
        field: "pin",
        sentence: String::new(),
    })?;
    let tried = PinTry { device, code, pin };
    let session = front.app.switch_staff(tried).await?;
    Ok(welcome(front, parts, &session, (&typed.next, String::new())))
}

async fn again(
    front: &Front,
    page: Page,
    headers: &HeaderMap,
    (typed, refused): (Typed, Refusal),
) -> Response {
    let (status, field, error) = match &refused {
        Refusal::Invalid { .. } => (StatusCode::UNPROCESSABLE_ENTITY, "pin", Message::new("pin-shape")),
        Refusal::WrongPin { left } => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "pin",
            Message::new("pin-wrong").with("left", left),
        ),
        Refusal::PinClosed => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "code",
            Message::new("pin-closed"),
        ),
        Refusal::LoginsBusy { .. } => (
            StatusCode::SERVICE_UNAVAILABLE,
            "code",
            Message::new("staff-login-busy"),
        ),
        other => return refusal::page(page, Nav::outside(), other),
    };
    let device = match switching(front, headers).await {
        Ok(Some(device)) => device,
        Ok(None) => return Redirect::to("/staff/login").into_response(),
        Err(refused) => return refusal::page(page, Nav::outside(), &refused),
    };
    let why = if typed.kept.is_empty() {
        Why::Locked
    } else {
        Why::Kept
    };
    let mut shown = PinPage::new(page, &device, why, (typed.next, typed.kept));
    shown.form = FormState::new()
        .value_of("code", typed.code)
        .error_at(field, error);
    let mut response = (status, render(&shown)).into_response();
    if let Refusal::LoginsBusy { retry_after_seconds } = refused {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, retry_after_seconds.into());
    }
    response
}

async fn show_set(page: Page, OnDuty(staff): OnDuty, way: Result<Query<Way>, CowinError>) -> Response {
    let way = way.map(|Query(way)| way).unwrap_or_default();
    let nav = Nav::of(&staff, "");
    if staff.device().is_none() {
        return refusal::page(page, nav, &Refusal::Forbidden);
    }
    render(&SetPinPage {
        page,
        nav,
        form: FormState::new(),
        next: way.next.unwrap_or_default(),
    })
}

async fn set(
    State(front): State<Front>,
    page: Page,
    OnDuty(staff): OnDuty,
    CsrfForm(chosen): CsrfForm<Chosen>,
) -> Response {
    let nav = Nav::of(&staff, "");
    let wrong = match chosen.parse(staff.code()) {
        Ok(pin) => match front.app.set_pin(&staff, pin).await {
            Ok(()) => return Redirect::to(way_back(&chosen.next)).into_response(),
            Err(Refusal::PinClosed) => ("pin", "pin-set-late"),
            Err(Refusal::LoginsBusy { .. }) => ("pin", "staff-login-busy"),
            Err(refused) => return refusal::page(page, nav, &refused),
        },
        Err(wrong) => wrong,
    };
    let again = SetPinPage {
        page,
        nav,
        form: FormState::new().error_at(wrong.0, Message::new(wrong.1)),
        next: chosen.next,
    };
    (StatusCode::UNPROCESSABLE_ENTITY, render(&again)).into_response()
}

impl Chosen {
    /// The PIN, or the field and the text of what is wrong.
    fn parse(&self, code: &str) -> Result<Pin, (&'static str, &'static str)> {
        let code = StaffCode::parse(code).map_err(|_| ("pin", "pin-shape"))?;
        let pin = Pin::choose(&self.pin, &code).map_err(|error| {
            let text = match error {
                ParsePin::Shape => "pin-shape",
                ParsePin::Easy => "pin-easy",
                ParsePin::OwnCode => "pin-own-code",
            };
            ("pin", text)
        })?;
        match Pin::parse(&self.again) {
            Ok(again) if again == pin => Ok(pin),
            _ => Err(("again", "pin-differs")),
        }
    }
}

async fn lock(
    State(front): State<Front>,
    page: Page,
    headers: HeaderMap,
    CsrfForm(Nothing {}): CsrfForm<Nothing>,
) -> Response {
    let locked = match cookie::read(&headers, SESSION) {
        Some(token) => front.app.lock_device(token).await,
        None => Ok(()),
    };
    match locked {
        Ok(()) | Err(Refusal::Unauthenticated) => Redirect::to("/staff/pin").into_response(),
        Err(refused) => refusal::page(page, Nav::outside(), &refused),
    }
}

/// Any request extends a login; this one does nothing else.
async fn stay(OnDuty(_): OnDuty, page: Page, CsrfForm(Nothing {}): CsrfForm<Nothing>) -> Response {
    told(&page)
}

impl PinPage {
    pub(super) fn new(page: Page, device: &Switching, why: Why, (next, kept): (String, String)) -> Self {
        let choice = |code: &StaffCode| Choice::new(code.as_str(), code.as_str());
        Self {
            page,
            nav: Nav::outside(),
            form: FormState::new(),
            why,
            device: device.name.clone(),
            codes: device.codes.iter().map(choice).collect(),
            next,
            kept,
        }
    }
}

#[cfg(test)]
impl PinPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let device = |codes: &[&str]| Switching {
            device: pramaan_domain::id::SiteDeviceId::from_bytes([7; 16]),
            name: "Table 1".to_owned(),
            codes: codes.iter().map(|code| StaffCode::parse(code).unwrap()).collect(),
        };
        let both = device(&["MH-0001", "MH-0002"]);
        let with =
            |why, device: &Switching| Self::new(page.clone(), device, why, (String::new(), String::new()));
        let mut wrong = with(Why::Kept, &both);
        wrong.form = FormState::new().error_at("pin", Message::new("pin-wrong").with("left", 4));
        let mut closed = with(Why::LoggedOut, &both);
        closed.form = FormState::new().error_at("code", Message::new("pin-closed"));
        vec![
            wrong,
            closed,
            with(Why::Locked, &both),
            with(Why::Enrolled, &device(&[])),
        ]
    }
}

#[cfg(test)]
impl SetPinPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let wrong = FormState::new().error_at("pin", Message::new("pin-easy"));
        let nav = Nav::role(pramaan_app::StaffRole::Vaccinator, "").on_sample_device();
        let with = |form| Self {
            page: page.clone(),
            nav,
            form,
            next: "/staff".to_owned(),
        };
        vec![with(FormState::new()), with(wrong)]
    }
}
