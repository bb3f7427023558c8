#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
//! Never oversell, never twice: seats, claims and answers under concurrent nodes and against a model.

mod split;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use pramaan_domain::birth::BirthYear;
use pramaan_domain::centre::CentreId;
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::dose::DoseNumber;
use pramaan_domain::gender::Gender;
use pramaan_domain::id::{AppointmentId, HouseholdId, PersonId, SessionId};
use pramaan_domain::mobile::Mobile;
use pramaan_domain::name::PersonName;
use pramaan_domain::place::DistrictId;
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::session::{AgeBand, Quota};
use pramaan_domain::slot::Slot;
use pramaan_domain::time::Timestamp;
use pramaan_domain::vaccine::Vaccine;
use pramaan_keys::{Entropy, MemoryKeyStore};
use pramaan_store::appointment::{self, Answer, BookingOutcome, BookingRefusal, BookingRequest};
use pramaan_store::idempotency::RequestKey;
use pramaan_store::outbox::{self, Outgoing, Wanted};
use pramaan_store::person::{self, Comorbidity, NewPerson, PersonFacts};
use pramaan_store::session::{self, NewSession, NewSlot};
use pramaan_store::testing::{TestDb, store_test};
use pramaan_store::{Db, Engine, Sealer, StoreError, claim, household};
use pramaan_testkit::{SeededEntropy, sized};

/// 2026-11-22, 10:00 in Asia/Kolkata.
const NOW: Timestamp = Timestamp::from_seconds(1_795_321_800);

#[derive(Clone)]
struct Fixture {
    db: Db,
    sealer: Sealer,
    households: Vec<(HouseholdId, Vec<PersonId>)>,
    _keep: Arc<TestDb>,
}

async fn fixture(db: TestDb, households: usize, members: usize) -> Fixture {
    let entropy = Arc::new(SeededEntropy::new(11));
    let sealer = Sealer::new(Arc::new(MemoryKeyStore::new(&*entropy)), entropy);
    let begin = sealer.clone();
    let made = db.write("test::people", move |tx| {
        Box::pin(async move {
            let mut serial = person::allocate_reference_serials(tx, (households * members) as u64).await?;
            let mut made = Vec::new();
            for n in 0..households {
                let mobile = Mobile::parse(&format!("9{n:09}")).unwrap();
                let household = household::find_or_create(tx, &begin, &mobile, NOW).await?;
                let mut persons = Vec::new();
                for _ in 0..members {
                    serial += 1;
                    let new = new_person(&begin, household, serial);
                    persons.push(new.id);
                    person::insert(tx, &begin, new, NOW).await?;
                }
                made.push((household, persons));
            }
            Ok::<_, StoreError>(made)
        })
    });
    let households = made.await.unwrap();
    Fixture {
        db: db.clone(),
        sealer,
        households,
        _keep: Arc::new(db),
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
            document_type: Some(DocumentType::from_id(8).unwrap()),
            comorbidity: Comorbidity::None,
        },
        document_number: Some(DocumentNumber::parse(&format!("Z{serial:06}")).unwrap()),
        consent_version: "1".to_owned(),
    }
}

fn slot(n: usize) -> Slot {
    Slot::parse(["11:00AM-12:00PM", "12:00PM-01:00PM", "08:00AM-09:00AM"][n]).unwrap()
}

impl Fixture {
    /// A session of today with two open slots and one that has ended, `seats` first and second doses each.
    async fn session(&self, seats: u16) -> SessionId {
        let id = SessionId::from_random(self.sealer.random());
        let capacity = |count| {
            let doses = [DoseNumber::First, DoseNumber::Second];
            doses
                .iter()
                .map(|dose| (*dose, Quota::Online, count))
                .collect::<Vec<_>>()
        };
        let slots = (0..3)
            .map(|n| NewSlot {
                slot: slot(n),
                capacity: capacity(seats),
            })
            .collect();
        let new = NewSession {
            id,
            centre: CentreId::from_number(1).unwrap(),
            district: DistrictId::from_number(395).unwrap(),
            day: NOW.date(),
            vaccine: Vaccine::Covishield,
            ages: AgeBand::new(18, None).unwrap(),
            slots,
        };
        let published = self.db.write("test::publish", move |tx| {
            Box::pin(async move { session::publish(tx, &[new], NOW).await })
        });
        published.await.unwrap();
        id
    }

