#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
//! Registration, the dashboard and the person's own access list, on both engines.

use pramaan_app::beneficiary::Registration;
use pramaan_app::budget::OtpBudgets;
use pramaan_app::testing::TestApp;
use pramaan_app::{Citizen, Face, HouseholdLeft, Refusal, Repetition};
use pramaan_domain::access::{ActorClass, Field};
use pramaan_domain::birth::BirthYear;
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::gender::Gender;
use pramaan_domain::name::PersonName;
use pramaan_domain::reference_id::ReferenceId;
use pramaan_store::person::{Comorbidity, DocumentState};
use pramaan_store::testing::{TestDb, store_test};
use pramaan_store::{ErasureList, StoreError};

fn registration(app: &TestApp, name: &str, document: &str) -> Registration {
    Registration {
        name: PersonName::parse(name).unwrap(),
        birth_year: BirthYear::parse("1980", app.clock.now().date()).unwrap(),
        birth_date: None,
        gender: Gender::Transgender,
        document_type: DocumentType::from_id(8).unwrap(),
        document_number: DocumentNumber::parse(document).unwrap(),
        comorbidity: Comorbidity::None,
        consent_version: "1".to_owned(),
    }
}

async fn register(
    app: &TestApp,
    citizen: &Citizen,
    name: &str,
    document: &str,
) -> Result<ReferenceId, Refusal> {
    app.app.register(citizen, registration(app, name, document)).await
}

async fn entries(app: &TestApp) -> i64 {
    let rows = app.db.read("test::entries", |tx| {
        Box::pin(async move {
            tx.query_one("select count(*) from access_leaf", &[])
                .await?
                .int(0)
        })
    });
    rows.await.unwrap()
}

#[store_test]
async fn a_registered_person_reads_back_and_each_look_is_an_entry(db: TestDb) {
    let app = TestApp::start(db).await;
    let citizen = app.citizen("9876543210").await;
    let id = register(&app, &citizen, "Asha Devi", "Z1234567").await.unwrap();
    assert_eq!(entries(&app).await, 0, "what was just typed is not a read");

    let people = app.app.beneficiaries(&citizen, "test").await.unwrap();
    assert_eq!(people.len(), 1);
    assert_eq!(people[0].name.as_ref().unwrap().as_str(), "Asha Devi");
    assert_eq!(people[0].birth_year.unwrap().get(), 1980);
    assert_eq!(people[0].gender, Some(Gender::Transgender));
    assert_eq!(people[0].document_last_four.as_deref(), Some("4567"));
    assert_eq!(people[0].reference_id, Some(id));
    assert_eq!(people[0].mobile.as_ref().unwrap().as_str(), "9876543210");
    assert_eq!(entries(&app).await, 1);

    let list = app.app.access_list(&citizen, id, None, "test").await.unwrap();
    assert_eq!(list.new_devices.len(), 1);
    let device = &list.new_devices[0];
    assert_eq!(device.first.class, ActorClass::Citizen);
    assert!(device.is_this && device.fields.contains(Field::Name));
    assert_eq!(device.count, 2, "the look at the list is in the list");
    assert_eq!(entries(&app).await, 2);
}

#[store_test]
async fn the_seventh_member_is_refused(db: TestDb) {
    let app = TestApp::start(db).await;
    let citizen = app.citizen("9876543210").await;
    for n in 0..6 {
        register(&app, &citizen, "Asha Devi", &format!("Z123456{n}"))
            .await
            .unwrap();
    }
    let seventh = register(&app, &citizen, "Asha Devi", "Z1234569").await;
    assert!(matches!(seventh, Err(Refusal::HouseholdFull)));
    assert_eq!(app.app.beneficiaries(&citizen, "test").await.unwrap().len(), 6);
}

