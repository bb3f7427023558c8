//! Parsers of what anybody can send, as plain functions of bytes: for the fuzz targets of `pramaan-fuzz`.
//!
//! Each panics when an input is taken for something that it is not, and answers whether it was read; a refusal is right.

use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderValue};
use serde::de::DeserializeOwned;

use crate::cowin::wire::{appointment, auth, availability, beneficiary, certificate, report, vaccinator};
use crate::web::cookie::{self, HostCookie, Lifetime};
use crate::web::staff;
use crate::{body, cowin, multipart, pairs};

/// A body of the CoWIN-compatible API, read as each of its requests. An error never repeats what was sent.
pub fn bodies(bytes: &[u8]) -> bool {
    let read = [
        body::<auth::GenerateOtp>(bytes),
        body::<auth::GenerateStatusOtp>(bytes),
        body::<auth::ConfirmOtp>(bytes),
        body::<beneficiary::NewBeneficiary>(bytes),
        body::<beneficiary::DeleteBeneficiary>(bytes),
        body::<appointment::Schedule>(bytes),
        body::<appointment::Reschedule>(bytes),
        body::<appointment::Cancel>(bytes),
        body::<vaccinator::Login>(bytes),
        body::<vaccinator::Vaccinate>(bytes),
    ];
    read.contains(&true)
}

fn body<T: DeserializeOwned>(bytes: &[u8]) -> bool {
    let read = body::parse::<T>(bytes);
    if let Err(refused) = &read {
        assert!(
            refused.status().is_client_error(),
            "bad input is the client's error"
        );
    }
    read.is_ok()
}

/// A query string, read as each of the API's.
pub fn queries(bytes: &[u8]) -> bool {
    let Ok(raw) = std::str::from_utf8(bytes) else {
        return false;
    };
    if let Some(value) = pairs::first(raw, "csrf") {
        assert!(!value.is_empty(), "an empty value counts as absent");
    }
    let read = [
        pairs::from_pairs::<availability::ByPin>(raw).is_ok(),
        pairs::from_pairs::<availability::ByDistrict>(raw).is_ok(),
        pairs::from_pairs::<availability::ByCentre>(raw).is_ok(),
        pairs::from_pairs::<availability::ByLatLong>(raw).is_ok(),
        pairs::from_pairs::<appointment::Slip>(raw).is_ok(),
        pairs::from_pairs::<certificate::CertificateOf>(raw).is_ok(),
        pairs::from_pairs::<report::ReportOf>(raw).is_ok(),
        pairs::from_pairs::<vaccinator::Find>(raw).is_ok(),
    ];
    read.contains(&true)
}

/// A form with a file; the first line is its `Content-Type`.
pub fn forms(bytes: &[u8]) -> bool {
    let mut halves = bytes.splitn(2, |byte| *byte == b'\n');
    let (Some(kind), Some(body)) = (halves.next(), halves.next()) else {
        return false;
    };
    let Some(boundary) = std::str::from_utf8(kind).ok().and_then(multipart::boundary) else {
        return false;
    };
    let parts = multipart::parse(boundary, body);
    for part in parts.iter().flatten() {
        let content = &part.content;
        let within = content.is_empty()
            || body
                .windows(content.len())
                .any(|window| window == content.as_slice());
        assert!(within, "the content of a part is a piece of the body");
    }
    parts.is_some()
}

/// A `Cookie` header. What is read from it and set again is one cookie, whatever is in it.
pub fn cookies(bytes: &[u8]) -> bool {
    const SESSION: HostCookie = HostCookie::new("session");
    let Ok(value) = HeaderValue::from_bytes(bytes) else {
        return false;
    };
    let headers = HeaderMap::from_iter([(COOKIE, value)]);
    let read = cookie::read(&headers, SESSION);
    if let Some(read) = read {
        let set = SESSION.set(read, Lifetime::UntilBrowserCloses);
        let answer = HeaderMap::from_iter([(SET_COOKIE, set)]);
        let text = answer.get(SET_COOKIE).and_then(|set| set.to_str().ok());
        let semicolons = text.map(|text| text.matches(';').count());
        assert!(
            matches!(semicolons, Some(4 | 5)),
            "one cookie with its attributes"
        );
    }
    read.is_some()
}

/// The fields of an entry that a phone kept without a line; whether it is a dose.
pub fn held_entries(bytes: &[u8]) -> bool {
    staff::fuzz::held_entries(bytes)
}

/// A sheet of paper that was typed in; whether its lines are doses.
pub fn paper_sheets(bytes: &[u8]) -> bool {
    staff::fuzz::paper_sheets(bytes)
}

/// A date of the wire. One that is read is printed so that it is read again as itself.
pub fn dates(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return false;
    };
    let read = cowin::date::parse(text).ok();
    if let Some(date) = read {
        assert_eq!(cowin::date::parse(&cowin::date::print(date)).ok(), Some(date));
    }
    read.is_some()
}
