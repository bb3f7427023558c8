//! No-shows: their seats go to walk-ins, they are told, and a late comer gets a seat that is left.

use chrono::{Days, NaiveTime};
use pramaan_app::appointment::{Booking, Seat};
use pramaan_app::day::{Extension, Move, Released};
use pramaan_app::encounter::{Evidence, WRONG_SLIPS_A_DAY};
use pramaan_app::member::{PhoneChange, Present};
use pramaan_app::message::Language;
use pramaan_app::otp::OtpDigest;
use pramaan_app::plan::WeekCopy;
use pramaan_app::walk_in::DeskMobile;
use pramaan_app::{Citizen, Face, Refusal, StaffRole};
use pramaan_domain::centre::CentreId;
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::dose::DoseNumber;
use pramaan_domain::mobile::Mobile;
use pramaan_domain::session::Quota;
use pramaan_domain::visit::VisitAct;
use pramaan_store::testing::{TestDb, store_test};

use crate::support::*;

/// Half an hour after the first slot, at 12:30.
const LATE: i64 = 2 * HOUR + 30 * MINUTE;

#[store_test]
async fn no_shows_are_released_in_one_tap_and_their_seats_become_walk_in_seats(db: TestDb) {
    let day = Day::open(db).await;
    let (came, missed) = (day.family(1, FIRST).await, day.family(2, FIRST).await);
    let later = day.family(3, SECOND).await;
    let (app, places) = (&day.app.app, day.places().await);
    app.visit_step(&day.nurse, places[0], VisitAct::CheckIn)
        .await
        .unwrap();
    day.wait(LATE - 1);
    let early = app.release_no_shows(&day.manager, "test").await.unwrap();
    assert_eq!(early, Released::default(), "half an hour is theirs");
    day.wait(1);
    assert_eq!(day.board().await.releasable, 1);
    let texts = day.texts(&missed).len();
    let released = app.release_no_shows(&day.manager, "test").await.unwrap();
    let one = Released {
        people: 1,
        seats: 1,
        untold: 0,
    };
    assert_eq!(released, one);
    let again = app.release_no_shows(&day.manager, "test").await.unwrap();
    assert_eq!(again, Released::default(), "once");

    let seats = day.seats(day.session).await;
    assert_eq!(seats_of(&seats, Quota::Online), [(9, 1), (10, 1)]);
    assert_eq!(seats_of(&seats, Quota::WalkIn), [(2, 0), (3, 0)]);
    let told = &day.texts(&missed)[texts..];
    assert_eq!(told.len(), 1);
    assert!(told[0].contains("did not come"), "{told:?}");
    assert!(
        day.texts(&came)
            .iter()
            .chain(&day.texts(&later))
            .all(|text| !text.contains("did not come"))
    );
    let board = day.board().await;
    assert_eq!(
        (board.no_shows.len(), board.waiting.len(), board.to_come.len()),
        (1, 1, 1)
    );
}

#[store_test]
async fn a_late_comer_gets_a_seat_that_is_left_with_the_same_slip(db: TestDb) {
    let day = Day::open(db).await;
    let family = day.family(1, FIRST).await;
    let (app, place) = (&day.app.app, day.places().await[0]);
    let code = day.code(&family).await;
    day.wait(LATE);
    app.release_no_shows(&day.manager, "test").await.unwrap();
    let visit = app.come_late(&day.nurse, place).await.unwrap();
    assert_eq!(visit.token, Some(1));
    let seats = day.seats(day.session).await;
    assert_eq!(seats_of(&seats, Quota::WalkIn), [(2, 0), (3, 1)]);
    assert_eq!(day.code(&family).await, code);
    let place = day.places().await[0];
    let open = day.open_record(&family, place).await;
    day.vaccinate(&open).await;
    let twice = app.come_late(&day.nurse, place).await;
    assert!(matches!(twice, Err(Refusal::UnknownAppointment)));
}

fn passport(number: &str) -> (DocumentType, DocumentNumber) {
    (DocumentType::Passport, DocumentNumber::parse(number).unwrap())
}

