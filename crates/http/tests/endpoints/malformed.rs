//! What no client should send, at every endpoint: always a 4xx, never a fault, and nothing is changed.
//!
//! A panic in a handler reaches the test and fails it.

use pramaan_app::partner::PartnerKind;
use serde_json::{Value, json};

use crate::support::*;
use crate::{APPOINTMENT, AUTHENTICATION, AVAILABILITY, BENEFICIARY, CERTIFICATE, METADATA, REPORT};

/// Section 8 is swept too.
const VACCINATOR: &[&str] = &[
    "POST /v2/vaccinator/auth/login",
    "POST /v2/vaccinator/beneficiaries/vaccinate",
    "GET /v2/vaccinator/beneficiaries/findByReferenceId",
    "GET /v2/vaccinator/certificate/download",
];
/// Its body is not read.
const PICTURE: &str = "/v2/auth/getRecaptcha";

fn paths(method: &str) -> Vec<&'static str> {
    [
        AUTHENTICATION,
        METADATA,
        AVAILABILITY,
        BENEFICIARY,
        APPOINTMENT,
        CERTIFICATE,
        REPORT,
        VACCINATOR,
    ]
    .concat()
    .into_iter()
    .filter_map(|endpoint| endpoint.strip_prefix(method)?.strip_prefix(' '))
    .collect()
}

/// Bodies that are wrong everywhere.
fn bodies() -> Vec<Vec<u8>> {
    let texts = [
        "{",
        "}",
        "[]",
        "[{}]",
        "null",
        "true",
        "0",
        "-1",
        "1e999",
        "NaN",
        "\"{}\"",
        "''",
        "undefined",
        "{}{}",
        "{},",
        "{\"a\"}",
        "{\"a\":}",
        "{a:1}",
        "{'a':1}",
        "{\"a\":1,}",
        "{\"a\":NaN}",
        "{\"a\":Infinity}",
        "{\"a\":1e999}",
        "{\"a\":01}",
        "{\"a\":+1}",
        "{\"a\":.5}",
        "{\"a\":\"\\x41\"}",
        "{\"a\":\"\\ud800\"}",
        "{\"\\udfff\":1}",
        "{\"a\":\"\u{0}\"}",
        "{\"a\":\"\n\"}",
        "\u{0}",
        "\u{feff}{}",
        "mobile=9876543210",
        "<?xml version=\"1.0\"?><a/>",
        "{\"a\":1}\u{0}",
        "💉",
        "{\"a\":/*c*/1}",
    ];
    let mut bodies: Vec<Vec<u8>> = texts.iter().map(|text| text.as_bytes().to_vec()).collect();
    bodies.push(b"{\"a\":\"\xff\xfe\"}".to_vec());
    bodies.push(b"\xed\xa0\x80".to_vec());
    bodies.push(b"{\"a\":\"\xc0\x80\"}".to_vec());
    bodies.push(format!("{{\"a\":{}1{}}}", "[".repeat(200), "]".repeat(200)).into_bytes());
    bodies.push(format!("{}{}", "{\"a\":".repeat(200), "}".repeat(200)).into_bytes());
    bodies.push("[".repeat(60_000).into_bytes());
    bodies.push(format!("{{\"a\":\"{}\"}}", "x".repeat(70_000)).into_bytes());
    bodies
}

/// Values that no field of any request takes.
fn values() -> Vec<String> {
    let mut values: Vec<String> = [
        "[]",
        "{}",
        "[[]]",
        "{\"a\":1}",
        "true",
        "false",
        "-1",
        "0.5",
        "-0.0",
        "1e15",
        "99999999999999999999999999",
        "-9223372036854775809",
        "18446744073709551615",
        "1e308",
        "\"NaN\"",
        "\"Infinity\"",
        "\"null\"",
        "\"\"",
        "\" \"",
        "\"\\u0000\"",
        "\"a\\u0000b\"",
        "\"\\ud800\"",
        "\"١٢٣٤٥٦٧٨٩٠\"",
        "\"9️⃣8️⃣7️⃣\"",
        "\"💉\"",
        "\"𝟗𝟖𝟕𝟔𝟓𝟒𝟑𝟐𝟏𝟎\"",
        "\"\u{202e}123\"",
        "\"' or 1=1 --\"",
        "\"$1\"",
        "\"../../etc/passwd\"",
        "\"%00\"",
        "\"0x10\"",
        "\"1e3\"",
        "\"--1\"",
        "[null]",
        "[[1]]",
        "[{}]",
        "[-1]",
        "[\"\"]",
    ]
    .map(str::to_owned)
    .to_vec();
    values.push(format!("\"{}\"", "9".repeat(60_000)));
    values.push(format!("{}{}", "[".repeat(200), "]".repeat(200)));
    values
}

