//! A visit from the door to the way home; nothing of it opens a record.

use pramaan_app::encounter::Evidence;
use pramaan_app::{Refusal, StaffRole};
use pramaan_domain::visit::{SentAway, VisitAct, VisitState};
use pramaan_store::testing::{TestDb, store_test};

use crate::support::*;

#[store_test]
async fn a_visit_goes_from_the_door_by_token_to_the_table_and_home(db: TestDb) {
    let day = Day::open(db).await;
    let (one, two) = (day.family(1, FIRST).await, day.family(2, FIRST).await);
    let (app, places) = (&day.app.app, day.places().await);
    let entries = day.count("access_leaf").await;
    // Who arrives first is called first, whatever was booked.
    let second = app
        .visit_step(&day.nurse, places[1], VisitAct::CheckIn)
        .await
        .unwrap();
    let first = app
        .visit_step(&day.nurse, places[0], VisitAct::CheckIn)
        .await
        .unwrap();
    assert_eq!((second.token, first.token), (Some(1), Some(2)));
    let board = day.board().await;
    assert_eq!(board.next().unwrap().visitor.place, places[1]);
    let twice = app.visit_step(&day.nurse, places[0], VisitAct::CheckIn).await;
    assert!(matches!(twice, Err(Refusal::VisitMoved)));

    app.visit_step(&day.nurse, places[1], VisitAct::Call)
        .await
        .unwrap();
    let called_twice = app.visit_step(&day.nurse, places[1], VisitAct::Call).await;
    assert!(
        matches!(called_twice, Err(Refusal::VisitMoved)),
        "two nurses, one token"
    );
    app.visit_step(&day.nurse, places[1], VisitAct::PutBack)
        .await
        .unwrap();
    assert_eq!(day.board().await.waiting.len(), 2);
    assert_eq!(day.count("access_leaf").await, entries, "nothing was opened");

    let open = day.open_record(&two, places[1]).await;
    assert_eq!(day.board().await.at_table.len(), 1);
    day.vaccinate(&open).await;
    let board = day.board().await;
    let [observed] = board.observing.as_slice() else {
        panic!("{board:?}")
    };
    assert_eq!((observed.token, observed.state), (Some(1), VisitState::Observing));
    assert_eq!(
        observed.may_go_at(),
        day.app.clock.now().plus_seconds(30 * MINUTE)
    );
    day.wait(31 * MINUTE);
    assert!(day.board().await.observing[0].may_go_at() < day.app.clock.now());

    app.visit_step(&day.nurse, places[1], VisitAct::Leave)
        .await
        .unwrap();
    app.visit_step(&day.nurse, places[1], VisitAct::UndoLeave)
        .await
        .unwrap();
    let again = day.board().await.observing[0].clone();
    assert_eq!(again.may_go_at(), observed.may_go_at(), "the observation went on");
    app.visit_step(&day.nurse, places[1], VisitAct::Leave)
        .await
        .unwrap();
    let more = app.visit_step(&day.nurse, places[1], VisitAct::UndoLeave).await;
    assert!(matches!(more, Err(Refusal::VisitMoved)), "once");
    assert_eq!(day.board().await.left.len(), 1);
    let _ = one;
    // Each step is an event, and none was lost or changed.
    assert_eq!(day.count("visit_event").await, 9);
}

#[store_test]
async fn a_check_in_is_undone_and_the_next_one_gets_a_new_token(db: TestDb) {
    let day = Day::open(db).await;
    day.family(1, FIRST).await;
    let (app, place) = (&day.app.app, day.places().await[0]);
    app.visit_step(&day.nurse, place, VisitAct::CheckIn)
        .await
        .unwrap();
    let undone = app
        .visit_step(&day.nurse, place, VisitAct::UndoCheckIn)
        .await
        .unwrap();
    assert_eq!((undone.token, undone.state), (None, VisitState::Expected));
    assert_eq!(day.board().await.to_come.len(), 1);
    let again = app
        .visit_step(&day.nurse, place, VisitAct::CheckIn)
        .await
        .unwrap();
    assert_eq!(again.token, Some(2), "a token is never given twice");
}

#[store_test]
async fn a_slip_checks_in_and_opens_nothing_and_a_wrong_code_is_counted(db: TestDb) {
    let day = Day::open(db).await;
    let family = day.family(1, FIRST).await;
    let app = &day.app.app;
    let code = day.code(&family).await;
    let entries = day.count("access_leaf").await;
    let slip = |code: &str| Evidence::Slip {
        reference_id: family.id,
        code: code.parse().unwrap(),
    };
    let wrong = format!("{:04}", (code.parse::<u32>().unwrap() + 1) % 10_000);
    let refused = app.check_in_shown(&day.nurse, slip(&wrong)).await;
    assert!(matches!(refused, Err(Refusal::NoMatch)), "{refused:?}");
    assert_eq!(day.board().await.waiting.len(), 0);
    let (_, visit) = app.check_in_shown(&day.nurse, slip(&code)).await.unwrap();
    let (_, again) = app.check_in_shown(&day.nurse, slip(&code)).await.unwrap();
    assert_eq!(
        (visit.token, again.token),
        (Some(1), Some(1)),
        "shown twice is one visit"
    );
    assert_eq!(day.count("access_leaf").await, entries, "nothing was opened");
}

#[store_test]
async fn who_is_sent_away_can_come_back_and_a_dose_is_recorded_whatever_the_list_says(db: TestDb) {
    let day = Day::open(db).await;
    let family = day.family(1, FIRST).await;
    let (app, place) = (&day.app.app, day.places().await[0]);
    let early = app
        .visit_step(&day.nurse, place, VisitAct::SendAway(SentAway::Refused))
        .await;
    assert!(matches!(early, Err(Refusal::VisitMoved)));
    app.visit_step(&day.nurse, place, VisitAct::CheckIn)
        .await
        .unwrap();
    let away = VisitAct::SendAway(SentAway::Unwell);
    app.visit_step(&day.nurse, place, away).await.unwrap();
    assert_eq!(
        day.board().await.sent_away[0].state,
        VisitState::SentAway(SentAway::Unwell)
    );
    let open = day.open_record(&family, place).await;
    day.vaccinate(&open).await;
    assert_eq!(day.board().await.observing.len(), 1);
}

#[store_test]
async fn only_those_at_work_here_see_the_day_and_move_it(db: TestDb) {
    let day = Day::open(db).await;
    day.family(1, FIRST).await;
    let (app, place) = (&day.app.app, day.places().await[0]);
    let off = day
        .app
        .enrolled("MH-0002", StaffRole::Vaccinator, Some(1))
        .await
        .staff;
    assert!(matches!(app.day_board(&off).await, Err(Refusal::OffRoster)));
    let elsewhere = day.app.nurse("MH-0003", 2).await.staff;
    let refused = app.visit_step(&elsewhere, place, VisitAct::CheckIn).await;
    assert!(matches!(refused, Err(Refusal::UnknownAppointment)));
    let admin = day
        .app
        .enrolled("DA-0001", StaffRole::DistrictAdmin, None)
        .await
        .staff;
    assert!(matches!(app.day_board(&admin).await, Err(Refusal::Forbidden)));
    assert_eq!(app.day_board(&day.manager).await.unwrap().to_come.len(), 1);
    let released = app.release_no_shows(&day.nurse, "test").await;
    assert!(matches!(released, Err(Refusal::Forbidden)));
    let closed = app.close_day(&day.nurse, Default::default()).await;
    assert!(matches!(closed, Err(Refusal::Forbidden)));
}
