//! The number of a household that shows nobody any more, and keeps nobody's rows, goes within a year.

use pramaan_domain::mobile::Mobile;
use pramaan_store::testing::{TestDb, store_test};

use crate::member::{OWN, SILENT_DAYS, leaves_for, login};
use crate::support::*;

const WALK_IN: &str = "W1234567";
const NEXT: &str = "9822222222";

/// A walk-in whose rows are in a household without a number, bound to `OWN` at the desk; and how many households there were
/// before.
async fn bound(db: TestDb) -> (Site, i64) {
    let site = Site::open(db).await;
    let typed = registration(site.app.app.today(), WALK_IN);
    let registered = site.app.app.register_walk_in(&site.staff, typed, None);
    registered.await.unwrap();
    let before = site.count("household").await;
    leaves_for(&site, WALK_IN, OWN).await;
    (site, before)
}

/// Another phone for the walk-in, and a year later.
async fn a_year_after_the_next_phone(site: &Site) -> i64 {
    leaves_for(site, WALK_IN, NEXT).await;
    site.app.clock.advance_seconds(366 * 86_400);
    site.app.app.retain().await.unwrap();
    site.count("household").await
}

#[store_test]
async fn a_recycled_number_is_kept_for_nobody(db: TestDb) {
    let (site, before) = bound(db).await;
    let number = [Mobile::parse(OWN).unwrap()];
    site.app.app.report_numbers(&number).await.unwrap();
    assert_eq!(a_year_after_the_next_phone(&site).await, before + 1);
}

#[store_test]
async fn a_silent_number_is_kept_for_nobody(db: TestDb) {
    let (mut site, before) = bound(db).await;
    site.app.clock.advance_seconds(SILENT_DAYS * 86_400);
    login(&site.app, OWN).await;
    assert_eq!(
        site.count("household").await,
        before + 2,
        "its owner of now has a new one"
    );
    site.staff = nurse(&site.app, "MH-0002", 1).await;
    assert_eq!(a_year_after_the_next_phone(&site).await, before + 1);
}
