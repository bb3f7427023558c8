//! A copy of a running embedded database, in two files: everything, and apart from it the persons' keys.
//!
//! Erasure deletes a person's keys; a backup that held them would undo it. So `person_key` goes to a file of its own,
//! which is kept for thirty days at most, while the other may be kept as long as the records must be. Neither file has
//! its name before it is whole and on the disk, and no key is ever written into the file of records.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

mod restore;

pub use restore::{Existing, Keys, Restored, keys, restore};

/// A backup was not made or not brought back, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BackupError(String);

/// The two files of a backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    pub records: PathBuf,
    /// Keep it for thirty days at most, and apart.
    pub keys: PathBuf,
}

/// Copies the database at `from` to `to` and `to` + `.keys`, as of one moment, while others go on writing.
///
/// Both are written under their names with `.part` added, synced, and then renamed, the records last. Parts that a killed
/// backup left are removed by the next one to the same target.
///
/// # Errors
/// When one of the files exists already, another backup is writing there, or the copy fails; what was begun
/// is removed.
pub fn sqlite(from: &Path, to: &Path) -> Result<Backup, BackupError> {
    let backup = Backup {
        records: to.to_owned(),
        keys: with_end(to, ".keys"),
    };
    refuse_existing(&backup)?;
    let parts = [Part::begin(&backup.records)?, Part::begin(&backup.keys)?];
    let [records, keys] = &parts;
    copy(from, &records.path, &keys.path)
        .map_err(|error| BackupError(sentence("the backup could not be made", &error)))?;
    refuse_existing(&backup)?;
    let [records, keys] = parts;
    keys.finish(&backup.keys)?;
    records.finish(&backup.records)?;
    Ok(backup)
}

fn refuse_existing(backup: &Backup) -> Result<(), BackupError> {
    let taken = [&backup.records, &backup.keys]
        .into_iter()
        .find(|file| file.exists());
    match taken {
        Some(file) => Err(BackupError(format!(
            "{} exists already: name another file",
            file.display()
        ))),
        None => Ok(()),
    }
}

fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut longer = path.as_os_str().to_owned();
    longer.push(end);
    PathBuf::from(longer)
}

/// A file on its way to its name; removed when it does not get there.
struct Part {
    path: PathBuf,
    /// Locked as long as this process writes, so that nobody takes it for a dead one's.
    file: Option<File>,
}

impl Part {
    /// An empty file that only its owner can read, before SQLite opens it.
    fn begin(target: &Path) -> Result<Self, BackupError> {
        let path = with_end(target, ".part");
        remove_stale(&path)?;
        let mut options = OpenOptions::new();
        let made = options.write(true).create_new(true).mode(0o600).open(&path);
        let file = made.map_err(|error| failed("making", &path, &error))?;
        let part = Self {
            path,
            file: Some(file),
        };
        match part.file.as_ref().map(File::try_lock) {
            Some(Err(error)) => Err(BackupError(format!("locking {}: {error}", part.path.display()))),
            _ => Ok(part),
        }
    }

    fn finish(mut self, target: &Path) -> Result<(), BackupError> {
        let renamed = match self.file.take() {
            Some(file) => file.sync_all().and_then(|()| fs::rename(&self.path, target)),
            None => Ok(()),
        };
        renamed
            .and_then(|()| sync_folder_of(target))
            .map_err(|error| failed("finishing", target, &error))
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if self.file.is_some() {
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn remove_stale(path: &Path) -> Result<(), BackupError> {
    let Ok(file) = File::open(path) else {
        return Ok(());
    };
    if file.try_lock().is_err() {
        return Err(BackupError(format!(
            "another backup or restore is writing {}: wait for it, or name another file",
            path.display()
        )));
    }
    fs::remove_file(path).map_err(|error| failed("removing", path, &error))
}

fn sync_folder_of(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

/// One read transaction on the live database, from which both files are filled, the keys last.
fn copy(from: &Path, records: &Path, keys: &Path) -> rusqlite::Result<()> {
    let copy = unsynced(records)?;
    copy.execute("attach ?1 as apart", [text(keys)])?;
    copy.execute_batch("pragma apart.journal_mode = off; pragma apart.synchronous = off;")?;
    copy.execute("attach ?1 as live", [text(from)])?;
    copy.execute_batch("begin")?;
    copy_records(&copy)?;
    copy.execute_batch(
        "create table apart.person_key as select * from live.person_key;
         commit;
         detach live;
         detach apart;",
    )
}

/// An empty file to fill. No journal beside a file that is thrown away when it is not finished; the whole of it is synced
/// at the end.
fn unsynced(part: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let copy = Connection::open_with_flags(part, flags)?;
    let quick = "pragma journal_mode = off; pragma synchronous = off; pragma temp_store = memory;
                 pragma trusted_schema = off;";
    copy.execute_batch(quick)?;
    Ok(copy)
}

/// The schema of `live`, and every row of it but the persons' keys.
fn copy_records(copy: &Connection) -> rusqlite::Result<()> {
    let schema = schema(copy)?;
    for (_, sql) in &schema {
        copy.execute_batch(sql)?;
    }
    for (table, _) in schema.iter().filter(|(name, _)| !name.is_empty() && name != KEYS) {
        let table = table.replace('"', "\"\"");
        copy.execute_batch(&format!(
            "insert into main.\"{table}\" select * from live.\"{table}\""
        ))?;
    }
    Ok(())
}

const KEYS: &str = "person_key";

/// Tables with their names, then everything else with none, each as it was created.
fn schema(copy: &Connection) -> rusqlite::Result<Vec<(String, String)>> {
    let mut asked = copy.prepare(
        "select case when type = 'table' then name else '' end, sql from live.sqlite_master
         where sql is not null and name not like 'sqlite!_%' escape '!' order by type = 'table' desc, rowid",
    )?;
    let rows = asked.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    rows.collect()
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

fn failed(attempt: &str, path: &Path, error: &io::Error) -> BackupError {
    BackupError(format!("{attempt} {}: {error}", path.display()))
}

/// The engine's sentence names files and tables, never a value.
fn sentence(what: &str, error: &rusqlite::Error) -> String {
    format!("{what}: {error}")
}
