//! The whole service over a real database, called the way CoWIN's clients call it.
//!
//! Paths begin with `/v1`, `/v2`, `/v3`; `/api` is put before them. Every call is remembered with its outcome, so that
//! a test may ask which endpoints were shown to succeed and to refuse.
#![allow(dead_code, reason = "each test binary uses a part")]

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use http::{HeaderMap, Method, Request, header, request};
use http_body_util::BodyExt;
use pramaan_app::import::{self, Bad};
use pramaan_app::partner::PartnerKind;
use pramaan_app::testing::{Setup, TestApp};
use pramaan_domain::time::Timestamp;
use pramaan_http::cowin::code::Code;
use pramaan_http::limit::{Budget, RequestLimit};
use pramaan_http::observe::Metrics;
use pramaan_http::router::{Manners, router};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tower::ServiceExt;

pub(crate) const ASHA: &str = "9876543210";
pub(crate) const OTHER: &str = "9876543211";
pub(crate) const NINE: &str = "09:00AM-11:00AM";
pub(crate) const ELEVEN: &str = "11:00AM-01:00PM";
pub(crate) const ONE: &str = "01:00PM-03:00PM";
pub(crate) const UNAUTHENTICATED: &str = "Unauthenticated access!";
pub(crate) const FIND: &str = "/v2/appointment/sessions/public/findByPin?pincode=400001&date=22-11-2026";

/// Now is 22 November 2026, 10:00. Fort Clinic is free and at work today, tomorrow and on the day of a second dose.
const CENTRES: &str = "\
id,name,address,district_id,block,pincode,latitude,longitude,opens,closes,kind,fees
561001,Fort Clinic,Bora Bazar,395,Ward A,400001,18.934600,72.837200,09:00,17:00,government,
561002,Fort Private,D N Road,395,Ward A,400001,18.940000,72.840000,09:00,17:00,private,COVISHIELD:780
561003,Pune Clinic,Camp,363,Camp,411001,18.516000,73.876000,09:00,17:00,government,
";
const SESSIONS: &str = "\
centre_id,date,vaccine,min_age,max_age,slots,seats
561001,2026-11-22,COVISHIELD,18,,09:00AM-11:00AM|11:00AM-01:00PM|01:00PM-03:00PM|03:00PM-06:00PM,1:online:5|2:online:2
561001,2026-11-23,COVAXIN,18,,09:00AM-11:00AM,1:online:1
561001,2027-02-14,COVISHIELD,18,,09:00AM-11:00AM|11:00AM-01:00PM,2:online:5
561002,2026-11-23,COVISHIELD,45,60,09:00AM-11:00AM,1:online:3
561003,2026-11-22,COVISHIELD,18,,11:00AM-01:00PM,1:online:9
";

pub(crate) struct Wire {
    pub(crate) test: TestApp,
    pub(crate) router: Router,
    /// A partner's key.
    pub(crate) key: String,
    documents: AtomicU32,
    shown: Mutex<BTreeSet<(String, Outcome)>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Outcome {
    Served,
    Refused,
}

impl Wire {
    pub(crate) async fn start() -> Self {
        let test = TestApp::on_sqlite(Setup::default()).await;
        let mut quiet = |_: usize, _: usize| {};
        let centres = import::centres(&test.app, CENTRES.as_bytes(), Bad::RefusesAll, &mut quiet).await;
        assert_eq!(centres.unwrap().added, 3);
        let sessions = import::sessions(&test.app, SESSIONS.as_bytes(), Bad::RefusesAll, &mut quiet).await;
        assert_eq!(sessions.unwrap().added, 5);
        test.app.refresh_availability().await.unwrap();
        let partner = test.app.add_partner("Arogya", PartnerKind::Aggregator);
        let (_, key) = partner.await.unwrap();
        let router = router(test.app.clone(), manners(), Router::new());
        Self {
            test,
            router,
            key,
            documents: AtomicU32::new(0),
            shown: Mutex::default(),
        }
    }

    pub(crate) fn get(&self, path: &str) -> Call<'_> {
        self.call(Method::GET, path)
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Call<'_> {
        self.call(Method::POST, path).body(body.to_string())
    }

