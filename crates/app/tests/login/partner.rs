//! Keys of partners.

use pramaan_app::Refusal;
use pramaan_app::partner::PartnerKind;
use pramaan_app::testing::TestApp;
use pramaan_store::testing::{TestDb, store_test};

use crate::support::count;

#[store_test]
async fn a_key_names_its_partner_and_is_kept_nowhere(db: TestDb) {
    let app = TestApp::start(db).await;
    let (first, key) = app
        .app
        .add_partner("Arogya", PartnerKind::Aggregator)
        .await
        .unwrap();
    let clinic = PartnerKind::Facility { centre: 561_001 };
    let (second, other_key) = app.app.add_partner("Clinic", clinic).await.unwrap();
    assert_eq!((first.number(), second.number()), (1, 2));
    assert_eq!(app.app.partner(&key).await.unwrap(), first);
    assert_eq!(app.app.partner(&other_key).await.unwrap().kind(), clinic);
    assert_eq!(key.len(), 40);
    for wrong in ["", "x", &key[1..], &key.to_uppercase()] {
        assert!(
            matches!(app.app.partner(wrong).await, Err(Refusal::Forbidden)),
            "{wrong}"
        );
    }
    assert_eq!(
        count(&app, "select count(*) from partner where length(key_mac) = 32").await,
        2
    );
}

#[store_test]
async fn an_ended_key_opens_nothing(db: TestDb) {
    let app = TestApp::start(db).await;
    let (partner, key) = app
        .app
        .add_partner("Arogya", PartnerKind::Aggregator)
        .await
        .unwrap();
    app.app.end_partner(partner.number()).await.unwrap();
    assert!(matches!(app.app.partner(&key).await, Err(Refusal::Forbidden)));
}
