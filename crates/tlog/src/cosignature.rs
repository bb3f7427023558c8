//! Cosignatures of witnesses: C2SP tlog-cosignature v1.0.1, Ed25519 (type 0x04) only.
//!
//! A cosignature is a line on a checkpoint. It says that at `timestamp` this checkpoint was the largest that the witness
//! had seen of this log, and that it continues every one that the witness cosigned before.

use std::fmt;

use crate::named_key::{Kind, NamedKey, check_name, key_id};
use crate::note::{check_text, line};
use crate::{Note, NoteError};

/// A witness's public key with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CosignatureVerifier(NamedKey);

impl CosignatureVerifier {
    pub fn new(name: &str, public_key: &[u8; 32]) -> Result<Self, NoteError> {
        NamedKey::new(name, Kind::Cosignature, public_key).map(Self)
    }

    /// From `name+hex+base64`, as the witness publishes it.
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        NamedKey::parse(text, Kind::Cosignature).map(Self)
    }

    pub fn name(&self) -> &str {
        self.0.name()
    }

    pub fn public_key(&self) -> &[u8; 32] {
        self.0.public_key()
    }

    /// The first four bytes of `SHA-256(name ‖ "\n" ‖ 0x04 ‖ public key)`.
    pub fn key_id(&self) -> [u8; 4] {
        self.0.id()
    }
}

/// `name+hex+base64`, the text to publish and to pin.
impl fmt::Display for CosignatureVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What a line by a witness holds: `timestamp (8, big endian) ‖ signature (64)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cosignature {
    /// Seconds since 1970, UTC.
    pub timestamp: u64,
    pub signature: [u8; 64],
}

impl Cosignature {
    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (timestamp, signature) = bytes.split_first_chunk::<8>()?;
        Some(Self {
            timestamp: u64::from_be_bytes(*timestamp),
            signature: signature.try_into().ok()?,
        })
    }

    fn to_bytes(self) -> Vec<u8> {
        [self.timestamp.to_be_bytes().as_slice(), &self.signature].concat()
    }
}

/// The line that a witness puts on the checkpoint with this text, line break included.
///
/// `timestamp` is in seconds since 1970; `sign` is Ed25519 with the key of `public_key` over the bytes given.
pub fn cosign(
    note_text: &str,
    name: &str,
    public_key: &[u8; 32],
    timestamp: u64,
    sign: &dyn Fn(&[u8]) -> [u8; 64],
) -> Result<String, NoteError> {
    check_name(name)?;
    check_text(note_text)?;
    let cosignature = Cosignature {
        timestamp,
        signature: sign(message(timestamp, note_text)?.as_bytes()),
    };
    let id = key_id(name, Kind::Cosignature, public_key);
    Ok(line(name, id, &cosignature.to_bytes()))
}

impl Note {
    /// When this witness cosigned the note, in seconds since 1970; of several times the last.
    pub fn cosigned_by(&self, witness: &CosignatureVerifier) -> Result<u64, NoteError> {
        let mut last: Result<u64, NoteError> = Err(NoteError::Unsigned);
        for bytes in self.signatures_of(&witness.0) {
            let Cosignature { timestamp, signature } =
                Cosignature::from_bytes(bytes).ok_or(NoteError::Forged)?;
            witness
                .0
                .verify(message(timestamp, self.text())?.as_bytes(), &signature)?;
            last = Ok(last.unwrap_or_default().max(timestamp));
        }
        last
    }
}

fn message(timestamp: u64, note_text: &str) -> Result<String, NoteError> {
    match i64::try_from(timestamp) {
        Ok(1..) => Ok(format!("cosignature/v1\ntime {timestamp}\n{note_text}")),
        _ => Err(NoteError::Time),
    }
}
