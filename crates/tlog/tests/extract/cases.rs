//! What is done to an extract, and which step must notice: vectors/extract_v1.json for every implementation.

use serde_json::{Value, json};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use pramaan_tlog::extract::Extract;
use pramaan_tlog::leaf::{ActorClass, Basis, Day, DayRoot, Leaf, Purpose};
use pramaan_tlog::{Verifier, empty_root, month_key};

use super::log::{ANEW, FIRST, ORIGIN, OTHER, OWN, Said, base64, by_nurse, eight_days, view_key};

/// One extract, what is changed in it, and what is to be said of it.
pub(crate) struct Case {
    name: &'static str,
    base: &'static str,
    patch: Vec<Value>,
    /// What the reader trusts, where that is not what lies in the file.
    key: Option<String>,
    checkpoint: Option<String>,
    /// `CHECK PLACE`; nothing when the extract still holds.
    fails: Option<String>,
}

fn case(name: &'static str, patch: Vec<Value>, fails: &str) -> Case {
    Case {
        name,
        base: "good",
        patch,
        key: None,
        checkpoint: None,
        fails: Some(fails.to_owned()),
    }
}

/// The extracts that the cases begin from.
pub(crate) fn bases() -> Value {
    let lies = |said: Said| value(&eight_days(&said).extract(FIRST + 4, FIRST + 4).to_json());
    let honest = by_nurse;
    let hiding = |left, right| value(&eight_days(&by_nurse()).hiding(FIRST + 4, left, right).to_json());
    json!({
        "good": value(&eight_days(&by_nurse()).extract(FIRST, FIRST + 7).to_json()),
        "one_day": value(&eight_days(&by_nurse()).extract(FIRST + 4, FIRST + 4).to_json()),
        "class": lies(Said { class: ("site_manager", ActorClass::Vaccinator), ..honest() }),
        "basis": lies(Said { basis: ("site_evidence", Basis::NoEvidence), ..honest() }),
        "purpose": lies(Said { purpose: ("certificate", Purpose::Vaccination), ..honest() }),
        "word": lies(Said { purpose: ("curiosity", Purpose::Vaccination), ..honest() }),
        "organisation": lies(Said { organisation: (1_206, 1_205), ..honest() }),
        "hour": lies(Said { minutes: 60, ..honest() }),
        "short": value(&without_the_last().to_json()),
        "hidden": hiding(Some(-1), Some(1)),
        "hidden_right": hiding(Some(-1), None),
        "hidden_left": hiding(None, Some(1)),
        "hidden_aside": hiding(Some(-2), Some(-1)),
    })
}

/// Without the last entry, which is of a day without a root.
fn without_the_last() -> Extract {
    let log = eight_days(&by_nurse());
    let mut entries = log.extract(FIRST, FIRST + 7).entries;
    entries.pop();
    log.extract_of(FIRST, FIRST + 7, entries)
}

fn value(json: &[u8]) -> Value {
    serde_json::from_slice(json).unwrap()
}

fn set(path: &str, value: Value) -> Value {
    json!({ "op": "replace", "path": path, "value": value })
}

fn add(path: &str, value: Value) -> Value {
    json!({ "op": "add", "path": path, "value": value })
}

fn remove(path: &str) -> Value {
    json!({ "op": "remove", "path": path })
}

/// One bit of the base64 at `path` changed.
fn flip(of: &Value, path: &str, byte: usize) -> Value {
    let mut bytes = STANDARD
        .decode(of.pointer(path).unwrap().as_str().unwrap())
        .unwrap();
    bytes[byte] ^= 1;
    set(path, json!(base64(&bytes)))
}

/// The list of hashes at `path` with something done to it.
fn hashes(of: &Value, path: &str, change: impl FnOnce(&mut Vec<[u8; 32]>)) -> Value {
    let bytes = STANDARD
        .decode(of.pointer(path).unwrap().as_str().unwrap())
        .unwrap();
    let mut hashes = bytes.as_chunks::<32>().0.to_vec();
    change(&mut hashes);
    set(path, json!(base64(&hashes.concat())))
}

