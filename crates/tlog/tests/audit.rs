//! The auditor, on the published log of the test kit.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::num::NonZeroUsize;

use std::collections::{BTreeSet, HashMap};

use pramaan_testkit::published::{DAYS, Files, Log, Story, Verdict, intact, mutants};
use pramaan_tlog::audit::{Check, Failure, Published, Report, Trust, audit};
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

/// The order of lines in a policy decides nothing.
fn in_each_order() -> [Policy; 2] {
    [Log::policy(), Log::policy_in_another_order()].map(|text| Policy::parse(text.as_bytes()).unwrap())
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

#[test]
fn logs_with_which_nothing_is_wrong_are_well() {
    for case in intact() {
        let Verdict::Well(bridges) = case.verdict else {
            panic!("{} is a mutant", case.name)
        };
        for policy in in_each_order() {
            let report = run(&case.files, Some(&policy), 2);
            let report = report.unwrap_or_else(|failure| panic!("{}: {failure:?}", case.name));
            let line = report.lines().remove(0);
            assert!(
                line.ends_with(&format!(" days rooted{bridges}")),
                "{}: {line}",
                case.name
            );
        }
    }
}

/// What is said of each intact case.
fn said(policy: Option<&Policy>) -> HashMap<&'static str, Vec<String>> {
    let report = |files| run(files, policy, 2).unwrap().lines();
    intact()
        .iter()
        .map(|case| (case.name, report(&case.files)))
        .collect()
}

/// What is said to be not checked, up to the colon.
fn unchecked(lines: &[String]) -> Vec<&str> {
    let what = |line| str::strip_prefix(line, "NOT CHECKED ")?.split(':').next();
    lines.iter().filter_map(|line| what(line)).collect()
}

#[test]
fn what_nobody_but_the_bridge_and_the_folder_says_of_a_log_before_is_said_to_be_unchecked() {
    let said = said(Some(&policy()));
    for (name, what) in [
        ("intact", None),
        // The policy names the first log before and not the second.
        ("two-logs-before", Some("before/2/key")),
        ("the-log-before-had-no-witnesses", Some("before/1/checkpoint")),
        ("the-log-before-found-its-witnesses-later", None),
        // Its heads are over 0, 1 and 51 entries, and 132 stand before the bridge.
        ("the-log-before-published-little", Some("entries 51 to 131")),
        ("the-log-before-published-nothing", Some("entries 0 to 131")),
        ("the-log-before-is-not-published", Some("entries 0 to 131")),
    ] {
        assert_eq!(unchecked(&said[name]), Vec::from_iter(what), "{name}");
    }
    let files = Story::new().log.files();
    let lines = run(&files, None, 2).unwrap().lines();
    assert_eq!(unchecked(&lines), ["before/1/key", "whose log this is"]);
}

#[test]
fn a_log_before_is_said_to_be_whole_when_a_head_of_it_covers_all_and_not_otherwise() {
    let said = said(Some(&policy()));
    for (name, what) in [
        (
            "intact",
            "log.example.in/2025: all of its 132 entries are in this log. 5 of its published heads agree, the largest over \
             132 entries.",
        ),
        (
            "the-log-before-published-little",
            "log.example.in/2025: the bridge says that all of its 132 entries are in this log. 3 of its published heads \
             agree, the largest over 51 entries.",
        ),
        (
            "the-log-before-published-nothing",
            "log.example.in/2025: the bridge says that all of its 132 entries are in this log. No head that it published \
             is over these.",
        ),
    ] {
        let line = format!("Entry 132 goes on from {what}");
        assert!(said[name].contains(&line), "{name}: {:?}", said[name]);
    }
}

#[test]
fn bridges_one_behind_the_other_share_the_same_entries() {
    let case = intact()
        .into_iter()
        .find(|case| case.name == "two-logs-before-share-the-entries");
    let report = run(&case.unwrap().files, Some(&policy()), 2).unwrap();
    let lost: Vec<_> = report.bridged.iter().map(|bridged| bridged.lost()).collect();
    assert_eq!(lost, [0, 9], "the bridge between is no entry of theirs");
}

