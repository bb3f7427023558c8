//! All faces in one router: the CoWIN-compatible API under `/api`, health, metrics.

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

/// The whole service. `extra` are routes that only some deployments have, the demo's among them.
pub fn router(app: App, manners: Manners, extra: Router<App>) -> Router {
    let (ready, counted) = (app.clone(), app.clone());
    let limited = Router::new()
        .nest("/api", api())
        .merge(extra)
        .layer(middleware::from_fn_with_state(manners.limit, limit_requests));
    Router::new()
        .merge(limited)
        .route("/healthz", healthz())
        .route("/readyz", readyz(move || ready_now(ready.clone())))
        .route(
            "/metrics",
            manners.metrics.clone().endpoint(move || clocks(&counted)),
        )
        .fallback(face::not_found)
        .layer(middleware::from_fn_with_state(manners.metrics, track))
        .with_state(app)
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

/// What the operator must be woken for: a node that discloses nothing, a log ahead of its clock.
fn clocks(app: &App) -> String {
    let health = app.clock_health();
    let lines = [
        ("pramaan_log_clock_refused_total", health.refused()),
        ("pramaan_log_clock_held_back_total", health.held_back()),
    ];
    lines
        .map(|(name, count)| format!("# TYPE {name} counter\n{name} {count}\n"))
        .concat()
}

async fn ready_now(app: App) -> Result<(), &'static str> {
    app.ready()
        .await
        .map_err(|_| "the database or the access log does not answer")
}
