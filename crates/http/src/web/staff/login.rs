//! Logging in with staff code, password and one-time code in one step, and out again.
//!
//! Whatever was wrong, the answer is the same.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use http::request::Parts;
use http::{HeaderMap, StatusCode, header};
use pramaan_app::Refusal;
use pramaan_app::staff::{
    PinState, StaffDevice, StaffDoor, StaffLogin, StaffOrigin, StaffSession, Switching,
};
use serde::Deserialize;

use super::duty::{Duty, HOME, Nav, SESSION, SITE_DEVICE, way_back};
use super::{pin, refusal};
use crate::cowin::error::CowinError;
use crate::cowin::principal::plain_origin;
use crate::query::Query;
use crate::web::cookie::{self, HostCookie, Lifetime};
use crate::web::csrf::{CsrfForm, Nothing};
use crate::web::error_page::{form_status, render};
use crate::web::form::{FormState, Message};
use crate::web::front::Front;
use crate::web::i18n::Locale;
use crate::web::language::query_value;
use crate::web::page::Page;

pub(super) fn routes() -> Router<Front> {
    Router::new()
        .route("/staff/login", get(show).post(log_in))
        .route("/staff/logout", post(log_out))
}

/// A random name of the browser, given at its first login: with it, strangers cannot use up the tries of who works here.
const DEVICE: HostCookie = HostCookie::new("staff-device");
/// When to try again after a database that did not answer.
const SOON_SECONDS: u32 = 5;
const YEAR: Lifetime = Lifetime::Seconds(31_536_000);

/// Why somebody meets the login.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    Asked,
    Expired,
    /// The login ended while a form was filled in.
    Kept,
    Enrolled,
    LoggedOut,
}

#[derive(Template)]
#[template(path = "staff/login.html")]
pub(super) struct LoginPage {
    page: Page,
    nav: Nav,
    form: FormState,
    why: Why,
    next: String,
    /// A form that waits for the login, sealed; empty for none.
    kept: String,
}

/// After a login that a form waited for: one button takes it back to where it was meant to go.
#[derive(Template)]
#[template(path = "staff/resume.html")]
pub(super) struct ResumePage {
    page: Page,
    nav: Nav,
    path: String,
    kept: String,
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
    password: String,
    totp: String,
    next: String,
    kept: String,
}

async fn show(page: Page, way: Result<Query<Way>, CowinError>) -> Response {
    let way = way.map(|Query(way)| way).unwrap_or_default();
    let why = match way.why.as_deref() {
        Some("expired") => Why::Expired,
        Some("enrolled") => Why::Enrolled,
        Some("out") => Why::LoggedOut,
        _ => Why::Asked,
    };
    let next = way.next.unwrap_or_default();
    render(&LoginPage {
        page,
        nav: Nav::outside(),
        form: FormState::new(),
        why,
        next,
        kept: String::new(),
    })
}

impl LoginPage {
    /// The login for somebody whose form waits: `path` is where it was sent. It waits for who typed it; where that cannot
    /// be told, it does not wait.
    pub(super) fn keeping(front: &Front, page: Page, duty: &Duty, (path, form): (&str, &str)) -> Response {
        let kept = duty.keep(front, (path, form));
        if let Some(device) = duty.locked() {
            return Self::locked(page, device, (path, kept));
        }
        let kept = Self {
            page,
            nav: Nav::outside(),
            form: FormState::new(),
            why: kept.as_ref().map_or(Why::Expired, |_| Why::Kept),
            next: path.to_owned(),
            kept: kept.unwrap_or_default(),
        };
        (StatusCode::UNAUTHORIZED, render(&kept)).into_response()
    }
}

impl LoginPage {
    /// The same on a shared device: the PIN of whoever takes it over, and the form waits for who typed it.
    fn locked(page: Page, device: &Switching, (path, kept): (&str, Option<String>)) -> Response {
        let why = kept.as_ref().map_or(pin::Why::Locked, |_| pin::Why::Kept);
        let waiting = (path.to_owned(), kept.unwrap_or_default());
        let locked = pin::PinPage::new(page, device, why, waiting);
        (StatusCode::UNAUTHORIZED, render(&locked)).into_response()
    }
}

