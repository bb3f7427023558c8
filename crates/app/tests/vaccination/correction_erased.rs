//! A correction that waits about somebody who is deleted meanwhile is over, and whoever decides is told so.

use pramaan_app::correction::{Decision, Wanted};
use pramaan_app::{Refusal, StaffRole};
use pramaan_domain::dose::DoseNumber;
use pramaan_store::testing::{TestDb, store_test};

use crate::correction::{colleague, vaccinated};
use crate::support::*;

#[store_test]
async fn a_correction_to_somebody_who_was_deleted_is_over_and_the_second_person_told(db: TestDb) {
    let (site, event) = vaccinated(db).await;
    let other = site.app.citizen("9876543211").await;
    let id = register(&site.app, &other, "Z7654321").await;
    let manager = colleague(&site, "MH-0002", StaffRole::SiteManager).await;
    let (wrong, right) = (
        site.reopened().await,
        site.by_document(&site.staff, id, "Z7654321").await,
    );
    let moved = || Wanted::Move {
        to: right.id,
        number: DoseNumber::First,
    };
    site.change_dose(&site.staff, (&wrong, event), moved())
        .await
        .unwrap();
    let proposal = site.waiting(&manager).await[0].0;
    site.app.app.delete_beneficiary(&other, id).await.unwrap();
    assert!(site.waiting(&manager).await.is_empty());
    let late = site.decide(&manager, proposal, Decision::Approve).await;
    assert!(matches!(late, Err(Refusal::NoProposal)), "{late:?}");

    let again = site.change_dose(&site.staff, (&wrong, event), moved()).await;
    assert!(again.is_err(), "nor is it proposed anew: {again:?}");
    assert!(site.waiting(&manager).await.is_empty());
    let void = site.change_dose(&site.staff, (&wrong, event), Wanted::Void).await;
    void.unwrap();
    let proposal = site.waiting(&manager).await[0].0;
    site.decide(&manager, proposal, Decision::Approve).await.unwrap();
}
