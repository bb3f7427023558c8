//! A lost second factor to its end, and a replacement at work within the minute, both on the pages.

use pramaan_app::StaffRole;
use pramaan_app::testing::{PASSWORD, totp};

use crate::browser::{Browser, Page, Site};
use crate::vaccination::{log_in_as, with_secret};

/// Enrols by the link that a page shows; answers the new secret. The clock stands still.
async fn enrolled(site: &Site, browser: &mut Browser, shown: &Page) -> String {
    let link = &shown.body[shown.body.find("/staff/enrol/").unwrap()..];
    let path: String = link
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || "/-_".contains(*c))
        .collect();
    let begin = browser.get(&path).await;
    let page = browser.submit(begin.is(200), &path, &[("step", "show")]).await;
    let secret = page.secret();
    let code = totp(&secret, site.test.clock.now());
    let typed = [
        ("password", PASSWORD),
        ("again", PASSWORD),
        ("totp", code.as_str()),
    ];
    let done = browser.submit(&page, &path, &typed).await;
    assert_eq!(
        (done.status, done.to.as_str()),
        (303, "/staff/login?why=enrolled"),
        "{}",
        done.body
    );
    secret
}

async fn log_in_now(site: &Site, browser: &mut Browser, (code, secret): (&str, &str)) -> Page {
    let door = browser.get("/staff/login").await;
    // The code after the one that enrolled, which is good once.
    let next = totp(secret, site.test.clock.now().plus_seconds(30));
    let typed = [("code", code), ("password", PASSWORD), ("totp", next.as_str())];
    browser.submit(&door, "/staff/login", &typed).await
}

#[tokio::test]
async fn a_lost_factor_is_asked_for_approved_and_enrolled_anew_to_the_end() {
    let site = Site::open().await;
    let (mut nurse, old) = with_secret(&site, StaffRole::Vaccinator).await;
    let mut manager = site.logged_in("MH-0002", StaffRole::SiteManager).await;
    let mut admin = site.logged_in("MH-0003", StaffRole::DistrictAdmin).await;
    let page = manager.get("/staff/factors").await;
    let typed = [
        ("act", "ask"),
        ("code", "MH-0001"),
        ("reason", "her telephone fell into the well"),
    ];
    manager.submit(&page, "/staff/factors", &typed).await.is(303);
    nurse.get("/staff").await.is(200);

    let page = admin.get("/staff/factors").await;
    let request = page.field("request").unwrap();
    let approve = [("act", "approve"), ("request", request.as_str())];
    let link = admin.submit(&page, "/staff/factors", &approve).await;
    link.is(200);
    nurse.get("/staff").await.is(303);

    let mut fresh = site.browser();
    let secret = enrolled(&site, &mut fresh, &link).await;
    assert_ne!(secret, old);
    let door = fresh.get("/staff/login").await;
    let lost = log_in_as(&site, &mut fresh, &door, ("MH-0001", &old)).await;
    assert_ne!(lost.status, 303, "the lost factor opens nothing");
    fresh.get("/staff").await.is(303);
    let door = fresh.get("/staff/login").await;
    log_in_as(&site, &mut fresh, &door, ("MH-0001", &secret))
        .await
        .is(303);
    fresh.get("/staff").await.is(200).says("/staff/visit/");
    admin
        .get("/staff/events")
        .await
        .says("New second factor approved")
        .says("by MH-0003");
}

#[tokio::test]
async fn a_replacement_who_is_new_logs_in_and_works_on_todays_list_within_the_minute() {
    let site = Site::open().await;
    let mut manager = site.logged_in("MH-0002", StaffRole::SiteManager).await;
    let began = site.test.clock.now();
    let path = "/staff/roster/replacement";
    let page = manager.get(path).await;
    let typed = [("way", "new"), ("code", "MH-0041"), ("name", "Sunita Rao")];
    let link = manager.submit(&page, path, &typed).await;
    link.is(200).says("/staff/enrol/");

    let mut sunita = site.browser();
    let secret = enrolled(&site, &mut sunita, &link).await;
    site.test.clock.advance_seconds(30);
    let inside = log_in_now(&site, &mut sunita, ("MH-0041", &secret)).await;
    inside.is(303);
    let today = sunita.get("/staff").await;
    let visit = today.is(200).link("/staff/visit/");
    let page = sunita.get(&visit).await;
    let code = site.code().await;
    let shown = [("way", "code"), ("code", code.as_str())];
    sunita
        .submit(&page, &visit, &shown)
        .await
        .is(200)
        .says("<h1>Asha Devi</h1>");
    assert!(site.test.clock.now().seconds() - began.seconds() <= 60);
    let roster = manager.get("/staff/roster").await;
    roster.says("value=\"MH-0041\" checked");
}
