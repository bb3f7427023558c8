//! The forms in which a value may have been written, and the bytes of each.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

/// A spelling in a coding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Form {
    pub spelling: Spelling,
    pub coding: Coding,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Spelling {
    AsIs,
    LowerCase,
    UpperCase,
    Reversed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Coding {
    Utf8,
    Utf16Le,
    Utf16Be,
    HexLower,
    HexUpper,
    /// By how many bytes stand before it in its group of three.
    Base64(u8),
    Base64Url(u8),
    Sha256,
    Sha256HexLower,
    Sha256HexUpper,
    Sha256Base64,
    Sha256Base64Url,
}

impl Spelling {
    pub const ALL: [Self; 4] = [Self::AsIs, Self::LowerCase, Self::UpperCase, Self::Reversed];

    /// The value in this spelling. Values that are no text are only reversed.
    pub fn of(self, value: &[u8]) -> Vec<u8> {
        let Ok(text) = std::str::from_utf8(value) else {
            let mut bytes = value.to_vec();
            if self == Self::Reversed {
                bytes.reverse();
            }
            return bytes;
        };
        match self {
            Self::AsIs => text.to_owned(),
            Self::LowerCase => text.to_lowercase(),
            Self::UpperCase => text.to_uppercase(),
            Self::Reversed => text.chars().rev().collect(),
        }
        .into_bytes()
    }
}

impl Coding {
    pub const ALL: [Self; 16] = [
        Self::Utf8,
        Self::Utf16Le,
        Self::Utf16Be,
        Self::HexLower,
        Self::HexUpper,
        Self::Base64(0),
        Self::Base64(1),
        Self::Base64(2),
        Self::Base64Url(0),
        Self::Base64Url(1),
        Self::Base64Url(2),
        Self::Sha256,
        Self::Sha256HexLower,
        Self::Sha256HexUpper,
        Self::Sha256Base64,
        Self::Sha256Base64Url,
    ];

    /// The bytes that stand for these in this coding. Of Base64 only the characters that do not depend on neighbours.
    pub fn of(self, bytes: &[u8]) -> Vec<u8> {
        let hash = || Sha256::digest(bytes);
        match self {
            Self::Utf8 => bytes.to_vec(),
            Self::Utf16Le => utf16(bytes, u16::to_le_bytes),
            Self::Utf16Be => utf16(bytes, u16::to_be_bytes),
            Self::HexLower => hex::encode(bytes).into_bytes(),
            Self::HexUpper => hex::encode_upper(bytes).into_bytes(),
            Self::Base64(before) => base64_within(&STANDARD_NO_PAD, bytes, before),
            Self::Base64Url(before) => base64_within(&URL_SAFE_NO_PAD, bytes, before),
            Self::Sha256 => hash().to_vec(),
            Self::Sha256HexLower => hex::encode(hash()).into_bytes(),
            Self::Sha256HexUpper => hex::encode_upper(hash()).into_bytes(),
            Self::Sha256Base64 => STANDARD_NO_PAD.encode(hash()).into_bytes(),
            Self::Sha256Base64Url => URL_SAFE_NO_PAD.encode(hash()).into_bytes(),
        }
    }
}

fn utf16(bytes: &[u8], order: fn(u16) -> [u8; 2]) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    text.encode_utf16().flat_map(order).collect()
}

fn base64_within(engine: &impl Engine, bytes: &[u8], before: u8) -> Vec<u8> {
    let before = usize::from(before);
    let mut padded = vec![0; before];
    padded.extend_from_slice(bytes);
    let text = engine.encode(padded);
    // Bits before the value and after it share characters with it: six bits a character.
    let (first, end) = ((before * 8).div_ceil(6), (before + bytes.len()) * 8 / 6);
    text.get(first..end)
        .map(|kept| kept.as_bytes().to_vec())
        .unwrap_or_default()
}

/// The bytes of one value in one form.
pub(super) struct Pattern {
    pub(super) value: usize,
    pub(super) form: Form,
    pub(super) bytes: Vec<u8>,
    neighbours: Neighbours,
}

/// What may stand beside a pattern.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Neighbours {
    Any,
    /// No letter or digit: `4821` within `1795482100` is no appointment code.
    NotAlphanumeric,
}

/// Text that is shorter counts only when it stands alone.
const STANDS_ALONE_BELOW: usize = 8;
/// Base64 that is shorter is found in any long text.
const SHORTEST_BASE64: usize = 7;

impl Pattern {
    pub(super) fn is_at(&self, bytes: &[u8], at: usize) -> bool {
        let here = bytes.get(at..).unwrap_or_default();
        if !here.starts_with(&self.bytes) {
            return false;
        }
        let alone = |byte: Option<&u8>| byte.is_none_or(|byte| !byte.is_ascii_alphanumeric());
        let before = at.checked_sub(1).and_then(|before| bytes.get(before));
        self.neighbours == Neighbours::Any || (alone(before) && alone(here.get(self.bytes.len())))
    }
}

/// Every form of a value, forms that come to the same bytes once.
pub(super) fn patterns(number: usize, value: &[u8]) -> Vec<Pattern> {
    let mut patterns: Vec<Pattern> = Vec::new();
    for spelling in Spelling::ALL {
        let spelled = spelling.of(value);
        for coding in Coding::ALL {
            let bytes = coding.of(&spelled);
            let is_base64 = matches!(coding, Coding::Base64(_) | Coding::Base64Url(_));
            let known = patterns.iter().any(|pattern| pattern.bytes == bytes);
            if known || bytes.len() < super::LEAD || (is_base64 && bytes.len() < SHORTEST_BASE64) {
                continue;
            }
            patterns.push(Pattern {
                value: number,
                form: Form { spelling, coding },
                neighbours: match bytes.len() < STANDS_ALONE_BELOW {
                    true => Neighbours::NotAlphanumeric,
                    false => Neighbours::Any,
                },
                bytes,
            });
        }
    }
    patterns
}
