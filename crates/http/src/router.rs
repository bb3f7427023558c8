//! All faces in one router, the CoWIN-compatible API under `/api` among them; and apart from it what only the operator may ask.

use axum::{Router, middleware};
use pramaan_app::App;

use crate::limit::{RequestLimit, limit_requests};
use crate::observe::{Metrics, healthz, readyz, track};
use crate::{cowin, face};

/// What the faces need besides the use cases.
#[derive(Clone)]
pub struct Manners {
    pub metrics: Metrics,
    pub limit: RequestLimit,
}

/// The whole service as strangers see it. `extra` are routes that only some deployments have, the demo's among them.
pub fn router(app: App, manners: Manners, extra: Router<App>) -> Router {
    let limited = Router::new()
        .nest("/api", api())
        .merge(extra)
        .layer(middleware::from_fn_with_state(manners.limit, limit_requests));
    Router::new()
        .merge(limited)
        .route("/healthz", healthz())
        .fallback(face::not_found)
        .layer(middleware::from_fn_with_state(manners.metrics, track))
        .with_state(app)
}

/// What the operator's machines ask: counts of requests by route, and whether the database and the log answer. Not for
/// strangers, who would learn from them how busy which door is. Serve it on an address that they cannot reach.
pub fn upkeep(app: App, metrics: Metrics) -> Router {
    Router::new()
        .route("/readyz", readyz(move || ready_now(app.clone())))
        .route("/metrics", metrics.endpoint(String::new))
}

/// Every handler of the CoWIN-compatible API, without its `/api` prefix.
pub fn api() -> Router<App> {
    Router::new()
        .merge(cowin::appointment::routes())
        .merge(cowin::auth::routes())
        .merge(cowin::availability::routes())
        .merge(cowin::beneficiary::routes())
        .merge(cowin::certificate::routes())
        .merge(cowin::metadata::routes())
        .merge(cowin::report::routes())
        .merge(cowin::vaccinator::routes())
        .fallback(face::not_found)
        .method_not_allowed_fallback(face::not_allowed)
        .layer(middleware::from_fn(cowin::cors::open))
}

async fn ready_now(app: App) -> Result<(), &'static str> {
    app.ready()
        .await
        .map_err(|_| "the database or the access log does not answer")
}
