//! Somebody steps in: on today's list at once, at the centre whose device or login they choose.

use pramaan_app::roster::OnRoster;
use pramaan_app::testing::invitee;
use pramaan_app::{Refusal, StaffRole};
use pramaan_domain::staff_event::StaffEventKind;
use pramaan_store::testing::{TestDb, store_test};

use crate::support::{ANNEXE, ASHA, CENTRE, Day, code};

#[store_test]
async fn a_replacement_works_at_once_on_a_second_node(db: TestDb) {
    let mut day = Day::open(db).await;
    day.enrol("MH-0003", ANNEXE).await;
    let other = day.app.second_node();
    let early = day.log_in("MH-0003").await;
    assert!(
        matches!(early, Err(Refusal::OtherSite)),
        "not her centre's device: {early:?}"
    );
    day.app
        .app
        .replace_today(&day.manager, code("MH-0003"))
        .await
        .unwrap();
    let session = day.log_in("MH-0003").await.unwrap();
    let staff = other.staff(&session.token).await.unwrap();
    assert_eq!(staff.centre(), CENTRE);
    other.roster_today(&staff).await.unwrap();
    assert_eq!(day.events(StaffEventKind::Replacement).await.len(), 1);

    let link = day.app.app.invite_for_today(
        &day.manager,
        invitee("MH-0004", StaffRole::Vaccinator, Some(CENTRE)),
    );
    day.app.enrol(&link.await.unwrap().token).await;
    let today = day
        .app
        .app
        .colleagues(&day.manager, day.app.app.today())
        .await
        .unwrap();
    let listed = |who: &str| today.iter().find(|one| one.code == code(who)).unwrap().on_roster;
    assert_eq!(
        (listed("MH-0003"), listed("MH-0004")),
        (OnRoster::Yes, OnRoster::Yes)
    );
}

#[store_test]
async fn a_replacement_is_a_vaccinator_of_the_district(db: TestDb) {
    let day = Day::open(db).await;
    for who in ["MH-0100", "MH-7777"] {
        let refused = day.app.app.replace_today(&day.manager, code(who)).await;
        assert!(
            matches!(refused, Err(Refusal::Invalid { field: "code", .. })),
            "{who} {refused:?}"
        );
    }
}

#[store_test]
async fn being_on_two_lists_is_shown_to_both_managers_and_she_works_where_she_chose(db: TestDb) {
    let day = Day::open(db).await;
    let app = &day.app.app;
    let other = day
        .app
        .enrolled("MH-0101", StaffRole::SiteManager, Some(ANNEXE))
        .await
        .staff;
    app.replace_today(&other, code(ASHA)).await.unwrap();
    for (manager, elsewhere) in [(&day.manager, ANNEXE), (&other, CENTRE)] {
        let shown = app.colleagues(manager, app.today()).await.unwrap();
        let asha = shown.iter().find(|one| one.code == code(ASHA)).unwrap();
        assert_eq!(asha.elsewhere, vec![elsewhere]);
    }
    let own = day.log_in_at_home(ASHA).await.unwrap();
    assert_eq!(own.staff.centre(), CENTRE, "her own centre first");
    assert_eq!(app.sites_today(&own.staff).await.unwrap(), vec![CENTRE, ANNEXE]);
    app.work_at(&own.token, ANNEXE).await.unwrap();
    let there = app.staff(&own.token).await.unwrap();
    assert_eq!(there.centre(), ANNEXE);
    app.roster_today(&there).await.unwrap();
    let nowhere = app.work_at(&own.token, 561_009).await;
    assert!(matches!(nowhere, Err(Refusal::OffRoster)), "{nowhere:?}");
    let shared = day.log_in(ASHA).await.unwrap();
    assert_eq!(shared.staff.centre(), CENTRE, "a shared device is its centre's");
    let refused = app.work_at(&shared.token, ANNEXE).await;
    assert!(matches!(refused, Err(Refusal::Forbidden)), "{refused:?}");
    // The list of the other centre keeps her when its manager saves it.
    app.set_roster(&other, app.today(), vec![code(ASHA)])
        .await
        .unwrap();
}
