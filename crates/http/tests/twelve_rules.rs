//! The twelve rules of the compatible API that break real clients when missed, and the oddities beside them, each over
//! the whole router: status, label and exact JSON types.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use http::{Method, header};
use pramaan_http::observe::Metrics;
use pramaan_http::server::{Limits, serve, shutdown};
use serde_json::{Value, json};
use support::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const CONFIRM: &str = "/v2/auth/validateMobileOtp";
const SCHEDULE: &str = "/v2/appointment/schedule";

#[tokio::test]
async fn rule_1_transactions_sessions_and_appointments_are_uuid_strings() {
    let wire = Wire::start().await;
    let generated = wire.post("/v2/auth/generateMobileOTP", &json!({"mobile": ASHA}));
    assert!(is_uuid(&generated.await_ok().await["txnId"]));
    let session = wire.get(FIND).await_ok().await["sessions"][0]["session_id"].clone();
    assert!(is_uuid(&session));
    let token = wire.login(ASHA).await;
    let id = wire.register(&token).await;
    let booking = json!({"dose": 1, "session_id": session, "slot": ELEVEN, "beneficiaries": [id]});
    let booked = wire.post(SCHEDULE, &booking).token(&token).await_ok().await;
    assert!(is_uuid(&booked["appointment_confirmation_no"]) && is_uuid(&booked["appointment_id"]));
    let appointment = &wire.beneficiaries(&token).await[0]["appointments"][0];
    assert_eq!(appointment["appointment_id"], booked["appointment_id"]);
    assert_eq!(appointment["session_id"], session);
}

#[tokio::test]
async fn rule_2_an_otp_travels_as_lower_case_hex_sha_256_of_six_digits() {
    let wire = Wire::start().await;
    // The digest of a known code, as coreutils print it.
    assert_eq!(
        sha256("459831"),
        "3f47e122c7bbf8c2fcdaa0da2c61715f55974440d40903fab0943243a33ba408"
    );
    let txn = wire.generate(ASHA).await;
    let code = wire.test.code(ASHA);
    assert!(code.len() == 6 && code.bytes().all(|digit| digit.is_ascii_digit()));
    let clear = wire
        .post(CONFIRM, &json!({"otp": code, "txnId": txn}))
        .send()
        .await;
    assert_eq!((clear.status, clear.kind()), (400, "application/json"));
    assert_eq!(
        clear.text(),
        r#"{"errorCode":"USRAUT0014","error":"Invalid OTP"}"#
    );
    let right = wire.post(CONFIRM, &json!({"otp": sha256(&code), "txnId": txn}));
    assert_eq!(text(&right.await_ok().await["token"]).split('.').count(), 3);
}

