//! A session extended, stopped or moved: everybody is told, codes stay good, and no seat is sold twice or lost.

use std::sync::Arc;

use chrono::NaiveTime;
use pramaan_app::day::{Extension, Move};
use pramaan_app::{Refusal, StaffRole};
use pramaan_domain::centre::CentreId;
use pramaan_domain::dose::DoseNumber;
use pramaan_domain::session::Quota;
use pramaan_domain::visit::VisitAct;
use pramaan_store::Engine;
use pramaan_store::person;
use pramaan_store::testing::{MIGRATED, TestDb, store_test};
use proptest::prelude::*;
use tokio::sync::Notify;

use crate::support::*;

fn to(centre: i64, days: u64, day: &Day) -> Move {
    Move {
        centre: CentreId::from_number(centre).unwrap(),
        day: day.app.app.today() + chrono::Days::new(days),
        reason: reason(),
    }
}

#[store_test]
async fn a_session_that_is_extended_has_more_seats_and_its_people_are_told(db: TestDb) {
    let day = Day::open(db).await;
    let family = day.family(1, FIRST).await;
    let before = day.texts(&family).len();
    let until = |hour| Extension {
        until: NaiveTime::from_hms_opt(hour, 0, 0).unwrap(),
        seats: vec![(DoseNumber::First, Quota::WalkIn, 5)],
        reason: reason(),
    };
    let app = &day.app.app;
    let back = app
        .extend_session(&day.manager, day.session, until(13), "test")
        .await;
    assert!(matches!(back, Err(Refusal::Invalid { field: "until", .. })));
    app.extend_session(&day.manager, day.session, until(16), "test")
        .await
        .unwrap();
    let seats = day.seats(day.session).await;
    assert_eq!(seats_of(&seats, Quota::WalkIn), [(2, 0), (2, 0), (5, 0)]);
    assert_eq!(seats.slots[2].slot.to_string(), "02:00PM-04:00PM");
    let told = &day.texts(&family)[before..];
    assert!(told.len() == 1 && told[0].contains("open for longer"), "{told:?}");
}

#[store_test]
async fn a_session_that_stops_frees_its_people_at_once_and_who_is_at_a_table_gets_the_dose(db: TestDb) {
    let day = Day::open(db).await;
    let (first, second) = (day.family(1, FIRST).await, day.family(2, SECOND).await);
    let (app, places) = (&day.app.app, day.places().await);
    for place in &places {
        app.visit_step(&day.nurse, *place, VisitAct::CheckIn)
            .await
            .unwrap();
    }
    let open = day.open_record(&first, places[0]).await;
    let ended = app
        .stop_session(&day.manager, day.session, reason(), "test")
        .await
        .unwrap();
    assert_eq!((ended.moved, ended.ended), (0, 1));
    assert!(day.texts(&second).last().unwrap().contains("is cancelled"));
    // Who waited went because it stopped: nobody said that there was no vaccine.
    assert_eq!(day.count("visit_event where act = 'stopped'").await, 1);
    assert_eq!(day.count("visit_event where act = 'no_vaccine'").await, 0);
    day.vaccinate(&open).await;
    let board = day.board().await;
    assert_eq!(
        (board.observing.len(), board.to_come.len()),
        (1, 0),
        "the day goes on for who is here"
    );
    let seats = day.seats(day.session).await;
    let free = seats
        .slots
        .iter()
        .flat_map(|slot| &slot.seats)
        .map(|seats| seats.free());
    assert_eq!(free.sum::<i64>(), 0, "nobody books there any more");
    let claims = day.count("claim where state = 'booked'").await;
    assert_eq!(
        claims, 0,
        "who was sent away is free at once to book another session"
    );
}

