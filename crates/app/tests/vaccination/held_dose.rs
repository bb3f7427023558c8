//! Doses recorded without reading anyone: held while the log is down, and matched with their persons when it is back.

use pramaan_app::encounter::Evidence;
use pramaan_app::held_dose::{HeldDose, HeldFor, HeldState, LISTED, Listed, Trouble, WhyUnread};
use pramaan_app::roster::AppointmentState;
use pramaan_app::{Citizen, Refusal, StaffRole};
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::staff::StaffCode;
use pramaan_domain::time::Timestamp;
use pramaan_domain::vaccine::Vaccine;
use pramaan_store::dose::{self, Entered, Given};
use pramaan_store::held_dose;
use pramaan_store::testing::{TestDb, store_test};
use pramaan_store::{StoreError, Value};

use crate::support::*;

impl Site {
    pub(crate) async fn to_hold(&self) -> HeldDose {
        let dose = self.dose();
        HeldDose {
            who: HeldFor::slip(self.id, self.code().await.parse().unwrap()),
            vaccine: dose.vaccine,
            batch: dose.batch,
            vial: dose.vial,
            given_at: dose.given_at,
            site: dose.site,
            reason: Some(reason()),
        }
    }

    pub(crate) async fn hold(&self, dose: HeldDose) -> i64 {
        self.app.app.hold_dose(&self.staff, dose).await.unwrap()
    }

    pub(crate) async fn settle(&self) -> u64 {
        self.app.app.settle_held_doses().await.unwrap()
    }

    pub(crate) async fn held(&self) -> Vec<Listed> {
        self.app.app.held_doses(&self.staff).await.unwrap().newest
    }

    pub(crate) async fn state(&self) -> HeldState {
        self.held().await[0].state
    }

    /// The person's doses, by the person's own look.
    pub(crate) async fn doses(&self) -> Vec<Given> {
        let subject = self.app.member(&self.citizen).await;
        let receipts = self.app.receipts_for_doses(subject).await;
        let (sealer, now) = (self.app.sealer.clone(), self.app.clock.now());
        let given = self.app.db.read("test::doses", move |tx| {
            Box::pin(async move { dose::given(tx, &sealer, receipts, now).await })
        });
        given.await.unwrap().remove(0).1
    }

    /// Another household at the same session, and what is held for its member.
    pub(crate) async fn somebody_else(&self, mobile: &str, document: &str) -> (Citizen, HeldDose) {
        let citizen = self.app.citizen(mobile).await;
        let id = register(&self.app, &citizen, document).await;
        let appointment = book(&self.app, &citizen, self.session, &[id], 1).await;
        let slip = self.app.app.slip(&citizen, appointment, "test").await.unwrap();
        let dose = HeldDose {
            who: HeldFor::slip(id, slip.members[0].code.parse().unwrap()),
            ..self.to_hold().await
        };
        (citizen, dose)
    }

    async fn purposes_since(&self, before: usize) -> Vec<(&'static str, &'static str, &'static str)> {
        let accesses = self.app.accesses().await;
        let told = accesses[before..]
            .iter()
            .map(|access| (access.actor, access.purpose, access.basis));
        told.collect()
    }

    async fn one_dose(&self) {
        for table in ["dose", "dose_count", "certificate"] {
            assert_eq!(self.count(table).await, 1, "{table}");
        }
    }
}

