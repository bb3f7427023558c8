//! Somebody who can write the database alters what the extract is made of: each time the person gets a file that fails, in any
//! program that checks one, where it was altered. What is late is told apart.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use pramaan_app::access_extract::{AccessExtract, Check, ExtractMonths, Fault, FaultPlace};
use pramaan_app::beneficiary::Registration;
use pramaan_app::testing::TestApp;
use pramaan_app::{Citizen, Comorbidity, Face};
use pramaan_domain::birth::BirthYear;
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::gender::Gender;
use pramaan_domain::name::PersonName;
use pramaan_domain::time::CivilDate;
use pramaan_store::testing::{TestDb, store_test};
use pramaan_tlog::extract::{Extract, Trusted};

const MOBILE: &str = "9876543210";
const DAY: i64 = 86_400;
const REQUEST: &str = "POST /household/{place}/access/extract";

async fn phone(test: &TestApp) -> Citizen {
    test.citizen_through(MOBILE, Face::Pages).await
}

/// Somebody at whom was looked on three days, all of them rooted and published.
async fn looked_at(db: TestDb) -> TestApp {
    let test = TestApp::start(db).await;
    register(&test, &phone(&test).await, "Z1234567").await;
    for _ in 0..3 {
        let citizen = phone(&test).await;
        for _ in 0..3 {
            test.app.beneficiaries(&citizen, "test").await.unwrap();
        }
        test.clock.advance_seconds(DAY);
        test.app.root_days().await.unwrap();
    }
    test.app.publish_log().await.unwrap();
    test
}

async fn register(test: &TestApp, citizen: &Citizen, document: &str) {
    let registration = Registration {
        name: PersonName::parse("Asha Devi").unwrap(),
        birth_year: BirthYear::parse("1980", test.app.today()).unwrap(),
        birth_date: None,
        gender: Gender::Female,
        document_type: DocumentType::from_id(8).unwrap(),
        document_number: DocumentNumber::parse(document).unwrap(),
        comorbidity: Comorbidity::None,
        consent_version: "1".to_owned(),
    };
    test.app.register(citizen, registration).await.unwrap();
}

async fn extract(test: &TestApp) -> AccessExtract {
    let months = ExtractMonths::ago(11, 0, test.app.today()).unwrap();
    taken(test, months).await
}

async fn taken(test: &TestApp, months: ExtractMonths) -> AccessExtract {
    let citizen = phone(test).await;
    test.app
        .access_extract(&citizen, 1, months, REQUEST)
        .await
        .unwrap()
}

async fn alter(test: &TestApp, sql: &'static str) {
    let altered = test.db.write("test::alter", move |tx| {
        Box::pin(async move { tx.execute(sql, &[]).await })
    });
    assert!(altered.await.unwrap() > 0, "{sql}");
}

/// The fault that is told, and the same found in the file by whoever checks it.
fn fault(made: AccessExtract) -> (Check, FaultPlace) {
    let AccessExtract::DoesNotHold(Fault {
        check: Some(check),
        place,
        file: Some(file),
    }) = made
    else {
        panic!("{made:?}")
    };
    let found = Extract::parse(&file).unwrap().verify(&Trusted::default());
    assert_eq!(
        found.unwrap_err().check,
        check,
        "the file fails where it is said to"
    );
    (check, place)
}

fn first_day(test: &TestApp) -> CivilDate {
    test.app.today() - chrono::Days::new(3)
}

/// The last look of a day, with its count: the list cannot show it, and numbers none twice.
#[store_test]
async fn the_last_look_of_a_day_that_was_taken_away_is_found_by_the_days_index(db: TestDb) {
    let test = looked_at(db).await;
    assert!(matches!(extract(&test).await, AccessExtract::Made(_)));
    let last = "delete from access_detail where idx =
                (select max(idx) from access_detail where day = (select min(day) from access_detail))";
    alter(&test, last).await;
    let day = FaultPlace::Day(first_day(&test));
    assert_eq!(fault(extract(&test).await), (Check::Present, day));
    alter(&test, last).await;
    assert_eq!(fault(extract(&test).await), (Check::Present, day), "two of them");
}