#[store_test]
async fn registrations_of_a_day_are_capped_even_when_each_is_deleted(db: TestDb) {
    let app = TestApp::start(db).await;
    for n in 0..12 {
        // With the only member goes the household, so that the number is proved again each time.
        let citizen = app.citizen("9876543210").await;
        let id = register(&app, &citizen, "Asha Devi", &format!("Z12345{n:02}"))
            .await
            .unwrap();
        app.app.delete_beneficiary(&citizen, id).await.unwrap();
    }
    let citizen = app.citizen("9876543210").await;
    let refused = register(&app, &citizen, "Asha Devi", "Z1234599").await;
    assert!(
        matches!(refused, Err(Refusal::OverBudget { retry_after_seconds }) if retry_after_seconds == 14 * 3600)
    );
    app.clock.advance_seconds(14 * 3600);
    register(&app, &citizen, "Asha Devi", "Z1234599").await.unwrap();
}

#[store_test]
async fn a_document_registered_twice_answers_the_same_and_is_seen_by_the_first_holder_only(db: TestDb) {
    let app = TestApp::start(db).await;
    let (first, second) = (app.citizen("9876543210").await, app.citizen("9876543211").await);
    register(&app, &first, "Asha Devi", "Z1234567").await.unwrap();
    app.clock.advance_seconds(1);
    register(&app, &second, "Somebody Else", " z1234567")
        .await
        .unwrap();

    let mine = app.app.beneficiaries(&first, "test").await.unwrap();
    let theirs = app.app.beneficiaries(&second, "test").await.unwrap();
    assert_eq!(mine[0].document_state, DocumentState::Sole);
    assert_eq!(theirs[0].document_state, DocumentState::Disputed);
    assert_eq!(app.app.rivals(&first).await.unwrap(), [mine[0].person]);
    assert!(app.app.rivals(&second).await.unwrap().is_empty());
}

#[store_test]
async fn another_familys_member_cannot_be_named(db: TestDb) {
    let app = TestApp::start(db).await;
    let (mine, other) = (app.citizen("9876543210").await, app.citizen("9876543211").await);
    let id = register(&app, &mine, "Asha Devi", "Z1234567").await.unwrap();
    assert!(matches!(
        app.app.access_list(&other, id, None, "test").await,
        Err(Refusal::UnknownBeneficiary)
    ));
    assert!(matches!(
        app.app.delete_beneficiary(&other, id).await,
        Err(Refusal::UnknownBeneficiary)
    ));
    assert_eq!(entries(&app).await, 0);
}

#[store_test]
async fn a_deleted_person_leaves_nothing_that_opens(db: TestDb) {
    let app = TestApp::start(db).await;
    let citizen = app.citizen("9876543210").await;
    let id = register(&app, &citizen, "Asha Devi", "Z1234567").await.unwrap();
    app.app.beneficiaries(&citizen, "test").await.unwrap();
    app.app.delete_beneficiary(&citizen, id).await.unwrap();
    assert!(app.app.beneficiaries(&citizen, "test").await.unwrap().is_empty());
    let keys = app.db.read("test::keys", |tx| {
        Box::pin(async move {
            tx.query_one("select count(*) from person_key where household <> subject", &[])
                .await?
                .int(0)
        })
    });
    assert_eq!(keys.await.unwrap(), 0);
    assert!(matches!(
        app.app.access_list(&citizen, id, None, "test").await,
        Err(Refusal::UnknownBeneficiary)
    ));
}

const OF_NOBODY: [&str; 4] = [
    "select count(*) from household",
    "select count(*) from mobile_index",
    "select count(*) from person_key",
    "select count(*) from known_device",
];

async fn numbers(app: &TestApp) -> Vec<i64> {
    let counted = app.db.read("test::numbers", |tx| {
        Box::pin(async move {
            let mut counted = Vec::new();
            for sql in OF_NOBODY {
                counted.push(tx.query_one(sql, &[]).await?.int(0)?);
            }
            Ok::<_, StoreError>(counted)
        })
    });
    counted.await.unwrap()
}

