//! Registering, seeing, changing and deleting, and who read the record.

use super::browser::Browser;
use super::{ASHA, but, registered};

#[tokio::test]
async fn the_notice_comes_before_the_first_field() {
    let mut browser = Browser::logged_in("9876543210").await;
    let page = browser.get("/household/new").await;
    let notice = page.body.find("Notice version 1").unwrap();
    let first = page.body.find("name=\"consent\"").unwrap();
    assert!(notice < first);
    let page = browser
        .submit(&page, "/household/new", &but(&[("consent", "")]))
        .await;
    assert_eq!(page.status, 422);
    page.says("tick the box")
        .says("value=\"Asha Devi\"")
        .says("Z1234567");
}

#[tokio::test]
async fn a_registered_person_stands_on_the_family_page() {
    let mut browser = registered().await;
    let page = browser.get("/household/1/registered").await;
    page.says("Asha Devi is registered")
        .says("Bring the document")
        .says("Bring Passport itself");
    let page = browser.get("/household").await;
    page.says("Asha Devi")
        .says("1980")
        .says("Passport, ending in 4567")
        .never_says("Z1234567");
    page.says("First dose: can be given now")
        .says("Since 1 May 2021 everyone who is 18 or older")
        .says("No appointment");
}

#[tokio::test]
async fn each_wrong_answer_has_its_sentence_and_the_rest_stays() {
    let mut browser = Browser::logged_in("9876543210").await;
    let page = browser.get("/household/new").await;
    for (change, sentence) in [
        (("name", "123"), "Enter the name with letters"),
        (("birth_year", "80"), "four digits"),
        (("birth_year", "2030"), "not in the future"),
        (("birth_year", "2020"), "Nobody under 12"),
        (("birth_date", "31-31-2011"), "day-month-year"),
        (("birth_date", "01-01-1980"), "12 to 17-year-olds only"),
        (("gender", "x"), "Choose a gender"),
        (("document_type", ""), "Choose the document"),
        (("document_number", "AB"), "4 to 20 letters and digits"),
        (("document_number", "AB_123"), "Use only letters"),
    ] {
        let page = browser.submit(&page, "/household/new", &but(&[change])).await;
        assert_eq!(page.status, 422, "{change:?}");
        page.says(sentence)
            .says("role=\"alert\"")
            .says(&format!("href=\"#{}\"", change.0));
    }
    browser.get("/household").await.says("Nobody is registered yet");
}

#[tokio::test]
async fn a_wrong_aadhaar_digit_is_a_hint_after_saving() {
    let mut browser = Browser::logged_in("9876543210").await;
    let page = browser.get("/household/new").await;
    let typed = but(&[("document_type", "1"), ("document_number", "1234 5678 9012")]);
    let page = browser.submit(&page, "/household/new", &typed).await;
    assert_eq!(page.to, "/household/1/registered?check=document");
    browser
        .get(&page.to)
        .await
        .says("Please check the Aadhaar number")
        .says("Bring the document");
}

#[tokio::test]
async fn a_document_known_elsewhere_gives_the_same_page_and_only_its_holder_is_told() {
    let mut first = registered().await;
    let mut second = first.somebody_else();
    second.log_in("9876543211").await;
    first.test.clock.advance_seconds(1);
    let form = second.get("/household/new").await;
    let page = second.submit(&form, "/household/new", ASHA).await;
    assert_eq!(page.to, "/household/1/registered");
    let (own, other) = (first.get(&page.to).await, second.get(&page.to).await);
    let plain = |page: &super::browser::Page| {
        let reference = page
            .body
            .split("class=\"digits\">")
            .nth(1)
            .unwrap()
            .split('<')
            .next()
            .unwrap()
            .to_owned();
        let token = page.field("_csrf").unwrap();
        page.body.replace(&reference, "").replace(&token, "")
    };
    assert_eq!(plain(&own), plain(&other));
    first
        .get("/household")
        .await
        .says("Somebody else also registered Asha Devi");
    second
        .get("/household")
        .await
        .never_says("Somebody else also registered");
}

