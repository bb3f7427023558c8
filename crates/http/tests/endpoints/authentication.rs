//! Sections 1 and 5: the four doors, their tokens and the picture.

use pramaan_app::testing::Setup;
use pramaan_http::cowin::code;
use serde_json::{Value, json};

use crate::support::*;
use crate::{AUTHENTICATION, all_shown};

/// The two steps of a door and its name for the number.
const DOORS: [(&str, &str, &str); 4] = [
    (
        "/v2/auth/public/generateOTP",
        "/v2/auth/public/confirmOTP",
        "mobile",
    ),
    (
        "/v2/auth/generateMobileOTP",
        "/v2/auth/validateMobileOtp",
        "mobile",
    ),
    ("/v2/auth/generateOTP", "/v2/auth/confirmOTP", "mobile"),
    (
        "/v3/vaccination/generateOTP",
        "/v3/vaccination/confirmOTP",
        "mobile_number",
    ),
];

async fn post(wire: &Wire, path: &str, body: Value) -> Answer {
    wire.post(path, &body).header("x-api-key", &wire.key).send().await
}

/// What confirming answers after a right code.
async fn through(wire: &Wire, door: usize, more: Value) -> Answer {
    let (generate, confirm, mobile) = DOORS[door];
    let mut body = json!({ mobile: ASHA });
    body.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    let sent = post(wire, generate, body).await.ok();
    assert_eq!(keys(&sent), ["txnId"].into());
    assert!(is_uuid(&sent["txnId"]));
    post(
        wire,
        confirm,
        json!({"otp": sha256(&wire.test.code(ASHA)), "txnId": sent["txnId"]}),
    )
    .await
}

