//! Partners get answers, not records: without the person's own OTP a key reads nothing, whatever is named.

use pramaan_http::inventory::ROUTES;
use serde_json::json;

use super::story::{DOCUMENT, MOBILE, NAME, Played};
use super::world::filled;

/// Names of parameters under which somebody may try an identifier.
const NAMES: [&str; 10] = [
    "mobile",
    "mobile_number",
    "beneficiary_reference_id",
    "reference_id",
    "photo_id_number",
    "appointment_id",
    "secret_code",
    "id",
    "search",
    "q",
];

#[tokio::test]
async fn partners_get_answers() {
    let played = Played::api().await;
    let before = played.world.test.accesses().await.len();
    let keys = [played.partner_key.as_str(), played.facility_key.as_str()];
    let identifiers = [MOBILE, DOCUMENT, &played.reference_id, &played.appointment];
    let mut asked = 0;
    for route in ROUTES {
        if route.path.contains("generate") || route.path.starts_with("/demo") {
            continue;
        }
        for key in keys {
            for identifier in identifiers {
                let all: Vec<String> = NAMES.iter().map(|name| format!("{name}={identifier}")).collect();
                let place = route.path.rsplit('/').next().unwrap();
                let path = match place.starts_with('{') {
                    true => filled(route).rsplit_once('/').unwrap().0.to_owned() + "/" + identifier,
                    false => filled(route),
                };
                let body: serde_json::Map<_, _> = NAMES
                    .iter()
                    .map(|name| ((*name).to_owned(), json!(identifier)))
                    .collect();
                let method = if route.method == "ANY" {
                    "GET"
                } else {
                    route.method
                };
                let answered = played
                    .world
                    .send(
                        method,
                        &format!("{path}?{}", all.join("&")),
                        &[("x-api-key", key)],
                        &json!(body).to_string(),
                    )
                    .await;
                // What was typed comes back in forms; what was not typed must not.
                let text = answered.text().replace(identifier, "");
                for told in [NAME, "Thiruvengadam", "1981", "4402", &played.code] {
                    let is_listed = told.len() == 4 && answered.status < 400 && route.opens.is_empty();
                    assert!(
                        is_listed || !text.contains(told),
                        "{route:?} told {told} for {identifier}"
                    );
                }
                assert!(
                    route.opens.is_empty() || answered.status >= 300,
                    "{route:?} answered {} for {identifier}: {text}",
                    answered.status
                );
                asked += 1;
            }
        }
    }
    assert!(asked > 300, "{asked}");
    assert_eq!(
        played.world.test.accesses().await.len(),
        before,
        "nothing was opened"
    );
}

#[tokio::test]
async fn a_lookup_by_mobile_is_405_with_any_credentials() {
    let played = Played::api().await;
    let bearers: Vec<String> = [
        &played.portal,
        &played.public,
        &played.assisted,
        &played.status,
        &played.nurse,
    ]
    .iter()
    .map(|token| format!("Bearer {token}"))
    .collect();
    let keys = ["", played.partner_key.as_str(), played.facility_key.as_str()];
    let path = format!("/api/v2/vaccinator/beneficiaries/findByMobile?mobile_number={MOBILE}");
    let mut answers = Vec::new();
    for bearer in bearers.iter().map(String::as_str).chain([""]) {
        for key in keys {
            for method in ["GET", "POST", "PUT", "DELETE"] {
                let headers = [("authorization", bearer), ("x-api-key", key)];
                let given: Vec<_> = headers
                    .into_iter()
                    .filter(|(_, value)| !value.is_empty())
                    .collect();
                let answered = played.world.send(method, &path, &given, "").await;
                assert_eq!(answered.status, 405, "{method}");
                answers.push(answered.bytes);
            }
        }
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "everybody is told the same");
}

/// The partner of an assisted citizen is the actor that the log names.
#[tokio::test]
async fn a_partner_with_the_persons_otp_is_named_in_the_log() {
    let played = Played::api().await;
    let bearer = format!("Bearer {}", played.assisted);
    let headers = [
        ("authorization", bearer.as_str()),
        ("x-api-key", &played.partner_key),
    ];
    let list = played
        .world
        .send("GET", "/api/v2/appointment/beneficiaries", &headers, "")
        .await;
    assert_eq!(list.status, 200, "{}", list.text());
    let text = list.text();
    assert!(
        text.contains(NAME) && !text.contains(DOCUMENT),
        "masked shapes: {text}"
    );
    let last = *played.world.test.accesses().await.last().unwrap();
    assert_eq!((last.actor, last.basis), ("partner", "one-time-password"));
}
