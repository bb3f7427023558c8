//! What is logged of a request. Alone in its process, because tracing remembers across threads which lines are wanted.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::io;
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::routing::post;
use axum::{Router, middleware};
use http::{Request, header};
use pramaan_http::body::Json;
use pramaan_http::cowin::wire::auth::ConfirmOtp;
use pramaan_http::face;
use pramaan_http::observe::{self, Metrics};
use tower::ServiceExt;

/// Collects what a subscriber writes.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn logs_name_routes_and_never_people() {
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let router = Router::new()
        .route("/api/confirm/{person}", post(|_: Json<ConfirmOtp>| async {}))
        .fallback(face::not_found)
        .layer(middleware::from_fn_with_state(Metrics::default(), observe::track));
    for (path, body) in [
        (
            "/api/confirm/9876543210?date=secretdate",
            r#"{"otp":"secretotp"}"#,
        ),
        ("/api/confirm/9876543210", r#"{"otp":{"secretfield":9876543210}}"#),
        ("/secretpath", ""),
    ] {
        let request = Request::post(path)
            .header(header::AUTHORIZATION, "Bearer secrettoken")
            .header(header::COOKIE, "__Host-citizen=secretsession")
            .header("x-api-key", "secretkey");
        let _ = router
            .clone()
            .oneshot(request.body(Body::from(body)).unwrap())
            .await
            .unwrap();
    }
    let logged = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    assert!(
        logged.contains("route=\"/api/confirm/{person}\"") && logged.contains("status=200"),
        "{logged}"
    );
    assert!(
        logged.contains("route=\"unmatched\"") && logged.contains("status=404"),
        "{logged}"
    );
    for personal in ["9876543210", "secret"] {
        assert!(!logged.contains(personal), "{personal} in {logged}");
    }
}