#[store_test]
async fn with_the_last_member_goes_the_number(db: TestDb) {
    let app = TestApp::start(db).await;
    app.login("9876543210", Face::Pages).await.unwrap();
    let citizen = app.citizen("9876543210").await;
    let first = register(&app, &citizen, "Asha Devi", "Z1234567").await.unwrap();
    let second = register(&app, &citizen, "Ravi Devi", "Y1234567").await.unwrap();
    let left = app.app.delete_beneficiary(&citizen, first).await.unwrap();
    assert_eq!(left, HouseholdLeft::WithMembers);
    assert_eq!(numbers(&app).await, [1, 1, 2, 1]);
    let left = app.app.delete_beneficiary(&citizen, second).await.unwrap();
    assert_eq!(left, HouseholdLeft::Nothing);
    assert_eq!(numbers(&app).await, [0; 4]);

    let refused = register(&app, &citizen, "Asha Devi", "Z1234567").await;
    assert!(matches!(refused, Err(Refusal::Unauthenticated)), "{refused:?}");
    let again = app.citizen("9876543210").await;
    register(&app, &again, "Asha Devi", "Z1234567").await.unwrap();
    assert_eq!(numbers(&app).await, [1, 1, 2, 0]);
}

/// Who logged in once and registered nobody is forgotten after a year; whoever registered somebody is not.
#[store_test]
async fn a_number_that_nobody_is_registered_with_goes_after_a_year(db: TestDb) {
    let app = TestApp::start(db).await;
    app.citizen("9876543210").await;
    let used = app.citizen("9876543211").await;
    register(&app, &used, "Asha Devi", "Z1234567").await.unwrap();
    for (days, left) in [(364, 2), (2, 1), (800, 1)] {
        app.clock.advance_seconds(days * 86_400);
        app.app.retain().await.unwrap();
        let numbers = numbers(&app).await;
        assert_eq!(numbers[..2], [left; 2], "{days}");
    }
    assert_eq!(app.app.beneficiaries(&used, "test").await.unwrap().len(), 1);
}

#[store_test]
async fn an_erasure_is_on_the_list_outside_or_it_is_not_done(db: TestDb) {
    let mut app = TestApp::start(db).await;
    let citizen = app.citizen("9876543210").await;
    let id = register(&app, &citizen, "Asha Devi", "Z1234567").await.unwrap();
    let subject = app.member(&citizen).await;
    let list = app.erasures.clone();

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("erased");
    std::fs::write(&path, "").unwrap();
    let unwritable = std::fs::File::open(&path).unwrap();
    app.erasures = ErasureList::over(unwritable, app.sealer.clone());
    let app = app.with_budgets(OtpBudgets::demo());
    let refused = app.app.delete_beneficiary(&citizen, id).await;
    assert!(matches!(refused, Err(Refusal::Unavailable(_))));
    assert_eq!(app.member(&citizen).await, subject, "and can be tried again");

    let mut app = app;
    app.erasures = list.clone();
    let app = app.with_budgets(OtpBudgets::demo());
    assert!(list.subjects().unwrap().is_empty());
    app.app.delete_beneficiary(&citizen, id).await.unwrap();
    assert_eq!(list.subjects().unwrap(), [subject]);
}

#[store_test]
async fn a_deletion_that_is_refused_is_on_no_list(db: TestDb) {
    let app = TestApp::start(db).await;
    let citizen = app.citizen("9876543210").await;
    let id = register(&app, &citizen, "Asha Devi", "Z1234567").await.unwrap();
    // After the line was written, and after the log's entry: only then is there something to take back.
    let broken = app.db.write("test::break", |tx| {
        Box::pin(async move { tx.execute("alter table document_index rename to gone", &[]).await })
    });
    let broken: Result<u64, StoreError> = broken.await;
    broken.unwrap();
    let refused = app.app.delete_beneficiary(&citizen, id).await;
    assert!(matches!(refused, Err(Refusal::Unavailable(_))));
    assert!(app.erasures.subjects().unwrap().is_empty());
    assert!(app.erasures_logged().await.is_empty(), "nor in the log");
    assert_eq!(
        entries(&app).await,
        1,
        "but for the look whether the phone may do it"
    );
}