#[store_test]
async fn without_the_log_nothing_is_read_and_a_dose_is_held(db: TestDb) {
    let site = Site::open(db).await;
    let (dose, place) = (site.to_hold().await, site.place().await);
    let code = site.code().await.parse().unwrap();
    site.app.break_log().await;
    let refused = site.begin(Evidence::Code { place, code }).await;
    assert!(matches!(refused, Err(Refusal::Unavailable(_))), "{refused:?}");

    let dose = HeldDose { reason: None, ..dose };
    assert_eq!(site.hold(dose.clone()).await, 1);
    assert_eq!(site.hold(dose.clone()).await, 1, "the same again is the same");
    let other = HeldDose {
        vaccine: Vaccine::Covaxin,
        vial: pramaan_app::dose::Vial::parse("tray 12, vial 34").unwrap(),
        ..dose
    };
    assert_eq!(site.hold(other).await, 2);
    let lengths = "select count(distinct length(sealed)) from held_dose";
    assert_eq!(number(&site, lengths).await, 1, "lengths tell nothing");
    let held: Vec<_> = site.held().await;
    let told: Vec<_> = held
        .iter()
        .map(|one| (one.number, one.vaccine, one.state))
        .collect();
    let waiting = HeldState::Waiting;
    assert_eq!(
        told,
        [(2, Vaccine::Covaxin, waiting), (1, Vaccine::Covishield, waiting)]
    );

    let settled = site.app.app.settle_held_doses().await;
    assert!(matches!(settled, Err(Refusal::Unavailable(_))), "{settled:?}");
    assert_eq!(site.state().await, waiting, "it waits for the log");
    assert_eq!((site.count("dose").await, site.count("encounter").await), (0, 0));
}

#[store_test]
async fn a_held_dose_is_recorded_when_the_log_is_back(db: TestDb) {
    let site = Site::open(db).await;
    let dose = site.to_hold().await;
    let typed_at = site.app.clock.now();
    site.app.break_log().await;
    site.hold(dose).await;
    site.app.clock.advance_seconds(600);
    site.app.mend_log().await;
    let before = site.app.accesses().await.len();

    assert_eq!(site.settle().await, 1);
    assert_eq!(
        site.purposes_since(before).await,
        [
            ("machine-job", "notification", "duty-of-law"),
            ("vaccinator", "vaccination", "evidence-at-site"),
            ("machine-job", "certificate", "duty-of-law"),
        ]
    );
    site.one_dose().await;
    assert_eq!(site.state().await, HeldState::Recorded);
    let visitors = site.app.app.roster_today(&site.staff).await.unwrap();
    assert_eq!(visitors[0].state, AppointmentState::Vaccinated);
    assert_eq!(taken(&site).await, 1, "the seat stays taken");
    let given = site.doses().await;
    assert_eq!(given[0].facts.given_at, typed_at);
    assert_eq!(given[0].facts.entered, Entered::Held { at: typed_at });
    assert_eq!(given[0].facts.off_protocol, None);

    let entries = site.count("access_leaf").await;
    assert_eq!(site.settle().await, 0, "nothing waits any more");
    assert_eq!(site.count("access_leaf").await, entries);
    site.one_dose().await;
}

#[store_test]
async fn two_nodes_record_a_held_dose_once(db: TestDb) {
    let site = Site::open(db).await;
    site.hold(site.to_hold().await).await;
    let before = site.app.accesses().await.len();
    let other = site.app.second_node();
    let (one, two) = tokio::join!(site.app.app.settle_held_doses(), other.settle_held_doses());
    assert_eq!(one.unwrap() + two.unwrap(), 1);
    site.one_dose().await;
    assert_eq!(site.state().await, HeldState::Recorded);
    let entries = site.purposes_since(before).await.len();
    assert_eq!(entries, 3, "nobody's number is opened for nothing");
}

/// A transaction that ended in the middle, as by a kill, has recorded nothing and claimed nothing.
#[store_test]
async fn what_failed_halfway_waits_and_is_recorded_once(db: TestDb) {
    let site = Site::open(db).await;
    site.hold(site.to_hold().await).await;
    let gone = "alter table certificate_index rename to certificate_index_gone";
    execute(&site.app, gone, Vec::new()).await;
    let failed = site.app.app.settle_held_doses().await;
    assert!(matches!(failed, Err(Refusal::Unavailable(_))), "{failed:?}");
    assert_eq!(site.state().await, HeldState::Waiting);
    assert_eq!((site.count("dose").await, site.count("encounter").await), (0, 0));
    let back = "alter table certificate_index_gone rename to certificate_index";
    execute(&site.app, back, Vec::new()).await;
    assert_eq!(site.settle().await, 0, "not at once");
    site.app.clock.advance_seconds(31);
    assert_eq!(site.settle().await, 1);
    site.one_dose().await;
}

