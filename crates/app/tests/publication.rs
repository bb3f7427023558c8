//! Publication cannot be silenced or turned back by who writes the database, and a start cannot roll the log back.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::sync::{Arc, Mutex};

use pramaan_app::beneficiary::Registration;
use pramaan_app::public_log::{
    Answers, Consistency, Cosigned, Cosigners, Cosigning, Dispute, Published, Seeing, Seen, TooFewCosigned,
    WitnessHealth, Witnesses,
};
use pramaan_app::testing::{ORIGIN, Setup, TestApp};
use pramaan_app::{Citizen, Comorbidity, Fork, Refusal, StoreError};
use pramaan_domain::birth::BirthYear;
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::gender::Gender;
use pramaan_domain::name::PersonName;
use pramaan_store::Engine;
use pramaan_store::testing::{MIGRATED, TestDb, store_test};
use pramaan_tlog::{Checkpoint, leaf_hash};

const MOBILE: &str = "9876543210";
const DAY: i64 = 86_400;

async fn registered(test: &TestApp) -> Citizen {
    let citizen = test.citizen(MOBILE).await;
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
    citizen
}

/// An entry.
async fn look(test: &TestApp, citizen: &Citizen) -> Result<(), Refusal> {
    test.app.beneficiaries(citizen, "test").await.map(drop)
}

async fn run(test: &TestApp, sql: &'static str) {
    let ran = test.db.write("test::run", move |tx| {
        Box::pin(async move { tx.execute(sql, &[]).await })
    });
    let ran: Result<u64, StoreError> = ran.await;
    assert!(ran.unwrap() > 0, "{sql}");
}

async fn publish(test: &TestApp) {
    let published = test.app.publish_log().await.unwrap();
    assert!(matches!(published, Published::Now(_)), "{published:?}");
}

/// Somebody who looked twice, each look published.
async fn twice_published(db: TestDb) -> (TestApp, Citizen) {
    let test = TestApp::start(db).await;
    let citizen = registered(&test).await;
    for _ in 0..2 {
        look(&test, &citizen).await.unwrap();
        publish(&test).await;
    }
    (test, citizen)
}

async fn stopped_by(test: &TestApp, citizen: &Citizen, fork: Fork) {
    assert_eq!(test.app.publish_log().await, Err(fork.clone().into()));
    assert_eq!(test.app.ready().await, Err(fork.clone().into()));
    let refused = look(test, citizen).await;
    assert!(
        matches!(&refused, Err(Refusal::Unavailable(StoreError::Fork(found))) if *found == fork),
        "{refused:?}"
    );
}

#[store_test]
async fn a_false_size_ends_publication_in_nobodys_silence(db: TestDb) {
    let (test, citizen) = twice_published(db).await;
    run(&test, "update access_publication set size = 1000000 where n = 2").await;
    look(&test, &citizen).await.unwrap();
    stopped_by(&test, &citizen, Fork::Publication { number: 2 }).await;
    let file = pramaan_app::public_log::LogFile::parse("tile/entries/000.p/3").unwrap();
    assert!(
        test.app.log_file(file).await.is_err(),
        "nothing beyond what was promised"
    );
}

#[store_test]
async fn a_number_is_never_given_to_another_head(db: TestDb) {
    let (test, citizen) = twice_published(db).await;
    run(&test, "delete from access_publication where n = 2").await;
    look(&test, &citizen).await.unwrap();
    stopped_by(&test, &citizen, Fork::Publication { number: 2 }).await;
    assert_eq!(test.app.publication(2).await, Ok(None));
}

#[store_test]
async fn an_earlier_publication_that_was_altered_is_not_served(db: TestDb) {
    let (test, _) = twice_published(db).await;
    run(
        &test,
        "update access_publication set note = (select note from access_publication where n = 2) where n = 1",
    )
    .await;
    let altered = Err(StoreError::from(Fork::Publication { number: 1 }));
    assert_eq!(test.app.publication(1).await, altered);
    assert!(test.app.publication(2).await.unwrap().is_some());
}

#[store_test]
async fn what_waits_to_be_published_is_counted(db: TestDb) {
    let (test, citizen) = twice_published(db).await;
    assert_eq!(test.app.unpublished().entries, 0);
    look(&test, &citizen).await.unwrap();
    test.clock.advance_seconds(17);
    let waits = test.app.unpublished();
    assert_eq!((waits.entries, waits.seconds), (1, 17));
}

#[store_test]
async fn two_nodes_publish_once_a_second_together(db: TestDb) {
    let test = TestApp::start(db).await;
    let citizen = registered(&test).await;
    look(&test, &citizen).await.unwrap();
    publish(&test).await;
    let other = test.second_node();
    other.beneficiaries(&citizen, "test").await.unwrap();
    assert_eq!(other.publish_log().await.unwrap(), Published::Nothing);
    test.clock.advance_seconds(1);
    assert!(matches!(other.publish_log().await.unwrap(), Published::Now(_)));
}

