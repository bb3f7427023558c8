//! A short life of the service that calls every route with success, as whoever may.

use pramaan_app::StaffRole;
use pramaan_app::otp::OtpDigest;
use pramaan_app::partner::PartnerKind;
use pramaan_app::testing::{PASSWORD, totp};
use pramaan_domain::access::Field;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::world::{Answered, CENTRE, World};

pub(crate) const MOBILE: &str = "9876543210";
pub(crate) const NAME: &str = "Aashabai Thiruvengadam";
pub(crate) const DOCUMENT: &str = "ZQ7714402";

/// What the story leaves behind for tests that go on.
pub(crate) struct Played {
    pub(crate) world: World,
    /// Bearers of the portal, the public door, the partner's and the status interface's.
    pub(crate) portal: String,
    pub(crate) public: String,
    pub(crate) assisted: String,
    pub(crate) status: String,
    pub(crate) partner_key: String,
    pub(crate) facility_key: String,
    pub(crate) nurse: String,
    pub(crate) reference_id: String,
    pub(crate) appointment: String,
    pub(crate) code: String,
}

fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}

pub(crate) fn wire(code: &str) -> String {
    let digest = Sha256::digest(code);
    assert!(
        OtpDigest::parse(
            &digest
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect::<String>()
        )
        .is_some()
    );
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl World {
    /// Asks for a code and confirms it.
    pub(crate) async fn log_in(
        &mut self,
        (generate, confirm): (&'static str, &'static str),
        headers: &[(&str, &str)],
        asked: Value,
    ) -> String {
        let sent = self.api(("POST", generate), headers, Some(asked)).await;
        let body = json!({"otp": wire(&self.test.code(MOBILE)), "txnId": sent.at("txnId")});
        self.api(("POST", confirm), headers, Some(body)).await.at("token")
    }

    pub(crate) async fn get(&mut self, path: &str, token: &str) -> Answered {
        let bearer = bearer(token);
        let headers: &[(&str, &str)] = if token.is_empty() {
            &[]
        } else {
            &[("authorization", &bearer)]
        };
        let answered = self.api(("GET", path), headers, None).await;
        assert_eq!(answered.status, 200, "{path} {}", answered.text());
        answered
    }

    pub(crate) async fn post(&mut self, path: &str, token: &str, body: Value) -> Answered {
        let bearer = bearer(token);
        let answered = self
            .api(("POST", path), &[("authorization", &bearer)], Some(body))
            .await;
        assert!(answered.status < 300, "{path} {}", answered.text());
        answered
    }
}

const WALK_IN_DOCUMENT: &str = "W7654321";

/// The kind of Aashabai's document; everybody else's is a passport.
pub(crate) const PENSION_PASSBOOK: i64 = 9;

/// Aashabai is of a gender, has an illness and shows a document that nobody else does, but for the gender of the record that is
/// joined with hers: so each can be recognised in an answer.
pub(crate) fn person(name: &str, document: &str) -> Value {
    let born = super::headline::born(name);
    let (gender, kind, ill) = match name.split(' ').next() {
        Some("Aashabai") => (3, PENSION_PASSBOOK, "Y"),
        Some("Kamala") => (3, 8, "N"),
        _ => (2, 8, "N"),
    };
    json!({"name": name, "birth_year": born, "gender_id": gender, "photo_id_type": kind, "photo_id_number": document,
        "comorbidity_ind": ill, "consent_version": "1"})
}

impl Played {
    /// Everything but the pages: registered, booked, vaccinated, with a certificate.
    pub(crate) async fn api() -> Self {
        Self::api_in(World::new().await).await
    }

    pub(crate) async fn api_in(world: World) -> Self {
        let mut played = Self::before_the_dose_in(world).await;
        played.vaccinate().await;
        played.walk_in().await;
        played.certificates().await;
        played
    }

    /// The same until a nurse is logged in at the site.
    pub(crate) async fn before_the_dose() -> Self {
        Self::before_the_dose_in(World::new().await).await
    }

    async fn before_the_dose_in(mut world: World) -> Self {
        open_data(&mut world).await;
        let portal = world
            .log_in(
                ("/api/v2/auth/generateMobileOTP", "/api/v2/auth/validateMobileOtp"),
                &[],
                json!({"mobile": MOBILE}),
            )
            .await;
        let new = "/api/v2/registration/beneficiary/new";
        let reference_id = world
            .post(new, &portal, person(NAME, DOCUMENT))
            .await
            .at("beneficiary_reference_id");
        let second = world
            .post(new, &portal, person("Somebody Else", "P7654321"))
            .await
            .at("beneficiary_reference_id");
        world.planted.add("Aashabai", Field::ReferenceId, &reference_id);
        world.planted.add("Somebody", Field::ReferenceId, &second);
        let delete = "/api/v2/registration/beneficiary/delete";
        let gone = json!({"beneficiary_reference_id": second});
        world.post(delete, &portal, gone).await;
        world.get("/api/v2/appointment/beneficiaries", &portal).await;
        world.post("/api/v2/auth/getRecaptcha", &portal, json!({})).await;
        let mut played = Self {
            world,
            portal,
            public: String::new(),
            assisted: String::new(),
            status: String::new(),
            partner_key: String::new(),
            facility_key: String::new(),
            nurse: String::new(),
            reference_id,
            appointment: String::new(),
            code: String::new(),
        };
        played.sessions().await;
        played.appointment().await;
        played.doors().await;
        played.nurse().await;
        played
    }

    async fn sessions(&mut self) {
        let places = [
            ("findByPin", "pincode=400001"),
            ("findByDistrict", "district_id=395"),
            ("calendarByPin", "pincode=400001"),
            ("calendarByDistrict", "district_id=395"),
        ];
        for (name, place) in places {
            for (door, token) in [("public/", ""), ("", self.portal.clone().as_str())] {
                let path = format!("/api/v2/appointment/sessions/{door}{name}?{place}&date=22-11-2026");
                self.world.get(&path, token).await;
            }
        }
        let centre = format!(
            "/api/v2/appointment/sessions/public/calendarByCenter?center_id={CENTRE}&date=22-11-2026"
        );
        self.world.get(&centre, "").await;
        let near = "findByLatLong?lat=18.93&long=72.83";
        self.world
            .get(&format!("/api/v2/appointment/centers/public/{near}"), "")
            .await;
        let own = format!("/api/v2/appointment/centers/{near}");
        self.world.get(&own, &self.portal.clone()).await;
    }

    async fn appointment(&mut self) {
        let portal = self.portal.clone();
        let today = "/api/v2/appointment/sessions/public/findByPin?pincode=400001&date=22-11-2026";
        let found = self.world.get(today, "").await.json();
        let session = found["sessions"][0]["session_id"].clone();
        let body = json!({"dose": 1, "session_id": session, "slot": "11:00AM-01:00PM",
            "beneficiaries": [self.reference_id]});
        let schedule = "/api/v2/appointment/schedule";
        let first = self
            .world
            .post(schedule, &portal, body.clone())
            .await
            .at("appointment_id");
        let cancel = json!({"appointment_id": first, "beneficiariesToCancel": [self.reference_id],
            "beneficiaries": [self.reference_id]});
        self.world
            .post("/api/v2/appointment/cancel", &portal, cancel)
            .await;
        self.appointment = self
            .world
            .post(schedule, &portal, body)
            .await
            .at("appointment_id");
        let tomorrow = today.replace("22-11", "23-11");
        let later = self.world.get(&tomorrow, "").await.json()["sessions"][0]["session_id"].clone();
        for (session, slot) in [(later, "09:00AM-11:00AM"), (session, "01:00PM-03:00PM")] {
            let moved = json!({"appointment_id": self.appointment, "session_id": session, "slot": slot});
            let path = "/api/v2/appointment/reschedule";
            self.world.post(path, &portal, moved).await;
        }
        let slip = format!(
            "/api/v2/appointment/appointmentslip/download?appointment_id={}",
            self.appointment
        );
        self.world.get(&slip, &portal).await;
        let citizen = self.world.test.app.citizen(&portal).unwrap();
        let appointment = self.appointment.parse().unwrap();
        let slip = self.world.test.app.slip(&citizen, appointment, "test").await;
        self.code = slip.unwrap().members[0].code.to_string();
        self.world
            .planted
            .add("Aashabai", Field::AppointmentCode, &self.code);
    }

    async fn doors(&mut self) {
        let portal = ("/api/v2/auth/generateMobileOTP", "/api/v2/auth/validateMobileOtp");
        let asked = json!({"mobile": MOBILE});
        self.portal = self.world.log_in(portal, &[], asked).await;
        let public = (
            "/api/v2/auth/public/generateOTP",
            "/api/v2/auth/public/confirmOTP",
        );
        self.public = self.world.log_in(public, &[], json!({"mobile": MOBILE})).await;
        let added = self.world.test.app.add_partner("Arogya", PartnerKind::Aggregator);
        self.partner_key = added.await.unwrap().1;
        let partner = ("/api/v2/auth/generateOTP", "/api/v2/auth/confirmOTP");
        let key = self.partner_key.clone();
        let headers = [("x-api-key", key.as_str())];
        self.assisted = self
            .world
            .log_in(partner, &headers, json!({"mobile": MOBILE}))
            .await;
        let status = (
            "/api/v3/vaccination/generateOTP",
            "/api/v3/vaccination/confirmOTP",
        );
        let asked = json!({"mobile_number": MOBILE, "full_name": NAME});
        self.status = self.world.log_in(status, &[], asked).await;
        let token = self.status.clone();
        self.world.get("/api/v3/vaccination/status", &token).await;
    }

    async fn nurse(&mut self) {
        let app = &self.world.test;
        let kind = PartnerKind::Facility { centre: CENTRE };
        self.facility_key = app.app.add_partner("Fort Clinic", kind).await.unwrap().1;
        let token = app
            .invite("MH-0001", StaffRole::Vaccinator, Some(CENTRE))
            .await
            .token;
        let secret = app.enrol(&token).await;
        let codes = vec![pramaan_domain::staff::StaffCode::parse("MH-0001").unwrap()];
        app.app
            .set_roster_of(CENTRE, app.app.today(), codes)
            .await
            .unwrap();
        let digits = totp(&secret, app.clock.now().plus_seconds(30));
        let login = json!({"code": "MH-0001", "password": PASSWORD, "totp": digits});
        let key = self.facility_key.clone();
        let keyed = [("x-api-key", key.as_str())];
        let path = "/api/v2/vaccinator/auth/login";
        self.nurse = self
            .world
            .api(("POST", path), &keyed, Some(login))
            .await
            .at("token");
    }

    async fn vaccinate(&mut self) {
        let find = format!(
            "/api/v2/vaccinator/beneficiaries/findByReferenceId?beneficiary_reference_id={}",
            self.reference_id
        );
        let (key, token, code) = (self.facility_key.clone(), bearer(&self.nurse), self.code.clone());
        let headers = [
            ("x-api-key", key.as_str()),
            ("authorization", token.as_str()),
            ("x-secret-code", code.as_str()),
        ];
        assert_eq!(self.world.api(("GET", &find), &headers, None).await.status, 200);
        let path = "/api/v2/vaccinator/beneficiaries/vaccinate";
        let given = self.at_site("POST", path, Some(self.dose())).await;
        assert_eq!(given.status, 204, "{}", given.text());
        let print = format!(
            "/api/v2/vaccinator/certificate/download?beneficiary_reference_id={}",
            self.reference_id
        );
        assert_eq!(self.at_site("GET", &print, None).await.status, 200);
    }

    /// Somebody without an appointment is registered with a number that they prove, and seated.
    async fn walk_in(&mut self) {
        let other = MOBILE.replace("98", "97");
        let path = "/api/v2/vaccinator/auth/generateOTP";
        let asked = Some(json!({"mobile_number": other}));
        let txn = self.at_site("POST", path, asked).await.at("txnId");
        let otp = OtpDigest::of(&self.world.test.code(&other));
        let mut body = person("Sita Bai", WALK_IN_DOCUMENT);
        body["txnId"] = json!(txn);
        body["otp"] = json!(otp.as_str());
        let path = "/api/v2/vaccinator/beneficiaries/new";
        let id = self
            .at_site("POST", path, Some(body))
            .await
            .at("beneficiary_reference_id");
        self.world.planted.add("Sita", Field::ReferenceId, &id);
        let seat = self.on_spot(&id, WALK_IN_DOCUMENT).await;
        let path = "/api/v2/vaccinator/onspots/schedule";
        let seated = self.at_site("POST", path, Some(seat)).await;
        assert_eq!(seated.status, 200, "{}", seated.text());
    }

    pub(crate) async fn on_spot(&self, id: &str, document: &str) -> Value {
        let session = self.sessions_of_today().await["sessions"][0]["session_id"].clone();
        json!({"dose": 1, "session_id": session, "slot": "11:00AM-01:00PM", "beneficiaries": [id], "photo_id_type": 8,
            "photo_id_number": document})
    }

    pub(crate) fn dose(&self) -> Value {
        json!({"beneficiary_reference_id": self.reference_id, "center_id": CENTRE, "vaccine": "COVISHIELD",
            "vaccine_batch": "4121Z025", "dose": 1, "dose1_date": "22-11-2026", "vaccinator_name": "Prabha",
            "body_site": "left_upper_arm", "time": "09:58"})
    }

    pub(crate) async fn at_site(
        &mut self,
        method: &'static str,
        path: &str,
        body: Option<Value>,
    ) -> Answered {
        let (key, token) = (self.facility_key.clone(), bearer(&self.nurse));
        let headers = [("x-api-key", key.as_str()), ("authorization", token.as_str())];
        self.world.api((method, path), &headers, body).await
    }

    async fn certificates(&mut self) {
        let query = format!("beneficiary_reference_id={}", self.reference_id);
        let own = format!("/api/v2/registration/certificate/download?{query}");
        self.world.get(&own, &self.portal.clone()).await;
        let public = format!("/api/v2/registration/certificate/public/download?{query}");
        self.world.get(&public, &self.public.clone()).await;
    }
}

async fn open_data(world: &mut World) {
    for path in [
        "/healthz",
        "/readyz",
        "/metrics",
        "/api/v2/admin/location/states",
        "/api/v2/admin/location/districts/21",
        "/api/v2/registration/beneficiary/idTypes",
        "/api/v2/registration/beneficiary/genders",
        "/api/v1/reports/v2/getPublicReports?date=2026-11-22",
        "/api/v1/reports/getLiveVaccination",
    ] {
        world.get(path, "").await;
    }
}
