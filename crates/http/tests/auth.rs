//! Logging in through each of the four doors, each documented answer.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use axum::Router;
use axum::body::Body;
use http::{Request, header, request};
use http_body_util::BodyExt;
use pramaan_app::budget::{Budget, OtpBudgets, Widths};
use pramaan_app::message::Message;
use pramaan_app::otp::OtpDigest;
use pramaan_app::partner::PartnerKind;
use pramaan_app::testing::{Setup, TestApp};
use pramaan_domain::mobile::Mobile;
use pramaan_http::cowin::{auth, beneficiary};
use serde_json::{Value, json};
use tower::ServiceExt;

const MOBILE: &str = "9876543210";
const JSON: &[(&str, &str)] = &[("content-type", "application/json")];
const UNAUTHENTICATED: (u16, &str) = (401, "Unauthenticated access!");

/// A door: its two paths, and the name of the number's field.
#[derive(Clone, Copy)]
struct Door {
    generate: &'static str,
    confirm: &'static str,
    mobile: &'static str,
    keyed: Keyed,
}

#[derive(Clone, Copy, PartialEq)]
enum Keyed {
    Yes,
    No,
}

const fn door(generate: &'static str, confirm: &'static str, mobile: &'static str, keyed: Keyed) -> Door {
    Door {
        generate,
        confirm,
        mobile,
        keyed,
    }
}

const PUBLIC: Door = door(
    "/api/v2/auth/public/generateOTP",
    "/api/v2/auth/public/confirmOTP",
    "mobile",
    Keyed::No,
);
const PORTAL: Door = door(
    "/api/v2/auth/generateMobileOTP",
    "/api/v2/auth/validateMobileOtp",
    "mobile",
    Keyed::No,
);
const PARTNER: Door = door(
    "/api/v2/auth/generateOTP",
    "/api/v2/auth/confirmOTP",
    "mobile",
    Keyed::Yes,
);
const STATUS: Door = door(
    "/api/v3/vaccination/generateOTP",
    "/api/v3/vaccination/confirmOTP",
    "mobile_number",
    Keyed::No,
);
const DOORS: [Door; 4] = [PUBLIC, PORTAL, PARTNER, STATUS];

struct Server {
    test: TestApp,
    router: Router,
    key: String,
}

#[derive(Debug, PartialEq)]
struct Answered {
    status: u16,
    kind: String,
    retry_after: Option<String>,
    body: String,
}

impl Answered {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("not JSON: {self:?}"))
    }

    fn is(&self, (status, body): (u16, &str)) {
        assert_eq!((self.status, self.body.as_str()), (status, body));
    }

    fn refused(&self, status: u16, code: &str, sentence: &str) {
        assert_eq!(self.json(), json!({"errorCode": code, "error": sentence}));
        assert_eq!((self.status, self.kind.as_str()), (status, "application/json"));
    }
}

impl Server {
    async fn start() -> Self {
        Self::with(Setup::default()).await
    }

    /// The demo's budgets but for these of asking.
    async fn with_asking(asking: Widths) -> Self {
        let otp_budgets = OtpBudgets {
            asking,
            ..OtpBudgets::demo()
        };
        Self::with(Setup {
            otp_budgets,
            ..Setup::default()
        })
        .await
    }

    async fn with(setup: Setup) -> Self {
        let test = TestApp::on_sqlite(setup).await;
        let (_, key) = test
            .app
            .add_partner("Arogya", PartnerKind::Aggregator)
            .await
            .unwrap();
        let routes = auth::routes().merge(beneficiary::routes());
        let router = Router::new().nest("/api", routes).with_state(test.app.clone());
        Self { test, router, key }
    }

