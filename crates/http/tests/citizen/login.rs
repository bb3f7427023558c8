//! Logging in, the way back, and nothing typed lost.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pramaan_app::budget::{Budget, OtpBudgets};
use pramaan_app::testing::{Setup, TestApp};
use pramaan_domain::mobile::Mobile;

use super::browser::Browser;
use super::{ASHA, but};

#[tokio::test]
async fn a_login_leads_back_and_its_cookie_is_closed_in() {
    let mut browser = Browser::new().await;
    let page = browser.get("/household/new").await;
    assert_eq!(
        (page.status, page.to.as_str()),
        (303, "/login?next=/household/new")
    );
    let page = browser.get(&page.to).await;
    let page = browser
        .submit(&page, "/login", &[("mobile", "98765 43210")])
        .await;
    page.says("autocomplete=\"one-time-code\"")
        .says("inputmode=\"numeric\"")
        .says("ends in 10");
    let code = browser.test.code("9876543210");
    let page = browser.submit(&page, "/login/otp", &[("otp", &code)]).await;
    assert_eq!((page.status, page.to.as_str()), (303, "/household/new"));
    let session = page
        .set_cookies
        .iter()
        .find(|cookie| cookie.starts_with("__Host-citizen="))
        .unwrap();
    assert!(
        session.ends_with("; Path=/; Secure; HttpOnly; SameSite=Lax"),
        "{session}"
    );

    let page = browser.get("/household").await;
    page.says("Nobody is registered yet");
    let page = browser.submit(&page, "/logout", &[]).await;
    assert_eq!((page.status, page.to.as_str()), (303, "/login?why=out"));
    assert_eq!(browser.get("/household").await.status, 303);
}

#[tokio::test]
async fn known_and_unknown_numbers_get_the_same_page() {
    let mut known = Browser::logged_in("9876543210").await;
    let page = known.get("/household/new").await;
    known.submit(&page, "/household/new", ASHA).await;
    let mut pages = Vec::new();
    for mobile in ["9876543210", "9876543110"] {
        let mut stranger = known.somebody_else();
        let page = stranger.get("/login").await;
        let page = stranger.submit(&page, "/login", &[("mobile", mobile)]).await;
        assert_eq!(page.status, 200);
        let txn = page.field("txn").unwrap();
        pages.push(page.body.replace(&txn, "TXN").replace(mobile, "MOBILE"));
    }
    assert_eq!(pages[0], pages[1]);
}

#[tokio::test]
async fn wrong_codes_say_what_to_do() {
    let mut browser = Browser::new().await;
    let page = browser.get("/login").await;
    let wrong = browser.submit(&page, "/login", &[("mobile", "12345")]).await;
    assert_eq!(wrong.status, 422);
    wrong
        .says("value=\"12345\"")
        .says("href=\"#mobile\"")
        .says("aria-invalid=\"true\"");

    let page = browser.submit(&page, "/login", &[("mobile", "9876543210")]).await;
    let code = browser.test.code("9876543210");
    let guess = if code == "000000" { "111111" } else { "000000" };
    let short = browser.submit(&page, "/login/otp", &[("otp", "12")]).await;
    short.says("Enter the six digits");
    for _ in 0..3 {
        browser
            .submit(&page, "/login/otp", &[("otp", guess)])
            .await
            .says("not right");
    }
    let spent = browser.submit(&page, "/login/otp", &[("otp", &code)]).await;
    assert_eq!(spent.status, 422);
    spent.says("can no longer be used");
    let again = browser.submit(&spent, "/login", &[]).await;
    again.says("another SMS");
    let code = browser.test.code("9876543210");
    assert_eq!(
        browser.submit(&again, "/login/otp", &[("otp", &code)]).await.to,
        "/household"
    );
}

