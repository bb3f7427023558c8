//! One log that the witness knows, as its folder has it.
//!
//! `key` is the log's verifier key. `checkpoint` is the newest head with the log's signature and ours, or says that there is
//! none yet: a file that is missing was lost, and is not taken for a log that is new. `fork` is a head that the log
//! signed beside one of the same size that was cosigned.

use std::path::Path;

use pramaan_tlog::{Checkpoint, CosignatureVerifier, MAX_NOTE, Note, Verifier};

use super::error::damaged;
use super::{FolderError, disk};

pub(super) const KEY: &str = "key";
pub(super) const HEAD: &str = "checkpoint";
pub(super) const FORK: &str = "fork";
/// What `checkpoint` holds before the first.
pub(super) const NOTHING: &str = "nothing was cosigned yet\n";

/// A log, and where the witness is with it.
#[derive(Debug, Clone)]
pub struct Log {
    verifier: Verifier,
    head: Option<Head>,
    fork: Option<String>,
}

/// The newest head that was cosigned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The whole note: the log's signature and ours.
    pub note: String,
    pub checkpoint: Checkpoint,
    /// When it was cosigned, in seconds since 1970.
    pub seconds: u64,
}

impl Log {
    /// Nothing when there is no such log.
    pub(super) fn read(folder: &Path, witness: &CosignatureVerifier) -> Result<Option<Self>, FolderError> {
        let path = folder.join(KEY);
        let Some(key) = disk::read(&path, MAX_NOTE)? else {
            // A log is added whole, so what has a folder was known.
            return match folder.exists() {
                true => Err(damaged(&path, "it is missing")),
                false => Ok(None),
            };
        };
        let verifier = Verifier::parse(key.trim_end()).map_err(|error| damaged(&path, error))?;
        Ok(Some(Self {
            head: Head::read(folder, &verifier, witness)?,
            fork: disk::read(&folder.join(FORK), MAX_NOTE)?,
            verifier,
        }))
    }

    pub const fn verifier(&self) -> &Verifier {
        &self.verifier
    }

    /// Nothing before the first.
    pub const fn head(&self) -> Option<&Head> {
        self.head.as_ref()
    }

    pub fn into_head(self) -> Option<Head> {
        self.head
    }

    /// A note that the log signed although another of the same size was cosigned: proof that it showed two histories.
    pub fn fork(&self) -> Option<&str> {
        self.fork.as_deref()
    }
}

impl Head {
    fn read(
        folder: &Path,
        log: &Verifier,
        witness: &CosignatureVerifier,
    ) -> Result<Option<Self>, FolderError> {
        let path = folder.join(HEAD);
        let Some(note) = disk::read(&path, MAX_NOTE)? else {
            return Err(damaged(&path, "it is missing"));
        };
        if note == NOTHING {
            return Ok(None);
        }
        // Whoever could write here could make us forget; so the file has to say itself that we cosigned it.
        let checkpoint = Checkpoint::open(note.as_bytes(), log).map_err(|error| damaged(&path, error))?;
        let seconds = Note::parse(note.as_bytes())
            .and_then(|note| note.cosigned_by(witness))
            .map_err(|error| damaged(&path, error))?;
        Ok(Some(Self {
            note,
            checkpoint,
            seconds,
        }))
    }
}