fn day(after_first: u32) -> String {
    Day::new(FIRST + after_first).to_string()
}

pub(crate) fn other_key() -> String {
    let key = ed25519_dalek::SigningKey::from_bytes(&[43; 32]);
    Verifier::new(ORIGIN, key.verifying_key().as_bytes())
        .unwrap()
        .to_string()
}

pub(crate) fn cases() -> Vec<Case> {
    let good = &bases()["good"];
    let at = |n: usize| format!("entry {}", good["entries"][n]["index"]);
    let mut all = holding(good);
    all.extend(of_the_file(good));
    all.extend(of_the_head(good));
    all.extend(of_months_and_days(good));
    all.extend(of_numbers(good, &at));
    all.extend(of_entries(good, &at));
    all.extend(of_inclusion(good));
    all.extend(of_roots(good));
    all.extend(hidden());
    all.extend(lies(&at));
    all
}

fn holding(good: &Value) -> Vec<Case> {
    let holds = |name, patch| Case {
        fails: None,
        ..case(name, patch, "")
    };
    let key = good["key"].as_str().map(str::to_owned);
    let checkpoint = good["checkpoint"].as_str().map(str::to_owned);
    vec![
        holds("as it was made", vec![]),
        Case {
            key,
            checkpoint,
            ..holds("key and checkpoint known from elsewhere", vec![])
        },
        Case {
            base: "one_day",
            ..holds("one day", vec![])
        },
        Case {
            base: "short",
            ..holds(
                "an entry of a day without a root left out, which nothing can show",
                vec![],
            )
        },
    ]
}

fn of_the_file(good: &Value) -> Vec<Case> {
    let fails = |name, patch| case(name, vec![patch], "format file");
    let padded = good["entries"][0]["salt"].as_str().unwrap();
    vec![
        fails("another format", set("/format", json!("pramaan-accesses/2"))),
        fails("a field that is not of the format", add("/more", json!(1))),
        fails("a field missing", remove("/open")),
        fails("a part of a hash", set("/hashes", json!("AAAA"))),
        fails(
            "base64 without its padding",
            set("/entries/0/salt", json!(padded.trim_end_matches('='))),
        ),
        fails("a salt of another length", set("/entries/0/salt", json!("AAAA"))),
        fails(
            "a place beyond what a browser counts",
            set("/days/0/index", json!(9_007_199_254_740_992_u64)),
        ),
        fails("a negative day", set("/from", json!(-1))),
        fails("a fraction", set("/from", json!(1.5))),
        fails("a text in place of a number", set("/to", json!("20763"))),
        fails(
            "no verifier key",
            set("/key", json!("log.example/2026+00000000+AAAA")),
        ),
        fails("from after to", set("/from", json!(FIRST + 8))),
        fails(
            "more days than an extract may have",
            set("/to", json!(FIRST + 400)),
        ),
    ]
}

fn of_the_head(good: &Value) -> Vec<Case> {
    let note = good["checkpoint"].as_str().unwrap();
    let forged = note.replacen("\n\n", "0\n\n", 1);
    let root = note.split('\n').nth(2).unwrap();
    let other_root = STANDARD.encode([1; 32]);
    let size = note.split('\n').nth(1).unwrap();
    let key = good["key"].as_str().unwrap();
    let renamed = Verifier::parse(key).unwrap();
    let renamed = Verifier::new("other.example/2026", renamed.public_key())
        .unwrap()
        .to_string();
    let trusting = |name, key: Option<String>, checkpoint: Option<String>, fails| Case {
        key,
        checkpoint,
        ..case(name, vec![], fails)
    };
    vec![
        case(
            "another origin",
            vec![set("/origin", json!("other.example/2026"))],
            "origin file",
        ),
        case(
            "another origin, and the key renamed",
            vec![
                set("/origin", json!("other.example/2026")),
                set("/key", json!(renamed)),
            ],
            "signature file",
        ),
        case(
            "another key in the file",
            vec![set("/key", json!(other_key()))],
            "signature file",
        ),
        trusting("another key trusted", Some(other_key()), None, "key file"),
        case(
            "a forged root",
            vec![set("/checkpoint", json!(note.replacen(root, &other_root, 1)))],
            "signature file",
        ),
        case(
            "a forged size",
            vec![set(
                "/checkpoint",
                json!(note.replacen(&format!("\n{size}\n"), "\n999\n", 1)),
            )],
            "signature file",
        ),
        case(
            "a checkpoint with more in a line",
            vec![set("/checkpoint", json!(forged))],
            "signature file",
        ),
        case(
            "no signature",
            vec![set("/checkpoint", json!(note.split("\u{2014}").next().unwrap()))],
            "signature file",
        ),
        trusting(
            "another checkpoint of the log trusted",
            None,
            Some(super::log::TestLog::default().checkpoint()),
            "checkpoint file",
        ),
        trusting(
            "a checkpoint trusted that nobody signed",
            None,
            Some(forged),
            "checkpoint file",
        ),
    ]
}