    fn request(&self, household: usize, members: &[usize], session: SessionId) -> BookingRequest {
        let (id, persons) = &self.households[household];
        BookingRequest {
            session,
            slot: slot(0),
            quota: Quota::Online,
            dose: DoseNumber::First,
            members: members.iter().map(|member| (*id, persons[*member])).collect(),
            key: None,
            message: None,
        }
    }

    fn people_of(&self, household: usize) -> Vec<(HouseholdId, PersonId)> {
        let (id, persons) = &self.households[household];
        persons.iter().map(|person| (*id, *person)).collect()
    }

    fn key(&self, household: usize, key: &str, request: &str) -> Option<RequestKey> {
        Some(RequestKey::new(
            &self.sealer,
            self.households[household].0,
            key,
            request.as_bytes(),
        ))
    }

    async fn book(&self, requests: Vec<BookingRequest>) -> Vec<BookingOutcome> {
        book(&self.db, &self.sealer, requests).await
    }

    async fn cancel(
        &self,
        household: usize,
        id: AppointmentId,
        members: &[usize],
    ) -> Result<(), BookingRefusal> {
        let (household, persons) = &self.households[household];
        let members: Vec<_> = members.iter().map(|m| (*household, persons[*m])).collect();
        let done = self.db.write("test::cancel", move |tx| {
            let members = members.clone();
            Box::pin(async move { appointment::cancel(tx, id, &members, NOW).await })
        });
        done.await.unwrap().map(drop)
    }

    async fn reschedule(
        &self,
        household: usize,
        id: AppointmentId,
        to: (SessionId, Slot),
    ) -> Result<(), BookingRefusal> {
        let among = self.people_of(household);
        let done = self.db.write("test::reschedule", move |tx| {
            let among = among.clone();
            Box::pin(async move { appointment::reschedule(tx, &among, id, to, NOW).await })
        });
        done.await.unwrap().map(drop)
    }

    /// Seats taken by session and slot, after checking that they are as many as there are live appointments.
    async fn taken(&self) -> BTreeMap<(SessionId, i64, i64), i64> {
        let counted = self.db.read("test::taken", |tx| {
            Box::pin(async move {
                let seats = "select session, slot, dose, taken, capacity from seat";
                let live = "select session, slot, dose, count(*) from appointment where state = 'booked'
                            group by session, slot, dose";
                Ok::<_, StoreError>((tx.query(seats, &[]).await?, tx.query(live, &[]).await?))
            })
        });
        let (seats, live) = counted.await.unwrap();
        let place =
            |row: &pramaan_store::Row| (row.parse(0).unwrap(), row.int(1).unwrap(), row.int(2).unwrap());
        let live: BTreeMap<_, i64> = live.iter().map(|row| (place(row), row.int(3).unwrap())).collect();
        for row in &seats {
            assert!(
                (0..=row.int(4).unwrap()).contains(&row.int(3).unwrap()),
                "oversold"
            );
        }
        let taken: BTreeMap<_, i64> = seats
            .iter()
            .map(|row| (place(row), row.int(3).unwrap()))
            .filter(|(_, taken)| *taken > 0)
            .collect();
        assert_eq!(taken, live, "seats taken are live appointments");
        taken
    }
}

/// As the booking queue does: again, when another node was faster.
async fn book(db: &Db, sealer: &Sealer, requests: Vec<BookingRequest>) -> Vec<BookingOutcome> {
    loop {
        let (sealer, batch) = (sealer.clone(), requests.clone());
        let booked = db.write("test::book", move |tx| {
            Box::pin(async move { appointment::book(tx, &sealer, &batch, NOW).await })
        });
        match booked.await {
            Ok(outcomes) => return outcomes,
            Err(error) if error.is_retryable() => {}
            Err(error) => panic!("{error}"),
        }
    }
}

