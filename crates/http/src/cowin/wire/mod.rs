//! The CoWIN wire, field for field: names, JSON types and order as real clients parse them.
//!
//! Requests are lenient and all-optional, so that the use case answers a missing field with its own code. Responses are
//! exact: strings where CoWIN sent strings, integers where it sent integers. Nothing here is a domain type.

pub mod appointment;
pub mod auth;
pub mod availability;
pub mod beneficiary;
pub mod certificate;
pub mod metadata;
pub mod report;
pub mod vaccinator;

use axum::response::{IntoResponse, Response};
use http::header;
use serde::Serialize;

use crate::body::to_body;
use crate::cowin::error::CowinError;

/// The body of 400, 404, 409, 429 and 5xx.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct ErrorBody<'a> {
    #[serde(rename = "errorCode")]
    pub error_code: &'a str,
    pub error: &'a str,
}

/// A 200 answer of the CoWIN-compatible API.
#[derive(Debug, Clone, Copy)]
pub struct Answer<T>(pub T);

impl<T: Serialize> IntoResponse for Answer<T> {
    fn into_response(self) -> Response {
        match to_body(&self.0) {
            Some(body) => ([(header::CONTENT_TYPE, "application/json; charset=utf-8")], body).into_response(),
            None => CowinError::INTERNAL.into_response(),
        }
    }
}

/// The cache lifetime that CoWIN printed into lists, in hours; clients require the field.
pub const TTL: u32 = 24;

/// Asserts that `value` serialises to exactly `json`, blanks and line breaks outside strings aside.
#[cfg(test)]
fn assert_wire<T: Serialize>(value: &T, json: &str) {
    let compact: serde_json::Value = serde_json::from_str(json).expect("the expected JSON is valid");
    let ours = serde_json::to_string(value).expect("wire structs serialise");
    assert_eq!(serde_json::from_str::<serde_json::Value>(&ours).unwrap(), compact);
    let mut keys = json.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let mut sent = ours.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    keys.retain(|c| c != '\\');
    sent.retain(|c| c != '\\');
    assert_eq!(sent, keys, "field order");
}
