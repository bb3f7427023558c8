//! Offline submissions in any order, however often and in whatever batches: one state.

use pramaan_app::held_dose::{HeldDose, HeldState, RequestId, TypedOn};
use pramaan_store::Engine;
use pramaan_store::testing::{MIGRATED, TestDb};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use crate::offline::new_person;
use crate::support::*;

/// Different doses: one with a slip, the others of people without an appointment.
const DOSES: u8 = 4;

#[derive(Debug, Clone, Copy)]
enum Step {
    /// Sends this one; by the first node or the second.
    Send(u8, bool),
    Settle,
}

/// Every dose at least once, then any of them again, in any order, with runs of the job between.
fn steps() -> impl Strategy<Value = Vec<Step>> {
    let send = (0..DOSES, any::<bool>()).prop_map(|(which, node)| Step::Send(which, node));
    let step = prop_oneof![4 => send, 1 => Just(Step::Settle)];
    let each: Vec<Step> = (0..DOSES).map(|which| Step::Send(which, false)).collect();
    let more = proptest::collection::vec(step, 0..12);
    more.prop_flat_map(move |mut more| {
        more.extend(each.clone());
        Just(more).prop_shuffle()
    })
}

/// What is the same whatever the order: how many of each, in which state, of which batch.
async fn play(steps: &[Step]) -> Vec<(String, i64)> {
    let site = Site::open(TestDb::fresh(Engine::Sqlite, MIGRATED).await).await;
    let node = site.app.second_node();
    let base = HeldDose {
        reason: None,
        ..site.to_hold().await
    };
    for step in steps {
        match *step {
            Step::Send(which, second) => {
                let app = if second { &node } else { &site.app.app };
                let on = TypedOn::Phone {
                    request: RequestId::from_bytes([which; 16]),
                    clock_off: 0,
                };
                app.hold(&site.staff, dose(&site, &base, which), on)
                    .await
                    .unwrap();
            }
            Step::Settle => drop(site.app.app.settle_held_doses().await.unwrap()),
        }
    }
    site.app.app.settle_held_doses().await.unwrap();
    let states = site.held().await;
    assert!(
        states.iter().all(|one| one.state == HeldState::Recorded),
        "{steps:?}"
    );
    let mut state = Vec::new();
    for table in [
        "held_dose",
        "person",
        "dose",
        "certificate",
        "appointment",
        "claim",
        "encounter",
    ] {
        state.push((table.to_owned(), site.count(table).await));
    }
    let counts = site.app.db.read("test::counts", move |tx| {
        Box::pin(async move {
            tx.query("select batch, n from dose_count order by batch", &[])
                .await
        })
    });
    let counts: Result<_, pramaan_store::StoreError> = counts.await;
    for row in counts.unwrap() {
        state.push((row.text(0).unwrap().to_owned(), row.int(1).unwrap()));
    }
    state
}

fn dose(site: &Site, base: &HeldDose, which: u8) -> HeldDose {
    use pramaan_app::held_dose::HeldDocument;
    use pramaan_domain::document::{DocumentNumber, DocumentType};
    let batch = pramaan_domain::dose::VaccineBatch::parse(&format!("BATCH{which}")).unwrap();
    let number = DocumentNumber::parse(&format!("P77700{which}1")).unwrap();
    let document = HeldDocument::Shown(DocumentType::Passport, number);
    let who = match which {
        0 => base.who.clone(),
        _ => new_person(site, "Sita Bai", document),
    };
    HeldDose {
        who,
        batch,
        ..base.clone()
    }
}

#[test]
fn offline_submissions_in_any_order_and_multiplicity_give_one_state() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let once: Vec<Step> = (0..DOSES).map(|which| Step::Send(which, false)).collect();
    let expected = runtime.block_on(play(&once));
    assert_eq!(expected[2], ("dose".to_owned(), i64::from(DOSES)), "{expected:?}");
    let cases = pramaan_testkit::cases(12);
    let mut runner = TestRunner::new(ProptestConfig::with_cases(cases));
    let played = runner.run(&steps(), |steps| {
        prop_assert_eq!(runtime.block_on(play(&steps)), expected.clone());
        Ok(())
    });
    played.unwrap();
}
