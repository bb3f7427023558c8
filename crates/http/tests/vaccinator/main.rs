//! Sections 7 and 8 on CoWIN's wire: certificates for their people, facilities by evidence only.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod walk_in;

use axum::Router;
use axum::body::Body;
use http::{Method, Request, header};
use http_body_util::BodyExt;
use pramaan_app::import::{self, Bad};
use pramaan_app::partner::PartnerKind;
use pramaan_app::testing::{PASSWORD, Setup, TestApp, totp};
use pramaan_app::{Face, StaffRole};
use pramaan_domain::id::AppointmentId;
use pramaan_http::router::api;
use serde_json::{Value, json};
use tower::ServiceExt;

const ASHA: &str = "9876543210";
const OTHER: &str = "9876543211";
const FIND: &str = "/v2/vaccinator/beneficiaries/findByReferenceId";
const VACCINATE: &str = "/v2/vaccinator/beneficiaries/vaccinate";
const NEW: &str = "/v2/vaccinator/beneficiaries/new";
const SEAT: &str = "/v2/vaccinator/onspots/schedule";
const SEND: &str = "/v2/vaccinator/auth/generateOTP";
const PRINT: &str = "/v2/vaccinator/certificate/download";

const CENTRES: &str = "\
id,name,address,district_id,block,pincode,latitude,longitude,opens,closes,kind,fees
561001,Fort Clinic,Bora Bazar,395,Ward A,400001,18.934600,72.837200,09:00,17:00,government,
561002,Fort Private,D N Road,395,Ward A,400001,18.940000,72.840000,09:00,17:00,private,
";
const SESSIONS: &str = "\
centre_id,date,vaccine,min_age,max_age,slots,seats
561001,2026-11-22,COVISHIELD,18,,11:00AM-01:00PM,1:online:9|1:walk_in:2
561001,2026-11-23,COVISHIELD,18,,11:00AM-01:00PM,1:online:9|1:walk_in:2
561002,2026-11-22,COVISHIELD,18,,11:00AM-01:00PM,1:online:9|1:walk_in:2
";

struct Server {
    test: TestApp,
    router: Router,
    /// Asha's portal token, reference id and the four digits of her slip.
    token: String,
    id: String,
    code: String,
    facility: String,
    staff: String,
}

#[derive(Debug)]
struct Answered {
    status: u16,
    kind: String,
    bytes: Vec<u8>,
}

impl Answered {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|_| panic!("not JSON: {}", self.text()))
    }

    fn refused(&self, status: u16, code: &str) {
        assert_eq!(
            (self.status, self.json()["errorCode"].as_str()),
            (status, Some(code)),
            "{}",
            self.text()
        );
    }

    fn unauthenticated(&self) {
        assert_eq!(
            (self.status, self.text().as_str()),
            (401, "Unauthenticated access!")
        );
    }

    fn pdf(&self) {
        assert_eq!(
            (self.status, self.kind.as_str()),
            (200, "application/pdf"),
            "{}",
            self.text()
        );
        assert!(self.bytes.starts_with(b"%PDF-"));
    }
}

