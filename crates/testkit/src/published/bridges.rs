//! Logs that continue another: truly, with entries lost, and with bridges that lie.

use pramaan_tlog::leaf::Bridge;
use pramaan_tlog::{Hash, Leaf};

use super::earlier::Earlier;
use super::keys::filler;
use super::story::Story;
use super::{Case, Log, Verdict};

/// Logs with which nothing is wrong.
pub(super) fn intact() -> Vec<Case> {
    let whole = Story::new().log;
    let well = |name, change: &dyn Fn(&mut Log)| {
        let mut log = whole.clone();
        change(&mut log);
        Case {
            name,
            verdict: Verdict::Well,
            files: log.files(),
        }
    };
    vec![
        well("the-log-before-is-not-published", &|log| log.earlier = None),
        well("the-log-before-published-nothing", &|log| {
            earlier(log).sizes.clear()
        }),
        well("entries-of-the-log-before-are-lost", &|log| {
            let at = lose_entries(log, 7);
            // It had published some of them: nobody can recompute that head any more.
            earlier(log).sizes.push(at + 5);
        }),
        well("two-logs-before-share-the-entries", &|log| share(log, 9)),
    ]
    .into_iter()
    .map(without_the_notes_of_nothing)
    .collect()
}

/// A log that published nothing has a key, and no number of its newest publication.
fn without_the_notes_of_nothing(mut case: Case) -> Case {
    if case.name == "the-log-before-published-nothing" {
        case.files.remove("before/1/checkpoints/latest");
        case.files.remove("before/1/checkpoint");
    }
    case
}

/// Logs with which something is wrong.
pub(super) fn mutants() -> Vec<Case> {
    let mut cases = lying_bridges();
    cases.extend(forged_publications());
    cases
}

fn fails(name: &'static str, check: &'static str, change: &dyn Fn(&mut Log)) -> Case {
    let mut log = Story::new().log;
    change(&mut log);
    Case {
        name,
        verdict: Verdict::Fails(check),
        files: log.files(),
    }
}

/// The operator wrote another bridge than the true one, and signed.
fn lying_bridges() -> Vec<Case> {
    vec![
        fails("bridge-with-a-wrong-root", "bridge", &|log| {
            alter(log, |bridge| bridge.root = Hash::from_bytes(filler("wrong", 1)));
        }),
        fails("bridge-with-a-smaller-size", "bridge", &|log| {
            let shorter = log.root(at(log) as u64 - 1);
            alter(log, |bridge| {
                bridge.size -= 1;
                bridge.root = shorter;
            });
        }),
        fails("bridge-to-another-log", "bridge", &|log| {
            alter(log, |bridge| {
                bridge.origin = Hash::from_bytes(filler("origin", 1))
            });
        }),
        fails("bridge-behind-other-entries", "bridge", &|log| {
            let at = at(log);
            log.leaves.swap(at, at + 1);
        }),
        fails("bridge-that-hides-a-published-head", "bridge", &|log| {
            let at = lose_entries(log, 7);
            earlier(log).sizes.push(at + 8);
        }),
        fails("bridge-with-another-root-than-published", "bridge", &|log| {
            let at = lose_entries(log, 7);
            earlier(log).sizes.push(at + 7);
        }),
        fails("no-bridge-to-the-log-before", "bridge", &|log| {
            let at = at(log);
            log.remove(at);
        }),
    ]
}

/// What is published of the log before is not what it was.
fn forged_publications() -> Vec<Case> {
    let with = |name, check, file: &str, change: &dyn Fn(&mut Vec<u8>)| {
        let mut case = fails(name, check, &|_| ());
        change(case.files.get_mut(file).expect("a published file"));
        case
    };
    let fourth = Earlier::name(4);
    let mut missing = with("earlier-head-missing", "publication", &fourth, &|_| ());
    missing.files.remove(&fourth);
    vec![
        missing,
        // By who stole the key, over another history.
        fails("earlier-head-of-another-history", "root", &|log| {
            let mut other = log.leaves.clone();
            other.swap(30, 31);
            earlier(log).leaves = Some(other);
        }),
        fails("earlier-heads-forged", "signature", &|log| {
            earlier(log).signed_by = 3
        }),
        fails("earlier-log-rolled-back", "publication", &|log| {
            earlier(log).sizes.swap(2, 3);
        }),
        with("earlier-key-is-no-key", "signature", "before/1/key", &|key| {
            key.truncate(30);
            key.push(b'\n');
        }),
        with(
            "earlier-latest-is-no-number",
            "publication",
            "before/1/checkpoints/latest",
            &|latest| {
                latest[0] = b'0';
            },
        ),
    ]
}

fn earlier(log: &mut Log) -> &mut Earlier {
    log.earlier.as_mut().expect("the story continues a log")
}

/// The place of the bridge.
fn at(log: &Log) -> usize {
    let is_bridge = |leaf: &Vec<u8>| matches!(Leaf::from_bytes(leaf), Ok(Leaf::Bridge(_)));
    log.leaves.iter().position(is_bridge).expect("the story's bridge")
}

fn alter(log: &mut Log, change: impl FnOnce(&mut Bridge)) -> u64 {
    let at = at(log);
    match Leaf::from_bytes(&log.leaves[at]).expect("a leaf of the story") {
        Leaf::Bridge(mut bridge) => {
            change(&mut bridge);
            log.leaves[at] = Leaf::Bridge(bridge).to_bytes();
        }
        other => unreachable!("{other:?} is no bridge"),
    }
    at as u64
}

/// The bridge says that the log before had so many entries more; answers its place.
fn lose_entries(log: &mut Log, more: u64) -> u64 {
    alter(log, |bridge| {
        bridge.size += more;
        bridge.root = Hash::from_bytes(filler("lost", 1));
    })
}

/// Another bridge right behind the first: to a log of which so many entries are lost, and whose publications are not here.
fn share(log: &mut Log, lost: u64) {
    let at = at(log);
    let Ok(Leaf::Bridge(mut bridge)) = Leaf::from_bytes(&log.leaves[at]) else {
        unreachable!("the story's bridge");
    };
    bridge.origin = Hash::from_bytes(filler("origin", 2));
    bridge.size += lost;
    bridge.root = Hash::from_bytes(filler("lost", 2));
    log.leaves.insert(at + 1, Leaf::Bridge(bridge).to_bytes());
    for size in &mut log.sizes {
        *size += u64::from(*size > at as u64 + 1);
    }
}
