//! Evidence: each way opens the record or says beside its field why not.

use pramaan_app::StaffRole;
use pramaan_domain::mobile::Mobile;

use crate::browser::{Browser, DOCUMENT, MOBILE, Page, Site};

/// The page of the one visitor of today, and its address.
async fn visit(browser: &mut Browser) -> (Page, String) {
    let today = browser.get("/staff").await;
    let path = today.is(200).link("/staff/visit/");
    (browser.get(&path).await, path)
}

#[tokio::test]
async fn today_tells_numbers_and_no_names() {
    let site = Site::open().await;
    let today = site.nurse().await.get("/staff").await;
    today
        .is(200)
        .says("No. 1")
        .says("First dose")
        .says("Covishield")
        .says("11:00 am to 1:00 pm");
    today
        .never_says("Asha")
        .never_says("1980")
        .never_says(&site.code().await);
    today
        .never_says(&site.id.to_string())
        .never_says(&site.appointment.to_string());
    assert_eq!(site.count("encounter").await, 0);
}

#[tokio::test]
async fn a_wrong_code_is_counted_and_after_five_only_other_ways_are_left() {
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    let (page, path) = visit(&mut nurse).await;
    let wrong = site.wrong_code().await;
    nurse
        .submit(&page, &path, &[("way", "code"), ("code", "12")])
        .await
        .is(422)
        .says("four digits");
    for left in [
        "4 tries are left",
        "3 tries are left",
        "2 tries are left",
        "One try is left",
    ] {
        let answer = nurse
            .submit(&page, &path, &[("way", "code"), ("code", &wrong)])
            .await;
        answer
            .is(422)
            .says(left)
            .never_says("Asha")
            .never_says(&format!("value=\"{wrong}\""));
    }
    nurse
        .submit(&page, &path, &[("way", "code"), ("code", &wrong)])
        .await
        .is(422);
    let right = site.code().await;
    let spent = nurse
        .submit(&page, &path, &[("way", "code"), ("code", &right)])
        .await;
    spent.is(422).says("no longer works").never_says("Asha");
    assert_eq!(site.count("encounter").await, 0);
}

/// The budget of wrong codes lasts until midnight: the page says so, and what to use instead.
#[tokio::test]
async fn who_typed_too_many_wrong_codes_today_is_shown_the_other_ways() {
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    let (page, path) = visit(&mut nurse).await;
    let wrong = site.wrong_code().await;
    nurse
        .submit(&page, &path, &[("way", "code"), ("code", &wrong)])
        .await
        .is(422);
    let spent = site.test.db.write("test::spent", |tx| {
        Box::pin(async move {
            tx.execute("update evidence_count set n = 60 where kind = 'wrong_code'", &[])
                .await?;
            Ok::<_, pramaan_app::StoreError>(())
        })
    });
    spent.await.unwrap();
    let right = site.code().await;
    let over = nurse
        .submit(&page, &path, &[("way", "code"), ("code", &right)])
        .await;
    over.is(422)
        .says("Too many wrong codes today")
        .says("name=\"document_number\"")
        .never_says("Asha");
}

#[tokio::test]
async fn the_slip_and_the_document_find_the_person_with_and_without_a_number() {
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    let (page, path) = visit(&mut nurse).await;
    let slip = format!("pramaan:slip:{}:{}", site.id, site.code().await);
    let any = nurse.get("/staff/visit").await;
    for (page, path) in [(&page, path.as_str()), (&any, "/staff/visit")] {
        let typed = [("way", "slip"), ("slip", slip.as_str())];
        nurse
            .submit(page, path, &typed)
            .await
            .is(200)
            .says("<h1>Asha Devi</h1>")
            .says("Passport, ending in 4567");
        nurse
            .submit(page, path, &[("way", "slip"), ("slip", "hello")])
            .await
            .is(422)
            .says("not the text of a slip");
        let typed = [
            ("way", "document"),
            ("document_type", "8"),
            ("document_number", DOCUMENT),
        ];
        nurse
            .submit(page, path, &typed)
            .await
            .is(200)
            .says("<h1>Asha Devi</h1>");
        let other = [
            ("way", "document"),
            ("document_type", "8"),
            ("document_number", "Z7654321"),
        ];
        let nobody = nurse.submit(page, path, &other).await;
        nobody
            .is(422)
            .says("registered this document")
            .says("value=\"Z7654321\"")
            .never_says("Asha");
    }
    // What belongs to a place is not asked without one.
    nurse
        .submit(&any, "/staff/visit", &[("way", "code"), ("code", "1234")])
        .await
        .is(422);
}

