#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
//! No oracle before authentication: known and unknown get the same status, headers, body, size and time.
//!
//! That they also cost the same statements and key operations is tested exactly, without a clock, in `app`
//! (`tests/login/no_oracle.rs` and `tests/vaccination/staff.rs`); the time here is the cross-check over the whole path.

use std::collections::BTreeSet;
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::middleware::{self, Next};
use axum::response::Response;
use http_body_util::BodyExt;
use pramaan_app::beneficiary::Registration;
use pramaan_app::budget::{Budget, OtpBudgets, Widths};
use pramaan_app::partner::PartnerKind;
use pramaan_app::testing::{Setup, TestApp};
use pramaan_app::{Comorbidity, Face, StaffRole};
use pramaan_domain::birth::BirthYear;
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::gender::Gender;
use pramaan_domain::name::PersonName;
use pramaan_http::router::api;
use pramaan_testkit::sized;
use serde_json::{Value, json};
use tower::ServiceExt;

/// What chance leaves of two equal distributions: four standard deviations at a thousand requests of each.
const TOLERANCE: f64 = 0.05;

const KNOWN: &str = "9812345670";
const UNKNOWN: &str = "9812345671";

/// Requests of each kind in one measurement.
fn requests() -> usize {
    sized(1_000, 5_000)
}

/// An odd number: most of them decide.
fn measurements() -> usize {
    sized(3, 9)
}

struct Server {
    test: TestApp,
    router: Router,
    facility: String,
    aggregator: String,
}

async fn start() -> Server {
    let wide = Budget::new(10_000_000, 600);
    let setup = Setup {
        otp_budgets: OtpBudgets {
            asking: Widths::all(wide),
            guessing: Widths::all(wide),
            nation: wide,
            nation_parts: 1,
            ..OtpBudgets::default()
        },
        ..Setup::default()
    };
    let test = TestApp::on_sqlite(setup).await;
    let kind = PartnerKind::Facility { centre: 561_001 };
    let facility = test.app.add_partner("Fort Clinic", kind).await.unwrap().1;
    let aggregator = test.app.add_partner("Arogya", PartnerKind::Aggregator);
    let aggregator = aggregator.await.unwrap().1;
    let router = api().with_state(test.app.clone());
    Server {
        test,
        router,
        facility,
        aggregator,
    }
}

async fn register(test: &TestApp, mobile: &str, document: &str) -> String {
    let citizen = test.citizen(mobile).await;
    let registration = Registration {
        name: PersonName::parse("Asha Devi").unwrap(),
        birth_year: BirthYear::parse("1980", test.app.today()).unwrap(),
        birth_date: None,
        gender: Gender::Female,
        document_type: DocumentType::Passport,
        document_number: DocumentNumber::parse(document).unwrap(),
        comorbidity: Comorbidity::None,
        consent_version: "1".to_owned(),
    };
    let id = test.app.register(&citizen, registration).await.unwrap();
    id.to_string()
}

fn ask(mobile: &str) -> Request {
    Request::post("/v2/auth/generateMobileOTP")
        .header("content-type", "application/json")
        .body(Body::from(json!({ "mobile": mobile }).to_string()))
        .unwrap()
}

/// Known and unknown numbers, each asked once a measurement, so that their budgets are alike too.
fn numbers() -> Vec<(String, Kind)> {
    let of = |kind, first: u64| (0..requests() as u64).map(move |n| (format!("{}", first + n), kind));
    of(Kind::Known, 9_100_000_000)
        .chain(of(Kind::Unknown, 9_200_000_000))
        .collect()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Known,
    Unknown,
}

/// Shuffled anew each time, by a small generator of its own (xorshift): neighbours in time are of any kind.
fn shuffled(mut numbers: Vec<(String, Kind)>, seed: u64) -> Vec<(String, Kind)> {
    let mut state = 0x9e37_79b9_7f4a_7c15 ^ seed;
    for last in (1..numbers.len()).rev() {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        numbers.swap(last, usize::try_from(state % (last as u64 + 1)).unwrap());
    }
    numbers
}

