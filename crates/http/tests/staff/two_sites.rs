//! One nurse's login on two sites at once: nobody is refused, and the managers of both read it with centres and times.

use pramaan_app::StaffRole;
use pramaan_domain::staff::StaffCode;

use crate::browser::{Browser, CENTRE, Site};
use crate::vaccination::{log_in, with_secret};

const ANNEXE: i64 = 561_002;
const EVENTS: &str = "/staff/events";

#[tokio::test]
async fn a_login_on_two_sites_at_once_is_shown_to_both_managers_with_centres_and_times() {
    let site = Site::open().await;
    let (mut first, secret) = with_secret(&site, StaffRole::Vaccinator).await;
    let nurse = StaffCode::parse("MH-0001").unwrap();
    let mut managers = Vec::new();
    for (code, centre) in [("SM-0007", CENTRE), ("SM-0008", ANNEXE)] {
        let session = site
            .test
            .enrolled(code, StaffRole::SiteManager, Some(centre))
            .await;
        if centre == ANNEXE {
            let listed = site.test.app.replace_today(&session.staff, nurse.clone());
            listed.await.unwrap();
        }
        let mut browser = site.browser();
        browser.give("__Host-staff", &session.token);
        browser
            .get(EVENTS)
            .await
            .is(200)
            .never_says("at two centres at once</strong>");
        managers.push(browser);
    }
    let mut second = site.browser();
    let door = second.get("/staff/login").await;
    log_in(&site, &mut second, &door, &secret).await.is(303);
    for manager in &mut managers {
        manager
            .get(EVENTS)
            .await
            .never_says("at two centres at once</strong>");
    }
    let page = second.get("/staff/site").await;
    let moved = second.submit(&page, "/staff/site", &[("site", "561002")]).await;
    assert_eq!((moved.status, moved.to.as_str()), (303, "/staff"));
    for nurse in [&mut first, &mut second] {
        nurse.get("/staff").await.is(200);
    }
    for manager in &mut managers {
        let page = manager.get(EVENTS).await;
        page.is(200)
            .says("<strong>Logged in at two centres at once</strong>")
            .says("for MH-0001")
            .says("at Fort Annexe (561002)")
            .says("still logged in at Fort Clinic (561001), last used ")
            .says("Ask them: they may have walked over.");
        in_words(page.body.as_str(), &["10:02", "10:01"]);
    }
    let page = in_hindi(&mut managers[1]).await;
    assert!(page.contains("एक ही समय दो केंद्रों पर लॉग इन"), "{page}");
    assert!(
        page.contains("Fort Clinic (561001) पर भी लॉग इन चालू था"),
        "{page}"
    );
}

/// The line of it has these times.
fn in_words(page: &str, times: &[&str]) {
    let line = page
        .split("<li>")
        .find(|line| line.contains("at two centres at once"));
    let line = line.unwrap().split("</li>").next().unwrap();
    for time in times {
        assert!(line.contains(time), "{time} in {line}");
    }
}

async fn in_hindi(manager: &mut Browser) -> String {
    manager.give("__Host-lang", "hi");
    manager.get(EVENTS).await.body
}
