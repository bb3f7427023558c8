//! The JSON body extractor, as lenient about labels as CoWIN was and strict about size and syntax.
//!
//! It does *not* judge values: request structs of `cowin::wire` have optional fields, so that a missing one is answered
//! by the use case with CoWIN's code for it.

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, header};
use http_body_util::{BodyExt, Limited};
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use crate::cowin::error::{CowinError, code};

/// The largest request body of any face, in bytes.
pub const MAX_BODY: usize = 64 * 1024;

/// A JSON body read into `T`, under any `Content-Type` or none.
///
/// `text/plain` is the exception: CoWIN did not parse it, and clients see "OTP is Required" there. It is read as an
/// empty object, as is an empty body.
#[derive(Debug, Clone, Copy)]
pub struct Json<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = CowinError;

    async fn from_request(request: Request, _: &S) -> Result<Self, CowinError> {
        let plain = is_plain_text(request.headers());
        let bytes = collect(request).await?;
        if plain || bytes.trim_ascii().is_empty() {
            return parse(b"{}").map(Self);
        }
        parse(&bytes).map(Self)
    }
}

/// Reads a whole body of at most [`MAX_BODY`] bytes.
///
/// # Errors
/// 413 when it is longer, 400 when the connection broke off.
pub async fn collect(request: Request) -> Result<Bytes, CowinError> {
    if announced(request.headers()).is_some_and(|length| length > MAX_BODY as u64) {
        return Err(code::PAYLOAD_TOO_LARGE.into());
    }
    match Limited::new(request.into_body(), MAX_BODY).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<http_body_util::LengthLimitError>() => Err(code::PAYLOAD_TOO_LARGE.into()),
        Err(_) => Err(code::MALFORMED_JSON.because("The request body broke off before its end".to_owned())),
    }
}

/// A JSON response body; `None` when `value` cannot be serialised, which no type of `cowin::wire` can bring about.
pub(crate) fn to_body<T: serde::Serialize>(value: &T) -> Option<Body> {
    serde_json::to_vec(value).ok().map(Body::from)
}

fn announced(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn is_plain_text(headers: &HeaderMap) -> bool {
    let value = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("");
    let essence = value.split(';').next().unwrap_or("").trim();
    essence.eq_ignore_ascii_case("text/plain")
}

/// The error tells where, never what: values of a body are personal.
pub(crate) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, CowinError> {
    if !bytes.trim_ascii_start().starts_with(b"{") {
        return Err(code::MALFORMED_JSON.into());
    }
    serde_json::from_slice(bytes).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        match error.classify() {
            Category::Data => code::MALFORMED_VALUE.because(format!(
                "A field of the body has the wrong type, before line {line} column {column}"
            )),
            _ => code::MALFORMED_JSON.because(format!(
                "The body is not valid JSON at line {line} column {column}"
            )),
        }
    })
}
