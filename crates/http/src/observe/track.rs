//! The middleware that names, times and counts a request.

use std::time::Duration;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{Method, StatusCode};
use tokio::time::Instant;
use tracing::Instrument as _;

use super::Metrics;

/// Opens a span `request` with method and route template, and logs status and duration when the answer is ready.
///
/// Put it on with `Router::layer`, after the last route, so that the matched route is known.
pub async fn track(State(metrics): State<Metrics>, request: Request, next: Next) -> Response {
    let start = Instant::now();
    let method = name(request.method());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or("unmatched", MatchedPath::as_str);
    let span = tracing::info_span!("request", method, route);
    let response = next.run(request).instrument(span.clone()).await;
    span.in_scope(|| answered(&metrics, route, method, response.status(), start.elapsed()));
    response
}

/// The same for a request that was answered past the router, within one call.
pub fn tracked<T>(
    metrics: &Metrics,
    route: &'static str,
    answer: impl FnOnce() -> http::Response<T>,
) -> http::Response<T> {
    let start = Instant::now();
    let method = name(&Method::GET);
    tracing::info_span!("request", method, route).in_scope(|| {
        let response = answer();
        answered(metrics, route, method, response.status(), start.elapsed());
        response
    })
}

fn answered(metrics: &Metrics, route: &str, method: &'static str, status: StatusCode, took: Duration) {
    let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    tracing::info!(status = status.as_u16(), micros, "answered");
    metrics.record(route, method, status.as_u16(), took);
}

/// A stranger may send any word as a method; only known ones become labels.
fn name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        _ => "OTHER",
    }
}
