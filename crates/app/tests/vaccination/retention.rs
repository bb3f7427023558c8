//! Rows that served their purpose go, each after its own time, and not before.

use std::collections::{BTreeMap, BTreeSet};

use pramaan_app::card::PrintedCard;
use pramaan_app::encounter::{EncounterKey, Evidence};
use pramaan_app::held_dose::{HeldDose, HeldFor};
use pramaan_app::import::{self, Bad};
use pramaan_app::objection::{Ground, Objecting, Wanted, Whose, Words};
use pramaan_app::private_member::AtSite;
use pramaan_app::retention::{KEPT, SWEPT};
use pramaan_app::staff::StaffLogin;
use pramaan_app::testing::{PASSWORD, staff_origin};
use pramaan_app::{Face, StaffRole};
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::place_name::PlaceName;
use pramaan_domain::private_member::PrivatePin;
use pramaan_domain::site_device::DeviceName;
use pramaan_domain::staff::StaffCode;
use pramaan_domain::vaccine::Vaccine;
use pramaan_store::testing::{TestDb, store_test};
use pramaan_store::{Engine, Row, StoreError};

use crate::card::{card_holder, shown};
use crate::support::{DOCUMENT, MOBILE, Site, book_with_key, reason, register};

const DAY: i64 = 86_400;

/// How many rows there are of each table that is purged.
async fn rows(site: &Site) -> BTreeMap<&'static str, i64> {
    let mut rows = BTreeMap::new();
    for kept in KEPT {
        rows.insert(kept.table, site.count(kept.table).await);
    }
    rows
}

/// How many rows of each table that is purged the last entry says were deleted.
fn told(site: &Site) -> BTreeMap<&'static str, i64> {
    let last = site.app.app.retention().seen.unwrap().last.clone().unwrap();
    let deleted = |table: &str| {
        let line = last
            .told
            .lines()
            .find_map(|line| line.strip_prefix(&format!("{table} ")));
        line.unwrap().split(' ').next().unwrap().parse().unwrap()
    };
    KEPT.iter()
        .map(|kept| (kept.table, deleted(kept.table)))
        .collect()
}

/// Some row of each: a code sent, a record opened and closed, one left open, an invitation, logins, an answer under a key.
async fn eventful(db: TestDb) -> Site {
    let site = Site::open(db).await;
    let (app, place) = (&site.app.app, site.place().await);
    app.send_visit_code(&site.staff, place, "test").await.unwrap();
    let evidence = Evidence::None {
        place,
        reason: reason(),
    };
    site.begin(evidence).await.unwrap();
    let open = site.open_record().await;
    app.record_dose(&site.staff, open.key, site.dose(), "test")
        .await
        .unwrap();
    let own = pramaan_app::correction::Showing::OwnDose(place);
    let visit = app.begin_correction(&site.staff, own, "test").await.unwrap();
    let void = (pramaan_app::correction::Wanted::Void, reason());
    let event = visit.doses[0].given.id;
    let proposed = app
        .change_dose(&site.staff, (visit.id, event), void, "test")
        .await;
    proposed.unwrap();
    // Of nobody who is expected any more: it is left to somebody's attention.
    let held = HeldDose {
        who: HeldFor::slip(site.id, site.wrong_code().await),
        vaccine: Vaccine::Covishield,
        batch: site.dose().batch,
        vial: site.dose().vial,
        given_at: site.app.clock.now(),
        site: site.dose().site,
        reason: Some(reason()),
    };
    app.hold_dose(&site.staff, held).await.unwrap();
    assert_eq!(app.settle_held_doses().await.unwrap(), 0);
    objected(&site).await;
    private(&site, open.key).await;
    site.app.invite("MH-0009", StaffRole::Vaccinator, Some(1)).await;
    let login = site.app.login(MOBILE, Face::Pages).await.unwrap();
    app.end_page_login(&login.token).await.unwrap();
    let other = site.app.citizen("9876543211").await;
    book_with_key(&site.app, &other, site.session, "one").await;
    let lists = "mobile,birth_year,group,valid_until\n9876543212,1980,hcw,2026-11-22\n9876543213,1980,flw,\n";
    import::cohort(app, lists.as_bytes(), Bad::RefusesAll, &mut |_, _| {})
        .await
        .unwrap();
    merge_proposed(&site).await;
    // Without telephone and papers, by card; a wrong code, and somebody who says that it was a mistake.
    let card = card_holder(&site, "Sita Bai").await;
    let wrong = PrintedCard {
        code: "00000000".parse().unwrap(),
        ..card.clone()
    };
    app.end_card(&site.staff, shown(&wrong), "test")
        .await
        .unwrap_err();
    app.withdraw_walk_in(&site.staff, card.reference_id, reason())
        .await
        .unwrap();
    shared_device(&site).await;
    office(&site).await;
    let login = site.app.login(MOBILE, Face::Pages).await.unwrap();
    app.end_every_login(&login.citizen, &login.token, "test")
        .await
        .unwrap();
    site
}