#[store_test]
async fn a_moved_session_keeps_codes_and_slips_and_its_seats(db: TestDb) {
    let day = Day::open(db).await;
    let family = day.family(1, FIRST).await;
    let (app, code) = (&day.app.app, day.code(&family).await);
    let other_district = app
        .move_session(&day.manager, day.session, to(3, 1, &day), "test")
        .await;
    assert!(matches!(
        other_district,
        Err(Refusal::Invalid { field: "centre", .. })
    ));
    let nowhere = app
        .move_session(&day.manager, day.session, to(1, 0, &day), "test")
        .await;
    assert!(matches!(nowhere, Err(Refusal::Invalid { field: "day", .. })));
    let moved = app
        .move_session(&day.manager, day.session, to(2, 1, &day), "test")
        .await
        .unwrap();
    assert_eq!((moved.moved, moved.ended), (1, 0));
    assert_eq!(day.code(&family).await, code, "the slip stays good");
    let told = day.texts(&family).last().unwrap().clone();
    assert!(
        told.contains("has moved to: Fort dispensary 2, 23-11-2026, 11:00AM-12:00PM"),
        "{told}"
    );
    // At the other centre on the other day, the same four digits open the record.
    day.wait(24 * HOUR);
    let nurse = day.app.nurse("MH-0009", 2).await.staff;
    let place = app.roster_today(&nurse).await.unwrap()[0].place;
    let seats = day.seats(place.session).await;
    assert_eq!(seats_of(&seats, Quota::Online), [(10, 1), (10, 0)]);
    assert_eq!(seats_of(&seats, Quota::WalkIn), [(2, 0), (2, 0)]);
    let evidence = pramaan_app::encounter::Evidence::Code {
        place,
        code: code.parse().unwrap(),
    };
    app.begin_encounter(&nurse, evidence, "test").await.unwrap();
}

#[store_test]
async fn a_session_moves_no_further_ahead_than_a_new_one_may_be_published(db: TestDb) {
    let day = Day::open(db).await;
    let family = day.family(1, FIRST).await;
    let (app, told) = (&day.app.app, day.texts(&family).len());
    // A wrong digit in the year.
    for days in [61, 365] {
        let far = app
            .move_session(&day.manager, day.session, to(1, days, &day), "test")
            .await;
        assert!(
            matches!(far, Err(Refusal::Invalid { field: "day", .. })),
            "{days}: {far:?}"
        );
    }
    assert_eq!(day.texts(&family).len(), told, "nobody is told of it");
    app.move_session(&day.manager, day.session, to(1, 60, &day), "test")
        .await
        .unwrap();
    // A wrong day all the same: it moves back to its own, and to no other that is earlier.
    let moved = day.published().await;
    let between = app
        .move_session(&day.manager, moved, to(1, 3, &day), "test")
        .await;
    assert!(matches!(between, Err(Refusal::Invalid { field: "day", .. })));
    app.move_session(&day.manager, moved, to(1, 0, &day), "test")
        .await
        .unwrap();
    assert_eq!(day.places().await.len(), 1, "who was booked is expected again");
}

#[store_test]
async fn the_districts_admin_moves_a_session_of_the_district_and_of_no_other(db: TestDb) {
    let day = Day::open(db).await;
    let app = &day.app.app;
    let admin = |district| day.app.staff(StaffRole::DistrictAdmin, 0, district);
    let foreign = app
        .move_session(&admin(392), day.session, to(2, 1, &day), "test")
        .await;
    assert!(matches!(foreign, Err(Refusal::Forbidden)), "{foreign:?}");
    let nurse = app
        .move_session(&day.nurse, day.session, to(2, 1, &day), "test")
        .await;
    assert!(matches!(nurse, Err(Refusal::Forbidden)), "{nurse:?}");
    app.move_session(&admin(395), day.session, to(2, 1, &day), "test")
        .await
        .unwrap();
}

