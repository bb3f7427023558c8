//! The record, the dose, the certificate: once, truthfully, and seen by the person.

use pramaan_app::StaffRole;
use pramaan_app::testing::{PASSWORD, totp};
use pramaan_domain::dose::DoseNumber;
use pramaan_domain::staff::StaffCode;

use crate::browser::{Browser, CENTRE, Page, Site};

const DOSE: [(&str, &str); 6] = [
    ("vaccine", "COVISHIELD"),
    ("dose", "1"),
    ("batch", "4121z025"),
    ("vial", "7"),
    ("given_at", "09:58"),
    ("site", "left_upper_arm"),
];

/// `DOSE` with some answers replaced.
pub(crate) fn but<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = DOSE
        .iter()
        .filter(|(name, _)| !changes.iter().any(|(other, _)| other == name));
    kept.chain(changes).copied().collect()
}

/// The record opened with the right code, and the encounter's address.
pub(crate) async fn record(site: &Site, nurse: &mut Browser) -> (Page, String) {
    let path = nurse.get("/staff").await.link("/staff/visit/");
    let page = nurse.get(&path).await;
    let code = site.code().await;
    let record = nurse
        .submit(&page, &path, &[("way", "code"), ("code", &code)])
        .await;
    let encounter = record.is(200).link("/staff/encounter/");
    (record, encounter)
}

/// Sends a confirmation's own hidden fields.
pub(crate) async fn save(nurse: &mut Browser, confirm: &Page, encounter: &str) -> Page {
    let action = format!("{encounter}/dose");
    let hidden = confirm.hidden(&action);
    let typed: Vec<(&str, &str)> = hidden
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    nurse.submit(confirm, &action, &typed).await
}

#[tokio::test]
async fn the_right_code_leads_to_record_dose_and_certificate() {
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    let (record, encounter) = record(&site, &mut nurse).await;
    record
        .says("<h1>Asha Devi</h1>")
        .says("1980")
        .says("Passport, ending in 4567")
        .says("None on record");
    record
        .says("First dose: can be given now")
        .says("value=\"10:00\"");
    record
        .never_says("Z1234567")
        .never_says(&site.id.to_string())
        .never_says("name=\"reason\"");

    let confirm = nurse.submit(&record, &encounter, &DOSE).await;
    confirm
        .is(200)
        .says("<dd>Asha Devi</dd>")
        .says("<dd>Covishield</dd>")
        .says("<dd>First dose</dd>")
        .says("4121Z025");
    assert_eq!(site.count("dose").await, 0);

    let saved = save(&mut nurse, &confirm, &encounter).await;
    assert_eq!(
        (saved.status, saved.to.clone()),
        (303, format!("{encounter}/done"))
    );
    let done = nurse.get(&saved.to).await;
    done.is(200)
        .says("certificate is issued")
        .says("30 minutes")
        .never_says("Asha");
    assert_eq!(
        (site.count("dose").await, site.count("certificate").await),
        (1, 1)
    );
    let issued = site.test.app.certificates(&site.citizen).await.unwrap();
    assert_eq!(issued[0].dose, DoseNumber::First);

    let pdf = nurse.get(&format!("{encounter}/certificate")).await;
    assert!(pdf.is(200).body.starts_with("%PDF-"));
    let today = nurse.get("/staff").await;
    today.says("Vaccinated").never_says("/staff/visit/");
    nurse.get(&encounter).await.is(409).never_says("Asha");

    let list = site
        .test
        .app
        .access_list(&site.citizen, site.id, None, "test")
        .await
        .unwrap();
    assert!(list.others.iter().any(|line| line.staff == "MH-0001"));
}

#[tokio::test]
async fn the_nurse_says_where_it_was_given_and_the_source_stands_behind_a_question() {
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    let (record, encounter) = record(&site, &mut nurse).await;
    record
        .says("value=\"left_upper_arm\">")
        .never_says("value=\"left_upper_arm\" checked")
        .never_says("in 24 hours")
        .says("<details><summary>Why?</summary><p class=\"quiet\">Rule ")
        .never_says(" [W");
    let unsaid: Vec<_> = DOSE.into_iter().filter(|(name, _)| *name != "site").collect();
    let again = nurse.submit(&record, &encounter, &unsaid).await;
    again.is(422).says("href=\"#site\"").says("value=\"4121z025\"");
}

#[tokio::test]
async fn a_second_click_does_nothing_a_second_time() {
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    let (record, encounter) = record(&site, &mut nurse).await;
    let confirm = nurse.submit(&record, &encounter, &DOSE).await;
    let first = save(&mut nurse, &confirm, &encounter).await;
    let second = save(&mut nurse, &confirm, &encounter).await;
    assert_eq!((second.status, &second.to), (303, &first.to));
    let other = nurse
        .submit(
            &confirm,
            &format!("{encounter}/dose"),
            &but(&[("batch", "OTHER"), ("confirmed", "yes")]),
        )
        .await;
    other.is(409).never_says("Asha");
    assert_eq!(
        (site.count("dose").await, site.count("certificate").await),
        (1, 1)
    );
}