#[tokio::test]
async fn a_form_survives_the_end_of_the_login() {
    let mut browser = Browser::logged_in("9876543210").await;
    let page = browser.get("/household/new").await;
    browser.test.clock.advance_seconds(901);
    let typed = but(&[("name", "आशा \"देवी\" & साथी"), ("document_number", "AB-12/9")]);
    let page = browser.submit(&page, "/household/new", &typed).await;
    assert_eq!(page.status, 401);
    page.says("Nothing you typed is lost");
    let carried = page.field("carried").unwrap();
    assert!(carried.len() > 40, "{carried}");
    for typed in ["AB-12", "देवी", "%E0", "1980", "female"] {
        assert!(!page.body.contains(typed), "{typed} waits in clear");
    }
    let page = browser.submit(&page, "/login", &[("mobile", "9876543210")]).await;
    let expired = browser.test.code("9876543210");
    browser.test.clock.advance_seconds(181);
    let page = browser.submit(&page, "/login/otp", &[("otp", &expired)]).await;
    page.says("can no longer be used");
    let page = browser.submit(&page, "/login", &[]).await;
    let code = browser.test.code("9876543210");
    let page = browser.submit(&page, "/login/otp", &[("otp", &code)]).await;
    assert_eq!(page.status, 200);
    page.says("Your answers are as you left them")
        .says("AB-12/9")
        .says("selected>Passport")
        .says("value=\"female\" checked");
    assert_eq!(page.field("name").unwrap(), "आशा \"देवी\" & साथी");
    let page = browser.submit(&page, "/household/new", &typed).await;
    assert_eq!(
        (page.status, page.to.as_str()),
        (303, "/household/1/registered"),
        "{}",
        page.body
    );
}

/// Going back, or loading the page again, sends no other SMS.
#[tokio::test]
async fn the_page_of_the_otp_can_be_gone_back_to() {
    let mut browser = Browser::new().await;
    assert_eq!(browser.get("/login/otp").await.to, "/login");
    let page = browser.get("/login?next=/household/new").await;
    let page = browser.submit(&page, "/login", &[("mobile", "9876543210")]).await;
    let sent = browser
        .test
        .outbox
        .to(&Mobile::parse("9876543210").unwrap())
        .len();
    let cookie = browser.cookies["__Host-asked"].clone();
    let again = browser.get("/login/otp").await;
    again.says("ends in 10");
    assert_eq!(again.field("txn"), page.field("txn"));
    assert_eq!(
        browser
            .test
            .outbox
            .to(&Mobile::parse("9876543210").unwrap())
            .len(),
        sent
    );
    let readable = URL_SAFE_NO_PAD.decode(&cookie).unwrap();
    let readable = String::from_utf8_lossy(&readable).into_owned();
    assert!(!readable.contains("9876543210") && !cookie.contains("9876543210"));
    let mut other = browser.somebody_else();
    let damaged = format!("{}A", &cookie[..cookie.len() - 1]);
    for bad in [damaged.as_str(), "nonsense"] {
        other.cookies.insert("__Host-asked".to_owned(), bad.to_owned());
        assert_eq!(other.get("/login/otp").await.to, "/login", "{bad}");
    }

    let code = browser.test.code("9876543210");
    let done = browser.submit(&again, "/login/otp", &[("otp", &code)]).await;
    assert_eq!(done.to, "/household/new");
    assert!(!browser.cookies.contains_key("__Host-asked"), "done with");
    assert_eq!(browser.get("/login/otp").await.to, "/login");
    assert_eq!(browser.get("/login").await.to, "/household");
}

#[tokio::test]
async fn nobody_is_sent_to_another_site() {
    let first = Browser::new().await;
    for elsewhere in ["https://evil.example", "//evil.example", "/%5Cevil.example"] {
        let mut browser = first.somebody_else();
        let page = browser.get(&format!("/login?next={elsewhere}")).await;
        let page = browser.submit(&page, "/login", &[("mobile", "9876543210")]).await;
        let code = browser.test.code("9876543210");
        let page = browser.submit(&page, "/login/otp", &[("otp", &code)]).await;
        assert_eq!(page.to, "/household", "{elsewhere}");
    }
}

#[tokio::test]
async fn a_form_from_elsewhere_is_refused() {
    let mut browser = Browser::logged_in("9876543210").await;
    let page = browser.get("/household/new").await;
    let foreign = [("_csrf", "AAAA")]
        .iter()
        .chain(ASHA)
        .copied()
        .collect::<Vec<_>>();
    assert_eq!(
        browser.submit(&page, "/household/new", &foreign).await.status,
        403
    );
    browser.get("/household").await.says("Nobody is registered yet");
}

