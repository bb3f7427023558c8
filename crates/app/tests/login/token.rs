//! Tokens as clients read them, and as we refuse them.

use std::sync::OnceLock;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pramaan_app::testing::TestApp;
use pramaan_app::{Face, FaceKind, Refusal};
use pramaan_store::Engine as Database;
use pramaan_store::testing::{MIGRATED, TestDb, store_test};
use proptest::prelude::*;
use serde_json::Value;

use crate::support::{MOBILE, count, register};

fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

#[store_test]
async fn a_token_reads_as_clients_expect_and_tells_no_number(db: TestDb) {
    let app = TestApp::start(db).await;
    let login = app.login(MOBILE, Face::Portal).await.unwrap();
    let before = claims(&login.token);
    let now = app.clock.now().seconds();
    assert_eq!(
        (before["iat"].as_i64(), before["exp"].as_i64()),
        (Some(now), Some(now + 900))
    );
    assert_eq!(before["user_type"], "BENEFICIARY");
    assert_eq!(before["user_id"], before["user_name"]);
    assert_eq!(before["user_id"].as_str().unwrap().len(), 36);
    assert!(
        before.get("beneficiary_reference_id").is_none(),
        "nobody is registered"
    );
    assert_eq!(count(&app, "select count(*) from access_leaf").await, 0);

    let id = register(&app, &login.citizen, "Z1234567").await;
    for face in [Face::Portal, Face::Public, Face::Partner(3)] {
        let claims = claims(&app.login(MOBILE, face).await.unwrap().token);
        assert_eq!(
            claims["beneficiary_reference_id"].as_u64(),
            Some(id.number()),
            "{face:?}"
        );
        assert!(!claims.to_string().contains(MOBILE));
    }
    assert_eq!(
        count(&app, "select count(*) from access_leaf").await,
        3,
        "each one is an opening"
    );
    let status = claims(&app.login(MOBILE, Face::Status).await.unwrap().token);
    assert!(
        status.get("beneficiary_reference_id").is_none(),
        "yes or no, nothing else"
    );

    let openings = count(&app, "select count(*) from access_leaf").await;
    let cookie = claims(&app.login(MOBILE, Face::Pages).await.unwrap().token);
    assert!(
        cookie.get("beneficiary_reference_id").is_none(),
        "a cookie stays in the browser"
    );
    assert_eq!(
        count(&app, "select count(*) from access_leaf").await,
        openings,
        "and nothing is opened for it"
    );

    register(&app, &login.citizen, "Z1234568").await;
    let two = claims(&app.login(MOBILE, Face::Portal).await.unwrap().token);
    assert!(
        two.get("beneficiary_reference_id").is_none(),
        "two members, neither named"
    );
}

#[store_test]
async fn a_token_is_its_citizen_for_fifteen_minutes(db: TestDb) {
    let app = TestApp::start(db).await;
    for face in [Face::Portal, Face::Partner(3)] {
        let login = app.login(MOBILE, face).await.unwrap();
        assert_eq!(app.app.citizen(&login.token).unwrap(), login.citizen);
        assert_eq!(app.app.citizen(&login.token).unwrap().face(), face);
        app.clock.advance_seconds(899);
        assert!(app.app.citizen(&login.token).is_ok());
        app.clock.advance_seconds(1);
        assert!(matches!(
            app.app.citizen(&login.token),
            Err(Refusal::Unauthenticated)
        ));
    }
}

/// A stolen bearer token of the API is worth its fifteen minutes, whatever cookie it is put into.
#[store_test]
async fn only_the_pages_own_logins_are_renewed(db: TestDb) {
    let app = TestApp::start(db).await;
    for (face, renewed) in [
        (Face::Pages, true),
        (Face::Portal, false),
        (Face::Partner(3), false),
        (Face::Public, false),
    ] {
        let own = app.login(MOBILE, Face::Portal).await.unwrap().citizen;
        if app.app.beneficiaries(&own, "test").await.unwrap().is_empty() {
            register(&app, &own, "Z1234567").await;
        }
        let login = app.login(MOBILE, face).await.unwrap();
        app.clock.advance_seconds(600);
        assert_eq!(app.app.renewed(&login.token).is_some(), renewed, "{face:?}");
        let api = login
            .citizen
            .require(&[FaceKind::Portal, FaceKind::Partner, FaceKind::Public]);
        assert_eq!(api.is_err(), face == Face::Pages, "{face:?}");
        app.clock.advance_seconds(600);
    }
}

#[store_test]
async fn a_face_opens_what_is_behind_it(db: TestDb) {
    let app = TestApp::start(db).await;
    let portal = app.login(MOBILE, Face::Portal).await.unwrap().citizen;
    register(&app, &portal, "Z1234567").await;
    let public = app.login(MOBILE, Face::Public).await.unwrap().citizen;
    assert!(portal.require(&[FaceKind::Portal, FaceKind::Partner]).is_ok());
    assert!(matches!(
        public.require(&[FaceKind::Portal, FaceKind::Partner]),
        Err(Refusal::Unauthenticated)
    ));
    assert!(matches!(
        app.app.beneficiaries(&public, "test").await,
        Err(Refusal::Unauthenticated)
    ));
}

