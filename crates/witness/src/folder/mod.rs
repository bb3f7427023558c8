//! What a witness keeps, and nothing else does: `witness.key` (0600), `name`, and a folder under `logs` for each log, named
//! by the hash of its origin.
//!
//! Losing `logs/*/checkpoint` is forgetting what was cosigned, and putting an older one there is too: a witness is not
//! restored from a backup (docs/witness.md says what to do).

mod disk;
mod error;
mod log;
mod served;

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use pramaan_keys::{Entropy, SecretKey, Zeroizing, equal};
use pramaan_tlog::{MAX_NOTE, Verifier};

use crate::{OriginHash, WitnessKey};
use error::{damaged, failed};

pub use error::FolderError;
pub use log::{Head, Log};
pub use served::Served;
pub(crate) use served::Writing;

const SECRET: &str = "witness.key";
const NAME: &str = "name";
const LOGS: &str = "logs";

/// A witness's folder with its key. Many may read it at once; one process [serves](Self::serve) it.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    key: WitnessKey,
}

impl Folder {
    /// Makes the folder, when missing, and a key; on disk before it returns.
    ///
    /// # Errors
    /// [`FolderError::Exists`] when a witness lives there already; then nothing was touched.
    pub fn create(path: &Path, name: &str, entropy: &dyn Entropy) -> Result<Self, FolderError> {
        let secret = path.join(SECRET);
        if secret.exists() {
            return Err(FolderError::Exists(secret));
        }
        let generated = SecretKey::generate(entropy);
        named(name, &generated)?;
        disk::make_folder(&path.join(LOGS))?;
        disk::replace(&path.join(NAME), format!("{name}\n").as_bytes())?;
        // The key comes last: a folder with a key is whole.
        disk::write_secret(&secret, generated.expose())?;
        disk::sync_folder(path)?;
        Self::open(path)
    }

    pub fn open(path: &Path) -> Result<Self, FolderError> {
        let secret = read_secret(&path.join(SECRET))?;
        let file = path.join(NAME);
        let name = disk::read(&file, MAX_NOTE)?.ok_or(FolderError::Missing(file))?;
        Ok(Self {
            key: named(name.trim_end(), &secret)?,
            path: path.to_owned(),
        })
    }

    pub const fn key(&self) -> &WitnessKey {
        &self.key
    }

    /// Knows a log from now on; a witness that is serving does too.
    ///
    /// # Errors
    /// [`FolderError::Known`] and [`FolderError::OtherKey`] when there is a log of this origin.
    pub fn add_log(&self, verifier: &Verifier) -> Result<(), FolderError> {
        let log = OriginHash::of(verifier.name());
        if let Some(known) = self.log(log)? {
            return Err(match known.verifier() == verifier {
                true => FolderError::Known(verifier.name().to_owned()),
                false => FolderError::OtherKey(verifier.name().to_owned()),
            });
        }
        let part = self.path.join(LOGS).join(format!("{log}.new"));
        disk::make_folder(&part)?;
        disk::replace(&part.join(log::HEAD), log::NOTHING.as_bytes())?;
        disk::replace(&part.join(log::KEY), format!("{verifier}\n").as_bytes())?;
        disk::rename(&part, &self.of(log))
    }

    /// A log by its origin; nothing when it is not known.
    pub fn log(&self, log: OriginHash) -> Result<Option<Log>, FolderError> {
        let folder = self.of(log);
        match Log::read(&folder, self.key.verifier())? {
            Some(read) if OriginHash::of(read.verifier().name()) != log => {
                Err(damaged(&folder.join(log::KEY), "it is the key of another log"))
            }
            read => Ok(read),
        }
    }

    /// Every log that the witness knows, or what is wrong with it.
    pub fn logs(&self) -> Result<Vec<Result<Log, FolderError>>, FolderError> {
        let folder = self.path.join(LOGS);
        let entries = fs::read_dir(&folder).map_err(failed("reading", &folder))?;
        let mut hashes = Vec::new();
        for entry in entries {
            let name = entry.map_err(failed("reading", &folder))?.file_name();
            hashes.extend(name.to_str().and_then(OriginHash::parse));
        }
        hashes.sort_unstable_by_key(ToString::to_string);
        let read = |hash| self.log(hash).transpose();
        Ok(hashes.into_iter().filter_map(read).collect())
    }

    fn of(&self, log: OriginHash) -> PathBuf {
        self.path.join(LOGS).join(log.to_string())
    }
}

fn named(name: &str, secret: &SecretKey) -> Result<WitnessKey, FolderError> {
    WitnessKey::new(name, secret).map_err(|source| FolderError::Name {
        name: name.to_owned(),
        source,
    })
}

fn read_secret(path: &Path) -> Result<SecretKey, FolderError> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(64));
    disk::open_secret(path)?
        .take(33)
        .read_to_end(&mut bytes)
        .map_err(failed("reading", path))?;
    match <[u8; 32]>::try_from(bytes.as_slice()) {
        Ok(bytes) if !equal(&bytes, &[0; 32]) => Ok(SecretKey::from_bytes(bytes)),
        _ => Err(FolderError::NotAKey(path.to_owned())),
    }
}
