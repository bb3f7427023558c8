//! The desk: somebody without an appointment is registered, seated, and their record opened on the document in hand.

use pramaan_app::StaffRole;
use pramaan_app::import::{self, Bad};

use crate::browser::{Browser, DOCUMENT, MOBILE, Page, Site};

const FORM: &str = "/staff/walk-in";
const SESSION: &str = "\
centre_id,date,vaccine,min_age,max_age,slots,seats
561001,2026-11-22,COVISHIELD,18,,01:00PM-03:00PM,1:walk_in:2
";

/// The centre, with a session for walk-ins in the afternoon.
async fn open() -> Site {
    let site = Site::open().await;
    let mut quiet = |_: usize, _: usize| {};
    import::sessions(&site.test.app, SESSION.as_bytes(), Bad::RefusesAll, &mut quiet)
        .await
        .unwrap();
    site
}

/// Sends the form with its hidden fields.
async fn fill(nurse: &mut Browser, page: &Page, typed: &[(&str, &str)]) -> Page {
    let hidden = page.hidden(FORM);
    let hidden = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let all: Vec<_> = hidden.chain(typed.iter().copied()).collect();
    nurse.submit(page, FORM, &all).await
}

/// The first seat that the page offers.
fn seat(page: &Page) -> String {
    let rest = page
        .body
        .split("name=\"seat\" type=\"radio\" value=\"")
        .nth(1)
        .unwrap();
    rest.split('"').next().unwrap().to_owned()
}

fn sita<'a>(seat: &'a str, document: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("seat", seat),
        ("document_type", "8"),
        ("document_number", document),
        ("consent", "yes"),
        ("name", "Sita Bai"),
        ("birth_year", "1971"),
        ("gender", "female"),
    ]
}

/// Opens the record from the page that says where the person sits.
async fn opened(nurse: &mut Browser, seated: &Page) -> Page {
    let path = seated.link("/staff/visit/");
    let hidden = seated.hidden(&path);
    let typed: Vec<_> = hidden
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    nurse.submit(seated, &path, &typed).await
}

#[tokio::test]
async fn a_person_without_phone_or_appointment_is_registered_and_seated() {
    let site = open().await;
    let mut nurse = site.nurse().await;
    let today = nurse.get("/staff").await;
    let page = nurse.get(&today.link(FORM)).await;
    page.is(200)
        .says("Without an appointment")
        .says("1:00")
        .says("Covishield");
    let seat = seat(&page);

    let entries = site.count("access_leaf").await;
    let wrong = fill(&mut nurse, &page, &[("name", "Sita Bai")]).await;
    wrong
        .is(422)
        .says("Choose a seat of today")
        .says("Four digits")
        .says("value=\"Sita Bai\"");
    assert_eq!(site.count("person").await, 1);

    let seated = fill(&mut nurse, &page, &sita(&seat, "P5550001")).await;
    seated
        .is(200)
        .says("No. 1")
        .says("Give the person the card")
        .never_says("Sita");
    assert_eq!(site.count("person").await, 2);
    // A page sent again is the same person in the same seat.
    let again = fill(&mut nurse, &page, &sita(&seat, "P5550001")).await;
    again.is(200).says("No. 1");
    assert_eq!(
        (site.count("person").await, site.count("appointment").await),
        (2, 2)
    );
    assert_eq!(
        site.count("access_leaf").await,
        entries + 2,
        "the rules, and where to write to"
    );

    let record = opened(&mut nurse, &seated).await;
    record.is(200).says("<h1>Sita Bai</h1>").says("Record the dose");
}

#[tokio::test]
async fn nobody_is_opened_without_evidence_who_cannot_be_told() {
    let site = open().await;
    let mut nurse = site.nurse().await;
    let page = nurse.get(FORM).await;
    let seated = fill(&mut nurse, &page, &sita(&seat(&page), "P5550001")).await;
    let path = seated.link("/staff/visit/");
    let evidence = nurse.get(&path).await;
    let entries = site.count("access_leaf").await;
    let nothing = [("way", "nothing"), ("reason", "says that the card is at home")];
    let refused = nurse.submit(&evidence, &path, &nothing).await;
    refused
        .is(422)
        .says("No mobile number is bound to this record")
        .never_says("Sita");
    assert_eq!(site.count("encounter").await, 0);
    assert_eq!(
        site.count("access_leaf").await,
        entries + 1,
        "the number was looked for"
    );
}