#[store_test]
async fn thousands_of_bookings_over_few_seats_never_oversell(db: TestDb) {
    const PEOPLE: usize = 400;
    // Each round has sessions and people of its own, so that seats are fought for in every one of them.
    let rounds = sized(1, 25);
    let fixture = fixture(db, rounds * PEOPLE, 1).await;
    // SQLite has one process; PostgreSQL has a second node here.
    let other = match fixture.db.engine() {
        Engine::Sqlite => fixture.db.clone(),
        Engine::Postgres => Db::open(fixture._keep.url(), &TestDb::options()).await.unwrap(),
    };
    for round in 0..rounds {
        let mut sessions = Vec::new();
        for _ in 0..5 {
            sessions.push(fixture.session(20).await);
        }
        let mut tasks = Vec::new();
        for attempt in 0..10 * PEOPLE {
            let person = round * PEOPLE + attempt % PEOPLE;
            let request = fixture.request(person, &[0], sessions[(attempt + attempt / PEOPLE) % 5]);
            let (db, sealer) = (
                if attempt % 2 == 0 {
                    fixture.db.clone()
                } else {
                    other.clone()
                },
                fixture.sealer.clone(),
            );
            tasks.push(tokio::spawn(
                async move { book(&db, &sealer, vec![request]).await },
            ));
        }
        let mut booked = 0;
        for task in tasks {
            let outcomes = task.await.unwrap();
            booked += outcomes.iter().filter(|outcome| outcome.is_ok()).count();
        }
        assert_eq!(booked, 100, "round {round}");
    }
    assert_eq!(fixture.taken().await.values().sum::<i64>(), 100 * rounds as i64);
    other.close().await;
}

