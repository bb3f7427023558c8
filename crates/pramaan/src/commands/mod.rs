//! One file a command.

pub(crate) mod backup;
pub(crate) mod certificate_key;
pub(crate) mod demo;
pub(crate) mod import;
pub(crate) mod init;
pub(crate) mod inventory;
pub(crate) mod key_change;
pub(crate) mod keys;
pub(crate) mod log;
pub(crate) mod log_adopt;
pub(crate) mod log_check;
pub(crate) mod log_export;
pub(crate) mod log_succeed;
pub(crate) mod log_verify;
pub(crate) mod migrate;
pub(crate) mod number;
pub(crate) mod partner;
pub(crate) mod restore;
pub(crate) mod retention;
pub(crate) mod rules;
pub(crate) mod serve;
pub(crate) mod staff;
pub(crate) mod stock;
pub(crate) mod succession;
pub(crate) mod testimony;
pub(crate) mod verify_certificate;
pub(crate) mod verify_extract;
pub(crate) mod verify_proof;
pub(crate) mod witness;

use std::path::Path;

use crate::cli::Place;

/// What the proof covers, said at every start.
pub(crate) const COVERAGE: &str = "The access log of this one process protects against theft of the database and faults \
of the application. It does not protect against the administrator of this machine, who holds the keys beside it.";

/// Said at every start of a log that nobody countersigns.
pub(crate) const NO_WITNESSES: &str =
    "This log has no witnesses: nobody outside this machine can tell whether it was rewritten.";

/// A path as a shell takes it, to be copied from a line that names a command.
pub(crate) fn typed(path: &Path) -> String {
    let path = path.to_string_lossy();
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "/._-+".contains(letter);
    match path.chars().all(plain) {
        true => path.into_owned(),
        false => format!("'{}'", path.replace('\'', r"'\''")),
    }
}

/// The command that serves a place, as far as the place says it; messages go where its operator knows.
pub(crate) fn serving(place: &Place) -> String {
    let database = if place.database.is_some() {
        " --database URL"
    } else {
        ""
    };
    format!(
        "pramaan serve --data {}{database} --sms ADAPTER",
        typed(&place.data)
    )
}

/// Runs one asynchronous command to its end.
pub(crate) fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(work)
}
