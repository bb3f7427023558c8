//! Section 3: sessions of a day, calendars of a week, centres near a point; in public and with a token.

use std::collections::BTreeSet;

use pramaan_http::cowin::code;
use serde_json::{Value, json};

use crate::support::*;
use crate::{AVAILABILITY, all_shown};

const DAY: &str = "date=22-11-2026";

async fn ask(wire: &Wire, token: &str, path: &str) -> Answer {
    let call = wire.get(&format!("/v2/appointment/{path}"));
    if path.contains("/public/") {
        call
    } else {
        call.token(token)
    }
    .send()
    .await
}

#[tokio::test]
async fn every_search_finds_refuses_and_keeps_its_types() {
    let wire = Wire::start().await;
    let token = wire.login(ASHA).await;
    for protected in ["", "public/"] {
        let by_pin = ask(
            &wire,
            &token,
            &format!("sessions/{protected}findByPin?pincode=400001&{DAY}"),
        )
        .await
        .ok();
        let by_district = format!("sessions/{protected}findByDistrict?district_id=395&{DAY}");
        assert_eq!(ask(&wire, &token, &by_district).await.ok(), by_pin);
        session(&by_pin["sessions"][0]);
        let calendar = format!("sessions/{protected}calendarByPin?pincode=400001&{DAY}");
        let calendar = ask(&wire, &token, &calendar).await.ok();
        let by_district = format!("sessions/{protected}calendarByDistrict?district_id=395&{DAY}");
        assert_eq!(ask(&wire, &token, &by_district).await.ok(), calendar);
        week(&calendar);
        let near = format!("centers/{protected}findByLatLong?lat=18.93&long=72.83");
        let near = ask(&wire, &token, &near).await.ok();
        nearest(&near);
        refusals(&wire, &token, protected).await;
    }
    centre(&wire).await;
    for endpoint in AVAILABILITY
        .iter()
        .filter(|endpoint| !endpoint.contains("/public/"))
    {
        let path = endpoint.strip_prefix("GET ").unwrap();
        let query = "?pincode=400001&district_id=395&date=22-11-2026&lat=1&long=1";
        wire.get(&format!("{path}{query}")).send().await.unauthenticated();
    }
    all_shown(&wire, AVAILABILITY);
}

fn names(list: &str) -> BTreeSet<&str> {
    list.split_whitespace().collect()
}

const CENTRE: &str =
    "center_id name address state_name district_name block_name pincode lat long from to fee_type";

fn session(session: &Value) {
    let own = "session_id date available_capacity available_capacity_dose1 available_capacity_dose2 fee min_age_limit \
        allow_all_age vaccine slots";
    assert_eq!(keys(session), names(&format!("{CENTRE} {own}")));
    assert_eq!(session["date"], "22-11-2026");
    assert_eq!(session["slots"], json!([NINE, ELEVEN, ONE, "03:00PM-06:00PM"]));
    let [all, first, second] =
        ["", "_dose1", "_dose2"].map(|dose| session[format!("available_capacity{dose}")].as_i64().unwrap());
    assert_eq!((all, first, second), (28, 20, 8));
}