/// Where somebody who knows nothing but a number may knock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Door {
    Asking,
    /// With a wrong code.
    Guessing,
}

fn guess(txn: &Value) -> Request {
    Request::post("/v2/auth/validateMobileOtp")
        .header("content-type", "application/json")
        .body(Body::from(
            json!({"otp": "0".repeat(64), "txnId": txn}).to_string(),
        ))
        .unwrap()
}

async fn answer(router: &Router, request: Request) -> axum::body::Bytes {
    let response = router.clone().oneshot(request).await.unwrap();
    response.into_body().collect().await.unwrap().to_bytes()
}

/// The probability that a known number takes longer than an unknown one: 0.5 when nothing can be told.
async fn measure(router: &Router, door: Door, seed: u64) -> f64 {
    let mut asked = Vec::new();
    for (mobile, kind) in shuffled(numbers(), seed) {
        let request = match door {
            Door::Asking => ask(&mobile),
            Door::Guessing => {
                let sent: Value = serde_json::from_slice(&answer(router, ask(&mobile)).await).unwrap();
                guess(&sent["txnId"])
            }
        };
        asked.push((request, kind));
    }
    let (mut times, mut sizes) = (Vec::with_capacity(asked.len()), BTreeSet::new());
    for (request, kind) in asked {
        let begun = Instant::now();
        let body = answer(router, request).await;
        times.push((begun.elapsed(), kind));
        sizes.insert(body.len());
    }
    assert_eq!(sizes.len(), 1, "{door:?}: {sizes:?}");
    times.sort_by_key(|(time, _)| *time);
    let ranks = times.iter().enumerate();
    let known = ranks.filter(|(_, (_, kind))| *kind == Kind::Known);
    let sum: f64 = known.map(|(rank, _)| rank as f64 + 1.0).sum();
    let n = requests() as f64;
    (sum - n * (n + 1.0) / 2.0) / (n * n)
}

/// Whether most of the measurements tell the kinds apart.
async fn told_apart(router: &Router, door: Door) -> (bool, Vec<f64>) {
    let mut areas = Vec::new();
    for seed in 1..=measurements() as u64 {
        areas.push(measure(router, door, seed).await);
    }
    let apart = areas.iter().filter(|area| (**area - 0.5).abs() > TOLERANCE);
    (2 * apart.count() > measurements(), areas)
}

#[tokio::test]
async fn known_and_unknown_are_one() {
    let server = start().await;
    for (number, (mobile, kind)) in numbers().into_iter().enumerate() {
        if kind == Kind::Known {
            register(&server.test, &mobile, &format!("K{number:07}")).await;
        }
    }
    // Every number has been asked for once, so that no measurement differs from the others in what it writes.
    measure(&server.router, Door::Asking, 99).await;
    for door in [Door::Asking, Door::Guessing] {
        let (apart, areas) = told_apart(&server.router, door).await;
        assert!(!apart, "{door:?}: the time tells who is known: {areas:?}");
    }

    let slower = server
        .router
        .clone()
        .layer(middleware::from_fn(a_third_longer_for_the_known));
    let (apart, areas) = told_apart(&slower, Door::Asking).await;
    assert!(
        apart,
        "a path that is 30 % slower must be seen, or the test above shows nothing: {areas:?}"
    );
}

/// The planted oracle: 30 % more time for numbers that are known.
async fn a_third_longer_for_the_known(request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let (parts, body) = request.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let is_known = body.windows(4).any(|window| window == b"\"910");
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    if is_known {
        let until = begun.elapsed().mul_f64(1.3);
        while begun.elapsed() < until {
            std::hint::spin_loop();
        }
    }
    response
}

type Headers<'h> = &'h [(&'h str, &'h str)];

/// All that a stranger sees of an answer.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    status: u16,
    headers: Vec<(String, String)>,
    size: usize,
    body: String,
}

