//! Forms that are refused as a whole, because the record closed or the log stopped: nothing that was typed is lost.

use pramaan_app::StaffRole;

use crate::aefi::{but, dose_of, observed};
use crate::browser::{Browser, DOCUMENT, Page, Site};
use crate::correction::{REASON, opened, vaccinated, with};
use crate::vaccination::record;

/// What stands on a page that shows this report, in the words of its form.
const REPORT: [&str; 6] = [
    "<dd>Fever, Rash or itching</dd>",
    "<dd>22 November 2026</dd>",
    "<dd>10:00</dd>",
    "<dd>Minor</dd>",
    "<dd>Recovering</dd>",
    "<dd>swollen lips &#38; a cough</dd>",
];

fn report(dose: &str) -> Vec<(&str, &str)> {
    let more = [
        ("symptoms", "fever"),
        ("words", "swollen lips & a cough"),
        ("key", "form-0001"),
    ];
    let mut typed = but(dose, &more);
    typed.push(("symptoms", "rash"));
    typed
}

/// Everything typed is shown.
fn shows(page: &Page, lines: &[&str]) {
    page.says("<h2>What you typed").never_says("Asha");
    for line in lines {
        page.says(line);
    }
}

/// Everything typed goes along with the page's own form.
fn holds(page: &Page, action: &str, typed: &[(&str, &str)]) {
    let hidden = page.hidden(action);
    for (name, value) in typed.iter().filter(|(_, value)| !value.is_empty()) {
        let value = value.replace('&', "&#38;");
        assert!(
            hidden.contains(&((*name).to_owned(), value)),
            "{name} is lost: {hidden:?}"
        );
    }
}

/// The page's own form, as a browser reads it.
async fn press(nurse: &mut Browser, page: &Page, action: &str, typed: &[(&str, &str)]) -> Page {
    let hidden: Vec<(String, String)> = page
        .hidden(action)
        .into_iter()
        .map(|(name, value)| (name, value.replace("&#38;", "&")))
        .collect();
    let mut fields: Vec<(&str, &str)> = hidden
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    fields.extend(typed);
    nurse.submit(page, action, &fields).await
}

/// The nurse stays logged in meanwhile.
async fn wait(site: &Site, nurse: &mut Browser, minutes: i64) {
    for _ in 0..minutes / 10 {
        site.test.clock.advance_seconds(10 * 60);
        nurse.get("/staff").await.is(200);
    }
}

#[tokio::test]
async fn an_aefi_form_of_a_record_that_closed_goes_on_when_the_person_is_found_again() {
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    let (path, page) = observed(&site, &mut nurse).await;
    let dose = dose_of(&page);
    let typed = report(&dose);
    wait(&site, &mut nurse, 190).await;
    let refused = nurse.submit(&page, &path, &typed).await;
    shows(refused.is(410), &REPORT);
    let new = "/staff/aefi/new";
    holds(&refused, new, &typed);

    let find = press(&mut nurse, &refused, new, &[]).await;
    find.is(200).says("goes on when the person is found");
    holds(&find, new, &typed);
    let id = site.id.to_string();
    let shown = [("reference_id", id.as_str()), ("document_type", "8")];
    let wrong = [shown[0], shown[1], ("document_number", "Y1234567")];
    let again = press(&mut nurse, &find, new, &wrong).await;
    holds(again.is(422), new, &typed);
    let right = [shown[0], shown[1], ("document_number", DOCUMENT)];
    let form = press(&mut nurse, &again, new, &right).await;
    form.is(200)
        .says("Asha Devi")
        .says("swollen lips &#38; a cough")
        .says("value=\"fever\" checked")
        .says("value=\"rash\" checked")
        .says("value=\"minor\" checked");
    assert_eq!(site.count("aefi").await, 0);
    for _ in 0..2 {
        let rest: Vec<_> = typed.iter().filter(|(name, _)| *name != "key").copied().collect();
        press(&mut nurse, &form, new, &rest).await.is(303);
        assert_eq!(site.count("aefi").await, 1);
    }
}

#[tokio::test]
async fn an_aefi_form_that_meets_a_stopped_log_is_saved_once_by_the_page_that_says_so() {
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    let (path, page) = observed(&site, &mut nurse).await;
    let dose = dose_of(&page);
    let typed = report(&dose);
    site.test.break_log().await;
    let refused = nurse.submit(&page, &path, &typed).await;
    refused
        .is(503)
        .says("nothing was saved")
        .says("Send it again")
        .never_says("without opening the record");
    assert!(refused.retry_after.is_some());
    shows(&refused, &REPORT);
    holds(&refused, &path, &typed);
    nurse.give("__Host-lang", "hi");
    let still = press(&mut nurse, &refused, &path, &[]).await;
    still
        .is(503)
        .says("आपने जो लिखा")
        .says("<dd>बुखार, चकत्ते या खुजली</dd>")
        .says("फिर भेजें");
    holds(&still, &path, &typed);
    assert_eq!(site.count("aefi").await, 0);

    site.test.mend_log().await;
    for _ in 0..2 {
        let saved = press(&mut nurse, &still, &path, &[]).await;
        assert_eq!((saved.status, site.count("aefi").await), (303, 1));
    }
}

