//! What is left on a disk after a power cut.
//!
//! `vfs.c` registers the SQLite file system [`VFS`], which writes each change of a database's files into a journal.
//! [`Journal`] reads it, [`Disk`] replays it up to any point and answers what may be found there afterwards: everything
//! that was synced, and of the rest any part, in any order, torn in the middle of pages; files whose folder entry was not
//! synced may be missing. It does not model disks that lose what they have confirmed.
//!
//! Test helper; never part of the product.

mod disk;
mod journal;

// Linked for SQLite itself, which the file system registers with.
use libsqlite3_sys as _;

pub use disk::{Disk, Remains};
pub use journal::{Change, FileKind, Journal, Operation};

/// The name to open a database by.
pub const VFS: &str = "powercut";
