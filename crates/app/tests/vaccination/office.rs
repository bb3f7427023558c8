//! The district officer's morning: every kind of line, in order, nobody opened; openings without evidence reviewed; progress.

use pramaan_app::day::{Closing, Move};
use pramaan_app::district::{Happened, Need, Report, Target, Unopened};
use pramaan_app::encounter::Evidence;
use pramaan_app::held_dose::{HeldDose, HeldFor, TypedOn};
use pramaan_app::review::{Act, Topic};
use pramaan_app::staff::MOST_UNSENT;
use pramaan_app::stock::{Change, Counted, Doing, From};
use pramaan_app::{FormKey, Refusal, Staff, StaffRole};
use pramaan_domain::aefi::Seriousness;
use pramaan_domain::dose::VaccineBatch;
use pramaan_domain::place_name::PlaceName;
use pramaan_domain::site_device::DeviceName;
use pramaan_domain::staff::{Reason, StaffCode};
use pramaan_domain::stock::{BatchKey, Doses, Waste};
use pramaan_domain::vaccine::Vaccine;
use pramaan_store::testing::{TestDb, store_test};

use crate::aefi::Observed;
use crate::offline::phone;
use crate::support::*;

const HOUR: i64 = 3_600;

impl Site {
    fn admin(&self) -> Staff {
        self.app.staff(StaffRole::DistrictAdmin, 0, 395)
    }

    async fn needs(&self) -> Vec<Need> {
        self.app.app.morning(&self.admin()).await.unwrap().needs
    }

    async fn open_without_evidence(&self) {
        let evidence = Evidence::None {
            place: self.place().await,
            reason: reason(),
        };
        self.begin(evidence).await.unwrap();
    }

    async fn stock(&self, doing: Doing) {
        let key = BatchKey {
            vaccine: Vaccine::Covishield,
            batch: VaccineBatch::parse("4121Z025").unwrap(),
        };
        let (app, once) = (&self.app.app, self.app.app.form_key());
        let change = Change { key, doing };
        app.change_stock(&self.staff, change, &once).await.unwrap();
    }
}

fn word() -> Reason {
    Reason::parse("the slip was wet, the nurse knew the visitor").unwrap()
}

#[store_test]
async fn a_quiet_district_needs_nobody(db: TestDb) {
    let site = Site::open(db).await;
    let morning = site.app.app.morning(&site.admin()).await.unwrap();
    assert_eq!(
        (morning.sites, morning.sessions, morning.needs),
        (1, 1, Vec::new())
    );
    for role in [StaffRole::Vaccinator, StaffRole::SiteManager] {
        let other = site.app.staff(role, 1, 395);
        let refused = site.app.app.morning(&other).await;
        assert!(matches!(refused, Err(Refusal::Forbidden)), "{role:?}");
    }
    let elsewhere = site.app.staff(StaffRole::DistrictAdmin, 0, 396);
    assert_eq!(site.app.app.morning(&elsewhere).await.unwrap().sites, 0);
}

#[store_test]
async fn what_hurts_comes_first_and_nobody_is_opened(db: TestDb) {
    let site = Site::open(db).await;
    let today = site.app.app.today();
    publish(&site.app, 2, today, Vaccine::Covaxin).await;
    site.open_without_evidence().await;
    let expires_on = today.succ_opt().unwrap();
    site.stock(Doing::Receive {
        expires_on,
        doses_per_vial: 10,
        doses: Doses::new(10).unwrap(),
    })
    .await;
    assert!(
        !site
            .needs()
            .await
            .iter()
            .any(|need| matches!(need, Need::ShortOfStock { .. }))
    );
    let manager = site
        .app
        .enrolled("MH-0002", StaffRole::SiteManager, Some(1))
        .await
        .staff;
    let lost = Reason::parse("her telephone fell into the well").unwrap();
    let code = StaffCode::parse("MH-0001").unwrap();
    site.app.app.ask_factor(&manager, code, lost).await.unwrap();
    // Ten minutes after eleven.
    site.app.clock.advance_seconds(70 * 60);
    let log = site.app.log_size().await;
    let needs = site.needs().await;
    assert_eq!(site.app.log_size().await, log, "nobody is opened for it");
    let eleven = chrono::NaiveTime::from_hms_opt(11, 0, 0).unwrap();
    let wanted = [
        Need::NotOpened {
            centre: 2,
            since: eleven,
            why: Unopened::NobodyIn,
        },
        Need::NoVaccinator {
            centre: 2,
            sessions: 1,
        },
        Need::Openings { centre: 1, count: 1 },
        Need::Factors { count: 1 },
    ];
    assert_eq!(needs, wanted);
}

