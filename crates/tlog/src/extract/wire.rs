//! The file: JSON with base64.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::packed::{packed, unpacked};
use super::{Check, Entry, Extract, ExtractError, Neighbour, Place, RootedDay, ViewKey};
use crate::leaf::{Day, Salt};
use crate::{Hash, SubjectTag, Verifier};

const FORMAT: &str = "pramaan-accesses/1";
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
    view_keys: Vec<FileKey>,
    hashes: String,
    entries: Vec<FileEntry>,
    days: Vec<FileDay>,
    open: Vec<u32>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileKey {
    from: u32,
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
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileDay {
    day: u32,
    index: u64,
    leaf: String,
    present: Vec<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    left: Option<FileTag>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    right: Option<FileTag>,
    hashes: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileTag {
    tag: String,
    place: u64,
}

impl Extract {
    /// Reads a file of at most 8 MiB, packed or not, in exactly the shape of docs/extract.md. Nothing in it is believed yet.
    ///
    /// # Errors
    /// [`Check::Format`], with what was expected.
    pub fn parse(file: &[u8]) -> Result<Self, ExtractError> {
        let json = unpacked(file).map_err(format_error)?;
        let file: File = serde_json::from_slice(&json).map_err(|error| format_error(&error.to_string()))?;
        if file.format != FORMAT {
            return Err(format_error(
                "its format is not pramaan-accesses/1; use a newer program",
            ));
        }
        Ok(Self {
            key: Verifier::parse(&file.key).map_err(|error| format_error(&error.to_string()))?,
            origin: file.origin,
            checkpoint: file.checkpoint,
            from: Day::new(file.from),
            to: Day::new(file.to),
            view_keys: all(file.view_keys, view_key)?,
            entries: all(file.entries, entry)?,
            days: all(file.days, day)?,
            open: file.open.into_iter().map(Day::new).collect(),
            hashes: hashes(&file.hashes)?,
        })
    }

    /// The file that a person takes home: [`Self::to_json`], packed.
    pub fn to_file(&self) -> Vec<u8> {
        packed(&self.to_json())
    }

    /// The file before it is packed.
    pub fn to_json(&self) -> Vec<u8> {
        let view_keys = self.view_keys.iter().map(|view_key| FileKey {
            from: view_key.from.number(),
            key: STANDARD.encode(view_key.key),
        });
        let file = File {
            format: FORMAT.to_owned(),
            origin: self.origin.clone(),
            key: self.key.to_string(),
            checkpoint: self.checkpoint.clone(),
            from: self.from.number(),
            to: self.to.number(),
            view_keys: view_keys.collect(),
            hashes: joined(&self.hashes),
            entries: self.entries.iter().map(FileEntry::of).collect(),
            days: self.days.iter().map(FileDay::of).collect(),
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

fn view_key(file: FileKey) -> Result<ViewKey, ExtractError> {
    Ok(ViewKey {
        from: Day::new(file.from),
        key: exactly(&file.key)?,
    })
}

fn entry(entry: FileEntry) -> Result<Entry, ExtractError> {
    Ok(Entry {
        index: place(entry.index)?,
        day: Day::new(entry.day),
        i: entry.i,
        leaf: bytes(&entry.leaf)?,
        salt: Salt::from_bytes(exactly(&entry.salt)?),
        detail: bytes(&entry.detail)?,
    })
}

fn day(day: FileDay) -> Result<RootedDay, ExtractError> {
    Ok(RootedDay {
        day: Day::new(day.day),
        index: place(day.index)?,
        leaf: bytes(&day.leaf)?,
        present: all(day.present, place)?,
        left: day.left.map(neighbour).transpose()?,
        right: day.right.map(neighbour).transpose()?,
        hashes: hashes(&day.hashes)?,
    })
}

fn neighbour(tag: FileTag) -> Result<Neighbour, ExtractError> {
    Ok(Neighbour {
        tag: SubjectTag::from_bytes(exactly(&tag.tag)?),
        place: place(tag.place)?,
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

fn hashes(text: &str) -> Result<Vec<Hash>, ExtractError> {
    let bytes = bytes(text)?;
    match bytes.as_chunks::<32>() {
        (hashes, []) => Ok(hashes.iter().copied().map(Hash::from_bytes).collect()),
        _ => Err(format_error("its hashes are not of 32 bytes each")),
    }
}

fn joined(hashes: &[Hash]) -> String {
    let bytes: Vec<u8> = hashes.iter().flat_map(|hash| *hash.as_bytes()).collect();
    STANDARD.encode(bytes)
}

impl FileEntry {
    fn of(entry: &Entry) -> Self {
        Self {
            index: entry.index,
            day: entry.day.number(),
            i: entry.i,
            leaf: STANDARD.encode(&entry.leaf),
            salt: STANDARD.encode(entry.salt.as_bytes()),
            detail: STANDARD.encode(&entry.detail),
        }
    }
}

impl FileDay {
    fn of(day: &RootedDay) -> Self {
        Self {
            day: day.day.number(),
            index: day.index,
            leaf: STANDARD.encode(&day.leaf),
            present: day.present.clone(),
            left: day.left.as_ref().map(FileTag::of),
            right: day.right.as_ref().map(FileTag::of),
            hashes: joined(&day.hashes),
        }
    }
}

impl FileTag {
    fn of(neighbour: &Neighbour) -> Self {
        Self {
            tag: STANDARD.encode(neighbour.tag.as_bytes()),
            place: neighbour.place,
        }
    }
}
