//! What operators see of HTTP: a span and a line per request, counters, and two health probes.
//!
//! A request is named by its route template. Paths, queries, headers and bodies are personal and never leave here.

mod database;
mod health;
mod metrics;
mod track;

pub use database::database;
pub use health::{healthz, readyz};
pub use metrics::{Metrics, OpenConnection};
pub use track::{track, tracked};
