//! Signed notes: C2SP signed-note v1.0.0, Ed25519 signatures (type 0x01) only.
//!
//! A text that ends in a line break, an empty line, and one line `— name base64(key id ‖ signature)` for each
//! signature. Signatures by keys that the reader does not know are ignored; other types (ML-DSA) are such. Those of
//! witnesses are in [`cosignature`](crate::CosignatureVerifier).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::fmt;

use crate::named_key::{Kind, NamedKey, check_name, key_id};

/// Longest note that is read, in bytes.
pub const MAX_NOTE: usize = 65_536;
/// Most signatures on a note; the specification asks for sixteen or more.
const MAX_SIGNATURES: usize = 64;
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
    #[error("a cosignature's time is 1 to 2^63 - 1 seconds since 1970")]
    Time,
}

/// A public key with the name that it signs under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verifier(NamedKey);

impl Verifier {
    pub fn new(name: &str, public_key: &[u8; 32]) -> Result<Self, NoteError> {
        NamedKey::new(name, Kind::Note, public_key).map(Self)
    }

    /// From `name+hex+base64`, as published.
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        NamedKey::parse(text, Kind::Note).map(Self)
    }

    pub fn name(&self) -> &str {
        self.0.name()
    }

    pub fn public_key(&self) -> &[u8; 32] {
        self.0.public_key()
    }

    /// The first four bytes of `SHA-256(name ‖ "\n" ‖ 0x01 ‖ public key)`.
    pub fn key_id(&self) -> [u8; 4] {
        self.0.id()
    }
}

/// `name+hex+base64`, the text to publish and to pin.
impl fmt::Display for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
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
        let id = key_id(signer.name, Kind::Note, &signer.public_key);
        note.push_str(&line(signer.name, id, &(signer.sign)(text.as_bytes())));
    }
    if note.len() > MAX_NOTE || signers.is_empty() || signers.len() > MAX_SIGNATURES {
        return Err(NoteError::Large);
    }
    Ok(note)
}

/// The note with one signature line more, such as a witness answered: `— name base64` and a line break.
pub fn with_line(note: &str, line: &str) -> Result<String, NoteError> {
    match line.strip_suffix('\n') {
        Some(line) if !line.contains('\n') => parse_line(line)?,
        _ => return Err(NoteError::Shape),
    };
    let longer = format!("{note}{line}");
    Note::parse(longer.as_bytes())?;
    Ok(longer)
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

    /// The text, whoever signed it: to find out whose note it says it is. Believe it after [`verified_by`](Self::verified_by).
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text, if `verifier` signed it.
    pub fn verified_by(&self, verifier: &Verifier) -> Result<&str, NoteError> {
        let mut signed = Err(NoteError::Unsigned);
        for signature in self.signatures_of(&verifier.0) {
            verifier.0.verify(self.text.as_bytes(), signature)?;
            signed = Ok(self.text.as_str());
        }
        signed
    }

    /// The note with one signature by `verifier` and no other: what strangers added is gone.
    pub fn only(&self, verifier: &Verifier) -> Result<String, NoteError> {
        let text = self.verified_by(verifier)?;
        let signature = self
            .signatures_of(&verifier.0)
            .next()
            .ok_or(NoteError::Unsigned)?;
        Ok(format!(
            "{text}\n{}",
            line(verifier.name(), verifier.key_id(), signature)
        ))
    }

    /// What stands on the note under the name and the id of `key`, not yet verified.
    pub(crate) fn signatures_of(&self, key: &NamedKey) -> impl Iterator<Item = &[u8]> {
        let id = key.id();
        self.signatures
            .iter()
            .filter(move |line| line.key_id == id && line.name == key.name())
            .map(|line| line.signature.as_slice())
    }
}

/// `— name base64(key id ‖ signature)` and a line break.
pub(crate) fn line(name: &str, id: [u8; 4], signature: &[u8]) -> String {
    let bytes = [id.as_slice(), signature].concat();
    format!("{DASH}{name} {}\n", STANDARD.encode(bytes))
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

pub(crate) fn check_text(text: &str) -> Result<(), NoteError> {
    if !text.ends_with('\n') || text.chars().any(|c| c.is_control() && c != '\n') {
        return Err(NoteError::Text);
    }
    Ok(())
}
