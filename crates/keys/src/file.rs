//! Keys in files: a folder 0700 with five files 0600 of 32 random bytes each, made by `pramaan init`.
//!
//! It protects against a stolen database or backup of the database, not against whoever can read the server's files as
//! its user or as root. These files are epoch 1; a later epoch's stand beside them, `token-2.key`, so nothing is ever
//! overwritten. An empty file `token-1.stolen` says that the key of that epoch is believed no more. Of the log's keys only
//! the newest is read: those of logs that have ended stand aside.

use std::fmt;
use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::ring::{HoldsRing, Later, Replaced, Ring, Roots};
use crate::successor::log_epochs;
use crate::{Entropy, KeyEpoch, Root, SecretKey, Standing, equal};

/// The keys could not be made or read.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    #[error(
        "making keys: {0} exists already and keys are never overwritten; name another folder, or move that file away if you are sure that nothing was sealed with it"
    )]
    Exists(PathBuf),
    #[error(
        "reading keys: {0} does not exist; make the keys with `pramaan init`, or restore them from their own backup"
    )]
    Missing(PathBuf),
    #[error(
        "reading keys: {path} is open to other users (mode {mode:04o}); if no one has copied it, run `chmod {wanted:o} {path}`"
    )]
    Exposed { path: PathBuf, mode: u32, wanted: u32 },
    #[error("reading keys: {path} holds {length} bytes and a key has exactly 32; restore it from its backup")]
    Length { path: PathBuf, length: u64 },
    #[error(
        "reading keys: {0} holds only zeros, so it was never filled or has been wiped; restore it from its backup"
    )]
    Zero(PathBuf),
    #[error(
        "reading keys: {0} and {1} hold the same bytes, and each key must be its own; restore them from their backup"
    )]
    Same(PathBuf, PathBuf),
    #[error(
        "reading the key of a log that has ended: {0} does not exist, nor the private key beside it; bring it from another server or from a backup of the keys"
    )]
    PublicGone(PathBuf),
    #[error("{0}, or move that file away: then no database of that log is known to be ours")]
    PublicHarmed(Box<Self>),
    #[error(
        "reading the key of a log that has ended: {0} is not the public half of {1}, so one of them was altered or wiped; bring the right one from another server or from a backup of the keys, or remove {1} when it was wiped on purpose"
    )]
    Halves(PathBuf, PathBuf),
    #[error("{attempt} {path}")]
    Io {
        attempt: &'static str,
        path: PathBuf,
        #[source]
        source: io::Error,
    },
}

/// A key store over a folder. The keys are read once, when it is opened.
pub struct FileKeyStore(Ring);

impl FileKeyStore {
    /// Makes the folder (when missing) and the five files, on disk before it returns. Touches nothing when any of the
    /// files exists.
    pub fn create(dir: &Path, entropy: &dyn Entropy) -> Result<Self, KeyFileError> {
        let mut files = Root::ALL.map(|root| dir.join(file(root, 1))).into_iter();
        if let Some(taken) = files.find(|path| path.exists()) {
            return Err(KeyFileError::Exists(taken));
        }
        make_folder(dir)?;
        for root in Root::ALL {
            write_key(&dir.join(file(root, 1)), &SecretKey::generate(entropy))?;
        }
        synced(dir)?;
        Self::open(dir)
    }

    /// Reads the five files and those of later epochs. Refuses files that others can read, that are missing, of the wrong length, all zeros or
    /// equal to each other, and a folder that others can write to.
    pub fn open(dir: &Path) -> Result<Self, KeyFileError> {
        let missing = || KeyFileError::Missing(dir.join(file(Root::Log, 1)));
        fs::metadata(dir).map_err(missing_or("reading the key folder", dir))?;
        let newest = *log_epochs(dir)?.last().ok_or_else(missing)?;
        Self::open_with(dir, read_key(&dir.join(file(Root::Log, newest)))?)
    }

