//! No read without a record: when the access log cannot be written, nothing that opens answers, and the rest goes on.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use pramaan_http::inventory::{Caller, ROUTES};
use serde_json::{Value, json};

use super::played::{form, get, submit, whole_story};
use super::story::{DOCUMENT, MOBILE, NAME, Played, person, wire};
use super::world::{Answered, World, listed};

/// Routes that open and are not played with the log down, and why.
const EXCUSED: &[(&str, &str, &str)] = &[
    ("POST", "/api/v2/auth/public/confirmOTP", DOORS),
    ("POST", "/api/v2/auth/validateMobileOtp", DOORS),
    ("POST", "/api/v2/auth/confirmOTP", DOORS),
    ("POST", "/api/v3/vaccination/confirmOTP", DOORS),
    ("POST", "/api/v2/appointment/cancel", GIVEN_BACK),
    ("POST", "/household/appointments/{id}/cancel", GIVEN_BACK),
    ("POST", "/household/end-logins", ENDED),
    ("GET", "/household/new", WRITTEN),
    ("POST", "/household/new", WRITTEN),
];
const ENDED: &str =
    "logins end without their message: all_logins_end_at_every_door_and_node_without_the_log_too";
const GIVEN_BACK: &str = "a seat is given back without reading: seats_are_given_back_without_the_log";
const WRITTEN: &str =
    "a guardian is written instead of chosen: nobody_is_named_by_the_form_of_a_new_member_without_the_log";
const DOORS: &str = "a code is used up once: logging_in_without_the_log_opens_nothing";

/// What was answered while the log was down.
#[derive(Debug, Default)]
pub(crate) struct Rehearsal {
    answered: BTreeMap<(&'static str, &'static str), BTreeSet<u16>>,
    told: Vec<String>,
    /// What was typed and was on no page any more.
    lost: Vec<String>,
}

/// Fields that no page holds again: what is used up, what is the person's own, and which of a page's forms was sent.
const NEVER_BACK: &[&str] = &[
    "_csrf",
    "way",
    "code",
    "slip",
    "otp",
    "card_code",
    "new_pin",
    "again",
    "pin",
];

/// The whole story, each call that opens made with the log down first: it answers 503 and tells nothing, and since it
/// has changed nothing either, the same call succeeds when the log is back. What was typed into a form is on its page.
#[tokio::test]
async fn no_read_without_a_record() {
    let mut world = World::new().await;
    world.rehearsal = Some(Rehearsal::default());
    let played = whole_story(world).await;
    super::headline::holds(&played.world).await;
    let rehearsal = played.world.rehearsal.unwrap();
    assert!(rehearsal.told.is_empty(), "{:#?}", rehearsal.told);
    assert!(rehearsal.lost.is_empty(), "{:#?}", rehearsal.lost);
    let mut wrong = Vec::new();
    for route in ROUTES.iter().filter(|route| !route.opens.is_empty()) {
        let excuse = EXCUSED
            .iter()
            .find(|(method, path, _)| (*method, *path) == (route.method, route.path));
        let answered = rehearsal.answered.get(&(route.method, route.path));
        let fine = match (excuse, answered) {
            (None, Some(answered)) => answered.iter().eq([&503]),
            (Some(_), None) => true,
            _ => false,
        };
        if !fine {
            wrong.push(format!("{} {} answered {answered:?}", route.method, route.path));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

impl World {
    /// Sends a form while nobody can look into the log.
    async fn without_looking(&mut self, path: &str, form: &str) -> Answered {
        self.browse("POST", path, "application/x-www-form-urlencoded", form)
            .await
    }

    pub(crate) fn rehearses(&self, method: &str, path: &str) -> bool {
        let route = listed(method, path);
        let excused = EXCUSED
            .iter()
            .any(|(method, path, _)| (*method, *path) == (route.method, route.path));
        self.rehearsal.is_some() && !route.opens.is_empty() && !excused
    }

    /// Brings the log back and keeps what was answered without it. What was typed may come back; nothing else may be told.
    pub(crate) async fn rehearsed(&mut self, method: &str, path: &str, typed: &str, answered: &Answered) {
        self.test.mend_log().await;
        let (route, text) = (listed(method, path), answered.text());
        let rehearsal = self.rehearsal.as_mut().unwrap();
        rehearsal.lost.extend(lost(method, path, typed, &text));
        let statuses = rehearsal.answered.entry((route.method, route.path)).or_default();
        statuses.insert(answered.status);
        for told in [NAME, "Thiruvengadam", "Kamala", MOBILE, DOCUMENT, "Sita Bai"] {
            if text.contains(told) && !typed.contains(told.split(' ').next().unwrap()) {
                rehearsal
                    .told
                    .push(format!("{method} {path} told {told}: {text}"));
            }
        }
        if answered.bytes.starts_with(b"%PDF") {
            rehearsal
                .told
                .push(format!("{method} {path} answered a document"));
        }
    }
}

/// Which fields of a form are neither on the page that refuses it, nor wait sealed for the form to be shown again.
fn lost(method: &str, path: &str, typed: &str, text: &str) -> Vec<String> {
    let sealed = text.contains("name=\"kept\" value=\"");
    // At the other forms of citizens an answer is chosen from what the page reads, and nothing is typed.
    let typing = path.starts_with("/staff/") || path.ends_with("/unwell");
    // Whoever scans a card's code scans it again.
    let typing = typing && !typed.contains("pramaan%3Acard");
    if method != "POST" || !typing || sealed {
        return Vec::new();
    }
    let fields = typed.split('&').filter_map(|pair| pair.split_once('='));
    let typed = fields.filter(|(name, value)| !value.is_empty() && !NEVER_BACK.contains(name));
    typed
        .filter(|(name, value)| {
            let (name, value) = (format!("name=\"{name}\""), decoded_form(value));
            let mut tags = text.split('<').filter(|tag| tag.contains(&name));
            // A text of several lines stands between its tags, an answer of a list in the tags that follow.
            let field = format!("value=\"{value}\"");
            let chosen = format!("{field} selected");
            let written = tags.any(|tag| tag.contains(&field) || tag.ends_with(&format!(">{value}")));
            let listed = text.contains(&name) && text.contains(&chosen);
            !(written || listed)
        })
        .map(|(name, _)| format!("{path}: {name}"))
        .collect()
}

/// A value of a form, as it is written into a page.
fn decoded_form(value: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = value.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let digits: Vec<u8> = rest.by_ref().take(2).collect();
                let digits = String::from_utf8(digits).unwrap();
                bytes.push(u8::from_str_radix(&digits, 16).unwrap());
            }
            other => bytes.push(other),
        }
    }
    let text = String::from_utf8(bytes).unwrap();
    text.replace('&', "&#38;").replace('\'', "&#39;")
}

