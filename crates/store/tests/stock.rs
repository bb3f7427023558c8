#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
//! The stock ledger on both engines: sums are kept with the entries, nothing goes below zero, each dose takes once.

use std::collections::BTreeSet;
use std::sync::Arc;

use pramaan_domain::dose::VaccineBatch;
use pramaan_domain::id::DoseId;
use pramaan_domain::staff::Reason;
use pramaan_domain::stock::{Account, Act, Batch, BatchKey, Doses, Objection, Recall, Shelf, Short, Waste};
use pramaan_domain::time::Timestamp;
use pramaan_domain::vaccine::Vaccine;
use pramaan_keys::MemoryKeyStore;
use pramaan_store::stock::{self, Entry, Taken};
use pramaan_store::testing::{MIGRATED, TestDb, store_test};
use pramaan_store::{Engine, Sealer, StoreError};
use pramaan_testkit::SeededEntropy;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

const NOW: Timestamp = Timestamp::from_seconds(1_795_321_800);
const CENTRE: i64 = 561_001;

struct Site {
    db: TestDb,
    sealer: Sealer,
}

fn site(db: TestDb) -> Site {
    let entropy = Arc::new(SeededEntropy::new(16));
    let sealer = Sealer::new(Arc::new(MemoryKeyStore::new(&*entropy)), entropy);
    Site { db, sealer }
}

fn key(batch: &str) -> BatchKey {
    BatchKey {
        vaccine: Vaccine::Covishield,
        batch: VaccineBatch::parse(batch).unwrap(),
    }
}

fn doses(n: i64) -> Doses {
    Doses::new(n).unwrap()
}

fn entry(batch: &str, act: Act, n: i64) -> Entry {
    Entry {
        key: key(batch),
        movement: act.of(doses(n)),
        vial: None,
        staff: None,
        note: None,
        at: NOW,
    }
}

fn event(n: u8) -> DoseId {
    DoseId::from_random([n; 16])
}

impl Site {
    async fn post(&self, entries: Vec<Entry>) -> Result<(), Short> {
        let sealer = self.sealer.clone();
        let posted = self.db.write("test::post", move |tx| {
            Box::pin(async move {
                let mut head = stock::lock(tx, CENTRE).await?;
                let posted = stock::post(tx, &sealer, (CENTRE, &mut head), &entries).await?;
                Ok::<_, StoreError>(posted)
            })
        });
        posted.await.unwrap()
    }

    async fn receive(&self, batch: &str, n: i64, days_left: i64) {
        let batch = Batch {
            key: key(batch),
            expires_on: NOW.plus_seconds(days_left * 86_400).date(),
            doses_per_vial: 10,
        };
        let entries = vec![entry(batch.key.batch.as_str(), Act::Receive, n)];
        let sealer = self.sealer.clone();
        let received = self.db.write("test::receive", move |tx| {
            Box::pin(async move {
                let mut head = stock::lock(tx, CENTRE).await?;
                stock::receive_batch(tx, CENTRE, &batch, NOW).await?;
                let posted = stock::post(tx, &sealer, (CENTRE, &mut head), &entries).await?;
                Ok::<_, StoreError>(posted)
            })
        });
        received.await.unwrap().unwrap();
    }

    async fn give(&self, batch: &str, number: u8, minutes: i64) -> Vec<Objection> {
        let taken = Taken {
            centre: CENTRE,
            key: key(batch),
            given_at: NOW.plus_seconds(minutes * 60),
            event: event(number),
        };
        let sealer = self.sealer.clone();
        let given = self.db.write("test::give", move |tx| {
            let (sealer, taken) = (sealer.clone(), taken.clone());
            Box::pin(async move { stock::use_dose(tx, &sealer, &taken, taken.given_at).await })
        });
        given.await.unwrap()
    }

    async fn take_back(&self, number: u8) -> bool {
        let sealer = self.sealer.clone();
        let taken = self.db.write("test::take_back", move |tx| {
            Box::pin(async move { stock::take_back(tx, &sealer, (CENTRE, event(number)), NOW).await })
        });
        taken.await.unwrap()
    }

