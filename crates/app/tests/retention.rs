#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
//! What is kept no longer than its purpose lasts.

use pramaan_app::beneficiary::Registration;
use pramaan_app::retention::{Agreement, BIRTH_DATES, FORM, Pulse, Status, Trouble, status};
use pramaan_app::testing::TestApp;
use pramaan_app::{Citizen, Comorbidity};
use pramaan_domain::birth::{BirthDate, BirthYear};
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::gender::Gender;
use pramaan_domain::name::PersonName;
use pramaan_domain::time::Timestamp;
use pramaan_store::testing::{self, TestDb, store_test};
use pramaan_store::{Engine, StoreError, Value};
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
    app.app.retention().seen.expect("the job has run")
}

async fn now(app: &TestApp) -> Status {
    status(&app.db, &app.sealer, app.clock.now()).await.unwrap()
}

/// The line of a table in the last entry's text.
fn line(app: &TestApp, table: &str) -> String {
    let told = seen(app).last.clone().unwrap().told;
    let line = told.lines().find(|line| line.starts_with(&format!("{table} ")));
    line.unwrap().to_owned()
}

#[store_test]
async fn a_day_has_one_entry_with_the_counts_of_the_day_before(db: TestDb) {
    let app = TestApp::start(db).await;
    assert_eq!(app.app.retention().seen, None);
    end_a_login(&app, "a").await;
    end_a_login(&app, "b").await;
    app.clock.advance_seconds(2 * DAY - 7_200);
    let mut entries = Vec::new();
    for hour in 0..26 {
        app.app.retain().await.unwrap();
        app.clock.advance_seconds(3_600);
        entries.push((hour, operations(&app).await.len()));
    }
    // From eight in the morning on: the first run, and the first of the next day.
    let expected = (0..26).map(|hour| (hour, if hour < 16 { 1 } else { 2 }));
    assert_eq!(entries, expected.collect::<Vec<_>>());
    // They went two hours after the first run, which no entry of that hour told.
    let last = seen(&app).last.clone().unwrap();
    assert_eq!(line(&app, "ended_login"), "ended_login 2 - 2");
    let first = app
        .app
        .retention_told(last.before.unwrap())
        .await
        .unwrap()
        .unwrap();
    assert!(first.told.contains("\nended_login 0 1 2\n"), "{}", first.told);
    assert_eq!(first.before, None);
}

#[store_test]
async fn the_leaf_of_each_entry_commits_to_the_text_that_is_kept(db: TestDb) {
    let app = TestApp::start(db).await;
    for _ in 0..3 {
        app.app.retain().await.unwrap();
        app.clock.advance_seconds(DAY);
    }
    let entries = operations(&app).await;
    assert_eq!(entries.len(), 3);
    for (index, leaf) in entries {
        let told = app.app.retention_told(index).await.unwrap().unwrap();
        assert_eq!((told.index, told.leaf), (index, Agreement::Holds));
        assert!(
            told.told.starts_with(&format!("{FORM}\n2026-11-2")),
            "{}",
            told.told
        );
        let salt = Salt::from_bytes(told.salt);
        assert_eq!(leaf.detail, Commitment::to(&salt, told.told.as_bytes()));
        let altered = told.told.replace("ended_login 0", "ended_login 1");
        assert_ne!(leaf.detail, Commitment::to(&salt, altered.as_bytes()));
    }
    assert_eq!(app.app.retention_told(1_000_000).await.unwrap(), None);

    // Who asks the database without having run the job is shown the same.
    assert_eq!(now(&app).await.last, seen(&app).last);
}

/// A text that somebody altered afterwards, or whose leaf is gone, is not passed off as what the log commits to.
#[store_test]
async fn a_kept_text_that_was_altered_is_told_from_what_the_log_has(db: TestDb) {
    let app = TestApp::start(db).await;
    app.app.retain().await.unwrap();
    assert_eq!(now(&app).await.trouble(app.clock.now()), None);
    let sql = "update retention_run set told = replace(told, 'ended_login 0', 'ended_login 9')";
    run(&app, sql, Vec::new()).await;
    assert_eq!(now(&app).await.trouble(app.clock.now()), Some(Trouble::Altered));
    app.app.retain().await.unwrap();
    assert_eq!(seen(&app).last.as_ref().unwrap().leaf, Agreement::Differs);
    run(
        &app,
        "update retention_run set told = replace(told, 'ended_login 9', 'ended_login 0')",
        Vec::new(),
    )
    .await;
    assert_eq!(now(&app).await.trouble(app.clock.now()), None);
    let late = app.clock.now().plus_seconds(26 * 3_600 + 1);
    assert_eq!(now(&app).await.trouble(late), Some(Trouble::Untold));
}

