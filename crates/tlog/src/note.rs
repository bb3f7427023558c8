//! Signed notes: C2SP signed-note v1.0.0, Ed25519 signatures (type 0x01) only.
//!
//! A text that ends in a line break, an empty line, and one line `— name base64(key id ‖ signature)` for each
//! signature. Signatures by keys that the reader does not know are ignored; other types (cosignatures, ML-DSA) are such.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest, Sha256};
use std::fmt;

/// Longest note that is read, in bytes.
const MAX_NOTE: usize = 65_536;
/// Most signatures on a note; the specification asks for sixteen or more.
const MAX_SIGNATURES: usize = 64;
const MAX_NAME: usize = 255;
const ED25519: u8 = 1;
const DASH: &str = "\u{2014} ";

/// A note or a key could not be written, read or trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    #[error("a key name is 1 to 255 bytes without spaces, plus signs and control characters")]
    Name,
    #[error("a note's text ends in a line break and has no other control characters")]
    Text,
    #[error("a note is at most 65,536 bytes long with at most 64 signatures")]
    Large,
    #[error("not a signed note: a text, an empty line and lines `— name base64` were expected")]
    Shape,
    #[error("not a verifier key: `name+8 hexadecimal digits+base64 of an Ed25519 key` was expected")]
    VerifierKey,
    #[error("the note is not signed by the expected key")]
    Unsigned,
    #[error(
        "the note has a signature in the name of the expected key that does not verify: it was altered or forged"
    )]
    Forged,
}

/// A public key with the name that it signs under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verifier {
    name: String,
    key: VerifyingKey,
}

impl Verifier {
    pub fn new(name: &str, public_key: &[u8; 32]) -> Result<Self, NoteError> {
        check_name(name)?;
        let key = VerifyingKey::from_bytes(public_key).map_err(|_| NoteError::VerifierKey)?;
        if key.is_weak() {
            return Err(NoteError::VerifierKey);
        }
        Ok(Self {
            name: name.to_owned(),
            key,
        })
    }

    /// From `name+hex+base64`, as published.
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(_), Some(encoded)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(NoteError::VerifierKey);
        };
        let bytes = STANDARD.decode(encoded).map_err(|_| NoteError::VerifierKey)?;
        let verifier = match bytes.split_first() {
            Some((&ED25519, key)) => Self::new(name, key.try_into().map_err(|_| NoteError::VerifierKey)?)?,
            _ => return Err(NoteError::VerifierKey),
        };
        // The key id is implied, so the whole text must be what we would write.
        if verifier.to_string() == text {
            Ok(verifier)
        } else {
            Err(NoteError::VerifierKey)
        }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn public_key(&self) -> &[u8; 32] {
        self.key.as_bytes()
    }

    /// The first four bytes of `SHA-256(name ‖ "\n" ‖ 0x01 ‖ public key)`.
    pub fn key_id(&self) -> [u8; 4] {
        key_id(&self.name, self.key.as_bytes())
    }
}

/// `name+hex+base64`, the text to publish and to pin.
impl fmt::Display for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = [&[ED25519], self.key.as_bytes().as_slice()].concat();
        write!(
            f,
            "{}+{}+{}",
            self.name,
            hex::encode(self.key_id()),
            STANDARD.encode(key)
        )
    }
}

/// Who signs: the key stays with the caller.
pub struct Signer<'a> {
    pub name: &'a str,
    pub public_key: [u8; 32],
    /// Ed25519 over the bytes given.
    pub sign: &'a dyn Fn(&[u8]) -> [u8; 64],
}

/// The text with one signature line for each signer.
pub fn sign_note(text: &str, signers: &[Signer<'_>]) -> Result<String, NoteError> {
    check_text(text)?;
    let mut note = format!("{text}\n");
    for signer in signers {
        check_name(signer.name)?;
        let id = key_id(signer.name, &signer.public_key);
        let signature = [id.as_slice(), (signer.sign)(text.as_bytes()).as_slice()].concat();
        note.push_str(&format!("{DASH}{} {}\n", signer.name, STANDARD.encode(signature)));
    }
    if note.len() > MAX_NOTE || signers.is_empty() || signers.len() > MAX_SIGNATURES {
        return Err(NoteError::Large);
    }
    Ok(note)
}

/// A note as read, not yet trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<Line>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    name: String,
    key_id: [u8; 4],
    signature: Vec<u8>,
}

impl Note {
    pub fn parse(note: &[u8]) -> Result<Self, NoteError> {
        if note.len() > MAX_NOTE {
            return Err(NoteError::Large);
        }
        let note = std::str::from_utf8(note).map_err(|_| NoteError::Shape)?;
        // The text may itself hold empty lines; the last one ends it.
        let end = note.rfind("\n\n").ok_or(NoteError::Shape)?;
        let (text, lines) = note.split_at_checked(end + 1).ok_or(NoteError::Shape)?;
        check_text(text)?;
        let lines = lines
            .strip_prefix('\n')
            .and_then(|lines| lines.strip_suffix('\n'))
            .ok_or(NoteError::Shape)?;
        let signatures = lines.split('\n').map(parse_line).collect::<Result<Vec<_>, _>>()?;
        if signatures.len() > MAX_SIGNATURES {
            return Err(NoteError::Large);
        }
        Ok(Self {
            text: text.to_owned(),
            signatures,
        })
    }

    /// The text, if `verifier` signed it.
    pub fn verified_by(&self, verifier: &Verifier) -> Result<&str, NoteError> {
        let id = verifier.key_id();
        let mut signed = Err(NoteError::Unsigned);
        for line in self
            .signatures
            .iter()
            .filter(|line| line.key_id == id && line.name == verifier.name)
        {
            let signature = Signature::from_slice(&line.signature).map_err(|_| NoteError::Forged)?;
            verifier
                .key
                .verify_strict(self.text.as_bytes(), &signature)
                .map_err(|_| NoteError::Forged)?;
            signed = Ok(self.text.as_str());
        }
        signed
    }
}

fn parse_line(line: &str) -> Result<Line, NoteError> {
    let (name, encoded) = line
        .strip_prefix(DASH)
        .and_then(|line| line.split_once(' '))
        .ok_or(NoteError::Shape)?;
    check_name(name)?;
    let bytes = STANDARD.decode(encoded).map_err(|_| NoteError::Shape)?;
    match bytes.split_first_chunk::<4>() {
        Some((key_id, signature)) if !signature.is_empty() => Ok(Line {
            name: name.to_owned(),
            key_id: *key_id,
            signature: signature.to_vec(),
        }),
        _ => Err(NoteError::Shape),
    }
}

fn key_id(name: &str, public_key: &[u8; 32]) -> [u8; 4] {
    let hash = Sha256::new()
        .chain_update(name)
        .chain_update([b'\n', ED25519])
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

fn check_text(text: &str) -> Result<(), NoteError> {
    if !text.ends_with('\n') || text.chars().any(|c| c.is_control() && c != '\n') {
        return Err(NoteError::Text);
    }
    Ok(())
}
