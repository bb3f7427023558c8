//! Managers and admins: who works when, invitations, sessions.

use pramaan_app::StaffRole;
use pramaan_domain::mobile::Mobile;

use crate::browser::{MOBILE, Site};

const SEATS: [(&str, &str); 8] = [
    ("day", "2026-11-24"),
    ("vaccine", "COVISHIELD"),
    ("min_age", "18"),
    ("max_age", ""),
    ("from", "09:00"),
    ("until", "12:00"),
    ("first_online", "20"),
    ("second_walk_in", "5"),
];

#[tokio::test]
async fn a_second_session_of_a_vaccine_at_the_same_hours_is_asked_about_and_published_after_a_tick() {
    let site = Site::open().await;
    let mut manager = site.logged_in("MH-0002", StaffRole::SiteManager).await;
    let new = "/staff/sessions/new";
    let typed = |from: &'static str, until: &'static str, more: &[(&'static str, &'static str)]| {
        let mut typed = vec![
            ("day", "2026-11-25"),
            ("vaccine", "COVISHIELD"),
            ("min_age", "18"),
            ("from", from),
            ("until", until),
            ("first_online", "4"),
        ];
        typed.extend(more);
        typed
    };
    let first = manager.get(new).await;
    first.never_says("name=\"same\"");
    manager
        .submit(&first, new, &typed("09:00", "12:00", &[]))
        .await
        .is(303);
    let before = site.count("session").await;
    // The same form sent again is that session, and asks nothing.
    manager
        .submit(&first, new, &typed("09:00", "12:00", &[]))
        .await
        .is(303);
    // Another form, some hours of which are the same.
    let second = manager.get(new).await;
    let asked = manager.submit(&second, new, &typed("11:00", "13:00", &[])).await;
    asked
        .is(422)
        .says("There is a session of Covishield at these hours already")
        .says("12 seats")
        .says("href=\"#same\"")
        .says("name=\"same\" type=\"checkbox\" value=\"yes\"")
        .says("value=\"11:00\"");
    assert_eq!(site.count("session").await, before, "nothing is published yet");
    // Hours that follow, or another vaccine, are not asked about.
    let later = manager.get(new).await;
    manager
        .submit(&later, new, &typed("12:00", "13:00", &[]))
        .await
        .is(303);
    let other = manager.get(new).await;
    let covaxin = typed("09:00", "12:00", &[("vaccine", "COVAXIN")]);
    let covaxin: Vec<_> = covaxin
        .into_iter()
        .filter(|pair| *pair != ("vaccine", "COVISHIELD"))
        .collect();
    manager.submit(&other, new, &covaxin).await.is(303);
    // It forbids nothing.
    let ticked = typed("11:00", "13:00", &[("same", "yes")]);
    let published = manager.submit(&asked, new, &ticked).await;
    assert_eq!(published.to, "/staff/sessions?done=published");
    assert_eq!(site.count("session").await, before + 3);
}

#[tokio::test]
async fn a_vaccinator_plans_nothing() {
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    let page = nurse.get("/staff").await;
    page.never_says("/staff/roster")
        .never_says("/staff/sessions")
        .never_says("/staff/invite");
    for path in [
        "/staff/roster",
        "/staff/invite",
        "/staff/sessions",
        "/staff/sessions/new",
    ] {
        nurse.get(path).await.is(403);
    }
    let day = [("day", "today"), ("today", "MH-0001")];
    nurse.submit(&page, "/staff/roster", &day).await.is(403);
    nurse
        .submit(&page, "/staff/invite", &[("code", "MH-0099"), ("name", "Nobody")])
        .await
        .is(403);
    nurse.submit(&page, "/staff/sessions/new", &SEATS).await.is(403);
}

#[tokio::test]
async fn a_manager_sets_who_works_and_the_nurse_gets_in() {
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    let mut manager = site.logged_in("MH-0002", StaffRole::SiteManager).await;
    let page = manager.get("/staff/roster").await;
    page.is(200).says("value=\"MH-0001\" checked");
    let nobody = manager.submit(&page, "/staff/roster", &[("day", "today")]).await;
    assert_eq!(nobody.to, "/staff/roster?done=saved");
    nurse.get("/staff").await.is(403);
    let both = [("day", "today"), ("today", "MH-0001"), ("today", "MH-0002")];
    manager.submit(&page, "/staff/roster", &both).await.is(303);
    nurse.get("/staff").await.is(200);
    for bad in [
        [("day", "today"), ("today", "MH-9999")],
        [("day", "never"), ("today", "MH-0001")],
    ] {
        manager.submit(&page, "/staff/roster", &bad).await.is(422);
    }
    nurse.get("/staff").await.is(200);
}

