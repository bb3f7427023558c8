//! What a log sends to a witness: the body of `add-checkpoint` of C2SP tlog-witness v1.0.0.
//!
//! `old <size>`, the consistency proof from that size as lines of base64, an empty line, the checkpoint's note.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::{Hash, MAX_NOTE};

/// Most hashes of a proof: a tree of 2^62 leaves needs no more.
pub const MAX_PROOF_LINES: usize = 63;
/// Base64 of 32 bytes, and the line break.
const PROOF_LINE: usize = 45;
/// `old `, twenty digits, a line break.
const OLD_LINE: usize = 25;
/// Longest body, in bytes.
pub const MAX_ADD_CHECKPOINT: usize = OLD_LINE + MAX_PROOF_LINES * PROOF_LINE + 1 + MAX_NOTE;

/// A request could not be made or read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddCheckpointError {
    #[error("a request to a witness is at most {MAX_ADD_CHECKPOINT} bytes long")]
    Large,
    #[error("not a request to a witness: its first line is `old` and a size without leading zeroes")]
    OldSize,
    #[error(
        "not a request to a witness: up to 63 lines of base64 of 32 bytes and an empty line come after the size"
    )]
    Proof,
}

/// A checkpoint, and why it continues the one of `old_size` leaves. The note is as sent: neither read nor trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddCheckpoint {
    pub old_size: u64,
    pub proof: Vec<Hash>,
    pub note: Vec<u8>,
}

impl AddCheckpoint {
    /// The body to post.
    pub fn encode(&self) -> Result<Vec<u8>, AddCheckpointError> {
        if self.proof.len() > MAX_PROOF_LINES {
            return Err(AddCheckpointError::Proof);
        }
        let mut body = format!("old {}\n", self.old_size);
        for hash in &self.proof {
            body.push_str(&STANDARD.encode(hash.as_bytes()));
            body.push('\n');
        }
        body.push('\n');
        let body = [body.as_bytes(), &self.note].concat();
        match body.len() {
            0..=MAX_ADD_CHECKPOINT => Ok(body),
            _ => Err(AddCheckpointError::Large),
        }
    }

    /// Reads exactly what [`encode`](Self::encode) writes.
    pub fn decode(body: &[u8]) -> Result<Self, AddCheckpointError> {
        if body.len() > MAX_ADD_CHECKPOINT {
            return Err(AddCheckpointError::Large);
        }
        let (first, mut rest) = next_line(body).ok_or(AddCheckpointError::OldSize)?;
        let old_size = old_size(first).ok_or(AddCheckpointError::OldSize)?;
        let mut proof = Vec::new();
        loop {
            let (line, after) = next_line(rest).ok_or(AddCheckpointError::Proof)?;
            rest = after;
            if line.is_empty() {
                break;
            }
            if proof.len() == MAX_PROOF_LINES {
                return Err(AddCheckpointError::Proof);
            }
            proof.push(hash(line).ok_or(AddCheckpointError::Proof)?);
        }
        Ok(Self {
            old_size,
            proof,
            note: rest.to_vec(),
        })
    }
}

/// A line without its break, and what comes after.
fn next_line(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    let (line, rest) = bytes.split_at_checked(end)?;
    Some((line, rest.split_first()?.1))
}

fn old_size(line: &[u8]) -> Option<u64> {
    let digits = std::str::from_utf8(line).ok()?.strip_prefix("old ")?;
    let size: u64 = digits.parse().ok()?;
    (size.to_string() == digits).then_some(size)
}

fn hash(line: &[u8]) -> Option<Hash> {
    let bytes = STANDARD.decode(line).ok()?;
    Some(Hash::from_bytes(bytes.try_into().ok()?))
}
