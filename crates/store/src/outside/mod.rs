//! What must outlive the database: the last signed head that this node saw committed, and who was erased.
//!
//! Small files in the data folder, readable by its owner alone. A restored backup knows none of them, so they are compared
//! with the database at every start: a log that does not continue the kept head, or lacks what is known to be published, is
//! refused, and who is on the list of erasures and is there again is erased again. They belong to one node; none is part of
//! a backup of the database.

mod adopt;
mod again;
mod begun;
mod continued;
mod erasure;
mod file;
mod head;
mod key_event;
mod published;
mod succeed;
mod went_on;

pub use adopt::adopt;
pub use again::erase_again;
pub use begun::begun;
pub use continued::check;
pub(crate) use continued::{CHUNK, continued, signed};
pub use erasure::ErasureList;
pub(crate) use head::HeadWriter;
pub use head::{HEAD_PAUSE_MILLIS, HeadFile, Kept, KeptHead, keep};
pub use key_event::key_event;
pub use published::Published;
pub use succeed::{
    Ending, Held, MOST_ENTRIES, Seen, Succession, author_of, committed, holds, origin, succeed,
};

/// Why the log in the database is not the one that this folder knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fork {
    #[error(
        "the access log in the database ends after {found} entries, but a head over {kept} was signed here: the database \
was restored from a backup or is another one; start with the newer database, or, if that is lost, make the fork public \
with `pramaan log adopt --origin NEW --reason TEXT`"
    )]
    Behind { kept: u64, found: u64 },
    #[error(
        "the access log in the database has {found} entries and does not continue the {kept} that were signed here: it is \
another database or was altered; start with the right one, or, if that is lost, make the fork public with `pramaan log \
adopt --origin NEW --reason TEXT`"
    )]
    Differs { kept: u64, found: u64 },
    #[error(
        "the {found} entries of the access log in the database do not give the head that was signed over them: rows were \
altered, which `pramaan log check` names; restore a backup from before"
    )]
    Altered { found: u64 },
    #[error(
        "the access log has {found} entries, but this data folder does not know its head (the file log-head is missing): \
bring the file from where the log was last served, or make the new beginning public with `pramaan log adopt --reason TEXT`"
    )]
    Unknown { found: u64 },
    #[error(
        "the head of the access log in the database, over {found} entries, is not signed with the keys of this folder: it \
was altered, or the database belongs to other keys; bring database and keys that belong together, or restore a backup"
    )]
    Unsigned { found: u64 },
    #[error(
        "the file log-head, or log-published beside it, was not written with the keys of this folder, or was altered: bring \
keys and files that belong together"
    )]
    Foreign,
    #[error(
        "publication {number} of the access log is not in the database as it was published: a row of access_publication was \
altered or deleted; `pramaan log check` names it; bring the row back from a newer backup, or delete it when it was \
added and no export has it; if it is lost, go on under another name, whose numbers begin anew, with `pramaan log adopt --origin \
NEW --reason TEXT`"
    )]
    Publication { number: u64 },
    #[error(
        "the access log in the database ends after {found} entries, but the witness {witness} has signed a head over {seen}: \
the database was restored from a backup or is another one; entries {found} to {} are missing. Start with the newer database, \
or, if that is lost, make the loss public with `pramaan log adopt --origin NEW --reason TEXT`",
        seen.saturating_sub(1)
    )]
    WitnessAhead { witness: String, seen: u64, found: u64 },
    #[error(
        "the access log in the database does not continue the head over {seen} entries that the witness {witness} has signed: \
it is another database or was altered; `pramaan log check` names what was altered"
    )]
    WitnessDiffers { witness: String, seen: u64 },
    #[error("a head over {seen} entries is more than any log can have: whoever has the log's key made it up")]
    Incredible { seen: u64 },
    #[error(
        "the log that was begun in the database, over {found} entries, does not go on from the log of this folder as a \
successor does. When a server serves it, this folder is not its own: bring pramaan.toml and log-head from there, and of its \
keys the files that are not here. When none does, somebody wrote to the database, or it is another one: restore it from a backup \
from before, and give the command again"
    )]
    Begun { found: u64 },
    #[error(
        "the log in the database has {found} entries: it was begun before and has gone on since, so nothing is to be begun, and the \
database stays as it is"
    )]
    WentOn { found: u64 },
}