fn of_months_and_days(good: &Value) -> Vec<Case> {
    let keys = good["view_keys"].as_array().unwrap();
    let swapped = json!([keys[0], keys[2], keys[1]]);
    let later = json!({ "from": FIRST + 8, "key": keys[2]["key"] });
    let fails = |name, patch, after: u32| case(name, vec![patch], &format!("day day {}", day(after)));
    let month = |name, patch| case(name, vec![patch], "month file");
    vec![
        month("the key of the first month left out", remove("/view_keys/0")),
        month("the key of a later month left out", remove("/view_keys/1")),
        month("no key", set("/view_keys", json!([]))),
        month("keys in another order", set("/view_keys", swapped)),
        month("a key there twice", add("/view_keys/1", keys[1].clone())),
        month(
            "a key of earlier days",
            set("/view_keys/0/from", json!(FIRST - 1)),
        ),
        month("a key of later days", add("/view_keys/3", later)),
        fails("a day left out", remove("/days/2"), 2),
        fails("the first day left out", remove("/days/0"), 0),
        fails("the last day left out", remove("/open/1"), 7),
        fails("a day there twice", add("/days/3", good["days"][2].clone()), 2),
        fails(
            "a day with a root said to have none",
            add("/open/0", json!(FIRST + 2)),
            2,
        ),
        fails("a day too many", add("/open/2", json!(FIRST + 8)), 8),
        case(
            "the last rooted day said to have none yet",
            vec![remove("/days/5"), add("/open/0", json!(FIRST + 5))],
            &format!("day day {}", day(5)),
        ),
        case(
            "a shorter time than the days",
            vec![set("/to", json!(FIRST + 6))],
            &format!("day day {}", day(7)),
        ),
    ]
}

fn of_numbers(good: &Value, at: &dyn Fn(usize) -> String) -> Vec<Case> {
    let entry = |n: usize, field: &str, value: Value| {
        let mut entry = good["entries"][n].clone();
        entry[field] = value;
        entry
    };
    let index = |n: usize| good["entries"][n]["index"].as_u64().unwrap();
    let replayed = json!({ "i": 2, "index": index(1) + 1 });
    let mut again = entry(1, "i", replayed["i"].clone());
    again["index"] = replayed["index"].clone();
    vec![
        case(
            "the first entry of a day left out",
            vec![remove("/entries/0")],
            &format!("number {}", at(1)),
        ),
        case(
            "a middle entry of a day left out",
            vec![remove("/entries/4")],
            &format!("number {}", at(5)),
        ),
        case(
            "an entry there twice",
            vec![add("/entries/1", good["entries"][0].clone())],
            &format!("number {}", at(0)),
        ),
        case(
            "an entry replayed under the next number",
            vec![add("/entries/2", again)],
            &format!("tag entry {}", index(1) + 1),
        ),
        case(
            "an entry replayed on another day",
            vec![add("/entries/3", {
                let mut later = entry(2, "day", json!(FIRST + 5));
                later["index"] = json!(index(2) + 1);
                later
            })],
            &format!("leaf entry {}", index(2) + 1),
        ),
        case(
            "entries in another order",
            vec![
                set("/entries/0", good["entries"][2].clone()),
                set("/entries/2", good["entries"][0].clone()),
            ],
            &format!("number {}", at(1)),
        ),
        case(
            "an entry before the first day",
            vec![set("/entries/0/day", json!(FIRST - 1))],
            &format!("number {}", at(0)),
        ),
    ]
}

