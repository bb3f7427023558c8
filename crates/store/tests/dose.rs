#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
//! Doses and certificates: sealed when appended, opened by the receipt that names them, never twice at one place in order.

use std::sync::Arc;

use pramaan_domain::access::{ActorClass, Basis, Field, FieldSet, Purpose};
use pramaan_domain::birth::BirthYear;
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::dose::{BodySite, DoseNumber, VaccineBatch};
use pramaan_domain::gender::Gender;
use pramaan_domain::id::{DoseId, HouseholdId, PersonId, SessionId};
use pramaan_domain::mobile::Mobile;
use pramaan_domain::name::PersonName;
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::time::Timestamp;
use pramaan_domain::vaccine::Vaccine;
use pramaan_keys::MemoryKeyStore;
use pramaan_store::access_log::LogClock;
use pramaan_store::certificate::{self, CertificateKey, Issued};
use pramaan_store::dose::{self, DoseFacts, Given, NewDose, OffProtocol};
use pramaan_store::dose_change::{self, Changed, Fate};
use pramaan_store::person::{self, Comorbidity, NewPerson, PersonFacts};
use pramaan_store::testing::{TestDb, store_test};
use pramaan_store::{
    AccessEntry, AccessLog, Actor, Receipt, Sealer, StoreError, access_log, household, record,
};
use pramaan_testkit::SeededEntropy;

const ORIGIN: &str = "log.example/test";
const NOW: Timestamp = Timestamp::from_seconds(1_795_321_800);

struct Fixture {
    db: TestDb,
    sealer: Sealer,
    log: AccessLog,
    people: Vec<(HouseholdId, PersonId)>,
}

async fn fixture(db: TestDb, people: usize) -> Fixture {
    let entropy = Arc::new(SeededEntropy::new(21));
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
                let new = new_person(&begin, household, first + n as u64);
                made.push((household, new.id));
                person::insert(tx, &begin, new, NOW).await?;
            }
            Ok::<_, StoreError>(made)
        })
    });
    let people = made.await.unwrap();
    let log = AccessLog::start(db.clone(), sealer.clone(), ORIGIN, LogClock::Callers);
    Fixture {
        db,
        sealer,
        log,
        people,
    }
}

fn new_person(sealer: &Sealer, household: HouseholdId, serial: u64) -> NewPerson {
    NewPerson {
        household,
        id: PersonId::from_random(sealer.random()),
        reference_id: ReferenceId::from_number(sealer.keys.reference_id(serial).unwrap()).unwrap(),
        facts: PersonFacts {
            name: PersonName::parse("Asha Devi").unwrap(),
            birth_year: BirthYear::parse("1980", NOW.date()).unwrap(),
            birth_date: None,
            gender: Gender::Female,
            document_type: Some(DocumentType::Passport),
            comorbidity: Comorbidity::None,
        },
        document_number: Some(DocumentNumber::parse(&format!("Z{serial:06}")).unwrap()),
        consent_version: "1".to_owned(),
    }
}

impl Fixture {
    async fn receipts(&self, people: &[usize], fields: &[Field]) -> Vec<Receipt> {
        let entries = people.iter().map(|n| entry(self.people[*n], fields)).collect();
        self.log.append(entries, NOW).await.unwrap()
    }

    fn new_dose(&self, person: usize, dose: DoseNumber, hours_ago: i64) -> NewDose {
        let (household, person) = self.people[person];
        NewDose {
            household,
            person,
            id: DoseId::from_random(self.sealer.random()),
            dose,
            session: SessionId::from_random([4; 16]),
            facts: DoseFacts {
                given_at: NOW.plus_seconds(-3600 * hours_ago),
                vaccine: Vaccine::Covaxin,
                batch: VaccineBatch::parse("37F21001A").unwrap(),
                vial: "12".to_owned(),
                site: BodySite::RightUpperArm,
                centre: 561_001,
                staff: "MH-0001".to_owned(),
                entered: dose::Entered::WithTheRecord,
                off_protocol: None,
            },
        }
    }

