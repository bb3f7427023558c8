//! The published log: heads in order, nothing beyond them, with the witnesses or not at all.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::sync::{Arc, Mutex};

use pramaan_app::beneficiary::Registration;
use pramaan_app::public_log::{
    Consistency, Cosigned, Cosigners, Cosigning, LogFile, Published, TooFewCosigned, WitnessHealth, Witnesses,
};
use pramaan_app::testing::{ORIGIN, Setup, TestApp};
use pramaan_app::{Citizen, Comorbidity, Refusal, StoreError};
use pramaan_domain::birth::BirthYear;
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::gender::Gender;
use pramaan_domain::name::PersonName;
use pramaan_store::Engine;
use pramaan_store::testing::{MIGRATED, TestDb, store_test};
use pramaan_tlog::leaf::Leaf;
use pramaan_tlog::{
    Checkpoint, CompactRange, Hash, Tile, Verifier, decode_entries, leaf_hash, verify_consistency,
};

const MOBILE: &str = "9876543210";
const DAY: i64 = 86_400;

/// Somebody registers and looks at their record: an entry.
async fn look(test: &TestApp) -> Citizen {
    let citizen = test.citizen(MOBILE).await;
    if test.app.household_size(&citizen).await.unwrap() == 0 {
        let registration = Registration {
            name: PersonName::parse("Asha Devi").unwrap(),
            birth_year: BirthYear::parse("1980", test.app.today()).unwrap(),
            birth_date: None,
            gender: Gender::Female,
            document_type: DocumentType::from_id(8).unwrap(),
            document_number: DocumentNumber::parse("Z1234567").unwrap(),
            comorbidity: Comorbidity::None,
            consent_version: "1".to_owned(),
        };
        test.app.register(&citizen, registration).await.unwrap();
    }
    assert_eq!(test.app.beneficiaries(&citizen, "test").await.unwrap().len(), 1);
    citizen
}

fn verifier(app: &TestApp) -> Verifier {
    Verifier::parse(&app.app.log_key().unwrap()).unwrap()
}

async fn published(app: &TestApp) -> Checkpoint {
    let newest = app.app.newest_publication().await.unwrap().unwrap();
    let checkpoint = Checkpoint::open(newest.note.as_bytes(), &verifier(app)).unwrap();
    assert_eq!(checkpoint.size(), newest.size);
    checkpoint
}

async fn file(app: &TestApp, path: &str) -> Option<Vec<u8>> {
    app.app.log_file(LogFile::parse(path).unwrap()).await.unwrap()
}

/// Every entry of a log of less than 256.
async fn entries(app: &TestApp, size: u64) -> Vec<Vec<u8>> {
    let tile = Tile::of_size(0, 0, size).unwrap();
    let bundle = file(app, &tile.path().replace("tile/0", "tile/entries"))
        .await
        .unwrap();
    let entries = decode_entries(&bundle).unwrap();
    entries.into_iter().map(<[u8]>::to_vec).collect()
}

#[store_test]
async fn what_is_published_gives_the_signed_root_and_nothing_later_is_served(db: TestDb) {
    let test = TestApp::start(db).await;
    assert_eq!(test.app.newest_publication().await.unwrap(), None);
    look(&test).await;
    assert!(matches!(test.app.publish_log().await.unwrap(), Published::Now(_)));
    let first = published(&test).await;
    assert_eq!(first.origin(), ORIGIN);
    let mut tree = CompactRange::new();
    for entry in entries(&test, first.size()).await {
        Leaf::from_bytes(&entry).unwrap();
        tree.append(leaf_hash(&entry));
    }
    assert_eq!(tree.root(), *first.root());

    look(&test).await;
    let beyond = format!("tile/0/000.p/{}", first.size() + 1);
    assert_eq!(
        file(&test, &beyond).await,
        None,
        "committed, and not published yet"
    );
    assert_eq!(file(&test, &beyond.replace("/0/", "/entries/")).await, None);
    assert!(matches!(test.app.publish_log().await.unwrap(), Published::Now(_)));
    assert!(file(&test, &beyond).await.is_some());
    assert!(published(&test).await.size() > first.size());
    assert_eq!(test.app.publish_log().await.unwrap(), Published::Nothing);
    let again = test.app.publication(1).await.unwrap().unwrap();
    assert_eq!(again.size, first.size(), "what was published stays");
    assert_eq!(test.app.publication(3).await.unwrap(), None);
}