#[store_test]
async fn the_algorithm_is_not_the_bearers_choice(db: TestDb) {
    let app = TestApp::start(db).await;
    let token = app.login(MOBILE, Face::Portal).await.unwrap().token;
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let payload = signed.split('.').nth(1).unwrap();
    for header in [
        r#"{"alg":"none","typ":"JWT"}"#,
        r#"{"alg":"None"}"#,
        r#"{"alg":"HS384","typ":"JWT"}"#,
        r#"{"alg":"RS256","typ":"JWT"}"#,
        r#"{"typ":"JWT","alg":"HS256"}"#,
    ] {
        let signed = format!("{}.{payload}", URL_SAFE_NO_PAD.encode(header));
        // Even a signature that is right for another header does not help.
        let right = URL_SAFE_NO_PAD.encode(app.sealer.keys.sign_token(signed.as_bytes()));
        for signature in ["", signature, &right] {
            let forged = format!("{signed}.{signature}");
            assert!(
                matches!(app.app.citizen(&forged), Err(Refusal::Unauthenticated)),
                "{header}"
            );
        }
    }
    for broken in [
        "",
        ".",
        "..",
        "a.b.c",
        payload,
        signed,
        &format!("{token}="),
        &format!("{token}.x"),
        &token.repeat(9),
    ] {
        assert!(app.app.citizen(broken).is_err(), "{broken}");
    }
}

/// One app and one of its tokens, for the property tests.
fn issued() -> &'static (TestApp, String) {
    static ISSUED: OnceLock<(TestApp, String)> = OnceLock::new();
    ISSUED.get_or_init(|| {
        let runtime = Box::leak(Box::new(tokio::runtime::Runtime::new().unwrap()));
        runtime.block_on(async {
            let app = TestApp::start(TestDb::fresh(Database::Sqlite, MIGRATED).await).await;
            let token = app.login(MOBILE, Face::Portal).await.unwrap().token;
            (app, token)
        })
    })
}

#[test]
fn no_bit_of_a_token_can_be_flipped() {
    let (app, token) = issued();
    assert!(app.app.citizen(token).is_ok());
    for at in 0..token.len() {
        for bit in 0..8 {
            let mut changed = token.clone().into_bytes();
            changed[at] ^= 1 << bit;
            let refused =
                String::from_utf8(changed).map_or(true, |changed| app.app.citizen(&changed).is_err());
            assert!(refused, "byte {at} bit {bit}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(pramaan_testkit::cases(256)))]

    #[test]
    fn whatever_is_not_the_token_is_refused(text in "\\PC{0,300}", at in 0usize..400, cut in 0usize..400) {
        let (app, token) = issued();
        prop_assert!(app.app.citizen(&text).is_err());
        let (at, cut) = (at.min(token.len()), cut.min(token.len()));
        let spliced = format!("{}{text}{}", &token[..at], &token[cut..]);
        prop_assert!(spliced == *token || app.app.citizen(&spliced).is_err());
    }
}

#[store_test]
async fn who_logs_out_is_out_at_every_node_and_stays_logged_in_elsewhere(db: TestDb) {
    let app = TestApp::start(db).await;
    let (other, late) = (app.second_node(), app.second_node());
    let here = app.login(MOBILE, Face::Pages).await.unwrap().token;
    let phone = app.login(MOBILE, Face::Pages).await.unwrap().token;
    let api = app.login(MOBILE, Face::Portal).await.unwrap().token;
    other.hear_of_ended_logins().await.unwrap();
    for token in [here.as_str(), api.as_str(), "no token of ours"] {
        app.app.end_page_login(token).await.unwrap();
        app.app.end_page_login(token).await.unwrap();
    }
    assert!(matches!(app.app.citizen(&here), Err(Refusal::Unauthenticated)));
    assert!(other.citizen(&here).is_ok(), "not heard of yet");
    app.clock.advance_seconds(400);
    for node in [&other, &late] {
        node.hear_of_ended_logins().await.unwrap();
        assert!(matches!(node.citizen(&here), Err(Refusal::Unauthenticated)));
        assert_eq!(node.renewed(&here), None);
        assert!(node.citizen(&phone).is_ok() && node.renewed(&phone).is_some());
        assert!(node.citizen(&api).is_ok(), "the API's tokens end by themselves");
    }
}

#[store_test]
async fn a_logout_that_could_not_be_written_is_written_when_the_database_is_back(db: TestDb) {
    let app = TestApp::start(db).await;
    let other = app.second_node();
    let [first, second] = [(), ()].map(|()| app.login(MOBILE, Face::Pages));
    let (first, second) = (first.await.unwrap().token, second.await.unwrap().token);
    app.app.hear_of_ended_logins().await.unwrap();
    let rename = |from: &'static str, to: &'static str| {
        app.db.write("test::rename", move |tx| {
            Box::pin(async move {
                let sql = format!("alter table {from} rename to {to}");
                tx.execute(&sql, &[]).await.map(drop)
            })
        })
    };
    let away: Result<(), pramaan_store::StoreError> = rename("ended_login", "ended_login_away").await;
    away.unwrap();
    assert!(app.app.end_page_login(&first).await.is_err());
    assert!(app.app.citizen(&first).is_err(), "here at once");
    assert!(app.app.hear_of_ended_logins().await.is_err());
    let back: Result<(), pramaan_store::StoreError> = rename("ended_login_away", "ended_login").await;
    back.unwrap();
    // Meanwhile somebody logged out elsewhere, more than a minute ago by the time that this node hears of it.
    other.end_page_login(&second).await.unwrap();
    app.clock.advance_seconds(300);
    app.app.hear_of_ended_logins().await.unwrap();
    assert!(app.app.citizen(&second).is_err(), "what was missed is heard of");
    other.hear_of_ended_logins().await.unwrap();
    assert!(other.citizen(&first).is_err(), "and what was not written is");
}
