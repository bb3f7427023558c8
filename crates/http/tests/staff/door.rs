//! Who gets in: enrolment, login, logout, and what strangers and the wrong roles are told.

use pramaan_app::staff::{StaffDoor, StaffLoginBudgets};
use pramaan_app::testing::{PASSWORD, totp};
use pramaan_app::{Refusal, StaffRole};

use crate::browser::{CENTRE, Site};

const ID: &str = "3fa85f64-5717-4562-b3fc-2c963f66afa6";

/// Every route that is not a door, as method and path.
fn routes() -> Vec<(&'static str, String)> {
    let visit = format!("/staff/visit/{ID}/0/1");
    let encounter = format!("/staff/encounter/{ID}/{ID}");
    vec![
        ("GET", "/staff".to_owned()),
        ("GET", "/staff/visit".to_owned()),
        ("POST", "/staff/visit".to_owned()),
        ("GET", visit.clone()),
        ("POST", visit.clone()),
        ("POST", format!("{visit}/message")),
        ("GET", encounter.clone()),
        ("POST", encounter.clone()),
        ("POST", format!("{encounter}/document")),
        ("POST", format!("{encounter}/dose")),
        ("GET", format!("{encounter}/done")),
        ("GET", format!("{encounter}/certificate")),
        ("GET", "/staff/held-dose".to_owned()),
        ("POST", "/staff/held-dose".to_owned()),
        ("POST", "/staff/held-dose/save".to_owned()),
        ("POST", "/staff/held-dose/attention".to_owned()),
        ("GET", "/staff/roster".to_owned()),
        ("POST", "/staff/roster".to_owned()),
        ("GET", "/staff/roster/replacement".to_owned()),
        ("POST", "/staff/roster/replacement".to_owned()),
        ("GET", "/staff/site".to_owned()),
        ("POST", "/staff/site".to_owned()),
        ("GET", "/staff/devices".to_owned()),
        ("POST", "/staff/devices".to_owned()),
        ("GET", "/staff/pin/set".to_owned()),
        ("POST", "/staff/pin/set".to_owned()),
        ("POST", "/staff/stay".to_owned()),
        ("GET", "/staff/sheets".to_owned()),
        ("POST", "/staff/sheets".to_owned()),
        ("GET", "/staff/factors".to_owned()),
        ("POST", "/staff/factors".to_owned()),
        ("GET", "/staff/events".to_owned()),
        ("GET", "/staff/invite".to_owned()),
        ("POST", "/staff/invite".to_owned()),
        ("GET", "/staff/people".to_owned()),
        ("POST", "/staff/people".to_owned()),
        ("GET", "/staff/sessions".to_owned()),
        ("GET", "/staff/sessions/new".to_owned()),
        ("POST", "/staff/sessions/new".to_owned()),
        ("GET", format!("/staff/sessions/{ID}/cancel")),
        ("POST", format!("/staff/sessions/{ID}/cancel")),
    ]
}

#[tokio::test]
async fn strangers_are_sent_to_the_login_from_everywhere() {
    let site = Site::open().await;
    let mut stranger = site.browser();
    let door = stranger.get("/staff/login").await;
    for (method, path) in routes() {
        let answer = match method {
            "GET" => stranger.get(&path).await,
            _ => stranger.submit(&door, &path, &[]).await,
        };
        assert_eq!(answer.status, 303, "{method} {path}");
        assert!(
            answer.to.starts_with("/staff/login?next="),
            "{method} {path}: {}",
            answer.to
        );
    }
}

/// A facility's system works on evidence alone; what it holds of its nurse is no way into the pages, which do more.
#[tokio::test]
async fn the_token_of_a_facilitys_system_is_no_cookie_of_the_pages() {
    let site = Site::open().await;
    let facility = site.test.nurse_of_facility(3, "MH-0001", CENTRE).await;
    let own = StaffDoor::Facility(3);
    site.test.app.staff_at(own, &facility.token).await.unwrap();
    let mut browser = site.browser();
    browser.give("__Host-staff", &facility.token);
    assert_eq!(
        browser.get("/staff").await.to,
        "/staff/login?next=/staff&why=expired"
    );
    let bent = [
        format!("facility-3|{}", facility.token),
        format!("pages|{}", facility.token),
    ];
    for token in [&facility.token, &bent[0], &bent[1]] {
        for door in [StaffDoor::Pages, StaffDoor::Facility(4)] {
            let refused = site.test.app.staff_at(door, token).await;
            assert!(matches!(refused, Err(Refusal::Unauthenticated)), "{door:?}");
        }
    }
}

