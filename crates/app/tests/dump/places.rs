//! Where values could have been written: files, tables, dumps, backups.
//!
//! SQLite: every file of the database's folder (database, WAL, shared memory), as it is and after a checkpoint, and a
//! backup. PostgreSQL: the files of the tables and of the WAL, and what `pg_dump --inserts` prints. Both: every column
//! of every row, because a container within a column is not always seen from outside.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use pramaan_store::db::Row;
use pramaan_store::testing::TestDb;
use pramaan_store::{DatabaseUrl, Engine, backup};
use pramaan_testkit::postgres;

use crate::{run, sqlite_folder};

type Place = (String, Vec<u8>);

pub(crate) async fn everything(db: &TestDb) -> Vec<Place> {
    match db.url() {
        DatabaseUrl::Sqlite(path) => {
            let mut places = files(path.parent().unwrap());
            let to = path.with_file_name("backup.db");
            let made = backup::sqlite(path, &to).unwrap();
            for file in [made.records, made.keys] {
                places.push(read(&file));
            }
            places
        }
        DatabaseUrl::Postgres(url) => {
            let mut places = table_files(db).await;
            places.extend(wal_files(db).await);
            let dump = Command::new(postgres::program("pg_dump").unwrap())
                .args(["--inserts", url])
                .output()
                .unwrap();
            assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
            places.push(("file pg_dump".to_owned(), dump.stdout));
            places
        }
    }
}

/// The files of the tables, and on SQLite of the WAL.
pub(crate) async fn table_files(db: &TestDb) -> Vec<Place> {
    if let Some(folder) = sqlite_folder(db) {
        return files(&folder);
    }
    run(db, "checkpoint".to_owned()).await;
    let sql = "select cast(current_setting('data_directory') as text)
                 , cast((select oid from pg_database where datname = current_database()) as text)";
    let row = run(db, sql.to_owned()).await.remove(0);
    files(
        &Path::new(row.text(0).unwrap())
            .join("base")
            .join(row.text(1).unwrap()),
    )
}

/// Makes an erasure final: what lies in the WAL is moved and dead rows are removed, as servers do by and by. Ends the
/// use of an SQLite database.
pub(crate) async fn settle(db: &TestDb) {
    match db.url() {
        DatabaseUrl::Sqlite(_) => pramaan_store::Db::clone(db).close().await,
        DatabaseUrl::Postgres(url) => {
            let psql = Command::new(postgres::program("psql").unwrap())
                .args([url.as_str(), "--command", "vacuum full"])
                .output()
                .unwrap();
            assert!(psql.status.success(), "{}", String::from_utf8_lossy(&psql.stderr));
        }
    }
}

/// The newest segments of the WAL, as many as this test can have filled.
async fn wal_files(db: &TestDb) -> Vec<Place> {
    let sql = "select cast(current_setting('data_directory') as text)
                 , cast(pg_walfile_name(pg_current_wal_lsn()) as text)";
    let row = run(db, sql.to_owned()).await.remove(0);
    let folder = Path::new(row.text(0).unwrap()).join("pg_wal");
    vec![read(&folder.join(row.text(1).unwrap()))]
}

fn files(folder: &Path) -> Vec<Place> {
    let entries = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let files: Vec<PathBuf> = entries.filter(|path| path.is_file()).collect();
    assert!(!files.is_empty(), "{} is empty", folder.display());
    files.iter().map(|path| read(path)).collect()
}

fn read(path: &Path) -> Place {
    let name = path.file_name().unwrap().to_string_lossy();
    (format!("file {name}"), std::fs::read(path).unwrap())
}

/// Tables in which the story leaves nothing to look at, and why.
const EMPTY: &[(&str, &str)] = &[
    (
        "access_event",
        "what an operator did to the log: its sealed detail names nobody",
    ),
    (
        "access_before",
        "names and public keys of the logs that this one continues",
    ),
    (
        "access_node",
        "hashes over 256 entries of the log, which are published",
    ),
    (
        "access_day_node",
        "hashes over 1,024 tags of a day of the log, which are published",
    ),
    ("centre_fee", "prices, shown to everybody"),
    ("meta", "settings of the program"),
    ("retention_count", "how many rows went from which table"),
    ("retention_run", "the same, as it is published"),
];

/// Every column of every row that is text or bytes, and apart from them the numbers. Every table has rows.
pub(crate) async fn cells(db: &TestDb) -> (Vec<Place>, Vec<(String, i64)>) {
    let sql = match db.engine() {
        Engine::Sqlite => "select name from sqlite_master where type = 'table'",
        Engine::Postgres => "select cast(tablename as text) from pg_tables where schemaname = 'public'",
    };
    let (mut places, mut numbers, mut empty) = (Vec::new(), Vec::new(), BTreeSet::new());
    for table in run(db, sql.to_owned()).await {
        let table = table.text(0).unwrap().to_owned();
        let rows = run(db, format!("select * from {table}")).await;
        if rows.is_empty() {
            empty.insert(table.clone());
        }
        for row in rows {
            for (column, cell) in columns(&row).into_iter().enumerate() {
                let place = format!("cell {table}.{column}");
                match cell {
                    Cell::Bytes(bytes) => places.push((place, bytes)),
                    Cell::Number(number) => numbers.push((place, number)),
                    Cell::Nothing => {}
                }
            }
        }
    }
    let expected: BTreeSet<String> = EMPTY.iter().map(|(table, _)| (*table).to_owned()).collect();
    assert_eq!(empty, expected, "tables without a row, and those that may be");
    (places, numbers)
}

/// The columns that hold bytes, of the rows that a condition chooses.
pub(crate) async fn blobs_of(db: &TestDb, table: &str, condition: &str) -> Vec<Place> {
    let rows = run(db, format!("select * from {table} where {condition}")).await;
    let cells = rows.iter().flat_map(columns).enumerate();
    cells
        .filter_map(|(number, cell)| match cell {
            Cell::Bytes(bytes) if std::str::from_utf8(&bytes).is_err() => {
                Some((format!("{table} {number}"), bytes))
            }
            _ => None,
        })
        .collect()
}

enum Cell {
    Bytes(Vec<u8>),
    Number(i64),
    Nothing,
}

fn columns(row: &Row) -> Vec<Cell> {
    let cell = |column: usize| {
        if let Ok(number) = row.opt_int(column) {
            return Some(number.map_or(Cell::Nothing, Cell::Number));
        }
        if let Ok(text) = row.text(column) {
            return Some(Cell::Bytes(text.as_bytes().to_vec()));
        }
        row.blob(column).ok().map(|bytes| Cell::Bytes(bytes.to_vec()))
    };
    (0..).map_while(cell).collect()
}