/// Who died while at it has it for the length of the lease; then it is due again.
#[store_test]
async fn what_a_node_took_and_left_is_due_again(db: TestDb) {
    let site = Site::open(db).await;
    site.hold(site.to_hold().await).await;
    let now = site.app.clock.now();
    let taken = site.app.db.write("test::claim", move |tx| {
        Box::pin(async move { held_dose::claim(tx, 10, 300, now).await })
    });
    let taken: Result<Vec<_>, StoreError> = taken.await;
    assert_eq!(taken.unwrap().len(), 1);
    assert_eq!(site.settle().await, 0, "another node is at it");
    site.app.clock.advance_seconds(301);
    assert_eq!(site.settle().await, 1);
}

/// Three households; the middle one's keys do not unwrap, so that nothing of theirs can be logged.
#[store_test]
async fn one_bad_row_stops_nobody_elses(db: TestDb) {
    let site = Site::open(db).await;
    site.hold(site.to_hold().await).await;
    let (spoilt, dose) = site.somebody_else("9876543211", "Y7654321").await;
    site.hold(dose).await;
    let (_, dose) = site.somebody_else("9876543212", "X7654321").await;
    site.hold(dose).await;
    let spoil = "update person_key set tags = $2 where household = $1 and household <> subject";
    let (household, _) = site.app.member(&spoilt).await;
    let row: Vec<Value> = vec![household.into(), vec![1_u8; 7].into()];
    execute(&site.app, spoil, row).await;

    assert_eq!(site.settle().await, 2, "all but one");
    let states: Vec<_> = site.held().await.iter().map(|one| one.state).collect();
    let (waiting, recorded) = (HeldState::Waiting, HeldState::Recorded);
    assert_eq!(states, [recorded, waiting, recorded]);
    let attempts = "select attempts from held_dose where state = 'waiting'";
    for (seconds, tried) in [(29, 1), (2, 2), (58, 2), (3, 3)] {
        site.app.clock.advance_seconds(seconds);
        let _fails = site.app.app.settle_held_doses().await;
        assert_eq!(number(&site, attempts).await, tried, "{seconds}");
    }
    let why = site.app.app.why_unread();
    assert_eq!(why, WhyUnread::Asked, "records can be opened all the while");
    let (_, dose) = site.somebody_else("9876543213", "W7654321").await;
    site.hold(dose).await;
    assert_eq!(site.settle().await, 1, "who is held later is not behind it");
}

/// Thirty of one member of staff on one day; what is left waits for the next, unlooked at.
#[store_test]
async fn wrong_slips_of_held_doses_are_bounded_for_who_typed_them(db: TestDb) {
    let site = Site::open(db).await;
    let wrong = HeldDose {
        who: HeldFor::slip(site.id, site.wrong_code().await),
        ..site.to_hold().await
    };
    site.hold(wrong).await;
    assert_eq!(site.settle().await, 0);
    let counted = "select n from evidence_count where kind = 'wrong_held_slip'";
    assert_eq!(number(&site, counted).await, 1);
    let spent = "update evidence_count set n = 30 where kind = 'wrong_held_slip'";
    execute(&site.app, spent, Vec::new()).await;
    site.hold(site.to_hold().await).await;
    assert_eq!(site.settle().await, 0);
    assert_eq!(site.state().await, HeldState::Waiting);
    let manager = site.app.staff(StaffRole::SiteManager, 1, 395);
    let today = site.app.app.today();
    site.app.app.retry_held_dose(&manager, today, 1).await.unwrap();
    assert_eq!(site.settle().await, 0);
    assert_eq!(
        site.held().await[1].state,
        HeldState::Waiting,
        "a manager's try is one more guess, and waits too"
    );
    site.app.clock.advance_seconds(86_400);
    assert_eq!(site.settle().await, 1);
}

