//! Why a witness did not cosign.

/// What became of asking one witness. The log goes on without it as far as its policy allows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Declined {
    /// The proof must begin there; ask again.
    #[error("the witness wants a proof from {0} entries")]
    OldSize(u64),
    /// The witness has cosigned more than we have: this log was rolled back, or another node is ahead of this one.
    #[error(
        "the witness has cosigned {theirs} entries and this log has {ours}: was an older backup restored?"
    )]
    Ahead { theirs: u64, ours: u64 },
    #[error("the witness has cosigned another head of the same size: this log forked")]
    Forked,
    /// The witness understood and refused: it does not know the log, or was not convinced.
    #[error("the witness refused with status {status}: {reason}")]
    Refused { status: u16, reason: String },
    /// What was answered is not what a witness says, or not signed by its key.
    #[error("the witness answered what cannot be true: {0}")]
    Lied(&'static str),
    #[error(
        "the witness cosigned at {theirs} seconds since 1970 and it is {ours} here: one of the clocks is wrong"
    )]
    Clock { theirs: u64, ours: u64 },
    #[error("the witness could not be reached: {0}")]
    Unreachable(String),
    #[error("the witness was slower than the others, who were enough")]
    Slow,
    #[error("no proof could be made for the witness: {0}")]
    Unproven(String),
}

/// Letters of a stranger's reason at most.
const REASON: usize = 200;

/// What a stranger said, fit for a line of our log.
pub(super) fn reason(body: &[u8]) -> String {
    String::from_utf8_lossy(body)
        .trim()
        .chars()
        .filter(|letter| !letter.is_control())
        .take(REASON)
        .collect()
}