/// An objection that the district answered.
async fn objected(site: &Site) {
    let app = &site.app.app;
    let list = app
        .access_list(&site.citizen, site.id, None, "test")
        .await
        .unwrap();
    let objecting = Objecting {
        index: list.others[0].index,
        before: None,
        ground: Ground::Other,
        words: Words::parse("I was at home that morning").unwrap(),
    };
    app.object(&site.citizen, Whose::Member(1), objecting, "test")
        .await
        .unwrap();
    let officer = site.app.staff(StaffRole::DistrictAdmin, 0, 395);
    let waits = app.objections(&officer, (Wanted::Waiting, None)).await.unwrap();
    let id = waits.lines[0].id;
    let answer = (id, Words::parse("the nurse had the list beside her").unwrap());
    app.answer_objection(&officer, answer, "test").await.unwrap();
}

/// Two records that somebody takes for one person's.
async fn merge_proposed(site: &Site) {
    let app = &site.app.app;
    let mut visits = Vec::new();
    for n in 4..6 {
        let citizen = site.app.citizen(&format!("987654321{n}")).await;
        let document = format!("Z765432{n}");
        let reference_id = register(&site.app, &citizen, &document).await;
        let shown = pramaan_app::correction::Showing::Evidence(Evidence::DocumentOf {
            reference_id,
            kind: DocumentType::Passport,
            number: DocumentNumber::parse(&document).unwrap(),
        });
        visits.push(app.begin_correction(&site.staff, shown, "test").await.unwrap().id);
    }
    let wanted = pramaan_app::merge::Wanted::Join(visits[1]);
    app.propose_merge(&site.staff, (visits[0], wanted), reason())
        .await
        .unwrap();
}

/// A PIN chosen, a code printed, a wrong PIN and the right one.
async fn private(site: &Site, key: EncounterKey) {
    let app = &site.app.app;
    let want = async |what| {
        let document = (DocumentType::Passport, DocumentNumber::parse(DOCUMENT).unwrap());
        app.private_at_site(&site.staff, key, document, what, "test")
            .await
            .unwrap();
    };
    let pin = |digits| PrivatePin::choose(digits).unwrap();
    want(AtSite::Choose(pin("274913"))).await;
    want(AtSite::Print).await;
    let hers = site.app.login(MOBILE, Face::Pages).await.unwrap().citizen;
    app.open_private(&hers, 1, pin("908172")).await.unwrap_err();
    app.open_private(&hers, 1, pin("274913")).await.unwrap();
}

