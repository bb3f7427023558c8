//! The pages that explain: they promise what this version does, and nothing else.

use super::browser::Browser;

#[tokio::test]
async fn the_explanations_say_what_cannot_be_done_yet() {
    let mut browser = Browser::new().await;
    let trust = browser.get("/trust").await;
    trust
        .says("This installation does not publish that state yet")
        .never_says("anybody can check");
    let help = browser.get("/help").await;
    help.says("Registering at a centre is not in this version")
        .says("changing the number is not in this version")
        .says("After a dose nothing can be changed in this version")
        .never_says("register you there")
        .never_says("the centre corrects it");
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