/// More than a batch: a run goes on while there is more.
#[store_test]
async fn a_run_goes_on_until_nothing_is_due(db: TestDb) {
    let site = Site::open(db).await;
    let right = site.to_hold().await;
    for vial in 1..=70 {
        let vial = pramaan_app::dose::Vial::parse(&vial.to_string()).unwrap();
        site.hold(HeldDose {
            vial,
            ..right.clone()
        })
        .await;
    }
    assert_eq!(site.settle().await, 1, "of one appointment");
    let waiting = "select count(*) from held_dose where state = 'waiting'";
    assert_eq!(number(&site, waiting).await, 0);
    site.one_dose().await;
}

/// The next day: what was given yesterday is recorded as of yesterday.
#[store_test]
async fn a_dose_of_yesterday_is_recorded_as_of_yesterday(db: TestDb) {
    let site = Site::open(db).await;
    let dose = site.to_hold().await;
    let given_at = dose.given_at;
    site.hold(dose).await;
    site.app.clock.advance_seconds(86_400);
    assert_eq!(site.settle().await, 1);
    assert_eq!(site.doses().await[0].facts.given_at, given_at);
}

#[store_test]
async fn a_held_dose_that_no_rule_allowed_is_recorded_with_a_flag(db: TestDb) {
    let site = Site::open(db).await;
    let dose = HeldDose {
        vaccine: Vaccine::Covaxin,
        ..site.to_hold().await
    };
    site.hold(dose).await;
    assert_eq!(site.settle().await, 1);
    let given = site.doses().await;
    assert_eq!(given[0].facts.vaccine, Vaccine::Covaxin);
    let flag = given[0].facts.off_protocol.as_ref().unwrap();
    assert_eq!(flag.reason, reason().as_str(), "in the words of who typed it");
}

/// Nobody is asked why while the log refuses entries, and nobody can say so when it does not.
#[store_test]
async fn why_a_record_was_not_opened_is_known_or_asked(db: TestDb) {
    let site = Site::open(db).await;
    let (place, code) = (site.place().await, site.code().await.parse().unwrap());
    let dose = HeldDose {
        vaccine: Vaccine::Covaxin,
        reason: None,
        ..site.to_hold().await
    };
    let app = &site.app.app;
    assert_eq!(app.why_unread(), WhyUnread::Asked);
    let refused = app.hold_dose(&site.staff, dose.clone()).await;
    assert!(
        matches!(refused, Err(Refusal::Invalid { field: "reason", .. })),
        "{refused:?}"
    );
    assert_eq!(site.count("held_dose").await, 0);

    site.app.break_log().await;
    let refused = site.begin(Evidence::Code { place, code }).await;
    assert!(matches!(refused, Err(Refusal::Unavailable(_))), "{refused:?}");
    assert_eq!(app.why_unread(), WhyUnread::Known);
    site.hold(dose).await;
    site.app.mend_log().await;
    assert_eq!(site.settle().await, 1);
    assert_eq!(app.why_unread(), WhyUnread::Asked, "an entry was taken");
    let given = site.doses().await;
    let flag = given[0].facts.off_protocol.as_ref().unwrap();
    assert!(flag.reason.contains("could not be opened"), "{}", flag.reason);
}

/// A wrong code and a number of nobody look alike; each is tried once, and a wrong code counts as at the table.
#[store_test]
async fn what_fits_nobody_needs_attention_and_is_not_tried_again(db: TestDb) {
    let site = Site::open(db).await;
    let right = site.to_hold().await;
    let wrong = HeldDose {
        who: HeldFor::slip(site.id, site.wrong_code().await),
        ..right.clone()
    };
    site.hold(wrong.clone()).await;
    let nobody = ReferenceId::from_number(31_415_926_535_897).unwrap();
    let unknown = HeldDose {
        who: HeldFor::slip(nobody, site.code().await.parse().unwrap()),
        ..right.clone()
    };
    site.hold(unknown).await;
    for _ in 0..7 {
        assert_eq!(site.settle().await, 0);
    }
    let states: Vec<_> = site.held().await.iter().map(|one| one.state).collect();
    assert_eq!(states, [HeldState::NeedsAttention(Trouble::NoMatch); 2]);
    assert_eq!(tries(&site).await, 1, "counted once, not at each run");

    // Five wrong ones spend the code, also for a held dose with the right one; and that is not told either.
    for vial in 1..=4 {
        let vial = pramaan_app::dose::Vial::parse(&vial.to_string()).unwrap();
        site.hold(HeldDose {
            vial,
            ..wrong.clone()
        })
        .await;
    }
    assert_eq!(site.settle().await, 0);
    site.hold(right).await;
    assert_eq!(site.settle().await, 0);
    assert_eq!(site.state().await, HeldState::NeedsAttention(Trouble::NoMatch));
    assert_eq!((site.count("dose").await, site.count("held_dose").await), (0, 7));
    let counted = "select cast(coalesce(sum(n), 0) as bigint) from evidence_count where kind = 'wrong_slip'";
    assert_eq!(number(&site, counted).await, 0, "and the table stays open");
}

