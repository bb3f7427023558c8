#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
//! What is kept no longer than its purpose lasts.

use pramaan_app::beneficiary::Registration;
use pramaan_app::retention::{FORM, Status, status};
use pramaan_app::testing::{ORIGIN, TestApp};
use pramaan_app::{Citizen, Comorbidity};
use pramaan_domain::birth::{BirthDate, BirthYear};
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::gender::Gender;
use pramaan_domain::name::PersonName;
use pramaan_domain::time::Timestamp;
use pramaan_store::testing::{self, TestDb, store_test};
use pramaan_store::{StoreError, Value};
use pramaan_tlog::leaf::{Commitment, Leaf, Salt, System, SystemKind};

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

const DAY: i64 = 86_400;

/// The entries of kind *operation*, with their places.
async fn operations(app: &TestApp) -> Vec<(u64, System)> {
    let leaves = testing::leaves(&app.db).await;
    let system = |(index, bytes): (u64, &Vec<u8>)| match Leaf::from_bytes(bytes).unwrap() {
        Leaf::System(system) if system.kind == SystemKind::Operation => Some((index, system)),
        _ => None,
    };
    (0..).zip(&leaves).filter_map(system).collect()
}

async fn run(app: &TestApp, sql: &'static str, params: Vec<Value>) {
    let done: Result<u64, StoreError> = app
        .db
        .write("test::retention", move |tx| {
            Box::pin(async move { tx.execute(sql, &params).await })
        })
        .await;
    assert_eq!(done, Ok(1), "{sql}");
}

async fn end_a_login(app: &TestApp, name: &str) {
    let sql = "insert into ended_login (login, ended_at) values ($1, $2)";
    run(app, sql, vec![name.into(), app.clock.now().into()]).await;
}

fn seen(app: &TestApp) -> std::sync::Arc<Status> {
    app.app.retention().expect("the job has run")
}

/// The line of a table in the last entry's text.
fn line(app: &TestApp, table: &str) -> String {
    let told = seen(app).last.clone().unwrap().told;
    let line = told.lines().find(|line| line.starts_with(&format!("{table} ")));
    line.unwrap().to_owned()
}

#[store_test]
async fn a_day_without_deletions_has_one_entry_and_each_deletion_has_one(db: TestDb) {
    let app = TestApp::start(db).await;
    assert_eq!(app.app.retention(), None);
    let mut entries = Vec::new();
    for hour in 0..26 {
        app.app.retain().await.unwrap();
        app.clock.advance_seconds(3_600);
        entries.push((hour, operations(&app).await.len()));
    }
    // From ten in the morning on: the first run, and the first of the next day.
    let expected = (0..26).map(|hour| (hour, if hour < 14 { 1 } else { 2 }));
    assert_eq!(entries, expected.collect::<Vec<_>>());

    end_a_login(&app, "a").await;
    end_a_login(&app, "b").await;
    app.clock.advance_seconds(2 * DAY - 60);
    app.app.retain().await.unwrap();
    assert_eq!(line(&app, "ended_login"), "ended_login 0 1 2");
    app.clock.advance_seconds(120);
    app.app.retain().await.unwrap();
    assert_eq!(
        (operations(&app).await.len(), &*line(&app, "ended_login")),
        (4, "ended_login 2 - 2")
    );
    app.app.retain().await.unwrap();
    assert_eq!(operations(&app).await.len(), 4, "told once");
}

#[store_test]
async fn the_leaf_commits_to_the_text_that_is_shown(db: TestDb) {
    let app = TestApp::start(db).await;
    app.app.retain().await.unwrap();
    let last = seen(&app).last.clone().unwrap();
    let (index, leaf) = operations(&app).await.pop().unwrap();
    assert_eq!(last.index, index);
    assert!(
        last.told.starts_with(&format!("{FORM}\n2026-11-22T04:30:00")),
        "{}",
        last.told
    );
    let salt = Salt::from_bytes(last.salt);
    assert_eq!(leaf.detail, Commitment::to(&salt, last.told.as_bytes()));
    let altered = last.told.replace("ended_login 0", "ended_login 1");
    assert_ne!(leaf.detail, Commitment::to(&salt, altered.as_bytes()));

    // Who asks the database without having run the job is shown the same.
    let asked = status(&app.db, ORIGIN, app.clock.now()).await.unwrap();
    assert_eq!(asked.last, Some(last));
}

#[store_test]
async fn a_row_that_should_have_gone_is_overdue(db: TestDb) {
    let app = TestApp::start(db).await;
    end_a_login(&app, "a").await;
    for (days, overdue) in [(2, vec![]), (1, vec![]), (1, vec!["ended_login"])] {
        app.clock.advance_seconds(days * DAY);
        let now = app.clock.now();
        let status = status(&app.db, ORIGIN, now).await.unwrap();
        let tables: Vec<_> = status.overdue().map(|age| age.kept.table).collect();
        assert_eq!(tables, overdue, "{now}");
    }
    app.app.retain().await.unwrap();
    assert_eq!(seen(&app).overdue().count(), 0, "gone with the run");
}

/// What was deleted while no entry could be written is told with the next run.
#[store_test]
async fn counts_wait_for_the_log(db: TestDb) {
    let app = TestApp::start(db).await;
    end_a_login(&app, "a").await;
    app.clock.advance_seconds(3 * DAY);
    app.break_log().await;
    app.app.retain().await.unwrap();
    assert_eq!(seen(&app).last, None);
    app.mend_log().await;
    app.app.retain().await.unwrap();
    assert_eq!(line(&app, "ended_login"), "ended_login 1 - 2");
}
