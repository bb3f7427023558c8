//! Until the code was right, a number that is known and one that is not cost the same list of work; so do a document
//! that somebody registered before and one that nobody did.

use pramaan_app::beneficiary::REGISTRATIONS_A_DAY;
use pramaan_app::card::CardConfirmation;
use pramaan_app::message::Language;
use pramaan_app::otp::OtpDigest;
use pramaan_app::testing::{Setup, TestApp};
use pramaan_app::{Face, Refusal};
use pramaan_domain::mobile::Mobile;
use pramaan_domain::reference_id::ReferenceId;
use pramaan_store::db::Transcript;
use pramaan_store::testing::{TestDb, store_test};

use crate::support::{MOBILE, ask, count, guess, home, other, register, try_to_register};

const DOORS: [Face; 4] = [Face::Portal, Face::Public, Face::Partner(1), Face::Status];
const UNKNOWN: &str = "9876500000";
/// Registered by the household of `MOBILE`.
const KNOWN_DOCUMENT: &str = "Z1234567";
const UNKNOWN_DOCUMENT: &str = "Z7654321";

async fn start(db: TestDb) -> (TestApp, Transcript) {
    let transcript = Transcript::default();
    let setup = Setup {
        transcript: Some(transcript.clone()),
        ..Setup::default()
    };
    let app = TestApp::start_with(db, setup).await;
    let known = app.citizen(MOBILE).await;
    register(&app, &known, KNOWN_DOCUMENT).await;
    transcript.take();
    (app, transcript)
}

#[store_test]
async fn asking_for_a_code_is_the_same_work_for_every_number(db: TestDb) {
    let (app, transcript) = start(db).await;
    for face in DOORS {
        ask(&app, MOBILE, face).await;
        let known = transcript.take();
        ask(&app, UNKNOWN, face).await;
        assert_eq!(known, transcript.take(), "{face:?}");
        assert!(
            known.iter().any(|line| line.contains("store::outbox::queue")),
            "the transcript is not empty"
        );
        assert!(known.iter().any(|line| line.starts_with("seal OneTimePassword")));
        assert!(
            !known.iter().any(|line| line.contains("mobile_index")),
            "nobody looks the number up: {known:?}"
        );
    }
}

#[store_test]
async fn a_wrong_code_is_the_same_work_for_every_number(db: TestDb) {
    let (app, transcript) = start(db).await;
    for face in DOORS {
        let mut lists = Vec::new();
        for mobile in [MOBILE, UNKNOWN] {
            let txn = ask(&app, mobile, face).await;
            let wrong = other(&app.code(mobile));
            transcript.take();
            assert!(guess(&app, txn, &wrong, face).await.is_err());
            lists.push(transcript.take());
        }
        assert_eq!(lists[0], lists[1], "{face:?}");
        let statements: Vec<_> = lists[0]
            .iter()
            .filter_map(|line| line.strip_prefix("-- ")?.split_whitespace().next())
            .collect();
        assert_eq!(
            statements,
            [
                "store::otp::guess",
                "store::known_device::look",
                "store::budget::step",
                "store::budget::step"
            ],
            "counted and nothing looked up: {:?}",
            lists[0]
        );
    }
}

#[store_test]
async fn the_right_code_is_the_same_work_until_the_household_is_looked_for(db: TestDb) {
    let (app, transcript) = start(db).await;
    for face in DOORS {
        let mut lists = Vec::new();
        for mobile in [MOBILE, UNKNOWN] {
            let txn = ask(&app, mobile, face).await;
            let code = app.code(mobile);
            transcript.take();
            let _ = guess(&app, txn, &code, face).await;
            let list = transcript.take();
            let end = list
                .iter()
                .position(|line| line.contains("store::mobile_index"))
                .unwrap();
            lists.push(list[..end].to_vec());
        }
        assert_eq!(lists[0], lists[1], "{face:?}");
        assert!(lists[0].iter().any(|line| line.contains("store::otp::use_up")));
    }
}

