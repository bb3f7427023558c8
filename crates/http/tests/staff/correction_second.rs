//! Correction of a vaccine and of a dose's number on the next day: one person proposes it on a page, a second agrees on another.

use pramaan_app::StaffRole;
use pramaan_app::verify::Verdict;
use pramaan_domain::staff::StaffCode;

use crate::browser::{Browser, CENTRE, DOCUMENT, MOBILE, Page, Site};
use crate::correction::{certificate, verified};
use crate::move_person::{opened, told};
use crate::vaccination::{but, log_in, record, save, with_secret};

const REASON: (&str, &str) = ("reason", "the table had vials of two vaccines");

/// The nurse who gave a first dose of Covishield yesterday, logged in today.
async fn the_next_day() -> (Site, Browser) {
    let site = Site::open().await;
    let (mut nurse, secret) = with_secret(&site, StaffRole::Vaccinator).await;
    let (open, encounter) = record(&site, &mut nurse).await;
    let confirm = nurse.submit(&open, &encounter, &but(&[])).await;
    save(&mut nurse, &confirm, &encounter).await.is(303);
    site.test.clock.advance_seconds(86_400);
    let list = vec![StaffCode::parse("MH-0001").unwrap()];
    let today = site.test.app.today();
    site.test.app.set_roster_of(CENTRE, today, list).await.unwrap();
    let door = nurse.get("/staff/login").await;
    log_in(&site, &mut nurse, &door, &secret).await.is(303);
    (site, nurse)
}

/// Vaccine, number and batch of every dose on record.
async fn doses(site: &Site) -> Vec<(String, String, String)> {
    let family = site.test.app.dashboard(&site.citizen, "test").await.unwrap();
    let doses = family.iter().flat_map(|one| &one.doses);
    let facts = doses.map(|given| {
        let facts = &given.facts;
        (
            facts.vaccine.name().to_owned(),
            given.dose.to_string(),
            facts.batch.as_str().to_owned(),
        )
    });
    facts.collect()
}

fn one(vaccine: &str, number: &str, batch: &str) -> Vec<(String, String, String)> {
    vec![(vaccine.to_owned(), number.to_owned(), batch.to_owned())]
}

/// The proposal as a second person sees it.
async fn proposal(manager: &mut Browser) -> (Page, String) {
    let list = manager.get("/staff/correction").await;
    let path = list
        .is(200)
        .never_says("Asha")
        .link("/staff/correction/proposal/");
    (manager.get(&path).await, path)
}

#[tokio::test]
async fn a_correction_of_vaccine_and_dose_number_the_next_day_is_made_by_two_people_on_the_pages() {
    let (site, mut nurse) = the_next_day().await;
    let old = certificate(&site).await;
    let record = opened(&mut nurse, site.id, DOCUMENT).await;
    let dose = record.link("/staff/correction/record/");
    let form = nurse.get(&dose).await;
    form.is(200).says("A second person has to agree");
    let typed = but(&[
        ("act", "correct"),
        ("vaccine", "COVAXIN"),
        ("dose", "2"),
        ("batch", "37F21003A"),
        ("to", ""),
        REASON,
    ]);
    let confirm = nurse.submit(&form, &dose, &typed).await;
    confirm
        .is(200)
        .says("<dd>Asha Devi</dd>")
        .says("<dd>Covaxin</dd>")
        .says("<dd>Second dose</dd>")
        .says("37F21003A");
    let before = told(&site, MOBILE).len();
    let waits = nurse.confirm(&confirm, &dose, &[]).await;
    assert_eq!(
        (waits.status, waits.to.as_str()),
        (303, "/staff/correction/done?how=waits"),
        "{}",
        waits.body
    );
    assert_eq!(doses(&site).await, one("COVISHIELD", "1", "4121Z025"), "it waits");
    assert!(matches!(verified(&site, &old).await, Verdict::Genuine(_)));

    let mut manager = site.logged_in("MH-0002", StaffRole::SiteManager).await;
    let (page, path) = proposal(&mut manager).await;
    for cell in [
        "Covishield",
        "Covaxin",
        "First dose",
        "Second dose",
        "4121Z025",
        "37F21003A",
    ] {
        page.says(cell);
    }
    page.never_says("Asha").says(REASON.1).says("MH-0001");
    let own = nurse.get(&path).await;
    own.is(409).says("Somebody else decides");
    let own = nurse.submit(&form, &path, &[("act", "approve")]).await;
    assert_ne!(own.status, 303, "nor does it go by sending the form");
    assert_eq!(
        doses(&site).await,
        one("COVISHIELD", "1", "4121Z025"),
        "it still waits"
    );

    let done = manager.submit(&page, &path, &[("act", "approve")]).await;
    assert_eq!(done.to, "/staff/correction/done?how=approved");
    assert_eq!(doses(&site).await, one("COVAXIN", "2", "37F21003A"));
    let superseded = Verdict::Superseded {
        on: site.test.app.today(),
    };
    assert_eq!(verified(&site, &old).await, superseded);
    let new = certificate(&site).await;
    for word in ["COVAXIN", "37F21003A"] {
        assert!(new.contains(word), "{word} in {new}");
    }
    assert_eq!(told(&site, MOBILE).len(), before + 1, "the person is told");
}