#[store_test]
async fn a_site_with_a_nurse_and_no_visit_is_asked_about_after_half_an_hour(db: TestDb) {
    let site = Site::open(db).await;
    site.app.clock.advance_seconds(HOUR + 29 * 60);
    assert_eq!(site.needs().await, []);
    site.app.clock.advance_seconds(60);
    let needs = site.needs().await;
    assert!(matches!(
        needs[..],
        [Need::NotOpened {
            centre: 1,
            why: Unopened::NobodySeen,
            ..
        }]
    ));
    site.open_record().await;
    assert_eq!(site.needs().await, []);
}

#[store_test]
async fn fewer_doses_in_stock_than_people_booked_is_a_line_until_they_come(db: TestDb) {
    let site = Site::open(db).await;
    let expires_on = site.app.app.today().succ_opt().unwrap();
    site.stock(Doing::Receive {
        expires_on,
        doses_per_vial: 1,
        doses: Doses::new(1).unwrap(),
    })
    .await;
    assert_eq!(site.needs().await, [], "one dose for one who is booked");
    site.stock(Doing::Waste {
        from: From::Closed,
        doses: Doses::new(1).unwrap(),
        waste: Waste::Broken,
        note: None,
    })
    .await;
    let short = Need::ShortOfStock {
        centre: 1,
        vaccine: Vaccine::Covishield,
        booked: 1,
        doses: 0,
    };
    assert_eq!(site.needs().await, [short]);
    // In the evening nobody is to come any more, whether their seats were released or not.
    site.app.clock.advance_seconds(9 * HOUR);
    let short = |need: &Need| matches!(need, Need::ShortOfStock { .. });
    assert!(!site.needs().await.iter().any(short));
}

#[store_test]
async fn a_session_that_was_stopped_waits_for_no_vaccinator_and_is_not_unopened(db: TestDb) {
    let site = Site::open(db).await;
    let app = &site.app.app;
    let stopped = publish(&site.app, 2, app.today(), Vaccine::Covaxin).await;
    let admin = site.app.staff(StaffRole::DistrictAdmin, 0, 395);
    let why = Reason::parse("both vaccinators fell ill").unwrap();
    site.app.clock.advance_seconds(70 * 60);
    let of_two = |need: &Need| {
        matches!(
            need,
            Need::NoVaccinator { centre: 2, .. } | Need::NotOpened { centre: 2, .. }
        )
    };
    assert_eq!(site.needs().await.into_iter().filter(of_two).count(), 2);
    app.stop_session(&admin, stopped, why, "test").await.unwrap();
    assert_eq!(site.needs().await.into_iter().filter(of_two).count(), 0);
}