/// A kept form is somebody's for half an hour, at its own address, or nothing.
#[tokio::test]
async fn a_kept_form_that_is_old_changed_or_meant_for_elsewhere_is_an_empty_one() {
    for meddling in ["wait", "elsewhere", "change"] {
        let mut browser = Browser::logged_in("9876543210").await;
        let page = browser.get("/household/new").await;
        browser.test.clock.advance_seconds(901);
        let page = browser.submit(&page, "/household/new", ASHA).await;
        let carried = page.field("carried").unwrap();
        let changed = format!("{}{}", &carried[..carried.len() - 4], "AAAA");
        if meddling == "wait" {
            browser.test.clock.advance_seconds(30 * 60);
        }
        let page = browser.submit(&page, "/login", &[("mobile", "9876543210")]).await;
        let code = browser.test.code("9876543210");
        let typed = match meddling {
            "elsewhere" => vec![("otp", code.as_str()), ("next", "/household/1/edit")],
            "change" => vec![("otp", code.as_str()), ("carried", changed.as_str())],
            _ => vec![("otp", code.as_str())],
        };
        let next = browser.submit(&page, "/login/otp", &typed).await;
        assert_eq!(next.status, 303, "{meddling}");
        assert!(next.to.starts_with("/household/"), "{meddling}: {}", next.to);
    }
}

/// A login that does not succeed for now keeps what waits for it.
#[tokio::test]
async fn a_form_waits_on_through_a_budget_that_is_spent_and_a_database_that_is_away() {
    let mut budgets = OtpBudgets::demo();
    budgets.guessing.network = Budget::new(1, 600);
    budgets.guessing.reserve = Budget::new(1, 600);
    let setup = Setup {
        otp_budgets: budgets,
        ..Setup::default()
    };
    let mut browser = Browser::on(Arc::new(TestApp::on_sqlite(setup).await));
    browser.log_in("9876543210").await;
    let page = browser.get("/household/new").await;
    browser.test.clock.advance_seconds(901);
    let page = browser.submit(&page, "/household/new", ASHA).await;
    let kept = page.field("carried").unwrap();

    rename(&browser, "budget", "budget_gone").await;
    let away = browser.submit(&page, "/login", &[("mobile", "9876543210")]).await;
    assert_eq!((away.status, away.retry_after.as_str()), (503, "5"));
    away.says("Try again in a moment");
    rename(&browser, "budget_gone", "budget").await;
    let asked = browser.submit(&away, "/login", &[("mobile", "9876543210")]).await;
    assert_eq!(asked.status, 200);
    let code = browser.test.code("9876543210");
    let wrong = if code == "000000" { "111111" } else { "000000" };

    rename(&browser, "budget", "budget_gone").await;
    let away = browser.submit(&asked, "/login/otp", &[("otp", &code)]).await;
    assert_eq!(away.status, 503);
    rename(&browser, "budget_gone", "budget").await;
    let again = browser.submit(&away, "/login/otp", &[("otp", wrong)]).await;
    assert_eq!(again.status, 422);
    let over = browser.submit(&again, "/login/otp", &[("otp", &code)]).await;
    assert_eq!(over.status, 429, "{}", over.body);
    over.says("many wrong tries");
    for page in [away, again, over] {
        assert_eq!(page.field("carried").unwrap(), kept);
    }
}

async fn rename(browser: &Browser, from: &'static str, to: &'static str) {
    let renamed = browser.test.db.write("test::rename", move |tx| {
        Box::pin(async move {
            tx.execute(&format!("alter table {from} rename to {to}"), &[])
                .await?;
            Ok::<_, pramaan_app::StoreError>(())
        })
    });
    renamed.await.unwrap();
}

/// On a shared computer the form of the one who went away is not the next one's: name, document and all.
#[tokio::test]
async fn a_kept_form_is_not_given_to_whoever_logs_in_next() {
    let mut browser = Browser::logged_in("9876543210").await;
    let page = browser.get("/household/new").await;
    browser.test.clock.advance_seconds(901);
    let page = browser.submit(&page, "/household/new", ASHA).await;
    page.says("Nothing you typed is lost");
    let page = browser.submit(&page, "/login", &[("mobile", "9876543211")]).await;
    let code = browser.test.code("9876543211");
    let next = browser.submit(&page, "/login/otp", &[("otp", &code)]).await;
    assert_eq!((next.status, next.to.as_str()), (303, "/household/new"));
    let form = browser.get("/household/new").await;
    form.never_says("Asha Devi").never_says("Z1234567");
    assert_eq!(form.status, 200);
}

