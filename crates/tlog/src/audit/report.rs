//! What an audit says at the end, in plain words.

use super::entries::Found;
use super::publications::Heads;
use crate::leaf::{Basis, Day};
use crate::policy::{Endorsed, Policy};

/// Whose word was believed about whose log this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// The auditor's own policy file.
    Policy,
    /// Nobody's but the server's.
    KeyBesideTheCheckpoint,
}

/// Disclosures by the basis on which they were made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Disclosures([u64; Basis::ALL.len()]);

impl Disclosures {
    pub(super) fn count(&mut self, basis: Basis) {
        let slot = usize::try_from(basis.code() - 1)
            .ok()
            .and_then(|at| self.0.get_mut(at));
        if let Some(slot) = slot {
            *slot += 1;
        }
    }

    /// Those that occur, in the order of their codes.
    pub fn by_basis(&self) -> impl Iterator<Item = (Basis, u64)> {
        let all = Basis::ALL.iter().copied().zip(self.0);
        all.filter(|(_, count)| *count > 0)
    }

    pub fn total(&self) -> u64 {
        self.0.iter().sum()
    }
}

/// A bridge: this log goes on from an earlier one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bridged {
    /// Its place in this log.
    pub index: u64,
    /// So many entries of the earlier log are here: all, or those before the first of the bridges that stand one behind the
    /// other.
    pub shared: u64,
    /// Entries of the earlier log.
    pub size: u64,
    /// The earlier log, when it is published beside this one.
    pub before: Option<Before>,
}

/// An earlier log, as far as what it published could be checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Before {
    pub origin: String,
    /// Whose word was believed about whose key that is.
    pub key: Trust,
    /// The newest note that it published, if any.
    pub newest: Option<Endorsed>,
    /// How many heads of it, each size once, the entries give.
    pub publications: u64,
    /// Entries under the largest of these; 0 when there is none.
    pub agreed: u64,
    /// How many heads are over entries that this log has not.
    pub beyond: u64,
}

impl Bridged {
    /// Entries of the earlier log that are not in this one.
    pub const fn lost(&self) -> u64 {
        self.size.saturating_sub(self.shared)
    }

    /// Entries before the bridge that a head of the earlier log covers: only the bridge says that the others were in it.
    pub fn agreed(&self) -> u64 {
        self.before.as_ref().map_or(0, |before| before.agreed)
    }

    /// Of the bridge number `k`, from 1.
    fn lines(&self, k: u64) -> Vec<String> {
        let mut lines = vec![self.goes_on()];
        if let Some(before) = &self.before {
            lines.extend(before.lines(k));
        }
        let (index, shared, agreed) = (self.index, self.shared, self.agreed());
        if agreed < shared {
            lines.push(format!(
                "NOT CHECKED entries {agreed} to {}: only the bridge, entry {index}, says that they are those of the log \
                 before.",
                shared - 1
            ));
        }
        lines
    }

    fn goes_on(&self) -> String {
        let (index, size) = (self.index, self.size);
        let origin = self
            .before
            .as_ref()
            .map_or("an earlier log", |before| before.origin.as_str());
        let mut line = format!("Entry {index} goes on from {origin}: ");
        line += &match self.lost() {
            0 if self.agreed() == self.shared => format!("all of its {size} entries are in this log."),
            0 => format!("the bridge says that all of its {size} entries are in this log."),
            lost => format!(
                "{lost} of its {size} entries are NOT in this log, as the bridge says: ask the operator what happened."
            ),
        };
        line += &match &self.before {
            None => " Nothing that it published is here.".to_owned(),
            Some(before) if before.publications == 0 => {
                " No head that it published is over these.".to_owned()
            }
            Some(before) => format!(
                " {} of its published heads agree, the largest over {} entries.",
                before.publications, before.agreed
            ),
        };
        line
    }
}

impl Before {
    fn lines(&self, k: u64) -> Vec<String> {
        let mut lines = Vec::new();
        if self.beyond > 0 {
            lines.push(format!(
                "{} of its published heads are over entries that are lost.",
                self.beyond
            ));
        }
        if self.key == Trust::KeyBesideTheCheckpoint {
            lines.push(format!(
                "NOT CHECKED before/{k}/key: whose it is. No policy of yours names {}.",
                self.origin
            ));
        }
        if let Some(newest) = self.newest.as_ref().filter(|newest| !newest.quorum.is_met()) {
            lines.push(format!(
                "NOT CHECKED before/{k}/checkpoint: that others saw {} like this. {} of the {} witnesses in your policy \
                 cosigned it, and at no time enough of them; it may be older than they are.",
                self.origin,
                newest.cosigned.iter().flatten().count(),
                newest.cosigned.len()
            ));
        }
        lines
    }
}

