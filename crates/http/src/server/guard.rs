//! What keeps one request from hurting the process: its panic becomes a 500, its slowness a 503.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use http::Request;
use tower::Service as _;

use crate::face::Face;
use crate::observe::Metrics;

/// Runs the router on one request.
///
/// A panic is caught where it happens, without a task per request. Unwind safety: the future and all it holds are
/// dropped unused after a panic, and shared state behind std locks is poisoned, which every user here recovers from.
pub(super) async fn answer(
    mut router: Router,
    request: Request<Body>,
    patience: Duration,
    metrics: &Metrics,
) -> Response {
    let face = Face::of(request.uri(), request.headers());
    let handling = pin!(router.call(request));
    match tokio::time::timeout(patience, Caught(handling)).await {
        Ok(Ok(Ok(response))) => response,
        Ok(Err(Panicked)) => {
            metrics.panicked();
            tracing::error!("a handler panicked; the request was answered 500");
            face.fault()
        }
        Err(_) => {
            tracing::warn!(
                seconds = patience.as_secs(),
                "a handler took too long; the request was answered 503"
            );
            face.busy()
        }
    }
}

struct Panicked;

struct Caught<'a, F>(Pin<&'a mut F>);

impl<F: Future> Future for Caught<'_, F> {
    type Output = Result<F::Output, Panicked>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match catch_unwind(AssertUnwindSafe(|| self.0.as_mut().poll(context))) {
            Ok(poll) => poll.map(Ok),
            Err(_) => Poll::Ready(Err(Panicked)),
        }
    }
}
