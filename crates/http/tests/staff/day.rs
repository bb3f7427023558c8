//! The one screen of the day: it names nobody, stays light, is fetched again only when something changed, and keeps no device
//! open by itself.

use pramaan_app::StaffRole;

use crate::browser::Site;

/// What a page of a nurse's step may weigh, as it is sent.
const MOST_BYTES: usize = 30_000;

#[tokio::test]
async fn the_day_is_one_screen_that_names_nobody_and_moves_by_taps() {
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    let today = nurse.get("/staff").await;
    today.is(200).never_says("Asha");
    assert!(today.body.len() < MOST_BYTES);
    let place = today.link("/staff/visit/").replace("/staff/visit/", "");
    let tap = |act| [("act", act), ("place", place.as_str())];
    let entries = site.count("access_leaf").await;
    let token = nurse.submit(&today, "/staff/day", &tap("check_in")).await;
    assert_eq!(token.is(303).to, "/staff?done=token&n=1");
    let again = nurse.submit(&today, "/staff/day", &tap("check_in")).await;
    assert_eq!(again.to, "/staff?done=moved", "sent twice it is one check-in");
    let today = nurse.get("/staff?done=token&n=1").await;
    today
        .says("Checked in: token 1")
        .says("Call token 1")
        .never_says("Asha");
    let called = nurse.submit(&today, "/staff/day", &tap("call")).await;
    assert_eq!(called.to, format!("/staff/visit/{place}"));
    let page = nurse.get(&format!("/staff/day/{place}")).await;
    page.is(200)
        .says("Token 1")
        .says("Does not want it")
        .never_says("Asha");
    let away = nurse.submit(&page, "/staff/day", &tap("refused")).await;
    assert_eq!(away.to, "/staff?done=sent_away");
    assert_eq!(site.count("access_leaf").await, entries, "nothing was opened");
}

#[tokio::test]
async fn what_a_tap_of_the_day_cannot_do_is_told_and_changes_nothing() {
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    let today = nurse.get("/staff").await;
    for typed in [
        [("act", "check_in"), ("place", "nowhere")],
        [
            ("act", "vaccinate"),
            ("place", "07070707-0707-4707-8707-070707070707/0/1"),
        ],
        [
            ("act", "check_in"),
            ("place", "07070707-0707-4707-8707-070707070707/0/1"),
        ],
    ] {
        nurse.submit(&today, "/staff/day", &typed).await.is(404);
    }
    let slip = nurse
        .submit(&today, "/staff/day", &[("act", "slip"), ("slip", "12345")])
        .await;
    slip.is(422).says("not the code of a slip").never_says("12345");
    nurse.submit(&today, "/staff/day/release", &[]).await.is(403);
    let left = nurse
        .submit(
            &today,
            "/staff/day",
            &[("act", "leftover"), ("vaccine", "COVISHIELD"), ("dose", "1")],
        )
        .await;
    left.is(403);
    assert_eq!(site.count("visit_event").await, 0);
}

#[tokio::test]
async fn the_slip_of_a_late_comer_is_answered_with_came_after_all() {
    let site = Site::open().await;
    let slip = format!("pramaan:slip:{}:{}", site.id, site.code().await);
    site.test.clock.advance_seconds(3 * 3600 + 30 * 60);
    let mut manager = site.logged_in("SM-0007", StaffRole::SiteManager).await;
    let today = manager.get("/staff").await;
    let released = manager.submit(&today, "/staff/day/release", &[]).await;
    assert_eq!(released.to, "/staff?done=released&n=1&seats=0&untold=0");
    // Behind the last hours nobody gets the seat.
    manager
        .get(&released.to)
        .await
        .is(200)
        .says("One place was given up. No hours are left: walk-ins get no seat.")
        .says("A message goes to each of their phones.");
    manager
        .get("/staff?done=released&n=2&seats=1&untold=1")
        .await
        .is(200)
        .says("2 places were given up. Walk-ins can take one seat.")
        .says("One of these people has no phone: tell them at the door.");
    let mut nurse = site.nurse().await;
    let today = nurse.get("/staff").await;
    let shown = nurse
        .submit(&today, "/staff/day", &[("act", "slip"), ("slip", &slip)])
        .await;
    shown
        .is(422)
        .says("Their place was given up")
        .says("value=\"come_late\"")
        .says("Came after all")
        .never_says(&slip);
    let page = nurse.get("/staff/visit").await;
    nurse
        .submit(&page, "/staff/visit", &[("way", "slip"), ("slip", &slip)])
        .await
        .is(422)
        .says("find number 1 with the hours on their slip");
}

#[tokio::test]
async fn the_screen_asks_by_itself_and_shows_nobodys_presence() {
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    let live = nurse.get("/staff/day/live").await;
    live.is(200)
        .says("data-said")
        .says("href=\"/staff/visit/")
        .never_says("<html");
    // Whoever read on in the list sees those who are left, each with a name that focus comes back to.
    let further = nurse.get("/staff/day/live?of=to-come&from=25").await;
    further.is(200).says("href=\"/staff/visit/").says("-open\"");
    // Whoever only lets the screen refresh is idle all the same.
    for _ in 0..20 {
        site.test.clock.advance_seconds(60);
        nurse.get("/staff/day/live").await;
    }
    assert_eq!(nurse.get("/staff").await.status, 303, "the login ended");
    assert_eq!(site.browser().get("/staff/day/live").await.status, 303);
}

#[tokio::test]
async fn the_script_of_the_day_is_on_the_phone_before_its_screen_is() {
    let site = Site::open().await;
    let scripts = |page: &str| {
        let sources = page.split("<script src=\"").skip(1);
        let mut names: Vec<_> = sources
            .filter_map(|from| from.split('"').next().map(str::to_owned))
            .collect();
        names.sort_unstable();
        names
    };
    let login = site.browser().get("/staff/login").await;
    let today = site.nurse().await.get("/staff").await;
    assert_eq!(scripts(&login.body), scripts(&today.body));
    assert_eq!(
        scripts(&today.body).len(),
        2,
        "of the day, and of the login's end"
    );
    assert!(today.policy().contains("script-src 'self'"), "{}", today.policy());
}

#[tokio::test]
async fn a_day_is_closed_by_its_manager_once_and_a_reason_too_short_comes_back_as_it_was_typed() {
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    let page = nurse.get("/staff/day/close").await;
    page.is(200)
        .says("The site manager closes the day")
        .never_says("name=\"act\"");
    let mut manager = site.logged_in("SM-0007", StaffRole::SiteManager).await;
    let page = manager.get("/staff/day/close").await;
    let wrong = [("act", "close"), ("note", "short")];
    let refused = manager.submit(&page, "/staff/day/close", &wrong).await;
    assert_eq!(refused.is(422).field("note").as_deref(), Some("short"));
    let closed = manager
        .submit(&page, "/staff/day/close", &[("act", "close")])
        .await;
    assert_eq!((closed.status, closed.to.as_str()), (303, "/staff/day/close"));
    let page = manager.get("/staff/day/close").await;
    page.says("Closed by SM-0007").says("Came: 0");
    let twice = manager
        .submit(&page, "/staff/day/close", &[("act", "close")])
        .await;
    twice.is(409);
    let no_reason = manager
        .submit(
            &page,
            "/staff/day/close",
            &[("act", "reopen"), ("reason", "oops")],
        )
        .await;
    assert_eq!(no_reason.is(422).field("reason").as_deref(), Some("oops"));
}
