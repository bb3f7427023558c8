//! Opening one SQLite connection, with every setting that a promise rests on read back after it was set.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::failure;
use crate::db::{Access, DbOptions};
use crate::error::StoreError;

/// Prepared statements kept by one connection.
const STATEMENTS: usize = 512;

/// Bytes of pages that the writing connection keeps, as SQLite wants them: in KiB, negative. A batch of the access log
/// touches hundreds of pages, which SQLite's own 2 MB dropped before the next batch came back to them.
const WRITER_KEEPS: i64 = -8_192;

/// Pages of the write-ahead log before they are copied into the database: 16 MiB instead of SQLite's 4. A page that many
/// commits touch is copied once, and two syncs are paid for four times as many commits.
const PAGES_IN_WAL: i64 = 4_000;

/// Makes an empty database that only its owner can read, and its directory entry durable, which SQLite leaves to us.
pub(super) fn create_if_missing(path: &Path) -> Result<(), StoreError> {
    let mut options = OpenOptions::new();
    let created = options.write(true).create_new(true).mode(0o600).open(path);
    match created
        .and_then(|file| file.sync_all())
        .and_then(|()| sync_folder_of(path))
    {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(StoreError::unavailable(format!(
            "cannot create {}: {error}",
            path.display()
        ))),
        _ => Ok(()),
    }
}

fn sync_folder_of(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

pub(super) fn open(path: &Path, access: Access, options: &DbOptions) -> Result<Connection, StoreError> {
    let mode = match access {
        Access::Write => OpenFlags::SQLITE_OPEN_READ_WRITE,
        Access::Read => OpenFlags::SQLITE_OPEN_READ_ONLY,
    };
    let flags = mode | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let opened = match options.vfs() {
        Some(vfs) => Connection::open_with_flags_and_vfs(path, flags, vfs),
        None => Connection::open_with_flags(path, flags),
    };
    let connection = opened.map_err(|error| failure::opening(path, &error))?;
    prepare(&connection, access, options).map_err(|error| failure::opening(path, &error))?;
    check(&connection, access, options).map_err(|error| failure::opening(path, &error))??;
    Ok(connection)
}

fn prepare(connection: &Connection, access: Access, options: &DbOptions) -> rusqlite::Result<()> {
    connection.busy_timeout(options.patience)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // Without it each statement with a bound limit is compiled anew at every use, for a plan that fits the value better.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    if access == Access::Write {
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "cache_size", WRITER_KEEPS)?;
        connection.pragma_update(None, "wal_autocheckpoint", PAGES_IN_WAL)?;
    }
    // secure_delete: what is erased leaves no bytes in free pages. temp_store: no row is ever written to a temporary
    // file. trusted_schema: a tampered schema cannot call functions.
    let settings = [
        ("synchronous", if options.durable() { "full" } else { "off" }),
        ("secure_delete", "on"),
        ("foreign_keys", "off"),
        ("temp_store", "memory"),
        ("trusted_schema", "off"),
        ("query_only", if access == Access::Read { "on" } else { "off" }),
    ];
    for (setting, value) in settings {
        connection.pragma_update(None, setting, value)?;
    }
    for (setting, value) in options.limits() {
        if let Some(value) = value {
            connection.pragma_update(None, setting, value)?;
        }
    }
    Ok(())
}

fn check(
    connection: &Connection,
    access: Access,
    options: &DbOptions,
) -> rusqlite::Result<Result<(), StoreError>> {
    let promised = [
        ("synchronous", if options.durable() { 2 } else { 0 }),
        ("secure_delete", 1),
        ("foreign_keys", 0),
        ("temp_store", 2),
        ("query_only", i64::from(access == Access::Read)),
    ];
    for (setting, expected) in promised {
        let found: i64 = connection.pragma_query_value(None, setting, |row| row.get(0))?;
        if found != expected {
            return Ok(Err(refused(setting, found.to_string())));
        }
    }
    let journal: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
    Ok(match journal.as_str() {
        "wal" => Ok(()),
        _ => Err(refused("journal_mode", journal)),
    })
}

fn refused(setting: &'static str, value: String) -> StoreError {
    StoreError::Durability {
        setting,
        value,
        remedy: "this build of SQLite or its file system cannot be used",
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::StatementStatus;

    use super::*;

    #[test]
    fn a_statement_with_a_bound_limit_is_compiled_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pramaan.db");
        create_if_missing(&path).unwrap();
        let options = DbOptions::default();
        let connection = open(&path, Access::Write, &options).unwrap();
        for limit in [1, 50, 3] {
            let mut statement = connection
                .prepare_cached("select name from sqlite_schema order by name limit ?1")
                .unwrap();
            statement.query_row([limit], |_| Ok(())).unwrap_err();
            assert_eq!(statement.get_status(StatementStatus::RePrepare), 0, "{limit}");
        }
    }
}
