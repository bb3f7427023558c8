//! The policy file, line by line. Names and comments are opaque bytes, as the specification wants.

use std::collections::{HashMap, HashSet};

use super::quorum::{Part, Quorum};
use super::{KnownLog, KnownWitness, MAX_POLICY, Policy};
use crate::{CosignatureVerifier, NoteError, Verifier};

/// More of each than anybody has, and few enough that a hostile file costs nothing. The specification asks for 32.
const MAX_OF_A_KIND: usize = 1_024;

/// A policy file could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("reading a policy file, line {line}: {fault}")]
pub struct PolicyError {
    /// From 1; the line after the last when something is missing.
    pub line: usize,
    pub fault: Fault,
}

/// What is wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("the file is longer than 1 MiB")]
    Large,
    #[error("a control character other than tab and line break")]
    Control,
    #[error("it does not end in a line break")]
    Cut,
    #[error("`log`, `witness`, `group` or `quorum` was expected")]
    Unknown,
    #[error("too few or too many items: {0} was expected")]
    Items(&'static str),
    #[error("the key: {0}")]
    Key(#[from] NoteError),
    #[error("this key stands on an earlier line already")]
    SameKey,
    #[error("this name stands for something already, or is `none`")]
    SameName,
    #[error("this name stands for nothing on an earlier line")]
    NoName,
    #[error("this name is a member of a group already, and each counts once")]
    SecondMembership,
    #[error("a threshold is `all`, `any` or a number from 1 to the number of members")]
    Threshold,
    #[error("a second quorum line")]
    SecondQuorum,
    #[error("there is no quorum line; write `quorum none` when no cosignature is asked for")]
    NoQuorum,
    #[error("more than 1,024 logs, witnesses or groups")]
    Many,
}

pub(super) fn policy(file: &[u8]) -> Result<Policy, PolicyError> {
    let at = |line| move |fault| PolicyError { line, fault };
    if file.len() > MAX_POLICY {
        return Err(at(1)(Fault::Large));
    }
    let mut reading = Reading::default();
    let mut last = 0;
    for (line, bytes) in (1..).zip(file.split_inclusive(|byte| *byte == b'\n')) {
        reading.line(bytes).map_err(at(line))?;
        last = line;
    }
    reading.finish().map_err(at(last + 1))
}

/// What the lines so far said.
#[derive(Default)]
struct Reading {
    logs: Vec<KnownLog>,
    witnesses: Vec<KnownWitness>,
    keys_of_logs: HashSet<[u8; 32]>,
    keys_of_witnesses: HashSet<[u8; 32]>,
    parts: Vec<Part>,
    names: HashMap<Vec<u8>, usize>,
    members: HashSet<usize>,
    quorum: Option<Option<usize>>,
}

impl Reading {
    fn line(&mut self, line: &[u8]) -> Result<(), Fault> {
        let line = line.strip_suffix(b"\n").ok_or(Fault::Cut)?;
        if line
            .iter()
            .any(|byte| (*byte < 0x20 && *byte != b'\t') || *byte == 0x7f)
        {
            return Err(Fault::Control);
        }
        let items: Vec<&[u8]> = line
            .split(|byte| matches!(byte, b' ' | b'\t'))
            .filter(|item| !item.is_empty())
            .collect();
        match items.split_first() {
            None => Ok(()),
            Some((first, _)) if first.starts_with(b"#") => Ok(()),
            Some((&b"log", rest)) => self.log(rest),
            Some((&b"witness", rest)) => self.witness(rest),
            Some((&b"group", rest)) => self.group(rest),
            Some((&b"quorum", rest)) => self.quorum(rest),
            Some(_) => Err(Fault::Unknown),
        }
    }

    fn log(&mut self, items: &[&[u8]]) -> Result<(), Fault> {
        let (key, url) = match items {
            [key] => (key, None),
            [key, url] => (key, Some(text(url))),
            _ => return Err(Fault::Items("`log KEY [URL]`")),
        };
        let verifier = Verifier::parse(utf8(key)?)?;
        if !self.keys_of_logs.insert(*verifier.public_key()) {
            return Err(Fault::SameKey);
        }
        room(self.logs.len())?;
        self.logs.push(KnownLog { verifier, url });
        Ok(())
    }

    fn witness(&mut self, items: &[&[u8]]) -> Result<(), Fault> {
        let (name, key, url) = match items {
            [name, key] => (name, key, None),
            [name, key, url] => (name, key, Some(text(url))),
            _ => return Err(Fault::Items("`witness NAME KEY [URL]`")),
        };
        let verifier = CosignatureVerifier::parse(utf8(key)?)?;
        if !self.keys_of_witnesses.insert(*verifier.public_key()) {
            return Err(Fault::SameKey);
        }
        room(self.witnesses.len())?;
        self.define(name, Part::Witness(self.witnesses.len()))?;
        self.witnesses.push(KnownWitness {
            name: name.to_vec(),
            verifier,
            url,
        });
        Ok(())
    }

    fn group(&mut self, items: &[&[u8]]) -> Result<(), Fault> {
        let [name, threshold, names @ ..] = items else {
            return Err(Fault::Items("`group NAME all|any|NUMBER MEMBER…`"));
        };
        if names.is_empty() {
            return Err(Fault::Items("`group NAME all|any|NUMBER MEMBER…`"));
        }
        let mut members = Vec::with_capacity(names.len());
        for member in names {
            let member = self.find(member)?;
            if !self.members.insert(member) {
                return Err(Fault::SecondMembership);
            }
            members.push(member);
        }
        let least = least(threshold, members.len())?;
        room(self.parts.len() - self.witnesses.len())?;
        self.define(name, Part::Group { least, members })
    }

    fn quorum(&mut self, items: &[&[u8]]) -> Result<(), Fault> {
        let [name] = items else {
            return Err(Fault::Items("`quorum NAME` or `quorum none`"));
        };
        if self.quorum.is_some() {
            return Err(Fault::SecondQuorum);
        }
        self.quorum = Some(match *name {
            b"none" => None,
            name => Some(self.find(name)?),
        });
        Ok(())
    }

    fn find(&self, name: &[u8]) -> Result<usize, Fault> {
        self.names.get(name).copied().ok_or(Fault::NoName)
    }

    fn define(&mut self, name: &[u8], part: Part) -> Result<(), Fault> {
        if name == b"none" || self.names.contains_key(name) {
            return Err(Fault::SameName);
        }
        self.names.insert(name.to_vec(), self.parts.len());
        self.parts.push(part);
        Ok(())
    }

    fn finish(self) -> Result<Policy, Fault> {
        Ok(Policy {
            logs: self.logs,
            witnesses: self.witnesses,
            quorum: Quorum {
                parts: self.parts,
                decides: self.quorum.ok_or(Fault::NoQuorum)?,
            },
        })
    }
}

fn least(threshold: &[u8], members: usize) -> Result<usize, Fault> {
    match threshold {
        b"all" => Ok(members),
        b"any" => Ok(1),
        digits if digits.iter().all(u8::is_ascii_digit) => utf8(digits)
            .ok()
            .and_then(|digits| digits.parse().ok())
            .filter(|least| (1..=members).contains(least))
            .ok_or(Fault::Threshold),
        _ => Err(Fault::Threshold),
    }
}

fn room(taken: usize) -> Result<(), Fault> {
    if taken < MAX_OF_A_KIND {
        Ok(())
    } else {
        Err(Fault::Many)
    }
}

fn utf8(bytes: &[u8]) -> Result<&str, Fault> {
    std::str::from_utf8(bytes).map_err(|_| Fault::Key(NoteError::VerifierKey))
}

/// For people and for a client to try; a URL that is not UTF-8 leads nowhere anyway.
fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
