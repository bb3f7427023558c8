//! `/healthz` (the process answers) and `/readyz` (it can do its work).

use std::future::Future;

use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use http::StatusCode;

/// Always 200 `ok`.
pub fn healthz<S: Clone + Send + Sync + 'static>() -> MethodRouter<S> {
    get(|| async { "ok\n" })
}

/// 200 `ready`, or 503 with the reason that `check` gives: one that a stranger may read.
pub fn readyz<S, F, A>(check: F) -> MethodRouter<S>
where
    S: Clone + Send + Sync + 'static,
    F: Fn() -> A + Clone + Send + Sync + 'static,
    A: Future<Output = Result<(), &'static str>> + Send + 'static,
{
    get(move || {
        let checking = check();
        async move { answer(checking.await) }
    })
}

fn answer(checked: Result<(), &'static str>) -> Response {
    match checked {
        Ok(()) => "ready\n".into_response(),
        Err(reason) => (StatusCode::SERVICE_UNAVAILABLE, format!("not ready: {reason}\n")).into_response(),
    }
}