const CORRECTED: [&str; 6] = [
    "<dd>The details are wrong</dd>",
    "<dd>Covishield</dd>",
    "<dd>4121z026</dd>",
    "<dd>09:58</dd>",
    "<dd>Left upper arm</dd>",
    "<dd>the batch was read from another box</dd>",
];

#[tokio::test]
async fn a_correction_of_a_record_that_closed_shows_what_was_typed() {
    let (site, mut nurse) = vaccinated().await;
    let (_, dose) = opened(&mut nurse).await;
    let form = nurse.get(&dose).await;
    let typed = with(&[("act", "correct"), ("batch", "4121z026"), REASON]);
    let confirm = nurse.submit(&form, &dose, &typed).await;
    confirm.is(200);
    wait(&site, &mut nurse, 40).await;
    let refused = nurse.submit(&form, &dose, &typed).await;
    shows(refused.is(410), &CORRECTED);
    let refused = press(&mut nurse, &confirm, &dose, &[]).await;
    shows(refused.is(410), &CORRECTED);
    assert_eq!(site.count("dose").await, 1);
}

#[tokio::test]
async fn a_correction_that_meets_a_stopped_log_is_saved_once_by_the_page_that_says_so() {
    let (site, mut nurse) = vaccinated().await;
    let (_, dose) = opened(&mut nurse).await;
    let form = nurse.get(&dose).await;
    let typed = with(&[("act", "correct"), ("batch", "4121z026"), REASON]);
    let confirm = nurse.submit(&form, &dose, &typed).await;
    site.test.break_log().await;
    // Before it was shown back, and after.
    let early = nurse.submit(&form, &dose, &typed).await;
    let late = press(&mut nurse, &confirm, &dose, &[]).await;
    for refused in [&early, &late] {
        refused.is(503).never_says("without opening the record");
        shows(refused, &CORRECTED);
        holds(refused, &dose, &typed);
    }
    site.test.mend_log().await;
    let shown_back = press(&mut nurse, &early, &dose, &[]).await;
    shown_back.is(200).says("4121Z026");
    assert_eq!(
        site.count("dose").await,
        1,
        "nothing is saved that was not shown back"
    );
    for _ in 0..2 {
        let saved = press(&mut nurse, &late, &dose, &[]).await;
        assert_eq!((saved.status, site.count("dose").await), (303, 2));
    }
}

/// A PIN is the person's, and on no page: it is typed again, and nothing else is.
#[tokio::test]
async fn a_private_members_form_that_meets_a_stopped_log_comes_back_without_its_pin() {
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    let (_, encounter) = record(&site, &mut nurse).await;
    let path = format!("{encounter}/private");
    let page = nurse.get(&path).await;
    let pins = [("new_pin", "274913"), ("again", "274913")];
    let mut typed = vec![
        ("document_type", "8"),
        ("document_number", DOCUMENT),
        ("want", "choose"),
    ];
    typed.extend(pins);
    site.test.break_log().await;
    let refused = nurse.submit(&page, &path, &typed).await;
    refused
        .is(503)
        .says("<dd>Passport</dd>")
        .says(&format!("<dd>{DOCUMENT}</dd>"))
        .says("Codes and PINs have to be typed again")
        .never_says("274913");
    let back = press(&mut nurse, &refused, &path, &[]).await;
    back.is(200)
        .says(&format!("value=\"{DOCUMENT}\""))
        .says("value=\"choose\" checked")
        .never_says("274913");
    site.test.mend_log().await;
    let set = nurse.submit(&back, &path, &typed).await;
    set.is(200).never_says("name=\"new_pin\"");
}

/// A form behind no record has nothing to be opened again: the page sends it once more.
#[tokio::test]
async fn a_delivery_that_meets_a_stopped_database_is_received_once_by_the_page_that_says_so() {
    let site = Site::open().await;
    let mut manager = site.logged_in("MH-0300", StaffRole::SiteManager).await;
    let action = "/staff/stock/receive";
    let page = manager.get(action).await;
    let key = page.field("key").unwrap();
    let typed = [
        ("vaccine", "COVISHIELD"),
        ("batch", "4121z025"),
        ("expires_on", "2027-03-31"),
        ("vials", "2"),
        ("key", key.as_str()),
    ];
    site.rename("stock_entry", "stock_entry_gone").await;
    let refused = manager.submit(&page, action, &typed).await;
    refused.is(503).says("Send it again");
    holds(&refused, action, &typed);
    site.rename("stock_entry_gone", "stock_entry").await;
    for _ in 0..2 {
        press(&mut manager, &refused, action, &[]).await.is(303);
        assert_eq!(site.count("stock_entry").await, 1);
    }
}
