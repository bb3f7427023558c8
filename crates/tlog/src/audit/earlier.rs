//! The logs that this one continues: their heads, published beside it under `before/<k>/`, and the bridges to them.
//!
//! A bridge stands right behind the entries that the two logs share. So a size that is its place says that none is missing,
//! and the root is recomputed; a larger one says of how many entries nobody can recompute anything here. Bridges that stand
//! one behind the other are to logs that share the entries before the first of them.

use std::collections::VecDeque;

use sha2::{Digest, Sha256};

use super::publications::{Head, Row, note};
use super::report::Bridged;
use super::{Check, Failure, Finding, Place, Published, read};
use crate::leaf::Bridge;
use crate::policy::Policy;
use crate::{CompactRange, Hash, Verifier};

/// Earlier logs that are read at most: one a year for a lifetime.
const MOST: u64 = 64;

/// A log that ended, as far as it is published here.
struct Earlier {
    k: u64,
    origin: String,
    /// Those that the entries must still give, by size.
    heads: VecDeque<Head>,
    compared: u64,
}

/// The earlier logs, oldest first, and the bridges so far.
pub(super) struct EarlierLogs {
    /// Those whose bridge has not come yet.
    open: VecDeque<Earlier>,
    bridged: Vec<Bridged>,
}

/// Reads what is published of earlier logs, each signed by its own key.
pub(super) fn read<P: Published>(published: &P) -> Result<EarlierLogs, Failure<P::Error>> {
    let mut open = VecDeque::new();
    for k in 1..=MOST {
        match one(published, k)? {
            Some(earlier) => open.push_back(earlier),
            None => break,
        }
    }
    let bridged = Vec::new();
    Ok(EarlierLogs { open, bridged })
}

fn one<P: Published>(published: &P, k: u64) -> Result<Option<Earlier>, Failure<P::Error>> {
    let at = |file| Place::Before {
        k,
        file: Box::new(file),
    };
    let name = format!("before/{k}/key");
    let Some(line) = read::optional_line(published, &name, Check::Signature, at(Place::Key))? else {
        return Ok(None);
    };
    let key = Verifier::parse(&line)
        .map_err(|error| Finding::new(Check::Signature, at(Place::Key), error.to_string()))?;
    let origin = key.name().to_owned();
    let policy = Policy::of_log(key);
    let mut row = Row::default();
    for (name, place) in names(published, k, at)? {
        let found = note(published, &policy, &name, || place.clone())?.ok_or_else(|| {
            let sentence = "it is not there, though others of its log are";
            Finding::new(Check::Publication, place.clone(), sentence)
        })?;
        row.add(&found.checkpoint, place)?;
    }
    Ok(Some(Earlier {
        k,
        origin,
        heads: row.heads.into(),
        compared: 0,
    }))
}

/// The notes that must be there; none when the log ended before anything was published.
fn names<P: Published>(
    published: &P,
    k: u64,
    at: impl Fn(Place) -> Place,
) -> Result<impl Iterator<Item = (String, Place)>, Failure<P::Error>> {
    let name = format!("before/{k}/checkpoints/latest");
    let line = read::optional_line(published, &name, Check::Publication, at(Place::Latest))?;
    let latest = line
        .map(|line| read::number(&line, at(Place::Latest)))
        .transpose()?;
    let places = latest.map(|latest| (1..=latest).map(Place::Publication).chain([Place::Newest]));
    Ok(places.into_iter().flatten().map(move |place| {
        let place = at(place);
        (place.to_string(), place)
    }))
}

impl EarlierLogs {
    /// Whether a head of them lies before this size.
    pub(super) fn has_head_below(&self, size: u64) -> bool {
        self.open
            .iter()
            .filter_map(|earlier| earlier.heads.front())
            .any(|head| head.size < size)
    }

    /// The entries so far give the root of every head of their number.
    pub(super) fn compare_root(&mut self, range: &CompactRange) -> Result<(), Finding> {
        let size = range.size();
        for earlier in &mut self.open {
            if let Some(head) = earlier.heads.front()
                && head.size == size
            {
                super::entries::same_root(head, &range.root())?;
                earlier.heads.pop_front();
                earlier.compared += 1;
            }
        }
        Ok(())
    }

    /// A bridge, number `index` of the log; `root` is that of all entries before it.
    pub(super) fn bridge(&mut self, bridge: &Bridge, index: u64, root: Hash) -> Result<(), Finding> {
        let wrong = |sentence| Finding::new(Check::Bridge, Place::Entry(index), sentence);
        if bridge.size < index {
            return Err(wrong(format!(
                "it says that the log before had {} entries, and {index} stand before it",
                bridge.size
            )));
        }
        if bridge.size == index && bridge.root != root {
            return Err(wrong(format!(
                "it says that the {index} entries before it had the root {} in the log before, and they give {root}",
                bridge.root
            )));
        }
        let earlier = self.open.pop_front();
        if let Some(earlier) = &earlier {
            earlier.agrees(bridge).map_err(wrong)?;
        }
        let before = self.bridged.last().filter(|last| last.index + 1 == index);
        self.bridged.push(Bridged {
            index,
            shared: before.map_or(index, |last| last.shared),
            size: bridge.size,
            origin: earlier.as_ref().map(|earlier| earlier.origin.clone()),
            publications: earlier.as_ref().map_or(0, |earlier| earlier.compared),
            beyond: earlier.map_or(0, |earlier| earlier.heads.len() as u64),
        });
        Ok(())
    }

    /// At the end of the log: every earlier log was bridged.
    pub(super) fn finish(self) -> Result<Vec<Bridged>, Finding> {
        match self.open.front() {
            None => Ok(self.bridged),
            Some(earlier) => {
                let place = Place::Before {
                    k: earlier.k,
                    file: Box::new(Place::Key),
                };
                Err(Finding::new(
                    Check::Bridge,
                    place,
                    "no entry of this log continues that one",
                ))
            }
        }
    }
}

impl Earlier {
    /// Whether the bridge says the same of this log as what it published.
    fn agrees(&self, bridge: &Bridge) -> Result<(), String> {
        let name = Sha256::digest(self.origin.as_bytes());
        if name.as_slice() != bridge.origin.as_bytes() {
            return Err(format!("it goes on from another log than {}", self.origin));
        }
        for head in &self.heads {
            let same = head.size < bridge.size || (head.size == bridge.size && head.root == bridge.root);
            if !same {
                return Err(format!(
                    "it says that the log before ended with {} entries, and {} contradicts it",
                    bridge.size, head.place
                ));
            }
        }
        Ok(())
    }
}