    async fn post(&self, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Answered {
        self.send(Request::post(path), headers, body.into()).await
    }

    async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answered {
        self.send(Request::get(path), headers, Body::empty()).await
    }

    async fn send(&self, mut request: request::Builder, headers: &[(&str, &str)], body: Body) -> Answered {
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self
            .router
            .clone()
            .oneshot(request.body(body).unwrap())
            .await
            .unwrap();
        let shown = |name| {
            response
                .headers()
                .get(name)
                .map(|value: &header::HeaderValue| value.to_str().unwrap().to_owned())
        };
        let (kind, retry_after) = (
            shown(header::CONTENT_TYPE).unwrap_or_default(),
            shown(header::RETRY_AFTER),
        );
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        Answered {
            status,
            kind,
            retry_after,
            body: String::from_utf8(body.to_vec()).unwrap(),
        }
    }

    async fn call(&self, door: Door, path: &str, body: &Value) -> Answered {
        let key = [
            ("content-type", "application/json"),
            ("x-api-key", self.key.as_str()),
        ];
        self.post(
            path,
            if door.keyed == Keyed::Yes { &key } else { JSON },
            body.to_string(),
        )
        .await
    }

    async fn generate(&self, door: Door, mobile: &str) -> String {
        let answered = self
            .call(door, door.generate, &json!({ door.mobile: mobile }))
            .await;
        assert_eq!(answered.status, 200, "{answered:?}");
        assert!(answered.kind.starts_with("application/json"));
        let txn = answered.json()["txnId"].as_str().unwrap().to_owned();
        assert_eq!((txn.len(), answered.json().as_object().unwrap().len()), (36, 1));
        txn
    }

    async fn confirm(&self, door: Door, txn: &str, code: &str) -> Answered {
        self.call(door, door.confirm, &json!({"otp": sha256(code), "txnId": txn}))
            .await
    }

    async fn login(&self, door: Door) -> Answered {
        let txn = self.generate(door, MOBILE).await;
        self.confirm(door, &txn, &self.test.code(MOBILE)).await
    }

    /// Registers somebody through the portal.
    async fn register(&self) {
        let token = self.login(PORTAL).await.json()["token"]
            .as_str()
            .unwrap()
            .to_owned();
        let authorization = format!("bearer {token}");
        let person = json!({"name": "Asha Devi", "birth_year": "1980", "gender_id": 2, "photo_id_type": 8,
            "photo_id_number": "Z1234567", "comorbidity_ind": "N", "consent_version": "1"});
        let headers = [("authorization", authorization.as_str())];
        let answered = self
            .post(
                "/api/v2/registration/beneficiary/new",
                &headers,
                person.to_string(),
            )
            .await;
        assert_eq!(answered.status, 200, "{answered:?}");
    }
}

fn sha256(code: &str) -> String {
    let digest = OtpDigest::of(code);
    digest.as_str().to_owned()
}

fn wrong(code: &str) -> &'static str {
    if code == "000000" { "000001" } else { "000000" }
}

#[tokio::test]
async fn each_door_answers_an_unknown_number_in_its_way_after_the_code() {
    let server = Server::start().await;
    for door in [PORTAL, PARTNER] {
        let answered = server.login(door).await;
        assert_eq!(
            (answered.status, &answered.json()["isNewAccount"]),
            (200, &json!("Y"))
        );
        assert_eq!(answered.json()["token"].as_str().unwrap().split('.').count(), 3);
    }
    server
        .login(PUBLIC)
        .await
        .refused(400, "USRAUT0024", "Beneficiary Not Registered");
    server
        .login(STATUS)
        .await
        .refused(400, "USRAUT0015", "Your account does not exist");
}

#[tokio::test]
async fn each_door_lets_a_registered_number_in() {
    let server = Server::start().await;
    server.register().await;
    for door in [PORTAL, PARTNER] {
        assert_eq!(server.login(door).await.json()["isNewAccount"], "N");
    }
    for door in [PUBLIC, STATUS] {
        let answered = server.login(door).await;
        assert_eq!(
            answered.json().as_object().unwrap().len(),
            1,
            "a token only: {answered:?}"
        );
    }
}

