//! The log compared with the heads that somebody has seen of it.

use pramaan_store::outside::{self, Fork, KeptHead};
use pramaan_store::public_log::Tiles;
use pramaan_store::{Db, Sealer, StoreError};
use pramaan_tlog::{Checkpoint, Hash, consistency_plan, verify_consistency};

use super::cosigner::{Consistency, Proving, Seen};

/// Whether the log goes on from a head.
enum Continued {
    Yes,
    /// The log ends before it: entries that somebody has seen are lost.
    Behind {
        ours: u64,
    },
    /// Another log of the same name.
    No,
}

/// Refuses a log that does not hold all that its witnesses have seen of it; answers its head. `known` is what this process or
/// this folder knows of the log. The database is asked after the witnesses: what they saw meanwhile is committed by then.
///
/// # Errors
/// `Fork::WitnessAhead` and `Fork::WitnessDiffers`, which name the witness, and what [`outside::check`] finds.
pub async fn compare(
    db: &Db,
    sealer: &Sealer,
    origin: &str,
    known: Option<KeptHead>,
    seen: &[Seen],
) -> Result<KeptHead, StoreError> {
    let head = outside::check(db, sealer, origin, known).await?;
    for Seen { witness, checkpoint } in seen {
        let (witness, seen) = (witness.clone(), checkpoint.size());
        match continued(db, &head, checkpoint).await? {
            Continued::Yes => {}
            Continued::Behind { ours: found } => {
                return Err(Fork::WitnessAhead { witness, seen, found }.into());
            }
            Continued::No => return Err(Fork::WitnessDiffers { witness, seen }.into()),
        }
    }
    Ok(head)
}

/// Whether `head` continues what was seen.
async fn continued(db: &Db, head: &KeptHead, seen: &Checkpoint) -> Result<Continued, StoreError> {
    let (ours, root) = (head.edge.size(), head.edge.root());
    if seen.size() > ours {
        return Ok(Continued::Behind { ours });
    }
    let proofs = Proofs {
        db: db.clone(),
        size: ours,
    };
    let path = proofs.from(seen.size()).await?;
    Ok(
        match verify_consistency(seen.size(), ours, &path, seen.root(), &root) {
            Ok(()) => Continued::Yes,
            Err(_) => Continued::No,
        },
    )
}

/// Consistency proofs out of the database's tiles.
pub(super) struct Proofs {
    pub(super) db: Db,
    pub(super) size: u64,
}

impl Consistency for Proofs {
    fn from(&self, old: u64) -> Proving<'_> {
        let size = self.size;
        Box::pin(self.db.read("app::public_log::consistency", move |tx| {
            Box::pin(async move { consistency(tx, old, size).await })
        }))
    }
}

async fn consistency(tx: &mut pramaan_store::Tx, old: u64, size: u64) -> Result<Vec<Hash>, StoreError> {
    let damaged = || StoreError::corrupt("access_node", "hash");
    let plan = consistency_plan(old, size).map_err(|_| damaged())?;
    let mut tiles = Tiles::of(size);
    tiles.fetch(tx, plan.nodes()).await?;
    plan.prove(|node| tiles.node(node).ok_or_else(damaged))
}
