//! Forms that a login's end interrupts: nothing that was typed is lost, and nobody sees it meanwhile.

use pramaan_app::StaffRole;
use pramaan_domain::staff::StaffCode;

use crate::browser::{Browser, CENTRE, Page, Site};
use crate::vaccination::{log_in, log_in_as, with_secret};

/// Sends a form after the login has ended, logs in again, and answers the page that the kept form leads back to.
pub(crate) async fn interrupted(
    site: &Site,
    (staff, secret): (&mut Browser, &str),
    (page, action): (&Page, &str),
    typed: &[(&str, &str)],
) -> Page {
    site.test.clock.advance_seconds(15 * 60);
    let kept = staff.submit(page, action, typed).await;
    kept.is(401).says("Nothing you typed is lost");
    for (_, value) in typed.iter().filter(|(_, value)| value.len() > 5) {
        kept.never_says(value);
    }
    let resume = log_in(site, staff, &kept, secret).await;
    resume.is(200).says("You are logged in again");
    taken_back(staff, &resume, action).await
}

/// Presses the one button of the page after a login.
pub(crate) async fn taken_back(staff: &mut Browser, resume: &Page, action: &str) -> Page {
    let hidden = resume.hidden(action);
    let back: Vec<(&str, &str)> = hidden
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    staff.submit(resume, action, &back).await
}

/// What is typed into the form of a held dose.
const HELD: [(&str, &str); 2] = [("batch", "4121Z099"), ("reason", "the reader of codes is broken")];

/// Somebody logs in, sees the one button, and is called to a patient: this time for longer than a form waits for a login.
#[tokio::test]
async fn a_form_still_waits_when_the_login_ends_again_before_it_is_taken_back() {
    let site = Site::open().await;
    let (mut nurse, secret) = with_secret(&site, StaffRole::Vaccinator).await;
    let action = "/staff/held-dose";
    let page = nurse.get(action).await;
    site.test.clock.advance_seconds(15 * 60);
    let mut login = nurse.submit(&page, action, &HELD).await;
    let mut resume = log_in(&site, &mut nurse, &login, &secret).await;
    for minutes in [15, 45] {
        site.test.clock.advance_seconds(minutes * 60);
        login = taken_back(&mut nurse, &resume, action).await;
        login.is(401).says("Nothing you typed is lost");
        for (_, value) in HELD {
            login.never_says(value);
        }
        resume = log_in(&site, &mut nurse, &login, &secret).await;
        resume.is(200).says("You are logged in again");
    }
    let again = taken_back(&mut nurse, &resume, action).await;
    for (_, value) in HELD {
        again.is(200).says(value);
    }
}

/// Longer than any shift, or nothing of ours: the page does not say that it waits.
#[tokio::test]
async fn what_cannot_be_given_back_any_more_does_not_wait() {
    let site = Site::open().await;
    let (mut nurse, secret) = with_secret(&site, StaffRole::Vaccinator).await;
    let action = "/staff/held-dose";
    let page = nurse.get(action).await;
    site.test.clock.advance_seconds(15 * 60);
    let login = nurse.submit(&page, action, &HELD).await;
    let resume = log_in(&site, &mut nurse, &login, &secret).await;
    site.test.clock.advance_seconds(14 * 3600);
    let old = taken_back(&mut nurse, &resume, action).await;
    let made_up = [("step", "kept"), ("kept", "AAAA")];
    let made_up = nurse.submit(&resume, action, &made_up).await;
    for login in [old, made_up] {
        login.is(401).never_says("Nothing you typed is lost");
        assert_eq!(login.field("kept").unwrap_or_default(), "");
    }
}

#[tokio::test]
async fn evidence_survives_the_end_of_the_login_and_codes_are_typed_again() {
    let site = Site::open().await;
    let (mut nurse, secret) = with_secret(&site, StaffRole::Vaccinator).await;
    let path = nurse.get("/staff").await.link("/staff/visit/");
    for action in [path.as_str(), "/staff/visit"] {
        let page = nurse.get(action).await;
        let typed = [
            ("way", "document"),
            ("document_type", "8"),
            ("document_number", "K7654321"),
            ("slip", "98765432109876"),
        ];
        let opened = site.count("access_leaf").await;
        let again = interrupted(&site, (&mut nurse, &secret), (&page, action), &typed).await;
        again
            .is(200)
            .says("value=\"K7654321\"")
            .never_says("98765432109876");
        assert_eq!(site.count("access_leaf").await, opened, "and opens nothing");
    }
}