#[store_test]
async fn the_district_sees_stops_and_moves_with_who_did_it_and_why(db: TestDb) {
    let site = Site::open(db).await;
    let app = &site.app.app;
    let today = app.today();
    let moved = publish(&site.app, 2, today, Vaccine::Covaxin).await;
    let manager = site.app.staff(StaffRole::SiteManager, 1, 395);
    let why = |text| Reason::parse(text).unwrap();
    let ill = why("both vaccinators fell ill at noon");
    let at = site.app.clock.now();
    app.stop_session(&manager, site.session, ill.clone(), "test")
        .await
        .unwrap();
    let flood = why("the road to the annexe is under water");
    let away = Move {
        centre: centre(2),
        day: today.succ_opt().unwrap(),
        reason: flood.clone(),
    };
    app.move_session(&site.admin(), moved, away, "test")
        .await
        .unwrap();
    let log = site.app.log_size().await;
    let reports = app.morning(&site.admin()).await.unwrap().reports;
    assert_eq!(site.app.log_size().await, log, "nobody is opened for it");
    let report = |centre, happened, by: &Staff, people, reason| Report {
        centre,
        day: today,
        at,
        happened,
        by: by.code().to_owned(),
        people,
        reason: Some(reason),
    };
    let wanted = [
        report(1, Happened::Stopped, &manager, 1, ill),
        report(2, Happened::Moved, &site.admin(), 0, flood),
    ];
    assert_eq!(reports, wanted);
    let elsewhere = site.app.staff(StaffRole::DistrictAdmin, 0, 396);
    assert!(app.morning(&elsewhere).await.unwrap().reports.is_empty());
    // It is there the next morning, and not the one after.
    site.app.clock.advance_seconds(24 * HOUR);
    assert_eq!(app.morning(&site.admin()).await.unwrap().reports.len(), 2);
    site.app.clock.advance_seconds(24 * HOUR);
    assert!(app.morning(&site.admin()).await.unwrap().reports.is_empty());
}

#[store_test]
async fn the_district_sees_a_close_with_a_variance_of_stock_and_its_reason(db: TestDb) {
    let site = Site::open(db).await;
    let app = &site.app.app;
    let manager = site
        .app
        .enrolled("MH-0002", StaffRole::SiteManager, Some(1))
        .await
        .staff;
    site.stock(Doing::Receive {
        expires_on: app.today().succ_opt().unwrap(),
        doses_per_vial: 10,
        doses: Doses::new(40).unwrap(),
    })
    .await;
    let count = async |doses, note: Option<&Reason>| {
        let counted = Counted {
            key: BatchKey {
                vaccine: Vaccine::Covishield,
                batch: VaccineBatch::parse("4121Z025").unwrap(),
            },
            doses,
            note: note.cloned(),
        };
        app.count_stock(&manager, vec![counted], &app.form_key())
            .await
            .unwrap();
        app.close_day(&manager, Closing::default()).await.unwrap();
        app.morning(&site.admin()).await.unwrap().reports
    };
    assert_eq!(count(40, None).await, [], "a close without a variance is no line");
    app.reopen_day(&manager, word()).await.unwrap();
    let broken = Reason::parse("a tray fell, its vials were swept away").unwrap();
    let reports = count(30, Some(&broken)).await;
    assert_eq!(reports.len(), 1, "{reports:?}");
    assert_eq!(
        reports[0].happened,
        Happened::Counted {
            vaccine: Vaccine::Covishield,
            batch: VaccineBatch::parse("4121Z025").unwrap(),
            counted: 30,
            expected: 40,
        }
    );
    assert_eq!(
        (reports[0].by.as_str(), reports[0].reason.as_ref()),
        ("MH-0002", Some(&broken))
    );
    app.reopen_day(&manager, word()).await.unwrap();
    assert!(
        app.morning(&site.admin()).await.unwrap().reports.is_empty(),
        "a close that was taken back"
    );
}

#[store_test]
async fn a_serious_aefi_is_a_line_and_the_first_once_its_clock_ran_out(db: TestDb) {
    let observed = Observed::begin(db).await;
    observed.report(Seriousness::Serious).await;
    let app = &observed.site.app.app;
    let morning = app.morning(&observed.officer).await.unwrap();
    assert_eq!(morning.needs, [Need::SeriousSoon { cases: 1 }]);
    observed.site.app.clock.advance_seconds(25 * HOUR);
    let morning = app.morning(&observed.officer).await.unwrap();
    assert_eq!(morning.needs, [Need::SeriousOverdue { cases: 1 }]);
}

