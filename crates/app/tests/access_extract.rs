//! The extract that a person takes home: made from the published log, and checked as a stranger would.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use pramaan_app::access_extract::{AccessExtract, ExtractMonths, FRESH_SECONDS, Missing};
use pramaan_app::beneficiary::Registration;
use pramaan_app::testing::TestApp;
use pramaan_app::{Citizen, Comorbidity, Face, Refusal};
use pramaan_domain::birth::BirthYear;
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::gender::Gender;
use pramaan_domain::name::PersonName;
use pramaan_store::testing::{TestDb, store_test};
use pramaan_tlog::Verifier;
use pramaan_tlog::extract::{Extract, Trusted, Verified};

const MOBILE: &str = "9876543210";
const DAY: i64 = 86_400;
const REQUEST: &str = "POST /household/{place}/access/extract";

async fn phone(test: &TestApp) -> Citizen {
    test.citizen_through(MOBILE, Face::Pages).await
}

async fn registered(test: &TestApp) {
    let registration = Registration {
        name: PersonName::parse("Asha Devi").unwrap(),
        birth_year: BirthYear::parse("1980", test.app.today()).unwrap(),
        birth_date: None,
        gender: Gender::Female,
        document_type: DocumentType::from_id(8).unwrap(),
        document_number: DocumentNumber::parse("Z1234567").unwrap(),
        comorbidity: Comorbidity::None,
        consent_version: "1".to_owned(),
    };
    test.app.register(&phone(test).await, registration).await.unwrap();
    look(test).await;
}

/// An entry.
async fn look(test: &TestApp) {
    test.app.beneficiaries(&phone(test).await, "test").await.unwrap();
}

async fn day(test: &TestApp) {
    test.clock.advance_seconds(DAY);
    test.app.root_days().await.unwrap();
}

async fn extract(test: &TestApp) -> Result<AccessExtract, Refusal> {
    let months = ExtractMonths::ago(11, 0, test.app.today()).unwrap();
    test.app
        .access_extract(&phone(test).await, 1, months, REQUEST)
        .await
}

fn checked(test: &TestApp, made: AccessExtract) -> Verified {
    let AccessExtract::Made(file) = made else {
        panic!("{made:?}")
    };
    let trusted = Trusted {
        key: Some(Verifier::parse(&test.app.log_key().unwrap()).unwrap()),
        checkpoint: None,
    };
    Extract::parse(&file).unwrap().verify(&trusted).unwrap()
}

#[store_test]
async fn an_extract_of_the_published_log_holds_and_says_on_which_days_nobody_looked(db: TestDb) {
    let test = TestApp::start(db).await;
    registered(&test).await;
    assert_eq!(extract(&test).await.unwrap(), AccessExtract::NothingPublished);
    look(&test).await;
    for _ in 0..4 {
        day(&test).await;
    }
    look(&test).await;
    test.app.publish_log().await.unwrap();
    let verified = checked(&test, extract(&test).await.unwrap());
    assert_eq!((verified.complete.len(), verified.open.len()), (4, 1));
    let first = verified.complete[0];
    let own: Vec<_> = verified.entries.iter().map(|entry| entry.day == first).collect();
    assert!(
        own.len() >= 4 && own.contains(&true) && own.contains(&false),
        "{own:?}"
    );
    assert_eq!(verified.quiet().len(), 1, "three days in a row");
    let taken = verified
        .entries
        .iter()
        .find(|entry| entry.detail.request == REQUEST)
        .unwrap();
    assert_eq!(taken.fields, ["access_list", "view_key"]);
    assert_eq!(taken.detail.purpose, "own_access_list");

    // The extract of a moment ago is an entry of the next, once that is published.
    test.app.publish_log().await.unwrap();
    let next = checked(&test, extract(&test).await.unwrap());
    assert_eq!(next.entries.len(), verified.entries.len() + 1);
}

#[store_test]
async fn an_old_login_takes_nothing_and_writes_nothing(db: TestDb) {
    let test = TestApp::start(db).await;
    registered(&test).await;
    test.app.publish_log().await.unwrap();
    let (citizen, months) = (
        phone(&test).await,
        ExtractMonths::ago(0, 0, test.app.today()).unwrap(),
    );
    assert_eq!(test.app.lacks_for_extract(&citizen, 1).await.unwrap(), None);
    test.clock.advance_seconds(FRESH_SECONDS + 1);
    let before = test.app.publish_log().await.unwrap();
    assert_eq!(
        test.app.lacks_for_extract(&citizen, 1).await.unwrap(),
        Some(Missing::Otp)
    );
    let refused = test
        .app
        .access_extract(&citizen, 1, months, REQUEST)
        .await
        .unwrap();
    assert_eq!(refused, AccessExtract::ProveAgain(Missing::Otp));
    assert_eq!(
        test.app.publish_log().await.unwrap(),
        before,
        "no entry was written"
    );
    let portal = test.citizen(MOBILE).await;
    let refused = test.app.access_extract(&portal, 1, months, REQUEST).await;
    assert!(matches!(refused, Err(Refusal::Unauthenticated)));
}

#[store_test]
async fn an_entry_removed_from_the_database_stops_the_extract(db: TestDb) {
    let test = TestApp::start(db).await;
    registered(&test).await;
    look(&test).await;
    day(&test).await;
    test.app.publish_log().await.unwrap();
    checked(&test, extract(&test).await.unwrap());
    test.db
        .write("test::remove", |tx| {
            Box::pin(async move {
                let last = "delete from access_detail where idx = (select min(idx) from access_detail)";
                tx.execute(last, &[]).await.map(drop)
            })
        })
        .await
        .unwrap();
    assert!(matches!(extract(&test).await, Ok(AccessExtract::DoesNotHold(_))));
}
