//! Planning: a week copied once and as it was shown, a file shown before it is published, a centre changed by who may.

use chrono::Days;
use pramaan_app::import::{Bad, ImportError};
use pramaan_app::plan::{Conflict, Files, Saved, Shown, WeekCopy, monday};
use pramaan_app::testing::TestApp;
use pramaan_app::{App, FormKey, Refusal, Staff, StaffRole};
use pramaan_domain::time::CivilDate;
use pramaan_domain::vaccine::Vaccine;
use pramaan_store::testing::{TestDb, store_test};

use crate::support::{centre, count, publish, put_centres};

fn key(name: &str) -> FormKey {
    FormKey::parse(name).unwrap()
}

fn after(day: CivilDate, days: u64) -> CivilDate {
    day.checked_add_days(Days::new(days)).unwrap()
}

async fn office(db: TestDb) -> (TestApp, Staff, Staff) {
    let app = TestApp::start(db).await;
    put_centres(&app).await;
    let (admin, manager) = (
        app.staff(StaffRole::DistrictAdmin, 0, 395),
        app.staff(StaffRole::SiteManager, 1, 395),
    );
    (app, admin, manager)
}

#[store_test]
async fn a_copied_week_is_published_once_without_its_holidays_and_conflicts(db: TestDb) {
    let (app, admin, _) = office(db).await;
    let next = after(monday(app.app.today()), 7);
    for day in [0, 2, 4] {
        publish(&app, 1, after(next, day), Vaccine::Covishield).await;
    }
    publish(&app, 1, after(next, 7 + 2), Vaccine::Covishield).await;
    let copy = WeekCopy {
        centre: centre(1),
        from: after(next, 3),
        to: after(next, 7 + 6),
    };
    let preview = app.app.week_preview(&admin, copy).await.unwrap();
    let seen: Vec<_> = preview
        .sessions
        .iter()
        .map(|one| (one.plan.day, one.conflict))
        .collect();
    let wanted = [
        (after(next, 7), None),
        (after(next, 9), Some(Conflict::SameHours)),
        (after(next, 11), None),
    ];
    assert_eq!(seen, wanted);
    assert_eq!(count(&app, "session").await, 4, "a preview publishes nothing");
    let holiday = [after(next, 11)];
    let form = key("form-0001");
    for _ in 0..2 {
        let published = app.app.copy_week((&admin, &form), copy, &holiday, &preview.shown);
        assert_eq!(published.await.unwrap(), 1);
        assert_eq!(count(&app, "session").await, 5);
    }
    let days = (next, after(next, 14));
    let copied = app.app.sessions_of(&admin, centre(1), days).await.unwrap();
    let copied = copied
        .iter()
        .find(|one| one.session.day == after(next, 7))
        .unwrap();
    assert_eq!(copied.slots[0].seats.len(), 2, "with all its seats");
    assert!(
        copied.slots[0]
            .seats
            .iter()
            .all(|seat| seat.capacity == 10 && seat.taken == 0)
    );
}

#[store_test]
async fn a_week_that_changed_since_it_was_shown_is_not_published(db: TestDb) {
    let (app, admin, _) = office(db).await;
    let next = after(monday(app.app.today()), 7);
    publish(&app, 1, next, Vaccine::Covishield).await;
    let copy = WeekCopy {
        centre: centre(1),
        from: next,
        to: after(next, 7),
    };
    let preview = app.app.week_preview(&admin, copy).await.unwrap();
    publish(&app, 1, after(next, 1), Vaccine::Covaxin).await;
    let form = key("form-0002");
    let moved = app.app.copy_week((&admin, &form), copy, &[], &preview.shown);
    assert!(matches!(moved.await, Err(Refusal::PlanMoved)));
    assert_eq!(count(&app, "session").await, 2);
}