/// CoWIN's own header, with its underscore; without one, what was kept stays.
#[tokio::test]
async fn the_language_of_a_login_is_that_of_messages_to_come() {
    let server = Server::start().await;
    server.register().await;
    let citizen = server.test.citizen(MOBILE).await;
    let person = server.test.member(&citizen).await;
    for (headers, expected) in [
        (vec![], "certificate is ready"),
        (vec![("accept-language", "hi_IN")], "प्रमाण पत्र"),
        (vec![], "प्रमाण पत्र"),
        (vec![("accept-language", "ta_IN")], "certificate is ready"),
    ] {
        let txn = server.generate(PORTAL, MOBILE).await;
        let body = json!({"otp": sha256(&server.test.code(MOBILE)), "txnId": txn}).to_string();
        let answered = server.post(PORTAL.confirm, &headers, body).await;
        assert_eq!(answered.status, 200, "{answered:?}");
        let queued = server
            .test
            .app
            .queue_to_person(person, Message::CertificateReady, "test");
        queued.await.unwrap();
        let sent = server.test.outbox.to(&Mobile::parse(MOBILE).unwrap());
        let text = &sent.last().unwrap().text;
        assert!(text.contains(expected), "{headers:?}: {text}");
    }
}

#[tokio::test]
async fn a_number_may_come_as_a_number_and_without_content_type() {
    let server = Server::start().await;
    for body in [
        json!({"mobile": MOBILE}),
        json!({"mobile": 9_876_543_210_u64}),
        json!({"mobile": MOBILE, "secret": "U2FsdGVkX1+z/4Nr9nta+2DrVJSv7KS6VoQUSQ1ZXYDx/CJUkWxFYG6P3iM/VW+6jLQ9RDQVzp/RcZ8kbT41xw=="}),
        json!({"mobile": MOBILE, "secret": 7, "unknown": [null]}),
    ] {
        assert_eq!(
            server.post(PORTAL.generate, &[], body.to_string()).await.status,
            200,
            "{body}"
        );
        assert_eq!(
            server.post(PORTAL.generate, JSON, body.to_string()).await.status,
            200,
            "{body}"
        );
    }
    let txn = server.generate(PORTAL, MOBILE).await;
    let body = json!({"otp": sha256(&server.test.code(MOBILE)), "txnId": txn}).to_string();
    assert_eq!(server.post(PORTAL.confirm, &[], body).await.status, 200);
}

#[tokio::test]
async fn what_is_missing_or_malformed_is_named() {
    let server = Server::start().await;
    for door in DOORS {
        for body in [
            json!({}),
            json!({ door.mobile: "" }),
            json!({ door.mobile: null }),
        ] {
            server
                .call(door, door.generate, &body)
                .await
                .refused(400, "USRAUT0010", "Mobile is Required");
        }
        for mobile in ["12345", "+919876543210", "987654321x", "1234567890"] {
            let answered = server
                .call(door, door.generate, &json!({ door.mobile: mobile }))
                .await;
            assert_eq!(
                (answered.status, &answered.json()["errorCode"]),
                (400, &json!("PRAMAAN0005"))
            );
        }
        let txn = server.generate(door, MOBILE).await;
        let otp = sha256(&server.test.code(MOBILE));
        let confirm = async |body: Value| server.call(door, door.confirm, &body).await;
        confirm(json!({"txnId": txn}))
            .await
            .refused(400, "USRAUT0012", "OTP is Required");
        confirm(json!({"otp": "", "txnId": txn}))
            .await
            .refused(400, "USRAUT0012", "OTP is Required");
        confirm(json!({"otp": otp}))
            .await
            .refused(400, "USRAUT0013", "txnId is Required");
        let clear = server.test.code(MOBILE);
        confirm(json!({"otp": clear, "txnId": txn}))
            .await
            .refused(400, "USRAUT0014", "Invalid OTP");
        confirm(json!({"otp": otp, "txnId": "7"}))
            .await
            .is(UNAUTHENTICATED);
        let malformed = server.call(door, door.confirm, &json!([1])).await;
        assert_eq!(
            (malformed.status, &malformed.json()["errorCode"]),
            (400, &json!("PRAMAAN0001"))
        );
    }
}

#[tokio::test]
async fn a_text_plain_body_is_not_read() {
    let server = Server::start().await;
    let txn = server.generate(PORTAL, MOBILE).await;
    let body = json!({"otp": sha256(&server.test.code(MOBILE)), "txnId": txn}).to_string();
    let plain = server
        .post(
            PORTAL.confirm,
            &[("content-type", "text/plain; charset=utf-8")],
            body,
        )
        .await;
    plain.refused(400, "USRAUT0012", "OTP is Required");
}