#[store_test]
async fn the_policy_of_every_entry_is_published_under_its_hash(db: TestDb) {
    let test = TestApp::start(db).await;
    look(&test).await;
    test.app.publish_log().await.unwrap();
    let size = published(&test).await.size();
    for entry in entries(&test, size).await {
        let Leaf::Access(access) = Leaf::from_bytes(&entry).unwrap() else {
            panic!("an access")
        };
        let hash = *access.circumstances.policy.as_bytes();
        let policy = test.app.log_policy(hash).await.unwrap();
        assert_eq!(policy, Some(pramaan_policy::matrix()));
    }
    assert_eq!(test.app.log_policy([0; 32]).await.unwrap(), None);
}

#[store_test]
async fn days_that_ended_are_rooted_by_the_job(db: TestDb) {
    let test = TestApp::start(db).await;
    look(&test).await;
    assert_eq!(test.app.root_days().await.unwrap(), 0);
    test.clock.advance_seconds(2 * DAY);
    assert_eq!(test.app.root_days().await.unwrap(), 2);
    assert_eq!(test.app.root_days().await.unwrap(), 0);
    test.app.publish_log().await.unwrap();
    let size = published(&test).await.size();
    let entries = entries(&test, size).await;
    let Leaf::DayRoot(last) = Leaf::from_bytes(entries.last().unwrap()).unwrap() else {
        panic!("the last is a root")
    };
    assert_eq!(last.count, 0, "nobody looked on the second day");
    test.clock.advance_seconds(100 * DAY);
    assert_eq!(
        test.app.root_days().await.unwrap(),
        100,
        "one run makes up for a long absence"
    );
}

/// A witness that does as it is told, and checks each proof.
struct Witness {
    seen: Mutex<(u64, Option<Hash>)>,
    refuses: Mutex<bool>,
}

impl Witness {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            seen: Mutex::new((0, None)),
            refuses: Mutex::new(false),
        })
    }

    fn refuse(&self, refuses: bool) {
        *self.refuses.lock().unwrap() = refuses;
    }
}

impl Cosigners for Witness {
    fn names(&self) -> &[String] {
        &[]
    }

    fn are_there(&self) -> bool {
        true
    }

    fn cosign<'a>(&'a self, note: &'a str, consistency: &'a dyn Consistency) -> Cosigning<'a> {
        Box::pin(async move {
            if *self.refuses.lock().unwrap() {
                let reason = "the only one is asleep".to_owned();
                return Err(TooFewCosigned { reason });
            }
            let body = note.split_inclusive('\n').take(3).collect::<String>();
            let head = Checkpoint::parse_body(&body).unwrap();
            let (old, root) = *self.seen.lock().unwrap();
            let path = consistency.from(old).await.unwrap();
            let root = root.unwrap_or_else(pramaan_tlog::empty_root);
            verify_consistency(old, head.size(), &path, &root, head.root()).unwrap();
            *self.seen.lock().unwrap() = (head.size(), Some(*head.root()));
            let line = "\u{2014} witness.example/w1 AAAAAAECAwQ=".to_owned();
            Ok(Cosigned { lines: vec![line] })
        })
    }
}

async fn with(witness: &Arc<Witness>, db: TestDb) -> TestApp {
    let witnesses = Witnesses {
        cosigners: Arc::clone(witness) as Arc<dyn Cosigners>,
        ..Witnesses::default()
    };
    let setup = Setup {
        witnesses,
        ..Setup::default()
    };
    TestApp::start_with(db, setup).await
}

