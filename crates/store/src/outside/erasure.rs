//! Who was erased, kept where no backup of the database can undo it.
//!
//! One line an erasure: `+` and the person's ids, sealed; `-` takes one back that was not carried out. Sealed and not
//! hashed, so that a start looks up the few who were erased instead of hashing everybody who was not.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use pramaan_domain::access::{ActorClass, Basis, FieldSet, Purpose};
use pramaan_domain::id::{HouseholdId, PersonId};
use pramaan_domain::time::Timestamp;
use pramaan_keys::SealPurpose;
use pramaan_tlog::leaf::AccessKind;

use super::file;
use crate::StoreError;
use crate::access_log::append::append;
use crate::access_log::clock::Pending;
use crate::access_log::{AccessEntry, Actor, LogClock};
use crate::db::{ColumnType, Db, Tx, Value, batches, rows_placeholders};
use crate::person;
use crate::person_key;
use crate::sealer::{Sealer, context};

/// Persons erased again in one transaction.
const AT_ONCE: usize = 256;

type Subject = (HouseholdId, PersonId);

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
    pub fn add(&self, subject: Subject) -> Result<(), StoreError> {
        self.append('+', subject)
    }

    /// Takes an erasure back whose transaction was rolled back.
    pub fn take_back(&self, subject: Subject) -> Result<(), StoreError> {
        self.append('-', subject)
    }

    fn append(&self, sign: char, (household, person): Subject) -> Result<(), StoreError> {
        let ids = [household.as_bytes().as_slice(), person.as_bytes()].concat();
        let sealed = self
            .sealer
            .keys
            .seal(SealPurpose::Erasure, &place(), &ids, &*self.sealer.entropy);
        let hex: String = sealed.iter().map(|byte| format!("{byte:02x}")).collect();
        // A line that a killed process began is ended first, so that it spoils none but itself.
        let line = format!("\n{sign}{hex}\n");
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let written = file.write_all(line.as_bytes()).and_then(|()| file.sync_data());
        written.map_err(|error| StoreError::unavailable(format!("writing the list of erasures: {error}")))
    }

    /// Everybody who was erased and not taken back.
    pub fn subjects(&self) -> Result<Vec<Subject>, StoreError> {
        let mut text = String::new();
        {
            let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
            file.seek(SeekFrom::Start(0))
                .and_then(|_| file.read_to_string(&mut text))
                .map_err(|error| StoreError::unavailable(format!("reading the list of erasures: {error}")))?;
        }
        let mut subjects = BTreeSet::new();
        for line in text.lines() {
            let Some((sign, sealed)) = parts(line) else {
                // Empty, or begun by a process that was killed before it could acknowledge anything.
                continue;
            };
            let subject = self.open_line(&sealed)?;
            match sign {
                Sign::Erased => subjects.insert(subject),
                Sign::TakenBack => subjects.remove(&subject),
            };
        }
        Ok(subjects.into_iter().collect())
    }

    fn open_line(&self, sealed: &[u8]) -> Result<Subject, StoreError> {
        let keys = &self.sealer.keys;
        let ids = keys.open(SealPurpose::Erasure, &place(), sealed)?;
        match ids.as_chunks::<16>() {
            ([household, person], []) => {
                Ok((HouseholdId::from_bytes(*household), PersonId::from_bytes(*person)))
            }
            _ => Err(StoreError::corrupt("erased", "line")),
        }
    }
}

#[derive(Clone, Copy)]
enum Sign {
    Erased,
    TakenBack,
}

/// Two ids, sealed.
const SEALED_BYTES: usize = 32 + 33;

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

/// Erases everybody on the list who is there again, each with an entry in the log; answers how many that were.
pub async fn erase_again(
    db: &Db,
    sealer: &Sealer,
    origin: &str,
    list: &ErasureList,
    policy_hash: [u8; 32],
    now: Timestamp,
) -> Result<usize, StoreError> {
    let subjects = list.subjects()?;
    let mut erased = 0;
    for chunk in subjects.chunks(AT_ONCE) {
        let (sealer, origin, chunk) = (sealer.clone(), origin.to_owned(), chunk.to_vec());
        let again = db.write("store::outside::erase_again", move |tx| {
            Box::pin(async move { erase_chunk(tx, &sealer, &origin, &chunk, policy_hash, now).await })
        });
        erased += again.await?;
    }
    Ok(erased)
}

async fn erase_chunk(
    tx: &mut Tx,
    sealer: &Sealer,
    origin: &str,
    chunk: &[Subject],
    policy_hash: [u8; 32],
    now: Timestamp,
) -> Result<usize, StoreError> {
    let again = present(tx, chunk).await?;
    if again.is_empty() {
        return Ok(0);
    }
    let asked = std::time::Instant::now();
    let pending = |subject: &Subject| Pending {
        entry: entry(*subject, policy_hash),
        kind: AccessKind::Erased,
        now,
        asked,
    };
    let entries: Vec<_> = again.iter().map(pending).collect();
    // Persons before the log's head, as whoever deletes them elsewhere at this moment does.
    person_key::lock(tx, &again).await?;
    // The receipts name no field and are dropped: nothing is opened.
    append(tx, sealer, origin, &entries, LogClock::Engine).await?;
    for (household, person) in &again {
        person::delete(tx, *household, *person, now).await?;
    }
    Ok(again.len())
}

fn entry((household, person): Subject, policy_hash: [u8; 32]) -> AccessEntry {
    AccessEntry {
        household,
        person,
        actor: Actor {
            class: ActorClass::Machine,
            organisation: 0,
            district: 0,
            staff: String::new(),
            device: String::new(),
        },
        basis: Basis::DutyOfLaw,
        purpose: Purpose::Retention,
        fields: FieldSet::EMPTY,
        policy_hash,
        request: "start: erased before the backup was restored",
        reason: None,
    }
}

/// Those whose keys or records are in the database.
async fn present(tx: &mut Tx, subjects: &[Subject]) -> Result<Vec<Subject>, StoreError> {
    let mut found = BTreeSet::new();
    for chunk in batches(tx.engine(), subjects, 2, 0) {
        let params: Vec<Value> = chunk
            .iter()
            .flat_map(|(household, person)| [(*household).into(), (*person).into()])
            .collect();
        let sql = format!(
            "-- store::outside::present
             with v (household, subject) as (values {})
             select k.household, k.subject from person_key k
             join v on v.household = k.household and v.subject = k.subject
             union
             select p.household, p.id from person p join v on v.household = p.household and v.subject = p.id",
            rows_placeholders(tx.engine(), 1, &[ColumnType::Text; 2], chunk.len())
        );
        for row in tx.query(&sql, &params).await? {
            found.insert((row.parse(0)?, row.parse(1)?));
        }
    }
    Ok(found.into_iter().collect())
}
