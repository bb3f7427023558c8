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
    assert_eq!((done.status, done.to.as_str()), (303, "/login/ended"));
    home.get(&done.to)
        .await
        .says("All logins were ended")
        .says("but this one")
        .says("on its way to the number");
    let again = home.get(&done.to).await;
    assert_eq!(again.to, "/household", "it is told once");
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
    let nobody = cafe.get("/login/ended").await;
    assert_eq!(
        (nobody.status, nobody.to.as_str()),
        (303, "/household"),
        "nothing was done"
    );
    cafe.log_in(MOBILE).await;
    let page = cafe.get("/household/1/access").await;
    let done = cafe.submit(&page, "/household/end-logins", &[]).await;
    assert_eq!((done.status, done.to.as_str()), (303, "/login/ended"));
    cafe.get(&done.to).await.says("this one too");
    assert_eq!(cafe.get("/household").await.to, "/login?next=/household");
}

/// Who copied a confirmed browser's cookie has no OTP to give: whoever presses first is not who stays.
#[tokio::test]
async fn a_confirmed_browser_without_a_fresh_otp_goes_with_the_rest() {
    let mut home = registered().await;
    let mut thief = home.twin();
    home.test.clock.advance_seconds(301);
    let page = thief.get("/household/devices").await;
    page.says("This browser is logged out as well")
        .says("first give an OTP")
        .never_says("is not mine</button>");
    let done = thief.submit(&page, "/household/end-logins", &[]).await;
    thief.get(&done.to).await.says("this one too");
    for out in [&mut thief, &mut home] {
        assert!(out.get("/household").await.to.starts_with("/login?"));
    }
    // An OTP of the second in which all logins ended logs nobody in.
    home.test.clock.advance_seconds(60);
    home.log_in(MOBILE).await;
    home.get("/household").await.says("Devices and logins");
}

/// The browser that is held to be theirs may be the stranger's: there is always a page, and a way to take the trust back.
#[tokio::test]
async fn a_device_that_is_held_to_be_ones_own_is_distrusted_from_another() {
    let mut cafe = registered().await;
    let mut home = cafe.somebody_else();
    home.log_in(MOBILE).await;
    let page = home.get("/household/devices").await;
    page.says("It is held to be yours").says("Nobody has said");
    let forms = page.body.split("/household/devices/distrust\"").nth(1).unwrap();
    let device = forms.split("name=\"device\" value=\"").nth(1).unwrap();
    let device = device.split('"').next().unwrap().to_owned();
    let typed = [("device", device.as_str())];
    let done = home.submit(&page, "/household/devices/distrust", &typed).await;
    assert_eq!((done.status, done.to.as_str()), (303, "/household/devices"));
    home.get(&done.to)
        .await
        .says("no longer held to be yours")
        .never_says("It is held to be yours:");
    home.get("/household/devices").await.never_says("no longer held");
    cafe.get("/household/1/access")
        .await
        .never_says("/household/1/access/confirm");
    home.test.clock.advance_seconds(301);
    let page = home.get("/household").await;
    let late = home.submit(&page, "/household/devices/distrust", &typed).await;
    assert_eq!(late.status, 403, "{}", late.body);
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
        .says("by 22 December 2026");
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
    assert_eq!((done.status, done.to.as_str()), (303, "/household/1/access"));
    browser
        .somebody_else()
        .get("/household/1/access?done=objected")
        .await
        .never_says("Your objection was sent");
    let page = browser.get(&done.to).await;
    page.says("Your objection was sent")
        .says("An answer is due by 22 December 2026")
        .says("I was at &#60;home&#62;")
        .says("You objected to this. See above.");
    browser
        .get("/household/1/access?done=objected")
        .await
        .never_says("Your objection was sent");
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
    let page = browser.get("/household/1/data/file").await;
    page.never_says("Asha Devi");
    let file = browser.submit(&page, "/household/1/data/file", &[]).await;
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

/// A browser that was left open gives nothing away as a file.
#[tokio::test]
async fn the_file_takes_an_otp_of_these_minutes() {
    let mut browser = registered().await;
    let page = browser.get("/household/1/data/file").await;
    browser.test.clock.advance_seconds(301);
    let late = browser.submit(&page, "/household/1/data/file", &[]).await;
    assert_eq!(late.status, 422, "{}", late.body);
    late.says("First show that it is you")
        .says("/login?why=fresh")
        .never_says("pramaan-own-data");
    let login = browser.get("/login?why=fresh&next=/household/1/data/file").await;
    let page = browser.submit(&login, "/login", &[("mobile", MOBILE)]).await;
    let code = browser.test.code(MOBILE);
    let done = browser.submit(&page, "/login/otp", &[("otp", &code)]).await;
    assert_eq!(done.to, "/household/1/data/file");
    let page = browser.get(&done.to).await;
    let file = browser.submit(&page, "/household/1/data/file", &[]).await;
    assert!(file.bytes.starts_with(b"{"), "{}", file.body);
}

/// Whoever holds the phone takes no private member's data along.
#[tokio::test]
async fn a_private_members_data_stays_theirs() {
    let mut browser: Browser = registered().await;
    let pin = pramaan_domain::private_member::PrivatePin::parse("274913").unwrap();
    browser.test.make_private(MOBILE, 1, &pin).await;
    let page = browser.get("/household/1/data").await;
    assert_eq!((page.status, page.to.as_str()), (303, "/household?done=locked"));
    page.never_says("Asha Devi");
    let page = browser.get("/household/1/data/file").await;
    page.says("Type its PIN again");
    let page = browser.submit(&page, "/household/1/data/file", &[]).await;
    page.says("Type its PIN again").never_says("Asha Devi");
}