#[store_test]
async fn an_offline_dose_is_a_line_while_it_waits_needs_a_second_person_or_attention(db: TestDb) {
    let site = Site::open(db).await;
    let app = &site.app.app;
    let held = |waiting, need_second, need_attention, oldest| Need::HeldDoses {
        centre: 1,
        waiting,
        need_second,
        need_attention,
        oldest,
    };
    let right = HeldDose {
        reason: None,
        ..site.to_hold().await
    };
    let typed_at = site.app.clock.now();
    let wrong = HeldDose {
        who: HeldFor::slip(site.id, "0000".parse().unwrap()),
        ..right.clone()
    };
    app.hold(&site.staff, wrong, phone(1)).await.unwrap();
    assert_eq!(site.needs().await, [held(1, 0, 0, typed_at)]);
    assert_eq!(site.settle().await, 0);
    assert_eq!(site.needs().await, [held(0, 0, 1, typed_at)]);

    site.app.clock.advance_seconds(4 * 24 * HOUR);
    let nurse = nurse(&site.app, "MH-0002", 1).await;
    site.both_at_work("MH-0002").await;
    let paper = TypedOn::Paper { given_by: None };
    let late = app.hold(&site.staff, right.clone(), paper).await.unwrap();
    assert_eq!(site.needs().await, [held(0, 1, 1, typed_at)]);
    app.approve_held_dose(&nurse, late.day, late.number)
        .await
        .unwrap();
    assert_eq!(site.needs().await, [held(1, 0, 1, typed_at)]);
    assert_eq!(site.settle().await, 1);
    let manager = site.app.staff(StaffRole::SiteManager, 1, 395);
    app.dismiss_held_dose(&manager, (late.day, 1), reason())
        .await
        .unwrap();
    assert_eq!(site.needs().await, [], "nothing is left of it");
}

#[store_test]
async fn what_shared_phones_keep_offline_is_a_line_until_they_say_that_it_is_sent(db: TestDb) {
    let site = Site::open(db).await;
    let app = &site.app.app;
    let manager = site.app.staff(StaffRole::SiteManager, 1, 395);
    let enrol = |name: &'static str| {
        let (app, manager) = (app.clone(), manager.clone());
        async move {
            let device = app.enrol_device_here(&manager, DeviceName::parse(name).unwrap());
            device.await.unwrap()
        }
    };
    let (one, other) = (enrol("Table 1").await, enrol("Table 2").await);
    let told_at = site.app.clock.now();
    app.tell_unsent(&one.token, 3).await.unwrap();
    site.app.clock.advance_seconds(60);
    app.tell_unsent(&other.token, 4).await.unwrap();
    let line = |devices, doses, told_at| Need::Unsent {
        centre: 1,
        devices,
        doses,
        told_at,
    };
    let later = site.app.clock.now();
    assert_eq!(site.needs().await, [line(2, 7, told_at)]);
    app.tell_unsent(&one.token, 0).await.unwrap();
    assert_eq!(
        site.needs().await,
        [line(1, 4, later)],
        "what is said last counts"
    );
    let told: Vec<_> = app.unsent(&manager).await.unwrap();
    let of = |id| told.iter().find(|one| one.device == id).map(|one| one.doses);
    assert_eq!((of(one.device.id), of(other.device.id)), (Some(0), Some(4)));
    app.end_device(&manager, other.device.id).await.unwrap();
    assert_eq!(site.needs().await, [], "an ended phone sends nothing any more");
    for token in [other.token.as_str(), "of nobody"] {
        let refused = app.tell_unsent(token, 1).await;
        assert!(matches!(refused, Err(Refusal::NoDevice)), "{refused:?}");
    }
    let many = app.tell_unsent(&one.token, MOST_UNSENT + 1).await;
    assert!(matches!(many, Err(Refusal::Invalid { field: "count", .. })));
}