fn of_entries(good: &Value, at: &dyn Fn(usize) -> String) -> Vec<Case> {
    let fails = |name, patch, check: &str, n: usize| case(name, vec![patch], &format!("{check} {}", at(n)));
    let november = |key: [u8; 32]| set("/view_keys/2/key", json!(base64(&key)));
    let before = view_key(&OWN, Day::new(ANEW - 1));
    // A leaf ends in: policy (32 bytes under a head of 2), subject (16 under 1), detail (32 under 2).
    let leaf = STANDARD
        .decode(good["entries"][2]["leaf"].as_str().unwrap())
        .unwrap()
        .len();
    vec![
        fails(
            "the version of a leaf",
            flip(good, "/entries/2/leaf", 1),
            "leaf",
            2,
        ),
        fails(
            "the kind of a leaf",
            set("/entries/2/leaf", good["days"][4]["leaf"].clone()),
            "leaf",
            2,
        ),
        fails(
            "the subject of a leaf",
            flip(good, "/entries/2/leaf", leaf - 35),
            "tag",
            2,
        ),
        fails(
            "the detail of a leaf",
            flip(good, "/entries/2/leaf", leaf - 1),
            "detail",
            2,
        ),
        fails("a salt", flip(good, "/entries/2/salt", 0), "detail", 2),
        fails("a detail", flip(good, "/entries/2/detail", 20), "detail", 2),
        fails(
            "somebody else's view key",
            november(view_key(&OTHER, Day::new(ANEW))),
            "tag",
            2,
        ),
        fails(
            "the view key of another month",
            november(month_key(&OWN, (2026, 12), 1)),
            "tag",
            2,
        ),
        fails(
            "the view key from before it was made anew",
            november(before),
            "tag",
            2,
        ),
        fails(
            "the view key that was made anew left out",
            remove("/view_keys/2"),
            "tag",
            2,
        ),
        fails(
            "the view key made anew said to begin later",
            set("/view_keys/2/from", json!(ANEW + 1)),
            "tag",
            2,
        ),
    ]
}

fn of_inclusion(good: &Value) -> Vec<Case> {
    let fails = |name, patch| case(name, vec![patch], "inclusion file");
    let hashes = |change: fn(&mut Vec<[u8; 32]>)| hashes(good, "/hashes", change);
    let leaf = |n: usize| {
        STANDARD
            .decode(good["entries"][n]["leaf"].as_str().unwrap())
            .unwrap()
            .len()
    };
    let index = good["entries"][6]["index"].as_u64().unwrap();
    vec![
        fails(
            "the policy of a leaf",
            flip(good, "/entries/2/leaf", leaf(2) - 60),
        ),
        fails("a hash", hashes(|all| all[0][0] ^= 1)),
        fails(
            "a hash left out",
            hashes(|all| {
                all.remove(1);
            }),
        ),
        fails("a hash too many", hashes(|all| all.push([0; 32]))),
        fails("hashes in another order", hashes(|all| all.swap(0, 1))),
        fails("no hashes", hashes(Vec::clear)),
        fails(
            "another place in the log",
            set("/entries/6/index", json!(index - 1)),
        ),
        fails("a place beyond the log", set("/entries/6/index", json!(10_000))),
        fails(
            "another place of a day's root",
            set("/days/5/index", json!(index - 1)),
        ),
    ]
}

