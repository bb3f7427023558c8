//! Two nurses with logins of their own and one person: at once, at the table and by a held dose, there is one dose, and the other
//! nurse is told.

use pramaan_app::dose::{Answered, Dose};
use pramaan_app::encounter::{Evidence, OpenEncounter};
use pramaan_app::held_dose::{HeldDose, HeldState, Trouble};
use pramaan_app::roster::AppointmentState;
use pramaan_app::{Refusal, Staff};
use pramaan_domain::dose::VaccineBatch;
use pramaan_store::testing::{TestDb, store_test};

use crate::support::*;

struct Two {
    site: Site,
    other: Staff,
}

impl Two {
    async fn open(db: TestDb) -> Self {
        let site = Site::open(db).await;
        let other = nurse(&site.app, "MH-0002", 1).await;
        site.both_at_work("MH-0002").await;
        Self { site, other }
    }

    async fn record(&self, staff: &Staff) -> OpenEncounter {
        let shown = Evidence::Code {
            place: self.site.place().await,
            code: self.site.code().await.parse().unwrap(),
        };
        let app = &self.site.app.app;
        app.begin_encounter(staff, shown, "test").await.unwrap()
    }

    fn dose(&self, batch: &str) -> Dose {
        Dose {
            batch: VaccineBatch::parse(batch).unwrap(),
            ..self.site.dose()
        }
    }

    /// Of both records one stands, with what its own nurse typed.
    async fn one_dose_of(&self, batch: &str, staff: &str) {
        for table in ["dose", "certificate"] {
            assert_eq!(self.site.count(table).await, 1, "{table}");
        }
        let given = self.site.doses().await;
        assert_eq!(given.len(), 1);
        let facts = &given[0].facts;
        assert_eq!((facts.batch.as_str(), facts.staff.as_str()), (batch, staff));
        let visitors = self.site.app.app.roster_today(&self.site.staff).await.unwrap();
        let states: Vec<_> = visitors.iter().map(|visitor| visitor.state).collect();
        assert_eq!(states, [AppointmentState::Vaccinated]);
    }
}

#[store_test]
async fn two_nurses_who_save_one_person_at_once_record_one_dose_and_the_second_is_told(db: TestDb) {
    let two = Two::open(db).await;
    let app = &two.site.app.app;
    let (one, other) = (two.record(&two.site.staff).await, two.record(&two.other).await);
    let (first, second) = tokio::join!(
        app.record_dose(&two.site.staff, one.key, two.dose("BATCH1"), "test"),
        app.record_dose(&two.other, other.key, two.dose("BATCH2"), "test"),
    );
    let (kept, told) = match (&first, &second) {
        (Ok(_), Err(told)) => (("BATCH1", "MH-0001"), told),
        (Err(told), Ok(_)) => (("BATCH2", "MH-0002"), told),
        both => panic!("one is kept and one refused: {both:?}"),
    };
    assert!(matches!(told, Refusal::AlreadyRecorded), "{told:?}");
    two.one_dose_of(kept.0, kept.1).await;

    // Whoever was told is told again, and whose dose it is gets the same answer for the same form.
    let again = [
        app.record_dose(&two.site.staff, one.key, two.dose("BATCH1"), "test")
            .await,
        app.record_dose(&two.other, other.key, two.dose("BATCH2"), "test")
            .await,
    ];
    let repeated = again.iter().filter_map(|answer| answer.as_ref().ok());
    let repeated: Vec<_> = repeated.map(|recorded| recorded.answer).collect();
    assert_eq!(repeated, [Answered::Repeated]);
    two.one_dose_of(kept.0, kept.1).await;
}

#[store_test]
async fn a_nurse_at_the_table_and_one_with_a_held_dose_at_once_record_one_dose(db: TestDb) {
    let two = Two::open(db).await;
    let app = &two.site.app.app;
    let held = HeldDose {
        batch: VaccineBatch::parse("BATCH2").unwrap(),
        ..two.site.to_hold().await
    };
    app.hold_dose(&two.other, held).await.unwrap();
    let open = two.record(&two.site.staff).await;
    let (table, settled) = tokio::join!(
        app.record_dose(&two.site.staff, open.key, two.dose("BATCH1"), "test"),
        app.settle_held_doses(),
    );
    settled.unwrap();
    match table {
        Ok(_) => {
            two.site.app.clock.advance_seconds(600);
            two.site.settle().await;
            two.one_dose_of("BATCH1", "MH-0001").await;
            let left = HeldState::NeedsAttention(Trouble::AlreadyRecorded);
            assert_eq!(two.site.state().await, left, "her number says why");
        }
        Err(Refusal::AlreadyRecorded) => {
            two.one_dose_of("BATCH2", "MH-0002").await;
            assert_eq!(two.site.state().await, HeldState::Recorded);
        }
        Err(other) => panic!("{other:?}"),
    }
}