#[tokio::test]
async fn details_are_changed_and_records_deleted_by_name_not_by_place() {
    let mut browser = registered().await;
    let page = browser.get("/household/1/edit").await;
    page.says("value=\"1980\"");
    let typed = [
        ("name", "Asha Kumari"),
        ("birth_year", "1981"),
        ("gender", "other"),
    ];
    let done = browser.submit(&page, "/household/1/edit", &typed).await;
    assert_eq!(done.to, "/household?done=changed", "{}", done.body);
    browser
        .get("/household")
        .await
        .says("Asha Kumari")
        .says("1981")
        .says("Other");
    let foreign = [("reference", "12345678901234")]
        .iter()
        .chain(&typed)
        .copied()
        .collect::<Vec<_>>();
    assert_eq!(
        browser.submit(&page, "/household/1/edit", &foreign).await.status,
        422
    );
    assert_eq!(browser.get("/household/2/edit").await.status, 404);
    assert_eq!(browser.get("/household/x/access").await.status, 404);

    let page = browser.get("/household/1/delete").await;
    page.says("Delete Asha Kumari");
    let mut other = browser.somebody_else();
    other.log_in("9876543211").await;
    let theirs = other.get("/login").await;
    let reference = page.field("reference").unwrap();
    assert_eq!(theirs.to, "/household");
    let form = other.get("/household/new").await;
    let refused = other
        .submit(&form, "/household/1/delete", &[("reference", &reference)])
        .await;
    assert_eq!(refused.status, 404);
    let done = browser.submit(&page, "/household/1/delete", &[]).await;
    assert_eq!(
        done.to, "/login?why=erased",
        "with the last member goes the number"
    );
    browser
        .get(&done.to)
        .await
        .says("the mobile number was deleted too");
    assert_eq!(browser.get("/household").await.status, 303, "and the login");
}

#[tokio::test]
async fn the_list_of_reads_is_told_in_words() {
    let mut browser = registered().await;
    browser.get("/household").await;
    let page = browser.get("/household/1/access").await;
    page.says("Who read Asha Devi")
        .never_says("that nobody confirmed");
    page.says("Nobody else has read this record")
        .says("To show you your family")
        .says("What this list proves");
    browser.get("/language/hi?next=/household/1/access").await;
    let page = browser.get("/household/1/access").await;
    page.says("<html lang=\"hi\">")
        .says("किसी और ने यह रिकॉर्ड नहीं देखा")
        .says("आपको आपका परिवार दिखाने के लिए");
}

#[tokio::test]
async fn a_second_device_stands_on_top_until_the_first_confirms_it() {
    let mut browser = registered().await;
    browser.get("/household").await;
    browser.test.clock.advance_seconds(3_600);
    let mut other = browser.somebody_else();
    other.log_in("9876543210").await;
    other.get("/household").await;
    let page = other.get("/household/1/access").await;
    page.says("that nobody confirmed")
        .says("at this on 22 November 2026, 11:00 am. Was this you?</strong> (this device)")
        .says("A device is confirmed from the phone or computer")
        .never_says("is mine</button>");
    assert_eq!(page.body.matches("<li class=\"card\">").count(), 1);
    let action = "/household/1/access/confirm";

    browser.log_in("9876543210").await;
    let page = browser.get("/household/1/access").await;
    page.says("that nobody confirmed")
        .says("The device of 22 November 2026, 11:00 am is mine");
    let device = page.field("device").unwrap();
    // Nobody confirms themselves, nor from a device that is not confirmed.
    let own = other.get("/household/1/access").await;
    let refused = other.submit(&own, action, &[("device", &device)]).await;
    assert_eq!(refused.status, 403, "{}", refused.body);
    for unknown in ["", "x", "3fa85f64-5717-4562-b3fc-2c963f66afa6"] {
        let refused = browser.submit(&page, action, &[("device", unknown)]).await;
        assert!(
            (400..500).contains(&refused.status),
            "{unknown}: {}",
            refused.status
        );
    }
    let done = browser.submit(&page, action, &[("device", &device)]).await;
    assert_eq!(done.to, "/household/1/access");
    for mut each in [browser, other] {
        each.get("/household/1/access")
            .await
            .never_says("that nobody confirmed");
    }
}

