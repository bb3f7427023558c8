//! A sheet of paper is shown back before it is kept, and a dose from paper says so wherever it is read.

use pramaan_app::appointment::{Booking, Seat};
use pramaan_app::availability::Place;
use pramaan_app::import::{self, Bad};
use pramaan_app::message::Language;
use pramaan_app::{Face, StaffRole};
use pramaan_domain::centre::CentreId;
use pramaan_domain::staff::StaffCode;

use crate::browser::{Browser, CENTRE, DOCUMENT, MOBILE, Page, Site};

const PATH: &str = "/staff/paper";
const COMMON: [(&str, &str); 5] = [
    ("day", "2026-11-22"),
    ("vaccine", "COVISHIELD"),
    ("batch", "4121z025"),
    ("vial", "7"),
    ("site", "left_upper_arm"),
];

async fn sheet(site: &Site, nurse: &mut Browser) -> (Page, Vec<(&'static str, String)>) {
    let page = nurse.get(PATH).await;
    let mut typed: Vec<_> = COMMON.map(|(name, value)| (name, value.to_owned())).into();
    typed.push(("reference_id_1", site.id.to_string()));
    typed.push(("code_1", site.code().await));
    typed.push(("given_at_1", "09:30".to_owned()));
    (page, typed)
}

fn borrowed<'a>(typed: &'a [(&'static str, String)]) -> Vec<(&'static str, &'a str)> {
    typed
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect()
}

#[tokio::test]
async fn a_paper_sheet_is_read_back_line_by_line_in_large_type_before_it_is_kept() {
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    let (page, mut typed) = sheet(&site, &mut nurse).await;
    typed.push(("reference_id_3", "31415926535897".to_owned()));
    typed.push(("code_3", "0123".to_owned()));
    typed.push(("given_at_3", "09:45".to_owned()));
    let confirm = nurse.submit(&page, PATH, &borrowed(&typed)).await;
    confirm
        .is(200)
        .says("Line 1")
        .says("Line 3")
        .never_says("Line 2")
        .says("3141 5926 5358 97")
        .says("22 November 2026, 9:30")
        .says("22 November 2026, 9:45")
        .says("A slip shows no name here")
        .never_says("Asha");
    assert_eq!(confirm.body.matches("<dl class=\"large\">").count(), 2);
    assert_eq!(confirm.body.matches("<dd>Covishield</dd>").count(), 2);
    assert_eq!(
        confirm.body.matches("<dd class=\"mono\">4121Z025</dd>").count(),
        2
    );
    assert_eq!(site.count("held_dose").await, 0, "shown, not kept");

    let change = nurse.confirm(&confirm, PATH, &[("step", "change")]).await;
    change
        .is(200)
        .says("value=\"31415926535897\"")
        .says("value=\"09:45\"");
    assert_eq!(site.count("held_dose").await, 0);
    nurse.confirm(&confirm, PATH, &[]).await.is(303);
    assert_eq!(site.count("held_dose").await, 2);
}

#[tokio::test]
async fn a_paper_sheet_confirmed_but_never_shown_is_refused_and_comes_back_whole() {
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    let (page, typed) = sheet(&site, &mut nurse).await;
    let confirm = nurse.submit(&page, PATH, &borrowed(&typed)).await;
    let seal = confirm.field("shown").unwrap();
    let confirmed = |shown: &str| [("confirmed", "yes".to_owned()), ("shown", shown.to_owned())];

    let forged = "A".repeat(seal.len());
    let mut other = sheet(&site, &mut nurse).await.1;
    other[2].1 = "ANOTHER1".to_owned();
    for (form, shown) in [(&typed, ""), (&typed, forged.as_str()), (&other, seal.as_str())] {
        let form = [form.clone(), confirmed(shown).into()].concat();
        let refused = nurse.submit(&page, PATH, &borrowed(&form)).await;
        refused.is(422).says("Is every line right?").says("9:30");
        assert_eq!(site.count("held_dose").await, 0, "{shown}");
    }
    let mut rival = site.logged_in("MH-0003", StaffRole::Vaccinator).await;
    let codes = ["MH-0001", "MH-0003"].map(|code| StaffCode::parse(code).unwrap());
    let today = site.test.app.today();
    let both = site.test.app.set_roster_of(CENTRE, today, codes.into()).await;
    both.unwrap();
    let theirs = rival.get(PATH).await;
    let form = [typed.clone(), confirmed(&seal).into()].concat();
    rival.submit(&theirs, PATH, &borrowed(&form)).await.is(422);
    assert_eq!(site.count("held_dose").await, 0, "shown to somebody else");
    nurse.submit(&page, PATH, &borrowed(&form)).await.is(303);
    assert_eq!(site.count("held_dose").await, 1);
}

#[tokio::test]
async fn a_full_paper_sheet_shown_back_weighs_at_most_thirty_kilobytes_in_both_languages() {
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    let page = nurse.get(PATH).await;
    let mut typed: Vec<(String, String)> = COMMON
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
    for line in 1..=8 {
        typed.push((format!("reference_id_{line}"), "31415926535897".to_owned()));
        typed.push((format!("code_{line}"), "0123".to_owned()));
        typed.push((format!("given_at_{line}"), "09:30".to_owned()));
    }
    let typed: Vec<(&str, &str)> = typed
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    for (language, word) in [("en", "Is every line right?"), ("hi", "क्या हर पंक्ति सही है?")]
    {
        nurse.give("__Host-lang", language);
        let confirm = nurse.submit(&page, PATH, &typed).await;
        confirm.is(200).says(word);
        assert!(confirm.body.len() <= 30_000, "{language}: {}", confirm.body.len());
    }
}

/// On the open record, where it is corrected, and on the person's own page: that it is from paper, when it was given and when it
/// was typed in.
#[tokio::test]
async fn a_dose_from_paper_says_so_with_both_times_wherever_the_record_is_read() {
    const TOLD: &str = "From paper: given 22 November 2026, 9:30 am, typed in 22 November 2026, 10:10 am";
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    let (page, typed) = sheet(&site, &mut nurse).await;
    site.test.clock.advance_seconds(600);
    let confirm = nurse.submit(&page, PATH, &borrowed(&typed)).await;
    nurse.confirm(&confirm, PATH, &[]).await.is(303);
    assert_eq!(site.test.app.settle_held_doses().await.unwrap(), 1);

    let visit = "/staff/correction/visit";
    let id = site.id.to_string();
    let evidence = [
        ("way", "document"),
        ("reference_id", id.as_str()),
        ("document_type", "8"),
        ("document_number", DOCUMENT),
    ];
    let open = nurse.get(visit).await;
    let corrected = nurse.submit(&open, visit, &evidence).await;
    said(&corrected, TOLD);

    let mut citizen = Browser::of_citizen(&site).await;
    said(&citizen.get("/household").await, TOLD);
    citizen.give("__Host-lang", "hi");
    citizen.get("/household").await.says("काग़ज़ से: दी गई");

    // Twelve weeks on, at the table.
    said(&second_visit(&site).await, TOLD);
}

/// As a reader takes it: blanks that do not break are blanks.
fn said(page: &Page, told: &str) {
    let body = page
        .body
        .replace("&#160;", " ")
        .replace(['\u{a0}', '\u{202f}'], " ");
    assert!(body.contains(told), "no {told:?} in\n{body}");
}

/// The record as a nurse has it open for the second dose.
async fn second_visit(site: &Site) -> Page {
    site.test.clock.advance_seconds(85 * 86_400);
    let app = &site.test.app;
    let day = app.today();
    let sessions = format!(
        "centre_id,date,vaccine,min_age,max_age,slots,seats\n{CENTRE},{day},COVISHIELD,18,,11:00AM-01:00PM,2:online:9\n"
    );
    let mut quiet = |_: usize, _: usize| {};
    import::sessions(app, sessions.as_bytes(), Bad::RefusesAll, &mut quiet)
        .await
        .unwrap();
    let citizen = site.test.login(MOBILE, Face::Pages).await.unwrap().citizen;
    let centre = Place::Centre(CentreId::from_number(CENTRE).unwrap());
    let view = app.availability().view(centre, app.now());
    let sessions = view.centres.iter().flat_map(|centre| &centre.sessions);
    let session = sessions.map(|session| session.id).next().unwrap();
    let booking = Booking {
        seat: Seat {
            session,
            slot: "11:00AM-01:00PM".to_owned(),
        },
        dose: 2,
        members: vec![site.id],
        declaring: Vec::new(),
        idempotency_key: None,
        language: Language::English,
    };
    let appointment = app.book(&citizen, booking, "test").await.unwrap();
    let code = site.slip(&citizen, appointment).await.code.to_string();
    let mut nurse = site.logged_in("MH-0007", StaffRole::Vaccinator).await;
    let path = nurse.get("/staff").await.link("/staff/visit/");
    let page = nurse.get(&path).await;
    let typed = [("way", "code"), ("code", code.as_str())];
    nurse.submit(&page, &path, &typed).await
}