#[tokio::test]
async fn a_form_that_nobody_is_known_to_have_typed_does_not_wait() {
    let mut browser = Browser::new().await;
    browser
        .cookies
        .insert("__Host-citizen".to_owned(), "a.b.c".to_owned());
    let page = browser.get("/login").await;
    let login = browser.submit(&page, "/household/new", ASHA).await;
    assert_eq!(login.status, 401);
    login
        .never_says("Nothing you typed is lost")
        .never_says("Z1234567");
    assert_eq!(login.field("carried").unwrap_or_default(), "");
}

#[tokio::test]
async fn pages_renew_a_login_while_it_is_used_for_two_hours_and_their_forms_stay_good() {
    let mut browser = Browser::logged_in("9876543210").await;
    let first = browser.cookies["__Host-citizen"].clone();
    let form = browser.get("/household/new").await;
    assert_eq!(
        browser.cookies["__Host-citizen"], first,
        "too young to be renewed"
    );
    for _ in 0..11 {
        browser.test.clock.advance_seconds(600);
        let page = browser.get("/household/new").await;
        assert_eq!(page.status, 200, "{}", page.to);
    }
    let renewed = browser.cookies["__Host-citizen"].clone();
    assert_ne!(renewed, first);
    assert!(
        browser.test.app.citizen(&first).is_err(),
        "a token itself lives fifteen minutes"
    );
    // The form is as old as the first token.
    let page = browser.submit(&form, "/household/new", ASHA).await;
    assert_eq!((page.status, page.to.as_str()), (303, "/household/1/registered"));
    browser.test.clock.advance_seconds(600);
    let page = browser.get("/household/new").await;
    assert_eq!(
        page.to, "/login?next=/household/new&why=expired",
        "two hours after the password"
    );
}

#[tokio::test]
async fn a_page_says_until_when_the_login_lasts_and_asking_keeps_it() {
    let mut browser = Browser::logged_in("9876543210").await;
    let page = browser.get("/household/new").await;
    page.says("You stay logged in until 10:15 am")
        .says("data-seconds=\"900\"");
    browser.test.clock.advance_seconds(780);
    let kept: serde_json::Value =
        serde_json::from_str(&browser.submit(&page, "/login/stay", &[]).await.body).unwrap();
    assert_eq!(kept["seconds"], 900);
    let sentence = kept["sentence"].as_str().unwrap();
    assert!(sentence.contains("10:28 am"), "{sentence}");
    browser.test.clock.advance_seconds(780);
    assert_eq!(browser.get("/household/new").await.status, 200, "it was kept");
    browser.test.clock.advance_seconds(900);
    let ended: serde_json::Value =
        serde_json::from_str(&browser.submit(&page, "/login/stay", &[]).await.body).unwrap();
    assert_eq!(ended["seconds"], 0, "what has ended is not begun again");
    assert_eq!(browser.get("/household/new").await.status, 303);
    let stranger = browser.somebody_else().get("/sessions").await;
    assert!(!stranger.body.contains("stay logged in"), "nobody is logged in");
}

#[tokio::test]
async fn a_login_that_is_not_used_ends_after_fifteen_minutes() {
    let mut browser = Browser::logged_in("9876543210").await;
    browser.test.clock.advance_seconds(900);
    let page = browser.get("/household").await;
    assert_eq!(page.to, "/login?next=/household&why=expired");
}

#[tokio::test]
async fn logging_out_is_not_undone_by_renewing() {
    let mut browser = Browser::logged_in("9876543210").await;
    let page = browser.get("/household/new").await;
    browser.test.clock.advance_seconds(600);
    let mut copy = browser.twin();
    let entries = browser.test.log_size().await;
    browser.submit(&page, "/logout", &[]).await;
    assert!(!browser.cookies.contains_key("__Host-citizen"));
    let late = copy.get("/household").await;
    assert!(late.to.starts_with("/login?next="), "{} {}", late.status, late.to);
    assert!(
        late.set_cookies
            .iter()
            .all(|cookie| !cookie.starts_with("__Host-citizen=ey")),
        "nor renewed"
    );
    assert_eq!(browser.test.log_size().await, entries, "nothing was opened");
    // The same browser logs in anew, with the same device.
    browser.log_in("9876543210").await;
    assert_eq!(browser.get("/household").await.status, 200);
}
