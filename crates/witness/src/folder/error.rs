//! What can be wrong with a witness's folder. Messages name paths and origins, which are public.

use std::io;
use std::path::{Path, PathBuf};

use pramaan_tlog::NoteError;

/// The folder could not be made, read or written.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    #[error(
        "making a witness: {0} exists already, and a witness's key is never overwritten; name another folder"
    )]
    Exists(PathBuf),
    #[error(
        "opening a witness: {0} does not exist; make it with `pramaan witness init`, or name the right folder"
    )]
    Missing(PathBuf),
    #[error(
        "naming a witness {name:?}: {source}; give a host and perhaps a path, such as witness.example.org"
    )]
    Name {
        name: String,
        #[source]
        source: NoteError,
    },
    #[error(
        "opening a witness: {path} is open to other users (mode {mode:04o}); if no one has copied it, run `chmod 600 {path}`"
    )]
    Exposed { path: PathBuf, mode: u32 },
    #[error(
        "opening a witness: {0} is not a key, which is 32 bytes that are not all zero; restore it from its backup"
    )]
    NotAKey(PathBuf),
    #[error("serving a witness: {0} is served by another process; two would not see each other's heads")]
    Busy(PathBuf),
    #[error("adding a log: {0} is known already")]
    Known(String),
    #[error(
        "adding a log: {0} is known under another key; a log has one key for ever, and a successor has an origin of its own"
    )]
    OtherKey(String),
    /// What was cosigned before is not known: nothing may be cosigned after it.
    #[error(
        "reading a witness: {path} is not what this witness wrote there ({reason}). Nothing is cosigned for this log until the file \
         is restored; if it is lost, retire this witness and make one with a new key (docs/witness.md)"
    )]
    Damaged { path: PathBuf, reason: String },
    #[error("cosigning: {0}; is the clock of this machine right?")]
    Cosigning(#[source] NoteError),
    #[error("{attempt} {path}: {source}")]
    Io {
        attempt: &'static str,
        path: PathBuf,
        #[source]
        source: io::Error,
    },
}

/// Names what was attempted with which file.
pub(super) fn failed(attempt: &'static str, path: &Path) -> impl FnOnce(io::Error) -> FolderError {
    let path = path.to_owned();
    move |source| FolderError::Io {
        attempt,
        path,
        source,
    }
}

pub(super) fn damaged(path: &Path, reason: impl ToString) -> FolderError {
    FolderError::Damaged {
        path: path.to_owned(),
        reason: reason.to_string(),
    }
}
