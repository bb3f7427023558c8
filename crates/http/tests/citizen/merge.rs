//! Merge on the pages of a phone: what comes next by the whole course, and the second dose booked on the mobile in use.

use pramaan_app::import::{self, Bad};
use pramaan_app::testing::TestApp;
use pramaan_domain::private_member::PrivatePin;

use super::browser::{Browser, Page};
use super::but;
use super::session::vaccinated;

const FIRST: &str = "9876543210";
const OTHER: &str = "9876543211";
const WEEKS: i64 = 12 * 7 * 86_400;
/// Twelve weeks after the first dose.
const SECONDS: &str = "\
centre_id,date,vaccine,min_age,max_age,slots,seats
561001,2027-02-15,COVISHIELD,18,,09:00AM-11:00AM,2:online:5
";

async fn join(test: &TestApp) {
    let (one, other) = (test.citizen(FIRST).await, test.citizen(OTHER).await);
    test.join_records(&one, &other).await;
}

/// The mobile in use: the same person registered again, after a first dose on the other.
async fn on_another_mobile(first: &Browser) -> Browser {
    let mut browser = first.somebody_else();
    browser.log_in(OTHER).await;
    let page = browser.get("/household/new").await;
    let again = but(&[("document_number", "S-7654321")]);
    let page = browser.submit(&page, "/household/new", &again).await;
    assert_eq!(page.status, 303, "{}", page.body);
    browser
}

async fn twelve_weeks_later(browser: &mut Browser) {
    browser.test.clock.advance_seconds(WEEKS);
    let mut quiet = |_: usize, _: usize| {};
    import::sessions(&browser.test.app, SECONDS.as_bytes(), Bad::RefusesAll, &mut quiet)
        .await
        .unwrap();
    browser.test.app.refresh_availability().await.unwrap();
    browser.log_in(OTHER).await;
}

async fn seats(browser: &mut Browser) -> (String, Page) {
    let found = browser.get("/sessions?pincode=400001&date=2027-02-15").await;
    let href = found
        .body
        .split("href=\"/book/")
        .nth(1)
        .expect("a session to book");
    let href = format!("/book/{}", href.split('"').next().unwrap());
    let page = browser.get(&href).await;
    (href, page)
}

fn tells_nothing_of_the_dose(page: &Page) {
    page.never_says("Covishield")
        .never_says("14 February")
        .never_says("22 November")
        .never_says("4121Z025");
}

#[tokio::test]
async fn the_family_page_says_what_comes_next_by_the_whole_course_and_the_second_dose_is_booked_there() {
    let first = vaccinated().await;
    let mut browser = on_another_mobile(&first).await;
    let page = browser.get("/household").await;
    page.says("First dose: can be given now").says("No dose yet");
    join(&browser.test).await;
    let page = browser.get("/household").await;
    page.says("A centre tells which dose is next")
        .says("Another record of this person counts, too")
        .says("No dose in this record")
        .never_says("First dose")
        .never_says("Second dose");
    tells_nothing_of_the_dose(&page);

    twelve_weeks_later(&mut browser).await;
    let page = browser.get("/household").await;
    page.says("Second dose: can be given now")
        .says("Another record of this person counts, too")
        .says("Partly vaccinated")
        .never_says("First dose");
    tells_nothing_of_the_dose(&page);
    let (book, page) = seats(&mut browser).await;
    page.says("Second dose: can be given now");
    let member = page.field("member").unwrap();
    assert!(member.starts_with("2-"), "{member}");
    let typed = [("member", member.as_str()), ("slot", "09:00AM-11:00AM")];
    let done = browser.submit(&page, &book, &typed).await;
    assert_eq!(done.status, 303, "{}", done.body);
    browser
        .get(&done.to)
        .await
        .says("Your seat is booked")
        .says("Second dose");
}

#[tokio::test]
async fn of_a_private_record_the_family_page_says_only_that_a_centre_tells() {
    let first = vaccinated().await;
    let mut browser = on_another_mobile(&first).await;
    let pin = PrivatePin::choose("274913").unwrap();
    browser.test.make_private(FIRST, 1, &pin).await;
    join(&browser.test).await;
    for later in [false, true] {
        if later {
            browser.test.clock.advance_seconds(WEEKS);
            browser.log_in(OTHER).await;
        }
        let page = browser.get("/household").await;
        page.says("A centre tells which dose is next")
            .says("No dose in this record")
            .never_says("First dose")
            .never_says("Second dose")
            .never_says("Partly");
        tells_nothing_of_the_dose(&page);
    }
}