#[store_test]
async fn the_slip_and_the_document_of_a_late_comer_are_right_and_counted_for_nobody(db: TestDb) {
    let day = Day::open(db).await;
    let family = day.family(1, FIRST).await;
    let (app, place) = (&day.app.app, day.places().await[0]);
    let code = day.code(&family).await;
    day.wait(LATE);
    app.release_no_shows(&day.manager, "test").await.unwrap();
    let slip = |code: &str| Evidence::Slip {
        reference_id: family.id,
        code: code.parse().unwrap(),
    };
    let document = |number| {
        let (kind, number) = passport(number);
        Evidence::Document { kind, number }
    };
    // More often than wrong ones may be shown in a day.
    for _ in 0..=WRONG_SLIPS_A_DAY {
        for evidence in [slip(&code), document("Z1234501")] {
            let told = app.check_in_shown(&day.nurse, evidence).await;
            assert!(
                matches!(told, Err(Refusal::GivenUp { place: its }) if its == place),
                "{told:?}"
            );
        }
    }
    let opened = app.begin_encounter(&day.nurse, slip(&code), "test").await;
    assert!(matches!(opened, Err(Refusal::GivenUp { .. })), "{opened:?}");
    // A wrong one is what it was.
    let wrong = format!("{:04}", (code.parse::<u32>().unwrap() + 1) % 10_000);
    for evidence in [slip(&wrong), document("Z9999999")] {
        let refused = app.check_in_shown(&day.nurse, evidence).await;
        assert!(matches!(refused, Err(Refusal::NoMatch)), "{refused:?}");
    }
    // Seated again, the same slip opens the record.
    app.come_late(&day.nurse, place).await.unwrap();
    app.begin_encounter(&day.nurse, slip(&code), "test")
        .await
        .unwrap();
}

/// Nobody can write to them, so the screen says how many there are to be told at the door.
#[store_test]
async fn who_has_no_phone_is_counted_when_a_place_is_given_up(db: TestDb) {
    let day = Day::open(db).await;
    let app = &day.app.app;
    let (gone, late) = (day.family(1, FIRST).await, day.family(2, FIRST).await);
    app.report_own_number(&gone.citizen, "test").await.unwrap();
    day.wait(LATE);
    let before = day.texts(&gone).len();
    let released = app.release_no_shows(&day.manager, "test").await.unwrap();
    assert_eq!((released.people, released.untold), (2, 1));
    assert_eq!(day.texts(&gone).len(), before, "the number is somebody else's");
    let told = day.texts(&late).pop().unwrap();
    assert!(told.contains("Your place was given up"), "{told}");
}

#[store_test]
async fn who_has_no_phone_is_counted_when_a_session_moves_and_when_it_stops(db: TestDb) {
    let day = Day::open(db).await;
    let app = &day.app.app;
    let (gone, stays) = (day.family(1, FIRST).await, day.family(2, SECOND).await);
    app.report_own_number(&gone.citizen, "test").await.unwrap();
    let to = Move {
        centre: CentreId::from_number(2).unwrap(),
        day: app.today() + Days::new(1),
        reason: reason(),
    };
    let moved = app.move_session(&day.manager, day.session, to, "test").await;
    let moved = moved.unwrap();
    assert_eq!((moved.moved, moved.untold), (2, 1));
    assert!(day.texts(&stays).pop().unwrap().contains("has moved to"));
    let (there, admin) = (
        day.published().await,
        day.app.staff(StaffRole::DistrictAdmin, 0, 395),
    );
    let stopped = app.stop_session(&admin, there, reason(), "test").await.unwrap();
    assert_eq!((stopped.ended, stopped.untold), (2, 1));
}

/// Two people of one appointment at the first hours.
async fn two_of_one(day: &Day) -> Citizen {
    let citizen = day.app.citizen("9876543201").await;
    let members = vec![
        day.register(&citizen, "Z1234501").await,
        day.register(&citizen, "Z1234502").await,
    ];
    let booking = Booking {
        seat: Seat {
            session: day.session,
            slot: FIRST.to_owned(),
        },
        dose: 1,
        members,
        declaring: Vec::new(),
        idempotency_key: None,
        language: Language::English,
    };
    day.app.app.book(&citizen, booking, "test").await.unwrap();
    citizen
}

