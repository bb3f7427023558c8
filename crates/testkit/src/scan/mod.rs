//! Looks for values that must be nowhere: in files, tables, logs, however they were written and whatever they are inside.
//!
//! It is not a proof that bytes hold nothing: what was encrypted under a key, or written in a form that is not in
//! [`Form`], it does not see. So its own test plants every value in each form and place first.

mod drawn;
mod form;
mod pdf;
mod unpack;
mod zip;

#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use form::Pattern;
pub use form::{Coding, Form, Spelling};
pub use unpack::decoded;

/// How deep containers within containers are opened.
const DEPTH: u8 = 4;
/// The first bytes of a pattern, by which it is looked up. No pattern is shorter.
const LEAD: usize = 4;

/// The values that are looked for, each by a name that may be printed.
#[derive(Default, Clone)]
pub struct Planted(Vec<(String, Vec<u8>)>);

impl Planted {
    /// # Panics
    /// On a value of fewer than four bytes: it would be found everywhere.
    pub fn add(&mut self, what: impl Into<String>, value: impl AsRef<[u8]>) -> &mut Self {
        let (what, value) = (what.into(), value.as_ref().to_vec());
        assert!(
            value.len() >= LEAD,
            "{what} is too short to be looked for: {value:?}"
        );
        self.0.push((what, value));
        self
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Names and values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.0
            .iter()
            .map(|(what, value)| (what.as_str(), value.as_slice()))
    }
}

/// One value found where it must not be. It names the value and does not hold it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    pub what: String,
    pub form: Form,
    /// The file or column, and the containers inside it: `dump.sql > gzip@12 > zip@0`.
    pub place: String,
}

/// Patterns of every planted value in every form.
pub struct Scanner {
    names: Vec<String>,
    patterns: Vec<Pattern>,
    /// Patterns by their first bytes.
    by_lead: HashMap<[u8; LEAD], Vec<usize>>,
    /// Which pairs of first bytes begin any pattern, so that most places cost one look.
    pairs: Vec<bool>,
}

impl Scanner {
    pub fn new(planted: &Planted) -> Self {
        let mut scanner = Self {
            names: Vec::new(),
            patterns: Vec::new(),
            by_lead: HashMap::new(),
            pairs: vec![false; 1 << 16],
        };
        for (number, (what, value)) in planted.iter().enumerate() {
            scanner.names.push(what.to_owned());
            for pattern in form::patterns(number, value) {
                scanner.insert(pattern);
            }
        }
        scanner
    }

    fn insert(&mut self, pattern: Pattern) {
        let Some(lead) = pattern.bytes.first_chunk::<LEAD>().copied() else {
            return;
        };
        if let Some(pair) = self.pairs.get_mut(pair(lead)) {
            *pair = true;
        }
        self.by_lead.entry(lead).or_default().push(self.patterns.len());
        self.patterns.push(pattern);
    }

    /// Everything that is found in these bytes and in what they contain, each value once a form and place.
    pub fn scan(&self, place: &str, bytes: &[u8]) -> Vec<Finding> {
        let mut found = BTreeSet::new();
        self.scan_into(&mut found, place, bytes, DEPTH);
        found.into_iter().collect()
    }

    /// Every file of a folder and its subfolders.
    ///
    /// # Errors
    /// When a file cannot be read: a scan that skips is no scan.
    pub fn scan_folder(&self, folder: &Path) -> std::io::Result<Vec<Finding>> {
        let mut found = Vec::new();
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                found.extend(self.scan_folder(&path)?);
            } else {
                found.extend(self.scan(&path.display().to_string(), &std::fs::read(&path)?));
            }
        }
        Ok(found)
    }

    fn scan_into(&self, found: &mut BTreeSet<Finding>, place: &str, bytes: &[u8], depth: u8) {
        for (at, lead) in bytes.windows(LEAD).enumerate() {
            let Ok(lead) = <[u8; LEAD]>::try_from(lead) else {
                continue;
            };
            if self.pairs.get(pair(lead)) == Some(&true) {
                self.match_at(found, place, bytes, at, lead);
            }
        }
        if depth > 0 {
            for (container, content) in unpack::contents(bytes) {
                self.scan_into(found, &format!("{place} > {container}"), &content, depth - 1);
            }
        }
    }

    fn match_at(
        &self,
        found: &mut BTreeSet<Finding>,
        place: &str,
        bytes: &[u8],
        at: usize,
        lead: [u8; LEAD],
    ) {
        for index in self.by_lead.get(&lead).into_iter().flatten() {
            let Some(pattern) = self.patterns.get(*index) else {
                continue;
            };
            if pattern.is_at(bytes, at) {
                found.insert(Finding {
                    what: self.names.get(pattern.value).cloned().unwrap_or_default(),
                    form: pattern.form,
                    place: place.to_owned(),
                });
            }
        }
    }
}

fn pair([first, second, ..]: [u8; LEAD]) -> usize {
    usize::from(first) << 8 | usize::from(second)
}
