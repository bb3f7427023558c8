#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
//! A minor's birth date is erased on the 18th birthday, not a day before.

use pramaan_app::Comorbidity;
use pramaan_app::beneficiary::Registration;
use pramaan_app::testing::TestApp;
use pramaan_domain::birth::{BirthDate, BirthYear};
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::gender::Gender;
use pramaan_domain::name::PersonName;
use pramaan_store::testing::{TestDb, store_test};

const DAY: i64 = 86_400;

#[store_test]
async fn a_birth_date_goes_on_the_eighteenth_birthday(db: TestDb) {
    let app = TestApp::start(db).await;
    let citizen = app.citizen("9876543210").await;
    // Today is 2026-11-22; the 18th birthday is the day after tomorrow.
    let registration = Registration {
        name: PersonName::parse("Asha Devi").unwrap(),
        birth_year: BirthYear::parse("2008", app.app.today()).unwrap(),
        birth_date: Some(BirthDate::parse("24-11-2008", app.app.today()).unwrap()),
        gender: Gender::Female,
        document_type: DocumentType::from_id(8).unwrap(),
        document_number: DocumentNumber::parse("Z1234567").unwrap(),
        comorbidity: Comorbidity::None,
        consent_version: "1".to_owned(),
    };
    app.app.register(&citizen, registration).await.unwrap();
    app.clock.advance_seconds(DAY);
    assert_eq!(app.app.retain().await.unwrap(), 0);
    assert!(
        app.app.beneficiaries(&citizen, "test").await.unwrap()[0]
            .birth_date
            .is_some()
    );
    app.clock.advance_seconds(DAY);
    assert_eq!(app.app.retain().await.unwrap(), 1);
    let people = app.app.beneficiaries(&citizen, "test").await.unwrap();
    assert!(people[0].birth_date.is_none());
    assert_eq!(people[0].birth_year.unwrap().get(), 2008);
}
