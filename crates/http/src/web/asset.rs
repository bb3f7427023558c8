//! The stylesheet and the mark, served under names that change with their content.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Router, extract::OriginalUri};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, header};
use sha2::{Digest, Sha256};

use crate::etag::Prebuilt;
use crate::face::Face;

const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// A file that is part of the program.
struct Asset {
    href: String,
    body: Prebuilt,
}

static STYLE: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new(
        "pramaan",
        "css",
        "text/css; charset=utf-8",
        include_bytes!("../../assets/pramaan.css"),
    )
});
static MARK: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new(
        "mark",
        "svg",
        "image/svg+xml",
        include_bytes!("../../assets/mark.svg"),
    )
});

impl Asset {
    fn new(name: &str, ending: &str, kind: &'static str, content: &'static [u8]) -> Self {
        let hash: String = Sha256::digest(content)
            .iter()
            .take(6)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        Self {
            href: format!("/assets/{name}-{hash}.{ending}"),
            body: Prebuilt::new(Bytes::from_static(content), HeaderValue::from_static(kind)),
        }
    }
}

/// The address of the stylesheet.
pub fn style() -> &'static str {
    &STYLE.href
}

/// The address of the mark.
pub fn mark() -> &'static str {
    &MARK.href
}

/// `GET /assets/{file}`.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/assets/{file}", get(serve))
}

async fn serve(Path(_): Path<String>, OriginalUri(uri): OriginalUri, headers: HeaderMap) -> Response {
    match [&STYLE, &MARK].into_iter().find(|asset| asset.href == uri.path()) {
        Some(asset) => ([(header::CACHE_CONTROL, FOREVER)], asset.body.respond(&headers)).into_response(),
        None => Face::of(&uri, &headers).not_found(),
    }
}
