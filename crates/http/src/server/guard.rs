//! What keeps one request from hurting the process: its panic becomes a 500, its slowness a 503.

use std::future::Future;
use std::net::IpAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};

use axum::body::Body;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use pramaan_app::origin::ClientAddr;
use tower::Service as _;

use super::connection::Shared;
use super::front::Answer;
use super::{Forwarded, proxy};
use crate::face::Face;
use crate::observe::Metrics;

/// Answers one request, past the router if there is a shortcut for it.
///
/// A panic is caught where it happens, without a task per request. Unwind safety: the future and all it holds are
/// dropped unused after a panic, and shared state behind std locks is poisoned, which every user here recovers from.
pub(super) async fn answer(shared: &Shared, request: Request<Incoming>, peer: IpAddr) -> Response<Answer> {
    // Whoever probes for life may speak as it likes: the answer is the same for everybody.
    let probe = request.uri().path() == "/healthz";
    if !probe && shared.limits.forwarded == Forwarded::Refused && proxy::forwarded(&request) {
        return unannounced(shared, &request).map(Answer::Routed);
    }
    let client = shared.limits.proxies.client(peer, request.headers());
    let at_once = shared.front.shortcut.as_ref().and_then(|shortcut| {
        catch_unwind(AssertUnwindSafe(|| shortcut.answer(&request, client)))
            .map_err(|_| Panicked)
            .transpose()
    });
    match at_once {
        Some(Ok(response)) => response.map(|body| Answer::Whole(Full::new(body))),
        Some(Err(Panicked)) => {
            panicked(Face::of(request.uri(), request.headers()), &shared.metrics).map(Answer::Routed)
        }
        None => routed(shared, request, client).await.map(Answer::Routed),
    }
}

fn unannounced(shared: &Shared, request: &Request<Incoming>) -> Response<Body> {
    if !shared.told.swap(true, Ordering::Relaxed) {
        tracing::error!(
            "a request came through a proxy that was not announced: start with --trusted-proxy ADDRESS of the proxy, or with \
             --direct if there is none of yours; such requests are answered 503"
        );
    }
    Face::of(request.uri(), request.headers()).unannounced_proxy()
}

async fn routed(shared: &Shared, mut request: Request<Incoming>, client: ClientAddr) -> Response<Body> {
    let face = Face::of(request.uri(), request.headers());
    request.extensions_mut().insert(client);
    let mut router = shared.front.router.clone();
    let handling = pin!(router.call(request.map(Body::new)));
    let patience = shared.limits.request;
    match tokio::time::timeout(patience, Caught(handling)).await {
        Ok(Ok(Ok(response))) => response,
        Ok(Err(Panicked)) => panicked(face, &shared.metrics),
        Err(_) => {
            tracing::warn!(
                seconds = patience.as_secs(),
                "a handler took too long; the request was answered 503"
            );
            face.busy()
        }
    }
}

fn panicked(face: Face, metrics: &Metrics) -> Response<Body> {
    metrics.panicked();
    tracing::error!("a handler panicked; the request was answered 500");
    face.fault()
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
