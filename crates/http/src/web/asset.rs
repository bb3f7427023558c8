//! The stylesheet, the mark and the scripts, served under names that change with their content.

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

static LOCK: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new(
        "lock",
        "js",
        "text/javascript; charset=utf-8",
        include_bytes!("../../assets/lock.js"),
    )
});

static STAY: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new(
        "stay",
        "js",
        "text/javascript; charset=utf-8",
        include_bytes!("../../assets/stay.js"),
    )
});

static DAY: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new(
        "day",
        "js",
        "text/javascript; charset=utf-8",
        include_bytes!("../../assets/day.js"),
    )
});

static OFFLINE: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new(
        "offline",
        "js",
        "text/javascript; charset=utf-8",
        include_bytes!("../../assets/offline.js"),
    )
});

static EXTRACT: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new(
        "extract",
        "js",
        "text/javascript; charset=utf-8",
        include_bytes!("../../assets/extract.js"),
    )
});

static ACCESSES: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new(
        "accesses",
        "js",
        "text/javascript; charset=utf-8",
        include_bytes!("../../assets/accesses.js"),
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

/// The address of the script that covers a shared device.
pub fn lock() -> &'static str {
    &LOCK.href
}

/// The address of the script that announces the end of a login.
pub fn stay() -> &'static str {
    &STAY.href
}

/// The address of the script that keeps the screen of the day fresh.
pub fn day() -> &'static str {
    &DAY.href
}

/// The address of the script of the page that works without a line.
pub fn offline() -> &'static str {
    &OFFLINE.href
}

/// The address of the script that checks a person's extract.
pub fn extract() -> &'static str {
    &EXTRACT.href
}

/// The address of the script of the page on which an extract is checked.
pub fn accesses() -> &'static str {
    &ACCESSES.href
}

/// `GET /assets/{file}`.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/assets/{file}", get(serve))
}

async fn serve(Path(_): Path<String>, OriginalUri(uri): OriginalUri, headers: HeaderMap) -> Response {
    match [&STYLE, &MARK, &LOCK, &STAY, &OFFLINE, &DAY, &EXTRACT, &ACCESSES]
        .into_iter()
        .find(|asset| asset.href == uri.path())
    {
        // The same in every language: a worker that asks in another must not make the pages ask for it again.
        Some(asset) => {
            let kept = [
                (header::CACHE_CONTROL, FOREVER),
                (header::VARY, HeaderValue::from_static("accept-encoding")),
            ];
            (kept, asset.body.respond(&headers)).into_response()
        }
        None => Face::of(&uri, &headers).not_found(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    const CSS: &str = include_str!("../../assets/pramaan.css");

    /// Relative luminance of WCAG 2.2 for `#rrggbb`.
    fn luminance(colour: &str) -> f64 {
        let channel = |at: usize| {
            let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
            if value <= 0.040_45 {
                value / 12.92
            } else {
                ((value + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    }

    fn contrast(one: &str, other: &str) -> f64 {
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    /// The palette of light (first `:root`) and dark (second).
    fn palettes() -> Vec<HashMap<&'static str, &'static str>> {
        let blocks = CSS
            .split(":root {")
            .skip(1)
            .map(|rest| rest.split('}').next().unwrap());
        let pairs = |block: &'static str| {
            let all = block
                .split(';')
                .filter_map(|pair| pair.trim().strip_prefix("--")?.split_once(": "));
            all.collect::<HashMap<_, _>>()
        };
        blocks.map(pairs).collect()
    }

    #[test]
    fn every_text_and_every_edge_can_be_seen() {
        let [light, dark] = palettes().try_into().expect("two palettes");
        let dark = light.clone().into_iter().chain(dark).collect::<HashMap<_, _>>();
        for palette in [light, dark] {
            for paper in ["paper", "card"] {
                for text in ["ink", "quiet", "brand", "brand-deep", "wrong"] {
                    let found = contrast(palette[text], palette[paper]);
                    assert!(found >= 7.0, "{text} on {paper}: {found:.2}");
                }
                let edge = contrast(palette["line"], palette[paper]);
                assert!(edge >= 3.0, "line on {paper}: {edge:.2}");
            }
            for (text, paper) in [
                ("on-brand", "brand"),
                ("on-brand", "brand-deep"),
                ("ink", "tint"),
                ("brand-deep", "tint"),
                ("ink", "care-tint"),
                ("ink", "wrong-tint"),
                ("wrong", "wrong-tint"),
                ("on-focus", "focus"),
                ("paper", "wrong"),
            ] {
                let found = contrast(palette[text], palette[paper]);
                assert!(found >= 7.0, "{text} on {paper}: {found:.2}");
            }
        }
    }
}
