//! Jobs that open, or that must not: the same check as for routes.

use std::collections::BTreeSet;
use std::path::Path;

use pramaan_app::jobs::Job;
use pramaan_app::message::Message;
use pramaan_domain::mobile::Mobile;

use super::played::what_was_opened_is_what_is_listed;
use super::source::rust_files;
use super::staff::held_dose;
use super::story::{MOBILE, Played};
use super::world::{CENTRE, lines};

/// Who opens in one run, and for what. A new job has no answer here until somebody thinks of one.
fn opens(job: Job) -> &'static [(&'static str, &'static str)] {
    match job {
        // A message was opened when it was queued; the rest reads nobody.
        Job::DeliverMessages
        | Job::EraseWhatIsDue
        | Job::RefreshAvailability
        | Job::HearOfEndedLogins
        | Job::PublishLog
        | Job::RootDays
        | Job::CountObjections => &[],
        Job::SettleHeldDoses => &[
            ("machine-job", "notification"),
            ("vaccinator", "vaccination"),
            ("machine-job", "certificate"),
        ],
    }
}

#[tokio::test]
async fn every_job_logs_what_it_opens() {
    let mut played = Played::before_the_dose().await;
    let (id, code) = (played.reference_id.clone(), played.code.clone());
    let nurse = played.world.test.nurse("MH-0042", CENTRE).await.token;
    played.world.cookies.insert("__Host-staff".to_owned(), nurse);
    held_dose(&mut played.world, (&id, &code)).await;
    let (test, app) = (&played.world.test, &played.world.test.app);
    let citizen = app.citizen(&played.portal).unwrap();
    let member = test.member(&citizen).await;
    let before = test.accesses().await.len();
    let queued = app.queue_to_person(member, Message::CertificateReady, "job");
    queued.await.unwrap();
    let accesses = test.accesses().await;
    let [only] = &accesses[before..] else {
        panic!("{:?}", &accesses[before..])
    };
    assert_eq!((only.actor, only.purpose), ("machine-job", "notification"));

    let mut before = accesses.len();
    let mut listed = BTreeSet::new();
    for job in Job::ALL {
        let from = test.log_size().await;
        job.run(app).await.unwrap();
        listed.extend(lines(&format!("JOB {}", job.name()), test.openings(from).await));
        let accesses = test.accesses().await;
        let opened: Vec<_> = accesses[before..]
            .iter()
            .map(|access| (access.actor, access.purpose))
            .collect();
        assert_eq!(opened, opens(job), "{job:?}");
        before = accesses.len();
    }
    what_was_opened_is_what_is_listed(&["JOB "], &listed);
}

/// What waits or repeats, file by file: a job that is not in the table is started nowhere else.
#[test]
fn nothing_repeats_that_is_not_in_the_table_of_jobs() {
    const REPEATS: [&str; 3] = [
        "app/src/delivery.rs",
        "app/src/jobs.rs",
        "pramaan/src/commands/log_verify/server.rs",
    ];
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut found = Vec::new();
    for source in ["app/src", "pramaan/src"] {
        for file in rust_files(&crates.join(source)) {
            let text = std::fs::read_to_string(&file).unwrap();
            if ["interval(", "sleep(", "sleep_until(", "interval_at("]
                .iter()
                .any(|call| text.contains(call))
            {
                found.push(file.strip_prefix(&crates).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    found.sort();
    assert_eq!(found, REPEATS);
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