#[tokio::test]
async fn who_was_registered_by_somebody_else_sees_every_device_that_came_since() {
    let mut browser = Browser::new().await;
    // By another's program, with the person's own OTP.
    let login = browser
        .test
        .login("9876543210", pramaan_app::Face::Portal)
        .await
        .unwrap();
    let app = &browser.test.app;
    let registration = pramaan_app::beneficiary::Registration {
        name: pramaan_domain::name::PersonName::parse("Asha Devi").unwrap(),
        birth_year: pramaan_domain::birth::BirthYear::parse("1980", app.today()).unwrap(),
        birth_date: None,
        gender: pramaan_domain::gender::Gender::Female,
        document_type: pramaan_domain::document::DocumentType::Passport,
        document_number: pramaan_domain::document::DocumentNumber::parse("Z1234567").unwrap(),
        comorbidity: pramaan_app::Comorbidity::None,
        consent_version: "1".to_owned(),
    };
    app.register(&login.citizen, registration).await.unwrap();
    let mut thief = browser.somebody_else();
    for each in [&mut thief, &mut browser] {
        each.log_in("9876543210").await;
        each.get("/household").await;
    }
    let page = browser.get("/household/1/access").await;
    page.says("that nobody confirmed")
        .says("(this device)")
        .never_says("is mine</button>");
    assert_eq!(
        page.body.matches("<li class=\"card\">").count(),
        2,
        "the thief's too"
    );
}

#[tokio::test]
async fn a_partner_is_called_by_its_name() {
    let mut browser = registered().await;
    let kind = pramaan_app::partner::PartnerKind::Aggregator;
    let (partner, _) = browser.test.app.add_partner("Helping Hands", kind).await.unwrap();
    let face = pramaan_app::Face::Partner(partner.number());
    let login = browser.test.login("9876543210", face).await.unwrap();
    browser
        .test
        .app
        .beneficiaries(&login.citizen, "test")
        .await
        .unwrap();
    let page = browser.get("/household/1/access").await;
    page.says(": Helping Hands, partner 1");
}

#[tokio::test]
async fn reads_of_one_visit_stand_on_one_card_under_a_heading_with_the_time() {
    let mut browser = registered().await;
    browser.test.read_by_staff("9876543210", 3).await;
    let page = browser.get("/household/1/access").await;
    page.says("3 entries of the log together")
        .says("<h3>Vaccinator, staff code TEST-0001<br><small>22 November 2026, 10:00 am: To vaccinate</small></h3>");
    assert_eq!(page.body.matches("<h3>").count(), 1);
}

#[tokio::test]
async fn strangers_see_nothing() {
    let mut browser = registered().await;
    let mut stranger = browser.somebody_else();
    for path in [
        "/household",
        "/household/new",
        "/household/1/registered",
        "/household/1/edit",
        "/household/1/delete",
        "/household/1/access",
        "/household/1/certificates/1",
        "/household/1/certificates/1/certificate.pdf",
        "/book/5a2c7ae9-0a2c-4b8b-8a53-000000000001",
        "/household/appointments/5a2c7ae9-0a2c-4b8b-8a53-000000000001",
        "/household/appointments/5a2c7ae9-0a2c-4b8b-8a53-000000000001/slip.pdf",
        "/household/appointments/5a2c7ae9-0a2c-4b8b-8a53-000000000001/cancel",
        "/household/appointments/5a2c7ae9-0a2c-4b8b-8a53-000000000001/move",
    ] {
        let page = stranger.get(path).await;
        assert_eq!((page.status, page.body.as_str()), (303, ""), "{path}");
        assert!(page.to.starts_with("/login?next=/"), "{path}");
    }
    for path in [
        "/",
        "/sessions",
        "/verify",
        "/privacy",
        "/help",
        "/trust",
        "/login",
    ] {
        assert_eq!(stranger.get(path).await.status, 200, "{path}");
    }
    browser
        .get("/household/1/certificates/1/certificate.pdf")
        .await
        .never_says("PDF");
}

