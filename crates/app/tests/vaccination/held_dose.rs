//! Doses recorded without reading anyone: held while the log is down, and matched with their persons when it is back.

use pramaan_app::Refusal;
use pramaan_app::encounter::Evidence;
use pramaan_app::held_dose::{HeldDose, HeldState, Listed, Trouble};
use pramaan_app::roster::AppointmentState;
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::time::Timestamp;
use pramaan_domain::vaccine::Vaccine;
use pramaan_store::dose::{self, Entered, Given};
use pramaan_store::testing::{TestDb, store_test};

use crate::support::*;

impl Site {
    async fn to_hold(&self) -> HeldDose {
        let dose = self.dose();
        HeldDose {
            reference_id: self.id,
            code: self.code().await.parse().unwrap(),
            vaccine: dose.vaccine,
            batch: dose.batch,
            vial: dose.vial,
            given_at: dose.given_at,
            site: dose.site,
        }
    }

    async fn hold(&self, dose: HeldDose) -> i64 {
        self.app.app.hold_dose(&self.staff, dose).await.unwrap()
    }

    async fn settle(&self) -> u64 {
        self.app.app.settle_held_doses().await.unwrap()
    }

    async fn held(&self) -> Vec<Listed> {
        self.app.app.held_doses(&self.staff).await.unwrap()
    }

    async fn state(&self) -> HeldState {
        self.held().await[0].state
    }

    /// The person's doses, by the person's own look.
    async fn doses(&self) -> Vec<Given> {
        let subject = self.app.member(&self.citizen).await;
        let receipts = self.app.receipts_for_doses(subject).await;
        let (sealer, now) = (self.app.sealer.clone(), self.app.clock.now());
        let given = self.app.db.read("test::doses", move |tx| {
            Box::pin(async move { dose::given(tx, &sealer, receipts, now).await })
        });
        given.await.unwrap().remove(0).1
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
    let other = site.app.second_node();
    let (one, two) = tokio::join!(site.app.app.settle_held_doses(), other.settle_held_doses());
    assert_eq!(one.unwrap() + two.unwrap(), 1);
    site.one_dose().await;
    assert_eq!(site.state().await, HeldState::Recorded);
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
    assert_eq!(site.settle().await, 1);
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
    assert!(flag.reason.contains("could not be opened"), "{}", flag.reason);
}

/// A wrong code and a number of nobody look alike; each is tried once, and a wrong code counts as at the table.
#[store_test]
async fn what_fits_nobody_needs_attention_and_is_not_tried_again(db: TestDb) {
    let site = Site::open(db).await;
    let right = site.to_hold().await;
    let wrong = HeldDose {
        code: site.wrong_code().await,
        ..right.clone()
    };
    site.hold(wrong.clone()).await;
    let nobody = ReferenceId::from_number(31_415_926_535_897).unwrap();
    let unknown = HeldDose {
        reference_id: nobody,
        ..right.clone()
    };
    site.hold(unknown).await;
    for _ in 0..7 {
        assert_eq!(site.settle().await, 0);
    }
    let states: Vec<_> = site.held().await.iter().map(|one| one.state).collect();
    assert_eq!(states, [HeldState::NeedsAttention(Trouble::NoMatch); 2]);
    assert_eq!(tries(&site).await, 1, "counted once, not at each run");

    // Five wrong ones spend the code, also for a held dose with the right one.
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
    assert_eq!(site.state().await, HeldState::NeedsAttention(Trouble::CodeSpent));
    assert_eq!((site.count("dose").await, site.count("held_dose").await), (0, 7));
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
    assert_eq!(app.held_doses(&elsewhere).await.unwrap(), [], "another centre's");
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

    assert_eq!(
        site.settle().await,
        0,
        "who typed it is off the roster of that day"
    );
    let off = "select count(*) from held_dose where state = 'needs_attention' and trouble = 'staff'";
    assert_eq!((number(&site, off).await, site.count("dose").await), (1, 0));
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
