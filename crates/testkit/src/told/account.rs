//! The sum itself.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sha2::{Digest, Sha256};

use super::excuse::Excuse;
use super::marker::{Disclosed, Marker};
use super::{route, typed};
use crate::captured::Exchange;
use crate::scan::{Coding, Finding, Planted, Scanner, Spelling, decoded};

/// Values shorter than this are found by chance in hexadecimals and backwards; they count only as they are.
const SHORT: usize = 6;

/// Captured answers, read one after the other.
pub struct Account {
    markers: Vec<Marker>,
    scanner: Scanner,
    excuses: &'static [Excuse],
    /// Which markers are in a body that was read already: most pages come many times, and styles and scripts still oftener.
    read: HashMap<[u8; 32], BTreeSet<usize>>,
    /// By field and people: where it was told.
    told: BTreeMap<String, Told>,
    answers: u64,
    excused: u64,
    cut: u64,
}

struct Told {
    marker: Marker,
    by: Vec<Answer>,
}

/// Where and by which question something was told.
struct Answer {
    place: String,
    method: String,
    target: String,
}

/// What came out of it.
#[derive(Debug)]
pub struct Sum {
    /// Each field of each person that was told oftener than it was disclosed. Empty when all is well.
    pub beyond: Vec<String>,
    /// How many fields of people were told by a route just as often as it disclosed them: with one entry less each would be
    /// beyond.
    pub tight: u64,
    /// Answers that were read.
    pub answers: u64,
    /// How often any field of anybody was told.
    pub told: u64,
    /// How often it was an excused one.
    pub excused: u64,
    /// Answers of which the end is missing.
    pub cut: u64,
}

impl Account {
    pub fn new(markers: Vec<Marker>, excuses: &'static [Excuse]) -> Self {
        let mut planted = Planted::default();
        for (number, marker) in markers.iter().enumerate() {
            planted.add(number.to_string(), &marker.value);
        }
        Self {
            scanner: Scanner::new(&planted),
            markers,
            excuses,
            read: HashMap::new(),
            told: BTreeMap::new(),
            answers: 0,
            excused: 0,
            cut: 0,
        }
    }

    /// Reads one more answer.
    ///
    /// # Errors
    /// When it was sent whole in a coding that nobody here can read.
    pub fn read(&mut self, exchange: &Exchange) -> Result<(), String> {
        self.answers += 1;
        self.cut += u64::from(!exchange.is_whole);
        let body = match decoded(&exchange.coding, &exchange.sent) {
            Some(body) => body,
            // What can be inflated of it is found by its first bytes.
            None if !exchange.is_whole => exchange.sent.clone(),
            None => {
                let (place, coding) = (&exchange.place, &exchange.coding);
                return Err(format!("{place}: a body that is no {coding}"));
            }
        };
        let mut seen = self.seen(&body);
        seen.extend(self.found(exchange.head.as_bytes()));
        if seen.is_empty() {
            return Ok(());
        }
        let asked = typed::of(exchange);
        let typed = self.found(&asked);
        // In however many spellings it is there, it is one read.
        let mut once = BTreeMap::new();
        for number in seen.difference(&typed) {
            let marker = self.markers.get(*number);
            if let Some(marker) = marker.filter(|marker| !marker.is_typed(&asked)) {
                once.insert(marker.what(), *number);
            }
        }
        for (what, number) in once {
            self.count(exchange, what, number);
        }
        Ok(())
    }

    fn count(&mut self, exchange: &Exchange, what: String, number: usize) {
        let Some(marker) = self.markers.get(number) else {
            return;
        };
        let (method, target) = (&exchange.method, &exchange.target);
        let is_excused = |excuse: &Excuse| excuse.is_for(method, target, marker.field);
        if self.excuses.iter().any(is_excused) {
            self.excused += 1;
            return;
        }
        let told = self.told.entry(what).or_insert_with(|| Told {
            marker: marker.clone(),
            by: Vec::new(),
        });
        told.by.push(Answer {
            place: exchange.place.clone(),
            method: method.clone(),
            target: target.clone(),
        });
    }

    fn seen(&mut self, body: &[u8]) -> BTreeSet<usize> {
        let hash: [u8; 32] = Sha256::digest(body).into();
        if let Some(seen) = self.read.get(&hash) {
            return BTreeSet::clone(seen);
        }
        let seen = self.found(body);
        self.read.insert(hash, seen.clone());
        seen
    }

    fn found(&self, bytes: &[u8]) -> BTreeSet<usize> {
        let found = self.scanner.scan("", bytes);
        found.iter().filter_map(|finding| self.counts(finding)).collect()
    }

    fn counts(&self, finding: &Finding) -> Option<usize> {
        let number: usize = finding.what.parse().ok()?;
        let marker = self.markers.get(number)?;
        let as_it_is = finding.form.spelling == Spelling::AsIs && finding.form.coding == Coding::Utf8;
        (as_it_is || marker.value.len() >= SHORT).then_some(number)
    }

    /// Compares what was told with the entries that count.
    pub fn sum(&self, log: &[Disclosed]) -> Sum {
        let (mut beyond, mut tight) = (Vec::new(), 0);
        for (what, told) in &self.told {
            let entries: Vec<&Disclosed> = log.iter().filter(|entry| told.marker.is_in(entry)).collect();
            let by_route = told.by_route(&entries);
            for (route, answers) in &by_route {
                tight += u64::from(answers.len() == entered(&entries, route));
            }
            beyond.extend(told.beyond(what, &entries, by_route));
        }
        let told: usize = self.told.values().map(|told| told.by.len()).sum();
        Sum {
            beyond,
            tight,
            answers: self.answers,
            told: told as u64,
            excused: self.excused,
            cut: self.cut,
        }
    }
}

type ByRoute<'a> = BTreeMap<&'a str, Vec<&'a Answer>>;

impl Told {
    /// By the request of the entries that it is for; under an empty one what no entry is for.
    fn by_route<'a>(&'a self, entries: &[&'a Disclosed]) -> ByRoute<'a> {
        let mut by_route = ByRoute::new();
        for answer in &self.by {
            let requests = entries.iter().map(|entry| entry.request.as_str());
            let route = route::of(requests, (&answer.method, &answer.target));
            by_route
                .entry(route.unwrap_or_default())
                .or_default()
                .push(answer);
        }
        by_route
    }

    /// In all, or else by a route.
    fn beyond(&self, what: &str, entries: &[&Disclosed], by_route: ByRoute<'_>) -> Vec<String> {
        if self.by.len() > entries.len() {
            let all: Vec<&Answer> = self.by.iter().collect();
            return vec![too_often(what, &all, "", entries.len())];
        }
        let too_many = |(route, answers): (&str, Vec<&Answer>)| {
            let logged = entered(entries, route);
            let by = format!(" by {route:?}");
            (answers.len() > logged).then(|| too_often(what, &answers, &by, logged))
        };
        by_route.into_iter().filter_map(too_many).collect()
    }
}

fn entered(entries: &[&Disclosed], route: &str) -> usize {
    entries.iter().filter(|entry| entry.request == route).count()
}

fn too_often(what: &str, answers: &[&Answer], by: &str, logged: usize) -> String {
    let line = |answer: &&Answer| format!("\n    {} {} {}", answer.place, answer.method, answer.target);
    let places: String = answers.iter().map(line).collect();
    let times = answers.len();
    format!("{what}: told {times} times{by}, in the log {logged} times:{places}")
}