/// Whether somebody had a dose is not told to who knows the reference id alone.
#[store_test]
async fn a_held_dose_with_a_wrong_code_does_not_tell_who_was_vaccinated(db: TestDb) {
    let site = Site::open(db).await;
    let wrong = HeldDose {
        who: HeldFor::slip(site.id, site.wrong_code().await),
        ..site.to_hold().await
    };
    let open = site.open_record().await;
    let recorded = site
        .app
        .app
        .record_dose(&site.staff, open.key, site.dose(), "test");
    recorded.await.unwrap();
    site.hold(wrong).await;
    assert_eq!(site.settle().await, 0);
    assert_eq!(site.state().await, HeldState::NeedsAttention(Trouble::NoMatch));
}

/// A session that was cancelled since makes nobody a guesser: the table stays open, and what was shown there keeps no held
/// dose back.
#[store_test]
async fn held_doses_and_the_table_do_not_close_one_another(db: TestDb) {
    let site = Site::open(db).await;
    let right = site.to_hold().await;
    let wrong = HeldDose {
        who: HeldFor::slip(site.id, site.wrong_code().await),
        ..right.clone()
    };
    site.hold(wrong).await;
    assert_eq!(site.settle().await, 0);
    let counted = "select cast(coalesce(sum(n), 0) as bigint) from evidence_count where kind = 'wrong_slip'";
    assert_eq!(number(&site, counted).await, 0);
    site.hold(right).await;
    let spent = "insert into evidence_count (staff, day, kind, n) select staff, day, 'wrong_slip', $1 from held_dose limit 1";
    let most = vec![pramaan_app::encounter::WRONG_SLIPS_A_DAY.into()];
    execute(&site.app, spent, most).await;
    assert_eq!(site.settle().await, 1);
}

#[store_test]
async fn a_person_recorded_meanwhile_gets_no_second_dose(db: TestDb) {
    let site = Site::open(db).await;
    site.hold(site.to_hold().await).await;
    let open = site.open_record().await;
    site.app
        .app
        .record_dose(&site.staff, open.key, site.dose(), "test")
        .await
        .unwrap();
    assert_eq!(site.settle().await, 0);
    assert_eq!(
        site.state().await,
        HeldState::NeedsAttention(Trouble::AlreadyRecorded)
    );
    site.one_dose().await;
}

#[store_test]
async fn only_vaccinators_of_today_hold_doses_and_see_the_list(db: TestDb) {
    let site = Site::open(db).await;
    let dose = site.to_hold().await;
    site.hold(dose.clone()).await;
    let app = &site.app.app;
    let elsewhere = nurse(&site.app, "MH-0002", 2).await;
    let elsewheres = app.held_doses(&elsewhere).await.unwrap();
    assert_eq!(
        (elsewheres.newest, elsewheres.count),
        (Vec::new(), 0),
        "another centre's"
    );
    app.set_roster_of(1, app.today(), Vec::new()).await.unwrap();
    let held = app.hold_dose(&site.staff, dose.clone()).await;
    assert!(matches!(held, Err(Refusal::OffRoster)), "{held:?}");
    let listed = app.held_doses(&site.staff).await;
    assert!(matches!(listed, Err(Refusal::OffRoster)), "{listed:?}");
    let manager = site
        .app
        .enrolled("MH-0003", pramaan_app::StaffRole::SiteManager, Some(1))
        .await;
    let held = app.hold_dose(&manager.staff, dose.clone()).await;
    assert!(matches!(held, Err(Refusal::Forbidden)), "{held:?}");

    let ahead = HeldDose {
        given_at: ahead(dose.given_at),
        ..dose
    };
    let held = app.hold_dose(&elsewhere, ahead).await;
    assert!(matches!(held, Err(Refusal::Invalid { .. })), "{held:?}");

    let district = site.app.staff(StaffRole::DistrictAdmin, 0, 395);
    let listed = app.held_doses(&district).await;
    assert!(matches!(listed, Err(Refusal::Forbidden)), "{listed:?}");
    assert_eq!(app.held_doses(&manager.staff).await.unwrap().count, 1);
}