/// A log that keeps its promises, as far as they were checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub origin: String,
    pub entries: u64,
    pub publications: u64,
    /// Publications that too few witnesses cosigned; they may be older than the witnesses.
    pub without_quorum: u64,
    /// How many of the policy's witnesses cosigned the newest note, and how many there are.
    pub cosigned: (usize, usize),
    pub disclosures: Disclosures,
    pub days: u64,
    /// The day before the newest entry's, when it has no root yet.
    pub yesterday: Option<Day>,
    /// Access policies that entries name.
    pub policies: u64,
    /// The logs that this one continues, oldest first.
    pub bridged: Vec<Bridged>,
    pub trust: Trust,
    /// Whether the policy asks for cosignatures.
    pub witnessed: bool,
}

impl Report {
    pub(super) fn new(heads: Heads, found: Found, trust: Trust, policy: &Policy) -> Self {
        let cosigned = &heads.newest.cosigned;
        Self {
            entries: heads.size(),
            publications: heads.publications,
            without_quorum: heads.without_quorum,
            cosigned: (cosigned.iter().flatten().count(), cosigned.len()),
            origin: heads.origin,
            disclosures: found.disclosures,
            days: found.rooted.days,
            yesterday: found.rooted.yesterday,
            policies: found.policies,
            bridged: found.bridged,
            trust,
            witnessed: !policy.quorum().is_none(),
        }
    }

    /// For people. The first line is the same in all three auditors.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = vec![
            self.summary(),
            self.disclosed(),
            format!(
                "{} access policies are named, and each is published.",
                self.policies
            ),
        ];
        if let Some(day) = self.yesterday {
            lines.push(format!(
                "Day {} has no root yet. That is no fault in the hours after midnight; look again tomorrow.",
                day.number()
            ));
        }
        lines.extend((1..).zip(&self.bridged).flat_map(|(k, bridged)| bridged.lines(k)));
        lines.extend(self.vouched());
        lines.push(NOT_CHECKED.to_owned());
        lines
    }

    fn summary(&self) -> String {
        let mut line = format!(
            "OK {}: {} entries, {} publications, {} days rooted",
            self.origin, self.entries, self.publications, self.days
        );
        if !self.bridged.is_empty() {
            let lost: u64 = self
                .bridged
                .iter()
                .map(Bridged::lost)
                .fold(0, u64::saturating_add);
            line += &format!(", bridges {}, entries lost {lost}", self.bridged.len());
        }
        line
    }

    fn disclosed(&self) -> String {
        let parts: Vec<String> = self
            .disclosures
            .by_basis()
            .map(|(basis, count)| format!("{} {count}", basis.name()))
            .collect();
        match parts.is_empty() {
            true => "No disclosures.".to_owned(),
            false => format!(
                "Disclosures: {} ({}).",
                self.disclosures.total(),
                parts.join(", ")
            ),
        }
    }

    fn vouched(&self) -> Vec<String> {
        if self.trust == Trust::KeyBesideTheCheckpoint {
            return vec![BESIDE.to_owned()];
        }
        if !self.witnessed {
            return vec![UNWITNESSED.to_owned()];
        }
        let (cosigned, witnesses) = self.cosigned;
        let mut lines = vec![format!(
            "The newest checkpoint is cosigned by {cosigned} of the {witnesses} witnesses in your policy, which is enough."
        )];
        if self.without_quorum > 0 {
            lines.push(format!(
                "{} earlier publications lack that: they may be older than the witnesses. Ask the operator when these began.",
                self.without_quorum
            ));
        }
        lines
    }
}

const BESIDE: &str = "NOT CHECKED whose log this is: the key was taken from beside the checkpoint. This shows that the log is \
                      consistent with itself, not whose it is nor that others see the same. Give --policy FILE.";
const UNWITNESSED: &str = "NOT CHECKED that others see the same log: your policy asks for no witness.";
const NOT_CHECKED: &str = "Not visible to any auditor of the log alone: reads outside this software, and whether the sealed \
                           details say what happened. A person checks their own entries with their extract.";
