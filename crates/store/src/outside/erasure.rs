//! Who was erased, kept where no backup of the database can undo it.
//!
//! One line an erasure: `+` and the person's ids with the time, sealed; `-` takes one back that was not carried out. Sealed and not
//! hashed, so that a start looks up the few who were erased instead of hashing everybody who was not.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use pramaan_domain::id::{HouseholdId, PersonId};
use pramaan_domain::time::Timestamp;
use pramaan_keys::SealPurpose;

use super::file;
use crate::StoreError;
use crate::sealer::{Sealer, context};

pub(super) type Subject = (HouseholdId, PersonId);

/// Who is on the list, and since when.
#[derive(Debug, Clone, Copy)]
pub(super) struct Listed {
    pub(super) subject: Subject,
    pub(super) at: Timestamp,
}

/// The file `erased` of a data folder. Cheap to clone.
#[derive(Clone)]
pub struct ErasureList {
    file: Arc<Mutex<File>>,
    sealer: Sealer,
}

impl ErasureList {
    /// Makes an empty list, durably; leaves one that is there as it is.
    pub fn create(path: &Path) -> Result<(), StoreError> {
        let mut options = OpenOptions::new();
        let made = options.append(true).create(true).mode(0o600).open(path);
        made.and_then(|file| file.sync_all())
            .and_then(|()| file::sync_folder_of(path))
            .map_err(|error| file::failed("making", path, &error))
    }

    /// Opens the list that `create` made.
    ///
    /// # Errors
    /// `Unavailable` when it is missing: whoever was erased would be forgotten.
    pub fn open(path: &Path, sealer: Sealer) -> Result<Self, StoreError> {
        let opened = OpenOptions::new().read(true).append(true).open(path);
        match opened {
            Ok(file) => Ok(Self::over(file, sealer)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(StoreError::unavailable(format!(
                "the list of erasures {} is missing: bring it from where the platform was last served, or accept that \
                 it is lost with `pramaan log adopt --reason TEXT`",
                path.display()
            ))),
            Err(error) => Err(file::failed("opening", path, &error)),
        }
    }

    /// Over a file that is open for reading and appending.
    pub fn over(file: File, sealer: Sealer) -> Self {
        Self {
            file: Arc::new(Mutex::new(file)),
            sealer,
        }
    }

    /// Writes an erasure down, durably. Called before the commit that carries it out: a list that is ahead of the
    /// database by what was asked for is made good at the next start, one that is behind would forget.
    ///
    /// Waits for the disk: erasures are few, and none may be acknowledged before.
    pub fn add(&self, subject: Subject, now: Timestamp) -> Result<(), StoreError> {
        self.append('+', subject, now)
    }

    /// Takes an erasure back whose transaction was rolled back.
    pub fn take_back(&self, subject: Subject, now: Timestamp) -> Result<(), StoreError> {
        self.append('-', subject, now)
    }

    fn append(&self, sign: char, (household, person): Subject, now: Timestamp) -> Result<(), StoreError> {
        let at = now.micros().to_be_bytes();
        let line = [household.as_bytes().as_slice(), person.as_bytes(), &at].concat();
        let sealed = self
            .sealer
            .keys
            .seal(SealPurpose::Erasure, &place(), &line, &*self.sealer.entropy);
        let hex: String = sealed.iter().map(|byte| format!("{byte:02x}")).collect();
        // A line that a killed process began is ended first, so that it spoils none but itself.
        let line = format!("\n{sign}{hex}\n");
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let written = file.write_all(line.as_bytes()).and_then(|()| file.sync_data());
        written.map_err(|error| StoreError::unavailable(format!("writing the list of erasures: {error}")))
    }

    /// Everybody who was erased and not taken back.
    pub fn subjects(&self) -> Result<Vec<Subject>, StoreError> {
        let listed = self.listed()?;
        Ok(listed.into_iter().map(|listed| listed.subject).collect())
    }

    pub(super) fn listed(&self) -> Result<Vec<Listed>, StoreError> {
        let mut text = String::new();
        {
            let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
            file.seek(SeekFrom::Start(0))
                .and_then(|_| file.read_to_string(&mut text))
                .map_err(|error| StoreError::unavailable(format!("reading the list of erasures: {error}")))?;
        }
        let mut listed = BTreeMap::new();
        for line in text.lines() {
            let Some((sign, sealed)) = parts(line) else {
                // Empty, or begun by a process that was killed before it could acknowledge anything.
                continue;
            };
            let Listed { subject, at } = self.open_line(&sealed)?;
            match sign {
                Sign::Erased => listed.insert(subject, at),
                Sign::TakenBack => listed.remove(&subject),
            };
        }
        let listed = listed.into_iter();
        Ok(listed.map(|(subject, at)| Listed { subject, at }).collect())
    }

    fn open_line(&self, sealed: &[u8]) -> Result<Listed, StoreError> {
        let keys = &self.sealer.keys;
        let line = keys.open(SealPurpose::Erasure, &place(), sealed)?;
        let ([household, person], rest) = line.as_chunks::<16>() else {
            return Err(StoreError::corrupt("erased", "line"));
        };
        let at = rest
            .try_into()
            .map_err(|_| StoreError::corrupt("erased", "line"))?;
        Ok(Listed {
            subject: (HouseholdId::from_bytes(*household), PersonId::from_bytes(*person)),
            at: Timestamp::from_micros(i64::from_be_bytes(at)),
        })
    }
}

#[derive(Clone, Copy)]
enum Sign {
    Erased,
    TakenBack,
}

/// Two ids and microseconds since 1970 UTC, sealed.
const SEALED_BYTES: usize = 40 + 33;

fn parts(line: &str) -> Option<(Sign, [u8; SEALED_BYTES])> {
    let (sign, hex) = match line.split_at_checked(1)? {
        ("+", hex) => (Sign::Erased, hex),
        ("-", hex) => (Sign::TakenBack, hex),
        _ => return None,
    };
    let digits: Option<Vec<u32>> = hex.chars().map(|digit| digit.to_digit(16)).collect();
    let (pairs, rest) = digits.as_deref()?.as_chunks::<2>();
    let byte = |[high, low]: &[u32; 2]| u8::try_from(high * 16 + low).ok();
    let bytes: Option<Vec<u8>> = pairs.iter().map(byte).collect();
    let sealed = bytes?.try_into().ok()?;
    rest.is_empty().then_some((sign, sealed))
}

fn place() -> Vec<u8> {
    context("erased", "line", "person")
}
