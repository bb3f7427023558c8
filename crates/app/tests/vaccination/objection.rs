//! "This was not right": the person objects, the district answers within thirty days, nobody answers for themselves.

use pramaan_app::access_list::AccessList;
use pramaan_app::district::Need;
use pramaan_app::objection::{
    After, Ground, OPEN_AT_MOST, Objecting, ObjectionList, Standing, Waits, Wanted, Whose, Words, due,
};
use pramaan_app::{Refusal, Staff, StaffRole};
use pramaan_domain::access::{Field, Purpose};
use pramaan_domain::mobile::Mobile;
use pramaan_store::testing::{TestDb, store_test};

use crate::support::{MOBILE, Site, count, execute};

struct Looked {
    site: Site,
    officer: Staff,
    /// Where the nurse's look is in the log.
    index: u64,
}

impl Looked {
    async fn begin(db: TestDb) -> Self {
        let site = Site::open(db).await;
        site.open_record().await;
        let officer = site.app.enrolled("MH-0500", StaffRole::DistrictAdmin, None).await;
        let list = list(&site).await;
        let nurse = list.others.iter().find(|line| line.staff == "MH-0001").unwrap();
        Self {
            index: nurse.index,
            officer: officer.staff,
            site,
        }
    }

    async fn object(&self, index: u64) -> Result<(), Refusal> {
        let objecting = Objecting {
            index,
            before: None,
            ground: Ground::NotThere,
            words: words("I was at home that morning"),
        };
        let app = &self.site.app.app;
        let answer_due = app
            .object(&self.site.citizen, Whose::Member(1), objecting, "test")
            .await?;
        assert_eq!(answer_due, due(self.site.app.clock.now()));
        Ok(())
    }

    /// What waits, as an officer sees it.
    async fn list(&self, officer: &Staff) -> ObjectionList {
        let app = &self.site.app.app;
        app.objections(officer, (Wanted::Waiting, None)).await.unwrap()
    }

    async fn waits(&self) -> Vec<Waits> {
        self.list(&self.officer).await.lines
    }
}

async fn list(site: &Site) -> AccessList {
    let app = &site.app.app;
    app.access_list(&site.citizen, site.id, None, "test")
        .await
        .unwrap()
}

fn words(text: &str) -> Words {
    Words::parse(text).unwrap()
}

#[store_test]
async fn an_objection_has_a_clock_and_is_answered_once(db: TestDb) {
    let looked = Looked::begin(db).await;
    let (site, officer) = (&looked.site, &looked.officer);
    let app = &site.app.app;
    looked.object(looked.index).await.unwrap();
    looked.object(looked.index).await.unwrap();
    assert_eq!(count(&site.app, "objection").await, 1, "twice is once");
    let own = list(site).await.objections;
    let [own] = own.as_slice() else { panic!("{own:?}") };
    assert_eq!((own.about.index, own.standing), (looked.index, Standing::Open));

    let before = site.app.log_size().await;
    let waits = looked.waits().await;
    let [one] = waits.as_slice() else {
        panic!("{waits:?}")
    };
    assert_eq!(one.standing, Standing::Open);
    assert_eq!(site.app.log_size().await, before, "the list opens nobody");
    let left = one.due_at.seconds() - site.app.clock.now().seconds();
    site.app.clock.advance_seconds(left);
    assert_eq!(
        looked.waits().await[0].standing,
        Standing::Open,
        "in the last second"
    );
    site.app.clock.advance_seconds(1);
    let waits = looked.waits().await;
    assert_eq!(waits[0].standing, Standing::Overdue);
    let needs = app.morning(officer).await.unwrap().needs;
    assert!(needs.contains(&Need::ObjectionsOverdue { count: 1 }), "{needs:?}");
    app.count_objections().await.unwrap();
    let counted = app.objections_counted();
    assert_eq!((counted.open, counted.overdue), (1, 1));

    let open = app.objection(officer, waits[0].id, "test").await.unwrap();
    assert_eq!(open.objected.words.as_str(), "I was at home that morning");
    assert_eq!(open.objected.about.staff, "MH-0001");
    let looks = list(site).await.others;
    assert_eq!(looks[0].purpose, Purpose::Grievance, "the person sees that look");
    assert_eq!(looks[0].fields.iter().collect::<Vec<_>>(), [Field::Objections]);

    let answer = (waits[0].id, words("it was the wrong line of the list"));
    app.answer_objection(officer, answer.clone(), "test")
        .await
        .unwrap();
    let again = app.answer_objection(officer, answer, "test").await;
    assert!(matches!(again, Err(Refusal::AnsweredAlready)), "{again:?}");
    let own = list(site).await.objections.remove(0);
    let told = own.answer.unwrap();
    assert_eq!((told.by.as_str(), own.standing), ("MH-0500", Standing::Answered));
    assert_eq!(told.words.as_str(), "it was the wrong line of the list");
    let sent = site.app.outbox.to(&Mobile::parse(MOBILE).unwrap());
    assert!(sent.last().unwrap().text.contains("has been answered"));
    assert_eq!(looked.list(officer).await, ObjectionList::default());
    let answered = app.objections(officer, (Wanted::Answered, None)).await.unwrap();
    assert_eq!(answered.lines[0].standing, Standing::Answered);
    let again = app
        .objection(officer, answered.lines[0].id, "test")
        .await
        .unwrap();
    assert_eq!(
        again.objected.answer.unwrap().by,
        "MH-0500",
        "the district can read it again"
    );
    let needs = app.morning(officer).await.unwrap().needs;
    assert!(
        !needs
            .iter()
            .any(|need| matches!(need, Need::ObjectionsOverdue { .. }))
    );
}

