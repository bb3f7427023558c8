//! A public key under a name, as signed notes use them: `name+key id+base64(type ‖ key)`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest, Sha256};
use std::fmt;

use crate::NoteError;

const MAX_NAME: usize = 255;

/// What a key signs. The byte is part of the key id, so a signature of one kind never counts as one of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Kind {
    /// Ed25519 over the text of a note.
    Note = 1,
    /// Ed25519 over a time and the text of a checkpoint.
    Cosignature = 4,
}

/// An Ed25519 key that is not weak, under a name that a note may hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NamedKey {
    name: String,
    kind: Kind,
    key: VerifyingKey,
}

impl NamedKey {
    pub(crate) fn new(name: &str, kind: Kind, public_key: &[u8; 32]) -> Result<Self, NoteError> {
        check_name(name)?;
        let key = VerifyingKey::from_bytes(public_key).map_err(|_| NoteError::VerifierKey)?;
        if key.is_weak() || !is_reduced(public_key) {
            return Err(NoteError::VerifierKey);
        }
        Ok(Self {
            name: name.to_owned(),
            kind,
            key,
        })
    }

    pub(crate) fn parse(text: &str, kind: Kind) -> Result<Self, NoteError> {
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(_), Some(encoded)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(NoteError::VerifierKey);
        };
        let bytes = STANDARD.decode(encoded).map_err(|_| NoteError::VerifierKey)?;
        let named = match bytes.split_first() {
            Some((&first, key)) if first == kind as u8 => {
                Self::new(name, kind, key.try_into().map_err(|_| NoteError::VerifierKey)?)?
            }
            _ => return Err(NoteError::VerifierKey),
        };
        // The key id is implied, so the whole text must be what we would write.
        if named.to_string() == text {
            Ok(named)
        } else {
            Err(NoteError::VerifierKey)
        }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn public_key(&self) -> &[u8; 32] {
        self.key.as_bytes()
    }

    pub(crate) fn id(&self) -> [u8; 4] {
        key_id(&self.name, self.kind, self.key.as_bytes())
    }

    /// Refuses what a weak key or a malleable signature could pass off.
    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), NoteError> {
        let signature = Signature::from_slice(signature).map_err(|_| NoteError::Forged)?;
        self.key
            .verify_strict(message, &signature)
            .map_err(|_| NoteError::Forged)
    }
}

/// Whether the coordinate is below the prime 2^255 - 19 (RFC 8032 section 5.1.3), so that a point has one spelling. The
/// library takes it modulo the prime; other readers refuse it.
fn is_reduced(public_key: &[u8; 32]) -> bool {
    let [low, middle @ .., high] = public_key;
    *low < 0xed || high & 0x7f != 0x7f || middle.iter().any(|byte| *byte != 0xff)
}

/// The text to publish and to pin.
impl fmt::Display for NamedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = [&[self.kind as u8], self.key.as_bytes().as_slice()].concat();
        write!(
            f,
            "{}+{}+{}",
            self.name,
            hex::encode(self.id()),
            STANDARD.encode(key)
        )
    }
}

/// The first four bytes of `SHA-256(name ‖ "\n" ‖ kind ‖ public key)`.
pub(crate) fn key_id(name: &str, kind: Kind, public_key: &[u8; 32]) -> [u8; 4] {
    let hash = Sha256::new()
        .chain_update(name)
        .chain_update([b'\n', kind as u8])
        .chain_update(public_key)
        .finalize();
    let [a, b, c, d, ..] = <[u8; 32]>::from(hash);
    [a, b, c, d]
}

pub(crate) fn check_name(name: &str) -> Result<(), NoteError> {
    let allowed = |c: char| !(c.is_whitespace() || c.is_control() || c == '+');
    if name.is_empty() || name.len() > MAX_NAME || !name.chars().all(allowed) {
        return Err(NoteError::Name);
    }
    Ok(())
}
