//! Whom an auditor trusts: C2SP tlog-policy. Which logs, which witnesses, and how many of them must have cosigned.
//!
//! ```text
//! log log.example.in/2026+5c1a6b4e+AYb…
//! witness one witness.example/one+0d6e8a91+BGh…
//! witness two witness.example/two+77c2d4b0+BPq… https://witness.example/two
//! group both all one two
//! quorum both
//! ```
//!
//! It says nothing about what the log's operator allows whom: that is an access policy, which leaves name by its hash.

mod parse;
mod quorum;

pub use parse::{Fault, PolicyError};
pub use quorum::Quorum;

use crate::{Checkpoint, CheckpointError, CosignatureVerifier, Note, NoteError, Verifier};

/// Longest policy file that is read, in bytes.
pub const MAX_POLICY: usize = 1 << 20;

/// A policy file as read: its names are all known, and each counts once.
#[derive(Debug, Clone)]
pub struct Policy {
    logs: Vec<KnownLog>,
    witnesses: Vec<KnownWitness>,
    quorum: Quorum,
}

/// A `log` line.
#[derive(Debug, Clone)]
pub struct KnownLog {
    pub verifier: Verifier,
    pub url: Option<String>,
}

/// A `witness` line.
#[derive(Debug, Clone)]
pub struct KnownWitness {
    /// Of this file only; any bytes but spaces and control characters.
    pub name: Vec<u8>,
    pub verifier: CosignatureVerifier,
    pub url: Option<String>,
}

/// What a policy says of one note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endorsed {
    pub checkpoint: Checkpoint,
    /// The key of the policy's log that signed.
    pub signer: Verifier,
    /// When each witness of the policy cosigned, in the order of the file, in seconds since 1970.
    pub cosigned: Vec<Option<u64>>,
    /// Whether those who did are enough.
    pub quorum: Met,
}

/// Whether a quorum was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Met {
    Yes,
    No,
}

impl Met {
    pub const fn is_met(self) -> bool {
        matches!(self, Self::Yes)
    }
}

impl Policy {
    /// Reads a policy file of at most [`MAX_POLICY`] bytes.
    pub fn parse(file: &[u8]) -> Result<Self, PolicyError> {
        parse::policy(file)
    }

    /// This log, and nobody else's word: what is left when no policy was given.
    pub fn of_log(verifier: Verifier) -> Self {
        Self {
            logs: vec![KnownLog { verifier, url: None }],
            witnesses: Vec::new(),
            quorum: Quorum::none(),
        }
    }

    /// The same witnesses, and as many of them, over one log.
    pub fn over(&self, verifier: Verifier) -> Self {
        Self {
            logs: vec![KnownLog { verifier, url: None }],
            witnesses: self.witnesses.clone(),
            quorum: self.quorum.clone(),
        }
    }

    pub fn logs(&self) -> &[KnownLog] {
        &self.logs
    }

    pub fn witnesses(&self) -> &[KnownWitness] {
        &self.witnesses
    }

    pub const fn quorum(&self) -> &Quorum {
        &self.quorum
    }

    /// The checkpoint in a note, signed by the one of the logs that it names as its origin; and who cosigned it. A signature
    /// in the name of a known key, of a log or of a witness, that does not verify spoils the note, whoever else signed it.
    pub fn open(&self, note: &[u8]) -> Result<Endorsed, CheckpointError> {
        let parsed = Note::parse(note)?;
        let (checkpoint, signer) = self.checkpoint(&parsed)?;
        let mut cosigned = Vec::with_capacity(self.witnesses.len());
        for witness in &self.witnesses {
            cosigned.push(match parsed.cosigned_by(&witness.verifier) {
                Ok(time) => Some(time),
                Err(NoteError::Unsigned) => None,
                Err(error) => return Err(error.into()),
            });
        }
        let quorum = self
            .quorum
            .met(|witness| matches!(cosigned.get(witness), Some(Some(_))));
        Ok(Endorsed {
            checkpoint,
            signer: signer.clone(),
            cosigned,
            quorum,
        })
    }

    /// Every log is looked at, not those up to the first that signed: what is said of a note is the same in whatever order
    /// the file names the logs. Where several keys of one name signed, the first of the file is the signer.
    fn checkpoint(&self, note: &Note) -> Result<(Checkpoint, &Verifier), CheckpointError> {
        let mut signers = Vec::new();
        for KnownLog { verifier, .. } in &self.logs {
            match note.verified_by(verifier) {
                Ok(_) => signers.push(verifier),
                Err(NoteError::Unsigned) => {}
                Err(error) => return Err(error.into()),
            }
        }
        if signers.is_empty() {
            return Err(NoteError::Unsigned.into());
        }
        let checkpoint = Checkpoint::parse_body(note.text())?;
        let named = signers
            .into_iter()
            .find(|signer| signer.name() == checkpoint.origin());
        let signer = named.ok_or(CheckpointError::Origin)?;
        Ok((checkpoint, signer))
    }
}
