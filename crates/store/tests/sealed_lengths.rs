//! What the length of a sealed value tells: nothing.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::collections::BTreeSet;
use std::sync::Arc;

use pramaan_domain::birth::{BirthDate, BirthYear};
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::gender::Gender;
use pramaan_domain::id::PersonId;
use pramaan_domain::mobile::Mobile;
use pramaan_domain::name::PersonName;
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::time::Timestamp;
use pramaan_keys::{Entropy, MemoryKeyStore};
use pramaan_store::person::{self, Comorbidity, NewPerson, PersonFacts};
use pramaan_store::testing::{TestDb, store_test};
use pramaan_store::{Sealer, StoreError, household};
use pramaan_testkit::SeededEntropy;

/// 2026-11-22 10:00 in Asia/Kolkata.
const NOW: Timestamp = Timestamp::from_seconds(1_795_321_800);
const SEALED: [&str; 8] = [
    "name",
    "birth_year",
    "birth_date",
    "gender",
    "document_type",
    "document_last_four",
    "comorbidity",
    "reference_id",
];

/// One of everything that a form can hold, each with the others varied too.
fn people(sealer: &Sealer) -> Vec<(PersonFacts, DocumentNumber)> {
    let genders = [Gender::Male, Gender::Female, Gender::Transgender, Gender::Other];
    let names = [
        "A",
        "Asha Devi",
        "अनिल",
        "आशा देवी शर्मा",
        "Venkatanarasimharajuvaripeta Rao",
    ];
    let born = [None, Some("2010-01-31"), Some("2012-02-29")];
    let numbers = ["1234", "AB-12/9", "Z1234567", "12345678901234567890"];
    let mut people = Vec::new();
    for (turn, kind) in DocumentType::ALL
        .iter()
        .cycle()
        .take(DocumentType::ALL.len() * 12)
        .enumerate()
    {
        let pick = |many: usize, every: usize| turn / every % many;
        let born = born[pick(3, 1)].map(|born| BirthDate::parse(born, NOW.date()).unwrap());
        let year = born.map_or("1980".to_owned(), |born| born.get().format("%Y").to_string());
        let facts = PersonFacts {
            name: PersonName::parse(names[turn % names.len()]).unwrap(),
            birth_year: BirthYear::parse(&year, NOW.date()).unwrap(),
            birth_date: born,
            gender: genders[pick(4, 1)],
            document_type: Some(*kind),
            comorbidity: [Comorbidity::None, Comorbidity::Declared][pick(2, 3)],
        };
        people.push((facts, DocumentNumber::parse(numbers[pick(4, 5)]).unwrap()));
    }
    assert!(people.len() > 60 && sealer.keys.epoch().0 > 0);
    people
}

#[store_test]
async fn every_row_of_a_column_is_equally_long(db: TestDb) {
    let entropy: Arc<dyn Entropy> = Arc::new(SeededEntropy::new(1));
    let sealer = Sealer::new(Arc::new(MemoryKeyStore::new(&*entropy)), entropy);
    let with = sealer.clone();
    let made: Result<_, StoreError> = db
        .write("test::people", move |tx| {
            Box::pin(async move {
                let mobile = Mobile::parse("9876543210").unwrap();
                let household = household::find_or_create(tx, &with, &mobile, NOW).await?;
                for (serial, (facts, document_number)) in people(&with).into_iter().enumerate() {
                    let id = with.keys.reference_id(serial as u64).unwrap();
                    let new = NewPerson {
                        household,
                        id: PersonId::from_random(with.random()),
                        reference_id: ReferenceId::from_number(id).unwrap(),
                        facts,
                        document_number: Some(document_number),
                        consent_version: "1".to_owned(),
                    };
                    person::insert(tx, &with, new, NOW).await?;
                }
                Ok(())
            })
        })
        .await;
    made.unwrap();
    let columns = lengths(&db).await;
    for (column, lengths) in &columns {
        assert_eq!(lengths.len(), 1, "{column}: {lengths:?}");
        assert!(!lengths.contains(&0), "{column} is never absent");
    }
    assert_eq!(
        columns.len(),
        9,
        "all of them, and the index of the day of erasure"
    );

    // Erasing the birth dates that are due leaves rows like all the others.
    let later = "2031-01-01".parse().unwrap();
    let erased: Result<u64, StoreError> = db
        .write("test::erase", move |tx| {
            Box::pin(async move { person::erase_due_birth_dates(tx, &sealer, later).await })
        })
        .await;
    assert!(erased.unwrap() > 10);
    assert_eq!(lengths(&db).await, columns);
}

/// The lengths that the values of each column have; an absent one is 0 long.
async fn lengths(db: &TestDb) -> Vec<(&'static str, BTreeSet<i64>)> {
    let mut columns = Vec::new();
    for column in SEALED.into_iter().chain(["birth_date_erase_ix"]) {
        let rows: Result<_, StoreError> = db
            .read("test::lengths", move |tx| {
                let sql = format!("select cast(coalesce(length({column}), 0) as bigint) from person");
                Box::pin(async move { tx.query(&sql, &[]).await })
            })
            .await;
        columns.push((
            column,
            rows.unwrap().iter().map(|row| row.int(0).unwrap()).collect(),
        ));
    }
    columns
}