fn week(calendar: &Value) {
    assert_eq!(keys(calendar), ["centers"].into());
    let (free, paid) = (&calendar["centers"][0], &calendar["centers"][1]);
    assert_eq!(keys(free), names(&format!("{CENTRE} sessions")));
    assert_eq!(keys(paid), names(&format!("{CENTRE} sessions vaccine_fees")));
    assert_eq!(
        paid["vaccine_fees"],
        json!([{"vaccine": "COVISHIELD", "fee": "780"}])
    );
    let dates: Vec<_> = free["sessions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|session| &session["date"])
        .collect();
    assert_eq!(dates, ["22-11-2026", "23-11-2026"]);
    let own = "session_id date available_capacity min_age_limit allow_all_age vaccine slots available_capacity_dose1 \
        available_capacity_dose2";
    assert_eq!(keys(&free["sessions"][0]), names(own));
    let banded = &paid["sessions"][0];
    assert_eq!(keys(banded), names(&format!("{own} max_age_limit")));
    assert_eq!(
        (&banded["min_age_limit"], &banded["max_age_limit"]),
        (&json!(45), &json!(60))
    );
    assert_eq!(banded["allow_all_age"], false);
}

fn nearest(near: &Value) {
    assert_eq!(
        (keys(near), &near["ttl"]),
        (["centers", "ttl"].into(), &json!(24))
    );
    let centres = near["centers"].as_array().unwrap();
    let order: Vec<_> = centres
        .iter()
        .map(|centre| centre["center_id"].as_i64().unwrap())
        .collect();
    assert_eq!(order, [561_001, 561_002, 561_003]);
    let own = "center_id name state_name district_name block_name pincode lat long from to fee_type";
    assert_eq!(keys(&centres[0]), names(own));
    for name in names(own).into_iter().filter(|name| *name != "center_id") {
        assert!(centres[0][name].is_string(), "{name}");
    }
}

async fn centre(wire: &Wire) {
    let path = "/v2/appointment/sessions/public/calendarByCenter";
    let one = wire
        .get(&format!("{path}?center_id=561001&{DAY}"))
        .await_ok()
        .await;
    assert!(one["centers"].is_object());
    assert_eq!(one["centers"]["center_id"], 561_001);
    for nothing in ["7", "0", "-1", "99999999999"] {
        let answer = wire
            .get(&format!("{path}?center_id={nothing}&{DAY}"))
            .send()
            .await;
        assert_eq!((answer.status, answer.text().as_str()), (200, "{}"), "{nothing}");
    }
    wire.get(&format!("{path}?{DAY}"))
        .send()
        .await
        .refused(code::PARAMETER_MISSING);
    wire.get(&format!("{path}?center_id=x&{DAY}"))
        .send()
        .await
        .refused(code::MALFORMED_VALUE);
}

async fn refusals(wire: &Wire, token: &str, protected: &str) {
    for (path, code) in [
        ("sessions/P/findByPin?pincode=400001", code::PARAMETER_MISSING),
        (
            "sessions/P/findByPin?pincode=4000&date=22-11-2026",
            code::INVALID_PINCODE,
        ),
        (
            "sessions/P/findByPin?pincode=400001&date=soon",
            code::MALFORMED_DATE,
        ),
        (
            "sessions/P/findByDistrict?date=22-11-2026",
            code::PARAMETER_MISSING,
        ),
        (
            "sessions/P/findByDistrict?district_id=x&date=22-11-2026",
            code::MALFORMED_VALUE,
        ),
        (
            "sessions/P/calendarByPin?date=22-11-2026",
            code::PARAMETER_MISSING,
        ),
        (
            "sessions/P/calendarByPin?pincode=x&date=22-11-2026",
            code::INVALID_PINCODE,
        ),
        (
            "sessions/P/calendarByDistrict?district_id=395&date=",
            code::PARAMETER_MISSING,
        ),
        ("centers/P/findByLatLong?lat=18", code::PARAMETER_MISSING),
        ("centers/P/findByLatLong?lat=91&long=72", code::MALFORMED_VALUE),
    ] {
        ask(wire, token, &path.replace("P/", protected))
            .await
            .refused(code);
    }
}

#[tokio::test]
async fn nothing_is_an_empty_list_and_booked_out_stays_in_the_calendar() {
    let wire = Wire::start().await;
    let token = wire.login(ASHA).await;
    for (path, body) in [
        ("findByPin?pincode=110001&date=22-11-2026", r#"{"sessions":[]}"#),
        ("findByPin?pincode=400001&date=22-11-2020", r#"{"sessions":[]}"#),
        (
            "findByDistrict?district_id=32768&date=22-11-2026",
            r#"{"sessions":[]}"#,
        ),
        (
            "calendarByPin?pincode=110001&date=22-11-2026",
            r#"{"centers":[]}"#,
        ),
        (
            "calendarByDistrict?district_id=9999&date=22-11-2026",
            r#"{"centers":[]}"#,
        ),
    ] {
        let answer = ask(&wire, &token, &format!("sessions/public/{path}")).await;
        assert_eq!((answer.status, answer.text().as_str()), (200, body), "{path}");
    }
    let (id, session) = (
        wire.register(&token).await,
        wire.session(561_001, "23-11-2026").await,
    );
    let body = json!({"dose": 1, "session_id": session, "slot": NINE, "beneficiaries": [id]});
    wire.book(&token, &body).await;
    let path = "sessions/public/calendarByCenter?center_id=561001&date=23-11-2026";
    let full = ask(&wire, &token, path).await.ok()["centers"]["sessions"][0].clone();
    assert_eq!(
        (&full["session_id"], &full["available_capacity"]),
        (&json!(session), &json!(0))
    );
}

#[tokio::test]
async fn only_the_paths_with_a_token_filter_by_vaccine() {
    let wire = Wire::start().await;
    let token = wire.login(ASHA).await;
    let count = async |path: &str| {
        let answer = ask(&wire, &token, path).await.ok();
        let centres = answer["centers"].as_array().unwrap().clone();
        centres
            .iter()
            .map(|centre| centre["sessions"].as_array().unwrap().len())
            .sum::<usize>()
    };
    let query = "calendarByPin?pincode=400001&date=22-11-2026&vaccine";
    for (vaccine, found) in [
        ("COVISHIELD", 2),
        ("COVAXIN", 1),
        ("SPUTNIK%20V", 0),
        ("SPUTNIK+V", 0),
        ("X", 0),
        ("", 3),
    ] {
        assert_eq!(
            count(&format!("sessions/{query}={vaccine}")).await,
            found,
            "{vaccine}"
        );
        assert_eq!(
            count(&format!("sessions/public/{query}={vaccine}")).await,
            3,
            "{vaccine}"
        );
    }
}
