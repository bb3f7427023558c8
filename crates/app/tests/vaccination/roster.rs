//! The roster: who works where, and what it shows of whom they expect.

use pramaan_app::roster::{AppointmentState, OnRoster};
use pramaan_app::{Refusal, StaffRole};
use pramaan_domain::dose::DoseNumber;
use pramaan_domain::staff::StaffCode;
use pramaan_domain::vaccine::Vaccine;
use pramaan_store::testing::{TestDb, store_test};

use crate::support::*;

#[store_test]
async fn the_roster_tells_when_and_what_and_opens_nothing(db: TestDb) {
    let site = Site::open(db).await;
    let entries = site.count("access_leaf").await;
    let visitors = site.app.app.roster_today(&site.staff).await.unwrap();
    assert_eq!(visitors.len(), 1);
    assert_eq!(visitors[0].place.session, site.session);
    assert_eq!(visitors[0].hours.to_string(), "11:00AM-12:00PM");
    assert_eq!(
        (visitors[0].dose, visitors[0].vaccine),
        (DoseNumber::First, Vaccine::Covishield)
    );
    assert_eq!(visitors[0].state, AppointmentState::Booked);
    assert_eq!(site.count("access_leaf").await, entries);
    let shown = format!("{visitors:?}");
    assert!(
        !shown.contains("Asha") && !shown.contains(&site.id.to_string()),
        "{shown}"
    );
}

#[store_test]
async fn only_those_on_todays_roster_see_it(db: TestDb) {
    let site = Site::open(db).await;
    let off = site
        .app
        .enrolled("MH-0002", StaffRole::Vaccinator, Some(1))
        .await
        .staff;
    assert!(matches!(
        site.app.app.roster_today(&off).await,
        Err(Refusal::OffRoster)
    ));
    let elsewhere = nurse(&site.app, "MH-0003", 2).await;
    assert!(site.app.app.roster_today(&elsewhere).await.unwrap().is_empty());
    site.app.clock.advance_seconds(86_400);
    assert!(matches!(
        site.app.app.roster_today(&site.staff).await,
        Err(Refusal::OffRoster)
    ));
}

#[store_test]
async fn a_site_manager_sets_the_roster_of_their_centre(db: TestDb) {
    let site = Site::open(db).await;
    let (app, today) = (&site.app.app, site.app.app.today());
    let manager = site
        .app
        .enrolled("SM-0001", StaffRole::SiteManager, Some(1))
        .await
        .staff;
    let codes = |code: &str| vec![StaffCode::parse(code).unwrap()];
    site.app.enrolled("MH-0002", StaffRole::Vaccinator, Some(2)).await;
    let foreign = app.set_roster(&manager, today, codes("MH-0002")).await;
    assert!(matches!(foreign, Err(Refusal::Invalid { field: "code", .. })));
    let yesterday = today.pred_opt().unwrap();
    let past = app.set_roster(&manager, yesterday, codes("MH-0001")).await;
    assert!(matches!(past, Err(Refusal::Invalid { field: "date", .. })));
    let nurse = app.set_roster(&site.staff, today, codes("MH-0001")).await;
    assert!(matches!(nurse, Err(Refusal::Forbidden)));

    app.set_roster(&manager, today, Vec::new()).await.unwrap();
    assert!(matches!(
        app.roster_today(&site.staff).await,
        Err(Refusal::OffRoster)
    ));
    app.set_roster(&manager, today, codes("MH-0001")).await.unwrap();
    let colleagues = app.colleagues(&manager, today).await.unwrap();
    let on: Vec<_> = colleagues
        .iter()
        .filter(|c| c.on_roster == OnRoster::Yes)
        .map(|c| c.code.as_str())
        .collect();
    assert_eq!(on, ["MH-0001"]);
    assert_eq!(colleagues.len(), 2);
}