#[test]
fn each_broken_promise_is_named_by_its_word_on_any_number_of_threads() {
    let mut words = BTreeSet::new();
    for case in mutants() {
        let Verdict::Fails(word) = case.verdict else {
            panic!("{} is no mutant", case.name)
        };
        let findings: Vec<_> = in_each_order()
            .iter()
            .zip([1, 3])
            .map(
                |(policy, workers)| match run(&case.files, Some(policy), workers) {
                    Err(Failure::Violation(finding)) => finding,
                    other => panic!("{} with {workers} workers: {other:?}", case.name),
                },
            )
            .collect();
        println!("{}: {}", case.name, findings[0]);
        assert_eq!(findings[0].check.word(), word, "{}: {}", case.name, findings[0]);
        assert!(
            findings.iter().all(|finding| *finding == findings[0]),
            "{findings:?}"
        );
        words.insert(word);
    }
    let all: BTreeSet<_> = Check::ALL.iter().map(|check| check.word()).collect();
    assert_eq!(words, all, "each check has a mutant");
}

#[test]
fn what_is_not_there_to_begin_with_is_no_log() {
    let files = Story::new().log.files();
    for name in ["key", "checkpoint", "checkpoints/latest"] {
        let mut files = files.clone();
        files.remove(name);
        let policy = policy();
        let policy = (name != "key").then_some(&policy);
        assert_eq!(run(&files, policy, 2), Err(Failure::NoLog(name)));
    }
}

/// A folder on a disk that fails.
struct Failing(Files, &'static str);

impl Published for Failing {
    type Error = &'static str;

    fn read(&self, name: &str, _: usize) -> Result<Option<Vec<u8>>, &'static str> {
        match name == self.1 {
            true => Err("input or output error"),
            false => Ok(self.0.get(name).cloned()),
        }
    }
}

#[test]
fn what_cannot_be_read_is_said_and_is_no_violation() {
    let files = Story::new().log.files();
    for name in [
        "key",
        "checkpoint",
        "checkpoints/3",
        "tile/0/001",
        "tile/1/000.p/2",
        "tile/entries/002.p/206",
    ] {
        let failing = Failing(files.clone(), name);
        let outcome = audit(&failing, None, NonZeroUsize::MIN, &mut |_| ());
        let Err(Failure::Unreadable { name: said, error }) = outcome else {
            panic!("{name}: {outcome:?}")
        };
        assert_eq!((said.as_str(), error), (name, "input or output error"));
    }
}

/// Counts what is read, to see that the audit asks for each file once and no more of it than it may be long.
#[test]
fn each_file_is_read_once_and_none_without_a_limit() {
    use std::sync::Mutex;
    struct Counting(Files, Mutex<HashMap<String, (u32, usize)>>);
    impl Published for Counting {
        type Error = ();
        fn read(&self, name: &str, most: usize) -> Result<Option<Vec<u8>>, ()> {
            self.1
                .lock()
                .unwrap()
                .entry(name.to_owned())
                .or_insert((0, most))
                .0 += 1;
            Ok(self.0.get(name).cloned())
        }
    }
    let counting = Counting(Story::new().log.files(), Mutex::default());
    audit(&counting, None, NonZeroUsize::new(3).unwrap(), &mut |_| ()).unwrap();
    let read = counting.1.into_inner().unwrap();
    let there: BTreeSet<_> = read
        .keys()
        .filter(|name| counting.0.contains_key(*name))
        .collect();
    assert_eq!(there, counting.0.keys().collect());
    // Whether there is one more earlier log is known by asking.
    let absent: Vec<_> = read
        .keys()
        .filter(|name| !counting.0.contains_key(*name))
        .collect();
    assert_eq!(absent, ["before/2/key"]);
    assert!(
        read.values().all(|(times, most)| *times == 1 && *most < 17 << 20),
        "{read:?}"
    );
}
