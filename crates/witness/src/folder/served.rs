//! The one process that may write heads.

use std::fs::File;
use std::path::PathBuf;

use super::error::{damaged, failed};
use super::log::{FORK, HEAD};
use super::{Folder, FolderError, Head, disk};
use crate::OriginHash;

/// A folder that no other process serves while this lives; the lock ends with the process, however it ends.
#[derive(Debug)]
pub struct Served {
    folder: Folder,
    _lock: File,
}

impl Folder {
    /// # Errors
    /// [`FolderError::Busy`] when another process serves it.
    pub fn serve(self) -> Result<Served, FolderError> {
        let lock = File::open(&self.path).map_err(failed("opening", &self.path))?;
        match lock.try_lock() {
            Ok(()) => Ok(Served {
                folder: self,
                _lock: lock,
            }),
            Err(std::fs::TryLockError::WouldBlock) => Err(FolderError::Busy(self.path)),
            Err(std::fs::TryLockError::Error(error)) => Err(failed("locking", &self.path)(error)),
        }
    }
}

impl Served {
    pub const fn folder(&self) -> &Folder {
        &self.folder
    }

    /// For whoever has the log's turn.
    pub(crate) fn writing(&self, log: OriginHash) -> Writing<'_> {
        Writing {
            folder: &self.folder,
            log,
            path: self.folder.of(log),
        }
    }
}

/// What may be written about one log.
pub(crate) struct Writing<'a> {
    folder: &'a Folder,
    log: OriginHash,
    path: PathBuf,
}

impl Writing<'_> {
    /// The newest head, as it is on disk now.
    pub(crate) fn head(&self) -> Result<Option<Head>, FolderError> {
        match self.folder.log(self.log)? {
            Some(log) => Ok(log.into_head()),
            // Known a moment ago: whoever removed it may not make us forget.
            None => Err(damaged(&self.path, "it is missing")),
        }
    }

    /// On disk when it returns; after a crash before that the head is the old one or this one.
    pub(crate) fn replace_head(&self, note: &str) -> Result<(), FolderError> {
        disk::replace(&self.path.join(HEAD), note.as_bytes())
    }

    /// Keeps the first proof of a fork; a second says no more.
    pub(crate) fn keep_fork(&self, note: &str) -> Result<(), FolderError> {
        let path = self.path.join(FORK);
        match path.exists() {
            true => Ok(()),
            false => disk::replace(&path, note.as_bytes()),
        }
    }
}