#[tokio::test]
async fn an_access_that_was_deleted_from_the_list_is_said_to_be_missing() {
    let mut browser = registered().await;
    browser.get("/household").await;
    browser.test.read_by_staff("9876543210", 3).await;
    browser
        .get("/household/1/access")
        .await
        .never_says("This list is not complete");
    browser.test.hide_a_read_by_staff().await;
    browser
        .get("/household/1/access")
        .await
        .says("This list is not complete")
        .says("an entry is missing");
}

#[tokio::test]
async fn a_long_access_list_is_read_page_by_page_to_its_end() {
    let mut browser = registered().await;
    browser.get("/household").await;
    browser.test.read_by_staff("9876543210", 2_100).await;
    let newest = browser.get("/household/1/access").await;
    newest
        .says("Page 1")
        .says("This is not the whole list")
        .says("1998 entries of the log together: the first has number 103, the last 2100")
        .never_says("the last 102")
        .never_says("Back to the newest");
    let link = newest
        .body
        .split("href=\"")
        .find(|rest| rest.contains("?before="));
    let link = link.unwrap().split('"').next().unwrap();
    let link = link.replace("&#38;", "&").replace("&amp;", "&");
    let last = browser.get(&link).await;
    last.says("Page 2")
        .says("the last 102<")
        .says("Back to the newest")
        .never_says("This is not the whole list")
        .never_says("Older entries");
    newest.never_says("that nobody confirmed");

    for wrong in ["?before=x", "?before=1", "?before=1.-2", "?page=x", "?before=%FF"] {
        let refused = browser.get(&format!("/household/1/access{wrong}")).await;
        assert_eq!(refused.status, 400, "{wrong}");
    }
    browser
        .get("/household/1/access?page=7")
        .await
        .says("Page 1")
        .never_says("Page 7");
}

#[tokio::test]
async fn a_form_that_cannot_be_taken_now_says_so_in_its_status_and_keeps_what_was_typed() {
    const EDIT: &str = "/household/1/edit";
    let typed = [
        ("name", "Asha Rani"),
        ("birth_year", "1981"),
        ("gender", "female"),
    ];
    let mut browser = registered().await;
    let form = browser.get(EDIT).await;
    browser.test.break_log().await;
    let answer = browser.submit(&form, EDIT, &typed).await;
    assert_eq!(answer.status, 503, "{}", answer.body);
    answer.says("Asha Rani").says("1981");
    browser.test.mend_log().await;
    let answer = browser.submit(&form, EDIT, &typed).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
}

#[tokio::test]
async fn a_form_sent_twice_registers_one_person() {
    let mut browser = Browser::logged_in("9876543210").await;
    let page = browser.get("/household/new").await;
    for tap in ["first", "second"] {
        let done = browser.submit(&page, "/household/new", ASHA).await;
        let to = (done.status, done.to.as_str());
        assert_eq!(to, (303, "/household/1/registered"), "{tap}: {}", done.body);
    }
    browser.get("/household/2/registered").await.never_says("Asha");
    // Whoever goes back and types another person registers another person.
    browser.test.clock.advance_seconds(1);
    let ravi = but(&[("name", "Ravi Kumar"), ("document_number", "Z7654321")]);
    let done = browser.submit(&page, "/household/new", &ravi).await;
    assert_eq!(done.to, "/household/2/registered");
    let fresh = browser.get("/household/new").await;
    assert_ne!(fresh.field("key"), page.field("key"));
    let own = browser.submit(&fresh, "/household/new", ASHA).await;
    assert_eq!(own.status, 422);
    own.says("registered with this document already")
        .says("href=\"#document_number\"");
}