/// What needs no reading goes on without the log.
#[tokio::test]
async fn what_opens_nothing_goes_on_without_the_log() {
    let played = Played::before_the_dose().await;
    played.world.test.break_log().await;
    for path in [
        "/api/v2/appointment/sessions/public/findByPin?pincode=400001&date=22-11-2026",
        "/api/v2/admin/location/states",
        "/sessions?pincode=400001",
        "/healthz",
    ] {
        assert_eq!(
            played.world.send("GET", path, &[], "").await.status,
            200,
            "{path}"
        );
    }
    let mobile = json!({"mobile": MOBILE}).to_string();
    let path = "/api/v2/auth/generateMobileOTP";
    let sent = played.world.send("POST", path, &[], &mobile).await;
    assert_eq!(sent.status, 200, "a code needs no reading: {}", sent.text());
    played.register("Somebody Else", "L1234567").await;
}

/// Whoever has the code is let in; the reference id that a token may carry is not looked up, and the door that has to
/// compare a name stays shut.
#[tokio::test]
async fn logging_in_without_the_log_opens_nothing() {
    let mut played = Played::before_the_dose().await;
    let before = played.world.test.log_size().await;
    let doors = [
        ("auth/public/", "generateOTP", "confirmOTP", 200),
        ("auth/", "generateMobileOTP", "validateMobileOtp", 200),
        ("auth/", "generateOTP", "confirmOTP", 200),
        ("vaccination/", "generateOTP", "confirmOTP", 503),
    ];
    for (door, generate, confirm, expected) in doors {
        let version = if door == "vaccination/" { "v3" } else { "v2" };
        let path = |name| format!("/api/{version}/{door}{name}");
        let asked = json!({"mobile": MOBILE, "mobile_number": MOBILE, "full_name": NAME});
        let sent = played.ask(&path(generate), asked).await;
        played.world.test.break_log().await;
        let body = json!({"otp": wire(&played.world.test.code(MOBILE)), "txnId": sent.at("txnId")});
        let answered = played.ask(&path(confirm), body).await;
        played.world.test.mend_log().await;
        assert_eq!(answered.status, expected, "{door}{confirm}: {}", answered.text());
        let claims = answered.text().split('.').nth(1).map(decoded).unwrap_or_default();
        let told = [claims, answered.text()].concat();
        assert!(
            !told.contains(&played.reference_id) && !told.contains("beneficiary_reference_id"),
            "{door}{confirm}: {told}"
        );
    }

    let page = get(&mut played.world, "/login").await;
    submit(&mut played.world, &page, "/login", &[("mobile", MOBILE)]).await;
    let page = get(&mut played.world, "/login/otp").await;
    let code = played.world.test.code(MOBILE);
    played.world.test.break_log().await;
    let let_in = played
        .world
        .without_looking("/login/otp", &form(&page, &[("otp", &code)]))
        .await;
    assert_eq!(let_in.status, 303, "{}", let_in.text());
    played.world.test.mend_log().await;
    assert_eq!(played.world.test.log_size().await, before, "nothing was opened");
}

