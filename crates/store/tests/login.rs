//! What logging in keeps: budgets, known devices, messages under way.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::sync::Arc;

use pramaan_domain::id::{LoginId, MessageId};
use pramaan_domain::mobile::Mobile;
use pramaan_domain::time::Timestamp;
use pramaan_keys::{Entropy, MemoryKeyStore};
use pramaan_store::budget::{self, Charge};
use pramaan_store::known_device::{self, Acquaintance, Confirmed, DeviceOfNumber};
use pramaan_store::otp::OtpScope;
use pramaan_store::outbox::{self, Outgoing, Wanted};
use pramaan_store::testing::{TestDb, store_test};
use pramaan_store::{Sealer, StoreError};
use pramaan_testkit::SeededEntropy;

fn sealer() -> Sealer {
    let entropy: Arc<dyn Entropy> = Arc::new(SeededEntropy::new(1));
    Sealer::new(Arc::new(MemoryKeyStore::new(&*entropy)), entropy)
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(1_795_321_800 + seconds)
}

fn mobile() -> Mobile {
    Mobile::parse("9876543210").unwrap()
}

async fn spend(db: &TestDb, seconds: i64) -> (i64, i64) {
    let spent: Result<_, StoreError> = db
        .write("test::spend", move |tx| {
            Box::pin(async move {
                let charge = |kind, window_seconds| Charge {
                    kind,
                    subject: vec![1],
                    window_seconds,
                };
                budget::spend(tx, &[charge("short", 10), charge("long", 100)], at(seconds)).await
            })
        })
        .await;
    let spent = spent.unwrap();
    (spent["short"], spent["long"])
}

#[store_test]
async fn each_window_ends_in_its_own_time(db: TestDb) {
    assert_eq!(spend(&db, 0).await, (1, 1));
    assert_eq!(spend(&db, 9).await, (2, 2));
    assert_eq!(
        spend(&db, 10).await,
        (1, 3),
        "the first window began at its first charge"
    );
    assert_eq!(spend(&db, 100).await, (1, 1));
}

#[store_test]
async fn a_clock_that_ran_ahead_locks_nobody_out(db: TestDb) {
    assert_eq!(spend(&db, 1_000_000).await, (1, 1));
    assert_eq!(spend(&db, 0).await, (1, 1));
    assert_eq!(spend(&db, 1).await, (2, 2));
}

const PAGES: OtpScope = OtpScope {
    face: "pages",
    partner: 0,
};

#[store_test]
async fn a_device_keeps_its_first_name_and_is_known_for_one_number(db: TestDb) {
    let sealer = sealer();
    let device = DeviceOfNumber::new(&sealer, &mobile(), b"phone");
    let other_number = DeviceOfNumber::new(&sealer, &Mobile::parse("9876543211").unwrap(), b"phone");
    let other_device = DeviceOfNumber::new(&sealer, &mobile(), b"laptop");
    let names = [LoginId::from_random([1; 16]), LoginId::from_random([2; 16])];
    let seen: Result<_, StoreError> = db
        .write("test::devices", move |tx| {
            Box::pin(async move {
                let before = known_device::look(tx, &device, None).await?;
                let first =
                    known_device::remember(tx, &sealer, &device, (names[0], Confirmed::Yes, PAGES), at(0))
                        .await?;
                let again =
                    known_device::remember(tx, &sealer, &device, (names[1], Confirmed::NotYet, PAGES), at(1))
                        .await?;
                let after = known_device::look(tx, &device, Some(names[1])).await?;
                let shown = known_device::look(tx, &other_device, Some(names[0])).await?;
                let elsewhere = known_device::look(tx, &other_number, Some(names[0])).await?;
                Ok((before, (first, again), (after, shown), elsewhere))
            })
        })
        .await;
    use Acquaintance::{SameDevice, SameLogin, Stranger};
    assert_eq!(
        seen.unwrap(),
        (Stranger, (names[0], names[0]), (SameDevice, SameLogin), Stranger)
    );
}