#[tokio::test]
async fn an_invitation_is_shown_once_and_enrols() {
    let site = Site::open().await;
    let mut manager = site.logged_in("MH-0002", StaffRole::SiteManager).await;
    let page = manager.get("/staff/invite").await;
    page.is(200).says("Vaccinator").never_says("name=\"centre\"");
    let wrong = manager
        .submit(&page, "/staff/invite", &[("code", "a"), ("name", "")])
        .await;
    wrong.is(422).says("href=\"#code\"").says("href=\"#name\"");
    let typed = [("code", "MH-0010"), ("name", "Sunita Rao")];
    let invited = manager.submit(&page, "/staff/invite", &typed).await;
    invited
        .is(200)
        .says("https://pramaan.example/staff/enrol/")
        .says("MH-0010")
        .never_says("Sunita");
    let token = invited
        .body
        .split("/staff/enrol/")
        .nth(1)
        .unwrap()
        .split('<')
        .next()
        .unwrap();
    site.browser()
        .get(&format!("/staff/enrol/{token}"))
        .await
        .is(200)
        .says("MH-0010");
    let taken = manager.submit(&page, "/staff/invite", &typed).await;
    taken.is(422).says("taken").says("value=\"Sunita Rao\"");
}

#[tokio::test]
async fn a_district_admin_invites_managers_of_the_district() {
    let site = Site::open().await;
    let mut admin = site.logged_in("MH-0003", StaffRole::DistrictAdmin).await;
    assert_eq!(admin.get("/staff").await.to, "/staff/district");
    let page = admin.get("/staff/invite").await;
    page.is(200)
        .says("Site manager")
        .says("<select id=\"centre\" name=\"centre\"")
        .says("<option value=\"561002\">Fort Annexe, D N Road (561002)</option>");
    let unchosen = [("code", "MH-0011"), ("name", "Sunita Rao")];
    admin
        .submit(&page, "/staff/invite", &unchosen)
        .await
        .is(422)
        .says("Choose a centre of your district");
    let typed = [("code", "MH-0011"), ("name", "Sunita Rao"), ("centre", "561002")];
    admin
        .submit(&page, "/staff/invite", &typed)
        .await
        .is(200)
        .says("/staff/enrol/");
    let elsewhere = [("code", "MH-0012"), ("name", "Sunita Rao"), ("centre", "1")];
    admin
        .submit(&page, "/staff/invite", &elsewhere)
        .await
        .is(422)
        .says("href=\"#centre\"");
    assert_eq!(admin.get("/staff/sessions").await.to, "/staff/centres");
    admin.get("/staff/roster").await.is(403);
}

#[tokio::test]
async fn a_session_of_next_february_is_changed_and_cancelled_and_one_of_the_past_is_not_offered() {
    let site = Site::open().await;
    let rows = "centre_id,date,vaccine,min_age,slots,seats\n\
                561001,2027-02-01,COVAXIN,18,11:00AM-01:00PM,1:online:9\n";
    let mut quiet = |_: usize, _: usize| {};
    let all = pramaan_app::import::Bad::RefusesAll;
    pramaan_app::import::sessions(&site.test.app, rows.as_bytes(), all, &mut quiet)
        .await
        .unwrap();
    let mut manager = site.logged_in("MH-0002", StaffRole::SiteManager).await;
    let week = manager.get("/staff/sessions?week=2027-02-01").await;
    let change = week.is(200).change_of_session();
    let page = manager.get(&change).await;
    page.is(200).says("1 February 2027");
    let far = [
        ("way", "move"),
        ("day", "2062-11-23"),
        ("centre", "561001"),
        ("reason", "the hall is booked that day"),
    ];
    manager
        .submit(&page, &change, &far)
        .await
        .is(422)
        .says("at most 60 days from today");
    let cancel = change.replace("/change", "/cancel");
    let page = manager.get(&cancel).await;
    page.is(200).says("1 February 2027");
    let cancelled = manager.submit(&page, &cancel, &[("to", "none")]).await;
    assert_eq!(
        cancelled.to,
        "/staff/sessions?done=cancelled&moved=0&ended=0&untold=0"
    );
    site.test.clock.advance_seconds(7 * 24 * 3600);
    let mut manager = site.logged_in("MH-0012", StaffRole::SiteManager).await;
    manager
        .get("/staff/sessions?week=2026-11-22")
        .await
        .is(200)
        .says("The day is over")
        .never_says("/change");
}

#[tokio::test]
async fn a_new_session_that_is_sent_twice_is_one_session() {
    let site = Site::open().await;
    let mut manager = site.logged_in("MH-0002", StaffRole::SiteManager).await;
    let before = site.count("session").await;
    let new = "/staff/sessions/new";
    let page = manager.get(new).await;
    for _ in 0..2 {
        let published = manager.confirm(&page, new, &SEATS).await;
        assert_eq!(published.to, "/staff/sessions?done=published");
        assert_eq!(site.count("session").await, before + 1);
    }
}

