//! The demonstration's own pages: the tour, the phone that shows messages, the thief, the dishonest administrator and the
//! auditor.
//!
//! Only `pramaan demo` merges these routes; under `serve` they do not exist.

mod administrator;
mod host;
mod outbox;
mod thief;
mod tour;

use std::sync::Arc;

use axum::routing::get;
use axum::{Extension, Router};
use pramaan_app::public_log::Dishonesty;
use pramaan_app::sms::DemoOutbox;

use crate::web::Front;

pub use host::on_this_machine;

/// The one-time code of a staff member at this moment.
pub type CodeOf = Arc<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// What the demonstration knows of itself.
#[derive(Clone)]
pub struct Demo {
    pub outbox: DemoOutbox,
    pub staff: Vec<Account>,
    /// A nurse whose password the thief has. Nobody else uses the account: wrong codes lock it for a while.
    pub stolen: Account,
    /// Mobiles of seeded, vaccinated people.
    pub citizens: Vec<String>,
    /// Their reference ids.
    pub references: Vec<String>,
    /// Words that stand in seeded records: what a thief would be glad to see.
    pub markers: Vec<String>,
    pub code_of: CodeOf,
    /// What the visitor did to the access log as its dishonest administrator.
    pub dishonesty: Dishonesty,
    pub yourself: Yourself,
    /// The whole service, for the thief to attack as anybody could.
    pub target: Router,
}

/// What to type in a terminal to be the auditor oneself, to be copied as it stands: program, folder and address as they are.
#[derive(Debug, Clone)]
pub struct Yourself {
    /// Compares the database with its log.
    pub check: String,
    /// Audits what is published.
    pub verify: String,
}

/// A seeded staff account. The password is as public as this demonstration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub code: String,
    pub role: &'static str,
    pub password: String,
}

pub fn routes(demo: Demo) -> Router<Front> {
    Router::new()
        .route("/demo", get(tour::show))
        .route("/demo/outbox", get(outbox::show))
        .route("/demo/thief", get(thief::show).post(thief::steal))
        .route(
            "/demo/administrator",
            get(administrator::show).post(administrator::act),
        )
        .route("/demo/auditor", get(administrator::audit))
        .layer(Extension(Arc::new(demo)))
}