#[store_test]
async fn only_a_confirmed_device_confirms_another(db: TestDb) {
    let sealer = sealer();
    let [own, other, stranger] = [(b"phone", 0), (b"lapto", 0), (b"thief", 1)].map(|(device, last)| {
        let mobile = Mobile::parse(&format!("987654321{last}")).unwrap();
        DeviceOfNumber::new(&sealer, &mobile, device)
    });
    let names = [1, 2, 3].map(|n| LoginId::from_random([n; 16]));
    let done: Result<_, StoreError> = db
        .write("test::confirm", move |tx| {
            Box::pin(async move {
                known_device::remember(tx, &sealer, &own, (names[0], Confirmed::Yes, PAGES), at(0)).await?;
                known_device::remember(tx, &sealer, &other, (names[1], Confirmed::NotYet, PAGES), at(0))
                    .await?;
                known_device::remember(tx, &sealer, &stranger, (names[2], Confirmed::Yes, PAGES), at(0))
                    .await?;
                let number = own.mobile_ix();
                let itself = known_device::confirm(tx, &sealer, number, (names[1], names[1]), at(1)).await?;
                let foreign = known_device::confirm(tx, &sealer, number, (names[2], names[0]), at(1)).await?;
                let by_foreign =
                    known_device::confirm(tx, &sealer, number, (names[1], names[2]), at(1)).await?;
                let before = known_device::confirmed(tx, &sealer, number).await?.len();
                let by_own = known_device::confirm(tx, &sealer, number, (names[1], names[0]), at(1)).await?;
                let again = known_device::confirm(tx, &sealer, number, (names[1], names[0]), at(2)).await?;
                let after = known_device::confirmed(tx, &sealer, number).await?.len();
                // By whoever can write the database: a flag, and another device's confirmation.
                let copied = "update known_device set confirmed_mac = (
                    select k.confirmed_mac from known_device k where k.name = $1)";
                tx.execute(copied, &[names[0].into()]).await?;
                let own = known_device::confirmed(tx, &sealer, number).await?;
                assert_eq!(own.into_iter().collect::<Vec<_>>(), [names[0].to_string()]);
                let flagged = "update known_device set confirmed_mac = null";
                tx.execute(flagged, &[]).await?;
                assert!(known_device::confirmed(tx, &sealer, number).await?.is_empty());
                Ok(((itself, foreign, by_foreign, before), (by_own, again, after)))
            })
        })
        .await;
    assert_eq!(done.unwrap(), ((false, false, false, 1), (true, true, 2)));
}

async fn queue(db: &TestDb, sealer: &Sealer) -> MessageId {
    let sealer = sealer.clone();
    let queued: Result<_, StoreError> = db
        .write("test::queue", move |tx| {
            Box::pin(async move {
                let message = Outgoing {
                    to: mobile(),
                    body: b"hello".to_vec(),
                    expires_at: at(180),
                };
                outbox::queue(tx, &sealer, &message, at(0)).await
            })
        })
        .await;
    queued.unwrap()
}

async fn claim(db: &TestDb, sealer: &Sealer, most: u32, seconds: i64) -> Vec<MessageId> {
    let sealer = sealer.clone();
    let claimed: Result<_, StoreError> = db
        .write("test::claim", move |tx| {
            Box::pin(async move { outbox::claim(tx, &sealer, Wanted::Due { most }, 60, at(seconds)).await })
        })
        .await;
    let claimed = claimed.unwrap();
    assert!(
        claimed
            .iter()
            .all(|message| message.to == mobile() && message.body == b"hello")
    );
    claimed.into_iter().map(|message| message.id).collect()
}

#[store_test]
async fn a_message_has_one_worker_at_a_time(db: TestDb) {
    let sealer = sealer();
    let mut queued = Vec::new();
    for _ in 0..10 {
        queued.push(queue(&db, &sealer).await);
    }
    let (left, right) = tokio::join!(claim(&db, &sealer, 10, 1), claim(&db, &sealer, 10, 1));
    let mut both: Vec<_> = left.into_iter().chain(right).collect();
    both.sort_unstable();
    queued.sort_unstable();
    assert_eq!(both, queued, "each exactly once");
    assert!(claim(&db, &sealer, 10, 60).await.is_empty());
    assert_eq!(
        claim(&db, &sealer, 3, 61).await.len(),
        3,
        "a worker that died gives its lease back"
    );
}
