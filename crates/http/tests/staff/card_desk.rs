//! The card on the pages of another site: a number of six people is answered with it, and the certificate is printed by it.

use pramaan_app::StaffRole;
use pramaan_app::beneficiary::Registration;
use pramaan_app::import::{self, Bad};
use pramaan_app::{Citizen, Comorbidity};
use pramaan_domain::birth::BirthYear;
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::gender::Gender;
use pramaan_domain::name::PersonName;
use pramaan_testkit::scan::{Finding, Planted, Scanner};

use crate::browser::{Browser, DOCUMENT, Page, Site};
use crate::vaccination::{but, record, save};

const FORM: &str = "/staff/walk-in";
const DESK: &str = "/staff/card";
const OF_SIX: &str = "9876543218";
const SESSION: &str = "\
centre_id,date,vaccine,min_age,max_age,slots,seats
561001,2026-11-22,COVISHIELD,18,,01:00PM-03:00PM,1:walk_in:5
";

async fn register(site: &Site, citizen: &Citizen, document: &str) {
    let registration = Registration {
        name: PersonName::parse("Ravi Kumar").unwrap(),
        birth_year: BirthYear::parse("1975", site.test.app.today()).unwrap(),
        birth_date: None,
        gender: Gender::Male,
        document_type: DocumentType::Passport,
        document_number: DocumentNumber::parse(document).unwrap(),
        comorbidity: Comorbidity::None,
        consent_version: "1".to_owned(),
    };
    site.test.app.register(citizen, registration).await.unwrap();
}

async fn fill(nurse: &mut Browser, page: &Page, typed: &[(&str, &str)]) -> Page {
    nurse.confirm(page, FORM, typed).await
}

fn seat(page: &Page) -> String {
    let rest = page.body.split("name=\"seat\" type=\"radio\" value=\"").nth(1);
    rest.unwrap().split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_mobile_of_six_people_is_refused_with_the_card_offered_and_what_was_typed_kept() {
    let site = Site::open().await;
    let mut quiet = |_: usize, _: usize| {};
    import::sessions(&site.test.app, SESSION.as_bytes(), Bad::RefusesAll, &mut quiet)
        .await
        .unwrap();
    let family = site.test.citizen(OF_SIX).await;
    for member in 0..6 {
        register(&site, &family, &format!("F{member}234567")).await;
    }
    let people = site.count("person").await;
    let mut nurse = site.nurse().await;
    let page = nurse.get(FORM).await;
    let seat = seat(&page);
    let typed = [
        ("seat", seat.as_str()),
        ("consent", "yes"),
        ("name", "Ganga Bai"),
        ("birth_year", "1951"),
        ("gender", "female"),
        ("document_type", "8"),
        ("document_number", "P5550009"),
        ("mobile", OF_SIX),
    ];
    let sent = fill(&mut nurse, &page, &[&typed[..], &[("step", "code")]].concat()).await;
    let otp = site.test.code(OF_SIX);
    let refused = fill(&mut nurse, &sent, &[&typed[..], &[("otp", &otp)]].concat()).await;
    refused
        .is(422)
        .says("This number cannot be used here")
        .says("value=\"card\"")
        .says("value=\"Ganga Bai\"")
        .says("value=\"P5550009\"")
        .never_says("Ravi");
    assert_eq!(site.count("person").await, people);
    let seated = fill(&mut nurse, &refused, &[&typed[..], &[("step", "card")]].concat()).await;
    seated.is(200).says("Give the person the card").says("<svg");
    assert_eq!(site.count("person").await, people + 1);
    let card = seated.field("card").unwrap();
    let (id, code) = card
        .strip_prefix("pramaan:card:")
        .unwrap()
        .split_once(':')
        .unwrap();
    for digits in [id, code] {
        let groups: Vec<_> = digits.as_bytes().chunks(4).collect();
        let groups: Vec<_> = groups
            .iter()
            .map(|group| std::str::from_utf8(group).unwrap())
            .collect();
        seated.says(&groups.join(" "));
    }
}

/// With the card alone, at a site that neither printed it nor gave the dose: the certificate as a file that is looked at and
/// printed, and the list on a page.
#[tokio::test]
async fn a_card_gets_the_certificate_and_the_access_list_at_another_site() {
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    let (open, encounter) = record(&site, &mut nurse).await;
    let confirm = nurse.submit(&open, &encounter, &but(&[])).await;
    save(&mut nurse, &confirm, &encounter).await.is(303);
    let desk = nurse.get(DESK).await;
    let id = site.id.to_string();
    let typed = [
        ("reference", id.as_str()),
        ("document_type", "8"),
        ("document_number", DOCUMENT),
        ("wish", "new"),
        ("sure", "yes"),
    ];
    let made = nurse.submit(&desk, DESK, &typed).await;
    let card = made.is(200).field("card").unwrap();
    let code = card.rsplit(':').next().unwrap().to_owned();

    let mut elsewhere = at_the_annexe(&site).await;
    let desk = elsewhere.get(DESK).await;
    for shown in [
        vec![("reference", card.as_str())],
        vec![("reference", id.as_str()), ("card_code", code.as_str())],
    ] {
        let pdf = elsewhere.submit(&desk, "/staff/card/certificate", &shown).await;
        shows(
            pdf.is(200),
            &["Asha Devi", "COVISHIELD", "1 of 2", "4121Z025", "Fort Clinic"],
        );
        let list = elsewhere.submit(&desk, "/staff/card/access", &shown).await;
        list.is(200).says("MH-0001").says("MH-0041");
    }
    let wrong = [("reference", id.as_str()), ("card_code", "00000000")];
    let refused = elsewhere.submit(&desk, "/staff/card/certificate", &wrong).await;
    refused
        .is(422)
        .says("do not belong together")
        .says(&format!("value=\"{id}\""))
        .never_says("Asha");
}

/// What somebody reads who prints the file: its letters, not the signed certificate that is attached to it.
fn shows(pdf: &Page, words: &[&str]) {
    assert!(pdf.bytes.starts_with(b"%PDF-"));
    let mut planted = Planted::default();
    for word in words {
        planted.add(*word, word);
    }
    let found = Scanner::new(&planted).scan("certificate", &pdf.bytes);
    for word in words {
        let printed = |one: &Finding| one.what == *word && one.place.ends_with("pdf text");
        assert!(found.iter().any(printed), "{word} in {found:?}");
    }
}

/// A nurse of another centre, on its list of today.
async fn at_the_annexe(site: &Site) -> Browser {
    let session = site.test.nurse("MH-0041", 561_002).await;
    assert_eq!(session.staff.role(), StaffRole::Vaccinator);
    let mut browser = site.browser();
    browser.give("__Host-staff", &session.token);
    browser
}
