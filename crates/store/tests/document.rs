#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
//! One document, many registrations: only the first is undisputed, however close together they come.

use std::sync::Arc;

use pramaan_domain::birth::BirthYear;
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::gender::Gender;
use pramaan_domain::id::{HouseholdId, PersonId};
use pramaan_domain::mobile::Mobile;
use pramaan_domain::name::PersonName;
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::time::Timestamp;
use pramaan_keys::MemoryKeyStore;
use pramaan_store::person::{self, Comorbidity, DocumentState, NewPerson, PersonFacts};
use pramaan_store::testing::{TestDb, store_test};
use pramaan_store::{Db, Sealer, StoreError, household};
use pramaan_testkit::SeededEntropy;
use tokio::sync::Barrier;

/// 2026-11-22, 10:00 in Asia/Kolkata.
const NOW: Timestamp = Timestamp::from_seconds(1_795_321_800);
const AT_ONCE: usize = 6;

struct Fixture {
    db: TestDb,
    sealer: Sealer,
    households: Vec<HouseholdId>,
    serial: u64,
}

impl Fixture {
    async fn new(db: TestDb) -> Self {
        let entropy = Arc::new(SeededEntropy::new(5));
        let sealer = Sealer::new(Arc::new(MemoryKeyStore::new(&*entropy)), entropy);
        let begin = sealer.clone();
        let made = db.write("test::households", move |tx| {
            Box::pin(async move {
                let serial = person::allocate_reference_serials(tx, 1_000).await?;
                let mut households = Vec::new();
                for n in 0..AT_ONCE {
                    let mobile = Mobile::parse(&format!("9{n:09}")).unwrap();
                    households.push(household::find_or_create(tx, &begin, &mobile, NOW).await?);
                }
                Ok::<_, StoreError>((households, serial))
            })
        });
        let (households, serial) = made.await.unwrap();
        Self {
            db,
            sealer,
            households,
            serial,
        }
    }

    fn new_person(&mut self, household: usize, document: &str) -> NewPerson {
        self.serial += 1;
        let number = self.sealer.keys.reference_id(self.serial).unwrap();
        NewPerson {
            household: self.households[household],
            id: PersonId::from_random(self.sealer.random()),
            reference_id: ReferenceId::from_number(number).unwrap(),
            facts: PersonFacts {
                name: PersonName::parse("Asha Devi").unwrap(),
                birth_year: BirthYear::parse("1980", NOW.date()).unwrap(),
                birth_date: None,
                gender: Gender::Female,
                document_type: Some(DocumentType::Passport),
                comorbidity: Comorbidity::None,
            },
            document_number: Some(DocumentNumber::parse(document).unwrap()),
            consent_version: "1".to_owned(),
        }
    }

    async fn counts(&self) -> Vec<i64> {
        let read = self.db.read("test::counts", |tx| {
            Box::pin(async move {
                let rows = tx.query("select n from document_count order by n", &[]).await?;
                rows.iter()
                    .map(|row| row.int(0))
                    .collect::<Result<_, StoreError>>()
            })
        });
        read.await.unwrap()
    }
}

async fn insert(db: Db, sealer: Sealer, new: NewPerson) -> DocumentState {
    let inserted = db.write("test::insert", move |tx| {
        Box::pin(async move { person::insert(tx, &sealer, new, NOW).await })
    });
    inserted.await.unwrap().document_state
}

#[store_test]
async fn of_all_who_bring_a_document_at_once_one_is_the_first(db: TestDb) {
    let mut fixture = Fixture::new(db).await;
    for round in 0..8 {
        let barrier = Arc::new(Barrier::new(AT_ONCE));
        let mut tasks = Vec::new();
        for household in 0..AT_ONCE {
            let new = fixture.new_person(household, &format!("Z100000{round}"));
            let (db, sealer) = (Db::clone(&fixture.db), fixture.sealer.clone());
            let barrier = Arc::clone(&barrier);
            tasks.push(tokio::spawn(async move {
                barrier.wait().await;
                insert(db, sealer, new).await
            }));
        }
        let mut first = 0;
        for task in tasks {
            first += usize::from(task.await.unwrap() == DocumentState::Sole);
        }
        assert_eq!(first, 1, "round {round}");
    }
    assert_eq!(fixture.counts().await, [AT_ONCE as i64; 8]);
}

#[store_test]
async fn who_is_deleted_leaves_the_document_to_the_others(db: TestDb) {
    let mut fixture = Fixture::new(db).await;
    let mut people = Vec::new();
    for (household, expected) in [(0, DocumentState::Sole), (1, DocumentState::Disputed)] {
        let new = fixture.new_person(household, "Z1234567");
        people.push((new.household, new.id));
        let state = insert(Db::clone(&fixture.db), fixture.sealer.clone(), new).await;
        assert_eq!(state, expected);
    }
    for (left, (household, person)) in [vec![1], vec![]].into_iter().zip(people) {
        let sealer = fixture.sealer.clone();
        let deleted = fixture.db.write("test::delete", move |tx| {
            Box::pin(async move { person::delete(tx, &sealer, (household, person), NOW).await })
        });
        deleted.await.unwrap();
        assert_eq!(
            fixture.counts().await,
            left,
            "nothing is kept of a document of nobody"
        );
    }
    let again = fixture.new_person(2, "Z1234567");
    let state = insert(Db::clone(&fixture.db), fixture.sealer.clone(), again).await;
    assert_eq!(state, DocumentState::Sole);
}

#[store_test]
async fn of_two_at_the_same_microsecond_the_second_is_the_rival(db: TestDb) {
    let mut fixture = Fixture::new(db).await;
    let mut people = Vec::new();
    for household in 0..3 {
        let new = fixture.new_person(household, "Z1234567");
        people.push((new.household, new.id));
        insert(Db::clone(&fixture.db), fixture.sealer.clone(), new).await;
    }
    let mut told = Vec::new();
    for (household, person) in people {
        let rivals = fixture.db.read("test::rivals", move |tx| {
            Box::pin(async move { person::rivals(tx, &[(household, person)]).await })
        });
        told.push(rivals.await.unwrap() == [person]);
    }
    assert_eq!(told, [true, true, false], "the last has nobody after them");
}