/// She waits at a seat of another slot than he: both are told of their own hours, of one appointment.
#[store_test]
async fn an_appointment_of_which_somebody_came_late_is_counted_once_when_its_session_moves(db: TestDb) {
    let day = Day::open(db).await;
    let app = &day.app.app;
    two_of_one(&day).await;
    let places = day.places().await;
    app.visit_step(&day.nurse, places[0], VisitAct::CheckIn)
        .await
        .unwrap();
    day.wait(LATE);
    let released = app.release_no_shows(&day.manager, "test").await.unwrap();
    assert_eq!(released.people, 1);
    app.come_late(&day.nurse, places[1]).await.unwrap();
    let to = Move {
        centre: CentreId::from_number(2).unwrap(),
        day: app.today() + Days::new(1),
        reason: reason(),
    };
    let moved = app.move_session(&day.manager, day.session, to, "test").await;
    let moved = moved.unwrap();
    assert_eq!((moved.moved, moved.ended), (1, 0));
}

#[store_test]
async fn of_a_group_whom_no_phone_sees_each_is_counted(db: TestDb) {
    let day = Day::open(db).await;
    let app = &day.app.app;
    let citizen = two_of_one(&day).await;
    app.report_own_number(&citizen, "test").await.unwrap();
    let cancelled = app.cancel_session(&day.manager, day.session, None, "test").await;
    let cancelled = cancelled.unwrap();
    assert_eq!((cancelled.ended, cancelled.untold), (1, 2));
}

#[store_test]
async fn of_a_group_on_two_phones_both_are_told_that_the_place_was_given_up(db: TestDb) {
    const OWN: &str = "9811111111";
    let day = Day::open(db).await;
    let app = &day.app.app;
    let citizen = day.app.citizen("9876543201").await;
    let first = day.register(&citizen, "Z1234501").await;
    let second = day.register(&citizen, "Z1234502").await;
    let booking = Booking {
        seat: Seat {
            session: day.session,
            slot: FIRST.to_owned(),
        },
        dose: 1,
        members: vec![first, second],
        declaring: Vec::new(),
        idempotency_key: None,
        language: Language::English,
    };
    app.book(&citizen, booking, "test").await.unwrap();
    let own = Mobile::parse(OWN).unwrap();
    let txn = app.send_desk_code(&day.nurse, own, Language::English);
    let mobile = DeskMobile {
        txn: txn.await.unwrap(),
        otp: OtpDigest::of(&day.app.code(OWN)),
    };
    let leaves = PhoneChange {
        present: Present::Desk {
            named: None,
            document: passport("Z1234502"),
        },
        mobile,
    };
    app.change_phone(&day.nurse, leaves, "test").await.unwrap();
    day.wait(LATE);
    let released = app.release_no_shows(&day.manager, "test").await.unwrap();
    assert_eq!(released.people, 2);
    for number in ["9876543201", OWN] {
        let sent = day.app.outbox.to(&Mobile::parse(number).unwrap());
        let told = sent.iter().filter(|sms| sms.text.contains("did not come"));
        assert_eq!(told.count(), 1, "{number}");
    }
}

#[store_test]
async fn a_week_that_is_copied_has_the_seats_of_the_plan_not_what_the_day_made_of_them(db: TestDb) {
    let day = Day::open(db).await;
    day.family(1, FIRST).await;
    let (app, today) = (&day.app.app, day.app.app.today());
    day.wait(LATE);
    app.release_no_shows(&day.manager, "test").await.unwrap();
    let extension = Extension {
        until: NaiveTime::from_hms_opt(16, 0, 0).unwrap(),
        seats: vec![(DoseNumber::First, Quota::WalkIn, 5)],
        reason: reason(),
    };
    app.extend_session(&day.manager, day.session, extension, "test")
        .await
        .unwrap();
    app.stop_session(&day.manager, day.session, reason(), "test")
        .await
        .unwrap();
    let week = WeekCopy {
        centre: day.seats(day.session).await.session.centre,
        from: today,
        to: today.checked_add_days(Days::new(7)).unwrap(),
    };
    let preview = app.week_preview(&day.manager, week).await.unwrap();
    let slots = &preview.sessions[0].plan.slots;
    let planned = [
        (DoseNumber::First, Quota::Online, 10),
        (DoseNumber::First, Quota::WalkIn, 2),
    ];
    assert_eq!(
        slots.len(),
        2,
        "hours that were added that day are not of the plan"
    );
    for slot in slots {
        assert_eq!(slot.seats, planned);
    }
}

