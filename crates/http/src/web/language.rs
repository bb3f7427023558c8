//! The language switch: a plain link that remembers the choice and returns to where the reader was.

use axum::Router;
use axum::extract::Path;
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use axum::routing::get;
use http::{HeaderMap, Uri, header};
use serde::Deserialize;

use super::cookie::Lifetime;
use super::i18n::{LANGUAGE_COOKIE, Locale};
use crate::cowin::error::CowinError;
use crate::face::Face;
use crate::query::Query;

const YEAR: Lifetime = Lifetime::Seconds(31_536_000);

#[derive(Debug, Deserialize)]
struct Back {
    next: Option<String>,
}

/// `GET /language/{tag}?next=/path`.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/language/{tag}", get(switch))
}

/// The address that switches to `locale` and comes back to `here`, a path with its query.
pub(super) fn href(locale: Locale, here: &str) -> String {
    format!("/language/{}?next={}", locale.tag(), query_value(here))
}

/// A path with its query, written as the value of a query parameter.
pub(super) fn query_value(path: &str) -> String {
    let mut value = String::new();
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' => {
                value.push(char::from(byte))
            }
            other => value.push_str(&format!("%{other:02X}")),
        }
    }
    value
}

async fn switch(
    Path(tag): Path<String>,
    back: Result<Query<Back>, CowinError>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let Some(locale) = Locale::parse(&tag) else {
        return Face::of(&uri, &headers).not_found();
    };
    let next = back
        .ok()
        .and_then(|Query(back)| back.next)
        .filter(|next| is_ours(next));
    let cookie = AppendHeaders([(header::SET_COOKIE, LANGUAGE_COOKIE.set(locale.tag(), YEAR))]);
    (cookie, Redirect::to(next.as_deref().unwrap_or("/"))).into_response()
}

/// A path of this site, and nothing that a browser could read as another host.
pub(super) fn is_ours(next: &str) -> bool {
    next.starts_with('/')
        && !next.starts_with("//")
        && next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_to_another_site() {
        for elsewhere in [
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "evil",
            "",
            "/a\r\nb",
            "/\t/x",
        ] {
            assert!(!is_ours(elsewhere), "{elsewhere:?}");
        }
        assert!(is_ours("/book?pincode=400001&date=01-02-2021"));
    }

    #[test]
    fn the_way_back_survives_encoding() {
        assert_eq!(
            href(Locale::Hi, "/a?b=c&d=1"),
            "/language/hi?next=/a%3Fb%3Dc%26d%3D1"
        );
    }
}