impl Server {
    async fn see(&self, method: &str, path: &str, headers: Headers<'_>, body: Option<Value>) -> Seen {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        let response = self
            .router
            .clone()
            .oneshot(request.body(body).unwrap())
            .await
            .unwrap();
        let status = response.status().as_u16();
        let mut headers: Vec<_> = response
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
            .collect();
        headers.sort();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        Seen {
            status,
            headers,
            size: bytes.len(),
            body: blurred(std::str::from_utf8(&bytes).unwrap()),
        }
    }

    async fn bearer(&self, mobile: &str) -> String {
        format!(
            "Bearer {}",
            self.test.login(mobile, Face::Portal).await.unwrap().token
        )
    }
}

/// With a mark for each digit and each letter of a random id, so that only shape and words remain.
fn blurred(body: &str) -> String {
    let Ok(Value::Object(object)) = serde_json::from_str(body) else {
        return body.to_owned();
    };
    let random = ["txnId", "beneficiary_reference_id", "token"];
    let blur = |(key, value): (String, Value)| match random.contains(&key.as_str()) {
        true => (key, json!("RANDOM")),
        false => (key, value),
    };
    json!(object.into_iter().map(blur).collect::<serde_json::Map<_, _>>()).to_string()
}

#[tokio::test]
async fn a_mobile_is_answered_alike_whether_known_or_not() {
    let server = start().await;
    register(&server.test, KNOWN, "Z1234567").await;
    let key = server.aggregator.clone();
    let doors: [(&str, &str, &str, Headers<'_>); 4] = [
        (
            "/v2/auth/public/generateOTP",
            "/v2/auth/public/confirmOTP",
            "mobile",
            &[],
        ),
        (
            "/v2/auth/generateMobileOTP",
            "/v2/auth/validateMobileOtp",
            "mobile",
            &[],
        ),
        (
            "/v2/auth/generateOTP",
            "/v2/auth/confirmOTP",
            "mobile",
            &[("x-api-key", &key)],
        ),
        (
            "/v3/vaccination/generateOTP",
            "/v3/vaccination/confirmOTP",
            "mobile_number",
            &[],
        ),
    ];
    for (generate, confirm, field, headers) in doors {
        let mut seen = Vec::new();
        for mobile in [KNOWN, UNKNOWN] {
            let asked = server
                .see("POST", generate, headers, Some(json!({ field: mobile })))
                .await;
            assert_eq!(asked.status, 200);
            let raw = Request::post(generate).header("content-type", "application/json");
            let raw = headers
                .iter()
                .fold(raw, |raw, (name, value)| raw.header(*name, *value));
            let raw = raw
                .body(Body::from(json!({ field: mobile }).to_string()))
                .unwrap();
            let response = server.router.clone().oneshot(raw).await.unwrap();
            let bytes = response.into_body().collect().await.unwrap().to_bytes();
            let txn = serde_json::from_slice::<Value>(&bytes).unwrap()["txnId"].clone();
            let wrong = json!({"otp": "0".repeat(64), "txnId": txn});
            let mut guesses = Vec::new();
            for _ in 0..4 {
                guesses.push(server.see("POST", confirm, headers, Some(wrong.clone())).await);
            }
            seen.push((asked, guesses));
        }
        assert_eq!(seen[0], seen[1], "{generate}");
    }
}

#[tokio::test]
async fn a_document_is_answered_alike_whether_registered_before_or_not() {
    let server = start().await;
    register(&server.test, KNOWN, "Z1234567").await;
    let bearer = server.bearer(UNKNOWN).await;
    let mut seen = Vec::new();
    for document in ["Z1234567", "Z7654321"] {
        let body = json!({"name": "Somebody", "birth_year": "1980", "gender_id": 1, "photo_id_type": 8,
            "photo_id_number": document, "comorbidity_ind": "N", "consent_version": "1"});
        let path = "/v2/registration/beneficiary/new";
        let headers = [("authorization", bearer.as_str())];
        seen.push(server.see("POST", path, &headers, Some(body)).await);
    }
    assert_eq!(seen[0].status, 200);
    assert_eq!(seen[0], seen[1]);
}

#[tokio::test]
async fn an_id_is_answered_alike_whether_it_names_somebody_or_not() {
    let server = start().await;
    let known = register(&server.test, KNOWN, "Z1234567").await;
    let unknown = "71234567890123".to_owned();
    let other = server.bearer(UNKNOWN).await;
    let none: &[(&str, &str)] = &[];
    let stranger: &[(&str, &str)] = &[("authorization", &other)];
    let keyed: &[(&str, &str)] = &[("x-api-key", &server.facility), ("x-secret-code", "1234")];
    for headers in [none, stranger, keyed] {
        for path in [
            "/v2/registration/certificate/download?beneficiary_reference_id=",
            "/v2/registration/certificate/public/download?beneficiary_reference_id=",
            "/v2/vaccinator/beneficiaries/findByReferenceId?beneficiary_reference_id=",
            "/v2/vaccinator/certificate/download?beneficiary_reference_id=",
            "/v2/vaccinator/beneficiaries/findByMobile?mobile_number=",
        ] {
            let mut seen = Vec::new();
            for id in [&known, &unknown] {
                seen.push(server.see("GET", &format!("{path}{id}"), headers, None).await);
            }
            assert!(seen[0].status >= 400, "{path}");
            assert_eq!(seen[0], seen[1], "{path}");
        }
        let path = "/v2/registration/beneficiary/delete";
        let mut seen = Vec::new();
        for id in [&known, &unknown] {
            let body = json!({ "beneficiary_reference_id": id });
            seen.push(server.see("POST", path, headers, Some(body)).await);
        }
        assert!(seen[0].status >= 400);
        assert_eq!(seen[0], seen[1], "{path}");
    }
}

#[tokio::test]
async fn a_key_is_refused_alike_whatever_is_wrong_with_it() {
    let server = start().await;
    let nearly = {
        let mut key = server.aggregator.clone();
        let last = if key.ends_with('0') { '1' } else { '0' };
        key.pop();
        key.push(last);
        key
    };
    let upper = server.aggregator.to_uppercase();
    let keys = [nearly.as_str(), upper.as_str(), "x", "", &server.facility];
    let path = "/v2/auth/generateOTP";
    let body = json!({ "mobile": KNOWN });
    let mut seen = Vec::new();
    for key in keys {
        seen.push(
            server
                .see("POST", path, &[("x-api-key", key)], Some(body.clone()))
                .await,
        );
    }
    seen.push(server.see("POST", path, &[], Some(body)).await);
    assert_eq!(seen[0].status, 403);
    seen.dedup();
    assert_eq!(seen.len(), 1, "{seen:?}");
}

#[tokio::test]
async fn a_staff_login_is_refused_alike_whoever_is_named() {
    let server = start().await;
    let centres = "id,name,address,district_id,pincode,opens,closes,kind\n\
        561001,Fort Clinic,Bora Bazar,395,400001,09:00,17:00,government\n";
    let bad = pramaan_app::import::Bad::RefusesAll;
    pramaan_app::import::centres(&server.test.app, centres.as_bytes(), bad, &mut |_, _| {})
        .await
        .unwrap();
    let enrolled = server
        .test
        .invite("MH-0001", StaffRole::Vaccinator, Some(561_001))
        .await;
    server.test.enrol(&enrolled.token).await;
    server
        .test
        .invite("MH-0002", StaffRole::Vaccinator, Some(561_001))
        .await;
    let mut seen = Vec::new();
    for code in ["MH-0001", "MH-0002", "MH-9999", "no code at all", ""] {
        let body = json!({"code": code, "password": "wrong password", "totp": "123456"});
        let headers = [("x-api-key", server.facility.as_str())];
        seen.push(
            server
                .see("POST", "/v2/vaccinator/auth/login", &headers, Some(body))
                .await,
        );
    }
    assert!(seen[0].status >= 400);
    seen.dedup();
    assert_eq!(seen.len(), 1, "{seen:?}");
}