#[store_test]
async fn who_booked_elsewhere_since_is_no_late_comer_and_with_no_seat_left_nobody_is(db: TestDb) {
    let day = Day::open(db).await;
    let (elsewhere, _) = (day.family(1, FIRST).await, day.family(2, FIRST).await);
    let (app, places) = (&day.app.app, day.places().await);
    day.wait(LATE);
    app.release_no_shows(&day.manager, "test").await.unwrap();
    let tomorrow = publish(&day.app, 1, app.today() + Days::new(1)).await;
    let booking = Booking {
        seat: Seat {
            session: tomorrow,
            slot: FIRST.to_owned(),
        },
        dose: 1,
        members: vec![elsewhere.id],
        declaring: Vec::new(),
        idempotency_key: None,
        language: Language::English,
    };
    app.book(&elsewhere.citizen, booking, "test").await.unwrap();
    let over = app.come_late(&day.nurse, places[0]).await;
    assert!(matches!(over, Err(Refusal::AppointmentOver)), "{over:?}");
    // Past the last slot there is no seat.
    day.wait(2 * HOUR);
    let full = app.come_late(&day.nurse, places[1]).await;
    assert!(matches!(full, Err(Refusal::Full)), "{full:?}");
}

#[store_test]
async fn who_booked_since_on_another_record_that_was_joined_by_merge_is_no_late_comer(db: TestDb) {
    let day = Day::open(db).await;
    let (missed, since) = (day.family(1, FIRST).await, day.family(2, SECOND).await);
    let (app, places) = (&day.app.app, day.places().await);
    day.wait(LATE);
    let released = app.release_no_shows(&day.manager, "test").await.unwrap();
    assert_eq!(released.people, 1);
    let place = places.into_iter().min_by_key(|place| place.slot).unwrap();
    day.app.join_records(&missed.citizen, &since.citizen).await;
    let refused = app.come_late(&day.nurse, place).await;
    assert!(matches!(refused, Err(Refusal::AppointmentOver)), "{refused:?}");
    let language = Language::English;
    app.cancel_appointment(&since.citizen, since.appointment, &[since.id], language, "test")
        .await
        .unwrap();
    app.come_late(&day.nurse, place).await.unwrap();
}

#[store_test]
async fn a_missed_appointment_on_a_shared_number_names_no_place_or_purpose(db: TestDb) {
    let day = Day::open(db).await;
    let family = day.family(1, FIRST).await;
    let pin = pramaan_domain::private_member::PrivatePin::choose("274913").unwrap();
    day.app.make_private(&family.mobile, 1, &pin).await;
    let _ = day.app.login(&family.mobile, Face::Pages).await;
    day.wait(LATE);
    let before = day.texts(&family).len();
    day.app.app.release_no_shows(&day.manager, "test").await.unwrap();
    let told = &day.texts(&family)[before..];
    assert_eq!(told.len(), 1);
    for word in ["Fort", "vaccin", "appointment", "place", "come"] {
        assert!(!told[0].contains(word), "{word}: {told:?}");
    }
}

#[store_test]
async fn without_the_log_nobody_is_released_and_nobody_loses_a_seat(db: TestDb) {
    let day = Day::open(db).await;
    day.family(1, FIRST).await;
    day.wait(LATE);
    day.app.break_log().await;
    let refused = day.app.app.release_no_shows(&day.manager, "test").await;
    assert!(matches!(refused, Err(Refusal::Unavailable(_))));
    let seats = day.seats(day.session).await;
    assert_eq!(seats_of(&seats, Quota::Online), [(10, 1), (10, 0)]);
}
