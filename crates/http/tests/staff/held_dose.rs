//! The log is down: the page says so and leads to the form of a dose that is recorded without opening the record.

use pramaan_app::StaffRole;

use crate::browser::{Browser, Page, Site};
use crate::kept::interrupted;
use crate::vaccination::with_secret;

const FORM: &str = "/staff/held-dose";

fn filled<'a>(id: &'a str, code: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("reference_id", id),
        ("code", code),
        ("vaccine", "COVISHIELD"),
        ("batch", "4121Z025"),
        ("vial", "7"),
        ("given_at", "09:45"),
        ("site", "left_upper_arm"),
    ]
}

async fn saved(browser: &mut Browser, confirm: &Page) -> Page {
    let hidden = confirm.hidden("/staff/held-dose/save");
    let typed: Vec<_> = hidden
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    browser.submit(confirm, "/staff/held-dose/save", &typed).await
}

#[tokio::test]
async fn with_the_log_down_a_dose_is_recorded_without_opening_the_record() {
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    let (id, code) = (site.id.to_string(), site.code().await);
    let today = nurse.get("/staff").await;
    let path = today.link("/staff/visit/");
    assert_eq!(today.link(FORM), FORM, "also reachable from the roster");
    let evidence = nurse.get(&path).await;
    site.test.break_log().await;

    let down = nurse
        .submit(&evidence, &path, &[("way", "code"), ("code", &code)])
        .await;
    down.is(503)
        .says("No record can be opened right now")
        .never_says("Asha");
    assert_eq!(down.retry_after.as_deref(), Some("5"));
    let page = nurse.get(&down.link(FORM)).await;
    page.is(200)
        .says("There are none")
        .says("value=\"left_upper_arm\"")
        .never_says("value=\"left_upper_arm\" checked")
        .never_says("Why is the record not opened?");

    let wrong = filled("1234", "12");
    let wrong = nurse.submit(&page, FORM, &wrong).await;
    wrong
        .is(422)
        .says("14 digits of the reference ID")
        .says("four digits")
        .says("value=\"1234\"")
        .says("value=\"4121Z025\"");
    let confirm = nurse.submit(&page, FORM, &filled(&id, &code)).await;
    confirm
        .is(200)
        .says("Is this right?")
        .says(&id)
        .says("Covishield")
        .says("<dt>Dose</dt><dd>The one that was booked</dd>")
        .says("A slip shows no name here");
    let changed = nurse
        .submit(
            &page,
            FORM,
            &[&filled(&id, &code)[..], &[("step", "change")]].concat(),
        )
        .await;
    changed.is(200).says(&format!("value=\"{id}\""));

    for _ in 0..2 {
        let done = saved(&mut nurse, &confirm).await;
        assert_eq!(
            (done.status, done.to.as_str()),
            (303, "/staff/held-dose?number=1&day=2026-11-22")
        );
    }
    let list = nurse.get("/staff/held-dose?number=1&day=2026-11-22").await;
    list.is(200)
        .says("Kept: H-1 of today at this centre")
        .says("H-1, Covishield: waiting")
        .never_says(&id);
    nurse
        .get("/staff/held-dose?number=7")
        .await
        .is(200)
        .never_says("Kept: H-");
    assert_eq!((site.count("held_dose").await, site.count("dose").await), (1, 0));

    site.test.mend_log().await;
    assert_eq!(site.test.app.settle_held_doses().await.unwrap(), 1);
    nurse.get(FORM).await.says("H-1, Covishield: recorded");
    nurse.get("/staff").await.says("<strong>0</strong> to come");
    assert_eq!(
        (site.count("dose").await, site.count("certificate").await),
        (1, 1)
    );
}

const REASON: &str = "the reader of QR codes is broken";

/// What is shown back in large letters.
fn large(page: &Page) -> &str {
    let rest = page.body.split("<dl class=\"large\">").nth(1).unwrap();
    rest.split("</dl>").next().unwrap()
}

fn somebody_new<'a>(year: &'a str, guardian: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut typed = filled("", "");
    typed.extend([
        ("who", "new"),
        ("notice", "1"),
        ("consent", "yes"),
        ("name", "Sita Bai"),
        ("birth_year", year),
        ("gender", "female"),
        ("document_type", "8"),
        ("document_number", "P5550001"),
        ("guardian_name", guardian),
        ("reason", REASON),
    ]);
    typed
}