    pub(crate) fn call(&self, method: Method, path: &str) -> Call<'_> {
        let bare = path.split('?').next().unwrap();
        Call {
            wire: self,
            shown: format!("{method} {bare}"),
            request: Request::builder().method(method).uri(format!("/api{path}")),
            body: Body::empty(),
        }
    }

    /// What was called, as `METHOD path`, and how it ended.
    pub(crate) fn shown(&self, endpoint: &str, outcome: Outcome) -> bool {
        let shown = self.shown.lock().unwrap();
        shown.contains(&(endpoint.to_owned(), outcome))
    }

    /// Asks for a code through the portal's door; answers the transaction.
    pub(crate) async fn generate(&self, mobile: &str) -> String {
        let call = self.post("/v2/auth/generateMobileOTP", &json!({"mobile": mobile}));
        text(&call.await_ok().await["txnId"])
    }

    /// A portal token.
    pub(crate) async fn login(&self, mobile: &str) -> String {
        let txn = self.generate(mobile).await;
        let body = json!({"otp": sha256(&self.test.code(mobile)), "txnId": txn});
        text(&self.post("/v2/auth/validateMobileOtp", &body).await_ok().await["token"])
    }

    /// A public token, for certificates only.
    pub(crate) async fn public_login(&self, mobile: &str) -> String {
        let call = self.post("/v2/auth/public/generateOTP", &json!({"mobile": mobile}));
        let txn = call.await_ok().await["txnId"].clone();
        let body = json!({"otp": sha256(&self.test.code(mobile)), "txnId": txn});
        text(&self.post("/v2/auth/public/confirmOTP", &body).await_ok().await["token"])
    }

    /// A form that is accepted as it is; each has its own document.
    pub(crate) fn form(&self) -> Value {
        let number = self.documents.fetch_add(1, Ordering::Relaxed);
        json!({"name": "Asha Devi", "birth_year": "1980", "gender_id": 2, "photo_id_type": 8,
            "photo_id_number": format!("P{:07}", 9_870_000 + number), "comorbidity_ind": "N", "consent_version": "1"})
    }

    pub(crate) async fn register(&self, token: &str) -> String {
        let call = self.post("/v2/registration/beneficiary/new", &self.form());
        text(&call.token(token).await_ok().await["beneficiary_reference_id"])
    }

    /// The first session of a centre on a day.
    pub(crate) async fn session(&self, centre: i64, date: &str) -> String {
        let path = format!("/v2/appointment/sessions/public/calendarByCenter?center_id={centre}&date={date}");
        text(&self.get(&path).await_ok().await["centers"]["sessions"][0]["session_id"])
    }

    pub(crate) async fn today(&self) -> String {
        self.session(561_001, "22-11-2026").await
    }

    pub(crate) async fn book(&self, token: &str, body: &Value) -> String {
        let answer = self
            .post("/v2/appointment/schedule", body)
            .token(token)
            .await_ok()
            .await;
        text(&answer["appointment_confirmation_no"])
    }

    pub(crate) async fn beneficiaries(&self, token: &str) -> Value {
        let answer = self
            .get("/v2/appointment/beneficiaries")
            .token(token)
            .await_ok()
            .await;
        answer["beneficiaries"].clone()
    }

    /// Books and is given a dose of COVISHIELD at Fort Clinic today; answers the appointment.
    pub(crate) async fn vaccinate(&self, token: &str, mobile: &str, id: &str, dose: i64) -> String {
        let today = self.test.app.today().format("%d-%m-%Y").to_string();
        let session = self.session(561_001, &today).await;
        let body = json!({"dose": dose, "session_id": session, "slot": ELEVEN, "beneficiaries": [id]});
        let appointment = self.book(token, &body).await;
        let citizen = self
            .test
            .login(mobile, pramaan_app::Face::Portal)
            .await
            .unwrap()
            .citizen;
        let slip = self
            .test
            .app
            .slip(&citizen, appointment.parse().unwrap(), "test")
            .await
            .unwrap();
        let kind = PartnerKind::Facility { centre: 561_001 };
        let (partner, key) = self.test.app.add_partner("Fort Clinic", kind).await.unwrap();
        let code = format!("MH-000{dose}");
        let nurse = self.test.nurse_of_facility(partner.number(), &code, 561_001);
        let nurse = nurse.await.token;
        let body = json!({"beneficiary_reference_id": id, "center_id": 561_001, "vaccine": "COVISHIELD",
            "vaccine_batch": "4121Z025", "dose": dose, "secret_code": slip.members[0].code.to_string(),
            "body_site": "left_upper_arm", "time": "09:58"});
        let given = self
            .post("/v2/vaccinator/beneficiaries/vaccinate", &body)
            .token(&nurse);
        given.header("x-api-key", &key).send().await.empty();
        appointment
    }

    /// Rows of every table that holds people, bookings or staff; budgets, codes and the access log are left out.
    pub(crate) async fn rows(&self) -> Vec<(&'static str, i64)> {
        let mut counted = Vec::new();
        for (table, statement) in [
            ("household", "select count(*) from household"),
            ("person", "select count(*) from person"),
            ("person_key", "select count(*) from person_key"),
            ("document_index", "select count(*) from document_index"),
            ("appointment", "select count(*) from appointment"),
            ("claim", "select count(*) from claim"),
            ("session", "select count(*) from session"),
            ("dose", "select count(*) from dose"),
            ("outbox", "select count(*) from outbox"),
        ] {
            let count = self.test.db.read("test::rows", move |tx| {
                Box::pin(async move { tx.query_one(statement, &[]).await?.int(0) })
            });
            counted.push((table, count.await.unwrap()));
        }
        counted
    }
}

