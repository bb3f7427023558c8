//! All faces in one router, the CoWIN-compatible API under `/api` among them; and apart from it what only the operator may ask.

use std::sync::Arc;

use axum::{Router, middleware};
use pramaan_app::public_log::WitnessHealth;
use pramaan_app::{App, StoreError};

use crate::cowin::availability::{self, Bodies};
use crate::limit::{RequestLimit, limit_requests};
use crate::observe::{Metrics, database, healthz, readyz, track};
use crate::server::Front;
use crate::{cowin, face, log};

/// What the faces need besides the use cases.
#[derive(Clone)]
pub struct Manners {
    pub metrics: Metrics,
    pub limit: RequestLimit,
    /// Bytes of built answers about availability that are kept: [`availability::CAPACITY`] is enough for a state.
    pub kept_availability: usize,
}

/// The whole service behind its server: [`router`], and the shortcut past it.
pub fn front(app: App, manners: Manners, extra: Router<App>) -> Front {
    let bodies = bodies(manners.kept_availability);
    let shortcut = Arc::new(availability::Shortcut {
        app: app.clone(),
        bodies: Arc::clone(&bodies),
        limit: manners.limit.clone(),
        metrics: manners.metrics.clone(),
    });
    Front::new(routed(app, manners, extra, bodies), shortcut)
}

/// The whole service as strangers see it. `extra` are routes that only some deployments have, the demo's among them.
pub fn router(app: App, manners: Manners, extra: Router<App>) -> Router {
    let bodies = bodies(manners.kept_availability);
    routed(app, manners, extra, bodies)
}

fn bodies(capacity: usize) -> Arc<Bodies> {
    Arc::new(Bodies::new(capacity))
}

fn routed(app: App, manners: Manners, extra: Router<App>, bodies: Arc<Bodies>) -> Router {
    let limited = Router::new()
        .nest("/api", api_over(bodies))
        .merge(log::routes())
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
    let ready = app.clone();
    Router::new()
        .route("/readyz", readyz(move || ready_now(ready.clone())))
        .route(
            "/metrics",
            metrics.endpoint(move || {
                let stored = database(&app.transactions(), app.pool());
                clocks(&app) + &retention(&app) + &stored
            }),
        )
}

/// Every handler of the CoWIN-compatible API, without its `/api` prefix.
pub fn api() -> Router<App> {
    api_over(bodies(availability::CAPACITY))
}

fn api_over(bodies: Arc<Bodies>) -> Router<App> {
    Router::new()
        .merge(cowin::appointment::routes())
        .merge(cowin::auth::routes())
        .merge(availability::routes_over(bodies))
        .merge(cowin::beneficiary::routes())
        .merge(cowin::certificate::routes())
        .merge(cowin::metadata::routes())
        .merge(cowin::report::routes())
        .merge(cowin::vaccinator::routes())
        .fallback(face::not_found)
        .method_not_allowed_fallback(face::not_allowed)
        .layer(middleware::from_fn(cowin::cors::open))
}

/// What the operator must be woken for: a node that discloses nothing, a log ahead of its clock, and objections that nobody
/// answers in time.
fn clocks(app: &App) -> String {
    let health = app.clock_health();
    let lines = [
        ("pramaan_log_clock_refused_total", health.refused()),
        ("pramaan_log_clock_held_back_total", health.held_back()),
    ];
    let clocks = lines
        .map(|(name, count)| format!("# TYPE {name} counter\n{name} {count}\n"))
        .concat();
    clocks + &witnesses(app) + &unpublished(app) + &objections(app)
}

/// Entries that are committed and that nobody outside can see yet, and for how many seconds.
fn unpublished(app: &App) -> String {
    let waits = app.unpublished();
    let (entries, seconds) = (
        "pramaan_log_unpublished_entries",
        "pramaan_log_unpublished_seconds",
    );
    format!(
        "# TYPE {entries} gauge\n{entries} {}\n# TYPE {seconds} gauge\n{seconds} {}\n",
        waits.entries, waits.seconds
    )
}

/// Seconds since a quorum of witnesses signed; nothing for a log without them.
fn witnesses(app: &App) -> String {
    let name = "pramaan_log_witnessed_seconds";
    match app.witness_health() {
        WitnessHealth::None => String::new(),
        WitnessHealth::Awaited => format!("# TYPE {name} gauge\n{name} +Inf\n"),
        WitnessHealth::Fresh { seconds }
        | WitnessHealth::Stale { seconds }
        | WitnessHealth::Stopped { seconds } => format!("# TYPE {name} gauge\n{name} {seconds}\n"),
    }
}

/// Whether what is due is deleted: tables with rows that should have gone a day ago (all of them when the job has been silent
/// for two hours), tables that its last run could not empty, and seconds since a run did all of its work.
fn retention(app: &App) -> String {
    let standing = app.retention();
    let count = |tables: &[&str]| i64::try_from(tables.len()).unwrap_or(i64::MAX);
    let gauges = [
        ("pramaan_retention_overdue_tables", count(&standing.overdue)),
        ("pramaan_retention_failed_tables", count(&standing.failed)),
        ("pramaan_retention_run_seconds", standing.seconds),
    ];
    gauges
        .map(|(name, value)| format!("# TYPE {name} gauge\n{name} {value}\n"))
        .concat()
}

/// Objections that wait, and those of them that are late.
fn objections(app: &App) -> String {
    let counted = app.objections_counted();
    let gauges = [
        ("pramaan_objections_open", counted.open),
        ("pramaan_objections_overdue", counted.overdue),
    ];
    gauges
        .map(|(name, count)| format!("# TYPE {name} gauge\n{name} {count}\n"))
        .concat()
}

async fn ready_now(app: App) -> Result<(), &'static str> {
    app.ready().await.map_err(|error| match error {
        StoreError::Unanswered => {
            "the witnesses of the access log have not answered since the start: nothing is opened"
        }
        StoreError::Unwitnessed { .. } => {
            "the witnesses of the access log have not signed for too long: nothing is opened"
        }
        StoreError::Fork(_) => "the access log is not the one that was signed here: nothing is opened",
        _ => "the database or the access log does not answer",
    })
}