#[tokio::test]
async fn before_saving_name_or_number_vaccine_dose_and_batch_are_repeated_in_both_languages() {
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    let (id, code) = (site.id.to_string(), site.code().await);
    let by_slip = [&filled(&id, &code)[..], &[("reason", REASON)]].concat();
    for (language, booked, first, nameless) in [
        (
            "en",
            "The one that was booked",
            "First dose",
            "A slip shows no name here",
        ),
        ("hi", "जिसकी बुकिंग थी", "पहली डोज़", "पर्ची से यहाँ नाम नहीं दिखता"),
    ] {
        nurse.give("__Host-lang", language);
        let page = nurse.get(FORM).await;
        let slip = nurse.submit(&page, FORM, &by_slip).await;
        slip.is(200).says(nameless);
        let new = nurse.submit(&page, FORM, &somebody_new("1971", "")).await;
        new.is(200).never_says(nameless);
        for (page, who, dose) in [(&slip, id.as_str(), booked), (&new, "Sita Bai", first)] {
            let shown: String = large(page).split_whitespace().collect();
            for part in [who, "4121Z025", &format!("<dd>{dose}</dd>")] {
                let part: String = part.split_whitespace().collect();
                assert!(shown.contains(&part), "{language}: no {part:?} in {shown}");
            }
        }
    }
}

#[tokio::test]
async fn a_held_dose_of_a_minor_is_shown_back_with_who_came_and_waits_for_nobody() {
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    let page = nurse.get(FORM).await;
    page.says("Name of the guardian, for people under 18");
    let wrong = nurse.submit(&page, FORM, &somebody_new("2009", "123")).await;
    wrong
        .is(422)
        .says("id=\"guardian_name-error\"")
        .says("value=\"123\"")
        .says("value=\"Sita Bai\"");
    let named = nurse
        .submit(&page, FORM, &somebody_new("2009", "Kamala Bai"))
        .await;
    named.is(200);
    assert!(
        large(&named).contains("<dt>Guardian</dt><dd>Kamala Bai</dd>"),
        "{}",
        large(&named)
    );
    let unnamed = nurse.submit(&page, FORM, &somebody_new("2009", "")).await;
    unnamed.is(200);
    assert!(large(&unnamed).contains("<dt>Guardian</dt><dd>Nobody named yet</dd>"));
    let grown_up = nurse.submit(&page, FORM, &somebody_new("1971", "123")).await;
    assert!(!large(grown_up.is(200)).contains("Guardian"));
    assert_eq!(
        saved(&mut nurse, &unnamed).await.status,
        303,
        "nothing keeps it back"
    );
    assert_eq!(site.count("held_dose").await, 1);
}

#[tokio::test]
async fn while_records_can_be_opened_it_is_asked_why_this_one_is_not() {
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    let (id, code) = (site.id.to_string(), site.code().await);
    let page = nurse.get(FORM).await;
    page.is(200).says("Why is the record not opened?");
    let asked = nurse.submit(&page, FORM, &filled(&id, &code)).await;
    asked
        .is(422)
        .says("Records can be opened at this moment")
        .says(&format!("value=\"{id}\""));
    let save = format!("{FORM}/save");
    let asked = nurse.submit(&page, &save, &filled(&id, &code)).await;
    asked.is(422).says("Records can be opened at this moment");
    let typed = [&filled(&id, &code)[..], &[("reason", REASON)]].concat();
    let confirm = nurse.submit(&page, FORM, &typed).await;
    confirm.is(200).says(REASON);
    assert_eq!(saved(&mut nurse, &confirm).await.status, 303);
}

#[tokio::test]
async fn a_site_manager_decides_about_what_needs_attention() {
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    let (id, wrong) = (site.id.to_string(), site.wrong_code().await);
    let page = nurse.get(FORM).await;
    let typed = [&filled(&id, &wrong)[..], &[("reason", REASON)]].concat();
    let confirm = nurse.submit(&page, FORM, &typed).await;
    assert_eq!(saved(&mut nurse, &confirm).await.status, 303);
    assert_eq!(site.test.app.settle_held_doses().await.unwrap(), 0);
    let attention = format!("{FORM}/attention");
    let list = nurse.get(FORM).await;
    list.says("needs attention: the numbers fit nobody")
        .never_says(&attention);

    let mut manager = site.logged_in("MH-0002", StaffRole::SiteManager).await;
    let today = manager.get("/staff").await;
    let list = manager.get(&today.link(FORM)).await;
    list.is(200).says("Try H-1 again").never_says(&id);
    let which = list.hidden(&attention);
    let act = |act: &'static str, reason: &'static str| {
        let mut typed: Vec<_> = which
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        typed.extend([("act", act), ("reason", reason)]);
        typed
    };
    nurse.submit(&page, &attention, &act("ask", "")).await.is(403);
    nurse.submit(&page, &attention, &act("retry", "")).await.is(403);
    let unread = manager.submit(&list, &attention, &[("act", "retry")]).await;
    unread.is(400);
    let retried = manager.submit(&list, &attention, &act("retry", "")).await;
    assert_eq!((retried.status, retried.to.as_str()), (303, FORM));
    manager.get(FORM).await.says("H-1, Covishield: waiting");
    let twice = manager.submit(&list, &attention, &act("retry", "")).await;
    twice.is(404).says("nothing to decide");

    assert_eq!(site.test.app.settle_held_doses().await.unwrap(), 0);
    let asked = manager.submit(&list, &attention, &act("ask", "")).await;
    asked.is(200).says("Take held dose 1 from the list?");
    let short = manager.submit(&asked, &attention, &act("dismiss", "why")).await;
    short
        .is(422)
        .says("in 10 to 300 characters")
        .says("value=\"why\"");
    let why = "typed a second time as number 2";
    let done = manager.submit(&asked, &attention, &act("dismiss", why)).await;
    assert_eq!((done.status, done.to.as_str()), (303, FORM));
    let list = manager.get(FORM).await;
    list.says("taken from the list by a site manager")
        .never_says("Try H-1 again");
}