#[tokio::test]
async fn four_doors_the_status_and_the_picture() {
    let wire = Wire::start().await;
    for (door, new) in [(1, "Y"), (2, "Y")] {
        let confirmed = through(&wire, door, json!({"secret": "x"})).await.ok();
        assert_eq!(
            (keys(&confirmed), &confirmed["isNewAccount"]),
            (["isNewAccount", "token"].into(), &json!(new))
        );
    }
    through(&wire, 0, json!({}))
        .await
        .refused(code::BENEFICIARY_NOT_REGISTERED);
    let named = json!({"full_name": "Asha Devi", "email_id": "a@example.org"});
    through(&wire, 3, named.clone())
        .await
        .refused(code::ACCOUNT_UNKNOWN);

    let token = wire.login(ASHA).await;
    let id = wire.register(&token).await;
    for (door, new) in [(1, "N"), (2, "N")] {
        assert_eq!(through(&wire, door, json!({})).await.ok()["isNewAccount"], new);
    }
    assert_eq!(keys(&through(&wire, 0, json!({})).await.ok()), ["token"].into());

    let status = "/v3/vaccination/status";
    wire.get(status).send().await.unauthenticated();
    wire.get(status).token(&token).send().await.unauthenticated();
    let kyc = text(&through(&wire, 3, named.clone()).await.ok()["token"]);
    assert_eq!(
        wire.get(status).token(&kyc).send().await.text(),
        r#"{"vaccination_status":0}"#
    );
    wire.vaccinate(&token, ASHA, &id, 1).await;
    assert_eq!(
        wire.get(status).token(&kyc).send().await.text(),
        r#"{"vaccination_status":1}"#
    );
    wire.get("/v2/appointment/beneficiaries")
        .token(&kyc)
        .send()
        .await
        .unauthenticated();
    through(&wire, 3, json!({"full_name": "Somebody Else"}))
        .await
        .refused(code::ACCOUNT_UNKNOWN);

    let picture = wire
        .post("/v2/auth/getRecaptcha", &json!({}))
        .token(&token)
        .await_ok()
        .await;
    let svg = text(&picture["captcha"]);
    let frame = r#"<svg xmlns="http://www.w3.org/2000/svg" width="150" height="50" viewBox="0,0,150,50">"#;
    assert!(svg.starts_with(frame) && svg.ends_with("</svg>"));
    assert_eq!(svg.matches(r##"<path fill="#333" d="M"##).count(), 5);
    wire.call(http::Method::POST, "/v2/auth/getRecaptcha")
        .token(&token)
        .await_ok()
        .await;
    wire.post("/v2/auth/getRecaptcha", &json!({}))
        .send()
        .await
        .unauthenticated();

    refusals(&wire).await;
    all_shown(&wire, AUTHENTICATION);
}

async fn refusals(wire: &Wire) {
    for (generate, confirm, mobile) in DOORS {
        post(wire, generate, json!({}))
            .await
            .refused(code::MOBILE_REQUIRED);
        post(wire, generate, json!({ mobile: "12345" }))
            .await
            .refused(code::MALFORMED_MOBILE);
        post(wire, confirm, json!({"txnId": "x"}))
            .await
            .refused(code::OTP_REQUIRED);
        post(wire, confirm, json!({"otp": sha256("1")}))
            .await
            .refused(code::TXN_REQUIRED);
        post(wire, confirm, json!({"otp": sha256("1"), "txnId": "x"}))
            .await
            .unauthenticated();
    }
    for path in ["/v2/auth/generateOTP", "/v2/auth/confirmOTP"] {
        wire.post(path, &json!({"mobile": ASHA})).send().await.forbidden();
        wire.post(path, &json!({"mobile": ASHA}))
            .header("x-api-key", "no key")
            .send()
            .await
            .forbidden();
    }
}

#[tokio::test]
async fn a_code_is_good_once_for_three_minutes_and_three_guesses() {
    let wire = Wire::start().await;
    for (generate, confirm, mobile) in DOORS {
        let txn = post(&wire, generate, json!({ mobile: OTHER })).await.ok()["txnId"].clone();
        let code = wire.test.code(OTHER);
        let guess = |code: String| post(&wire, confirm, json!({"otp": sha256(&code), "txnId": txn}));
        for _ in 0..3 {
            guess(wrong(&code).to_owned()).await.refused(code::INVALID_OTP);
        }
        guess(code).await.unauthenticated();

        let txn = post(&wire, generate, json!({ mobile: OTHER })).await.ok()["txnId"].clone();
        let body = json!({"otp": sha256(&wire.test.code(OTHER)), "txnId": txn});
        post(&wire, confirm, body.clone()).await;
        post(&wire, confirm, body).await.unauthenticated();

        let txn = post(&wire, generate, json!({ mobile: OTHER })).await.ok()["txnId"].clone();
        let body = json!({"otp": sha256(&wire.test.code(OTHER)), "txnId": txn});
        wire.test.clock.advance_seconds(180);
        post(&wire, confirm, body).await.unauthenticated();
    }
}

#[tokio::test]
async fn a_public_token_opens_certificates_only_and_a_partners_needs_its_key() {
    let wire = Wire::start().await;
    let portal = wire.login(ASHA).await;
    wire.register(&portal).await;
    let public = wire.public_login(ASHA).await;
    let partner = text(&through(&wire, 2, json!({})).await.ok()["token"]);
    let beneficiaries = || wire.get("/v2/appointment/beneficiaries");
    beneficiaries().token(&public).send().await.unauthenticated();
    wire.post("/v2/appointment/schedule", &json!({}))
        .token(&public)
        .send()
        .await
        .unauthenticated();
    beneficiaries().token(&partner).send().await.forbidden();
    let mine = beneficiaries()
        .token(&partner)
        .header("x-api-key", &wire.key)
        .await_ok()
        .await;
    assert_eq!(mine["beneficiaries"].as_array().unwrap().len(), 1);
    // Two logins live beside one another.
    wire.login(ASHA).await;
    beneficiaries().token(&portal).await_ok().await;
}

/// Clients read the middle of a token without the key.
#[tokio::test]
async fn a_token_is_hs256_for_fifteen_minutes_without_the_mobile() {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let wire = Wire::start().await;
    let decode = |token: &str, part: usize| -> Value {
        let bytes = URL_SAFE_NO_PAD
            .decode(token.split('.').nth(part).unwrap())
            .unwrap();
        serde_json::from_slice(&bytes).unwrap()
    };
    let token = wire.login(ASHA).await;
    assert_eq!(decode(&token, 0)["alg"], "HS256");
    assert!(decode(&token, 1).get("beneficiary_reference_id").is_none());
    let id = wire.register(&token).await;
    let token = wire.login(ASHA).await;
    let claims = decode(&token, 1);
    let now = Setup::default().now.seconds();
    assert_eq!(
        (claims["iat"].as_i64(), claims["exp"].as_i64()),
        (Some(now), Some(now + 900))
    );
    assert_eq!(claims["user_type"], "BENEFICIARY");
    assert_eq!(claims["user_id"], claims["user_name"]);
    assert!(is_uuid(&claims["user_id"]));
    assert_eq!(
        claims["beneficiary_reference_id"],
        json!(id.parse::<u64>().unwrap())
    );
    assert!(!claims.to_string().contains(ASHA));
    for name in ["mobile_number", "ua", "secret_key"] {
        assert!(claims.get(name).is_none(), "{name}");
    }
}