#[tokio::test]
async fn a_planned_session_survives_the_end_of_the_login() {
    let site = Site::open().await;
    let (mut manager, secret) = with_secret(&site, StaffRole::SiteManager).await;
    let action = "/staff/sessions/new";
    let page = manager.get(action).await;
    let typed = [
        ("day", "2026-11-24"),
        ("vaccine", "COVISHIELD"),
        ("min_age", "18"),
        ("from", "09:00"),
        ("until", "12:00"),
        ("first_online", "237"),
        ("second_walk_in", "5"),
    ];
    let again = interrupted(&site, (&mut manager, &secret), (&page, action), &typed).await;
    again.is(200).says("value=\"2026-11-24\"").says("value=\"237\"");
    let published = manager.submit(&again, action, &typed).await;
    assert_eq!(published.to, "/staff/sessions?done=published");
}

#[tokio::test]
async fn the_reason_of_an_opening_without_evidence_survives_the_end_of_the_login() {
    let site = Site::open().await;
    let (mut nurse, secret) = with_secret(&site, StaffRole::Vaccinator).await;
    let path = nurse.get("/staff").await.link("/staff/visit/");
    let page = nurse.get(&path).await;
    let typed = [("way", "nothing"), ("reason", "lost bag and telephone")];
    let again = interrupted(&site, (&mut nurse, &secret), (&page, &path), &typed).await;
    again.is(200).says("lost bag and telephone");
}

#[tokio::test]
async fn an_invitation_and_a_roster_survive_the_end_of_the_login() {
    let site = Site::open().await;
    let (mut manager, secret) = with_secret(&site, StaffRole::SiteManager).await;
    let page = manager.get("/staff/invite").await;
    let typed = [("code", "MH-0042"), ("name", "Sunita Rao")];
    let action = "/staff/invite";
    let again = interrupted(&site, (&mut manager, &secret), (&page, action), &typed).await;
    again
        .is(200)
        .says("value=\"MH-0042\"")
        .says("value=\"Sunita Rao\"");
    let invited = manager.submit(&again, action, &typed).await;
    invited.is(200).says("/staff/enrol/");

    let action = "/staff/roster";
    let page = manager.get(action).await;
    page.never_says("value=\"MH-0042\" checked");
    let typed = [("day", "today"), ("today", "MH-0042")];
    let again = interrupted(&site, (&mut manager, &secret), (&page, action), &typed).await;
    again
        .is(200)
        .says("value=\"MH-0042\" checked")
        .never_says("value=\"MH-0001\" checked");
    assert_eq!(site.count("roster").await, 1, "and sets nothing by itself");
    let set = manager.submit(&again, action, &typed).await;
    assert_eq!(set.to, "/staff/roster?done=saved");
}

#[tokio::test]
async fn the_document_of_a_dispute_survives_the_end_of_the_login() {
    let site = Site::open().await;
    let (rival, appointment) = site.rival().await;
    let (mut nurse, secret) = with_secret(&site, StaffRole::Vaccinator).await;
    let path = nurse.get("/staff").await.link("/staff/visit/");
    let path = format!("{}/2", path.rsplit_once('/').unwrap().0);
    let page = nurse.get(&path).await;
    let code = site.slip(&rival, appointment).await.code.to_string();
    let shown = [("way", "code"), ("code", code.as_str())];
    let record = nurse.submit(&page, &path, &shown).await;
    let settle = record.link("/staff/encounter/");
    assert!(settle.ends_with("/document"), "{settle}");
    let typed = [("document_type", "8"), ("document_number", "K7654321")];
    let again = interrupted(&site, (&mut nurse, &secret), (&record, &settle), &typed).await;
    again
        .is(200)
        .says("whose document is it?")
        .says("value=\"K7654321\"");
}