#[tokio::test]
async fn rule_3_a_wrong_otp_does_not_consume_the_transaction() {
    let wire = Wire::start().await;
    let txn = wire.generate(ASHA).await;
    let code = wire.test.code(ASHA);
    for _ in 0..2 {
        let body = json!({"otp": sha256(wrong(&code)), "txnId": txn});
        let answer = wire.post(CONFIRM, &body).send().await;
        assert_eq!(
            (answer.status, answer.text().as_str()),
            (400, r#"{"errorCode":"USRAUT0014","error":"Invalid OTP"}"#)
        );
    }
    let third = wire
        .post(CONFIRM, &json!({"otp": sha256(&code), "txnId": txn}))
        .await_ok()
        .await;
    assert_eq!(keys(&third), ["isNewAccount", "token"].into());
}

#[tokio::test]
async fn rule_4_json_needs_no_content_type_and_text_plain_is_not_parsed() {
    let wire = Wire::start().await;
    for kind in [
        None,
        Some("application/json"),
        Some("application/json;charset=UTF-8"),
        Some("application/x-www-form-urlencoded"),
    ] {
        let mut call = wire.post("/v2/auth/generateMobileOTP", &json!({"mobile": ASHA}));
        if let Some(kind) = kind {
            call = call.header("content-type", kind);
        }
        assert!(is_uuid(&call.await_ok().await["txnId"]), "{kind:?}");
    }
    let txn = wire.generate(ASHA).await;
    let body = json!({"otp": sha256(&wire.test.code(ASHA)), "txnId": txn});
    let plain = wire
        .post(CONFIRM, &body)
        .header("content-type", "text/plain;charset=UTF-8")
        .send()
        .await;
    assert_eq!((plain.status, plain.kind()), (400, "application/json"));
    assert_eq!(
        plain.text(),
        r#"{"errorCode":"USRAUT0012","error":"OTP is Required"}"#
    );
    wire.post(CONFIRM, &body).await_ok().await;
}

#[tokio::test]
async fn rule_5_a_401_is_plain_text_that_is_not_json() {
    let wire = Wire::start().await;
    let token = wire.login(ASHA).await;
    let (public, expired) = (
        wire.get("/v2/appointment/beneficiaries"),
        wire.get("/v2/appointment/beneficiaries"),
    );
    let mut answers = vec![public.send().await, expired.token("a.b.c").send().await];
    answers.push(wire.post(SCHEDULE, &json!({})).send().await);
    answers.push(
        wire.get("/v2/appointment/sessions/findByPin?pincode=400001&date=22-11-2026")
            .send()
            .await,
    );
    let unknown = json!({"otp": sha256("123456"), "txnId": "3fa85f64-5717-4562-b3fc-2c963f66afa6"});
    answers.push(wire.post(CONFIRM, &unknown).send().await);
    wire.test.clock.advance_seconds(900);
    answers.push(
        wire.get("/v2/appointment/beneficiaries")
            .token(&token)
            .send()
            .await,
    );
    for answer in answers {
        assert_eq!(
            (answer.status, answer.text().as_str()),
            (401, "Unauthenticated access!")
        );
        assert_eq!(answer.kind(), "text/plain; charset=utf-8");
        assert!(serde_json::from_slice::<Value>(&answer.bytes).is_err());
    }
}

#[tokio::test]
async fn rule_6_refusals_are_json_with_two_names_and_say_so() {
    let wire = Wire::start().await;
    let bad = wire
        .get("/v2/appointment/sessions/public/findByPin?pincode=1&date=22-11-2026")
        .send()
        .await;
    assert_eq!((bad.status, bad.kind()), (400, "application/json"));
    assert_eq!(
        bad.text(),
        r#"{"errorCode":"APPOIN0018","error":"Invalid Pincode"}"#
    );
    let token = wire.login(ASHA).await;
    let (one, two) = (wire.register(&token).await, wire.register(&token).await);
    let session = wire.session(561_001, "23-11-2026").await;
    let booking = json!({"dose": 1, "session_id": session, "slot": NINE, "beneficiaries": [one, two]});
    let full = wire.post(SCHEDULE, &booking).token(&token).send().await;
    assert_eq!((full.status, full.kind()), (409, "application/json"));
    assert_eq!(
        full.text(),
        r#"{"errorCode":"APPOIN0040","error":"This vaccination center is completely booked for the selected date. Please try another date or vaccination center."}"#
    );
}

#[tokio::test]
async fn rule_7_numbers_are_integers_when_found_by_day_and_strings_when_found_by_place() {
    let wire = Wire::start().await;
    let found = wire.get(FIND).await_ok().await["sessions"][0].clone();
    let path = "/v2/appointment/sessions/public/calendarByDistrict?district_id=395&date=22-11-2026";
    let centre = wire.get(path).await_ok().await["centers"][0].clone();
    for object in [&found, &centre] {
        for (name, value) in [
            ("pincode", 400_001),
            ("center_id", 561_001),
            ("lat", 18),
            ("long", 72),
        ] {
            assert!(object[name].is_i64() || object[name].is_u64(), "{name}");
            assert_eq!(object[name], value, "{name}");
        }
        for (name, value) in [("from", "09:00:00"), ("to", "17:00:00"), ("fee_type", "Free")] {
            assert_eq!(object[name], value, "{name}");
        }
    }
    assert_eq!(
        (&found["fee"], &found["min_age_limit"], &found["allow_all_age"]),
        (&json!("0"), &json!(18), &json!(true))
    );
    assert_eq!(found["available_capacity"].as_u64(), Some(28));
    let near = wire
        .get("/v2/appointment/centers/public/findByLatLong?lat=18.93&long=72.83")
        .await_ok()
        .await;
    let near = &near["centers"][0];
    assert_eq!(
        (&near["pincode"], &near["center_id"]),
        (&json!("400001"), &json!(561_001))
    );
    assert_eq!(
        (&near["lat"], &near["long"]),
        (&json!("18.934600"), &json!("72.837200"))
    );
}

#[tokio::test]
async fn rule_8_states_and_districts_carry_a_ttl_of_24() {
    let wire = Wire::start().await;
    for path in [
        "/v2/admin/location/states",
        "/v2/admin/location/districts/21",
        "/v2/admin/location/districts/0",
    ] {
        let answer = wire.get(path).await_ok().await;
        assert_eq!(
            (answer["ttl"].as_u64(), answer.as_object().unwrap().len()),
            (Some(24), 2),
            "{path}"
        );
    }
}

#[tokio::test]
async fn rule_9_dates_are_read_in_every_spelling_and_written_in_one() {
    let wire = Wire::start().await;
    wire.test.clock.advance_seconds(13 * 86_400);
    let path = "/v2/appointment/sessions/public/calendarByCenter?center_id=561001&date=";
    let same = |date: String| {
        let call = wire.get(&format!("{path}{date}"));
        async move { call.await_ok().await }
    };
    let expected = same("08-02-2027".to_owned()).await;
    assert_eq!(expected["centers"]["sessions"][0]["date"], "14-02-2027");
    for mark in ["-", "/", ":", ".", "%2F"] {
        for day in ["08", "8"] {
            for month in ["02", "2"] {
                for year in ["2027", "27"] {
                    let date = [day, month, year].join(mark);
                    assert_eq!(same(date.clone()).await, expected, "{date}");
                }
            }
        }
    }
    for date in ["2027-02-08", "31-02-2027", "08-02", "tomorrow", "08-02-027"] {
        let answer = wire.get(&format!("{path}{date}")).send().await;
        assert_eq!(
            (answer.status, answer.text().as_str()),
            (
                400,
                r#"{"errorCode":"PRAMAAN0004","error":"Invalid date. Write it as DD-MM-YYYY."}"#
            )
        );
    }
}

#[tokio::test]
async fn rule_10_the_confirmation_number_names_slip_move_and_cancellation() {
    let wire = Wire::start().await;
    let token = wire.login(ASHA).await;
    let (id, session) = (wire.register(&token).await, wire.today().await);
    let booking = json!({"dose": 1, "session_id": session, "slot": ELEVEN, "beneficiaries": [id]});
    let booked = wire.post(SCHEDULE, &booking).token(&token).await_ok().await;
    assert_eq!(
        keys(&booked),
        ["appointment_confirmation_no", "appointment_id"].into()
    );
    let number = text(&booked["appointment_confirmation_no"]);
    let slip = format!("/v2/appointment/appointmentslip/download?appointment_id={number}");
    wire.get(&slip).token(&token).send().await.pdf();
    let moving = json!({"appointment_id": number, "session_id": session, "slot": ONE});
    wire.post("/v2/appointment/reschedule", &moving)
        .token(&token)
        .send()
        .await
        .empty();
    let cancelling = json!({"appointment_id": number, "beneficiariesToCancel": [id]});
    wire.post("/v2/appointment/cancel", &cancelling)
        .token(&token)
        .send()
        .await
        .empty();
}

#[tokio::test]
async fn rule_11_cancel_reschedule_and_delete_answer_204_without_a_body() {
    let wire = Wire::start().await;
    let token = wire.login(ASHA).await;
    let (id, session) = (wire.register(&token).await, wire.today().await);
    let booking = json!({"dose": 1, "session_id": session, "slot": ELEVEN, "beneficiaries": [id]});
    let number = wire.book(&token, &booking).await;
    for (path, body) in [
        (
            "/v2/appointment/reschedule",
            json!({"appointment_id": number, "session_id": session, "slot": ONE}),
        ),
        (
            "/v2/appointment/cancel",
            json!({"appointment_id": number, "beneficiariesToCancel": [id]}),
        ),
        (
            "/v2/registration/beneficiary/delete",
            json!({"beneficiary_reference_id": id}),
        ),
    ] {
        let answer = wire.post(path, &body).token(&token).send().await;
        assert_eq!((answer.status, answer.bytes.len()), (204, 0), "{path}");
        assert!(!answer.headers.contains_key(header::CONTENT_TYPE), "{path}");
    }
}

#[tokio::test]
async fn rule_12_appointments_is_a_list_and_nothing_is_null() {
    let wire = Wire::start().await;
    let token = wire.login(ASHA).await;
    wire.register(&token).await;
    let person = wire.beneficiaries(&token).await[0].clone();
    assert_eq!(person["appointments"], json!([]));
    for name in ["vaccine", "dose1_date", "dose2_date"] {
        assert_eq!(person[name], "", "{name}");
    }
    assert!(person.as_object().unwrap().values().all(|value| !value.is_null()));
    wire.vaccinate(&token, ASHA, &text(&person["beneficiary_reference_id"]), 1)
        .await;
    let person = wire.beneficiaries(&token).await[0].clone();
    assert_eq!(
        (&person["dose1_date"], &person["dose2_date"]),
        (&json!("22-11-2026"), &json!(""))
    );
    assert!(person.as_object().unwrap().values().all(|value| !value.is_null()));
}

#[tokio::test]
async fn also_it_speaks_http_1_1() {
    let wire = Wire::start().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (_trigger, listening) = shutdown();
    tokio::spawn(serve(
        listener,
        wire.router.clone(),
        Limits::default(),
        Metrics::default(),
        listening,
    ));
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = "GET /api/v2/admin/location/districts/9 HTTP/1.1\r\nHost: cdn-api.co-vin.in\r\nConnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.ends_with(r#""ttl":24}"#), "{answer}");
}

