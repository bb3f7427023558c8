//! With a printed card on any telephone: one answer for every card until the one-time password was right, and after it one
//! person's record.

use pramaan_domain::card::CardCode;
use pramaan_domain::reference_id::ReferenceId;

use crate::browser::{Browser, Page};
use crate::registered;

const PHONE: &str = "9512345678";
const CODE: &str = "13371337";

/// A member of a household, with a card.
async fn card_holder(browser: &mut Browser) -> String {
    let citizen = browser.test.citizen("9876543210").await;
    let person = browser
        .test
        .app
        .beneficiaries(&citizen, "test")
        .await
        .unwrap()
        .remove(0);
    let (subject, sealer) = ((person.household, person.person), browser.test.sealer.clone());
    let now = browser.test.clock.now();
    let made = browser.test.db.write("test::card", move |tx| {
        let code: CardCode = CODE.parse().unwrap();
        Box::pin(async move { pramaan_store::card::issue(tx, &sealer, subject, &code, now).await })
    });
    let _: i64 = made.await.unwrap();
    person.reference_id.unwrap().to_string()
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
    let known = card_holder(&mut browser).await;
    let unknown = ReferenceId::parse("31415926535897").unwrap().to_string();
    let mut seen = Vec::new();
    for card in [
        (known.as_str(), "00000000"),
        (&unknown, CODE),
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
    let id = card_holder(&mut browser).await;
    let mut phone = browser.somebody_else();
    asked(&mut phone, (&id, CODE)).await;
    assert_eq!(confirmed(&mut phone).await.to, "/card/record");
    let record = phone.get("/card/record").await;
    record
        .says("Your record")
        .says("No certificate yet")
        .never_says(&id);
    let list = phone.get("/card/access").await;
    list.says("by printed card number 1")
        .says("Your printed card number 1");
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
    asked(&mut phone, (&id, CODE)).await;
    confirmed(&mut phone).await.says("do not belong together");
}

#[tokio::test]
async fn what_was_typed_beside_a_wrong_field_is_kept_but_for_the_code() {
    let browser = registered().await;
    let mut phone = browser.somebody_else();
    let page = phone.get("/card").await;
    let typed = [("reference", "3141"), ("card_code", CODE), ("mobile", PHONE)];
    let again = phone.submit(&page, "/card", &typed).await;
    again
        .says("A reference id has 14 digits")
        .says("value=\"3141\"")
        .says(&format!("value=\"{PHONE}\""))
        .never_says(CODE);
    assert_eq!(again.status, 422);
}
