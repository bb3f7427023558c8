//! What a telephone is told of a void, a correction and a move: of one person that a dose was corrected, of several that there
//! is something new; never a name, a place or what it was about.

use pramaan_app::correction::{Decision, Facts, OpenVisit, Showing, Wanted};
use pramaan_app::dose::Vial;
use pramaan_app::encounter::Evidence;
use pramaan_app::{Staff, StaffRole};
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::dose::{DoseNumber, VaccineBatch};
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::staff::StaffCode;
use pramaan_store::testing::{TestDb, store_test};

use crate::support::*;

const OTHER_MOBILE: &str = "9876543211";
const OTHER_DOCUMENT: &str = "Z7654321";
/// What no message says, on whatever number.
const NEVER: [&str; 8] = [
    "Asha",
    "Devi",
    "Fort",
    "COVISHIELD",
    "Covishield",
    "4121",
    "MH-000",
    "2026",
];
/// What a number of several people is not told either.
const SHARED_NEVER: [&str; 4] = ["dose", "vaccin", "certificate", "corrected"];

/// Who else is registered with the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Number {
    Alone,
    Shared,
}

struct Told {
    site: Site,
    manager: Staff,
    other: ReferenceId,
    number: Number,
}

impl Told {
    /// Asha had a dose; somebody else, on another number, did not.
    async fn open(db: TestDb, number: Number) -> Self {
        let site = Site::open(db).await;
        let session = site
            .app
            .enrolled("MH-0002", StaffRole::SiteManager, Some(1))
            .await;
        let codes = ["MH-0001", "MH-0002"].map(|code| StaffCode::parse(code).unwrap());
        let today = site.app.app.today();
        site.app.app.set_roster_of(1, today, codes.into()).await.unwrap();
        let citizen = site.app.citizen(OTHER_MOBILE).await;
        let other = register(&site.app, &citizen, OTHER_DOCUMENT).await;
        if number == Number::Shared {
            register(&site.app, &site.citizen, "K1111111").await;
            register(&site.app, &citizen, "K2222222").await;
        }
        let told = Self {
            site,
            manager: session.staff,
            other,
            number,
        };
        told.vaccinate().await;
        told
    }

    async fn vaccinate(&self) {
        let open = self.site.open_record().await;
        let app = &self.site.app.app;
        app.record_dose(&self.site.staff, open.key, self.site.dose(), "test")
            .await
            .unwrap();
    }

    async fn visit(&self, id: ReferenceId, number: &str) -> OpenVisit {
        let showing = Showing::Evidence(Evidence::DocumentOf {
            reference_id: id,
            kind: DocumentType::Passport,
            number: DocumentNumber::parse(number).unwrap(),
        });
        let app = &self.site.app.app;
        app.begin_correction(&self.site.staff, showing, "test")
            .await
            .unwrap()
    }

    /// Done by who may; the numbers in the order of the answer are told one new message each, and no other number any.
    async fn tells(&self, visit: &OpenVisit, wanted: Wanted, numbers: &[&str]) {
        let before = [MOBILE, OTHER_MOBILE].map(|number| texts_to(&self.site.app, number).len());
        let (app, event) = (&self.site.app.app, visit.doses[0].given.id);
        app.change_dose(&self.site.staff, (visit.id, event), (wanted, reason()), "test")
            .await
            .unwrap();
        for proposal in app.corrections(&self.manager, app.today()).await.unwrap().waiting {
            app.decide_correction(&self.manager, proposal.id, Decision::Approve, "test")
                .await
                .unwrap();
        }
        for (number, before) in [MOBILE, OTHER_MOBILE].into_iter().zip(before) {
            let new = texts_to(&self.site.app, number).split_off(before);
            let expected = usize::from(numbers.contains(&number));
            assert_eq!(new.len(), expected, "{number}: {new:?}");
            new.iter().for_each(|text| self.is_discreet(text));
        }
    }

    fn is_discreet(&self, text: &str) {
        for word in NEVER {
            assert!(!text.contains(word), "{word}: {text}");
        }
        match self.number {
            Number::Alone => assert!(
                text.contains("A dose in a record of this number was corrected"),
                "{text}"
            ),
            Number::Shared => {
                assert!(
                    text.contains("something new for somebody who uses this number"),
                    "{text}"
                );
                for word in SHARED_NEVER {
                    assert!(!text.to_lowercase().contains(word), "{word}: {text}");
                }
            }
        }
    }

    /// A correction, a void, a new dose, and its move to the other person.
    async fn play(&self) {
        let visit = self.visit(self.site.id, DOCUMENT).await;
        let given = &visit.doses[0].given;
        let corrected = Wanted::Correct(Facts {
            number: given.dose,
            vaccine: given.facts.vaccine,
            batch: VaccineBatch::parse("4121Z026").unwrap(),
            vial: Vial::parse(&given.facts.vial).unwrap(),
            given_at: given.facts.given_at,
            site: given.facts.site,
        });
        self.tells(&visit, corrected, &[MOBILE]).await;
        let visit = self.visit(self.site.id, DOCUMENT).await;
        self.tells(&visit, Wanted::Void, &[MOBILE]).await;
        self.vaccinate().await;
        let wrong = self.visit(self.site.id, DOCUMENT).await;
        let right = self.visit(self.other, OTHER_DOCUMENT).await;
        let moved = Wanted::Move {
            to: right.id,
            number: DoseNumber::First,
        };
        self.tells(&wrong, moved, &[MOBILE, OTHER_MOBILE]).await;
    }
}

#[store_test]
async fn a_number_of_one_is_told_of_a_correction_a_void_and_a_move(db: TestDb) {
    Told::open(db, Number::Alone).await.play().await;
}

#[store_test]
async fn a_shared_number_is_told_of_a_correction_a_void_and_a_move_without_name_place_or_purpose(db: TestDb) {
    Told::open(db, Number::Shared).await.play().await;
}