/// A code that enrolled a device, a shift on it, a form that waits there, a sheet, a request and their events.
async fn shared_device(site: &Site) {
    let app = &site.app.app;
    let manager = site
        .app
        .enrolled("MH-0700", StaffRole::SiteManager, Some(site.staff.centre()));
    let manager = manager.await.staff;
    let made = app
        .make_device_code(&manager, DeviceName::parse("Table 1").unwrap())
        .await
        .unwrap();
    let device = app.enrol_device(made.code).await.unwrap().token;
    let link = site
        .app
        .invite("MH-0701", StaffRole::Vaccinator, Some(site.staff.centre()))
        .await;
    site.app.enrol(&link.token).await;
    let code = StaffCode::parse("MH-0701").unwrap();
    let sheet = app.print_sheet(&manager, code.clone()).await.unwrap();
    let login = StaffLogin {
        code: code.to_string(),
        password: PASSWORD.to_owned(),
        totp: sheet.codes[0].as_str().to_owned(),
        origin: staff_origin().on_device(Some(&device)),
    };
    let nurse = app.login_staff(login).await.unwrap().staff;
    let kept = app.keep_form(nurse.typist(), "/staff/walk-in", "name=Radha+Bai");
    app.park_form(&device, "/staff/walk-in", &kept).await.unwrap();
    app.tell_unsent(&device, 3).await.unwrap();
    app.ask_factor(&manager, code, reason()).await.unwrap();
}

/// An opening that the district asks about, and what a block is to give.
async fn office(site: &Site) {
    let (app, today) = (&site.app.app, site.app.app.today());
    let admin = site.app.staff(StaffRole::DistrictAdmin, 0, 395);
    let matter = app.matters(&admin).await.unwrap().pop().unwrap();
    let asked = (pramaan_app::review::Act::Asked, reason());
    app.review(&admin, matter.id, asked).await.unwrap();
    let target = pramaan_app::district::Target {
        block: PlaceName::parse("Ward A").unwrap(),
        days: (today, today),
        doses: 100,
    };
    app.set_target(&admin, target).await.unwrap();
}

#[store_test]
async fn what_has_served_its_purpose_goes_when_its_time_is_over(db: TestDb) {
    let site = eventful(db).await;
    let before = rows(&site).await;
    assert!(before.values().all(|rows| *rows > 0), "{before:?}");
    let mut elapsed = 0;
    let mut left = before.clone();
    // Expiry is five minutes after the start for codes, and seven days for invitations.
    for (days, gone) in [
        (1, &[][..]),
        (
            3,
            &[
                "visit_code",
                "encounter",
                "registration_count",
                "evidence_count",
                "private_opening",
                "card_try",
                "withdrawal",
                "ended_login",
                "ended_household",
                "site_device_code",
                "site_shift",
                "parked_form",
                "correction_visit",
            ][..],
        ),
        (6, &[][..]),
        (8, &["idempotency", "facilitator_count"][..]),
        (10, &["staff_link"][..]),
        (14, &[][..]),
        (16, &["staff_login"][..]),
        (30, &[][..]),
        (31, &["cohort"][..]),
        (89, &["private_code"][..]),
        (
            92,
            &[
                "held_dose",
                "private_try",
                "correction",
                "factor_request",
                "merge",
                "visit",
                "visit_event",
                "opening",
                "review",
                "unsent",
            ][..],
        ),
        (93, &["staff_sheet"][..]),
        (364, &[][..]),
        (366, &["known_device", "staff_device", "objection_case"][..]),
        (729, &[][..]),
        (731, &["staff_event", "target"][..]),
    ] {
        site.app.clock.advance_seconds((days - elapsed) * DAY);
        elapsed = days;
        let before = left.clone();
        for table in gone {
            // Of the lists one row has no last day.
            left.insert(table, i64::from(*table == "cohort"));
        }
        site.app.app.retain().await.unwrap();
        assert_eq!(rows(&site).await, left, "after {days} days");
        let went = before.iter().map(|(table, rows)| (*table, rows - left[table]));
        assert_eq!(
            told(&site),
            went.collect(),
            "what the log was told after {days} days"
        );
    }
    assert_eq!(site.count("dose").await, 1, "the record stays");
    assert_eq!(site.count("certificate").await, 1);
}

