//! What is published of the logs before, under `before/<k>/`: whose it is, who saw it, and its heads.
//!
//! The successor's operator chose these files. So a key among them is believed only as far as the auditor's policy names it,
//! and a head as far as the policy's witnesses cosigned it; the report says where neither was.

use super::publications::{Row, note};
use super::report::Trust;
use super::{Check, Failure, Finding, Place, Published, read};
use crate::Verifier;
use crate::policy::{Endorsed, Met, Policy};

use super::earlier::Earlier;

/// Earlier logs that are read at most: one a year for a lifetime.
const MOST: u64 = 64;

/// Reads what is published of earlier logs, oldest first, each signed by its own key. `own` signed the newest checkpoint of
/// the log that is audited.
pub(super) fn read<P: Published>(
    published: &P,
    policy: &Policy,
    own: &Verifier,
) -> Result<Vec<Earlier>, Failure<P::Error>> {
    let (mut known, mut logs) = (vec![own.clone()], Vec::new());
    for k in 1..=MOST {
        let Some(key) = key(published, k)? else { break };
        is_another(&key, &known, k)?;
        let trust = trust(&key, policy, k)?;
        logs.push(heads(published, policy, &key, trust, k)?);
        known.push(key);
    }
    Ok(logs)
}

fn at(k: u64, file: Place) -> Place {
    let file = Box::new(file);
    Place::Before { k, file }
}

fn key<P: Published>(published: &P, k: u64) -> Result<Option<Verifier>, Failure<P::Error>> {
    let name = format!("before/{k}/key");
    let place = at(k, Place::Key);
    let Some(line) = read::optional_line(published, &name, Check::Signature, place.clone())? else {
        return Ok(None);
    };
    let key = Verifier::parse(&line);
    let key = key.map_err(|error| Finding::new(Check::Signature, place, error.to_string()))?;
    Ok(Some(key))
}

/// One key signs one log, under one name: what goes on from itself goes on from nothing.
fn is_another(key: &Verifier, known: &[Verifier], k: u64) -> Result<(), Finding> {
    let wrong = |sentence| Err(Finding::new(Check::Bridge, at(k, Place::Key), sentence));
    if known.iter().any(|other| other.name() == key.name()) {
        return wrong(format!("{} is the name of another log of this row", key.name()));
    }
    if known.iter().any(|other| other.public_key() == key.public_key()) {
        return wrong("it is the key of another log of this row".to_owned());
    }
    Ok(())
}

/// A policy that names the log knows its key.
fn trust(key: &Verifier, policy: &Policy, k: u64) -> Result<Trust, Finding> {
    let mut named = policy.logs().iter().map(|log| &log.verifier);
    if named.any(|known| known == key) {
        return Ok(Trust::Policy);
    }
    let mut named = policy.logs().iter().map(|log| &log.verifier);
    if named.any(|known| known.name() == key.name()) {
        let sentence = format!("the policy has another key for {}", key.name());
        return Err(Finding::new(Check::Signature, at(k, Place::Key), sentence));
    }
    Ok(Trust::KeyBesideTheCheckpoint)
}

fn heads<P: Published>(
    published: &P,
    policy: &Policy,
    key: &Verifier,
    trust: Trust,
    k: u64,
) -> Result<Earlier, Failure<P::Error>> {
    let policy = policy.over(key.clone());
    let (mut row, mut newest, mut had_quorum) = (Row::default(), None, Met::No);
    for place in notes(published, k)? {
        let found = note(published, &policy, &place.to_string(), || place.clone())?.ok_or_else(|| {
            let sentence = "it is not there, though others of its log are";
            Finding::new(Check::Publication, place.clone(), sentence)
        })?;
        row.add(&found.checkpoint, place)?;
        if found.quorum.is_met() {
            had_quorum = Met::Yes;
        }
        newest = Some(found);
    }
    if let Some(newest) = &newest {
        keeps_its_quorum(newest, had_quorum, k)?;
    }
    Ok(Earlier::new(k, key.name(), trust, newest, row))
}

/// The notes that must be there, the newest last; none when the log ended before anything was published.
fn notes<P: Published>(
    published: &P,
    k: u64,
) -> Result<impl Iterator<Item = Place> + use<P>, Failure<P::Error>> {
    let name = format!("before/{k}/checkpoints/latest");
    let place = at(k, Place::Latest);
    let line = read::optional_line(published, &name, Check::Publication, place.clone())?;
    let latest = line.map(|line| read::number(&line, place)).transpose()?;
    let places = latest.map(|latest| (1..=latest).map(Place::Publication).chain([Place::Newest]));
    Ok(places.into_iter().flatten().map(move |file| at(k, file)))
}

/// A log that once waited for the policy's witnesses did not stop to: whoever stole its key has not theirs. One that never
/// had enough of them may be older than they are, which the report says.
fn keeps_its_quorum(newest: &Endorsed, had_quorum: Met, k: u64) -> Result<(), Finding> {
    if newest.quorum.is_met() || !had_quorum.is_met() {
        return Ok(());
    }
    let sentence = format!(
        "{} of the {} witnesses in the policy cosigned it, and these are not enough, as others of its log had",
        newest.cosigned.iter().flatten().count(),
        newest.cosigned.len()
    );
    Err(Finding::new(Check::Quorum, at(k, Place::Newest), sentence))
}