#[tokio::test]
async fn a_form_of_another_site_changes_nothing() {
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    for (method, path) in routes() {
        if method == "POST" {
            nurse.post(&path, &[("way", "code".to_owned())]).await.is(403);
            nurse
                .post(&path, &[("_csrf", "guessed".to_owned())])
                .await
                .is(403);
        }
    }
    site.browser()
        .post("/staff/login", &[("code", "MH-0001".to_owned())])
        .await
        .is(403);
    assert_eq!(site.count("encounter").await, 0);
}

#[tokio::test]
async fn addresses_that_name_nothing_are_not_found() {
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    for path in [
        "/staff/visit/1/2/3",
        "/staff/visit/x/y/z",
        "/staff/encounter/1/2",
        "/staff/sessions/1/cancel",
    ] {
        nurse.get(path).await.is(404);
    }
    nurse.get(&format!("/staff/visit/{ID}/0/1")).await.is(404);
    nurse.get(&format!("/staff/encounter/{ID}/{ID}")).await.is(410);
}

#[tokio::test]
async fn a_link_enrols_once_and_the_account_logs_in() {
    let site = Site::open().await;
    let invitation = site
        .test
        .invite("MH-0007", StaffRole::Vaccinator, Some(CENTRE))
        .await;
    let path = format!("/staff/enrol/{}", invitation.token);
    let mut browser = site.browser();
    let begin = browser.get(&path).await;
    begin.is(200).says("MH-0007").never_says("data:image");
    let button = [("step", "show")];
    let page = browser.submit(&begin, &path, &button).await;
    page.is(200)
        .says("MH-0007")
        .says("src=\"data:image/svg+xml;base64,")
        .never_says("shown before");
    let secret = page.secret();
    let shown = browser.submit(&begin, &path, &button).await;
    shown.says("was shown before");
    let (stale, secret) = (secret, shown.secret());
    assert_ne!(secret, stale);
    // A program that looks at links spoils nothing.
    site.browser().get(&path).await.is(200).never_says("data:image");

    let code = totp(&secret, site.test.clock.now());
    let stale_code = totp(&stale, site.test.clock.now());
    let with = |password, again, code| [("password", password), ("again", again), ("totp", code)];
    for (typed, field) in [
        (with("short", "short", code.as_str()), "password"),
        (with(PASSWORD, "another small tortoise", code.as_str()), "again"),
        (with(PASSWORD, PASSWORD, "abcdef"), "totp"),
        (with(PASSWORD, PASSWORD, stale_code.as_str()), "totp"),
    ] {
        let again = browser.submit(&page, &path, &typed).await;
        again
            .is(422)
            .says(&format!("href=\"#{field}\""))
            .never_says(PASSWORD)
            .never_says("data:image")
            .never_says(&secret[..4]);
    }
    let done = browser
        .submit(&page, &path, &with(PASSWORD, PASSWORD, &code))
        .await;
    assert_eq!(
        (done.status, done.to.as_str()),
        (303, "/staff/login?why=enrolled")
    );
    browser.get(&path).await.is(410);

    let door = browser.get(&done.to).await;
    let next = totp(&secret, site.test.clock.now().plus_seconds(30));
    let login = [
        ("code", "mh-0007"),
        ("password", PASSWORD),
        ("totp", &next),
        ("next", "/staff/visit"),
    ];
    let inside = browser.submit(&door, "/staff/login", &login).await;
    assert_eq!((inside.status, inside.to.as_str()), (303, "/staff/visit"));
    let cookie = inside
        .set_cookies
        .iter()
        .find(|cookie| cookie.starts_with("__Host-staff="))
        .unwrap();
    assert!(
        cookie.ends_with("; Path=/; Secure; HttpOnly; SameSite=Lax"),
        "{cookie}"
    );

    let page = browser.get("/staff/visit").await;
    let out = browser.submit(&page, "/staff/logout", &[]).await;
    assert_eq!((out.status, out.to.as_str()), (303, "/staff/login?why=out"));
    browser.get("/staff").await.is(303);
}

#[tokio::test]
async fn a_refused_login_says_the_same_whatever_was_wrong() {
    let site = Site::open().await;
    let secret = site
        .test
        .enrol(
            &site
                .test
                .invite("MH-0007", StaffRole::Vaccinator, Some(CENTRE))
                .await
                .token,
        )
        .await;
    let right = totp(&secret, site.test.clock.now().plus_seconds(30));
    let mut bodies = Vec::new();
    for (code, password, digits) in [
        ("MH-0008", PASSWORD, right.as_str()),
        ("MH-0007", "another small tortoise", right.as_str()),
        ("MH-0007", PASSWORD, "nodigs"),
        ("not a code", "", ""),
    ] {
        let mut browser = site.browser();
        let door = browser.get("/staff/login").await;
        let typed = [("code", code), ("password", password), ("totp", digits)];
        let answer = browser.submit(&door, "/staff/login", &typed).await;
        answer.is(422).says("role=\"alert\"");
        assert!(
            !answer
                .set_cookies
                .iter()
                .any(|cookie| cookie.starts_with("__Host-staff"))
        );
        bodies.push(answer.body.replace(&format!("value=\"{code}\""), "value"));
    }
    assert!(bodies.windows(2).all(|pair| pair[0] == pair[1]));
}

