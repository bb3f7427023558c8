//! Until the code was right, a number that is known and one that is not cost the same list of work.

use pramaan_app::Face;
use pramaan_app::testing::{Setup, TestApp};
use pramaan_store::db::Transcript;
use pramaan_store::testing::{TestDb, store_test};

use crate::support::{MOBILE, ask, guess, other, register};

const DOORS: [Face; 4] = [Face::Portal, Face::Public, Face::Partner(1), Face::Status];
const UNKNOWN: &str = "9876500000";

async fn start(db: TestDb) -> (TestApp, Transcript) {
    let transcript = Transcript::default();
    let setup = Setup {
        transcript: Some(transcript.clone()),
        ..Setup::default()
    };
    let app = TestApp::start_with(db, setup).await;
    let known = app.citizen(MOBILE).await;
    register(&app, &known, "Z1234567").await;
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
                .position(|line| line.contains("store::household"))
                .unwrap();
            lists.push(list[..end].to_vec());
        }
        assert_eq!(lists[0], lists[1], "{face:?}");
        assert!(lists[0].iter().any(|line| line.contains("store::otp::use_up")));
    }
}