#[store_test]
async fn only_the_district_answers_and_nobody_for_themselves(db: TestDb) {
    let looked = Looked::begin(db).await;
    let (site, app) = (&looked.site, &looked.site.app.app);
    looked.object(looked.index).await.unwrap();
    let id = looked.waits().await[0].id;
    // The officer's own look at the objection is in the list, and can be objected to.
    app.objection(&looked.officer, id, "test").await.unwrap();
    let officers = list(site).await.others[0].index;
    looked.object(officers).await.unwrap();
    let list = looked.list(&looked.officer).await;
    assert_eq!(
        (list.lines.len(), list.own.len()),
        (1, 1),
        "their own stand apart"
    );
    let own = list.own[0];
    let before = site.app.log_size().await;
    let refused = app.objection(&looked.officer, own.id, "test").await.unwrap_err();
    assert!(matches!(refused, Refusal::OwnObjection), "{refused}");
    let answer = (own.id, words("all was well"));
    let refused = app.answer_objection(&looked.officer, answer, "test").await;
    assert!(matches!(refused, Err(Refusal::OwnObjection)), "{refused:?}");
    for other in [
        site.app
            .staff(StaffRole::Vaccinator, 1, looked.officer.district()),
        site.app
            .staff(StaffRole::SiteManager, 1, looked.officer.district()),
        site.app
            .staff(StaffRole::DistrictAdmin, 0, looked.officer.district() + 1),
    ] {
        assert!(app.objection(&other, id, "test").await.is_err(), "{other:?}");
    }
    assert_eq!(
        site.app.log_size().await,
        before,
        "nothing was opened for any of them"
    );
    // The district has no other officer, so any other district may answer.
    let elsewhere = site
        .app
        .staff(StaffRole::DistrictAdmin, 0, looked.officer.district() + 1);
    let answer = (own.id, words("the officer had to read it"));
    app.answer_objection(&elsewhere, answer, "test").await.unwrap();
}

/// With a colleague in the district, it stays there.
#[store_test]
async fn what_is_about_an_officer_is_answered_by_a_colleague_of_theirs(db: TestDb) {
    let looked = Looked::begin(db).await;
    let (site, app) = (&looked.site, &looked.site.app.app);
    let colleague = site.app.enrolled("MH-0501", StaffRole::DistrictAdmin, None).await;
    looked.object(looked.index).await.unwrap();
    let id = looked.waits().await[0].id;
    app.objection(&looked.officer, id, "test").await.unwrap();
    let officers = list(site).await.others[0].index;
    looked.object(officers).await.unwrap();
    let own = looked.list(&looked.officer).await.own[0];
    let elsewhere = site
        .app
        .staff(StaffRole::DistrictAdmin, 0, looked.officer.district() + 1);
    assert_eq!(looked.list(&elsewhere).await, ObjectionList::default());
    let refused = app.objection(&elsewhere, own.id, "test").await;
    assert!(matches!(refused, Err(Refusal::NoObjection)), "{refused:?}");
    let answer = (own.id, words("it was the officer's duty"));
    app.answer_objection(&colleague.staff, answer, "test")
        .await
        .unwrap();
}

/// Somebody who can write the database hides no other objection by spoiling one, and a long list goes on.
#[store_test]
async fn a_list_has_pages_and_an_altered_row_hides_no_other(db: TestDb) {
    let looked = Looked::begin(db).await;
    let (site, app) = (&looked.site, &looked.site.app.app);
    for _ in 0..2 {
        site.app.read_by_staff(MOBILE, 1).await;
    }
    for line in list(site).await.others {
        looked.object(line.index).await.unwrap();
        site.app.clock.advance_seconds(1);
    }
    let all = looked.waits().await;
    assert_eq!(all.len(), 3, "{all:?}");
    let second = (
        Wanted::Waiting,
        Some(After {
            made_at: all[0].made_at,
            id: all[0].id,
        }),
    );
    let rest = app.objections(&looked.officer, second).await.unwrap();
    assert_eq!(rest.lines, all[1..]);
    let spoilt = format!(
        "update objection_case set idx = idx + 1 where id = '{}'",
        all[1].id
    );
    execute(&site.app, &spoilt, Vec::new()).await;
    let list = looked.list(&looked.officer).await;
    assert_eq!((list.lines, list.altered), (vec![all[0], all[2]], 1));
}

