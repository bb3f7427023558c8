//! Settling a disputed document: three guesses an encounter, and never more than the encounter stands on.

use pramaan_app::Refusal;
use pramaan_app::encounter::{EncounterKey, Evidence, OpenedPerson};
use pramaan_app::testing::LoggedAccess;
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_store::testing::{TestDb, store_test};

use crate::support::{DOCUMENT, Site, reason, register};

/// The first holder's encounter; somebody else has registered the same document since.
async fn disputed(db: TestDb, evidence: Option<Evidence>) -> (Site, EncounterKey) {
    let site = Site::open(db).await;
    let second = site.app.citizen("9876543211").await;
    register(&site.app, &second, DOCUMENT).await;
    let key = match evidence {
        Some(evidence) => site.begin(evidence).await.unwrap().key,
        None => site.open_record().await.key,
    };
    (site, key)
}

async fn settle(site: &Site, key: EncounterKey, number: &str) -> Result<OpenedPerson, Refusal> {
    let document = (DocumentType::Passport, DocumentNumber::parse(number).unwrap());
    site.app
        .app
        .settle_document(&site.staff, key, document, "test")
        .await
}

async fn counted(site: &Site) -> i64 {
    let counted = site.app.db.read("test::counted", |tx| {
        Box::pin(async move {
            let sql = "select n from evidence_count where kind = 'unmatched_document'";
            tx.query_opt(sql, &[]).await?.map_or(Ok(0), |row| row.int(0))
        })
    });
    let counted: Result<i64, pramaan_store::StoreError> = counted.await;
    counted.unwrap()
}

#[store_test]
async fn the_fourth_document_of_an_encounter_is_not_compared(db: TestDb) {
    let (site, key) = disputed(db, None).await;
    settle(&site, key, DOCUMENT).await.unwrap();
    assert_eq!(counted(&site).await, 0, "a right one is not counted");
    for guess in 1..=3 {
        let number = format!("X000000{guess}");
        assert!(matches!(settle(&site, key, &number).await, Err(Refusal::NoMatch)));
        assert_eq!(counted(&site).await, guess, "and so it is for the day");
    }
    for number in ["X0000004", DOCUMENT] {
        let over = settle(&site, key, number).await;
        assert!(matches!(over, Err(Refusal::OverBudget { .. })), "{over:?}");
    }
    assert_eq!(counted(&site).await, 3);
}

#[store_test]
async fn guesses_at_once_are_three_as_well(db: TestDb) {
    let (site, key) = disputed(db, None).await;
    let guesses = (0..8).map(|n| {
        let (app, staff) = (site.app.app.clone(), site.staff.clone());
        tokio::spawn(async move {
            let number = DocumentNumber::parse(&format!("X000000{n}")).unwrap();
            let document = (DocumentType::Passport, number);
            app.settle_document(&staff, key, document, "test").await
        })
    });
    let (mut compared, mut over) = (0, 0);
    for guess in guesses.collect::<Vec<_>>() {
        match guess.await.unwrap() {
            Err(Refusal::NoMatch) => compared += 1,
            Err(Refusal::OverBudget { .. }) => over += 1,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((compared, over), (3, 5));
}

#[store_test]
async fn settling_lends_no_basis_to_an_opening_without_evidence(db: TestDb) {
    let site = Site::open(db).await;
    let evidence = Evidence::None {
        place: site.place().await,
        reason: reason(),
    };
    let key = site.begin(evidence).await.unwrap().key;
    settle(&site, key, DOCUMENT).await.unwrap();
    let settled = LoggedAccess {
        actor: "vaccinator",
        purpose: "document-dispute",
        basis: "no-evidence",
    };
    assert_eq!(site.app.accesses().await.last(), Some(&settled));
}
