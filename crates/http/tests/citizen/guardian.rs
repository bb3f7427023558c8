//! The form of a new member asks who speaks for somebody under 18.

use pramaan_domain::private_member::PrivatePin;

use super::browser::{Browser, Page};
use super::{but, registered};

const NEW: &str = "/household/new";
const MOBILE: &str = "9876543210";

/// A child's form with a guardian, by place in the list and by name.
fn child<'a>(document: &'a str, (place, name): (&'a str, &'a str)) -> Vec<(&'a str, &'a str)> {
    but(&[
        ("name", "Chhotu"),
        ("birth_year", "2013"),
        ("document_number", document),
        ("guardian", place),
        ("guardian_name", name),
    ])
}

async fn send(browser: &mut Browser, typed: &[(&str, &str)]) -> Page {
    browser.test.clock.advance_seconds(1);
    let page = browser.get(NEW).await;
    browser.submit(&page, NEW, typed).await
}

#[tokio::test]
async fn a_minor_without_a_guardian_comes_back_with_the_error_beside_the_field() {
    let mut browser = Browser::logged_in(MOBILE).await;
    let page = browser.get(NEW).await;
    page.says("Name of the guardian, for members under 18")
        .says("name=\"guardian_name\"")
        .never_says("name=\"guardian\"");
    let page = send(&mut browser, &child("C1", ("", ""))).await;
    assert_eq!(page.status, 422);
    page.says("4 to 20 letters").says("somebody under 18 needs one");
    let page = send(&mut browser, &child("C1313", ("", ""))).await;
    assert_eq!(page.status, 422);
    page.says("href=\"#guardian_name\"")
        .says("id=\"guardian_name-error\"")
        .says("somebody under 18 needs one")
        .says("value=\"Chhotu\"")
        .says("C1313");
    let page = send(&mut browser, &child("C1313", ("", "123"))).await;
    assert_eq!(page.status, 422);
    page.says("guardian’s name, in letters").says("value=\"123\"");
    browser.get("/household").await.says("Nobody is registered yet");

    let page = send(&mut browser, &child("C1313", ("", "Kamala Bai"))).await;
    assert_eq!(page.to, "/household/1/registered", "{}", page.body);
    browser.get("/household").await.says("Kamala Bai");
}

#[tokio::test]
async fn a_guardian_is_chosen_among_the_adults_whom_the_phone_shows() {
    let mut browser = registered().await;
    let ravi = but(&[("name", "Ravi Kumar"), ("document_number", "R7654321")]);
    assert_eq!(send(&mut browser, &ravi).await.status, 303);
    let kept = but(&[("name", "Leela Bai"), ("document_number", "L7654321")]);
    assert_eq!(send(&mut browser, &kept).await.status, 303);
    let pin = PrivatePin::choose("274913").unwrap();
    browser.test.make_private(MOBILE, 3, &pin).await;

    let page = browser.get(NEW).await;
    page.says("<option value=\"1\">Asha Devi</option>")
        .says("<option value=\"2\">Ravi Kumar</option>")
        .never_says("Leela Bai");
    for (said, sentence) in [
        (("3", ""), "Choose one of the adults"),
        (("9", ""), "Choose one of the adults"),
        (("Asha", ""), "Choose one of the adults"),
        (("1", "Kamala Bai"), "not both"),
    ] {
        let page = send(&mut browser, &child("C1313", said)).await;
        assert_eq!(page.status, 422, "{said:?}");
        page.says(sentence).says("Ravi Kumar").never_says("Leela Bai");
    }
    let page = browser.get(NEW).await;
    browser.test.clock.advance_seconds(1);
    let typed = child("C1313", ("2", ""));
    let done = browser.submit(&page, NEW, &typed).await;
    assert_eq!(done.to, "/household/4/registered", "{}", done.body);
    let again = browser.submit(&page, NEW, &typed).await;
    assert_eq!(again.to, done.to, "the same form sent twice");
    browser.get("/household/4/guardian").await.says("Now: Ravi Kumar");
    browser.get(NEW).await.never_says(">Chhotu</option>");
}

#[tokio::test]
async fn a_grown_up_member_needs_no_guardian_whatever_stands_in_the_field() {
    let mut browser = registered().await;
    let lata = but(&[
        ("name", "Lata Devi"),
        ("document_number", "L7654321"),
        ("guardian", "9"),
        ("guardian_name", "123"),
    ]);
    let page = send(&mut browser, &lata).await;
    assert_eq!(page.to, "/household/2/registered", "{}", page.body);
}

#[tokio::test]
async fn the_guardian_who_was_chosen_waits_for_the_login_and_nobody_is_opened_meanwhile() {
    let mut browser = registered().await;
    let page = browser.get(NEW).await;
    browser.test.clock.advance_seconds(901);
    let typed = child("C1313", ("1", ""));
    let page = browser.submit(&page, NEW, &typed).await;
    assert_eq!(page.status, 401);
    let before = browser.test.log_size().await;
    let page = browser.submit(&page, "/login", &[("mobile", MOBILE)]).await;
    let code = browser.test.code(MOBILE);
    let page = browser.submit(&page, "/login/otp", &[("otp", &code)]).await;
    page.says("<option value=\"1\" selected>The adult whom you chose</option>")
        .never_says("Asha");
    assert_eq!(browser.test.log_size().await, before);
    let done = browser.submit(&page, NEW, &typed).await;
    assert_eq!(done.to, "/household/2/registered", "{}", done.body);
}

#[tokio::test]
async fn a_member_is_registered_while_the_log_is_stopped_and_a_guardian_is_written() {
    let mut browser = registered().await;
    browser.test.clock.advance_seconds(1);
    browser.test.break_log().await;
    let page = browser.get(NEW).await;
    assert_eq!(page.status, 200);
    page.never_says("Asha Devi").says("name=\"guardian_name\"");
    let unread = browser.submit(&page, NEW, &child("C1313", ("1", ""))).await;
    assert_eq!(unread.status, 503, "{}", unread.body);
    unread.never_says("Asha Devi").says("The adult whom you chose");
    let written = child("C1313", ("", "Kamala Bai"));
    let done = browser.submit(&page, NEW, &written).await;
    assert_eq!(done.to, "/household/2/registered", "{}", done.body);
    let lata = but(&[("name", "Lata Devi"), ("document_number", "L7654321")]);
    let page = browser.get(NEW).await;
    let done = browser.submit(&page, NEW, &lata).await;
    assert_eq!(done.status, 303, "{}", done.body);
    browser.test.mend_log().await;
    browser
        .get("/household")
        .await
        .says("Kamala Bai")
        .says("Lata Devi");
}

#[tokio::test]
async fn changing_a_member_asks_for_no_guardian() {
    let mut browser = registered().await;
    let page = browser.get("/household/1/edit").await;
    page.never_says("guardian_name");
}
