//! What lies under `before/`: keys that are none or another's, publications that were not, heads that nobody saw.

use super::bridges::{continue_again, earlier, fails, lose_entries, well};
use super::keys::{filler, typed_key};
use super::log::two_in_turn;
use super::mutants::ONE_BRIDGE;
use super::{Case, EARLIER_ORIGIN, ORIGIN};

const KEY: &str = "before/1/key";
const LATEST: &str = "before/1/checkpoints/latest";

/// Logs with which nothing is wrong, though not everything could be checked.
pub(super) fn intact() -> Vec<Case> {
    let mut plain_file = well("before-is-a-plain-file", ONE_BRIDGE, &|log| log.earlier.clear());
    let text = b"no folder\n".to_vec();
    plain_file.files.insert("before".to_owned(), text);
    vec![
        well("the-log-before-is-not-published", ONE_BRIDGE, &|log| {
            log.earlier.clear()
        }),
        well("the-log-before-published-nothing", ONE_BRIDGE, &|log| {
            earlier(log).sizes.clear()
        }),
        well("the-log-before-published-little", ONE_BRIDGE, &|log| {
            earlier(log).sizes.truncate(3)
        }),
        well("the-log-before-had-no-witnesses", ONE_BRIDGE, &|log| {
            earlier(log).cosigners = |_| &[];
        }),
        well("the-log-before-had-too-few-witnesses", ONE_BRIDGE, &|log| {
            earlier(log).cosigners = |_| &[1];
        }),
        well("the-log-before-found-its-witnesses-later", ONE_BRIDGE, &|log| {
            earlier(log).cosigners = |number| match number {
                1..=3 => &[],
                number => two_in_turn(number),
            };
        }),
        well(
            "entries-of-the-log-before-are-lost",
            ", bridges 1, entries lost 7",
            &|log| {
                let at = lose_entries(log, 7);
                // It had published some of them: nobody can recompute that head any more.
                earlier(log).sizes.push(at + 5);
            },
        ),
        plain_file,
    ]
}

/// Logs with which something is wrong.
pub(super) fn mutants() -> Vec<Case> {
    [keys(), unclean_keys(), numbers(), heads()].concat()
}

/// The published log with one of its files changed.
fn with(name: &'static str, check: &'static str, file: &str, change: &dyn Fn(&mut Vec<u8>)) -> Case {
    let mut case = fails(name, check, &|_| ());
    change(case.files.get_mut(file).expect("a published file"));
    case
}

/// Another key than that of a log before.
fn keys() -> Vec<Case> {
    vec![
        // All is signed, and with it; but the auditor knows the log's true key.
        fails("foreign-key-under-the-name-before", "signature", &|log| {
            let other = earlier(log).clone().by(3);
            *earlier(log) = other;
        }),
        fails("log-before-under-its-own-name", "bridge", &|log| {
            earlier(log).origin = ORIGIN.to_owned();
        }),
        fails("log-before-under-its-own-key", "bridge", &|log| {
            let own = earlier(log).clone().by(0);
            *earlier(log) = own;
        }),
        fails("two-logs-before-of-one-name", "bridge", &|log| {
            continue_again(log);
            log.earlier[1].origin = EARLIER_ORIGIN.to_owned();
        }),
        fails("two-logs-before-under-one-key", "bridge", &|log| {
            continue_again(log);
            log.earlier[1] = log.earlier[1].clone().by(log.earlier[0].key);
        }),
    ]
}

