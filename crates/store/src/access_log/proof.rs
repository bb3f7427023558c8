//! The receipt of one entry as a file: its public leaf, and the proof that the published log has it. Opens nothing.

use pramaan_domain::id::{HouseholdId, PersonId};
use pramaan_tlog::{ProofFile, inclusion_plan};

use super::compared::leaves;
use crate::StoreError;
use crate::db::Tx;
use crate::public_log::{self, Of, Tiles, number};

/// What there is to take home of one entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proven {
    /// In the newest publication, with the leaf as extra data.
    InLog(ProofFile),
    /// The next publication has it.
    NotYet,
}

/// The receipt of the person's entry at `index`; `None` when no entry of theirs is there.
pub async fn proof(
    tx: &mut Tx,
    of: Of<'_>,
    subject: (HouseholdId, PersonId),
    index: u64,
) -> Result<Option<Proven>, StoreError> {
    if !is_theirs(tx, subject, index).await? {
        return Ok(None);
    }
    let newest = public_log::newest(tx, of).await?;
    let Some(newest) = newest.filter(|newest| index < newest.size) else {
        return Ok(Some(Proven::NotYet));
    };
    let damaged = || StoreError::corrupt("access_leaf", "leaf");
    let leaf = leaves(tx, &[index]).await?.remove(&index).ok_or_else(damaged)?;
    let plan = inclusion_plan(index, newest.size).map_err(|_| damaged())?;
    let mut tree = Tiles::of(newest.size);
    tree.fetch(tx, plan.nodes()).await?;
    Ok(Some(Proven::InLog(ProofFile {
        extra: Some(leaf),
        index,
        path: plan.prove(|node| tree.node(node).ok_or_else(damaged))?,
        checkpoint: newest.note,
    })))
}

async fn is_theirs(
    tx: &mut Tx,
    (household, person): (HouseholdId, PersonId),
    index: u64,
) -> Result<bool, StoreError> {
    let row = tx
        .query_opt(
            "-- store::access_log::is_theirs
             select 1 from access_detail where household = $1 and person = $2 and idx = $3",
            &[household.into(), person.into(), number(index).into()],
        )
        .await?;
    Ok(row.is_some())
}
