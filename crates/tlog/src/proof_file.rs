//! A receipt as a file: C2SP tlog-proof, `c2sp.org/tlog-proof@v1`. Whoever has the entry, this file and a policy needs
//! nothing else, and no network, to know that the entry is in the log.
//!
//! ```text
//! c2sp.org/tlog-proof@v1
//! index 73894
//! gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=
//! B95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=
//!
//! log.example.in/2026
//! 109482
//! sFodV/vSp5O8n9a8QpW6PRY97tfOSW5bsc2Xl/EQi08=
//!
//! — log.example.in/2026 hI2DJw…
//! — witness.example/one mJirIklj…
//! ```

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::note::MAX_NOTE;
use crate::policy::{Endorsed, Met, Policy};
use crate::{CheckpointError, Hash, ProofError, verify_inclusion};

const HEAD: &str = "c2sp.org/tlog-proof@v1";
/// A tree of 2^62 leaves has no longer path.
const MAX_PATH: usize = 62;
/// Longest extra data that is read, in bytes.
const MAX_EXTRA: usize = 65_536;
/// Longest file that is read, in bytes.
pub const MAX_PROOF_FILE: usize = MAX_NOTE + MAX_EXTRA * 4 / 3 + MAX_PATH * 45 + 256;

/// That an entry is in a log, as far as its checkpoint is trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProofFile {
    /// Whatever the writer wished to add. Nobody signed it.
    pub extra: Option<Vec<u8>>,
    /// Place of the entry, from 0.
    pub index: u64,
    /// The inclusion proof in the checkpoint's tree.
    pub path: Vec<Hash>,
    /// The whole note, cosignatures included.
    pub checkpoint: String,
}

/// A proof file could not be read or does not prove what it is said to prove.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProofFileError {
    #[error("reading a proof file: it is too long, or its path is")]
    Large,
    #[error("reading a proof file: {0}")]
    Shape(&'static str),
    #[error("the checkpoint in the proof file: {0}")]
    Checkpoint(#[from] CheckpointError),
    #[error("the checkpoint in the proof file is not cosigned by enough of the policy's witnesses")]
    Quorum,
    #[error("the path in the proof file: {0}")]
    Proof(#[from] ProofError),
}

impl ProofFile {
    /// Reads exactly what [`Display`](fmt::Display) writes.
    pub fn parse(file: &[u8]) -> Result<Self, ProofFileError> {
        if file.len() > MAX_PROOF_FILE {
            return Err(ProofFileError::Large);
        }
        let text = std::str::from_utf8(file).map_err(|_| ProofFileError::Shape("it is not UTF-8"))?;
        let rest = text
            .strip_prefix(HEAD)
            .and_then(|rest| rest.strip_prefix('\n'))
            .ok_or(ProofFileError::Shape(
                "its first line is not `c2sp.org/tlog-proof@v1`",
            ))?;
        let (head, checkpoint) = rest.split_once("\n\n").ok_or(ProofFileError::Shape(
            "there is no empty line before the checkpoint",
        ))?;
        let mut lines = head.split('\n').peekable();
        let extra = match lines.next_if(|line| line.starts_with("extra")) {
            Some(line) => Some(extra(line)?),
            None => None,
        };
        let index = index(lines.next().unwrap_or_default())?;
        let path = lines.map(hash).collect::<Result<Vec<_>, _>>()?;
        if path.len() > MAX_PATH {
            return Err(ProofFileError::Large);
        }
        Ok(Self {
            extra,
            index,
            path,
            checkpoint: checkpoint.to_owned(),
        })
    }

    /// Checks that the entry with hash `leaf` is where the file says, under a checkpoint that the policy believes.
    pub fn verify(&self, leaf: &Hash, policy: &Policy) -> Result<Endorsed, ProofFileError> {
        let endorsed = policy.open(self.checkpoint.as_bytes())?;
        if endorsed.quorum == Met::No {
            return Err(ProofFileError::Quorum);
        }
        let head = &endorsed.checkpoint;
        verify_inclusion(leaf, self.index, head.size(), &self.path, head.root())?;
        Ok(endorsed)
    }
}

impl fmt::Display for ProofFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEAD}")?;
        if let Some(extra) = &self.extra {
            writeln!(f, "extra {}", STANDARD.encode(extra))?;
        }
        writeln!(f, "index {}", self.index)?;
        for hash in &self.path {
            writeln!(f, "{}", STANDARD.encode(hash.as_bytes()))?;
        }
        write!(f, "\n{}", self.checkpoint)
    }
}

fn extra(line: &str) -> Result<Vec<u8>, ProofFileError> {
    let bytes = line
        .strip_prefix("extra ")
        .and_then(|encoded| STANDARD.decode(encoded).ok())
        .ok_or(ProofFileError::Shape("its extra line is not `extra base64`"))?;
    if bytes.len() > MAX_EXTRA {
        return Err(ProofFileError::Large);
    }
    Ok(bytes)
}

fn index(line: &str) -> Result<u64, ProofFileError> {
    let number = line.strip_prefix("index ").and_then(|digits| {
        let number: u64 = digits.parse().ok()?;
        (number.to_string() == digits).then_some(number)
    });
    number.ok_or(ProofFileError::Shape("its index line is not `index NUMBER`"))
}

fn hash(line: &str) -> Result<Hash, ProofFileError> {
    let bytes = STANDARD
        .decode(line)
        .ok()
        .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    let hash = bytes.ok_or(ProofFileError::Shape(
        "a line of its path is not base64 of 32 bytes",
    ))?;
    Ok(Hash::from_bytes(hash))
}
