//! The booking queue under a crowd, the memory beside it, and what staff may do to a session.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::collections::BTreeSet;
use std::sync::Arc;

use pramaan_app::appointment::{Booking, ClaimState, Seat, Told};
use pramaan_app::availability::Place;
use pramaan_app::beneficiary::Registration;
use pramaan_app::import::{self, Bad};
use pramaan_app::message::Language;
use pramaan_app::session::Cancelled;
use pramaan_app::testing::{Setup, TestApp};
use pramaan_app::{Citizen, Comorbidity, Refusal, StaffRole};
use pramaan_domain::access::{ActorClass, Purpose};
use pramaan_domain::birth::BirthYear;
use pramaan_domain::centre::CentreId;
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::dose::DoseNumber;
use pramaan_domain::gender::Gender;
use pramaan_domain::id::SessionId;
use pramaan_domain::mobile::Mobile;
use pramaan_domain::name::PersonName;
use pramaan_domain::reference_id::ReferenceId;
use pramaan_store::db::Transcript;
use pramaan_store::testing::{TestDb, store_test};
use pramaan_store::{StoreError, Value, session};
use tokio::task::JoinSet;

const SLOT: &str = "11:00AM-01:00PM";
const HEADER: &str = "id,centre_id,date,vaccine,min_age,slots,seats\n";
const ONE: &str = "5b0f3f0e-5f2f-4a39-9d6b-0c6f4c1f7a01";
const TWO: &str = "5b0f3f0e-5f2f-4a39-9d6b-0c6f4c1f7a02";

/// Two sessions of tomorrow at one centre, with so many seats for first doses.
async fn start(seats: [u16; 2]) -> Arc<TestApp> {
    offering(TestApp::on_sqlite(Setup::default()).await, seats).await
}

async fn offering(test: TestApp, seats: [u16; 2]) -> Arc<TestApp> {
    let centres = "id,name,address,district_id,pincode,opens,closes,kind\n\
        561001,Fort Clinic,Bora Bazar,395,400001,09:00,17:00,government\n";
    import::centres(&test.app, centres.as_bytes(), Bad::RefusesAll, &mut |_, _| {})
        .await
        .unwrap();
    let row = |id, seats| format!("{id},561001,2026-11-23,COVISHIELD,18,{SLOT},1:online:{seats}\n");
    let text = [HEADER.to_owned(), row(ONE, seats[0]), row(TWO, seats[1])].concat();
    import::sessions(&test.app, text.as_bytes(), Bad::RefusesAll, &mut |_, _| {})
        .await
        .unwrap();
    Arc::new(test)
}

async fn family(test: &TestApp, n: usize, members: usize) -> (Citizen, Vec<ReferenceId>) {
    let citizen = test.citizen(&format!("9{n:09}")).await;
    let mut ids = Vec::new();
    for member in 0..members {
        let registration = Registration {
            name: PersonName::parse("Asha Devi").unwrap(),
            birth_year: BirthYear::parse("1980", test.app.today()).unwrap(),
            birth_date: None,
            gender: Gender::Female,
            document_type: DocumentType::from_id(8).unwrap(),
            document_number: DocumentNumber::parse(&format!("Z{n:05}{member}")).unwrap(),
            comorbidity: Comorbidity::None,
            consent_version: "1".to_owned(),
        };
        ids.push(test.app.register(&citizen, registration).await.unwrap());
    }
    (citizen, ids)
}

fn id(text: &str) -> SessionId {
    text.parse().unwrap()
}

fn booking(session: &str, members: &[ReferenceId]) -> Booking {
    Booking {
        seat: Seat {
            session: id(session),
            slot: SLOT.to_owned(),
        },
        dose: 1,
        members: members.to_vec(),
        declaring: Vec::new(),
        idempotency_key: None,
        language: Language::English,
    }
}