#[tokio::test]
async fn a_number_is_bound_by_the_code_that_its_owner_reads_out() {
    let site = open().await;
    let mut nurse = site.nurse().await;
    let page = nurse.get(FORM).await;
    let seat = seat(&page);
    let typed = [&sita(&seat, "P5550001")[..], &[("mobile", "98765 43210")]].concat();
    let unsent = fill(&mut nurse, &page, &typed).await;
    unsent
        .is(422)
        .says("Send a code to this number first")
        .says("value=\"98765 43210\"");
    let sent = fill(&mut nurse, &page, &[&typed[..], &[("step", "code")]].concat()).await;
    sent.is(200).says("The code was sent").says("value=\"Sita Bai\"");
    let code = site.test.code(MOBILE);
    let wrong = fill(&mut nurse, &sent, &[&typed[..], &[("otp", "000000")]].concat()).await;
    wrong
        .is(422)
        .says("This code is not right")
        .never_says("000000\"");
    assert_eq!(site.count("person").await, 1);
    let seated = fill(&mut nurse, &wrong, &[&typed[..], &[("otp", &code)]].concat()).await;
    seated
        .is(200)
        .says("mobile number that was proved")
        .never_says(MOBILE);
    assert_eq!(site.test.app.household_size(&site.citizen).await.unwrap(), 2);
}

#[tokio::test]
async fn who_has_a_reference_id_is_seated_with_it_and_the_document() {
    let site = open().await;
    let mut nurse = site.nurse().await;
    let page = nurse.get(FORM).await;
    let seat = seat(&page);
    let id = site.id.to_string();
    let known = |document| {
        vec![
            ("seat", seat.as_str()),
            ("reference", id.as_str()),
            ("document_type", "8"),
            ("document_number", document),
        ]
    };
    let other = fill(&mut nurse, &page, &known("P5550001")).await;
    other.is(422).says("do not belong together");
    let booked = fill(&mut nurse, &page, &known(DOCUMENT)).await;
    booked.is(422).says("has an appointment for this dose already");
    let members = [site.id];
    let cancelled = site.test.app.cancel_appointment(
        &site.citizen,
        site.appointment,
        &members,
        pramaan_app::message::Language::English,
        "test",
    );
    cancelled.await.unwrap();
    let seated = fill(&mut nurse, &page, &known(DOCUMENT)).await;
    seated.is(200).says("Seated").never_says("Asha");
    opened(&mut nurse, &seated).await.is(200).says("Asha");
}

#[tokio::test]
async fn where_no_seat_is_left_the_page_says_what_to_do() {
    let site = open().await;
    let mut nurse = site.nurse().await;
    let page = nurse.get(FORM).await;
    let seat = seat(&page);
    for document in ["P5550001", "P5550002"] {
        let fresh = nurse.get(FORM).await;
        fill(&mut nurse, &fresh, &sita(&seat, document)).await.is(200);
    }
    let full = fill(&mut nurse, &page, &sita(&seat, "P5550003")).await;
    full.is(422).says("The last seat of this time was taken");
    nurse
        .get(FORM)
        .await
        .is(200)
        .says("No seat is left for walk-ins today");
}

#[tokio::test]
async fn the_desk_is_for_those_who_work_there_today() {
    let site = open().await;
    let mut manager = site.logged_in("MH-0002", StaffRole::SiteManager).await;
    manager.get(FORM).await.is(403).says("roster");
    let mut admin = site.logged_in("MH-0003", StaffRole::DistrictAdmin).await;
    admin.get(FORM).await.is(403);
    assert!(site.browser().get(FORM).await.to.starts_with("/staff/login"));
}