#[tokio::test]
async fn the_way_back_stays_on_the_pages_of_staff() {
    let site = Site::open().await;
    for elsewhere in [
        "https://evil.example",
        "//evil.example",
        "/household",
        "/staffing",
    ] {
        let code = format!("MH-{}", 1000 + elsewhere.len());
        let secret = site
            .test
            .enrol(
                &site
                    .test
                    .invite(&code, StaffRole::Vaccinator, Some(CENTRE))
                    .await
                    .token,
            )
            .await;
        let mut browser = site.browser();
        let door = browser.get("/staff/login").await;
        let digits = totp(&secret, site.test.clock.now().plus_seconds(30));
        let typed = [
            ("code", code.as_str()),
            ("password", PASSWORD),
            ("totp", &digits),
            ("next", elsewhere),
        ];
        assert_eq!(
            browser.submit(&door, "/staff/login", &typed).await.to,
            "/staff",
            "{elsewhere}"
        );
    }
}

#[tokio::test]
async fn a_login_ends_after_fifteen_idle_minutes() {
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    nurse.get("/staff").await.is(200);
    site.test.clock.advance_seconds(15 * 60);
    let answer = nurse.get("/staff").await;
    assert_eq!(
        (answer.status, answer.to.as_str()),
        (303, "/staff/login?next=/staff&why=expired")
    );
}

#[tokio::test]
async fn a_browser_that_logged_in_before_is_let_in_past_strangers() {
    let site = Site::open().await;
    let invitation = site.test.invite("MH-0007", StaffRole::Vaccinator, Some(CENTRE));
    let secret = site.test.enrol(&invitation.await.token).await;
    let digits = || {
        site.test.clock.advance_seconds(60);
        totp(&secret, site.test.clock.now())
    };
    fn with<'a>(password: &'a str, digits: &'a str) -> [(&'a str, &'a str); 3] {
        [("code", "MH-0007"), ("password", password), ("totp", digits)]
    }
    let mut nurse = site.browser();
    let door = nurse.get("/staff/login").await;
    let inside = nurse
        .submit(&door, "/staff/login", &with(PASSWORD, &digits()))
        .await;
    let named = inside
        .set_cookies
        .iter()
        .find(|cookie| cookie.starts_with("__Host-staff-device="));
    assert!(
        named
            .unwrap()
            .contains("HttpOnly; SameSite=Lax; Max-Age=31536000")
    );

    let mut stranger = site.browser();
    let door = stranger.get("/staff/login").await;
    let mut answers = Vec::new();
    for _ in 0..30 {
        answers.push(
            stranger
                .submit(&door, "/staff/login", &with("a wrong password", "000000"))
                .await
                .status,
        );
    }
    assert_eq!(answers[..5], [422; 5]);
    assert!(answers[5..].iter().all(|status| *status == 429));
    let over = stranger
        .submit(&door, "/staff/login", &with(PASSWORD, &digits()))
        .await;
    over.is(429).says("too many tries").says("value=\"MH-0007\"");
    assert_eq!(over.retry_after.as_deref(), Some("900"));

    let page = nurse.get("/staff").await;
    nurse.submit(&page, "/staff/logout", &[]).await.is(303);
    let door = nurse.get("/staff/login").await;
    let again = nurse
        .submit(&door, "/staff/login", &with(PASSWORD, &digits()))
        .await;
    assert_eq!((again.status, again.to.as_str()), (303, "/staff"));
}

#[tokio::test]
async fn a_full_queue_is_a_503_that_says_when_to_come_back() {
    let site = Site::with(StaffLoginBudgets {
        strangers_waiting: 0,
        ..StaffLoginBudgets::default()
    })
    .await;
    let mut browser = site.browser();
    let door = browser.get("/staff/login").await;
    let typed = [("code", "MH-0007"), ("password", PASSWORD), ("totp", "000000")];
    let answer = browser.submit(&door, "/staff/login", &typed).await;
    answer
        .is(503)
        .says("Too many people are logging in")
        .says("value=\"MH-0007\"");
    assert_eq!(answer.retry_after.as_deref(), Some("5"));
}