#[tokio::test]
async fn a_wrong_code_leaves_two_more_guesses() {
    let server = Server::start().await;
    server.register().await;
    for door in DOORS {
        let txn = server.generate(door, MOBILE).await;
        let code = server.test.code(MOBILE);
        for _ in 0..2 {
            server
                .confirm(door, &txn, wrong(&code))
                .await
                .refused(400, "USRAUT0014", "Invalid OTP");
        }
        assert_eq!(server.confirm(door, &txn, &code).await.status, 200);
        server.confirm(door, &txn, &code).await.is(UNAUTHENTICATED);

        let txn = server.generate(door, MOBILE).await;
        let code = server.test.code(MOBILE);
        for _ in 0..3 {
            server
                .confirm(door, &txn, wrong(&code))
                .await
                .refused(400, "USRAUT0014", "Invalid OTP");
        }
        server.confirm(door, &txn, &code).await.is(UNAUTHENTICATED);
    }
}

#[tokio::test]
async fn an_expired_or_unknown_transaction_is_a_401() {
    let server = Server::start().await;
    for door in DOORS {
        let txn = server.generate(door, MOBILE).await;
        let code = server.test.code(MOBILE);
        server.test.clock.advance_seconds(180);
        let answered = server.confirm(door, &txn, &code).await;
        answered.is(UNAUTHENTICATED);
        assert!(answered.kind.starts_with("text/plain"));
        server
            .confirm(door, "3fa85f64-5717-4562-b3fc-2c963f66afa6", &code)
            .await
            .is(UNAUTHENTICATED);
    }
}

#[tokio::test]
async fn an_earlier_code_stays_valid_when_another_is_asked_for() {
    let server = Server::start().await;
    let first = server.generate(PORTAL, MOBILE).await;
    let code = server.test.code(MOBILE);
    server.generate(PORTAL, MOBILE).await;
    assert_eq!(server.confirm(PORTAL, &first, &code).await.status, 200);
}

#[tokio::test]
async fn over_budget_is_one_answer_for_every_number() {
    let server = Server::with_asking(Widths {
        mobile: Budget::new(2, 600),
        reserve: Budget::new(0, 600),
        neighbours: Budget::new(0, 600),
        ..OtpBudgets::demo().asking
    })
    .await;
    server.register().await;
    for door in DOORS {
        server.test.clock.advance_seconds(600);
        let mut answers = Vec::new();
        for mobile in [MOBILE, "9876500000", "7000000001"] {
            for _ in 0..2 {
                server.generate(door, mobile).await;
            }
            answers.push(
                server
                    .call(door, door.generate, &json!({ door.mobile: mobile }))
                    .await,
            );
        }
        answers[0].refused(
            429,
            "PRAMAAN0007",
            "Too many requests. Please wait a little and try again.",
        );
        assert!(answers[0].retry_after.is_some());
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    }
}

#[tokio::test]
async fn too_many_wrong_guesses_are_one_answer_for_every_number() {
    let wide = Budget::new(1_000, 600);
    let otp_budgets = OtpBudgets {
        asking: Widths::all(wide),
        guessing: Widths {
            mobile: Budget::new(5, 600),
            ..OtpBudgets::demo().guessing
        },
        ..OtpBudgets::demo()
    };
    let server = Server::with(Setup {
        otp_budgets,
        ..Setup::default()
    })
    .await;
    server.register().await;
    for door in DOORS {
        server.test.clock.advance_seconds(86_400);
        let mut answers = Vec::new();
        for mobile in ["9876500009", "7000000001"] {
            for guess in 0..5 {
                let txn = server.generate(door, mobile).await;
                let answer = server.confirm(door, &txn, wrong(&server.test.code(mobile))).await;
                assert_eq!(answer.status, 400, "{guess}: a new txnId each time");
            }
            let txn = server.generate(door, mobile).await;
            let code = server.test.code(mobile);
            answers.push(server.confirm(door, &txn, wrong(&code)).await);
            answers.push(server.confirm(door, &txn, &code).await);
        }
        answers[0].refused(
            429,
            "PRAMAAN0007",
            "Too many requests. Please wait a little and try again.",
        );
        assert!(answers[0].retry_after.is_some());
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    }
}

