//! The desk with people without a telephone or papers, on the page: nobody is refused, nothing typed is lost, and a number that
//! cannot be used offers the card in one step.

use pramaan_app::StaffRole;
use pramaan_app::import::{self, Bad};
use pramaan_domain::mobile::Mobile;
use pramaan_domain::staff::StaffCode;

use crate::browser::{Browser, DOCUMENT, Page, Site};

const FORM: &str = "/staff/walk-in";
const SESSION: &str = "\
centre_id,date,vaccine,min_age,max_age,slots,seats
561001,2026-11-22,COVISHIELD,18,,01:00PM-03:00PM,1:walk_in:5
";

async fn open() -> Site {
    let site = Site::open().await;
    let mut quiet = |_: usize, _: usize| {};
    import::sessions(&site.test.app, SESSION.as_bytes(), Bad::RefusesAll, &mut quiet)
        .await
        .unwrap();
    site
}

async fn fill(nurse: &mut Browser, page: &Page, typed: &[(&str, &str)]) -> Page {
    let hidden = page.hidden(FORM);
    let hidden = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let all: Vec<_> = hidden.chain(typed.iter().copied()).collect();
    nurse.submit(page, FORM, &all).await
}

fn seat(page: &Page) -> String {
    let rest = page.body.split("name=\"seat\" type=\"radio\" value=\"").nth(1);
    rest.unwrap().split('"').next().unwrap().to_owned()
}

fn ganga(seat: &str) -> Vec<(&str, &str)> {
    vec![
        ("seat", seat),
        ("consent", "yes"),
        ("name", "Ganga Bai"),
        ("birth_year", "1951"),
        ("gender", "female"),
    ]
}

const WITHOUT: [(&str, &str); 5] = [
    ("without", "yes"),
    ("reason", "lives on the street, no papers"),
    ("facilitator", "Ramesh Kumar"),
    ("facilitator_type", "12"),
    ("facilitator_number", "VOTER12345"),
];

#[tokio::test]
async fn a_person_without_phone_or_papers_gets_a_card_and_the_record_says_what_there_is() {
    let site = open().await;
    let mut nurse = site.nurse().await;
    let page = nurse.get(FORM).await;
    let seat = seat(&page);
    let bare = fill(&mut nurse, &page, &[&ganga(&seat)[..], &WITHOUT[..1]].concat()).await;
    bare.is(422)
        .says("Write why there is no document")
        .says("Type the name of the facilitator")
        .says("value=\"Ganga Bai\"");
    let seated = fill(&mut nurse, &page, &[&ganga(&seat)[..], &WITHOUT[..]].concat()).await;
    seated
        .is(200)
        .says("<svg")
        .says("The code is shown only now")
        .never_says("Ganga");
    let card = seated.field("card").unwrap();
    let pdf = nurse.submit(&seated, "/staff/card/pdf", &[("card", &card)]).await;
    pdf.is(200).says("%PDF");
    let path = seated.link("/staff/visit/");
    let hidden = seated.hidden(&path);
    let typed: Vec<_> = hidden
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let record = nurse.submit(&seated, &path, &typed).await;
    record
        .is(200)
        .says("<h1>Ganga Bai</h1>")
        .says("registered without a document");
    // A copy of another's card, and the desk for cards.
    let desk = nurse.get("/staff/card").await;
    let forged = card.rsplit_once(':').unwrap().0.to_owned() + ":00000000";
    let wrong = nurse
        .submit(
            &desk,
            "/staff/card",
            &[("reference", &forged), ("wish", "new"), ("sure", "yes")],
        )
        .await;
    wrong
        .is(422)
        .says("do not belong together")
        .never_says("00000000");
    let typed = [
        ("reference", card.as_str()),
        ("wish", "add"),
        ("document_type", "14"),
        ("document_number", "RC5551"),
    ];
    nurse
        .submit(&desk, "/staff/card", &typed)
        .await
        .is(200)
        .says("The document was added");
    for wish in ["new", "end"] {
        let unsure = nurse
            .submit(&desk, "/staff/card", &[("reference", &card), ("wish", wish)])
            .await;
        unsure.is(422).says("Tick that the old card ends");
    }
    let new = nurse
        .submit(
            &desk,
            "/staff/card",
            &[("reference", &card), ("wish", "new"), ("sure", "yes")],
        )
        .await;
    new.is(200).says("The new card");
    let old = nurse
        .submit(
            &desk,
            "/staff/card",
            &[("reference", &card), ("wish", "end"), ("sure", "yes")],
        )
        .await;
    old.is(422).says("do not belong together");
    let card = new.field("card").unwrap();
    let list = nurse
        .submit(&desk, "/staff/card/access", &[("reference", &card)])
        .await;
    list.is(200)
        .says("by printed card number 1")
        .says("Ramesh Kumar spoke for you")
        .says("lives on the street");
}