#[tokio::test]
async fn also_unknown_query_parameters_and_fields_are_ignored() {
    let wire = Wire::start().await;
    let more = format!("{FIND}&Accept-Language=hi_IN&age=18&_=1620570221&pincode=9&&x=%20");
    assert_eq!(wire.get(&more).await_ok().await, wire.get(FIND).await_ok().await);
    let body = json!({"mobile": ASHA, "secret": "U2FsdGVkX1+z", "ua": {"deep": [null]}});
    wire.post("/v2/auth/generateMobileOTP", &body).await_ok().await;
}

#[tokio::test]
async fn also_any_host_and_any_or_no_user_agent_are_served() {
    let wire = Wire::start().await;
    let plain = wire.get(FIND).await_ok().await;
    for host in [
        "cdn-api.co-vin.in",
        "cdndemo-api.co-vin.in",
        "api.cowin.gov.in",
        "127.0.0.1:8080",
        "x",
    ] {
        assert_eq!(
            wire.get(FIND).header("host", host).await_ok().await,
            plain,
            "{host}"
        );
    }
    for agent in [
        "",
        "curl/7.68.0",
        "python-requests/2.25.1",
        "Mozilla/5.0 (X11; Linux x86_64)",
    ] {
        assert_eq!(
            wire.get(FIND).header("user-agent", agent).await_ok().await,
            plain,
            "{agent}"
        );
    }
    let token = wire.login(ASHA).await;
    let other = wire
        .get("/v2/appointment/beneficiaries")
        .header("user-agent", "another")
        .token(&token);
    assert_eq!(other.await_ok().await, json!({"beneficiaries": []}));
}

