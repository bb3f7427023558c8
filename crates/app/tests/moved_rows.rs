//! Somebody who can write the database, but has no keys, moves rows to a household of their own, or points an index at another person: nothing opens, and an
//! alarm is in the log.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::io::Write;
use std::sync::{Arc, Mutex, OnceLock};

use pramaan_app::beneficiary::Registration;
use pramaan_app::testing::TestApp;
use pramaan_app::{Citizen, Comorbidity, Face, Refusal, StoreError};
use pramaan_domain::birth::BirthYear;
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::gender::Gender;
use pramaan_domain::name::PersonName;
use pramaan_domain::reference_id::ReferenceId;
use pramaan_store::testing::{TestDb, store_test};

const VICTIM: &str = "9876543210";
const THIEF: &str = "9876500000";
const NAME: &str = "Kamala Thiruvengadam";

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// What this process logs: databases work on threads of their own.
fn log() -> &'static Log {
    static LOG: OnceLock<Log> = OnceLock::new();
    LOG.get_or_init(|| {
        let log = Log::default();
        let to = log.clone();
        tracing_subscriber::fmt()
            .with_ansi(false)
            .with_writer(move || to.clone())
            .init();
        log
    })
}

fn logged() -> String {
    String::from_utf8(log().0.lock().unwrap().clone()).unwrap()
}

async fn two_households(db: TestDb) -> (TestApp, Citizen, Citizen) {
    log();
    let app = TestApp::start(db).await;
    let mut citizens = Vec::new();
    for (mobile, name, document) in [(VICTIM, NAME, "Z1234567"), (THIEF, "Asha Devi", "Z7654321")] {
        let citizen = app.login(mobile, Face::Portal).await.unwrap().citizen;
        let registration = Registration {
            name: PersonName::parse(name).unwrap(),
            birth_year: BirthYear::parse("1980", app.app.today()).unwrap(),
            birth_date: None,
            gender: Gender::Female,
            document_type: DocumentType::Passport,
            document_number: DocumentNumber::parse(document).unwrap(),
            comorbidity: Comorbidity::None,
            consent_version: "1".to_owned(),
        };
        app.app.register(&citizen, registration).await.unwrap();
        citizens.push(citizen);
    }
    let thief = citizens.pop().unwrap();
    (app, citizens.pop().unwrap(), thief)
}

/// Runs statements in which `$victim` and `$thief` stand for the two households.
async fn meddle(app: &TestApp, (victim, thief): (&Citizen, &Citizen), statements: &[&str]) {
    let (victim, thief) = (
        app.member(victim).await.0.to_string(),
        app.member(thief).await.0.to_string(),
    );
    let statements: Vec<String> = statements
        .iter()
        .map(|sql| {
            sql.replace("$victim", &format!("'{victim}'"))
                .replace("$thief", &format!("'{thief}'"))
        })
        .collect();
    let changed: Result<u64, StoreError> = app
        .db
        .write("test::meddle", move |tx| {
            Box::pin(async move {
                let mut changed = 0;
                for sql in &statements {
                    changed += tx.execute(sql, &[]).await?;
                }
                Ok(changed)
            })
        })
        .await;
    assert!(changed.unwrap() >= 1, "something was moved");
}

fn is_misplaced<T>(outcome: &Result<T, Refusal>, row_of: &str) -> bool {
    matches!(outcome, Err(Refusal::Unavailable(StoreError::Misplaced { table })) if *table == row_of)
}

fn assert_alarm(table: &str) {
    let logged = logged();
    let alarm = format!("table=\"{table}\"");
    assert!(
        logged
            .lines()
            .any(|line| line.contains("ALARM") && line.contains(&alarm)),
        "{logged}"
    );
    for secret in [VICTIM, THIEF, NAME] {
        assert!(!logged.contains(secret), "{secret} in the log");
    }
}

#[store_test]
async fn a_number_that_was_pointed_at_another_household_logs_nobody_in(db: TestDb) {
    let (app, victim, thief) = two_households(db).await;
    let point = "update mobile_index set household = $victim where household = $thief";
    meddle(&app, (&victim, &thief), &[point]).await;
    let before = app.accesses().await.len();
    let login = app.login(THIEF, Face::Portal).await;
    assert!(is_misplaced(&login, "mobile_index"), "{login:?}");
    assert_eq!(app.accesses().await.len(), before, "nothing was opened");
    assert_alarm("mobile_index");
    app.login(VICTIM, Face::Portal).await.unwrap();
}