#[tokio::test]
async fn a_mobile_of_staff_is_refused_with_the_card_offered_in_one_step_and_what_was_typed_kept() {
    const OF_STAFF: &str = "9822314455";
    let site = open().await;
    let manager = site
        .test
        .enrolled("MH-0002", StaffRole::SiteManager, Some(561_001))
        .await
        .staff;
    let code = StaffCode::parse("MH-0002").unwrap();
    let number = Mobile::parse(OF_STAFF).unwrap();
    site.test
        .app
        .note_staff_mobile(&manager, code, number)
        .await
        .unwrap();
    let mut nurse = site.nurse().await;
    let page = nurse.get(FORM).await;
    let seat = seat(&page);
    let paper = [
        ("document_type", "8"),
        ("document_number", "P5550009"),
        ("mobile", OF_STAFF),
    ];
    let typed = [&ganga(&seat)[..], &paper[..]].concat();
    let sent = fill(&mut nurse, &page, &[&typed[..], &[("step", "code")]].concat()).await;
    let otp = site.test.code(OF_STAFF);
    let refused = fill(&mut nurse, &sent, &[&typed[..], &[("otp", &otp)]].concat()).await;
    refused
        .is(422)
        .says("This number cannot be used here")
        .says("value=\"card\"")
        .says("value=\"Ganga Bai\"")
        .says("value=\"P5550009\"")
        .never_says("MH-0002");
    assert_eq!(site.count("person").await, 1);
    let seated = fill(&mut nurse, &refused, &[&typed[..], &[("step", "card")]].concat()).await;
    seated.is(200).says("Give the person the card").says("<svg");
}

#[tokio::test]
async fn a_mistaken_registration_is_taken_back_from_the_desk() {
    let site = open().await;
    let mut nurse = site.nurse().await;
    let page = nurse.get(FORM).await;
    let seat = seat(&page);
    let seated = fill(&mut nurse, &page, &[&ganga(&seat)[..], &WITHOUT[..]].concat()).await;
    let card = seated.field("card").unwrap();
    let id = card.split(':').nth(2).unwrap();
    let path = "/staff/walk-in/withdraw";
    let typed = [("reference", id), ("reason", "registered twice by mistake")];
    let page = nurse.get(path).await;
    nurse
        .submit(&page, path, &[("reason", "registered twice by mistake")])
        .await
        .is(422)
        .says("registered twice");
    nurse
        .submit(&page, path, &typed)
        .await
        .is(200)
        .says("A second person is needed");
    let mut manager = site.logged_in("MH-0002", StaffRole::SiteManager).await;
    let page = manager.get(path).await;
    manager
        .submit(&page, path, &typed)
        .await
        .is(200)
        .says("The registration is gone");
    assert_eq!(site.count("person").await, 1);
    manager
        .submit(&page, path, &typed)
        .await
        .is(422)
        .says("registered nobody");
}

#[tokio::test]
async fn by_the_document_the_holder_gets_a_card_and_another_document_is_no_match() {
    let site = open().await;
    let mut nurse = site.nurse().await;
    let desk = nurse.get("/staff/card").await;
    let id = site.id.to_string();
    let typed = |document| {
        [
            ("reference", id.as_str()),
            ("document_type", "8"),
            ("document_number", document),
            ("wish", "new"),
            ("sure", "yes"),
        ]
    };
    let wrong = nurse.submit(&desk, "/staff/card", &typed("P9999999")).await;
    wrong
        .is(422)
        .says("do not belong together")
        .says("value=\"P9999999\"");
    nurse
        .submit(&desk, "/staff/card", &typed(DOCUMENT))
        .await
        .is(200)
        .says("<svg");
}

/// Enter in a field, and a hand scanner after the QR code, press the first button of a form.
#[tokio::test]
async fn the_first_button_of_the_desk_for_cards_changes_nothing() {
    let site = open().await;
    let mut nurse = site.nurse().await;
    let desk = nurse.get("/staff/card").await;
    let form = desk.body.split("action=\"/staff/card\"").nth(1).unwrap();
    let first = form.split("<button ").nth(1).unwrap();
    let first = first.split('>').next().unwrap();
    assert!(
        first.contains("formaction=\"/staff/card/certificate\""),
        "{first}"
    );
}

/// A facilitator brings two people of one name and year, one after the other, and one reason fits both.
#[tokio::test]
async fn two_people_without_papers_and_with_the_same_particulars_get_two_cards_and_two_seats() {
    let site = open().await;
    let mut nurse = site.nurse().await;
    let mut cards = Vec::new();
    for queue in ["No. 1", "No. 2"] {
        let page = nurse.get(FORM).await;
        let seat = seat(&page);
        let typed = [&ganga(&seat)[..], &WITHOUT[..]].concat();
        // The tests' randomness names every form alike.
        let hidden = page.hidden(FORM).into_iter();
        let hidden = hidden.map(|(name, value)| match name.as_str() {
            "key" => (name, queue.to_owned()),
            _ => (name, value),
        });
        let typed = typed
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_string()));
        let all: Vec<_> = hidden.chain(typed).collect();
        let all: Vec<_> = all
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let seated = nurse.submit(&page, FORM, &all).await;
        seated.is(200).says(queue);
        cards.push(seated.field("card").unwrap());
    }
    assert_eq!(site.count("person").await, 3);
    let desk = nurse.get("/staff/card").await;
    for card in cards {
        nurse
            .submit(&desk, "/staff/card/access", &[("reference", &card)])
            .await
            .is(200);
    }
}
