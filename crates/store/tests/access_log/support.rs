//! A log over a few people.

use std::sync::Arc;

use pramaan_domain::access::{ActorClass, Basis, Field, FieldSet, Purpose};
use pramaan_domain::birth::BirthYear;
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::gender::Gender;
use pramaan_domain::id::{HouseholdId, PersonId};
use pramaan_domain::mobile::Mobile;
use pramaan_domain::name::PersonName;
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::time::Timestamp;
use pramaan_keys::MemoryKeyStore;
use pramaan_store::access_log::LogClock;
use pramaan_store::person::{self, Comorbidity, NewPerson, OpenedPerson, PersonFacts};
use pramaan_store::testing::TestDb;
use pramaan_store::{AccessEntry, AccessLog, Actor, Db, Receipt, Sealer, StoreError, access_log, household};
use pramaan_testkit::SeededEntropy;

pub(crate) const ORIGIN: &str = "log.example/test";
pub(crate) const NOW: Timestamp = Timestamp::from_seconds(1_795_321_800);

pub(crate) struct Fixture {
    pub(crate) db: Db,
    pub(crate) sealer: Sealer,
    pub(crate) log: AccessLog,
    pub(crate) people: Vec<(HouseholdId, PersonId)>,
    _keep: TestDb,
}

pub(crate) async fn fixture(db: TestDb, people: usize) -> Fixture {
    let entropy = Arc::new(SeededEntropy::new(7));
    let sealer = Sealer::new(Arc::new(MemoryKeyStore::new(&*entropy)), entropy);
    let begin = sealer.clone();
    let made = db.write("test::begin", move |tx| {
        Box::pin(async move {
            access_log::create(tx, &begin, ORIGIN, NOW).await?;
            let mobile = Mobile::parse("9876543210").unwrap();
            let household = household::find_or_create(tx, &begin, &mobile, NOW).await?;
            let first = person::allocate_reference_serials(tx, 64).await?;
            let mut made = Vec::new();
            for n in 0..people {
                let new = new_person(&begin, household, first + n as u64, n);
                made.push((household, new.id));
                person::insert(tx, &begin, new, NOW).await?;
            }
            Ok::<_, StoreError>(made)
        })
    });
    let people = made.await.unwrap();
    let log = AccessLog::start(db.clone(), sealer.clone(), ORIGIN, LogClock::Callers);
    Fixture {
        db: db.clone(),
        sealer,
        log,
        people,
        _keep: db,
    }
}

pub(crate) fn new_person(sealer: &Sealer, household: HouseholdId, serial: u64, n: usize) -> NewPerson {
    NewPerson {
        household,
        id: PersonId::from_random(sealer.random()),
        reference_id: ReferenceId::from_number(sealer.keys.reference_id(serial).unwrap()).unwrap(),
        facts: PersonFacts {
            name: PersonName::parse("Asha Devi").unwrap(),
            birth_year: BirthYear::parse("1980", NOW.date()).unwrap(),
            birth_date: None,
            gender: Gender::Female,
            document_type: Some(DocumentType::from_id(8).unwrap()),
            comorbidity: Comorbidity::None,
        },
        document_number: Some(DocumentNumber::parse(&format!("Z12345{n:02}")).unwrap()),
        consent_version: "1".to_owned(),
    }
}

pub(crate) fn entry((household, person): (HouseholdId, PersonId), fields: &[Field]) -> AccessEntry {
    AccessEntry {
        household,
        person,
        actor: Actor {
            class: ActorClass::Vaccinator,
            organisation: 4711,
            district: 395,
            staff: "MH395-0007".to_owned(),
            device: String::new(),
        },
        basis: Basis::SiteEvidence,
        purpose: Purpose::Vaccination,
        fields: FieldSet::of(fields),
        policy_hash: [9; 32],
        request: "test",
        reason: None,
    }
}

pub(crate) async fn open(
    fixture: &Fixture,
    receipts: Vec<Receipt>,
    now: Timestamp,
) -> Result<Vec<OpenedPerson>, StoreError> {
    let sealer = fixture.sealer.clone();
    let opened = fixture.db.read("test::open", move |tx| {
        Box::pin(async move { person::open(tx, &sealer, receipts, now).await })
    });
    opened.await
}

/// Leaves as stored, and the committed head.
pub(crate) async fn stored(db: &Db) -> (Vec<Vec<u8>>, access_log::Head) {
    let stored = db.read("test::stored", |tx| {
        Box::pin(async move {
            let rows = tx.query("select leaf from access_leaf order by idx", &[]).await?;
            let leaves = rows
                .iter()
                .map(|row| row.blob(0).map(<[u8]>::to_vec))
                .collect::<Result<_, _>>()?;
            let head = access_log::head(tx, ORIGIN).await?.unwrap();
            Ok::<_, StoreError>((leaves, head))
        })
    });
    stored.await.unwrap()
}

/// A value of another type than its column's: PostgreSQL takes none, so what follows from one is looked at on SQLite alone.
pub(crate) async fn lets_nobody(db: &Db, sql: &'static str) {
    let refused = db.write("test::refused", move |tx| {
        Box::pin(async move { tx.execute(sql, &[]).await })
    });
    let refused = refused.await;
    assert!(
        matches!(refused, Err(StoreError::Statement { .. })),
        "{refused:?}"
    );
}