#[store_test]
async fn a_shared_phone_that_told_nothing_for_a_day_is_a_line_where_work_goes_on_or_offline_doses_are_kept(
    db: TestDb,
) {
    let site = Site::open(db).await;
    let app = &site.app.app;
    let manager = site.app.staff(StaffRole::SiteManager, 1, 395);
    let mut phones = Vec::new();
    for name in ["Table 1", "Table 2"] {
        let name = DeviceName::parse(name).unwrap();
        phones.push(app.enrol_device_here(&manager, name).await.unwrap());
    }
    let silent = |needs: Vec<Need>| {
        let found = needs.into_iter().find_map(|need| match need {
            Need::Silent { centre: 1, devices } => Some(devices),
            _ => None,
        });
        found.unwrap_or(0)
    };
    app.tell_unsent(&phones[0].token, 0).await.unwrap();
    site.app.clock.advance_seconds(2 * HOUR);
    assert_eq!(silent(site.needs().await), 0, "a day has not gone by");
    // The day after, on which nobody is seen, phones lie dark.
    site.app.clock.advance_seconds(24 * HOUR);
    assert_eq!(silent(site.needs().await), 0, "no session");
    publish(&site.app, 1, app.today(), Vaccine::Covishield).await;
    assert_eq!(silent(site.needs().await), 2, "one never told anything");
    app.tell_unsent(&phones[1].token, 5).await.unwrap();
    assert_eq!(silent(site.needs().await), 1);
    // On a day without sessions, only the one that said that it keeps doses is missed.
    site.app.clock.advance_seconds(25 * HOUR);
    assert_eq!(silent(site.needs().await), 2);
    app.tell_unsent(&phones[1].token, 0).await.unwrap();
    assert_eq!(silent(site.needs().await), 0);
    for phone in phones {
        app.end_device(&manager, phone.device.id).await.unwrap();
    }
    site.app.clock.advance_seconds(25 * HOUR);
    publish(&site.app, 1, app.today(), Vaccine::Covishield).await;
    assert_eq!(silent(site.needs().await), 0, "those in use only");
}

#[store_test]
async fn a_vaccinator_of_the_district_is_put_on_the_list_from_the_morning_page(db: TestDb) {
    let site = Site::open(db).await;
    publish(&site.app, 2, site.app.app.today(), Vaccine::Covaxin).await;
    let missing = |needs: Vec<Need>| needs.iter().any(|need| matches!(need, Need::NoVaccinator { .. }));
    assert!(missing(site.needs().await));
    let relieve = |staff: Staff, code: &'static str| {
        let app = site.app.app.clone();
        async move {
            let code = StaffCode::parse(code).unwrap();
            app.relieve_today(&staff, centre(2), code).await
        }
    };
    let manager = site.app.staff(StaffRole::SiteManager, 2, 395);
    assert!(matches!(
        relieve(manager, "MH-0001").await,
        Err(Refusal::Forbidden)
    ));
    let far = site.app.staff(StaffRole::DistrictAdmin, 0, 396);
    assert!(matches!(relieve(far, "MH-0001").await, Err(Refusal::Forbidden)));
    let unknown = relieve(site.admin(), "MH-9999").await;
    assert!(matches!(unknown, Err(Refusal::Invalid { field: "code", .. })));
    relieve(site.admin(), "MH-0001").await.unwrap();
    assert!(!missing(site.needs().await));
}

