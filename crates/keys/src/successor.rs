//! The key of a log that follows another. A successor has a name and a key of its own, and the database takes the name in one
//! commit: so the key is made aside, where nothing signs with it yet, and put in its place when the commit is there. Whatever
//! stops the process between the two is gone on with by asking again.

use std::fs::{self, File};
use std::io::Write;
use std::ops::Range;
use std::path::{Path, PathBuf};

use ed25519_dalek::SigningKey;

use crate::file::{FileKeyStore, KeyFileError, failed, file, read_key, read_public, synced, write_key};
use crate::{Entropy, Root, SecretKey};

/// The key of a log that is about to begin.
const STAGED: &str = "log-next";
/// One that was made for a log that did not begin, as far as the database said. No program reads it.
const UNUSED: &str = "log-next.unused";

/// What becomes of the private key of a log that has ended: nothing signs with it any more. In both cases its public half stays
/// as `log-1.public`: by it an older database is still known to be ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndedKey {
    /// It stays in the folder as `log-1.ended`, which is read for its public half alone, when `log-1.public` is lost.
    KeptAside,
    /// It is written over and removed. What a disk or a backup keeps of it is out of this program's hands.
    Destroyed,
}

impl FileKeyStore {
    /// The folder's keys with that of a log to come, made anew: what lies there from before may be known to whoever put it
    /// there, and goes aside. So ask for it only when no database has the new log; one that has is gone on with by
    /// [`staged_log`](Self::staged_log). The folder goes on with the key that it has until [`settle_log`](Self::settle_log).
    pub fn stage_log(dir: &Path, entropy: &dyn Entropy) -> Result<Self, KeyFileError> {
        Self::open(dir)?;
        Self::unstage_log(dir)?;
        let path = dir.join(STAGED);
        // Under another name until it is whole: a key cut short by a power cut would have to be removed by hand.
        let part = dir.join(format!("{STAGED}.part"));
        remove(&part)?;
        write_key(&part, &SecretKey::generate(entropy))?;
        renamed(&part, &path)?;
        synced(dir)?;
        Self::open_with(dir, read_key(&path)?)
    }

    /// The same as an earlier attempt made it; `None` when there is none.
    pub fn staged_log(dir: &Path) -> Result<Option<Self>, KeyFileError> {
        let path = dir.join(STAGED);
        match path.exists() {
            true => Self::open_with(dir, read_key(&path)?).map(Some),
            false => Ok(None),
        }
    }

    /// Puts aside what lies where the key of a log to come is made: no log has begun with it.
    pub fn unstage_log(dir: &Path) -> Result<(), KeyFileError> {
        let path = dir.join(STAGED);
        match path.exists() {
            true => renamed(&path, &dir.join(UNUSED)),
            false => Ok(()),
        }
    }

    /// Puts the key of the log that has begun in its place, and every one before it where no program looks. Does again what
    /// was stopped halfway, and nothing when all is done.
    ///
    /// # Errors
    /// As [`open`](Self::open), for the key of a log that ended of which nothing was left yet.
    pub fn settle_log(dir: &Path, ended: EndedKey) -> Result<(), KeyFileError> {
        let mut before = log_epochs(dir)?;
        let staged = dir.join(STAGED);
        let newest = match staged.exists() {
            true => before.last().copied().unwrap_or(1).saturating_add(1),
            false => before.pop().unwrap_or(1),
        };
        // First: as long as a key is the newest, no folder is opened without it.
        for epoch in &before {
            publish(dir, *epoch)?;
        }
        if staged.exists() {
            renamed(&staged, &dir.join(file(Root::Log, newest)))?;
            synced(dir)?;
        }
        for epoch in before {
            let path = dir.join(file(Root::Log, epoch));
            match ended {
                EndedKey::KeptAside => renamed(&path, &dir.join(aside(epoch)))?,
                EndedKey::Destroyed => destroyed(&path)?,
            }
        }
        synced(dir)
    }

    /// The public keys of the logs that have ended in this folder, in their order, as far as it has them: by them an older
    /// database is known to be ours.
    ///
    /// # Errors
    /// `PublicHarmed` for a key of which something is there that is none, and otherwise when the folder cannot be read.
    pub fn ended_logs(dir: &Path) -> Result<Vec<[u8; 32]>, KeyFileError> {
        let mut known = Vec::new();
        for epoch in ended_epochs(dir)? {
            match ended_log(dir, epoch) {
                Ok(key) => known.push(key),
                Err(KeyFileError::PublicGone(_)) => {}
                Err(harmed @ (KeyFileError::Length { .. } | KeyFileError::Zero(_))) => {
                    return Err(KeyFileError::PublicHarmed(Box::new(harmed)));
                }
                Err(other) => return Err(other),
            }
        }
        Ok(known)
    }

    /// The public key of the log that ended last in this folder; `None` when none did.
    ///
    /// # Errors
    /// When neither half of it is there and whole.
    pub fn last_ended_log(dir: &Path) -> Result<Option<[u8; 32]>, KeyFileError> {
        let last = ended_epochs(dir)?.next_back();
        last.map(|epoch| ended_log(dir, epoch)).transpose()
    }