/// Who changes an entry to look like the person's own takes no objection away.
#[store_test]
async fn an_entry_that_was_altered_in_the_database_is_objected_to(db: TestDb) {
    let looked = Looked::begin(db).await;
    let site = &looked.site;
    let own = list(site).await.new_devices[0].first.index;
    assert!(matches!(looked.object(own).await, Err(Refusal::NoEntry)));
    let forged = format!(
        "update access_leaf set leaf = (select leaf from access_leaf where idx = {}) where idx = {own}",
        looked.index
    );
    execute(&site.app, &forged, Vec::new()).await;
    let list = list(site).await;
    assert!(list.altered.iter().any(|line| line.index == own), "{list:?}");
    looked.object(own).await.unwrap();
    assert_eq!(looked.waits().await.len(), 1);
}

#[store_test]
async fn only_what_stands_in_ones_own_list_is_objected_to(db: TestDb) {
    let looked = Looked::begin(db).await;
    let (site, app) = (&looked.site, &looked.site.app.app);
    let size = site.app.log_size().await;
    for index in [size + 10, u64::MAX] {
        let refused = looked.object(index).await;
        assert!(matches!(refused, Err(Refusal::NoEntry)), "{index}: {refused:?}");
    }
    // The household's own look is asked about otherwise.
    let own = list(site).await.new_devices[0].first.index;
    assert!(matches!(looked.object(own).await, Err(Refusal::NoEntry)));
    let stranger = site.app.citizen("9876500000").await;
    let objecting = Objecting {
        index: looked.index,
        before: None,
        ground: Ground::Other,
        words: words("not mine"),
    };
    let refused = app.object(&stranger, Whose::Member(1), objecting, "test").await;
    assert!(matches!(refused, Err(Refusal::UnknownBeneficiary)), "{refused:?}");
    assert_eq!(count(&site.app, "objection").await, 0);
    for _ in 0..=OPEN_AT_MOST {
        site.app.read_by_staff(MOBILE, 1).await;
    }
    let lines = list(site).await.others;
    let mut made = 0;
    for line in &lines {
        match looked.object(line.index).await {
            Ok(()) => made += 1,
            Err(refused) => assert!(matches!(refused, Refusal::TooManyObjections), "{refused}"),
        }
    }
    assert_eq!(made, OPEN_AT_MOST);
}

#[store_test]
async fn a_row_that_somebody_changed_opens_nobody(db: TestDb) {
    let looked = Looked::begin(db).await;
    let (site, app) = (&looked.site, &looked.site.app.app);
    looked.object(looked.index).await.unwrap();
    let id = looked.waits().await[0].id;
    let before = site.app.log_size().await;
    for (change, back) in [
        ("against_mac = binding_mac", None),
        ("made_at = made_at + 1", Some("made_at = made_at - 1")),
        ("idx = idx + 1", Some("idx = idx - 1")),
    ]
    .into_iter()
    .rev()
    {
        let set = async |change: &str| {
            let sql = format!("update objection_case set {change}");
            execute(&site.app, &sql, Vec::new()).await;
        };
        set(change).await;
        let refused = app.objection(&looked.officer, id, "test").await;
        assert!(refused.is_err(), "{change}");
        assert_eq!(site.app.log_size().await, before, "{change}");
        // Each change alone: put back, it opens again.
        if let Some(back) = back {
            set(back).await;
            assert_eq!(looked.waits().await.len(), 1, "{back}");
        }
    }
}

#[store_test]
async fn ones_own_data_is_all_of_it_under_one_entry(db: TestDb) {
    let looked = Looked::begin(db).await;
    let (site, app) = (&looked.site, &looked.site.app.app);
    looked.object(looked.index).await.unwrap();
    let before = site.app.log_size().await;
    let taken = app.own_data(&site.citizen, 1, "test").await.unwrap();
    assert_eq!(site.app.log_size().await, before + 1);
    assert_eq!(taken.data.person.reference_id, Some(site.id));
    assert_eq!(taken.data.consent_version, "1");
    assert_eq!((taken.appointments.len(), taken.objections.len()), (1, 1));
    assert!(taken.data.accesses > 2, "{}", taken.data.accesses);
    let nobody = app.own_data(&site.citizen, 2, "test").await.unwrap_err();
    assert!(matches!(nobody, Refusal::UnknownBeneficiary));
}