#[store_test]
async fn an_opening_without_evidence_is_asked_about_answered_and_seen_and_nothing_is_changed(db: TestDb) {
    let site = Site::open(db).await;
    site.open_without_evidence().await;
    let app = &site.app.app;
    let (admin, manager) = (site.admin(), site.app.staff(StaffRole::SiteManager, 1, 395));
    let matter = app.matters(&admin).await.unwrap().pop().unwrap();
    let opening = matter.opening.clone().unwrap();
    assert_eq!(
        (opening.staff.as_str(), opening.centre, opening.hour),
        ("MH-0001", 1, 10)
    );
    assert_eq!(opening.reason, reason());
    assert!(
        app.matters(&manager).await.unwrap().is_empty(),
        "nobody asked her yet"
    );
    let unasked = app.review(&manager, matter.id, (Act::Answered, word())).await;
    assert!(matches!(unasked, Err(Refusal::NoMatter)));
    for _ in 0..2 {
        app.review(&admin, matter.id, (Act::Asked, word())).await.unwrap();
        assert_eq!(site.count("review").await, 1, "asked twice is asked once");
    }
    assert_eq!(app.questions_waiting(&manager).await.unwrap(), 1);
    let seen = app.review(&manager, matter.id, (Act::Seen, word())).await;
    assert!(matches!(seen, Err(Refusal::MatterMoved)), "the district ends it");
    for other in [
        site.app.staff(StaffRole::SiteManager, 2, 395),
        site.app.staff(StaffRole::DistrictAdmin, 0, 396),
    ] {
        let refused = app.review(&other, matter.id, (Act::Seen, word())).await;
        assert!(matches!(refused, Err(Refusal::NoMatter)));
    }
    app.review(&manager, matter.id, (Act::Answered, word()))
        .await
        .unwrap();
    assert_eq!(app.questions_waiting(&manager).await.unwrap(), 0);
    app.review(&admin, matter.id, (Act::Seen, word())).await.unwrap();
    assert!(app.matters(&admin).await.unwrap().is_empty());
    assert!(
        !site
            .needs()
            .await
            .iter()
            .any(|need| matches!(need, Need::Openings { .. }))
    );
    let said = app.matter(&admin, matter.id).await.unwrap().said;
    let acts: Vec<Act> = said.iter().map(|review| review.act).collect();
    assert_eq!(acts, [Act::Asked, Act::Answered, Act::Seen]);
    let late = app.review(&admin, matter.id, (Act::Asked, word())).await;
    assert!(matches!(late, Err(Refusal::MatterMoved)));
}

#[store_test]
async fn a_question_is_asked_once_however_often_its_form_is_sent(db: TestDb) {
    let site = Site::open(db).await;
    let (admin, manager) = (site.admin(), site.app.staff(StaffRole::SiteManager, 1, 395));
    let key = FormKey::parse("form-0001").unwrap();
    for _ in 0..3 {
        let about = (centre(1), Topic::HeldDoses);
        site.app.app.ask_site(&admin, about, word(), &key).await.unwrap();
    }
    let asked = site.app.app.matters(&manager).await.unwrap();
    assert_eq!(asked.len(), 1);
    assert_eq!((asked[0].topic, asked[0].said.len()), (Topic::HeldDoses, 1));
    let refused = site
        .app
        .app
        .ask_site(&manager, (centre(1), Topic::HeldDoses), word(), &key)
        .await;
    assert!(matches!(refused, Err(Refusal::Forbidden)));
}

#[store_test]
async fn an_opening_put_on_another_nurse_in_the_database_is_found_out(db: TestDb) {
    let site = Site::open(db).await;
    site.open_without_evidence().await;
    execute(&site.app, "update opening set staff = 'MH-9999'", Vec::new()).await;
    let refused = site.app.app.matters(&site.admin()).await;
    assert!(matches!(
        refused,
        Err(Refusal::Unavailable(pramaan_store::StoreError::Misplaced { .. }))
    ));
}

#[store_test]
async fn progress_compares_blocks_and_its_csv_has_no_small_count(db: TestDb) {
    let site = Site::open(db).await;
    let (app, admin) = (&site.app.app, site.admin());
    let open = site.open_record().await;
    app.record_dose(&site.staff, open.key, site.dose(), "test")
        .await
        .unwrap();
    let today = app.today();
    let target = |block: &str, doses| Target {
        block: PlaceName::parse(block).unwrap(),
        days: (today, today),
        doses,
    };
    for doses in [30, 40] {
        app.set_target(&admin, target("Ward A", doses)).await.unwrap();
    }
    let unknown = app.set_target(&admin, target("Ward Z", 1)).await;
    assert!(matches!(unknown, Err(Refusal::Invalid { field: "block", .. })));
    let rows = app.progress(&admin, (today, today)).await.unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0].target, rows[0].given), (Some(40), 1));
    let csv = String::from_utf8(app.progress_csv(&admin, (today, today)).await.unwrap()).unwrap();
    assert_eq!(
        csv.lines().nth(1).unwrap(),
        format!("{today},Ward A,40,0"),
        "one dose is none"
    );
    let manager = site.app.staff(StaffRole::SiteManager, 1, 395);
    assert!(matches!(
        app.progress(&manager, (today, today)).await,
        Err(Refusal::Forbidden)
    ));
}
