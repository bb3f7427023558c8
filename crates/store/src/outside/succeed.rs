//! One log ends and another begins behind the same entries: under a name of its own, signed by a key of its own, with a bridge
//! that says of which log, of what size and root, it goes on.
//!
//! The bridge stands right behind the entries that the two share. So its size says in public whether any are missing: as
//! large as its place when none is, larger by as many as were lost.
//!
//! A database from before an earlier succession has the log of then. That one is bridged first, as it is in the database, and
//! right behind it the one that ended: what both had published stays.

use pramaan_domain::time::Timestamp;
use pramaan_tlog::leaf::{ActorClass, Bridge, Hour, Leaf, SystemKind};
use pramaan_tlog::{CompactRange, Hash, Verifier};
use sha2::{Digest, Sha256};

use super::adopt::{Event, forget_promises};
use super::continued::{continued, extend, is_signed, reach, signed};
use super::{Fork, KeptHead};
use crate::StoreError;
use crate::access_log::operation::{self, Doer};
use crate::access_log::{Head, head, leaf};
use crate::db::{Db, Tx};
use crate::public_log;
use crate::sealer::Sealer;

/// Who follows whom, and why.
#[derive(Debug, Clone)]
pub struct Succession {
    /// The log that ends: its name, and the key that its heads are checked with.
    pub ended: Verifier,
    /// Public keys of the logs that ended before it in this folder: a database that was restored may have one of theirs.
    pub earlier: Vec<[u8; 32]>,
    /// The name of the one that begins: no log here ever had it.
    pub origin: String,
    pub ending: Ending,
    /// Why, and who decided: sealed, and shown to an investigation.
    pub reason: String,
    pub policy_hash: [u8; 32],
    pub now: Timestamp,
}

/// Entries that no log here ever has: a hundred thousand a second take 89 years. As many as an audit believes of all bridges
/// together, 2^62, are not lost by the 64 logs that one can continue, whatever is claimed of each.
pub const MOST_ENTRIES: u64 = 1 << 48;

/// How the log before ended.
#[derive(Debug, Clone)]
pub enum Ending {
    /// As it is in the database, which continues this head: nothing is lost.
    Whole(KeptHead),
    /// With a head that the database does not hold: it was restored or is another one. Promises that an older database holds
    /// open end, as with [`adopt`](super::adopt()).
    Seen(Seen),
    /// As it is in the database, which was restored or is another one, and of which nothing is known to be missing. Promises
    /// end, too.
    AsFound,
}

/// The last head of a log that anybody is known to have seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    pub size: u64,
    pub root: Hash,
}

impl Ending {
    const fn what(&self) -> (SystemKind, &'static str) {
        match self {
            Self::Whole(_) => (SystemKind::KeyEvent, "a log with another key continues this one"),
            Self::Seen(_) | Self::AsFound => (
                SystemKind::Operation,
                "a log under another name continues that of a restored database",
            ),
        }
    }
}

/// Ends the log and begins its successor, in one commit; `next` signs with the successor's key. Answers the successor's
/// head, to be kept.
///
/// # Errors
/// `LogNamed` for a name that a log had, `NoLog` when the database's log is another than the one that ends, `Fork` when it
/// does not continue the kept head, is signed by none of the keys, or its entries do not give what was signed; and
/// `Fork::Incredible` for an end of the log before with more than [`MOST_ENTRIES`].
pub async fn succeed(
    db: &Db,
    sealer: &Sealer,
    next: &Sealer,
    succession: Succession,
) -> Result<KeptHead, StoreError> {
    let (sealer, next) = (sealer.clone(), next.clone());
    db.write("store::outside::succeed", move |tx| {
        Box::pin(async move {
            let (mut log, engine) = locked(tx, &sealer, &succession).await?;
            refuse_a_name_that_was(tx, &succession).await?;
            let at = engine.unwrap_or(succession.now).max(log.at);
            let found = author(&log, (&succession.ended, &succession.earlier))?;
            public_log::forget_altered(tx, &sealer, (&found, log.edge.size())).await?;
            append(tx, &next, &mut log, (&succession, &found), at).await?;
            log.rename(tx, &succession.origin).await?;
            log.advance(tx, &next, at).await?;
            if let Ending::Seen(_) | Ending::AsFound = succession.ending {
                forget_promises(tx, &next, at).await?;
            }
            Ok(KeptHead::from(&log))
        })
    })
    .await
}

