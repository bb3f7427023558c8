//! What a witness cosigns: a pure decision.

use pramaan_tlog::{AddCheckpoint, Checkpoint, ProofError, empty_root, verify_consistency};

use crate::FolderError;

/// Why a checkpoint was not cosigned. Nothing was written down then.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    #[error("{0}")]
    Malformed(String),
    #[error("this witness does not know the log; its operator can add it with `pramaan witness add-log`")]
    UnknownLog,
    #[error("the checkpoint is not signed by the log's key as this witness knows it")]
    NotSigned,
    #[error("the old size is larger than the checkpoint's")]
    OldSizeAbove,
    /// The proof begins elsewhere than at the newest head that was cosigned.
    #[error("the newest checkpoint that this witness cosigned has {0} entries: prove from there")]
    OldSize(u64),
    /// The log signed two heads of one size: that is proof of misbehaviour.
    #[error("this witness cosigned another checkpoint of the same size: the log forked")]
    Forked,
    #[error("the checkpoint is not shown to continue the one that was cosigned before: {0}")]
    NotContinued(#[from] ProofError),
    /// The witness cannot say what it cosigned, or cannot write it down.
    #[error("this witness cannot cosign now; its operator finds the reason in its log")]
    Fault(#[from] FolderError),
}

/// Whether `offered`, which the log signed, may be cosigned after `newest`; none was when there is none.
pub(crate) fn judge(
    request: &AddCheckpoint,
    offered: &Checkpoint,
    newest: Option<&Checkpoint>,
) -> Result<(), Refusal> {
    let (size, root) = newest.map_or((0, empty_root()), |newest| (newest.size(), *newest.root()));
    if request.old_size > offered.size() {
        return Err(Refusal::OldSizeAbove);
    }
    if request.old_size != size {
        return Err(Refusal::OldSize(size));
    }
    if offered.size() == size {
        if !request.proof.is_empty() {
            return Err(ProofError::Length.into());
        }
        // A tree without leaves has one root, cosigned before or not.
        return match *offered.root() == root {
            true => Ok(()),
            false if newest.is_none() => Err(ProofError::Root.into()),
            false => Err(Refusal::Forked),
        };
    }
    Ok(verify_consistency(
        size,
        offered.size(),
        &request.proof,
        &root,
        offered.root(),
    )?)
}
