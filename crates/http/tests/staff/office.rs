//! The district's office: each line of the morning is one click from its remedy; weeks and files are shown, then published.

use pramaan_app::StaffRole;

use crate::browser::Site;

const WORD: &str = "the slip was wet and the nurse knew the visitor";

impl Site {
    /// A session of today at the other centre, where nobody is on the list; twenty past eleven.
    async fn late(&self) {
        let rows = "centre_id,date,vaccine,min_age,slots,seats\n\
                    561002,2026-11-22,COVAXIN,18,11:00AM-01:00PM,1:online:9\n";
        let mut quiet = |_: usize, _: usize| {};
        let all = pramaan_app::import::Bad::RefusesAll;
        pramaan_app::import::sessions(&self.test.app, rows.as_bytes(), all, &mut quiet)
            .await
            .unwrap();
        self.test.clock.advance_seconds(80 * 60);
    }
}

#[tokio::test]
async fn each_line_of_the_morning_leads_to_its_remedy_and_goes_when_it_is_mended() {
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    let visit = nurse.get("/staff").await.link("/staff/visit/");
    let page = nurse.get(&visit).await;
    let typed = [("way", "nothing"), ("reason", "phone stolen, card at home")];
    nurse.submit(&page, &visit, &typed).await;
    site.late().await;
    let mut admin = site.logged_in("MH-0003", StaffRole::DistrictAdmin).await;
    assert_eq!(admin.get("/staff").await.to, "/staff/district");
    let morning = admin.get("/staff/district").await;
    morning
        .is(200)
        .says("Fort Annexe should be open since")
        .says("Fort Annexe has sessions today (1), and no vaccinator")
        .says("Fort Clinic: records opened without evidence that nobody has looked at: 1")
        .never_says("phone stolen");

    let relief = admin.get("/staff/district/vaccinator?centre=561002").await;
    relief.is(200).says("Fort Annexe");
    let action = "/staff/district/vaccinator";
    let unknown = admin.confirm(&relief, action, &[("code", "MH-9999")]).await;
    unknown.is(422).says("value=\"MH-9999\"");
    let relieved = admin.confirm(&relief, action, &[("code", "MH-0001")]).await;
    assert_eq!(relieved.to, "/staff/district?done=relieved");
    admin.get("/staff/district").await.never_says("no vaccinator");

    let list = admin.get("/staff/reviews?centre=561001").await;
    list.is(200).says("MH-0001").never_says("Asha");
    let path = list.link("/staff/reviews/");
    let one = admin.get(&path).await;
    one.is(200).says("phone stolen, card at home").never_says("Asha");
    let empty = admin.submit(&one, &path, &[("word", "short")]).await;
    empty
        .is(422)
        .says("href=\"#act\"")
        .says("href=\"#word\"")
        .says(">short<");
    let seen = admin
        .submit(&one, &path, &[("act", "seen"), ("word", WORD)])
        .await;
    assert_eq!(seen.to, "/staff/reviews?done=seen");
    admin.get("/staff/district").await.never_says("without evidence");
}

/// Where lines of the morning lead; that they lead there is `a_line_of_the_morning_leads_to_its_remedy`.
#[tokio::test]
async fn the_remedies_of_the_morning_are_there_for_the_district() {
    let site = Site::open().await;
    let mut admin = site.logged_in("MH-0003", StaffRole::DistrictAdmin).await;
    for (topic, question) in [
        ("not_opened", "Your centre should be open by now."),
        ("no_vaccinator", "No vaccinator is on your list today."),
        ("short_of_stock", "You have fewer doses than people"),
        ("held_doses", "Please settle them today."),
        ("corrections", "Many doses were corrected"),
        ("back_dated", "Many doses of earlier days"),
    ] {
        let page = admin
            .get(&format!("/staff/reviews/ask?centre=561001&topic={topic}"))
            .await;
        page.is(200).says("Fort Clinic").says(question);
    }
    for (path, says) in [
        ("/staff/aefi", "Adverse events after a dose"),
        ("/staff/facilitators", "Facilitators today"),
        ("/staff/factors", "Lost phone with the second factor"),
        ("/staff/sessions?centre=561001", "Fort Clinic"),
        ("/staff/reviews?centre=561001", "Questions and openings"),
        ("/staff/district/vaccinator?centre=561001", "Fort Clinic"),
    ] {
        admin.get(path).await.is(200).says(says);
    }
}