    async fn append(&self, new: NewDose) -> Result<(), StoreError> {
        let sealer = self.sealer.clone();
        let appended = self.db.write("test::append", move |tx| {
            Box::pin(async move { dose::append(tx, &sealer, &new, NOW).await })
        });
        appended.await
    }

    async fn given(&self, receipts: Vec<Receipt>) -> Result<Vec<(PersonId, Vec<Given>)>, StoreError> {
        let sealer = self.sealer.clone();
        let given = self.db.read("test::given", move |tx| {
            Box::pin(async move { dose::given(tx, &sealer, receipts, NOW).await })
        });
        given.await
    }
}

fn entry((household, person): (HouseholdId, PersonId), fields: &[Field]) -> AccessEntry {
    AccessEntry {
        household,
        person,
        actor: Actor {
            class: ActorClass::Vaccinator,
            organisation: 4711,
            district: 395,
            staff: "MH-0001".to_owned(),
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

#[store_test]
async fn doses_open_for_each_receipt_in_its_order_and_oldest_first(db: TestDb) {
    let f = fixture(db, 3).await;
    let mut late = f.new_dose(0, DoseNumber::Second, 1);
    late.facts.off_protocol = Some(OffProtocol {
        rule: "P3".to_owned(),
        finding: "too early".to_owned(),
        reason: "travels tomorrow".to_owned(),
    });
    let (late_id, late_facts) = (late.id, late.facts.clone());
    f.append(late).await.unwrap();
    let early = f.new_dose(0, DoseNumber::First, 2);
    let early_id = early.id;
    f.append(early).await.unwrap();
    f.append(f.new_dose(2, DoseNumber::First, 3)).await.unwrap();

    let given = f
        .given(f.receipts(&[2, 1, 0], &[Field::Doses]).await)
        .await
        .unwrap();
    let shape: Vec<_> = given
        .iter()
        .map(|(person, doses)| (*person, doses.len()))
        .collect();
    assert_eq!(
        shape,
        [(f.people[2].1, 1), (f.people[1].1, 0), (f.people[0].1, 2)]
    );
    let doses = &given[2].1;
    assert_eq!(
        doses.iter().map(|dose| dose.id).collect::<Vec<_>>(),
        [early_id, late_id]
    );
    assert!(doses[1].facts == late_facts);
    assert_eq!(doses[1].for_rules().vaccine, Vaccine::Covaxin);
    assert!(!format!("{:?}", doses[1]).contains("Covaxin"));
}

#[store_test]
async fn a_receipt_that_does_not_name_the_doses_opens_none(db: TestDb) {
    let f = fixture(db, 1).await;
    f.append(f.new_dose(0, DoseNumber::First, 1)).await.unwrap();
    let refused = f.given(f.receipts(&[0], &[Field::Name]).await).await;
    assert!(matches!(refused, Err(StoreError::NotNamed { field: "doses" })));

    let (receipts, sealer) = (f.receipts(&[0], &[Field::Name]).await, f.sealer.clone());
    let both = f.receipts(&[0], &[Field::BirthYear, Field::Doses]).await;
    let opened = f.db.read("test::record", move |tx| {
        Box::pin(async move {
            let named = record::open(tx, &sealer, receipts, NOW).await?;
            Ok::<_, StoreError>((named, record::open(tx, &sealer, both, NOW).await?))
        })
    });
    let (named, both) = opened.await.unwrap();
    assert!(named[0].0.name.is_some() && named[0].1.is_empty());
    assert!(both[0].0.name.is_none() && both[0].0.birth_year.is_some());
    assert_eq!(both[0].1.len(), 1);
}

#[store_test]
async fn two_writers_at_once_both_end_up_in_the_record(db: TestDb) {
    let f = fixture(db, 1).await;
    let (one, other) = (
        f.new_dose(0, DoseNumber::First, 2),
        f.new_dose(0, DoseNumber::Second, 1),
    );
    let (a, b) = tokio::join!(f.append(one), f.append(other));
    let kept = [&a, &b].iter().filter(|outcome| outcome.is_ok()).count();
    for outcome in [a, b] {
        assert!(
            matches!(outcome, Ok(()) | Err(StoreError::Serialization)),
            "{outcome:?}"
        );
    }
    let given = f.given(f.receipts(&[0], &[Field::Doses]).await).await.unwrap();
    assert_eq!(given[0].1.len(), kept);
}

#[store_test]
async fn nothing_of_a_dose_is_in_clear_but_the_ledger(db: TestDb) {
    let f = fixture(db, 1).await;
    f.append(f.new_dose(0, DoseNumber::First, 1)).await.unwrap();
    let row = f.db.read("test::raw", |tx| {
        Box::pin(async move { tx.query_one("select sealed from dose", &[]).await })
    });
    let sealed = String::from_utf8_lossy(row.await.unwrap().blob(0).unwrap()).into_owned();
    for plain in ["COVAXIN", "37F21001A", "MH-0001", "right_upper_arm"] {
        assert!(!sealed.contains(plain), "{plain}");
    }
}

#[store_test]
async fn a_certificate_opens_under_a_receipt_that_names_it(db: TestDb) {
    let f = fixture(db, 1).await;
    let (household, person) = f.people[0];
    let (sealer, first) = (f.sealer.clone(), DoseId::from_random([1; 16]));
    let made = f.db.write("test::certify", move |tx| {
        Box::pin(async move {
            let mut numbers = Vec::new();
            for (n, event) in [first, DoseId::from_random([2; 16])].into_iter().enumerate() {
                let key = CertificateKey {
                    household,
                    person,
                    event,
                };
                numbers.push(certificate::reserve_number(tx, &sealer, key).await?);
                let issued = Issued {
                    key,
                    dose: DoseNumber::First,
                    issued_at: NOW.plus_seconds(n as i64),
                };
                certificate::insert(tx, &sealer, issued, &format!("{{\"n\":{n}}}")).await?;
            }
            Ok::<_, StoreError>(numbers)
        })
    });
    let numbers = made.await.unwrap();
    assert!(numbers.iter().all(|number| number.len() == 14) && numbers[0] != numbers[1]);
    for (fields, event, wanted) in [
        (Field::Certificate, None, Ok(Some("{\"n\":1}"))),
        (Field::Certificate, Some(first), Ok(Some("{\"n\":0}"))),
        (Field::Certificate, Some(DoseId::from_random([3; 16])), Ok(None)),
        (Field::Doses, None, Err("certificate")),
    ] {
        let (receipt, sealer) = (f.receipts(&[0], &[fields]).await.pop().unwrap(), f.sealer.clone());
        let opened = f.db.read("test::open", move |tx| {
            Box::pin(async move { certificate::open(tx, &sealer, receipt, event, NOW).await })
        });
        match (opened.await, wanted) {
            (Ok(opened), Ok(wanted)) => assert_eq!(opened.map(|o| o.json.to_string()).as_deref(), wanted),
            (Err(StoreError::NotNamed { field }), Err(wanted)) => assert_eq!(field, wanted),
            (opened, wanted) => panic!("{opened:?} instead of {wanted:?}"),
        }
    }
}

impl Fixture {
    async fn live(&self, person: usize) -> Vec<Given> {
        let receipts = self.receipts(&[person], &[Field::Doses]).await;
        self.given(receipts).await.unwrap().pop().unwrap().1
    }

    async fn correct(&self, person: usize, before: &Given, batch: &str) -> DoseId {
        let (household, subject) = self.people[person];
        let (sealer, before) = (self.sealer.clone(), before.clone());
        let new = NewDose {
            household,
            person: subject,
            id: DoseId::from_random(self.sealer.random()),
            dose: before.dose,
            session: before.session,
            facts: DoseFacts {
                batch: VaccineBatch::parse(batch).unwrap(),
                ..before.facts.clone()
            },
        };
        let id = new.id;
        let done = self.db.write("test::correct", move |tx| {
            Box::pin(async move { dose_change::correct(tx, &sealer, (&before, &new), &changed(), NOW).await })
        });
        let done: Result<(), StoreError> = done.await;
        done.unwrap();
        id
    }

    async fn void(&self, person: usize, before: &Given) {
        let (sealer, before, subject) = (self.sealer.clone(), before.clone(), self.people[person]);
        let id = DoseId::from_random(self.sealer.random());
        let done = self.db.write("test::void", move |tx| {
            Box::pin(
                async move { dose_change::void(tx, &sealer, (subject, &before, id), &changed(), NOW).await },
            )
        });
        let done: Result<(), StoreError> = done.await;
        done.unwrap();
    }

    async fn bring(&self, person: usize, before: &Given) -> DoseId {
        let (household, subject) = self.people[person];
        let sealer = self.sealer.clone();
        let new = NewDose {
            household,
            person: subject,
            id: DoseId::from_random(self.sealer.random()),
            dose: before.dose,
            session: before.session,
            facts: before.facts.clone(),
        };
        let id = new.id;
        let done = self.db.write("test::bring", move |tx| {
            Box::pin(async move { dose_change::bring(tx, &sealer, &new, &changed(), NOW).await })
        });
        let done: Result<(), StoreError> = done.await;
        done.unwrap();
        id
    }

    async fn counted(&self) -> i64 {
        let read = self.db.read("test::counted", |tx| {
            Box::pin(async move {
                tx.query_one("select cast(coalesce(sum(n), 0) as bigint) from dose_count", &[])
                    .await?
                    .int(0)
            })
        });
        read.await.unwrap()
    }

    async fn execute(&self, sql: &'static str) -> u64 {
        let done = self.db.write("test::execute", move |tx| {
            Box::pin(async move { tx.execute(sql, &[]).await })
        });
        done.await.unwrap()
    }
}

fn changed() -> Changed {
    Changed {
        by: "MH-0001".to_owned(),
        agreed: Some("MH-0002".to_owned()),
        reason: "the batch was typed wrong".to_owned(),
    }
}

/// The truth is kept beside, as with a pencil and a rubber; it is compared after every act, so each prefix reads back.
#[store_test]
async fn any_sequence_of_correction_void_and_move_leaves_exactly_the_doses_that_stand(db: TestDb) {
    let f = fixture(db, 3).await;
    let mut truth: Vec<(usize, DoseId, String)> = Vec::new();
    for step in 0..30_usize {
        let chance: [u8; 3] = f.sealer.random();
        let person = usize::from(chance[0]) % 3;
        let at = usize::from(chance[1]).checked_rem(truth.len());
        match (chance[2] % 5, at) {
            (0 | 1, _) | (_, None) => {
                let new = f.new_dose(person, DoseNumber::First, 1);
                truth.push((person, new.id, "37F21001A".to_owned()));
                f.append(new).await.unwrap();
            }
            (2, Some(at)) => {
                let (owner, id, _) = truth[at].clone();
                let before = f
                    .live(owner)
                    .await
                    .into_iter()
                    .find(|given| given.id == id)
                    .unwrap();
                let batch = format!("B{step}");
                truth[at] = (owner, f.correct(owner, &before, &batch).await, batch);
            }
            (3, Some(at)) => {
                let (owner, id, _) = truth.remove(at);
                let before = f
                    .live(owner)
                    .await
                    .into_iter()
                    .find(|given| given.id == id)
                    .unwrap();
                f.void(owner, &before).await;
            }
            (_, Some(at)) => {
                let (owner, id, batch) = truth.remove(at);
                let before = f
                    .live(owner)
                    .await
                    .into_iter()
                    .find(|given| given.id == id)
                    .unwrap();
                f.void(owner, &before).await;
                truth.push((person, f.bring(person, &before).await, batch));
            }
        }
        for person in 0..3 {
            let mut live: Vec<_> = f
                .live(person)
                .await
                .iter()
                .map(|given| (given.id, given.facts.batch.as_str().to_owned()))
                .collect();
            let theirs = truth.iter().filter(|(owner, ..)| *owner == person);
            let mut wanted: Vec<_> = theirs.map(|(_, id, batch)| (*id, batch.clone())).collect();
            live.sort();
            wanted.sort();
            assert_eq!(live, wanted, "step {step}");
        }
        assert_eq!(
            f.counted().await,
            truth.len() as i64,
            "the counts follow: step {step}"
        );
    }
}

#[store_test]
async fn a_correction_that_we_did_not_write_takes_no_dose_away(db: TestDb) {
    let f = fixture(db, 1).await;
    f.append(f.new_dose(0, DoseNumber::First, 1)).await.unwrap();
    let given = f.live(0).await.remove(0);
    f.correct(0, &given, "B2").await;
    for forged in [
        "update dose set kind = 'voided' where kind = 'corrected'",
        "update dose set supersedes = null where kind = 'corrected'",
        "update dose set dose = 2",
        "update dose set recorded_at = recorded_at + 1 where kind = 'given'",
        "insert into dose (household, person, id, seq, dose, session, kind, supersedes, root, sealed, binding_mac, recorded_at)
         select household, person, '00000000-0000-4000-8000-000000000000', 9, dose, session, 'voided', id, root, sealed
              , binding_mac, recorded_at from dose where kind = 'corrected'",
    ] {
        f.execute("create table kept as select * from dose").await;
        assert!(f.execute(forged).await > 0, "{forged}");
        let refused = f.given(f.receipts(&[0], &[Field::Doses]).await).await;
        assert!(matches!(refused, Err(StoreError::Misplaced { table: "dose" })), "{forged}");
        f.execute("delete from dose").await;
        f.execute("insert into dose select * from kept").await;
        f.execute("drop table kept").await;
    }
    assert_eq!(f.live(0).await.len(), 1);
}

#[store_test]
async fn a_certificate_tells_its_correction_by_its_number_and_opens_nothing(db: TestDb) {
    let f = fixture(db, 2).await;
    for person in [0, 1] {
        f.append(f.new_dose(person, DoseNumber::First, 1)).await.unwrap();
    }
    let (given, (household, person), sealer) = (f.live(0).await.remove(0), f.people[0], f.sealer.clone());
    let key = CertificateKey {
        household,
        person,
        event: given.id,
    };
    let reserve = sealer.clone();
    let reserved = f.db.write("test::reserve", move |tx| {
        Box::pin(async move { certificate::reserve_number(tx, &reserve, key).await })
    });
    let number: Result<String, StoreError> = reserved.await;
    let number = number.unwrap();
    let fate = async |number: &str| {
        let (sealer, number) = (sealer.clone(), number.to_owned());
        let told = f.db.read("test::fate", move |tx| {
            Box::pin(async move { certificate::fate(tx, &sealer, &number).await })
        });
        told.await
    };
    assert_eq!(fate("10000000000000").await.unwrap(), None);
    assert_eq!(fate(&number).await.unwrap(), Some(Fate::Stands));
    f.correct(0, &given, "B2").await;
    assert_eq!(fate(&number).await.unwrap(), Some(Fate::Superseded { at: NOW }));
    let corrected = f.live(0).await.remove(0);
    f.void(0, &corrected).await;
    assert_eq!(fate(&number).await.unwrap(), Some(Fate::Withdrawn { at: NOW }));
    f.execute("update certificate_index set event = (select id from dose where kind = 'corrected')")
        .await;
    let moved = fate(&number).await;
    let misplaced = matches!(
        moved,
        Err(StoreError::Misplaced {
            table: "certificate_index"
        })
    );
    assert!(misplaced, "{moved:?}");
}