#[store_test]
async fn a_row_that_should_have_gone_is_overdue(db: TestDb) {
    let app = TestApp::start(db).await;
    end_a_login(&app, "a").await;
    for (days, overdue) in [(2, vec![]), (1, vec![]), (1, vec!["ended_login"])] {
        app.clock.advance_seconds(days * DAY);
        let status = now(&app).await;
        assert_eq!(status.overdue(app.clock.now()), overdue, "{}", app.clock.now());
    }
    app.app.retain().await.unwrap();
    assert!(app.app.retention().is_well(), "gone with the run");
}

/// The index is keyed, and the days are found by it all the same.
#[store_test]
async fn a_birth_date_that_should_have_gone_is_overdue_by_the_days_since_the_birthday(db: TestDb) {
    let app = TestApp::start(db).await;
    children(&app).await;
    let mut shown = Vec::new();
    for day in [
        "2030-02-28",
        "2030-03-01",
        "2030-03-02",
        "2030-03-03",
        "2030-12-01",
    ] {
        move_to(&app, day);
        let status = now(&app).await;
        let age = status.ages.last().unwrap();
        assert_eq!(age.kept, BIRTH_DATES);
        let overdue = status.overdue(app.clock.now()).contains(&BIRTH_DATES.table);
        shown.push((age.written(), overdue));
    }
    let days = ["-", "0", "1", "2", "275"].map(str::to_owned);
    let overdue = [false, false, false, true, true];
    assert_eq!(shown, days.into_iter().zip(overdue).collect::<Vec<_>>());
    app.app.retain().await.unwrap();
    assert_eq!(line(&app, "person.birth_date"), "person.birth_date 2 - 0");
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

/// From now on nothing can be deleted from `ended_household`.
async fn hold_fast(app: &TestApp) {
    let sql: &[&'static str] = match app.db.engine() {
        Engine::Sqlite => &[
            "create trigger planted before delete on ended_household begin select raise(abort, 'planted'); end",
        ],
        Engine::Postgres => &[
            "create function planted() returns trigger language plpgsql as
             $$ begin raise exception 'planted'; end $$",
            "create trigger planted before delete on ended_household for each row execute function planted()",
        ],
    };
    for sql in sql {
        alter(app, sql).await;
    }
}

/// Changes the schema.
async fn alter(app: &TestApp, sql: &'static str) {
    let done: Result<u64, StoreError> = app
        .db
        .write("test::alter", move |tx| {
            Box::pin(async move { tx.execute(sql, &[]).await })
        })
        .await;
    done.unwrap();
}

/// All logins of a household that is no more.
async fn end_a_household(app: &TestApp) {
    let sql = "insert into ended_household (household, ended_at, spared) values ('planted', $1, '')";
    run(app, sql, vec![app.clock.now().into()]).await;
}

#[store_test]
async fn a_table_that_cannot_be_emptied_keeps_no_other_and_is_told(db: TestDb) {
    let app = TestApp::start(db).await;
    end_a_household(&app).await;
    end_a_login(&app, "a").await;
    app.app.retain().await.unwrap();
    hold_fast(&app).await;
    app.clock.advance_seconds(3 * DAY - 3_600);
    app.app.retain().await.unwrap_err();
    let standing = app.app.retention();
    assert_eq!(standing.failed, ["ended_household"], "{:?}", standing.overdue);
    assert_eq!((standing.is_well(), standing.seconds), (false, 3 * DAY - 3_600));
    assert_eq!(line(&app, "ended_login"), "ended_login 1 - 2", "the other went");
    // A day after it was due it is overdue, though nothing has looked since.
    app.clock.advance_seconds(3_600);
    assert_eq!(app.app.retention().overdue, [""; 0]);
    app.clock.advance_seconds(1);
    assert_eq!(app.app.retention().overdue, ["ended_household"]);
}

#[store_test]
async fn a_table_that_cannot_be_looked_at_hides_no_other(db: TestDb) {
    let app = TestApp::start(db).await;
    alter(&app, "alter table unsent rename to unsent_gone").await;
    app.app.retain().await.unwrap_err();
    let standing = app.app.retention();
    assert_eq!(
        (&*standing.failed, &*standing.overdue),
        (&["unsent"][..], &["unsent"][..])
    );
    assert_eq!(line(&app, "unsent"), "unsent 0 ? 90");
    assert_eq!(line(&app, "visit"), "visit 0 - 90");
    assert!(status(&app.db, &app.sealer, app.clock.now()).await.is_err());
}

#[store_test]
async fn a_job_that_ended_is_overdue_two_hours_later(db: TestDb) {
    let app = TestApp::start(db).await;
    app.app.retain().await.unwrap();
    app.clock.advance_seconds(7_200);
    assert!(app.app.retention().is_well());
    app.clock.advance_seconds(1);
    let standing = app.app.retention();
    assert_eq!((standing.pulse, standing.seconds), (Pulse::Silent, 7_201));
    assert!(standing.overdue.contains(&"ended_household"));
}
