//! Messages to a number from a record are in the language in which its household last logged in.

use pramaan_app::Face;
use pramaan_app::encounter::Evidence;
use pramaan_app::message::Language;
use pramaan_app::origin::{ClientAddr, Device, Origin};
use pramaan_app::otp::{OtpConfirmation, OtpDigest, OtpRequest};
use pramaan_app::testing::TestApp;
use pramaan_domain::mobile::Mobile;
use pramaan_store::testing::{TestDb, store_test};

use crate::support::*;

fn phone() -> Origin {
    let address = ClientAddr::new(std::net::IpAddr::from([203, 0, 113, 9]));
    Origin::new(address, Device::UserAgent("test"))
}

const HINDI: Option<Language> = Some(Language::Hindi);

/// Logs in and says a language, or none.
async fn log_in(app: &TestApp, face: Face, language: Option<Language>, code: impl Fn(String) -> String) {
    let request = OtpRequest {
        mobile: Mobile::parse(MOBILE).unwrap(),
        full_name: None,
        face,
        origin: phone(),
        language: Language::English,
    };
    let txn = app.app.request_otp(request).await.unwrap();
    let code = code(app.code(MOBILE));
    let confirmation = OtpConfirmation {
        txn,
        otp: OtpDigest::of(&code),
        face,
        origin: phone(),
        language,
    };
    // What comes of it is each test's own to say: by what is kept.
    drop(app.app.confirm_otp(confirmation).await);
}

fn right(code: String) -> String {
    code
}

async fn kept(app: &TestApp) -> String {
    let kept = app.db.read("test::language", |tx| {
        Box::pin(async move {
            let row = tx.query_one("select language from household", &[]).await?;
            Ok::<_, pramaan_store::StoreError>(row.text(0)?.to_owned())
        })
    });
    kept.await.unwrap()
}

fn last(app: &TestApp) -> String {
    let sent = app.outbox.to(&Mobile::parse(MOBILE).unwrap());
    sent.last().unwrap().text.clone()
}

#[store_test]
async fn what_the_site_writes_is_in_the_language_of_the_household(db: TestDb) {
    let site = Site::open(db).await;
    log_in(&site.app, Face::Portal, HINDI, right).await;
    let place = site.place().await;
    site.app
        .app
        .send_visit_code(&site.staff, place, "test")
        .await
        .unwrap();
    assert!(
        last(&site.app).contains("स्वास्थ्यकर्मी को बताएँ"),
        "{}",
        last(&site.app)
    );
    let without = Evidence::None {
        place,
        reason: reason(),
    };
    let open = site.begin(without).await.unwrap();
    assert!(
        last(&site.app).contains("आपका रिकॉर्ड खोला"),
        "{}",
        last(&site.app)
    );
    let dose = site.dose();
    site.app
        .app
        .record_dose(&site.staff, open.key, dose, "test")
        .await
        .unwrap();
    assert!(last(&site.app).contains("खुराक दर्ज की गई"), "{}", last(&site.app));
}

#[store_test]
async fn so_is_word_of_a_cancelled_session(db: TestDb) {
    let site = Site::open(db).await;
    log_in(&site.app, Face::Portal, HINDI, right).await;
    let manager = site.app.staff(pramaan_app::StaffRole::SiteManager, 1, 395);
    site.app
        .app
        .cancel_session(&manager, site.session, None, "test")
        .await
        .unwrap();
    assert!(last(&site.app).contains("टीकाकरण रद्द हुआ"), "{}", last(&site.app));
}

#[store_test]
async fn only_the_right_code_at_the_citizens_own_doors_changes_it(db: TestDb) {
    let site = Site::open(db).await;
    let app = &site.app;
    assert_eq!(kept(app).await, "en", "nobody has said anything");
    log_in(app, Face::Portal, HINDI, |code| {
        if code == "000000" { "000001" } else { "000000" }.to_owned()
    })
    .await;
    assert_eq!(kept(app).await, "en", "a wrong code");
    log_in(app, Face::Public, HINDI, right).await;
    assert_eq!(kept(app).await, "en", "a door that only reads");
    log_in(app, Face::Partner(1), HINDI, right).await;
    assert_eq!(kept(app).await, "hi");
    log_in(app, Face::Portal, None, right).await;
    assert_eq!(
        kept(app).await,
        "hi",
        "a client that says nothing changes nothing"
    );
    log_in(app, Face::Portal, Some(Language::English), right).await;
    assert_eq!(kept(app).await, "en");
    log_in(app, Face::Pages, HINDI, right).await;
    assert_eq!(kept(app).await, "hi", "our own pages");
}
