//! Messages from the queue to the phone.

use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use pramaan_app::Face;
use pramaan_app::delivery::Delivery;
use pramaan_app::message::Message;
use pramaan_app::sms::{DemoOutbox, JsonlSender, Sending, Sms, SmsError, SmsSender};
use pramaan_app::testing::{Setup, TestApp};
use pramaan_domain::mobile::Mobile;
use pramaan_domain::time::Timestamp;
use pramaan_store::testing::{TestDb, store_test};

use crate::support::{MOBILE, ask, count, register};

/// Fails so many times, then sends.
#[derive(Clone, Default)]
struct Flaky {
    failures: Arc<AtomicUsize>,
    outbox: DemoOutbox,
}

impl Flaky {
    fn failing(times: usize) -> Self {
        Self {
            failures: Arc::new(AtomicUsize::new(times)),
            outbox: DemoOutbox::default(),
        }
    }
}

impl SmsSender for Flaky {
    fn send<'a>(&'a self, sms: &'a Sms) -> Sending<'a> {
        let left = self
            .failures
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        match left {
            Ok(_) => Box::pin(async {
                Err(SmsError::Unreachable {
                    reason: "down".to_owned(),
                })
            }),
            Err(_) => self.outbox.send(sms),
        }
    }
}

async fn start(db: TestDb, sender: Flaky) -> TestApp {
    let sms: Option<Arc<dyn SmsSender>> = Some(Arc::new(sender));
    TestApp::start_with(
        db,
        Setup {
            sms,
            delivery: Delivery::ByWorker,
            ..Setup::default()
        },
    )
    .await
}

#[store_test]
async fn a_message_waits_for_the_worker_and_is_blanked_when_sent(db: TestDb) {
    let sender = Flaky::failing(0);
    let app = start(db, sender.clone()).await;
    ask(&app, MOBILE, Face::Portal).await;
    assert!(sender.outbox.latest(9).is_empty());
    assert_eq!(app.app.deliver_due().await.unwrap(), 1);
    assert_eq!(app.app.deliver_due().await.unwrap(), 0, "once");
    let sent = sender.outbox.to(&Mobile::parse(MOBILE).unwrap());
    assert_eq!(sent.len(), 1);
    assert!(sent[0].text.contains("OTP"));
    assert_eq!(
        count(
            &app,
            "select count(*) from outbox where state = 'sent' and sealed is null"
        )
        .await,
        1
    );
}

#[store_test]
async fn a_failed_attempt_is_repeated_later(db: TestDb) {
    let sender = Flaky::failing(2);
    let app = start(db, sender.clone()).await;
    ask(&app, MOBILE, Face::Portal).await;
    assert_eq!(app.app.deliver_due().await.unwrap(), 1);
    assert_eq!(app.app.deliver_due().await.unwrap(), 0, "not at once");
    app.clock.advance_seconds(5);
    assert_eq!(app.app.deliver_due().await.unwrap(), 1);
    app.clock.advance_seconds(10);
    assert_eq!(app.app.deliver_due().await.unwrap(), 1);
    assert_eq!(sender.outbox.latest(9).len(), 1);
}

#[store_test]
async fn a_code_that_is_no_longer_valid_is_not_sent(db: TestDb) {
    let sender = Flaky::failing(0);
    let app = start(db, sender.clone()).await;
    ask(&app, MOBILE, Face::Portal).await;
    app.clock.advance_seconds(180);
    app.app.deliver_due().await.unwrap();
    assert!(sender.outbox.latest(9).is_empty());
    assert_eq!(
        count(
            &app,
            "select count(*) from outbox where state = 'failed' and sealed is null"
        )
        .await,
        1
    );
}

#[store_test]
async fn attempts_are_bounded(db: TestDb) {
    let sender = Flaky::failing(usize::MAX);
    let app = start(db, sender).await;
    let citizen = app.citizen(MOBILE).await;
    register(&app, &citizen, "Z1234567").await;
    let person = app.member(&citizen).await;
    app.app
        .queue_to_person(person, Message::CertificateReady, "test")
        .await
        .unwrap();
    for attempt in 1..=8 {
        assert_eq!(app.app.deliver_due().await.unwrap(), 1, "attempt {attempt}");
        app.clock.advance_seconds(600);
    }
    assert_eq!(app.app.deliver_due().await.unwrap(), 0);
    assert_eq!(
        count(&app, "select count(*) from outbox where state = 'failed'").await,
        1
    );
}

#[store_test]
async fn a_number_from_a_record_is_opened_under_an_entry_once(db: TestDb) {
    let app = TestApp::start(db).await;
    let citizen = app.citizen(MOBILE).await;
    register(&app, &citizen, "Z1234567").await;
    let person = app.member(&citizen).await;
    app.app
        .queue_to_person(person, Message::CertificateReady, "test")
        .await
        .unwrap();
    let sent = app.outbox.to(&Mobile::parse(MOBILE).unwrap());
    assert!(sent[0].text.contains("certificate is ready"), "{sent:?}");
    assert_eq!(count(&app, "select count(*) from access_leaf").await, 1);
}

#[store_test]
async fn the_worker_delivers_until_it_is_stopped(db: TestDb) {
    let sender = Flaky::failing(0);
    let app = start(db, sender.clone()).await;
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let worker = tokio::spawn({
        let app = app.app.clone();
        async move { app.deliver_until(async { drop(stopped.await) }).await }
    });
    ask(&app, MOBILE, Face::Portal).await;
    while sender.outbox.latest(1).is_empty() {
        tokio::task::yield_now().await;
    }
    stop.send(()).unwrap();
    worker.await.unwrap();
}

#[tokio::test]
async fn a_line_of_json_a_message_in_a_file_of_the_owner() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sms.jsonl");
    std::fs::write(&path, "").unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    let sender = JsonlSender::open(&path).unwrap();
    for text in ["one \"line\"\nonly", "दो"] {
        let to = Mobile::parse(MOBILE).unwrap();
        let sms = Sms {
            to,
            text: text.to_owned(),
            at: Timestamp::from_seconds(1_795_321_800),
        };
        sender.send(&sms).await.unwrap();
    }
    assert_eq!(
        std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let written = std::fs::read_to_string(&path).unwrap();
    let lines: Vec<serde_json::Value> = written
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0]["to"], MOBILE);
    assert_eq!(lines[0]["text"], "one \"line\"\nonly");
    assert_eq!(lines[1]["at"], "2026-11-22T04:30:00.000Z");
}
