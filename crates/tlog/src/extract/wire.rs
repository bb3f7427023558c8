//! The file: JSON with base64, each hash once.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::{Check, Entry, Extract, ExtractError, MAX_EXTRACT, MonthKey, Place, Placed, RootedDay};
use crate::leaf::{Day, Salt};
use crate::{AbsenceProof, Hash, InclusionProof, SubjectTag, Verifier};

const FORMAT: &str = "pramaan-accesses/1";
/// Longest path: a tree of 2^62 leaves has shorter ones.
const LONGEST_PATH: usize = 64;
/// Places and sizes beyond it are not exact in a browser.
const MAX_PLACE: u64 = (1 << 53) - 1;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: String,
    origin: String,
    key: String,
    checkpoint: String,
    from: u32,
    to: u32,
    months: Vec<FileMonth>,
    hashes: String,
    entries: Vec<FileEntry>,
    days: Vec<FileDay>,
    open: Vec<u32>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileMonth {
    year: u16,
    month: u8,
    key: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileEntry {
    index: u64,
    day: u32,
    i: u32,
    leaf: String,
    salt: String,
    detail: String,
    path: Vec<u32>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileDay {
    day: u32,
    index: u64,
    leaf: String,
    path: Vec<u32>,
    present: Vec<FilePlace>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    left: Option<FileTag>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    right: Option<FileTag>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FilePlace {
    place: u64,
    path: Vec<u32>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileTag {
    tag: String,
    place: u64,
    path: Vec<u32>,
}

impl Extract {
    /// Reads a file of at most 8 MiB, in exactly the shape of docs/extract.md. Nothing in it is believed yet.
    ///
    /// # Errors
    /// [`Check::Format`], with what was expected.
    pub fn parse(file: &[u8]) -> Result<Self, ExtractError> {
        if file.len() > MAX_EXTRACT {
            return Err(format_error("it is larger than 8 MiB"));
        }
        let file: File = serde_json::from_slice(file).map_err(|error| format_error(&error.to_string()))?;
        if file.format != FORMAT {
            return Err(format_error(
                "its format is not pramaan-accesses/1; use a newer program",
            ));
        }
        let hashes = Hashes::read(&file.hashes)?;
        Ok(Self {
            key: Verifier::parse(&file.key).map_err(|error| format_error(&error.to_string()))?,
            origin: file.origin,
            checkpoint: file.checkpoint,
            from: Day::new(file.from),
            to: Day::new(file.to),
            months: file.months.into_iter().map(month).collect::<Result<_, _>>()?,
            entries: all(file.entries, |one| entry(one, &hashes))?,
            days: all(file.days, |one| day(one, &hashes))?,
            open: file.open.into_iter().map(Day::new).collect(),
        })
    }

    /// The file: each hash once, in the order of their first use.
    pub fn to_json(&self) -> Vec<u8> {
        let mut pool = Pool::default();
        let entries = self.entries.iter().map(|entry| pool.entry(entry)).collect();
        let days = self.days.iter().map(|day| pool.day(day)).collect();
        let months = self.months.iter().map(|month| FileMonth {
            year: month.year,
            month: month.month,
            key: STANDARD.encode(month.key),
        });
        let file = File {
            format: FORMAT.to_owned(),
            origin: self.origin.clone(),
            key: self.key.to_string(),
            checkpoint: self.checkpoint.clone(),
            from: self.from.number(),
            to: self.to.number(),
            months: months.collect(),
            hashes: STANDARD.encode(&pool.bytes),
            entries,
            days,
            open: self.open.iter().map(|day| day.number()).collect(),
        };
        // Numbers, texts and lists have no value that JSON cannot hold.
        serde_json::to_vec(&file).unwrap_or_default()
    }
}

fn format_error(why: &str) -> ExtractError {
    Check::Format.fails(Place::File, why)
}

fn all<T, U>(items: Vec<T>, read: impl FnMut(T) -> Result<U, ExtractError>) -> Result<Vec<U>, ExtractError> {
    items.into_iter().map(read).collect()
}

fn month(month: FileMonth) -> Result<MonthKey, ExtractError> {
    Ok(MonthKey {
        year: month.year,
        month: month.month,
        key: exactly(&month.key)?,
    })
}

fn entry(entry: FileEntry, hashes: &Hashes) -> Result<Entry, ExtractError> {
    Ok(Entry {
        index: place(entry.index)?,
        day: Day::new(entry.day),
        i: entry.i,
        leaf: bytes(&entry.leaf)?,
        salt: Salt::from_bytes(exactly(&entry.salt)?),
        detail: bytes(&entry.detail)?,
        path: hashes.path(&entry.path)?,
    })
}

fn day(day: FileDay, hashes: &Hashes) -> Result<RootedDay, ExtractError> {
    let neighbour = |tag: FileTag| tagged(tag, hashes);
    Ok(RootedDay {
        day: Day::new(day.day),
        index: place(day.index)?,
        leaf: bytes(&day.leaf)?,
        path: hashes.path(&day.path)?,
        present: all(day.present, |one| {
            Ok(Placed {
                place: place(one.place)?,
                path: hashes.path(&one.path)?,
            })
        })?,
        absent: AbsenceProof {
            left: day.left.map(neighbour).transpose()?,
            right: day.right.map(neighbour).transpose()?,
        },
    })
}

fn tagged(tag: FileTag, hashes: &Hashes) -> Result<InclusionProof, ExtractError> {
    Ok(InclusionProof {
        tag: SubjectTag::from_bytes(exactly(&tag.tag)?),
        index: place(tag.place)?,
        path: hashes.path(&tag.path)?,
    })
}

fn place(number: u64) -> Result<u64, ExtractError> {
    if number > MAX_PLACE {
        return Err(format_error("a place in a tree is beyond 2^53"));
    }
    Ok(number)
}

fn bytes(text: &str) -> Result<Vec<u8>, ExtractError> {
    STANDARD
        .decode(text)
        .map_err(|_| format_error("base64 was expected"))
}

fn exactly<const N: usize>(text: &str) -> Result<[u8; N], ExtractError> {
    let wrong = |_| format_error(&format!("base64 of {N} bytes was expected"));
    bytes(text)?.try_into().map_err(wrong)
}

/// The hashes of a file, by number.
struct Hashes(Vec<Hash>);

impl Hashes {
    fn read(text: &str) -> Result<Self, ExtractError> {
        let bytes = bytes(text)?;
        let (hashes, rest) = bytes.as_chunks::<32>();
        if !rest.is_empty() {
            return Err(format_error("its hashes are not of 32 bytes each"));
        }
        Ok(Self(hashes.iter().copied().map(Hash::from_bytes).collect()))
    }

    fn path(&self, numbers: &[u32]) -> Result<Vec<Hash>, ExtractError> {
        if numbers.len() > LONGEST_PATH {
            return Err(format_error("a path of more than 64 hashes"));
        }
        let hash = |number: &u32| self.0.get(*number as usize).copied();
        let path: Option<_> = numbers.iter().map(hash).collect();
        path.ok_or_else(|| format_error("a path names a hash that is not there"))
    }
}

/// The hashes of a file being written.
#[derive(Default)]
struct Pool {
    bytes: Vec<u8>,
    numbers: HashMap<Hash, u32>,
}

impl Pool {
    fn path(&mut self, path: &[Hash]) -> Vec<u32> {
        path.iter().map(|hash| self.number(*hash)).collect()
    }

    fn number(&mut self, hash: Hash) -> u32 {
        let next = self.numbers.len() as u32;
        let number = *self.numbers.entry(hash).or_insert(next);
        if number == next {
            self.bytes.extend_from_slice(hash.as_bytes());
        }
        number
    }

    fn entry(&mut self, entry: &Entry) -> FileEntry {
        FileEntry {
            index: entry.index,
            day: entry.day.number(),
            i: entry.i,
            leaf: STANDARD.encode(&entry.leaf),
            salt: STANDARD.encode(entry.salt.as_bytes()),
            detail: STANDARD.encode(&entry.detail),
            path: self.path(&entry.path),
        }
    }

    fn day(&mut self, day: &RootedDay) -> FileDay {
        FileDay {
            day: day.day.number(),
            index: day.index,
            leaf: STANDARD.encode(&day.leaf),
            path: self.path(&day.path),
            present: day.present.iter().map(|placed| self.placed(placed)).collect(),
            left: day.absent.left.as_ref().map(|proof| self.tagged(proof)),
            right: day.absent.right.as_ref().map(|proof| self.tagged(proof)),
        }
    }

    fn placed(&mut self, placed: &Placed) -> FilePlace {
        FilePlace {
            place: placed.place,
            path: self.path(&placed.path),
        }
    }

    fn tagged(&mut self, proof: &InclusionProof) -> FileTag {
        FileTag {
            tag: STANDARD.encode(proof.tag.as_bytes()),
            place: proof.index,
            path: self.path(&proof.path),
        }
    }
}
