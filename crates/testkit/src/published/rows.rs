//! Bridges that stand one behind the other: all logs of such a row share what is before the first of them.

use pramaan_tlog::{Hash, Leaf};

use super::bridges::{
    MIDDLE_OPERATOR, MIDDLE_ORIGIN, MOST, alter_at, at, continue_again, fails, lose_entries, well,
};
use super::earlier::Earlier;
use super::keys::filler;
use super::log::{policy_hash, root};
use super::{Case, Log};

/// Logs with which nothing is wrong. How many entries are lost is by the rule, and by no other.
pub(super) fn intact() -> Vec<Case> {
    vec![
        well(
            "two-logs-before-share-the-entries",
            ", bridges 2, entries lost 9",
            &|log| {
                behind(log, 1, 9);
            },
        ),
        well(
            "second-log-before-has-the-first-bridge",
            ", bridges 2, entries lost 0",
            &whole_behind,
        ),
        well(
            "three-logs-before-share-the-entries",
            ", bridges 3, entries lost 14",
            &|log| {
                behind(log, 1, 9);
                behind(log, 2, 5);
            },
        ),
        well(
            "two-rows-of-two-bridges",
            ", bridges 4, entries lost 12",
            &|log| {
                behind(log, 1, 9);
                let place = continue_again(log);
                log.earlier.clear();
                add(log, place, 2, place as u64 + 3);
            },
        ),
        well(
            "second-log-before-published-what-is-lost",
            ", bridges 2, entries lost 9",
            &|log| publish_behind(log, &[-30, 0, 5, 9]),
        ),
        well(
            "bridges-that-lose-all-that-can-be",
            ", bridges 2, entries lost 4611686018427387904",
            &|log| {
                let place = at(log) as u64;
                lose_most(log, place);
            },
        ),
    ]
}

/// Logs with which something is wrong.
pub(super) fn mutants() -> Vec<Case> {
    vec![
        fails("second-bridge-in-a-row-with-a-wrong-root", "bridge", &|log| {
            whole_behind(log);
            let second = at(log) + 1;
            alter_at(log, second, |bridge| {
                bridge.root = Hash::from_bytes(filler("wrong", 1))
            });
        }),
        fails(
            "second-bridge-in-a-row-smaller-than-its-place",
            "bridge",
            &|log| {
                behind(log, 1, 0);
            },
        ),
        fails("third-bridge-in-a-row-smaller-than-its-place", "bridge", &|log| {
            behind(log, 1, 9);
            behind(log, 2, 1);
        }),
        fails(
            "second-log-before-published-more-than-its-bridge-says",
            "bridge",
            &|log| {
                publish_behind(log, &[0, 5, 9]);
                let beyond = at(log) as u64 + 10;
                log.earlier[1].sizes.push(beyond);
            },
        ),
        // One entry more than can be: counted from its own place, the second bridge would lose one less.
        fails("bridges-in-a-row-that-lose-one-too-many", "bridge", &|log| {
            let place = at(log) as u64;
            lose_most(log, place + 1);
        }),
    ]
}

/// Bridge number `n` behind the first of the story: to a log of so many entries more than stand before that one.
fn behind(log: &mut Log, n: usize, more: u64) {
    let first = at(log);
    add(log, first + n - 1, n as u64, first as u64 + more);
}

/// A bridge behind the one at `place`: to log number `n` of those whose publications are not here, of so many entries.
fn add(log: &mut Log, place: usize, n: u64, size: u64) {
    let Ok(Leaf::Bridge(mut bridge)) = Leaf::from_bytes(&log.leaves[place]) else {
        unreachable!("the bridge before it");
    };
    bridge.origin = Hash::from_bytes(filler("origin", n));
    bridge.size = size;
    bridge.root = Hash::from_bytes(filler("lost", n));
    let place = place + 1;
    log.leaves.insert(place, Leaf::Bridge(bridge).to_bytes());
    for size in &mut log.sizes {
        *size += u64::from(*size > place as u64);
    }
}

/// The second log had gone on from the first itself: its bridge says that all of its entries are here.
fn whole_behind(log: &mut Log) {
    behind(log, 1, 1);
    let second = at(log) + 1;
    let before = log.root(second as u64);
    alter_at(log, second, |bridge| bridge.root = before);
}

/// What the second log published is here, at so many entries more than the two logs share, up to nine; it ended there.
fn publish_behind(log: &mut Log, more: &[i64]) {
    let first = at(log);
    let place = first as u64;
    let mut own = log.leaves.clone();
    own.drain(first..=first);
    let ended = place + 9;
    behind(log, 1, 9);
    alter_at(log, first + 1, |bridge| {
        bridge.origin = policy_hash(MIDDLE_ORIGIN.as_bytes());
        bridge.root = root(&own, ended);
    });
    let sizes = more.iter().map(|more| place.saturating_add_signed(*more));
    log.earlier.push(Earlier {
        origin: MIDDLE_ORIGIN.to_owned(),
        leaves: Some(own),
        ..Earlier::of(sizes.collect()).by(MIDDLE_OPERATOR)
    });
}

/// The first bridge loses `lost` entries, and the second all that a log can have behind the place of the first.
fn lose_most(log: &mut Log, lost: u64) {
    let first = lose_entries(log, lost);
    log.earlier.clear();
    behind(log, 1, MOST - first);
}