/// She was at work when she held it. That she went home or that her account ended since takes no dose from anybody.
#[store_test]
async fn what_becomes_of_who_typed_it_takes_no_held_dose_away(db: TestDb) {
    let site = Site::open(db).await;
    site.hold(site.to_hold().await).await;
    let app = &site.app.app;
    app.set_roster_of(1, app.today(), Vec::new()).await.unwrap();
    let code = StaffCode::parse("MH-0001").unwrap();
    app.end_anybody(code).await.unwrap();
    let before = site.app.accesses().await.len();
    assert_eq!(site.settle().await, 1);
    let purposes = site.purposes_since(before).await;
    assert!(
        purposes.contains(&("vaccinator", "vaccination", "evidence-at-site")),
        "{purposes:?}"
    );
    let given = site.doses().await;
    assert_eq!(
        (given[0].facts.centre, given[0].facts.staff.as_str()),
        (1, "MH-0001")
    );
}

/// Whose act it was, and when, is in the sealed part: who can write the database gives it to nobody else.
#[store_test]
async fn a_row_that_names_another_member_of_staff_or_moment_is_not_recorded(db: TestDb) {
    let site = Site::open(db).await;
    let colleague = nurse(&site.app, "MH-0002", 1).await;
    let codes = ["MH-0001", "MH-0002"].map(|code| StaffCode::parse(code).unwrap());
    let today = site.app.app.today();
    site.app.app.set_roster_of(1, today, codes.into()).await.unwrap();
    assert_ne!(colleague, site.staff);
    for change in [
        "update held_dose set staff = (select id from staff where code = 'MH-0002')",
        "update held_dose set held_at = held_at - 1000000",
    ] {
        site.hold(site.to_hold().await).await;
        execute(&site.app, change, Vec::new()).await;
        let entries = site.count("access_leaf").await;
        assert_eq!(site.settle().await, 0, "{change}");
        assert_eq!(
            site.state().await,
            HeldState::NeedsAttention(Trouble::Unreadable),
            "{change}"
        );
        assert_eq!(site.count("dose").await, 0, "{change}");
        assert_eq!(site.count("access_leaf").await, entries, "in nobody's name");
        execute(&site.app, "delete from held_dose", Vec::new()).await;
    }
}