#[store_test]
async fn a_rooted_day_does_not_become_an_open_one(db: TestDb) {
    let (test, _) = twice_published(db).await;
    test.clock.advance_seconds(2 * DAY);
    assert_eq!(test.app.root_days().await, Ok(2));
    assert_eq!(test.app.root_days().await, Ok(0));
    run(
        &test,
        "delete from access_day where day = (select max(day) from access_day)",
    )
    .await;
    let deleted = Err(StoreError::corrupt("access_day", "idx"));
    assert_eq!(test.app.root_days().await, deleted);
}

/// What a witness does and has seen.
#[derive(Default)]
struct State {
    signs: bool,
    answers: bool,
    /// The number in its name, `None` for the first.
    number: Option<u8>,
    /// The number that must be on a note, `None` when any may.
    wanted: Option<u8>,
    seen: Vec<Seen>,
    disputes: Vec<Dispute>,
    /// How often they were asked what they have seen.
    asked: u32,
}

#[derive(Default)]
struct Witness(Mutex<State>);

impl Witness {
    fn now(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.0.lock().unwrap());
    }
}

fn asleep() -> TooFewCosigned {
    TooFewCosigned {
        reason: "asleep".to_owned(),
    }
}

impl Cosigners for Witness {
    fn names(&self) -> &[String] {
        &[]
    }

    fn are_there(&self) -> bool {
        true
    }

    fn cosign<'a>(&'a self, _: &'a str, _: &'a dyn Consistency) -> Cosigning<'a> {
        Box::pin(async {
            let state = self.0.lock().unwrap();
            match state.signs {
                true => Ok(Cosigned {
                    lines: vec![format!(
                        "\u{2014} witness.example/w{} AAAAAAECAwQ=",
                        state.number.unwrap_or(1)
                    )],
                }),
                false => Err(asleep()),
            }
        })
    }

    fn seen(&self) -> Seeing<'_> {
        Box::pin(async {
            let mut state = self.0.lock().unwrap();
            state.asked += 1;
            Answers {
                seen: state.seen.clone(),
                silent: Vec::new(),
                enough: if state.answers { Ok(()) } else { Err(asleep()) },
            }
        })
    }

    fn are_enough_on(&self, note: &str) -> bool {
        let wanted = self.0.lock().unwrap().wanted;
        wanted.is_none_or(|number| note.contains(&format!("witness.example/w{number} ")))
    }

    fn disputes(&self) -> Vec<Dispute> {
        std::mem::take(&mut self.0.lock().unwrap().disputes)
    }
}

fn another_head(size: u64) -> Seen {
    Seen {
        witness: "witness.example/w1".to_owned(),
        checkpoint: Checkpoint::new(ORIGIN, size, leaf_hash(b"another")).unwrap(),
    }
}

/// A node whose witnesses sleep at its start, over a log with an entry.
async fn begun(db: TestDb, witness: &Arc<Witness>) -> (TestApp, Citizen) {
    let witnesses = Witnesses {
        cosigners: Arc::clone(witness) as Arc<dyn Cosigners>,
        ..Witnesses::default()
    };
    let setup = Setup {
        witnesses,
        ..Setup::default()
    };
    let test = TestApp::start_with(db, setup).await;
    let citizen = registered(&test).await;
    look(&test, &citizen).await.unwrap();
    (test, citizen)
}

#[store_test]
async fn nothing_is_signed_or_opened_before_the_witnesses_have_answered(db: TestDb) {
    let witness = Arc::default();
    let (test, citizen) = begun(db, &witness).await;
    test.app.begin_with_witnesses().await.unwrap();
    let held = |refused: Result<(), Refusal>| {
        let is_held = matches!(refused, Err(Refusal::Unavailable(StoreError::Unanswered)));
        assert!(is_held, "{refused:?}");
    };
    held(look(&test, &citizen).await);
    assert_eq!(test.app.ready().await, Err(StoreError::Unanswered));
    assert_eq!(test.app.witness_health(), WitnessHealth::Awaited);
    assert_eq!(test.app.publish_log().await, Err(StoreError::Unanswered));
    test.clock.advance_seconds(2 * DAY);
    assert_eq!(
        test.app.root_days().await,
        Err(StoreError::Unanswered),
        "no root is signed"
    );

    // They answer, and have signed nothing since: still nothing is opened.
    witness.now(|state| state.answers = true);
    assert_eq!(test.app.publish_log().await, Err(StoreError::Unanswered));
    held(look(&test, &citizen).await);
    witness.now(|state| state.signs = true);
    publish(&test).await;
    look(&test, &citizen).await.unwrap();
    assert_eq!(test.app.root_days().await, Ok(2));
}

#[store_test]
async fn a_log_that_a_witness_has_seen_more_of_is_stopped_at_the_start(db: TestDb) {
    let witness = Arc::default();
    let (test, citizen) = begun(db, &witness).await;
    witness.now(|state| state.seen = vec![another_head(99)]);
    let ahead = Fork::WitnessAhead {
        witness: "witness.example/w1".to_owned(),
        seen: 99,
        found: 1,
    };
    assert_eq!(test.app.begin_with_witnesses().await, Err(ahead.clone().into()));
    stopped_by(&test, &citizen, ahead).await;
}

