//! The operations that the file system wrote down.

use std::io;
use std::path::{Path, PathBuf};

/// Which of a database's files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileKind {
    Database,
    Wal,
    RollbackJournal,
}

impl FileKind {
    /// What its name adds to the database's.
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Database => "",
            Self::Wal => "-wal",
            Self::RollbackJournal => "-journal",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    Create,
    Write { offset: usize, data: Vec<u8> },
    Truncate { size: usize },
    Sync,
    Delete { folder_synced: bool },
}

/// One change, and the length of the journal once it was written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    pub file: FileKind,
    pub change: Change,
    pub end: u64,
}

/// The journal of one database.
#[derive(Debug)]
pub struct Journal(PathBuf);

impl Journal {
    pub fn of(database: &Path) -> Self {
        let mut path = database.as_os_str().to_owned();
        path.push(".ops");
        Self(PathBuf::from(path))
    }

    /// How long it is now: what was acknowledged before is before this point.
    pub fn length(&self) -> io::Result<u64> {
        Ok(std::fs::metadata(&self.0)?.len())
    }

    pub fn read(&self) -> io::Result<Vec<Operation>> {
        let bytes = std::fs::read(&self.0)?;
        let broken = || io::Error::new(io::ErrorKind::InvalidData, "the journal of operations is broken");
        let mut reader = Reader {
            rest: &bytes,
            total: bytes.len(),
        };
        let mut operations = Vec::new();
        while !reader.rest.is_empty() {
            operations.push(reader.operation().ok_or_else(broken)?);
        }
        Ok(operations)
    }
}

struct Reader<'a> {
    rest: &'a [u8],
    total: usize,
}

impl Reader<'_> {
    fn operation(&mut self) -> Option<Operation> {
        let [file, change, ..] = self.take::<8>()?;
        let offset = usize::from_ne_bytes(self.take()?);
        let length = usize::from_ne_bytes(self.take()?);
        let change = match change {
            b'c' => Change::Create,
            b's' => Change::Sync,
            b't' => Change::Truncate { size: offset },
            b'x' => Change::Delete {
                folder_synced: offset != 0,
            },
            b'w' => {
                let (data, rest) = self.rest.split_at_checked(length)?;
                self.rest = rest;
                let data = data.to_vec();
                Change::Write { offset, data }
            }
            _ => return None,
        };
        let file = match file {
            b'd' => FileKind::Database,
            b'w' => FileKind::Wal,
            b'j' => FileKind::RollbackJournal,
            _ => return None,
        };
        let end = (self.total - self.rest.len()) as u64;
        Some(Operation { file, change, end })
    }

    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.rest.split_first_chunk()?;
        self.rest = rest;
        Some(*taken)
    }
}