async fn locked(
    tx: &mut Tx,
    sealer: &Sealer,
    succession: &Succession,
) -> Result<(Head, Option<Timestamp>), StoreError> {
    match &succession.ending {
        Ending::Whole(kept) => {
            let (log, engine) = head::lock(tx, succession.ended.name()).await?;
            continued(tx, sealer, kept, &log).await?;
            Ok((log, engine))
        }
        // A database from before an earlier succession has an earlier name.
        Ending::Seen(_) | Ending::AsFound => {
            let (log, engine) = head::lock_any(tx).await?;
            whole(tx, &log).await?;
            Ok((log, engine))
        }
    }
}

/// Whose log the database has: the one that ends, or under another name one that ended before it. Anybody else's is not ours
/// to rename. Under its own name a log has one key: an earlier one may have ended because it was stolen.
fn author(log: &Head, (ended, earlier): (&Verifier, &[[u8; 32]])) -> Result<Verifier, StoreError> {
    let signed = |key: &Verifier| is_signed(key, &log.edge, &log.checkpoint);
    let named = |key| Verifier::new(&log.origin, key).ok();
    let known = match ended.name() == log.origin {
        true => Some(ended.clone()).filter(signed),
        false => earlier.iter().filter_map(named).find(signed),
    };
    known.ok_or_else(|| {
        Fork::Unsigned {
            found: log.edge.size(),
        }
        .into()
    })
}

/// The log that the database has, by its key: the one that ends, or one of another name that ended before it.
///
/// # Errors
/// `Fork::Unsigned` when it is none of them, `NoLog` when there is none.
pub async fn author_of(db: &Db, ended: &Verifier, earlier: &[[u8; 32]]) -> Result<Verifier, StoreError> {
    let (ended, earlier) = (ended.clone(), earlier.to_vec());
    db.read("store::outside::author_of", move |tx| {
        Box::pin(async move {
            let log = head::any(tx).await?.ok_or(StoreError::NoLog)?;
            author(&log, (&ended, &earlier))
        })
    })
    .await
}

/// Refuses a log whose entries do not give the edge that was signed. Reads every entry.
async fn whole(tx: &mut Tx, log: &Head) -> Result<(), StoreError> {
    let mut edge = CompactRange::new();
    let found = log.edge.size();
    reach(tx, &mut edge, found).await?;
    match edge == log.edge {
        true => Ok(()),
        false => Err(Fork::Altered { found }.into()),
    }
}

async fn refuse_a_name_that_was(tx: &mut Tx, succession: &Succession) -> Result<(), StoreError> {
    let origin = &succession.origin;
    let known = succession.ended.name() == origin
        || head::origin(tx).await?.as_ref() == Some(origin)
        || public_log::is_known(tx, origin).await?;
    match known {
        true => Err(StoreError::LogNamed {
            origin: origin.clone(),
        }),
        false => Ok(()),
    }
}

/// The bridges, and the entry that says why.
async fn append(
    tx: &mut Tx,
    sealer: &Sealer,
    log: &mut Head,
    (succession, found): (&Succession, &Verifier),
    at: Timestamp,
) -> Result<(), StoreError> {
    let shared = log.edge.size();
    let seen = match &succession.ending {
        Ending::Whole(_) | Ending::AsFound => Seen::from(&log.edge),
        Ending::Seen(Seen { size, .. }) if *size > MOST_ENTRIES => {
            return Err(Fork::Incredible { seen: *size }.into());
        }
        Ending::Seen(seen) => *seen,
    };
    let hour = leaf::hour(at)?;
    if found != &succession.ended {
        let as_found = Seen::from(&log.edge);
        bridge(tx, log, hour, (found, as_found)).await?;
    }
    bridge(tx, log, hour, (&succession.ended, seen)).await?;
    let (kind, what) = succession.ending.what();
    let next = Verifier::new(&succession.origin, &sealer.keys.log_public_key())
        .map_err(|_| StoreError::NoLog)?
        .to_string();
    let event = Event {
        at: at.micros(),
        what,
        reason: &succession.reason,
        found: shared,
        next: Some(&next),
    };
    let doer = Doer {
        class: ActorClass::OperatorCommand,
        kind,
        policy_hash: succession.policy_hash,
    };
    // Encoding into a vector cannot fail: its writer's error type is uninhabited.
    let detail = minicbor::to_vec(event).unwrap_or_default();
    operation::append(tx, sealer, log, (hour, doer), &detail).await?;
    Ok(())
}