#[store_test]
async fn a_witness_stops_the_log_by_what_it_shows_and_not_by_what_it_says(db: TestDb) {
    let witness = Arc::default();
    let (test, citizen) = begun(db, &witness).await;
    witness.now(|state| state.signs = true);
    publish(&test).await;
    let says = |ahead| Dispute {
        witness: "witness.example/w1".to_owned(),
        ahead,
        reason: "another log".to_owned(),
    };
    look(&test, &citizen).await.unwrap();
    witness.now(|state| state.disputes = vec![says(Some(2)), says(None)]);
    publish(&test).await;
    look(&test, &citizen).await.unwrap();

    // A minute later: until then who disagrees all the time is not asked again.
    test.clock.advance_seconds(60);
    witness.now(|state| {
        state.disputes = vec![says(None)];
        state.seen = vec![another_head(2)];
    });
    let differs = Fork::WitnessDiffers {
        witness: "witness.example/w1".to_owned(),
        seen: 2,
    };
    stopped_by(&test, &citizen, differs).await;
}

#[store_test]
async fn who_disagrees_all_the_time_is_asked_once_a_minute(db: TestDb) {
    let witness = Arc::default();
    let (test, citizen) = begun(db, &witness).await;
    witness.now(|state| state.signs = true);
    publish(&test).await;
    // Whoever is asked may let the others wait for five seconds; what is said differs each time.
    let disagree = async |names: &[&str], say: &str| {
        look(&test, &citizen).await.unwrap();
        let dispute = |name: &&str| Dispute {
            witness: (*name).to_owned(),
            ahead: None,
            reason: say.to_owned(),
        };
        witness.now(|state| state.disputes = names.iter().map(dispute).collect());
        publish(&test).await;
        witness.0.lock().unwrap().asked
    };
    let (one, two) = ("witness.example/w1", "witness.example/w2");
    assert_eq!(disagree(&[one], "a").await, 1);
    test.clock.advance_seconds(30);
    assert_eq!(disagree(&[one], "b").await, 1);
    assert_eq!(disagree(&[], "").await, 1);
    assert_eq!(disagree(&[one], "c").await, 1, "not by being quiet for once");
    assert_eq!(disagree(&[two], "a").await, 2, "somebody else may be right");
    test.clock.advance_seconds(29);
    assert_eq!(disagree(&[one, two], "d").await, 2);
    test.clock.advance_seconds(1);
    assert_eq!(disagree(&[two], "d").await, 3);
}

/// An audit looks at the newest publication: witnesses that come to a quiet log are not to wait for its next entry.
#[store_test]
async fn a_head_without_the_witnesses_that_are_asked_now_is_published_once_more(db: TestDb) {
    let witness = Arc::default();
    let (test, citizen) = begun(db, &witness).await;
    witness.now(|state| state.signs = true);
    publish(&test).await;
    assert_eq!(test.app.publish_log().await, Ok(Published::Nothing));

    witness.now(|state| (state.signs, state.number, state.wanted) = (false, Some(2), Some(2)));
    let silent = test.app.publish_log().await;
    assert!(matches!(silent, Err(StoreError::Uncosigned { .. })), "{silent:?}");
    witness.now(|state| state.signs = true);
    publish(&test).await;
    let [before, anew] = [1, 2].map(|number| test.app.publication(number));
    let (before, anew) = (before.await.unwrap().unwrap(), anew.await.unwrap().unwrap());
    assert_eq!(anew.size, before.size);
    assert_eq!(anew.note, before.note.replace("/w1 ", "/w2 "), "the same head");

    // Two nodes that ask different witnesses do not go on for ever.
    witness.now(|state| state.wanted = Some(3));
    test.clock.advance_seconds(61);
    assert_eq!(test.app.publish_log().await, Ok(Published::Nothing));
    look(&test, &citizen).await.unwrap();
    publish(&test).await;
}

#[tokio::test]
async fn a_restart_earns_no_time_without_witnesses() {
    let witness = Arc::default();
    let (test, _) = begun(TestDb::fresh(Engine::Sqlite, MIGRATED).await, &witness).await;
    witness.now(|state| (state.signs, state.answers) = (true, true));
    publish(&test).await;
    witness.now(|state| state.signs = false);
    test.clock.advance_seconds(4 * 3_600);
    test.app.begin_with_witnesses().await.unwrap();
    let _waits = test.app.publish_log().await;
    test.clock.advance_seconds(1);
    assert_eq!(
        test.app.witness_health(),
        WitnessHealth::Stopped { seconds: 14_401 }
    );
    // Who writes the database gives it none either.
    run(&test, "update access_publication set at = at + 14400000000").await;
    assert!(test.app.publish_log().await.is_err());
    assert!(test.app.ready().await.is_err());
}