#[tokio::test]
async fn what_cannot_be_read_is_named_and_what_was_typed_stays() {
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    let (record, encounter) = record(&site, &mut nurse).await;
    for (changes, field) in [
        ([("batch", "a b")], "batch"),
        ([("batch", "")], "batch"),
        ([("given_at", "10:30")], "given_at"),
        ([("given_at", "soon")], "given_at"),
        ([("vaccine", "WATER")], "vaccine"),
        ([("site", "knee")], "site"),
        ([("vial", "a vial number that is far too long")], "vial"),
    ] {
        for action in [encounter.clone(), format!("{encounter}/dose")] {
            let again = nurse.submit(&record, &action, &but(&changes)).await;
            again
                .is(422)
                .says(&format!("href=\"#{field}\""))
                .says("<h1>Asha Devi</h1>");
        }
    }
    let change = nurse
        .submit(
            &record,
            &encounter,
            &but(&[("step", "change"), ("batch", "KEPT1")]),
        )
        .await;
    change
        .is(200)
        .says("value=\"KEPT1\"")
        .never_says("role=\"alert\"");
    assert_eq!(site.count("dose").await, 0);
}

#[tokio::test]
async fn a_dose_outside_the_rules_is_recorded_with_a_reason_and_a_flag() {
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    let (record, encounter) = record(&site, &mut nurse).await;
    for changes in [[("vaccine", "COVAXIN")], [("dose", "2")]] {
        let asked = nurse.submit(&record, &encounter, &but(&changes)).await;
        asked.is(422).says("href=\"#reason\"").says("name=\"reason\"");
        let unsaid = nurse
            .submit(&record, &format!("{encounter}/dose"), &but(&changes))
            .await;
        unsaid.is(422).says("name=\"reason\"");
    }
    let why = [
        ("vaccine", "COVAXIN"),
        ("reason", "the other vaccine ran out today"),
    ];
    let confirm = nurse.submit(&record, &encounter, &but(&why)).await;
    confirm
        .is(200)
        .says("<dd>Covaxin</dd>")
        .says("the other vaccine ran out today");
    let saved = save(&mut nurse, &confirm, &encounter).await;
    assert_eq!(
        (saved.status, saved.to.clone()),
        (303, format!("{encounter}/done?how=flagged"))
    );
    nurse.get(&saved.to).await.says("Recorded with a flag");
    assert_eq!(site.count("dose").await, 1);
}

#[tokio::test]
async fn a_record_closes_after_half_an_hour_and_belongs_to_who_opened_it() {
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    let (record, encounter) = record(&site, &mut nurse).await;
    let before = site.count("access_leaf").await;
    nurse.get(&encounter).await.is(200).says("Asha Devi");
    assert_eq!(
        site.count("access_leaf").await,
        before + 1,
        "shown again, written down again"
    );

    let mut manager = site
        .logged_in("MH-0002", pramaan_app::StaffRole::SiteManager)
        .await;
    manager.get(&encounter).await.never_says("Asha");

    for _ in 0..4 {
        site.test.clock.advance_seconds(10 * 60);
        nurse.get("/staff").await.is(200);
    }
    nurse.get(&encounter).await.is(410).never_says("Asha");
    nurse
        .submit(&record, &format!("{encounter}/dose"), &DOSE)
        .await
        .is(410);
    assert_eq!(site.count("dose").await, 0);
}

#[tokio::test]
async fn a_disputed_document_is_settled_before_the_dose() {
    let site = Site::open().await;
    let (rival, appointment) = site.rival().await;
    let mut nurse = site.nurse().await;
    let path = nurse.get("/staff").await.link("/staff/visit/");
    let path = format!("{}/2", path.rsplit_once('/').unwrap().0);
    let page = nurse.get(&path).await;
    let code = site.slip(&rival, appointment).await.code.to_string();
    let record = nurse
        .submit(&page, &path, &[("way", "code"), ("code", &code)])
        .await;
    record
        .is(200)
        .says("whose document is it?")
        .never_says("name=\"batch\"");
    let encounter = record.link("/staff/encounter/").replace("/document", "");
    let early = nurse.submit(&record, &encounter, &DOSE).await;
    early.is(422).says("Settle the document before the dose");
    nurse
        .submit(&record, &format!("{encounter}/dose"), &DOSE)
        .await
        .is(422);
    assert_eq!(site.count("dose").await, 0);

    let settle = format!("{encounter}/document");
    let other = [("document_type", "8"), ("document_number", "Z7654321")];
    nurse
        .submit(&record, &settle, &other)
        .await
        .is(422)
        .says("another document");
    for _ in 0..2 {
        nurse.submit(&record, &settle, &other).await.is(422);
    }
    let over = nurse.submit(&record, &settle, &other).await;
    over.is(429)
        .says("No more are compared in this record today")
        .says("whose document is it?");
    let again = nurse
        .submit(&page, &path, &[("way", "code"), ("code", &code)])
        .await;
    let encounter = again.is(200).link("/staff/encounter/").replace("/document", "");
    let (record, settle) = (again, format!("{encounter}/document"));
    let seen = [
        ("document_type", "8"),
        ("document_number", crate::browser::DOCUMENT),
    ];
    let settled = nurse.submit(&record, &settle, &seen).await;
    assert_eq!((settled.status, &settled.to), (303, &encounter));
    let record = nurse.get(&settled.to).await;
    record
        .is(200)
        .says("name=\"batch\"")
        .never_says("whose document is it?");
    let confirm = nurse.submit(&record, &encounter, &DOSE).await;
    save(&mut nurse, &confirm, &encounter).await.is(303);
    assert_eq!(site.count("dose").await, 1);
}