/// An entry that goes on from a log, and the row that keeps its key.
async fn bridge(
    tx: &mut Tx,
    log: &mut Head,
    hour: Hour,
    (ended, seen): (&Verifier, Seen),
) -> Result<(), StoreError> {
    let place = log.edge.size();
    let bridge = Leaf::Bridge(Bridge {
        hour,
        origin: Hash::from_bytes(Sha256::digest(ended.name().as_bytes()).into()),
        size: seen.size,
        root: seen.root,
    });
    operation::insert_leaf(tx, log, &bridge).await?;
    public_log::end(tx, ended, place).await
}

impl From<&CompactRange> for Seen {
    fn from(edge: &CompactRange) -> Self {
        Self {
            size: edge.size(),
            root: edge.root(),
        }
    }
}

/// The head as it is committed under `origin`, when these keys signed it, whatever it continues.
///
/// # Errors
/// `NoLog` when the database's log has another name, `Fork::Unsigned` when the keys are others.
pub async fn committed(db: &Db, sealer: &Sealer, origin: &str) -> Result<KeptHead, StoreError> {
    let (sealer, origin) = (sealer.clone(), origin.to_owned());
    db.read("store::outside::committed", move |tx| {
        Box::pin(async move {
            let head = head::head(tx, &origin).await?.ok_or(StoreError::NoLog)?;
            signed(&sealer, &head)?;
            Ok(KeptHead::from(&head))
        })
    })
    .await
}

/// The name of the database's log; `None` when it has none.
pub async fn origin(db: &Db) -> Result<Option<String>, StoreError> {
    db.read("store::outside::origin", |tx| Box::pin(head::origin(tx)))
        .await
}

/// Whether the database's log, whatever it is called and whoever signed it, holds what was seen: so many
/// entries with this root. Reads every entry.
pub async fn holds(db: &Db, seen: Seen) -> Result<Held, StoreError> {
    let mut edge = CompactRange::new();
    loop {
        let from = edge.clone();
        let (read, found) = db
            .read("store::outside::holds", move |tx| {
                Box::pin(async move {
                    let found = head::any(tx).await?.ok_or(StoreError::NoLog)?.edge;
                    let mut edge = from;
                    extend(tx, &mut edge, found.size().min(seen.size)).await?;
                    Ok::<_, StoreError>((edge, found))
                })
            })
            .await?;
        let entries = found.size();
        if seen.size > entries {
            return Ok(Held::Behind { entries });
        }
        if read.size() == seen.size || read.size() == edge.size() {
            return Ok(match Seen::from(&read) == seen {
                true => Held::Yes,
                false => Held::No { entries },
            });
        }
        edge = read;
    }
}

/// Whether a database holds a head that somebody has seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    Yes,
    /// It ends before.
    Behind {
        entries: u64,
    },
    /// Its entries give another root.
    No {
        entries: u64,
    },
}

impl Held {
    /// The same as a refusal of a log that does not continue what was seen.
    pub fn fork(self, seen: Seen) -> Result<(), Fork> {
        let kept = seen.size;
        match self {
            Self::Yes => Ok(()),
            Self::Behind { entries } => Err(Fork::Behind { kept, found: entries }),
            Self::No { entries } => Err(Fork::Differs { kept, found: entries }),
        }
    }
}
