//! Security headers of pages.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::header::{self, HeaderName};
use http::{HeaderMap, HeaderValue};

/// No script at all, styles and pictures from here, forms to here, no frames.
pub const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; \
                          frame-ancestors 'none'; base-uri 'none'";

/// The same for the one page that works without a line: script, worker and requests of ours, and still none inline.
const WITH_SCRIPT: &str = "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; \
                           style-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; \
                           base-uri 'none'";

/// Stands in the extensions of an answer whose script may run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scripted;

const ALWAYS: [(HeaderName, HeaderValue); 5] = [
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(), geolocation=(), microphone=()"),
    ),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    ),
];

/// Middleware: puts the headers on every answer; `no-store` unless the handler chose otherwise.
pub async fn secure(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    apply(response.headers_mut());
    if response.extensions().get::<Scripted>().is_some() {
        let policy = HeaderValue::from_static(WITH_SCRIPT);
        response
            .headers_mut()
            .insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// The same for answers that no middleware sees, such as the page after a panic.
pub(super) fn apply(headers: &mut HeaderMap) {
    headers.extend(ALWAYS);
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
}