#[store_test]
async fn an_erasure_is_in_the_log_in_the_same_commit(db: TestDb) {
    let app = TestApp::start(db).await;
    let citizen = app.citizen("9876543210").await;
    let id = register(&app, &citizen, "Asha Devi", "Z1234567").await.unwrap();
    let subject = app.member(&citizen).await;
    app.app.delete_beneficiary(&citizen, id).await.unwrap();
    let erased = app.erasures_logged().await;
    let erased: Vec<_> = erased
        .iter()
        .map(|entry| (entry.actor, entry.basis, entry.purpose))
        .collect();
    assert_eq!(erased, [("citizen", "one-time-password", "erasure")]);
    assert_eq!(app.erasures.subjects().unwrap(), [subject]);
    let looked: Vec<_> = app.accesses().await;
    assert_eq!(entries(&app).await, 2, "{looked:?}");
    assert_eq!(
        looked.len(),
        1,
        "the year of birth: whether the phone may still do it"
    );
}

#[store_test]
async fn an_erasure_that_the_log_does_not_take_is_not_done(db: TestDb) {
    let app = TestApp::start(db).await;
    let citizen = app.citizen("9876543210").await;
    let id = register(&app, &citizen, "Asha Devi", "Z1234567").await.unwrap();
    app.break_log().await;
    let refused = app.app.delete_beneficiary(&citizen, id).await;
    let unwritable =
        |refusal: &Refusal| matches!(refusal, Refusal::Unavailable(StoreError::LogUnwritable { .. }));
    assert!(refused.as_ref().is_err_and(unwritable), "{refused:?}");
    assert!(app.erasures.subjects().unwrap().is_empty(), "taken back");
    app.mend_log().await;
    let members = app.app.beneficiaries(&citizen, "test").await.unwrap();
    assert_eq!(members.len(), 1, "still there, with keys that open");
    app.app.delete_beneficiary(&citizen, id).await.unwrap();
    assert_eq!(app.erasures_logged().await.len(), 1);
}

#[store_test]
async fn a_refused_deletion_is_in_no_log(db: TestDb) {
    let mut app = TestApp::start(db).await;
    let citizen = app.citizen("9876543210").await;
    let id = register(&app, &citizen, "Asha Devi", "Z1234567").await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("erased");
    std::fs::write(&path, "").unwrap();
    let unwritable = std::fs::File::open(&path).unwrap();
    app.erasures = ErasureList::over(unwritable, app.sealer.clone());
    let app = app.with_budgets(OtpBudgets::demo());
    assert!(app.app.delete_beneficiary(&citizen, id).await.is_err());
    assert!(app.erasures_logged().await.is_empty());
}

async fn once(
    app: &TestApp,
    citizen: &Citizen,
    (name, document): (&str, &str),
    repetition: &Repetition,
) -> Result<ReferenceId, Refusal> {
    let typed = registration(app, name, document);
    app.app.register_once(citizen, typed, repetition.clone()).await
}

