//! The auditor, on the published log of the test kit.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::num::NonZeroUsize;

use pramaan_testkit::published::{DAYS, Files, Log, Story};
use pramaan_tlog::audit::{Failure, Published, Report, Trust, audit};
use pramaan_tlog::policy::Policy;

struct Memory<'a>(&'a Files);

impl Published for Memory<'_> {
    type Error = ();

    fn read(&self, name: &str, most: usize) -> Result<Option<Vec<u8>>, ()> {
        let bytes = self.0.get(name);
        Ok(bytes.map(|bytes| bytes[..bytes.len().min(most + 1)].to_vec()))
    }
}

fn run(files: &Files, policy: Option<&Policy>, workers: usize) -> Result<Report, Failure<()>> {
    audit(
        &Memory(files),
        policy,
        NonZeroUsize::new(workers).unwrap(),
        &mut |_| (),
    )
}

fn policy() -> Policy {
    Policy::parse(Log::policy().as_bytes()).unwrap()
}

#[test]
fn a_log_that_keeps_its_promises_is_well() {
    let story = Story::new();
    let files = story.log.files();
    for workers in 1..4 {
        let report = run(&files, Some(&policy()), workers).unwrap();
        assert_eq!(report.entries, story.log.leaves.len() as u64);
        assert_eq!(report.publications, story.log.sizes.len() as u64);
        assert_eq!((report.days, report.yesterday), (DAYS.len() as u64 - 1, None));
        assert_eq!((report.without_quorum, report.cosigned), (0, (2, 3)));
        assert_eq!((report.trust, report.policies), (Trust::Policy, 2));
        println!("{}", report.lines().join("\n"));
    }
    let report = run(&files, None, 2).unwrap();
    assert_eq!(report.trust, Trust::KeyBesideTheCheckpoint);
    assert!(report.lines().iter().any(|line| line.contains("not whose it is")));
    println!("{}", report.lines().join("\n"));
}
