#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
//! What is kept no longer than its purpose lasts.

use pramaan_app::beneficiary::Registration;
use pramaan_app::testing::TestApp;
use pramaan_app::{Citizen, Comorbidity};
use pramaan_domain::birth::{BirthDate, BirthYear};
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::gender::Gender;
use pramaan_domain::name::PersonName;
use pramaan_domain::time::Timestamp;
use pramaan_store::testing::{TestDb, store_test};

/// Two children: 18 on 22 November 2030, and on 1 March of a year that has no 29 February.
const BORN: [&str; 2] = ["2012-11-22", "2012-02-29"];

async fn children(app: &TestApp) -> Citizen {
    let citizen = app.citizen("9876543210").await;
    for (number, born) in BORN.into_iter().enumerate() {
        let today = app.app.today();
        let registration = Registration {
            name: PersonName::parse("Asha Devi").unwrap(),
            birth_year: BirthYear::parse(&born[..4], today).unwrap(),
            birth_date: Some(BirthDate::parse(born, today).unwrap()),
            gender: Gender::Female,
            document_type: DocumentType::Passport,
            document_number: DocumentNumber::parse(&format!("Z123456{number}")).unwrap(),
            comorbidity: Comorbidity::None,
            consent_version: "1".to_owned(),
        };
        app.app.register(&citizen, registration).await.unwrap();
    }
    citizen
}

async fn dates_shown(app: &TestApp, citizen: &Citizen) -> usize {
    let people = app.app.beneficiaries(citizen, "test").await.unwrap();
    people.iter().filter(|person| person.birth_date.is_some()).count()
}

/// To the first minute of a day in India.
fn move_to(app: &TestApp, day: &str) {
    let day: chrono::NaiveDate = day.parse().unwrap();
    let at = Timestamp::from_local(day, chrono::NaiveTime::MIN).seconds();
    app.clock.advance_seconds(at - app.clock.now().seconds());
}

#[store_test]
async fn a_birth_date_goes_on_the_eighteenth_birthday(db: TestDb) {
    let app = TestApp::start(db).await;
    let citizen = children(&app).await;
    for (day, erased, left) in [
        ("2026-11-23", 0, 2),
        ("2030-02-28", 0, 2),
        ("2030-03-01", 1, 1),
        ("2030-11-21", 0, 1),
        ("2030-11-22", 1, 0),
    ] {
        move_to(&app, day);
        assert_eq!(app.app.retain().await.unwrap(), erased, "{day}");
        assert_eq!(dates_shown(&app, &citizen).await, left, "{day}");
    }
    assert_eq!(app.app.retain().await.unwrap(), 0, "once");
}

#[store_test]
async fn a_long_absence_is_caught_up_with(db: TestDb) {
    let app = TestApp::start(db).await;
    let citizen = children(&app).await;
    move_to(&app, "2037-01-01");
    assert_eq!(
        (app.app.retain().await.unwrap(), dates_shown(&app, &citizen).await),
        (2, 0)
    );
}
