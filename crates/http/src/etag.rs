//! Bodies that are built once and answered many times: weak ETag, 304, and a gzip variant made on first demand.
//!
//! It is *not* a cache: who keeps a [`Prebuilt`], for how long and within how many bytes is its owner's business.

use std::io::Write as _;
use std::sync::OnceLock;

use axum::body::Body;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use sha2::{Digest, Sha256};

/// Below this many bytes compression saves no packet.
const WORTH_COMPRESSING: usize = 860;

/// Type, encoding, validator, `Vary`, and the two of CORS.
const HEADERS: usize = 6;

/// An immutable body with its validator.
#[derive(Debug)]
pub struct Prebuilt {
    identity: Bytes,
    gzip: OnceLock<Option<Bytes>>,
    etag: HeaderValue,
    content_type: HeaderValue,
}

impl Prebuilt {
    pub fn json(body: impl Into<Bytes>) -> Self {
        Self::new(
            body.into(),
            HeaderValue::from_static("application/json; charset=utf-8"),
        )
    }

    pub fn new(identity: Bytes, content_type: HeaderValue) -> Self {
        let etag = etag(&identity);
        Self {
            identity,
            gzip: OnceLock::new(),
            etag,
            content_type,
        }
    }

    pub fn identity(&self) -> &Bytes {
        &self.identity
    }

    /// Bytes to charge against a cache's cap, the gzip variant included: JSON shrinks to less than a quarter.
    pub fn weight(&self) -> usize {
        self.identity.len() + self.identity.len() / 4 + size_of::<Self>()
    }

    /// The answer to a request with these headers: 304 when its validator matches, else 200.
    pub fn respond(&self, request: &HeaderMap) -> Response {
        self.answer(request).map(Body::from)
    }

    /// The same, not yet a stream.
    pub fn answer(&self, request: &HeaderMap) -> http::Response<Bytes> {
        let mut response = if matches(request, &self.etag) {
            Self::not_modified()
        } else {
            self.full(request)
        };
        let headers = response.headers_mut();
        headers.insert(header::ETAG, self.etag.clone());
        headers.insert(
            header::VARY,
            HeaderValue::from_static("accept-encoding, accept-language"),
        );
        response
    }

    fn not_modified() -> http::Response<Bytes> {
        let mut response = http::Response::new(Bytes::new());
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        response
    }

    fn full(&self, request: &HeaderMap) -> http::Response<Bytes> {
        let gzip = if accepts_gzip(request) { self.gzip() } else { None };
        let encoded = gzip.is_some();
        let mut response = http::Response::new(gzip.unwrap_or_else(|| self.identity.clone()));
        let headers = response.headers_mut();
        // One allocation for these, and for what the face adds.
        headers.reserve(HEADERS);
        headers.insert(header::CONTENT_TYPE, self.content_type.clone());
        if encoded {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        response
    }

    fn gzip(&self) -> Option<Bytes> {
        if self.identity.len() < WORTH_COMPRESSING {
            return None;
        }
        self.gzip.get_or_init(|| compress(&self.identity)).clone()
    }
}

fn compress(body: &[u8]) -> Option<Bytes> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(body).ok()?;
    encoder
        .finish()
        .ok()
        .map(Bytes::from)
        .filter(|gzip| gzip.len() < body.len())
}

/// `W/"<length>-<hash>"`, the form of Express, which CoWIN ran on.
fn etag(body: &[u8]) -> HeaderValue {
    let digest = Sha256::digest(body);
    let hash = URL_SAFE_NO_PAD.encode(digest.first_chunk::<18>().copied().unwrap_or_default());
    HeaderValue::try_from(format!("W/\"{:x}-{hash}\"", body.len()))
        .unwrap_or(HeaderValue::from_static("W/\"0\""))
}

/// Weak comparison of `If-None-Match`, as RFC 9110 section 13.1.2 has it.
fn matches(request: &HeaderMap, etag: &HeaderValue) -> bool {
    fn opaque(tag: &str) -> &str {
        tag.trim().trim_start_matches("W/")
    }
    let ours = opaque(etag.to_str().unwrap_or(""));
    request
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .any(|value| value.trim() == "*" || value.split(',').any(|tag| opaque(tag) == ours))
}

/// Whether `Accept-Encoding` allows gzip: named without `q=0`, or covered by `*`.
fn accepts_gzip(request: &HeaderMap) -> bool {
    let mut any = false;
    for value in request
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
    {
        for item in value.split(',') {
            let (name, parameters) = item.split_once(';').unwrap_or((item, ""));
            let quality = parameters
                .trim()
                .strip_prefix("q=")
                .map_or(1.0, |q| q.trim().parse().unwrap_or(0.0));
            match name.trim() {
                name if name.eq_ignore_ascii_case("gzip") => return quality > 0.0,
                "*" => any = quality > 0.0,
                _ => {}
            }
        }
    }
    any
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::BodyExt;
    use std::io::Read as _;

    fn headers(name: header::HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
    }

    fn large() -> Prebuilt {
        Prebuilt::json(format!("{{\"centers\":[{}]}}", "0,".repeat(2_000)))
    }

    #[test]
    fn a_known_body_is_not_sent_again() {
        let body = Prebuilt::json("{\"sessions\":[]}");
        let etag = body.respond(&HeaderMap::new()).headers()[header::ETAG].clone();
        assert!(etag.to_str().unwrap().starts_with("W/\"f-"));
        for sent in [etag.clone(), HeaderValue::from_static("*")] {
            let response = body.respond(&HeaderMap::from_iter([(header::IF_NONE_MATCH, sent)]));
            assert_eq!(response.status(), 304);
            assert_eq!(response.headers()[header::ETAG], etag);
        }
        let strong = format!("\"x\", {}", etag.to_str().unwrap().trim_start_matches("W/"));
        let sent = HeaderMap::from_iter([(header::IF_NONE_MATCH, HeaderValue::try_from(strong).unwrap())]);
        assert_eq!(body.respond(&sent).status(), 304);
        assert_eq!(
            body.respond(&headers(header::IF_NONE_MATCH, "W/\"other\""))
                .status(),
            200
        );
    }

    #[tokio::test]
    async fn gzip_is_sent_to_those_who_take_it_and_holds_the_same_bytes() {
        let body = large();
        let response = body.respond(&headers(header::ACCEPT_ENCODING, "br;q=1.0, GZIP;q=0.5"));
        assert_eq!(response.headers()[header::CONTENT_ENCODING], "gzip");
        let sent = response.into_body().collect().await.unwrap().to_bytes();
        let mut text = String::new();
        flate2::read::GzDecoder::new(&sent[..])
            .read_to_string(&mut text)
            .unwrap();
        assert_eq!(text.as_bytes(), body.identity());
        assert!(body.weight() > sent.len() + text.len());
    }

    #[test]
    fn gzip_is_kept_from_those_who_do_not() {
        for value in ["identity", "gzip;q=0", "gzip;q=0, *", "*;q=0", "br"] {
            let response = large().respond(&headers(header::ACCEPT_ENCODING, value));
            assert!(
                !response.headers().contains_key(header::CONTENT_ENCODING),
                "{value}"
            );
            assert_eq!(
                response.headers()[header::VARY],
                "accept-encoding, accept-language"
            );
        }
        let small = Prebuilt::json("{}").respond(&headers(header::ACCEPT_ENCODING, "gzip"));
        assert!(!small.headers().contains_key(header::CONTENT_ENCODING));
    }
}