#[tokio::test]
async fn the_token_of_an_earlier_login_keeps_a_reserve_that_neighbours_cannot_use() {
    let server = Server::with_asking(Widths {
        mobile: Budget::new(3, 600),
        reserve: Budget::new(2, 600),
        neighbours: Budget::new(1, 600),
        ..OtpBudgets::demo().asking
    })
    .await;
    let token = server.login(PORTAL).await.json()["token"]
        .as_str()
        .unwrap()
        .to_owned();
    server.test.clock.advance_seconds(86_400);
    let ask = async |headers: &[(&str, &str)]| {
        let body = json!({"mobile": MOBILE}).to_string();
        server
            .post("/api/v2/auth/generateMobileOTP", headers, body)
            .await
            .status
    };
    // Here everybody has one address and no user agent.
    for expected in [200, 200, 200, 429] {
        assert_eq!(ask(&[]).await, expected);
    }
    let forged = format!("Bearer {}A", token);
    assert_eq!(ask(&[("authorization", &forged)]).await, 429);
    let bearer = format!("Bearer {token}");
    for expected in [200, 200, 429] {
        assert_eq!(ask(&[("authorization", &bearer)]).await, expected);
    }
}

#[tokio::test]
async fn a_known_and_an_unknown_number_get_the_same_answer_but_for_the_transaction() {
    let server = Server::start().await;
    server.register().await;
    for door in DOORS {
        let mut answers = Vec::new();
        for mobile in [MOBILE, "9876500000"] {
            let mut answered = server
                .call(door, door.generate, &json!({ door.mobile: mobile }))
                .await;
            answered.body = answered
                .body
                .replace(answered.json()["txnId"].as_str().unwrap(), "");
            answers.push(answered);
            assert!(server.test.code(mobile).len() == 6, "the SMS is always sent");
        }
        assert_eq!(answers[0], answers[1]);
    }
}