/// A nurse's held dose would else be saved, logged and certified in the name of whoever logs in on her screen.
#[tokio::test]
async fn a_kept_form_is_not_given_to_whoever_logs_in_next() {
    let site = Site::open().await;
    let (mut nurse, _) = with_secret(&site, StaffRole::Vaccinator).await;
    let invitation = site
        .test
        .invite("MH-0009", StaffRole::Vaccinator, Some(CENTRE))
        .await;
    let secret = site.test.enrol(&invitation.token).await;
    let colleague = vec![StaffCode::parse("MH-0009").unwrap()];
    site.test
        .app
        .set_roster_of(CENTRE, site.test.app.today(), colleague)
        .await
        .unwrap();
    let action = "/staff/held-dose";
    let page = nurse.get("/staff/login").await;
    let typed = [
        ("reference_id", "31415926535897"),
        ("code", "2718"),
        ("batch", "4121Z099"),
    ];
    site.test.clock.advance_seconds(15 * 60);
    let login = nurse.submit(&page, action, &typed).await;
    login.is(401).says("Nothing you typed is lost");
    let kept = login.field("kept").unwrap();

    let after = log_in_as(&site, &mut nurse, &login, ("MH-0009", &secret)).await;
    assert_eq!((after.status, after.to.as_str()), (303, "/staff"));
    let form = nurse.get(action).await;
    form.is(200);
    let forced = [("step", "kept"), ("kept", kept.as_str())];
    let forced = nurse.submit(&form, action, &forced).await;
    for typed in ["31415926535897", "2718", "4121Z099"] {
        form.never_says(typed);
        forced.is(200).never_says(typed);
    }
}

#[tokio::test]
async fn a_form_that_nobody_is_known_to_have_typed_does_not_wait() {
    let site = Site::open().await;
    let mut stranger = site.browser();
    stranger.give("__Host-staff", "no-token-of-ours");
    let page = stranger.get("/staff/login").await;
    let typed = [("batch", "4121Z099")];
    let login = stranger.submit(&page, "/staff/held-dose", &typed).await;
    login.is(401).never_says("Nothing you typed is lost");
    assert_eq!(login.field("kept").unwrap_or_default(), "");
}

#[tokio::test]
async fn a_kept_form_waits_on_when_the_database_does_not_answer_the_login() {
    let site = Site::open().await;
    let (mut nurse, secret) = with_secret(&site, StaffRole::Vaccinator).await;
    let action = "/staff/held-dose";
    let page = nurse.get(action).await;
    site.test.clock.advance_seconds(15 * 60);
    let login = nurse.submit(&page, action, &[("batch", "4121Z099")]).await;
    let kept = login.is(401).field("kept").unwrap();
    site.rename("budget", "budget_gone").await;
    let away = log_in(&site, &mut nurse, &login, &secret).await;
    away.is(503)
        .says("Try again in a moment")
        .says("value=\"MH-0001\"");
    assert_eq!(away.field("kept").unwrap(), kept);
    assert_eq!(away.retry_after.as_deref(), Some("5"));
    site.rename("budget_gone", "budget").await;
    let resume = log_in(&site, &mut nurse, &away, &secret).await;
    resume.is(200).says("You are logged in again");
}

#[tokio::test]
async fn a_held_dose_that_could_not_be_saved_is_still_on_the_page() {
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    let id = site.id.to_string();
    let page = nurse.get("/staff/held-dose").await;
    let typed = [
        ("reference_id", id.as_str()),
        ("code", "1234"),
        ("vaccine", "COVISHIELD"),
        ("batch", "4121Z025"),
        ("vial", "7"),
        ("given_at", "09:45"),
        ("site", "left_upper_arm"),
        ("reason", "the line was down until ten"),
        ("confirmed", "yes"),
    ];
    site.rename("held_dose", "held_dose_gone").await;
    let unsaved = nurse.submit(&page, "/staff/held-dose/save", &typed).await;
    unsaved
        .is(503)
        .says("Nothing was changed")
        .says(&format!("value=\"{id}\""))
        .says("value=\"4121Z025\"");
    site.rename("held_dose_gone", "held_dose").await;
    let saved = nurse.submit(&unsaved, "/staff/held-dose/save", &typed).await;
    saved.is(303);
}