async fn nurse_with_secret(site: &Site) -> (Browser, String) {
    with_secret(site, StaffRole::Vaccinator).await
}

/// Somebody on the roster with their code, to log in again.
pub(crate) async fn with_secret(site: &Site, role: StaffRole) -> (Browser, String) {
    let invitation = site.test.invite("MH-0001", role, Some(CENTRE));
    let secret = site.test.enrol(&invitation.await.token).await;
    let codes = vec![StaffCode::parse("MH-0001").unwrap()];
    let today = site.test.app.today();
    site.test.app.set_roster_of(CENTRE, today, codes).await.unwrap();
    let mut nurse = site.browser();
    let door = nurse.get("/staff/login").await;
    log_in(site, &mut nurse, &door, &secret).await.is(303);
    (nurse, secret)
}

pub(crate) async fn log_in(site: &Site, nurse: &mut Browser, door: &Page, secret: &str) -> Page {
    log_in_as(site, nurse, door, ("MH-0001", secret)).await
}

/// As whoever has this code and secret.
pub(crate) async fn log_in_as(
    site: &Site,
    nurse: &mut Browser,
    door: &Page,
    (code, secret): (&str, &str),
) -> Page {
    site.test.clock.advance_seconds(60);
    let digits = totp(secret, site.test.clock.now());
    let mut typed = vec![
        ("code".to_owned(), code.to_owned()),
        ("password".to_owned(), PASSWORD.to_owned()),
        ("totp".to_owned(), digits),
    ];
    typed.extend(door.hidden("/staff/login"));
    let typed: Vec<(&str, &str)> = typed
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    nurse.submit(door, "/staff/login", &typed).await
}

#[tokio::test]
async fn a_dose_form_survives_the_end_of_the_login_at_either_step() {
    for step in ["form", "confirmation"] {
        let site = Site::open().await;
        let (mut nurse, secret) = nurse_with_secret(&site).await;
        let (record, encounter) = record(&site, &mut nurse).await;
        let typed = but(&[
            ("batch", "4121Z099"),
            ("vial", "42"),
            ("dose", "2"),
            ("reason", "asked by Dr Rao"),
        ]);
        let kept = if step == "form" {
            site.test.clock.advance_seconds(15 * 60);
            nurse.submit(&record, &encounter, &typed).await
        } else {
            let confirm = nurse.submit(&record, &encounter, &typed).await;
            site.test.clock.advance_seconds(15 * 60);
            save(&mut nurse, &confirm, &encounter).await
        };
        kept.is(401).says("Nothing you typed is lost");
        for word in ["4121Z099", "Dr Rao", "Dr%20Rao", "COVISHIELD", "Asha"] {
            kept.never_says(word);
        }
        let opened = site.count("access_leaf").await;
        let wrong = nurse
            .submit(
                &kept,
                "/staff/login",
                &[("code", "MH-0001"), ("kept", &kept.field("kept").unwrap())],
            )
            .await;
        wrong.is(422).says("Nothing you typed is lost");
        let resume = log_in(&site, &mut nurse, &kept, &secret).await;
        resume
            .is(200)
            .says("You are logged in again")
            .never_says("4121Z099");
        assert_eq!(site.count("access_leaf").await, opened, "a login opens nothing");
        let hidden = resume.hidden(&encounter);
        let back: Vec<(&str, &str)> = hidden
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let again = nurse.submit(&resume, &encounter, &back).await;
        again
            .is(200)
            .says("value=\"4121Z099\"")
            .says("value=\"42\"")
            .says("asked by Dr Rao");
        let confirm = nurse.submit(&again, &encounter, &typed).await;
        save(&mut nurse, &confirm, &encounter).await.is(303);
        assert_eq!(site.count("dose").await, 1, "{step}");
    }
}

#[tokio::test]
async fn somebody_elses_login_does_not_see_a_kept_form() {
    let site = Site::open().await;
    let (mut nurse, _) = nurse_with_secret(&site).await;
    let (record, encounter) = record(&site, &mut nurse).await;
    site.test.clock.advance_seconds(15 * 60);
    let kept = nurse
        .submit(&record, &encounter, &but(&[("batch", "4121Z099")]))
        .await;
    let kept = kept.is(401).field("kept").unwrap();
    let mut other = site.logged_in("MH-0009", StaffRole::Vaccinator).await;
    let page = other.get("/staff").await;
    let typed = [("step", "kept"), ("kept", kept.as_str())];
    let answer = other.submit(&page, &encounter, &typed).await;
    answer.is(410).never_says("4121Z099");
}
