//! The close of a day with its figures, opened again with a reason, and late entries after it.

use pramaan_app::Refusal;
use pramaan_app::day::{Closing, Figure};
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