/// Requests that would be granted, and the fields of each that are judged.
fn requests(
    id: &str,
    session: &str,
    appointment: &str,
    txn: &str,
) -> Vec<(&'static str, Value, &'static [&'static str])> {
    let form = json!({"name": "Meera", "birth_year": "1980", "gender_id": 2, "photo_id_type": 8,
        "photo_id_number": "Q7654321", "comorbidity_ind": "N", "consent_version": "1"});
    let otp = json!({"otp": sha256("000000"), "txnId": txn});
    let of_form = &[
        "name",
        "birth_year",
        "gender_id",
        "photo_id_type",
        "photo_id_number",
        "consent_version",
    ];
    let booking = json!({"dose": 1, "session_id": session, "slot": ELEVEN, "beneficiaries": [id]});
    vec![
        ("/v2/auth/public/generateOTP", json!({}), &["mobile"]),
        ("/v2/auth/generateMobileOTP", json!({}), &["mobile"]),
        ("/v2/auth/generateOTP", json!({}), &["mobile"]),
        (
            "/v3/vaccination/generateOTP",
            json!({"full_name": "Asha"}),
            &["mobile_number"],
        ),
        ("/v2/auth/public/confirmOTP", otp.clone(), &["otp", "txnId"]),
        ("/v2/auth/validateMobileOtp", otp.clone(), &["otp", "txnId"]),
        ("/v2/auth/confirmOTP", otp.clone(), &["otp", "txnId"]),
        ("/v3/vaccination/confirmOTP", otp, &["otp", "txnId"]),
        ("/v2/registration/beneficiary/new", form, of_form),
        (
            "/v2/registration/beneficiary/delete",
            json!({}),
            &["beneficiary_reference_id"],
        ),
        (
            "/v2/appointment/schedule",
            booking,
            &["dose", "session_id", "slot", "beneficiaries"],
        ),
        (
            "/v2/appointment/reschedule",
            json!({"appointment_id": appointment, "session_id": session, "slot": ONE}),
            &["appointment_id", "session_id", "slot"],
        ),
        (
            "/v2/appointment/cancel",
            json!({"appointment_id": appointment, "beneficiariesToCancel": [id]}),
            &["appointment_id", "beneficiariesToCancel"],
        ),
        (
            "/v2/vaccinator/beneficiaries/vaccinate",
            json!({"beneficiary_reference_id": id, "center_id": 561_001, "vaccine": "COVISHIELD",
                "vaccine_batch": "4121Z025", "dose": 1, "body_site": "left_upper_arm", "time": "09:58"}),
            &[
                "beneficiary_reference_id",
                "center_id",
                "vaccine",
                "vaccine_batch",
                "dose",
                "body_site",
                "time",
            ],
        ),
    ]
}

struct Sweep {
    wire: Wire,
    token: String,
    staff: String,
    facility: String,
    id: String,
    appointment: String,
}

impl Sweep {
    async fn start() -> Self {
        let wire = Wire::start().await;
        let token = wire.login(ASHA).await;
        let (id, session) = (wire.register(&token).await, wire.today().await);
        let booking = json!({"dose": 1, "session_id": session, "slot": ELEVEN, "beneficiaries": [id]});
        let appointment = wire.book(&token, &booking).await;
        let kind = PartnerKind::Facility { centre: 561_001 };
        let (partner, facility) = wire.test.app.add_partner("Fort Clinic", kind).await.unwrap();
        let staff = wire.test.nurse_of_facility(partner.number(), "MH-0009", 561_001);
        let staff = staff.await.token;
        Self {
            wire,
            token,
            staff,
            facility,
            id,
            appointment,
        }
    }

    /// With the best authority that the path knows.
    fn authorised<'a>(&'a self, path: &str, call: Call<'a>) -> Call<'a> {
        if path.starts_with("/v2/vaccinator") {
            call.token(&self.staff).header("x-api-key", &self.facility)
        } else {
            call.token(&self.token).header("x-api-key", &self.wire.key)
        }
    }

    async fn post(&self, path: &str, body: impl Into<axum::body::Body>) -> Answer {
        let call = self.wire.call(http::Method::POST, path).body(body);
        self.authorised(path, call).send().await
    }

    async fn get(&self, path: &str) -> Answer {
        self.authorised(path, self.wire.get(path)).send().await
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(80).collect()
}

/// A 4xx in one of the documented forms, which repeats nothing of what was sent.
#[track_caller]
fn refused(answer: &Answer, sent: &str) {
    let told = format!("{sent}: {} {}", answer.status, answer.text());
    match answer.status {
        401 => answer.unauthenticated(),
        403 => answer.forbidden(),
        400 | 404 | 409 | 413 => {
            assert_eq!(
                (answer.kind(), keys(&answer.json())),
                ("application/json", ["error", "errorCode"].into()),
                "{told}"
            );
            assert!(answer.bytes.len() < 400, "{told}");
        }
        _ => panic!("{told}"),
    }
}

#[tokio::test]
async fn a_malformed_body_is_refused_everywhere() {
    let sweep = Sweep::start().await;
    let before = sweep.wire.rows().await;
    for path in paths("POST").into_iter().filter(|path| *path != PICTURE) {
        for body in bodies() {
            let sent = format!("{path} {}", shortened(&String::from_utf8_lossy(&body)));
            refused(&sweep.post(path, body).await, &sent);
        }
    }
    for body in bodies() {
        sweep.post(PICTURE, body).await.ok();
    }
    assert_eq!(sweep.wire.rows().await, before);
}

/// What this field may hold all the same: a name nearly anything with a letter, a document any few letters and digits.
fn could_be(field: &str, value: &str) -> bool {
    let bare = value.trim_matches('"');
    match field {
        "name" => {
            value.starts_with('"') && bare.contains(|c: char| c.is_alphabetic()) && !bare.contains("\\u")
        }
        "photo_id_number" => {
            (4..=20).contains(&bare.len())
                && bare
                    .bytes()
                    .all(|byte| byte == b'-' || byte.is_ascii_alphanumeric())
        }
        _ => false,
    }
}

#[tokio::test]
async fn a_malformed_value_is_refused_in_every_field() {
    let sweep = Sweep::start().await;
    let session = sweep.wire.today().await;
    let txn = sweep.wire.generate(OTHER).await;
    let before = sweep.wire.rows().await;
    for (path, request, fields) in requests(&sweep.id, &session, &sweep.appointment, &txn) {
        for field in fields {
            let mut rest = request.clone();
            rest.as_object_mut().unwrap().remove(*field);
            let rest = rest.to_string();
            let rest = rest.trim_start_matches('{');
            let comma = if rest == "}" { "" } else { "," };
            for value in values() {
                if could_be(field, &value) {
                    continue;
                }
                let sent = format!("{path} {field} {}", shortened(&value));
                refused(
                    &sweep
                        .post(path, format!("{{\"{field}\":{value}{comma}{rest}"))
                        .await,
                    &sent,
                );
            }
            let twice = format!("{{\"{field}\":\"1\",\"{field}\":\"2\"{comma}{rest}");
            refused(&sweep.post(path, twice).await, &format!("{path} {field} twice"));
        }
    }
    assert_eq!(sweep.wire.rows().await, before);
}

/// Percent-encoded, as they stand in a path or query.
fn raw_values() -> Vec<String> {
    let mut values: Vec<String> = [
        "%",
        "%f",
        "%zz",
        "%ff",
        "%00",
        "%C0%80",
        "%ED%A0%80",
        "%F0%9F%92%89",
        "%D9%A1%D9%A2",
        "%E2%80%AE1",
        "-1",
        "-0",
        "1e3",
        "1e999",
        "0.5",
        "NaN",
        "inf",
        "-inf",
        "+",
        "%20",
        "null",
        "undefined",
        "[]",
        "%7B%7D",
        "[object%20Object]",
        "99999999999999999999",
        "-9223372036854775809",
        "18446744073709551615",
        "0x10",
        "'%20or%201=1--",
        "$1",
        "..%2F..",
        "%25",
        "%0d%0aX:%20y",
        ";",
        "=",
        "==",
        "a=b",
    ]
    .map(str::to_owned)
    .to_vec();
    values.push("9".repeat(8_000));
    values.push("%20".repeat(2_000));
    values
}

/// Empty answers, which CoWIN gave for what it did not know.
const NOTHING: [&str; 4] = [
    r#"{"sessions":[]}"#,
    r#"{"centers":[]}"#,
    "{}",
    r#"{"districts":[],"ttl":24}"#,
];

/// Every name that a query asks for, and a value that is well-formed.
const FIELDS: [&str; 9] = [
    "pincode",
    "district_id",
    "center_id",
    "date",
    "lat",
    "long",
    "state_id",
    "appointment_id",
    "beneficiary_reference_id",
];
const GRANTED: [&str; 9] = [
    "400001",
    "395",
    "561001",
    "22-11-2026",
    "18.9",
    "72.8",
    "21",
    "x",
    "x",
];

#[tokio::test]
async fn a_malformed_query_is_refused_or_finds_nothing() {
    let sweep = Sweep::start().await;
    let before = sweep.wire.rows().await;
    for path in paths("GET") {
        for field in FIELDS {
            for value in raw_values() {
                let pairs = FIELDS
                    .iter()
                    .zip(GRANTED)
                    .map(|(name, granted)| match *name == field {
                        true => format!("{name}={value}"),
                        false if *name == "date" && path.contains("Reports") => "date=2026-11-22".to_owned(),
                        false => format!("{name}={granted}"),
                    });
                let path = format!("{path}?{}", pairs.collect::<Vec<_>>().join("&"));
                let answer = sweep.get(&path).await;
                match answer.status {
                    200 => assert!(
                        answer.kind().starts_with("application/json"),
                        "{}",
                        shortened(&path)
                    ),
                    _ => refused(&answer, &shortened(&path)),
                }
            }
        }
    }
    for (search, judged) in [
        ("findByPin?date=22-11-2026&pincode=", 401),
        ("findByDistrict?date=22-11-2026&district_id=", 401),
        ("calendarByPin?pincode=400001&date=", 401),
        ("calendarByDistrict?district_id=395&date=", 401),
        ("calendarByCenter?date=22-11-2026&center_id=", 401),
    ] {
        for value in raw_values() {
            let path = format!("/v2/appointment/sessions/public/{search}{value}");
            let answer = sweep.get(&path).await;
            assert_ne!(answer.status, judged, "a public path asks for no token");
            if answer.status == 200 {
                assert!(
                    NOTHING.contains(&answer.text().as_str()),
                    "{} {}",
                    shortened(&path),
                    answer.text()
                );
            }
        }
    }
    assert_eq!(sweep.wire.rows().await, before);
}

#[tokio::test]
async fn a_malformed_state_has_no_districts() {
    let sweep = Sweep::start().await;
    for value in raw_values() {
        let path = format!(
            "/v2/admin/location/districts/{}",
            value.replace(['[', ']'], "%5B")
        );
        let answer = sweep.get(&path).await;
        match answer.status {
            200 => assert_eq!(
                answer.text(),
                r#"{"districts":[],"ttl":24}"#,
                "{}",
                shortened(&path)
            ),
            404 => answer.refused(pramaan_http::cowin::code::PATH_UNKNOWN),
            status => panic!("{} {status}", shortened(&path)),
        }
    }
}

#[tokio::test]
async fn malformed_headers_are_refused_or_ignored() {
    let sweep = Sweep::start().await;
    let before = sweep.wire.rows().await;
    let longest = "x".repeat(8_000);
    let odd = [
        "",
        " ",
        ",",
        ";;;q=",
        "\"",
        "*",
        "W/",
        "Bearer",
        "Bearer ",
        "Bearer a.b.c",
        "Basic eA==",
        "%00",
        &longest,
    ];
    for value in odd {
        for name in [
            "accept-language",
            "accept-encoding",
            "if-none-match",
            "content-type",
            "origin",
            "host",
            "cookie",
        ] {
            let answer = sweep.wire.get(FIND).header(name, value).send().await;
            assert!(
                [200, 304].contains(&answer.status),
                "{name} {value:?} {}",
                answer.status
            );
        }
        let call = sweep
            .wire
            .get("/v2/appointment/beneficiaries")
            .header("authorization", value);
        call.send().await.unauthenticated();
        let call = sweep
            .wire
            .post("/v2/auth/generateOTP", &json!({"mobile": ASHA}))
            .header("x-api-key", value);
        call.send().await.forbidden();
        let call = sweep
            .wire
            .post("/v2/appointment/schedule", &json!({}))
            .token(&sweep.token);
        let answer = call.header("idempotency-key", value).send().await;
        refused(&answer, value);
    }
    assert_eq!(sweep.wire.rows().await, before);
}

/// What looks odd and is somebody's name.
#[tokio::test]
async fn a_name_in_any_script_comes_back_as_it_was_typed() {
    let wire = Wire::start().await;
    let token = wire.login(ASHA).await;
    let names = [
        "محمد علی",
        "பெ. முருகன்",
        "श्रीमती आशा देवी",
        "O'Neill-D'Souza",
        "X Æ",
        "null",
    ];
    for name in names {
        let mut form = wire.form();
        form["name"] = json!(name);
        wire.post("/v2/registration/beneficiary/new", &form)
            .token(&token)
            .await_ok()
            .await;
    }
    let listed = wire.beneficiaries(&token).await;
    let mut shown: Vec<_> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|person| text(&person["name"]))
        .collect();
    let mut typed = names.map(str::to_owned).to_vec();
    shown.sort();
    typed.sort();
    assert_eq!(shown, typed);
    // Controls and direction overrides could rewrite a certificate around the name.
    let other = wire.login(OTHER).await;
    for name in [
        "Asha\u{0}Devi",
        "Asha\nDevi",
        "Asha\u{202e}iveD",
        "\u{2066}Asha",
        "💉",
        "123",
    ] {
        let mut form = wire.form();
        form["name"] = json!(name);
        let answer = wire
            .post("/v2/registration/beneficiary/new", &form)
            .token(&other)
            .send()
            .await;
        answer.refused_in_words(pramaan_http::cowin::code::MALFORMED_NAME);
    }
}
