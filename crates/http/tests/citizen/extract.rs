//! Taking the list home: when it holds, when the log is late, when somebody altered what is kept, and by PIN.

use pramaan_app::public_log::{Deed, Dishonesty};
use pramaan_domain::private_member::PrivatePin;
use pramaan_testkit::scan::decoded;

use crate::browser::{Browser, Page};
use crate::registered;
use crate::session::vaccinated;

const MOBILE: &str = "9876543210";
const DAY: i64 = 86_400;
const PATH: &str = "/household/1/access/extract";
const MONTHS: [(&str, &str); 2] = [("first", "1"), ("last", "0")];
const PIN: &str = "274913";

/// Days go by, and the log roots and publishes each.
async fn days(browser: &Browser, days: i64) {
    for _ in 0..days {
        browser.test.clock.advance_seconds(DAY);
        browser.test.app.root_days().await.unwrap();
    }
    browser.test.app.publish_log().await.unwrap();
}

async fn asked(browser: &mut Browser, more: &[(&str, &str)]) -> Page {
    let mut page = browser.get(PATH).await;
    if page.status != 200 {
        browser.log_in(MOBILE).await;
        page = browser.get(PATH).await;
    }
    browser.submit(&page, PATH, &[&MONTHS, more].concat()).await
}

/// Whether the answer is an extract, packed or not.
fn is_file(page: &Page) -> bool {
    let json = match page.bytes.starts_with(&[0x1f, 0x8b]) {
        true => decoded("gzip", &page.bytes).unwrap(),
        false => page.bytes.clone(),
    };
    page.status == 200 && json.starts_with(b"{\"format\":\"pramaan-accesses/1\"")
}

/// Not that we are busy, and not a file.
#[tokio::test]
async fn whose_list_was_altered_is_told_so_and_gets_the_file_that_shows_it() {
    let mut browser = vaccinated().await;
    days(&browser, 2).await;
    assert!(is_file(&asked(&mut browser, &[]).await), "it holds");
    let hidden = browser
        .test
        .app
        .be_dishonest(&Dishonesty::default(), Deed::Delete)
        .await;
    assert!(hidden.unwrap().is_some());
    let told = asked(&mut browser, &[]).await;
    assert_eq!(told.status, 409, "{}", told.body);
    assert_eq!(told.retry_after, "", "asking again does not help");
    told.says("Your list is not what the public log says")
        .says("somebody looked, and the look was taken off the list")
        .says("immunisation officer")
        .says("href=\"/household/1/access\"")
        .never_says("very busy");
    let typed: Vec<_> = ["first", "last", "reach", "keep"]
        .map(|name| (name, told.field(name).unwrap()))
        .into();
    let typed: Vec<_> = typed
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let file = browser.submit(&told, PATH, &typed).await;
    assert!(is_file(&file), "{}", file.body);
}

#[tokio::test]
async fn a_late_log_is_no_altered_one_and_gives_what_it_has() {
    let mut browser = registered().await;
    browser.get("/household").await;
    days(&browser, 2).await;
    browser.test.clock.advance_seconds(5 * DAY);
    let told = asked(&mut browser, &[]).await;
    assert_eq!(told.status, 200, "{}", told.body);
    told.says("The log is late");
    let reach = told.field("reach").unwrap();
    let short = asked(&mut browser, &[("reach", &reach)]).await;
    assert!(is_file(&short), "{}", short.body);
    while browser.test.app.root_days().await.unwrap() > 0 {}
    browser.test.app.publish_log().await.unwrap();
    let whole = asked(&mut browser, &[]).await;
    assert!(is_file(&whole), "{}", whole.body);
}

/// The PIN is typed on the page that wants it, and leads back to it.
#[tokio::test]
async fn an_older_pin_is_typed_again_where_it_is_wanted() {
    let mut browser = registered().await;
    let pin = PrivatePin::choose(PIN).unwrap();
    browser.test.make_private(MOBILE, 1, &pin).await;
    let private = "/household/1/private";
    for minutes in [0, 6] {
        browser.test.clock.advance_seconds(minutes * 60);
        let page = browser.get(PATH).await;
        page.says("action=\"/household/1/private\"");
        let to = page.field("to").unwrap();
        let wrong = [("act", "open"), ("to", to.as_str()), ("pin", "908172")];
        let again = browser.submit(&page, private, &wrong).await;
        assert_eq!(again.status, 422, "{}", again.body);
        let to = again.field("to").unwrap();
        let right = [("act", "open"), ("to", to.as_str()), ("pin", PIN)];
        let opened = browser.submit(&again, private, &right).await;
        assert_eq!(
            (opened.status, opened.to.as_str()),
            (303, PATH),
            "{}",
            opened.body
        );
        browser.get(PATH).await.says("name=\"first\"");
    }
    let elsewhere = [("act", "open"), ("to", "https://evil.example"), ("pin", PIN)];
    let page = browser.get(private).await;
    let opened = browser.submit(&page, private, &elsewhere).await;
    assert_eq!(opened.to, "/household?done=private-open");
}
