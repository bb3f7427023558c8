//! All witnesses of a log, asked at once.

use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use futures_util::stream::{FuturesUnordered, StreamExt};
use pramaan_tlog::{Checkpoint, Hash, Note, Verifier};

use super::{Cosigned, Declined, Peer};
use crate::Head;

/// How long the others may still take when enough have cosigned: one that is down must not hold up every head.
const GRACE: Duration = Duration::from_millis(300);

/// The witnesses that a log's policy names. Whether enough of them cosigned is the policy's to say.
#[derive(Debug)]
pub struct Witnesses {
    peers: Vec<Known>,
}

/// A witness, and the size of the head that it cosigned last as far as we know: wrong after a restart, and then it says so.
#[derive(Debug)]
struct Known {
    peer: Peer,
    size: AtomicU64,
}

/// What one witness answered.
#[derive(Debug)]
pub struct Asked<T> {
    /// The witness's name, as in the policy.
    pub witness: String,
    pub outcome: Result<T, Declined>,
}

impl Witnesses {
    pub fn new(peers: impl IntoIterator<Item = Peer>) -> Self {
        let known = |peer| Known {
            peer,
            size: AtomicU64::new(0),
        };
        Self {
            peers: peers.into_iter().map(known).collect(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.peers.is_empty()
    }

    /// Asks every witness to cosign `note`, which the log signed. `proof` makes the consistency proof from an old size; it
    /// is not asked from nothing or to the same size, where there is nothing to prove. `now` is in seconds since 1970.
    /// `enough` is the policy's quorum over what was answered so far: the others are then not waited for much longer.
    ///
    /// Answers for every witness, in the order of [`new`](Self::new). Takes at most twice the patience with one.
    pub async fn cosign<F, P, E>(
        &self,
        note: &str,
        now: u64,
        proof: F,
        enough: impl Fn(&[Asked<Cosigned>]) -> bool,
    ) -> Vec<Asked<Cosigned>>
    where
        F: Fn(u64) -> P,
        P: Future<Output = Result<Vec<Hash>, E>>,
        E: fmt::Display,
    {
        let proof = &proof;
        let ask = |(place, known)| async move { (place, Known::cosign(known, note, now, proof).await) };
        let mut waiting: FuturesUnordered<_> = self.peers.iter().enumerate().map(ask).collect();
        let (mut places, mut answered) = (Vec::new(), Vec::new());
        let mut until = None;
        loop {
            let next = match until {
                None => waiting.next().await,
                Some(until) => tokio::time::timeout_at(until, waiting.next())
                    .await
                    .unwrap_or_default(),
            };
            let Some((place, outcome)) = next else { break };
            places.push(place);
            answered.extend(self.peers.get(place).map(|known| known.asked(outcome)));
            if until.is_none() && enough(&answered) {
                until = Some(tokio::time::Instant::now() + GRACE);
            }
        }
        let mut answered: HashMap<_, _> = places.into_iter().zip(answered).collect();
        let of = |(place, known): (usize, &Known)| {
            let slow = || known.asked(Err(Declined::Slow));
            answered.remove(&place).unwrap_or_else(slow)
        };
        self.peers.iter().enumerate().map(of).collect()
    }

    /// The newest head of our own log that each witness shows: before signing anything after a start, none of them may be
    /// ahead of the log.
    pub async fn newest(&self, log: &Verifier) -> Vec<Asked<Option<Head>>> {
        let asked = |known| async move { Known::asked(known, known.peer.newest(log).await) };
        join_all(self.peers.iter().map(asked)).await
    }
}

impl Known {
    fn asked<T>(&self, outcome: Result<T, Declined>) -> Asked<T> {
        Asked {
            witness: self.peer.verifier().name().to_owned(),
            outcome,
        }
    }

    /// Asks again, once, from where the witness says that it is.
    async fn cosign<F, P, E>(&self, note: &str, now: u64, proof: &F) -> Result<Cosigned, Declined>
    where
        F: Fn(u64) -> P,
        P: Future<Output = Result<Vec<Hash>, E>>,
        E: fmt::Display,
    {
        let size = size(note).ok_or_else(|| Declined::Unproven("this is not a checkpoint".to_owned()))?;
        let guess = self.size.load(Ordering::Relaxed).min(size);
        let outcome = match self.ask(note, (guess, size), now, proof).await {
            Err(Declined::OldSize(theirs)) => self.ask(note, (theirs, size), now, proof).await,
            other => other,
        };
        if outcome.is_ok() {
            self.size.store(size, Ordering::Relaxed);
        }
        outcome
    }

    async fn ask<F, P, E>(
        &self,
        note: &str,
        (old, new): (u64, u64),
        now: u64,
        proof: &F,
    ) -> Result<Cosigned, Declined>
    where
        F: Fn(u64) -> P,
        P: Future<Output = Result<Vec<Hash>, E>>,
        E: fmt::Display,
    {
        let hashes = match old == 0 || old == new {
            true => Vec::new(),
            false => proof(old)
                .await
                .map_err(|error| Declined::Unproven(error.to_string()))?,
        };
        self.peer.add_checkpoint(note, old, hashes, now).await
    }
}

fn size(note: &str) -> Option<u64> {
    let note = Note::parse(note.as_bytes()).ok()?;
    Some(Checkpoint::parse_body(note.text()).ok()?.size())
}
