//! Serves the shared parts of pages on <http://127.0.0.1:8099/sample>, for eyes and screen readers.

mod sample;

use std::sync::Arc;

use axum::Router;
use axum::response::IntoResponse;
use axum::routing::get;
use pramaan_http::observe::Metrics;
use pramaan_http::server::{Limits, serve, shutdown};
use pramaan_http::web::csrf::Csrf;
use pramaan_http::web::error_page::{ErrorPage, Problem};
use pramaan_http::web::i18n::Locale;
use pramaan_http::web::{Site, dress};
use pramaan_http::{face, observe};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    // Fixed bytes are good enough for pictures.
    let csrf = Csrf::new(Arc::new(|_| [7; 32]), Arc::new(|bytes| bytes.fill(7)), &[]);
    let site = Site { csrf: csrf.clone() };
    let mut pages = sample::routes();
    for problem in Problem::ALL {
        let path = format!("/problem/{}", problem.status().as_u16());
        pages = pages.route(
            &path,
            get(move || async move { ErrorPage::new(Locale::En, problem).into_response() }),
        );
    }
    let router = Router::new()
        .merge(dress(pages, csrf))
        .with_state(site)
        .fallback(face::not_found);
    let router = router.route("/healthz", observe::healthz());
    let listener = TcpListener::bind("127.0.0.1:8099").await?;
    let (trigger, listening) = shutdown();
    serve(listener, router, Limits::default(), Metrics::default(), listening).await;
    trigger.fire();
    Ok(())
}