    /// Why there are logs that ended in this folder and whose public keys it does not know for sure, in their order: with any,
    /// [`ended_logs`](Self::ended_logs) are not all, or not all right.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn unknown_ended_logs(dir: &Path) -> Result<Vec<KeyFileError>, KeyFileError> {
        let epochs = ended_epochs(dir)?;
        let unknown = |epoch| ended_log(dir, epoch).err().or_else(|| unlike(dir, epoch));
        Ok(epochs.filter_map(unknown).collect())
    }
}

/// The epochs of the logs that have ended: every one before the newest.
fn ended_epochs(dir: &Path) -> Result<Range<u32>, KeyFileError> {
    let newest = log_epochs(dir)?.last().copied().unwrap_or(1);
    Ok(1..newest)
}

/// The public key of a log that has ended, of whichever half is there.
fn ended_log(dir: &Path, epoch: u32) -> Result<[u8; 32], KeyFileError> {
    let public = read_public(&dir.join(left(epoch)));
    public.or_else(|error| match (error, read_key(&dir.join(aside(epoch)))) {
        (_, Ok(key)) => Ok(public_half(&key)),
        // One that was wiped is gone.
        (gone, Err(KeyFileError::Missing(_) | KeyFileError::Zero(_))) => Err(gone),
        (KeyFileError::PublicGone(_), Err(there)) => Err(there),
        (harmed, Err(_)) => Err(harmed),
    })
}

/// That both halves of a key are there, and are of two keys: which of them was altered shows nowhere.
fn unlike(dir: &Path, epoch: u32) -> Option<KeyFileError> {
    let (public, private) = (dir.join(left(epoch)), dir.join(aside(epoch)));
    let half = public_half(&read_key(&private).ok()?);
    let is_unlike = read_public(&public).is_ok_and(|public| public != half);
    is_unlike.then_some(KeyFileError::Halves(public, private))
}

fn public_half(key: &SecretKey) -> [u8; 32] {
    SigningKey::from_bytes(key.expose()).verifying_key().to_bytes()
}

/// The name under which the public half of a key stays.
fn left(epoch: u32) -> String {
    format!("log-{epoch}.public")
}

/// The name under which the key itself is put aside.
fn aside(epoch: u32) -> String {
    format!("log-{epoch}.ended")
}

/// Leaves the public half of a key in the folder, in the form of a key: what becomes of the key later says nothing of it. What
/// stands there already may be harmed, or somebody else's, and gives way.
fn publish(dir: &Path, epoch: u32) -> Result<(), KeyFileError> {
    let path = dir.join(left(epoch));
    let there = read_public(&path);
    let public = match read_key(&dir.join(file(Root::Log, epoch))) {
        Ok(key) => public_half(&key),
        // Destroyed by now, where this was stopped halfway: its public half was left before.
        Err(_) if there.is_ok() => return Ok(()),
        Err(error) => return Err(error),
    };
    if there.is_ok_and(|there| there == public) {
        return Ok(());
    }
    let part = dir.join(format!("{}.part", left(epoch)));
    remove(&part)?;
    write_key(&part, &SecretKey::from_bytes(public))?;
    renamed(&part, &path)?;
    synced(dir)
}

/// The epochs whose log keys are in the folder, ascending. Those of logs that have ended were put aside, so there may be
/// gaps before the last.
pub(crate) fn log_epochs(dir: &Path) -> Result<Vec<u32>, KeyFileError> {
    let mut epochs: Vec<_> = names(dir)?.iter().filter_map(|name| epoch(name)).collect();
    epochs.sort_unstable();
    Ok(epochs)
}

fn names(dir: &Path) -> Result<Vec<String>, KeyFileError> {
    let failed = || failed("reading the key folder", dir);
    let mut names = Vec::new();
    for entry in fs::read_dir(dir).map_err(failed())? {
        names.extend(entry.map_err(failed())?.file_name().into_string());
    }
    Ok(names)
}

/// Only the name that [`file()`] gives: `log-02.key` is none.
fn epoch(name: &str) -> Option<u32> {
    let epoch = match name
        .strip_prefix("log-")
        .and_then(|rest| rest.strip_suffix(".key"))
    {
        Some(number) => number.parse().ok()?,
        None => 1,
    };
    (file(Root::Log, epoch) == name).then_some(epoch)
}

fn renamed(from: &Path, to: &Path) -> Result<(), KeyFileError> {
    fs::rename(from, to).map_err(failed("putting a log key in its place at", to))
}

fn remove(path: &PathBuf) -> Result<(), KeyFileError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(failed("removing what was left of a key", path)(error))
        }
        _ => Ok(()),
    }
}

fn destroyed(path: &Path) -> Result<(), KeyFileError> {
    let over = File::options().write(true).open(path);
    over.and_then(|mut file| file.write_all(&[0; 32]).and_then(|()| file.sync_all()))
        .and_then(|()| fs::remove_file(path))
        .map_err(failed("destroying the key", path))
}