    /// The same with this key of the log.
    pub(crate) fn open_with(dir: &Path, log: SecretKey) -> Result<Self, KeyFileError> {
        refuse_exposed(
            dir,
            &fs::metadata(dir).map_err(missing_or("reading the key folder", dir))?,
            0o022,
            0o700,
        )?;
        let first = |root| read_key(&dir.join(file(root, 1)));
        let roots = Roots {
            sealing: first(Root::Sealing)?,
            index: first(Root::Index)?,
            token: first(Root::Token)?,
            log,
            certificate: first(Root::Certificate)?,
        };
        refuse_equal(dir, &roots)?;
        let later = Later {
            sealing: later(dir, Root::Sealing)?,
            index: later(dir, Root::Index)?,
            token: replaced(dir, Root::Token)?,
            certificate: replaced(dir, Root::Certificate)?,
        };
        Ok(Self(Ring::new(KeyEpoch(1), &roots, &later)))
    }

    /// Makes the next key of a root, beside those before, which stay needed. Answers its epoch. Whoever opened the folder
    /// before goes on with the keys of then.
    pub fn create_next(dir: &Path, root: Root, entropy: &dyn Entropy) -> Result<KeyEpoch, KeyFileError> {
        let epoch = newest(dir, root)?.saturating_add(1);
        write_key(&dir.join(file(root, epoch)), &SecretKey::generate(entropy))?;
        synced(dir)?;
        Ok(KeyEpoch(epoch))
    }

    /// Says that every key of a root but the newest may be known to somebody else. Do it after [`Self::create_next`].
    pub fn mark_stolen(dir: &Path, root: Root) -> Result<(), KeyFileError> {
        for epoch in 1..newest(dir, root)? {
            let path = dir.join(mark(root, epoch));
            let made = OpenOptions::new()
                .write(true)
                .create(true)
                .truncate(false)
                .mode(0o600)
                .open(&path);
            made.and_then(|file| file.sync_all())
                .map_err(failed("marking a stolen key", &path))?;
        }
        synced(dir)
    }
}

impl HoldsRing for FileKeyStore {
    fn ring(&self) -> &Ring {
        &self.0
    }
}

impl fmt::Debug for FileKeyStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FileKeyStore(…)")
    }
}

pub(crate) fn file(root: Root, epoch: u32) -> String {
    match epoch {
        1 => format!("{}.key", root.name()),
        later => format!("{}-{later}.key", root.name()),
    }
}

fn mark(root: Root, epoch: u32) -> String {
    format!("{}-{epoch}.stolen", root.name())
}

/// The keys of a root after the first, in their order, without a gap.
fn later(dir: &Path, root: Root) -> Result<Vec<SecretKey>, KeyFileError> {
    let paths = (2..).map(|epoch| dir.join(file(root, epoch)));
    paths
        .take_while(|path| path.exists())
        .map(|path| read_key(&path))
        .collect()
}

fn replaced(dir: &Path, root: Root) -> Result<Replaced, KeyFileError> {
    let keys = later(dir, root)?;
    let standing = |epoch| match dir.join(mark(root, epoch)).exists() {
        true => Standing::Stolen,
        false => Standing::Believed,
    };
    let last = u32::try_from(keys.len()).unwrap_or(u32::MAX).saturating_add(1);
    Ok(Replaced {
        keys,
        standings: (1..=last).map(standing).collect(),
    })
}

/// The epoch of the newest key, after all of the folder was read and found well.
fn newest(dir: &Path, root: Root) -> Result<u32, KeyFileError> {
    FileKeyStore::open(dir)?;
    if root == Root::Log {
        return Ok(log_epochs(dir)?.last().copied().unwrap_or(1));
    }
    let there = u32::try_from(later(dir, root)?.len()).unwrap_or(u32::MAX);
    Ok(there.saturating_add(1))
}

