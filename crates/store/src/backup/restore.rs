//! A backup's two files, put together again to the database of a data folder.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::{BackupError, Part, copy_records, failed, sentence, sync_folder_of, text, unsynced, with_end};
use crate::StoreError;
use crate::db::Db;

/// What SQLite keeps beside a database. They go before the database does: beside another file they would be taken for its
/// own and written into it.
const BESIDE: [&str; 2] = ["-wal", "-shm"];

/// What a restore did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    pub database: PathBuf,
    /// Where the database went that was there before.
    pub before: Option<PathBuf>,
}

/// What may become of a database that is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    IsRefused,
    /// Under its name with `.before-restore` added.
    IsKeptAside,
}

/// Whether the persons in a database can be opened at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keys {
    Fit,
    /// There are households and not one key, as after copying a backup's records into a data folder.
    Missing,
}

/// Joins `records` and `keys`, which `sqlite` wrote, to the database `to`. Both files stay as they are.
///
/// The new database is whole and on the disk before the old one is touched. Whoever calls sees to it that nobody opens
/// `to` meanwhile; who has it open already is noticed.
///
/// # Errors
/// When there is a database and it may not be replaced, or it is in use; when a file is missing or not of a backup, or
/// the keys are not those of these records. Then everything is as it was.
pub fn restore(records: &Path, keys: &Path, to: &Path, existing: Existing) -> Result<Restored, BackupError> {
    refuse_missing(records, keys)?;
    let before = with_end(to, ".before-restore");
    let there = std::iter::once("")
        .chain(BESIDE)
        .any(|end| with_end(to, end).exists());
    match existing {
        Existing::IsRefused if there => {
            return Err(BackupError(format!(
                "there is a database at {} already: with --replace it is kept as {} and replaced",
                to.display(),
                before.display()
            )));
        }
        _ if before.exists() => {
            return Err(BackupError(format!(
                "{} of an earlier restore is still there: move it away first",
                before.display()
            )));
        }
        _ => {}
    }
    let part = Part::begin(to)?;
    join(records, keys, &part.path)?;
    if there {
        set_aside(to, &before)?;
    }
    part.finish(to)?;
    Ok(Restored {
        database: to.to_owned(),
        before: there.then_some(before),
    })
}

/// Looks whether a database has households and no keys. Cheap: it reads a row of each.
pub async fn keys(db: &Db) -> Result<Keys, StoreError> {
    let missing = db.read("store::backup::keys", |tx| {
        Box::pin(async move {
            let sql = "-- store::backup::keys
                select case when exists (select 1 from household) and not exists (select 1 from person_key)
                       then 1 else 0 end";
            tx.query(sql, &[]).await
        })
    });
    let rows: Result<Vec<_>, StoreError> = missing.await;
    match rows?.first().map(|row| row.int(0)).transpose()? {
        Some(1) => Ok(Keys::Missing),
        _ => Ok(Keys::Fit),
    }
}

fn refuse_missing(records: &Path, keys: &Path) -> Result<(), BackupError> {
    if !records.is_file() {
        return Err(BackupError(format!("there is no file {}", records.display())));
    }
    if !keys.is_file() {
        return Err(BackupError(format!(
            "the persons' keys are not at {}: without them no record can be opened; name their file with --keys",
            keys.display()
        )));
    }
    Ok(())
}

fn join(records: &Path, keys: &Path, part: &Path) -> Result<(), BackupError> {
    let strangers = joined(records, keys, part).map_err(|error| {
        BackupError(sentence(
            &format!(
                "{} and {} could not be put together; are they the two files of one backup?",
                records.display(),
                keys.display()
            ),
            &error,
        ))
    })?;
    match strangers {
        0 => Ok(()),
        count => Err(BackupError(format!(
            "{count} households in {} have no key in {}: name the keys of the same backup with --keys",
            records.display(),
            keys.display()
        ))),
    }
}

/// Answers how many households have no key. A household's own is never erased.
fn joined(records: &Path, keys: &Path, part: &Path) -> rusqlite::Result<i64> {
    let copy = unsynced(part)?;
    copy.execute("attach ?1 as live", [text(records)])?;
    copy.execute("attach ?1 as apart", [text(keys)])?;
    copy.execute_batch("begin")?;
    copy_records(&copy)?;
    copy.execute_batch(
        "insert into main.person_key select * from apart.person_key;
         commit;
         detach live;
         detach apart;",
    )?;
    copy.query_row(
        "select count(*) from household where id not in (select household from person_key)",
        [],
        |row| row.get(0),
    )
}

/// Moves a database that nobody uses away, what is beside it first.
fn set_aside(database: &Path, before: &Path) -> Result<(), BackupError> {
    close_journal(database)?;
    for end in BESIDE.into_iter().chain([""]) {
        let (from, to) = (with_end(database, end), with_end(before, end));
        if from.exists() {
            fs::rename(&from, &to).map_err(|error| failed("moving away", &from, &error))?;
        }
    }
    sync_folder_of(database).map_err(|error| failed("syncing the folder of", database, &error))
}

/// Writes the journal into the database and removes it, which SQLite lets nobody do while another has it open. A file that
/// is no database any more is a reason to restore and no obstacle: it goes as it is, and its journal with it.
fn close_journal(database: &Path) -> Result<(), BackupError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let closed = Connection::open_with_flags(database, flags).and_then(|open| {
        open.busy_timeout(std::time::Duration::ZERO)?;
        open.query_row("pragma journal_mode = delete", [], |_| Ok(()))
    });
    match closed {
        Err(rusqlite::Error::SqliteFailure(failure, _))
            if matches!(failure.code, ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) =>
        {
            Err(BackupError(format!(
                "{} is in use: stop the server and whatever else has it open",
                database.display()
            )))
        }
        _ => Ok(()),
    }
}
