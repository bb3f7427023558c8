//! Illnesses are asked for at booking, only of whom a rule of that day wants one, and are not kept.

use std::sync::Arc;

use pramaan_app::dose::{Answered, Dose, Vial};
use pramaan_app::encounter::Evidence;
use pramaan_app::import::{self, Bad};
use pramaan_app::testing::{Setup, TestApp};
use pramaan_domain::dose::{BodySite, DoseNumber, VaccineBatch};
use pramaan_domain::staff::Reason;
use pramaan_domain::time::Timestamp;
use pramaan_domain::vaccine::Vaccine;

use super::browser::{Browser, Page};
use super::but;

const MOBILE: &str = "9876543210";
/// 15 March 2021, 10:00 in India.
const MARCH: i64 = 1_615_782_600;
/// The same in November 2026.
const NOVEMBER: i64 = 1_795_321_800;
const QUESTION: &str = "one of the listed illnesses";
const SLOT: (&str, &str) = ("slot", "11:00AM-01:00PM");

/// Somebody born in a year, before a session of the day.
async fn at(now: i64, ages: i64, born: &str) -> (Browser, String) {
    let setup = Setup {
        now: Timestamp::from_seconds(now),
        ..Setup::default()
    };
    let test = TestApp::on_sqlite(setup).await;
    let day = test.app.today();
    let centres = "id,name,address,district_id,pincode,opens,closes,kind\n\
        561001,Fort Clinic,Bora Bazar,395,400001,09:00,17:00,government\n";
    let mut quiet = |_: usize, _: usize| {};
    import::centres(&test.app, centres.as_bytes(), Bad::RefusesAll, &mut quiet)
        .await
        .unwrap();
    let sessions = format!(
        "centre_id,date,vaccine,min_age,slots,seats\n561001,{day},COVISHIELD,{ages},{},1:online:5\n",
        SLOT.1
    );
    import::sessions(&test.app, sessions.as_bytes(), Bad::RefusesAll, &mut quiet)
        .await
        .unwrap();
    let mut browser = Browser::on(Arc::new(test));
    browser.log_in(MOBILE).await;
    let page = browser.get("/household/new").await;
    page.never_says("illness");
    let page = browser
        .submit(&page, "/household/new", &but(&[("birth_year", born)]))
        .await;
    assert_eq!(page.status, 303, "{}", page.body);
    let found = browser.get("/sessions?pincode=400001").await;
    let rest = found
        .body
        .split("href=\"/book/")
        .nth(1)
        .expect("a session to book");
    let path = format!("/book/{}", rest.split('"').next().unwrap());
    (browser, path)
}

async fn send(browser: &mut Browser, path: &str, page: &Page, declares: Option<&str>) -> Page {
    let member = page.field("member").unwrap();
    let mut typed = vec![("member", member.as_str()), SLOT];
    typed.extend(declares.map(|reference| ("comorbid", reference)));
    browser.submit(page, path, &typed).await
}

#[tokio::test]
async fn at_fifty_in_march_2021_an_illness_is_asked_for_and_not_kept() {
    let (mut browser, path) = at(MARCH, 45, "1971").await;
    browser
        .get("/household")
        .await
        .says("by people with a listed illness");
    let page = browser.get(&path).await;
    page.says(QUESTION).says("Sickle cell disease").says("not kept");
    let refused = send(&mut browser, &path, &page, None).await;
    assert_eq!(refused.status, 422);
    refused.says("If that is so, tick the name");
    let reference = page.field("comorbid").unwrap();
    let done = send(&mut browser, &path, &page, Some(&reference)).await;
    assert_eq!(done.status, 303, "{}", done.body);
    assert!(done.to.contains("booked"), "{}", done.to);

    let test = &browser.test;
    let citizen = test.citizen(MOBILE).await;
    let kept = test.app.beneficiaries(&citizen, "test").await.unwrap();
    assert_eq!(kept[0].comorbidity, Some(pramaan_app::Comorbidity::None));
    at_the_site(test).await;
}

/// The health worker is told to look at the certificate; the dose is on protocol.
async fn at_the_site(test: &TestApp) {
    let staff = test.nurse("MH-0001", 561_001).await;
    let staff = test.app.staff(&staff.token).await.unwrap();
    let place = test.app.roster_today(&staff).await.unwrap()[0].place;
    let evidence = Evidence::None {
        place,
        reason: Reason::parse("the telephone was left at home").unwrap(),
    };
    let open = test.app.begin_encounter(&staff, evidence, "test").await.unwrap();
    assert!(open.advice.needs_declaration(), "{}", open.advice.explanation());
    let dose = Dose {
        number: DoseNumber::First,
        vaccine: Vaccine::Covishield,
        batch: VaccineBatch::parse("4121Z025").unwrap(),
        vial: Vial::parse("7").unwrap(),
        given_at: test.clock.now(),
        site: BodySite::LeftUpperArm,
        reason: None,
    };
    let recorded = test
        .app
        .record_dose(&staff, open.key, dose, "test")
        .await
        .unwrap();
    assert_eq!(recorded.answer, Answered::OnProtocol);
}

#[tokio::test]
async fn nobody_else_is_asked() {
    for (now, ages, born) in [
        (MARCH, 60, "1955"),
        (NOVEMBER, 18, "1976"),
        (NOVEMBER, 18, "1955"),
    ] {
        let (mut browser, path) = at(now, ages, born).await;
        let page = browser.get(&path).await;
        page.never_says(QUESTION).never_says("name=\"comorbid\"");
        let done = send(&mut browser, &path, &page, None).await;
        assert_eq!(done.status, 303, "{born}: {}", done.body);
    }
}