#[store_test]
async fn a_head_is_published_with_its_cosignatures_or_not_at_all(db: TestDb) {
    let witness = Witness::new();
    let test = with(&witness, db).await;
    for _ in 0..3 {
        look(&test).await;
        assert!(matches!(test.app.publish_log().await.unwrap(), Published::Now(_)));
    }
    let newest = test.app.newest_publication().await.unwrap().unwrap();
    assert_eq!(newest.number, 3);
    assert!(newest.note.ends_with("witness.example/w1 AAAAAAECAwQ=\n"));
    published(&test).await;

    witness.refuse(true);
    look(&test).await;
    let refused = test.app.publish_log().await;
    assert_eq!(refused, Err(StoreError::Uncosigned { seconds: 0 }));
    let kept = test.app.newest_publication().await.unwrap().unwrap();
    assert_eq!(kept, newest);
    witness.refuse(false);
    assert!(matches!(test.app.publish_log().await.unwrap(), Published::Now(_)));
}

#[tokio::test]
async fn witnesses_that_are_silent_for_too_long_stop_openings_and_nothing_else() {
    let witness = Witness::new();
    let test = with(&witness, TestDb::fresh(Engine::Sqlite, MIGRATED).await).await;
    let citizen = look(&test).await;
    test.app.publish_log().await.unwrap();
    witness.refuse(true);
    test.clock.advance_seconds(301);
    assert!(test.app.publish_log().await.is_err());
    assert_eq!(test.app.witness_health(), WitnessHealth::Stale { seconds: 301 });
    let household = |citizen| test.app.beneficiaries(citizen, "test");
    household(&citizen).await.unwrap();
    test.app.ready().await.unwrap();

    test.clock.advance_seconds(4 * 3_600 - 300);
    let stopped = household(&citizen).await;
    assert!(
        matches!(
            stopped,
            Err(Refusal::Unavailable(StoreError::Unwitnessed { seconds: 14_401 }))
        ),
        "{stopped:?}"
    );
    assert!(test.app.ready().await.is_err());

    witness.refuse(false);
    test.app.publish_log().await.unwrap();
    household(&citizen).await.unwrap();
}

#[tokio::test]
async fn a_quiet_night_is_witnessed_too() {
    let witness = Witness::new();
    let test = with(&witness, TestDb::fresh(Engine::Sqlite, MIGRATED).await).await;
    look(&test).await;
    test.app.publish_log().await.unwrap();
    for _ in 0..10 {
        test.clock.advance_seconds(60);
        assert_eq!(test.app.publish_log().await.unwrap(), Published::Nothing);
        assert_eq!(test.app.witness_health(), WitnessHealth::Fresh { seconds: 0 });
    }
    witness.refuse(true);
    test.clock.advance_seconds(59);
    assert_eq!(
        test.app.publish_log().await.unwrap(),
        Published::Nothing,
        "not asked"
    );
    test.clock.advance_seconds(1);
    assert!(test.app.publish_log().await.is_err());
}

async fn alters(test: &TestApp, statements: &'static [&'static str]) {
    let altered = test.db.write("test::alters", move |tx| {
        Box::pin(async move {
            for sql in statements {
                tx.execute(sql, &[]).await?;
            }
            Ok::<_, StoreError>(())
        })
    });
    altered.await.unwrap();
}

/// A head is a promise of entries: it is not made when they are not there.
#[store_test]
async fn nothing_is_published_over_damaged_entries(db: TestDb) {
    let test = TestApp::start(db).await;
    look(&test).await;
    test.app.publish_log().await.unwrap();
    let size = published(&test).await.size();
    look(&test).await;
    alters(
        &test,
        &[
            "create table kept as select * from access_leaf",
            "update access_leaf set leaf = substr(leaf, 1, 40) where idx = 0",
        ],
    )
    .await;
    for _ in 0..2 {
        let refused = test.app.publish_log().await;
        assert!(
            matches!(refused, Err(StoreError::LogDamaged { .. })),
            "{refused:?}"
        );
    }
    assert_eq!(published(&test).await.size(), size);
    let entries = LogFile::parse(&format!("tile/entries/000.p/{size}")).unwrap();
    let refused = test.app.log_file(entries).await;
    assert!(
        matches!(refused, Err(StoreError::LogDamaged { .. })),
        "{refused:?}"
    );
    alters(
        &test,
        &[
            "delete from access_leaf",
            "insert into access_leaf select * from kept",
        ],
    )
    .await;
    assert!(matches!(test.app.publish_log().await.unwrap(), Published::Now(_)));
    assert!(published(&test).await.size() > size);
}