#[tokio::test]
async fn a_stop_is_told_to_the_district_with_its_reason() {
    let site = Site::open().await;
    let mut manager = site.logged_in("MH-0002", StaffRole::SiteManager).await;
    let mut admin = site.logged_in("MH-0003", StaffRole::DistrictAdmin).await;
    admin
        .get("/staff/district")
        .await
        .never_says("What sites changed");
    let change = manager.get("/staff/sessions").await.change_of_session();
    let page = manager.get(&change).await;
    let why = "both vaccinators fell ill at noon";
    let typed = [("way", "stop"), ("reason", why)];
    manager.submit(&page, &change, &typed).await.is(303);
    let morning = admin.get("/staff/district").await;
    morning
        .is(200)
        .says("What sites changed")
        .says("Fort Clinic: a session of ")
        .says(" was stopped. By MH-0002")
        .says(why);
}

#[tokio::test]
async fn a_site_manager_answers_what_the_district_asked_of_her_own_centre() {
    let site = Site::open().await;
    let mut admin = site.logged_in("MH-0003", StaffRole::DistrictAdmin).await;
    let mut manager = site.logged_in("MH-0002", StaffRole::SiteManager).await;
    let ask = "/staff/reviews/ask";
    let page = admin.get(&format!("{ask}?centre=561001&topic=held_doses")).await;
    page.is(200).says("Please settle them today.");
    let asked = admin.confirm(&page, ask, &[("word", WORD)]).await;
    assert_eq!(asked.to, "/staff/district?done=asked");
    let page = admin.get(&format!("{ask}?centre=561002&topic=held_doses")).await;
    let asked = admin.confirm(&page, ask, &[("word", WORD)]).await;
    assert_eq!(
        asked.to, "/staff/district?done=nobody",
        "a centre without a manager"
    );
    admin.get(&asked.to).await.says("no site manager who could read");
    let list = manager.get("/staff/reviews").await;
    let path = list.is(200).link("/staff/reviews/");
    let page = manager.get(&path).await;
    page.is(200).says(WORD).never_says("value=\"seen\"");
    let answered = manager
        .submit(&page, &path, &[("act", "answered"), ("word", WORD)])
        .await;
    assert_eq!(answered.to, "/staff/reviews?done=answered");
    manager.get("/staff/reviews").await.says("Nothing waits here");
    manager
        .get(&format!("{ask}?centre=561001&topic=held_doses"))
        .await
        .is(403);
    admin
        .get(&format!("{ask}?centre=99&topic=held_doses"))
        .await
        .is(403);
    admin
        .get(&format!("{ask}?centre=561001&topic=water"))
        .await
        .is(404);
    admin.get("/staff/reviews/nonsense").await.is(404);
}

#[tokio::test]
async fn a_week_is_shown_with_its_conflicts_before_it_is_copied() {
    let site = Site::open().await;
    let mut manager = site.logged_in("MH-0002", StaffRole::SiteManager).await;
    let copy = "/staff/sessions/copy";
    let page = manager.get(copy).await;
    page.is(200).says("Fort Clinic");
    let same = [("centre", "561001"), ("from", "2026-11-23"), ("to", "2026-11-25")];
    manager
        .submit(&page, copy, &same)
        .await
        .is(422)
        .says("href=\"#to\"");
    let weeks = [("centre", "561001"), ("from", "2026-11-23"), ("to", "2026-12-02")];
    let preview = manager.submit(&page, copy, &weeks).await;
    preview
        .is(200)
        .says("Monday, 30 November 2026")
        .never_says("Not published");
    let holiday = manager.confirm(&preview, copy, &[("skip", "2026-11-30")]).await;
    holiday
        .is(422)
        .says("Nothing is left to publish")
        .says("value=\"2026-11-30\" checked");
    for _ in 0..2 {
        let copied = manager.confirm(&preview, copy, &[]).await;
        assert_eq!(copied.to, "/staff/sessions?week=2026-11-30&done=copied&copied=1");
        assert_eq!(site.count("session").await, 3);
    }
    let week = manager.get("/staff/sessions?week=2026-11-30").await;
    week.is(200)
        .says("Monday, 30 November 2026")
        .never_says("22 November");
    let again = manager.submit(&page, copy, &weeks).await;
    again
        .is(200)
        .says("has a session with this vaccine at these hours already");
    let other = [("centre", "561002"), ("from", "2026-11-23"), ("to", "2026-12-02")];
    manager.submit(&page, copy, &other).await.is(403);
    let calendar = manager.get("/staff/calendar?month=2026-11").await;
    calendar
        .is(200)
        .says("One session")
        .says("1 of 9 taken")
        .says("No session");
}

