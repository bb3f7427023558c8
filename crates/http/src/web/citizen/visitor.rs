//! Who looks at a page: the session cookie, the device cookie, and the way to the login and back.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Redirect, Response};
use http::request::Parts;
use http::{HeaderValue, Method, header};
use pramaan_app::origin::{Device, Origin};
use pramaan_app::{Citizen, Face, Typist};

use crate::server::client_of;
use crate::web::cookie::{self, HostCookie, Lifetime};
use crate::web::csrf::Csrf;
use crate::web::front::Front;
use crate::web::kept::Sent;
use crate::web::language::{is_ours, query_value};
use crate::web::page::Page;

/// Holds the token of a login. It outlives the token, so that a form sent too late is still known as ours and can be
/// kept; the token inside says when the login ends.
pub const SESSION: HostCookie = HostCookie::new("citizen");
/// A random name of the browser, so that a stranger cannot use up the owner's one-time passwords.
const DEVICE: HostCookie = HostCookie::new("device");
const YEAR: Lifetime = Lifetime::Seconds(31_536_000);
/// Where a login leads when it was not asked for on the way to somewhere.
const HOME: &str = "/household";

/// Who sent a request, as far as the cookie tells.
#[derive(Debug)]
pub(super) enum Visitor {
    Stranger,
    /// Somebody whose login has ended.
    Expired(Lapsed),
    Citizen(Citizen),
}

/// A login that has ended.
#[derive(Debug)]
pub(super) struct Lapsed {
    /// Whose it was, if the cookie is one of ours.
    typist: Option<Typist>,
    sent: Sent,
}

impl Visitor {
    fn of(front: &Front, parts: &mut Parts) -> Self {
        let Some(token) = cookie::read(&parts.headers, SESSION) else {
            return Self::Stranger;
        };
        match front.app.citizen(token) {
            Ok(citizen) if citizen.face() == Face::Pages => Self::Citizen(citizen),
            _ => Self::Expired(Lapsed {
                typist: front.app.ended_citizen(token),
                sent: Sent::of(parts),
            }),
        }
    }

    /// Seals what came with this request for `path`, for who typed it; none where that cannot be told.
    pub(super) fn keep(&self, front: &Front, typed: (&str, &str)) -> Option<String> {
        match self {
            Self::Stranger => None,
            Self::Expired(lapsed) => lapsed.sent.keep(front, lapsed.typist?, typed),
            Self::Citizen(citizen) => Sent::default().keep(front, citizen.typist(), typed),
        }
    }
}

impl FromRequestParts<Front> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, front: &Front) -> Result<Self, Infallible> {
        Ok(Self::of(front, parts))
    }
}

/// A citizen who is logged in; everybody else is sent to the login, which leads back here.
#[derive(Debug)]
pub(super) struct SignedIn(pub(super) Citizen);

impl FromRequestParts<Front> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, front: &Front) -> Result<Self, Response> {
        let why = match Visitor::of(front, parts) {
            Visitor::Citizen(citizen) => return Ok(Self(citizen)),
            Visitor::Stranger => "",
            Visitor::Expired(_) => "&why=expired",
        };
        // A form's own path shows the form again; its content is kept where it is worth something.
        let here = match parts.method {
            Method::GET => parts.uri.path_and_query().map_or(HOME, |path| path.as_str()),
            _ => parts.uri.path(),
        };
        let address = format!("/login?next={}{why}", query_value(here));
        Err(Redirect::to(&address).into_response())
    }
}

/// The browser that a request came from, for the budgets of one-time passwords.
#[derive(Debug)]
pub(super) struct Browser {
    pub(super) origin: Origin,
    /// The cookie to set, when the browser had none.
    pub(super) fresh: Option<HeaderValue>,
}

impl FromRequestParts<Front> for Browser {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, front: &Front) -> Result<Self, Infallible> {
        let address = client_of(&parts.extensions);
        if let Some(name) = cookie::read(&parts.headers, DEVICE) {
            return Ok(Self {
                origin: Origin::new(address, Device::Own(name)),
                fresh: None,
            });
        }
        let name = front.fresh_name();
        Ok(Self {
            origin: Origin::new(address, Device::Own(&name)),
            fresh: Some(DEVICE.set(&name, YEAR)),
        })
    }
}

/// Adds a cookie to an answer.
pub(super) fn with_cookie(mut response: Response, cookie: Option<HeaderValue>) -> Response {
    if let Some(cookie) = cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// The cookie that logs a browser in.
pub(super) fn session_cookie(token: &str) -> HeaderValue {
    SESSION.set(token, Lifetime::UntilBrowserCloses)
}

/// The page for an answer that logs in: its forms must be protected under the new session, not the request's.
pub(super) fn page_after_login(front: &Front, parts: &Parts, token: &str) -> Page {
    let mut headers = parts.headers.clone();
    if let Ok(cookie) = HeaderValue::try_from(format!("__Host-citizen={token}")) {
        headers.insert(header::COOKIE, cookie);
    }
    let csrf: &Csrf = &front.csrf;
    let token = csrf.token(&headers, &parts.extensions).unwrap_or_default();
    Page::with_token(crate::web::i18n::Locale::negotiate(&parts.headers), token)
}

/// A place of ours to go to after the login.
pub(super) fn way_back(next: &str) -> &str {
    if is_ours(next) { next } else { HOME }
}