    async fn shelf(&self, batch: &str) -> Shelf {
        let key = key(batch);
        let shelf = self.db.read("test::shelf", move |tx| {
            Box::pin(async move { stock::shelf(tx, CENTRE, &key).await })
        });
        shelf.await.unwrap()
    }

    /// Closed, open, used, untracked; and the sums are right.
    async fn balances(&self, batch: &str) -> [i64; 4] {
        assert_eq!(self.discrepancies().await, 0);
        let ledger = self.shelf(batch).await.ledger;
        assert_eq!(ledger.came(), ledger.held() + ledger.gone());
        [Account::OnHand, Account::Open, Account::Used, Account::Untracked]
            .map(|account| ledger.balance(account))
    }

    async fn discrepancies(&self) -> usize {
        let found: Result<_, StoreError> = self
            .db
            .read("test::check", |tx| Box::pin(stock::check(tx, CENTRE)))
            .await;
        found.unwrap().len()
    }

    async fn execute(&self, sql: &'static str) {
        let done: Result<u64, StoreError> = self
            .db
            .write("test::execute", move |tx| {
                Box::pin(async move { tx.execute(sql, &[]).await })
            })
            .await;
        assert!(done.unwrap() > 0);
    }
}

#[store_test]
async fn stock_that_is_not_there_cannot_be_moved_and_nothing_of_the_form_is_done(db: TestDb) {
    let site = site(db);
    site.receive("A1", 20, 30).await;
    let waste = entry("A1", Act::Waste(Waste::Broken), 5);
    let refused = site.post(vec![waste, entry("A1", Act::Return, 16)]).await;
    let short = Short {
        account: Account::OnHand,
        there: 15,
        wanted: 16,
    };
    assert_eq!(refused, Err(short));
    assert_eq!(site.balances("A1").await, [20, 0, 0, 0]);
}

#[store_test]
async fn a_dose_opens_a_vial_of_the_stock_and_the_next_takes_from_it(db: TestDb) {
    let site = site(db);
    site.receive("A1", 15, 30).await;
    assert_eq!(site.give("A1", 1, 0).await, []);
    assert_eq!(site.balances("A1").await, [5, 9, 1, 0]);
    assert_eq!(site.give("A1", 2, 10).await, []);
    assert_eq!(site.balances("A1").await, [5, 8, 2, 0]);
    // The same event takes nothing twice.
    site.give("A1", 2, 10).await;
    assert_eq!(site.balances("A1").await, [5, 8, 2, 0]);
    // After four hours another vial is opened: the last, with five doses.
    assert_eq!(site.give("A1", 3, 241).await, []);
    assert_eq!(site.balances("A1").await, [0, 12, 3, 0]);
    let left: Vec<i64> = site
        .shelf("A1")
        .await
        .vials
        .iter()
        .map(|vial| vial.left)
        .collect();
    assert_eq!(left, [8, 4]);
}

#[store_test]
async fn a_dose_of_no_stock_is_untracked_and_objected_to(db: TestDb) {
    let site = site(db);
    // A centre that never received anything keeps no ledger.
    assert_eq!(site.give("A1", 1, 0).await, []);
    assert_eq!(site.balances("A1").await, [0, 0, 1, -1]);
    site.receive("A1", 1, 30).await;
    assert_eq!(site.give("A1", 2, 0).await, []);
    assert_eq!(site.give("A1", 3, 0).await, [Objection::NotOnHand]);
    assert_eq!(site.give("TYPED-WRONG", 4, 0).await, [Objection::NotOnHand]);
    assert_eq!(site.balances("A1").await, [0, 0, 3, -2]);
    assert_eq!(site.balances("TYPED-WRONG").await, [0, 0, 1, -1]);
}

