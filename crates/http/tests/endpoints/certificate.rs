//! Section 7: certificates for their people.

use pramaan_http::cowin::code;
use serde_json::json;

use crate::support::*;
use crate::{CERTIFICATE, all_shown};

const PUBLIC: &str = "/v2/registration/certificate/public/download";
const OWN: &str = "/v2/registration/certificate/download";

#[tokio::test]
async fn fetched_by_its_person_through_either_door() {
    let wire = Wire::start().await;
    let token = wire.login(ASHA).await;
    let id = wire.register(&token).await;
    let (public, own) = (
        format!("{PUBLIC}?beneficiary_reference_id={id}"),
        format!("{OWN}?beneficiary_reference_id={id}"),
    );
    let narrow = wire.public_login(ASHA).await;
    wire.get(&public)
        .token(&narrow)
        .send()
        .await
        .refused(code::CERTIFICATE_NOT_FOUND);
    wire.get(&own)
        .token(&token)
        .send()
        .await
        .refused(code::CERTIFICATE_NOT_FOUND);
    wire.vaccinate(&token, ASHA, &id, 1).await;
    wire.get(&public).token(&narrow).send().await.pdf();
    wire.get(&own).token(&token).send().await.pdf();

    wire.get(&public).send().await.unauthenticated();
    wire.get(&own).send().await.unauthenticated();
    wire.get(&own).token(&narrow).send().await.unauthenticated();
    let other = wire.login(OTHER).await;
    let stranger = wire.register(&other).await;
    for path in [&public, &own] {
        wire.get(path).token(&other).send().await.unauthenticated();
    }
    for unknown in [stranger.as_str(), "12345678901234", "x", "%F0%9F%92%89"] {
        let call = wire.get(&format!("{OWN}?beneficiary_reference_id={unknown}"));
        call.token(&token).send().await.unauthenticated();
    }
    for path in [PUBLIC, OWN] {
        wire.get(path)
            .token(&token)
            .send()
            .await
            .refused(code::PARAMETER_MISSING);
    }
    all_shown(&wire, CERTIFICATE);
}

#[tokio::test]
async fn a_partner_fetches_it_with_key_and_token() {
    let wire = Wire::start().await;
    let token = wire.login(ASHA).await;
    let id = wire.register(&token).await;
    wire.vaccinate(&token, ASHA, &id, 1).await;
    let post = |path: &str, body| {
        let call = wire.post(path, &body).header("x-api-key", &wire.key);
        async move { call.await_ok().await }
    };
    let txn = post("/v2/auth/generateOTP", json!({"mobile": ASHA})).await["txnId"].clone();
    let body = json!({"otp": sha256(&wire.test.code(ASHA)), "txnId": txn});
    let partner = text(&post("/v2/auth/confirmOTP", body).await["token"]);
    let call = || {
        wire.get(&format!("{OWN}?beneficiary_reference_id={id}"))
            .token(&partner)
    };
    call().send().await.forbidden();
    call().header("x-api-key", &wire.key).send().await.pdf();
}
