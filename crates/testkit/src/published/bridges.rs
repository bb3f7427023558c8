//! Logs that continue another, or two: truly, with entries lost, and with bridges that lie.

use std::sync::LazyLock;

use pramaan_tlog::leaf::{Bridge, Hour};
use pramaan_tlog::{Hash, Leaf};

use super::earlier::Earlier;
use super::keys::filler;
use super::log::policy_hash;
use super::story::Story;
use super::{Case, EARLIER_ORIGIN, Log, ORIGIN, Verdict};

/// Of the log between the two, where there are three.
pub(super) const MIDDLE_ORIGIN: &str = "log.example.in/2026-01";
/// Whose key is that of the log between.
pub(super) const MIDDLE_OPERATOR: u64 = 4;
/// More entries than this no log has: docs/log.md.
pub(super) const MOST: u64 = 1 << 62;

/// Logs with which nothing is wrong.
pub(super) fn intact() -> Vec<Case> {
    vec![
        well("two-logs-before", ", bridges 2, entries lost 0", &|log| {
            continue_again(log);
        }),
        well(
            "two-logs-before-that-are-not-published",
            ", bridges 2, entries lost 0",
            &|log| {
                continue_again(log);
                log.earlier.clear();
            },
        ),
        well(
            "bridge-of-the-largest-size",
            ", bridges 1, entries lost 4611686018427387772",
            &|log| {
                log.earlier.clear();
                alter(log, |bridge| bridge.size = MOST);
            },
        ),
    ]
}

/// Logs with which something is wrong.
pub(super) fn mutants() -> Vec<Case> {
    [lying_bridges(), bridges_in_a_circle(), bridges_of_no_size()].concat()
}

pub(super) fn well(name: &'static str, said: &'static str, change: &dyn Fn(&mut Log)) -> Case {
    case(name, Verdict::Well(said), change)
}

pub(super) fn fails(name: &'static str, check: &'static str, change: &dyn Fn(&mut Log)) -> Case {
    case(name, Verdict::Fails(check), change)
}

fn case(name: &'static str, verdict: Verdict, change: &dyn Fn(&mut Log)) -> Case {
    static STORY: LazyLock<Log> = LazyLock::new(|| Story::new().log);
    let mut log = STORY.clone();
    change(&mut log);
    Case {
        name,
        verdict,
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
        fails("second-bridge-with-a-wrong-root", "bridge", &|log| {
            let at = continue_again(log);
            alter_at(log, at, |bridge| {
                bridge.root = Hash::from_bytes(filler("wrong", 1))
            });
        }),
        fails("no-bridge-to-the-second-log-before", "bridge", &|log| {
            let at = continue_again(log);
            log.remove(at);
        }),
    ]
}

/// A log goes on from itself, or twice from one. What these published is not here: the bridge alone tells.
fn bridges_in_a_circle() -> Vec<Case> {
    vec![
        fails("bridge-to-itself", "bridge", &|log| {
            log.earlier.clear();
            alter(log, |bridge| bridge.origin = policy_hash(ORIGIN.as_bytes()));
        }),
        fails("two-bridges-to-one-log", "bridge", &|log| {
            let at = continue_again(log);
            log.earlier.clear();
            alter_at(log, at, |bridge| {
                bridge.origin = policy_hash(EARLIER_ORIGIN.as_bytes())
            });
        }),
    ]
}

/// Sizes at which sums go wrong.
fn bridges_of_no_size() -> Vec<Case> {
    let of = |name, size| {
        fails(name, "bridge", &|log| {
            log.earlier.clear();
            alter(log, |bridge| bridge.size = size);
        })
    };
    vec![
        of("bridge-of-a-huge-size", u64::MAX),
        of("bridge-of-a-negative-size", 1 << 63),
        of("bridge-one-beyond-the-largest-size", MOST + 1),
        fails("bridges-that-lose-more-than-can-be", "bridge", &|log| {
            let second = continue_again(log);
            log.earlier.clear();
            alter(log, |bridge| bridge.size = MOST);
            alter_at(log, second, |bridge| bridge.size = MOST);
        }),
    ]
}

pub(super) fn earlier(log: &mut Log) -> &mut Earlier {
    log.earlier.first_mut().expect("the story continues a log")
}

/// The place of the first bridge.
pub(super) fn at(log: &Log) -> usize {
    let is_bridge = |leaf: &Vec<u8>| matches!(Leaf::from_bytes(leaf), Ok(Leaf::Bridge(_)));
    log.leaves.iter().position(is_bridge).expect("the story's bridge")
}

pub(super) fn alter(log: &mut Log, change: impl FnOnce(&mut Bridge)) -> u64 {
    let at = at(log);
    alter_at(log, at, change);
    at as u64
}

pub(super) fn alter_at(log: &mut Log, at: usize, change: impl FnOnce(&mut Bridge)) {
    match Leaf::from_bytes(&log.leaves[at]).expect("a leaf of the story") {
        Leaf::Bridge(mut bridge) => {
            change(&mut bridge);
            log.leaves[at] = Leaf::Bridge(bridge).to_bytes();
        }
        other => unreachable!("{other:?} is no bridge"),
    }
}

/// The bridge says that the log before had so many entries more; answers its place.
pub(super) fn lose_entries(log: &mut Log, more: u64) -> u64 {
    alter(log, |bridge| {
        bridge.size += more;
        bridge.root = Hash::from_bytes(filler("lost", 1));
    })
}

/// The story's log ends at its fifth publication, and a third goes on, under the story's name and key; answers the place of
/// the second bridge.
pub(super) fn continue_again(log: &mut Log) -> usize {
    let size = log.sizes[4];
    let at = size as usize;
    let bridge = Bridge {
        hour: hour(&log.leaves[at - 1]),
        origin: policy_hash(MIDDLE_ORIGIN.as_bytes()),
        size,
        root: log.root(size),
    };
    log.leaves.insert(at, Leaf::Bridge(bridge).to_bytes());
    let later = log.sizes.split_off(5);
    let ended = std::mem::take(&mut log.sizes);
    log.sizes = [size].iter().chain(&later).map(|size| size + 1).collect();
    let middle = Earlier {
        origin: MIDDLE_ORIGIN.to_owned(),
        ..Earlier::of(ended).by(MIDDLE_OPERATOR)
    };
    log.earlier.push(middle);
    at
}

fn hour(leaf: &[u8]) -> Hour {
    match Leaf::from_bytes(leaf).expect("a leaf of the story") {
        Leaf::Access(access) => access.circumstances.hour,
        other => unreachable!("{other:?} is not an access"),
    }
}
