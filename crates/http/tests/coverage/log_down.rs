//! No read without a record: when the access log cannot be written, nothing that opens answers, and the rest goes on.

use pramaan_http::inventory::{Caller, ROUTES};
use serde_json::{Value, json};

use super::story::{DOCUMENT, MOBILE, NAME, Played, person};
use super::world::{Answered, filled};

#[tokio::test]
async fn no_read_without_a_record() {
    let (mut early, mut late) = (Played::before_the_dose().await, Played::api().await);
    let second = early.register("Kamala Thiruvengadam", "K7654321").await;
    for played in [&mut early, &mut late] {
        let login = played.world.test.login(MOBILE, pramaan_app::Face::Pages).await;
        let token = login.unwrap().token;
        played.world.cookies.insert("__Host-citizen".to_owned(), token);
        played.world.test.break_log().await;
    }
    let mut tried = Vec::new();
    for route in ROUTES.iter().filter(|route| !route.opens.is_empty()) {
        let needs_booking = AT_THE_SITE.contains(&route.path) || route.path.contains("appointment");
        let played = if needs_booking { &mut early } else { &mut late };
        let Some(answered) = played
            .open(route.method, route.path, &filled(route), &second)
            .await
        else {
            continue;
        };
        let text = answered.text();
        for told in [NAME, "Thiruvengadam", MOBILE, DOCUMENT, &played.reference_id] {
            assert!(!text.contains(told), "{route:?} told {told}: {text}");
        }
        assert!(
            !answered.bytes.starts_with(b"%PDF"),
            "{route:?} answered a document"
        );
        assert!(answered.status >= 500, "{route:?}: {} {text}", answered.status);
        tried.push(route.path);
    }
    for path in AT_THE_SITE.iter().chain(&MUST_BE_TRIED) {
        assert!(tried.contains(path), "{path} was not tried");
    }
    assert!(tried.len() >= 18, "{tried:?}");

    let found = early.sessions_of_today().await;
    let free = &found["sessions"][0]["available_capacity"];
    assert_eq!(
        free,
        &json!(99),
        "the booking that could not be judged took no seat"
    );
    early.what_needs_no_reading().await;
    early.world.test.mend_log().await;
    let again = early.own("GET", "/api/v2/appointment/beneficiaries", None).await;
    assert!(
        again.status == 200 && again.text().contains(NAME),
        "{}",
        again.text()
    );
}

const AT_THE_SITE: [&str; 3] = [
    "/api/v2/vaccinator/onspots/schedule",
    "/api/v2/vaccinator/beneficiaries/findByReferenceId",
    "/api/v2/vaccinator/beneficiaries/vaccinate",
];
const MUST_BE_TRIED: [&str; 5] = [
    "/api/v3/vaccination/status",
    "/api/v2/appointment/schedule",
    "/api/v2/registration/certificate/download",
    "/household/{place}/certificates/{number}",
    "/household/appointments/{id}",
];

impl Played {
    async fn own(&self, method: &str, path: &str, body: Option<Value>) -> Answered {
        let bearer = format!("Bearer {}", self.portal);
        let body = body.map_or_else(String::new, |body| body.to_string());
        self.world
            .send(method, path, &[("authorization", &bearer)], &body)
            .await
    }

    async fn register(&self, name: &str, document: &str) -> String {
        let path = "/api/v2/registration/beneficiary/new";
        let answered = self.own("POST", path, Some(person(name, document))).await;
        answered.at("beneficiary_reference_id")
    }

    pub(crate) async fn sessions_of_today(&self) -> Value {
        let path = "/api/v2/appointment/sessions/public/findByPin?pincode=400001&date=22-11-2026";
        self.world.send("GET", path, &[], "").await.json()
    }

    async fn what_needs_no_reading(&self) {
        for path in [
            "/api/v2/appointment/sessions/public/findByPin?pincode=400001&date=22-11-2026",
            "/api/v2/admin/location/states",
            "/sessions?pincode=400001",
            "/healthz",
        ] {
            assert_eq!(self.world.send("GET", path, &[], "").await.status, 200, "{path}");
        }
        let mobile = json!({"mobile": MOBILE}).to_string();
        let path = "/api/v2/auth/generateMobileOTP";
        let sent = self.world.send("POST", path, &[], &mobile).await;
        assert_eq!(sent.status, 200, "a code needs no reading: {}", sent.text());
        self.register("Somebody Else", "L1234567").await;
        let cancel =
            json!({"appointment_id": self.appointment, "beneficiariesToCancel": [self.reference_id]});
        let cancelled = self.own("POST", "/api/v2/appointment/cancel", Some(cancel)).await;
        assert_eq!(
            cancelled.status,
            204,
            "a seat is given back without reading: {}",
            cancelled.text()
        );
        let message = cancelled.message.as_deref();
        assert_eq!(
            message,
            Some("none"),
            "and the answer says that no message will come"
        );
    }

    /// A request that would open, were the log there; none for what cannot be asked without opening something before.
    async fn open(
        &mut self,
        method: &'static str,
        template: &str,
        filled: &str,
        second: &str,
    ) -> Option<Answered> {
        let query = format!("{template}?beneficiary_reference_id={}", self.reference_id);
        let (bearer, path, body) = match template {
            "/api/v3/vaccination/status" => (&self.status, template, None),
            "/api/v2/appointment/beneficiaries" => (&self.portal, template, None),
            "/api/v2/registration/certificate/public/download" => (&self.public, query.as_str(), None),
            "/api/v2/registration/certificate/download" => (&self.portal, query.as_str(), None),
            "/api/v2/appointment/schedule" => {
                let session = &self.sessions_of_today().await["sessions"][0]["session_id"];
                let body = json!({"dose": 1, "session_id": session, "slot": "11:00AM-01:00PM", "beneficiaries": [second]});
                (&self.portal, template, Some(body))
            }
            "/api/v2/appointment/appointmentslip/download" => {
                let path = format!("{template}?appointment_id={}", self.appointment);
                return Some(self.own(method, &path, None).await);
            }
            "/api/v2/vaccinator/beneficiaries/vaccinate" => {
                let mut dose = self.dose();
                dose["secret_code"] = json!(self.code);
                (&self.nurse, template, Some(dose))
            }
            "/api/v2/vaccinator/onspots/schedule" => (
                &self.nurse,
                template,
                Some(self.on_spot(second, "K7654321").await),
            ),
            path if path.contains("/vaccinator/") => (&self.nurse, query.as_str(), None),
            path if path.starts_with("/household") && method == "GET" => {
                let page = filled.replace("5a2c7ae9-0a2c-4b8b-8a53-000000000001", &self.appointment);
                return Some(self.world.browse("GET", &page, "", "").await);
            }
            _ => return None,
        };
        let bearer = format!("Bearer {bearer}");
        let headers = [
            ("authorization", bearer.as_str()),
            ("x-api-key", self.facility_key.as_str()),
            ("x-secret-code", self.code.as_str()),
        ];
        let headers = if template.contains("/vaccinator/") {
            &headers[..]
        } else {
            &headers[..1]
        };
        let body = body.map_or_else(String::new, |body| body.to_string());
        Some(self.world.send(method, path, headers, &body).await)
    }
}

/// A caller that nobody listed would go untested.
#[test]
fn every_kind_of_caller_is_in_the_inventory() {
    for caller in [
        Caller::Anyone,
        Caller::Citizen,
        Caller::Partner,
        Caller::Facility,
        Caller::FacilityStaff,
    ] {
        assert!(ROUTES.iter().any(|route| route.caller == caller), "{caller:?}");
    }
}
