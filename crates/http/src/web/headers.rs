//! Security headers of pages.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::header::{self, HeaderName};
use http::{HeaderMap, HeaderValue};

/// No script at all, styles and pictures from here, forms to here, no frames.
pub const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; \
                          frame-ancestors 'none'; base-uri 'none'";

/// What else an answer may do; stands in its extensions. Nothing runs within a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scripted {
    /// Run a script from here, which asks us only.
    Script,
    /// The same, and keep a worker of ours for when there is no line.
    Worker,
    /// Run a script from here, which can ask for pictures and styles of this server and nothing else.
    Alone,
}

impl Scripted {
    const fn policy(self) -> &'static str {
        match self {
            Self::Script => {
                "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; \
                 img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
            }
            Self::Worker => {
                "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; \
                 style-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; \
                 base-uri 'none'"
            }
            Self::Alone => {
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                 form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
            }
        }
    }
}

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
    if let Some(scripted) = response.extensions().get::<Scripted>() {
        let policy = HeaderValue::from_static(scripted.policy());
        response
            .headers_mut()
            .insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// The same for answers that no middleware sees, such as the page after a panic.
pub(super) fn apply(headers: &mut HeaderMap) {
    for (name, value) in ALWAYS {
        headers.insert(name, value);
    }
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_checks_alone_can_post_and_fetch_nothing() {
        let policy = Scripted::Alone.policy();
        assert!(policy.starts_with("default-src 'none';") && policy.contains("form-action 'none'"));
        assert!(!policy.contains("connect-src") && !policy.contains("worker-src"));
    }
}
