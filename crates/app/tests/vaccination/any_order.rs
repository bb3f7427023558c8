//! In whatever order and however much at once people book, cancel and move, open records, record doses, close sessions and
//! delete people: a seat is taken for each place that holds one, and a dose never leaves its appointment waiting.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use pramaan_app::appointment::{Booking, Seat};
use pramaan_app::dose::{Dose, Vial};
use pramaan_app::encounter::{EncounterKey, Evidence};
use pramaan_app::message::Language;
use pramaan_app::session::{SessionPlan, SlotPlan};
use pramaan_app::testing::TestApp;
use pramaan_app::{Citizen, Refusal, Staff, StaffRole};
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::dose::{BodySite, DoseNumber, VaccineBatch};
use pramaan_domain::id::{AppointmentId, SessionId};
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::session::{AgeBand, Quota};
use pramaan_domain::slot::Slot;
use pramaan_domain::vaccine::Vaccine;
use pramaan_keys::Entropy;
use pramaan_store::testing::{TestDb, store_test};
use pramaan_store::{Row, StoreError};
use pramaan_testkit::SeededEntropy;
use tokio::sync::Mutex;

use crate::support::{centre, nurse, put_centres, register};

const PEOPLE: usize = 5;
const SEATS: u16 = 1;
/// From now on, so that some end while a test goes on.
const SLOTS: [&str; 5] = [
    "10:00AM-10:25AM",
    "10:25AM-10:50AM",
    "10:50AM-11:15AM",
    "11:15AM-11:40AM",
    "11:40AM-12:30PM",
];

struct Person {
    citizen: Citizen,
    id: ReferenceId,
    document: String,
    appointments: Vec<AppointmentId>,
    encounters: Vec<EncounterKey>,
}

/// Who is there to be acted upon. Locked only to look something up, never during an operation.
struct World {
    test: TestApp,
    staff: Staff,
    manager: Staff,
    people: Mutex<Vec<Person>>,
    sessions: Mutex<Vec<SessionId>>,
    registered: AtomicUsize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    Book,
    Cancel,
    Reschedule,
    Open,
    Record,
    Close,
    Delete,
}

impl World {
    async fn new(db: TestDb) -> Self {
        let test = TestApp::start(db).await;
        put_centres(&test).await;
        let staff = nurse(&test, "MH-0001", 1).await;
        let manager = test.staff(StaffRole::SiteManager, 1, 395);
        let mut sessions = Vec::new();
        for _ in 0..3 {
            sessions.push(publish(&test).await);
        }
        let world = Self {
            test,
            staff,
            manager,
            people: Mutex::default(),
            sessions: Mutex::new(sessions),
            registered: AtomicUsize::default(),
        };
        for _ in 0..PEOPLE {
            let person = world.newcomer().await;
            world.people.lock().await.push(person);
        }
        world
    }

    async fn newcomer(&self) -> Person {
        let n = self.registered.fetch_add(1, Ordering::Relaxed);
        let citizen = self.test.citizen(&format!("9{n:09}")).await;
        let document = format!("Z{n:07}");
        let id = register(&self.test, &citizen, &document).await;
        Person {
            citizen,
            id,
            document,
            appointments: Vec::new(),
            encounters: Vec::new(),
        }
    }

    /// One random operation upon one random person; refusals are answers.
    async fn act(&self, [what, who, which, to]: [usize; 4]) -> Result<What, Refusal> {
        let app = &self.test.app;
        let (citizen, id, document, appointment, encounter) = {
            let people = self.people.lock().await;
            let person = &people[who % PEOPLE];
            (
                person.citizen.clone(),
                person.id,
                person.document.clone(),
                person.appointments.iter().rev().nth(which % 2).copied(),
                person.encounters.iter().rev().nth(which % 2).copied(),
            )
        };
        let session = self.sessions.lock().await[to % 3];
        let seat = Seat {
            session,
            slot: SLOTS[to / 3 % SLOTS.len()].to_owned(),
        };
        let what = [
            What::Book,
            What::Book,
            What::Cancel,
            What::Reschedule,
            What::Open,
            What::Open,
            What::Record,
            What::Close,
            What::Delete,
        ][what % 9];
        match (what, appointment, encounter) {
            (What::Cancel, Some(appointment), _) => app
                .cancel_appointment(&citizen, appointment, &[id], Language::English, "test")
                .await
                .map(drop)?,
            (What::Reschedule, Some(appointment), _) => {
                app.reschedule(&citizen, appointment, &seat, Language::English, "test")
                    .await?;
            }
            (What::Open, ..) => {
                let evidence = Evidence::Document {
                    kind: DocumentType::Passport,
                    number: DocumentNumber::parse(&document).unwrap(),
                };
                let open = app.begin_encounter(&self.staff, evidence, "test").await?;
                self.people.lock().await[who % PEOPLE].encounters.push(open.key);
            }
            (What::Record, _, Some(key)) => {
                app.record_dose(&self.staff, key, self.dose(), "test").await?;
                let newcomer = self.newcomer().await;
                self.people.lock().await[who % PEOPLE] = newcomer;
            }
            (What::Close, ..) => {
                let other = self.sessions.lock().await[(to + 1) % 3];
                app.cancel_session(&self.manager, session, Some(other), "test")
                    .await?;
                let next = publish(&self.test).await;
                self.sessions.lock().await[to % 3] = next;
            }
            (What::Delete, ..) => {
                app.delete_beneficiary(&citizen, id).await?;
                let newcomer = self.newcomer().await;
                self.people.lock().await[who % PEOPLE] = newcomer;
            }
            _ => {
                let booking = Booking {
                    seat,
                    dose: 1,
                    members: vec![id],
                    declaring: Vec::new(),
                    idempotency_key: None,
                    language: Language::English,
                };
                let appointment = app.book(&citizen, booking, "test").await?;
                let mut people = self.people.lock().await;
                people[who % PEOPLE].appointments.push(appointment);
                return Ok(What::Book);
            }
        }
        Ok(what)
    }

