//! The public report counts people by gender and by age group, and shows nobody apart.

use pramaan_app::report::{Area, Report};
use pramaan_app::testing::TestApp;
use pramaan_domain::birth::BirthYear;
use pramaan_domain::gender::Gender;
use pramaan_domain::place::DistrictId;
use pramaan_domain::tally::Cell;
use pramaan_domain::time::CivilDate;
use pramaan_store::report;
use pramaan_store::testing::{TestDb, store_test};

use crate::support::*;

const MUMBAI: i64 = 395;
const DAY: i64 = 86_400;

fn district(id: i64) -> DistrictId {
    DistrictId::from_number(id).unwrap()
}

/// Doses of others, as recording them would count them.
async fn others(app: &TestApp, at: i64, (gender, born): (Gender, &str), times: usize) {
    let on = app.app.today();
    let born = BirthYear::parse(born, on).unwrap();
    let cells = (Cell::of_gender(gender), Cell::of_age(born, on));
    let counted = app.db.write("test::tally", move |tx| {
        Box::pin(async move {
            for _ in 0..times {
                report::tally(tx, (district(at), on), cells).await?;
            }
            Ok::<_, pramaan_store::StoreError>(())
        })
    });
    counted.await.unwrap();
}

async fn report_of(app: &TestApp, area: Area, date: CivilDate) -> Report {
    app.app.report(area, date).await.unwrap()
}

#[store_test]
async fn people_are_counted_with_their_dose_and_shown_by_fives_when_the_day_is_over(db: TestDb) {
    let site = Site::open(db).await;
    let (app, day) = (&site.app, site.app.app.today());
    others(app, MUMBAI, (Gender::Female, "1980"), 4).await;
    others(app, MUMBAI, (Gender::Male, "1960"), 9).await;
    others(app, MUMBAI, (Gender::Transgender, "1960"), 2).await;
    let area = Area::District(district(MUMBAI));
    app.clock.advance_seconds(60);
    let open = site.open_record().await;
    app.app
        .record_dose(&site.staff, open.key, site.dose(), "test")
        .await
        .unwrap();
    let entries = site.count("access_leaf").await;

    app.clock.advance_seconds(60);
    let live = report_of(app, area, day).await;
    assert_eq!(live.doses.all(), 1, "the dose itself is counted at once");
    for cell in Cell::ALL {
        let shown = (live.people.count(cell), live.today_people.count(cell));
        assert_eq!(shown, (0, 0), "{cell:?} before the day is over");
    }

    app.clock.advance_seconds(DAY);
    for area in [area, Area::India] {
        let over = report_of(app, area, day).await;
        for (cell, count) in [
            (Cell::Female, 5),
            (Cell::Male, 5),
            (Cell::Others, 0),
            (Cell::From45, 5),
            (Cell::From60, 10),
            (Cell::From18, 0),
        ] {
            assert_eq!(over.people.count(cell), count, "{cell:?}");
            assert_eq!(over.today_people.count(cell), count, "{cell:?} of the day");
            assert_eq!(over.days[0].people.count(cell), count, "{cell:?} by day");
        }
        assert_eq!((over.days[0].date, over.days[0].doses.first), (day, 1));
    }
    let elsewhere = report_of(app, Area::District(district(1)), day).await;
    assert_eq!(elsewhere.people.count(Cell::Male), 0);
    assert_eq!(
        site.count("access_leaf").await,
        entries,
        "nobody was opened for it"
    );
}

#[store_test]
async fn a_repeated_post_counts_nobody_twice(db: TestDb) {
    let site = Site::open(db).await;
    others(&site.app, MUMBAI, (Gender::Female, "1980"), 8).await;
    let (open, dose) = (site.open_record().await, site.dose());
    for _ in 0..2 {
        let recorded = site
            .app
            .app
            .record_dose(&site.staff, open.key, dose.clone(), "test");
        recorded.await.unwrap();
    }
    let day = site.app.app.today();
    site.app.clock.advance_seconds(DAY);
    let report = report_of(&site.app, Area::India, day).await;
    assert_eq!(report.people.count(Cell::Female), 5, "nine, not ten");
}

#[store_test]
async fn nothing_more_is_told_by_subtracting_days_or_areas(db: TestDb) {
    let site = Site::open(db).await;
    let app = &site.app;
    let female = (Gender::Female, "1980");
    // Four a day: five of two days, or of two districts, would be told if sums were rounded.
    others(app, MUMBAI, female, 4).await;
    others(app, 1, female, 4).await;
    app.clock.advance_seconds(DAY);
    others(app, MUMBAI, female, 4).await;
    others(app, 1, female, 7).await;
    app.clock.advance_seconds(DAY);
    let day = app.app.today();
    let shown = |report: Report| report.people.count(Cell::Female);
    let districts = [MUMBAI, 1].map(|id| Area::District(district(id)));
    assert_eq!(shown(report_of(app, districts[0], day).await), 0);
    assert_eq!(shown(report_of(app, districts[1], day).await), 5);
    assert_eq!(
        shown(report_of(app, Area::India, day).await),
        5,
        "the sum of what is shown of its districts"
    );
}
