//! The pages that explain: they promise what this version does, and nothing else.

use axum::body::Body;
use http::Request;
use pramaan_http::web::Demonstration;
use sha2::{Digest, Sha256};

use super::browser::Browser;

#[tokio::test]
async fn the_explanations_say_what_can_be_done_and_what_cannot_yet() {
    let mut browser = Browser::new().await;
    let trust = browser.get("/trust").await;
    trust
        .says("This installation is one program on one machine")
        .says("Its log has no witnesses")
        .says("a_dump_shows_nobody")
        .says("/log/checkpoint")
        .never_says("This installation keeps its data in PostgreSQL")
        .never_says("Independent witnesses countersign its log");
    let help = browser.get("/help").await;
    help.says("you are registered there, and get a printed card")
        .says("go to any centre with your document and the new phone")
        .says("After a dose the centre corrects what was recorded of it")
        .says("A name or birth year cannot be changed after a dose")
        .never_says("not in this version");
    browser
        .get("/")
        .await
        .says("Somebody whom you trust can register you and book for you")
        .never_says("without booking");
    browser
        .get("/sessions?pincode=400001")
        .await
        .says("No session on this day")
        .never_says("without a booking");
}

#[tokio::test]
async fn the_start_page_of_a_demonstration_leads_to_its_tour_and_no_other_does() {
    let mut browser = Browser::new().await;
    let request = Request::get("/").extension(Demonstration);
    let shown = browser.send(request, Body::empty()).await;
    shown.says("href=\"/demo\"");
    browser.get("/").await.never_says("/demo");
}

#[tokio::test]
async fn the_page_of_the_otp_names_the_one_that_is_read_out() {
    let mut browser = Browser::new().await;
    let page = browser.get("/login").await;
    let page = browser.submit(&page, "/login", &[("mobile", "9876543210")]).await;
    page.says("Nobody from here ever asks for this OTP")
        .says("its SMS says so");
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test]
async fn who_may_open_what_is_told_to_strangers_with_one_hash() {
    let mut browser = Browser::new().await;
    browser.get("/").await.says("href=\"/transparency\"");
    let register = browser.get("/transparency/register.json").await;
    assert_eq!(register.status, 200);
    let hash = format!("sha256:{}", hex(&Sha256::digest(&register.bytes)));
    let page = browser.get("/transparency").await;
    page.says(&hash)
        .says("GET /household")
        .says("settle-held-doses")
        .says("Without evidence: a few a shift")
        .says("This installation is one program on one machine")
        .says("the job has not yet come to its end");
    let told = browser.get("/transparency.json").await;
    let told: serde_json::Value = serde_json::from_slice(&told.bytes).unwrap();
    assert_eq!(
        (&told["register"], &told["retention"]["last"]),
        (&hash.into(), &serde_json::Value::Null)
    );

    browser.test.app.retain().await.unwrap();
    let told = browser.get("/transparency.json").await;
    let told: serde_json::Value = serde_json::from_slice(&told.bytes).unwrap();
    let last = &told["retention"]["last"];
    let text = last["told"].as_str().unwrap();
    browser
        .get("/transparency")
        .await
        .says("Nothing is overdue")
        .says(last["salt"].as_str().unwrap())
        .says(text.lines().last().unwrap());
    let entry = format!("/transparency/retention/{}", last["index"]);
    let kept = browser.get(&entry).await;
    let kept: serde_json::Value = serde_json::from_slice(&kept.bytes).unwrap();
    assert_eq!((&kept, &kept["leaf"]), (last, &"holds".into()));
    for nothing in ["1000000", "x", "-1", "99999999999999999999999"] {
        let answer = browser.get(&format!("/transparency/retention/{nothing}")).await;
        assert_eq!(answer.status, 404, "{nothing}");
    }

    // The job has ended: what it saw last is not shown as if it were so still.
    browser.test.clock.advance_seconds(7_201);
    browser
        .get("/transparency")
        .await
        .says("has not run for more than two hours")
        .never_says("Nothing is overdue");
    let told = browser.get("/transparency.json").await;
    let told: serde_json::Value = serde_json::from_slice(&told.bytes).unwrap();
    assert_eq!(told["retention"]["silent"], true);
}