/// The inventory of fields tells the same periods as the job.
#[test]
fn the_inventory_names_each_period() {
    let declared = include_str!("../../../xtask/fields.toml");
    for kept in KEPT {
        let heading = format!("[stored.{}]", kept.table);
        let (_, table) = declared.split_once(&heading).unwrap();
        let table = table.split("\n[").next().unwrap();
        let line = table
            .lines()
            .find(|line| line.starts_with(&format!("{} = ", kept.since)));
        let period = format!("deleted {} days later", kept.days);
        assert!(
            line.is_some_and(|line| line.contains(&period)),
            "{kept:?}: {line:?}"
        );
    }
}

/// What `[retention]` of crates/xtask/fields.toml says, by table: the days and the column, or the reason why nothing goes.
fn declared() -> BTreeMap<String, Result<(u32, String), String>> {
    let text = include_str!("../../../xtask/fields.toml");
    let (_, section) = text.split_once("\n[retention]\n").unwrap();
    let section = section.split("\n[").next().unwrap();
    let mut declared = BTreeMap::new();
    for line in section
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        let (table, said) = line.split_once(" = ").unwrap();
        let said = said.trim_matches('"');
        let kept = match (said.strip_prefix("stays: "), said.split_once(" days after ")) {
            (Some(reason), _) => Err(reason.to_owned()),
            (None, Some((days, column))) => Ok((days.parse().unwrap(), column.to_owned())),
            // Of one column, which its own use cases blank.
            (None, None) => continue,
        };
        assert!(declared.insert(table.to_owned(), kept).is_none(), "{table} twice");
    }
    declared
}

/// What is declared to go after so many days goes by the job, and nothing else does.
#[test]
fn each_declared_period_has_its_job_and_each_job_its_period() {
    let by_job: BTreeMap<_, _> = KEPT
        .into_iter()
        .chain(SWEPT)
        .map(|kept| (kept.table.to_owned(), (kept.days, kept.since.to_owned())))
        .collect();
    assert_eq!(by_job.len(), KEPT.len() + SWEPT.len(), "a table is purged twice");
    let declared: BTreeMap<_, _> = declared()
        .into_iter()
        .filter_map(|(table, kept)| Some((table, kept.ok()?)))
        .collect();
    assert_eq!(
        declared, by_job,
        "[retention] of fields.toml, and app/src/retention"
    );
}

#[store_test]
async fn every_table_is_kept_for_a_time_or_for_a_reason(db: TestDb) {
    let sql = match db.engine() {
        Engine::Sqlite => "select name from sqlite_master where type = 'table'",
        Engine::Postgres => "select cast(tablename as text) from pg_tables where schemaname = 'public'",
    };
    let read: Result<Vec<Row>, StoreError> = db
        .read("test::tables", move |tx| {
            Box::pin(async move { tx.query(sql, &[]).await })
        })
        .await;
    let schema: BTreeSet<String> = read
        .unwrap()
        .iter()
        .map(|row| row.text(0).unwrap().to_owned())
        .collect();
    // Made by the migrator itself: how many migrations ran.
    let known: BTreeSet<String> = declared()
        .into_keys()
        .chain(["schema_version".to_owned()])
        .collect();
    let unnamed: Vec<_> = schema
        .difference(&known)
        .filter(|table| !table.starts_with("sqlite_"))
        .collect();
    let gone: Vec<_> = known.difference(&schema).collect();
    assert!(
        unnamed.is_empty() && gone.is_empty(),
        "not under [retention] of crates/xtask/fields.toml: {unnamed:?}; no table: {gone:?}"
    );
}

/// What the inventory promises to delete is deleted by the job.
#[test]
fn each_period_of_the_inventory_has_its_job() {
    let declared = include_str!("../../../xtask/fields.toml");
    let promises: Vec<&str> = declared
        .lines()
        .filter(|line| line.contains(" days later"))
        .collect();
    // Households in which nobody was registered go with all that is theirs, by a function of their own.
    let besides = 1;
    assert_eq!(promises.len(), KEPT.len() + besides, "{promises:#?}");
}
