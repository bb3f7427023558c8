//! Logs that break a promise, each in one way, with the word by which every auditor names it (docs/audit.md).

use pramaan_tlog::leaf::{DayRoot, Hour};
use pramaan_tlog::{DayIndex, Hash, Leaf, SubjectTag};

use super::keys::filler;
use super::log::two_in_turn;
use super::story::{DAYS, FIRST_DAY, Story};
use super::{Files, Log, befores, bridges, other_lines, rows};

/// What is published, and what an auditor must say of it.
#[derive(Debug, Clone)]
pub struct Case {
    pub name: &'static str,
    pub verdict: Verdict,
    pub files: Files,
}

/// What an auditor with [`Log::policy`] says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// `OK`, and what stands on the first line behind the days: how many bridges there are, and what is lost by them.
    Well(&'static str),
    /// `FAIL` and this word.
    Fails(&'static str),
}

/// What is said of the story's bridge.
pub(super) const ONE_BRIDGE: &str = ", bridges 1, entries lost 0";

/// Logs with which nothing is wrong.
pub fn intact() -> Vec<Case> {
    let whole = Story::new().log;
    let well = |name, log: &Log| Case {
        name,
        verdict: Verdict::Well(match log.leaves.is_empty() {
            true => "",
            false => ONE_BRIDGE,
        }),
        files: log.files(),
    };
    let mut yesterday = whole.clone();
    let place = day_root(&yesterday, DAYS.len() as u32 - 2);
    yesterday.remove(place);
    let mut empty = whole.clone();
    (empty.leaves, empty.sizes, empty.earlier) = (Vec::new(), vec![0], Vec::new());
    let mut full = whole.clone();
    full.leaves.truncate(512);
    full.sizes.retain(|size| *size < 512);
    full.sizes.push(512);
    // The witnesses came to a quiet log, and its newest head was published once more.
    let mut anew = whole.clone();
    anew.sizes.extend(whole.sizes.last());
    anew.cosigners = |number| if number > 12 { two_in_turn(number) } else { &[] };
    let mut cases = vec![
        well("intact", &whole),
        well("head-once-more-with-witnesses", &anew),
        well("yesterday-not-rooted-yet", &yesterday),
        well("empty", &empty),
        well("two-full-bundles", &full),
    ];
    cases.extend(bridges::intact());
    cases.extend(rows::intact());
    cases.extend(befores::intact());
    cases.extend(other_lines::intact());
    cases
}

/// Logs with which something is wrong.
pub fn mutants() -> Vec<Case> {
    let log = Story::new().log;
    let mut cases = altered_by_a_stranger(&log.files());
    cases.extend(bridges::mutants());
    cases.extend(rows::mutants());
    cases.extend(befores::mutants());
    cases.extend(other_lines::mutants());
    cases.extend(rewritten_without_the_key(&log));
    cases.extend(notes(&log));
    cases.extend(signed_lies(&log));
    cases
}

fn fails(name: &'static str, check: &'static str, files: Files) -> Case {
    Case {
        name,
        verdict: Verdict::Fails(check),
        files,
    }
}

/// Bytes of single files.
fn altered_by_a_stranger(files: &Files) -> Vec<Case> {
    let with = |name, check, file: &str, change: &dyn Fn(&mut Vec<u8>)| {
        let mut files = files.clone();
        change(files.get_mut(file).expect("a published file"));
        fails(name, check, files)
    };
    let without = |name, check, file: &str| {
        let mut files = files.clone();
        files.remove(file).expect("a published file");
        fails(name, check, files)
    };
    let (policy, _) = files.range("policies/".to_owned()..).next().expect("a policy");
    let flip = |at: usize| move |bytes: &mut Vec<u8>| bytes[at] ^= 1;
    let flip_last = |before: usize| {
        move |bytes: &mut Vec<u8>| {
            let at = bytes.len() - before;
            bytes[at] ^= 1;
        }
    };
    vec![
        // The last byte of an entry's commitment: the leaf can still be read.
        with(
            "flipped-byte-in-an-entry",
            "tile",
            "tile/entries/001",
            &flip_last(1),
        ),
        with("flipped-byte-in-a-length", "entry", "tile/entries/001", &flip(1)),
        with(
            "dropped-from-the-bundle",
            "entry",
            "tile/entries/001",
            &drop_first,
        ),
        with(
            "inserted-into-the-bundle",
            "entry",
            "tile/entries/001",
            &double_first,
        ),
        with("reordered-in-the-bundle", "tile", "tile/entries/001", &swap_first),
        with("bundle-cut-short", "entry", "tile/entries/002.p/206", &|bytes| {
            bytes.truncate(700)
        }),
        with("flipped-byte-in-a-tile", "tile", "tile/0/001", &flip(777)),
        with(
            "flipped-byte-in-a-tile-above",
            "tile",
            "tile/1/000.p/2",
            &flip(40),
        ),
        with("tile-cut-short", "tile", "tile/0/000", &|bytes| {
            bytes.truncate(8_000)
        }),
        with("tile-with-more-behind", "tile", "tile/0/000", &|bytes| {
            bytes.push(0)
        }),
        with(
            "flipped-byte-in-a-size",
            "signature",
            "checkpoints/4",
            &flip("log.example.in/2026\n".len()),
        ),
        with(
            "flipped-byte-in-a-signature",
            "signature",
            "checkpoints/4",
            &flip(120),
        ),
        with(
            "flipped-byte-in-a-cosignature",
            "signature",
            "checkpoint",
            &flip_last(9),
        ),
        with("note-in-loose-base64", "signature", "checkpoint", &|bytes| {
            // Of a stranger; the last four bits are not nothing.
            bytes.extend_from_slice("\u{2014} stranger.example AAAAAAB=\n".as_bytes())
        }),
        with(
            "note-with-too-many-signatures",
            "signature",
            "checkpoint",
            &|bytes| {
                let line = "\u{2014} stranger.example AAAAAAA=\n";
                bytes.extend_from_slice(line.repeat(62).as_bytes())
            },
        ),
        with(
            "note-with-a-stranger-of-a-long-name",
            "signature",
            "checkpoint",
            &|bytes| {
                let line = format!("\u{2014} {} AAAAAAA=\n", "a".repeat(256));
                bytes.extend_from_slice(line.as_bytes())
            },
        ),
        with(
            "note-with-a-second-false-signature",
            "signature",
            "checkpoint",
            &add_false_signature,
        ),
        with("note-cut-short", "signature", "checkpoints/3", &|bytes| {
            bytes.truncate(60)
        }),
        with("hundred-kilobytes-of-note", "signature", "checkpoint", &|bytes| {
            bytes.resize(100_000, b'a')
        }),
        with("altered-policy", "policy", policy, &flip(3)),
        with(
            "latest-is-no-number",
            "publication",
            "checkpoints/latest",
            &flip(0),
        ),
        with("key-is-no-key", "signature", "checkpoints/1", &|bytes| {
            bytes.clear()
        }),
        without("missing-policy", "policy", policy),
        without("missing-publication", "publication", "checkpoints/7"),
        without("missing-bundle", "entry", "tile/entries/001"),
        without("missing-tile", "tile", "tile/0/001"),
        without("missing-tile-above", "tile", "tile/1/000.p/2"),
    ]
}

/// A second line of the log's key, of which one byte is another.
fn add_false_signature(note: &mut Vec<u8>) {
    let text = String::from_utf8(note.clone()).expect("a note");
    let line = text.lines().nth(4).expect("the log's signature");
    let last = line.len() - 12;
    let other = if line.as_bytes()[last] == b'A' { 'B' } else { 'A' };
    let false_line = format!("{}{other}{}\n", &line[..last], &line[last + 1..]);
    note.extend_from_slice(false_line.as_bytes());
}

/// The length of the first entry of a bundle, with its two bytes of length.
fn first_of(bundle: &[u8]) -> usize {
    2 + usize::from(u16::from_be_bytes([bundle[0], bundle[1]]))
}

fn drop_first(bundle: &mut Vec<u8>) {
    bundle.drain(..first_of(bundle));
}

fn double_first(bundle: &mut Vec<u8>) {
    let first = bundle[..first_of(bundle)].to_vec();
    bundle.splice(..0, first);
}

fn swap_first(bundle: &mut Vec<u8>) {
    let first: Vec<u8> = bundle.drain(..first_of(bundle)).collect();
    let second = first_of(bundle);
    bundle.splice(second..second, first);
}

/// Bundles and tiles agree with each other and not with what was signed.
fn rewritten_without_the_key(log: &Log) -> Vec<Case> {
    let over = |name, change: &dyn Fn(&mut Log)| {
        let mut changed = log.clone();
        change(&mut changed);
        let mut files = changed.files();
        for (name, bytes) in log.files() {
            if name.starts_with("checkpoint") {
                files.insert(name, bytes);
            }
        }
        fails(name, "root", files)
    };
    vec![
        // Something must fill its place at the end, or the last bundle has another name.
        over("dropped-entry", &|log| {
            let dropped = log.leaves.remove(300);
            log.leaves.push(dropped);
        }),
        over("inserted-entry", &|log| {
            log.leaves.insert(300, log.leaves[299].clone())
        }),
        over("reordered-entries", &|log| log.leaves.swap(300, 301)),
        over("altered-entry", &|log| log.leaves[300] = log.leaves[301].clone()),
    ]
}

/// Notes that were moved about, or signed by somebody else.
fn notes(log: &Log) -> Vec<Case> {
    let with = |name, check, changes: &[(&str, String)]| {
        let mut files = log.files();
        for (file, note) in changes {
            files.insert((*file).to_owned(), note.clone().into_bytes());
        }
        fails(name, check, files)
    };
    let mut forger = log.clone();
    forger.signed_by = 1;
    let mut lonely = log.clone();
    lonely.cosigners = |_| &[1];
    let mut other = log.clone();
    other.leaves[10] = other.leaves[11].clone();
    let last = log.sizes.len();
    vec![
        with(
            "forged-checkpoint",
            "signature",
            &[("checkpoint", forger.note(last))],
        ),
        with(
            "forged-publication",
            "signature",
            &[("checkpoints/5", forger.note(5))],
        ),
        with(
            "checkpoint-rolled-back",
            "publication",
            &[("checkpoint", log.note(last - 1))],
        ),
        with(
            "publication-rolled-back",
            "publication",
            &[("checkpoints/9", log.note(3))],
        ),
        with(
            "fork-at-one-size",
            "publication",
            &[("checkpoint", other.note(last))],
        ),
        with(
            "fork-of-a-publication",
            "root",
            &[("checkpoints/9", other.note(9))],
        ),
        with("quorum-missing", "quorum", &[("checkpoint", lonely.note(last))]),
    ]
}

/// What the operator changed and signed again, as if nothing had happened.
fn signed_lies(log: &Log) -> Vec<Case> {
    let with = |name, check, change: &dyn Fn(&mut Log)| {
        let mut changed = log.clone();
        change(&mut changed);
        fails(name, check, changed.files())
    };
    vec![
        with("hour-falls", "order", &|log| {
            alter(log, 300, |leaf| set_hour(leaf, FIRST_DAY.number() * 24 + 1));
        }),
        with("policy-of-nobody", "policy", &|log| {
            alter(log, 300, forget_policy)
        }),
        with("something-behind-a-leaf", "entry", &|log| log.leaves[300].push(0)),
        with("unknown-kind", "entry", &|log| log.leaves[300][2] = 0x15),
        with("unknown-basis", "entry", &|log| log.leaves[300][3] = 0x09),
        with("empty-entry", "entry", &|log| log.leaves[300].clear()),
        with("day-root-dropped", "day", &|log| log.remove(day_root(log, 1))),
        with("day-roots-overdue", "day", &|log| {
            log.remove(day_root(log, 4));
            log.remove(day_root(log, 3));
        }),
        with("day-root-wrong", "day", &|log| {
            let at = day_root(log, 1);
            alter(log, at, |leaf| {
                set_root(leaf, |root| root.root = Hash::from_bytes(filler("wrong", 0)))
            });
        }),
        with("day-root-with-another-count", "day", &|log| {
            let at = day_root(log, 1);
            alter(log, at, |leaf| set_root(leaf, |root| root.count += 1));
        }),
        with("day-roots-swapped", "day", &|log| {
            let at = day_root(log, 1);
            assert_eq!(at + 1, day_root(log, 2), "the third day is quiet");
            log.leaves.swap(at, at + 1);
        }),
        with("day-root-before-its-last-entry", "day", &|log| {
            let at = day_root(log, 0);
            log.leaves.swap(at - 1, at);
        }),
        with("entry-after-its-day-root", "day", &|log| {
            let at = day_root(log, 0);
            let tags = (0..at - 1).filter_map(|place| access_tag(log, place)).collect();
            let root = DayIndex::new(FIRST_DAY, tags).expect("each tag once").root();
            log.leaves[at] = Leaf::DayRoot(root).to_bytes();
            log.leaves.swap(at - 1, at);
        }),
        with("tag-twice", "day", &|log| {
            let subject = tag_of(log, 300);
            alter(log, 302, |leaf| set_tag(leaf, subject));
        }),
        with("tag-twice-today", "day", &|log| {
            let last = log.leaves.len() - 1;
            let subject = tag_of(log, last - 1);
            alter(log, last, |leaf| set_tag(leaf, subject));
        }),
        with("history-rewritten", "root", &|log| {
            let earlier = log.clone();
            log.remove(300);
            log.before = Some(Box::new((8, earlier)));
        }),
    ]
}

/// The place of the root of the story's day number `offset`.
fn day_root(log: &Log, offset: u32) -> usize {
    let wanted = FIRST_DAY.number() + offset;
    let is_root = |leaf: &Vec<u8>| matches!(Leaf::from_bytes(leaf), Ok(Leaf::DayRoot(root)) if root.day.number() == wanted);
    log.leaves.iter().position(is_root).expect("a day that has ended")
}

fn alter(log: &mut Log, at: usize, change: impl FnOnce(&mut Leaf)) {
    let mut leaf = Leaf::from_bytes(&log.leaves[at]).expect("a leaf of the story");
    change(&mut leaf);
    log.leaves[at] = leaf.to_bytes();
}

fn set_hour(leaf: &mut Leaf, hour: u32) {
    match leaf {
        Leaf::Access(access) => access.circumstances.hour = Hour::new(hour),
        other => unreachable!("{other:?} is not an access"),
    }
}

fn forget_policy(leaf: &mut Leaf) {
    match leaf {
        Leaf::Access(access) => access.circumstances.policy = Hash::from_bytes(filler("no policy", 0)),
        other => unreachable!("{other:?} is not an access"),
    }
}

fn set_root(leaf: &mut Leaf, change: impl FnOnce(&mut DayRoot)) {
    match leaf {
        Leaf::DayRoot(root) => change(root),
        other => unreachable!("{other:?} is not a day root"),
    }
}

fn access_tag(log: &Log, at: usize) -> Option<SubjectTag> {
    match Leaf::from_bytes(&log.leaves[at]) {
        Ok(Leaf::Access(access)) => Some(access.subject),
        _ => None,
    }
}

fn tag_of(log: &Log, at: usize) -> SubjectTag {
    access_tag(log, at).expect("an access entry")
}

fn set_tag(leaf: &mut Leaf, tag: SubjectTag) {
    match leaf {
        Leaf::Access(access) => access.subject = tag,
        other => unreachable!("{other:?} is not an access"),
    }
}
