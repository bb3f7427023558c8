//! The entries in their order: what each says, what they say together, and the roots that they give.

use std::collections::HashSet;

use sha2::{Digest, Sha256};

use super::bundle::Bundle;
use super::days::{Days, Rooted};
use super::earlier::EarlierLogs;
use super::publications::{Head, Heads};
use super::report::{Bridged, Disclosures};
use super::tiles::Above;
use super::{Check, Failure, Finding, Place, Published, read};
use crate::leaf::{AccessKind, Hour};
use crate::{CompactRange, Hash, Leaf};

/// Longest access policy, in bytes.
const MAX_ACCESS_POLICY: usize = 1 << 20;
/// Policies that are remembered as resolved. A log has a few; one that has more is only slower to audit.
const REMEMBERED: usize = 4_096;

/// An audit on its way through the entries.
pub(super) struct Entries<'a, P> {
    published: &'a P,
    size: u64,
    heads: std::slice::Iter<'a, Head>,
    /// The next head that the entries must give.
    head: Option<&'a Head>,
    earlier: EarlierLogs,
    range: CompactRange,
    above: Above,
    hour: Option<Hour>,
    days: Days,
    policies: HashSet<Hash>,
    /// The policy of the entry before: mostly that of the next.
    policy: Option<Hash>,
    distinct_policies: u64,
    disclosures: Disclosures,
}

/// What was found in a log that keeps its promises.
pub(super) struct Found {
    pub(super) rooted: Rooted,
    pub(super) disclosures: Disclosures,
    pub(super) policies: u64,
    pub(super) bridged: Vec<Bridged>,
}

impl<'a, P: Published> Entries<'a, P> {
    pub(super) fn new(
        published: &'a P,
        heads: &'a Heads,
        earlier: EarlierLogs,
    ) -> Result<Self, Failure<P::Error>> {
        let mut rest = heads.heads.iter();
        let mut entries = Self {
            published,
            size: heads.size(),
            head: rest.next(),
            heads: rest,
            earlier,
            range: CompactRange::new(),
            above: Above::default(),
            hour: None,
            days: Days::default(),
            policies: HashSet::new(),
            policy: None,
            distinct_policies: 0,
            disclosures: Disclosures::default(),
        };
        entries.compare_root()?;
        Ok(entries)
    }

    /// Entries so far.
    pub(super) const fn done(&self) -> u64 {
        self.range.size()
    }

    /// Takes the next bundle.
    pub(super) fn bundle(&mut self, bundle: Bundle) -> Result<(), Failure<P::Error>> {
        let first = self.done();
        let whole = bundle.root.filter(|_| self.is_plain(&bundle, first));
        for ((index, leaf), hash) in (first..).zip(&bundle.leaves).zip(&bundle.hashes) {
            self.entry(index, leaf)?;
            if whole.is_none() {
                self.range.append(*hash);
                self.compare_root()?;
            }
        }
        if let Some(sentence) = bundle.unread {
            let at = first + bundle.leaves.len() as u64;
            return Err(Finding::new(Check::Entry, Place::Entry(at), sentence).into());
        }
        if let Some(root) = whole {
            self.range.append_subtree(8, root);
            self.compare_root()?;
        }
        match bundle.root {
            Some(root) => self.above.add(self.published, self.size, root),
            None => Ok(()),
        }
    }

    /// Whether nothing within the bundle needs the root of the entries before it.
    fn is_plain(&self, bundle: &Bundle, first: u64) -> bool {
        let after = first + 256;
        self.head.is_some_and(|head| head.size >= after)
            && !self.earlier.has_head_below(after)
            && bundle.unread.is_none()
            && !bundle.leaves.iter().any(|leaf| matches!(leaf, Leaf::Bridge(_)))
    }

    /// After the last bundle.
    pub(super) fn finish(self) -> Result<Found, Failure<P::Error>> {
        self.above.finish(self.published, self.size)?;
        // Sizes rise up to that of the newest, so each was met; were one not, silence would be the worst answer.
        if let Some(head) = self.head {
            let sentence = "its root was not compared, because the entries ended before it";
            return Err(Finding::new(Check::Root, head.place.clone(), sentence).into());
        }
        let bridged = self.earlier.finish()?;
        Ok(Found {
            bridged,
            rooted: self.days.finish()?,
            disclosures: self.disclosures,
            policies: self.distinct_policies,
        })
    }

    fn entry(&mut self, index: u64, leaf: &Leaf) -> Result<(), Failure<P::Error>> {
        match leaf {
            Leaf::Access(access) => {
                let around = &access.circumstances;
                self.hour(index, around.hour)?;
                self.policy(index, around.policy)?;
                self.days.access(around.hour.day(), access.subject, index)?;
                if access.kind == AccessKind::Disclosure {
                    self.disclosures.count(around.basis);
                }
            }
            Leaf::Summary(summary) => {
                self.hour(index, summary.circumstances.hour)?;
                self.policy(index, summary.circumstances.policy)?;
            }
            Leaf::System(system) => {
                self.hour(index, system.hour)?;
                self.policy(index, system.policy)?;
            }
            Leaf::Bridge(bridge) => {
                self.hour(index, bridge.hour)?;
                self.earlier.bridge(bridge, index, self.range.root())?;
            }
            Leaf::DayRoot(root) => self.days.root(root, index)?,
        }
        Ok(())
    }

    fn hour(&mut self, index: u64, hour: Hour) -> Result<(), Finding> {
        if self.hour.is_some_and(|before| hour < before) {
            let sentence = "its hour is before that of an earlier entry";
            return Err(Finding::new(Check::Order, Place::Entry(index), sentence));
        }
        self.hour = Some(hour);
        self.days.begin(hour.day());
        Ok(())
    }

    fn policy(&mut self, index: u64, hash: Hash) -> Result<(), Failure<P::Error>> {
        if self.policy == Some(hash) {
            return Ok(());
        }
        self.policy = Some(hash);
        if self.policies.contains(&hash) {
            return Ok(());
        }
        let place = || Place::Policy(hash);
        let name = format!("policies/{hash}");
        let text = read::file(self.published, &name, MAX_ACCESS_POLICY, Check::Policy, place)?;
        let sentence = match text {
            Some(text) if Sha256::digest(&text).as_slice() == hash.as_bytes() => None,
            Some(_) => Some(format!(
                "it is another text than the one that entry {index} names"
            )),
            None => Some(format!("it is not there, and entry {index} names it")),
        };
        if let Some(sentence) = sentence {
            return Err(Finding::new(Check::Policy, place(), sentence).into());
        }
        if self.policies.len() == REMEMBERED {
            self.policies.clear();
        }
        self.policies.insert(hash);
        self.distinct_policies += 1;
        Ok(())
    }

    /// When the entries so far are as many as a published head says, their root is the published one.
    fn compare_root(&mut self) -> Result<(), Finding> {
        if let Some(head) = self.head.filter(|head| head.size == self.range.size()) {
            same_root(head, &self.range.root())?;
            self.head = self.heads.next();
        }
        self.earlier.compare_root(&self.range)
    }
}

/// The root of as many entries as the head says is the published one.
pub(super) fn same_root(head: &Head, root: &Hash) -> Result<(), Finding> {
    if *root == head.root {
        return Ok(());
    }
    let sentence = format!(
        "the first {} entries give the root {root}, and not the published {}",
        head.size, head.root
    );
    Err(Finding::new(Check::Root, head.place.clone(), sentence))
}
