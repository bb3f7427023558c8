//! The sum: what answers told, against what the published log says was disclosed.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use pramaan_domain::access::{Field, FieldSet};
use pramaan_testkit::scan::{Scanner, decoded};

use super::planted::{Marker, Planted};
use crate::world::listed;

/// An answer as it was sent.
#[derive(Debug, Clone)]
pub(crate) struct Captured {
    /// Method and path with its question.
    pub(crate) call: (String, String),
    /// The body of the request.
    pub(crate) typed: String,
    /// The answer's headers.
    pub(crate) told: String,
    /// Its `content-encoding`.
    pub(crate) coding: String,
    pub(crate) sent: Vec<u8>,
    /// The entries of the log that this call wrote.
    pub(crate) entries: Range<u64>,
}

/// Answers that tell what no entry names, and why that is no read.
const TOLD_WITHOUT: &[(&str, &str, Field, &str)] = &[
    ("GET", "/demo/outbox", Field::Mobile, OUTBOX),
    ("GET", "/demo/outbox", Field::ReferenceId, OUTBOX),
    ("GET", "/demo/outbox", Field::AppointmentCode, OUTBOX),
    ("GET", "/demo/outbox", Field::Name, OUTBOX),
    (
        "GET",
        "/login/otp",
        Field::Mobile,
        "the number that was typed on the page before, out of the browser's cookie",
    ),
    (
        "GET",
        "/staff/day/close",
        Field::Doses,
        "the batches that the centre used today: of nobody",
    ),
    (
        "POST",
        "/api/v2/registration/beneficiary/new",
        Field::ReferenceId,
        NEW,
    ),
    (
        "POST",
        "/api/v2/vaccinator/beneficiaries/new",
        Field::ReferenceId,
        NEW,
    ),
    ("POST", "/staff/walk-in", Field::ReferenceId, NEW),
    (
        "GET",
        "/api/v2/registration/beneficiary/genders",
        Field::Gender,
        "the choices, the same for everybody",
    ),
    (
        "POST",
        "/household/{place}/edit",
        Field::Gender,
        "the form once more, with the choice that was typed",
    ),
    (
        "GET",
        "/transparency/register.json",
        Field::Group,
        "which lists there are, the same for everybody",
    ),
    (
        "GET",
        "/staff/reviews/{matter}",
        Field::AccessList,
        "what the nurse wrote for the district, beside nobody's name (docs/office.md)",
    ),
];
const OUTBOX: &str = "it plays the telephones of the story's people: what was sent to them";
const NEW: &str = "the number that is given out by this call";

/// Disclosures of the published log, by number, and whether each answer has its own.
pub(crate) struct Account {
    pub(super) planted: Planted,
    scanner: Scanner,
    disclosed: BTreeMap<u64, (String, FieldSet)>,
    /// Inside what something was found.
    pub(crate) containers: BTreeSet<String>,
    /// The first answer that told a field of somebody.
    pub(crate) telling: BTreeMap<Field, Captured>,
}

impl Account {
    pub(crate) fn new(planted: Planted, disclosed: BTreeMap<u64, (String, FieldSet)>) -> Self {
        Self {
            scanner: planted.scanner(),
            planted,
            disclosed,
            containers: BTreeSet::new(),
            telling: BTreeMap::new(),
        }
    }

    /// What an answer told beyond its entries, and all of them together beyond the log.
    pub(crate) fn told_without(&mut self, captured: &[Captured]) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut sums: BTreeMap<String, (u64, u64)> = BTreeMap::new();
        for answer in captured {
            for marker in self.seen(answer) {
                let what = marker.what();
                self.telling.entry(marker.field).or_insert_with(|| answer.clone());
                let entered = |range: Range<u64>| {
                    let entries = self.disclosed.range(range);
                    let named =
                        |(_, (whose, fields)): &(_, &(String, FieldSet))| marker.is_in(whose, *fields);
                    u64::try_from(entries.filter(named).count()).unwrap()
                };
                let (method, path) = &answer.call;
                if entered(answer.entries.clone()) == 0 {
                    let entries = &answer.entries;
                    wrong.push(format!(
                        "{method} {path} told {what}; its entries are {entries:?}"
                    ));
                }
                let sum = sums.entry(what).or_insert((0, entered(0..u64::MAX)));
                sum.0 += 1;
            }
        }
        let more = sums.into_iter().filter(|(_, (told, logged))| told > logged);
        wrong.extend(
            more.map(|(what, (told, logged))| {
                format!("{what}: told {told} times, in the log {logged} times")
            }),
        );
        wrong
    }

    /// What an answer tells, each marker once: without what was typed for it.
    fn seen(&mut self, answer: &Captured) -> Vec<Marker> {
        let (method, path) = (&answer.call.0, &answer.call.1);
        let route = listed(method, path);
        let excused = |field| {
            let here = (route.method, route.path, field);
            TOLD_WITHOUT
                .iter()
                .any(|(method, path, field, _)| (*method, *path, *field) == here)
        };
        let asked = unescaped(&format!("{path} {}", answer.typed));
        let body = decoded(&answer.coding, &answer.sent).expect("a coding that is read");
        let mut typed = BTreeSet::new();
        for finding in self.scanner.scan("typed", asked.as_bytes()) {
            typed.insert(finding.what);
        }
        let mut seen = BTreeMap::new();
        for bytes in [&body, answer.told.as_bytes()] {
            for finding in self.scanner.scan("answer", bytes) {
                let Some(marker) = self.planted.found(&finding) else {
                    continue;
                };
                if !typed.contains(&finding.what) && !excused(marker.field) {
                    let inside = finding.place.split(" > ").skip(1);
                    self.containers
                        .extend(inside.map(|kind| kind.split('@').next().unwrap().to_owned()));
                    seen.insert(marker.what(), marker.clone());
                }
            }
        }
        seen.into_values().collect()
    }
}

/// A form or a path as it was meant.
fn unescaped(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits = after.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        let escaped = digits.and_then(|two| u8::from_str_radix(two, 16).ok());
        let (byte, used) = match (first, escaped) {
            (b'%', Some(byte)) => (byte, 2),
            (b'+', _) => (b' ', 0),
            (other, _) => (*other, 0),
        };
        bytes.push(byte);
        rest = &after[used..];
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