#[tokio::test]
async fn also_bearer_is_read_in_any_letter_case() {
    let wire = Wire::start().await;
    let token = wire.login(ASHA).await;
    let call = |value: String| {
        wire.get("/v2/appointment/beneficiaries")
            .header("authorization", &value)
    };
    for scheme in ["Bearer", "bearer", "BEARER", "bEaReR", "Bearer "] {
        call(format!("{scheme} {token}")).await_ok().await;
    }
    for value in [
        token.clone(),
        format!("Basic {token}"),
        "Bearer".to_owned(),
        format!("Bearer{token}"),
    ] {
        call(value).send().await.unauthenticated();
    }
}

#[tokio::test]
async fn also_cors_is_open_with_its_preflight_and_on_refusals() {
    let wire = Wire::start().await;
    for path in [
        SCHEDULE,
        "/v2/auth/public/generateOTP",
        "/v2/appointment/sessions/public/findByPin",
    ] {
        let preflight = wire
            .call(Method::OPTIONS, path)
            .header("origin", "https://example.org")
            .header("access-control-request-method", "POST")
            .header(
                "access-control-request-headers",
                "authorization, content-type, x-api-key",
            );
        let answer = preflight.send().await;
        answer.empty();
        assert_eq!(answer.header(header::ACCESS_CONTROL_ALLOW_ORIGIN), "*");
        let allowed = answer.header(header::ACCESS_CONTROL_ALLOW_HEADERS);
        assert!(
            ["authorization", "content-type", "x-api-key"]
                .iter()
                .all(|name| allowed.contains(name))
        );
        assert!(
            answer
                .header(header::ACCESS_CONTROL_ALLOW_METHODS)
                .contains("POST")
        );
        assert_eq!(answer.header(header::ACCESS_CONTROL_ALLOW_CREDENTIALS), "");
    }
    let refused = wire
        .post(SCHEDULE, &json!({}))
        .header("origin", "https://example.org")
        .send()
        .await;
    refused.unauthenticated();
    assert_eq!(refused.header(header::ACCESS_CONTROL_ALLOW_ORIGIN), "*");
}