const ROWS: &str = "centre_id,date,vaccine,min_age,slots,seats\n\
                    561001,2026-11-27,COVISHIELD,18,09:00AM-10:00AM,1:online:10|3:walk_in:5\n\
                    561001,2026-11-27,water,18,09:00AM-10:00AM,1:online:10\n";

#[tokio::test]
async fn a_file_is_shown_row_by_row_and_published_as_it_was_shown() {
    let site = Site::open().await;
    let mut manager = site.logged_in("MH-0002", StaffRole::SiteManager).await;
    let page = manager.get("/staff/import").await;
    let nothing = manager
        .upload(&page, "/staff/import", &[("what", "sessions")])
        .await;
    nothing.is(422).says("href=\"#file\"");
    let columns = [("what", "sessions"), ("text", "a,b\n1,2\n")];
    manager
        .upload(&page, "/staff/import", &columns)
        .await
        .is(422)
        .says("lacks a column");
    let parts = [("what", "sessions"), ("file", ROWS)];
    let preview = manager.upload(&page, "/staff/import", &parts).await;
    preview
        .is(200)
        .says("Rows that can be published: 1. Rows with something wrong: 1.")
        .says("vaccine:");
    let publish = "/staff/import/publish";
    let unsure = manager.confirm(&preview, publish, &[]).await;
    unsure.is(422).says("Tick this to leave out what is wrong");
    let kept = preview.hidden(publish);
    assert!(
        kept.iter().all(|(_, value)| !value.contains("COVISHIELD")),
        "sealed"
    );
    let mut admin = site.logged_in("MH-0003", StaffRole::DistrictAdmin).await;
    let theirs = admin.get("/staff/import").await;
    let stolen: Vec<(&str, &str)> = kept
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let refused = admin.submit(&theirs, publish, &stolen).await;
    refused.is(422).says("waited too long");
    assert_eq!(site.count("session").await, 2);
    for _ in 0..2 {
        let published = manager.confirm(&preview, publish, &[("skip", "yes")]).await;
        assert_eq!(published.to, "/staff/import?done=published");
        assert_eq!(site.count("session").await, 3);
    }
}

#[tokio::test]
async fn a_centre_is_added_by_its_district_and_what_is_wrong_is_said_beside_its_field() {
    let site = Site::open().await;
    let mut admin = site.logged_in("MH-0003", StaffRole::DistrictAdmin).await;
    let new = "/staff/centres/new";
    let page = admin.get(new).await;
    let wrong = [
        ("id", "561777"),
        ("name", "Fort night clinic"),
        ("pincode", "4000"),
    ];
    let again = admin.submit(&page, new, &wrong).await;
    again
        .is(422)
        .says("href=\"#pincode\"")
        .says("href=\"#opens\"")
        .says("value=\"Fort night clinic\"");
    let typed = [
        ("id", "561777"),
        ("name", "Fort night clinic"),
        ("address", "Fort"),
        ("block", "Ward A"),
        ("pincode", "400001"),
        ("opens", "20:00"),
        ("closes", "02:00"),
        ("kind", "private"),
        ("fees", "COVISHIELD:780"),
    ];
    assert_eq!(
        admin.submit(&page, new, &typed).await.to,
        "/staff/centres?done=added"
    );
    let shown = admin.get("/staff/centres/561777").await;
    shown
        .is(200)
        .says("value=\"COVISHIELD:780\"")
        .says("value=\"20:00\"");
    let taken = [("name", "Another")];
    let taken: Vec<_> = typed
        .iter()
        .map(|(name, value)| {
            taken
                .iter()
                .find(|(other, _)| other == name)
                .copied()
                .unwrap_or((*name, *value))
        })
        .collect();
    admin
        .submit(&page, new, &taken)
        .await
        .is(422)
        .says("Another centre has this number");
    let mut manager = site.logged_in("MH-0002", StaffRole::SiteManager).await;
    manager.get("/staff/centres/561777").await.is(403);
    manager.get(new).await.is(403);
    let own = manager.get("/staff/centres/561001").await;
    own.is(200).says("value=\"Fort Clinic\"");
}

