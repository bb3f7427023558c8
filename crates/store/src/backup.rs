//! A copy of a running embedded database, in two files: everything, and apart from it the persons' keys.
//!
//! Erasure deletes a person's keys; a backup that held them would undo it. So `person_key` goes to a file of its own,
//! which is kept for thirty days at most, while the other may be kept as long as the records must be.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

use crate::StoreError;

/// The two files of a backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    pub records: PathBuf,
    /// Keep it for thirty days at most, and apart.
    pub keys: PathBuf,
}

/// Copies the database at `from` to `to` and `to` + `.keys`, as of one moment, while others go on writing.
///
/// # Errors
/// `Unavailable` when one of the files exists already or cannot be written; what was begun is removed.
pub fn sqlite(from: &Path, to: &Path) -> Result<Backup, StoreError> {
    let mut keys = to.as_os_str().to_owned();
    keys.push(".keys");
    let backup = Backup {
        records: to.to_owned(),
        keys: PathBuf::from(keys),
    };
    for file in [&backup.records, &backup.keys] {
        if file.exists() {
            return Err(StoreError::unavailable(format!(
                "{} exists already: name another file",
                file.display()
            )));
        }
    }
    let copied = copy(from, &backup).map_err(|error| StoreError::unavailable(sentence(&error)));
    if copied.is_err() {
        for file in [&backup.records, &backup.keys] {
            let _ = std::fs::remove_file(file);
        }
    }
    copied.map(|()| backup)
}

fn copy(from: &Path, backup: &Backup) -> rusqlite::Result<()> {
    private(&backup.records);
    private(&backup.keys);
    let source = Connection::open_with_flags(
        from,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    source.execute("vacuum into ?1", [text(&backup.records)])?;
    drop(source);
    let copy = Connection::open(&backup.records)?;
    copy.execute_batch("pragma secure_delete = on; pragma journal_mode = delete;")?;
    copy.execute("attach ?1 as apart", [text(&backup.keys)])?;
    copy.execute_batch(
        "create table apart.person_key as select * from person_key;
         delete from person_key;
         detach apart;
         vacuum;",
    )
}

/// Made before SQLite opens them, so that nobody else can read them for a moment.
fn private(file: &Path) {
    use std::os::unix::fs::OpenOptionsExt;
    let _ = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file);
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// The engine's sentence names files and tables, never a value.
fn sentence(error: &rusqlite::Error) -> String {
    format!("the backup could not be made: {error}")
}