#[store_test]
async fn stock_that_expired_was_recalled_or_open_too_long_is_used_and_objected_to(db: TestDb) {
    let site = site(db);
    site.receive("OLD", 10, -1).await;
    let on = NOW.plus_seconds(-86_400).date();
    assert_eq!(site.give("OLD", 1, 0).await, [Objection::Expired { on }]);
    assert_eq!(site.balances("OLD").await, [0, 9, 1, 0]);
    let recall = Recall {
        key: key("OLD"),
        since: NOW.date(),
        reason: "particles were seen".to_owned(),
    };
    let since = recall.since;
    let recalled: Result<(), StoreError> = site
        .db
        .write("test::recall", move |tx| {
            Box::pin(async move { stock::recall(tx, &recall, NOW).await })
        })
        .await;
    recalled.unwrap();
    let objections = site.give("OLD", 2, 300).await;
    assert_eq!(
        objections,
        [
            Objection::Recalled { since },
            Objection::Expired { on },
            Objection::VialPastTime
        ]
    );
    assert_eq!(site.balances("OLD").await, [0, 8, 2, 0]);
}

#[store_test]
async fn a_dose_taken_back_returns_to_the_stock_it_came_from_once(db: TestDb) {
    let site = site(db);
    site.receive("A1", 10, 30).await;
    site.give("A1", 1, 0).await;
    site.give("A2", 2, 0).await;
    assert!(site.take_back(1).await);
    assert_eq!(site.balances("A1").await, [0, 10, 0, 0]);
    assert!(!site.take_back(1).await, "it was taken back before");
    assert!(site.take_back(2).await);
    assert_eq!(site.balances("A2").await, [0, 0, 0, 0]);
    assert!(!site.take_back(3).await, "nobody was given it");
    assert_eq!(site.balances("A1").await, [0, 10, 0, 0]);
}

/// A vial opened at 230 minutes; a dose typed as of minute 10 says that it was opened then, until it is corrected.
#[store_test]
async fn a_time_typed_wrong_makes_no_stock_vial_older_once_it_is_corrected(db: TestDb) {
    let site = site(db);
    site.receive("A1", 10, 30).await;
    site.give("A1", 1, 230).await;
    let opened = async |minutes: i64| {
        let vial = site.shelf("A1").await.vials[0];
        assert_eq!(vial.opened_at, NOW.plus_seconds(minutes * 60));
    };
    site.give("A1", 2, 10).await;
    opened(10).await;
    assert!(site.take_back(2).await);
    opened(230).await;
    // Two of them, taken back in the order in which they were given.
    site.give("A1", 3, 100).await;
    site.give("A1", 4, 50).await;
    assert!(site.take_back(3).await);
    opened(50).await;
    assert!(site.take_back(4).await);
    opened(230).await;
    assert_eq!(site.balances("A1").await, [0, 9, 1, 0]);
}

#[store_test]
async fn the_check_finds_stock_that_is_not_the_sum_of_its_entries(db: TestDb) {
    let site = site(db);
    site.receive("A1", 20, 30).await;
    site.give("A1", 1, 0).await;
    assert_eq!(site.discrepancies().await, 0);
    site.execute("update stock_balance set n = n + 1 where account = 'on_hand'")
        .await;
    assert_eq!(site.discrepancies().await, 1);
    site.execute("update stock_vial set doses_left = doses_left - 1")
        .await;
    assert_eq!(site.discrepancies().await, 2);
}

#[store_test]
async fn doses_from_one_stock_at_once_are_each_taken(db: TestDb) {
    let site = site(db);
    site.receive("A1", 30, 30).await;
    let (a, b, c, d) = tokio::join!(
        site.give("A1", 1, 0),
        site.give("A1", 2, 0),
        site.give("A1", 3, 0),
        site.give("A1", 4, 0)
    );
    assert_eq!([a, b, c, d].concat(), []);
    assert_eq!(site.balances("A1").await, [20, 6, 4, 0]);
}