async fn log_in(
    State(front): State<Front>,
    page: Page,
    parts: Parts,
    headers: HeaderMap,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    let digits: String = typed.totp.chars().filter(|c| !c.is_whitespace()).collect();
    let login = StaffLogin {
        code: typed.code.clone(),
        password: typed.password,
        totp: digits,
        origin: StaffOrigin::new(
            &plain_origin(&parts),
            cookie::read(&headers, DEVICE).map_or(StaffDevice::Unnamed, StaffDevice::Named),
        )
        .on_device(cookie::read(&headers, SITE_DEVICE)),
    };
    let (status, error, wait) = match front.app.login_staff(login).await {
        Ok(session) => return welcome(&front, &parts, &session, (&typed.next, typed.kept)),
        Err(Refusal::OtherSite) => (StatusCode::UNPROCESSABLE_ENTITY, "staff-login-other-site", None),
        Err(Refusal::WrongStaffLogin) => (StatusCode::UNPROCESSABLE_ENTITY, "staff-login-wrong", None),
        Err(Refusal::OverBudget { retry_after_seconds }) => (
            StatusCode::TOO_MANY_REQUESTS,
            "staff-login-over",
            Some(retry_after_seconds),
        ),
        Err(Refusal::LoginsBusy { retry_after_seconds }) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "staff-login-busy",
            Some(retry_after_seconds),
        ),
        Err(refused @ (Refusal::Busy | Refusal::Unavailable(_))) => {
            (form_status(&refused), "login-unavailable", Some(SOON_SECONDS))
        }
        Err(refused) => return refusal::page(page, Nav::outside(), &refused),
    };
    let form = FormState::new()
        .value_of("code", typed.code)
        .error_at("code", Message::new(error));
    let again = LoginPage {
        page,
        nav: Nav::outside(),
        form,
        why: if typed.kept.is_empty() {
            Why::Asked
        } else {
            Why::Kept
        },
        next: typed.next,
        kept: typed.kept,
    };
    let mut response = (status, render(&again)).into_response();
    if let Some(seconds) = wait {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

/// The page after a login: its forms must be protected under the new session, not the request's.
fn page_after_login(front: &Front, parts: &Parts, token: &str) -> Page {
    let mut headers = HeaderMap::new();
    if let Ok(cookie) = http::HeaderValue::try_from(format!("__Host-staff={token}")) {
        headers.insert(header::COOKIE, cookie);
    }
    for cookie in parts.headers.get_all(header::COOKIE) {
        headers.append(header::COOKIE, cookie.clone());
    }
    let csrf = front.csrf.token(&headers, &parts.extensions).unwrap_or_default();
    Page::with_token(Locale::negotiate(&parts.headers), csrf)
}

/// Where somebody who has just logged in, or taken a shared device over, goes on: with the form that waited for them.
pub(super) fn welcome(
    front: &Front,
    parts: &Parts,
    session: &StaffSession,
    (next, kept): (&str, String),
) -> Response {
    let (next, kept) = match &session.parked {
        Some(parked) => (parked.path.as_str(), parked.kept.clone()),
        None => (next, kept),
    };
    let next = way_back(next);
    let is_theirs = front.app.kept_form(session.staff.typist(), next, &kept).is_some();
    let mut response = match (kept.is_empty(), is_theirs) {
        (true, _) if session.pin == PinState::Needed => {
            Redirect::to(&format!("/staff/pin/set?next={}", query_value(next))).into_response()
        }
        (true, _) => Redirect::to(next).into_response(),
        (false, true) => render(&ResumePage {
            page: page_after_login(front, parts, &session.token),
            nav: Nav::outside(),
            path: next.to_owned(),
            kept,
        }),
        // Who logs in on a colleague's login page works on from the start.
        (false, false) => Redirect::to(HOME).into_response(),
    };
    let headers = response.headers_mut();
    let cookie = SESSION.set(&session.token, Lifetime::UntilBrowserCloses);
    headers.append(header::SET_COOKIE, cookie);
    if let Some(name) = &session.device {
        headers.append(header::SET_COOKIE, DEVICE.set(name, YEAR));
    }
    response
}

async fn log_out(
    State(front): State<Front>,
    page: Page,
    headers: HeaderMap,
    CsrfForm(Nothing {}): CsrfForm<Nothing>,
) -> Response {
    let door = match cookie::read(&headers, SESSION) {
        Some(token) => leave(&front, token).await,
        None => Ok("/staff/login?why=out"),
    };
    match door {
        Ok(door) => {
            let forget = AppendHeaders([(header::SET_COOKIE, SESSION.clear())]);
            (forget, Redirect::to(door)).into_response()
        }
        Err(refused) => refusal::page(page, Nav::outside(), &refused),
    }
}

/// Ends a login, and on a shared device the shift with it; answers the door at which the next one stands.
async fn leave(front: &Front, token: &str) -> Result<&'static str, Refusal> {
    let door = match front.app.staff(token).await {
        Ok(staff) if staff.device().is_some() => {
            front.app.end_shift(&staff).await?;
            "/staff/pin?why=out"
        }
        Ok(_) | Err(Refusal::Unauthenticated) => "/staff/login?why=out",
        Err(refused) => return Err(refused),
    };
    front.app.logout_staff(StaffDoor::Pages, token).await?;
    Ok(door)
}

#[cfg(test)]
impl LoginPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let wrong = FormState::new()
            .value_of("code", "MH-0001")
            .error_at("code", Message::new("staff-login-wrong"));
        let with = |why, form| Self {
            page: page.clone(),
            nav: Nav::outside(),
            form,
            why,
            next: "/staff".to_owned(),
            kept: String::new(),
        };
        vec![
            with(Why::Kept, FormState::new()),
            with(Why::Asked, wrong),
            with(Why::Expired, FormState::new()),
            with(Why::Enrolled, FormState::new()),
            with(Why::LoggedOut, FormState::new()),
        ]
    }
}

#[cfg(test)]
impl ResumePage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        vec![Self {
            page: page.clone(),
            nav: Nav::outside(),
            path: "/staff/encounter/1/2".to_owned(),
            kept: "AAAA".to_owned(),
        }]
    }
}
