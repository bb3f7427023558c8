//! Counters and one histogram, in the text format of Prometheus. Forty lines of atomics instead of a dependency.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use axum::routing::{MethodRouter, get};
use http::header;

/// Upper bounds of the histogram in microseconds, and as Prometheus writes them.
const BUCKETS: [(u64, &str); 11] = [
    (250, "0.00025"),
    (500, "0.0005"),
    (1_000, "0.001"),
    (2_500, "0.0025"),
    (5_000, "0.005"),
    (10_000, "0.01"),
    (50_000, "0.05"),
    (100_000, "0.1"),
    (500_000, "0.5"),
    (1_000_000, "1"),
    (10_000_000, "10"),
];

/// The numbers of one server; cheap to clone, all clones count together.
#[derive(Debug, Clone, Default)]
pub struct Metrics(Arc<Numbers>);

#[derive(Debug, Default)]
struct Numbers {
    panics: AtomicU64,
    open: AtomicU64,
    refused: AtomicU64,
    series: RwLock<BTreeMap<Key<'static>, Arc<Series>>>,
}

/// Bounded by the route table: templates, known methods, statuses.
type Key<'a> = (Cow<'a, str>, &'static str, u16);

#[derive(Debug, Default)]
struct Series {
    count: AtomicU64,
    micros: AtomicU64,
    buckets: [AtomicU64; BUCKETS.len()],
}

/// An open connection; dropping it uncounts it.
#[derive(Debug)]
pub struct OpenConnection(Metrics);

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.0.0.open.fetch_sub(1, Relaxed);
    }
}

impl Metrics {
    pub fn panicked(&self) {
        self.0.panics.fetch_add(1, Relaxed);
    }

    pub fn panics(&self) -> u64 {
        self.0.panics.load(Relaxed)
    }

    /// A connection was turned away because a cap was reached.
    pub fn refused(&self) {
        self.0.refused.fetch_add(1, Relaxed);
    }

    #[must_use]
    pub fn connection(&self) -> OpenConnection {
        self.0.open.fetch_add(1, Relaxed);
        OpenConnection(self.clone())
    }

    /// Counts one answered request.
    pub fn record(&self, route: &str, method: &'static str, status: u16, took: Duration) {
        let series = self.series(route, method, status);
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        series.count.fetch_add(1, Relaxed);
        series.micros.fetch_add(micros, Relaxed);
        let bucket = BUCKETS
            .iter()
            .zip(&series.buckets)
            .find(|((bound, _), _)| micros <= *bound);
        if let Some((_, bucket)) = bucket {
            bucket.fetch_add(1, Relaxed);
        }
    }

    fn series(&self, route: &str, method: &'static str, status: u16) -> Arc<Series> {
        if let Some(series) = self.known((Cow::Borrowed(route), method, status)) {
            return series;
        }
        Arc::clone(
            self.0
                .series
                .write()
                .unwrap_or_else(PoisonError::into_inner)
                .entry((Cow::Owned(route.to_owned()), method, status))
                .or_default(),
        )
    }

    fn known(&self, key: Key<'_>) -> Option<Arc<Series>> {
        let known: &BTreeMap<Key<'_>, _> = &self.0.series.read().unwrap_or_else(PoisonError::into_inner);
        known.get(&key).map(Arc::clone)
    }

    /// The text that Prometheus scrapes.
    pub fn render(&self) -> String {
        let mut text = String::new();
        self.render_into(&mut text);
        text
    }

    /// Writing to a `String` cannot fail, so the results are dropped.
    fn render_into(&self, text: &mut String) {
        let plain = [
            ("pramaan_http_panics_total", "counter", &self.0.panics),
            ("pramaan_http_connections", "gauge", &self.0.open),
            (
                "pramaan_http_connections_refused_total",
                "counter",
                &self.0.refused,
            ),
        ];
        for (name, kind, value) in plain {
            let _ = writeln!(text, "# TYPE {name} {kind}\n{name} {}", value.load(Relaxed));
        }
        text.push_str("# TYPE pramaan_http_request_seconds histogram\n");
        for ((route, method, status), series) in self
            .0
            .series
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
        {
            series.render_into(
                text,
                &format!("route=\"{route}\",method=\"{method}\",status=\"{status}\""),
            );
        }
    }

    /// `GET /metrics`; `more` adds lines of other parts, each ending in a line break.
    pub fn endpoint<S, F>(self, more: F) -> MethodRouter<S>
    where
        S: Clone + Send + Sync + 'static,
        F: Fn() -> String + Clone + Send + Sync + 'static,
    {
        get(move || {
            let text = self.render() + &more();
            async move {
                (
                    [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")],
                    text,
                )
            }
        })
    }
}

impl Series {
    fn render_into(&self, text: &mut String, labels: &str) {
        const NAME: &str = "pramaan_http_request_seconds";
        let mut below = 0;
        for ((_, bound), bucket) in BUCKETS.iter().zip(&self.buckets) {
            below += bucket.load(Relaxed);
            let _ = writeln!(text, "{NAME}_bucket{{{labels},le=\"{bound}\"}} {below}");
        }
        let count = self.count.load(Relaxed);
        let seconds = Duration::from_micros(self.micros.load(Relaxed)).as_secs_f64();
        let _ = writeln!(text, "{NAME}_bucket{{{labels},le=\"+Inf\"}} {count}");
        let _ = writeln!(
            text,
            "{NAME}_sum{{{labels}}} {seconds}\n{NAME}_count{{{labels}}} {count}"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_are_cumulative_and_sums_are_seconds() {
        let metrics = Metrics::default();
        metrics.record("/api/x", "GET", 200, Duration::from_micros(400));
        metrics.record("/api/x", "GET", 200, Duration::from_secs(20));
        let text = metrics.render();
        let labels = r#"route="/api/x",method="GET",status="200""#;
        for line in [
            format!("pramaan_http_request_seconds_bucket{{{labels},le=\"0.00025\"}} 0"),
            format!("pramaan_http_request_seconds_bucket{{{labels},le=\"0.0005\"}} 1"),
            format!("pramaan_http_request_seconds_bucket{{{labels},le=\"10\"}} 1"),
            format!("pramaan_http_request_seconds_bucket{{{labels},le=\"+Inf\"}} 2"),
            format!("pramaan_http_request_seconds_sum{{{labels}}} 20.0004"),
            format!("pramaan_http_request_seconds_count{{{labels}}} 2"),
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
    }

    #[test]
    fn open_connections_are_a_gauge() {
        let metrics = Metrics::default();
        let open = metrics.connection();
        assert!(metrics.render().contains("\npramaan_http_connections 1\n"));
        drop(open);
        assert!(metrics.render().contains("\npramaan_http_connections 0\n"));
    }
}