/// Registering goes on: the family's adults are not named, and a guardian is written.
#[tokio::test]
async fn nobody_is_named_by_the_form_of_a_new_member_without_the_log() {
    let mut played = Played::before_the_dose().await;
    let login = played.world.test.login(MOBILE, pramaan_app::Face::Pages).await;
    let world = &mut played.world;
    world
        .cookies
        .insert("__Host-citizen".to_owned(), login.unwrap().token);
    let before = world.test.log_size().await;
    world.test.clock.advance_seconds(1);
    world.test.break_log().await;
    let shown = world
        .browse("GET", "/household/new", "application/x-www-form-urlencoded", "")
        .await;
    assert_eq!(shown.status, 200, "{}", shown.text());
    let child = |guardian| {
        let mut typed = vec![
            ("consent", "yes"),
            ("name", "Chandni"),
            ("birth_year", "2012"),
            ("gender", "female"),
            ("document_type", "8"),
            ("document_number", "C7654321"),
        ];
        typed.push(guardian);
        form(&shown, &typed)
    };
    let chosen = child(("guardian", "1"));
    let unread = world.without_looking("/household/new", &chosen).await;
    assert_eq!(unread.status, 503, "{}", unread.text());
    for page in [&shown, &unread] {
        assert!(!page.text().contains(NAME), "{}", page.text());
    }
    let written = child(("guardian_name", "Kanta Bai"));
    let done = world.without_looking("/household/new", &written).await;
    assert_eq!(done.to, "/household/2/registered", "{}", done.text());
    world.test.mend_log().await;
    assert_eq!(world.test.log_size().await, before, "nothing was opened");
}

/// Who cannot come gives the seat back; that no message will come is said.
#[tokio::test]
async fn seats_are_given_back_without_the_log() {
    let mut played = Played::before_the_dose().await;
    let login = played.world.test.login(MOBILE, pramaan_app::Face::Pages).await;
    played
        .world
        .cookies
        .insert("__Host-citizen".to_owned(), login.unwrap().token);
    let path = format!("/household/appointments/{}/cancel", played.appointment);
    let page = get(&mut played.world, &path).await;
    let member = page.field("member").unwrap();
    let free = |found: Value| found["sessions"][0]["available_capacity"].as_i64().unwrap();
    let before = free(played.sessions_of_today().await);

    played.world.test.break_log().await;
    let done = played
        .world
        .without_looking(&path, &form(&page, &[("member", &member)]))
        .await;
    assert_eq!(done.status, 200, "{}", done.text());
    assert_eq!(free(played.sessions_of_today().await), before + 1);

    played.world.test.mend_log().await;
    let session = played.sessions_of_today().await["sessions"][0]["session_id"].clone();
    let body = json!({"dose": 1, "session_id": session, "slot": "11:00AM-01:00PM", "beneficiaries": [played.reference_id]});
    let booked = played
        .own("POST", "/api/v2/appointment/schedule", Some(body))
        .await;
    played.world.test.break_log().await;
    let cancel = json!({"appointment_id": booked.at("appointment_id"), "beneficiariesToCancel": [played.reference_id]});
    let cancelled = played
        .own("POST", "/api/v2/appointment/cancel", Some(cancel))
        .await;
    assert_eq!(cancelled.status, 204, "{}", cancelled.text());
    assert_eq!(cancelled.message.as_deref(), Some("none"), "no message will come");
    assert_eq!(free(played.sessions_of_today().await), before + 1);
}

/// A part of a token, as text.
fn decoded(part: &str) -> String {
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(part);
    bytes.map_or_else(
        |_| String::new(),
        |bytes| String::from_utf8_lossy(&bytes).into_owned(),
    )
}

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

    /// Asks a door, with the partner's key, which the other doors do not mind.
    async fn ask(&self, path: &str, body: Value) -> Answered {
        let headers = [("x-api-key", self.partner_key.as_str())];
        self.world.send("POST", path, &headers, &body.to_string()).await
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
        Caller::CardHolder,
    ] {
        assert!(ROUTES.iter().any(|route| route.caller == caller), "{caller:?}");
    }
}
