//! A succession that was stopped behind its commit is gone on with when it is given again. Its key lies in the folder and its
//! head in the database: whoever could write both for a moment may have put them there. So what is gone on with is compared
//! with what [`succeed`](super::succeed()) writes, and with what this folder knows of the log before. Its sealed entry names the
//! key that it was begun with, so no other entry of ours, nor that one under another key, stands for it.

use pramaan_keys::SealPurpose;
use pramaan_tlog::leaf::{Bridge, Commitment, Leaf, Salt, System};
use pramaan_tlog::{CompactRange, Hash, Verifier};
use sha2::{Digest, Sha256};

use super::adopt::Event;
use super::continued::{reach, signed};
use super::{Fork, Seen};
use crate::StoreError;
use crate::access_log::{Head, head};
use crate::db::{Db, Tx, typed};
use crate::public_log::{self, Before, number};
use crate::sealer::{Sealer, context};

/// Refuses a log that does not end with the bridge from `ended` and the entry that a succession writes, sealed with our keys
/// and for this key, or that does not go on from the head that is `kept`. `next` has the key of the log that was begun as
/// `origin`. Reads every entry.
///
/// # Errors
/// `NoLog` when the database's log has another name, `Fork::Unsigned` when another key signed it, `Fork::WentOn` when a succession
/// of ours began it for this key and entries stand behind what that wrote: then the folder, or its settings, are older. Else
/// `Fork::Begun`.
pub async fn begun(
    db: &Db,
    (next, origin): (&Sealer, &str),
    ended: &Verifier,
    kept: Option<Seen>,
) -> Result<(), StoreError> {
    let (next, origin, ended) = (next.clone(), origin.to_owned(), ended.clone());
    db.read("store::outside::begun", move |tx| {
        Box::pin(async move {
            let log = head::head(tx, &origin).await?.ok_or(StoreError::NoLog)?;
            signed(&next, &log)?;
            let found = log.edge.size();
            match stands(tx, &next, (&log, &ended)).await? {
                Stands::AsBegun(bridged) if bridged.goes_on_from(tx, &log, kept).await? => Ok(()),
                Stands::WentOn => Err(Fork::WentOn { found }.into()),
                Stands::AsBegun(_) | Stands::Otherwise => Err(Fork::Begun { found }.into()),
            }
        })
    })
    .await
}

/// How a log stands to the succession that it should be.
enum Stands {
    AsBegun(Bridged),
    /// It was served since, or has had another successor.
    WentOn,
    Otherwise,
}

/// What the last bridge of a log says.
struct Bridged {
    ended: Seen,
    /// Entries that both logs have.
    shared: u64,
}

async fn stands(
    tx: &mut Tx,
    sealer: &Sealer,
    (log, ended): (&Head, &Verifier),
) -> Result<Stands, StoreError> {
    let (before, _) = public_log::readable_before(tx).await?;
    let Some((last, earlier)) = before.split_last() else {
        return Ok(Stands::Otherwise);
    };
    let Some((bridge, event)) = last_two(tx, last).await? else {
        return Ok(Stands::Otherwise);
    };
    // Where bridges stand one behind the other, the logs share what is before the first of them.
    let row = earlier.last().filter(|before| before.bridge + 1 == last.bridge);
    let shared = row.map_or(last.bridge, |before| before.bridge);
    let next = Verifier::new(&log.origin, &sealer.keys.log_public_key())
        .map_err(|_| StoreError::NoLog)?
        .to_string();
    let detail = opened(tx, sealer, (last.bridge + 1, &event)).await?;
    // However long ago it was: without it nobody of ours began the log, so it did not go on either.
    if !detail.is_some_and(|detail| is_for(&detail, (shared, &next))) {
        return Ok(Stands::Otherwise);
    }
    let (size, end) = (log.edge.size(), last.bridge.saturating_add(2));
    if size == end && last.verifier == *ended {
        let (size, root) = (bridge.size, bridge.root);
        let ended = Seen { size, root };
        return Ok(Stands::AsBegun(Bridged { ended, shared }));
    }
    let is_earlier = |before: &Before| before.verifier.name() == ended.name();
    Ok(match size > end || earlier.iter().any(is_earlier) {
        true => Stands::WentOn,
        false => Stands::Otherwise,
    })
}

/// Its bridge, and the entry behind that.
async fn last_two(tx: &mut Tx, before: &Before) -> Result<Option<(Bridge, System)>, StoreError> {
    let sql = format!(
        "-- store::outside::begun_leaves
         select {} from access_leaf where idx >= $1 order by idx limit 2",
        typed::bytes(tx.engine(), "leaf")
    );
    let rows = tx.query(&sql, &[number(before.bridge).into()]).await?;
    let [bridge, event] = rows.as_slice() else {
        return Ok(None);
    };
    let (bridge, event) = (
        Leaf::from_bytes(bridge.blob(0)?),
        Leaf::from_bytes(event.blob(0)?),
    );
    let name: [u8; 32] = Sha256::digest(before.verifier.name().as_bytes()).into();
    match (bridge, event) {
        (Ok(Leaf::Bridge(bridge)), Ok(Leaf::System(event))) if bridge.origin == Hash::from_bytes(name) => {
            Ok(Some((bridge, event)))
        }
        _ => Ok(None),
    }
}

/// What the entry commits to, when our sealing key sealed it: who writes the database and has no keys cannot.
async fn opened(
    tx: &mut Tx,
    sealer: &Sealer,
    (index, event): (u64, &System),
) -> Result<Option<Vec<u8>>, StoreError> {
    let sql = format!(
        "-- store::outside::begun_event
         select {} from access_event where idx = $1",
        typed::bytes(tx.engine(), "sealed")
    );
    let Some(row) = tx.query_opt(&sql, &[number(index).into()]).await? else {
        return Ok(None);
    };
    let place = context("access_event", "sealed", index);
    let opened = sealer.keys.open(SealPurpose::AccessDetail, &place, row.blob(0)?);
    Ok(opened.ok().and_then(|committed| {
        let (salt, detail) = committed.split_first_chunk::<32>()?;
        let commits = event.detail == Commitment::to(&Salt::from_bytes(*salt), detail);
        commits.then(|| detail.to_vec())
    }))
}

/// Whether it is of a succession over so many entries, for this key. Only a succession names one.
fn is_for(detail: &[u8], (shared, next): (u64, &str)) -> bool {
    let event: Result<Event<'_>, _> = minicbor::decode(detail);
    event.is_ok_and(|event| event.found == shared && event.next == Some(next))
}

impl Bridged {
    /// Whether the entries give the head that was signed over them, and the kept head is in them or in the bridge. A bridge that
    /// is none of just the entries before it says in public that another history was given up, up to its size: the kept head is of
    /// that one when it is not larger.
    async fn goes_on_from(&self, tx: &mut Tx, log: &Head, kept: Option<Seen>) -> Result<bool, StoreError> {
        let mut edge = CompactRange::new();
        let is_held = match kept {
            None => true,
            Some(kept) => {
                reach(tx, &mut edge, kept.size.min(self.shared)).await?;
                Seen::from(&edge) == kept
            }
        };
        reach(tx, &mut edge, self.shared).await?;
        let is_whole = Seen::from(&edge) == self.ended;
        let is_given_up = !is_whole && kept.is_some_and(|kept| kept.size <= self.ended.size);
        reach(tx, &mut edge, log.edge.size()).await?;
        Ok((is_held || is_given_up) && edge == log.edge)
    }
}