#[store_test]
async fn an_earlier_look_that_was_taken_away_is_found_by_the_numbers(db: TestDb) {
    let test = looked_at(db).await;
    alter(
        &test,
        "delete from access_detail where idx = (select min(idx) from access_detail)",
    )
    .await;
    let (check, place) = fault(extract(&test).await);
    assert_eq!(check, Check::Number);
    assert!(matches!(place, FaultPlace::Entry(_)), "{place:?}");
}

/// Bytes of one sealed detail in the place of another's.
#[store_test]
async fn a_look_that_says_something_else_is_found_by_its_leaf(db: TestDb) {
    let test = looked_at(db).await;
    let swap = "update access_detail set sealed =
                (select sealed from access_detail where idx = (select max(idx) from access_detail))
                where idx = (select min(idx) from access_detail)";
    alter(&test, swap).await;
    let (check, place) = fault(extract(&test).await);
    assert_eq!(check, Check::Detail);
    assert!(matches!(place, FaultPlace::Entry(_)), "{place:?}");
}

#[store_test]
async fn a_leaf_that_is_gone_is_named(db: TestDb) {
    let test = looked_at(db).await;
    alter(
        &test,
        "delete from access_leaf where idx = (select min(idx) from access_detail)",
    )
    .await;
    let (check, place) = fault(extract(&test).await);
    assert_eq!(check, Check::Leaf);
    assert!(matches!(place, FaultPlace::Entry(_)), "{place:?}");
}

/// The tree has a hole, and the person's own entries are as they were.
#[store_test]
async fn a_leaf_of_somebody_else_that_is_gone_is_found_by_the_signature(db: TestDb) {
    let test = looked_at(db).await;
    let other = test.citizen_through("9876543211", Face::Pages).await;
    register(&test, &other, "Y7654321").await;
    test.app.beneficiaries(&other, "test").await.unwrap();
    test.app.publish_log().await.unwrap();
    alter(
        &test,
        "delete from access_leaf where idx = (select max(idx) from access_detail)",
    )
    .await;
    let told = fault(extract(&test).await);
    assert_eq!(told, (Check::Inclusion, FaultPlace::List));
}

/// What cannot be proven from at all is no file, and no "we are busy".
#[store_test]
async fn an_index_that_is_gone_is_a_list_that_does_not_hold(db: TestDb) {
    let test = looked_at(db).await;
    alter(&test, "delete from access_day_tags").await;
    let damaged = extract(&test).await;
    assert!(matches!(damaged, AccessExtract::DoesNotHold(_)), "{damaged:?}");
}

#[store_test]
async fn late_roots_are_told_apart_and_open_nothing(db: TestDb) {
    let test = looked_at(db).await;
    test.clock.advance_seconds(DAY);
    assert!(
        matches!(extract(&test).await, AccessExtract::Made(_)),
        "yesterday has no root yet"
    );
    test.clock.advance_seconds(DAY);
    let since = test.app.today() - chrono::Days::new(2);
    let before = test.log_size().await;
    assert_eq!(extract(&test).await, AccessExtract::RootsLate(since));
    assert_eq!(test.log_size().await, before, "nothing was opened");
    let earlier = ExtractMonths::ago(11, 1, test.app.today()).unwrap();
    assert!(
        matches!(taken(&test, earlier).await, AccessExtract::Made(_)),
        "months before the late days are whole"
    );
    let short = ExtractMonths::ago(11, 0, test.app.today())
        .unwrap()
        .as_far_as_rooted();
    assert!(matches!(taken(&test, short).await, AccessExtract::Made(_)));
    while test.app.root_days().await.unwrap() > 0 {}
    test.app.publish_log().await.unwrap();
    assert!(matches!(extract(&test).await, AccessExtract::Made(_)));
}