#[store_test]
async fn nobody_copies_a_week_of_anothers_centre(db: TestDb) {
    let (app, _, manager) = office(db).await;
    let today = app.app.today();
    let copy = WeekCopy {
        centre: centre(2),
        from: today,
        to: after(today, 7),
    };
    for staff in [
        manager,
        app.staff(StaffRole::DistrictAdmin, 0, 396),
        app.staff(StaffRole::Vaccinator, 2, 395),
    ] {
        let refused = app.app.week_preview(&staff, copy).await;
        assert!(matches!(refused, Err(Refusal::Forbidden)), "{:?}", staff.role());
    }
}

fn file(day: CivilDate) -> String {
    format!(
        "centre_id,date,vaccine,min_age,slots,seats\n\
         1,{day},COVISHIELD,18,09:00AM-10:00AM,1:online:10\n\
         1,{day},water,18,09:00AM-10:00AM,1:online:10\n\
         2,{day},COVAXIN,18,09:00AM-10:00AM,1:online:5|3:walk_in:5\n"
    )
}

#[store_test]
async fn an_import_publishes_what_its_preview_showed_and_only_once(db: TestDb) {
    let (app, admin, _) = office(db).await;
    let file = file(after(app.app.today(), 3));
    let preview = app
        .app
        .preview_file(&admin, Files::Sessions, file.as_bytes())
        .await
        .unwrap();
    let lines: Vec<_> = preview
        .rows
        .iter()
        .map(|row| (row.line, row.read.is_ok()))
        .collect();
    assert_eq!(lines, [(2, true), (3, false), (4, true)]);
    let bad = preview.rows[1].read.as_ref().unwrap_err();
    assert_eq!(bad.column, "vaccine");
    assert!(matches!(preview.rows[0].read, Ok(Shown::Session(_))));
    assert_eq!(count(&app, "session").await, 0, "a preview publishes nothing");
    let confirm = |shown: String, bad| {
        let (app, admin, file) = (app.app.clone(), admin.clone(), file.clone());
        async move {
            let what = (Files::Sessions, file.as_bytes());
            app.publish_file((&admin, &key("form-0003")), what, (&shown, bad))
                .await
        }
    };
    let all = confirm(preview.shown.clone(), Bad::RefusesAll).await;
    assert!(matches!(all, Err(ImportError::BadRows(rows)) if rows.len() == 1));
    let other = confirm("0".repeat(64), Bad::IsSkipped).await;
    assert!(matches!(other, Err(ImportError::Refused(Refusal::PlanMoved))));
    assert_eq!(count(&app, "session").await, 0);
    for _ in 0..2 {
        let published = confirm(preview.shown.clone(), Bad::IsSkipped).await;
        assert_eq!(published.unwrap(), 2);
        assert_eq!(count(&app, "session").await, 2);
    }
}

#[store_test]
async fn a_managers_import_names_other_peoples_centres_as_bad_rows(db: TestDb) {
    let (app, _, manager) = office(db).await;
    let file = file(after(app.app.today(), 3));
    let sessions = app.app.preview_file(&manager, Files::Sessions, file.as_bytes());
    let sessions = sessions.await.unwrap();
    let foreign = sessions.rows[2].read.as_ref().unwrap_err();
    assert_eq!((sessions.rows[2].line, foreign.column), (4, "centre_id"));
    let head = "id,name,address,district_id,pincode,opens,closes,kind\n";
    let file = format!(
        "{head}1,New name,Fort,395,400001,09:00,17:00,government\n2,Other,Fort,395,400001,09:00,17:00,government\n"
    );
    let centres = app.app.preview_file(&manager, Files::Centres, file.as_bytes());
    let centres = centres.await.unwrap();
    let Ok(Shown::Centre { centre, renames }) = &centres.rows[0].read else {
        panic!("her own centre");
    };
    assert_eq!(centre.name.as_str(), "New name");
    let before = app.app.availability().centre(centre.id).unwrap().name.clone();
    assert_eq!(
        renames.as_ref(),
        Some(&before),
        "it says which centre is called otherwise"
    );
    assert_eq!(centres.rows[1].read.as_ref().unwrap_err().column, "id");
    let nurse = app.staff(StaffRole::Vaccinator, 1, 395);
    let refused = app
        .app
        .preview_file(&nurse, Files::Centres, file.as_bytes())
        .await;
    assert!(matches!(refused, Err(ImportError::Refused(Refusal::Forbidden))));
}

