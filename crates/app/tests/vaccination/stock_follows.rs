//! Stock follows what becomes of a dose: at each step of a correction, a void and a move the ledger is read.

use chrono::Days;
use pramaan_app::correction::{Decision, Facts, OpenVisit, Outcome, Showing, Wanted};
use pramaan_app::dose::Vial;
use pramaan_app::encounter::Evidence;
use pramaan_app::stock::{Change, Doing};
use pramaan_app::{Staff, StaffRole};
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::dose::{DoseNumber, VaccineBatch};
use pramaan_domain::id::DoseId;
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::staff::StaffCode;
use pramaan_domain::stock::{Account, BatchKey, Doses};
use pramaan_domain::vaccine::Vaccine;
use pramaan_store::testing::{TestDb, store_test};

use crate::support::*;

/// The batch of [`Site::dose`], and the one that was really given.
const TYPED: &str = "4121Z025";
const GIVEN: &str = "4121Z026";
const OTHER_MOBILE: &str = "9876543211";
const OTHER_DOCUMENT: &str = "Z7654321";

fn key(batch: &str) -> BatchKey {
    BatchKey {
        vaccine: Vaccine::Covishield,
        batch: VaccineBatch::parse(batch).unwrap(),
    }
}

/// Ten doses of each batch are there, and the nurse gave one.
struct Story {
    site: Site,
    manager: Staff,
}

impl Story {
    async fn begin(db: TestDb) -> Self {
        let site = Site::open(db).await;
        let session = site
            .app
            .enrolled("MH-0002", StaffRole::SiteManager, Some(1))
            .await;
        let codes = ["MH-0001", "MH-0002"].map(|code| StaffCode::parse(code).unwrap());
        let today = site.app.app.today();
        site.app.app.set_roster_of(1, today, codes.into()).await.unwrap();
        let story = Self {
            site,
            manager: session.staff,
        };
        for batch in [TYPED, GIVEN] {
            story.receive(batch).await;
        }
        story
    }

    async fn receive(&self, batch: &str) {
        let app = &self.site.app.app;
        let receipt = Change {
            key: key(batch),
            doing: Doing::Receive {
                expires_on: app.today().checked_add_days(Days::new(30)).unwrap(),
                doses_per_vial: 10,
                doses: Doses::new(10).unwrap(),
            },
        };
        let once = app.form_key();
        app.change_stock(&self.manager, receipt, &once).await.unwrap();
    }

    /// Of the typed batch and of the given one: doses on hand, in open vials or closed ones, and doses used.
    async fn ledger(&self) -> [(i64, i64); 2] {
        let stock = self.site.app.app.stock(&self.manager).await.unwrap();
        [TYPED, GIVEN].map(|batch| {
            let shelf = stock.shelves.iter().find(|shelf| shelf.key == key(batch));
            let ledger = &shelf.unwrap().ledger;
            assert_eq!(ledger.came(), ledger.held() + ledger.gone(), "{batch}");
            let [closed, open, used] =
                [Account::OnHand, Account::Open, Account::Used].map(|account| ledger.balance(account));
            assert_eq!(ledger.held(), closed + open, "{batch}");
            (closed + open, used)
        })
    }

    async fn vaccinate(&self) -> DoseId {
        let site = &self.site;
        let open = site.open_record().await;
        let recorded = site
            .app
            .app
            .record_dose(&site.staff, open.key, site.dose(), "test");
        recorded.await.unwrap().event
    }

    async fn visit(&self, showing: Showing) -> OpenVisit {
        let app = &self.site.app.app;
        app.begin_correction(&self.site.staff, showing, "test")
            .await
            .unwrap()
    }

    async fn own(&self) -> OpenVisit {
        self.visit(Showing::OwnDose(self.site.place().await)).await
    }

    async fn by_document(&self, reference_id: ReferenceId, number: &str) -> OpenVisit {
        self.visit(Showing::Evidence(Evidence::DocumentOf {
            reference_id,
            kind: DocumentType::Passport,
            number: DocumentNumber::parse(number).unwrap(),
        }))
        .await
    }

    async fn change(&self, visit: &OpenVisit, wanted: Wanted) -> Outcome {
        let event = visit.doses[0].given.id;
        let app = &self.site.app.app;
        let changed = app.change_dose(&self.site.staff, (visit.id, event), (wanted, reason()), "test");
        changed.await.unwrap()
    }

