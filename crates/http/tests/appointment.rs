//! Finding a session, booking it, moving and cancelling: each documented answer on CoWIN's wire.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use axum::Router;
use axum::body::Body;
use http::{Request, header};
use http_body_util::BodyExt;
use pramaan_app::Face;
use pramaan_app::import::{self, Bad};
use pramaan_app::testing::{Setup, TestApp};
use pramaan_http::cowin;
use serde_json::{Value, json};
use tower::ServiceExt;

const ASHA: &str = "9876543210";
const OTHER: &str = "9876543211";
const SCHEDULE: &str = "/v2/appointment/schedule";

/// Two centres at 400001, one of them private, and one in Pune; today is 22 November 2026, 10:00.
const CENTRES: &str = "\
id,name,address,district_id,block,pincode,latitude,longitude,opens,closes,kind,fees
561001,Fort Clinic,Bora Bazar,395,Ward A,400001,18.934600,72.837200,09:00,17:00,government,
561002,Fort Private,D N Road,395,Ward A,400001,18.940000,72.840000,09:00,17:00,private,COVISHIELD:780
561003,Pune Clinic,Camp,363,Camp,411001,18.516000,73.876000,09:00,17:00,government,
";

const SESSIONS: &str = "\
centre_id,date,vaccine,min_age,max_age,slots,seats
561001,2026-11-22,COVISHIELD,18,,09:00AM-09:30AM|11:00AM-01:00PM|01:00PM-03:00PM,1:online:2|2:online:1|1:walk_in:50
561002,2026-11-23,COVISHIELD,45,60,09:00AM-11:00AM,1:online:3
561001,28-11-2026,COVAXIN,18,,09:00AM-11:00AM,1:online:3
561001,2026-11-29,COVAXIN,18,,09:00AM-11:00AM,1:online:3
561003,2026-11-22,COVISHIELD,18,,11:00AM-01:00PM,1:online:9
";

struct Server {
    test: TestApp,
    router: Router,
    token: String,
}

#[derive(Debug)]
struct Answered {
    status: u16,
    kind: String,
    etag: Option<String>,
    bytes: Vec<u8>,
}

impl Answered {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|_| panic!("not JSON: {self:?}"))
    }

    fn ok(&self) -> Value {
        assert_eq!(self.status, 200, "{}", String::from_utf8_lossy(&self.bytes));
        self.json()
    }

    fn refused(&self, status: u16, code: &str) {
        assert_eq!(
            (self.status, self.json()["errorCode"].as_str()),
            (status, Some(code)),
            "{}",
            self.json()
        );
        assert!(
            self.json()["error"]
                .as_str()
                .is_some_and(|sentence| sentence.len() > 8)
        );
        assert_eq!(self.kind, "application/json");
    }
}

impl Server {
    async fn start() -> Self {
        let test = TestApp::on_sqlite(Setup::default()).await;
        let mut quiet = |_: usize, _: usize| {};
        let centres = import::centres(&test.app, CENTRES.as_bytes(), Bad::RefusesAll, &mut quiet)
            .await
            .unwrap();
        assert_eq!(centres.added, 3);
        let sessions = import::sessions(&test.app, SESSIONS.as_bytes(), Bad::RefusesAll, &mut quiet)
            .await
            .unwrap();
        assert_eq!(sessions.added, 5);
        test.app.refresh_availability().await.unwrap();
        let router = Router::new()
            .merge(cowin::availability::routes())
            .merge(cowin::appointment::routes())
            .merge(cowin::beneficiary::routes())
            .merge(cowin::report::routes())
            .with_state(test.app.clone());
        let token = test.login(ASHA, Face::Portal).await.unwrap().token;
        Self { test, router, token }
    }

    async fn send(&self, request: Request<Body>) -> Answered {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let text = |name: header::HeaderName| {
            response
                .headers()
                .get(name)
                .map(|v| v.to_str().unwrap().to_owned())
        };
        let (kind, etag) = (text(header::CONTENT_TYPE).unwrap_or_default(), text(header::ETAG));
        let status = response.status().as_u16();
        let bytes = response.into_body().collect().await.unwrap().to_bytes().to_vec();
        Answered {
            status,
            kind,
            etag,
            bytes,
        }
    }

