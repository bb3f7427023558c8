//! The paper day: doses entered later from the printed roster, of today and of days past.

use pramaan_app::held_dose::{Held, HeldDose, HeldState, MANY_LATE, TypedOn, Vouched};
use pramaan_app::{Refusal, StaffRole};
use pramaan_domain::staff::StaffCode;
use pramaan_store::dose::Entered;
use pramaan_store::testing::{TestDb, store_test};

use crate::support::*;

const DAY: i64 = 86_400;
const PAPER: TypedOn = TypedOn::Paper { given_by: None };

impl Site {
    async fn enter(&self, dose: &HeldDose) -> Held {
        self.app.app.hold(&self.staff, dose.clone(), PAPER).await.unwrap()
    }

    pub(crate) async fn both_at_work(&self, other: &str) {
        let codes = ["MH-0001", other].map(|code| StaffCode::parse(code).unwrap());
        let today = self.app.app.today();
        self.app.app.set_roster_of(1, today, codes.into()).await.unwrap();
    }
}

#[store_test]
async fn a_dose_from_paper_keeps_when_it_was_given_and_when_it_was_entered(db: TestDb) {
    let site = Site::open(db).await;
    let dose = HeldDose {
        reason: None,
        ..site.to_hold().await
    };
    let given_at = dose.given_at;
    site.app.clock.advance_seconds(2 * DAY);
    let entered_at = site.app.clock.now();
    let held = site.enter(&dose).await;
    assert_eq!((held.day, held.late), (given_at.date(), 2));
    assert_eq!(
        site.enter(&dose).await,
        held,
        "the same line again is the same dose"
    );
    assert_eq!(site.settle().await, 1);
    let given = site.doses().await;
    assert_eq!(given[0].facts.given_at, given_at);
    assert_eq!(given[0].facts.entered, Entered::FromPaper { at: entered_at });
    let certificate = site
        .app
        .app
        .certificate(&site.citizen, site.id, None, "test")
        .await
        .unwrap();
    let date = given_at.date().to_string();
    assert!(
        certificate.json().contains(&date),
        "the certificate says the day on which it was given"
    );
}

#[store_test]
async fn paper_of_more_than_three_days_ago_waits_for_a_second_person(db: TestDb) {
    let site = Site::open(db).await;
    let app = &site.app.app;
    let dose = HeldDose {
        reason: None,
        ..site.to_hold().await
    };
    let day = dose.given_at.date();
    site.app.clock.advance_seconds(4 * DAY);
    let other = nurse(&site.app, "MH-0002", 1).await;
    site.both_at_work("MH-0002").await;
    let held = site.enter(&dose).await;
    assert_eq!((held.late, held.vouched), (4, Vouched::NeedsSecond));
    assert_eq!(site.settle().await, 0);
    assert_eq!(site.state().await, HeldState::NeedsSecond);

    let own = app.approve_held_dose(&site.staff, day, 1).await;
    assert!(
        matches!(own, Err(Refusal::NoHeldDose)),
        "nobody vouches for themselves: {own:?}"
    );
    let elsewhere = site.app.staff(StaffRole::SiteManager, 2, 395);
    let refused = app.approve_held_dose(&elsewhere, day, 1).await;
    assert!(matches!(refused, Err(Refusal::NoHeldDose)), "{refused:?}");
    let district = site.app.staff(StaffRole::DistrictAdmin, 0, 395);
    let refused = app.approve_held_dose(&district, day, 1).await;
    assert!(matches!(refused, Err(Refusal::Forbidden)), "{refused:?}");
    app.approve_held_dose(&other, day, 1).await.unwrap();
    assert_eq!(site.settle().await, 1);
    assert_eq!(site.doses().await.len(), 1);
}

/// Who writes the database can change a state, and vouches for nothing.
#[store_test]
async fn paper_that_nobody_vouched_for_is_not_recorded_by_a_changed_row(db: TestDb) {
    let site = Site::open(db).await;
    let dose = site.to_hold().await;
    site.app.clock.advance_seconds(4 * DAY);
    site.both_at_work("MH-0001").await;
    site.enter(&dose).await;
    execute(&site.app, "update held_dose set state = 'waiting'", Vec::new()).await;
    assert_eq!(site.settle().await, 0);
    assert_eq!(site.count("dose").await, 0);
}

#[store_test]
async fn paper_names_who_gave_the_dose_and_only_colleagues(db: TestDb) {
    let site = Site::open(db).await;
    let other = nurse(&site.app, "MH-0002", 1).await;
    site.both_at_work("MH-0002").await;
    let given_by = |code: &str| TypedOn::Paper {
        given_by: Some(StaffCode::parse(code).unwrap()),
    };
    let dose = site.to_hold().await;
    let refused = site
        .app
        .app
        .hold(&site.staff, dose.clone(), given_by("XX-9999"))
        .await;
    assert!(
        matches!(
            refused,
            Err(Refusal::Invalid {
                field: "given_by",
                ..
            })
        ),
        "{refused:?}"
    );
    site.app
        .app
        .hold(&site.staff, dose, given_by("MH-0002"))
        .await
        .unwrap();
    assert_eq!(site.settle().await, 1);
    assert_eq!(site.doses().await[0].facts.staff, other.code());
}

#[store_test]
async fn many_paper_doses_of_a_past_day_are_shown_to_the_manager(db: TestDb) {
    let site = Site::open(db).await;
    let right = site.to_hold().await;
    let manager = site.app.staff(StaffRole::SiteManager, 1, 395);
    let day = right.given_at.date();
    site.app.clock.advance_seconds(DAY);
    for vial in 1..=MANY_LATE {
        let told = site.app.app.held_doses(&manager).await.unwrap().bursts;
        assert_eq!(told, [], "{vial}");
        let vial = pramaan_app::dose::Vial::parse(&vial.to_string()).unwrap();
        site.enter(&HeldDose {
            vial,
            ..right.clone()
        })
        .await;
    }
    let told = site.app.app.held_doses(&manager).await.unwrap().bursts;
    let told: Vec<_> = told
        .iter()
        .map(|burst| (burst.code.as_str(), burst.day, burst.doses))
        .collect();
    assert_eq!(told, [("MH-0001", day, i64::from(MANY_LATE))]);
    let at_work = vec![StaffCode::parse("MH-0001").unwrap()];
    let app = &site.app.app;
    app.set_roster_of(1, app.today(), at_work).await.unwrap();
    let nurses = app.held_doses(&site.staff).await.unwrap().bursts;
    assert_eq!(nurses, [], "for the manager alone");
}
