//! Logging in with staff code, password and one-time code in one step, and out again.
//!
//! Whatever was wrong, the answer is the same.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use http::{HeaderMap, StatusCode, header};
use pramaan_app::Refusal;
use pramaan_app::staff::{StaffDevice, StaffLogin, StaffOrigin, StaffSession};
use serde::Deserialize;

use super::duty::{Nav, SESSION, way_back};
use super::refusal;
use crate::cowin::error::CowinError;
use crate::cowin::principal::Caller;
use crate::query::Query;
use crate::web::cookie::{self, HostCookie, Lifetime};
use crate::web::csrf::CsrfForm;
use crate::web::error_page::render;
use crate::web::form::{FormState, Message};
use crate::web::front::Front;
use crate::web::page::Page;

pub(super) fn routes() -> Router<Front> {
    Router::new()
        .route("/staff/login", get(show).post(log_in))
        .route("/staff/logout", post(log_out))
}

/// A random name of the browser, given at its first login: with it, strangers cannot use up the tries of who works here.
const DEVICE: HostCookie = HostCookie::new("staff-device");
const YEAR: Lifetime = Lifetime::Seconds(31_536_000);

/// Why somebody meets the login.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    Asked,
    Expired,
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
}

/// A form that has nothing but its button.
#[derive(Deserialize)]
struct Nothing {}

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
    })
}

async fn log_in(
    State(front): State<Front>,
    page: Page,
    Caller(origin): Caller,
    headers: HeaderMap,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    let digits: String = typed.totp.chars().filter(|c| !c.is_whitespace()).collect();
    let login = StaffLogin {
        code: typed.code.clone(),
        password: typed.password,
        totp: digits,
        origin: StaffOrigin::new(
            &origin,
            cookie::read(&headers, DEVICE).map_or(StaffDevice::Unnamed, StaffDevice::Named),
        ),
    };
    let (status, error, wait) = match front.app.login_staff(login).await {
        Ok(session) => return welcome(&session, &typed.next),
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
        Err(refused) => return refusal::page(page, Nav::outside(), &refused),
    };
    let form = FormState::new()
        .value_of("code", typed.code)
        .error_at("code", Message::new(error));
    let again = LoginPage {
        page,
        nav: Nav::outside(),
        form,
        why: Why::Asked,
        next: typed.next,
    };
    let mut response = (status, render(&again)).into_response();
    if let Some(seconds) = wait {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

fn welcome(session: &StaffSession, next: &str) -> Response {
    let mut response = Redirect::to(way_back(next)).into_response();
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
    if let Some(token) = cookie::read(&headers, SESSION)
        && let Err(refused) = front.app.logout_staff(token).await
    {
        return refusal::page(page, Nav::outside(), &refused);
    }
    let forget = AppendHeaders([(header::SET_COOKIE, SESSION.clear())]);
    (forget, Redirect::to("/staff/login?why=out")).into_response()
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
        };
        vec![
            with(Why::Asked, wrong),
            with(Why::Expired, FormState::new()),
            with(Why::Enrolled, FormState::new()),
            with(Why::LoggedOut, FormState::new()),
        ]
    }
}