    async fn get(&self, path: &str) -> Answered {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    async fn own(&self, path: &str) -> Answered {
        let request = Request::get(path).header(header::AUTHORIZATION, format!("bearer {}", self.token));
        self.send(request.body(Body::empty()).unwrap()).await
    }

    async fn post_as(
        &self,
        token: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: impl ToString,
    ) -> Answered {
        let mut request = Request::post(path).header(header::AUTHORIZATION, format!("Bearer {token}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::from(body.to_string())).unwrap())
            .await
    }

    async fn post(&self, path: &str, body: Value) -> Answered {
        self.post_as(&self.token, path, &[], body).await
    }

    async fn register(&self, token: &str, n: usize, year: &str) -> String {
        let body = json!({"name": format!("Member {}", ["A", "B", "C", "D", "E", "F"][n]), "birth_year": year,
            "gender_id": 2, "photo_id_type": 8, "photo_id_number": format!("P98{n}{}", &token[token.len() - 4..]
                .replace(|c: char| !c.is_ascii_alphanumeric(), "7")), "comorbidity_ind": "N", "consent_version": "1"});
        let answer = self
            .post_as(token, "/v2/registration/beneficiary/new", &[], body)
            .await
            .ok();
        answer["beneficiary_reference_id"].as_str().unwrap().to_owned()
    }

    /// The session of a centre on a day.
    async fn session(&self, centre: i64, date: &str) -> String {
        let path = format!("/v2/appointment/sessions/public/calendarByCenter?center_id={centre}&date={date}");
        self.get(&path).await.ok()["centers"]["sessions"][0]["session_id"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    async fn today(&self) -> String {
        self.session(561_001, "22-11-2026").await
    }

    async fn free(&self) -> Value {
        let path = "/v2/appointment/sessions/public/findByPin?pincode=400001&date=22-11-2026";
        self.get(path).await.ok()["sessions"][0]["available_capacity_dose1"].clone()
    }
}

fn booking(session: &str, slot: &str, members: &[&str]) -> Value {
    json!({"dose": 1, "session_id": session, "slot": slot, "beneficiaries": members})
}

const LATE: &str = "11:00AM-01:00PM";
const LATER: &str = "01:00PM-03:00PM";

#[tokio::test]
async fn a_found_session_is_field_for_field() {
    let server = Server::start().await;
    let session = server.today().await;
    let path = "/v2/appointment/sessions/public/findByPin?pincode=400001&date=22-11-2026&vaccine=NONE";
    assert_eq!(
        server.get(path).await.ok(),
        json!({"sessions": [{"center_id": 561001, "name": "Fort Clinic", "address": "Bora Bazar",
            "state_name": "Maharashtra", "district_name": "Mumbai", "block_name": "Ward A", "pincode": 400001,
            "from": "09:00:00", "to": "17:00:00", "lat": 18, "long": 72, "fee_type": "Free", "session_id": session,
            "date": "22-11-2026", "available_capacity": 6, "available_capacity_dose1": 4,
            "available_capacity_dose2": 2, "fee": "0", "min_age_limit": 18, "allow_all_age": true,
            "vaccine": "COVISHIELD", "slots": [LATE, LATER]}]})
    );
    // Ended slots and the walk-in quota are not shown; every spelling of the date is the same day.
    for spelling in ["22-11-26", "22/11/2026", "22:11:2026", "22.11.26"] {
        let other = path.replace("22-11-2026", spelling);
        assert_eq!(
            server.get(&other).await.ok(),
            server.get(path).await.ok(),
            "{spelling}"
        );
    }
}

#[tokio::test]
async fn a_calendar_has_seven_days_and_fees_at_paid_centres() {
    let server = Server::start().await;
    let calendar =
        server.get("/v2/appointment/sessions/public/calendarByDistrict?district_id=395&date=22-11-2026");
    let calendar = calendar.await.ok();
    let centers = calendar["centers"].as_array().unwrap();
    assert_eq!(centers.len(), 2);
    let dates: Vec<_> = centers[0]["sessions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| s["date"].clone())
        .collect();
    assert_eq!(dates, ["22-11-2026", "28-11-2026"]);
    assert!(centers[0].get("vaccine_fees").is_none());
    assert_eq!(centers[1]["fee_type"], "Paid");
    assert_eq!(
        centers[1]["vaccine_fees"],
        json!([{"vaccine": "COVISHIELD", "fee": "780"}])
    );
    assert_eq!(centers[1]["sessions"][0]["max_age_limit"], 60);
    assert_eq!(centers[1]["sessions"][0]["allow_all_age"], false);
    let by_pin = server.get("/v2/appointment/sessions/public/calendarByPin?pincode=400001&date=22-11-2026");
    assert_eq!(by_pin.await.ok(), calendar);
    let centre =
        server.get("/v2/appointment/sessions/public/calendarByCenter?center_id=561001&date=22-11-2026");
    assert_eq!(centre.await.ok()["centers"], centers[0]);
}

#[tokio::test]
async fn nothing_found_is_an_empty_answer() {
    let server = Server::start().await;
    let sessions = "/v2/appointment/sessions/public";
    for (path, body) in [
        (
            "findByPin?pincode=999999&date=22-11-2026",
            json!({"sessions": []}),
        ),
        (
            "findByPin?pincode=400001&date=22-11-2025",
            json!({"sessions": []}),
        ),
        (
            "findByDistrict?district_id=99999999&date=22-11-2026",
            json!({"sessions": []}),
        ),
        (
            "calendarByDistrict?district_id=1&date=22-11-2026",
            json!({"centers": []}),
        ),
        (
            "calendarByPin?pincode=400001&date=31-12-9999",
            json!({"centers": []}),
        ),
        ("calendarByCenter?center_id=0&date=22-11-2026", json!({})),
        ("calendarByCenter?center_id=7&date=22-11-2026", json!({})),
    ] {
        assert_eq!(
            server.get(&format!("{sessions}/{path}")).await.ok(),
            body,
            "{path}"
        );
    }
}

#[tokio::test]
async fn bad_queries_are_refused_with_their_codes() {
    let server = Server::start().await;
    let sessions = "/v2/appointment/sessions/public";
    for (path, code) in [
        ("findByPin?date=22-11-2026", "USRRES0001"),
        ("findByPin?pincode=400001", "USRRES0001"),
        ("findByPin?pincode=&date=22-11-2026", "USRRES0001"),
        ("findByPin?pincode=4000011&date=22-11-2026", "APPOIN0018"),
        ("findByPin?pincode=04000&date=22-11-2026", "APPOIN0018"),
        ("findByPin?pincode=400001&date=31-02-2026", "PRAMAAN0004"),
        ("findByPin?pincode=400001&date=soon", "PRAMAAN0004"),
        (
            "calendarByDistrict?district_id=abc&date=22-11-2026",
            "PRAMAAN0002",
        ),
        ("calendarByCenter?center_id=1e3&date=22-11-2026", "PRAMAAN0002"),
        ("calendarByPin?pincode=%ff&date=22-11-2026", "PRAMAAN0003"),
    ] {
        server.get(&format!("{sessions}/{path}")).await.refused(400, code);
    }
    for path in ["lat=18.9", "lat=x&long=72", "lat=91&long=72", "lat=NaN&long=72"] {
        assert_eq!(
            server
                .get(&format!("/v2/appointment/centers/public/findByLatLong?{path}"))
                .await
                .status,
            400
        );
    }
}

#[tokio::test]
async fn protected_paths_want_a_token_and_filter_by_vaccine() {
    let server = Server::start().await;
    let path = "/v2/appointment/sessions/calendarByPin?pincode=400001&date=22-11-2026";
    let anonymous = server.get(path).await;
    assert_eq!(
        (anonymous.status, anonymous.bytes.as_slice()),
        (401, b"Unauthenticated access!".as_slice())
    );
    let vaccines = |answer: Value| -> Vec<String> {
        let centers = answer["centers"].as_array().unwrap().clone();
        centers
            .iter()
            .flat_map(|centre| centre["sessions"].as_array().unwrap())
            .map(|session| session["vaccine"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(vaccines(server.own(path).await.ok()).len(), 3);
    assert_eq!(
        vaccines(server.own(&format!("{path}&vaccine=COVAXIN")).await.ok()),
        ["COVAXIN"]
    );
    assert!(vaccines(server.own(&format!("{path}&vaccine=SPUTNIK%20V")).await.ok()).is_empty());
    assert!(vaccines(server.own(&format!("{path}&vaccine=WATER")).await.ok()).is_empty());
}

#[tokio::test]
async fn centres_near_a_point_have_strings() {
    let server = Server::start().await;
    let near = server
        .get("/v2/appointment/centers/public/findByLatLong?lat=18.94&long=72.84")
        .await
        .ok();
    assert_eq!(near["ttl"], 24);
    let ids: Vec<_> = near["centers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|centre| centre["center_id"].clone())
        .collect();
    assert_eq!(ids, [561002, 561001, 561003], "nearest first");
    assert_eq!(near["centers"][0]["pincode"], "400001");
    assert_eq!(near["centers"][0]["lat"], "18.940000");
}

#[tokio::test]
async fn an_unchanged_answer_is_not_sent_again_and_a_booking_changes_it() {
    let server = Server::start().await;
    let member = server.register(&server.token, 0, "1980").await;
    let path = "/v2/appointment/sessions/public/findByPin?pincode=400001&date=22-11-2026";
    let etag = server.get(path).await.etag.unwrap();
    assert!(etag.starts_with("W/\""));
    let again = || {
        Request::get(path)
            .header(header::IF_NONE_MATCH, &etag)
            .body(Body::empty())
            .unwrap()
    };
    assert_eq!(server.send(again()).await.status, 304);
    let session = server.today().await;
    server
        .post(SCHEDULE, booking(&session, LATE, &[&member]))
        .await
        .ok();
    assert_eq!(server.send(again()).await.status, 200);
    assert_eq!(server.free().await, 3);
}

#[tokio::test]
async fn time_takes_slots_away() {
    let server = Server::start().await;
    assert_eq!(server.free().await, 4);
    server.test.clock.advance_seconds(3 * 3600);
    assert_eq!(server.free().await, 2, "the slot ended at 13:00");
    server.test.clock.advance_seconds(2 * 3600);
    let path = "/v2/appointment/sessions/public/findByPin?pincode=400001&date=22-11-2026";
    let session = server.get(path).await.ok()["sessions"][0].clone();
    assert_eq!(
        (&session["available_capacity"], &session["slots"]),
        (&json!(0), &json!([]))
    );
}

#[tokio::test]
async fn hindi_names_come_beside_the_english_ones() {
    let server = Server::start().await;
    let path = "/v2/appointment/sessions/public/findByPin?pincode=400001&date=22-11-2026";
    let request = Request::get(path)
        .header(header::ACCEPT_LANGUAGE, "hi_IN")
        .body(Body::empty())
        .unwrap();
    let session = server.send(request).await.ok()["sessions"][0].clone();
    assert_eq!(session["state_name"], "Maharashtra");
    assert_eq!(session["state_name_l"], "महाराष्ट्र");
    assert!(
        server.get(path).await.ok()["sessions"][0]
            .get("state_name_l")
            .is_none()
    );
}

#[tokio::test]
async fn a_family_books_moves_cancels_and_prints_its_slip() {
    let server = Server::start().await;
    let one = server.register(&server.token, 0, "1980").await;
    let two = server.register(&server.token, 1, "1975").await;
    let session = server.today().await;
    let answer = server
        .post(SCHEDULE, booking(&session, LATE, &[&one, &two]))
        .await
        .ok();
    let id = answer["appointment_confirmation_no"].as_str().unwrap().to_owned();
    assert_eq!(
        answer,
        json!({"appointment_confirmation_no": id, "appointment_id": id})
    );
    assert_eq!(server.free().await, 2);
    let told = server
        .test
        .outbox
        .to(&pramaan_domain::mobile::Mobile::parse(ASHA).unwrap());
    // Two use the number: it is told that there is news, not where either of them goes.
    let text = &told.last().unwrap().text;
    assert!(
        text.contains("something new") && !text.contains("Fort Clinic"),
        "{text:?}"
    );
    // No number of exactly six digits but the one-time password.
    let runs = told
        .last()
        .unwrap()
        .text
        .split(|c: char| !c.is_ascii_digit())
        .map(str::len)
        .max();
    assert!(runs < Some(6));

    let slip = server
        .own(&format!(
            "/v2/appointment/appointmentslip/download?appointment_id={id}"
        ))
        .await;
    assert_eq!((slip.status, slip.kind.as_str()), (200, "application/pdf"));
    assert!(slip.bytes.starts_with(b"%PDF-"));

    let moving = |slot| json!({"appointment_id": id, "session_id": session, "slot": slot});
    for _ in 0..2 {
        let moved = server.post("/v2/appointment/reschedule", moving(LATER)).await;
        assert_eq!((moved.status, moved.bytes.len()), (204, 0));
    }
    let cancelling = |who: &[&str]| json!({"appointment_id": id, "beneficiariesToCancel": who});
    let number: i64 = two.parse().unwrap();
    let cancelled = server
        .post(
            "/v2/appointment/cancel",
            json!({"appointment_id": id, "beneficiariesToCancel": [number]}),
        )
        .await;
    assert_eq!((cancelled.status, cancelled.bytes.len()), (204, 0));
    assert_eq!(server.free().await, 3);
    server
        .post("/v2/appointment/cancel", cancelling(&[&two]))
        .await
        .refused(404, "APPOIN0001");
    assert_eq!(
        server
            .post("/v2/appointment/cancel", cancelling(&[&one]))
            .await
            .status,
        204
    );
    server
        .post("/v2/appointment/cancel", cancelling(&[&one]))
        .await
        .refused(404, "PRAMAAN0027");
    server
        .post("/v2/appointment/reschedule", moving(LATE))
        .await
        .refused(404, "PRAMAAN0027");
    assert_eq!(server.free().await, 4);
}

#[tokio::test]
async fn a_repetition_is_refused_without_a_key_and_answered_with_one() {
    let server = Server::start().await;
    let member = server.register(&server.token, 0, "1980").await;
    let session = server.today().await;
    let body = booking(&session, LATE, &[&member]);
    let key = [("idempotency-key", "7d0c")];
    let first = server.post_as(&server.token, SCHEDULE, &key, &body).await.ok();
    assert_eq!(
        server.post_as(&server.token, SCHEDULE, &key, &body).await.ok(),
        first
    );
    server.post(SCHEDULE, body).await.refused(409, "APPOIN0022");
    let other = booking(&session, LATER, &[&member]);
    server
        .post_as(&server.token, SCHEDULE, &key, other)
        .await
        .refused(409, "PRAMAAN0029");
    assert_eq!(server.free().await, 3);
}

#[tokio::test]
async fn bad_bookings_have_their_codes_and_change_nothing() {
    let server = Server::start().await;
    let member = server.register(&server.token, 0, "1980").await;
    let young = server.register(&server.token, 1, "2012").await;
    let adult = server.register(&server.token, 2, "1990").await;
    let stranger = {
        let token = server.test.login(OTHER, Face::Portal).await.unwrap().token;
        server.register(&token, 0, "1980").await
    };
    let (session, private) = (server.today().await, server.session(561_002, "23-11-2026").await);
    let seven = [member.as_str(); 7];
    for (body, status, code) in [
        (json!({}), 400, "USRRES0001"),
        (
            json!({"dose": 1, "slot": LATE, "beneficiaries": [member]}),
            400,
            "USRRES0001",
        ),
        (
            json!({"dose": 1, "session_id": session, "slot": LATE}),
            400,
            "PRAMAAN0016",
        ),
        (booking(&session, LATE, &[]), 400, "PRAMAAN0016"),
        (booking(&session, LATE, &seven), 400, "PRAMAAN0016"),
        (
            json!({"dose": 9, "session_id": session, "slot": LATE, "beneficiaries": [member]}),
            400,
            "PRAMAAN0002",
        ),
        (
            json!({"dose": "x", "session_id": session, "slot": LATE, "beneficiaries": [member]}),
            400,
            "PRAMAAN0002",
        ),
        (
            json!({"dose": 1, "session_id": session, "slot": LATE, "beneficiaries": {}}),
            400,
            "PRAMAAN0002",
        ),
        (booking("not-a-session", LATE, &[&member]), 400, "APPOIN0015"),
        (
            booking("3fa85f64-5717-4562-b3fc-2c963f66afa6", LATE, &[&member]),
            400,
            "APPOIN0015",
        ),
        (booking(&session, "FORENOON", &[&member]), 400, "APPOIN0015"),
        (
            booking(&session, "08:00AM-09:00AM", &[&member]),
            400,
            "APPOIN0015",
        ),
        (
            booking(&session, "09:00AM-09:30AM", &[&member]),
            409,
            "PRAMAAN0026",
        ),
        (booking(&session, LATE, &["12345678901234"]), 404, "APPOIN0001"),
        (booking(&session, LATE, &["nobody"]), 404, "APPOIN0001"),
        (booking(&session, LATE, &[&member, &stranger]), 404, "APPOIN0001"),
        (
            booking(&private, "09:00AM-11:00AM", &[&young]),
            409,
            "PRAMAAN0021",
        ),
        (
            booking(&private, "09:00AM-11:00AM", &[&adult]),
            409,
            "PRAMAAN0021",
        ),
        (
            json!({"dose": 2, "session_id": session, "slot": LATE, "beneficiaries": [member]}),
            409,
            "PRAMAAN0032",
        ),
    ] {
        let answer = server.post(SCHEDULE, body.clone()).await;
        assert_eq!(
            (answer.status, answer.json()["errorCode"].as_str()),
            (status, Some(code)),
            "{body} {}",
            answer.json()
        );
    }
    for bytes in ["{", "[]", "\"x\"", "{\"dose\":1}}"] {
        server
            .post_as(&server.token, SCHEDULE, &[], bytes)
            .await
            .refused(400, "PRAMAAN0001");
    }
    let anonymous = server
        .post_as("x", SCHEDULE, &[], booking(&session, LATE, &[&member]))
        .await;
    assert_eq!(
        (anonymous.status, anonymous.bytes.as_slice()),
        (401, b"Unauthenticated access!".as_slice())
    );
    assert_eq!(server.free().await, 4);
}

#[tokio::test]
async fn a_full_slot_and_anothers_appointment_are_refused() {
    let server = Server::start().await;
    let mut members = Vec::new();
    for n in 0..3 {
        members.push(server.register(&server.token, n, "1980").await);
    }
    let session = server.today().await;
    server
        .post(
            SCHEDULE,
            booking(&session, LATE, &[&members[0], &members[1], &members[2]]),
        )
        .await
        .refused(409, "APPOIN0040");
    let answer = server
        .post(SCHEDULE, booking(&session, LATE, &[&members[0], &members[1]]))
        .await
        .ok();
    server
        .post(SCHEDULE, booking(&session, LATE, &[&members[2]]))
        .await
        .refused(409, "APPOIN0040");
    let other = server.test.login(OTHER, Face::Portal).await.unwrap().token;
    let id = answer["appointment_id"].as_str().unwrap();
    let cancel = json!({"appointment_id": id, "beneficiariesToCancel": [members[0]]});
    server
        .post_as(&other, "/v2/appointment/cancel", &[], cancel)
        .await
        .refused(404, "PRAMAAN0027");
    let body = json!({"appointment_id": id, "session_id": session, "slot": LATER});
    server
        .post_as(&other, "/v2/appointment/reschedule", &[], body)
        .await
        .refused(404, "PRAMAAN0027");
    let slip = Request::get(format!(
        "/v2/appointment/appointmentslip/download?appointment_id={id}"
    ))
    .header(header::AUTHORIZATION, format!("Bearer {other}"));
    server
        .send(slip.body(Body::empty()).unwrap())
        .await
        .refused(404, "PRAMAAN0027");
    server
        .own("/v2/appointment/appointmentslip/download")
        .await
        .refused(400, "USRRES0001");
    // Once the slot is over, nothing moves any more.
    server.test.clock.advance_seconds(3 * 3600);
    let token = server.test.login(ASHA, Face::Portal).await.unwrap().token;
    let cancel = json!({"appointment_id": id, "beneficiariesToCancel": [members[0]]});
    server
        .post_as(&token, "/v2/appointment/cancel", &[], cancel)
        .await
        .refused(409, "PRAMAAN0028");
    let body = json!({"appointment_id": id, "session_id": session, "slot": LATER});
    server
        .post_as(&token, "/v2/appointment/reschedule", &[], body)
        .await
        .refused(409, "PRAMAAN0028");
}

#[tokio::test]
async fn the_public_report_has_every_key_and_no_person() {
    let server = Server::start().await;
    let report = server
        .get("/v1/reports/v2/getPublicReports?state_id=&district_id=&date=2026-11-22")
        .await
        .ok();
    assert_eq!(
        report["topBlock"]["sites"],
        json!({"total": 3, "govt": 2, "pvt": 1, "today": null})
    );
    assert_eq!(report["topBlock"]["sessions"]["total"], 5);
    assert_eq!(report["topBlock"]["vaccination"]["total_doses"], 0);
    assert_eq!(report["last5daySessionStatus"][0]["ongoing"], 2);
    for key in [
        "vaccinationDoneByTime",
        "last7DaysRegistration",
        "last30DaysAefi",
        "getBeneficiariesGroupBy",
    ] {
        assert!(report[key].is_array(), "{key}");
    }
    let mumbai = server
        .get("/v1/reports/v2/getPublicReports?state_id=21&district_id=395")
        .await
        .ok();
    assert_eq!(mumbai["topBlock"]["sites"]["total"], 2);
    server
        .get("/v1/reports/v2/getPublicReports?date=22-11-2026")
        .await
        .refused(400, "PRAMAAN0004");
    assert_eq!(
        server.get("/v1/reports/getLiveVaccination").await.ok(),
        json!({"count": 0})
    );
}