/// On a borrowed telephone, once its code was right: a card with another code, a person without a card, a reference id that was
/// never given out, and one that cannot be one.
#[store_test]
async fn a_wrong_card_is_the_same_work_for_every_reference_id(db: TestDb) {
    let (app, transcript) = start(db).await;
    let household = app.citizen(MOBILE).await;
    let with_card = app.app.beneficiaries(&household, "test").await.unwrap().remove(0);
    let without = register(&app, &household, "Y1234567").await;
    let (subject, sealer) = ((with_card.household, with_card.person), app.sealer.clone());
    let now = app.clock.now();
    let made = app.db.write("test::card", move |tx| {
        let code = "13371337".parse().unwrap();
        Box::pin(async move { pramaan_store::card::issue(tx, &sealer, subject, &code, now).await })
    });
    let _: i64 = made.await.unwrap();
    let typed = [
        with_card.reference_id.unwrap(),
        without,
        ReferenceId::parse("31415926535897").unwrap(),
        ReferenceId::parse("99999999999999").unwrap(),
    ];
    let mut lists = Vec::new();
    for (turn, reference_id) in typed.into_iter().enumerate() {
        let mobile = format!("98765000{turn}9");
        let asked = (Mobile::parse(&mobile).unwrap(), Language::English);
        let txn = app.app.request_card_otp(asked, home()).await.unwrap();
        let otp = OtpDigest::of(&app.code(&mobile));
        transcript.take();
        let refused = app.app.confirm_card_otp(CardConfirmation {
            txn,
            otp,
            reference_id,
            code: "00000000".parse().unwrap(),
            origin: home(),
        });
        let refused = refused.await.unwrap_err();
        assert!(matches!(refused, Refusal::WrongCard), "{refused:?}");
        lists.push(transcript.take());
    }
    for other in &lists[1..] {
        assert_eq!(&lists[0], other);
    }
    for line in [
        "store::card::count",
        "store::card::named",
        "store::card::find",
        "mac CardCode",
    ] {
        assert!(
            lists[0].iter().any(|said| said.contains(line)),
            "{line}: {:?}",
            lists[0]
        );
    }
}

#[store_test]
async fn registering_is_the_same_work_for_every_document(db: TestDb) {
    let (app, transcript) = start(db).await;
    let mut lists = Vec::new();
    for (mobile, document) in [("9876500001", KNOWN_DOCUMENT), ("9876500002", UNKNOWN_DOCUMENT)] {
        let stranger = app.citizen(mobile).await;
        transcript.take();
        let queued = count(&app, "select count(*) from outbox").await;
        let registered = try_to_register(&app, &stranger, "Asha Devi", document).await;
        assert!(registered.is_ok(), "{document}: {registered:?}");
        lists.push(transcript.take());
        let after = count(&app, "select count(*) from outbox").await;
        assert_eq!(after, queued, "no message tells of it");
    }
    assert_eq!(lists[0], lists[1]);
    for line in [
        "index Document",
        "store::person::claim_document",
        "store::person::insert",
    ] {
        assert!(
            lists[0].iter().any(|said| said.contains(line)),
            "{line}: {:?}",
            lists[0]
        );
    }
}

#[store_test]
async fn the_days_registrations_are_capped_alike_for_every_document(db: TestDb) {
    let (app, transcript) = start(db).await;
    let mut seen = Vec::new();
    for (mobile, document) in [("9876500001", KNOWN_DOCUMENT), ("9876500002", UNKNOWN_DOCUMENT)] {
        let mut tries = 0;
        let refused = loop {
            // With the only member went the household.
            let stranger = app.citizen(mobile).await;
            transcript.take();
            match try_to_register(&app, &stranger, "Asha Devi", document).await {
                Ok(id) => {
                    app.app.delete_beneficiary(&stranger, id).await.unwrap();
                }
                Err(refused) => break refused,
            }
            tries += 1;
        };
        assert!(matches!(refused, Refusal::OverBudget { .. }), "{refused:?}");
        assert_eq!(tries, REGISTRATIONS_A_DAY);
        seen.push((format!("{refused:?}"), transcript.take()));
    }
    assert_eq!(seen[0], seen[1]);
}