/// Only PostgreSQL has two writers at once.
#[tokio::test]
async fn a_stop_waits_for_the_table_of_an_open_record_before_it_locks_the_day() {
    let day = Day::open(TestDb::fresh(Engine::Postgres, MIGRATED).await).await;
    let family = day.family(1, FIRST).await;
    let (app, places) = (day.app.app.clone(), day.places().await);
    app.visit_step(&day.nurse, places[0], VisitAct::CheckIn)
        .await
        .unwrap();
    let subject = day.app.member(&family.citizen).await;
    let (locked, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (table, tell, wait) = (day.app.db.clone(), locked.clone(), go_on.clone());
    let table = tokio::spawn(async move {
        let opened = table.write("test::table", move |tx| {
            let (tell, wait) = (tell.clone(), wait.clone());
            Box::pin(async move {
                person::lock(tx, subject).await?;
                tell.notify_one();
                wait.notified().await;
                Ok::<_, pramaan_store::StoreError>(())
            })
        });
        opened.await
    });
    locked.notified().await;
    let (manager, session) = (day.manager.clone(), day.session);
    let stop = tokio::spawn(async move { app.stop_session(&manager, session, reason(), "test").await });
    let waiting = "pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    while day.count(waiting).await == 0 {
        tokio::task::yield_now().await;
    }
    let free = day.app.db.write("test::free", |tx| {
        Box::pin(async move {
            let rows = tx
                .query("select day from visit_day for update skip locked", &[])
                .await?;
            Ok::<_, pramaan_store::StoreError>(rows.len())
        })
    });
    let free = free.await;
    go_on.notify_one();
    assert_eq!(free.unwrap(), 1, "the table comes to the day first");
    table.await.unwrap().unwrap();
    stop.await.unwrap().unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(pramaan_testkit::cases(6)))]

    /// Whoever booked what, came, had the dose or cancelled: after the move each live booking has one seat, none is sold
    /// twice, and seats here and there are as many as before.
    #[test]
    fn a_move_conserves_every_seat_and_never_oversells(
        booked in proptest::collection::vec((any::<bool>(), 0_u8..4), 1..8),
        later in any::<bool>(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let day = Day::open(TestDb::fresh(Engine::Sqlite, MIGRATED).await).await;
            let capacity = |seats: &pramaan_store::session::SessionSeats| -> (i64, i64) {
                let all = || seats.slots.iter().flat_map(|slot| &slot.seats);
                (all().map(|one| one.capacity).sum(), all().map(|one| one.taken).sum())
            };
            let (mut live, mut given) = (0, 0);
            for ((first, what), n) in booked.iter().zip(1..) {
                let family = day.family(n, if *first { FIRST } else { SECOND }).await;
                match what {
                    0 => {
                        let app = &day.app.app;
                        let language = pramaan_app::message::Language::English;
                        app.cancel_appointment(&family.citizen, family.appointment, &[family.id], language, "test").await.unwrap();
                    }
                    1 => {
                        let places = day.board().await.to_come;
                        let place = places.iter().max_by_key(|one| (one.visitor.place.slot == i64::from(!*first), one.visitor.place.queue));
                        let open = day.open_record(&family, place.unwrap().visitor.place).await;
                        day.vaccinate(&open).await;
                        given += 1;
                    }
                    _ => live += 1,
                }
            }
            let before = capacity(&day.seats(day.session).await);
            let target = to(if later { 1 } else { 2 }, u64::from(later), &day);
            let moved = day.app.app.move_session(&day.manager, day.session, target, "test").await.unwrap();
            assert_eq!((moved.moved, moved.ended), (live, 0));
            let sessions = day.app.db.read("test::sessions", |tx| Box::pin(async move {
                let rows = tx.query("select id from session", &[]).await?;
                rows.iter().map(|row| row.parse(0)).collect::<Result<Vec<pramaan_domain::id::SessionId>, _>>()
            }));
            let mut after = (0, 0);
            for id in sessions.await.unwrap() {
                let seats = day.seats(id).await;
                for one in seats.slots.iter().flat_map(|slot| &slot.seats) {
                    assert!(one.taken <= one.capacity, "oversold");
                }
                let (all, taken) = capacity(&seats);
                // Of a session that was cancelled nothing can be booked.
                let counts = seats.session.state == pramaan_store::session::SessionState::Published;
                after = (after.0 + if counts { all } else { 0 }, after.1 + taken);
            }
            assert_eq!(after, before, "{given} doses were given");
        });
    }
}
