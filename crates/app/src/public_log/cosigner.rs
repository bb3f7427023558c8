//! Who countersigns a head before it is published: witnesses, by a seam that tests can stand in for.

use std::future::Future;
use std::pin::Pin;

use pramaan_store::StoreError;
use pramaan_tlog::Hash;

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