pub(crate) fn synced(dir: &Path) -> Result<(), KeyFileError> {
    File::open(dir)
        .and_then(|folder| folder.sync_all())
        .map_err(failed("syncing the key folder", dir))
}

fn make_folder(dir: &Path) -> Result<(), KeyFileError> {
    let made = DirBuilder::new().mode(0o700).recursive(true).create(dir);
    // A folder that was there already keeps its mode unless it is set; only its owner can.
    made.and_then(|()| fs::set_permissions(dir, Permissions::from_mode(0o700)))
        .map_err(failed("making the key folder", dir))
}

pub(crate) fn write_key(path: &Path, key: &SecretKey) -> Result<(), KeyFileError> {
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
    file.and_then(|mut file| file.write_all(key.expose()).and_then(|()| file.sync_all()))
        .map_err(failed("writing the key", path))
}

pub(crate) fn read_key(path: &Path) -> Result<SecretKey, KeyFileError> {
    let file = File::open(path).map_err(missing_or("opening the key", path))?;
    let metadata = file.metadata().map_err(failed("reading the key", path))?;
    refuse_exposed(path, &metadata, 0o077, 0o600)?;
    read_32(file, (path, metadata.len()))
}

/// A key that is no secret: whoever reads it learns nothing.
pub(crate) fn read_public(path: &Path) -> Result<[u8; 32], KeyFileError> {
    let file = File::open(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => KeyFileError::PublicGone(path.to_owned()),
        _ => failed("opening the key", path)(error),
    })?;
    let metadata = file.metadata().map_err(failed("reading the key", path))?;
    read_32(file, (path, metadata.len())).map(|key| *key.expose())
}

fn read_32(mut file: File, (path, length): (&Path, u64)) -> Result<SecretKey, KeyFileError> {
    if length != 32 {
        return Err(KeyFileError::Length {
            path: path.to_owned(),
            length,
        });
    }
    let mut bytes = Zeroizing::new([0; 32]);
    file.read_exact(bytes.as_mut_slice())
        .map_err(failed("reading the key", path))?;
    if equal(bytes.as_slice(), &[0; 32]) {
        return Err(KeyFileError::Zero(path.to_owned()));
    }
    Ok(SecretKey::from_bytes(*bytes))
}

fn refuse_exposed(
    path: &Path,
    metadata: &fs::Metadata,
    forbidden: u32,
    wanted: u32,
) -> Result<(), KeyFileError> {
    let mode = metadata.permissions().mode() & 0o7777;
    if mode & forbidden == 0 {
        return Ok(());
    }
    Err(KeyFileError::Exposed {
        path: path.to_owned(),
        mode,
        wanted,
    })
}

fn refuse_equal(dir: &Path, roots: &Roots) -> Result<(), KeyFileError> {
    let keys = [
        &roots.sealing,
        &roots.index,
        &roots.token,
        &roots.log,
        &roots.certificate,
    ];
    let named: Vec<_> = Root::ALL
        .map(|root| file(root, 1))
        .into_iter()
        .zip(keys)
        .collect();
    for (place, (name, key)) in named.iter().enumerate() {
        let twin = named
            .iter()
            .skip(place + 1)
            .find(|(_, other)| equal(key.expose(), other.expose()));
        if let Some((other, _)) = twin {
            return Err(KeyFileError::Same(dir.join(name), dir.join(other)));
        }
    }
    Ok(())
}

pub(crate) fn failed(attempt: &'static str, path: &Path) -> impl FnOnce(io::Error) -> KeyFileError {
    let path = path.to_owned();
    move |source| KeyFileError::Io {
        attempt,
        path,
        source,
    }
}

fn missing_or(attempt: &'static str, path: &Path) -> impl FnOnce(io::Error) -> KeyFileError {
    let path = path.to_owned();
    move |source| match source.kind() {
        io::ErrorKind::NotFound => KeyFileError::Missing(path),
        _ => KeyFileError::Io {
            attempt,
            path,
            source,
        },
    }
}
