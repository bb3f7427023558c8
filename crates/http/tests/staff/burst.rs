//! Bursts of doses of a past day: on the manager's page, and a line of the district's morning that leads to a question.

use pramaan_app::StaffRole;
use pramaan_app::dose::Vial;
use pramaan_app::held_dose::{HeldDocument, HeldDose, HeldFor, RequestId, TypedOn, WalkIn};
use pramaan_domain::birth::BirthYear;
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::dose::{BodySite, VaccineBatch};
use pramaan_domain::gender::Gender;
use pramaan_domain::name::PersonName;
use pramaan_domain::vaccine::Vaccine;

use crate::browser::{CENTRE, Site};

/// From so many the district is told.
const MANY: u8 = 20;

/// Somebody without an appointment, vaccinated just now by the clock.
fn walk_in(site: &Site, number: u8) -> HeldDose {
    let now = site.test.clock.now();
    let document = DocumentNumber::parse(&format!("P77700{number:02}")).unwrap();
    HeldDose {
        who: HeldFor::New(Box::new(WalkIn {
            name: PersonName::parse("Sita Bai").unwrap(),
            birth_year: BirthYear::parse("1971", site.test.app.today()).unwrap(),
            gender: Gender::Female,
            document: HeldDocument::Shown(DocumentType::Passport, document),
            consent_version: "1".to_owned(),
            said_at: now,
            guardian: None,
        })),
        vaccine: Vaccine::Covishield,
        batch: VaccineBatch::parse("4121Z025").unwrap(),
        vial: Vial::parse(&number.to_string()).unwrap(),
        given_at: now.plus_seconds(-60),
        site: BodySite::LeftUpperArm,
        reason: None,
    }
}

/// Every other one from paper, the others from a telephone.
fn typed_on(number: u8) -> TypedOn {
    match number % 2 {
        0 => TypedOn::Paper { given_by: None },
        _ => TypedOn::Phone {
            request: RequestId::from_bytes([number; 16]),
            clock_off: 0,
        },
    }
}

#[tokio::test]
async fn a_back_dated_burst_is_on_the_managers_page_and_a_line_of_the_districts_morning() {
    let site = Site::open().await;
    let nurse = site.test.nurse("MH-0001", CENTRE).await.staff;
    let doses: Vec<_> = (1..=MANY).map(|number| walk_in(&site, number)).collect();
    site.test.clock.advance_seconds(86_400);
    let mut manager = site.logged_in("MH-0002", StaffRole::SiteManager).await;
    let mut district = site.logged_in("MH-0005", StaffRole::DistrictAdmin).await;
    let (last, most) = doses.split_last().unwrap();
    for (number, dose) in (1..).zip(most) {
        let held = site.test.app.hold(&nurse, dose.clone(), typed_on(number)).await;
        assert_eq!(held.unwrap().late, 1);
    }
    let recorded = site.test.app.settle_held_doses().await.unwrap();
    assert_eq!(recorded, u64::from(MANY) - 1);
    manager
        .get("/staff/held-dose")
        .await
        .says("Many doses of a past day")
        .says("MH-0001 entered 19 doses of ");
    district
        .get("/staff/district")
        .await
        .is(200)
        .never_says("doses of earlier days");

    let held = site.test.app.hold(&nurse, last.clone(), typed_on(MANY)).await;
    held.unwrap();
    assert_eq!(site.test.app.settle_held_doses().await.unwrap(), 1);
    manager
        .get("/staff/held-dose")
        .await
        .says("MH-0001 entered 20 doses of ");
    let morning = district.get("/staff/district").await;
    morning
        .says("Fort Clinic: 20 doses of earlier days were entered within a day.")
        .never_says("Sita")
        .never_says("MH-0001");
    let ask = "/staff/reviews/ask?centre=561001";
    let links = morning.body.split("href=\"").skip(1);
    let mut links = links.map(|link| {
        link.split('"')
            .next()
            .unwrap()
            .replace("&#38;", "&")
            .replace("&amp;", "&")
    });
    let to = links.find(|link| link.starts_with(ask)).unwrap();
    district
        .get(&to)
        .await
        .is(200)
        .says("Why were they entered late?");
}