#[store_test]
async fn what_was_said_of_a_stock_entry_is_sealed_and_read_back(db: TestDb) {
    let site = site(db);
    site.receive("A1", 20, 30).await;
    let note = Reason::parse("dropped by the porter Ramesh").unwrap();
    let said = Entry {
        note: Some(note.clone()),
        ..entry("A1", Act::Waste(Waste::Broken), 10)
    };
    site.post(vec![said]).await.unwrap();
    let (sealer, key) = (site.sealer.clone(), key("A1"));
    let lines: Result<_, StoreError> = site
        .db
        .read("test::lines", move |tx| {
            Box::pin(async move { stock::lines(tx, &sealer, (CENTRE, &key), 10).await })
        })
        .await;
    let lines = lines.unwrap();
    assert_eq!(lines.len(), 2);
    assert_eq!((lines[0].seq, lines[0].note.as_ref()), (2, Some(&note)));
    assert_eq!(lines[1].movement, Act::Receive.of(doses(20)));
    assert_eq!(lines[1].note, None);
}

/// Something of a day at a centre.
#[derive(Debug, Clone, Copy)]
enum Step {
    Receive(i64),
    /// Which of the acts of the store room, and how many doses.
    Post(usize, i64),
    /// The dose of a number, so many minutes on; some of before the book began.
    Give(u8, i64),
    TakeBack(u8),
}

fn acts() -> Vec<Act> {
    Act::all()
        .filter(|act| {
            !matches!(
                act,
                Act::OpenVial | Act::Use | Act::UseUntracked | Act::WasteOpen(_)
            )
        })
        .collect()
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        1 => (1..30_i64).prop_map(Step::Receive),
        4 => (0..acts().len(), 1..16_i64).prop_map(|(act, n)| Step::Post(act, n)),
        4 => (0..12_u8, -60..300_i64).prop_map(|(number, minutes)| Step::Give(number, minutes)),
        3 => (0..12_u8).prop_map(Step::TakeBack),
    ];
    proptest::collection::vec(step, 1..40)
}

/// After each step the sums are the sums of the entries, what came in is what is there and what is gone, and as many doses
/// are used as were given and not taken back.
async fn play(engine: Engine, steps: &[Step]) {
    let site = site(TestDb::fresh(engine, MIGRATED).await);
    let acts = acts();
    // A dose that was taken back is over: whoever gives it once more gives another.
    let (mut known, mut given) = (BTreeSet::new(), BTreeSet::new());
    for step in steps {
        let before = site.balances("A1").await;
        match *step {
            Step::Receive(n) => {
                site.receive("A1", n, 30).await;
                assert_eq!(site.balances("A1").await[0], before[0] + n);
            }
            Step::Post(act, n) => {
                if site.post(vec![entry("A1", acts[act], n)]).await.is_err() {
                    assert_eq!(site.balances("A1").await, before, "refused, it moves nothing");
                }
            }
            Step::Give(number, minutes) => {
                site.give("A1", number, minutes).await;
                if known.insert(number) {
                    given.insert(number);
                }
            }
            Step::TakeBack(number) => {
                assert_eq!(site.take_back(number).await, given.remove(&number));
            }
        }
        let [on_hand, open, used, untracked] = site.balances("A1").await;
        assert!(on_hand >= 0 && open >= 0 && untracked <= 0, "{step:?}");
        assert_eq!(used, i64::try_from(given.len()).unwrap(), "{step:?} of {steps:?}");
    }
}

fn conserved(engine: Engine, smoke: u32) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut runner = TestRunner::new(ProptestConfig::with_cases(pramaan_testkit::cases(smoke)));
    let played = runner.run(&steps(), |steps| {
        runtime.block_on(play(engine, &steps));
        Ok(())
    });
    played.unwrap();
}

#[test]
fn stock_is_conserved_at_every_step_of_any_random_day() {
    conserved(Engine::Sqlite, 40);
}

#[test]
fn stock_is_conserved_at_every_step_of_any_random_day_on_postgresql() {
    conserved(Engine::Postgres, 4);
}
