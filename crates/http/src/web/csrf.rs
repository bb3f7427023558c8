//! Forms that only our own pages can send: a token bound to the browser's cookies.
//!
//! Every browser gets a random visit cookie. A token is a keyed hash over it and over the session cookies, so that it
//! needs no memory here, dies with the session, and a stranger's page can neither read nor compute it.

use std::fmt;
use std::sync::Arc;

use axum::extract::{FromRef, FromRequest, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, header};
use serde::de::DeserializeOwned;
use subtle::ConstantTimeEq as _;

use super::cookie::{self, HostCookie, Lifetime};
use super::error_page::{ErrorPage, Problem};
use super::i18n::Locale;
use crate::body;
use crate::cowin::error::CowinError;
use crate::multipart::{self, Part};
use crate::pairs;

/// The name of the hidden field.
pub const FIELD: &str = "_csrf";

const VISIT: HostCookie = HostCookie::new("visit");

/// A keyed hash under a key that exists for this only, such as HMAC-SHA-256.
pub type Sign = Arc<dyn Fn(&[u8]) -> [u8; 32] + Send + Sync>;
/// Fills a buffer with unguessable bytes.
pub type Random = Arc<dyn Fn(&mut [u8]) + Send + Sync>;

/// Makes and checks tokens; cheap to clone.
#[derive(Clone)]
pub struct Csrf {
    sign: Sign,
    random: Random,
    sessions: &'static [HostCookie],
}

impl fmt::Debug for Csrf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Csrf")
            .field("sessions", &self.sessions)
            .finish_non_exhaustive()
    }
}

/// The visit of this request, put into its extensions by [`visit`].
#[derive(Debug, Clone)]
struct Visit(String);

impl Csrf {
    /// `sessions` are the cookies that a token is bound to besides the visit.
    pub fn new(sign: Sign, random: Random, sessions: &'static [HostCookie]) -> Self {
        Self {
            sign,
            random,
            sessions,
        }
    }

    /// The token for a form on the answer to this request; `None` outside of [`visit`].
    pub(super) fn token(&self, headers: &HeaderMap, extensions: &http::Extensions) -> Option<String> {
        let Visit(visit) = extensions.get::<Visit>()?;
        let mut message = visit.clone();
        for session in self.sessions {
            message.push('\n');
            let value = cookie::read(headers, *session).unwrap_or("");
            // A token is renewed while it is used; the forms that stand on pages meanwhile stay ours.
            message.push_str(&pramaan_app::login_name(value).unwrap_or_else(|| value.to_owned()));
        }
        Some(URL_SAFE_NO_PAD.encode((self.sign)(message.as_bytes())))
    }

    fn is_ours(&self, request: &Request, sent: &str) -> bool {
        let (headers, extensions) = (request.headers(), request.extensions());
        let cross_site = headers
            .get("sec-fetch-site")
            .is_some_and(|site| site == "cross-site");
        let Some(expected) = self.token(headers, extensions) else {
            return false;
        };
        !cross_site && bool::from(sent.as_bytes().ct_eq(expected.as_bytes()))
    }
}

/// Middleware for the router of pages: gives each browser its visit cookie.
pub async fn visit(State(csrf): State<Csrf>, mut request: Request, next: Next) -> Response {
    if let Some(visit) = cookie::read(request.headers(), VISIT).map(|visit| Visit(visit.to_owned())) {
        request.extensions_mut().insert(visit);
        return next.run(request).await;
    }
    let mut bytes = [0; 16];
    (csrf.random)(&mut bytes);
    let fresh = URL_SAFE_NO_PAD.encode(bytes);
    request.extensions_mut().insert(Visit(fresh.clone()));
    let mut response = next.run(request).await;
    response.headers_mut().append(
        header::SET_COOKIE,
        VISIT.set(&fresh, Lifetime::UntilBrowserCloses),
    );
    response
}

/// A posted form, read into `T`, if it came from a page of ours. Fields that stayed empty count as absent.
///
/// 403 page without a valid token, 400 page when it cannot be read; use `#[serde(default)]` and judge values later.
#[derive(Debug, Clone, Copy)]
pub struct CsrfForm<T>(pub T);

impl<S, T> FromRequest<S> for CsrfForm<T>
where
    S: Send + Sync,
    Csrf: FromRef<S>,
    T: DeserializeOwned,
{
    type Rejection = ErrorPage;

    async fn from_request(request: Request, state: &S) -> Result<Self, ErrorPage> {
        let locale = Locale::negotiate(request.headers());
        let refuse = |problem| ErrorPage::new(locale, problem);
        let (parts, content) = request.into_parts();
        let bytes = body::collect(Request::new(content))
            .await
            .map_err(|error| refuse(too_large_or_bad(&error)))?;
        let form = std::str::from_utf8(&bytes).map_err(|_| refuse(Problem::BadRequest))?;
        let request = Request::from_parts(parts, axum::body::Body::empty());
        let sent = pairs::first(form, FIELD).unwrap_or_default();
        if !Csrf::from_ref(state).is_ours(&request, &sent) {
            return Err(refuse(Problem::Forbidden));
        }
        pairs::from_pairs(form)
            .map(Self)
            .map_err(|_| refuse(Problem::BadRequest))
    }
}

/// A posted form with a file, as its parts, if it came from a page of ours.
#[derive(Clone)]
pub(crate) struct CsrfMultipart(pub(crate) Vec<Part>);

/// The largest form with a file, in bytes.
const MAX_FILE_FORM: usize = 1024 * 1024 + 64 * 1024;

impl<S> FromRequest<S> for CsrfMultipart
where
    S: Send + Sync,
    Csrf: FromRef<S>,
{
    type Rejection = ErrorPage;

    async fn from_request(request: Request, state: &S) -> Result<Self, ErrorPage> {
        let locale = Locale::negotiate(request.headers());
        let refuse = |problem| ErrorPage::new(locale, problem);
        let (parts, content) = request.into_parts();
        let kind = parts
            .headers
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok());
        let boundary = kind
            .and_then(multipart::boundary)
            .ok_or_else(|| refuse(Problem::BadRequest))?
            .to_owned();
        let content = axum::body::to_bytes(content, MAX_FILE_FORM)
            .await
            .map_err(|_| refuse(Problem::TooLarge))?;
        let fields = multipart::parse(&boundary, &content).ok_or_else(|| refuse(Problem::BadRequest))?;
        let request = Request::from_parts(parts, axum::body::Body::empty());
        let sent = fields.iter().find(|part| part.name == FIELD);
        let sent = sent
            .and_then(|part| std::str::from_utf8(&part.content).ok())
            .unwrap_or_default();
        if !Csrf::from_ref(state).is_ours(&request, sent) {
            return Err(refuse(Problem::Forbidden));
        }
        Ok(Self(fields))
    }
}

fn too_large_or_bad(error: &CowinError) -> Problem {
    if error.status() == http::StatusCode::PAYLOAD_TOO_LARGE {
        Problem::TooLarge
    } else {
        Problem::BadRequest
    }
}