#[tokio::test]
async fn partners_need_their_key_at_every_step() {
    const FORBIDDEN: (u16, &str) = (403, r#"{"message":"Forbidden"}"#);
    let server = Server::start().await;
    let generate = json!({"mobile": MOBILE}).to_string();
    server
        .post(PARTNER.generate, JSON, generate.clone())
        .await
        .is(FORBIDDEN);
    server
        .post(
            PARTNER.generate,
            &[("x-api-key", "3sjOr2rmM52GzhpMHjDEE1kpQeRxwFDr4YcBEimi")],
            generate.clone(),
        )
        .await
        .is(FORBIDDEN);

    let (_, other) = server
        .test
        .app
        .add_partner("Other", PartnerKind::Aggregator)
        .await
        .unwrap();
    let (_, facility) = server
        .test
        .app
        .add_partner("Clinic", PartnerKind::Facility { centre: 1 })
        .await
        .unwrap();
    server
        .post(PARTNER.generate, &[("x-api-key", &facility)], generate)
        .await
        .is(FORBIDDEN);

    let txn = server.generate(PARTNER, MOBILE).await;
    let confirm = json!({"otp": sha256(&server.test.code(MOBILE)), "txnId": txn}).to_string();
    server
        .post(PARTNER.confirm, JSON, confirm.clone())
        .await
        .is(FORBIDDEN);
    server
        .post(PARTNER.confirm, &[("x-api-key", &other)], confirm.clone())
        .await
        .is(UNAUTHENTICATED);
    let token = server
        .post(PARTNER.confirm, &[("x-api-key", &server.key)], confirm)
        .await
        .json()["token"]
        .clone();

    let bearer = format!("Bearer {}", token.as_str().unwrap());
    let captcha = "/api/v2/auth/getRecaptcha";
    server
        .post(captcha, &[("authorization", &bearer)], "")
        .await
        .is(FORBIDDEN);
    server
        .post(captcha, &[("authorization", &bearer), ("x-api-key", &other)], "")
        .await
        .is(FORBIDDEN);
    let drawn = server
        .post(
            captcha,
            &[("authorization", &bearer), ("x-api-key", &server.key)],
            "",
        )
        .await;
    assert_eq!(drawn.status, 200);
}

#[tokio::test]
async fn a_transaction_of_one_door_is_unknown_at_the_others() {
    let server = Server::start().await;
    for asked in DOORS {
        let txn = server.generate(asked, MOBILE).await;
        let code = server.test.code(MOBILE);
        for tried in DOORS.into_iter().filter(|tried| tried.generate != asked.generate) {
            server.confirm(tried, &txn, &code).await.is(UNAUTHENTICATED);
        }
    }
}

#[tokio::test]
async fn the_captcha_is_drawn_for_those_who_are_logged_in() {
    let server = Server::start().await;
    let path = "/api/v2/auth/getRecaptcha";
    server.post(path, &[], "{}").await.is(UNAUTHENTICATED);
    server.register().await;
    let token = |answered: Answered| answered.json()["token"].as_str().unwrap().to_owned();
    let portal = token(server.login(PORTAL).await);
    for (scheme, body) in [("Bearer", "{}"), ("bearer", ""), ("BEARER", "{}")] {
        let answered = server
            .post(path, &[("authorization", &format!("{scheme} {portal}"))], body)
            .await;
        assert!(
            answered.json()["captcha"]
                .as_str()
                .unwrap()
                .starts_with("<svg xmlns="),
            "{answered:?}"
        );
    }
    for narrow in [PUBLIC, STATUS] {
        let bearer = format!("Bearer {}", token(server.login(narrow).await));
        server
            .post(path, &[("authorization", &bearer)], "{}")
            .await
            .is(UNAUTHENTICATED);
    }
    server.test.clock.advance_seconds(900);
    server
        .post(path, &[("authorization", &format!("Bearer {portal}"))], "{}")
        .await
        .is(UNAUTHENTICATED);
}

#[tokio::test]
async fn the_status_of_the_person_named_is_one_number() {
    let server = Server::start().await;
    server.register().await;
    let path = "/api/v3/vaccination/status";
    let login = async |name: &str| {
        let body = json!({"mobile_number": MOBILE, "full_name": name, "email_id": "a@example.org"});
        let txn = server.call(STATUS, STATUS.generate, &body).await.json()["txnId"]
            .as_str()
            .unwrap()
            .to_owned();
        server.confirm(STATUS, &txn, &server.test.code(MOBILE)).await
    };
    login("Somebody Else")
        .await
        .refused(400, "USRAUT0015", "Your account does not exist");
    let token = login("ASHA DEVI").await.json()["token"]
        .as_str()
        .unwrap()
        .to_owned();
    let answered = server
        .get(path, &[("authorization", &format!("Bearer {token}"))])
        .await;
    answered.is((200, r#"{"vaccination_status":0}"#));
    server.get(path, &[]).await.is(UNAUTHENTICATED);
    let portal = server.login(PORTAL).await.json()["token"]
        .as_str()
        .unwrap()
        .to_owned();
    let other = server
        .get(path, &[("authorization", &format!("Bearer {portal}"))])
        .await;
    other.is(UNAUTHENTICATED);
    let (app, owner) = (&server.test.app, server.test.citizen(MOBILE).await);
    let opened = app.beneficiaries(&owner, "test").await.unwrap().remove(0);
    let deleted = app.delete_beneficiary(&owner, opened.reference_id.unwrap());
    deleted.await.unwrap();
    server
        .get(path, &[("authorization", &format!("Bearer {token}"))])
        .await
        .refused(400, "USRAUT0015", "Your account does not exist");
    let line = json!({"mobile_number": MOBILE, "full_name": "a\nb"});
    let malformed = server.call(STATUS, STATUS.generate, &line).await;
    assert_eq!(
        (malformed.status, &malformed.json()["errorCode"]),
        (400, &json!("PRAMAAN0010"))
    );
}
