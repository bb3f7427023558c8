//! Files that are there whole or not at all, also after a power cut.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use super::FolderError;
use super::error::{damaged, failed};

/// Replaces a file at once: whoever reads it, after a crash too, sees what was there before or all of `bytes`. On disk when
/// it returns. One writer a file.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> Result<(), FolderError> {
    let whole = path.with_extension("new");
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&whole)
        .map_err(failed("writing", &whole))?;
    file.write_all(bytes)
        .and_then(|()| file.sync_all())
        .map_err(failed("writing", &whole))?;
    rename(&whole, path)
}

/// Gives a file or folder its name, for good when it returns.
pub(super) fn rename(from: &Path, to: &Path) -> Result<(), FolderError> {
    fs::rename(from, to).map_err(failed("writing", to))?;
    sync_folder(to.parent().unwrap_or(to))
}

pub(super) fn sync_folder(path: &Path) -> Result<(), FolderError> {
    File::open(path)
        .and_then(|folder| folder.sync_all())
        .map_err(failed("writing", path))
}

/// Makes a folder that its owner alone can enter. One that is there stays as it is.
pub(super) fn make_folder(path: &Path) -> Result<(), FolderError> {
    DirBuilder::new()
        .mode(0o700)
        .recursive(true)
        .create(path)
        .map_err(failed("making", path))
}

/// Writes a secret that must not be there yet.
pub(super) fn write_secret(path: &Path, secret: &[u8; 32]) -> Result<(), FolderError> {
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
    match file {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(FolderError::Exists(path.to_owned())),
        other => other
            .and_then(|mut file| file.write_all(secret).and_then(|()| file.sync_all()))
            .map_err(failed("writing", path)),
    }
}

/// A file that only its owner can read.
pub(super) fn open_secret(path: &Path) -> Result<File, FolderError> {
    let file = match File::open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Err(FolderError::Missing(path.to_owned()));
        }
        other => other.map_err(failed("opening", path))?,
    };
    let mode = file
        .metadata()
        .map_err(failed("opening", path))?
        .permissions()
        .mode()
        & 0o7777;
    match mode & 0o077 {
        0 => Ok(file),
        _ => Err(FolderError::Exposed {
            path: path.to_owned(),
            mode,
        }),
    }
}

/// A text of at most `longest` bytes; nothing when there is no such file.
pub(super) fn read(path: &Path, longest: usize) -> Result<Option<String>, FolderError> {
    let file = match File::open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        other => other.map_err(failed("reading", path))?,
    };
    let mut text = Vec::new();
    file.take(longest as u64 + 1)
        .read_to_end(&mut text)
        .map_err(failed("reading", path))?;
    if text.len() > longest {
        return Err(damaged(path, "it is too long"));
    }
    String::from_utf8(text)
        .map(Some)
        .map_err(|_| damaged(path, "it is not text"))
}