#[store_test]
async fn a_registration_sent_twice_makes_one_person(db: TestDb) {
    let app = TestApp::start(db).await;
    let citizen = app.citizen("9876543210").await;
    let (request, form) = (
        Repetition::Request("7d0c".to_owned()),
        Repetition::Form("7d0c".to_owned()),
    );
    let (asha, ravi) = (("Asha Devi", "Z1234567"), ("Ravi Kumar", "Z7654321"));
    // Both at once, as a second tap does, and once more later.
    let (one, other) = tokio::join!(
        once(&app, &citizen, asha, &request),
        once(&app, &citizen, asha, &request)
    );
    let first = one.unwrap();
    assert_eq!(other.unwrap(), first);
    assert_eq!(once(&app, &citizen, asha, &request).await.unwrap(), first);
    assert!(matches!(
        once(&app, &citizen, ravi, &request).await,
        Err(Refusal::KeyReused)
    ));
    app.clock.advance_seconds(1);
    let second = once(&app, &citizen, ravi, &form).await.unwrap();
    assert_eq!(once(&app, &citizen, ravi, &form).await.unwrap(), second);
    app.clock.advance_seconds(1);
    let third = once(&app, &citizen, ("Chhotu", "Z1111111"), &form).await.unwrap();
    let people = app.app.beneficiaries(&citizen, "test").await.unwrap();
    let ids: Vec<_> = people.iter().filter_map(|person| person.reference_id).collect();
    assert_eq!(
        ids,
        [first, second, third],
        "another person in the same form is another person"
    );
    assert!(
        people
            .iter()
            .all(|person| person.document_state == DocumentState::Sole)
    );
    assert_eq!(app.app.place_of(&citizen, second).await.unwrap(), 2);

    // The name is the household's own: another's request of the same name is another request.
    let other = app.citizen("9876543211").await;
    let theirs = once(&app, &other, ("Meena", "Z2222222"), &request).await.unwrap();
    assert_ne!(theirs, first);
    assert!(matches!(
        app.app.place_of(&citizen, theirs).await,
        Err(Refusal::UnknownBeneficiary)
    ));
}

/// Whether anybody else has the document changes nothing about it.
#[store_test]
async fn a_document_is_nobodys_twice_within_one_household(db: TestDb) {
    let app = TestApp::start(db).await;
    let (citizen, other) = (app.citizen("9876543210").await, app.citizen("9876543211").await);
    register(&app, &other, "Somebody Else", "Z7654321").await.unwrap();
    for document in ["Z1234567", "Z7654321"] {
        register(&app, &citizen, "Asha Devi", document).await.unwrap();
        let again = register(&app, &citizen, "Asha Devi", document).await;
        assert!(matches!(again, Err(Refusal::OwnDocument)), "{again:?}");
    }
    assert_eq!(app.app.beneficiaries(&citizen, "test").await.unwrap().len(), 2);
    assert!(app.app.rivals(&citizen).await.unwrap().is_empty());
    // Tries count like registrations, or the digits of a member's document that the list does not show could be found out.
    for _ in 0..8 {
        let refused = register(&app, &citizen, "Asha Devi", "Z1234567").await;
        assert!(matches!(refused, Err(Refusal::OwnDocument)));
    }
    let over = register(&app, &citizen, "Asha Devi", "Z1234567").await;
    assert!(matches!(over, Err(Refusal::OverBudget { .. })));
}

#[store_test]
async fn a_familys_ration_card_registers_them_all_and_is_no_dispute_among_them(db: TestDb) {
    let app = TestApp::start(db).await;
    let (citizen, other) = (app.citizen("9876543210").await, app.citizen("9876543211").await);
    let card = |name| Registration {
        document_type: DocumentType::RationCard,
        ..registration(&app, name, "RC-12345")
    };
    for name in ["Asha Devi", "Ravi Kumar"] {
        app.app.register(&citizen, card(name)).await.unwrap();
    }
    let family = app.app.beneficiaries(&citizen, "test").await.unwrap();
    assert!(
        family
            .iter()
            .all(|person| person.document_state == DocumentState::Sole)
    );
    assert!(app.app.rivals(&citizen).await.unwrap().is_empty());

    app.clock.advance_seconds(1);
    app.app.register(&other, card("Somebody Else")).await.unwrap();
    let theirs = app.app.beneficiaries(&other, "test").await.unwrap();
    assert_eq!(theirs[0].document_state, DocumentState::Disputed);
    assert_eq!(app.app.rivals(&citizen).await.unwrap().len(), 2);
}
