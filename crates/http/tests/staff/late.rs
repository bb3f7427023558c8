//! The form of a dose that comes late: refused as a whole, and nothing that was typed is lost.

use pramaan_app::StaffRole;
use pramaan_app::dose::Entered;
use pramaan_domain::staff::StaffCode;

use crate::browser::{Browser, CENTRE, Page, Site};
use crate::vaccination::{log_in, record, save, with_secret};

const TYPED: [(&str, &str); 6] = [
    ("vaccine", "COVISHIELD"),
    ("dose", "1"),
    ("batch", "4121z099"),
    ("vial", "42"),
    ("given_at", "09:58"),
    ("site", "right_upper_arm"),
];
const DAY: i64 = 86_400;
const HELD: &str = "/staff/held-dose";

/// The form as a browser sends it: what the page holds, and what was typed.
fn whole(page: &Page, action: &str) -> Vec<(String, String)> {
    let typed = TYPED.map(|(name, value)| (name.to_owned(), value.to_owned()));
    page.hidden(action).into_iter().chain(typed).collect()
}

async fn send(browser: &mut Browser, page: &Page, action: &str, form: &[(String, String)]) -> Page {
    let form: Vec<(&str, &str)> = form
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    browser.submit(page, action, &form).await
}

/// The refusal shows every answer, and one press leads to the other form with each of them in its place.
async fn goes_on(nurse: &mut Browser, refused: &Page, day: Option<&str>) -> Page {
    for word in [
        "Covishield",
        "First dose",
        "4121z099",
        "42",
        "09:58",
        "Right upper arm",
    ] {
        refused.says(&format!("<dd>{word}</dd>"));
    }
    let held = nurse.confirm(refused, HELD, &[]).await;
    held.is(200)
        .says("value=\"4121z099\"")
        .says("value=\"42\"")
        .says("value=\"09:58\"")
        .says("value=\"COVISHIELD\" selected")
        .says("value=\"right_upper_arm\" checked");
    match day {
        Some(day) => held.says(&format!("value=\"{day}\"")),
        None => held.never_says("name=\"day\""),
    };
    held
}

#[tokio::test]
async fn a_dose_form_of_a_record_that_closed_shows_what_was_typed_and_goes_on_with_it() {
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    let (record, encounter) = record(&site, &mut nurse).await;
    for _ in 0..4 {
        site.test.clock.advance_seconds(10 * 60);
        nurse.get("/staff").await.is(200);
    }
    for action in [encounter.clone(), format!("{encounter}/dose")] {
        let form = whole(&record, &encounter);
        let refused = send(&mut nurse, &record, &action, &form).await;
        refused
            .is(410)
            .says("What you typed")
            .says("Record this dose without opening the record")
            .never_says("Asha");
        goes_on(&mut nurse, &refused, None).await;
    }
    nurse.give("__Host-lang", "hi");
    let form = whole(&record, &encounter);
    let refused = send(&mut nurse, &record, &encounter, &form).await;
    refused
        .is(410)
        .says("आपने जो लिखा")
        .says("रिकॉर्ड खोले बिना यह डोज़ दर्ज करें")
        .says("<dd>4121z099</dd>");
    assert_eq!((site.count("dose").await, site.count("held_dose").await), (0, 0));
}

#[tokio::test]
async fn the_same_dose_form_three_days_late_is_recorded_for_its_own_day_and_nothing_is_typed_again() {
    let site = Site::open().await;
    let (mut nurse, secret) = with_secret(&site, StaffRole::Vaccinator).await;
    let (record, encounter) = record(&site, &mut nurse).await;
    let form = whole(&record, &encounter);
    let (id, code) = (site.id.to_string(), site.code().await);
    site.test.clock.advance_seconds(3 * DAY);
    // What is kept for two days only is gone by now.
    site.test.app.retain().await.unwrap();
    let today = site.test.app.today();
    let codes = vec![StaffCode::parse("MH-0001").unwrap()];
    site.test.app.set_roster_of(CENTRE, today, codes).await.unwrap();

    let kept = send(&mut nurse, &record, &encounter, &form).await;
    kept.is(401)
        .says("Nothing you typed is lost")
        .never_says("4121z099");
    let resume = log_in(&site, &mut nurse, &kept, &secret).await;
    let back = resume.is(200).hidden(&encounter);
    let refused = send(&mut nurse, &resume, &encounter, &back).await;
    refused.is(410).says("22 November 2026");
    let held = goes_on(&mut nurse, &refused, Some("2026-11-22")).await;

    let mut again: Vec<_> = refused.hidden(HELD);
    again.retain(|(name, _)| name != "step");
    again.extend([("reference_id".to_owned(), id), ("code".to_owned(), code)]);
    let confirm = send(&mut nurse, &held, HELD, &again).await;
    confirm.is(200).says("22 November 2026").says("4121Z099");
    let saved = nurse.confirm(&confirm, "/staff/held-dose/save", &[]).await;
    saved.is(303);
    assert_eq!(site.test.app.settle_held_doses().await.unwrap(), 1);
    let family = site.test.app.dashboard(&site.citizen, "test").await.unwrap();
    let facts = &family[0].doses[0].facts;
    assert_eq!(facts.given_at.date().to_string(), "2026-11-22");
    assert_eq!((facts.batch.as_str(), facts.vial.as_str()), ("4121Z099", "42"));
    assert!(matches!(facts.entered, Entered::FromPaper { at } if at.date() == today));
}

/// Also who typed something else for a dose that is on record reads what it was; there is nothing to go on to.
#[tokio::test]
async fn a_dose_form_that_finds_the_dose_recorded_shows_what_was_typed() {
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    let (record, encounter) = record(&site, &mut nurse).await;
    let form = whole(&record, &encounter);
    let confirm = send(&mut nurse, &record, &encounter, &form).await;
    save(&mut nurse, &confirm, &encounter).await.is(303);
    let other: Vec<_> = confirm
        .hidden(&format!("{encounter}/dose"))
        .into_iter()
        .map(|(name, value)| match name.as_str() {
            "batch" => (name, "OTHER1".to_owned()),
            _ => (name, value),
        })
        .collect();
    let refused = send(&mut nurse, &confirm, &format!("{encounter}/dose"), &other).await;
    refused
        .is(409)
        .says("The dose was recorded already")
        .says("<dd>OTHER1</dd>")
        .never_says("action=\"/staff/held-dose\"")
        .never_says("Asha");
    assert_eq!(site.count("dose").await, 1);
}

/// A day that nobody's form holds is no day: the form is taken as one of today.
#[tokio::test]
async fn a_dose_form_whose_day_cannot_be_read_is_one_of_today() {
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    let (record, encounter) = record(&site, &mut nurse).await;
    site.test.clock.advance_seconds(60 * 60);
    let mut nurse_again = site.logged_in("MH-0003", StaffRole::Vaccinator).await;
    let page = nurse_again.get("/staff").await;
    for day in ["", "yesterday", "2026-11-23", "2026-99-99"] {
        let mut form = whole(&record, &encounter);
        form.retain(|(name, _)| name != "day");
        form.push(("day".to_owned(), day.to_owned()));
        let refused = send(&mut nurse_again, &page, &encounter, &form).await;
        refused.is(410);
        goes_on(&mut nurse_again, &refused, None).await;
    }
}
