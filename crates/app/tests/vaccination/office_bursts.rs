//! What happens too often at one centre is a line of the district's morning page.

use pramaan_app::StaffRole;
use pramaan_app::district::Need;
use pramaan_app::held_dose::{HeldDocument, HeldDose, TypedOn};
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_store::testing::{TestDb, store_test};

use crate::correction::{other_batch, vaccinated};
use crate::offline::new_person;
use crate::support::*;

const DAY: i64 = 86_400;
/// From so many on, the district asks.
const CORRECTIONS: i64 = 5;
const BACK_DATED: i64 = 20;

async fn morning_has(site: &Site, line: Need) -> bool {
    let admin = site.app.staff(StaffRole::DistrictAdmin, 0, 395);
    site.app.app.morning(&admin).await.unwrap().needs.contains(&line)
}

#[store_test]
async fn many_corrections_of_a_day_are_a_line_of_the_morning(db: TestDb) {
    let (site, _) = vaccinated(db).await;
    for count in 1..=CORRECTIONS {
        let visit = site.reopened().await;
        let dose = &visit.doses[0].given;
        let wanted = other_batch(dose, &format!("4121Z03{count}"));
        site.change_dose(&site.staff, (&visit, dose.id), wanted)
            .await
            .unwrap();
        let line = Need::Corrections { centre: 1, count };
        assert_eq!(morning_has(&site, line).await, count == CORRECTIONS, "{count}");
    }
}

#[store_test]
async fn many_paper_doses_of_earlier_days_are_a_line_of_the_morning(db: TestDb) {
    let site = Site::open(db).await;
    let base = HeldDose {
        reason: None,
        ..site.to_hold().await
    };
    let people: Vec<HeldDose> = (0..BACK_DATED)
        .map(|which| {
            let number = DocumentNumber::parse(&format!("P88{which:04}")).unwrap();
            let document = HeldDocument::Shown(DocumentType::Passport, number);
            HeldDose {
                who: new_person(&site, "Sita Bai", document),
                ..base.clone()
            }
        })
        .collect();
    site.app.clock.advance_seconds(DAY);
    let paper = TypedOn::Paper { given_by: None };
    for (dose, count) in people.into_iter().zip(1..) {
        site.app.app.hold(&site.staff, dose, paper.clone()).await.unwrap();
        assert_eq!(site.settle().await, 1);
        let line = Need::BackDated { centre: 1, count };
        assert_eq!(morning_has(&site, line).await, count == BACK_DATED, "{count}");
    }
}