/// Texts that a lenient reader takes for a key. Nothing is signed with these: the log before published nothing.
fn unclean_keys() -> Vec<Case> {
    let key = |name, text: &dyn Fn(&str) -> String| {
        let mut case = fails(name, "signature", &|log| earlier(log).sizes.clear());
        let key = case.files.get_mut(KEY).expect("a published key");
        let text = text(str::from_utf8(key).expect("text").trim_end());
        *key = format!("{text}\n").into_bytes();
        case
    };
    let named = |origin: String| move |_: &str| typed_key(&origin, &super::log_key(2));
    let public = |low: u8, middle: u8, high: u8| {
        let mut point = [middle; 32];
        (point[0], point[31]) = (low, high);
        move |_: &str| typed_key(EARLIER_ORIGIN, &point)
    };
    vec![
        key("earlier-key-is-no-key", &|text| text[..30].to_owned()),
        key("earlier-key-in-upper-case", &|text| {
            let (name, rest) = text.split_once('+').expect("a key");
            let (id, point) = rest.split_once('+').expect("a key");
            assert_ne!(id, id.to_uppercase(), "an id with letters");
            format!("{name}+{}+{point}", id.to_uppercase())
        }),
        key("earlier-key-in-broken-base64", &|text| {
            let (one, other) = text.split_at(text.len() - 8);
            format!("{one}\n{other}")
        }),
        key("earlier-key-with-a-long-name", &named("a".repeat(256))),
        key(
            "earlier-key-with-a-control-character",
            &named("log.example\u{7f}".to_owned()),
        ),
        key("earlier-key-with-a-space", &named("log\u{a0}example".to_owned())),
        // The neutral point: it verifies what nobody signed.
        key("earlier-key-that-is-weak", &public(1, 0, 0)),
        // 3 + the prime: a second spelling of a point.
        key("earlier-key-in-a-second-spelling", &public(0xf0, 0xff, 0x7f)),
        key("earlier-key-off-the-curve", &public(2, 0, 0)),
    ]
}

/// Numbers of publications that are none, or that nobody can count to.
fn numbers() -> Vec<Case> {
    let latest = |name, file: &'static str, text: &'static str| {
        with(name, "publication", file, &|bytes| {
            *bytes = text.as_bytes().to_vec()
        })
    };
    vec![
        latest("earlier-latest-is-no-number", LATEST, "05\n"),
        latest("earlier-latest-cut-short", LATEST, "5"),
        latest("earlier-latest-empty", LATEST, ""),
        latest("earlier-latest-huge", LATEST, "9000000000000000000\n"),
        latest(
            "earlier-latest-of-sixty-four-bits",
            LATEST,
            "18446744073709551615\n",
        ),
        latest("earlier-latest-of-more-bits", LATEST, "18446744073709551616\n"),
        latest("latest-huge", "checkpoints/latest", "9000000000000000000\n"),
        latest(
            "latest-of-sixty-four-bits",
            "checkpoints/latest",
            "18446744073709551615\n",
        ),
        latest(
            "latest-of-more-bits",
            "checkpoints/latest",
            "18446744073709551616\n",
        ),
    ]
}

/// Heads that the log before did not publish, or that nobody saw.
fn heads() -> Vec<Case> {
    let fourth = "before/1/checkpoints/4";
    let mut missing = with("earlier-head-missing", "publication", fourth, &|_| ());
    missing.files.remove(fourth);
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
        with("earlier-cosignature-forged", "signature", fourth, &|note| {
            let at = note.len() - 9;
            note[at] ^= 1;
        }),
        // By who stole the key, and not those of the witnesses.
        fails("earlier-newest-without-quorum", "quorum", &|log| {
            assert_eq!(
                earlier(log).sizes.len(),
                5,
                "the story's publications before its bridge"
            );
            earlier(log).cosigners = |number| match number {
                5 => &[1],
                number => two_in_turn(number),
            };
        }),
        fails("second-log-of-another-history", "root", &|log| {
            continue_again(log);
            let mut other = log.leaves.clone();
            let last = log.earlier[1].sizes.last().copied().expect("a publication");
            other[last as usize - 1] = filler("another", 1).to_vec();
            log.earlier[1].leaves = Some(other);
        }),
        fails("earlier-logs-in-another-order", "bridge", &|log| {
            continue_again(log);
            log.earlier.swap(0, 1);
        }),
    ]
}