#[tokio::test]
async fn progress_is_shown_in_words_and_downloaded_without_small_counts() {
    let site = Site::open().await;
    let mut admin = site.logged_in("MH-0003", StaffRole::DistrictAdmin).await;
    let page = admin.get("/staff/progress").await;
    page.is(200).says("Nothing to compare yet");
    let wrong = [
        ("block", "Ward A"),
        ("from", "2026-11-22"),
        ("until", "2027-11-22"),
        ("doses", "40"),
    ];
    admin
        .submit(&page, "/staff/progress", &wrong)
        .await
        .is(422)
        .says("href=\"#until\"");
    let typed = [
        ("block", "Ward A"),
        ("from", "2026-11-22"),
        ("until", "2026-11-22"),
        ("doses", "40"),
    ];
    let set = admin.submit(&page, "/staff/progress", &typed).await;
    admin
        .get(&set.to)
        .await
        .is(200)
        .says("Given: 0 of 40, which is 0 per cent.")
        .says("<progress");
    let csv = admin
        .get("/staff/progress.csv?from=2026-11-22&until=2026-11-22")
        .await;
    csv.is(200).says("2026-11-22,Ward A,40,0");
    let mut manager = site.logged_in("MH-0002", StaffRole::SiteManager).await;
    for path in ["/staff/progress", "/staff/progress.csv", "/staff/district"] {
        manager.get(path).await.is(403);
    }
}

#[tokio::test]
async fn an_admin_plans_for_any_centre_of_the_district_and_no_other() {
    let site = Site::open().await;
    let mut admin = site.logged_in("MH-0003", StaffRole::DistrictAdmin).await;
    let list = admin.get("/staff/sessions?centre=561002").await;
    list.is(200).says("Fort Annexe");
    let new = "/staff/sessions/new";
    let page = admin.get(&format!("{new}?centre=561002")).await;
    let typed = [
        ("day", "2026-11-24"),
        ("vaccine", "COVISHIELD"),
        ("min_age", "18"),
        ("from", "09:00"),
        ("until", "10:00"),
        ("third_online", "3"),
    ];
    page.is(200);
    let published = admin.confirm(&page, new, &typed).await;
    assert_eq!(published.to, "/staff/sessions?centre=561002&done=published");
    admin.get(&published.to).await.is(200).says("of 3");
    for path in [
        "/staff/sessions?centre=99",
        "/staff/calendar?centre=99",
        "/staff/centres/99",
    ] {
        admin.get(path).await.is(403);
    }
    // The remedy of "short of stock": what the page offers, she may do.
    let path = admin.get(&published.to).await.change_of_session();
    let page = admin.get(&path).await;
    page.is(200).says("href=\"/staff/sessions?centre=561002\"");
    let typed = [
        ("way", "move"),
        ("day", "2026-11-25"),
        ("centre", "561002"),
        ("reason", "the vials come a day later"),
    ];
    let look = admin.submit(&page, &path, &typed).await;
    look.is(422)
        .says("move to Wednesday, 25 November 2026, Fort Annexe")
        .says("value=\"2026-11-25 561002\"")
        .says("value=\"the vials come a day later\"");
    let other_day: Vec<_> = [("sure", "2026-11-24 561002")].into_iter().chain(typed).collect();
    admin
        .submit(&look, &path, &other_day)
        .await
        .is(422)
        .says("value=\"2026-11-25 561002\"");
    let sure: Vec<_> = [("sure", "2026-11-25 561002")].into_iter().chain(typed).collect();
    let moved = admin.submit(&look, &path, &sure).await;
    assert_eq!(
        moved.to,
        "/staff/sessions?centre=561002&done=changed&moved=0&ended=0&untold=0"
    );
    admin
        .get("/staff/calendar?centre=561002&month=2026-11")
        .await
        .is(200)
        .says("Fort Annexe");
}

#[tokio::test]
async fn a_nurse_has_no_office() {
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    for path in [
        "/staff/district",
        "/staff/reviews",
        "/staff/centres",
        "/staff/sessions/copy",
        "/staff/calendar",
        "/staff/import",
        "/staff/progress",
    ] {
        nurse.get(path).await.is(403);
    }
}
