//! Forms that only our own pages can send: a token bound to the browser's cookies.
//!
//! Every browser gets a random visit cookie. A token is a keyed hash over it and over the session cookies, so that it
//! needs no memory here, dies with the session, and a stranger's page can neither read nor compute it.

use std::fmt;
use std::sync::Arc;

use axum::body::HttpBody as _;
use axum::extract::{FromRef, FromRequest, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, header};
use http_body_util::BodyExt as _;
use serde::de::DeserializeOwned;
use subtle::ConstantTimeEq as _;

use super::cookie::{self, HostCookie, Lifetime};
use super::error_page::{ErrorPage, Problem};
use super::i18n::Locale;
use super::kept::Sent;
use super::upload::{NoPlace, UploadPlace, Uploads};
use crate::body;
use crate::cowin::error::CowinError;
use crate::multipart::{self, Part};
use crate::pairs;
use crate::server::client_of;

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

    fn is_ours(&self, headers: &HeaderMap, extensions: &http::Extensions, sent: &str) -> bool {
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
    if !is_for_everybody(response.headers()) {
        let visit = VISIT.set(&fresh, Lifetime::UntilBrowserCloses);
        response.headers_mut().append(header::SET_COOKIE, visit);
    }
    response
}

/// What caches on the way may keep is nobody's own; and a style sheet that is fetched beside the first page must not give the
/// browser another visit than that of the page's forms.
fn is_for_everybody(headers: &HeaderMap) -> bool {
    let control = headers.get(header::CACHE_CONTROL);
    control.is_some_and(|control| control.as_bytes().starts_with(b"public"))
}

/// A posted form, read into `T`, if it came from a page of ours. Fields that stayed empty count as absent.
///
/// 403 page without a valid token, 400 page when it cannot be read; use `#[serde(default)]` and judge values later.
#[derive(Debug, Clone, Copy)]
pub struct CsrfForm<T>(pub T);

/// A form that has nothing but its button.
#[derive(Debug, Clone, Copy, serde::Deserialize)]
pub(super) struct Nothing {}

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
        let sent = pairs::first(form, FIELD).unwrap_or_default();
        if !Csrf::from_ref(state).is_ours(&parts.headers, &parts.extensions, &sent) {
            return Err(refuse(Problem::Forbidden));
        }
        Sent::note(&parts.extensions, form);
        pairs::from_pairs(form)
            .map(Self)
            .map_err(|_| refuse(Problem::BadRequest))
    }
}

/// A posted form with a file, as its parts, if it came from a page of ours.
///
/// Nothing of the file is kept for a stranger: the token is the first field, which is how our pages send it, and it is
/// checked before anything after it is read. 403 page without a valid token, 429 when the sender is uploading several
/// files already, 503 when everybody is, 413 when the form is too large, 400 when it cannot be read.
pub(crate) struct CsrfMultipart {
    pub(crate) parts: Vec<Part>,
    /// Hold it while the file is in memory.
    pub(crate) place: UploadPlace,
}

/// The largest form with a file, in bytes: a certificate is 110 KB, and other programs save it larger.
const MAX_FILE_FORM: usize = 512 * 1024;
/// Within so many bytes the token has to come.
const MAX_HEAD: usize = 4 * 1024;

impl<S> FromRequest<S> for CsrfMultipart
where
    S: Send + Sync,
    Csrf: FromRef<S>,
    Uploads: FromRef<S>,
{
    type Rejection = ErrorPage;

    async fn from_request(request: Request, state: &S) -> Result<Self, ErrorPage> {
        let locale = Locale::negotiate(request.headers());
        let (csrf, uploads) = (Csrf::from_ref(state), Uploads::from_ref(state));
        let read = read_form(request, &csrf, &uploads).await;
        read.map_err(|problem| ErrorPage::new(locale, problem))
    }
}

async fn read_form(request: Request, csrf: &Csrf, uploads: &Uploads) -> Result<CsrfMultipart, Problem> {
    let (head, mut content) = request.into_parts();
    let kind = head.headers.get(header::CONTENT_TYPE);
    let boundary = kind
        .and_then(|value| multipart::boundary(value.to_str().ok()?))
        .ok_or(Problem::BadRequest)?;
    if content.size_hint().lower() > MAX_FILE_FORM as u64 {
        return Err(Problem::TooLarge);
    }
    let mut form = Vec::new();
    let token = loop {
        if let Some(first) = multipart::first(boundary, &form) {
            break first;
        }
        if form.len() > MAX_HEAD || !read_more(&mut content, &mut form).await? {
            return Err(Problem::Forbidden);
        }
    };
    let sent = std::str::from_utf8(&token.content).unwrap_or_default();
    if token.name != FIELD || !csrf.is_ours(&head.headers, &head.extensions, sent) {
        return Err(Problem::Forbidden);
    }
    let place = uploads
        .take(client_of(&head.extensions))
        .map_err(|none| match none {
            NoPlace::OwnTaken => Problem::TooMany,
            NoPlace::AllTaken => Problem::Busy,
        })?;
    while read_more(&mut content, &mut form).await? {}
    let parts = multipart::parse(boundary, &form).ok_or(Problem::BadRequest)?;
    Ok(CsrfMultipart { parts, place })
}

/// Reads on; `false` at the end.
async fn read_more(content: &mut axum::body::Body, form: &mut Vec<u8>) -> Result<bool, Problem> {
    let Some(frame) = content.frame().await else {
        return Ok(false);
    };
    let frame = frame.map_err(|_| Problem::BadRequest)?;
    if let Some(bytes) = frame.data_ref() {
        if form.len().saturating_add(bytes.len()) > MAX_FILE_FORM {
            return Err(Problem::TooLarge);
        }
        form.extend_from_slice(bytes);
    }
    Ok(true)
}

fn too_large_or_bad(error: &CowinError) -> Problem {
    if error.status() == http::StatusCode::PAYLOAD_TOO_LARGE {
        Problem::TooLarge
    } else {
        Problem::BadRequest
    }
}
