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

/// Who typed how they feel does not type it twice, because the log stopped for a moment.
#[tokio::test]
async fn a_report_that_meets_a_stopped_log_is_shown_and_sent_again_by_one_button() {
    let mut browser = vaccinated().await;
    let page = browser.get(PATH).await;
    let dose = page.field("dose").unwrap();
    let typed = [
        ("key", "unwell-0001"),
        ("dose", dose.as_str()),
        ("symptoms", "headache"),
        ("onset_day", "2026-11-22"),
        ("onset", "10:05"),
        ("words", "since an hour"),
    ];
    browser.test.clock.advance_seconds(600);
    browser.test.break_log().await;
    let refused = browser.submit(&page, PATH, &typed).await;
    assert_eq!((refused.status, refused.retry_after.as_str()), (503, "5"));
    refused
        .says("<dd>Headache</dd>")
        .says("<dd>22 November 2026</dd>")
        .says("<dd>10:05</dd>")
        .says("<dd>since an hour</dd>")
        .says("Send it again");
    for (name, value) in typed {
        assert_eq!(refused.field(name).as_deref(), Some(value), "{name} goes along");
    }
    browser.test.mend_log().await;
    for _ in 0..2 {
        let sent = browser.submit(&refused, PATH, &typed).await;
        assert_eq!(sent.to, "/household/1/unwell?done=yes");
    }
    let done = browser.get(PATH).await;
    assert_eq!(done.body.matches("the person").count(), 1, "it is one report");
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
