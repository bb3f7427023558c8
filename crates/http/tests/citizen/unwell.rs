//! "I feel unwell after the dose": what to do stands first, the report goes to centre and district, and is seen again.

use crate::browser::Browser;
use crate::registered;
use crate::session::vaccinated;

const PATH: &str = "/household/1/unwell";

/// The form about the first dose, with these symptoms and this time.
async fn send(browser: &mut Browser, key: &str, symptom: &str, onset: &str) -> crate::browser::Page {
    let page = browser.get(PATH).await;
    let dose = page.field("dose").unwrap();
    let typed = [
        ("key", key),
        ("dose", dose.as_str()),
        ("symptoms", symptom),
        ("onset_day", "2026-11-22"),
        ("onset", onset),
        ("words", "since an hour & more"),
    ];
    browser.submit(&page, PATH, &typed).await
}

#[tokio::test]
async fn who_feels_unwell_is_told_what_to_do_and_sees_the_report_again() {
    let mut browser = vaccinated().await;
    browser.get("/household").await.says(PATH);
    let page = browser.get(PATH).await;
    page.says("href=\"tel:108\"")
        .says("href=\"tel:104\"")
        .says("Nobody diagnoses you here");
    browser.test.clock.advance_seconds(600);
    let early = send(&mut browser, "unwell-0001", "headache", "08:00").await;
    assert_eq!(early.status, 422);
    early
        .says("before the dose was given")
        .says("value=\"08:00\"")
        .says("since an hour &#38; more");
    let sent = send(&mut browser, "unwell-0001", "headache", "10:05").await;
    assert_eq!(
        (sent.status, sent.to.as_str()),
        (303, "/household/1/unwell?done=yes")
    );
    send(&mut browser, "unwell-0001", "headache", "10:05").await;
    let done = browser.get(&sent.to).await;
    done.says("Your report was sent")
        .says("Headache")
        .says("not looked at yet")
        .never_says("Call 108 now");
    assert_eq!(
        done.body.matches("the person").count(),
        1,
        "sent twice, it is one report"
    );
    send(&mut browser, "unwell-0002", "breathlessness", "10:06").await;
    browser.get(&sent.to).await.says("Call 108 now");
    browser.get("/household/1/access").await.says("adverse event");
}

#[tokio::test]
async fn unwell_without_a_dose_is_shown_whom_to_call_and_no_form() {
    let mut browser = registered().await;
    let page = browser.get(PATH).await;
    page.says("tel:108")
        .says("No dose is on record")
        .never_says("name=\"symptoms\"");
    assert_eq!(browser.get("/household/2/unwell").await.status, 404);
    assert_eq!(browser.get("/household/x/unwell").await.status, 404);
}