/// No budget of requests, for tests that send thousands.
fn manners() -> Manners {
    let wide = Budget {
        requests: 1_000_000,
        per: Duration::from_secs(60),
    };
    let clock = Arc::new(|| Timestamp::from_seconds(1_795_321_800));
    Manners {
        metrics: Metrics::default(),
        limit: RequestLimit::new(wide, wide, NonZeroUsize::MIN, clock),
        kept_availability: pramaan_http::cowin::availability::CAPACITY,
    }
}

pub(crate) struct Call<'a> {
    wire: &'a Wire,
    shown: String,
    request: request::Builder,
    body: Body,
}

impl Call<'_> {
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    pub(crate) fn token(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    pub(crate) fn body(mut self, body: impl Into<Body>) -> Self {
        self.body = body.into();
        self
    }

    pub(crate) async fn send(self) -> Answer {
        let request = self.request.body(self.body).unwrap();
        let response = self.wire.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let answer = Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            bytes: body.collect().await.unwrap().to_bytes(),
        };
        let outcome = match answer.status {
            200..=299 => Some(Outcome::Served),
            400..=499 => Some(Outcome::Refused),
            _ => None,
        };
        if let Some(outcome) = outcome {
            self.wire.shown.lock().unwrap().insert((self.shown, outcome));
        }
        answer
    }

    pub(crate) async fn await_ok(self) -> Value {
        self.send().await.ok()
    }
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Bytes,
}

impl Answer {
    pub(crate) fn kind(&self) -> &str {
        self.header(header::CONTENT_TYPE)
    }

    pub(crate) fn header(&self, name: header::HeaderName) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.bytes.to_vec()).unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|_| panic!("not JSON: {}", self.text()))
    }

    /// 200 with JSON.
    #[track_caller]
    pub(crate) fn ok(&self) -> Value {
        assert_eq!(
            (self.status, self.kind()),
            (200, "application/json; charset=utf-8"),
            "{}",
            self.text()
        );
        self.json()
    }

    /// 204 without a body.
    #[track_caller]
    pub(crate) fn empty(&self) {
        assert_eq!((self.status, self.text().as_str(), self.kind()), (204, "", ""));
    }

    #[track_caller]
    pub(crate) fn pdf(&self) {
        assert_eq!((self.status, self.kind()), (200, "application/pdf"));
        assert!(self.bytes.starts_with(b"%PDF-"));
        assert_eq!(self.header(header::CACHE_CONTROL), "no-store");
    }

    #[track_caller]
    pub(crate) fn unauthenticated(&self) {
        assert_eq!((self.status, self.text().as_str()), (401, UNAUTHENTICATED));
        assert_eq!(self.kind(), "text/plain; charset=utf-8");
    }

    #[track_caller]
    pub(crate) fn forbidden(&self) {
        assert_eq!(
            (self.status, self.text().as_str()),
            (403, r#"{"message":"Forbidden"}"#)
        );
    }

    #[track_caller]
    pub(crate) fn not_allowed(&self) {
        assert_eq!((self.status, self.kind()), (405, "text/html"));
    }

    /// The code under its status, with its own sentence.
    #[track_caller]
    pub(crate) fn refused(&self, code: Code) {
        assert_eq!(
            self.json(),
            json!({"errorCode": code.code, "error": code.sentence})
        );
        assert_eq!(
            (self.status, self.kind()),
            (code.status.as_u16(), "application/json")
        );
    }

    /// The code under its status, with a sentence of the case's own.
    #[track_caller]
    pub(crate) fn refused_in_words(&self, code: Code) {
        let body = self.json();
        assert_eq!(
            (&body["errorCode"], self.status),
            (&json!(code.code), code.status.as_u16()),
            "{body}"
        );
        assert_eq!(
            (self.kind(), body.as_object().unwrap().len()),
            ("application/json", 2)
        );
        assert!(body["error"].as_str().unwrap().len() > 8);
    }
}

pub(crate) fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("not a string: {value}"))
        .to_owned()
}

/// Lower-case hexadecimal, as clients send a code.
pub(crate) fn sha256(code: &str) -> String {
    Sha256::digest(code)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

pub(crate) fn wrong(code: &str) -> &'static str {
    if code == "000000" { "000001" } else { "000000" }
}

pub(crate) fn is_uuid(value: &Value) -> bool {
    let text = value.as_str().unwrap();
    let groups: Vec<usize> = text.split('-').map(str::len).collect();
    groups == [8, 4, 4, 4, 12] && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

/// The names of an object, in the order in which they were sent.
pub(crate) fn keys(value: &Value) -> BTreeSet<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}