#[tokio::test]
async fn also_paths_are_cased_as_printed() {
    let wire = Wire::start().await;
    let body = json!({"mobile": ASHA});
    wire.post("/v2/auth/generateMobileOTP", &body).await_ok().await;
    let missing = wire.post(CONFIRM, &json!({})).send().await;
    assert_eq!(
        missing.text(),
        r#"{"errorCode":"USRAUT0012","error":"OTP is Required"}"#
    );
    let other = wire.post("/v2/auth/validateMobileOTP", &body).send().await;
    assert_eq!(
        (other.status, &other.json()["errorCode"]),
        (404, &json!("PRAMAAN0009"))
    );
}

#[tokio::test]
async fn also_numbers_come_as_strings_floats_and_integers() {
    let wire = Wire::start().await;
    wire.post(
        "/v2/auth/generateMobileOTP",
        &json!({"mobile": 9_876_543_210_u64}),
    )
    .await_ok()
    .await;
    let token = wire.login(ASHA).await;
    let mut form = wire.form();
    (form["gender_id"], form["photo_id_type"]) = (json!("2"), json!(8.0));
    form["birth_year"] = json!(1980);
    let call = wire.post("/v2/registration/beneficiary/new", &form).token(&token);
    let id = text(&call.await_ok().await["beneficiary_reference_id"]);
    let number: u64 = id.parse().unwrap();
    let session = wire.today().await;
    for (dose, who) in [
        (json!("1"), json!(id)),
        (json!(1.0), json!(number)),
        (json!(1), json!(number)),
    ] {
        let body = json!({"dose": dose, "session_id": session, "slot": ELEVEN, "beneficiaries": [who],
            "center_id": 561_001.0, "captcha": "xYz12"});
        let number = wire.book(&token, &body).await;
        let cancelling = json!({"appointment_id": number, "beneficiariesToCancel": [who]});
        wire.post("/v2/appointment/cancel", &cancelling)
            .token(&token)
            .send()
            .await
            .empty();
    }
    let path = "/v2/appointment/sessions/public/findByDistrict?district_id=395.0&date=22-11-2026";
    assert_eq!(wire.get(path).send().await.status, 400, "a query has no floats");
}

#[tokio::test]
async fn also_availability_has_weak_etags_and_answers_304() {
    let wire = Wire::start().await;
    let first = wire.get(FIND).send().await;
    let etag = first.header(header::ETAG).to_owned();
    assert!(etag.starts_with("W/\"") && etag.ends_with('"'), "{etag}");
    let again = wire.get(FIND).header("if-none-match", &etag).send().await;
    assert_eq!(
        (again.status, again.bytes.len(), again.header(header::ETAG)),
        (304, 0, etag.as_str())
    );
    let stale = wire
        .get(FIND)
        .header("if-none-match", "W/\"511-stale\"")
        .send()
        .await;
    assert_eq!((stale.status, &stale.bytes), (200, &first.bytes));
}

#[tokio::test]
async fn also_hi_in_adds_local_names_and_changes_no_english_one() {
    let wire = Wire::start().await;
    for (path, list, names) in [
        ("/v2/admin/location/states", "states", &["state_name"][..]),
        ("/v2/admin/location/districts/21", "districts", &["district_name"]),
        ("/v2/registration/beneficiary/genders", "genders", &["gender"]),
        ("/v2/registration/beneficiary/idTypes", "types", &["type"]),
        (
            FIND,
            "sessions",
            &["name", "state_name", "district_name", "block_name"],
        ),
        (
            "/v2/appointment/centers/public/findByLatLong?lat=18.9&long=72.8",
            "centers",
            &["name", "state_name"],
        ),
    ] {
        let plain = wire.get(path).await_ok().await[list][0].clone();
        let answer = wire.get(path).header("accept-language", "hi_IN").send().await;
        assert!(answer.header(header::VARY).contains("accept-language"), "{path}");
        let local = answer.ok()[list][0].clone();
        for name in names {
            assert_eq!(local[name], plain[name], "{path}");
            assert!(
                local[format!("{name}_l")]
                    .as_str()
                    .is_some_and(|text| !text.is_empty()),
                "{path} {name}"
            );
            assert!(plain.get(format!("{name}_l")).is_none(), "{path} {name}");
        }
    }
}
