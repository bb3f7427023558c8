//! With a printed card on any telephone: one answer for every card until the one-time password was right, and after it one
//! person's record.

use pramaan_app::card::Shown;
use pramaan_app::import::{self, Bad};
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::reference_id::ReferenceId;

use crate::browser::{Browser, Page};
use crate::registered;

const PHONE: &str = "9512345678";
const DOCUMENT: &str = "Z1234567";
/// Right for no card, but for one in a hundred million.
const WRONG: &str = "00000000";
const CENTRE: &str = "id,name,address,district_id,pincode,opens,closes,kind\n\
    561001,Fort Clinic,Bora Bazar,395,400001,09:00,17:00,government\n";

/// Reference id and code of a card that a member of a household got at a desk.
async fn card_holder(browser: &mut Browser) -> (String, String) {
    let test = &browser.test;
    let mut quiet = |_: usize, _: usize| {};
    let centres = import::centres(&test.app, CENTRE.as_bytes(), Bad::RefusesAll, &mut quiet);
    centres.await.unwrap();
    let nurse = test.nurse("MH-0001", 561_001).await.staff;
    let citizen = test.citizen("9876543210").await;
    let person = test.app.beneficiaries(&citizen, "test").await.unwrap().remove(0);
    let shown = Shown::Document {
        reference_id: person.reference_id.unwrap(),
        document: (DocumentType::Passport, DocumentNumber::parse(DOCUMENT).unwrap()),
    };
    let card = test.app.make_card(&nurse, shown, "test").await.unwrap();
    (card.reference_id.to_string(), card.code.as_str().to_owned())
}

async fn asked(browser: &mut Browser, (reference, code): (&str, &str)) -> Page {
    let page = browser.get("/card").await;
    let typed = [("reference", reference), ("card_code", code), ("mobile", PHONE)];
    browser.submit(&page, "/card", &typed).await
}

async fn confirmed(browser: &mut Browser) -> Page {
    let page = browser.get("/card/otp").await;
    let code = browser.test.code(PHONE);
    browser.submit(&page, "/card/otp", &[("otp", &code)]).await
}

#[tokio::test]
async fn known_and_unknown_cards_are_answered_alike() {
    let mut browser = registered().await;
    let (known, code) = card_holder(&mut browser).await;
    let unknown = ReferenceId::parse("31415926535897").unwrap().to_string();
    let mut seen = Vec::new();
    for card in [
        (known.as_str(), "00000000"),
        (&unknown, code.as_str()),
        (&unknown, "00000000"),
    ] {
        let mut browser = browser.somebody_else();
        let sent = asked(&mut browser, card).await;
        let wrong = confirmed(&mut browser).await;
        wrong
            .says("do not belong together")
            .never_says(card.0)
            .never_says(card.1);
        // The form's token is the browser's own.
        let token = wrong.field("_csrf").unwrap();
        let (status, body) = (wrong.status, wrong.body.replace(&token, ""));
        seen.push((sent.status, sent.to, sent.body, status, body));
    }
    assert_eq!((seen[0].0, seen[0].3), (303, 422));
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0], seen[2]);
}

#[tokio::test]
async fn a_card_opens_one_persons_list_on_a_borrowed_phone_and_is_ended_there() {
    let mut browser = registered().await;
    let (id, code) = card_holder(&mut browser).await;
    let mut phone = browser.somebody_else();
    asked(&mut phone, (&id, &code)).await;
    assert_eq!(confirmed(&mut phone).await.to, "/card/record");
    let record = phone.get("/card/record").await;
    record
        .says("Your record")
        .says("No certificate yet")
        .never_says(&id);
    let list = phone.get("/card/access").await;
    list.says("by printed card number 1")
        .says("Your printed card number 1");
    // Who made the card is objected to as from the family's own list.
    let mut links = list.body.split('"').filter(|part| part.ends_with("/object"));
    let path = links.next().unwrap().to_owned();
    assert!(path.starts_with("/card/access/"), "{path}");
    let page = phone.get(&path).await;
    page.says("staff code MH-0001").never_says("Asha");
    let wrong = phone.submit(&page, &path, &[("ground", "other")]).await;
    assert_eq!(wrong.status, 422, "{}", wrong.body);
    let sent = phone.submit(&page, &path, &[("ground", "no_reason")]).await;
    assert_eq!(sent.to, "/card/access");
    let list = phone.get(&sent.to).await;
    list.says("Your objection was sent").says("An answer is due by");
    // It is no login of a household.
    let family = phone.get("/household").await;
    assert!(
        family.body.contains("Log in") || family.to.contains("/login"),
        "{}",
        family.body
    );
    let record = phone.get("/card/record").await;
    let ended = phone.submit(&record, "/card/end", &[]).await;
    assert_eq!(ended.to, "/card?why=ended");
    phone.get(&ended.to).await.says("The card has ended");
    asked(&mut phone, (&id, &code)).await;
    confirmed(&mut phone).await.says("do not belong together");
}

#[tokio::test]
async fn what_was_typed_beside_a_wrong_field_is_kept_but_for_the_code() {
    let browser = registered().await;
    let mut phone = browser.somebody_else();
    let page = phone.get("/card").await;
    let typed = [("reference", "3141"), ("card_code", WRONG), ("mobile", PHONE)];
    let again = phone.submit(&page, "/card", &typed).await;
    again
        .says("A reference id has 14 digits")
        .says("value=\"3141\"")
        .says(&format!("value=\"{PHONE}\""))
        .never_says(WRONG);
    assert_eq!(again.status, 422);
}