    fn dose(&self) -> Dose {
        Dose {
            number: DoseNumber::First,
            vaccine: Vaccine::Covishield,
            batch: VaccineBatch::parse("4121Z025").unwrap(),
            vial: Vial::parse("7").unwrap(),
            given_at: self.test.clock.now(),
            site: BodySite::LeftUpperArm,
            reason: None,
        }
    }

    async fn rows(&self, sql: &'static str) -> Vec<String> {
        let read = self.test.db.read("test::rows", move |tx| {
            Box::pin(async move {
                let rows = tx.query(sql, &[]).await?;
                let line = |row: &Row| Ok(format!("{} {} {}", row.text(0)?, row.text(1)?, row.text(2)?));
                rows.iter().map(line).collect::<Result<Vec<_>, StoreError>>()
            })
        });
        read.await.unwrap()
    }

    /// What has to be true after every operation.
    async fn check(&self, step: &str) {
        let taken = self
            .rows(
                "select session, cast(sum(taken) as text), '' from seat group by session having sum(taken) > 0
                 order by session",
            )
            .await;
        let held = self
            .rows(
                "select session, cast(count(*) as text), '' from appointment
                 where state in ('booked', 'vaccinated', 'missed') group by session order by session",
            )
            .await;
        assert_eq!(taken, held, "{step}: seats taken are places held");
        let claims = self
            .rows("select session, appointment, state from claim order by session, appointment")
            .await;
        let places = self
            .rows(
                "select session, id, state from appointment where state in ('booked', 'vaccinated')
                 order by session, id",
            )
            .await;
        assert_eq!(claims, places, "{step}: each live place is claimed once");
        let waiting = self
            .rows(
                "select e.session, e.appointment, a.state from encounter e join appointment a on a.id = e.appointment
                 where e.event is not null and a.state = 'booked'",
            )
            .await;
        assert_eq!(waiting, [""; 0], "{step}: a dose ends its appointment");
        let orphans = self
            .rows(
                "select c.session, c.appointment, c.state from claim c
                 where not exists (select 1 from person p where p.household = c.household and p.id = c.person)",
            )
            .await;
        assert_eq!(orphans, [""; 0], "{step}: nobody who is gone holds a place");
        let doses = self
            .rows(
                "select d.person, d.id, '' from dose d where not exists (
                     select 1 from person_key k where k.household = d.household and k.subject = d.person)",
            )
            .await;
        assert_eq!(doses, [""; 0], "{step}: nobody who had a dose is gone");
    }
}

async fn publish(test: &TestApp) -> SessionId {
    let slot = |hours: &&str| SlotPlan {
        slot: Slot::parse(hours).unwrap(),
        seats: vec![(DoseNumber::First, Quota::Online, SEATS)],
    };
    let plan = SessionPlan {
        id: None,
        centre: centre(1),
        day: test.app.today(),
        vaccine: Vaccine::Covishield,
        ages: AgeBand::new(18, None).unwrap(),
        slots: SLOTS.iter().map(slot).collect(),
    };
    test.app.add_sessions(vec![plan]).await.unwrap()[0]
}

/// So many rounds of so many operations at once; how often each succeeded.
async fn rounds(world: &Arc<World>, rounds: usize, at_once: usize, seed: u64) -> BTreeMap<What, usize> {
    let chance = SeededEntropy::new(seed);
    let mut done = BTreeMap::new();
    for round in 0..rounds {
        let mut tasks = Vec::new();
        for _ in 0..at_once {
            let mut bytes = [0; 4];
            chance.fill(&mut bytes);
            let (world, choice) = (Arc::clone(world), bytes.map(usize::from));
            tasks.push(tokio::spawn(async move { world.act(choice).await }));
        }
        for task in tasks {
            match task.await.unwrap() {
                Ok(what) => *done.entry(what).or_default() += 1,
                Err(Refusal::Unavailable(error)) => panic!("round {round}: {error}"),
                Err(_) => {}
            }
        }
        world.check(&format!("round {round}")).await;
        world.test.clock.advance_seconds(5_400 / rounds as i64);
    }
    done
}

#[store_test]
async fn in_any_order_seats_and_doses_agree(db: TestDb) {
    let world = Arc::new(World::new(db).await);
    let done = rounds(&world, 260, 1, 3).await;
    assert!(
        done.len() == 7 && done.values().all(|times| *times >= 3),
        "{done:?}"
    );
}

#[store_test]
async fn all_at_once_seats_and_doses_agree(db: TestDb) {
    let world = Arc::new(World::new(db).await);
    let done = rounds(&world, 40, 8, 4).await;
    assert!(done.len() == 7, "{done:?}");
}
