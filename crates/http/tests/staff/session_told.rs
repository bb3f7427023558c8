//! A session that goes on for longer, and one that moves, by the manager's page: who is booked is told, and the page counts them.

use pramaan_app::StaffRole;

use crate::browser::{Browser, MOBILE, Page, Site};
use crate::move_person::told;

const RIVAL: &str = "9876543211";
const LIST: &str = "/staff/sessions";
const REASON: (&str, &str) = ("reason", "both vaccinators came an hour late");

/// Where today's session is changed, the first of the list.
async fn todays(manager: &mut Browser) -> (Page, String) {
    let list = manager.get(LIST).await;
    list.is(200).says("2 of 9 seats taken");
    let mut parts = list.body.split('"');
    let change = |part: &&str| part.starts_with("/staff/sessions/") && part.ends_with("/change");
    let path = parts.find(change).unwrap().to_owned();
    (manager.get(&path).await, path)
}

#[tokio::test]
async fn a_session_extended_by_the_page_tells_each_who_is_booked() {
    let site = Site::open().await;
    site.rival().await;
    let mut manager = site.logged_in("MH-0002", StaffRole::SiteManager).await;
    let (page, path) = todays(&mut manager).await;
    let before = [MOBILE, RIVAL].map(|mobile| told(&site, mobile).len());
    let typed = |until: &'static str| {
        [
            ("way", "extend"),
            ("until", until),
            ("dose", "1"),
            ("online", "2"),
            ("walk_in", "3"),
            REASON,
        ]
    };
    let early = manager.submit(&page, &path, &typed("12:30")).await;
    early
        .is(422)
        .says("href=\"#until\"")
        .says("value=\"12:30\"")
        .says(REASON.1);
    for (mobile, before) in [MOBILE, RIVAL].into_iter().zip(before) {
        assert_eq!(told(&site, mobile).len(), before, "refused, it tells nobody");
    }
    let extended = manager.submit(&early, &path, &typed("15:00")).await;
    assert_eq!(
        extended.to,
        "/staff/sessions?done=changed&moved=0&ended=0&untold=0"
    );
    manager
        .get(&extended.to)
        .await
        .is(200)
        .says(
            "The session was changed. 0 appointments moved, 0 ended. A message goes to each of their phones.",
        )
        .says("2 of 14 seats taken");
    for (mobile, before) in [MOBILE, RIVAL].into_iter().zip(before) {
        let new = told(&site, mobile).split_off(before);
        assert!(
            new.len() == 1 && new[0].contains("open for longer") && new[0].contains("Fort Clinic"),
            "{new:?}"
        );
    }
}

#[tokio::test]
async fn a_session_moved_by_the_page_moves_and_tells_each_who_is_booked() {
    let site = Site::open().await;
    site.rival().await;
    let mut manager = site.logged_in("MH-0002", StaffRole::SiteManager).await;
    let (page, path) = todays(&mut manager).await;
    let before = [MOBILE, RIVAL].map(|mobile| told(&site, mobile).len());
    let typed = [
        ("way", "move"),
        ("day", "2026-11-25"),
        ("centre", "561002"),
        REASON,
    ];
    let look = manager.submit(&page, &path, &typed).await;
    look.is(422)
        .says("Seats that are taken: 2. Their people move to Wednesday, 25 November 2026, Fort Annexe");
    for (mobile, before) in [MOBILE, RIVAL].into_iter().zip(before) {
        assert_eq!(told(&site, mobile).len(), before, "looked at, it tells nobody");
    }
    let sure = [&typed[..], &[("sure", "2026-11-25 561002")]].concat();
    let moved = manager.submit(&look, &path, &sure).await;
    assert_eq!(moved.to, "/staff/sessions?done=changed&moved=2&ended=0&untold=0");
    manager.get(&moved.to).await.is(200).says(
        "The session was changed. 2 appointments moved, 0 ended. A message goes to each of their phones.",
    );
    for (mobile, before) in [MOBILE, RIVAL].into_iter().zip(before) {
        let new = told(&site, mobile).split_off(before);
        assert!(
            new.len() == 1 && new[0].contains("has moved to: Fort Annexe, 25-11-2026"),
            "{new:?}"
        );
    }
    let mut admin = site.logged_in("MH-0003", StaffRole::DistrictAdmin).await;
    admin
        .get("/staff/sessions?centre=561002&week=2026-11-25")
        .await
        .is(200)
        .says("2 of 9 seats taken");
    // Who has the report of it reads the same number.
    admin
        .get("/staff/district")
        .await
        .is(200)
        .says("Messages to people who were booked: 2.");
}