#[tokio::test]
async fn a_message_to_the_mobile_opens_the_record() {
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    let (page, path) = visit(&mut nurse).await;
    let early = [("way", "mobile"), ("otp", "123456")];
    nurse
        .submit(&page, &path, &early)
        .await
        .is(422)
        .says("Send a code first");
    let sent = nurse.submit(&page, &format!("{path}/message"), &[]).await;
    let code = site.test.code(MOBILE);
    sent.is(200).never_says(&code).never_says(MOBILE);
    let txn = sent.field("txn").unwrap();
    let wrong = [("way", "mobile"), ("txn", txn.as_str()), ("otp", "000000")];
    nurse
        .submit(&sent, &path, &wrong)
        .await
        .is(422)
        .says("wrong, used or too old");
    let right = [("way", "mobile"), ("txn", txn.as_str()), ("otp", code.as_str())];
    nurse
        .submit(&sent, &path, &right)
        .await
        .is(200)
        .says("<h1>Asha Devi</h1>");
}

#[tokio::test]
async fn without_evidence_there_are_five_with_a_reason_and_the_person_is_told() {
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    let (page, path) = visit(&mut nurse).await;
    page.says("You can do this 5 more times today");
    let short = [("way", "nothing"), ("reason", "because")];
    nurse
        .submit(&page, &path, &short)
        .await
        .is(422)
        .says("value=\"because\"")
        .never_says("Asha");
    let reason = [("way", "nothing"), ("reason", "phone stolen, card at home")];
    for _ in 0..5 {
        nurse
            .submit(&page, &path, &reason)
            .await
            .is(200)
            .says("<h1>Asha Devi</h1>");
    }
    let told = site.test.outbox.to(&Mobile::parse(MOBILE).unwrap());
    assert!(told.last().unwrap().text.contains("MH-0001"), "{:?}", told.last());
    let spent = nurse.submit(&page, &path, &reason).await;
    spent
        .is(422)
        .says("You have used all five for today")
        .never_says("Asha");
}

#[tokio::test]
async fn a_manager_is_not_offered_what_only_vaccinators_may() {
    let site = Site::open().await;
    let mut manager = site.logged_in("MH-0002", StaffRole::SiteManager).await;
    let (page, path) = visit(&mut manager).await;
    page.never_says("name=\"reason\"");
    let reason = [("way", "nothing"), ("reason", "phone stolen, card at home")];
    manager
        .submit(&page, &path, &reason)
        .await
        .is(403)
        .never_says("Asha");
}

#[tokio::test]
async fn off_the_roster_nothing_is_seen_and_nothing_opens() {
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    let (page, path) = visit(&mut nurse).await;
    site.test
        .app
        .set_roster_of(crate::browser::CENTRE, site.test.app.today(), Vec::new())
        .await
        .unwrap();
    nurse.get("/staff").await.is(403).says("site manager");
    nurse.get(&path).await.is(403);
    let code = site.code().await;
    nurse
        .submit(&page, &path, &[("way", "code"), ("code", &code)])
        .await
        .is(403)
        .never_says("Asha");
    nurse.submit(&page, &format!("{path}/message"), &[]).await.is(403);
    assert_eq!(site.count("encounter").await, 0);
}