#[store_test]
async fn batches_of_two_nodes_at_once_never_oversell(db: TestDb) {
    let fixture = fixture(db, 300, 2).await;
    let other = match fixture.db.engine() {
        Engine::Sqlite => fixture.db.clone(),
        Engine::Postgres => Db::open(fixture._keep.url(), &TestDb::options()).await.unwrap(),
    };
    let sessions = [
        fixture.session(31).await,
        fixture.session(31).await,
        fixture.session(31).await,
    ];
    let mut tasks = Vec::new();
    for round in 0..sized(24_usize, 600) {
        // The same people in other orders and sessions, on both nodes at once.
        let requests: Vec<_> = (0..100)
            .map(|n| fixture.request((n * 7 + round * 13) % 300, &[0, 1], sessions[(n + round) % 3]))
            .collect();
        let (db, sealer) = (
            if round % 2 == 0 {
                fixture.db.clone()
            } else {
                other.clone()
            },
            fixture.sealer.clone(),
        );
        tasks.push(tokio::spawn(async move { book(&db, &sealer, requests).await }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    // Pairs only, all or nothing: 31 seats hold fifteen.
    assert_eq!(
        fixture.taken().await.values().copied().collect::<Vec<_>>(),
        [30, 30, 30]
    );
    other.close().await;
}

#[store_test]
async fn each_refusal_has_its_reason_and_changes_nothing(db: TestDb) {
    let fixture = fixture(db, 3, 3).await;
    let session = fixture.session(2).await;
    let unknown = SessionId::from_random([3; 16]);
    let requests = vec![
        fixture.request(0, &[0], unknown),
        BookingRequest {
            slot: Slot::parse("07:00PM-08:00PM").unwrap(),
            ..fixture.request(0, &[0], session)
        },
        BookingRequest {
            slot: slot(2),
            ..fixture.request(0, &[0], session)
        },
        BookingRequest {
            dose: DoseNumber::Precaution,
            ..fixture.request(0, &[0], session)
        },
        BookingRequest {
            quota: Quota::WalkIn,
            ..fixture.request(0, &[0], session)
        },
        fixture.request(0, &[0, 1, 2], session),
        BookingRequest {
            members: vec![(HouseholdId::from_random([9; 16]), PersonId::from_random([9; 16]))],
            ..fixture.request(0, &[0], session)
        },
        BookingRequest {
            members: Vec::new(),
            ..fixture.request(0, &[0], session)
        },
    ];
    let outcomes = fixture.book(requests).await;
    let reasons: Vec<_> = outcomes.into_iter().map(Result::unwrap_err).collect();
    use BookingRefusal::{Full, SlotEnded, UnknownMember, UnknownSession, UnknownSlot};
    assert_eq!(
        reasons,
        [
            UnknownSession,
            UnknownSlot,
            SlotEnded,
            Full,
            Full,
            Full,
            UnknownMember,
            UnknownMember
        ]
    );
    assert!(fixture.taken().await.is_empty());
    let outcomes = fixture
        .book(vec![
            fixture.request(0, &[0, 1], session),
            fixture.request(0, &[1], session),
        ])
        .await;
    assert!(outcomes[0].is_ok());
    assert_eq!(
        outcomes[1],
        Err(BookingRefusal::AlreadyBooked),
        "a batch sees its own bookings"
    );
    assert_eq!(
        fixture.book(vec![fixture.request(0, &[0, 1], session)]).await,
        [Err(BookingRefusal::AlreadyBooked)]
    );
    assert_eq!(
        fixture.book(vec![fixture.request(1, &[0], session)]).await,
        [Err(Full)]
    );
}

#[store_test]
async fn a_key_is_answered_once_and_alike(db: TestDb) {
    let fixture = fixture(db, 2, 2).await;
    let session = fixture.session(9).await;
    let keyed = |household, request: &str| BookingRequest {
        key: fixture.key(household, "k", request),
        ..fixture.request(household, &[0], session)
    };
    // Twice in one batch, then again.
    let outcomes = fixture
        .book(vec![keyed(0, "a"), keyed(0, "a"), keyed(0, "b"), keyed(1, "b")])
        .await;
    let first = outcomes[0].clone().unwrap();
    assert_eq!(first.answer, Answer::Fresh);
    let second = outcomes[1].clone().unwrap();
    assert_eq!(
        (second.appointment, second.answer),
        (first.appointment, Answer::Repeated)
    );
    assert_eq!(outcomes[2], Err(BookingRefusal::KeyReused));
    assert!(outcomes[3].is_ok(), "a key belongs to its household");
    let again = fixture.book(vec![keyed(0, "a"), keyed(0, "b")]).await;
    assert_eq!(again[0], Ok(second));
    assert_eq!(again[1], Err(BookingRefusal::KeyReused));
    assert_eq!(fixture.taken().await.values().sum::<i64>(), 2);
}

#[store_test]
async fn a_key_used_on_two_nodes_at_once_books_once(db: TestDb) {
    let fixture = fixture(db, 1, 1).await;
    let session = fixture.session(9).await;
    let request = BookingRequest {
        key: fixture.key(0, "k", "a"),
        ..fixture.request(0, &[0], session)
    };
    let tasks: Vec<_> = (0..16)
        .map(|_| {
            let (fixture, request) = (fixture.clone(), request.clone());
            tokio::spawn(async move { fixture.book(vec![request]).await.remove(0).unwrap().appointment })
        })
        .collect();
    let mut appointments = BTreeSet::new();
    for task in tasks {
        appointments.insert(task.await.unwrap());
    }
    assert_eq!(appointments.len(), 1);
    assert_eq!(fixture.taken().await.values().sum::<i64>(), 1);
}

#[store_test]
async fn a_batch_queues_the_messages_of_those_it_seated_or_seats_nobody(db: TestDb) {
    let fixture = fixture(db, 4, 1).await;
    let session = fixture.session(2).await;
    let told = |household: usize| BookingRequest {
        key: fixture.key(household, "k", "a"),
        message: Some(Outgoing {
            to: Mobile::parse(&format!("9{household:09}")).unwrap(),
            body: vec![household as u8],
            expires_at: NOW.plus_seconds(60),
        }),
        ..fixture.request(household, &[0], session)
    };
    let silent = BookingRequest {
        message: None,
        ..told(1)
    };
    // Seated, repeated, seated without a message, and two who find no seat.
    let batch = vec![told(0), told(0), silent, told(2), told(3)];

    let execute = |sql: &'static str| {
        fixture.db.write("test::alter", move |tx| {
            Box::pin(async move { tx.execute(sql, &[]).await })
        })
    };
    execute("alter table outbox rename to outbox_gone").await.unwrap();
    let (sealer, requests) = (fixture.sealer.clone(), batch.clone());
    let failed = fixture.db.write("test::book", move |tx| {
        Box::pin(async move { appointment::book(tx, &sealer, &requests, NOW).await })
    });
    failed.await.unwrap_err();
    assert!(fixture.taken().await.is_empty());
    execute("alter table outbox_gone rename to outbox").await.unwrap();

    let outcomes = fixture.book(batch).await;
    let queued: Vec<_> = outcomes
        .iter()
        .flatten()
        .filter_map(|booked| booked.message)
        .collect();
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 3);
    assert!(outcomes[0].as_ref().unwrap().message.is_some());
    assert_eq!(queued.len(), 1);
    let sealer = fixture.sealer.clone();
    let claimed = fixture.db.write("test::claim", move |tx| {
        Box::pin(async move { outbox::claim(tx, &sealer, Wanted::Due { most: 9 }, 60, NOW).await })
    });
    let claimed = claimed.await.unwrap();
    assert_eq!(claimed.len(), 1);
    assert_eq!(
        (claimed[0].id, claimed[0].body.as_slice()),
        (queued[0], [0].as_slice())
    );
    assert_eq!(fixture.taken().await.values().sum::<i64>(), 2);
}

#[store_test]
async fn cancelling_some_members_frees_their_seats_only(db: TestDb) {
    let fixture = fixture(db, 2, 3).await;
    let session = fixture.session(3).await;
    let id = fixture
        .book(vec![fixture.request(0, &[0, 1, 2], session)])
        .await
        .remove(0)
        .unwrap()
        .appointment;
    assert_eq!(
        fixture.cancel(1, id, &[0]).await,
        Err(BookingRefusal::UnknownAppointment),
        "another family's"
    );
    assert_eq!(
        fixture.cancel(0, id, &[]).await,
        Err(BookingRefusal::UnknownMember)
    );
    assert_eq!(fixture.cancel(0, id, &[1]).await, Ok(()));
    assert_eq!(
        fixture.cancel(0, id, &[1]).await,
        Err(BookingRefusal::UnknownAppointment),
        "not twice: of those who ask, nobody is in it any more"
    );
    assert_eq!(fixture.taken().await.values().sum::<i64>(), 2);
    assert!(fixture.book(vec![fixture.request(1, &[0], session)]).await[0].is_ok());
    assert_eq!(fixture.cancel(0, id, &[0, 2, 2]).await, Ok(()));
    assert_eq!(
        fixture.cancel(0, id, &[0]).await,
        Err(BookingRefusal::UnknownAppointment)
    );
    assert_eq!(fixture.taken().await.values().sum::<i64>(), 1);
}

#[store_test]
async fn rescheduling_moves_all_and_keeps_the_code(db: TestDb) {
    let fixture = fixture(db, 2, 3).await;
    let (here, there) = (fixture.session(2).await, fixture.session(3).await);
    let id = fixture
        .book(vec![fixture.request(0, &[0, 1], here)])
        .await
        .remove(0)
        .unwrap()
        .appointment;
    assert_eq!(
        fixture.reschedule(0, id, (here, slot(0))).await,
        Ok(()),
        "to the same seat"
    );
    assert_eq!(fixture.reschedule(0, id, (here, slot(1))).await, Ok(()));
    assert!(fixture.book(vec![fixture.request(1, &[0, 1], there)]).await[0].is_ok());
    assert_eq!(
        fixture.reschedule(0, id, (there, slot(0))).await,
        Err(BookingRefusal::Full)
    );
    assert_eq!(
        fixture.reschedule(0, id, (there, slot(2))).await,
        Err(BookingRefusal::SlotEnded)
    );
    assert_eq!(
        fixture.reschedule(1, id, (there, slot(1))).await,
        Err(BookingRefusal::UnknownAppointment)
    );
    assert_eq!(fixture.reschedule(0, id, (there, slot(1))).await, Ok(()));
    assert_eq!(
        fixture.reschedule(0, id, (here, slot(1))).await,
        Ok(()),
        "and back again"
    );
    let taken: Vec<_> = fixture.taken().await.into_iter().collect();
    assert!(
        taken.contains(&((here, 1, 1), 2)) && taken.contains(&((there, 0, 1), 2)),
        "{taken:?}"
    );
    let among = fixture.people_of(0);
    let claims = fixture.db.read("test::claims", move |tx| {
        Box::pin(async move { claim::of_appointment(tx, &among, id).await })
    });
    let claims = claims.await.unwrap();
    assert!(
        claims
            .iter()
            .all(|claim| (claim.session, claim.slot) == (here, 1)),
        "{claims:?}"
    );
    assert_eq!(
        claims.iter().map(|claim| claim.queue).collect::<BTreeSet<_>>(),
        [3, 4].into()
    );
}

#[store_test]
async fn a_missed_appointment_gives_way_to_the_next(db: TestDb) {
    let fixture = fixture(db, 1, 1).await;
    let session = fixture.session(2).await;
    assert!(fixture.book(vec![fixture.request(0, &[0], session)]).await[0].is_ok());
    let (sealer, later) = (fixture.sealer.clone(), NOW.plus_seconds(2 * 3600));
    let request = BookingRequest {
        slot: slot(1),
        ..fixture.request(0, &[0], session)
    };
    let booked = fixture.db.write("test::book", move |tx| {
        Box::pin(async move { appointment::book(tx, &sealer, &[request], later).await })
    });
    assert!(booked.await.unwrap()[0].is_ok(), "the slot ended without a dose");
}

#[store_test]
async fn people_of_a_cancelled_session_move_or_are_told(db: TestDb) {
    let fixture = fixture(db, 4, 2).await;
    let (closing, other) = (fixture.session(6).await, fixture.session(2).await);
    for household in 0..3 {
        assert!(
            fixture
                .book(vec![fixture.request(household, &[0, 1], closing)])
                .await[0]
                .is_ok()
        );
    }
    let closed = fixture.db.write("test::close", move |tx| {
        Box::pin(async move { appointment::close_session(tx, closing, Some(other), NOW).await })
    });
    let rebooked = closed.await.unwrap().unwrap();
    let slots: BTreeSet<_> = rebooked.iter().map(|one| one.slot).collect();
    assert_eq!(
        slots,
        [None, Some(slot(0)), Some(slot(1))].into(),
        "two slots of two, and the third pair is told"
    );
    assert_eq!(fixture.taken().await.len(), 2);
    let outcome = fixture
        .book(vec![fixture.request(3, &[0], closing)])
        .await
        .remove(0);
    assert_eq!(outcome, Err(BookingRefusal::SessionCancelled));
}

#[store_test]
async fn people_of_a_cancelled_session_move_to_the_hours_that_they_kept_free(db: TestDb) {
    let fixture = fixture(db, 1, 1).await;
    let (closing, other) = (fixture.session(6).await, fixture.session(2).await);
    let afternoon = BookingRequest {
        slot: slot(1),
        ..fixture.request(0, &[0], closing)
    };
    assert!(fixture.book(vec![afternoon]).await[0].is_ok());
    let closed = fixture.db.write("test::close", move |tx| {
        Box::pin(async move { appointment::close_session(tx, closing, Some(other), NOW).await })
    });
    let rebooked = closed.await.unwrap().unwrap();
    assert_eq!(rebooked[0].slot, Some(slot(1)), "the first slot had seats too");
}

/// What the operations of the next test do, by a model of eight lines.
#[derive(Default)]
struct Model {
    /// Appointment → household, session, slot, members.
    live: BTreeMap<AppointmentId, (usize, usize, usize, BTreeSet<usize>)>,
}

impl Model {
    fn taken(&self, session: usize, slot: usize) -> usize {
        self.live
            .values()
            .filter(|one| (one.1, one.2) == (session, slot))
            .map(|one| one.3.len())
            .sum()
    }

    fn holds(&self, household: usize, member: usize) -> bool {
        self.live
            .values()
            .any(|one| one.0 == household && one.3.contains(&member))
    }
}

#[store_test]
async fn random_operations_agree_with_a_model(db: TestDb) {
    const SEATS: usize = 4;
    let fixture = fixture(db, 6, 4).await;
    let sessions = [
        fixture.session(SEATS as u16).await,
        fixture.session(SEATS as u16).await,
    ];
    let mut model = Model::default();
    let chance = SeededEntropy::new(2026);
    for step in 0..sized(600, 20_000) {
        let mut bytes = [0; 5];
        chance.fill(&mut bytes);
        let [what, who, session, at, members] = bytes.map(usize::from);
        let (household, session, at) = (who % 6, session % 2, at % 2);
        let members: BTreeSet<usize> = (0..4).filter(|member| members >> member & 1 == 1).collect();
        let wanted: Vec<usize> = members.iter().copied().collect();
        let known = model.live.keys().nth(who % model.live.len().max(1)).copied();
        match (what % 3, known) {
            (0, _) | (_, None) => {
                let free = SEATS - model.taken(session, at) >= members.len();
                let held = members.iter().any(|member| model.holds(household, *member));
                let request = BookingRequest {
                    slot: slot(at),
                    ..fixture.request(household, &wanted, sessions[session])
                };
                let outcome = fixture.book(vec![request]).await.remove(0);
                assert_eq!(
                    outcome.is_ok(),
                    free && !held && !members.is_empty(),
                    "step {step}: {outcome:?}"
                );
                if let Ok(booked) = outcome {
                    model
                        .live
                        .insert(booked.appointment, (household, session, at, members));
                }
            }
            (1, Some(id)) => {
                let (owner, _, _, seated) = model.live.get_mut(&id).unwrap();
                let outcome = fixture.cancel(*owner, id, &wanted).await;
                assert_eq!(
                    outcome.is_ok(),
                    !members.is_empty() && members.is_subset(seated),
                    "step {step}"
                );
                if outcome.is_ok() {
                    seated.retain(|member| !members.contains(member));
                }
                model.live.retain(|_, one| !one.3.is_empty());
            }
            (_, Some(id)) => {
                let (owner, from, slot_from, seated) = model.live[&id].clone();
                let same = (from, slot_from) == (session, at);
                let fits = SEATS - model.taken(session, at) >= seated.len();
                let outcome = fixture.reschedule(owner, id, (sessions[session], slot(at))).await;
                assert_eq!(outcome.is_ok(), same || fits, "step {step}: {outcome:?}");
                if outcome.is_ok() {
                    model.live.insert(id, (owner, session, at, seated));
                }
            }
        }
        if step % 50 == 0 {
            let taken = fixture.taken().await;
            for (index, id) in sessions.iter().enumerate() {
                for at in 0..2 {
                    let found = taken.get(&(*id, at as i64, 1)).copied().unwrap_or_default();
                    assert_eq!(found, model.taken(index, at) as i64, "step {step}");
                }
            }
        }
    }
}
