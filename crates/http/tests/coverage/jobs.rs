//! Jobs and commands that open, or that must not: the same check as for routes.

use pramaan_app::message::Message;
use pramaan_domain::mobile::Mobile;

use super::story::{MOBILE, Played};

/// A job by its name, and the purposes of the accesses that one run writes.
const JOBS: &[(&str, &[&str])] = &[
    ("queue a message to a person", &["notification"]),
    ("deliver what is queued", &[]),
    ("retain", &[]),
    ("sweep logins", &[]),
    ("refresh availability", &[]),
    // Nothing is held here; what is, is opened as its member of staff: `a_held_dose_is_recorded_when_the_log_is_back`.
    ("settle held doses", &[]),
];

#[tokio::test]
async fn every_job_logs_what_it_opens() {
    let played = Played::api().await;
    let (test, app) = (&played.world.test, &played.world.test.app);
    let citizen = app.citizen(&played.portal).unwrap();
    let member = test.member(&citizen).await;
    let mut before = test.accesses().await.len();
    for (job, opens) in JOBS {
        match *job {
            "queue a message to a person" => {
                let queued = app.queue_to_person(member, Message::CertificateReady, "job");
                queued.await.unwrap();
            }
            "deliver what is queued" => drop(app.deliver_due().await.unwrap()),
            "retain" => drop(app.retain().await.unwrap()),
            "sweep logins" => drop(app.sweep_logins().await.unwrap()),
            "settle held doses" => drop(app.settle_held_doses().await.unwrap()),
            "refresh availability" => app.refresh_availability().await.unwrap(),
            other => panic!("no job {other}"),
        }
        let accesses = test.accesses().await;
        let opened: Vec<_> = accesses[before..].iter().map(|access| access.purpose).collect();
        assert_eq!(opened, *opens, "{job}");
        let by_machine = accesses[before..]
            .iter()
            .all(|access| access.actor == "machine-job");
        assert!(by_machine, "{job}: {:?}", &accesses[before..]);
        before = accesses.len();
    }
}

/// With the log down a job that opens does nothing and says so.
#[tokio::test]
async fn a_job_opens_nothing_without_the_log() {
    let played = Played::api().await;
    let test = &played.world.test;
    let citizen = test.app.citizen(&played.portal).unwrap();
    let member = test.member(&citizen).await;
    let mobile = Mobile::parse(MOBILE).unwrap();
    let sent = test.outbox.to(&mobile).len();
    test.break_log().await;
    let queued = test
        .app
        .queue_to_person(member, Message::CertificateReady, "job")
        .await;
    assert!(queued.is_err());
    test.app.deliver_due().await.unwrap();
    assert_eq!(test.outbox.to(&mobile).len(), sent);
}
