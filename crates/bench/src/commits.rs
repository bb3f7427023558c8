//! How often a SQLite database in WAL mode was committed to, read from beside it: nothing is asked of the database.

use std::path::Path;

use anyhow::{Context, Result, ensure};

/// Of the shared-memory file, which stays as it is for as long as SQLite 3 reads it (walformat.html, section 2.2).
const VERSION: u32 = 3_007_000;
/// Where the header has its version, and its count of transactions.
const AT: [usize; 2] = [0, 8];

/// Counts writing transactions since the database was first opened, modulo 2^32. Only differences say anything.
///
/// # Errors
/// A file that is missing, as while nobody has the database open, or of another format.
pub fn count(database: &Path) -> Result<u32> {
    let mut name = database.as_os_str().to_owned();
    name.push("-shm");
    let bytes = std::fs::read(&name).with_context(|| format!("reading {}", Path::new(&name).display()))?;
    of_header(&bytes)
}

fn of_header(bytes: &[u8]) -> Result<u32> {
    let [version, changes] = AT.map(|at| {
        let word = bytes.get(at..at + 4).and_then(|word| word.try_into().ok());
        word.map(u32::from_ne_bytes)
    });
    ensure!(
        version == Some(VERSION),
        "the shared memory of the database is of another format"
    );
    changes.context("the shared memory of the database is cut")
}

#[cfg(test)]
mod tests {
    use pramaan_store::testing::{MIGRATED, TestDb};
    use pramaan_store::{DatabaseUrl, Engine, StoreError, public_log};

    use super::*;

    #[test]
    fn another_format_is_not_read() {
        assert!(of_header(&[]).is_err() && of_header(&[0; 64]).is_err());
        let mut header = VERSION.to_ne_bytes().to_vec();
        assert!(of_header(&header).is_err());
        header.extend([0, 0, 0, 0, 7, 0, 0, 0]);
        assert_eq!(of_header(&header).unwrap(), u32::from_ne_bytes([7, 0, 0, 0]));
    }

    #[tokio::test]
    async fn each_commit_counts_once_and_a_read_does_not() {
        let db = TestDb::fresh(Engine::Sqlite, MIGRATED).await;
        let DatabaseUrl::Sqlite(file) = db.url() else {
            unreachable!("it was asked for on SQLite");
        };
        let before = count(file).unwrap();
        for body in ["one", "two", "three"] {
            let written = db.write("bench::commit", move |tx| {
                Box::pin(async move { public_log::keep_policy(tx, body).await })
            });
            let written: Result<(), StoreError> = written.await;
            written.unwrap();
        }
        let read = db.read("bench::read", |tx| {
            Box::pin(async move { public_log::policy_text(tx, [0; 32]).await })
        });
        let read: Result<_, StoreError> = read.await;
        assert_eq!(read, Ok(None));
        assert_eq!(count(file).unwrap() - before, 3);
    }
}
