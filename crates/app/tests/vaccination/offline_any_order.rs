//! Offline submissions in any order, however often and in whatever batches: one state, down to whose dose is which.

use pramaan_app::held_dose::{HeldDocument, HeldDose, HeldState, RequestId, TypedOn};
use pramaan_domain::access::Field;
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::dose::{BodySite, VaccineBatch};
use pramaan_domain::id::{HouseholdId, PersonId};
use pramaan_store::dose::Given;
use pramaan_store::person::OpenedPerson;
use pramaan_store::testing::{MIGRATED, TestDb};
use pramaan_store::{Engine, StoreError, record};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use crate::offline::new_person;
use crate::support::*;

/// Who has each dose: the first has a slip, the others had no appointment. The last dose was written on paper.
const NAMES: [&str; 4] = ["Asha Devi", "Sita Bai", "Gita Bai", "Rita Bai"];
const ON_PAPER: u8 = 3;
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

/// What is the same whatever the order: who had which dose, how many of each, of which batch.
async fn play(engine: Engine, steps: &[Step]) -> Vec<String> {
    let site = Site::open(TestDb::fresh(engine, MIGRATED).await).await;
    let node = site.app.second_node();
    let base = HeldDose {
        reason: None,
        ..site.to_hold().await
    };
    for step in steps {
        match *step {
            Step::Send(which, second) => {
                let app = if second { &node } else { &site.app.app };
                app.hold(&site.staff, dose(&site, &base, which), typed_on(which))
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
    let mut state = records(&site).await;
    for table in [
        "held_dose",
        "person",
        "dose",
        "certificate",
        "appointment",
        "claim",
        "encounter",
    ] {
        state.push(format!("{table} {}", site.count(table).await));
    }
    state.extend(lines(&site, "select batch || ' ' || n from dose_count order by batch").await);
    state.extend(
        lines(
            &site,
            "select dose || ' ' || quota || ' ' || taken || ' of ' || capacity from seat order by 1",
        )
        .await,
    );
    state
}

/// Everybody with their doses, one line each: name, and what was given, when, where, by whom and how it came in.
async fn records(site: &Site) -> Vec<String> {
    let people = site.app.db.read("test::people", |tx| {
        Box::pin(async move {
            let rows = tx.query("select household, id from person", &[]).await?;
            let ids = rows.iter().map(|row| {
                let person: PersonId = row.text(1)?.parse().unwrap();
                Ok((row.text(0)?.parse().unwrap(), person))
            });
            ids.collect::<Result<Vec<_>, StoreError>>()
        })
    });
    let people: Vec<(HouseholdId, PersonId)> = people.await.unwrap();
    let receipts = site.app.receipts_for(&people, &[Field::Name, Field::Doses]).await;
    let (sealer, now) = (site.app.sealer.clone(), site.app.clock.now());
    let opened = site.app.db.read("test::records", move |tx| {
        Box::pin(async move { record::open(tx, &sealer, receipts, now).await })
    });
    let opened: Result<Vec<(OpenedPerson, Vec<Given>)>, StoreError> = opened.await;
    let line = |(person, doses): (OpenedPerson, Vec<Given>)| {
        let facts: Vec<String> = doses.iter().map(told).collect();
        format!("{}: {}", person.name.unwrap().as_str(), facts.join("; "))
    };
    let mut lines: Vec<String> = opened.unwrap().into_iter().map(line).collect();
    lines.sort();
    lines
}

fn told(given: &Given) -> String {
    let facts = &given.facts;
    format!(
        "{} {} {} vial {} at {} {} by {} {:?} {:?}",
        given.dose,
        facts.vaccine.name(),
        facts.batch.as_str(),
        facts.vial,
        facts.given_at.seconds(),
        facts.site.code(),
        facts.staff,
        facts.entered,
        facts.off_protocol,
    )
}

async fn lines(site: &Site, sql: &'static str) -> Vec<String> {
    let read = site.app.db.read("test::lines", move |tx| {
        Box::pin(async move {
            let rows = tx.query(sql, &[]).await?;
            rows.iter()
                .map(|row| Ok(row.text(0)?.to_owned()))
                .collect::<Result<Vec<_>, StoreError>>()
        })
    });
    read.await.unwrap()
}

fn typed_on(which: u8) -> TypedOn {
    match which {
        ON_PAPER => TypedOn::Paper { given_by: None },
        _ => TypedOn::Phone {
            request: RequestId::from_bytes([which; 16]),
            clock_off: 0,
        },
    }
}

/// Each differs from every other in all that can differ.
fn dose(site: &Site, base: &HeldDose, which: u8) -> HeldDose {
    let number = DocumentNumber::parse(&format!("P77700{which}1")).unwrap();
    let document = HeldDocument::Shown(DocumentType::Passport, number);
    let who = match which {
        0 => base.who.clone(),
        _ => new_person(site, NAMES[usize::from(which)], document),
    };
    HeldDose {
        who,
        batch: VaccineBatch::parse(&format!("BATCH{which}")).unwrap(),
        vial: pramaan_app::dose::Vial::parse(&which.to_string()).unwrap(),
        given_at: base.given_at.plus_seconds(-60 * i64::from(which)),
        site: BodySite::ALL[usize::from(which)],
        ..base.clone()
    }
}

fn one_state(engine: Engine, smoke: u32) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let once: Vec<Step> = (0..DOSES).map(|which| Step::Send(which, false)).collect();
    let expected = runtime.block_on(play(engine, &once));
    for (which, name) in NAMES.iter().enumerate() {
        let has = format!("{name}: 1 COVISHIELD BATCH{which} vial {which} at ");
        assert!(
            expected.iter().any(|line| line.starts_with(&has)),
            "{has} in {expected:#?}"
        );
    }
    let mut runner = TestRunner::new(ProptestConfig::with_cases(pramaan_testkit::cases(smoke)));
    let played = runner.run(&steps(), |steps| {
        prop_assert_eq!(runtime.block_on(play(engine, &steps)), expected.clone());
        Ok(())
    });
    played.unwrap();
}

#[test]
fn offline_submissions_in_any_order_and_multiplicity_give_one_state() {
    one_state(Engine::Sqlite, 40);
}

#[test]
fn offline_submissions_in_any_order_give_one_state_on_postgresql() {
    one_state(Engine::Postgres, 4);
}
