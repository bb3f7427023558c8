//! The logs that this one continues: their heads, published beside it under `before/<k>/`, and the bridges to them.
//!
//! A bridge stands right behind the entries that the two logs share. So a size that is its place says that none is missing,
//! and the root is recomputed; a larger one says of how many entries nobody can recompute anything here. Bridges that stand
//! one behind the other are to logs that share the entries before the first of them.

use std::collections::{HashSet, VecDeque};

use sha2::{Digest, Sha256};

use super::publications::{Head, Row};
use super::report::{Before, Bridged, Trust};
use super::{Check, Finding, Place};
use crate::leaf::Bridge;
use crate::policy::Endorsed;
use crate::range::MAX_SIZE;
use crate::{CompactRange, Hash};

/// A log that ended, as far as it is published here.
pub(super) struct Earlier {
    k: u64,
    /// Those that the entries must still give, by size.
    heads: VecDeque<Head>,
    /// What is known of it so far.
    before: Before,
}

/// The earlier logs, oldest first, and the bridges so far.
pub(super) struct EarlierLogs {
    /// Those whose bridge has not come yet.
    open: VecDeque<Earlier>,
    /// SHA-256 of the names of this log and of those that it went on from.
    names: HashSet<Hash>,
    bridged: Vec<Bridged>,
    /// Where the bridges began that stand one behind the other up to the newest.
    row: u64,
    /// Entries that are in no log here, at most [`MAX_SIZE`].
    lost: u64,
}

impl EarlierLogs {
    /// Of the log `origin`, which goes on from these.
    pub(super) fn new(origin: &str, earlier: Vec<Earlier>) -> Self {
        Self {
            open: earlier.into(),
            names: HashSet::from([name(origin)]),
            bridged: Vec::new(),
            row: 0,
            lost: 0,
        }
    }

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
                earlier.before.publications += 1;
                earlier.before.agreed = size;
            }
        }
        Ok(())
    }

    /// A bridge, number `index` of the log; `root` is that of all entries before it.
    pub(super) fn bridge(&mut self, bridge: &Bridge, index: u64, root: Hash) -> Result<(), Finding> {
        let wrong = |sentence| Finding::new(Check::Bridge, Place::Entry(index), sentence);
        fits(bridge, index, root).map_err(wrong)?;
        if !self.names.insert(bridge.origin) {
            return Err(wrong(
                "it goes on from this log, or from one that an earlier bridge went on from".to_owned(),
            ));
        }
        if self.bridged.last().is_none_or(|last| last.index + 1 < index) {
            self.row = index;
        }
        // Where bridges stand one behind the other, the logs share what is before the first of them.
        let shared = if bridge.size == index { index } else { self.row };
        let lost = bridge.size.checked_sub(shared);
        let lost = lost.and_then(|lost| lost.checked_add(self.lost));
        self.lost = lost
            .filter(|lost| *lost <= MAX_SIZE)
            .ok_or_else(|| wrong("more entries are lost than any log can have".to_owned()))?;
        let earlier = self.open.pop_front();
        if let Some(earlier) = &earlier {
            earlier.agrees(bridge).map_err(wrong)?;
        }
        self.bridged.push(Bridged {
            index,
            shared,
            size: bridge.size,
            before: earlier.map(Earlier::bridged),
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

fn name(origin: &str) -> Hash {
    Hash::from_bytes(Sha256::digest(origin).into())
}

/// Whether a bridge says what can be at its place, behind entries of this root.
fn fits(bridge: &Bridge, index: u64, root: Hash) -> Result<(), String> {
    if bridge.size > MAX_SIZE {
        return Err(format!(
            "it says that the log before had {} entries, which no log can have",
            bridge.size
        ));
    }
    if bridge.size < index {
        return Err(format!(
            "it says that the log before had {} entries, and {index} stand before it",
            bridge.size
        ));
    }
    if bridge.size == index && bridge.root != root {
        return Err(format!(
            "it says that the {index} entries before it had the root {} in the log before, and they give {root}",
            bridge.root
        ));
    }
    Ok(())
}

impl Earlier {
    pub(super) fn new(k: u64, origin: &str, key: Trust, newest: Option<Endorsed>, row: Row) -> Self {
        Self {
            k,
            heads: row.heads.into(),
            before: Before {
                origin: origin.to_owned(),
                key,
                newest,
                publications: 0,
                agreed: 0,
                beyond: 0,
            },
        }
    }

    fn bridged(self) -> Before {
        Before {
            beyond: self.heads.len() as u64,
            ..self.before
        }
    }

    /// Whether the bridge says the same of this log as what it published.
    fn agrees(&self, bridge: &Bridge) -> Result<(), String> {
        let origin = &self.before.origin;
        if name(origin) != bridge.origin {
            return Err(format!("it goes on from another log than {origin}"));
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