#[store_test]
async fn a_site_manager_retries_and_dismisses_what_needs_attention(db: TestDb) {
    let site = Site::open(db).await;
    let app = &site.app.app;
    let today = app.today();
    let (manager, elsewhere) = (
        site.app.staff(StaffRole::SiteManager, 1, 395),
        site.app.staff(StaffRole::SiteManager, 2, 395),
    );
    site.hold(site.to_hold().await).await;
    let cancelled = "update session set state = 'cancelled'";
    execute(&site.app, cancelled, Vec::new()).await;
    assert_eq!(site.settle().await, 0);
    assert_eq!(site.state().await, HeldState::NeedsAttention(Trouble::NoMatch));

    let refused = app.retry_held_dose(&site.staff, today, 1).await;
    assert!(matches!(refused, Err(Refusal::Forbidden)), "{refused:?}");
    let refused = app.retry_held_dose(&elsewhere, today, 1).await;
    assert!(matches!(refused, Err(Refusal::NoHeldDose)), "{refused:?}");
    app.retry_held_dose(&manager, today, 1).await.unwrap();
    assert_eq!(site.state().await, HeldState::Waiting);
    let again = app.retry_held_dose(&manager, today, 1).await;
    assert!(matches!(again, Err(Refusal::NoHeldDose)), "{again:?}");
    execute(&site.app, "update session set state = 'published'", Vec::new()).await;
    assert_eq!(site.settle().await, 1);
    let recorded = app.dismiss_held_dose(&manager, (today, 1), reason()).await;
    assert!(matches!(recorded, Err(Refusal::NoHeldDose)), "{recorded:?}");

    let wrong = HeldDose {
        who: HeldFor::slip(site.id, site.wrong_code().await),
        ..site.to_hold().await
    };
    site.hold(wrong).await;
    assert_eq!(site.settle().await, 0);
    for not_theirs in [&site.staff, &elsewhere] {
        let refused = app.dismiss_held_dose(not_theirs, (today, 2), reason()).await;
        assert!(refused.is_err(), "{refused:?}");
    }
    app.dismiss_held_dose(&manager, (today, 2), reason())
        .await
        .unwrap();
    assert_eq!(site.state().await, HeldState::Dismissed);
    site.app.clock.advance_seconds(86_400);
    let list = app.held_doses(&manager).await.unwrap();
    assert_eq!(list.count, 0, "and tomorrow it is gone from the list");
    let told = &list.dismissed[0];
    assert_eq!((told.day, told.number), (today, 2));
    assert_eq!(
        (told.dismissal.by.as_str(), told.dismissal.reason.as_str()),
        (manager.code(), reason().as_str()),
        "but the manager still sees who took it from the list, and why"
    );
    assert_eq!(app.held_doses(&elsewhere).await.unwrap().dismissed, []);
    site.app.clock.advance_seconds(7 * 86_400);
    assert_eq!(app.held_doses(&manager).await.unwrap().dismissed, []);
}

#[store_test]
async fn the_list_is_bounded_and_counts_what_it_leaves_out(db: TestDb) {
    let site = Site::open(db).await;
    site.hold(site.to_hold().await).await;
    let more = "with recursive n (n) as (select 2 union all select n + 1 from n where n < 130)
                insert into held_dose (centre, day, number, staff, vaccine, source, late, clock_off, typed_mac, sealed, state
                  , trouble, attempts, held_at, due_at, holder_mac)
                select h.centre, h.day, n.n, h.staff, h.vaccine, h.source, h.late, h.clock_off, h.typed_mac || $1, h.sealed, 'needs_attention', 'no_match', 1
                  , h.held_at, h.due_at, h.holder_mac from held_dose h cross join n";
    let mac = match site.app.db.engine() {
        // One mac a row: a unique key asks for it.
        pramaan_store::Engine::Sqlite => more.replace("h.typed_mac || $1", "cast(n.n as blob)"),
        pramaan_store::Engine::Postgres => {
            more.replace("h.typed_mac || $1", "decode(lpad(to_hex(n.n), 8, '0'), 'hex')")
        }
    };
    let filled = site.app.db.write("test::fill", move |tx| {
        Box::pin(async move { tx.execute(&mac, &[]).await })
    });
    let filled: Result<u64, StoreError> = filled.await;
    assert_eq!(filled.unwrap(), 129);
    let list = site.app.app.held_doses(&site.staff).await.unwrap();
    assert_eq!((list.newest.len(), list.count), (LISTED as usize, 130));
    assert_eq!(list.newest[0].number, 130, "the newest first");
}

fn ahead(at: Timestamp) -> Timestamp {
    at.plus_seconds(60)
}

async fn taken(site: &Site) -> i64 {
    number(site, "select cast(sum(taken) as bigint) from seat").await
}

async fn tries(site: &Site) -> i64 {
    number(site, "select code_tries from appointment").await
}

async fn number(site: &Site, sql: &'static str) -> i64 {
    let found = site.app.db.read("test::number", move |tx| {
        Box::pin(async move { tx.query_one(sql, &[]).await?.int(0) })
    });
    found.await.unwrap()
}