/// A session to which somebody of seventeen can go, in the evening.
async fn open_for_the_young() -> Site {
    let site = Site::open().await;
    let session = SESSION
        .replace("COVISHIELD,18,", "COVAXIN,15,")
        .replace("walk_in:2", "walk_in:9");
    let mut quiet = |_: usize, _: usize| {};
    import::sessions(&site.test.app, session.as_bytes(), Bad::RefusesAll, &mut quiet)
        .await
        .unwrap();
    site
}

fn seventeen<'a>(
    seat: &'a str,
    document: &'a str,
    (guardian, alone): (&'a str, &'a str),
) -> Vec<(&'a str, &'a str)> {
    let mut typed = sita(seat, document);
    typed.retain(|(name, _)| *name != "birth_year");
    typed.extend([
        ("birth_year", "2009"),
        ("guardian_name", guardian),
        ("alone", alone),
    ]);
    typed
}

#[tokio::test]
async fn who_came_with_a_minor_is_asked_at_the_desk_and_what_was_typed_stays() {
    let site = open_for_the_young().await;
    let mut nurse = site.nurse().await;
    let page = nurse.get(FORM).await;
    page.says("Name of the guardian, for people under 18")
        .says("Did somebody under 18 come alone? Why");
    let seat = seat(&page);
    for (said, field, sentence) in [
        (
            ("", ""),
            "guardian_name",
            "Write who is here with somebody under 18",
        ),
        (("123", ""), "guardian_name", "guardian’s name, in letters"),
        (("", "at work"), "alone", "in 10 to 300 characters"),
        (("Kamala Bai", "the mother is at work"), "alone", "not both"),
    ] {
        let refused = fill(&mut nurse, &page, &seventeen(&seat, "P5550001", said)).await;
        refused
            .is(422)
            .says(&format!("id=\"{field}-error\""))
            .says(&format!("href=\"#{field}\""))
            .says(sentence)
            .says("value=\"Sita Bai\"")
            .says("value=\"P5550001\"")
            .says(&format!(
                "name=\"guardian_name\" type=\"text\" class=\"\" value=\"{}\"",
                said.0
            ))
            .says(&format!(
                "name=\"alone\" type=\"text\" class=\"\" value=\"{}\"",
                said.1
            ));
    }
    assert_eq!(site.count("person").await, 1, "nobody was registered");
    let said = ("Kamala Bai", "");
    let seated = fill(&mut nurse, &page, &seventeen(&seat, "P5550001", said)).await;
    seated.is(200).says("No. 1").never_says("Kamala");
    let record = opened(&mut nurse, &seated).await;
    record
        .is(200)
        .says("<dd>Kamala Bai <a")
        .never_says("No guardian is named");
}

#[tokio::test]
async fn a_minor_who_came_alone_is_seated_and_the_open_record_says_that_nobody_is_named() {
    let site = open_for_the_young().await;
    let mut nurse = site.nurse().await;
    let page = nurse.get(FORM).await;
    let seat = seat(&page);
    let said = ("", "the mother is at work");
    let seated = fill(&mut nurse, &page, &seventeen(&seat, "P5550001", said)).await;
    let record = opened(&mut nurse, &seated).await;
    record
        .is(200)
        .says("No guardian is named")
        .says("the record names nobody who speaks for them");
    let link = record.link("/staff/encounter/");
    assert!(link.ends_with("/guardian"), "{link}");
    let form = nurse.get(&link).await;
    form.is(200).says("Who is here with the child?");
    let named = nurse.submit(&form, &link, &[("name", "Kamala Bai")]).await;
    assert_eq!(named.status, 303);
    nurse
        .get(&named.to)
        .await
        .is(200)
        .says("<dd>Kamala Bai <a")
        .never_says("No guardian is named");
}

#[tokio::test]
async fn of_a_grown_up_nobody_is_asked_who_came() {
    let site = open().await;
    let mut nurse = site.nurse().await;
    let page = nurse.get(FORM).await;
    let seat = seat(&page);
    let typed = [
        &sita(&seat, "P5550001")[..],
        &[("guardian_name", "123"), ("alone", "x")],
    ]
    .concat();
    let seated = fill(&mut nurse, &page, &typed).await;
    seated.is(200);
    let record = opened(&mut nurse, &seated).await;
    record.is(200).never_says("uardian");
}
