//! How many bookings a second one batched transaction after the other makes: the ceiling of the booking queue.
//!
//! `cargo run --release -p pramaan-store --features testing --example booking_rate -- [FOLDER]`: SQLite with
//! `synchronous=FULL` in FOLDER (default: a temporary one), 10 batches of each size, every person booking once.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement, run by hand, that stops at the first thing that goes wrong"
)]

use std::sync::Arc;
use std::time::Instant;

use pramaan_domain::birth::BirthYear;
use pramaan_domain::centre::CentreId;
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::dose::DoseNumber;
use pramaan_domain::gender::Gender;
use pramaan_domain::id::{HouseholdId, PersonId, SessionId};
use pramaan_domain::mobile::Mobile;
use pramaan_domain::name::PersonName;
use pramaan_domain::place::DistrictId;
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::session::{AgeBand, Quota};
use pramaan_domain::slot::Slot;
use pramaan_domain::time::Timestamp;
use pramaan_domain::vaccine::Vaccine;
use pramaan_keys::MemoryKeyStore;
use pramaan_store::appointment::{self, BookingRequest};
use pramaan_store::person::{self, Comorbidity, NewPerson, PersonFacts};
use pramaan_store::session::{self, NewSession, NewSlot};
use pramaan_store::{DatabaseUrl, Db, DbOptions, Sealer, StoreError, household, migrate};
use pramaan_testkit::SeededEntropy;

const NOW: Timestamp = Timestamp::from_seconds(1_795_321_800);
const ROUNDS: usize = 10;
const SIZES: [usize; 4] = [1, 16, 64, 512];
const SESSIONS: usize = 100;

#[tokio::main]
async fn main() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = std::env::args()
        .nth(1)
        .map_or(temporary.path().to_owned(), Into::into);
    let url = DatabaseUrl::Sqlite(folder.join("booking_rate.db"));
    let db = Db::open(&url, &DbOptions::default()).await.unwrap();
    migrate::migrate(&db).await.unwrap();
    let entropy = Arc::new(SeededEntropy::new(1));
    let sealer = Sealer::new(Arc::new(MemoryKeyStore::new(&*entropy)), entropy);
    let mut people = people(&db, &sealer, SIZES.iter().sum::<usize>() * ROUNDS)
        .await
        .into_iter();
    let sessions = sessions(&db, &sealer).await;
    for size in SIZES {
        let mut seats = sessions.iter().cycle();
        let batches: Vec<Vec<BookingRequest>> = (0..ROUNDS)
            .map(|_| {
                let batch = people.by_ref().take(size).zip(seats.by_ref());
                batch.map(|(who, session)| request(who, *session)).collect()
            })
            .collect();
        let begun = Instant::now();
        for batch in batches {
            let sealer = sealer.clone();
            let booked = db.write("example::book", move |tx| {
                Box::pin(async move { appointment::book(tx, &sealer, &batch, NOW).await })
            });
            assert!(booked.await.unwrap().iter().all(Result::is_ok));
        }
        let seconds = begun.elapsed().as_secs_f64();
        let booked = (size * ROUNDS) as f64;
        println!(
            "{size:>4} a batch: {:>7.0} bookings/s, {:>6.0} µs each",
            booked / seconds,
            seconds / booked * 1e6
        );
    }
}

fn request((household, person): (HouseholdId, PersonId), session: SessionId) -> BookingRequest {
    BookingRequest {
        household,
        session,
        slot: slot(),
        quota: Quota::Online,
        dose: DoseNumber::First,
        members: vec![person],
        key: None,
        message: None,
    }
}

fn slot() -> Slot {
    Slot::parse("11:00AM-01:00PM").unwrap()
}

async fn sessions(db: &Db, sealer: &Sealer) -> Vec<SessionId> {
    let new: Vec<NewSession> = (0..SESSIONS)
        .map(|_| NewSession {
            id: SessionId::from_random(sealer.random()),
            centre: CentreId::from_number(1).unwrap(),
            district: DistrictId::from_number(395).unwrap(),
            day: NOW.date(),
            vaccine: Vaccine::Covishield,
            ages: AgeBand::new(18, None).unwrap(),
            slots: vec![NewSlot {
                slot: slot(),
                capacity: vec![(DoseNumber::First, Quota::Online, 30_000)],
            }],
        })
        .collect();
    let ids = new.iter().map(|session| session.id).collect();
    let published = db.write("example::publish", move |tx| {
        Box::pin(async move { session::publish(tx, &new, NOW).await })
    });
    published.await.unwrap();
    ids
}

async fn people(db: &Db, sealer: &Sealer, count: usize) -> Vec<(HouseholdId, PersonId)> {
    let sealer = sealer.clone();
    let made = db.write("example::people", move |tx| {
        Box::pin(async move {
            let first = person::allocate_reference_serials(tx, count as u64).await?;
            let mut made = Vec::with_capacity(count);
            for n in 0..count {
                let mobile = Mobile::parse(&format!("9{n:09}")).unwrap();
                let household = household::find_or_create(tx, &sealer, &mobile, NOW).await?;
                let new = new_person(&sealer, household, first + n as u64);
                made.push((household, new.id));
                person::insert(tx, &sealer, new, NOW).await?;
            }
            Ok::<_, StoreError>(made)
        })
    });
    made.await.unwrap()
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
            document_type: DocumentType::from_id(8).unwrap(),
            comorbidity: Comorbidity::None,
        },
        document_number: DocumentNumber::parse(&format!("Z{serial:06}")).unwrap(),
        consent_version: "1".to_owned(),
    }
}
