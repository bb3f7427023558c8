//! Who countersigns a head before it is published: witnesses, by a seam that tests can stand in for.

use std::future::Future;
use std::pin::Pin;

use pramaan_store::StoreError;
use pramaan_tlog::{Checkpoint, Hash};

/// The way from an older size of the tree to that of the head.
pub type Proving<'a> = Pin<Box<dyn Future<Output = Result<Vec<Hash>, StoreError>> + Send + 'a>>;

/// Proves that the head continues what a witness has seen.
pub trait Consistency: Send + Sync {
    /// RFC 6962 consistency proof from `old` leaves to the head's.
    fn from(&self, old: u64) -> Proving<'_>;
}

/// What the witnesses said in time: enough of them, by the policy, signed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cosigned {
    /// Signature lines to put under the note, without line breaks.
    pub lines: Vec<String>,
}

/// Fewer witnesses signed than the policy asks for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("too few witnesses signed the head of the access log: {reason}")]
pub struct TooFewCosigned {
    /// Which witness said what; no personal data in it.
    pub reason: String,
}

/// A head of this log that a witness shows, with the log's signature and its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The witness's name.
    pub witness: String,
    pub checkpoint: Checkpoint,
}

/// What the witnesses have seen of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answers {
    /// Of those that have seen any of it.
    pub seen: Vec<Seen>,
    /// Names of those that did not answer.
    pub silent: Vec<String>,
    /// Whether so many answered that no quorum can have signed a head without one of them.
    pub enough: Result<(), TooFewCosigned>,
}

/// A witness said that this is not the log that it has seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispute {
    pub witness: String,
    /// So many entries has it seen, when it says only that it is ahead.
    pub ahead: Option<u64>,
    /// In its words; no personal data in it.
    pub reason: String,
}

/// A question to the witnesses on its way.
pub type Seeing<'a> = Pin<Box<dyn Future<Output = Answers> + Send + 'a>>;

/// A request to the witnesses on its way.
pub type Cosigning<'a> = Pin<Box<dyn Future<Output = Result<Cosigned, TooFewCosigned>> + Send + 'a>>;

/// Asks the witnesses.
pub trait Cosigners: Send + Sync {
    /// Whether there are any: without, a log publishes alone and no freshness is asked for.
    fn are_there(&self) -> bool;

    /// The names of the witnesses' keys, as the policy has them.
    fn names(&self) -> &[String];

    /// Has the note signed, which is our signed checkpoint. Bounded in time by the implementation.
    fn cosign<'a>(&'a self, note: &'a str, consistency: &'a dyn Consistency) -> Cosigning<'a>;

    /// Asks what they have seen of the log. Bounded in time by the implementation.
    fn seen(&self) -> Seeing<'_> {
        Box::pin(async {
            Answers {
                seen: Vec::new(),
                silent: Vec::new(),
                enough: Ok(()),
            }
        })
    }

    /// Who has disagreed with the log since this was asked last.
    fn disputes(&self) -> Vec<Dispute> {
        Vec::new()
    }

    /// Whether enough of them signed this note, by their keys.
    fn are_enough_on(&self, _note: &str) -> bool {
        true
    }
}

/// A log without witnesses.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoWitnesses;

impl Cosigners for NoWitnesses {
    fn are_there(&self) -> bool {
        false
    }

    fn names(&self) -> &[String] {
        &[]
    }

    fn cosign<'a>(&'a self, _: &'a str, _: &'a dyn Consistency) -> Cosigning<'a> {
        Box::pin(async { Ok(Cosigned::default()) })
    }
}