fn fields<'f>(id: &'f str, name: &'f str, opens: &'f str) -> Vec<(&'static str, &'f str)> {
    vec![
        ("id", id),
        ("name", name),
        ("address", "D N Road"),
        ("district_id", "395"),
        ("block", "Ward A"),
        ("pincode", "400001"),
        ("opens", opens),
        ("closes", "17:00"),
        ("kind", "private"),
        ("fees", "COVISHIELD:780"),
    ]
}

#[store_test]
async fn a_centre_is_saved_by_its_own_planner_and_every_wrong_field_is_named(db: TestDb) {
    let (app, admin, manager) = office(db).await;
    assert_eq!(
        App::read_centre(&fields("x", "", "9")),
        Err(vec!["id", "name", "opens"])
    );
    let read = |id, name| App::read_centre(&fields(id, name, "09:30")).unwrap();
    app.app
        .save_centre(&admin, read("7", "Fort annexe"), Saved::Added)
        .await
        .unwrap();
    let known = app.app.centre_to_plan(&admin, centre(7)).unwrap();
    assert_eq!((known.name.as_str(), known.fees.len()), ("Fort annexe", 1));
    let taken = app
        .app
        .save_centre(&admin, read("7", "Another"), Saved::Added)
        .await;
    assert!(matches!(taken, Err(Refusal::Invalid { field: "id", .. })));
    app.app
        .save_centre(&manager, read("1", "Fort dispensary"), Saved::Changed)
        .await
        .unwrap();
    assert_eq!(
        app.app.centre_to_plan(&manager, centre(1)).unwrap().name.as_str(),
        "Fort dispensary"
    );
    for (staff, id, how) in [
        (&manager, "7", Saved::Changed),
        (&manager, "8", Saved::Added),
        (&app.staff(StaffRole::DistrictAdmin, 0, 396), "1", Saved::Changed),
        (&app.staff(StaffRole::Vaccinator, 1, 395), "1", Saved::Changed),
    ] {
        let refused = app.app.save_centre(staff, read(id, "Mine"), how).await;
        assert!(matches!(refused, Err(Refusal::Forbidden)), "{id}");
    }
}

#[store_test]
async fn a_calendar_counts_what_each_day_offers(db: TestDb) {
    let (app, admin, manager) = office(db).await;
    let today = app.app.today();
    publish(&app, 1, today, Vaccine::Covishield).await;
    publish(&app, 2, today, Vaccine::Covaxin).await;
    let gone = publish(&app, 1, today, Vaccine::Covaxin).await;
    app.app.cancel_session(&admin, gone, None, "test").await.unwrap();
    let day =
        |calendar: pramaan_app::plan::Calendar| *calendar.days.iter().find(|one| one.day == today).unwrap();
    let district = day(app.app.calendar(&admin, None, today).await.unwrap());
    assert_eq!(
        (
            district.centres,
            district.sessions,
            district.cancelled,
            district.seats
        ),
        (2, 2, 1, 40)
    );
    let own = day(app.app.calendar(&manager, Some(centre(1)), today).await.unwrap());
    assert_eq!(
        (own.centres, own.sessions, own.cancelled, own.seats),
        (1, 1, 1, 20)
    );
    for centre in [None, Some(centre(2))] {
        let refused = app.app.calendar(&manager, centre, today).await;
        assert!(matches!(refused, Err(Refusal::Forbidden)));
    }
}