fn of_roots(good: &Value) -> Vec<Case> {
    let fails = |name, patch: Vec<Value>, check: &str, after: u32| {
        case(name, patch, &format!("{check} day {}", day(after)))
    };
    let empty = Leaf::DayRoot(DayRoot {
        day: Day::new(FIRST + 4),
        count: 0,
        root: empty_root(),
    });
    let empty = set("/days/4/leaf", json!(base64(&empty.to_bytes())));
    let hidden = [remove("/entries/2"), set("/days/4/present", json!([]))];
    let neighbours = [remove("/days/4/left"), remove("/days/4/right")];
    let nothing = [set("/days/4/hashes", json!(""))];
    let emptied = [&[empty][..], &hidden, &neighbours, &nothing].concat();
    let left = good["days"][4]["left"].clone();
    let of_tags = |change: fn(&mut Vec<[u8; 32]>)| vec![hashes(good, "/days/4/hashes", change)];
    vec![
        fails(
            "the root of another day",
            vec![set("/days/4/leaf", good["days"][2]["leaf"].clone())],
            "leaf",
            4,
        ),
        fails(
            "a bit of a day's root",
            vec![flip(good, "/days/4/leaf", 20)],
            "present",
            4,
        ),
        case("a day forged to be empty", emptied, "inclusion file"),
        fails(
            "a root before an entry of its day",
            vec![set("/days/1/index", good["entries"][1]["index"].clone())],
            "day",
            1,
        ),
        fails(
            "the only entry of a day left out",
            vec![remove("/entries/2")],
            "present",
            4,
        ),
        fails(
            "the only entry and its place left out",
            hidden.into(),
            "present",
            4,
        ),
        fails(
            "a place of a tag left out",
            vec![remove("/days/1/present/1")],
            "present",
            1,
        ),
        fails(
            "a place of a tag twice",
            vec![set("/days/1/present/1", good["days"][1]["present"][0].clone())],
            "present",
            1,
        ),
        fails("a hash of a day", of_tags(|all| all[0][0] ^= 1), "present", 4),
        fails(
            "a hash of a day left out",
            of_tags(|all| {
                all.pop();
            }),
            "present",
            4,
        ),
        fails(
            "a hash of a day too many",
            of_tags(|all| all.push([0; 32])),
            "present",
            4,
        ),
        fails(
            "a neighbour's tag",
            vec![flip(good, "/days/4/left/tag", 15)],
            "present",
            4,
        ),
        fails(
            "a neighbour's place",
            vec![set("/days/4/left/place", json!(7))],
            "present",
            4,
        ),
        fails(
            "one neighbour left out",
            vec![remove("/days/4/left")],
            "present",
            4,
        ),
        fails("both neighbours left out", neighbours.into(), "present", 4),
        fails(
            "one neighbour as both",
            vec![set("/days/4/right", left.clone())],
            "present",
            4,
        ),
        fails(
            "a neighbour in an empty day",
            vec![add("/days/3/left", left)],
            "present",
            3,
        ),
    ]
}

/// Proofs that are true, of something else than that the person has no entry.
fn hidden() -> Vec<Case> {
    let fails = |base, name| Case {
        base,
        ..case(name, vec![], &format!("absent day {}", day(4)))
    };
    vec![
        fails("hidden", "the only entry and its proof left out"),
        fails(
            "hidden_right",
            "the neighbour above left out, though the one below is not the last",
        ),
        fails(
            "hidden_left",
            "the neighbour below left out, though the one above is not the first",
        ),
        fails("hidden_aside", "neighbours between which the tag does not stand"),
    ]
}

fn lies(at: &dyn Fn(usize) -> String) -> Vec<Case> {
    let lie = |base, name| Case {
        base,
        ..case(name, vec![], &format!("words {}", at(2)))
    };
    vec![
        lie("class", "a detail with another class than the leaf"),
        lie("basis", "a detail with another basis than the leaf"),
        lie("purpose", "a detail with another purpose than the leaf"),
        lie("word", "a detail with a word that nobody knows"),
        lie("organisation", "a detail with another centre than the leaf"),
        lie("hour", "a detail of another hour than the leaf"),
    ]
}

impl Case {
    pub(crate) fn json(&self) -> Value {
        json!({
            "name": self.name, "extract": self.base, "patch": self.patch, "key": self.key,
            "checkpoint": self.checkpoint, "fails": self.fails,
        })
    }
}
