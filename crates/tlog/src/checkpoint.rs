//! Checkpoints: the signed head of the log (C2SP tlog-checkpoint v1.0.0), without extension lines.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::named_key::check_name;
use crate::range::MAX_SIZE;
use crate::{Hash, Note, NoteError, Signer, Verifier, sign_note};

/// The state of one log: which log, how many leaves, their root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    origin: String,
    size: u64,
    root: Hash,
}

/// A checkpoint could not be made, read or trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    #[error("the checkpoint's note: {0}")]
    Note(#[from] NoteError),
    #[error("not a checkpoint: exactly three lines, origin, size and base64 of the root, were expected")]
    Shape,
    #[error("the checkpoint is of another log than the verifier key")]
    Origin,
}

impl Checkpoint {
    /// The origin is also the name of the log's key: a host and path such as `log.example.in/2026`.
    pub fn new(origin: &str, size: u64, root: Hash) -> Result<Self, CheckpointError> {
        check_name(origin)?;
        if size > MAX_SIZE {
            return Err(CheckpointError::Shape);
        }
        Ok(Self {
            origin: origin.to_owned(),
            size,
            root,
        })
    }

    pub fn origin(&self) -> &str {
        &self.origin
    }

    pub const fn size(&self) -> u64 {
        self.size
    }

    pub const fn root(&self) -> &Hash {
        &self.root
    }

    /// The text that is signed.
    pub fn body(&self) -> String {
        format!(
            "{}\n{}\n{}\n",
            self.origin,
            self.size,
            STANDARD.encode(self.root.as_bytes())
        )
    }

    /// Reads exactly what [`body`](Self::body) writes.
    pub fn parse_body(body: &str) -> Result<Self, CheckpointError> {
        let mut lines = body.split('\n');
        let (Some(origin), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next()) else {
            return Err(CheckpointError::Shape);
        };
        let root = STANDARD
            .decode(root)
            .ok()
            .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        let (Ok(size), Some(root)) = (size.parse(), root) else {
            return Err(CheckpointError::Shape);
        };
        let checkpoint = Self::new(origin, size, Hash::from_bytes(root))?;
        if checkpoint.body() == body {
            Ok(checkpoint)
        } else {
            Err(CheckpointError::Shape)
        }
    }

    /// The signed note to publish, signed under the origin as key name.
    pub fn sign(
        &self,
        public_key: [u8; 32],
        sign: &dyn Fn(&[u8]) -> [u8; 64],
    ) -> Result<String, CheckpointError> {
        Ok(sign_note(
            &self.body(),
            &[Signer {
                name: &self.origin,
                public_key,
                sign,
            }],
        )?)
    }

    /// The checkpoint in a note, if the log behind `verifier` signed it.
    pub fn open(note: &[u8], verifier: &Verifier) -> Result<Self, CheckpointError> {
        let note = Note::parse(note)?;
        let checkpoint = Self::parse_body(note.verified_by(verifier)?)?;
        if checkpoint.origin == verifier.name() {
            Ok(checkpoint)
        } else {
            Err(CheckpointError::Origin)
        }
    }
}