/// The MAC of one row is none for another.
#[store_test]
async fn a_copied_binding_is_none(db: TestDb) {
    let (app, victim, thief) = two_households(db).await;
    let copy = "update mobile_index set household = $victim, binding_mac =
                (select other.binding_mac from mobile_index other where other.household = $victim)
                where household = $thief";
    meddle(&app, (&victim, &thief), &[copy]).await;
    let login = app.login(THIEF, Face::Portal).await;
    assert!(is_misplaced(&login, "mobile_index"), "{login:?}");
}

#[store_test]
async fn a_person_who_was_moved_to_another_household_stays_closed_there(db: TestDb) {
    let (app, victim, thief) = two_households(db).await;
    let moves = [
        "update person set household = $thief where household = $victim",
        "update person_key set household = $thief where household = $victim and subject <> $victim",
    ];
    // The victim's own number and key stay where they are.
    meddle(&app, (&victim, &thief), &moves).await;
    let before = app.accesses().await.len();
    let opened = app.app.beneficiaries(&thief, "test").await;
    let refused = opened.map(|people| people.len());
    // Before any key is looked at: what the row says of privacy is bound to its household.
    assert!(is_misplaced(&refused, "person"), "{refused:?}");
    assert_eq!(app.accesses().await.len(), before, "nothing was opened");
    assert_alarm("person");
}

/// Others whose entries fell into the same batch are served.
#[store_test]
async fn a_moved_person_disturbs_nobody_else(db: TestDb) {
    let (app, victim, thief) = two_households(db).await;
    let bystander = app.citizen("9876511111").await;
    let moves = [
        "update person set household = $thief where household = $victim",
        "update person_key set household = $thief where household = $victim and subject <> $victim",
    ];
    meddle(&app, (&victim, &thief), &moves).await;
    let registration = Registration {
        name: PersonName::parse("Sunita Rao").unwrap(),
        birth_year: BirthYear::parse("1980", app.app.today()).unwrap(),
        birth_date: None,
        gender: Gender::Female,
        document_type: DocumentType::Passport,
        document_number: DocumentNumber::parse("K1234567").unwrap(),
        comorbidity: Comorbidity::None,
        consent_version: "1".to_owned(),
    };
    app.app.register(&bystander, registration).await.unwrap();
    for _ in 0..8 {
        let (moved, own, also) = tokio::join!(
            app.app.beneficiaries(&thief, "test"),
            app.app.beneficiaries(&bystander, "test"),
            app.app.beneficiaries(&bystander, "test"),
        );
        assert!(moved.is_err());
        assert_eq!((own.unwrap().len(), also.unwrap().len()), (1, 1));
    }
}

/// Without its keys a moved row is nobody's record.
#[store_test]
async fn a_row_moved_without_its_keys_opens_nothing(db: TestDb) {
    let (app, victim, thief) = two_households(db).await;
    let moves = ["update person set household = $thief where household = $victim"];
    meddle(&app, (&victim, &thief), &moves).await;
    let names: Vec<String> = match app.app.beneficiaries(&thief, "test").await {
        Ok(people) => people
            .iter()
            .filter_map(|person| person.name.as_ref().map(|name| name.as_str().to_owned()))
            .collect(),
        Err(_) => Vec::new(),
    };
    assert!(!names.iter().any(|name| name == NAME), "{names:?}");
}

/// The only member's reference id, as the household reads it.
async fn reference_id(app: &TestApp, citizen: &Citizen) -> ReferenceId {
    let people = app.app.beneficiaries(citizen, "test").await.unwrap();
    people[0].reference_id.unwrap()
}

#[store_test]
async fn a_reference_id_that_was_pointed_at_another_person_names_nobody(db: TestDb) {
    let (app, victim, thief) = two_households(db).await;
    let (of_victim, of_thief) = (
        reference_id(&app, &victim).await,
        reference_id(&app, &thief).await,
    );
    let before = app.accesses().await.len();
    // The MAC is copied along: it is one row's, and none for another.
    let point = "update reference_index set household = $thief, binding_mac =
                 (select other.binding_mac from reference_index other where other.household = $thief)
                 , person = (select id from person where household = $thief)
                 where household = $victim";
    meddle(&app, (&victim, &thief), &[point]).await;
    let named = app.app.access_list(&thief, of_victim, None, "test").await;
    assert!(is_misplaced(&named.map(drop), "reference_index"));
    let deleted = app.app.delete_beneficiary(&thief, of_victim).await;
    assert!(is_misplaced(&deleted, "reference_index"), "{deleted:?}");
    assert_eq!(app.accesses().await.len(), before, "nothing was opened");
    assert_alarm("reference_index");
    app.app.access_list(&thief, of_thief, None, "test").await.unwrap();
}
