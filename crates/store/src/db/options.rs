//! Where the database is and how it is opened.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use super::TimeLimits;
use crate::error::StoreError;

/// `sqlite://PATH` or `postgres://…`. Shown without user, password or parameters.
///
/// PostgreSQL's address is libpq's. `sslmode` is `verify-full`, which nobody has to say, or `disable`, which only a Unix
/// socket and a loopback address may; `sslrootcert` is a file of authorities in PEM, instead of the world's.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    Sqlite(PathBuf),
    Postgres(String),
}

impl FromStr for DatabaseUrl {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        if let Some(path) = text.strip_prefix("sqlite://") {
            if path.is_empty() {
                return Err(StoreError::Url {
                    reason: "the path is missing",
                });
            }
            return Ok(Self::Sqlite(PathBuf::from(path)));
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        Err(StoreError::Url {
            reason: "unknown scheme",
        })
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite://{}", path.display()),
            Self::Postgres(_) => f.write_str("postgres://…"),
        }
    }
}

/// Whether acknowledged writes must survive a power cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Durability {
    /// Refuse a database that could lose them.
    #[default]
    Required,
    /// SQLite does not wait for the disk, PostgreSQL's settings are not looked at.
    #[cfg(feature = "testing")]
    WaivedForTests,
}

/// How a database is opened. The default is what production uses.
#[derive(Debug, Clone)]
pub struct DbOptions {
    pub durability: Durability,
    /// SQLite: threads that read.
    pub readers: usize,
    /// PostgreSQL: connections at most, and one more for the access log.
    pub connections: usize,
    /// PostgreSQL: how many more may wait for a connection; everybody else is told to come back.
    pub waiting: usize,
    /// SQLite: how long to wait for another process's lock. PostgreSQL: for a free connection.
    pub patience: Duration,
    /// PostgreSQL: what a transaction may take, but for those of [`super::Db::unhurried`]; `None` leaves it to the server.
    pub time_limits: Option<TimeLimits>,
    /// SQLite: the virtual file system by which the database is opened.
    #[cfg(feature = "testing")]
    pub vfs: Option<String>,
    /// SQLite: pages at which the database counts as full.
    #[cfg(feature = "testing")]
    pub max_pages: Option<u32>,
    /// SQLite: pages of log after which it is copied into the database.
    #[cfg(feature = "testing")]
    pub checkpoint_pages: Option<u32>,
}

impl Default for DbOptions {
    fn default() -> Self {
        Self {
            durability: Durability::Required,
            readers: 4,
            connections: 16,
            waiting: 1_024,
            patience: Duration::from_secs(5),
            time_limits: Some(TimeLimits::default()),
            #[cfg(feature = "testing")]
            vfs: None,
            #[cfg(feature = "testing")]
            max_pages: None,
            #[cfg(feature = "testing")]
            checkpoint_pages: None,
        }
    }
}

impl DbOptions {
    pub(super) fn durable(&self) -> bool {
        matches!(self.durability, Durability::Required)
    }

    pub(super) fn vfs(&self) -> Option<&str> {
        #[cfg(feature = "testing")]
        return self.vfs.as_deref();
        #[cfg(not(feature = "testing"))]
        None
    }

    /// Settings of SQLite that only tests change.
    pub(super) fn limits(&self) -> [(&'static str, Option<u32>); 2] {
        #[cfg(feature = "testing")]
        let limits = [self.max_pages, self.checkpoint_pages];
        #[cfg(not(feature = "testing"))]
        let limits = [None, None];
        let [pages, checkpoint] = limits;
        [("max_page_count", pages), ("wal_autocheckpoint", checkpoint)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_of_two_kinds_and_keeps_its_password_to_itself() {
        assert_eq!(
            "sqlite:///var/lib/p.db".parse(),
            Ok(DatabaseUrl::Sqlite(PathBuf::from("/var/lib/p.db")))
        );
        let url: DatabaseUrl = "postgres://pramaan:secret@db/pramaan".parse().unwrap();
        assert_eq!(format!("{url:?}"), "postgres://…");
        assert!("mysql://db".parse::<DatabaseUrl>().is_err());
        assert!("sqlite://".parse::<DatabaseUrl>().is_err());
    }
}
