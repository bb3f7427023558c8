//! What a person can do about their record: say that a look was not right, end every login, take their data along.

use crate::session::vaccinated;
use crate::{browser::Browser, registered};

const MOBILE: &str = "9876543210";

/// The link to the form of an objection to the newest look of somebody else.
fn objection(body: &str) -> String {
    let mut links = body.split('"').filter(|part| part.ends_with("/object"));
    links.next().unwrap_or_else(|| panic!("{body}")).to_owned()
}

#[tokio::test]
async fn a_stolen_cookie_is_worth_nothing_after_one_tap() {
    let mut home = registered().await;
    let mut thief = home.twin();
    assert_eq!(thief.get("/household").await.status, 200);
    let mut cafe = home.somebody_else();
    cafe.log_in(MOBILE).await;
    assert_eq!(cafe.get("/household").await.status, 200);

    let page = home.get("/household").await;
    page.says("Was this you?");
    let done = home.submit(&page, "/household/end-logins", &[]).await;
    assert_eq!((done.status, done.to.as_str()), (303, "/login/ended?here=kept"));
    home.get(&done.to).await.says("All logins were ended");
    for other in [&mut thief, &mut cafe] {
        let page = other.get("/household").await;
        assert_eq!(page.status, 303, "{}", page.body);
        assert!(page.to.starts_with("/login?"), "{}", page.to);
    }
    let page = home.get("/household").await;
    assert_eq!(page.status, 200);
    page.never_says("Was this you?");
}

#[tokio::test]
async fn one_tap_on_a_device_that_nobody_confirmed_ends_that_too() {
    let home = registered().await;
    let mut cafe = home.somebody_else();
    cafe.log_in(MOBILE).await;
    let page = cafe.get("/household/1/access").await;
    let done = cafe.submit(&page, "/household/end-logins", &[]).await;
    assert_eq!((done.status, done.to.as_str()), (303, "/login/ended"));
    cafe.get(&done.to).await.says("this one too");
    assert_eq!(cafe.get("/household").await.to, "/login?next=/household");
}

#[tokio::test]
async fn a_look_is_objected_to_and_the_day_of_the_answer_is_shown() {
    let mut browser = vaccinated().await;
    let page = browser.get("/household/1/access").await;
    page.says("Were you there?");
    let path = objection(&page.body);
    let page = browser.get(&path).await;
    page.says("This was not right")
        .says("staff code MH-0001")
        .says("within 30 days");
    for wrong in [
        &[("words", "I was at home")][..],
        &[("ground", "other")],
        &[("ground", "not_there"), ("words", &"w".repeat(501))],
    ] {
        let page = browser.submit(&page, &path, wrong).await;
        assert_eq!(page.status, 422, "{}", page.body);
    }
    let typed = [("ground", "not_there"), ("words", "I was at <home>")];
    let done = browser.submit(&page, &path, &typed).await;
    assert_eq!(
        (done.status, done.to.as_str()),
        (303, "/household/1/access?done=objected")
    );
    let page = browser.get(&done.to).await;
    page.says("Your objection was sent")
        .says("An answer is due by 22 December 2026")
        .says("I was at &#60;home&#62;")
        .says("You objected to this. See above.");
    let elsewhere = path.replace("/access/", "/access/9");
    assert_eq!(browser.get(&elsewhere).await.status, 404);
}

#[tokio::test]
async fn ones_own_data_is_a_page_and_a_file() {
    let mut browser = vaccinated().await;
    let page = browser.get("/household/1/data").await;
    page.says("Asha Devi")
        .says("4121Z025")
        .says("Keys of the record")
        .says("cannot be deleted");
    let file = browser.get("/household/1/data.json").await;
    let data: serde_json::Value = serde_json::from_slice(&file.bytes).unwrap();
    assert_eq!(data["format"], "pramaan-own-data/1");
    assert_eq!(data["patient"]["name"], "Asha Devi");
    assert_eq!(data["patient"]["birthYear"], 1980);
    assert!(data["patient"]["birthDate"].is_null());
    assert_eq!(data["patient"]["telecom"], MOBILE);
    assert_eq!(data["immunization"][0]["lotNumber"], "4121Z025");
    assert_eq!(data["documentReference"].as_array().unwrap().len(), 1);
    assert_eq!(data["consent"]["policy"], "1");
    assert!(data["notIncluded"].as_array().unwrap().len() > 4);

    let mut browser = registered().await;
    browser
        .get("/household/1/data")
        .await
        .says("you can have this record deleted")
        .says("What stays")
        .says("/household/1/delete");
    assert_eq!(browser.get("/household/2/data").await.status, 404);
}

/// Whoever holds the phone takes no private member's data along.
#[tokio::test]
async fn a_private_members_data_stays_theirs() {
    let mut browser: Browser = registered().await;
    let pin = pramaan_domain::private_member::PrivatePin::parse("274913").unwrap();
    browser.test.make_private(MOBILE, 1, &pin).await;
    for path in ["/household/1/data", "/household/1/data.json"] {
        let page = browser.get(path).await;
        assert_eq!((page.status, page.to.as_str()), (303, "/household?done=locked"));
        page.never_says("Asha Devi");
    }
}