#[tokio::test]
async fn the_reason_of_a_dismissal_survives_the_end_of_the_login_and_dismisses_nothing_by_itself() {
    let site = Site::open().await;
    let mut nurse = site.logged_in("MH-0005", StaffRole::Vaccinator).await;
    let (id, wrong) = (site.id.to_string(), site.wrong_code().await);
    let page = nurse.get(FORM).await;
    let typed = [&filled(&id, &wrong)[..], &[("reason", REASON)]].concat();
    let confirm = nurse.submit(&page, FORM, &typed).await;
    saved(&mut nurse, &confirm).await.is(303);
    assert_eq!(site.test.app.settle_held_doses().await.unwrap(), 0);
    let (mut manager, secret) = with_secret(&site, StaffRole::SiteManager).await;
    let attention = format!("{FORM}/attention");
    let list = manager.get(FORM).await;
    let act = |act: &'static str, reason: &'static str| {
        let which = list.hidden(&attention).into_iter();
        let acts =
            [("act", act), ("reason", reason)].map(|(name, value)| (name.to_owned(), value.to_owned()));
        which.chain(acts).collect::<Vec<_>>()
    };
    fn pairs(typed: &[(String, String)]) -> Vec<(&str, &str)> {
        typed
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect()
    }
    let why = act("dismiss", "typed a second time as number 2");
    let again = interrupted(&site, (&mut manager, &secret), (&list, &attention), &pairs(&why)).await;
    again
        .is(200)
        .says("Take held dose 1 from the list?")
        .says("value=\"typed a second time as number 2\"");
    let still = manager.get(FORM).await;
    still.says("Try H-1 again");
    // A button without a word of reason is not pressed by a login.
    let retry = act("retry", "");
    let led = interrupted(
        &site,
        (&mut manager, &secret),
        (&still, &attention),
        &pairs(&retry),
    )
    .await;
    assert_eq!((led.status, led.to.as_str()), (303, FORM));
    let still = manager.get(FORM).await;
    still.says("needs attention");
    let done = manager.submit(&still, &attention, &pairs(&why)).await;
    assert_eq!((done.status, done.to.as_str()), (303, FORM));
    manager
        .get(FORM)
        .await
        .says("taken from the list by a site manager");
    // Who takes the browser over is led to the list.
    assert_eq!(manager.get(&attention).await.to, FORM);
}

#[tokio::test]
async fn the_form_is_for_vaccinators_of_today() {
    let site = Site::open().await;
    let mut manager = site.logged_in("MH-0002", StaffRole::SiteManager).await;
    let page = manager.get(FORM).await;
    page.is(200)
        .says("There are none")
        .never_says("name=\"reference_id\"");
    let (id, code) = (site.id.to_string(), site.code().await);
    manager.submit(&page, FORM, &filled(&id, &code)).await.is(403);
    let save = format!("{FORM}/save");
    let with_reason = [
        &filled(&id, &code)[..],
        &[("reason", REASON), ("confirmed", "yes")],
    ]
    .concat();
    manager.submit(&page, &save, &with_reason).await.is(403);
    assert_eq!(site.count("held_dose").await, 0);
    let mut district = site.logged_in("MH-0003", StaffRole::DistrictAdmin).await;
    district.get(FORM).await.is(403);
    let mut stranger = site.browser();
    assert_eq!(stranger.get(FORM).await.status, 303);
    let mut nurse = site.nurse().await;
    site.test
        .app
        .set_roster_of(crate::browser::CENTRE, site.test.app.today(), Vec::new())
        .await
        .unwrap();
    nurse.get(FORM).await.is(403).says("not on today");
}

#[tokio::test]
async fn a_form_whose_login_ended_is_there_again_after_the_next() {
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    let page = nurse.get(FORM).await;
    site.test.clock.advance_seconds(13 * 3600);
    let (id, code) = (site.id.to_string(), site.code().await);
    let kept = nurse.submit(&page, FORM, &filled(&id, &code)).await;
    kept.is(401).never_says(&id).never_says("4121Z025");
    assert_eq!(site.count("held_dose").await, 0);
}