fn free(test: &TestApp, session: &str) -> u32 {
    let view = test
        .app
        .availability()
        .session(id(session), test.app.now())
        .unwrap();
    view.sessions[0].free(DoseNumber::First)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crowd_gets_exactly_the_seats_there_are() {
    let test = start([7, 5]).await;
    let mut tasks = Vec::new();
    for n in 0..60 {
        let (citizen, ids) = family(&test, n, 1).await;
        for session in [ONE, TWO] {
            let (test, citizen, ids) = (Arc::clone(&test), citizen.clone(), ids.clone());
            tasks.push(tokio::spawn(async move {
                test.app.book(&citizen, booking(session, &ids), "test").await
            }));
        }
    }
    let (mut booked, mut full, mut twice) = (0, 0, 0);
    for task in tasks {
        match task.await.unwrap() {
            Ok(_) => booked += 1,
            Err(Refusal::Full) => full += 1,
            Err(Refusal::AlreadyBooked) => twice += 1,
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!((booked, full + twice), (12, 108));
    assert_eq!(
        (free(&test, ONE), free(&test, TWO)),
        (0, 0),
        "the memory knows before anybody is answered"
    );
}

#[tokio::test]
async fn an_appointment_is_listed_with_its_place_and_its_reads_are_on_record() {
    let test = start([5, 5]).await;
    let (citizen, ids) = family(&test, 1, 2).await;
    let appointment = test
        .app
        .book(&citizen, booking(ONE, &ids), "POST /book")
        .await
        .unwrap();
    let listed = test.app.appointments(&citizen).await.unwrap();
    assert_eq!(listed.len(), 2);
    assert!(
        listed
            .iter()
            .all(|one| one.id == appointment && one.state == ClaimState::Booked)
    );
    assert_eq!(
        (
            listed[0].centre.name.as_str(),
            listed[0].slot.to_string().as_str()
        ),
        ("Fort Clinic", SLOT)
    );
    let slip = test.app.slip(&citizen, appointment, "GET /slip").await.unwrap();
    assert_eq!(slip.members.len(), 2);
    assert!(
        slip.members
            .iter()
            .all(|member| member.code.len() == 4 && ids.contains(&member.reference_id))
    );
    let access = test
        .app
        .access_list(&citizen, ids[0], None, "GET /list")
        .await
        .unwrap();
    let purposes: Vec<_> = access
        .new_devices
        .iter()
        .flat_map(|device| device.purposes.clone())
        .chain(access.folded.iter().map(|f| f.purpose))
        .collect();
    for purpose in [Purpose::Booking, Purpose::AppointmentSlip, Purpose::Notification] {
        assert!(purposes.contains(&purpose), "{purpose:?} in {purposes:?}");
    }
    assert!(
        access
            .folded
            .iter()
            .any(|folded| folded.class == ActorClass::Machine),
        "the text message"
    );
}

#[tokio::test]
async fn a_refused_booking_opens_nobody() {
    let test = start([0, 5]).await;
    let (citizen, ids) = family(&test, 1, 1).await;
    let (_, strangers) = family(&test, 2, 1).await;
    let unknown = "5b0f3f0e-5f2f-4a39-9d6b-0c6f4c1f7a99";
    for (wanted, refused) in [
        (
            booking(unknown, &ids),
            "no such session, or it is not open for booking",
        ),
        (booking(TWO, &strangers), "no such beneficiary in this household"),
        (
            booking(TWO, &[]),
            "beneficiaries: give the reference ids of 1 to 6 members",
        ),
    ] {
        assert_eq!(
            test.app
                .book(&citizen, wanted, "test")
                .await
                .unwrap_err()
                .to_string(),
            refused
        );
    }
    let access = test
        .app
        .access_list(&citizen, ids[0], None, "GET /list")
        .await
        .unwrap();
    assert!(
        access
            .folded
            .iter()
            .all(|folded| folded.purpose != Purpose::Booking)
    );
}

#[tokio::test]
async fn a_cancelled_session_moves_its_people_and_tells_them() {
    let test = start([6, 1]).await;
    // Each alone on their number: only they are told what became of the appointment.
    for n in 0..2 {
        let (citizen, ids) = family(&test, n, 1).await;
        test.app.book(&citizen, booking(ONE, &ids), "test").await.unwrap();
    }
    let vaccinator = test.staff(StaffRole::Vaccinator, 561_001, 395);
    let elsewhere = test.staff(StaffRole::SiteManager, 561_002, 395);
    for staff in [&vaccinator, &elsewhere] {
        let refused = test.app.cancel_session(staff, id(ONE), None, "test").await;
        assert!(matches!(refused, Err(Refusal::Forbidden)));
    }
    let manager = test.staff(StaffRole::SiteManager, 561_001, 395);
    let cancelled = test
        .app
        .cancel_session(&manager, id(ONE), Some(id(TWO)), "test")
        .await
        .unwrap();
    assert_eq!(
        cancelled,
        Cancelled {
            moved: 1,
            ended: 1,
            untold: 0
        }
    );
    let told = |n: usize| {
        let sent = test.outbox.to(&Mobile::parse(&format!("9{n:09}")).unwrap());
        sent.last().unwrap().text.clone()
    };
    let texts = [told(0), told(1)].concat();
    assert!(texts.contains("moved") && texts.contains("cancelled"), "{texts}");
    let view = test.app.availability().view(
        Place::Centre(CentreId::from_number(561_001).unwrap()),
        test.app.now(),
    );
    assert_eq!(
        view.centres[0].sessions.len(),
        1,
        "nobody is shown a cancelled session"
    );
    let (citizen, ids) = family(&test, 9, 1).await;
    assert!(matches!(
        test.app.book(&citizen, booking(ONE, &ids), "test").await,
        Err(Refusal::SessionCancelled)
    ));
    assert!(matches!(
        test.app.book(&citizen, booking(TWO, &ids), "test").await,
        Err(Refusal::Full)
    ));
    let today = test.app.today();
    let days = (today, today + chrono::Days::new(7));
    let centre = CentreId::from_number(561_001).unwrap();
    assert_eq!(
        test.app.sessions_of(&manager, centre, days).await.unwrap().len(),
        2
    );
    assert!(matches!(
        test.app.sessions_of(&elsewhere, centre, days).await,
        Err(Refusal::Forbidden)
    ));
}

/// The plan of a statement on SQLite, a step a line. Without statistics it does not depend on what the tables hold.
async fn plan(test: &TestApp, statement: String) -> Vec<String> {
    let planned = test.db.read("test::plan", move |tx| {
        Box::pin(async move {
            let parameters = statement
                .split('$')
                .skip(1)
                .filter_map(|rest| rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok());
            let nothing = vec![Value::Null; parameters.max().unwrap_or(0)];
            let rows = tx
                .query(&format!("explain query plan {statement}"), &nothing)
                .await?;
            rows.iter()
                .map(|row| Ok(row.text(3)?.to_owned()))
                .collect::<Result<_, StoreError>>()
        })
    });
    planned.await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_statement_of_a_booking_reads_a_whole_table() {
    let transcript = Transcript::default();
    let setup = Setup {
        transcript: Some(transcript.clone()),
        ..Setup::default()
    };
    let test = offering(TestApp::on_sqlite(setup).await, [500, 500]).await;
    let mut crowd = Vec::new();
    for n in 0..60 {
        crowd.push(family(&test, n, 2).await);
    }
    transcript.take();
    let mut tasks = JoinSet::new();
    for (n, (citizen, ids)) in crowd.into_iter().enumerate() {
        let test = Arc::clone(&test);
        let booking = Booking {
            idempotency_key: Some(n.to_string()),
            ..booking([ONE, TWO][n % 2], &ids)
        };
        tasks.spawn(async move { test.app.book(&citizen, booking, "test").await.unwrap() });
    }
    tasks.join_all().await;
    let many: Vec<_> = (0..300)
        .map(|_| SessionId::from_random(test.sealer.random()))
        .collect();
    let seen = test.db.transcribed(&transcript);
    let read = seen.read("test::many", move |tx| {
        Box::pin(async move { session::with_seats(tx, &many).await })
    });
    assert_eq!(read.await.unwrap(), []);
    let mut statements = transcript.take();
    statements.retain(|line| line.trim_start().starts_with("--"));
    assert!(
        statements
            .iter()
            .any(|line| line.contains("store::appointment::count_seats"))
    );
    let mut found = BTreeSet::new();
    for statement in statements {
        let name = statement.lines().next().unwrap().trim().to_owned();
        for step in plan(&test, statement).await {
            if reads_a_whole_table(&step) {
                found.insert(format!("{name}: {step}"));
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

/// `v` and values are the list that came with the statement; an automatic index is a table read to make it.
fn reads_a_whole_table(step: &str) -> bool {
    let harmless = |scanned: &str| {
        scanned == "v"
            || ["CONSTANT ROW", "CONSTANT ROWS", "VALUES CLAUSE"]
                .iter()
                .any(|end| scanned.ends_with(end))
    };
    step.contains("AUTOMATIC")
        || step
            .strip_prefix("SCAN ")
            .is_some_and(|scanned| !harmless(scanned))
}

#[tokio::test]
async fn another_nodes_bookings_show_after_the_next_refresh() {
    let test = start([5, 5]).await;
    let other = test.second_node();
    other.refresh_availability().await.unwrap();
    let (citizen, ids) = family(&test, 1, 1).await;
    test.app.book(&citizen, booking(ONE, &ids), "test").await.unwrap();
    let seen = || {
        other
            .availability()
            .session(id(ONE), other.now())
            .unwrap()
            .sessions[0]
            .free(DoseNumber::First)
    };
    assert_eq!(seen(), 5);
    other.refresh_availability().await.unwrap();
    assert_eq!(seen(), 4);
    // All this at one instant of the clock: what changed again is not taken for what is known.
    let manager = test.staff(StaffRole::SiteManager, 561_001, 395);
    let cancelled = test.app.cancel_session(&manager, id(ONE), None, "test").await;
    cancelled.unwrap();
    other.refresh_availability().await.unwrap();
    assert!(other.availability().session(id(ONE), other.now()).is_none());
}

#[tokio::test]
async fn an_appointment_to_come_keeps_its_person_and_a_missed_one_does_not() {
    let test = start([5, 5]).await;
    let (citizen, ids) = family(&test, 1, 1).await;
    test.app.book(&citizen, booking(ONE, &ids), "test").await.unwrap();
    let refused = test.app.delete_beneficiary(&citizen, ids[0]).await;
    assert!(matches!(refused, Err(Refusal::HasAppointment)), "{refused:?}");
    test.clock.advance_seconds(2 * 86_400);
    test.app.delete_beneficiary(&citizen, ids[0]).await.unwrap();
    assert!(test.app.appointments(&citizen).await.unwrap().is_empty());
}

/// Messages ever queued.
async fn queued(test: &TestApp) -> i64 {
    let counted = test.db.read("test::queued", |tx| {
        Box::pin(async move { tx.query_one("select count(*) from outbox", &[]).await?.int(0) })
    });
    counted.await.unwrap()
}

async fn alter(test: &TestApp, sql: &'static str) {
    let altered: Result<_, StoreError> = test
        .db
        .write("test::alter", move |tx| {
            Box::pin(async move { tx.execute(sql, &[]).await })
        })
        .await;
    altered.unwrap();
}

const BREAK_OUTBOX: &str = "alter table outbox rename to outbox_gone";
const MEND_OUTBOX: &str = "alter table outbox_gone rename to outbox";

async fn sessions_of(test: &TestApp, citizen: &Citizen) -> Vec<SessionId> {
    let listed = test.app.appointments(citizen).await.unwrap();
    listed.iter().map(|one| one.session).collect()
}

/// What is acknowledged has its message in the outbox by the same commit, so without an outbox nothing happens at all.
#[store_test]
async fn a_change_and_its_message_are_one(db: TestDb) {
    let test = offering(TestApp::start(db).await, [6, 6]).await;
    let manager = test.staff(StaffRole::SiteManager, 561_001, 395);
    let seats = |test: &TestApp| (free(test, ONE), free(test, TWO));
    let mut families = Vec::new();
    for n in 0..2 {
        let (citizen, ids) = family(&test, n, 2).await;
        alter(&test, BREAK_OUTBOX).await;
        let refused = test.app.book(&citizen, booking(ONE, &ids), "test").await;
        assert!(matches!(refused, Err(Refusal::Unavailable(_))), "{refused:?}");
        assert!(sessions_of(&test, &citizen).await.is_empty());
        alter(&test, MEND_OUTBOX).await;
        test.app.refresh_availability().await.unwrap();
        assert_eq!(
            (free(&test, ONE), queued(&test).await),
            (6 - 2 * n as u32, n as i64)
        );
        let id = test.app.book(&citizen, booking(ONE, &ids), "test").await.unwrap();
        assert_eq!(queued(&test).await, n as i64 + 1);
        families.push((citizen, ids, id));
    }

    let (citizen, ids, appointment) = &families[0];
    let to = booking(TWO, ids).seat;
    let reschedule = || {
        test.app
            .reschedule(citizen, *appointment, &to, Language::English, "test")
    };
    let cancel = || {
        test.app
            .cancel_appointment(citizen, *appointment, &ids[..1], Language::English, "test")
    };
    let close = || test.app.cancel_session(&manager, id(ONE), Some(id(TWO)), "test");
    alter(&test, BREAK_OUTBOX).await;
    assert!(matches!(reschedule().await, Err(Refusal::Unavailable(_))));
    assert!(matches!(cancel().await, Err(Refusal::Unavailable(_))));
    assert!(matches!(close().await, Err(Refusal::Unavailable(_))));
    alter(&test, MEND_OUTBOX).await;
    test.app.refresh_availability().await.unwrap();
    assert_eq!((seats(&test), queued(&test).await), ((2, 6), 2));
    for (citizen, ..) in &families {
        assert_eq!(sessions_of(&test, citizen).await, [id(ONE), id(ONE)]);
    }

    reschedule().await.unwrap();
    assert_eq!((seats(&test), queued(&test).await), ((4, 4), 3));
    reschedule().await.unwrap();
    assert_eq!(queued(&test).await, 3, "nothing changed, nobody is written to");
    cancel().await.unwrap();
    assert_eq!((seats(&test), queued(&test).await), ((4, 5), 4));
    assert_eq!(
        close().await.unwrap(),
        Cancelled {
            moved: 1,
            ended: 0,
            untold: 0
        }
    );
    assert_eq!((free(&test, TWO), queued(&test).await), (3, 5));
    for (n, expected) in [(0, 3), (1, 2)] {
        let sent = test.outbox.to(&Mobile::parse(&format!("9{n:09}")).unwrap());
        assert_eq!(sent.len(), expected);
    }
}

#[store_test]
async fn a_refused_booking_queues_nothing(db: TestDb) {
    let test = offering(TestApp::start(db).await, [2, 2]).await;
    let mut tasks = Vec::new();
    for n in 0..8 {
        let (citizen, ids) = family(&test, n, 1).await;
        let test = Arc::clone(&test);
        tasks.push(tokio::spawn(async move {
            test.app.book(&citizen, booking(ONE, &ids), "test").await.is_ok()
        }));
    }
    let mut booked = 0;
    for task in tasks {
        booked += i64::from(task.await.unwrap());
    }
    assert_eq!((booked, queued(&test).await), (2, 2));
}

#[store_test]
async fn a_number_that_was_erased_keeps_nobody_from_booking(db: TestDb) {
    let test = offering(TestApp::start(db).await, [5, 5]).await;
    let (citizen, ids) = family(&test, 1, 1).await;
    alter(&test, "delete from person_key where household = subject").await;
    let appointment = test.app.book(&citizen, booking(ONE, &ids), "test").await.unwrap();
    let cancelled = test
        .app
        .cancel_appointment(&citizen, appointment, &ids, Language::English, "test");
    assert_eq!(cancelled.await.unwrap(), Told::Nothing);
    assert_eq!((free(&test, ONE), queued(&test).await), (5, 0));
}

#[store_test]
async fn without_the_log_a_seat_is_given_back_and_none_is_moved(db: TestDb) {
    let test = offering(TestApp::start(db).await, [5, 5]).await;
    let manager = test.staff(StaffRole::SiteManager, 561_001, 395);
    let (citizen, ids) = family(&test, 1, 1).await;
    let appointment = test.app.book(&citizen, booking(ONE, &ids), "test").await.unwrap();
    test.break_log().await;
    let closed = test
        .app
        .cancel_session(&manager, id(ONE), Some(id(TWO)), "test")
        .await;
    assert!(matches!(closed, Err(Refusal::Unavailable(_))), "{closed:?}");
    let to = booking(TWO, &ids).seat;
    let moved = test
        .app
        .reschedule(&citizen, appointment, &to, Language::English, "test")
        .await;
    assert!(matches!(moved, Err(Refusal::Unavailable(_))), "{moved:?}");
    assert_eq!((free(&test, ONE), free(&test, TWO)), (4, 5));
    let cancelled = test
        .app
        .cancel_appointment(&citizen, appointment, &ids, Language::English, "test");
    assert_eq!(cancelled.await.unwrap(), Told::Nothing, "and the answer says so");
    assert_eq!((free(&test, ONE), queued(&test).await), (5, 1));
    test.mend_log().await;
    let appointment = test.app.book(&citizen, booking(ONE, &ids), "test").await.unwrap();
    let cancelled = test
        .app
        .cancel_appointment(&citizen, appointment, &ids, Language::English, "test");
    assert_eq!(cancelled.await.unwrap(), Told::ByMessage);
    assert_eq!(queued(&test).await, 3);
}
