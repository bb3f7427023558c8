//! Whether the log in the database continues a head that was signed here: its leaves since then, hashed on, give the root
//! that our key signed.

use pramaan_tlog::{Checkpoint, CompactRange, Verifier, leaf_hash};

use super::{Fork, KeptHead};
use crate::StoreError;
use crate::access_log::{self, Head};
use crate::db::{Db, Tx, typed};
use crate::sealer::Sealer;

/// Leaves read at once while a log is compared, and at most while its head is locked.
pub(crate) const CHUNK: u64 = 10_000;

/// Refuses a log that does not continue `kept`; answers its head. Reads the leaves since then, and no others.
///
/// # Errors
/// `Fork` when the log is shorter, is another one, is not signed with these keys, or is not empty while nothing was kept.
pub async fn check(
    db: &Db,
    sealer: &Sealer,
    origin: &str,
    kept: Option<KeptHead>,
) -> Result<KeptHead, StoreError> {
    let (sealer, origin) = (sealer.clone(), origin.to_owned());
    db.read("store::outside::check", move |tx| {
        Box::pin(async move {
            let head = access_log::head(tx, &origin).await?.ok_or(StoreError::NoLog)?;
            match kept {
                Some(kept) => continued(tx, &sealer, &kept, &head).await?,
                None => begun(&sealer, &head)?,
            }
            Ok(KeptHead::from(&head))
        })
    })
    .await
}

/// An empty log needs no kept head.
fn begun(sealer: &Sealer, head: &Head) -> Result<(), StoreError> {
    signed(sealer, head)?;
    match head.edge.size() {
        0 => Ok(()),
        found => Err(Fork::Unknown { found }.into()),
    }
}

/// Compares `head`, as it is in the database, with one that is known; costs nothing when they are the same.
pub(crate) async fn continued(
    tx: &mut Tx,
    sealer: &Sealer,
    known: &KeptHead,
    head: &Head,
) -> Result<(), StoreError> {
    let (kept, found) = (known.edge.size(), head.edge.size());
    if known.edge == head.edge && known.checkpoint == head.checkpoint {
        return Ok(());
    }
    if found < kept {
        return Err(Fork::Behind { kept, found }.into());
    }
    let mut edge = known.edge.clone();
    reach(tx, &mut edge, found).await?;
    if edge != head.edge {
        return Err(Fork::Differs { kept, found }.into());
    }
    signed(sealer, head)
}

/// Whether our key signed the checkpoint beside the edge, and signed it over this edge.
pub(crate) fn signed(sealer: &Sealer, head: &Head) -> Result<(), StoreError> {
    match opens(sealer, &head.origin, &head.edge, &head.checkpoint) {
        true => Ok(()),
        false => Err(Fork::Unsigned {
            found: head.edge.size(),
        }
        .into()),
    }
}

pub(super) fn opens(sealer: &Sealer, origin: &str, edge: &CompactRange, checkpoint: &str) -> bool {
    Verifier::new(origin, &sealer.keys.log_public_key()).is_ok_and(|log| is_signed(&log, edge, checkpoint))
}

/// Whether the log of this key signed the checkpoint over this edge.
pub(super) fn is_signed(log: &Verifier, edge: &CompactRange, checkpoint: &str) -> bool {
    Checkpoint::open(checkpoint.as_bytes(), log)
        .is_ok_and(|signed| signed.size() == edge.size() && *signed.root() == edge.root())
}

/// Hashes leaves on until there are so many, or no more.
pub(super) async fn reach(tx: &mut Tx, edge: &mut CompactRange, size: u64) -> Result<(), StoreError> {
    while edge.size() < size {
        let before = edge.size();
        extend(tx, edge, size).await?;
        if edge.size() == before {
            break;
        }
    }
    Ok(())
}

/// Hashes the next leaves on.
pub(super) async fn extend(tx: &mut Tx, edge: &mut CompactRange, found: u64) -> Result<(), StoreError> {
    let number = |size: u64| i64::try_from(size).unwrap_or(i64::MAX);
    let until = found.min(edge.size() + CHUNK);
    // One of another type is another leaf: nobody signed what they give.
    let sql = format!(
        "-- store::outside::extend
         select {} from access_leaf where idx >= $1 and idx < $2 order by idx",
        typed::bytes(tx.engine(), "leaf")
    );
    let rows = tx
        .query(&sql, &[number(edge.size()).into(), number(until).into()])
        .await?;
    for row in rows {
        edge.append(leaf_hash(row.blob(0)?));
    }
    Ok(())
}