impl Server {
    async fn start() -> Self {
        let test = TestApp::on_sqlite(Setup::default()).await;
        let mut quiet = |_: usize, _: usize| {};
        import::centres(&test.app, CENTRES.as_bytes(), Bad::RefusesAll, &mut quiet)
            .await
            .unwrap();
        import::sessions(&test.app, SESSIONS.as_bytes(), Bad::RefusesAll, &mut quiet)
            .await
            .unwrap();
        let kind = PartnerKind::Facility { centre: 561_001 };
        let (partner, facility) = test.app.add_partner("Fort Clinic", kind).await.unwrap();
        let staff = test.nurse_of_facility(partner.number(), "MH-0001", 561_001);
        let staff = staff.await.token;
        let login = test.login(ASHA, Face::Portal).await.unwrap();
        let router = api().with_state(test.app.clone());
        let mut server = Self {
            test,
            router,
            token: login.token,
            id: String::new(),
            code: String::new(),
            facility,
            staff,
        };
        server.id = server.register(None, "P9876543").await;
        let session = server.session(561_001, "22-11-2026").await;
        let body = json!({"dose": 1, "session_id": session, "slot": "11:00AM-01:00PM", "beneficiaries": [server.id]});
        let booked = server
            .own(Method::POST, "/v2/appointment/schedule", Some(body))
            .await
            .json();
        let appointment: AppointmentId = booked["appointment_confirmation_no"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap();
        let slip = server
            .test
            .app
            .slip(&login.citizen, appointment, "test")
            .await
            .unwrap();
        server.code = slip.members[0].code.to_string();
        server
    }

    /// The session of a centre on a day.
    async fn session(&self, centre: i64, day: &str) -> Value {
        let path = format!("/v2/appointment/sessions/public/findByPin?pincode=400001&date={day}");
        let found = self.send(Method::GET, &path, &[], None).await.json();
        let sessions = found["sessions"].as_array().unwrap();
        let one = sessions.iter().find(|session| session["center_id"] == centre);
        one.unwrap()["session_id"].clone()
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<Value>,
    ) -> Answered {
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
        let kind = response.headers().get(header::CONTENT_TYPE);
        let kind = kind.map_or("", |kind| kind.to_str().unwrap()).to_owned();
        let bytes = response.into_body().collect().await.unwrap().to_bytes().to_vec();
        Answered { status, kind, bytes }
    }

    async fn own(&self, method: Method, path: &str, body: Option<Value>) -> Answered {
        let bearer = format!("Bearer {}", self.token);
        self.send(method, path, &[("authorization", &bearer)], body).await
    }

    async fn register(&self, token: Option<&str>, document: &str) -> String {
        let bearer = format!("Bearer {}", token.unwrap_or(&self.token));
        let body = json!({"name": "Asha Devi", "birth_year": "1980", "gender_id": 2, "photo_id_type": 8,
            "photo_id_number": document, "comorbidity_ind": "N", "consent_version": "1"});
        let path = "/v2/registration/beneficiary/new";
        let answer = self
            .send(Method::POST, path, &[("authorization", &bearer)], Some(body))
            .await
            .json();
        answer["beneficiary_reference_id"].as_str().unwrap().to_owned()
    }

    /// As the centre's own system with its nurse.
    async fn site(&self, method: Method, path: &str, body: Option<Value>) -> Answered {
        let bearer = format!("Bearer {}", self.staff);
        self.send(
            method,
            path,
            &[("x-api-key", &self.facility), ("authorization", &bearer)],
            body,
        )
        .await
    }

    /// Looks for the person with four digits, as the centre's own system with its nurse.
    async fn look(&self, id: &str, code: &str) -> Answered {
        let path = format!("{FIND}?beneficiary_reference_id={id}");
        let bearer = format!("Bearer {}", self.staff);
        let headers = [
            ("x-api-key", self.facility.as_str()),
            ("authorization", &bearer),
            ("x-secret-code", code),
        ];
        self.send(Method::GET, &path, &headers, None).await
    }

    fn dose(&self) -> Value {
        json!({"beneficiary_reference_id": self.id, "center_id": 561001, "vaccine": "COVISHIELD",
            "vaccine_batch": "4121Z025", "dose": 1, "dose1_date": "22-11-2026", "vaccinator_name": "Prabha Devi",
            "body_site": "left_upper_arm", "time": "09:58"})
    }

    async fn entries(&self) -> i64 {
        let entries = self.test.db.read("test::entries", |tx| {
            Box::pin(async move {
                tx.query_one("select count(*) from access_leaf", &[])
                    .await?
                    .int(0)
            })
        });
        entries.await.unwrap()
    }

    fn wrong(&self) -> String {
        format!("{:04}", (self.code.parse::<u32>().unwrap() + 1) % 10_000)
    }
}

#[tokio::test]
async fn a_lookup_by_mobile_is_not_served_to_anybody() {
    let server = Server::start().await;
    let path = format!("/v2/vaccinator/beneficiaries/findByMobile?mobile_number={ASHA}");
    let entries = server.entries().await;
    for answer in [
        server.send(Method::GET, &path, &[], None).await,
        server.own(Method::GET, &path, None).await,
        server.site(Method::GET, &path, None).await,
        server
            .site(Method::POST, &path, Some(json!({"mobile_number": ASHA})))
            .await,
    ] {
        assert_eq!((answer.status, answer.kind.as_str()), (405, "text/html"));
        assert!(answer.text().contains("405 Not Allowed"));
    }
    assert_eq!(server.entries().await, entries);
}

#[tokio::test]
async fn a_key_alone_and_a_token_alone_open_nothing() {
    let server = Server::start().await;
    let find = format!("{FIND}?beneficiary_reference_id={}", server.id);
    let staff = format!("Bearer {}", server.staff);
    let aggregator = server
        .test
        .app
        .add_partner("Arogya", PartnerKind::Aggregator)
        .await
        .unwrap()
        .1;
    let elsewhere = PartnerKind::Facility { centre: 561_002 };
    let elsewhere = server
        .test
        .app
        .add_partner("Fort Private", elsewhere)
        .await
        .unwrap()
        .1;
    let entries = server.entries().await;
    let forbidden: [&[(&str, &str)]; 3] = [
        &[("authorization", &staff)],
        &[("authorization", &staff), ("x-api-key", "no key of ours")],
        &[("authorization", &staff), ("x-api-key", &aggregator)],
    ];
    for headers in forbidden {
        for (method, path) in [
            (Method::GET, find.as_str()),
            (Method::GET, PRINT),
            (Method::POST, VACCINATE),
            (Method::POST, NEW),
            (Method::POST, SEAT),
            (Method::POST, SEND),
        ] {
            let answer = server.send(method, path, headers, None).await;
            assert_eq!(
                (answer.status, answer.text().as_str()),
                (403, r#"{"message":"Forbidden"}"#),
                "{path}"
            );
        }
    }
    let with_another_key = [("x-api-key", elsewhere.as_str()), ("authorization", &staff)];
    let elsewhere = server.send(Method::GET, &find, &with_another_key, None).await;
    elsewhere.unauthenticated();
    let citizen = format!("Bearer {}", server.token);
    let pages = server.test.nurse("MH-0002", 561_001).await.token;
    assert!(server.test.app.staff(&pages).await.is_ok());
    let pages = format!("Bearer {pages}");
    for token in ["Bearer no token of ours", &citizen, &pages] {
        let headers = [("x-api-key", server.facility.as_str()), ("authorization", token)];
        server
            .send(Method::GET, &find, &headers, None)
            .await
            .unauthenticated();
    }
    let keyed = [("x-api-key", server.facility.as_str())];
    server
        .send(Method::GET, &find, &keyed, None)
        .await
        .unauthenticated();
    assert_eq!(server.entries().await, entries);
}

#[tokio::test]
async fn the_slips_two_numbers_open_the_record() {
    let server = Server::start().await;
    let bare = format!("{FIND}?beneficiary_reference_id={}", server.id);
    let in_address = format!("{bare}&secret_code={}", server.code);
    for path in [bare, in_address] {
        let refused = server.site(Method::GET, &path, None).await;
        refused.refused(409, "PRAMAAN0030");
        assert!(refused.text().contains("x-secret-code"), "{}", refused.text());
    }
    server
        .look(&server.id, &server.wrong())
        .await
        .refused(409, "PRAMAAN0030");
    server.look(&server.id, "12").await.refused(400, "PRAMAAN0002");
    server
        .site(Method::GET, FIND, None)
        .await
        .refused(400, "USRRES0001");
    let other = server.test.login(OTHER, Face::Portal).await.unwrap().token;
    let stranger = server.register(Some(&other), "P1111111").await;
    server
        .look(&stranger, &server.code)
        .await
        .refused(409, "PRAMAAN0030");

    let found = server.look(&server.id, &server.code).await.json();
    let person = &found["beneficiaries"][0];
    assert_eq!(person["name"], "Asha Devi");
    assert_eq!(person["photo_id_number"], "XXXXXXXX6543");
    assert_eq!(
        (&person["mobile_number"], &person["vaccine"]),
        (&json!(""), &json!(""))
    );
    assert_eq!(found["dose_due"], "1");
}

/// Whoever lost the answer sends the same again, a minute later.
#[tokio::test]
async fn a_dose_without_a_time_is_recorded_once_however_often_it_is_sent() {
    let server = Server::start().await;
    let mut dose = server.dose();
    dose.as_object_mut().unwrap().remove("time");
    dose["secret_code"] = json!(server.code);
    for round in ["recorded", "repeated"] {
        let answer = server.site(Method::POST, VACCINATE, Some(dose.clone())).await;
        assert_eq!(answer.status, 204, "{round} {}", answer.text());
        server.test.clock.advance_seconds(60);
    }
    let doses = server.test.db.read("test::doses", |tx| {
        Box::pin(async move { tx.query_one("select count(*) from dose", &[]).await?.int(0) })
    });
    assert_eq!(doses.await.unwrap(), 1);
    dose["vaccine_batch"] = json!("X1");
    let other = server.site(Method::POST, VACCINATE, Some(dose)).await;
    other.refused(409, "PRAMAAN0033");
}

#[tokio::test]
async fn a_dose_is_recorded_once_and_its_certificate_printed_and_fetched() {
    let server = Server::start().await;
    let mine = format!(
        "/v2/registration/certificate/download?beneficiary_reference_id={}",
        server.id
    );
    let public = mine.replace("certificate/", "certificate/public/");
    server
        .own(Method::GET, &mine, None)
        .await
        .refused(404, "CERTIFICATE00002");
    let print = format!("{PRINT}?beneficiary_reference_id={}", server.id);
    server
        .site(Method::GET, &print, None)
        .await
        .refused(409, "PRAMAAN0030");
    server
        .site(Method::POST, VACCINATE, Some(server.dose()))
        .await
        .refused(409, "PRAMAAN0030");
    server.look(&server.id, &server.code).await;
    server
        .site(Method::GET, &print, None)
        .await
        .refused(404, "CERTIFICATE00002");
    for round in ["recorded", "repeated"] {
        let answer = server.site(Method::POST, VACCINATE, Some(server.dose())).await;
        assert_eq!(answer.status, 204, "{round} {}", answer.text());
    }
    let mut other = server.dose();
    other["vaccine_batch"] = json!("X1");
    server
        .site(Method::POST, VACCINATE, Some(other))
        .await
        .refused(409, "PRAMAAN0033");
    server.site(Method::GET, &print, None).await.pdf();
    server.own(Method::GET, &mine, None).await.pdf();
    server.own(Method::GET, &public, None).await.pdf();
    let narrow = format!(
        "Bearer {}",
        server.test.login(ASHA, Face::Public).await.unwrap().token
    );
    let narrow = [("authorization", narrow.as_str())];
    server.send(Method::GET, &public, &narrow, None).await.pdf();
    server
        .send(Method::GET, &mine, &narrow, None)
        .await
        .unauthenticated();
    let stranger = format!(
        "Bearer {}",
        server.test.login(OTHER, Face::Portal).await.unwrap().token
    );
    server
        .send(Method::GET, &mine, &[("authorization", &stranger)], None)
        .await
        .unauthenticated();
    server.send(Method::GET, &mine, &[], None).await.unauthenticated();
}

#[tokio::test]
async fn the_code_may_come_with_the_dose_and_what_is_wrong_is_named() {
    let server = Server::start().await;
    let with = |change: &dyn Fn(&mut Value)| {
        let mut dose = server.dose();
        dose["secret_code"] = json!(server.code);
        change(&mut dose);
        dose
    };
    for (change, status, code) in [
        (
            &(|dose: &mut Value| dose["center_id"] = json!(561002)) as &dyn Fn(&mut Value),
            400,
            "APPOIN0006",
        ),
        (
            &|dose| dose["dose1_date"] = json!("21-11-2026"),
            400,
            "PRAMAAN0038",
        ),
        (&|dose| dose["vaccine"] = json!("PFIZER"), 400, "PRAMAAN0002"),
        (&|dose| dose["vaccine_batch"] = json!(""), 400, "USRRES0001"),
        (&|dose| dose["body_site"] = json!("nowhere"), 400, "PRAMAAN0002"),
        (&|dose| dose["dose"] = json!(9), 400, "PRAMAAN0002"),
        (&|dose| dose["time"] = json!("23:59"), 400, "PRAMAAN0002"),
        (&|dose| dose["dose"] = json!(2), 409, "PRAMAAN0034"),
    ] {
        server
            .site(Method::POST, VACCINATE, Some(with(change)))
            .await
            .refused(status, code);
    }
    let off = with(&|dose| {
        dose["dose"] = json!(2);
        dose["reason"] = json!("the first was given abroad");
    });
    assert_eq!(server.site(Method::POST, VACCINATE, Some(off)).await.status, 204);
}

#[tokio::test]
async fn staff_log_in_for_a_token_at_their_own_facility_only() {
    let server = Server::start().await;
    let secret = server
        .test
        .enrol(
            &server
                .test
                .invite("MH-0002", StaffRole::Vaccinator, Some(561_002))
                .await
                .token,
        )
        .await;
    let path = "/v2/vaccinator/auth/login";
    let elsewhere = PartnerKind::Facility { centre: 561_002 };
    let elsewhere = server
        .test
        .app
        .add_partner("Fort Private", elsewhere)
        .await
        .unwrap()
        .1;
    let login = |password: &str, steps: i64| {
        let totp = totp(&secret, server.test.clock.now().plus_seconds(30 * steps));
        Some(json!({"code": "MH-0002", "password": password, "totp": totp}))
    };
    let foreign = [("x-api-key", server.facility.as_str())];
    server
        .send(Method::POST, path, &foreign, login(PASSWORD, 1))
        .await
        .refused(400, "PRAMAAN0036");
    server.test.clock.advance_seconds(60);
    let own = [("x-api-key", elsewhere.as_str())];
    server
        .send(Method::POST, path, &own, login("wrong password", 0))
        .await
        .refused(400, "PRAMAAN0036");
    assert_eq!(
        server
            .send(Method::POST, path, &[], login(PASSWORD, 0))
            .await
            .status,
        403
    );
    let token = server
        .send(Method::POST, path, &own, login(PASSWORD, 0))
        .await
        .json()["token"]
        .clone();
    let bearer = format!("Bearer {}", token.as_str().unwrap());
    let headers = [
        ("x-api-key", elsewhere.as_str()),
        ("authorization", bearer.as_str()),
        ("x-secret-code", server.code.as_str()),
    ];
    let find = format!("{FIND}?beneficiary_reference_id={}", server.id);
    // Off the roster, but logged in; then logged out.
    server
        .send(Method::GET, &find, &headers, None)
        .await
        .refused(409, "PRAMAAN0031");
    assert_eq!(
        server
            .send(Method::POST, "/v2/vaccinator/auth/logout", &headers, None)
            .await
            .status,
        204
    );
    server
        .send(Method::GET, &find, &headers, None)
        .await
        .unauthenticated();
}