#[tokio::test]
async fn a_session_is_published_and_cancelled_and_those_booked_are_told() {
    let site = Site::open().await;
    let mut manager = site.logged_in("MH-0002", StaffRole::SiteManager).await;
    let page = manager.get("/staff/sessions/new").await;
    page.is(200).says("value=\"2026-11-23\"");
    let past: Vec<_> = [("day", "2026-11-21")]
        .into_iter()
        .chain(SEATS.into_iter().skip(1))
        .collect();
    manager
        .submit(&page, "/staff/sessions/new", &past)
        .await
        .is(422)
        .says("href=\"#day\"")
        .says("value=\"20\"");
    let children: Vec<_> = SEATS
        .into_iter()
        .map(|(name, value)| (name, if name == "min_age" { "5" } else { value }))
        .collect();
    manager
        .submit(&page, "/staff/sessions/new", &children)
        .await
        .is(422)
        .says("href=\"#first_online\"");
    let published = manager.submit(&page, "/staff/sessions/new", &SEATS).await;
    assert_eq!(
        published.to, "/staff/sessions?done=published",
        "{}",
        published.body
    );
    let list = manager.get(&published.to).await;
    list.is(200)
        .says("0 of 75 seats taken")
        .says("1 of 9 seats taken");

    // Today's is the first of the list, and has the one booking.
    let first = list
        .body
        .split("/cancel\"")
        .next()
        .unwrap()
        .rsplit('"')
        .next()
        .unwrap();
    let path = format!("{first}/cancel");
    let page = manager.get(&path).await;
    page.is(200)
        .says("One seat is booked")
        .says("Cancel their appointments")
        .says("23 November 2026");
    manager
        .submit(&page, &path, &[])
        .await
        .is(422)
        .says("href=\"#to\"");
    let to = page.field("to").unwrap();
    let cancelled = manager.submit(&page, &path, &[("to", &to)]).await;
    assert_eq!(
        cancelled.to, "/staff/sessions?done=cancelled&moved=1&ended=0&untold=0",
        "{}",
        cancelled.body
    );
    manager
        .get(&cancelled.to)
        .await
        .says("Appointments moved: 1")
        .says("Cancelled");
    manager.get(&path).await.is(410);
    assert_eq!(manager.submit(&page, &path, &[("to", "none")]).await.status, 410);
    let told = site.test.outbox.to(&Mobile::parse(MOBILE).unwrap());
    assert!(!told.is_empty());
    manager
        .get("/staff")
        .await
        .is(200)
        .says("Nobody is booked here today");
}

#[tokio::test]
async fn a_manager_ends_an_account_and_its_browser_is_outside() {
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    nurse.get("/staff").await.is(200);
    let mut manager = site.logged_in("MH-0002", StaffRole::SiteManager).await;
    let page = manager.get("/staff/people").await;
    page.is(200).says("MH-0001").never_says("value=\"MH-0002\"");
    let sure = manager
        .submit(&page, "/staff/people", &[("code", "MH-0001")])
        .await;
    sure.is(200).says("End the account MH-0001?");
    nurse.get("/staff").await.is(200);
    let hidden = sure.hidden("/staff/people");
    let typed: Vec<(&str, &str)> = hidden
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    for _ in 0..2 {
        let ended = manager.submit(&sure, "/staff/people", &typed).await;
        assert_eq!(
            (ended.status, ended.to.as_str()),
            (303, "/staff/people?done=ended")
        );
    }
    let outside = nurse.get("/staff").await;
    assert_eq!(outside.to, "/staff/login?next=/staff&why=expired");
    let list = manager.get("/staff/people?done=ended").await;
    list.is(200).says("The account has ended").never_says("MH-0001");
    manager.get("/staff/roster").await.is(200).never_says("MH-0001");
    for code in ["MH-0099", "DA-1", "", "!"] {
        let typed = [("code", code), ("sure", "yes")];
        manager
            .submit(&page, "/staff/people", &typed)
            .await
            .is(422)
            .says("no member of staff with this code");
    }
    let mut other = site.logged_in("MH-0005", StaffRole::Vaccinator).await;
    other.get("/staff/people").await.is(403);
    let own = other.get("/staff").await;
    let typed = [("code", "MH-0005"), ("sure", "yes")];
    other.submit(&own, "/staff/people", &typed).await.is(403);
}

#[tokio::test]
async fn the_twenty_first_invitation_of_a_day_says_why_it_is_not_made() {
    let site = Site::open().await;
    let mut manager = site.logged_in("MH-0002", StaffRole::SiteManager).await;
    let page = manager.get("/staff/invite").await;
    for number in 0..20 {
        let code = format!("MH-1{number:03}");
        let typed = [("code", code.as_str()), ("name", "Sunita Rao")];
        manager.submit(&page, "/staff/invite", &typed).await.is(200);
    }
    let typed = [("code", "MH-2000"), ("name", "Sunita Rao")];
    manager
        .submit(&page, "/staff/invite", &typed)
        .await
        .is(429)
        .says("No more invitations for now");
}
