//! Files that only their owner can read and that are whole or not there, whatever stops the machine.

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::StoreError;

/// So that no two writes of this process share a name; the process id tells processes apart.
static WRITES: AtomicU64 = AtomicU64::new(0);

/// The one writer of a file, among all threads and processes of this machine, until it is dropped. Others wait.
pub(super) struct Writer<'a> {
    path: &'a Path,
    _lock: File,
}

impl<'a> Writer<'a> {
    pub(super) fn lock(path: &'a Path) -> io::Result<Self> {
        let lock = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(beside(path, "lock"))?;
        lock.lock()?;
        Ok(Self { path, _lock: lock })
    }

    /// Replaces the file's content at once: written beside it, synced, renamed, and the folder synced.
    pub(super) fn replace(&self, content: &[u8]) -> io::Result<()> {
        self.remove_left()?;
        let write = WRITES.fetch_add(1, Ordering::Relaxed);
        let part = beside(self.path, &format!("{}-{write}.part", std::process::id()));
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&part)?;
        file.write_all(content)?;
        file.sync_all()?;
        fs::rename(&part, self.path)?;
        sync_folder_of(self.path)
    }

    /// What is there now was begun by somebody who was killed or failed: whoever writes holds the lock.
    fn remove_left(&self) -> io::Result<()> {
        let Some(name) = self.path.file_name().and_then(OsStr::to_str) else {
            return Ok(());
        };
        for entry in fs::read_dir(folder_of(self.path))? {
            let entry = entry?;
            let rest = entry.file_name();
            let rest = rest.to_str().and_then(|found| found.strip_prefix(name));
            if rest.is_some_and(|rest| rest.starts_with('.') && rest.ends_with(".part")) {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".");
    beside.push(ending);
    PathBuf::from(beside)
}

pub(super) fn sync_folder_of(path: &Path) -> io::Result<()> {
    File::open(folder_of(path))?.sync_all()
}

fn folder_of(path: &Path) -> &Path {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new("."))
}

/// The attempt and the system's sentence; neither holds more than the file's name.
pub(super) fn failed(attempt: &str, path: &Path, error: &io::Error) -> StoreError {
    StoreError::unavailable(format!("{attempt} {}: {error}", path.display()))
}