    /// Proposed by the nurse: nothing moves until the manager agrees.
    async fn by_two(&self, visit: &OpenVisit, wanted: Wanted) {
        let before = self.ledger().await;
        assert_eq!(self.change(visit, wanted).await, Outcome::Waits);
        assert_eq!(self.ledger().await, before, "what waits moves no stock");
        let app = &self.site.app.app;
        let listed = app.corrections(&self.manager, app.today()).await.unwrap();
        let id = listed.waiting[0].id;
        app.decide_correction(&self.manager, id, Decision::Approve, "test")
            .await
            .unwrap();
    }

    /// Everything as recorded but the batch.
    fn batch(visit: &OpenVisit, batch: &str) -> Wanted {
        let given = &visit.doses[0].given;
        Wanted::Correct(Facts {
            number: given.dose,
            vaccine: given.facts.vaccine,
            batch: VaccineBatch::parse(batch).unwrap(),
            vial: Vial::parse(&given.facts.vial).unwrap(),
            given_at: given.facts.given_at,
            site: given.facts.site,
        })
    }
}

const WHOLE: (i64, i64) = (10, 0);
const ONE_USED: (i64, i64) = (9, 1);

#[store_test]
async fn stock_follows_a_correction_a_void_and_a_move_step_by_step(db: TestDb) {
    let story = Story::begin(db).await;
    assert_eq!(story.ledger().await, [WHOLE, WHOLE]);
    story.vaccinate().await;
    assert_eq!(story.ledger().await, [ONE_USED, WHOLE], "recorded");

    let visit = story.own().await;
    let wanted = Story::batch(&visit, GIVEN);
    for _twice in 0..2 {
        assert_eq!(story.change(&visit, wanted.clone()).await, Outcome::Done);
        assert_eq!(story.ledger().await, [WHOLE, ONE_USED], "the batch corrected");
    }

    let visit = story.own().await;
    story.by_two(&visit, Wanted::Void).await;
    assert_eq!(story.ledger().await, [WHOLE, WHOLE], "the corrected dose voided");

    story.vaccinate().await;
    assert_eq!(story.ledger().await, [ONE_USED, WHOLE], "recorded again");

    let other = story.site.app.citizen(OTHER_MOBILE).await;
    let other = register(&story.site.app, &other, OTHER_DOCUMENT).await;
    let (wrong, right) = (story.own().await, story.by_document(other, OTHER_DOCUMENT).await);
    let moved = Wanted::Move {
        to: right.id,
        number: DoseNumber::First,
    };
    story.by_two(&wrong, moved).await;
    assert_eq!(story.ledger().await, [ONE_USED, WHOLE], "moved: one dose still");

    // It is the moved dose that holds it now: what becomes of that one moves the stock.
    let visit = story.by_document(other, OTHER_DOCUMENT).await;
    story.change(&visit, Story::batch(&visit, GIVEN)).await;
    assert_eq!(story.ledger().await, [WHOLE, ONE_USED], "the moved one corrected");
    let visit = story.by_document(other, OTHER_DOCUMENT).await;
    story.by_two(&visit, Wanted::Void).await;
    assert_eq!(story.ledger().await, [WHOLE, WHOLE], "the moved one voided");
}

/// A correction that leaves the batch as it was takes nothing twice; one of another vaccine takes it from no batch of the first.
#[store_test]
async fn stock_follows_a_correction_of_something_else_by_nothing(db: TestDb) {
    let story = Story::begin(db).await;
    story.vaccinate().await;
    let visit = story.own().await;
    let Wanted::Correct(facts) = Story::batch(&visit, TYPED) else {
        panic!("a correction")
    };
    let vial = Wanted::Correct(Facts {
        vial: Vial::parse("8").unwrap(),
        ..facts.clone()
    });
    assert_eq!(story.change(&visit, vial).await, Outcome::Done);
    assert_eq!(story.ledger().await, [ONE_USED, WHOLE], "the vial's number alone");
    let visit = story.own().await;
    let covaxin = Wanted::Correct(Facts {
        vaccine: Vaccine::Covaxin,
        ..facts
    });
    assert_eq!(story.change(&visit, covaxin).await, Outcome::Done);
    assert_eq!(story.ledger().await, [WHOLE, WHOLE], "of another vaccine");
}
