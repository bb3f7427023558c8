//! The close of a day with its figures, opened again with a reason, and late entries after it.

use chrono::Days;
use pramaan_app::Refusal;
use pramaan_app::day::{Closed, Closing, Figure, Move};
use pramaan_domain::centre::CentreId;
use pramaan_domain::visit::VisitAct;
use pramaan_store::testing::{TestDb, store_test};

use crate::support::*;

#[store_test]
async fn a_day_is_closed_with_its_figures_once_and_who_is_still_here_is_carried_with_a_reason(db: TestDb) {
    let day = Day::open(db).await;
    let (one, two) = (day.family(1, FIRST).await, day.family(2, FIRST).await);
    let (app, places) = (&day.app.app, day.places().await);
    let open = day.open_record(&one, places[0]).await;
    day.vaccinate(&open).await;
    app.visit_step(&day.nurse, places[0], VisitAct::Leave)
        .await
        .unwrap();
    app.visit_step(&day.nurse, places[1], VisitAct::CheckIn)
        .await
        .unwrap();
    let here = app.close_day(&day.manager, Closing::default()).await;
    assert!(matches!(here, Err(Refusal::StillHere { people: 1 })), "{here:?}");
    let carried = Closing {
        carried: Some(reason()),
    };
    let closed = app.close_day(&day.manager, carried.clone()).await.unwrap();
    let figure = |what| {
        closed
            .figures
            .iter()
            .filter(|one| one.what == what)
            .map(|one| one.n)
            .sum::<i64>()
    };
    assert_eq!(
        (
            figure(Figure::Given),
            figure(Figure::Came),
            figure(Figure::Carried)
        ),
        (1, 2, 1)
    );
    let given = closed
        .figures
        .iter()
        .find(|one| one.what == Figure::Given)
        .unwrap();
    assert_eq!(given.batch.as_ref().unwrap().1, batch());
    assert_eq!(closed.event.note, Some(reason()));
    let twice = app.close_day(&day.manager, carried).await;
    assert!(matches!(twice, Err(Refusal::DayMoved)));

    // What is entered late is recorded as ever, and counted as after the close.
    day.wait(MINUTE);
    let open = day.open_record(&two, places[1]).await;
    day.vaccinate(&open).await;
    let (count, stands) = app.day_count(&day.manager).await.unwrap();
    assert_eq!(stands.unwrap().after_close, 1);
    assert_eq!(count.given[0].n, 2);
    assert_eq!(day.board().await.after_close, 1);
}

#[store_test]
async fn a_closed_day_is_opened_again_with_a_reason_and_both_stay(db: TestDb) {
    let day = Day::open(db).await;
    let app = &day.app.app;
    let open = app.reopen_day(&day.manager, reason()).await;
    assert!(matches!(open, Err(Refusal::DayMoved)));
    app.close_day(&day.manager, Closing::default()).await.unwrap();
    app.reopen_day(&day.manager, reason()).await.unwrap();
    assert!(day.board().await.closed.is_none());
    app.close_day(&day.manager, Closing::default()).await.unwrap();
    assert!(day.board().await.closed.is_some());
    assert_eq!(
        day.count("day_event").await,
        3,
        "nothing is taken back from what happened"
    );
}

fn people(closed: &Closed) -> [i64; 4] {
    [Figure::Came, Figure::SentAway, Figure::NoShows, Figure::ToCome].map(|what| {
        let of = closed.figures.iter().filter(|one| one.what == what);
        of.map(|one| one.n).sum()
    })
}

#[store_test]
async fn who_did_not_come_is_counted_at_the_close_whether_their_seat_was_released_or_not(db: TestDb) {
    let day = Day::open(db).await;
    let came = day.family(1, FIRST).await;
    for n in [2, 3] {
        day.family(n, FIRST).await;
    }
    day.family(4, SECOND).await;
    let (app, places) = (&day.app.app, day.places().await);
    let open = day.open_record(&came, places[0]).await;
    day.vaccinate(&open).await;
    app.visit_step(&day.nurse, places[0], VisitAct::Leave)
        .await
        .unwrap();
    // Two are late by more than the grace; nobody tapped. The hours of the last have not ended.
    day.wait(2 * HOUR + 30 * MINUTE);
    let closed = app.close_day(&day.manager, Closing::default()).await.unwrap();
    assert_eq!(people(&closed), [1, 0, 2, 1]);
    app.reopen_day(&day.manager, reason()).await.unwrap();
    assert_eq!(
        app.release_no_shows(&day.manager, "test").await.unwrap().people,
        2
    );
    let closed = app.close_day(&day.manager, Closing::default()).await.unwrap();
    assert_eq!(people(&closed), [1, 0, 2, 1], "released or not");
    app.reopen_day(&day.manager, reason()).await.unwrap();
    day.wait(2 * HOUR);
    let closed = app.close_day(&day.manager, Closing::default()).await.unwrap();
    assert_eq!(people(&closed), [1, 0, 3, 0], "in the evening nobody is to come");
}

#[store_test]
async fn who_was_here_when_a_session_stopped_or_moved_is_counted_at_the_close(db: TestDb) {
    let day = Day::open(db).await;
    let first = day.family(1, FIRST).await;
    for n in [2, 3] {
        day.family(n, FIRST).await;
    }
    let (app, places) = (&day.app.app, day.places().await);
    let open = day.open_record(&first, places[0]).await;
    day.vaccinate(&open).await;
    app.visit_step(&day.nurse, places[0], VisitAct::Leave)
        .await
        .unwrap();
    app.visit_step(&day.nurse, places[1], VisitAct::CheckIn)
        .await
        .unwrap();
    let away = Move {
        centre: CentreId::from_number(1).unwrap(),
        day: app.today() + Days::new(1),
        reason: reason(),
    };
    app.move_session(&day.manager, day.session, away, "test")
        .await
        .unwrap();
    // One had the dose, one waited and was sent away, one is told to come tomorrow.
    let closed = app.close_day(&day.manager, Closing::default()).await.unwrap();
    assert_eq!(people(&closed), [2, 1, 0, 0]);
}

#[store_test]
async fn who_was_released_before_everybody_else_was_sent_away_is_counted_at_the_close(db: TestDb) {
    let day = Day::open(db).await;
    day.family(1, FIRST).await;
    day.family(2, SECOND).await;
    let app = &day.app.app;
    day.wait(2 * HOUR + 30 * MINUTE);
    app.release_no_shows(&day.manager, "test").await.unwrap();
    let place = day.places().await[0];
    app.visit_step(&day.nurse, place, VisitAct::CheckIn)
        .await
        .unwrap();
    app.stop_session(&day.manager, day.session, reason(), "test")
        .await
        .unwrap();
    let closed = app.close_day(&day.manager, Closing::default()).await.unwrap();
    assert_eq!(people(&closed), [1, 1, 1, 0]);
    let board = day.board().await;
    assert_eq!(board.on_site(), 0, "nobody is seen to any more");
}
